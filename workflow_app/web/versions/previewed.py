"""What a plan makes of a case, in the words of a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from workflow_app.core.definition.model import Text
from workflow_app.core.migrations.carrying import Left
from workflow_app.services.migrations.preview import Preview
from workflow_app.web.case.displayed import side_name
from workflow_app.web.context import today
from workflow_app.web.language import language


@dataclass(frozen=True, slots=True)
class Told:
    """What a plan makes of one case, in the language of the page."""

    number: str
    title: str
    goes: bool
    blocked: list[str]
    state: str
    new_state: str
    rights: list[str]
    turns: list[str]
    new_turns: list[str]
    unmet: list[str]
    left: list[tuple[str, str]]
    void: list[str]
    drafts: list[str]
    follows: list[str]
    due: Any
    new_due: Any
    late: bool
    """The new deadline is over already, and the one so far is another."""
    approval_lost: bool


def told(found: Preview, workflow: Any, roles: Any) -> Told:
    """Return a preview in words."""
    words = language()
    forecast = found.forecast
    state = workflow.states[found.case.state].label(words)
    return Told(
        number=found.case.number,
        title=found.case.title,
        goes=found.goes,
        blocked=_in_words(found.move.blocked),
        state=state,
        new_state=forecast.new_state(words) if forecast else state,
        rights=_in_words(forecast.rights if forecast else ()),
        turns=[_turn(t, roles) for t in (forecast.turns if forecast else ())],
        new_turns=[_turn(t, roles) for t in (forecast.new_turns if forecast else ())],
        unmet=_in_words(forecast.unmet if forecast else ()),
        left=[(item.label(words), _value(item)) for item in found.move.left],
        void=[
            _(
                "%(step)s, %(side)s: %(name)s",
                step=v.label(words),
                side=side_name(v.side),
                name=v.name,
            )
            for v in found.move.void
        ],
        drafts=[_draft(d.label(words), [t(words) for t in d.lost]) for d in found.drafts],
        follows=_in_words(forecast.follows if forecast else ()),
        due=forecast.due_on if forecast else None,
        new_due=forecast.new_due_on if forecast else None,
        late=_late(forecast.due_on, forecast.new_due_on) if forecast else False,
        approval_lost=found.move.approval_lost,
    )


def _late(before: date | None, after: date | None) -> bool:
    return after is not None and after != before and after < today()


def _in_words(texts: tuple[Text, ...]) -> list[str]:
    return [text(language()) for text in texts]


def _turn(turn: Any, roles: Any) -> str:
    return f"{roles(turn.role)(language())}: {turn.task(language())}"


def _value(item: Left) -> str:
    text = item.value if isinstance(item.value, str) else ""
    return text if len(text) <= 120 else f"{text[:120]} …"


def _draft(form: str, lost: list[str]) -> str:
    if lost:
        return _("%(form)s (nicht mehr gefragt: %(fields)s)", form=form, fields=", ".join(lost))
    return form
