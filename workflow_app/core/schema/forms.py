"""The schemas of form files, value lists and clauses."""

from __future__ import annotations

from workflow_app.core.forms.fields import FIELD_TYPES, FOR_SIDES, REFERENCES
from workflow_app.core.parsing import forms as parse_forms
from workflow_app.core.schema.pieces import (
    BOTH,
    CONDITION,
    NAME,
    NAMES,
    WHOLE,
    WORD,
    WORDS,
    YES_NO,
    Schema,
    document,
    items,
    keys,
    one_of,
)
from workflow_app.core.tables.computed import COMPUTED

NEEDED_BY_TYPE = {
    **dict.fromkeys(("one_of", "several_of", "checklist", "likert"), ("options", "list")),
    **dict.fromkeys(("reference", "references"), ("to",)),
    **dict.fromkeys(("file", "files"), ("file_types",)),
    "rows": ("columns",),
    "computed": ("compute",),
}
"""Field type → the keys of which it needs one."""
OPTIONS: Schema = items(
    keys(
        parse_forms.OPTION_KEYS,
        {"id": WORD, "label": BOTH, "group": WORD},
        parse_forms.OPTION_NEEDED,
    )
)


def form() -> Schema:
    """Return the schema of a form file."""
    shapes = {
        "form": NAME,
        "label": BOTH,
        "help": BOTH,
        "per": one_of(parse_forms.PERS),
        "seen_by": NAMES,
        "parts": items(
            keys(
                parse_forms.PART_KEYS,
                {"id": NAME, "label": BOTH, "by": NAMES, "fields": items(_field())},
                parse_forms.PART_NEEDED,
            )
        ),
        "fields": items(_field()),
        "rules": items(_rule()),
    }
    body = keys(parse_forms.FORM_KEYS, shapes, parse_forms.FORM_NEEDED)
    body["anyOf"] = [{"required": ["parts"]}, {"required": ["fields"]}]
    return document("Tandem form", body)


def value_list() -> Schema:
    """Return the schema of a value list."""
    shapes = {"list": NAME, "label": BOTH, "options": OPTIONS}
    body = keys(parse_forms.LIST_KEYS, shapes, parse_forms.LIST_NEEDED)
    return document("Tandem value list", body)


def clauses() -> Schema:
    """Return the schema of the clauses of an agreement."""
    variant = keys(
        parse_forms.VARIANT_KEYS,
        {"id": NAME, "when": CONDITION, "paragraphs": WORDS},
        parse_forms.VARIANT_NEEDED,
    )
    shapes = {
        "id": NAME,
        "number": WHOLE,
        "heading": BOTH,
        "mandatory": YES_NO,
        "variants": items(variant),
    }
    clause = keys(parse_forms.CLAUSE_KEYS, shapes, parse_forms.CLAUSE_KEYS)
    return document("Tandem clauses", keys(("clauses",), {"clauses": items(clause)}, ("clauses",)))


def _field(in_rows: bool = False) -> Schema:
    types = [name for name, kind in FIELD_TYPES.items() if kind.in_rows or not in_rows]
    required = keys(parse_forms.REQUIRED_KEYS, {"for": NAMES, "if": CONDITION})
    shapes: dict[str, Schema] = {
        "id": NAME,
        "type": one_of(types),
        "label": BOTH,
        "help": BOTH,
        "required": {"anyOf": [YES_NO, required]},
        "by": NAMES,
        "options": OPTIONS,
        "list": NAME,
        "to": one_of(REFERENCES),
        "side": one_of(FOR_SIDES),
        "only_for": NAMES,
        "file_types": NAMES,
        **dict.fromkeys(parse_forms.TEXT_KEYS, WORD),
        **dict.fromkeys(parse_forms.NUMBER_KEYS, WHOLE),
        "compute": one_of(COMPUTED),
        "like": WORD,
        "amends": WORDS,
        "adds_to": WORD,
    }
    if not in_rows:
        shapes["columns"] = items(_field(in_rows=True))
    field = keys(parse_forms.FIELD_KEYS, shapes)
    like_another = [{"required": ["like"]}, {"required": ["amends"]}]
    field["anyOf"] = [{"required": list(parse_forms.FIELD_NEEDED)}, *like_another]
    needs = {kind: words for kind, words in NEEDED_BY_TYPE.items() if kind in types}
    field["allOf"] = [_needs(kind, words) for kind, words in needs.items()]
    return field


def _needs(kind: str, words: tuple[str, ...]) -> Schema:
    return {
        "if": {"properties": {"type": {"const": kind}}, "required": ["type"]},
        "then": {"anyOf": [{"required": [word]} for word in (*words, "like", "amends")]},
    }


def _rule() -> Schema:
    shapes = {
        "id": NAME,
        "when": CONDITION,
        "unmet": BOTH,
        "at": NAME,
        "each": NAME,
        "only_for": NAMES,
        "first_only": YES_NO,
    }
    return keys(parse_forms.RULE_KEYS, shapes, parse_forms.RULE_NEEDED)
