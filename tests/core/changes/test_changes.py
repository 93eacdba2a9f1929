"""Two versions: every difference is told, and answers are carried over without being bent."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.changed_lifecycle import OUTLINE, PLAN, WORKFLOW, changed_files, once, shipped
from tests.core.cases import shipped as definitions
from workflow_app.core.changes import wording
from workflow_app.core.changes.compare import compare
from workflow_app.core.changes.comparison import Change
from workflow_app.core.changes.contents import Contents
from workflow_app.core.changes.picture import marks, merged
from workflow_app.core.definition.forms import Field, Form, Part
from workflow_app.core.definition.model import State, Text, Transition, Workflow
from workflow_app.core.diagram import to_dot
from workflow_app.core.migrations.carrying import carry
from workflow_app.core.migrations.plan import Plan, Target, parse_plan, written
from workflow_app.core.migrations.planning import check_plan
from workflow_app.core.migrations.suggesting import suggest
from workflow_app.core.parsing.forms import parse_form
from workflow_app.core.parsing.workflows import parse_workflow
from workflow_app.core.problems import Place, Problems

PLACE = Place("x.yaml", 1, 1)


def contents(workflow: str, form: str) -> Contents:
    """Return a version that consists of a workflow and one form."""
    problems = Problems()
    found = parse_workflow(workflow, WORKFLOW, problems)
    outline = parse_form(form, OUTLINE, {}, problems)
    assert found is not None
    assert outline is not None
    return Contents(found, {"outline": outline})


@pytest.fixture(scope="module")
def versions() -> tuple[Contents, Contents]:
    files = {name: data.decode() for name, data in changed_files().items()}
    return (
        contents(shipped(WORKFLOW), shipped(OUTLINE)),
        contents(files["tandem_project.yaml"], files["outline.yaml"]),
    )


def sentences(changes: list[Change], about: str = "") -> set[str]:
    return {c.text.de for c in changes if about in ("", c.about)}


def test_a_version_does_not_differ_from_itself(versions: tuple[Contents, Contents]) -> None:
    for version in versions:
        assert compare(version, version) == []


def test_what_is_guaranteed_no_longer_is_told_in_words(versions: tuple[Contents, Contents]) -> None:
    old, _ = versions
    kept = tuple(g for g in old.workflow.guarantees if g.kind != "waits")
    fewer = Contents(dataclasses.replace(old.workflow, guarantees=kept), dict(old.forms))
    said = "„Kein Zustand wartet ohne Frist und ohne jemanden, der danach gefragt wird“."
    assert sentences(compare(old, fewer)) == {f"Nicht mehr zugesichert ist: {said}"}
    assert sentences(compare(fewer, old)) == {f"Zugesichert ist neu: {said}"}


def test_a_guarantee_is_told_without_ids() -> None:
    workflow, forms, _, _ = definitions()
    old, bare = (Contents(w, forms) for w in (workflow, replace(workflow, guarantees=())))
    [told] = sentences(compare(old, bare))

    assert not re.search(r"[a-z]_[a-z]|[a-z]\.[a-z]", told)
    assert "„In Durchführung“ nie ohne Genehmigen, Mitzeichnung des Vereinbarungstextes" in told
    assert "Mitzeichnung des offenen Änderungsantrags, Unterzeichnung" in told
    assert "beider Seiten" in told


def test_what_a_new_case_is_derived_with_is_told_in_words() -> None:
    workflow, forms, _, _ = definitions()
    old, none = (Contents(w, forms) for w in (workflow, replace(workflow, derive=None)))
    [told] = sentences(compare(old, none))

    for words in (
        "durch: Integrationslotsin/-lotse (kommunale Seite), Fachkraft",
        "nach dem Ergebnis: „Abgelehnt“",
        "übernimmt: „Interessenbekundung“, „Projektskizze“",
        "lässt aus: „Projektskizze – ",
        "vorgeschlagen mit: „",
    ):
        assert words in told
    assert not re.search(r"[a-z]_[a-z]|[a-z]\.[a-z]|rejected|terminated|outcomes|copies", told)


def test_of_the_variables_only_those_that_differ_are_told(
    versions: tuple[Contents, Contents],
) -> None:
    old, _ = versions
    variables = dict(old.workflow.variables)
    gone = variables.pop("unattended")
    variables |= {"pause_asked": Text("Ruhen erbeten", "Rest asked"), "late": Text("Spät", "Late")}
    new = Contents(dataclasses.replace(old.workflow, variables=variables), dict(old.forms))
    before = old.workflow.variables["pause_asked"].de
    assert sentences(compare(old, new)) == {
        "Neues Merkmal: „Spät“.",
        f"Weggefallenes Merkmal: „{gone.de}“.",
        f"„Tandem-Projekt“: „pause_asked“ geändert: „{before}“ → „Ruhen erbeten“.",
    }


def test_of_a_rule_whose_condition_stays_it_is_told_what_else_is_different(
    versions: tuple[Contents, Contents],
) -> None:
    old, _ = versions
    form = old.forms["outline"]
    rules = (dataclasses.replace(form.rules[0], first_only=not form.rules[0].first_only),)
    new = Contents(
        old.workflow, {"outline": dataclasses.replace(form, rules=rules + form.rules[1:])}
    )
    [told] = sentences(compare(old, new))
    assert f"„{rules[0].unmet.de}, nur bei der ersten Fassung“ geändert:" in told


def test_waiting_on_another_condition_is_told_with_both(
    versions: tuple[Contents, Contents],
) -> None:
    old, _ = versions
    state = old.workflow.states["signature_pending"]
    waits = tuple(dataclasses.replace(w, when=w.when and "round == 2") for w in state.waits_for)
    states = {**old.workflow.states, state.id: dataclasses.replace(state, waits_for=waits)}
    new = Contents(dataclasses.replace(old.workflow, states=states), dict(old.forms))
    told = sentences(compare(old, new))
    assert sum("wenn round == 2" in sentence for sentence in told) == 1
    assert sum("wenn !(signature.municipal.filled" in sentence for sentence in told) == 1


def test_the_changed_lifecycle_is_told_in_sentences(versions: tuple[Contents, Contents]) -> None:
    old, new = versions
    told = sentences(compare(old, new))
    assert "Der Stand „Formale Prüfung“ kommt hinzu." in told
    assert "Der Schritt „Formale Prüfung abschließen“ kommt hinzu." in told
    assert (
        "„Projektskizze einreichen“ führt jetzt nach „Formale Prüfung“ statt nach „In Prüfung“."
    ) in told
    assert any("bisher: 42 Tage" in text and "Jetzt: 60 Tage" in text for text in told)
    assert (
        "„Projektskizze“: Das Feld „Ausgangslage und Bedarf“ heißt in der Datei jetzt need statt "
        "situation."
    ) in told
    assert ("„Projektskizze“ fragt nicht mehr nach „Vorhandene Angebote und Abgrenzung“.") in told


def test_seen_from_the_other_side_what_came_has_gone(versions: tuple[Contents, Contents]) -> None:
    old, new = versions
    there = {(c.about, c.subject) for c in compare(old, new) if c.kind == "added"}
    back = {(c.about, c.subject) for c in compare(new, old) if c.kind == "removed"}
    assert {s for s in there if s[0] != "form"} == {s for s in back if s[0] != "form"}


DEADLINE = """\
    deadline: {{days: {days}, warn: [{warn}], escalate_to: [{whom}]}}
    exits: [approve, request"""
NOTICE = '"outline.start_date >= today + days(programme.notice_before_start_days)"'
CHANGES = (
    (
        DEADLINE.format(days=28, warn=21, whom="coordinator"),
        DEADLINE.format(days=14, warn=7, whom="supervisor"),
        "Frist",
    ),
    ("exits: [approve, request_revision, reject,", "exits: [approve, reject,", "führt nicht mehr"),
    (
        "    rights: archive_only\n",
        "    rights: read_only\n",
        "darf „Lesezugriff“ nicht mehr: sehen",
    ),
    (NOTICE, '"outline.start_date >= today"', "early_enough, Bedingung"),
)


@pytest.mark.parametrize(("old", "new", "word"), CHANGES, ids=[c[2] for c in CHANGES])
def test_a_change_of_one_line_is_one_sentence(old: str, new: str, word: str) -> None:
    before = contents(shipped(WORKFLOW), shipped(OUTLINE))
    after = contents(once(shipped(WORKFLOW), old, new), shipped(OUTLINE))
    (found,) = compare(before, after)
    assert word in found.text.de
    assert found.text.en != found.text.de


@pytest.mark.parametrize("part", [State, Transition, Field, Form, Workflow])
def test_no_attribute_changes_unnoticed(
    part: type[Any], versions: tuple[Contents, Contents]
) -> None:
    """Whatever attribute of a part is another, a sentence says so."""
    old, _ = versions
    quiet = {"place", "fingerprint", "id", "states", "transitions", "parts", "rules", "columns"}
    for attribute in dataclasses.fields(part):
        if attribute.name not in quiet:
            assert compare(old, spoilt(old, part, attribute.name)), (part, attribute.name)


def spoilt(old: Contents, part: type[Any], name: str) -> Contents:
    """Return the contents with one attribute of one part changed to something else."""
    workflow = old.workflow
    if part is Workflow:
        changed = dataclasses.replace(workflow, **{name: other(getattr(workflow, name))})
        return dataclasses.replace(old, workflow=changed)
    if part in (State, Transition):
        key = "states" if part is State else "transitions"
        parts = dict(getattr(workflow, key))
        one = filled_one(list(parts.values()), name)
        parts[one.id] = dataclasses.replace(one, **{name: other(getattr(one, name))})
        return dataclasses.replace(old, workflow=dataclasses.replace(workflow, **{key: parts}))
    form = old.forms["outline"]
    if part is Form:
        changed_form = dataclasses.replace(form, **{name: other(getattr(form, name))})
    else:
        asked = filled_one(list(form.fields), name)
        spoilt_one = dataclasses.replace(asked, **{name: other(getattr(asked, name))})
        parts_now = (
            dataclasses.replace(
                part, fields=tuple(spoilt_one if f is asked else f for f in part.fields)
            )
            for part in form.parts
        )
        changed_form = dataclasses.replace(form, parts=tuple(parts_now))
    return dataclasses.replace(old, forms={"outline": changed_form})


def filled_one(parts: list[Any], name: str) -> Any:
    """Return the first part that has something there, else the first one."""
    return next((part for part in parts if getattr(part, name)), parts[0])


def other(value: Any) -> Any:
    """Return another value that the attribute might have."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, Text):
        return Text(f"{value.de}!", f"{value.en}!")
    if isinstance(value, str):
        return f"{value}x"
    if isinstance(value, tuple):
        return value[1:] if value else ("member",)
    if hasattr(value, "items"):
        return dict(list(value.items())[1:]) if value else {"view": ("member",)}
    if value is None:
        return "x"
    if isinstance(value, int):
        return value + 1
    first = dataclasses.fields(value)[0].name
    return dataclasses.replace(value, **{first: other(getattr(value, first))})


def test_the_picture_shows_what_is_new_and_what_is_gone(
    versions: tuple[Contents, Contents],
) -> None:
    old, new = versions
    found = marks(old.workflow, new.workflow, compare(old, new))
    assert found.states["formal_check"] == "added"
    assert found.ways["outline_draft", "formal_check"] == "added"
    assert found.ways["outline_draft", "in_review"] == "removed"
    whole = merged(old.workflow, new.workflow)
    assert set(whole.states) == {*old.workflow.states, *new.workflow.states}
    assert '"outline_draft" -> "in_review"' in to_dot(whole, "de")
    assert '"formal_check"' in to_dot(merged(new.workflow, old.workflow), "de")


# ── Plans ───────────────────────────────────────────────────────────────────────────────────────


def read(text: str) -> Plan:
    problems = Problems()
    plan = parse_plan(text, "plan.yaml", problems)
    assert problems == []
    assert plan is not None
    return plan


def test_a_plan_is_written_as_it_is_read() -> None:
    plan = read(PLAN)
    assert plan.states["in_review"] == (
        Target("formal_check", "!review.formal.filled"),
        Target("in_review"),
    )
    assert read(written(plan)) == plan


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(lambda n: n not in ("y", "n"))


@given(
    st.dictionaries(NAMES, NAMES, max_size=3),
    st.dictionaries(NAMES.map(lambda n: f"f.{n}"), NAMES.map(lambda n: f"f.{n}"), max_size=3),
    st.dictionaries(NAMES.map(lambda n: f"f.{n}"), st.text(max_size=20), max_size=2),
    st.sampled_from(["keep", "restart"]),
    st.booleans(),
)
def test_any_plan_is_written_as_it_is_read(
    states: dict[str, str],
    fields: dict[str, str],
    defaults: dict[str, str],
    clock: str,
    notify: bool,
) -> None:
    printable = {k: v for k, v in defaults.items() if v.isprintable()}
    plan = Plan(
        "w", 1, 2,
        states={a: (Target(b),) for a, b in states.items()},
        fields=fields, defaults=printable, clock=clock, notify=notify,
    )  # fmt: skip
    assert read(written(plan)) == plan


def test_a_plan_is_suggested_that_fits(versions: tuple[Contents, Contents]) -> None:
    old, new = versions
    plan = suggest(old, new, 1, 2)
    assert plan.fields == {
        "outline.situation": "outline.need",
        "outline.existing_offers": "drop",
        "outline.milestones.due": "outline.milestones.day",
    }
    assert check_plan(plan, old, new, lambda _text: None) == []


def test_a_plan_ends_no_case(versions: tuple[Contents, Contents]) -> None:
    old, new = versions
    plan = Plan("tandem_project", 1, 2, states={"active": (Target("archived"),)})
    (problem,) = check_plan(plan, old, new, lambda _text: None)
    assert "ein Ende" in problem.de


# ── Answers ─────────────────────────────────────────────────────────────────────────────────────


def asks(**types: str) -> Contents:
    """Return a version with a form `f` of these fields (name → type)."""
    fields = tuple(Field(n, kind, Text(n, n), PLACE) for n, kind in types.items())
    form = Form("f", Text("F", "F"), (Part("p", None, (), fields),), (), PLACE)
    return Contents(VERSION.workflow, {"f": form})


VERSION = contents(shipped(WORKFLOW), shipped(OUTLINE))
HERE = Plan("w", 1, 2)


@pytest.mark.parametrize(
    ("before", "after", "value", "becomes"),
    [
        ("text", "long_text", "Hallo", "Hallo"),
        ("integer", "text", 36, "36"),
        ("integer", "decimal", 36, "36"),
        ("integer", "money", 36, "36.00"),
        ("decimal", "integer", "36", 36),
        ("date", "date", "2026-01-31", "2026-01-31"),
        ("yes_no", "yes_no", False, False),
    ],
)
def test_a_value_goes_into_a_field_that_can_hold_it(
    before: str, after: str, value: Any, becomes: Any
) -> None:
    found = carry(HERE, asks(a=before), asks(a=after), "f", {"a": value})
    assert (found.values, found.misfits, found.left) == ({"a": becomes}, [], [])


@pytest.mark.parametrize(
    ("before", "after", "value"),
    [
        ("long_text", "text", "zwei\nZeilen"),
        ("text", "integer", "viele"),
        ("decimal", "integer", "36.5"),
        ("text", "date", "bald"),
        ("text", "one_of", "x"),
        ("text", "rows", "x"),
        ("rows", "text", [{"_id": "1"}]),
    ],
)
def test_a_value_that_does_not_fit_is_named_and_not_bent(
    before: str, after: str, value: Any
) -> None:
    found = carry(HERE, asks(a=before), asks(a=after), "f", {"a": value})
    assert [m.name for m in found.misfits] == ["f.a"]


def test_nothing_is_left_behind_without_being_named() -> None:
    plan = Plan("w", 1, 2, fields={"f.a": "f.b"})
    old, new = asks(a="text", c="text"), asks(b="text", d="date")
    found = carry(plan, old, new, "f", {"a": "x", "c": "y"})
    assert found.values == {"b": "x"}
    assert [(item.name, item.value) for item in found.left] == [("f.c", "y")]
    filled = carry(
        Plan("w", 1, 2, fields={"f.a": "f.b"}, defaults={"f.d": "31.1.2026"}), old, new, "f",
        {"a": "x"},
    )  # fmt: skip
    assert filled.values == {"b": "x", "d": date(2026, 1, 31).isoformat()}


def test_a_form_that_is_gone_is_left_behind_as_a_whole() -> None:
    old = asks(a="text")
    new = Contents(old.workflow, {})
    found = carry(HERE, old, new, "f", {"a": "x"})
    assert (found.form, [item.name for item in found.left]) == ("", ["f"])


def test_every_sentence_is_there_in_both_languages() -> None:
    for table in (wording.ADDED, wording.REMOVED, wording.MORE, wording.LESS, wording.SET):
        for text in table.values():
            assert text.de
            assert text.en
            assert text.de != text.en or "→" in text.de
