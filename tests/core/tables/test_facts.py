"""Each fact holds in one situation and not in another; what is missing never makes one true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.core.cases import (
    AGENCY,
    COUNTY,
    EMRE,
    JONAS,
    MIRIAM,
    ORGANISATIONS,
    PEOPLE,
    SABINE,
    TOBIAS,
    TODAY,
    case,
)
from tests.core.tables.amendment_cases import AMENDMENT_CASES
from tests.core.tables.child_cases import CHILD_CASES
from workflow_app.core.canonical import checksum
from workflow_app.core.cases.situation import Actor, Overlap, Situation
from workflow_app.core.tables.context import Context
from workflow_app.core.tables.evaluation_facts import differing_items
from workflow_app.core.tables.facts import FACTS
from workflow_app.core.tables.project_facts import scope_digest

INTEREST = {
    "county": "09274",
    "civic_contact": "1",
    "municipal_contact": "2",
    "civic_org": str(AGENCY),
    "municipal_org": str(COUNTY),
}
SCOPE = ("outline.goals", "outline.end_date")
OUTLINE = {"goals": [{"_id": "1", "goal": "Acht Freiwillige"}], "end_date": "2026-12-31"}
APPROVED = scope_digest(SCOPE, case(None, forms={"outline": OUTLINE}))
DIGEST = "0123456789abcdef" * 4
HIT = Overlap("TP-7", "Treffpunkt", "high", "twin", ("language",), ("refugees",), ("cafe",), 200)


def holds(name: str, situation: Situation, actor: Actor = SABINE) -> bool:
    """Return whether a fact holds, with fourteen days for comments and ninety of silence."""
    programme = {
        "comment_on_assessment_days": 14,
        "comment_on_pause_days": 14,
        "objection_days": 14,
        "silent_partners_days": 90,
        "extension_ahead_days": 30,
        "extension_after_pause_days": 30,
        "interim_report_valid_months": 6,
    }
    return FACTS[name].holds(Context(situation, actor, SCOPE, programme))


def interest(**changes: Any) -> Situation:
    return case("idea", forms={"interest": {**INTEREST, **changes}})


def answers(**by_item: tuple[str, str]) -> dict[str, Any]:
    sides = ("municipal", "civic")
    return {s: {"items": {k: v[n] for k, v in by_item.items()}} for n, s in enumerate(sides)}


def signatory(civic: str | None) -> Situation:
    belonging = {5: frozenset({11}), 6: frozenset({12}), 2: frozenset({11, 12})}
    forms = {"agreement": {"signatory_civic": civic}}
    return case("agreement_draft", forms=forms, members_of=belonging)


def outline(*overlaps: Overlap, **changes: Any) -> Situation:
    return case("outline_draft", overlaps=overlaps, forms={"outline": {**OUTLINE, **changes}})


def revised(points: list[str], answered: list[str], slot: str = "r2") -> Situation:
    review = {"points": [{"_id": p, "text": "…"} for p in points], "formal": {"costs": "no"}}
    response = {"answers": [{"_id": a, "point": a} for a in answered]}
    forms = {"review": {slot: review}, "revision_response": {"r2": response}}
    return case("revision_requested", round=2, forms=forms)


def checked(costs: str) -> Situation:
    review = {"r1": {"formal": {"complete": "yes", "costs": costs}}}
    return case("in_review", round=1, forms={"review": review})


def weighed(decision: str, *overlaps: Overlap) -> Situation:
    review = {"r1": {"overlap_decision": decision}}
    return case("in_review", round=1, forms={"review": review}, overlaps=overlaps)


def signed(municipal: str, civic: str, digest: str | None = DIGEST) -> Situation:
    forms = {"signature": {"municipal": {"checksum": municipal}, "civic": {"checksum": civic}}}
    return case("signature_pending", agreement_digest=digest, forms=forms)


def activity(day: str | None, to: str | None = None) -> Situation:
    agreement = {"term_start": "2026-01-01", "term_end": "2026-12-31"}
    acting = {"activity": {"date": day, "date_to": to}}
    return case("active", forms={"agreement": agreement}, acting=acting)


def contact(side: str, new: str, old: str = "", deputy: str = "", **facts: Any) -> Situation:
    members = {1: frozenset({AGENCY}), 5: frozenset({AGENCY}), 6: frozenset({COUNTY})}
    acting = {"contact_change": {"side": side, "old": old, "new": new, "deputy": deputy}}
    return case("active", acting=acting, members_of=members, **facts)


def resumed(*contacts: str) -> Situation:
    members = {1: frozenset({AGENCY}), 5: frozenset({AGENCY}), 6: frozenset({COUNTY})}
    return case("paused", forms={"resume": {"contacts": [*contacts]}}, members_of=members)


def report(*goals: str) -> Situation:
    results = {"results": [{"_id": str(n), "goal": g} for n, g in enumerate(goals)]}
    return case("closing", forms={"outline": OUTLINE, "final_report": results})


def so_far(*goals: str) -> Situation:
    progress = {"progress": [{"_id": str(n), "goal": g} for n, g in enumerate(goals)]}
    return case("active", forms={"outline": OUTLINE, "interim_report": progress})


def reflected(*commented: str) -> Situation:
    rows = [{"_id": i, "item": i, "comment": "Wir sehen das verschieden."} for i in commented]
    views = answers(A1=("1", "4"), A2=("3", "4"), A3=("1", "cannot_judge"))
    reflection = {"differences": rows, "conditions": "…"}
    return case(
        "joint_reflection", forms={"self_evaluation": views, "joint_reflection": reflection}
    )


def late(variable: str) -> Situation:
    return case("joint_reflection", variables=frozenset({variable}))


def answered(side: str) -> Situation:
    return case("joint_reflection", forms={"self_evaluation": {side: {"open_good": "…"}}})


def shared(days_ago: int, *sides: str) -> Situation:
    comments = {f"partner_comment_{side}": "…" for side in sides} | {"goal_achievement": "full"}
    fired = {"share_assessment": TODAY - timedelta(days=days_ago)}
    sent = {"share_assessment": frozenset(sides)}
    return case("assessment", last_fired=fired, sent_since=sent, forms={"assessment": comments})


def reshared(*sides: str) -> Situation:
    """Both commented on an earlier draft; on this one, these."""
    sent = {"share_assessment": frozenset(sides)}
    return replace(shared(1, "civic", "municipal"), sent_since=sent)


SAME_ROOF = {**ORGANISATIONS, AGENCY: replace(ORGANISATIONS[AGENCY], carrier="Landkreis")}


def silent(
    *, overdue: int = 90, reminders: int = 2, answered: int = 0, civic: bool = True
) -> Situation:
    due = TODAY - timedelta(days=overdue)
    acts = {"municipal": due + timedelta(days=answered - 1)}
    if civic:
        acts["civic"] = due - timedelta(days=20)
    return case("active", due_on=due, reminders=reminders, last_act=acts)


def pause_asked_by(side: str, days_ago: int = 0, *, heard: bool = False) -> Situation:
    fired = {"request_pause": TODAY - timedelta(days=days_ago)}
    said = frozenset({"pause_asked", *(["pause_heard"] if heard else [])})
    return case("active", last_side={"request_pause": side}, last_fired=fired, variables=said)


def proposed_by(person: Actor) -> Situation:
    return case("active", last_actor={"propose_unattended": person.person})


CASES: list[tuple[str, str, Situation, bool]] = [
    ("actor.named", "Sabine is a contact", interest(), True),
    ("actor.named", "Sabine named two others", interest(civic_contact="7"), False),
    ("sides.differ", "Sabine and Tobias", interest(), True),
    ("sides.differ", "Sabine for both sides", interest(municipal_contact="1"), False),
    ("sides.differ", "nobody for one side", interest(municipal_contact=None), False),
    ("contacts.belong", "both belong", interest(), True),
    ("contacts.belong", "Tobias is of another body", interest(municipal_org="99"), False),
    ("contacts.belong", "no number at all", interest(municipal_org="; drop"), False),
    ("sides.stand", "agency and county as at the beginning", interest(), True),
    ("sides.stand", "another body for the county", interest(municipal_org="99"), False),
    ("sides.stand", "no body for the agency", interest(civic_org=None), False),
    ("signatories.belong", "somebody of the agency", signatory("5"), True),
    ("signatories.belong", "nobody is named", signatory(None), True),
    ("signatories.belong", "somebody of the county", signatory("6"), False),
    ("signatories.belong", "who stands for the other side", signatory("2"), False),
    ("area.covered", "the agency serves the county", interest(), True),
    ("area.covered", "another county", interest(county="09161"), False),
    ("area.covered", "an unknown body", interest(civic_org="77"), False),
    ("carrier.noted", "two carriers", interest(), True),
    ("carrier.noted", "one roof", replace(interest(), organisations=SAME_ROOF), False),
    (
        "carrier.noted",
        "one roof, explained",
        replace(interest(same_carrier_note="Wir …"), organisations=SAME_ROOF),
        True,
    ),
    ("overlap.all_answered", "no overlap", outline(), True),
    ("overlap.all_answered", "a high one without an answer", outline(HIT), False),
    (
        "overlap.all_answered",
        "answered",
        outline(HIT, overlap_answers=[{"_id": "1", "overlap": "TP-7"}]),
        True,
    ),
    ("overlap.all_answered", "a low one", outline(replace(HIT, level="low")), True),
    ("overlap.all_answered", "a medium one", outline(replace(HIT, level="medium")), False),
    ("overlap.decision_fits", "no review", outline(HIT), False),
    ("overlap.decision_fits", "none, and a high one", weighed("none", HIT), False),
    ("overlap.decision_fits", "none, and there is none", weighed("none"), True),
    ("overlap.decision_fits", "merge, and a high one", weighed("merge", HIT), True),
    ("review.points_answered", "each point", revised(["1", "2"], ["2", "1"]), True),
    ("review.points_answered", "one of two", revised(["1", "2"], ["1"]), False),
    ("review.points_answered", "only last round's review", revised(["1"], ["1"], "r1"), False),
    ("review.no_formal_gap", "the costs are wrong", checked("no"), False),
    ("review.no_formal_gap", "some do not apply", checked("na"), True),
    ("scope.unchanged", "as approved", replace(outline(), accepted_scope=APPROVED), True),
    (
        "scope.unchanged",
        "a later end",
        replace(outline(end_date="2027-01-31"), accepted_scope=APPROVED),
        False,
    ),
    ("scope.unchanged", "never approved", outline(), False),
    (
        "scope.changed",
        "a later end",
        replace(outline(end_date="2027-01-31"), accepted_scope=APPROVED),
        True,
    ),
    ("scope.changed", "as approved", replace(outline(), accepted_scope=APPROVED), False),
    ("scope.changed", "never approved", outline(), False),
    ("agreement.clauses_complete", "all data", case("agreement_draft"), True),
    (
        "agreement.clauses_complete",
        "a clause lacks data",
        case("agreement_draft", clauses_missing=("term",)),
        False,
    ),
    ("signature.checksums_match", "both", signed(checksum(DIGEST), "0123-4567 89AB cdef"), True),
    ("signature.checksums_match", "one differs", signed(checksum(DIGEST), "0" * 16), False),
    ("signature.checksums_match", "not issued", signed("", "", None), False),
    ("activity.in_period", "the first day", activity("2026-01-01"), True),
    ("activity.in_period", "the last day", activity("2026-12-31"), True),
    ("activity.in_period", "the day after", activity("2027-01-01"), False),
    ("activity.in_period", "no day", activity(None), False),
    ("activity.in_period", "up to the last day", activity("2026-12-30", "2026-12-31"), True),
    ("activity.in_period", "beyond the last day", activity("2026-12-31", "2028-01-31"), False),
    ("activity.in_period", "from before the first", activity("2025-12-31", "2026-01-02"), False),
    ("contact.same_organisation", "a colleague of Sabine", contact("civic", "5"), True),
    ("contact.same_organisation", "somebody of the county", contact("civic", "6"), False),
    ("contact.same_organisation", "no such side", contact("", "5"), False),
    ("contact.same_organisation", "for Sabine herself", contact("", "5", old="1"), True),
    ("contact.same_organisation", "with a colleague as deputy", contact("", "1", "1", "5"), True),
    ("contact.same_organisation", "with a deputy of the county", contact("", "5", "1", "6"), False),
    ("contact.changes", "Sabine after Sabine", contact("", "1", "1"), False),
    ("contact.changes", "a colleague after Sabine", contact("", "5", "1"), True),
    ("contact.changes", "a deputy beside Sabine", contact("", "1", "1", "5"), True),
    ("contact.changes", "nobody's contact", contact("", "1", "7"), False),
    ("resume.contacts_belong", "nobody named", resumed(), True),
    ("resume.contacts_belong", "one for each side", resumed("5", "6"), True),
    ("resume.contacts_belong", "Sabine stays", resumed("1"), True),
    ("resume.contacts_belong", "two for one side", resumed("1", "5"), False),
    ("resume.contacts_belong", "somebody of no side", resumed("7"), False),
    ("contact.own_side", "Sabine's own contact", contact("", "5", old="1"), True),
    ("contact.own_side", "Tobias's contact", contact("", "6", old="2"), False),
    ("contact.own_side", "the county by name", contact("municipal", "6"), False),
    ("contact.own_side", "somebody who stands for no side", contact("", "5", old="5"), False),
    ("children.ended", "none open", case("active"), True),
    ("children.ended", "one open", case("active", open_children=1), False),
    ("final_report.all_goals", "each goal", report("Acht Freiwillige"), True),
    ("final_report.all_goals", "another goal", report("Etwas anderes"), False),
    ("interim_report.all_goals", "each goal", so_far("Acht Freiwillige", "und mehr"), True),
    ("interim_report.all_goals", "as many others", so_far("Etwas anderes"), False),
    ("reflection.differences_commented", "A1 is commented", reflected("A1"), True),
    ("reflection.differences_commented", "only A2 is", reflected("A2"), False),
    ("assessment.comments_awaited", "fourteen days", shared(14), True),
    ("assessment.comments_awaited", "thirteen days", shared(13, "civic"), False),
    ("assessment.comments_awaited", "both comments", shared(1, "civic", "municipal"), True),
    ("assessment.comments_awaited", "one on an earlier draft", reshared("civic"), False),
    ("assessment.comments_awaited", "never shared", case("assessment"), False),
    ("pause.other_side_acts", "the county asked", pause_asked_by("municipal"), True),
    ("pause.other_side_acts", "her own agency asked", pause_asked_by("civic"), False),
    ("pause.other_side_acts", "nobody asked", case("active"), False),
    ("pause.heard", "after 13 days", pause_asked_by("municipal", 13), False),
    ("pause.heard", "after 14 days", pause_asked_by("municipal", 14), True),
    ("pause.heard", "said at once", pause_asked_by("municipal", heard=True), True),
    ("pause.heard", "nobody asked", case("active"), False),
    ("evaluation.too_late", "it went on without the civic side", late("civic_absent"), True),
    ("evaluation.too_late", "without the other side", late("municipal_absent"), False),
    ("evaluation.too_late", "without either", late("not_evaluated"), True),
    ("evaluation.missing", "the other side's is in", answered("municipal"), True),
    ("evaluation.missing", "her own is in", answered("civic"), False),
    ("partners.silent", "both, for ninety days", silent(), True),
    ("partners.silent", "for 89 days only", silent(overdue=89), False),
    ("partners.silent", "one reminder only", silent(reminders=1), False),
    ("partners.silent", "one side has answered since", silent(answered=1), False),
    ("partners.silent", "one side was never heard of", silent(civic=False), False),
    ("second_person.acts", "Dr. Reiter proposed", proposed_by(JONAS), True),
    ("second_person.acts", "she proposed it herself", proposed_by(SABINE), False),
    ("second_person.acts", "nobody proposed", case("active"), False),
    *CHILD_CASES,
    *AMENDMENT_CASES,
]


@pytest.mark.parametrize(
    ("name", "situation", "expected"),
    [pytest.param(name, s, e, id=f"{name}: {what}") for name, what, s, e in CASES],
)
def test_a_fact_says_what_is_so(name: str, situation: Situation, expected: bool) -> None:
    assert holds(name, situation) is expected


def test_only_a_formal_gap_lets_the_programme_office_ask_for_a_revision() -> None:
    gap = case("in_review", round=1, forms={"review": {"r1": {"formal": {"costs": "no"}}}})
    fine = case("in_review", round=1, forms={"review": {"r1": {"formal": {"costs": "yes"}}}})

    assert holds("review.formal_points_only", gap, MIRIAM)
    assert not holds("review.formal_points_only", fine, MIRIAM)
    assert holds("review.formal_points_only", fine, JONAS)


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_fact_is_tried_both_ways(name: str) -> None:
    both = {expected for fact, _, _, expected in CASES if fact == name}

    assert both == {True, False} or name == "review.formal_points_only"


HOLDING_OF_NOTHING = {
    "evaluation.missing",
    "agreement.clauses_complete",
    "signatories.belong",
    "children.ended",
    "children.none_held",
    "amendment.overlaps_weighed",
}
"""Facts that say that nothing stands in the way."""


@pytest.mark.parametrize("actor", PEOPLE, ids=lambda actor: actor.name)
@pytest.mark.parametrize("name", sorted(set(FACTS) - HOLDING_OF_NOTHING))
def test_in_a_case_without_any_data_no_fact_holds(name: str, actor: Actor) -> None:
    empty = Situation("GA-1", "garden", "1", "idea", TODAY, TODAY)

    assert not holds(name, empty, actor) or (actor is JONAS and "formal_points" in name)


def test_without_the_operators_number_the_comments_are_awaited() -> None:
    fact: Callable[[Context], bool] = FACTS["assessment.comments_awaited"].holds

    assert not fact(Context(shared(99), EMRE, SCOPE, {}))
    assert FACTS["assessment.comments_awaited"].numbers == ("comment_on_assessment_days",)


def test_views_differ_from_two_points_on_and_what_nobody_judges_does_not_count() -> None:
    views = answers(A1=("1", "3"), A2=("4", "5"), A3=("cannot_judge", "1"), A4=("5", "1"))

    assert differing_items(case("joint_reflection", forms={"self_evaluation": views})) == {
        "A1": (1, 3),
        "A4": (5, 1),
    }


def test_tobias_is_no_contact_of_another_tandem() -> None:
    assert not holds("actor.named", interest(municipal_contact="8"), TOBIAS)
