"""What editors are told of definition files: all shipped ones pass, and mistakes are found."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from workflow_app.core.parsing import forms as parse_forms
from workflow_app.core.parsing import guarantees as parse_guarantees
from workflow_app.core.parsing import imported as parse_imported
from workflow_app.core.parsing import workflows as parse
from workflow_app.core.parsing.forms import parse_clauses, parse_form, parse_list
from workflow_app.core.parsing.workflows import parse_programme, parse_workflow
from workflow_app.core.problems import Problems
from workflow_app.core.schema.files import SCHEMAS, texts
from workflow_app.core.tables.effects import EFFECTS
from workflow_app.core.tables.facts import FACTS

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = [
    *(
        ("workflow", p)
        for p in sorted((ROOT / "workflows").glob("*.yaml"))
        if "programme" not in p.name
    ),
    *(("form", p) for p in sorted((ROOT / "forms").glob("*.yaml"))),
    *(("list", p) for p in sorted((ROOT / "forms/lists").glob("*.yaml"))),
    ("programme", ROOT / "workflows/programme.yaml"),
    ("clauses", ROOT / "templates/documents/agreement/clauses.yaml"),
    ("workflow", ROOT / "tests/core/garden/workflow.yaml"),
]
VALIDATORS = {
    name.partition(".")[0]: Draft202012Validator(schema()) for name, schema in SCHEMAS.items()
}
PARSERS: dict[str, Callable[[str, Problems], object]] = {
    "workflow": lambda text, found: parse_workflow(text, "x.yaml", found),
    "form": lambda text, found: parse_form(text, "x.yaml", {}, found),
    "list": lambda text, found: parse_list(text, "x.yaml", found),
    "clauses": lambda text, found: parse_clauses(text, "x.yaml", found),
    "programme": lambda text, found: parse_programme(text, "x.yaml", found),
}
TABLES = (parse, parse_forms, parse_guarantees, parse_imported)


def read(text: str) -> Any:
    """Return what an editor sees; a day is text there."""
    found = YAML(typ="safe", pure=True).load(text)
    return json.loads(
        json.dumps(found, default=lambda day: day.isoformat() if isinstance(day, date) else 0)
    )


def complaints(kind: str, text: str) -> list[str]:
    """Return what an editor would underline."""
    return [e.json_path for e in VALIDATORS[kind].iter_errors(read(text))]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_written_schema_is_the_one_that_the_tables_give(name: str) -> None:
    written = (ROOT / "docs/schema" / name).read_text("utf-8")

    assert written == texts()[name], "run: tandem workflow schema"
    Draft202012Validator.check_schema(json.loads(written))


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=[p.name for _, p in SHIPPED])
def test_every_shipped_file_passes(kind: str, path: Path) -> None:
    assert complaints(kind, path.read_text("utf-8")) == []


@pytest.mark.parametrize("module", TABLES, ids=lambda m: m.__name__.rpartition(".")[2])
def test_every_key_that_the_parser_knows_is_in_a_schema(module: Any) -> None:
    written = " ".join(texts().values())
    for table in [name for name in vars(module) if name.endswith("_KEYS")]:
        for key in getattr(module, table):
            assert f'"{key}"' in written, f"{table}: {key}"


def test_every_fact_and_effect_may_be_chosen_and_says_what_it_means() -> None:
    written = texts()["workflow.schema.json"]
    for fact in FACTS.values():
        assert json.dumps(fact.meaning.en, ensure_ascii=False) in written
    for effect in EFFECTS.values():
        assert json.dumps(effect.meaning.en, ensure_ascii=False) in written


EVENT = "workflows/joint_event.yaml"
PROJECT = "workflows/tandem_project.yaml"
ACTIVITY = "forms/activity.yaml"
SIGNATURE = "forms/signature.yaml"
PROGRAMME = "workflows/programme.yaml"
RATINGS = "forms/lists/ratings.yaml"
CLAUSES = "templates/documents/agreement/clauses.yaml"
PLANTED = (
    # (kind of file, file, what stands there, what a slip makes of it, what is wrong)
    ("workflow", EVENT, "exits:", "exitz:", "a key misspelt"),
    ("workflow", EVENT, "trigger: parent", "trigger: parents", "no trigger"),
    ("workflow", EVENT, "\n    to: ", "\n    too: ", "a key missing"),
    ("workflow", PROJECT, "fact: signature.checksums_match", "fact: no.such", "no fact"),
    ("workflow", PROJECT, "effects: [register_agreement]", "effects: [register]", "no effect"),
    ("workflow", PROJECT, "days: 60", "days: soon", "no number"),
    ("workflow", PROJECT, "sides: both", "sides: all", "no such sides"),
    ("form", ACTIVITY, "type: money", "type: mony", "no field type"),
    ("form", ACTIVITY, "required: true", "required: sometimes", "neither yes nor no"),
    ("form", SIGNATURE, "file_types:", "file_typs:", "a type lacks what it needs"),
    ("list", RATINGS, "label:", "lable:", "an option without its label"),
    ("programme", PROGRAMME, "keep_books_years: 10", "keep_books_years: [10]", "no number"),
    ("clauses", CLAUSES, "paragraphs:", "text:", "a variant without words"),
)


@pytest.mark.parametrize(
    ("kind", "file", "right", "wrong", "what"), PLANTED, ids=[p[-1] for p in PLANTED]
)
def test_a_mistake_is_underlined_where_the_parser_would_refuse_it(
    kind: str, file: str, right: str, wrong: str, what: str
) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert right in text, f"{file} has no '{right}'"
    spoilt = text.replace(right, wrong, 1)

    assert complaints(kind, spoilt) != [], what
    if what not in ("no fact", "no effect"):
        found = Problems()
        PARSERS[kind](spoilt, found)
        assert [p.rule for p in found if p.rule != "unknown_list"] != []


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=[p.name for _, p in SHIPPED])
def test_what_the_parser_needs_an_editor_misses_too(kind: str, path: Path) -> None:
    """Without a key at the top of a file, parser and schema agree whether it may be missing."""
    whole = read(path.read_text("utf-8"))
    for key in whole:
        less = {k: v for k, v in whole.items() if k != key}
        found = Problems()
        PARSERS[kind](json.dumps(less, ensure_ascii=False, indent=1), found)
        missing = any(p.rule == "missing_key" and p.place.line == 1 for p in found)
        schema = any(
            e.validator == "required" and e.json_path == "$"
            for e in VALIDATORS[kind].iter_errors(less)
        )
        assert missing == schema, key
