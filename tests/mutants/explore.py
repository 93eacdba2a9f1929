"""Every situation of a workflow by brute force, read from the YAML with semantics of its own.

One act is one edge: a submission, or a step with the yeses that it needs. What is not followed
(numbers, texts, days) may come out either way. A bit that nothing reads later is dropped.

There are tens of thousands of configurations and few kinds of acts. So what an act does to the bits
is worked out once, as a mask: whatever only sets and clears bits comes to `bits & keep | put`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.mutants.conditions import answers
from tests.mutants.live import Live
from tests.mutants.model import CHANGING, COPIES, ROLES, SIDES, Model, effect_of, listed

LIMIT = 60_000
"""Configurations beyond which a mutant is not judged."""
Config = tuple[str, int]
"""State and bits."""
Mask = tuple[int, int]
"""Which bits are kept, and which are put there."""


def mask(change: Callable[[int], int]) -> Mask:
    """Return what a change that only sets and clears bits comes to."""
    return change(-1), change(0)


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
    broken: set[str] = field(default_factory=set)
    """Effects that may happen without what they must not happen without."""


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
        self._exits = cache(self._exits_of)
        self._sent = cache(self._sent_as)
        self._led = cache(self._leads)
        self._able = cache(self._who)
        self._offers = cache(self._offered_to)
        self._asked_of = cache(self._promised_bits)
        self._kept: set[tuple[str, bool, int]] = set()
        self._absent = cache(self._may_be_absent)
        self._yes = cache(lambda text, bits: "yes" in self.m.condition(text, bits))
        self._just_made = cache(lambda name, agreed: mask(lambda b: self._made(name, b, agreed)))

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

    def _exits_of(self, state: str) -> list[str]:
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
        for actor in self._able(name, state, bits & self.m.bit("init:c")):
            if not sign_off:
                yield from ((a, actor) for a in self._take(name, actor, state, bits))
            elif self._guard(name, bits)[0] and self._content_there(sign_off, bits):
                for yeses in self._yeses(sign_off, state, bits):
                    for after in self._take(name, actor, state, bits, set(yeses) >= {"m", "c"}):
                        yield after, "".join(sorted({actor, *yeses}))

    def _who(self, name: str, state: str, opened: int) -> list[str]:
        return [actor for actor in self.m.actors if self.m.may(actor, name, state, opened)]

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
        for form, when in self._offers(state, actor, bits & self.m.bit("init:c")):
            if when is None or self._yes(when, bits & self.live.reads(when)):
                yield form

    def _offered_to(self, state: str, actor: str, opened: int) -> list[tuple[str, str | None]]:
        """Return the forms that the actor may send, and on which condition."""
        roles, found = self.m.roles(actor, opened), []
        allowed = roles & self.m.rights(state, "edit") and roles & self.m.rights(state, "view")
        for item in listed(self.m.states[state].get("forms")) if allowed else ():
            form, when = (item["form"], item["when"]) if isinstance(item, dict) else (item, None)
            found += [(form, when)] if form in self.m.forms else []
        for name in self._exits(state):
            form = self.m.steps[name].get("form")
            joint = self.m.steps[name].get("sign_off") and form in self.m.forms
            if joint and self.m.may(actor, name, state, opened):
                found.append((form, None))
        return found

    def _submit(self, form: str, actor: str, bits: int, sided: bool) -> list[int]:
        """Return the bits after each way in which the actor can submit the form."""
        ways = self._sent(form, actor, bits & self.m.bit("init:c"), sided)
        return list(dict.fromkeys(bits & keep | put for keep, put in ways))

    def _sent_as(self, form: str, actor: str, opened: int, sided: bool) -> list[Mask]:
        mine = self.m.writes(form, actor, opened)
        filled = [self._filled(form, actor, mine, bits, sided) for bits in (-1, 0)]
        return list(zip(*filled, strict=True))

    def _filled(self, form: str, actor: str, mine: list[str], bits: int, sided: bool) -> list[int]:
        m = self.m
        if not mine:
            return []
        if m.per(form) == "side":
            slots = [f":{SIDES[actor]}"] if sided else [f":{s}" for s in SIDES.values()]
        else:
            slots = [""]
        found = []
        for slot in slots:
            after = bits | m.bit(f"f:{form}{slot}") | m.bit(f"f:{form}") | m.bit(f"asked:{form}")
            after |= m.bit(f"now:f:{form}{slot}")
            for told in ("agreed", "now:agreed", "request"):
                after &= ~m.bit(f"{told}:{form}")
            found += self._ways(form, slot, mine, after)
        return found

    def _ways(self, form: str, slot: str, mine: list[str], bits: int) -> list[int]:
        m, ways = self.m, [bits]
        for name in mine:
            bit = m.bit(f"x:{form}{slot}:{name}")
            if bit:
                empty = [] if m.fields[form][name]["required"] else [w & ~bit for w in ways]
                ways = [*(w | bit for w in ways), *empty]
        if form in COPIES:
            bit = m.bit(f"{COPIES[form]}{slot}")
            ways = [*(w | bit for w in ways), *(w & ~bit for w in ways)]
        if form in m.scope:
            bit = m.bit("changed") | sum(v for n, v in m.bits.items() if n.startswith("diff:"))
            ways = [*(w | bit for w in ways), *(w & ~bit for w in ways)]
        return ways

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
            self._keeps(name, sent, agreed)
            self.found.fired.add(name)
            self.found.fired_in.add((state or "", name))
            target, keep, put = self._led(name, state, agreed)
            if target is not None:
                yield target, sent & keep | put

    def _leads(self, name: str, state: str | None, agreed: bool) -> tuple[str | None, int, int]:
        """Return the state to which a step leads, and what it does to the bits on its way."""
        to = self.m.steps[name]["to"]
        target = state if to == "stay" else to
        if target not in self.m.states:
            return None, 0, 0
        alive = self.live.of[target]
        return target, *mask(lambda b: self._asks(target, self._after(name, b, agreed)) & alive)

    def _keeps(self, name: str, sent: int, agreed: bool) -> None:
        """Note what happens with the step though something is missing that must not be."""
        key = (name, agreed, sent & self._asked_of(name))
        if key in self._kept:
            return
        self._kept.add(key)
        for effect in listed(self.m.steps[name].get("effects")):
            kind = effect_of(effect)[0]
            free = not sent & self.m.bit("open")
            if kind in CHANGING and free != (kind == "propose_amendment"):
                self.found.broken.add(f"{kind} out of turn: {name}")
        keep, put = self._just_made(name, agreed)
        bits = sent & keep | put
        for g in self.m.happens[name]:
            for one_of in self.m.promised(g):
                if not any(bits & self.m.bit(bit) for bit in one_of):
                    self.found.broken.add(f"{g['never']['effect']} without {one_of}")

    def _promised_bits(self, name: str) -> int:
        found = self.m.bit("open")
        for g in self.m.happens[name]:
            for bit in (bit for one_of in self.m.promised(g) for bit in one_of):
                found |= self.m.bit(bit)
        return found

    def _made(self, name: str, bits: int, agreed: bool) -> int:
        """Return the bits once the step is sure to be made, and before anything follows from it."""
        m, step = self.m, self.m.steps[name]
        told = [f"did:{name}", *(f"checked:{r.get('fact')}" for r in listed(step.get("requires")))]
        told += [f"made:{effect_of(effect)[0]}" for effect in listed(step.get("effects"))]
        for content in (step.get("sign_off") or {}).get("of") or []:
            bits |= m.bit(f"asked:{content}")
            # Both sides themselves, and no substitute.
            told += [f"agreed:{content}"] if agreed else []
        for bit in told:
            bits |= m.bit(bit) | m.bit(f"now:{bit}")
        return bits

    def _after(self, name: str, bits: int, agreed: bool) -> int:
        m, step = self.m, self.m.steps[name]
        bits = self._made(name, bits & ~m.bit(f"diff:{name}"), agreed)
        content = (step.get("sign_off") or {}).get("of") or []
        for effect in listed(step.get("effects")):
            kind, argument = effect_of(effect)
            bits = self._effect(kind, argument, bits)
            bits |= m.bit("open") if kind == "propose_amendment" else 0
            if kind == "propose_amendment" and agreed and argument in content:
                bits |= m.bit(f"request:{argument}")
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
        bits &= ~m.gone(kind)
        return bits | m.bit("issued") if kind == "issue_addendum" else bits

    def _approvals(self) -> int:
        gone = self.m.bit("accepted")
        for name, step in self.m.steps.items():
            if "accept_scope" in listed(step.get("effects")):
                gone |= self.m.bit(f"did:{name}")
        return gone

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
        if text and self._absent(text, bits & self.live.reads(text), own):
            self.found.unasked.add(where)

    def _may_be_absent(self, text: str, bits: int, own: str | None) -> bool:
        return "absent" in answers(text, lambda a: self.m.asked_atom(a, bits, own))
