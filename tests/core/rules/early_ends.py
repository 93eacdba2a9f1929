"""The rules of pauses and early ends: notice, termination, partners who stay silent."""

from __future__ import annotations

from datetime import timedelta

from tests.core.cases import JONAS, MIRIAM, SABINE, TOBIAS
from tests.core.rules.activity import DURING, MEMBERS, NOBODY_ASKED
from tests.core.rules.answers import AGREED, RUNNING, day
from tests.core.rules.table import Ready, form, step

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
NOTICE = {"good_cause": "no"}
ALONE = Ready(JONAS, "active", DURING, transition="terminate_without_notice")

READY = {
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
}

STEPS = [
    step(
        "resume",
        "contacts_belong",
        "two people of the agency for one side",
        forms={"resume": {"contacts": ["1", "5"]}},
        open={"forms": {"resume": {"contacts": ["5", "6"]}}},
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
]

FILLED = {
    "pause": Ready(SABINE, "active", DURING, transition="request_pause"),
    "resume": Ready(
        SABINE, "paused", {**DURING, "entered_on": RUNNING, "forms": AGREED}, transition="resume"
    ),
    "termination": Ready(SABINE, "active", DURING, transition="give_notice"),
}

FORMS = [
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
