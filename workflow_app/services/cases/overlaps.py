"""Which other projects touch a project: the rule of `core.overlap` over what the store knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow_app.core.cases.in_force import in_force
from workflow_app.core.cases.situation import Overlap, Situation, Submitted
from workflow_app.core.overlap import Footprint, compare
from workflow_app.services.cases.gathered import SUBMITTED, submitted
from workflow_app.services.clock import day_of
from workflow_app.store.cases import Case
from workflow_app.store.submissions import Submission

REMEMBERED = timedelta(days=730)
"""How long an ended project is still shown, so that its experience can be used."""
REGION_DIGITS = 3
"""Digits of a county key that name its Regierungsbezirk."""
NOT_COMPARED = ("idea", "rejected", "withdrawn")


def footprint(interest: Mapping[str, Any], outline: Mapping[str, Any]) -> Footprint | None:
    """Return what of a project is compared, or None while its period is not known."""
    if not (outline.get("start_date") and outline.get("end_date") and interest.get("county")):
        return None
    return Footprint(
        county=interest["county"],
        topics=frozenset(interest.get("topics") or ()),
        target_groups=frozenset(interest.get("target_groups") or ()),
        formats=frozenset(outline.get("formats") or ()),
        start=date.fromisoformat(outline["start_date"]),
        end=date.fromisoformat(outline["end_date"]),
    )


def overlaps_of(session: Session, case: Case, situation: Situation) -> tuple[Overlap, ...]:
    """Return the projects that touch this one, the highest level first."""
    own = footprint(situation.newest("interest") or {}, situation.newest("outline") or {})
    if own is None:
        return ()
    hits = []
    for number, title, other in _others(session, case, own.county, situation.today):
        hit = compare(own, other)
        if hit:
            common = (hit.topics, hit.target_groups, hit.formats, hit.days)
            hits.append(Overlap(number, title, hit.level, hit.place, *common))
    order = ("high", "medium", "low", "info")
    return tuple(sorted(hits, key=lambda o: (order.index(o.level), o.case)))


def _others(
    session: Session, case: Case, county: str, day: date
) -> list[tuple[str, str, Footprint]]:
    cases = {
        c.id: c
        for c in session.scalars(
            select(Case).where(
                Case.id != case.id,
                # The rule knows nothing beyond the Regierungsbezirk; twins lie in the same one.
                Case.county.startswith(county[:REGION_DIGITS]),
                Case.state.not_in(NOT_COMPARED),
                or_(Case.ended.is_(False), Case.state == "archived"),
            )
        )
        if not c.ended or day_of(c.entered_at) + REMEMBERED >= day
    }
    versions: dict[int, dict[str, list[Submitted]]] = {}
    rows = session.execute(
        select(Submission.case_id, *SUBMITTED)
        .where(Submission.case_id.in_(cases), Submission.form.in_(("interest", "outline")))
        .order_by(Submission.id)
    )
    for row in rows:
        versions.setdefault(row.case_id, {}).setdefault(row.form, []).append(submitted(row))
    found = []
    for case_id, forms in versions.items():
        holding = [in_force(forms.get(name, ()), day) for name in ("interest", "outline")]
        other = footprint(*(s.values if s else {} for s in holding))
        if other:
            found.append((cases[case_id].number, cases[case_id].title, other))
    return found
