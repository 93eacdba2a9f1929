"""One person in every part of a case, by brute force: who could be on both sides of a decision?

A person belongs to one side's organisation or to none, keeps that, and may hold any standing role.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.mutants.explore import Explored
from tests.mutants.model import Model, listed

STANDING = {"coordinator", "supervisor", "reader"}
BELONG = {"contact.same_organisation", "resume.contacts_belong"}
NAMING = {"name_participants", "join_parent", "name_source_partners"}


class Person(NamedTuple):
    """Where the case stands, and who the person is."""

    state: str
    body: str
    part: str
    opened: str
    did: bool


class Persons:
    """All that one person can come to, given what can happen at all."""

    def __init__(self, model: Model, found: Explored) -> None:
        self.m = model
        self.found = found
        sides = model.w.get("sides") or {}
        self.role = dict(sides)
        self.sides = tuple(sides) or ("source",)

    def roles(self, p: Person) -> set[str]:
        found = set(STANDING)
        if not p.state:
            return found | ({self.role[p.body]} if p.body in self.role else {"source_partner"})
        if p.part in self.role:
            found |= {self.role[p.part], "member"}
            found |= {"other_side"} if p.part != p.opened else set()
        elif p.part:
            found |= {"source_partner", "signatory", "member"}
        return found

    def excluded(self, p: Person, name: str) -> bool:
        not_by = set(self.m.steps[name].get("not_by") or [])
        return bool(("member" in not_by and p.part) or ("member_organisation" in not_by and p.body))

    def may(self, p: Person, name: str) -> bool:
        step = self.m.steps[name]
        if step.get("trigger", "person") != "person" or self.excluded(p, name):
            return False
        roles = self.roles(p) - set(step.get("not_by") or [])
        by, permission = set(step.get("by") or []), step.get("permission") or []
        given = {r for q in permission for r in self.m.rights(p.state, q)} if p.state else set()
        if not by and not permission:
            return False
        if not p.state and "member" in by:
            return bool(p.body)
        return (not by or bool(by & roles)) and (not permission or bool(given & roles))

    def run(self, made: set[str], wrote: set[str]) -> set[Person]:
        """Return everything that somebody can be, having made or written these or not."""
        seen: set[Person] = set()
        todo: deque[Person] = deque()
        for body in ("", *self.sides):
            for name in listed(self.m.w.get("start")):
                todo.extend(self._opened(Person("", body, "", "", False), name, made, wrote))
        while todo:
            p = todo.popleft()
            if p not in seen:
                seen.add(p)
                todo.extend(self._next(p, made, wrote))
        return seen

    def _opened(self, p: Person, name: str, made: set[str], wrote: set[str]) -> Iterator[Person]:
        step = self.m.steps.get(name)
        if step is None or step["to"] not in self.m.states:
            return
        for opened in self.sides:
            at = p._replace(opened=opened)
            yield from (q._replace(state=step["to"]) for q in self._parts(at, step, False))
            if p.body in ("", opened) and self.may(p, name):
                did = name in made or (step.get("form") in wrote)
                for q in self._parts(at, step, True):
                    yield q._replace(state=step["to"], did=did)

    def _next(self, p: Person, made: set[str], wrote: set[str]) -> Iterator[Person]:
        for name in self.m.states[p.state].get("exits") or []:
            if (p.state, name) not in self.found.fired_in:
                continue
            step = self.m.steps[name]
            to = p.state if step["to"] == "stay" else step["to"]
            own = self.may(p, name) and (name in made or self._writes(p, step, wrote))
            for q in self._parts(p, step, False):
                yield q._replace(state=to)
                if own:
                    yield q._replace(state=to, did=True)
            if step.get("sign_off") and self.may(p, name):
                sent = {**step, "sign_off": None}
                yield from [p._replace(did=True)] if self._writes(p, sent, wrote) else []
        edit = self.m.rights(p.state, "edit") & self.roles(p)
        for item in listed(self.m.states[p.state].get("forms")):
            form = item["form"] if isinstance(item, dict) else item
            if form in wrote and edit and self._fills(form, edit):
                yield p._replace(did=True)

    def _writes(self, p: Person, step: dict[str, Any], wrote: set[str]) -> bool:
        form = step.get("form")
        if form not in wrote or step.get("sign_off"):
            return False
        return self._fills(str(form), self.roles(p) & set(step.get("by") or self.roles(p)))

    def _fills(self, form: str, roles: set[str]) -> bool:
        fields = self.m.fields.get(form, {}).values()
        return any(not f["by"] or f["by"] & roles for f in fields)

    def _parts(self, p: Person, step: dict[str, Any], acting: bool) -> Iterator[Person]:
        """Yield who the person may be after a step that may change who takes part."""
        effects = {e if isinstance(e, str) else next(iter(e)) for e in listed(step.get("effects"))}
        facts = {r.get("fact") for r in listed(step.get("requires"))}
        if effects & NAMING:
            belongs = "contacts.belong" in facts or "name_participants" not in effects
            for side in self.sides:
                if not belongs or p.body == side:
                    yield p._replace(part=side)
            if not (acting and "actor.named" in facts):
                yield p
            return
        yield p
        if "name_signatories" in effects and p.part not in self.role:
            yield p._replace(part="" if p.part else "signs")
        if "change_contact" in effects:
            yield from self._handed_over(p, same=bool(BELONG & facts))

    def _handed_over(self, p: Person, same: bool) -> Iterator[Person]:
        yield p._replace(part="")
        for side in self.sides:
            if not same or (p.body == side and not p.part):
                yield p._replace(part=side)


def both_sides(model: Model) -> bool:
    """Say whether one person can be named for both sides at once."""
    for step in model.steps.values():
        effects = listed(step.get("effects"))
        facts = {r.get("fact") for r in listed(step.get("requires"))}
        if "name_participants" in effects and "sides.differ" not in facts:
            return True
        if "change_contact" in effects and not BELONG & facts:
            return True
    return len(set((model.w.get("sides") or {}).values())) < len(model.w.get("sides") or {})


def broken(model: Model, found: Explored) -> set[str]:
    """Return the promises about people that one person can break."""
    persons, told = Persons(model, found), set()
    for g in model.w.get("guarantees") or []:
        different = g.get("different_people")
        if different:
            made = set(listed(different.get("made")))
            wrote = set(listed(different.get("wrote")))
            seen = persons.run(made, wrote)
            for name in listed(different["steps"]):
                if not _excused(model, name, made, wrote):
                    told |= {name for p in seen if p.did and _takes(persons, found, p, name)}
        for name in g.get("outsiders") or []:
            seen = persons.run(set(), set())
            told |= {name for p in seen if (p.part or p.body) and _takes(persons, found, p, name)}
    return told


def _takes(persons: Persons, found: Explored, p: Person, name: str) -> bool:
    return (p.state, name) in found.fired_in and persons.may(p, name)


def _excused(model: Model, name: str, made: set[str], wrote: set[str]) -> bool:
    facts = {r.get("fact") for r in listed(model.steps.get(name, {}).get("requires"))}
    if "second_person.acts" in facts and made == {"propose_unattended"} and not wrote:
        return True
    return "author.differs" in facts and wrote == {"rec_draft"} and not made
