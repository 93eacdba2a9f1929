"""Facts of changes to an agreement: amendments, extensions, their addenda, and what is late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from workflow_app.core.canonical import checksum, typed_checksum
from workflow_app.core.cases.pauses import paused_days
from workflow_app.core.cases.situation import Situation, Values
from workflow_app.core.definition.model import Text
from workflow_app.core.expressions import SIDES, add_months, midnight
from workflow_app.core.tables.context import Context
from workflow_app.core.tables.fact import Fact
from workflow_app.core.tables.partner_facts import amended_area_covered

AHEAD_DAYS = "extension_ahead_days"
"""The operator's number: days before the end by which an extension is asked for."""
AFTER_PAUSE_DAYS = "extension_after_pause_days"
"""The operator's number: days after resuming within which it may be asked for all the same."""
REPORT_MONTHS = "interim_report_valid_months"
"""The operator's number: months after the last day of its period for which an acknowledged interim
report does for an extension."""


def changes_something(c: Context) -> bool:
    """Whether what the request says differs from what is agreed."""
    return bool(c.situation.differing.get("amendment"))


def in_order(c: Context) -> bool:
    """Whether it comes in force no sooner than what was agreed before it."""
    asked = (c.situation.newest("amendment") or {}).get("effective_from")
    days = [s.effective_from for s in c.situation.upcoming.values() if s.effective_from]
    return asked is not None and all(day.isoformat() <= asked for day in days)


def addendum_checksums_match(c: Context) -> bool:
    """Whether both sides' copies bear the checksum of the addendum that was issued."""
    amendment = c.situation.amendment
    if amendment is None or amendment.digest is None:
        return False
    copies = c.situation.by_side("addendum_signature", of_amendment=True)
    typed = [copies[side].values.get("checksum") if side in copies else None for side in SIDES]
    return all(t is not None and typed_checksum(t) == checksum(amendment.digest) for t in typed)


def overlaps_weighed(c: Context) -> bool:
    """Whether the change brings no new overlap, or the decision says how it was weighed."""
    decision = c.situation.newest("amendment_decision") or {}
    return not c.situation.new_overlaps or bool(decision.get("overlap_decision"))


def _term_end(s: Situation) -> date | None:
    end = (s.agreed("agreement") or {}).get("term_end")
    return date.fromisoformat(end) if end else None


def _after_pause(s: Situation, programme: Mapping[str, int | str]) -> date | None:
    """Return until when what a pause made impossible is forgiven, or None without a pause."""
    ends = [end for _, end in s.pauses if end is not None]
    days = programme.get(AFTER_PAUSE_DAYS)
    return max(ends) + timedelta(days=days) if ends and isinstance(days, int) else None


def _resumed(c: Context) -> bool:
    """Say whether work was resumed so lately that what a pause made impossible is forgiven."""
    until = _after_pause(c.situation, c.programme)
    return until is not None and c.situation.today <= until


def last_day_to_extend(s: Situation, programme: Mapping[str, int | str]) -> str | None:
    """Return the last day on which an extension can be asked for, as an ISO date."""
    end, days = _term_end(s), programme.get(AHEAD_DAYS)
    if end is None or not isinstance(days, int):
        return None
    return max(end - timedelta(days=days), _after_pause(s, programme) or date.min).isoformat()


def extension_in_time(c: Context) -> bool:
    """Whether it is asked for long enough before the end, or soon after a pause."""
    last = last_day_to_extend(c.situation, c.programme)
    return last is not None and c.situation.today.isoformat() <= last


def report_day(s: Situation) -> date | None:
    """Return the day of the interim report that was acknowledged last, or None."""
    sent, seen = (s.last_fired.get(f"{verb}_interim_report") for verb in ("submit", "acknowledge"))
    # A report that waits again, or was asked about, is not acknowledged.
    if sent is None or seen is None or {"report_open", "report_asked"} & s.variables:
        return None
    return sent


def reported_until(s: Situation) -> date | None:
    """Return the last day of which the report that was acknowledged last speaks, or None."""
    sent = report_day(s)
    # It was noted when the report was acknowledged: the next one may be in the making by now.
    noted = (s.newest("report_decision") or {}).get("reported_until") or report_period_end(s)
    return date.fromisoformat(noted) if sent and noted else sent


def report_period_end(s: Situation) -> str | None:
    """Return the last day of the period of the interim report as it is now, as an ISO date."""
    return (s.newest("interim_report") or {}).get("period_to")


def _report_valid(c: Context, day: date) -> bool:
    """Say whether an acknowledged report speaks of a late enough day; paused days do not age it."""
    report, months = reported_until(c.situation), c.programme.get(REPORT_MONTHS)
    if report is None or not isinstance(months, int):
        return False
    ends = add_months(midnight(report), months).date()
    return day - timedelta(days=paused_days(c.situation.pauses, report, day)) <= ends


def report_recent(c: Context) -> bool:
    """Whether the report for an extension is there, or may still follow because of a pause."""
    return _report_valid(c, c.situation.today) or _resumed(c)


def report_there(c: Context) -> bool:
    """Whether no extension is decided on, or its report was acknowledged by now."""
    amendment = c.situation.amendment
    if amendment is None or "new_end" not in (c.situation.newest(amendment.form) or {}):
        return amendment is not None
    # What was young enough when the extension was asked for does not age while it waits.
    return _report_valid(c, amendment.requested_on)


def provisional_end(s: Situation) -> date | None:
    """Return the end that an open extension asks for, or None."""
    end = s.amendment.proposed.get("agreement", {}).get("term_end") if s.amendment else None
    return date.fromisoformat(end) if end else None


def provisional(s: Situation, day: str | None) -> bool:
    """Say whether a day lies in the term only if the open extension comes about (ruling L8)."""
    agreement, wanted = s.newest("agreement") or {}, provisional_end(s)
    end = agreement.get("term_end")
    return bool(day and end and wanted) and end < day <= wanted.isoformat()  # type: ignore[union-attr,operator]  # bool() has seen to that


def last_day(activity: Values) -> Any:
    """Return the last day of an activity as an ISO date; None if it has no day at all."""
    return activity.get("date_to") or activity.get("date")


def activity_in_period(c: Context) -> bool:
    """Whether the activity lies wholly in the agreed term, or in what an open extension adds."""
    activity = c.situation.acting.get("activity") or {}
    agreement = c.situation.newest("agreement") or {}
    day, end = activity.get("date"), last_day(activity)
    first, last = agreement.get("term_start"), agreement.get("term_end")
    if not (day and first and last):
        return False
    return bool(first <= day and end <= last) or (first <= day and provisional(c.situation, end))


def activity_before_state(c: Context) -> bool:
    """Whether the activity was over on the day on which the state began."""
    day = last_day(c.situation.acting.get("activity") or {})
    return bool(day) and day <= c.situation.entered_on.isoformat()


def late_copy(c: Context) -> bool:
    """Whether the checksum typed is that of a document that was issued and counts no more."""
    typed = (c.situation.acting.get("late_copy") or {}).get("checksum")
    return typed is not None and typed_checksum(typed) in c.situation.late_copies


def no_child_held(c: Context) -> bool:
    """Whether no event took place that is still to be recorded."""
    return c.situation.held_children == 0


AMENDMENT_FACTS = (
    Fact(
        "amendment.changes_something",
        Text(
            "Mindestens eine Angabe weicht von der geltenden ab.",
            "At least one value differs from the one in force.",
        ),
        changes_something,
        ("amendment",),
        needs=("amendment.filled",),
    ),
    Fact(
        "amendment.in_order",
        Text(
            "Die Änderung wird nicht vor einer schon vereinbarten wirksam.",
            "The change comes in force no sooner than one agreed before.",
        ),
        in_order,
        ("amendment",),
        needs=("amendment.filled",),
    ),
    Fact(
        "amendment.area_covered",
        Text(
            "Das Gebiet der Engagement-Seite umfasst jede Kommune, die die Änderung nennt.",
            "The area of the civic side covers every municipality that the change names.",
        ),
        amended_area_covered,
        ("amendment",),
        needs=("amendment.filled",),
    ),
    Fact(
        "amendment.overlaps_weighed",
        Text(
            "Die Änderung bringt keine neue Überschneidung, oder es ist darüber entschieden.",
            "The change brings no new overlap, or it has been decided on.",
        ),
        overlaps_weighed,
        ("amendment_decision",),
    ),
    Fact(
        "addendum.checksums_match",
        Text(
            "Die eingegebenen Prüfsummen stimmen mit dem ausgegebenen Nachtrag überein.",
            "The checksums typed in match the addendum that was issued.",
        ),
        addendum_checksums_match,
        needs=(
            "document.addendum",
            "addendum_signature.municipal.filled",
            "addendum_signature.civic.filled",
        ),
    ),
    Fact(
        "extension.in_time",
        Text(
            "Die Verlängerung ist rechtzeitig oder bald nach einer Pausierung beantragt.",
            "The extension is asked for in time, or soon after a pause.",
        ),
        extension_in_time,
        numbers=(AHEAD_DAYS, AFTER_PAUSE_DAYS),
        needs=("agreement.filled",),
    ),
    Fact(
        "extension.report_recent",
        Text(
            "Ein zur Kenntnis genommener Zwischenbericht reicht nah genug heran oder darf noch "
            "folgen.",
            "The period of an acknowledged interim report is recent enough, or it may still "
            "follow.",
        ),
        report_recent,
        numbers=(AFTER_PAUSE_DAYS, REPORT_MONTHS),
    ),
    Fact(
        "extension.report_there",
        Text(
            "Zur Verlängerung liegt ein zur Kenntnis genommener Zwischenbericht vor.",
            "There is an acknowledged interim report for the extension.",
        ),
        report_there,
        numbers=(REPORT_MONTHS,),
    ),
    Fact(
        "activity.in_period",
        Text(
            "Die Aktivität liegt ganz in der Laufzeit, samt einer beantragten Verlängerung.",
            "The activity lies wholly within the term, with an extension asked for.",
        ),
        activity_in_period,
        ("activity",),
        needs=("activity.filled", "agreement.filled"),
    ),
    Fact(
        "activity.before_state",
        Text(
            "Die Aktivität liegt vor dem jetzigen Stand.",
            "The activity lies before the present state began.",
        ),
        activity_before_state,
        ("activity",),
        needs=("activity.filled",),
    ),
    Fact(
        "copy.late",
        Text(
            "Die Prüfsumme gehört zu einem Dokument, das ausgegeben wurde und nicht mehr gilt.",
            "The checksum is that of a document that was issued and counts no more.",
        ),
        late_copy,
        ("late_copy",),
        needs=("late_copy.filled",),
    ),
    Fact(
        "children.none_held",
        Text(
            "Keine durchgeführte Veranstaltung ist noch zu dokumentieren.",
            "No event that took place is still to be recorded.",
        ),
        no_child_held,
    ),
)
"""The table's entries for changes of an agreement."""
