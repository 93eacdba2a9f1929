"""Which bits something can still read from a state on."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.mutants.conditions import names
from tests.mutants.model import CHANGING, Model, effect_of, listed


class Live:
    """Which bits something can still read from a state on."""

    def __init__(self, model: Model) -> None:
        self.m = model
        self.reads = cache(self._of)
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
        """Return the bits that a condition reads."""
        found = 0
        for name in names(text):
            for bit in self.m._bits_of(name):
                found |= self.m.bit(bit)
        return found

    def _guard(self, step: dict[str, Any]) -> int:
        found = self.reads(step["when"]) if "when" in step else 0
        for r in (*listed(step.get("requires")), *listed(step.get("warns"))):
            found |= self.reads(r["when"]) if "when" in r else 0
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
                found |= self.reads(item["when"])
        after = (said.get("deadline") or {}).get("after")
        found |= m.bit(f"asked:{after.split('.')[0]}") if after else 0
        for name in (e for e in said.get("exits") or [] if e in m.steps):
            found |= self._at_exit(name)
        if "other_side" in m.rights(state, "edit") | m.rights(state, "view"):
            found |= m.bit("init:c")
        for g in m.w.get("guarantees") or []:
            never, voids = g.get("never") or {}, g.get("voids") or {}
            if state in (never.get("state"), voids.get("before")):
                found |= self._mask([bit for one_of in m.promised(g) for bit in one_of])
        return found

    def _at_exit(self, name: str) -> int:
        m, step = self.m, self.m.steps[name]
        found = self.guards[name] & ~self._sent(step)
        if "other_side" in listed(step.get("by")):
            found |= m.bit("init:c")
        if step.get("sign_off"):
            found |= self._mask([f"v:{v}" for v in m.absent.values()])
        if {effect_of(e)[0] for e in listed(step.get("effects"))} & set(CHANGING):
            found |= m.bit("open")
        for g in m.happens[name]:
            asked = [bit for one_of in m.promised(g) for bit in one_of]
            found |= self._mask(asked) & ~m.bit(f"now:did:{name}")
        return found

    def _sent(self, step: dict[str, Any]) -> int:
        """Return the bits that the step's own form sets before anything is judged."""
        form = step.get("form")
        if step.get("sign_off") or self.m.per(str(form)) == "side":
            return 0
        return self.m.bit(f"f:{form}") | self.m.bit(f"asked:{form}")

    def _decided(self, step: dict[str, Any]) -> int:
        found = self._sent(step)
        for kind, argument in map(effect_of, listed(step.get("effects"))):
            if kind in ("set", "clear"):
                found |= self.m.bit(f"v:{argument}")
            found |= self.m.gone(kind)
        return found
