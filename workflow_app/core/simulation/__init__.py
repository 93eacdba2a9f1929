"""A workflow played with invented people: what each could do, why not, and what would follow."""
