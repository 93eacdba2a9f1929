"""The closed table of computed fields: values that follow from other submissions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflow_app.core.cases.situation import Situation
from workflow_app.core.forms.fields import Value
from workflow_app.core.tables import archiving
from workflow_app.core.tables.amendment_facts import (
    AFTER_PAUSE_DAYS,
    AHEAD_DAYS,
    last_day,
    last_day_to_extend,
    provisional,
    report_day,
    report_period_end,
)
from workflow_app.core.tables.archiving import Programme


def _held(situation: Situation) -> list[Mapping[str, Any]]:
    """Return the activities held within the term that is in force."""
    entries = [s.values for s in situation.submissions.get("activity", ())]
    end = (situation.newest("agreement") or {}).get("term_end") or "9999"
    held = (e for e in entries if e.get("status") == "held" and str(last_day(e)) <= end)
    return sorted(held, key=lambda e: str(e.get("date")))


def _activity_summary(situation: Situation) -> Value:
    states = [s.values.get("status") for s in situation.submissions.get("activity", ())]
    return {
        "held": states.count("held"),
        "planned": states.count("planned"),
        "cancelled": states.count("cancelled"),
    }


def _participants(situation: Situation) -> Value:
    return sum(int(e.get("participants") or 0) for e in _held(situation))


def _volunteers_most(situation: Situation) -> Value:
    return max((int(e.get("volunteers") or 0) for e in _held(situation)), default=0)


def _new_volunteers(situation: Situation) -> Value:
    return sum(int(e.get("new_volunteers") or 0) for e in _held(situation))


def _volunteer_hours(situation: Situation) -> Value:
    hours = (Decimal(e.get("volunteer_hours") or 0) for e in _held(situation))
    return format(sum(hours, Decimal(0)), "f")


def _costs(situation: Situation) -> Value:
    rows = [row for e in _held(situation) for row in e.get("costs") or []]
    total = sum((Decimal(row.get("amount_eur") or 0) for row in rows), Decimal(0))
    return format(total.quantize(Decimal("0.01")), "f")


def _source_projects(situation: Situation) -> Value:
    return len((situation.newest("rec_source") or {}).get("projects") or [])


def _amendment_changes(situation: Situation) -> Value:
    return list(situation.differing.get("amendment", ()))


def _report_day(situation: Situation) -> Value:
    day = report_day(situation)
    return day.isoformat() if day else None


def _provisional(situation: Situation) -> Value:
    activity = situation.acting.get("activity") or {}
    if provisional(situation, last_day(activity)) and situation.amendment:
        return situation.amendment.number
    return None


@dataclass(frozen=True, slots=True)
class Computation:
    """One entry of the table."""

    follows: Callable[[Situation, Programme], Value]
    """From the case and the operator's numbers; None: there is nothing to say yet."""
    numbers: tuple[str, ...] = ()
    """The operator's numbers that it needs."""


def _of(follows: Callable[[Situation], Value]) -> Computation:
    """Return the entry of a value that follows from the case alone."""
    return Computation(lambda situation, _programme: follows(situation))


COMPUTED: Mapping[str, Computation] = {
    "activity_summary": _of(_activity_summary),
    "activity_participants": _of(_participants),
    "activity_volunteers_most": _of(_volunteers_most),
    "activity_new_volunteers": _of(_new_volunteers),
    "activity_volunteer_hours": _of(_volunteer_hours),
    "activity_costs": _of(_costs),
    "recommendation_projects": _of(_source_projects),
    "amendment_changes": _of(_amendment_changes),
    "acknowledged_report_day": _of(_report_day),
    "last_day_to_extend": Computation(last_day_to_extend, (AHEAD_DAYS, AFTER_PAUSE_DAYS)),
    "report_period_end": _of(report_period_end),
    "provisional_on_addendum": _of(_provisional),
    "case_outcome": _of(archiving.outcome),
    "retention_end": Computation(archiving.retention_end, tuple(archiving.EARLIER)),
}
"""Name → how it follows. Reach counts attendances, not people (field guide, section 4)."""
MONEY_COMPUTED = frozenset({"activity_costs"})
DAY_COMPUTED = frozenset(
    ("acknowledged_report_day", "last_day_to_extend", "report_period_end", "retention_end")
)
