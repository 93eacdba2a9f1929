"""Which bits a situation has: one for each thing that some condition, fact or promise asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.definition.model import Requirement, Workflow
from workflow_app.core.expressions import SIDES
from workflow_app.core.tables.facts import FACTS
from workflow_app.core.verification.space.formulas import formula
from workflow_app.core.verification.space.outcomes import ABSENT, NO, OPEN, YES, Outcome, outcome

APPROVED, CHANGED, FROZEN = "scope.approved", "scope.changed", "document.agreement"
"""Bits: an approval counts; the scope is no longer as approved; the agreement's text is frozen."""
ISSUED = "document.addendum"
"""Bit: the addendum of the open change has been issued."""
OPEN_CHANGE = "amendment.open"
"""Bit: a change of the agreement is open."""


class Bits:
    """The bits of a workflow's situations, each with a name; asked for, they come to be."""

    def __init__(self, workflow: Workflow, forms: Mapping[str, Form]) -> None:
        self.workflow = workflow
        self.forms = forms
        self.of: dict[str, int] = {}
        self.read = 0
        """The bits that were asked for since this was last set to 0."""

    def bit(self, name: str) -> int:
        """Return the bit called `name`."""
        found = self.of.setdefault(name, 1 << len(self.of))
        self.read |= found
        return found

    def known(self, name: str) -> int:
        """Return the bit called `name`, or 0 if nothing asks for it."""
        return self.of.get(name, 0)

    def mask(self, names: Iterable[str]) -> int:
        """Return the sum of the bits of these names, as far as something asks for them."""
        found = 0
        for name in names:
            found |= self.known(name)
        return found

    # ── Conditions ──────────────────────────────────────────────────────────────────────────────

    def condition(self, text: str, asked: bool = False) -> Outcome:
        """Return what a condition can come to; `asked`: a field counts as soon as it is asked."""
        return outcome(formula(text), self._literal, self._asked if asked else self._presence)

    def requirement(self, r: Requirement) -> Outcome:
        """Return what a requirement can come to."""
        if r.undecided:
            return lambda bits: OPEN
        return self.fact(r.fact) if r.fact else self.condition(r.when or "false")

    def condition_of(self, name: str) -> Outcome:
        """Return whether the bit called `name` is set."""
        return self._pattern(self.bit(name), 0, YES)

    def fact(self, name: str) -> Outcome:
        """Return whether a fact can hold: only if all is there without which it never does."""
        if name == "scope.unchanged":
            return self._pattern(self.bit(APPROVED), self.bit(CHANGED), YES)
        if name == "scope.changed":
            return self._pattern(self.bit(APPROVED) | self.bit(CHANGED), 0, YES)
        needs = FACTS[name].needs if name in FACTS else ()
        needed = 0
        for need in needs:
            literal = self._literal(need)
            needed |= literal[0] if literal else 0
        return self._pattern(needed, 0, OPEN)

    def _pattern(self, there: int, gone: int, answer: int) -> Outcome:
        return lambda bits: answer if bits & there == there and not bits & gone else NO

    def _literal(self, name: str) -> tuple[int, bool] | None:
        parts = name.split(".")
        if parts[0] == "variable" or name in (FROZEN, ISSUED):
            return self.bit(name), True
        if parts[0] == "step" and parts[1] in self.workflow.transitions:
            return self.bit(name), True
        form, side, field = self._parts(parts)
        if form is None or parts[-1] != "filled":
            return None
        return self.bit(self._filled(form, side, field)), True

    def _presence(self, name: str) -> tuple[int, int]:
        form, side, field = self._parts(name.split("."))
        if form is None or field is None or form.per == "entry":
            return 0, 0
        if name.split(".")[-1] in ("count", "sum"):
            return 0, 0
        own = self._filled(form, side, field)
        sure = field.id in always_filled(form) or own in self.of
        return self.bit(own if sure else form_bit(form, side)), 0 if sure else ABSENT

    def _asked(self, name: str) -> tuple[int, int]:
        form, _, field = self._parts(name.split("."))
        if (
            form is None
            or field is None
            or form.per == "entry"
            or f"asked.{form.id}" not in self.of
        ):
            return 0, 0
        return self.bit(f"asked.{form.id}"), 0

    def _parts(self, parts: list[str]) -> tuple[Form | None, str, Field | None]:
        form = self.forms.get(parts[0])
        if form is None or len(parts) < 2:
            return None, "", None
        by_side = form.per in ("side", "amendment_side")
        side = parts[1] if by_side and parts[1] in SIDES else ""
        rest = parts[2:] if side else parts[1:]
        return form, side, next((f for f in form.fields if rest and f.id == rest[0]), None)

    def _filled(self, form: Form, side: str, field: Field | None) -> str:
        if field is None or field.id in always_filled(form):
            return form_bit(form, side)
        return f"{form_bit(form, side)}.{field.id}"


def form_bit(form: Form, side: str = "") -> str:
    """Return the name of the bit that says that a form (of a side) has been submitted."""
    return f"filled.{form.id}.{side}" if side else f"filled.{form.id}"


def always_filled(form: Form) -> frozenset[str]:
    """Return the fields that every submission of the form fills, whoever makes it."""
    return frozenset(
        field.id
        for part in form.parts
        for field in part.fields
        if field.required.always and not (field.by or part.by)
    )
