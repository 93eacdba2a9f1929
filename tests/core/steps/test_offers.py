"""What each person may do: open, or closed with all reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.cases import (
    AGENCY,
    EMRE,
    JONAS,
    MIRIAM,
    SABINE,
    TOBIAS,
    TODAY,
    case,
    closed_by,
    confirmed,
    garden,
)
from workflow_app.core.cases.situation import Actor, Situation
from workflow_app.core.errors import NotAllowed
from workflow_app.core.steps.engine import Engine

PLAN = {
    "title": "Beete",
    "cost": "50.00",
    "harvest": "2026-09-30",
    "beds": [
        {"_id": "1", "name": "Ost", "width": "2.5"},
        {"_id": "2", "name": "W", "width": "1.5"},
    ],
}
PLANNING = case("planning", forms={"plan": PLAN})


def planning(**changes: object) -> Situation:
    return case("planning", forms={"plan": {**PLAN, **changes}})


def checking(actor_says: str = "", **check: object) -> Situation:
    return case("checking", round=1, forms={"check": {"r1": {"x": actor_says, **check}}})


def mine(situation: Situation, actor: Actor) -> list[str]:
    """Return the transitions that are of the kind that a person may make."""
    return [o.transition.id for o in garden().offers(situation, actor) if o.mine]


def test_everybody_gets_the_exits_of_the_state_in_the_files_order() -> None:
    offers = garden().offers(PLANNING, EMRE)

    assert [o.transition.id for o in offers] == ["submit", "give_up", "buy_land"]
    assert [o.open for o in offers] == [False, False, False]


def test_sabine_and_tobias_may_give_up_and_nobody_else() -> None:
    open_to = [
        a.name
        for a in (SABINE, TOBIAS, JONAS, MIRIAM, EMRE)
        if garden().offer(PLANNING, a, "give_up").open
    ]

    assert open_to == ["Sabine Kraus", "Tobias Lindner"]


def test_who_may_not_is_told_who_may() -> None:
    [reason] = garden().offer(PLANNING, JONAS, "give_up").reasons

    assert reason.lifted_by == ("municipal_partner", "civic_partner")
    assert reason.text.de == ("Diesen Schritt kann nur machen: Kommunale Seite, Engagement-Seite.")


def test_only_the_other_side_joins() -> None:
    assert [garden().offer(case("idea"), a, "join").open for a in (SABINE, TOBIAS)] == [False, True]


def test_what_is_decided_later_is_closed_and_says_so() -> None:
    offer = garden().offer(PLANNING, TOBIAS, "buy_land")

    assert [(r.kind, r.text.en) for r in offer.reasons] == [
        ("undecided", "Land cannot be bought yet.")
    ]
    assert offer.mine


def test_a_closed_step_names_every_reason_at_once() -> None:
    situation = planning(cost="1000.00", harvest="2026-03-02", beds=[])

    assert closed_by(garden(), situation, MIRIAM, "submit") == [
        "who:by",
        "requirement:cheap",
        "requirement:beds",
        "requirement:ahead",
        "sign_off:municipal",
        "sign_off:civic",
    ]


def test_a_reason_names_the_field_that_is_missing() -> None:
    situation = case("planning", forms={"plan": {k: PLAN[k] for k in ("title", "cost", "beds")}})

    reasons = {r.id: r for r in garden().offer(situation, SABINE, "submit").reasons}

    assert reasons["ahead"].field == "plan.harvest"
    assert reasons["ahead"].text.de.endswith("(„Ernte“ ist noch nicht ausgefüllt.)")
    assert (reasons["plan"].kind, reasons["plan"].field) == ("form", "plan.harvest")


def test_a_step_that_names_nobody_is_nobodys() -> None:
    engine = garden()
    for change in ({"by": ()}, {"by": (), "group": ("gardeners",)}):
        give_up = replace(engine.workflow.transitions["give_up"], **change)
        steps = {**engine.workflow.transitions, "give_up": give_up}
        other = Engine(replace(engine.workflow, transitions=steps), engine.forms, {"longest": 3})
        for actor in (SABINE, TOBIAS, JONAS, MIRIAM, EMRE):
            assert not other.offer(PLANNING, actor, "give_up").open


def test_a_start_by_permission_alone_is_nobodys_for_there_is_no_state() -> None:
    engine = garden()
    begin = replace(engine.workflow.transitions["begin"], by=(), permission=("edit",))
    steps = {**engine.workflow.transitions, "begin": begin}
    other = Engine(replace(engine.workflow, transitions=steps), engine.forms, {"longest": 3})

    assert not other.offer(case(None), SABINE, "begin").mine


def test_a_right_of_the_state_opens_to_its_roles() -> None:
    assert mine(checking(), MIRIAM) == ["send_back"]
    assert mine(checking(), JONAS) == ["approve", "send_back", "hurry"]
    assert mine(checking(), SABINE) == []


def test_nobody_decides_about_the_own_project_or_organisation() -> None:
    colleague = replace(JONAS, organisations=frozenset({AGENCY}))
    partner = replace(SABINE, roles=SABINE.roles | {"supervisor"})

    for actor in (colleague, partner):
        assert "who:not_by" in closed_by(garden(), checking(), actor, "approve")
    assert "who:not_by" not in closed_by(garden(), checking(), JONAS, "approve")


def test_the_steps_own_condition_closes_it_for_everybody() -> None:
    dry, wet = case("checking"), case("checking", variables=frozenset({"watered"}))

    assert closed_by(garden(), dry, JONAS, "hurry") == ["state:when"]
    assert garden().offer(wet, JONAS, "hurry").open


def test_what_the_act_answers_is_judged_when_it_is_sent() -> None:
    engine, checked = garden(), {"complete": {"map": "yes", "soil": "yes"}}

    # Jonas is about to give his reason; that Miriam has not checked he learns at once.
    assert closed_by(engine, case("checking", round=1), JONAS, "approve") == [
        "requirement:complete_and_why"
    ]
    assert engine.offer(checking(**checked), JONAS, "approve").open
    sent = replace(checking(**checked), acting={"check": checked})
    assert closed_by(engine, sent, JONAS, "approve") == ["requirement:complete_and_why"]
    sent = replace(sent, acting={"check": {**checked, "why": "Gut"}})
    assert engine.offer(sent, JONAS, "approve").open


def test_opening_a_case_is_judged_with_what_is_sent() -> None:
    engine = garden()

    assert engine.offer(case(None), SABINE, "begin").open
    assert not engine.offer(case(None), JONAS, "begin").open
    dear = case(None, acting={"plan": {**PLAN, "cost": "1000.00"}})
    assert closed_by(engine, dear, SABINE, "begin") == ["requirement:cheap"]


def test_a_warning_does_not_close() -> None:
    soon = planning(harvest="2026-04-30")

    offer = garden().offer(confirmed(garden(), soon, "submit", SABINE, TOBIAS), SABINE, "submit")

    assert offer.open
    assert [w.id for w in offer.warnings] == ["long"]
    assert garden().offer(PLANNING, SABINE, "submit").warnings == ()


def test_what_another_state_offers_is_no_step_here() -> None:
    with pytest.raises(NotAllowed) as refused:
        garden().offer(PLANNING, JONAS, "approve")

    assert [r.kind for r in refused.value.reasons] == ["state"]


def test_a_timer_is_no_step_of_a_person() -> None:
    with pytest.raises(NotAllowed):
        garden().offer(case("idea"), SABINE, "lapse")


def test_an_end_offers_nothing() -> None:
    assert garden().offers(case("done"), SABINE) == ()


def test_the_machine_moves_and_knows_what_it_cannot() -> None:
    engine = garden()
    steps = engine.workflow.transitions

    assert engine.target(steps["begin"], None) == "idea"
    assert engine.target(steps["join"], "idea") == "planning"
    assert engine.target(steps["water"], "growing") == "growing"
    for step, state in (("approve", "idea"), ("begin", "idea"), ("close", "done")):
        with pytest.raises(NotAllowed):
            engine.target(steps[step], state)


def test_automatic_steps_follow_when_both_sides_are_in() -> None:
    views = {side: {"mood": {"A1": "5", "A2": "1"}} for side in ("municipal", "civic")}

    both = garden().automatic(case("growing", forms={"view": views}))
    one = garden().automatic(case("growing", forms={"view": {"civic": views["civic"]}}))

    assert both is not None
    assert (both.id, one) == ("compare", None)
    assert garden().automatic(PLANNING) is None


@pytest.mark.parametrize(
    ("state", "days", "watered", "due"),
    [
        ("idea", 59, False, None),
        ("idea", 60, False, "lapse"),
        ("growing", 30, False, "wither"),
        ("growing", 30, True, None),
        ("planning", 999, False, None),
    ],
)
def test_a_timer_fires_when_its_day_has_come(
    state: str, days: int, watered: bool, due: str | None
) -> None:
    entered = TODAY - timedelta(days=days)
    variables = frozenset({"watered"} if watered else ())

    found = garden().due(case(state, entered_on=entered, variables=variables))

    assert (found.id if found else None) == due


def test_names_for_a_person_to_read() -> None:
    engine = garden()

    assert engine.role_names(("other_side", "supervisor"), "en") == "the other side, Supervisor"
    label = engine.label_of("view.municipal.mood")
    assert label is not None
    assert label("de") == "Stimmung"
    assert engine.label_of("plan.nothing") is None
    assert engine.label_of("today") is None


def test_entries_of_the_act_count_with_those_that_are_there() -> None:
    sunny = case("growing", forms={"visit": {"a": {"weather": "sun"}}})
    rainy = replace(sunny, acting={"visit": {"weather": "rain"}})

    assert closed_by(garden(), sunny, SABINE, "show") == ["requirement:visited"]
    assert garden().offer(rainy, SABINE, "show").open
