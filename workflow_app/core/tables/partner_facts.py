"""Facts of those who take part: contacts, their organisations, the area served, who signs.

Pure functions of the situation; missing data never makes one true.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workflow_app.core.cases.situation import Situation
from workflow_app.core.expressions import SIDES
from workflow_app.core.tables.context import Context


def _key(reference: Any) -> int:
    """Return the id that a reference names; 0, which nothing has, if it names none."""
    text = str(reference or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0


def _contacts(situation: Situation) -> list[str | None]:
    interest = situation.newest("interest") or {}
    return [interest.get("municipal_contact"), interest.get("civic_contact")]


def actor_named(c: Context) -> bool:
    """Whether whoever acts is one of the two contacts."""
    return c.actor is not None and str(c.actor.person) in _contacts(c.situation)


def sides_differ(c: Context) -> bool:
    """Whether both contacts are there and are two people."""
    one, other = _contacts(c.situation)
    return one is not None and other is not None and one != other


def contacts_belong(c: Context) -> bool:
    """Whether each contact belongs to the organisation of its side."""
    interest = c.situation.newest("interest") or {}
    for side in SIDES:
        person, body = interest.get(f"{side}_contact"), interest.get(f"{side}_org")
        if not person or not body:
            return False
        if _key(body) not in c.situation.members_of.get(_key(person), frozenset()):
            return False
    return True


def bodies_stand(c: Context) -> bool:
    """Whether each side's organisation in the interest is the one for which its contact stands."""
    interest = c.situation.newest("interest") or {}
    standing = {side: c.situation.participant(side) for side in SIDES}
    return all(
        p is not None
        and p.organisation is not None
        and p.organisation == _key(interest.get(f"{side}_org"))
        for side, p in standing.items()
    )


def area_covered(c: Context) -> bool:
    """Whether the civic organisation serves every county in which the project is."""
    interest = c.situation.newest("interest") or {}
    return _covered(c, [interest.get("county"), *(interest.get("further_counties") or ())])


def amended_area_covered(c: Context) -> bool:
    """Whether the civic organisation serves every further county that an amendment names."""
    amendment = c.situation.newest("amendment")
    return amendment is not None and _covered(c, amendment.get("further_counties") or ())


def _covered(c: Context, counties: Iterable[str | None]) -> bool:
    interest = c.situation.newest("interest") or {}
    body = c.situation.organisations.get(_key(interest.get("civic_org")))
    return body is not None and set(counties) <= body.counties


def carrier_noted(c: Context) -> bool:
    """Whether the two carriers differ, or it is explained why not."""
    interest = c.situation.newest("interest") or {}
    bodies = [c.situation.organisations.get(_key(interest.get(f"{s}_org"))) for s in SIDES]
    if bodies[0] is None or bodies[1] is None:
        return False
    return bodies[0].carrier != bodies[1].carrier or bool(interest.get("same_carrier_note"))


def side_handed_over(situation: Situation) -> str | None:
    """Return the side whose contact is about to change: that of the former one; None: nobody's."""
    change = situation.acting.get("contact_change") or {}
    # Cases of earlier versions are asked for the side as well.
    if side := change.get("side"):
        return str(side)
    former = _key(change.get("old"))
    standing = (situation.participant(side) for side in SIDES)
    return next((p.side for p in standing if p is not None and p.person == former), None)


def own_contact(c: Context) -> bool:
    """Whether whoever acts stands for no side, or for the one whose contact changes."""
    side = side_handed_over(c.situation)
    return c.actor is not None and side is not None and c.actor.side in (None, side)


def same_organisation(c: Context) -> bool:
    """Whether new contact and deputy belong to the side's organisation and to no other side."""
    change, side = c.situation.acting.get("contact_change") or {}, side_handed_over(c.situation)
    current = c.situation.participant(side) if side else None
    if current is None or not change.get("new"):
        return False
    others = {p.person for p in c.situation.participants if p.side != side}
    named = {_key(change[who]) for who in ("new", "deputy") if change.get(who)}
    return not named & others and all(
        current.organisation in c.situation.members_of.get(person, frozenset()) for person in named
    )


def changes_contact(c: Context) -> bool:
    """Whether the contact of the side, or the deputy, becomes another one."""
    change, side = c.situation.acting.get("contact_change") or {}, side_handed_over(c.situation)
    if side is None:
        return False
    now = (c.situation.participant(side), c.situation.deputy(side))
    wanted = [_key(change.get(who)) for who in ("new", "deputy")]
    return wanted != [p.person if p else 0 for p in now]


def contacts_on_resuming(situation: Situation) -> dict[str, int] | None:
    """Return side → its contact from the resumption on, as both sides have agreed.

    None: nothing is agreed, somebody belongs to no side or to both, or two are named for one.
    """
    resume = situation.newest("resume")
    if resume is None:
        return None
    found: dict[str, int] = {}
    for key in resume.get("contacts") or []:
        person = _key(key)
        bodies = situation.members_of.get(person, frozenset())
        standing = {s: {p.person for p in situation.standing_for(s)} for s in SIDES}
        sides = [s for s in SIDES if person in standing[s]] or [
            s for s in SIDES if (p := situation.participant(s)) and p.organisation in bodies
        ]
        if len(sides) != 1 or sides[0] in found:
            return None
        found[sides[0]] = person
    return found


def resumed_contacts_belong(c: Context) -> bool:
    """Whether each contact named on resuming belongs to one side, and at most one to each."""
    return contacts_on_resuming(c.situation) is not None


def signatories_belong(c: Context) -> bool:
    """Whether each signatory named belongs to the organisation of the side and to no other."""
    agreement = c.situation.newest("agreement") or {}
    for side, other in (SIDES, SIDES[::-1]):
        named = agreement.get(f"signatory_{side}")
        if not named:
            continue
        own, opposite = c.situation.participant(side), c.situation.standing_for(other)
        if own is None or _key(named) in {p.person for p in opposite}:
            return False
        if own.organisation not in c.situation.members_of.get(_key(named), frozenset()):
            return False
    named = [agreement.get(f"signatory_{side}") for side in SIDES]
    return None in named or named[0] != named[1]
