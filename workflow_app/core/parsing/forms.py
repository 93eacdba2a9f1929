"""Form files, value lists and clauses: YAML text → frozen values, or every problem at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from workflow_app.core.definition.forms import (
    Clause,
    ClauseVariant,
    Field,
    Form,
    Option,
    Part,
    Required,
    Rule,
    ValueList,
)
from workflow_app.core.definition.model import Text
from workflow_app.core.forms.fields import FIELD_TYPES, FOR_SIDES, REFERENCES
from workflow_app.core.parsing.cursor import Cursor
from workflow_app.core.parsing.source import read
from workflow_app.core.problems import Place, Problems

FORM_KEYS = ("form", "label", "help", "per", "seen_by", "parts", "fields", "rules")
PART_KEYS = ("id", "label", "by", "fields")
FIELD_KEYS = (
    *("id", "type", "label", "help", "required", "by", "options", "list", "to", "columns"),
    *("side", "only_for"),
    *("minimum", "maximum", "min_length", "max_length", "min_items", "max_items"),
    *("file_types", "max_bytes", "prefill", "compute", "must_be", "like", "amends", "adds_to"),
    "released_by",
)
PERS = ("case", "round", "side", "entry", "amendment", "amendment_side")
TEXT_KEYS = ("minimum", "maximum", "prefill", "compute", "must_be", "released_by")
NUMBER_KEYS = ("min_length", "max_length", "min_items", "max_items", "max_bytes")
REQUIRED_KEYS = ("for", "if")
OPTION_KEYS = ("id", "label", "group")
LIST_KEYS = ("list", "label", "options")
CLAUSE_KEYS = ("id", "number", "heading", "mandatory", "variants")
VARIANT_KEYS = ("id", "when", "paragraphs")
RULE_KEYS = ("id", "when", "unmet", "at", "each", "only_for", "first_only")
# What each of these must have; a field that is `like` another, or amends one, needs nothing.
FORM_NEEDED = ("form", "label")
PART_NEEDED = ("id", "fields")
OPTION_NEEDED = ("id", "label")
LIST_NEEDED = ("list", "options")
VARIANT_NEEDED = ("id", "paragraphs")
RULE_NEEDED = ("id", "when", "unmet", "at")
FIELD_NEEDED = ("id", "type", "label")
Lists = Mapping[str, ValueList]


def text_of(cursor: Cursor) -> Text:
    """Return a text in both languages; a missing or an empty one is noted."""
    found = cursor.keys(("de", "en"), needed=("de", "en"))
    texts = {key: text.text() for key, text in found.items()}
    for key, text in texts.items():
        if not text.strip():
            found[key].wrong("empty_text", "Hier fehlt der Text.", "The text is missing here.")
    return Text(texts.get("de", ""), texts.get("en", ""))


def parse_list(source: str, file: str, problems: Problems) -> ValueList | None:
    """Return the value list that `source` holds, or None if it cannot be read."""
    root = read(source, file, problems)
    if root is None:
        return None
    found = root.keys(LIST_KEYS, needed=LIST_NEEDED)
    options = _options(found["options"]) if "options" in found else ()
    return ValueList(_name(found, "list"), options, root.place)


def parse_form(source: str, file: str, lists: Lists, problems: Problems) -> Form | None:
    """Return the form that `source` holds, or None if it cannot be read; problems are noted."""
    root = read(source, file, problems)
    if root is None:
        return None
    found = root.keys(FORM_KEYS, needed=FORM_NEEDED)
    parts: list[Part] = []
    if "fields" in found:
        parts.append(Part("main", None, (), _fields(found["fields"], lists)))
    for item in found["parts"].items() if "parts" in found else ():
        parts.append(_part(item, lists))
    if not parts:
        root.wrong("no_fields", "Das Formular fragt nichts.", "The form asks nothing.")
    form = Form(
        id=_name(found, "form"),
        label=text_of(found["label"]) if "label" in found else Text("", ""),
        parts=tuple(parts),
        rules=tuple(_rule(item) for item in found["rules"].items()) if "rules" in found else (),
        place=root.place,
        help=text_of(found["help"]) if "help" in found else None,
        per=found["per"].choice(PERS) if "per" in found else "case",  # type: ignore[arg-type]  # choice() returns one of the words of Per
        seen_by=found["seen_by"].identifiers() if "seen_by" in found else (),
        fingerprint=hashlib.sha256(source.encode()).hexdigest(),
    )
    _unique([(f.id, f.place) for f in form.fields], problems)
    return form


def parse_clauses(source: str, file: str, problems: Problems) -> tuple[Clause, ...]:
    """Return the clauses that `source` holds, in its order."""
    root = read(source, file, problems)
    if root is None:
        return ()
    found = root.keys(("clauses",), needed=("clauses",))
    return tuple(_clause(item) for item in found["clauses"].items()) if found else ()


def _clause(cursor: Cursor) -> Clause:
    found = cursor.keys(CLAUSE_KEYS, needed=CLAUSE_KEYS)
    return Clause(
        id=_name(found, "id"),
        number=found["number"].integer() if "number" in found else 0,
        heading=text_of(found["heading"]) if "heading" in found else Text("", ""),
        mandatory=found["mandatory"].boolean() if "mandatory" in found else True,
        variants=tuple(_variant(v) for v in found["variants"].items())
        if "variants" in found
        else (),
        place=cursor.place,
    )


def _variant(cursor: Cursor) -> ClauseVariant:
    found = cursor.keys(VARIANT_KEYS, needed=VARIANT_NEEDED)
    return ClauseVariant(
        id=_name(found, "id"),
        when=found["when"].text() if "when" in found else None,
        paragraphs=found["paragraphs"].texts() if "paragraphs" in found else (),
        place=cursor.place,
    )


def _name(found: Mapping[str, Cursor], key: str) -> str:
    return found[key].identifier() if key in found else ""


def _unique(named: list[tuple[str, Place]], problems: Problems) -> None:
    seen: set[str] = set()
    for name, place in named:
        if name in seen:
            problems.add(
                place, "duplicate", f"„{name}“ gibt es zweimal.", f"'{name}' is there twice."
            )
        seen.add(name)


def _part(cursor: Cursor, lists: Lists) -> Part:
    found = cursor.keys(PART_KEYS, needed=PART_NEEDED)
    return Part(
        id=_name(found, "id"),
        label=text_of(found["label"]) if "label" in found else None,
        by=found["by"].identifiers() if "by" in found else (),
        fields=_fields(found["fields"], lists) if "fields" in found else (),
    )


def _fields(cursor: Cursor, lists: Lists, in_rows: bool = False) -> tuple[Field, ...]:
    fields = tuple(_field(item, lists, in_rows) for item in cursor.items())
    if in_rows:
        _unique([(f.id, f.place) for f in fields], cursor.problems)
    return fields


def _field(cursor: Cursor, lists: Lists, in_rows: bool) -> Field:
    found = cursor.keys(FIELD_KEYS)
    amends = found["amends"].texts() if "amends" in found else ()
    source = _source(found, amends)
    for key in () if source else FIELD_NEEDED:
        if key not in found:
            cursor.missing(key)
    kind = found["type"].choice(tuple(FIELD_TYPES)) if "type" in found else "text"
    if in_rows and not FIELD_TYPES[kind].in_rows:
        cursor.wrong(
            "type_in_rows",
            f"Eine Spalte kann nicht vom Typ „{kind}“ sein.",
            f"A column cannot be of type '{kind}'.",
        )
    texts = {k: found[k].text() if k in found else None for k in TEXT_KEYS}
    numbers = {k: found[k].integer() if k in found else None for k in NUMBER_KEYS}
    field = Field(
        id=_name(found, "id") or (source or "").partition(".")[2],
        type=kind,
        label=text_of(found["label"]) if "label" in found else Text("", ""),
        place=cursor.place,
        help=text_of(found["help"]) if "help" in found else None,
        required=_required(found["required"]) if "required" in found else Required(),
        by=found["by"].identifiers() if "by" in found else (),
        options=_field_options(cursor, found, kind, lists),
        to=found["to"].choice(REFERENCES) if "to" in found else None,
        side=found["side"].choice(FOR_SIDES) if "side" in found else None,
        only_for=found["only_for"].identifiers() if "only_for" in found else (),
        columns=_fields(found["columns"], lists, in_rows=True) if "columns" in found else (),
        file_types=found["file_types"].identifiers() if "file_types" in found else (),
        minimum=texts["minimum"],
        maximum=texts["maximum"],
        prefill=texts["prefill"] or (source if source in amends else None),
        compute=texts["compute"],
        must_be=texts["must_be"],
        released_by=texts["released_by"],
        min_length=numbers["min_length"],
        max_length=numbers["max_length"],
        min_items=numbers["min_items"],
        max_items=numbers["max_items"],
        max_bytes=numbers["max_bytes"],
        like=source,
        amends=amends,
        adds_to=found["adds_to"].text() if "adds_to" in found else None,
    )
    if source is None:
        _complete(cursor, field)
    return field


def _source(found: Mapping[str, Cursor], amends: tuple[str, ...]) -> str | None:
    """Return the `form.field` from which a field takes what it does not say itself, or None."""
    if "like" in found:
        return found["like"].text()
    return amends[0] if amends and "type" not in found else None


def _complete(cursor: Cursor, field: Field) -> None:
    """Note what this type needs and does not have."""
    needs = {
        **dict.fromkeys(
            ("one_of", "several_of", "checklist", "likert"), ("options", field.options)
        ),
        **dict.fromkeys(("reference", "references"), ("to", field.to)),
        **dict.fromkeys(("file", "files"), ("file_types", field.file_types)),
        "rows": ("columns", field.columns),
        "computed": ("compute", field.compute),
    }
    if field.type in needs and not needs[field.type][1]:
        key = needs[field.type][0]
        cursor.wrong(
            "missing_key",
            f"Ein Feld vom Typ „{field.type}“ braucht „{key}“.",
            f"A field of type '{field.type}' needs '{key}'.",
        )


def _field_options(
    cursor: Cursor, found: Mapping[str, Cursor], kind: str, lists: Lists
) -> tuple[Option, ...]:
    if "options" in found:
        return _options(found["options"])
    if "list" not in found:
        return ()
    name = found["list"].identifier()
    if name not in lists:
        found["list"].wrong(
            "unknown_list",
            f"Die Werteliste „{name}“ gibt es nicht.",
            f"There is no value list '{name}'.",
        )
        return ()
    return lists[name].options


def _options(cursor: Cursor) -> tuple[Option, ...]:
    options = []
    for item in cursor.items():
        found = item.keys(OPTION_KEYS, needed=OPTION_NEEDED)
        name = found["id"].text() if "id" in found else ""
        options.append(Option(name, text_of(found["label"]) if "label" in found else Text("", "")))
    _unique([(o.id, cursor.place) for o in options], cursor.problems)
    return tuple(options)


def _required(cursor: Cursor) -> Required:
    if not cursor.is_mapping:
        return Required(always=cursor.boolean())
    found = cursor.keys(REQUIRED_KEYS)
    return Required(
        only_for=found["for"].identifiers() if "for" in found else (),
        when=found["if"].text() if "if" in found else None,
    )


def _rule(cursor: Cursor) -> Rule:
    found = cursor.keys(RULE_KEYS, needed=RULE_NEEDED)
    return Rule(
        id=_name(found, "id"),
        when=found["when"].text() if "when" in found else "",
        unmet=text_of(found["unmet"]) if "unmet" in found else Text("", ""),
        at=_name(found, "at"),
        place=cursor.place,
        each=found["each"].identifier() if "each" in found else None,
        only_for=found["only_for"].identifiers() if "only_for" in found else (),
        first_only=found["first_only"].boolean() if "first_only" in found else False,
    )
