"""Whose turn it is, in the small workflow and in each state of the one that is shipped."""

from __future__ import annotations

import pytest

from tests.core.cases import JONAS, SABINE, TOBIAS, case, confirmed, garden, tandem
from tests.core.tables.amendment_cases import MATCHING, copies
from workflow_app.core.cases.situation import Actor, Situation
from workflow_app.core.steps.engine import Engine

PLAN = {"title": "Beete", "cost": "50.00", "harvest": "2026-09-30"}
BOTH = {"municipal_partner", "civic_partner"}


def turns(situation: Situation, engine: Engine | None = None) -> set[str]:
    """Return the roles whose turn it is."""
    return {turn.role for turn in (engine or garden()).turns(situation)}


def test_the_other_side_answers_an_idea() -> None:
    assert turns(case("idea", initiating_side="civic")) == {"municipal_partner"}
    assert turns(case("idea", initiating_side="municipal")) == {"civic_partner"}
    assert turns(case("idea", initiating_side=None)) == BOTH


def test_whoever_has_confirmed_waits_for_the_other_side() -> None:
    planning = case("planning", forms={"plan": PLAN})

    assert turns(planning) == BOTH
    assert turns(confirmed(garden(), planning, "submit", SABINE)) == {"municipal_partner"}
    assert turns(confirmed(garden(), planning, "submit", TOBIAS)) == {"civic_partner"}


def test_if_both_confirmed_and_nothing_moved_both_are_asked_again() -> None:
    planning = case("planning", forms={"plan": {**PLAN, "beds": []}})

    assert turns(confirmed(garden(), planning, "submit", SABINE, TOBIAS)) == BOTH


def test_if_both_confirmed_what_another_makes_only_the_other_is_asked() -> None:
    comparing = case("comparing", forms={"plan": PLAN})

    assert turns(confirmed(garden(), comparing, "finish", SABINE)) == {
        "municipal_partner",
        "supervisor",
    }
    assert turns(confirmed(garden(), comparing, "finish", SABINE, TOBIAS)) == {"supervisor"}


def test_if_each_has_confirmed_something_else_both_are_asked() -> None:
    comparing = case("comparing", forms={"plan": PLAN})
    one = confirmed(garden(), comparing, "finish", SABINE)

    assert turns(confirmed(garden(), one, "close", TOBIAS)) == {*BOTH, "supervisor"}


def test_what_one_side_asks_for_beside_the_work_the_other_is_asked_to_confirm() -> None:
    found = tandem().turns(confirmed(tandem(), case("active"), "finish", SABINE))

    assert [(t.role, t.task.de, t.step) for t in found] == [
        ("municipal_partner", "Mitzeichnen: Durchführung abschließen", "finish"),
        ("municipal_partner", "Aktivitäten dokumentieren", None),
        ("civic_partner", "Aktivitäten dokumentieren", None),
    ]


def test_who_only_has_to_confirm_the_states_own_step_is_told_just_that() -> None:
    planning = confirmed(garden(), case("planning", forms={"plan": PLAN}), "submit", SABINE)
    [turn] = garden().turns(planning)

    assert (turn.role, turn.task.de, turn.step) == (
        "municipal_partner", "Mitzeichnen: Einreichen", "submit",
    )  # fmt: skip


def test_the_side_that_did_not_ask_for_the_pause_is_heard() -> None:
    asked = {"last_side": {"request_pause": "civic"}}

    before = tandem().turns(case("active", variables=frozenset({"pause_asked"}), **asked))
    heard = frozenset({"pause_asked", "pause_heard"})
    after = tandem().turns(case("active", variables=heard, **asked))

    view = "Zur Pausierung Stellung nehmen"
    assert [t.role for t in before if t.task.de == view] == ["municipal_partner"]
    assert [t.role for t in after if t.task.de == view] == []


def test_a_side_that_has_sent_its_view_waits() -> None:
    sent = case("growing", forms={"view": {"civic": {"mood": {"A1": "1", "A2": "1"}}}})

    assert turns(sent) == {"municipal_partner"}


def test_the_check_is_first_miriams_and_then_jonass() -> None:
    before = garden().turns(case("checking", round=1))
    after = garden().turns(
        case(
            "checking", round=1, forms={"check": {"r1": {"complete": {"map": "yes", "soil": "no"}}}}
        )
    )

    assert [(t.role, t.side, t.task.en) for t in before] == [("coordinator", None, "Check")]
    assert [(t.role, t.side, t.task.de) for t in after] == [("supervisor", None, "Entscheiden")]


def test_the_check_of_an_earlier_round_does_not_count() -> None:
    old = {"check": {"r1": {"complete": {"map": "yes", "soil": "no"}}}}

    assert turns(case("checking", round=2, forms=old)) == {"coordinator"}


def test_a_task_is_the_states_or_its_label() -> None:
    [first, *_] = garden().turns(case("planning"))
    [waiting] = garden().turns(case("idea"))

    assert (first.task.de, waiting.task.de) == ("Garten planen", "Idee")


def test_where_somebody_is_assigned_only_that_person_is_asked() -> None:
    [turn] = tandem().turns(ASSIGNED)

    assert (turn.role, turn.person) == ("supervisor", 7)


def test_an_ended_case_and_one_not_opened_wait_for_nobody() -> None:
    assert (garden().turns(case("done")), garden().turns(case(None))) == ((), ())


ITEMS = ("complete", "eligible", "period", "costs", "signatories_known")
FORMAL = {"review": {"r1": {"formal": dict.fromkeys(ITEMS, "yes")}}}
ASSIGNED = case(
    "in_review", round=1, forms=FORMAL, variables=frozenset({"supervisor_assigned"}),
    assigned={"supervisor": 7},
)  # fmt: skip
ALIGNED = case("agreement_alignment", agreement_digest="ab" * 32)
SHARED = case("assessment", variables=frozenset({"assessment_shared"}))
REPORTED = case("active", variables=frozenset({"report_open"}))
COPIES = {"municipal": {"place": "Landshut"}, "civic": {"place": "Landshut"}}
FILED = case("signature_pending", forms={"signature": COPIES})
HALF_FILED = case("signature_pending", forms={"signature": {"civic": {"place": "Landshut"}}})
ADDENDUM_FILED = copies(MATCHING, MATCHING)
OWN_VIEW = {"self_evaluation": {"civic": {"items": {"A1": "5"}}}}


def aligned(*who: Actor) -> Situation:
    return confirmed(tandem(), ALIGNED, "release_for_signature", *who)


SHIPPED: list[tuple[str, Situation, set[str]]] = [
    ("idea", case("idea"), {"municipal_partner"}),
    ("outline_draft", case("outline_draft"), BOTH),
    ("in_review", case("in_review", round=1), {"coordinator"}),
    ("in_review, checked", case("in_review", round=1, forms=FORMAL), {"coordinator", "supervisor"}),
    ("in_review, assigned", ASSIGNED, {"supervisor"}),
    ("in_review, next round", case("in_review", round=2, forms=FORMAL), {"coordinator"}),
    ("revision_requested", case("revision_requested"), BOTH),
    ("agreement_draft", case("agreement_draft"), BOTH),
    ("agreement_alignment", ALIGNED, BOTH),
    ("agreement_alignment, Sabine's yes", aligned(SABINE), {"municipal_partner"}),
    ("agreement_alignment, both", aligned(SABINE, TOBIAS), {"supervisor"}),
    ("signature_pending", case("signature_pending"), {"signatory", "coordinator"}),
    ("signature_pending, one copy filed", HALF_FILED, {"signatory", "coordinator"}),
    ("signature_pending, both copies filed", FILED, {"coordinator"}),
    ("active", case("active"), BOTH),
    ("active, a report is in", REPORTED, {*BOTH, "supervisor"}),
    ("amendment_pending", case("amendment_pending"), {"supervisor"}),
    ("amendment_signature", case("amendment_signature"), {"signatory", "coordinator"}),
    ("amendment_signature, both copies filed", ADDENDUM_FILED, {"coordinator"}),
    ("paused", case("paused"), BOTH),
    ("closing", case("closing"), BOTH),
    ("terminated", case("terminated"), {*BOTH, "supervisor"}),
    ("self_evaluation", case("self_evaluation"), BOTH),
    ("self_evaluation, Sabine's", case("self_evaluation", forms=OWN_VIEW), {"municipal_partner"}),
    ("joint_reflection", case("joint_reflection"), BOTH),
    ("assessment", case("assessment"), {"supervisor"}),
    ("assessment, shared", SHARED, {*BOTH, "supervisor"}),
    ("evaluated", case("evaluated"), {"coordinator"}),
    ("archived", case("archived"), set()),
    ("rejected", case("rejected"), set()),
    ("withdrawn", case("withdrawn"), set()),
]


@pytest.mark.parametrize(
    ("situation", "expected"), [pytest.param(s, e, id=name) for name, s, e in SHIPPED]
)
def test_somebody_is_asked_in_each_state_of_a_tandem_project(
    situation: Situation, expected: set[str]
) -> None:
    assert turns(situation, tandem()) == expected


def test_no_state_of_a_tandem_project_is_left_out_here() -> None:
    assert {s.state for _, s, _ in SHIPPED} == set(tandem().workflow.states)


def test_jonas_has_no_side() -> None:
    [turn] = tandem().turns(aligned(SABINE, TOBIAS))

    assert (turn.role in JONAS.roles, turn.side) == (True, None)
