"""The rules of the time in which a project is carried out: log, contacts, reports, its end."""

from __future__ import annotations

from datetime import date, timedelta

from tests.core.cases import AGENCY, COUNTY, JONAS, MIRIAM, SABINE, TOBIAS
from tests.core.rules.answers import AGREED, CHECKSUM, ENDS, OVER, RUNNING, STARTS, day, rows
from tests.core.rules.table import Ready, form, step

DURING = {"today": RUNNING, "entered_on": STARTS, "forms": AGREED}
CLOSED_ON = date(2027, 5, 1)
MEMBERS = {1: frozenset({AGENCY}), 5: frozenset({AGENCY}), 6: frozenset({COUNTY})}

NOBODY_ASKED = frozenset[str]()

READY = {
    "log_activity": Ready(TOBIAS, "active", {**DURING, "acting": {"activity": {}}}),
    "log_late_activity": Ready(
        TOBIAS,
        "closing",
        {
            "today": ENDS,
            "entered_on": CLOSED_ON,
            "forms": AGREED,
            "acting": {"activity": {}},
        },
    ),
    "file_late_copy": Ready(
        MIRIAM,
        "active",
        {**DURING, "acting": {"late_copy": {}}, "late_copies": frozenset({CHECKSUM})},
    ),
    "update_contacts": Ready(
        SABINE, "active", {**DURING, "acting": {"contact_change": {}}, "members_of": MEMBERS}
    ),
    "submit_interim_report": Ready(
        SABINE, "active", {**DURING, "forms": {**AGREED, "interim_report": {}}}
    ),
    "acknowledge_interim_report": Ready(
        JONAS,
        "active",
        {**DURING, "acting": {"report_decision": {}}, "variables": frozenset({"report_open"})},
    ),
    "question_interim_report": Ready(
        JONAS,
        "active",
        {**DURING, "acting": {"report_decision": {}}, "variables": frozenset({"report_open"})},
    ),
    "finish": Ready(
        SABINE,
        "active",
        {**DURING, "today": ENDS, "forms": {**AGREED, "activity": {"e1": {}, "e2": {}}}},
    ),
}

STEPS = [
    *(
        row
        for name in ("log_activity", "log_late_activity")
        for row in (
            step(
                name,
                "in_period",
                "the day before the term",
                acting={"activity": {"date": day(STARTS, -1)}},
                open={"acting": {"activity": {"date": day(STARTS)}}},
            ),
        )
    ),
    step(
        "log_activity",
        "in_period",
        "the day after the term",
        acting={"activity": {"date": day(ENDS, 1)}},
        open={"acting": {"activity": {"date": day(ENDS)}}},
    ),
    step(
        "log_activity",
        "in_period",
        "up to the day after the term",
        acting={"activity": {"date": day(ENDS, -9), "date_to": day(ENDS, 1), "status": "planned"}},
        open={"acting": {"activity": {"date_to": day(ENDS), "status": "planned"}}},
    ),
    step(
        "log_late_activity",
        "was_before",
        "the day after the active phase",
        acting={"activity": {"date": day(CLOSED_ON, 1)}},
        open={"acting": {"activity": {"date": day(CLOSED_ON)}}},
    ),
    step(
        "file_late_copy",
        "counts_no_more",
        "the copy of no text of this case",
        acting={"late_copy": {"checksum": "0" * 16}},
    ),
    step(
        "update_contacts",
        "own_side",
        "Sabine, for Tobias's side",
        acting={"contact_change": {"old": "2", "new": "6"}},
    ),
    step(
        "update_contacts",
        "same_organisation",
        "somebody of the county for the agency",
        acting={"contact_change": {"new": "6"}},
    ),
    step(
        "update_contacts",
        "changes",
        "Sabine after Sabine, and no deputy",
        acting={"contact_change": {"new": "1"}},
        open={"acting": {"contact_change": {"new": "1", "deputy": "5"}}},
    ),
    step(
        "submit_interim_report",
        "none_open",
        "one is waiting already",
        variables=frozenset({"report_open"}),
        open={"variables": frozenset({"report_asked"})},
    ),
    step(
        "submit_interim_report",
        "period_over",
        "the period ends tomorrow",
        forms={"interim_report": {"period_to": day(RUNNING, 1)}},
        open={"forms": {"interim_report": {"period_to": day(RUNNING)}}},
    ),
    step(
        "submit_interim_report",
        "all_goals",
        "an addendum has changed the goals since",
        forms={"outline": {"goals": rows("goal", "Zehn neue Ehrenamtliche", target="10")}},
    ),
    *(
        step(name, "report_there", "no report is waiting", variables=NOBODY_ASKED)
        for name in ("acknowledge_interim_report", "question_interim_report")
    ),
    step(
        "finish",
        "activity_held",
        "nothing but plans and cancellations",
        forms={"activity": {"e1": {"status": "planned"}, "e2": {"status": "cancelled"}}},
        open={"forms": {"activity": {"e1": {"status": "planned"}}}},
    ),
    step(
        "finish",
        "no_open_report",
        "a report waits to be acknowledged",
        variables=frozenset({"report_open"}),
    ),
    step(
        "finish",
        "no_open_report",
        "a report has been asked about",
        variables=frozenset({"report_asked"}),
    ),
    step("finish", "children_ended", "an event has not ended", open_children=1),
    step(
        "finish",
        "end_reached",
        "a day before the agreed end",
        today=ENDS - timedelta(days=1),
        open={"today": ENDS},
    ),
]

FILLED = {
    "activity": Ready(TOBIAS, "active", DURING),
    "late_copy": Ready(MIRIAM, "active", DURING),
    "contact_change": Ready(SABINE, "active", DURING),
    "interim_report": Ready(SABINE, "active", DURING),
}

FORMS = [
    form(
        "activity",
        "held_not_ahead",
        "held tomorrow",
        {"date": day(RUNNING, 1)},
        [{"date": day(RUNNING, 1), "status": "planned"}, {"date": day(RUNNING)}],
    ),
    form(
        "activity",
        "ends_after_start",
        "the last day before the first",
        {"date": day(RUNNING, -2), "date_to": day(RUNNING, -3)},
        [{}, {"date": day(RUNNING, -2), "date_to": day(RUNNING, -2)}],
    ),
    form(
        "activity",
        "held_to_the_end",
        "held until tomorrow",
        {"date_to": day(RUNNING, 1)},
        [{}, {"date_to": day(RUNNING)}, {"date_to": day(RUNNING, 1), "status": "planned"}],
    ),
    form(
        "activity",
        "new_among_volunteers",
        "more new volunteers than volunteers",
        {"volunteers": "3", "new_volunteers": "4"},
        [{"volunteers": "3", "new_volunteers": "3"}, {"new_volunteers": None}],
    ),
    *(
        form(
            "activity",
            rule,
            "a third of an hour",
            {field: "1.3"},
            [{field: "1.25"}, {field: None, "status": "planned"}],
        )
        for rule, field in (
            ("volunteer_quarter_hours", "volunteer_hours"),
            ("municipal_quarter_hours", "staff_hours_municipal"),
            ("civic_quarter_hours", "staff_hours_civic"),
        )
    ),
    form(
        "activity",
        "partner_named",
        "a partner without a name",
        {"partners": [{"is_new": "yes"}]},
        {"partners": [{"name": "Sportverein"}, {"organisation": "1"}]},
    ),
    form(
        "late_copy",
        "checksum_readable",
        "a letter that no checksum has",
        {"checksum": "0" * 15 + "g"},
        {"checksum": "0" * 16},
    ),
    form(
        "contact_change",
        "handed_over_lately",
        "91 days ahead",
        {"from": day(RUNNING, 91)},
        {"from": day(RUNNING, 90)},
    ),
    form(
        "contact_change",
        "handed_over_lately",
        "91 days ago",
        {"from": day(RUNNING, -91)},
        {"from": day(RUNNING, -90)},
    ),
    form(
        "contact_change",
        "deputy_is_another",
        "the new contact as the own deputy",
        {"deputy": "5"},
        [{"deputy": "1"}, {"deputy": None}],
    ),
    form(
        "interim_report",
        "period_in_order",
        "a period that ends before it begins",
        {"period_to": day(STARTS, -1)},
        {"period_to": day(STARTS)},
    ),
    form(
        "interim_report",
        "within_term_from",
        "from the day before the term",
        {"period_from": day(STARTS, -1)},
        {"period_from": day(STARTS)},
    ),
    form(
        "interim_report",
        "within_term_to",
        "to the day after the term",
        {"period_to": day(ENDS, 1)},
        {"period_to": day(ENDS)},
        today=OVER,
    ),
    form(
        "interim_report",
        "every_goal",
        "two lines for two other goals",
        {"progress": rows("goal", "Etwas anderes", "Noch etwas", traffic_light="green")},
        {"progress": rows("goal", "Zwei", "Acht", traffic_light="green")},
        forms={"outline": {"goals": rows("goal", "Acht", "Zwei", target="8")}},
    ),
    form(
        "interim_report",
        "every_goal",
        "one line for two goals",
        {"progress": rows("goal", "Acht neue Ehrenamtliche", traffic_light="green")},
        {"progress": rows("goal", "Acht", "Zwei", traffic_light="green")},
        forms={"outline": {"goals": rows("goal", "Acht", "Zwei", target="8")}},
    ),
]
