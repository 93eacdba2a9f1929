"""What `verify` and its parts share: noting an unknown name or a condition that is not valid."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from workflow_app.core.cases.clauses import placeholders
from workflow_app.core.cases.rights import COMPUTED_ROLES
from workflow_app.core.definition.forms import Clause, Field, Form
from workflow_app.core.definition.model import Text, Workflow
from workflow_app.core.errors import ExpressionError
from workflow_app.core.expressions import Names, blanked
from workflow_app.core.problems import Place, Problems
from workflow_app.core.steps.engine import names_of
from workflow_app.core.verification.space.asked import Asked, Reading
from workflow_app.core.verification.space.explore import Space, explore, space_of
from workflow_app.core.verification.space.marks import marks_asked, wanted_bits

Named = tuple[str, str]
"""What is looked for, in German (with its article) and in English."""

STATE: Named = ("Den Zustand", "state")
ROLE: Named = ("Die Rolle", "role")
FORM: Named = ("Das Formular", "form")
TRANSITION: Named = ("Den Übergang", "transition")
PERMISSION: Named = ("Das Recht", "permission")
NUMBER: Named = ("In workflows/programme.yaml die Angabe", "number in workflows/programme.yaml")

_ARITHMETIC = r"\s*[-+*/%]"


class Checking:
    """The definitions that are checked together, and the problems found so far."""

    def __init__(
        self,
        workflow: Workflow,
        forms: Mapping[str, Form],
        programme: Mapping[str, int | str],
        problems: Problems,
        clauses: Sequence[Clause] = (),
        documents: Iterable[str] | Mapping[str, Collection[str]] = (),
    ) -> None:
        self.workflow = workflow
        self.forms = forms
        self.programme = programme
        self.problems = problems
        self.clauses = tuple(clauses)
        self.prints = dict(documents) if isinstance(documents, Mapping) else {}
        """Document → the fields (`form.field`) that it prints, where that is known."""
        self.names = names_of(workflow, forms.values(), programme)
        self.roles = {role.id for role in workflow.roles} | set(COMPUTED_ROLES)
        self._money = sorted(money_names(forms.values()), key=len, reverse=True)

    def known(self, what: Named, name: str, table: Iterable[str], at: Place) -> bool:
        """Note an unknown name, with the nearest known one; return whether it is known."""
        known = list(table)
        if name in known:
            return True
        near = difflib.get_close_matches(name, known, 1)
        self.problems.add(
            at,
            "unknown_name",
            f"{what[0]} „{name}“ gibt es nicht." + (f" Meinten Sie „{near[0]}“?" if near else ""),
            f"There is no {what[1]} '{name}'." + (f" Did you mean '{near[0]}'?" if near else ""),
        )
        return False

    def all_known(self, what: Named, names: Iterable[str], table: Iterable[str], at: Place) -> None:
        """Note each unknown one of `names`."""
        known = list(table)
        for name in names:
            self.known(what, name, known, at)

    def numbers(self, names: Iterable[str], at: Place) -> None:
        """Note each of the operator's numbers that is not there, or is no whole number."""
        for name in names:
            if self.known(NUMBER, name, self.programme, at):
                self.wrong(
                    isinstance(self.programme[name], int),
                    at,
                    "whole_number",
                    Text(
                        f"„{name}“ in workflows/programme.yaml muss eine ganze Zahl sein.",
                        f"'{name}' in workflows/programme.yaml has to be a whole number.",
                    ),
                )

    def wrong(
        self, unless: bool, at: Place, rule: str, text: Text, severity: str = "error"
    ) -> None:
        """Note a problem unless all is well."""
        if not unless:
            self.problems.add(at, rule, text.de, text.en, severity)

    def found(
        self, at: Place, rule: str, text: Text, path: Sequence[str] = (), severity: str = "error"
    ) -> None:
        """Note a problem, with the steps of a shortest path that shows it."""
        self.problems.add(at, rule, text.de, text.en, severity, path)

    @cached_property
    def space(self) -> Space:
        """Every situation to which a case can come, explored once for all checks."""
        unsure = [(r, f"asked.{form}") for r, forms in self.unsure for form in forms]
        asked = [*marks_asked(self.workflow), *(bit for _, bit in unsure)]
        space = space_of(self.workflow, self.forms, asked)
        wanted = wanted_bits(space.bits, self.workflow)
        for reading, bit in unsure:
            wanted[reading.state] = wanted.get(reading.state, 0) | space.bits.known(bit)
        for state in self.workflow.states.values():
            space.bits.read = 0
            for waiting in state.waits_for:
                space.bits.condition(waiting.when or "true")
            wanted[state.id] = wanted.get(state.id, 0) | space.bits.read
        explore(space, wanted)
        return space

    @cached_property
    def unsure(self) -> list[tuple[Reading, tuple[str, ...]]]:
        """What reads forms for which not every way has asked, as far as the drawing tells."""
        asked = Asked(self.workflow, self.forms)
        prints = {name: frozenset(fields) for name, fields in self.prints.items()}
        printed = tuple(
            (variant.place, name)
            for clause in self.clauses
            for variant in clause.variants
            for name in placeholders(variant)
        )
        return asked.unsure(asked.readings(prints, printed))

    def field(self, name: str, at: Place) -> None:
        """Note a `form.field` that does not exist."""
        form, _, field = name.partition(".")
        if self.known(FORM, form, self.forms, at):
            self.known(field_in(form), field, [f.id for f in self.forms[form].fields], at)

    def field_or_column(self, name: str, at: Place) -> None:
        """Note a `form.field` or `form.rows.column` that does not exist."""
        form, field, *column = name.split(".", 2)
        self.field(f"{form}.{field}", at)
        rows = [f for f in self.forms[form].fields if f.id == field] if form in self.forms else []
        if column and rows:
            columns = [c.id for c in rows[0].columns]
            self.known(column_in(f"{form}.{field}"), column[0], columns, at)

    def condition(self, text: str, at: Place, names: Names | None = None) -> None:
        """Note a condition that does not compile to yes or no, or that reckons with money."""
        try:
            (names or self.names).compile(text)
        except ExpressionError as error:
            self._invalid(text, at, error.message, error.column)
            return
        bare = blanked(text)
        for name in self._money:
            literal = rf"(?<![\w.]){re.escape(name)}(?![\w.])"
            if re.search(rf"{literal}{_ARITHMETIC}|[-+*/%]\s*{literal}", bare):
                self._invalid(text, at, f"amounts are compared, never reckoned with ({name})", None)
                return

    def _invalid(self, text: str, at: Place, message: str, column: int | None) -> None:
        where = f" (Zeichen {column})" if column else ""
        there = f" (character {column})" if column else ""
        self.problems.add(
            at,
            "condition",
            f"Die Bedingung „{text}“ ist nicht gültig{where}: {message}.",
            f"The condition '{text}' is not valid{there}: {message}.",
        )


def field_in(form: str) -> Named:
    """Return what a field of `form` is called in a sentence."""
    return (f"Im Formular „{form}“ das Feld", f"field in form '{form}' called")


def column_in(rows: str) -> Named:
    """Return what a column of the table `rows`, a `form.field`, is called in a sentence."""
    return (f"In der Tabelle „{rows}“ die Spalte", f"column in table '{rows}' called")


def money_names(forms: Iterable[Form]) -> set[str]:
    """Return the names by which conditions see amounts of money, sums included."""
    names: set[str] = set()
    for form in forms:
        for field in form.fields:
            names.update(f"{form.id}.{name}" for name in _amounts(field))
    return names


def _amounts(field: Field) -> list[str]:
    own = [field.id] if field.type == "money" else []
    columns = [f"{field.id}.{c.id}" for c in field.columns if c.type == "money"]
    return [*own, *columns, *(f"{column}.sum" for column in columns)]
