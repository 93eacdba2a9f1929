"""Which other projects touch a project: the rule of `core.overlap` over what the store knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, union
from sqlalchemy.orm import Session

from workflow_app.core.cases.in_force import in_force
from workflow_app.core.cases.situation import Overlap, Situation, Submitted, Values
from workflow_app.core.overlap import LONGEST_GAP_DAYS, compare, near_counties
from workflow_app.core.overlap import Footprint as Compared
from workflow_app.services.cases.gathered import SUBMITTED, submitted
from workflow_app.services.clock import day_of
from workflow_app.store.asking import asked
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.footprints import Footprint, FootprintCounty, FootprintTopic
from workflow_app.store.tables.submissions import Submission

REMEMBERED = timedelta(days=730)
"""How long an ended project is still shown, so that its experience can be used."""
REGION_DIGITS = 3
"""Digits of a county key that name its Regierungsbezirk."""
COMPARED_FORMS = ("interest", "outline")
NOT_COMPARED = ("idea", "rejected", "withdrawn")
KEPT = select(
    Footprint.counties,
    Footprint.starts_on,
    Footprint.ends_on,
    Footprint.compared_until,
    Footprint.topics,
).where(Footprint.case_id == bindparam("case"))

# Both questions are put together once: they are long, and every page of a project asks them.
OTHERS = (
    select(Case.id, Case.number, Case.title)
    .join(Footprint, Footprint.case_id == Case.id)
    .where(
        Footprint.case_id.in_(
            union(
                select(FootprintCounty.case_id).where(
                    FootprintCounty.county.in_(bindparam("counties", expanding=True)),
                    FootprintCounty.ends_on >= bindparam("since"),
                ),
                select(FootprintTopic.case_id).where(
                    FootprintTopic.region.in_(bindparam("regions", expanding=True)),
                    FootprintTopic.topic.in_(bindparam("topics", expanding=True)),
                    FootprintTopic.ends_on >= bindparam("start"),
                ),
            )
        ),
        Footprint.case_id != bindparam("case"),
        Footprint.starts_on <= bindparam("until"),
        Footprint.compared_until >= bindparam("day"),
    )
)
"""Near and not long before or after, or further off and alike; each is answered by an index."""
HOLDING = (
    select(Submission.case_id, *SUBMITTED)
    .where(
        Submission.case_id.in_(bindparam("cases", expanding=True)),
        Submission.form.in_(COMPARED_FORMS),
    )
    .order_by(Submission.id)
)


def counties_of(interest: Values) -> tuple[str, ...]:
    """Return the keys of all counties in which a project is, that of the municipal side first."""
    return (interest["county"], *(interest.get("further_counties") or ()))


def footprint(interest: Mapping[str, Any], outline: Mapping[str, Any]) -> Compared | None:
    """Return what of a project is compared, or None while its period is not known."""
    if not (outline.get("start_date") and outline.get("end_date") and interest.get("county")):
        return None
    return Compared(
        counties=frozenset(counties_of(interest)),
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
    for number, title, interest, outline in _others(session, case, own, situation.today):
        other = footprint(interest, outline)
        hit = compare(own, other) if other else None
        if hit:
            common = (hit.topics, hit.target_groups, hit.formats, hit.days)
            found = Overlap(number, title, hit.level, hit.place, *common)
            hits.append(replace(found, **_disclosed(case.number, interest, outline)))
    order = ("high", "medium", "low", "info")
    return tuple(sorted(hits, key=lambda o: (order.index(o.level), o.case)))


def _disclosed(number: str, interest: Values, outline: Values) -> dict[str, Any]:
    """Return what else others see of a project that touches theirs, called `number`.

    Never more, even of what is only being drafted: place, period, the offices of both sides, and
    the answer that it gives to the overlap with them.
    """
    answers = [r for r in outline.get("overlap_answers") or () if r.get("overlap") == number]
    return {
        "counties": counties_of(interest),
        "start": outline["start_date"],
        "end": outline["end_date"],
        "offices": tuple(interest[k] for k in ("municipal_org", "civic_org") if interest.get(k)),
        "answer": (answers[-1]["decision"], answers[-1]["reason"]) if answers else None,
    }


def _others(
    session: Session, case: Case, own: Compared, day: date
) -> list[tuple[str, str, Values, Values]]:
    """Return the interest and outline, as they hold on `day`, of each that the rule may find.

    These are near and not long before or after, or further off and alike: two questions, each
    answered by an index, so that their time depends on what is near and not on how many there are.
    """
    gap = timedelta(days=LONGEST_GAP_DAYS)
    rows = asked(
        session,
        OTHERS,
        case=case.id or 0,
        counties=sorted(near_counties(own.counties)),
        regions=_regions(own.counties),
        topics=sorted(own.topics),
        since=own.start - gap,
        start=own.start,
        until=own.end + gap,
        day=day,
    )
    names = {row.id: (row.number, row.title) for row in rows}
    found = _holding(session, names, day)
    return [(*names[case_id], *holding) for case_id, holding in found.items()]


def _holding(
    session: Session, cases: Collection[int], day: date
) -> dict[int, tuple[Values, Values]]:
    if not cases:
        return {}
    versions: dict[int, dict[str, list[Submitted]]] = {}
    for row in asked(session, HOLDING, cases=list(cases)):
        versions.setdefault(row.case_id, {}).setdefault(row.form, []).append(submitted(row))
    found = {}
    for case_id, forms in versions.items():
        interest, outline = (in_force(forms.get(name, ()), day) for name in COMPARED_FORMS)
        if interest and outline:
            found[case_id] = (interest.values, outline.values)
    return found


def keep_footprint(session: Session, case: Case, situation: Situation) -> None:
    """Make the rows by which a case is found say what they must; none, if it is not compared."""
    wanted = _found_by(case, situation)
    present = _kept(session, case)
    if present == wanted:
        return
    connection = session.connection()
    if present is not None:
        for table in (FootprintTopic, FootprintCounty, Footprint):
            connection.execute(delete(table).where(table.case_id == case.id))
    if wanted is not None:
        connection.execute(insert(Footprint), {"case_id": case.id, **wanted})
        found = {"case_id": case.id, "ends_on": wanted["ends_on"]}
        places = [{**found, "county": county} for county in wanted["counties"]]
        connection.execute(insert(FootprintCounty), places)
        regions = _regions(wanted["counties"])
        topics = [{**found, "topic": t, "region": r} for t in wanted["topics"] for r in regions]
        if topics:
            connection.execute(insert(FootprintTopic), topics)


def _regions(counties: Iterable[str]) -> list[str]:
    return sorted({county[:REGION_DIGITS] for county in counties})


def footprint_is_kept(session: Session, case: Case, situation: Situation) -> bool:
    """Say whether the row by which a case is found says what it must."""
    return _kept(session, case) == _found_by(case, situation)


def _kept(session: Session, case: Case) -> dict[str, Any] | None:
    rows = asked(session, KEPT, case=case.id)
    return dict(rows[0]._mapping) if rows else None


def _found_by(case: Case, situation: Situation) -> dict[str, Any] | None:
    """Return by what a case is found, or None if it is not compared.

    What is agreed and has yet to come in force counts as well: the day alone brings it.
    """
    now = [situation.newest(form) or {} for form in ("interest", "outline")]
    agreed = [situation.agreed(form) or {} for form in ("interest", "outline")]
    seen = [own for own in (footprint(*now), footprint(*agreed)) if own]
    if not seen or not _is_compared(case):
        return None
    return {
        "counties": sorted({county for own in seen for county in own.counties}),
        "starts_on": min(own.start for own in seen),
        "ends_on": max(own.end for own in seen),
        "compared_until": day_of(case.entered_at) + REMEMBERED if case.ended else date.max,
        "topics": sorted({topic for own in seen for topic in own.topics}),
    }


def _is_compared(case: Case) -> bool:
    return case.state not in NOT_COMPARED and (not case.ended or case.state == "archived")
