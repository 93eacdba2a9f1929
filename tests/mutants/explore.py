"""Every situation of a workflow by brute force, read from the YAML with semantics of its own.

Neither `verify` nor the engine is imported: what they overlook must not be overlooked here as well.
One act is one edge: a submission, or a step with the yeses that it needs. Actors are the municipal
side (m), the civic side (c), the programme office (k), the supervisor (s), a source partner (p) and
the clock (t). What is not followed (numbers, texts, days) may come out either way. A bit that
nothing reads later is dropped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
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
    "scope.unchanged": ("accepted", "!changed"),
    "scope.changed": ("accepted", "changed"),
    "signature.checksums_match": ("frozen", "right:municipal", "right:civic"),
    "activity.in_period": ("f:activity", "f:agreement"),
    "final_report.all_goals": ("f:outline", "f:final_report"),
    "reflection.differences_commented": ("f:joint_reflection",),
    "amendment.changes_something": ("f:amendment",),
    "amendment.in_order": ("f:amendment",),
    "addendum.checksums_match": (
        "f:addendum_signature:municipal",
        "f:addendum_signature:civic",
    ),
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
LIMIT = 60_000
"""Configurations beyond which a mutant is not judged."""
Config = tuple[str, int]
"""State and bits."""


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [] if value is None else [value]


class TooManyError(Exception):
    """There are more configurations than are looked at."""


@dataclass
class Explored:
    """What was found: configurations with their edges, and what could happen at all."""

    edges: dict[Config, list[tuple[Config, str]]] = field(default_factory=dict)
    fired: set[str] = field(default_factory=set)
    fired_in: set[tuple[str, str]] = field(default_factory=set)
    unasked: set[str] = field(default_factory=set)
    idle: set[str] = field(default_factory=set)
    """States in which it may be nobody's turn."""


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
            wanted += self._promised(g)
        for name in dict.fromkeys(wanted):
            self.bits[name] = 1 << len(self.bits)

    def needs(self, step: dict[str, Any]) -> list[str]:
        """Return the bits for which the facts and the sign-off of a step ask."""
        facts = [r.get("fact", "") for r in listed(step.get("requires"))]
        found = [n.strip("!") for fact in facts for n in NEEDS.get(fact, ())]
        content = (step.get("sign_off") or {}).get("of") or []
        return found + ["frozen" if c == "document.agreement" else f"f:{c}" for c in content]

    def _promised(self, g: dict[str, Any]) -> list[str]:
        never, voids = g.get("never") or {}, g.get("voids") or {}
        found = [f"diff:{voids['ends']}"] if voids else []
        for mark in never.get("without") or []:
            kind, _, rest = mark.partition(".")
            if kind == "fired":
                found.append(f"did:{rest}")
            elif kind == "sign_off":
                found.append(f"agreed:{rest}")
            elif rest == "signature.checksums_match":
                found += ["right:municipal", "right:civic"]
            elif kind == "checked":
                found.append(f"checked:{rest}")
            else:
                found += [f"f:{kind}:{side}" for side in SIDES.values()]
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

    def rights(self, state: str, right: str) -> set[str]:
        said = self.states[state]["rights"]
        found = self.w["rights"].get(said, {}) if isinstance(said, str) else said
        return set(found.get(right) or [])

    def roles(self, actor: str, bits: int) -> set[str]:
        other = "m" if bits & self.bits.get("init:c", 0) else "c"
        return ROLES[actor] | ({"other_side"} if actor == other else set())

    def may(self, actor: str, name: str, state: str | None, bits: int) -> bool:
        step, roles = self.steps[name], self.roles(actor, bits)
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


class Live:
    """Which bits something can still read from a state on."""

    def __init__(self, model: Model) -> None:
        self.m = model
        self.guards = {name: self._guard(step) for name, step in model.steps.items()}
        self.own = {state: self._own(state) for state in model.states}
        self.of = dict(self.own)
        changed = True
        while changed:
            changed = False
            for state in model.states:
                found = self.of[state]
                for name in model.states[state].get("exits") or []:
                    step = model.steps.get(name)
                    target = state if step and step["to"] == "stay" else (step or {}).get("to")
                    if step and target in self.of:
                        found |= self.of[target] & ~self._decided(step)
                changed = changed or found != self.of[state]
                self.of[state] = found

    def _of(self, text: str) -> int:
        found = 0
        for name in names(text):
            for bit in self.m._bits_of(name):
                found |= self.m.bit(bit)
        return found

    def _guard(self, step: dict[str, Any]) -> int:
        found = self._of(step["when"]) if "when" in step else 0
        for r in (*listed(step.get("requires")), *listed(step.get("warns"))):
            found |= self._of(r["when"]) if "when" in r else 0
        return found | self._mask(self.m.needs(step))

    def _mask(self, bits: list[str]) -> int:
        found = 0
        for name in bits:
            found |= self.m.bit(name)
        return found

    def _own(self, state: str) -> int:
        m, found = self.m, 0
        said = m.states[state]
        for item in (*listed(said.get("waits_for")), *listed(said.get("forms"))):
            if isinstance(item, dict) and "when" in item:
                found |= self._of(item["when"])
        after = (said.get("deadline") or {}).get("after")
        found |= m.bit(f"asked:{after.split('.')[0]}") if after else 0
        for name in (e for e in said.get("exits") or [] if e in m.steps):
            found |= self._at_exit(name)
        if "other_side" in m.rights(state, "edit") | m.rights(state, "view"):
            found |= m.bit("init:c")
        for g in m.w.get("guarantees") or []:
            never, voids = g.get("never") or {}, g.get("voids") or {}
            if state in (never.get("state"), voids.get("before")):
                found |= self._mask(m._promised(g))
        return found

    def _at_exit(self, name: str) -> int:
        m, step = self.m, self.m.steps[name]
        found = self.guards[name] & ~self._sent(step)
        if "other_side" in listed(step.get("by")):
            found |= m.bit("init:c")
        if step.get("sign_off"):
            found |= self._mask([f"v:{v}" for v in m.absent.values()])
        return found

    def _sent(self, step: dict[str, Any]) -> int:
        """Return the bits that the step's own form sets before anything is judged."""
        form = step.get("form")
        if step.get("sign_off") or self.m.per(str(form)) == "side":
            return 0
        return self.m.bit(f"f:{form}") | self.m.bit(f"asked:{form}")

    def _decided(self, step: dict[str, Any]) -> int:
        found = self._sent(step)
        for kind, argument in map(_effect, listed(step.get("effects"))):
            if kind in ("set", "clear"):
                found |= self.m.bit(f"v:{argument}")
            pers = {"begin_round": "round", "issue_addendum": "amendment_side"}
            for form, said in self.m.forms.items():
                if kind in pers and said.get("per") == pers[kind]:
                    for name, bit in self.m.bits.items():
                        found |= bit if name.split(":")[1:2] == [form] else 0
        return found


class Explorer:
    """The walk through all configurations of a model."""

    def __init__(self, model: Model) -> None:
        self.m = model
        model.bits["init:c"] = 1 << len(model.bits)
        self.live = Live(model)
        self.found = Explored()
        self.todo: deque[Config] = deque()
        self._guards: dict[tuple[str, int], tuple[bool, bool]] = {}
        self._looked: set[tuple[str, int]] = set()

    def run(self) -> Explored:
        for start in listed(self.m.w.get("start")):
            for actor in self.m.actors:
                bits = self.m.bit("init:c") if actor == "c" else 0
                if start in self.m.steps and self._may_start(actor, start, bits):
                    for after in self._take(start, actor, None, bits):
                        self._arrive(after)
        while self.todo:
            if len(self.found.edges) > LIMIT:
                raise TooManyError
            self._go_on(self.todo.popleft())
        return self.found

    def _may_start(self, actor: str, start: str, bits: int) -> bool:
        return bool(set(self.m.steps[start].get("by") or []) & self.m.roles(actor, bits))

    def _arrive(self, config: Config) -> None:
        if config not in self.found.edges:
            self.found.edges[config] = []
            self.todo.append(config)

    def _go_on(self, here: Config) -> None:
        state, bits = here
        self._look(state, bits)
        surely = False
        edges: list[tuple[Config, str]] = []
        for name in self._exits(state):
            if self.m.steps[name].get("trigger") == "automatic":
                may, surely = self._guard(name, bits)
                edges += [(a, "t") for a in self._take(name, "t", state, bits)] if may else []
                if surely:
                    break
        if not surely:
            edges += self._others(state, bits)
        for after, _actors in edges:
            self._arrive(after)
        self.found.edges[here] = list(dict.fromkeys(edges))

    def _exits(self, state: str) -> list[str]:
        return [e for e in self.m.states[state].get("exits") or [] if e in self.m.steps]

    def _guard(self, name: str, bits: int) -> tuple[bool, bool]:
        key = (name, bits & self.live.guards[name])
        if key not in self._guards:
            self._guards[key] = self.m.guard(name, bits)
        return self._guards[key]

    # ── Acts ────────────────────────────────────────────────────────────────────────────────────

    def _others(self, state: str, bits: int) -> Iterator[tuple[Config, str]]:
        for name in self._exits(state):
            step = self.m.steps[name]
            trigger = step.get("trigger", "person")
            timed = trigger == "timer" and bool(step.get("after"))
            if (timed or trigger == "parent") and self._guard(name, bits)[0]:
                yield from ((a, "t") for a in self._take(name, "t", state, bits))
            if trigger == "person":
                yield from self._by_people(state, bits, name)
        for actor in self.m.actors:
            for form in self._offered(state, actor, bits):
                for after in self._submit(form, actor, bits, actor in SIDES):
                    if after != bits:
                        yield (state, after & self.live.of[state]), actor

    def _by_people(self, state: str, bits: int, name: str) -> Iterator[tuple[Config, str]]:
        sign_off = self.m.steps[name].get("sign_off")
        for actor in self.m.actors:
            if not self.m.may(actor, name, state, bits):
                continue
            if not sign_off:
                yield from ((a, actor) for a in self._take(name, actor, state, bits))
            elif self._guard(name, bits)[0] and self._content_there(sign_off, bits):
                for yeses in self._yeses(sign_off, state, bits):
                    for after in self._take(name, actor, state, bits, set(yeses) >= {"m", "c"}):
                        yield after, "".join(sorted({actor, *yeses}))

    def _content_there(self, sign_off: dict[str, Any], bits: int) -> bool:
        for content in sign_off.get("of") or []:
            place = "frozen" if content == "document.agreement" else f"f:{content}"
            if self.m.per(content) in ("case", "round") and not bits & self.m.bit(place):
                return False
        return True

    def _yeses(self, sign_off: dict[str, Any], state: str, bits: int) -> Iterator[str]:
        """Yield who says yes together: both sides, the one that is left, or a substitute."""
        asked = ["m", "c"]
        if sign_off["sides"] == "present":
            for side, variable in self.m.absent.items():
                if bits & self.m.bit(f"v:{variable}"):
                    asked.remove("m" if side == "municipal" else "c")
        view = self.m.rights(state, "view")
        able = [a for a in asked if self.m.roles(a, bits) & view]
        if able == asked:
            yield "".join(asked)
        substitute = (sign_off.get("substitute") or {}).get("by")
        if substitute and self.m.states[state].get("deadline"):
            for actor in self.m.actors:
                if substitute in ROLES[actor]:
                    yield from (actor + one for one in able)

    def _offered(self, state: str, actor: str, bits: int) -> Iterator[str]:
        roles = self.m.roles(actor, bits)
        allowed = roles & self.m.rights(state, "edit") and roles & self.m.rights(state, "view")
        for item in listed(self.m.states[state].get("forms")) if allowed else ():
            form, when = (item["form"], item["when"]) if isinstance(item, dict) else (item, None)
            if form in self.m.forms and (when is None or "yes" in self.m.condition(when, bits)):
                yield form
        for name in self._exits(state):
            form = self.m.steps[name].get("form")
            joint = self.m.steps[name].get("sign_off") and form in self.m.forms
            if joint and self.m.may(actor, name, state, bits):
                yield form

    def _submit(self, form: str, actor: str, bits: int, sided: bool) -> list[int]:
        """Return the bits after each way in which the actor can submit the form."""
        m = self.m
        mine = m.writes(form, actor, bits)
        if not mine:
            return []
        if m.per(form) == "side":
            slots = [f":{SIDES[actor]}"] if sided else [f":{s}" for s in SIDES.values()]
        else:
            slots = [""]
        found = []
        for slot in slots:
            after = bits | m.bit(f"f:{form}{slot}") | m.bit(f"f:{form}") | m.bit(f"asked:{form}")
            after &= ~m.bit(f"agreed:{form}")
            found += self._ways(form, slot, mine, after)
        return found

    def _ways(self, form: str, slot: str, mine: list[str], bits: int) -> list[int]:
        m, ways = self.m, [bits]
        for name in mine:
            bit = m.bit(f"x:{form}{slot}:{name}")
            if bit:
                empty = [] if m.fields[form][name]["required"] else [w & ~bit for w in ways]
                ways = [*(w | bit for w in ways), *empty]
        if form == "signature":
            bit = m.bit(f"right{slot}")
            ways = [*(w | bit for w in ways), *(w & ~bit for w in ways)]
        if form in m.scope:
            bit = m.bit("changed") | sum(v for n, v in m.bits.items() if n.startswith("diff:"))
            ways = [*(w | bit for w in ways), *(w & ~bit for w in ways)]
        return list(dict.fromkeys(ways))

    # ── Steps ───────────────────────────────────────────────────────────────────────────────────

    def _take(
        self,
        name: str,
        actor: str,
        state: str | None,
        bits: int,
        agreed: bool = False,
    ) -> Iterator[Config]:
        """Yield where the step leads, its form having been sent, if it can be open then."""
        step = self.m.steps[name]
        form = step.get("form")
        ways = [bits]
        if form in self.m.forms and not step.get("sign_off") and actor != "t":
            ways = self._submit(form, actor, bits, actor in SIDES)
        for sent in ways:
            if not self._guard(name, sent)[0]:
                continue
            self.found.fired.add(name)
            self.found.fired_in.add((state or "", name))
            target = state if step["to"] == "stay" else step["to"]
            if target not in self.m.states:
                continue
            after = self._asks(target, self._after(name, sent, agreed))
            yield target, after & self.live.of[target]

    def _after(self, name: str, bits: int, agreed: bool) -> int:
        m, step = self.m, self.m.steps[name]
        bits |= m.bit(f"did:{name}")
        bits &= ~m.bit(f"diff:{name}")
        for r in listed(step.get("requires")):
            bits |= m.bit(f"checked:{r.get('fact')}")
        for content in (step.get("sign_off") or {}).get("of") or []:
            bits |= m.bit(f"asked:{content}")
            # Both sides themselves, and no substitute.
            if agreed:
                bits |= m.bit(f"agreed:{content}")
        for effect in listed(step.get("effects")):
            kind, argument = _effect(effect)
            bits = self._effect(kind, argument, bits)
        return bits

    def _effect(self, kind: str, argument: str, bits: int) -> int:
        m = self.m
        if kind in ("set", "clear"):
            bit = m.bit(f"v:{argument}")
            return bits | bit if kind == "set" else bits & ~bit
        if kind == "accept_scope":
            return (bits | m.bit("accepted")) & ~m.bit("changed")
        if kind == "supersede_approval":
            return bits & ~self._approvals()
        if kind in ("snapshot_agreement", "void_agreement"):
            gone = m.bit("agreed:document.agreement") | m.bit("frozen")
            gone |= m.bit("right:municipal") | m.bit("right:civic")
            return (bits & ~gone) | (m.bit("frozen") if kind == "snapshot_agreement" else 0)
        pers = {"begin_round": "round", "issue_addendum": "amendment_side"}
        return self._anew(bits, pers[kind]) if kind in pers else bits

    def _approvals(self) -> int:
        gone = self.m.bit("accepted")
        for name, step in self.m.steps.items():
            if "accept_scope" in listed(step.get("effects")):
                gone |= self.m.bit(f"did:{name}")
        return gone

    def _anew(self, bits: int, per: str) -> int:
        for form, said in self.m.forms.items():
            if said.get("per") == per:
                for name, bit in self.m.bits.items():
                    if name.split(":")[1:2] == [form]:
                        bits &= ~bit
        return bits

    def _asks(self, state: str, bits: int) -> int:
        for item in listed(self.m.states[state].get("forms")):
            if not isinstance(item, dict):
                bits |= self.m.bit(f"asked:{item}")
        for name in self._exits(state):
            if self.m.steps[name].get("sign_off"):
                bits |= self.m.bit(f"asked:{self.m.steps[name].get('form')}")
        return bits

    # ── What is looked at in each configuration ─────────────────────────────────────────────────

    def _look(self, state: str, bits: int) -> None:
        key = (state, bits & self.live.own[state])
        if key in self._looked:
            return
        self._looked.add(key)
        m = self.m
        for name in self._exits(state):
            step = m.steps[name]
            own = step.get("form")
            signed = set((step.get("sign_off") or {}).get("of") or [])
            texts = [step["when"]] if "when" in step else []
            texts += [
                r["when"]
                for r in (*listed(step.get("requires")), *listed(step.get("warns")))
                if "when" in r
            ]
            known = bits
            for content in signed:
                known |= m.bit(f"asked:{content}")
            for text in texts:
                self._reads(text, known, own, f"{state}: {name}")
        after = (m.states[state].get("deadline") or {}).get("after")
        if after and not bits & m.bit(f"asked:{after.split('.')[0]}"):
            self.found.unasked.add(f"deadline of {state}")
        waits = listed(m.states[state].get("waits_for"))
        whens = [w.get("when") if isinstance(w, dict) else None for w in waits]
        for when in whens:
            self._reads(when, bits, None, state)
        if waits and all(w and "yes" not in m.condition(w, bits) for w in whens):
            self.found.idle.add(state)

    def _reads(self, text: str | None, bits: int, own: str | None, where: str) -> None:
        if text and "absent" in answers(text, lambda a: self.m.asked_atom(a, bits, own)):
            self.found.unasked.add(where)


def _effect(effect: Any) -> tuple[str, str]:
    return next(iter(effect.items())) if isinstance(effect, dict) else (effect, "")
