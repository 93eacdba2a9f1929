"""Typing answers into a form as a person does: by its labels, in its order, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.walks.page import Page, Part
from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.forms.present import ANSWERS
from workflow_app.web.forms.fields import PARTY_LABELS


def fill(page: Page, form: Form, answers: Mapping[str, Any]) -> Page:
    """Return the page with the answers typed in; for each row more, a button is pressed."""
    for field in form.fields:
        answer = answers.get(field.id)
        if answer and field.type == "rows":
            page = _fill_rows(page, field, answer)
        elif answer:
            _answer(page, field, answer)
    return page


def _fill_rows(page: Page, field: Field, rows: list[Mapping[str, Any]]) -> Page:
    label = field.label("de")
    for number, row in enumerate(rows, 1):
        legend = f"Eintrag {number}"
        if not page.group(label).groups(legend):
            page = page.press(f"Eintrag hinzufügen: {label}")
        entry = page.group(label).group(legend)
        for column in field.columns:
            if row.get(column.id):
                _answer(entry, column, row[column.id])
    return page


def _answer(part: Part, field: Field, answer: Any) -> None:
    ANSWERED.get(field.type, _type)(part, field, answer)


def _type(part: Part, field: Field, answer: Any) -> None:
    part.type(field.label("de"), "\n".join(answer) if field.type == "list" else answer)


def _choose(part: Part, field: Field, answer: Any) -> None:
    names = {o.id: o.label("de") for o in field.options}
    part.choose(field.label("de"), names.get(answer, answer))


def _say_yes_or_no(part: Part, field: Field, answer: Any) -> None:
    if field.must_be == "yes":
        part.group(field.label("de")).mark("Ja, das bestätige ich")
    else:
        part.choose(field.label("de"), ANSWERS[answer]("de"))


def _tick(part: Part, field: Field, answer: Any) -> None:
    for option in field.options:
        if option.id in answer:
            part.group(field.label("de")).mark(option.label("de"))


def _judge(part: Part, field: Field, answer: Any) -> None:
    for item in field.options:
        words = ANSWERS[answer[item.id]]("de")
        shown = f"{answer[item.id]}, {words}" if answer[item.id].isdecimal() else words
        part.group(field.label("de")).group(item.label("de")).mark(shown)


def _name_party(part: Part, field: Field, answer: Any) -> None:
    for detail, text in answer.items():
        part.group(field.label("de")).type(PARTY_LABELS[detail]("de"), text)


ANSWERED = {
    "one_of": _choose,
    "reference": _choose,
    "yes_no": _say_yes_or_no,
    "several_of": _tick,
    "likert": _judge,
    "checklist": _judge,
    "party": _name_party,
}
"""Type of a question → how it is answered; all others are typed."""
