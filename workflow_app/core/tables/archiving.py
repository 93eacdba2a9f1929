"""What is known of a case when it is archived: how it ended, and how long it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from workflow_app.core.cases.situation import Situation
from workflow_app.core.forms.fields import Value

Programme = Mapping[str, int | str]
"""The operator's numbers and words (`workflows/programme.yaml`) by name."""

ENDED_EARLY = (
    "end_together",
    "terminate",
    "terminate_on_notice",
    "terminate_without_notice",
    "end_unattended",
)
"""Steps after which a project is wound up."""
MARKED = ("unattended", "one_sided")
"""Variables that say with whom a project was finished; the first that is set counts."""
NO_FUNDING, FUNDED, BOOKS = "keep_no_funding_years", "keep_funded_years", "keep_books_years"
"""The operator's numbers: for how many years the cases of each retention class are kept."""
EARLIER: Programme = {NO_FUNDING: 3, FUNDED: 5, BOOKS: 10}
"""What holds for the cases of versions published before these numbers could be set."""


def outcome(situation: Situation) -> Value:
    """Return how a project has ended: the way that it took and what was marked on it."""
    if any(step in situation.last_fired for step in ENDED_EARLY):
        return "terminated"
    return next((mark for mark in MARKED if mark in situation.variables), "completed")


def retention_end(situation: Situation, programme: Programme) -> Value:
    """Return the last day on which the case must be kept; None without a class or its day."""
    years = {name: int(programme.get(name, number)) for name, number in EARLIER.items()}
    answers = situation.acting.get("archive") or situation.newest("archive") or {}
    year = situation.today.year
    match answers.get("retention_class"):
        case "no_funding":
            return _end_of(year + years[NO_FUNDING])
        case "funded_5y":
            return _years_after(_proof_of_use(situation), years[FUNDED]).isoformat()
        case "books_10y":
            # Counted from the 1 January after the annual accounts were adopted, which is done in
            # the year that follows.
            return _end_of(year + 1 + years[BOOKS])
        case "custom":
            return answers.get("retention_custom_until")
    return None


def _end_of(year: int) -> str:
    return date(year, 12, 31).isoformat()


def _proof_of_use(situation: Situation) -> date:
    """Return the day of the newest final report; without one, which proves nothing, this day."""
    reports = situation.submissions.get("final_report", ())
    return max((s.on for s in reports), default=situation.today)


def _years_after(day: date, years: int) -> date:
    """Return the same day some years later, of 29 February the 28th."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap else day.day)
