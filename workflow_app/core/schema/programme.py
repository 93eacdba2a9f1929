"""The schema of the operator's numbers, made from the tables that need them."""

from __future__ import annotations

from workflow_app.core.schema.pieces import NAME, WHOLE, WORD, Schema, document
from workflow_app.core.tables.computed import COMPUTED
from workflow_app.core.tables.facts import FACTS


def programme() -> Schema:
    """Return the schema of `workflows/programme.yaml`: what a table needs is a whole number."""
    of_facts = {name for fact in FACTS.values() for name in fact.numbers}
    needed = of_facts | {name for one in COMPUTED.values() for name in one.numbers}
    body: Schema = {
        "type": "object",
        "properties": dict.fromkeys(sorted(needed), WHOLE),
        "propertyNames": NAME,
        "additionalProperties": WORD,
    }
    return document("Tandem operator's numbers", body)
