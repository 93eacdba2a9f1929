"""The one small tree of errors. They carry data; words and status codes are made at the edge."""

from __future__ import annotations

from collections.abc import Sequence

from workflow_app.core.forms.messages import FieldProblem
from workflow_app.core.problems import Problem
from workflow_app.core.steps.offers import Reason


class TandemError(Exception):
    """Everything that Tandem refuses on purpose."""


class DefinitionError(TandemError):
    """A definition cannot be used; `problems` names every place at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class ExpressionError(TandemError):
    """A condition is no valid expression; `column` counts from 1 within its text, or is None."""

    def __init__(self, message: str, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.column = column


class NotFound(TandemError):
    """There is no such thing, or the person may not know that there is."""


class NotAllowed(TandemError):
    """The act is closed to this person now; `reasons` says why and who could lift it."""

    def __init__(self, what: str, reasons: Sequence[Reason] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.reasons = tuple(reasons)


class Invalid(TandemError):
    """What was typed does not do; `problems` names each field."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__("; ".join(f"{p.path}: {p.rule}" for p in problems))
        self.problems = tuple(problems)


class Conflict(TandemError):
    """Somebody else was faster; `expected` and `found` are the versions of what was edited."""

    def __init__(self, what: str, expected: int | str, found: int | str) -> None:
        super().__init__(f"{what}: expected version {expected}, found {found}")
        self.what = what
        self.expected = expected
        self.found = found


class BadUpload(TandemError):
    """An uploaded file is refused; `reason` is the id of the finding."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class DocumentError(TandemError):
    """A document cannot be made from this case; `missing` names the placeholders or clauses."""

    def __init__(self, document: str, missing: Sequence[str]) -> None:
        super().__init__(f"{document}: {', '.join(missing)}")
        self.document = document
        self.missing = tuple(missing)
