"""Can a form be submitted at all, and does each of its rules say something? Part of `verify`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from workflow_app.core.cases.visible import row_names
from workflow_app.core.definition.forms import Field, Form, Rule
from workflow_app.core.definition.model import Text, Transition
from workflow_app.core.problems import Place
from workflow_app.core.verification.checking import Checking
from workflow_app.core.verification.checks.conditions import range_of, range_of_field
from workflow_app.core.verification.checks.demands import Demand, excluded, opaque
from workflow_app.core.verification.checks.ranges import Range, Ranges
from workflow_app.core.verification.names.forms import own_names
from workflow_app.core.verification.space.formulas import formula

ALONE = ("case", "round", "amendment")
"""Kinds of forms of which a condition of the workflow reads the one submission that counts."""


def check_form_rules(check: Checking) -> None:
    """Note forms that nobody can submit, and rules and required fields that say nothing."""
    for form in check.forms.values():
        if form.rules or any(_has_limits(f) or f.required.when for f in form.fields):
            rules = FormRules(check, form)
            if rules.submitted():
                rules.with_steps()
            rules.rows()
            rules.idle()


class FormRules:
    """The rules and required fields of one form."""

    def __init__(self, check: Checking, form: Form) -> None:
        self.check = check
        self.form = form
        self._types = own_names(check, form).types
        self.steps = [t for t in check.workflow.transitions.values() if _brings(t, form)]
        self._by = {f.id: frozenset(f.by or part.by) for part in form.parts for f in part.fields}

    def _ranges(self, steps: Iterable[str]) -> Ranges:
        """Return what each name can be when the form goes with one of `steps`; empty: with none."""
        chosen = tuple(steps)

        def of(name: str) -> Range | None:
            if name == "transition":
                return Range("STRING", options=chosen)
            if name.endswith(".filled"):
                return Range("BOOL", asks=name.removesuffix(".filled"))
            return range_of(self.check, self._types, name)

        return of

    # ── Can it be submitted? ────────────────────────────────────────────────────────────────────

    def submitted(self) -> bool:
        """Note if nobody, or nobody with some role, can submit the form; return whether all can."""
        form = self.form
        ranges = self._ranges(("", *(t.id for t in self.steps)))
        found = {
            role: core
            for role in sorted({"", *(r for roles in self._by.values() for r in roles)})
            if (core := excluded(list(self._demands(role)), ranges))
        }
        if "" in found:
            said = Text(
                f"Das Formular „{form.id}“ kann niemand einreichen",
                f"Nobody can submit the form '{form.id}'",
            )
            self._tell(said, found[""])
            return False
        for role, core in found.items():
            said = Text(
                f"Das Formular „{form.id}“ kann niemand mit der Rolle „{role}“ einreichen",
                f"Nobody with the role '{role}' can submit the form '{form.id}'",
            )
            self._tell(said, core)
        return not found

    def with_steps(self) -> None:
        """Note steps with which nobody can send the form, whatever it says."""
        asking = {name for f in self.form.fields for name in f.required.only_for}
        asking |= {name for rule in self.form.rules for name in rule.only_for}
        for t in self.steps:
            more = list(self._of_step(t))
            if t.id not in asking and not more:
                continue
            core = excluded([*self._demands("", t.id), *more], self._ranges([t.id]))
            # What the conditions of the step alone exclude is told of the step.
            if any(demand.place not in (None, t.place) for demand in core):
                said = Text(
                    f"Mit dem Schritt „{t.id}“ kann niemand das Formular „{self.form.id}“ absenden",
                    f"Nobody can send the form '{self.form.id}' with the step '{t.id}'",
                )
                self._tell(said, core)

    def _demands(self, role: str, step: str = "") -> Iterator[Demand]:
        """Yield what whoever has only `role` must fulfil; what others fill may be anything."""
        form = self.form
        mine = {name for name, roles in self._by.items() if not roles or role in roles}
        for field in form.fields:
            if field.id in mine and field.type != "computed":
                yield from self._of_field(field, step)
        for rule in form.rules:
            asked = not rule.only_for or step in rule.only_for
            if rule.at in mine and asked and rule.each is None and not (step and rule.first_only):
                yield _of_rule(rule)

    def _of_field(self, field: Field, step: str) -> Iterator[Demand]:
        name = f"{self.form.id}.{field.id}"
        said = Text(f"das Pflichtfeld „{name}“", f"the required field '{name}'")
        if field.required.always or (step and step in field.required.only_for):
            yield Demand(said, field.place, field=name)
        elif field.required.when:
            yield Demand(said, field.place, formula(field.required.when), name)
        if _contradict(field):
            yield _without_value(name, field)

    def _of_step(self, t: Transition) -> Iterator[Demand]:
        if self.form.per not in ALONE:
            return
        for name, when in ((t.id, t.when), *((r.id, r.when) for r in t.requires)):
            if when:
                said = Text(f"die Bedingung „{name}“", f"the condition '{name}'")
                yield Demand(said, t.place, formula(when))

    def _tell(self, said: Text, core: Sequence[Demand], severity: str = "error") -> None:
        place = next((d.place for d in core if d.place and d.tree), None) or self.form.place
        self.check.found(
            place,
            "never_submitted",
            Text(
                f"{said.de}; zugleich nicht erfüllbar: {', '.join(d.said.de for d in core)}.",
                f"{said.en}; not to be fulfilled together: {', '.join(d.said.en for d in core)}.",
            ),
            severity=severity,
        )

    # ── Rows ────────────────────────────────────────────────────────────────────────────────────

    def rows(self) -> None:
        """Note tables in which nobody can fill a row."""
        for field in self.form.fields:
            rules = [r for r in self.form.rules if r.each == field.id and not r.only_for]
            demands = [*_of_columns(field), *(_of_rule(rule) for rule in rules)]
            core = excluded(demands, _row_ranges(field)) if field.columns else ()
            if core:
                said = Text(
                    f"In „{field.id}“ kann niemand eine Zeile ausfüllen",
                    f"In '{field.id}' nobody can fill in a row",
                )
                self._tell(said, core, "error" if field.required.always else "warning")

    # ── What says nothing ───────────────────────────────────────────────────────────────────────

    def idle(self) -> None:
        """Note required fields that never are, and rules that never fail; count the others."""
        every = self._ranges(("", *(t.id for t in self.steps)))
        for field in self.form.fields:
            if field.required.when:
                asked = Demand(Text("", ""), field.place, formula(field.required.when))
                said = Text(
                    f"„{field.id}“ ist nie Pflicht: „{field.required.when}“ trifft nie zu.",
                    f"'{field.id}' is never required: '{field.required.when}' never holds.",
                )
                self._idle([asked], every, "never_required", said, field.place)
        for rule in self.form.rules:
            ranges = self._ranges(rule.only_for) if rule.only_for else every
            given = self._sure(rule)
            if rule.each is not None:
                rows = self.form.field(rule.each)
                ranges, given = _row_ranges(rows), list(_of_columns(rows))
            broken = Demand(Text("", ""), rule.place, formula(rule.when), fails=True)
            said = Text(
                f"Die Regel „{rule.id}“ kann nie verletzt sein: „{rule.when}“.",
                f"The rule '{rule.id}' can never be broken: '{rule.when}'.",
            )
            self._idle([*given, broken], ranges, "never_fails", said, rule.place)

    def _sure(self, rule: Rule) -> list[Demand]:
        """Return the fields that are filled whenever the rule is asked."""
        able = self._by.get(rule.at, frozenset())
        return [
            Demand(Text("", ""), field=f"{self.form.id}.{field.id}")
            for field in self.form.fields
            if field.required.always and self._by[field.id] in (frozenset(), able)
        ]

    def _idle(
        self, demands: list[Demand], ranges: Ranges, rule: str, said: Text, place: Place
    ) -> None:
        core = excluded(demands, ranges)
        tree = demands[-1].tree
        decided = bool(core) or tree is None or not opaque(tree, ranges)
        self.check.problems.counted["form rules" if decided else "form rules not decided"] += 1
        # What cannot be fulfilled without the rule itself is told elsewhere.
        if demands[-1] in core:
            self.check.found(place, rule, said, severity="warning")


def _brings(t: Transition, form: Form) -> bool:
    return t.form == form.id or (t.sign_off is not None and form.id in t.sign_off.of)


def _of_rule(rule: Rule) -> Demand:
    said = Text(f"die Regel „{rule.id}“", f"the rule '{rule.id}'")
    return Demand(said, rule.place, formula(rule.when))


def _of_columns(rows: Field) -> Iterator[Demand]:
    for column in rows.columns:
        name = f"row.{column.id}"
        if column.required.always:
            said = Text(f"die Pflichtspalte „{name}“", f"the required column '{name}'")
            yield Demand(said, column.place, field=name)
        if _contradict(column):
            yield _without_value(name, column)


def _without_value(name: str, field: Field) -> Demand:
    said = Text(f"die Grenzen von „{name}“", f"the limits of '{name}'")
    return Demand(said, field.place, field=name, impossible=True)


def _row_ranges(rows: Field) -> Ranges:
    types: Mapping[str, str] = row_names(rows).types
    columns = {f"row.{column.id}": column for column in rows.columns}

    def of(name: str) -> Range | None:
        if name.endswith(".filled"):
            return Range("BOOL", asks=name.removesuffix(".filled"))
        kind = types.get(name)
        if name not in columns or kind not in ("BOOL", "INT", "DOUBLE", "STRING"):
            return None
        return range_of_field(kind, columns[name])

    return of


def _has_limits(field: Field) -> bool:
    return any(_contradict(f) for f in (field, *field.columns))


def _contradict(field: Field) -> bool:
    """Say whether no value keeps both limits of a field."""
    pairs = ((field.min_length, field.max_length), (field.min_items, field.max_items))
    if any(low is not None and high is not None and low > high for low, high in pairs):
        return True
    low, high = field.minimum, field.maximum
    if low is None or high is None or "today" in (low, high):
        return False
    try:
        return Decimal(low) > Decimal(high)
    except InvalidOperation:
        # Days as they are written follow each other like texts.
        return low > high
