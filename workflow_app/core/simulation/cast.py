"""The people of a play, as the engine is told about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow_app.core.cases.situation import Organisation, Participant
from workflow_app.core.simulation.answers import COUNTY
from workflow_app.core.simulation.play import Player


def organisations_of(people: Iterable[Player]) -> dict[str, Organisation]:
    """Return name → organisation of all to which somebody of the play belongs."""
    kinds = {"municipal": "municipality", "civic": "fa"}
    found: dict[str, Organisation] = {}
    for p in people:
        if p.organisation and p.organisation not in found:
            number = 100 + len(found)
            kind = kinds.get(p.side or "", "")
            found[p.organisation] = Organisation(
                number, p.organisation, kind, p.organisation, frozenset({COUNTY})
            )
    return found


def taking_part(
    people: Iterable[Player], members_of: Mapping[int, frozenset[int]]
) -> tuple[Participant, ...]:
    """Return the people as partners of the case, each with the organisation belonged to."""
    return tuple(
        Participant(
            p.number,
            p.name,
            p.roles[0] if p.roles else "",
            p.side,
            next(iter(members_of.get(p.number, ())), None),
        )
        for p in people
    )
