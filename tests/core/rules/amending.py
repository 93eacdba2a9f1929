"""The rules of changes of an agreement: amendments, extensions and their addenda."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tests.core.cases import JONAS, MIRIAM, SABINE
from tests.core.rules.answers import AGREED, CHECKSUM, DIGEST, ENDS, HIT, RUNNING, STARTS, day, rows
from tests.core.rules.table import Ready, form, step
from workflow_app.core.cases.situation import Amending, Submitted

DURING = {"today": RUNNING, "entered_on": STARTS, "forms": AGREED}
SENT = date(2026, 9, 1)
ACKNOWLEDGED = {
    "submit_interim_report": SENT,
    "acknowledge_interim_report": SENT + timedelta(days=9),
}
EXTENDING = Amending(1, "extension", "pending", RUNNING - timedelta(days=5), {})
ISSUED = replace(EXTENDING, status="issued", digest=DIGEST)


def agreed_from(first: date) -> dict[str, Submitted]:
    """Return an agreement that comes in force on a day still ahead."""
    return {"agreement": Submitted(9, "agreement", "", 2, {}, "1", None, RUNNING, first)}


READY = {
    "request_amendment": Ready(
        SABINE,
        "active",
        {
            **DURING,
            "forms": {**AGREED, "amendment": {"n1": {"effective_from": day(RUNNING, 30)}}},
            "differing": {"amendment": ("outline.costs",)},
        },
    ),
    "request_extension": Ready(
        SABINE,
        "active",
        {**DURING, "forms": {**AGREED, "extension": {"n1": {}}}, "last_fired": ACKNOWLEDGED},
    ),
    "approve_amendment": Ready(
        JONAS,
        "amendment_pending",
        {
            **DURING,
            "forms": {**AGREED, "extension": {"n1": {}}},
            "amendments": (EXTENDING,),
            "acting": {"amendment_decision": {}},
            "last_fired": ACKNOWLEDGED,
            "new_overlaps": (HIT,),
        },
    ),
    "register_signed_amendment": Ready(
        MIRIAM,
        "amendment_signature",
        {
            **DURING,
            "forms": {**AGREED, "addendum_signature": {"municipal_n1": {}, "civic_n1": {}}},
            "amendments": (ISSUED,),
        },
    ),
}

STEPS = [
    step(
        "request_amendment",
        "changes_something",
        "everything stays as it is",
        differing={"amendment": ()},
    ),
    step(
        "request_amendment",
        "not_backwards",
        "in force since yesterday",
        forms={"amendment": {"n1": {"effective_from": day(RUNNING, -1)}}},
        open={"forms": {"amendment": {"n1": {"effective_from": day(RUNNING)}}}},
    ),
    step(
        "request_amendment",
        "in_order",
        "another change is agreed for the day after",
        upcoming=agreed_from(RUNNING + timedelta(days=31)),
        open={"upcoming": agreed_from(RUNNING + timedelta(days=30))},
    ),
    step(
        "request_amendment",
        "area_covered",
        "the agency does not serve the county that is added",
        forms={"amendment": {"n1": {"further_counties": ["09161"]}}},
        open={"forms": {"amendment": {"n1": {"further_counties": ["09274"]}}}},
    ),
    step(
        "request_amendment",
        "clauses_complete",
        "a clause lacks data",
        clauses_missing=("term",),
    ),
    step(
        "request_extension",
        "in_time",
        "29 days before the end",
        today=ENDS - timedelta(days=29),
        last_fired={
            "submit_interim_report": date(2027, 4, 1),
            "acknowledge_interim_report": date(2027, 4, 9),
        },
        open={
            "today": ENDS - timedelta(days=30),
            "last_fired": {
                "submit_interim_report": date(2027, 4, 1),
                "acknowledge_interim_report": date(2027, 4, 9),
            },
        },
    ),
    step("request_extension", "report_recent", "no report was acknowledged", last_fired=None),
    step(
        "request_extension",
        "report_recent",
        "a report of more than six months ago",
        today=date(2027, 3, 2),
        open={"today": date(2027, 3, 1)},
    ),
    *(
        step(
            name,
            rule,
            "a report that was sent lately on a period long past",
            forms={"interim_report": {"period_from": "2026-03-01", "period_to": too_early}},
            open={"forms": {"interim_report": {"period_to": late_enough}}},
        )
        for name, rule, too_early, late_enough in (
            ("request_extension", "report_recent", "2026-05-01", "2026-05-02"),
            ("approve_amendment", "report_there", "2026-04-27", "2026-04-28"),
        )
    ),
    step("approve_amendment", "report_there", "no report was acknowledged", last_fired=None),
    step(
        "approve_amendment",
        "overlaps_weighed",
        "a new overlap that nobody has weighed",
        acting={"amendment_decision": {"overlap_decision": None}},
        open={"new_overlaps": (), "acting": {"amendment_decision": {"overlap_decision": None}}},
    ),
    step(
        "register_signed_amendment",
        "both_signatures",
        "only Tobias's copy has been filed",
        forms={"addendum_signature": {"civic_n1": None}},
        behind=("checksums_match", "signed_by_today"),
    ),
    step(
        "register_signed_amendment",
        "both_signatures",
        "only Sabine's copy has been filed",
        forms={"addendum_signature": {"municipal_n1": None}},
        behind=("checksums_match", "signed_by_today"),
    ),
    step(
        "register_signed_amendment",
        "checksums_match",
        "the copy of another text",
        forms={"addendum_signature": {"civic_n1": {"checksum": "0" * 16}}},
        open={"forms": {"addendum_signature": {"civic_n1": {"checksum": CHECKSUM.upper()}}}},
    ),
    step(
        "register_signed_amendment",
        "signed_by_today",
        "signed tomorrow by one side",
        forms={"addendum_signature": {"municipal_n1": {"date": day(RUNNING, 1)}}},
    ),
    step(
        "register_signed_amendment",
        "signed_by_today",
        "signed tomorrow by the other side",
        forms={"addendum_signature": {"civic_n1": {"date": day(RUNNING, 1)}}},
    ),
]

FILLED = {
    "amendment": Ready(SABINE, "active", DURING),
    "extension": Ready(SABINE, "active", DURING),
    "addendum_signature": Ready(MIRIAM, "amendment_signature", DURING),
}

FORMS = [
    form(
        "amendment",
        "balanced",
        "a cent more than the funding",
        {"funding": rows("amount_eur", "999.99", source="Landkreis", status="own")},
        [{}, {"funding": None}],
    ),
    form(
        "extension",
        "later_than_before",
        "the end that is agreed",
        {"new_end": day(ENDS)},
        {"new_end": day(ENDS, 1)},
    ),
    form(
        "extension",
        "not_too_long",
        "three years and a day",
        {"new_end": "2029-06-01"},
        {"new_end": "2029-05-31"},
    ),
    form(
        "extension",
        "balanced",
        "a cent more than the funding",
        {"funding": rows("amount_eur", "999.99", source="Landkreis", status="own")},
        [{}, {"funding": None}],
    ),
    form(
        "addendum_signature",
        "checksum_readable",
        "seventeen characters",
        {"checksum": "0" * 17},
        {"checksum": "0000-0000-0000-0000"},
    ),
]
