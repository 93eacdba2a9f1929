"""The rules of a joint event, from its plan to its record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.core.cases import MIRIAM, PROJECT, SABINE, TODAY
from tests.core.rules.answers import EVENT_DAY, day, rows
from tests.core.rules.table import Ready, form, step
from workflow_app.core.cases.situation import Clash

OVER_BEFORE = replace(PROJECT, term=("2026-01-01", day(EVENT_DAY, -1)))
OVER_THAT_DAY = replace(PROJECT, term=("2026-01-01", day(EVENT_DAY)))
FAIR = Clash("GV-2", "Lesefest", EVENT_DAY + timedelta(days=3))
SILENT = {
    "today": EVENT_DAY + timedelta(days=28),
    "entered_on": EVENT_DAY,
    "due_on": EVENT_DAY + timedelta(days=14),
    "parent": PROJECT,
}
PLANNED = {"parent": PROJECT, "forms": {"event_plan": {}}}

READY = {
    "plan": Ready(SABINE, None, {"parent": PROJECT, "acting": {"event_plan": {}}}),
    "announce": Ready(
        SABINE, "planned", {**PLANNED, "forms": {"event_plan": {}, "event_announcement": {}}}
    ),
    "replan": Ready(SABINE, "announced", {**PLANNED, "acting": {"event_plan": {}}}),
    "hold": Ready(
        SABINE,
        "announced",
        {**PLANNED, "today": EVENT_DAY, "variables": frozenset({"announced"})},
    ),
    "document_unconfirmed": Ready(
        MIRIAM, "held", {**SILENT, "forms": {"event_plan": {}, "event_record": {}}}
    ),
    "close_undocumented": Ready(MIRIAM, "held", {**SILENT, "forms": {"event_plan": {}}}),
}

STEPS = [
    step(
        "plan",
        "project_running",
        "the project is being closed",
        parent=replace(PROJECT, state="closing"),
    ),
    *(
        step(
            name,
            "in_project_period",
            "the project ends the day before",
            parent=OVER_BEFORE,
            open={"parent": OVER_THAT_DAY},
        )
        for name in ("plan", "announce", "replan", "hold")
    ),
    step(
        "announce",
        "for_the_public",
        "an internal event",
        forms={"event_plan": {"internal": "yes"}},
    ),
    step(
        "announce",
        "date_ahead",
        "the day after the event",
        today=EVENT_DAY + timedelta(days=1),
    ),
    step(
        "announce",
        "clashes_answered",
        "a festival that week, and no word of it",
        clashes=(FAIR,),
        forms={"event_plan": {"clash_note": None}},
        open={"clashes": (FAIR,)},
    ),
    step(
        "announce",
        "early_enough",
        "thirteen days before",
        today=EVENT_DAY - timedelta(days=13),
        open={"today": EVENT_DAY - timedelta(days=14)},
    ),
    step("hold", "date_reached", "the day before", today=EVENT_DAY - timedelta(days=1)),
    step(
        "hold",
        "was_announced",
        "a public event that was not announced",
        variables=frozenset(),
        open=[{}, {"variables": frozenset(), "forms": {"event_plan": {"internal": "yes"}}}],
    ),
    step(
        "document_unconfirmed",
        "recorded",
        "nobody has recorded it",
        forms={"event_record": None},
    ),
    step(
        "document_unconfirmed",
        "side_silent",
        "both sides have acted",
        acted_since=frozenset({"municipal", "civic"}),
        open={"acted_since": frozenset({"civic"})},
    ),
    step(
        "document_unconfirmed",
        "side_silent",
        "a day before twice the deadline",
        today=EVENT_DAY + timedelta(days=27),
    ),
    step(
        "close_undocumented",
        "nothing_recorded",
        "one side has recorded it",
        forms={"event_record": {}},
    ),
    step(
        "close_undocumented",
        "both_silent",
        "one side has acted",
        acted_since=frozenset({"civic"}),
    ),
]

FILLED = {
    "event_plan": Ready(SABINE, "planned", {"parent": PROJECT}),
    "event_announcement": Ready(SABINE, "planned", PLANNED),
    "event_record": Ready(SABINE, "held", {**PLANNED, "today": EVENT_DAY}),
}
WORK = {"task": "Raum richten", "due": day(TODAY, 9)}

FORMS = [
    form(
        "event_plan",
        "municipal_takes_part",
        "all tasks are of the civic side",
        {"tasks": rows("side", "civic", **WORK)},
        [
            {"tasks": rows("side", "civic", "municipal", **WORK)},
            {"tasks": rows("side", "civic", "joint", **WORK)},
        ],
    ),
    form(
        "event_plan",
        "civic_takes_part",
        "all tasks are of the municipal side",
        {"tasks": rows("side", "municipal", **WORK)},
        [
            {"tasks": rows("side", "joint", **WORK)},
            {"tasks": rows("side", "municipal", "civic", **WORK)},
        ],
    ),
    form(
        "event_announcement",
        "link_is_safe",
        "an address that is not encrypted",
        {"registration_link": "http://example.org"},
        [{"registration_link": "https://example.org"}, {"registration_link": None}],
    ),
    form(
        "event_record",
        "new_among_volunteers",
        "more new volunteers than volunteers",
        {"volunteers": "3", "new_volunteers": "4"},
        [{"volunteers": "3", "new_volunteers": "3"}, {"new_volunteers": None}],
    ),
    form(
        "event_record", "quarter_hours", "a third of an hour", {"hours": "1.3"}, {"hours": "1.25"}
    ),
]
