"""The rules of the end of a project: final report, self-evaluation, reflection, assessment."""

from __future__ import annotations

from datetime import date, timedelta

from tests.core.cases import JONAS, MIRIAM, SABINE
from tests.core.rules.answers import AGREED, GOAL, OVER, Facts, rows
from tests.core.rules.table import Ready, form, step

DONE: Facts = {**AGREED, "activity": {"e1": {}}}
REPORTED = {**DONE, "final_report": {}}
VIEWS = {"municipal": {"items": {"A1": "1"}}, "civic": {"items": {"A1": "4"}}}
COMMENTED = {"differences": rows("item", "A1", comment="Wir sehen das verschieden.")}
SHARED = frozenset({"assessment_shared"})
NOTHING_SET = frozenset[str]()


def since(days: int, **forms: object) -> dict[str, object]:
    """Return a case that has stood where it stands for so many days."""
    entered = OVER - timedelta(days=days)
    return {"today": OVER, "entered_on": entered, "forms": {**REPORTED, **forms}}


def shown(days: int) -> dict[str, date]:
    """Return that the draft of the assessment was shown so many days ago."""
    return {"share_assessment": OVER - timedelta(days=days)}


READY = {
    "submit_final_report": Ready(SABINE, "closing", since(10)),
    "wind_up": Ready(SABINE, "terminated", since(10)),
    "wind_up_alone": Ready(JONAS, "terminated", {**since(120), "acting": {"final_report": {}}}),
    "close_without_evaluation": Ready(
        JONAS,
        "terminated",
        {
            **since(10),
            "forms": {**DONE, "activity": {"e1": {"status": "planned"}}},
            "acting": {"archive": {}},
        },
    ),
    "go_on_without_municipal": Ready(
        JONAS, "self_evaluation", since(56, self_evaluation={"civic": {}})
    ),
    "go_on_without_civic": Ready(
        JONAS, "self_evaluation", since(56, self_evaluation={"municipal": {}})
    ),
    "waive_evaluation": Ready(JONAS, "self_evaluation", since(118)),
    "submit_reflection": Ready(
        SABINE,
        "joint_reflection",
        since(10, self_evaluation=VIEWS, joint_reflection=COMMENTED),
    ),
    "add_late_evaluation": Ready(
        SABINE,
        "joint_reflection",
        {
            **since(10),
            "acting": {"self_evaluation": {}},
            "variables": frozenset({"civic_absent", "one_sided"}),
        },
    ),
    "share_assessment": Ready(JONAS, "assessment", {**since(10), "acting": {"assessment": {}}}),
    "complete_assessment": Ready(
        JONAS,
        "assessment",
        {
            **since(20),
            "acting": {"assessment": {}},
            "variables": SHARED,
            "last_fired": shown(14),
            "sent_since": {"share_assessment": frozenset({"municipal", "civic"})},
        },
    ),
    "archive": Ready(MIRIAM, "evaluated", {**since(10), "acting": {"archive": {}}}),
}
SILENT_SIDE = {"partner_comment_civic": None}

STEPS = [
    step(
        "submit_final_report",
        "all_goals",
        "a goal of the outline has no result",
        forms={"final_report": {"results": rows("goal", "Etwas anderes", actual="8")}},
    ),
    *(
        step(name, "events_recorded", "an event that took place is not recorded", held_children=1)
        for name in ("wind_up", "wind_up_alone", "close_without_evaluation")
    ),
    step(
        "wind_up_alone",
        "side_silent",
        "119 days after the termination",
        entered_on=OVER - timedelta(days=119),
        open=[
            {},
            {
                "entered_on": OVER - timedelta(days=119),
                "variables": frozenset({"unattended"}),
            },
        ],
    ),
    step(
        "close_without_evaluation",
        "nothing_held",
        "an activity has taken place",
        forms={"activity": {"e2": {"status": "held"}}},
        open={"forms": {"activity": {"e2": {"status": "cancelled"}}}},
    ),
    *(
        row
        for side, other in (("municipal", "civic"), ("civic", "municipal"))
        for name in (f"go_on_without_{side}",)
        for row in (
            step(
                name,
                "other_side_in",
                "that side's self-evaluation is in",
                forms={"self_evaluation": {side: {}}},
            ),
            step(
                name,
                "other_side_in",
                "the other side's is missing, too",
                forms={"self_evaluation": {other: None}},
            ),
            step(name, "late", "after 55 days", entered_on=OVER - timedelta(days=55)),
        )
    ),
    *(
        step(
            "waive_evaluation",
            "none_in",
            f"that of the {side} side is in",
            forms={"self_evaluation": {side: {}}},
        )
        for side in ("municipal", "civic")
    ),
    step(
        "waive_evaluation",
        "both_late",
        "after 117 days",
        entered_on=OVER - timedelta(days=117),
    ),
    step(
        "submit_reflection",
        "differences_commented",
        "one and four points, and no comment",
        forms={"joint_reflection": {"differences": None}},
    ),
    step(
        "add_late_evaluation",
        "went_on_without",
        "it went on without the other side's",
        variables=frozenset({"municipal_absent", "one_sided"}),
        open={"variables": frozenset({"not_evaluated"})},
    ),
    step(
        "add_late_evaluation",
        "once",
        "her side has handed one in already",
        forms={"self_evaluation": {"civic": {}}},
        open={"forms": {"self_evaluation": {"municipal": {}}}},
    ),
    step("share_assessment", "not_shared_yet", "the partners have it already", variables=SHARED),
    step(
        "complete_assessment",
        "shared",
        "the partners have not seen it",
        variables=NOTHING_SET,
    ),
    step(
        "complete_assessment",
        "comments_awaited",
        "thirteen days, and one side has not commented",
        last_fired=shown(13),
        acting={"assessment": SILENT_SIDE},
        open={"last_fired": shown(14), "acting": {"assessment": SILENT_SIDE}},
    ),
    step(
        "complete_assessment",
        "comments_awaited",
        "one side has commented on an earlier draft only",
        last_fired=shown(13),
        sent_since={"share_assessment": frozenset({"civic"})},
        open={"last_fired": shown(13)},
    ),
    step("archive", "children_ended", "an event has not ended", open_children=1),
]

FILLED = {"final_report": Ready(SABINE, "closing", since(10))}

FORMS = [
    form(
        "final_report",
        "value_or_reason",
        "neither a value nor a reason",
        {"results": rows("goal", GOAL)},
        [{}, {"results": rows("goal", GOAL, reason="Wegen der Pause nicht gemessen.")}],
    ),
]
