"""A workflow as its YAML says it: what is followed of a case, conditions, facts, and who may.

Neither `verify` nor the engine is imported: what they overlook must not be overlooked here as well.
Actors are the municipal side (m), the civic side (c), the programme office (k), the supervisor (s),
a source partner (p) and the clock (t).
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import cache
from typing import Any

from tests.mutants.conditions import answers, names

SIDES = {"m": "municipal", "c": "civic"}
ROLES = {
    "m": {"municipal_partner", "member"},
    "c": {"civic_partner", "member"},
    "k": {"coordinator"},
    "s": {"supervisor"},
    "p": {"source_partner", "member"},
    "t": set(),
}
OUTSIDE = {"member", "member_organisation"}
# Fact → what must be there for it to hold; of all others the world decides.
NEEDS: dict[str, tuple[str, ...]] = {
    "actor.named": ("f:interest",),
    "sides.differ": ("f:interest",),
    "contacts.belong": ("f:interest",),
    "area.covered": ("f:interest",),
    "carrier.noted": ("f:interest",),
    "overlap.all_answered": ("f:outline",),
    "review.points_answered": ("f:review",),
    "review.no_formal_gap": ("f:review",),
    "scope.unchanged": ("accepted", "!changed"),
    "scope.changed": ("accepted", "changed"),
    "signature.checksums_match": ("frozen", "right:municipal", "right:civic"),
    "activity.in_period": ("f:activity", "f:agreement"),
    "final_report.all_goals": ("f:outline", "f:final_report"),
    "interim_report.all_goals": ("f:outline", "f:interim_report"),
    "reflection.differences_commented": ("f:joint_reflection",),
    "amendment.changes_something": ("f:amendment",),
    "amendment.in_order": ("f:amendment",),
    "addendum.checksums_match": ("issued", "copy:municipal", "copy:civic"),
    "copy.late": ("f:late_copy",),
    "activity.before_state": ("f:activity",),
    "second_person.acts": ("did:propose_unattended",),
    "assessment.comments_awaited": ("did:share_assessment",),
    "event.in_parent_period": ("f:event_plan",),
    "event.clashes_answered": ("f:event_plan",),
    "recommendation.sources_ended": ("f:rec_source",),
    "actor.of_source": ("f:rec_source",),
    "recommendation.cites_sources": ("f:rec_draft", "f:rec_source"),
    "author.differs": ("f:rec_draft",),
    "objections.waited": ("did:draft",),
    "recommendation.successor_published": ("f:rec_supersede",),
}
# Form of which each side's copy bears the checksum of what was issued, or another one → its bit.
COPIES = {"signature": "right", "addendum_signature": "copy"}
CHANGING = ("propose_amendment", "issue_addendum", "register_addendum")
CLOSING = ("withdraw_amendment", "decline_amendment", "void_open_amendment", "register_addendum")


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [] if value is None else [value]


class Model:
    """A workflow as its YAML says it, with the forms it uses."""

    def __init__(self, workflow: dict[str, Any], forms: dict[str, dict[str, Any]]) -> None:
        self.w = workflow
        self.states: dict[str, dict[str, Any]] = workflow["states"]
        self.steps: dict[str, dict[str, Any]] = workflow["transitions"]
        self.forms = forms
        self.fields = {name: dict(_fields(form, forms)) for name, form in forms.items()}
        self.absent = workflow.get("absent") or {}
        self.actors = "mcks" if workflow.get("sides") else "ksp"
        self.scope = {name.split(".")[0] for name in workflow.get("scope") or []}
        self.bits: dict[str, int] = {}
        self._gone: dict[str, int] = {}
        self.rights = cache(self._rights)
        self._roles = cache(self._roles_of)
        self._may = cache(self._may_as)
        self.happens = {name: list(self._happens(step)) for name, step in self.steps.items()}
        """Step → the promises about something that happens with it."""
        self._read()

    # ── What is followed ────────────────────────────────────────────────────────────────────────

    def bit(self, name: str) -> int:
        return self.bits.get(name, 0)

    def _read(self) -> None:
        wanted = [
            bit for text in self.conditions() for name in names(text) for bit in self._bits_of(name)
        ]
        for step in self.steps.values():
            wanted += self.needs(step)
        wanted += [f"v:{name}" for name in self.absent.values()]
        deadlines = [state.get("deadline") or {} for state in self.states.values()]
        wanted += [f"asked:{d['after'].split('.')[0]}" for d in deadlines if "after" in d]
        for g in self.w.get("guarantees") or []:
            wanted += [bit for one_of in self.promised(g) for bit in one_of]
        wanted += ["open"] if self._requested() else []
        for name in dict.fromkeys(wanted):
            self.bits[name] = 1 << len(self.bits)

    def needs(self, step: dict[str, Any]) -> list[str]:
        """Return the bits for which the facts and the sign-off of a step ask."""
        facts = [r.get("fact", "") for r in listed(step.get("requires"))]
        found = [n.strip("!") for fact in facts for n in NEEDS.get(fact, ())]
        content = (step.get("sign_off") or {}).get("of") or []
        return found + ["frozen" if c == "document.agreement" else f"f:{c}" for c in content]

    def promised(self, g: dict[str, Any]) -> list[tuple[str, ...]]:
        """Return what a promise asks for: of each group of bits one must be set.

        For what happens to the change that is open, bits count that begin anew with each request.
        """
        never, voids = g.get("never") or {}, g.get("voids") or {}
        found: list[tuple[str, ...]] = [(f"diff:{voids['ends']}",)] if voids else []
        now = "now:" if never.get("effect") in (*CLOSING, "issue_addendum") else ""
        for mark in never.get("without") or []:
            kind, _, rest = mark.partition(".")
            if mark == "sign_off.amendment.open":
                found.append(tuple(f"request:{form}" for form in self._requested()))
            elif kind == "fired":
                found.append((f"{now}did:{rest}",))
            elif kind == "effect":
                found.append((f"{now}made:{rest}",))
            elif kind == "sign_off":
                found.append((f"{now}agreed:{rest}",))
            elif rest in ("signature.checksums_match", "addendum.checksums_match"):
                bit = COPIES["signature" if rest[0] == "s" else "addendum_signature"]
                found += [(f"{bit}:{side}",) for side in SIDES.values()]
            elif kind == "checked":
                found.append((f"{now}checked:{rest}",))
            else:
                found += [(f"{now}f:{kind}:{side}",) for side in SIDES.values()]
        return found

    def _requested(self) -> list[str]:
        """Return the forms with which a change can be asked for."""
        effects = [effect_of(e) for s in self.steps.values() for e in listed(s.get("effects"))]
        return list(dict.fromkeys(form for kind, form in effects if kind == "propose_amendment"))

    def _happens(self, step: dict[str, Any]) -> Iterator[dict[str, Any]]:
        kinds = [effect_of(effect)[0] for effect in listed(step.get("effects"))]
        for g in self.w.get("guarantees") or []:
            if (g.get("never") or {}).get("effect") in kinds:
                yield g

    def gone(self, kind: str) -> int:
        """Return the bits that an effect takes away because something begins anew."""
        if kind not in self._gone:
            self._gone[kind] = self._taken_away(kind)
        return self._gone[kind]

    def _taken_away(self, kind: str) -> int:
        pers: tuple[str, ...] = {"begin_round": ("round",)}.get(kind, ())
        heads: tuple[str, ...] = ()
        if kind in CLOSING:
            pers = ("amendment", "amendment_side")
        if kind in (*CLOSING, "propose_amendment"):
            heads = ("now", "request", "issued", "copy", *(("open",) if kind in CLOSING else ()))
        elif kind == "issue_addendum":
            heads = ("copy",)
        forms = [form for form, said in self.forms.items() if said.get("per") in pers]
        ended = self._amended() if kind == "register_addendum" else ()
        found = 0
        for name, bit in self.bits.items():
            head, *rest = name.split(":")
            found |= bit if head in heads or (rest and rest[0] in forms) else 0
            found |= bit if name.removeprefix("now:") in ended else 0
        return found

    def _amended(self) -> set[str]:
        """Return the bits of confirmed forms of which an addendum changes values."""
        found = set()
        for form in self.forms.values():
            parts = form.get("parts") or [form]
            for said in (f for part in parts for f in part.get("fields") or []):
                names = (*listed(said.get("amends")), said.get("adds_to") or "")
                found |= {f"agreed:{name.split('.')[0]}" for name in names}
        return found

    def conditions(self) -> Iterator[str]:
        for step in self.steps.values():
            yield from [step["when"]] if "when" in step else []
            for r in (*listed(step.get("requires")), *listed(step.get("warns"))):
                yield from [r["when"]] if "when" in r else []
        for state in self.states.values():
            for item in (*listed(state.get("waits_for")), *listed(state.get("forms"))):
                if isinstance(item, dict) and "when" in item:
                    yield item["when"]

    def _bits_of(self, name: str) -> list[str]:
        parts = name.split(".")
        if parts[0] == "variable":
            return [f"v:{parts[1]}"]
        if parts[0] not in self.forms or self.per(parts[0]) == "entry":
            return []
        place = self._place(parts)
        return [place] if parts[-1] == "filled" else [place, f"asked:{parts[0]}"]

    def _place(self, parts: list[str]) -> str:
        """Return the bit that says that a field (or its form) is filled."""
        form, rest = parts[0], [p for p in parts[1:] if p != "filled"]
        side = f":{rest.pop(0)}" if rest and rest[0] in SIDES.values() else ""
        if not rest or self._sure(form, rest[0]):
            return f"f:{form}{side}"
        return f"x:{form}{side}:{rest[0]}"

    def _sure(self, form: str, name: str) -> bool:
        found = self.fields[form].get(name)
        return found is not None and found["required"] and not found["by"]

    def per(self, form: str) -> str:
        found = str(self.forms.get(form, {}).get("per", "case"))
        return {"amendment_side": "side", "amendment": "case"}.get(found, found)

    # ── Conditions ──────────────────────────────────────────────────────────────────────────────

    def _fields_of(self, atom: str) -> list[list[str]]:
        """Return the fields that an atom needs, not only asks about, in their parts."""
        found = [name.split(".") for name in names(atom)]
        return [
            parts
            for parts in found
            if parts[0] in self.forms
            and self.per(parts[0]) != "entry"
            and parts[-1] not in ("filled", "count", "sum")
        ]

    def _atom(self, atom: str, bits: int) -> bool | str | None:
        if any(not bits & self.bit(self._place(parts)) for parts in self._fields_of(atom)):
            return "absent"
        parts = atom.strip().split(".")
        if names(atom) != (atom.strip(),):
            return None
        if parts[0] == "variable":
            return bool(bits & self.bit(f"v:{parts[1]}"))
        asks = parts[-1] == "filled" and parts[0] in self.forms and self.per(parts[0]) != "entry"
        return bool(bits & self.bit(self._place(parts))) if asks else None

    def asked_atom(self, atom: str, bits: int, own: str | None) -> bool | str | None:
        """Like an atom, but a field counts as there as soon as somebody was asked for it."""
        found = self._atom(atom, bits)
        if found != "absent":
            return found
        forms = {parts[0] for parts in self._fields_of(atom)} - {own}
        return "absent" if any(not bits & self.bit(f"asked:{f}") for f in forms) else None

    def condition(self, text: str, bits: int) -> set[str]:
        return answers(text, lambda atom: self._atom(atom, bits))

    def fact(self, name: str, bits: int) -> set[str]:
        for need in NEEDS.get(name, ()):
            there = bool(bits & self.bit(need.strip("!")))
            if there == need.startswith("!"):
                return {"no"}
        return {"yes"} if name.startswith("scope.") else {"yes", "no"}

    def guard(self, name: str, bits: int) -> tuple[bool, bool]:
        """Return whether the step can be open, and whether it surely is."""
        step, may, sure = self.steps[name], True, True
        found = [self.condition(step["when"], bits)] if "when" in step else []
        for r in listed(step.get("requires")):
            if "open" in r:
                found.append({"yes", "no"})
            elif "fact" in r:
                found.append(self.fact(r["fact"], bits))
            else:
                found.append(self.condition(r["when"], bits))
        for possible in found:
            may, sure = may and "yes" in possible, sure and possible == {"yes"}
        return may, sure

    # ── Who ─────────────────────────────────────────────────────────────────────────────────────

    def _rights(self, state: str, right: str) -> frozenset[str]:
        said = self.states[state]["rights"]
        found = self.w["rights"].get(said, {}) if isinstance(said, str) else said
        return frozenset(found.get(right) or [])

    def other(self, bits: int) -> str:
        """Return the side that did not open the case."""
        return "m" if bits & self.bit("init:c") else "c"

    def roles(self, actor: str, bits: int) -> Set[str]:
        return self._roles(actor, self.other(bits))

    def _roles_of(self, actor: str, other: str) -> Set[str]:
        return ROLES[actor] | ({"other_side"} if actor == other else set())

    def may(self, actor: str, name: str, state: str | None, bits: int) -> bool:
        return self._may(actor, name, state, self.other(bits))

    def _may_as(self, actor: str, name: str, state: str | None, other: str) -> bool:
        step, roles = self.steps[name], self._roles(actor, other)
        if step.get("trigger", "person") != "person":
            return False
        if state is not None and not roles & self.rights(state, "view"):
            return False
        if set(step.get("not_by") or []) & (roles | (OUTSIDE if "member" in roles else set())):
            return False
        by, permission = set(step.get("by") or []), step.get("permission") or []
        if not by and not permission:
            return False
        given = {r for p in permission for r in self.rights(state, p)} if state else set()
        return (not by or bool(by & roles)) and (not permission or bool(given & roles))

    def writes(self, form: str, actor: str, bits: int) -> list[str]:
        """Return the fields of a form that the actor may fill."""
        roles = self.roles(actor, bits)
        return [n for n, f in self.fields[form].items() if not f["by"] or f["by"] & roles]


def effect_of(effect: Any) -> tuple[str, str]:
    return next(iter(effect.items())) if isinstance(effect, dict) else (effect, "")


def _fields(
    form: dict[str, Any], forms: dict[str, dict[str, Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in form.get("parts") or [{"fields": form.get("fields") or []}]:
        for item in part.get("fields") or []:
            source = item.get("like") or (listed(item.get("amends")) or [""])[0]
            base: dict[str, Any] = {}
            if source and "type" not in item:
                base = dict(_fields(forms[source.split(".")[0]], forms))[source.split(".")[1]]
            by = set(item.get("by") or part.get("by") or [])
            required = item.get("required", base.get("required")) is True
            yield item.get("id") or source.split(".")[1], {"required": required, "by": by}
