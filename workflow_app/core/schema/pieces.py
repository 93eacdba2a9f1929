"""The pieces of a schema. A key that no shape is known for is allowed and may hold anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workflow_app.core.definition.model import Text
from workflow_app.core.parsing.cursor import IDENTIFIER

Schema = dict[str, Any]

WORD: Schema = {"type": ["string", "number", "boolean"]}
"""A scalar; Tandem reads every one as text, while an editor sees numbers and truth values."""
NAME: Schema = {"type": "string", "pattern": f"^(?:{IDENTIFIER.pattern})$"}
NAMES: Schema = {"anyOf": [NAME, {"type": "array", "items": NAME}]}
WORDS: Schema = {"anyOf": [WORD, {"type": "array", "items": WORD}]}
WHOLE: Schema = {"type": "integer"}
YES_NO: Schema = {"type": "boolean"}
CONDITION: Schema = {"type": "string", "description": "A condition in CEL."}
BOTH: Schema = {
    "type": "object",
    "description": "German and English.",
    "properties": {"de": {"type": "string", "pattern": r"\S"}, "en": {"type": "string"}},
    "required": ["de", "en"],
    "additionalProperties": False,
}


def keys(
    allowed: Iterable[str], shapes: Mapping[str, Schema], needed: Iterable[str] = ()
) -> Schema:
    """Return a mapping with these keys and no others."""
    return {
        "type": "object",
        "properties": {key: shapes.get(key, {}) for key in allowed},
        "required": list(needed),
        "additionalProperties": False,
    }


def named(shape: Schema) -> Schema:
    """Return a mapping from names of the author's own to `shape`."""
    return {"type": "object", "propertyNames": NAME, "additionalProperties": shape}


def items(shape: Schema) -> Schema:
    """Return a list."""
    return {"type": "array", "items": shape}


def one_of(words: Iterable[str]) -> Schema:
    """Return a choice between words."""
    return {"enum": list(words)}


def explained(table: Mapping[str, Text]) -> Schema:
    """Return a choice between words, each with what it means."""
    return {"oneOf": [{"const": word, "description": text.en} for word, text in table.items()]}


def document(title: str, body: Schema) -> Schema:
    """Return a whole schema."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **body}
