"""The rules of the time in which a project is carried out: log, reports, pauses and early ends."""

from __future__ import annotations

from datetime import date, timedelta

from tests.core.cases import AGENCY, COUNTY, JONAS, MIRIAM, SABINE, TOBIAS
from tests.core.rules.answers import AGREED, CHECKSUM, ENDS, OVER, RUNNING, STARTS, day, rows
from tests.core.rules.table import Ready, form, step

DURING = {"today": RUNNING, "entered_on": STARTS, "forms": AGREED}
CLOSED_ON = date(2027, 5, 1)
MEMBERS = {1: frozenset({AGENCY}), 5: frozenset({AGENCY}), 6: frozenset({COUNTY})}
BEFORE_DUE = RUNNING - timedelta(days=100)
SILENT = {
    "today": RUNNING,
    "due_on": RUNNING - timedelta(days=90),
    "reminders": 2,
    "last_act": {"municipal": BEFORE_DUE, "civic": BEFORE_DUE},
}
PROPOSED = {
    **SILENT,
    "variables": frozenset({"unattended_proposed"}),
    "last_actor": {"propose_unattended": JONAS.person},
}
NOBODY_ASKED = frozenset[str]()
PAUSE = {
    **DURING,
    "forms": {**AGREED, "pause": {}},
    "variables": frozenset({"pause_asked"}),
    "last_side": {"request_pause": "civic"},
    "last_fired": {"request_pause": RUNNING - timedelta(days=14)},
}
"""Sabine has asked for a pause, and Tobias said nothing for 14 days."""
NOTICE_GIVEN = {
    **DURING,
    "forms": {**AGREED, "termination": {"effective_date": day(RUNNING)}},
    "variables": frozenset({"notice_given"}),
}

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
    "request_pause": Ready(SABINE, "active", {**DURING, "acting": {"pause": {}}}),
    "comment_on_pause": Ready(TOBIAS, "active", {**PAUSE, "acting": {"pause_view": {}}}),
    "pause": Ready(JONAS, "active", PAUSE),
    "resume": Ready(
        SABINE,
        "paused",
        {**DURING, "entered_on": RUNNING, "forms": {**AGREED, "resume": {}}, "members_of": MEMBERS},
    ),
    "decline_pause": Ready(JONAS, "active", {**DURING, "variables": frozenset({"pause_asked"})}),
    "give_notice": Ready(SABINE, "active", {**DURING, "acting": {"termination": {}}}),
    "terminate": Ready(JONAS, "active", NOTICE_GIVEN),
    "terminate_on_notice": Ready(SABINE, "active", NOTICE_GIVEN),
    "propose_unattended": Ready(JONAS, "active", SILENT),
    "close_unattended": Ready(MIRIAM, "outline_draft", PROPOSED),
    "end_unattended": Ready(MIRIAM, "active", PROPOSED),
    "assess_unattended": Ready(MIRIAM, "closing", PROPOSED),
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
        "resume",
        "contacts_belong",
        "two people of the agency for one side",
        forms={"resume": {"contacts": ["1", "5"]}},
        open={"forms": {"resume": {"contacts": ["5", "6"]}}},
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
        "request_pause",
        "not_asked_yet",
        "a pause has been asked for",
        variables=frozenset({"pause_asked"}),
    ),
    *(
        step(name, "asked", "no pause has been asked for", variables=NOBODY_ASKED)
        for name in ("pause", "decline_pause")
    ),
    step(
        "pause",
        "day_come",
        "asked for from tomorrow",
        forms={"pause": {"from": day(RUNNING, 1)}},
        open={"forms": {"pause": {"from": day(RUNNING)}}},
    ),
    step(
        "pause",
        "other_side_heard",
        "Tobias was asked 13 days ago",
        last_fired={"request_pause": RUNNING - timedelta(days=13)},
    ),
    step(
        "comment_on_pause",
        "other_side",
        "his own side has asked",
        last_side={"request_pause": "municipal"},
    ),
    step(
        "comment_on_pause",
        "not_heard_yet",
        "his side has said something",
        variables=frozenset({"pause_asked", "pause_heard"}),
    ),
    step(
        "give_notice",
        "not_given_yet",
        "notice has been given",
        variables=frozenset({"notice_given"}),
    ),
    step("terminate", "notice", "no side has given notice", variables=NOBODY_ASKED),
    step(
        "terminate",
        "day_come",
        "a notice for tomorrow",
        forms={"termination": {"effective_date": day(RUNNING, 1)}},
        open=[
            {},
            {"forms": {"termination": {"effective_date": day(RUNNING, 1), "good_cause": "yes"}}},
        ],
    ),
    step(
        "terminate_on_notice",
        "effective",
        "a notice for tomorrow",
        forms={"termination": {"effective_date": day(RUNNING, 1)}},
    ),
    step("terminate_on_notice", "effective", "no notice", variables=NOBODY_ASKED),
    *(
        row
        for name in (
            "propose_unattended",
            "close_unattended",
            "end_unattended",
            "assess_unattended",
        )
        for row in (
            step(
                name,
                "both_silent",
                "89 days past the deadline",
                due_on=RUNNING - timedelta(days=89),
            ),
            step(
                name,
                "both_silent",
                "one side has answered since",
                last_act={"civic": RUNNING - timedelta(days=1)},
            ),
            step(name, "both_silent", "reminded once", reminders=1),
        )
    ),
    *(
        row
        for name in ("close_unattended", "end_unattended", "assess_unattended")
        for row in (
            step(name, "proposed", "the supervisor has not proposed it", variables=NOBODY_ASKED),
            step(
                name,
                "second_person",
                "Miriam has proposed it herself",
                last_actor={"propose_unattended": MIRIAM.person},
            ),
        )
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
    "pause": Ready(SABINE, "active", DURING, transition="request_pause"),
    "resume": Ready(
        SABINE, "paused", {**DURING, "entered_on": RUNNING, "forms": AGREED}, transition="resume"
    ),
    "termination": Ready(SABINE, "active", DURING, transition="give_notice"),
}
NOTICE = {"good_cause": "no"}
ALONE = Ready(JONAS, "active", DURING, transition="terminate_without_notice")

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
    form(
        "pause",
        "resumes_later",
        "ends on the day on which it begins",
        {"expected_resume": day(RUNNING)},
        {"expected_resume": day(RUNNING, 1)},
    ),
    form(
        "pause",
        "at_most_180_days",
        "181 days",
        {"expected_resume": day(RUNNING, 181)},
        {"expected_resume": day(RUNNING, 180)},
    ),
    *(
        form(
            "pause",
            "begins_soon",
            what,
            {"from": day(RUNNING, closed), "expected_resume": day(RUNNING, closed + 30)},
            {"from": day(RUNNING, opens), "expected_resume": day(RUNNING, opens + 30)},
        )
        for what, closed, opens in (("from yesterday", -1, 0), ("from in 91 days", 91, 90))
    ),
    form(
        "resume",
        "after_the_pause_began",
        "resumed before the pause",
        {"resume_date": day(RUNNING, -1)},
        {"resume_date": day(RUNNING)},
    ),
    form(
        "termination",
        "not_backwards",
        "with good cause from yesterday",
        {"good_cause": "yes", "effective_date": day(RUNNING, -1)},
        {"good_cause": "yes", "effective_date": day(RUNNING)},
    ),
    form(
        "termination",
        "approval_or_funding_ended",
        "the supervisor without notice because of the staff",
        {"ground": "staff"},
        {"ground": "funding_ended"},
        filled=ALONE,
    ),
    *(
        form(
            "termination",
            "notice_period_kept",
            f"{period}: {late}",
            {**NOTICE, "effective_date": late},
            [
                {**NOTICE, "effective_date": in_time},
                {**NOTICE, "effective_date": late, "good_cause": "yes"},
            ],
            forms={"agreement": {"notice_period": period}},
        )
        for period, late, in_time in (
            ("four_weeks", "2026-11-29", "2026-11-30"),
            ("three_months", "2027-02-01", "2027-02-02"),
            ("end_of_quarter", "2026-12-30", "2026-12-31"),
            ("end_of_quarter", "2026-11-30", "2027-03-31"),
            ("end_of_quarter", "2027-01-15", "2027-06-30"),
            ("end_of_quarter", "2027-02-15", "2027-03-31"),
            ("three_months", "2026-12-31", "2027-03-31"),
        )
    ),
]
