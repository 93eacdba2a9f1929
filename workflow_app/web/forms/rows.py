"""Tables in a form: one group of questions a row; and which class asks for which field type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wtforms.form import BaseForm
from wtforms.utils import unset_value

from workflow_app.core.definition.forms import Field
from workflow_app.core.forms import present
from workflow_app.core.forms.fields import FIELD_TYPES
from workflow_app.core.forms.typed import Unreadable
from workflow_app.web.forms.fields import (
    Asked,
    AskedGrid,
    AskedLines,
    AskedParty,
    AskedSeveral,
    Asking,
)
from workflow_app.web.forms.files import AskedFiles

PLACEHOLDER = "n"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the hidden field that carries its id, and its cells."""

    id_name: str
    id: str
    cells: Sequence[Asked]


class AskedRows(Asked):
    """A table: one group of questions a row."""

    control = "rows"

    rows: list[Row]

    def process(
        self, formdata: Any, data: Any = unset_value, extra_filters: Iterable[Any] | None = None
    ) -> None:
        """Take the rows, from the request in the order of their numbers."""
        super().process(formdata, data, extra_filters)
        self.rows = [self._row(index, row) for index, row in enumerate(self.typed or [{}])]

    def read(self, formdata: Any) -> list[dict[str, Any]]:
        """Return the rows as typed, empty ones included."""
        start = f"{self.name}-"
        numbers = {key[len(start) :].partition("-")[0] for key in formdata if key.startswith(start)}
        found = []
        for number in sorted(int(n) for n in numbers if n.isdecimal() and len(n) < 4):
            cells = bound(self._questions(), f"{start}{number}", formdata=formdata)
            row_id = formdata.get(f"{start}{number}-row_id", "")
            found.append({"_id": row_id, **{c.definition.id: c.typed for c in questions(cells)}})
        return found

    def blank(self) -> list[dict[str, Any]]:
        """Return that there is no row yet."""
        return []

    @property
    def filled_rows(self) -> list[dict[str, Any]]:
        """Return the rows in which anything was typed."""
        return [row for row in self.typed if any(v for k, v in row.items() if k != "_id")]

    @property
    def calls(self) -> bool:
        """Say whether somebody has to look at the table, or at one of its cells."""
        return super().calls or any(cell.calls for row in self.rows for cell in row.cells)

    @property
    def first_id(self) -> str:
        """Return the id of the first cell."""
        return next((cell.first_id for row in self.rows for cell in row.cells), self.id)

    @property
    def words(self) -> list[str]:
        """Return one line for each row in which anything was typed."""
        lines = (" · ".join(w for cell in row.cells for w in cell.words) for row in self.rows)
        return [line for line in lines if line]

    @property
    def filled(self) -> bool:
        """Say whether anything was typed in any row."""
        return bool(self.filled_rows)

    def cell(self, index: int, column: str) -> Asked | None:
        """Return the question of one column in one row, or None if there is none."""
        cells = self.rows[index].cells if index < len(self.rows) else ()
        return next((cell for cell in cells if cell.definition.id == column), None)

    @property
    def pattern(self) -> Row:
        """Return an empty row for the script, which puts a number where `PLACEHOLDER` stands."""
        return self._row(PLACEHOLDER, {})

    @property
    def sums(self) -> list[tuple[str, str, str]]:
        """Return (column, its label, its sum as it reads) of each column of amounts."""
        language = self.asking.language
        return [
            (c.id, c.label(language), present.money(self._sum(c), language))
            for c in self.definition.columns
            if c.type == "money"
        ]

    def _sum(self, column: Field) -> str:
        """Return the sum of what can be read as an amount; the rest is told when it is checked."""
        found = Decimal("0.00")
        for row in self.typed:
            with suppress(Unreadable):
                found += Decimal(FIELD_TYPES["money"].read(row.get(column.id) or "", column) or 0)
        return str(found)

    def _questions(self) -> dict[str, Any]:
        return {
            c.id: question(c, self.asking, in_row=True)
            for c in self.definition.columns
            if c.type != "computed"
        }

    def _row(self, index: int | str, row: Mapping[str, Any]) -> Row:
        cells = bound(self._questions(), f"{self.name}-{index}", data=row)
        return Row(f"{self.name}-{index}-row_id", str(row.get("_id") or ""), questions(cells))


KINDS: Mapping[str, type[Asked]] = {
    "several_of": AskedSeveral,
    "references": AskedSeveral,
    "list": AskedLines,
    "checklist": AskedGrid,
    "likert": AskedGrid,
    "party": AskedParty,
    "file": AskedFiles,
    "files": AskedFiles,
    "rows": AskedRows,
}
"""Field type → the class that asks for it; every other type is asked by `Asked`."""


def question(definition: Field, asking: Asking, in_row: bool = False) -> Any:
    """Return the field, not yet bound, that asks for `definition`."""
    make: Callable[..., Any] = KINDS.get(definition.type, Asked)
    return make(definition, asking, in_row)


def bound(
    fields: Mapping[str, Any],
    prefix: str = "",
    formdata: Any = None,
    data: Mapping[str, Any] | None = None,
) -> BaseForm:
    """Return a form of these fields, filled from the request or from `data`."""
    form = BaseForm(fields, prefix=prefix)
    form.process(formdata, data=data or {})
    return form


def questions(form: BaseForm) -> list[Asked]:
    """Return the questions of a bound form in their order."""
    return [field for field in form if isinstance(field, Asked)]
