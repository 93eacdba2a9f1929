"""What was typed into a plain form, and the problems that it had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask import request

from workflow_app.core.errors import Invalid
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.language import language


@dataclass
class Typed:
    """The values of a form's fields, and what is wrong with them."""

    values: dict[str, str]
    complaints: list[Complaint] = field(default_factory=list)

    def refused(self, invalid: Invalid) -> Typed:
        """Note the problems, each at its field."""
        self.complaints = [Complaint(p.text(language()), p.path) for p in invalid.problems]
        return self

    @property
    def errors(self) -> Mapping[str, str]:
        """Return field → the sentence to show at it."""
        return {c.target: c.text for c in self.complaints if c.target}


def typed(fields: Iterable[str]) -> Typed:
    """Return what this request carries for these fields."""
    return Typed({name: request.form.get(name, "")[:1000] for name in fields})


def kept(row: object, fields: Iterable[str]) -> Typed:
    """Return the values that a row has for these fields."""
    return Typed({name: str(getattr(row, name) or "") for name in fields})
