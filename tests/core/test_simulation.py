"""Playing a workflow with invented people: the engine of the real cases, and nothing kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.cases import ROOT, garden, tandem, texts
from workflow_app.core.definition.model import Deadline, Text, Waiting
from workflow_app.core.forms.fields import FIELD_TYPES
from workflow_app.core.problems import Problems
from workflow_app.core.simulation.choices import HERE, choices, new_play, with_step, without_last
from workflow_app.core.simulation.deadlines import due_on
from workflow_app.core.simulation.effects import EFFECTS as PLAYED_EFFECTS
from workflow_app.core.simulation.game import game_of
from workflow_app.core.simulation.play import Play, Step, parse_play, write_play
from workflow_app.core.simulation.rehearsal import read_plays, rehearse
from workflow_app.core.simulation.samples import SAMPLES
from workflow_app.core.simulation.simulate import Played, played
from workflow_app.core.steps.engine import Engine
from workflow_app.core.tables.effects import EFFECTS
from workflow_app.services.content.files import document_kinds, read_content
from workflow_app.services.content.verified import verify_content

PEOPLE = """\
play: planting
workflow: garden
people:
  sabine: {name: Sabine Kraus, roles: [civic_partner], side: civic, organisation: Agentur}
  tobias: {name: Tobias Lindner, roles: [municipal_partner], side: municipal, organisation: Amt}
  jonas: {name: Dr. Jonas Reiter, roles: [supervisor], organisation: Ministerium}
steps:
"""


def play(*steps: str) -> Play:
    """Return a play of the garden with these steps."""
    problems = Problems()
    found = parse_play(PEOPLE + "\n".join(f"  - {{{s}}}" for s in steps), "p.yaml", problems)
    assert problems == []
    assert found is not None
    return found


def result(*steps: str) -> Played:
    return played(garden(), play(*steps))


def refused(*steps: str) -> tuple[str, ...]:
    found = result(*steps)
    assert found.refused is not None
    return found.refused.ids


def test_a_case_is_opened_with_invented_answers() -> None:
    found = result("who: sabine, does: begin", "state: idea")

    assert found.refused is None
    situation = found.simulation.situation
    assert (situation.newest("plan") or {})["title"] == "Titel"
    assert [h.text.en for h in found.simulation.happened] == ["Sabine Kraus: Begin."]


def test_what_a_step_types_is_checked_as_in_a_real_form() -> None:
    assert refused("who: sabine, does: begin, fill: {cost: 9000}") == ("too_large",)
    assert refused("who: sabine, does: begin, fill: {cost: 2000}") == ("cheap",)


def test_a_requirement_can_be_assumed_and_the_play_says_so() -> None:
    assumed = play("who: sabine, does: begin, fill: {cost: 2000}, assume: [cheap]")

    assert played(garden(), assumed).refused is None
    assert "assume:\n  - cheap" in write_play(assumed)


def test_who_may_not_is_refused_and_a_play_may_expect_it() -> None:
    assert refused("who: jonas, does: begin") == ("by",)
    assert result("who: jonas, cannot: begin, because: [by]").refused is None
    assert refused("who: sabine, cannot: begin") == ("open",)
    assert "by" in refused("who: jonas, cannot: begin, because: [not_by]")


def test_time_passes_and_timers_fire_on_their_day() -> None:
    opened = "who: sabine, does: begin"

    assert result(opened, "days: 59", "state: idea").refused is None
    assert result(opened, "days: 60", "state: gone").refused is None
    assert refused(opened, "days: 59", "state: gone") == ("state",)


def test_the_first_step_that_fails_ends_the_play_and_is_named_with_its_place() -> None:
    problems = Problems()

    rehearse(play("who: jonas, does: begin", "state: idea"), garden(), problems)

    [problem] = problems
    assert (problem.rule, problem.place.line, problem.severity) == ("play", 8, "error")
    assert "(by)" in problem.en


@pytest.mark.parametrize(
    ("step", "rule"),
    [
        ("who: emre, does: begin", "unknown_player"),
        ("does: begin", "unknown_player"),
        ("who: sabine, days: 3", "unknown_player"),
        ("who: sabine, does: begin, state: idea", "one_act"),
        ("days: 0", "days"),
        ("days: soon", "not_a_number"),
        ("who: sabine, dose: begin", "unknown_key"),
    ],
)
def test_a_play_that_is_written_wrongly_is_refused_with_its_line(step: str, rule: str) -> None:
    problems = Problems()
    parse_play(f"{PEOPLE}  - {{{step}}}", "p.yaml", problems)

    assert rule in {p.rule for p in problems}
    assert {p.place.line for p in problems} == {8}


def test_a_play_lasts_ten_years_at_most() -> None:
    problems = Problems()
    found = parse_play(PEOPLE + "  - {days: 2000}\n" * 2, "p.yaml", problems)

    assert [p.rule for p in problems] == ["too_long"]
    assert found is not None
    assert found.steps == ()


def test_a_play_reads_back_as_it_was_written() -> None:
    first = play(
        "who: sabine, does: begin, fill: {title: Apfel, beds: [{name: Nord, width: '4'}]}",
        "days: 3",
        "waits_for: [municipal_partner]",
        "who: jonas, cannot: approve, because: [state]",
    )
    again = parse_play(write_play(first), "p.yaml", Problems())

    assert again is not None
    assert [(s.act, s.target, s.who, s.fill) for s in again.steps] == [
        (s.act, s.target, s.who, s.fill) for s in first.steps
    ]
    assert again.people == first.people


def test_every_play_that_is_shipped_comes_to_its_end() -> None:
    problems = Problems()
    plays = read_plays(texts(), problems)

    assert len(plays) >= 2
    for found in plays:
        rehearse(found, tandem(), problems)
    assert [str(p) for p in problems] == []


@pytest.mark.slow
def test_a_shipped_play_notices_that_an_idea_waits_longer() -> None:
    changed = {
        path: text.replace("after: {days: 60}", "after: {days: 200}")
        for path, text in read_content([ROOT]).items()
    }

    found = verify_content(changed, document_kinds([ROOT]))

    assert [p.place.file for p in found if p.rule == "play"] == [
        "workflows/plays/silence_ends_an_idea.yaml"
    ]


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.lists(st.integers(0, 30), max_size=12))
def test_whoever_plays_at_random_is_answered_and_can_go_back(picks: list[int]) -> None:
    engine = garden()
    current = new_play(engine.workflow)
    for pick in picks:
        offered = choices(played(engine, current).simulation)
        if not offered:
            break
        choice = offered[pick % len(offered)]
        before = current
        current = with_step(current, choice.assuming if choice.assumable else choice.step)
        found = played(engine, current)
        if found.refused:
            assert found.failed == current.steps[-1]
            current = without_last(current)
            assert current == before


def test_a_play_by_hand_offers_what_is_open_first() -> None:
    engine = tandem()
    opened = with_step(new_play(engine.workflow), Step("does", "create", HERE, "civic_partner"))
    found = played(engine, opened)
    assert found.refused is None

    offered = choices(found.simulation)

    first = offered[0].step
    assert (first.who, first.act, first.target) == (
        "municipal_partner",
        "does",
        "confirm_partnership",
    )
    closed = [bool(c.reasons) for c in offered]
    assert closed == sorted(closed)
    assert not any(c.step.who == "supervisor" for c in offered)

    confirmed = played(engine, with_step(opened, first)).simulation
    possible = [c for c in choices(confirmed) if not c.reasons]
    assert [c.step.target for c in possible if c.wanted] == ["outline", "outline"]
    assert {c.step.target for c in possible[:2]} == {"outline"}
    # To change a contact, or to withdraw, is rarely next.
    rare = [c.aside for c in possible]
    assert rare == sorted(rare)
    assert any(rare)


def test_every_effect_and_field_type_has_its_counterpart_in_a_play() -> None:
    elsewhere = {"rows", "date", "date_time", "reference", "references", "computed"}

    assert set(PLAYED_EFFECTS) == set(EFFECTS)
    assert set(SAMPLES) | elsewhere == set(FIELD_TYPES)


def test_the_day_counts_on_from_the_start() -> None:
    found = result("who: sabine, does: begin", "days: 21")

    assert found.refused is None
    assert found.simulation.situation.today == date(2026, 3, 23)


def hurried(when: str | None = None) -> Engine:
    """Return the garden in which the municipal side is to answer an idea within ten days."""
    engine = garden()
    rule = Deadline(10, warn=(5,), escalate_to=("supervisor",))
    waiting = Waiting("municipal_partner", when, Text("Antworten", "Answer"), None, rule)
    idea = replace(engine.workflow.states["idea"], waits_for=(waiting,))
    states = {**engine.workflow.states, "idea": idea}
    return Engine(replace(engine.workflow, states=states), engine.forms, {"longest": 3})


def test_a_deadline_that_a_task_has_of_its_own_is_called_to_mind_and_ends_with_the_task() -> None:
    steps = play("who: sabine, does: begin", "days: 11")
    asked = played(hurried(), steps).simulation
    reminder = "Erinnerung an Kommunale Seite: Antworten, Frist 12.03.2026."
    assert [(h.day.day, h.text.de) for h in asked.happened[1:]] == [
        (7, reminder),
        (12, reminder),
        (13, "Die Frist ist überschritten; das erfährt: Projektaufsicht."),
    ]
    assert [due_on(asked.owed, turn) for turn in asked.turns()] == [date(2026, 3, 12)]
    over = played(hurried("today < date('2026-03-09')"), steps).simulation
    assert [(h.day.day, h.text.de) for h in over.happened[1:]] == [(7, reminder)]
    assert over.owed == {}


def test_a_play_tells_by_when_whom_it_waits_for() -> None:
    begun = play("who: sabine, does: begin")
    own, state = (game_of([e]).shown(begun).waiting for e in (hurried(), garden()))
    assert [(w.task.en, w.due_on) for w in own] == [("Answer", date(2026, 3, 12))]
    assert {w.due_on for w in state} == {date(2026, 3, 23)}
