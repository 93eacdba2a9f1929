"""The rules of a proposal: the idea, the outline and its review."""

from __future__ import annotations

from dataclasses import replace

from tests.core.cases import AGENCY, COUNTY, JONAS, MIRIAM, ORGANISATIONS, SABINE, TOBIAS, TODAY
from tests.core.rules.answers import ENDS, HIT, STARTS, WRITTEN, day, rows
from tests.core.rules.table import Ready, form, step

ONE_CARRIER = {n: replace(body, carrier="Landkreis") for n, body in ORGANISATIONS.items()}
REVISED = {
    **WRITTEN,
    "review": {"r1": {"points": rows("text", "Kosten?", "Ziele?"), "overlap_decision": None}},
    "revision_response": {"r1": {"answers": rows("point", "1", "2", answer="Siehe oben.")}},
}
MEMBERS = {1: frozenset({AGENCY}), 2: frozenset({COUNTY}), 5: frozenset({AGENCY})}

IN_REVIEW = Ready(JONAS, "in_review", {"forms": WRITTEN, "round": 1, "acting": {"review": {}}})
"""The outline is to be decided on, and nothing overlaps with it."""

READY = {
    "create": Ready(SABINE, None, {"acting": {"interest": {}}, "members_of": MEMBERS}),
    "confirm_partnership": Ready(TOBIAS, "idea", {"forms": {"interest": {}}}),
    "submit_outline": Ready(SABINE, "outline_draft", {"forms": WRITTEN}),
    "request_revision": Ready(
        MIRIAM,
        "in_review",
        {"forms": WRITTEN, "round": 1, "acting": {"review": {"formal": {"costs": "no"}}}},
    ),
    "resubmit": Ready(SABINE, "revision_requested", {"forms": REVISED, "round": 1}),
    "lapse_revision": Ready(
        SABINE, "revision_requested", {"entered_on": TODAY.replace(year=2025), "reminders": 2}
    ),
    "approve": IN_REVIEW,
    "reject": IN_REVIEW,
}

STEPS = [
    step(
        "create",
        "named",
        "Sabine names a colleague in her place",
        acting={"interest": {"civic_contact": "5"}},
    ),
    step(
        "create",
        "sides_differ",
        "Sabine stands for both sides",
        acting={"interest": {"municipal_contact": "1"}},
        members_of={1: frozenset({AGENCY, COUNTY})},
    ),
    step(
        "create",
        "contacts_belong",
        "Tobias belongs to another body",
        members_of={2: frozenset({99})},
    ),
    *(
        row
        for name in ("confirm_partnership", "submit_outline", "resubmit")
        for row in (
            step(
                name,
                "area_covered",
                "the agency does not serve the county",
                forms={"interest": {"county": "09161"}},
            ),
            step(
                name,
                "area_covered",
                "the agency serves one of two counties",
                forms={"interest": {"further_counties": ["09161"]}},
            ),
            step(
                name,
                "same_organisations",
                "another office is written in for the county's",
                forms={"interest": {"municipal_org": "99"}},
                organisations={**ORGANISATIONS, 99: replace(ORGANISATIONS[COUNTY], id=99)},
            ),
        )
    ),
    step(
        "confirm_partnership",
        "carrier_noted",
        "one carrier for both sides, not explained",
        organisations=ONE_CARRIER,
        open={
            "organisations": ONE_CARRIER,
            "forms": {"interest": {"same_carrier_note": "Getrennte Abteilungen."}},
        },
    ),
    *(
        row
        for name in ("submit_outline", "resubmit")
        for row in (
            step(
                name,
                "balanced",
                "a cent more than the funding",
                forms={"outline": {"funding": rows("amount_eur", "999.99")}},
                open=[{}, {"forms": {"outline": {"funding": None}}}],
            ),
            step(
                name,
                "duration",
                "three years and a day",
                forms={"outline": {"end_date": "2029-06-01"}},
                open={"forms": {"outline": {"end_date": "2029-05-31"}}},
            ),
            step(
                name,
                "overlaps_answered",
                "a high overlap without an answer",
                overlaps=(HIT,),
                open={
                    "overlaps": (HIT,),
                    "forms": {"outline": {"overlap_answers": rows("overlap", "TP-7")}},
                },
            ),
        )
    ),
    step(
        "submit_outline",
        "early_enough",
        "59 days before the start",
        today=STARTS.replace(month=4, day=3),
        open={"today": STARTS.replace(month=4, day=2)},
    ),
    step(
        "request_revision",
        "formal_only",
        "the office, without a formal gap",
        acting={"review": {"formal": {"costs": "yes"}}},
    ),
    step(
        "resubmit",
        "points_answered",
        "one of two points has no answer",
        forms={"revision_response": {"r1": {"answers": rows("point", "1")}}},
    ),
    step("lapse_revision", "reminders", "reminded once", reminders=1),
    step(
        "approve",
        "formally_complete",
        "nobody has checked it formally",
        acting={"review": {"formal": None}},
    ),
    step(
        "approve",
        "no_formal_gap",
        "the costs do not add up",
        acting={"review": {"formal": {"costs": "no"}}},
        open={"acting": {"review": {"formal": {"costs": "not_applicable"}}}},
    ),
    *(
        step(
            name,
            "overlap_decision_fits",
            f"no overlap, though one of level {level} is shown",
            overlaps=(replace(HIT, level=level),),
            open=[
                {"overlaps": (replace(HIT, level="low"),)},
                {
                    "overlaps": (replace(HIT, level=level),),
                    "acting": {"review": {"overlap_decision": "coordinated"}},
                },
                {"acting": {"review": {"overlap_decision": "merge"}}},
            ],
        )
        for name in ("approve", "reject")
        for level in ("high", "medium")
    ),
]

FILLED = {
    "interest": Ready(SABINE, "idea"),
    "outline": Ready(SABINE, "outline_draft", {"forms": {"interest": {}}}),
}
BOTH = {"responsible_side": "joint"}
START_ONLY = {"milestones": rows("due", day(STARTS), day(STARTS), **BOTH)}

FORMS = [
    form(
        "interest",
        "planned_start_ahead",
        "begun yesterday",
        {"planned_start": day(TODAY, -1)},
        [{"planned_start": day(TODAY)}, {"planned_start": None}],
    ),
    form(
        "interest",
        "other_counties",
        "the own county among the further ones",
        {"further_counties": ["09274"]},
        [{"further_counties": ["09161"]}, {"further_counties": None}],
    ),
    form("interest", "invited_on_opening", "an invitation later on", {"invited": "a@example.org"}),
    form(
        "outline",
        "starts_ahead",
        "begun yesterday",
        {"start_date": day(TODAY, -1)},
        {"start_date": day(TODAY)},
    ),
    form(
        "outline",
        "end_after_start",
        "ends on the day on which it starts",
        {"end_date": day(STARTS), **START_ONLY},
    ),
    form(
        "outline",
        "one_month_at_least",
        "a month less a day",
        {"end_date": "2026-06-29", **START_ONLY},
        {"end_date": "2026-06-30", **START_ONLY},
    ),
    form(
        "outline",
        "not_too_long",
        "three years and a day",
        {"end_date": "2029-06-01"},
        {"end_date": "2029-05-31"},
    ),
    form(
        "outline",
        "milestones_within_project",
        "a milestone after the end",
        {"milestones": rows("due", day(STARTS), day(ENDS, 1), **BOTH)},
        {"milestones": rows("due", day(STARTS), day(ENDS), **BOTH)},
    ),
    form(
        "outline",
        "milestones_within_project",
        "a milestone before the start",
        {"milestones": rows("due", day(STARTS, -1), day(ENDS), **BOTH)},
    ),
    form(
        "outline",
        "milestones_of_both_sides",
        "all milestones are of the civic side",
        {"milestones": rows("responsible_side", "civic", "civic")},
        [{"milestones": rows("responsible_side", "civic", "municipal")}, {}],
    ),
    form(
        "outline",
        "milestones_of_both_sides",
        "all milestones are of the municipal side",
        {"milestones": rows("responsible_side", "municipal", "municipal")},
        {"milestones": rows("responsible_side", "municipal", "joint")},
    ),
]
