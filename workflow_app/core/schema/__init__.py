"""What an editor may know of definition files: JSON Schema, made from the tables of the parser."""
