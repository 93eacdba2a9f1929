"""Situations in which the facts of amendments and extensions hold, and in which they do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.core.cases import AGENCY, TODAY, case
from workflow_app.core.canonical import checksum
from workflow_app.core.cases.situation import Amending, Overlap, Situation, Submitted

DIGEST = "fedcba9876543210" * 4
MATCHING = checksum(DIGEST)
TERM = {"term_start": "2026-01-01", "term_end": "2026-12-31"}
HIT = Overlap("TP-7", "Treffpunkt", "high", "twin", ("language",), ("refugees",), ("cafe",), 200)


def change(form: str = "extension", status: str = "pending", **more: Any) -> Amending:
    proposed = {"agreement": {**TERM, "term_end": "2027-04-30"}}
    return Amending(1, form, status, TODAY - timedelta(days=5), proposed, **more)


def amended(*names: str, effective: str = "2026-04-01", ahead: str = "") -> Situation:
    day = date.fromisoformat(ahead) if ahead else None
    later = Submitted(9, "agreement", "", 2, TERM, "1", None, TODAY, day)
    return case(
        "active",
        forms={"amendment": {"n1": {"effective_from": effective}}},
        differing={"amendment": names},
        upcoming={"agreement": later} if ahead else {},
    )


def reaching(*counties: str) -> Situation:
    """A project of the agency that asks for these further counties."""
    asked = {"n1": {"further_counties": [*counties]}}
    return case("active", forms={"interest": {"civic_org": str(AGENCY)}, "amendment": asked})


def copies(municipal: str | None, civic: str | None, digest: str | None = DIGEST) -> Situation:
    typed = {"municipal_n1": municipal, "civic_n1": civic}
    filed = {slot: {"checksum": text} for slot, text in typed.items() if text}
    return case(
        "amendment_signature",
        amendments=(change(status="issued", digest=digest),),
        forms={"addendum_signature": filed},
    )


def in_days(days: int) -> dict[str, str]:
    """An agreement whose term ends in so many days."""
    return {**TERM, "term_end": before(-days)}


def before(days: int) -> str:
    """The day so many days ago."""
    return (TODAY - timedelta(days=days)).isoformat()


def ending(days: int, **more: Any) -> Situation:
    """A project that ends in so many days."""
    return case("active", **{"forms": {"agreement": in_days(days)}, **more})


def resumed(days_ago: int) -> tuple[tuple[date, date | None], ...]:
    end = TODAY - timedelta(days=days_ago)
    return ((end - timedelta(days=100), end),)


def reported(
    days_ago: int, *variables: str, until: int | None = None, next: int | None = None, **more: Any
) -> Situation:
    """A project whose interim report was sent so many days ago and acknowledged a week later.

    Its period ended `until` days ago; that of a report that nobody has sent yet, `next` days ago.
    """
    sent = TODAY - timedelta(days=days_ago)
    forms: dict[str, Any] = {"agreement": in_days(60)}
    if until is not None:
        forms["interim_report"] = {"period_to": before(until if next is None else next)}
        forms["report_decision"] = {"reported_until": before(until)}
    fired = {
        "submit_interim_report": sent,
        "acknowledge_interim_report": sent + timedelta(days=7),
    }
    return case("active", forms=forms, last_fired=fired, variables=frozenset(variables), **more)


def decided(situation: Situation, form: str = "extension") -> Situation:
    filled = {"new_end": "2027-04-30"} if form == "extension" else {"reason": "…"}
    asked = (Submitted(8, form, "n1", 1, filled, "1", 1, TODAY),)
    return replace(
        situation,
        state="amendment_pending",
        amendments=(change(form),),
        submissions={**situation.submissions, form: asked},
    )


def activity(day: str | None, *amendments: Amending, to: str | None = None) -> Situation:
    situation = case("amendment_pending", forms={"agreement": TERM}, amendments=amendments)
    return replace(situation, acting={"activity": {"date": day, "date_to": to}})


def weighed(*hits: Overlap, decision: str | None = None) -> Situation:
    return case(
        "amendment_pending",
        amendments=(change(),),
        new_overlaps=hits,
        forms={"amendment_decision": {"n1": {"overlap_decision": decision, "impartial": True}}},
    )


def late(typed: str | None, *known: str) -> Situation:
    situation = case("active", late_copies=frozenset(known))
    return replace(situation, acting={"late_copy": {"checksum": typed}})


AMENDMENT_CASES: list[tuple[str, str, Situation, bool]] = [
    ("amendment.changes_something", "the costs", amended("outline.costs"), True),
    ("amendment.changes_something", "nothing", amended(), False),
    ("amendment.in_order", "nothing agreed ahead", amended("outline.costs"), True),
    ("amendment.in_order", "the same day", amended("outline.costs", ahead="2026-04-01"), True),
    ("amendment.in_order", "before another", amended("outline.costs", ahead="2026-04-02"), False),
    ("amendment.area_covered", "a county that the agency serves", reaching("09274"), True),
    ("amendment.area_covered", "none", reaching(), True),
    ("amendment.area_covered", "another one", reaching("09274", "09161"), False),
    ("amendment.overlaps_weighed", "no new one", weighed(), True),
    ("amendment.overlaps_weighed", "one, not decided on", weighed(HIT), False),
    ("amendment.overlaps_weighed", "one, decided on", weighed(HIT, decision="merge"), True),
    ("addendum.checksums_match", "both", copies(MATCHING, MATCHING.upper()), True),
    ("addendum.checksums_match", "one differs", copies(MATCHING, "0" * 16), False),
    ("addendum.checksums_match", "one is missing", copies(MATCHING, None), False),
    ("addendum.checksums_match", "not issued", copies(MATCHING, MATCHING, None), False),
    ("extension.in_time", "thirty days before", ending(30), True),
    ("extension.in_time", "29 days before", ending(29), False),
    ("extension.in_time", "late, soon after a pause", ending(5, pauses=resumed(30)), True),
    ("extension.in_time", "late, long after a pause", ending(5, pauses=resumed(31)), False),
    ("extension.in_time", "no term", case("active"), False),
    ("extension.report_recent", "five months old", reported(150), True),
    ("extension.report_recent", "seven months old", reported(215), False),
    ("extension.report_recent", "paused meanwhile", reported(215, pauses=resumed(60)), True),
    ("extension.report_recent", "one waits again", reported(20, "report_open"), False),
    ("extension.report_recent", "none, after a pause", ending(60, pauses=resumed(9)), True),
    ("extension.report_recent", "none", ending(60), False),
    ("extension.report_recent", "on a period long past", reported(20, until=215), False),
    ("extension.report_recent", "on a period lately past", reported(20, until=150), True),
    ("extension.report_recent", "the next one is begun", reported(215, until=215, next=9), False),
    ("extension.report_there", "on a period long past", decided(reported(20, until=215)), False),
    ("extension.report_there", "acknowledged", decided(reported(20)), True),
    ("extension.report_there", "none, after a pause", decided(ending(9)), False),
    ("extension.report_there", "an amendment needs none", decided(ending(9), "amendment"), True),
    ("activity.in_period", "with an open extension", activity("2027-04-30", change()), True),
    ("activity.in_period", "beyond it", activity("2027-05-01", change()), False),
    ("activity.in_period", "into it", activity("2026-04-01", change(), to="2027-04-30"), True),
    (
        "activity.in_period",
        "the extension was declined",
        activity("2027-04-30", change(status="declined")),
        False,
    ),
    ("activity.before_state", "the day before", activity("2026-03-01"), True),
    ("activity.before_state", "the day after", activity("2026-03-03"), False),
    ("activity.before_state", "goes on", activity("2026-03-01", to="2026-03-03"), False),
    ("activity.before_state", "no day", activity(None), False),
    ("copy.late", "of a void addendum", late("FEDC BA98-7654 3210", MATCHING), True),
    ("copy.late", "of nothing known", late("0" * 16, MATCHING), False),
    ("children.none_held", "none", case("terminated"), True),
    ("children.none_held", "one", case("terminated", held_children=1), False),
]
