"""A plan as questions: one for all that is gone or changed, and the answers make the same plan."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.changed_lifecycle import PLAN
from tests.core.changes.test_changes import asks, versions
from workflow_app.core.changes.contents import Contents
from workflow_app.core.definition.forms import Field, Option, Required
from workflow_app.core.definition.model import Text
from workflow_app.core.migrations.answers import answered, given_by
from workflow_app.core.migrations.plan import Plan, Target, parse_plan, written
from workflow_app.core.migrations.planning import check_plan
from workflow_app.core.migrations.questions import KEEP, STAY, Asker, Question
from workflow_app.core.migrations.suggesting import suggest
from workflow_app.core.problems import Place, Problems

__all__ = ["versions"]
PLACE = Place("x.yaml", 1, 1)
BASE = Plan("w", 1, 2)
Pair = tuple[Contents, Contents]


def by_key(questions: list[Question]) -> dict[str, Question]:
    return {q.key: q for q in questions}


def field(name: str, kind: str = "text", label: str = "", *options: str, **more: object) -> Field:
    made = tuple(Option(o, Text(o, o)) for o in options)
    text = Text(label or name, label or name)
    found = Field(name, kind, text, PLACE, options=made)
    return dataclasses.replace(found, **more)  # type: ignore[arg-type]


def form(*fields: Field) -> Contents:
    """Return a version whose one form `f` has these fields."""
    there = asks()
    part = dataclasses.replace(there.forms["f"].parts[0], fields=fields)
    return dataclasses.replace(
        there, forms={"f": dataclasses.replace(there.forms["f"], parts=(part,))}
    )


def without_state(contents: Contents, name: str) -> Contents:
    states = {n: s for n, s in contents.workflow.states.items() if n != name}
    return dataclasses.replace(
        contents, workflow=dataclasses.replace(contents.workflow, states=states)
    )


def opened(old: Contents, new: Contents, **running: int) -> dict[str, Question]:
    plan = suggest(old, new, 1, 2, sure_only=True)
    return by_key(Asker(plan, old, new, running, fresh=True).questions())


def test_the_changed_lifecycle_asks_for_what_is_gone_and_for_states_with_cases(
    versions: Pair,
) -> None:
    old, new = versions
    found = opened(old, new, in_review=3)
    assert {key: q.answer for key, q in found.items()} == {
        "states.in_review": "in_review",
        "fields.outline.situation": "outline.need",
        "fields.outline.existing_offers": "drop",
        "fields.outline.milestones.due": "outline.milestones.day",
    }
    assert found["states.in_review"].running == 3
    assert not found["states.in_review"].gone


def test_a_written_plan_is_shown_with_its_conditions_and_comes_out_the_same(
    versions: Pair,
) -> None:
    old, new = versions
    plan = parse_plan(PLAN, "plan.yaml", Problems())
    assert plan is not None
    questions = Asker(plan, old, new, {"in_review": 1}).questions()
    assert by_key(questions)["states.in_review"].whens == (
        ("!review.formal.filled", "formal_check"),
    )
    assert answered(BASE, old, new, {"in_review": 1}, given_by(questions)).problems == []
    again = answered(dataclasses.replace(BASE, workflow="tandem_project"), old, new, {},
                     given_by(questions)).plan  # fmt: skip
    assert again == plan


def test_a_state_that_is_gone_with_cases_in_it_has_to_be_decided(versions: Pair) -> None:
    old, _ = versions
    new = without_state(old, "in_review")
    question = opened(old, new, in_review=2)["states.in_review"]
    assert (question.answer, question.gone) == ("", True)
    assert "archived" not in [c.key for c in question.choices], "a plan ends no case"
    undecided = answered(BASE, old, new, {"in_review": 2}, {"states.in_review": ""})
    (problem,) = undecided.problems
    assert problem.place.file == "states.in_review"
    assert problem.de == "Wählen Sie, was aus „In Prüfung“ wird."
    stay = answered(BASE, old, new, {"in_review": 2}, {"states.in_review": STAY})
    assert (stay.plan.states, stay.problems) == ({}, [])


def test_a_state_that_may_be_one_of_two_is_not_guessed(versions: Pair) -> None:
    old, new = versions
    one, two = (without_state(contents, "idea") for contents in (old, new))
    assert "formal_check" in two.workflow.states
    renamed = dataclasses.replace(
        two.workflow.states["in_review"], id="examined", label=Text("Begutachtung", "Examination")
    )
    states = {**without_state(two, "in_review").workflow.states, "examined": renamed}
    both = dataclasses.replace(two, workflow=dataclasses.replace(two.workflow, states=states))
    question = opened(one, both, in_review=1)["states.in_review"]
    assert (question.answer, question.maybe) == ("", None)
    del states["formal_check"]
    alone = dataclasses.replace(two, workflow=dataclasses.replace(two.workflow, states=states))
    maybe = opened(one, alone, in_review=1)["states.in_review"].maybe
    assert maybe == Text("Begutachtung", "Examination")


def test_a_field_is_offered_those_of_its_kind_that_came_and_only_a_sure_one_is_chosen() -> None:
    old = form(field("a"), field("b"), field("kept"), field("n", "integer"))
    new = form(field("x", "text", "b"), field("y"), field("kept"), field("m", "date"))
    found = opened(old, new)
    assert found["fields.f.b"].answer == "f.x"
    assert found["fields.f.n"].answer == "drop"
    doubtful = found["fields.f.a"]
    assert [c.key for c in doubtful.choices] == ["f.x", "f.y", "drop"]
    assert (doubtful.answer, doubtful.maybe) == ("", Text("y", "y"))


def test_a_choice_that_is_gone_is_asked_for_also_where_its_field_has_another_name() -> None:
    old = form(field("kind", "one_of", "Art", "walk", "talk"))
    new = form(field("sort", "one_of", "Art", "walk", "speech"))
    given = answered(BASE, old, new, {}, {})
    assert [q.key for q in given.questions] == ["fields.f.kind", "values.f.kind.talk"]
    (problem,) = given.problems
    assert problem.place.file == "values.f.kind.talk"
    answers = {"fields.f.kind": "f.sort", "values.f.kind.talk": "speech"}
    assert answered(BASE, old, new, {}, answers).plan.values == {"f.kind": {"talk": "speech"}}


def test_a_field_of_another_type_may_keep_its_name_or_be_left_behind() -> None:
    old, new = form(field("a")), form(field("a", "integer"))
    question = opened(old, new)["fields.f.a"]
    assert ([c.key for c in question.choices], question.answer) == ([KEEP, "drop"], KEEP)
    assert answered(BASE, old, new, {}, {"fields.f.a": KEEP}).plan.fields == {}
    assert answered(BASE, old, new, {}, {"fields.f.a": "drop"}).plan.fields == {"f.a": "drop"}


def test_a_form_that_took_anothers_place_opens_the_questions_for_its_fields() -> None:
    old = form(field("a"), field("n", "integer"))
    named = dataclasses.replace(old.forms["f"], id="g", label=Text("G", "G"))
    part = dataclasses.replace(named.parts[0], fields=(field("b", "text", "a"),))
    new = dataclasses.replace(old, forms={"g": dataclasses.replace(named, parts=(part,))})
    assert list(opened(old, new)) == ["forms.f"]
    found = answered(BASE, old, new, {}, {"forms.f": "g"})
    assert found.plan.forms == {"f": "g"}
    assert found.plan.fields == {"f.a": "g.b", "f.n": "drop"}
    assert check_plan(found.plan, old, new, lambda _: None) == []


def test_a_new_field_that_must_be_filled_is_asked_for_and_its_value_is_checked() -> None:
    need = field("reach", "integer", required=Required(always=True), minimum="1")
    old = form(field("a"), field("late"))
    new = form(field("a"), field("late", required=Required(always=True)), need)
    found = opened(old, new)
    assert {key: q.answer for key, q in found.items()} == {
        "defaults.f.late": "", "defaults.f.reach": "",
    }  # fmt: skip
    for typed, complaint in (("viele", "ist kein Wert"), ("0", "mindestens 1"), ("", "")):
        plan = answered(BASE, old, new, {}, {"defaults.f.reach": typed}).plan
        problems = check_plan(plan, old, new, lambda _: None)
        assert [p.place.file for p in problems] == ["defaults.f.reach"] * bool(complaint)
        assert all(complaint in p.de for p in problems), problems


def test_two_fields_never_become_one() -> None:
    old, new = form(field("a"), field("b")), form(field("b"))
    (problem,) = check_plan(Plan("w", 1, 2, fields={"f.a": "f.b"}), old, new, lambda _: None)
    assert "kann nicht aus zweien entstehen: „f.a“ und „f.b“" in problem.de
    swapped = Plan("w", 1, 2, fields={"f.a": "f.b", "f.b": "drop"})
    assert check_plan(swapped, old, new, lambda _: None) == []


def test_a_choice_is_translated_only_into_one_that_there_is() -> None:
    old = form(field("kind", "one_of", "Art", "walk", "talk"))
    new = form(field("kind", "one_of", "Art", "walk"))
    plan = parse_plan(
        "migration: w\nfrom: 1\nto: 2\nvalues:\n  f.kind:\n    talk: wlak\n", "p", Problems()
    )
    assert plan is not None
    (problem,) = check_plan(plan, old, new, lambda _: None)
    assert (problem.place.line, "wlak" in problem.de) == (6, True)


STATES = st.sampled_from(["idea", "in_review", "active", "formal_check"])
WHEN = st.one_of(st.none(), st.sampled_from(["!review.formal.filled", "outline.title.filled"]))


@given(
    st.dictionaries(STATES, st.lists(st.tuples(STATES, WHEN), min_size=1, max_size=3)),
    st.dictionaries(st.sampled_from(["outline.situation", "outline.summary"]),
                    st.sampled_from(["outline.need", "outline.summary", "drop"])),
    st.sampled_from(["keep", "restart"]),
    st.booleans(),
)  # fmt: skip
def test_questions_and_text_say_the_same_plan(
    pair: Pair,
    states: dict[str, list[tuple[str, str | None]]],
    fields: dict[str, str],
    clock: str,
    notify: bool,
) -> None:
    old, new = pair
    known = {
        n: tuple(sorted((Target(*t) for t in ts), key=lambda t: t.when is None))
        for n, ts in states.items()
        if n in old.workflow.states and sum(when is None for _, when in ts) <= 1
    }
    moved = {n: ts for n, ts in known.items() if ts != (Target(n),)}
    plan = Plan("w", 1, 2, states=moved, fields=fields, clock=clock, notify=notify)
    base = dataclasses.replace(BASE, clock=clock, notify=notify)
    given = given_by(Asker(plan, old, new, {}).questions())
    again = answered(base, old, new, {}, given).plan
    same = {name: to for name, to in again.fields.items() if name in fields}
    assert (again.states, same) == (plan.states, plan.fields)
    assert (again.clock, again.notify) == (clock, notify)
    assert parse_plan(written(again), "p", Problems()) == again


@pytest.fixture(scope="module", name="pair")
def _pair(versions: Pair) -> Pair:
    return versions
