"""Answers that every form accepts, as they are typed; what is not here is invented by its type.

The project lasts from June 2026 to May 2027. Sabine (1) and Tobias (2) are its contacts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tests.core.cases import AGENCY, COUNTY
from workflow_app.core.canonical import checksum
from workflow_app.core.cases.situation import Overlap

Facts = Mapping[str, Any]
"""What is said of a case, or of a form: name → value."""

STARTS, ENDS = date(2026, 6, 1), date(2027, 5, 31)
RUNNING = date(2026, 11, 2)
"""A day on which the project is being carried out."""
OVER = date(2027, 6, 15)
"""A day on which it is being evaluated."""
EVENT_DAY = date(2026, 6, 13)
GOAL = "Acht neue Ehrenamtliche"
HIT = Overlap("TP-7", "Treffpunkt", "high", "twin", ("language",), ("refugees",), ("cafe",), 200)
DIGEST = "0123456789abcdef" * 4
CHECKSUM = checksum(DIGEST)


def day(first: date, days: int = 0) -> str:
    """Return the day so many days later, as it is typed."""
    return (first + timedelta(days=days)).isoformat()


def rows(column: str, *cells: Any, **others: Any) -> list[dict[str, Any]]:
    """Return one row for each cell of a column; the other columns are the same in each row."""
    return [{"_id": str(n + 1), column: cell, **others} for n, cell in enumerate(cells)]


COSTS = rows("amount_eur", "800.00", "200.00", type="rooms", borne_by="municipal")
FUNDING = rows("amount_eur", "1000.00", source="Landkreis", status="own")
WRITTEN: Facts = {"interest": {}, "outline": {}}
"""The forms of a project that is to be decided on, with the answers of the table below."""
AGREED: Facts = {**WRITTEN, "agreement": {}}
SIGNED = {"checksum": CHECKSUM, "date": day(RUNNING)}

ANSWERS: Mapping[str, Facts] = {
    "interest": {
        "county": "09274",
        "further_counties": None,
        "municipal_org": str(COUNTY),
        "civic_org": str(AGENCY),
        "municipal_contact": "2",
        "civic_contact": "1",
        "planned_start": day(STARTS),
        "invited": None,
        "same_carrier_note": None,
    },
    "outline": {
        "start_date": day(STARTS),
        "end_date": day(ENDS),
        "goals": rows("goal", GOAL, indicator="Zahl", unit="P", target="8"),
        "milestones": rows(
            "due", day(STARTS, 60), day(ENDS), title="Treffen", responsible_side="joint"
        ),
        "costs": COSTS,
        "funding": FUNDING,
        "overlap_answers": None,
    },
    "agreement": {
        "term_start": day(STARTS),
        "term_end": day(ENDS),
        "data_protection": "separate_controllers",
        "annexes": ["outline"],
        "notice_period": "four_weeks",
        "signatory_municipal": None,
        "signatory_civic": None,
    },
    "agreement_comment": {"status": "accepted"},
    "signature": SIGNED,
    "addendum_signature": SIGNED,
    "late_copy": {"checksum": CHECKSUM, "received": day(RUNNING)},
    "contact_change": {"old": "1", "new": "5", "deputy": None, "from": day(RUNNING)},
    "activity": {"date": day(RUNNING, -7), "date_to": None, "status": "held", "partners": None},
    "interim_report": {
        "period_from": day(STARTS),
        "period_to": day(RUNNING, -1),
        "progress": rows("goal", GOAL, traffic_light="green"),
    },
    "amendment": {"further_counties": None, "costs": COSTS, "funding": FUNDING},
    "extension": {"new_end": day(ENDS, 90), "costs": COSTS, "funding": FUNDING},
    "pause": {
        "from": day(RUNNING),
        "expected_resume": day(RUNNING, 90),
    },
    "resume": {"resume_date": day(RUNNING, 90)},
    "termination": {"effective_date": day(RUNNING, 100), "good_cause": "no"},
    "final_report": {"results": rows("goal", GOAL, actual="8")},
    "event_plan": {
        "date": f"{day(EVENT_DAY)} 10:00",
        "internal": "no",
        "tasks": rows("side", "municipal", "civic", task="Raum richten", due=day(EVENT_DAY)),
        "clash_note": "Mit dem Lesefest abgesprochen.",
    },
    "event_announcement": {"registration_link": "https://example.org"},
    "rec_source": {"projects": ["TP-1"]},
    "rec_draft": {
        "evidence": rows("project", "TP-1", n="3", finding="Die Presse kam."),
        "quotes": None,
    },
    "rec_publication": {"edition": "2026-1", "review_by": "2027-06-01"},
    "rec_supersede": {"successor": "EM-2"},
    "review": {
        "overlap_decision": "none",
        "formal": dict.fromkeys(("complete", "eligible", "period", "costs"), "yes"),
    },
}
