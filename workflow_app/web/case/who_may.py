"""Who may do what, and by which rule: on one case, and over all cases of one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext as _

from workflow_app.core.explanation.answer import Answer
from workflow_app.core.explanation.matrix import table_as_csv
from workflow_app.services.access.reach import Reached, on_case, reach, standing_still
from workflow_app.services.administering import keeps_accounts
from workflow_app.services.cases.situations import Look
from workflow_app.services.work.notices import people_in
from workflow_app.store import queries
from workflow_app.web.case.documents import sent
from workflow_app.web.context import me, number_in, seen, session, site, today
from workflow_app.web.language import language

on_cases = Blueprint("who_may", __name__, url_prefix="/projects/<number>")
of_people = Blueprint("reach", __name__, url_prefix="/people/<int:person_id>")

OFFICE = frozenset({"coordinator", "supervisor", "admin", "auditor"})
"""Standing roles that may ask about others on a case."""
OVERSIGHT = frozenset({"coordinator", "admin", "auditor"})
"""Standing roles that may ask about all cases of others."""
SHOWN = 100
"""Cases on the page; the CSV has all of them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One right or step, and the rule that decides about it."""

    label: str
    allowed: bool
    because: str
    place: str


@on_cases.get("/rights")
def on_this(number: str) -> str:
    """Show what somebody may do on the case, and why; the office may ask about others."""
    look = seen(number)
    people = _asked_about(look)
    wanted = number_in(request.args.get("person", "")) or me().id
    if wanted not in people:
        abort(404)
    person = queries.person(session(), wanted)
    answers = on_case(session(), site(), number, person, today()) if person else ()
    return render_template(
        "who_may.html",
        case=look.case,
        people=people,
        wanted=wanted,
        name=people[wanted],
        answers=[_told(answer) for answer in answers],
    )


def _asked_about(look: Look) -> dict[int, str]:
    """Return id → name of those about whom this person may ask: always about oneself."""
    found = {me().id: me().name}
    if OFFICE & {role.role for role in me().standing_roles}:
        roles = [role.id for role in look.compiled.workflow.roles]
        held = people_in(session(), look.compiled, look.case, ["member", *roles])
        found |= {person.id: person.name for person in held}
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _told(answer: Answer) -> Asked:
    rule = answer.decides
    return Asked(answer.label(language()), answer.allowed, rule.text(language()), str(rule.place))


@of_people.get("/reach")
def of_all(person_id: int) -> str:
    """Show which cases somebody may see and what they may do there, and who would miss them."""
    person = _person(person_id)
    cases = list(reach(session(), site(), person, today(), limit=SHOWN))
    return render_template(
        "reach.html",
        about=person,
        cases=cases,
        limited=len(cases) == SHOWN,
        keeps_accounts=keeps_accounts(me()),
        still=list(standing_still(session(), site(), person, today())),
    )


@of_people.get("/reach.csv")
def of_all_csv(person_id: int) -> Response:
    """Send every case that somebody may see, with what they may do there, as CSV."""
    person = _person(person_id)
    head = [_("Nummer"), _("Titel"), _("Stand"), _("Rechte"), _("Schritte"), _("Aufgaben")]
    lines = [_line(one) for one in reach(session(), site(), person, today())]
    data = table_as_csv([head, *lines]).encode("utf-8-sig")
    return sent(data, "text/csv; charset=utf-8", f"reach-{person_id}.csv")


def _line(one: Reached) -> list[str]:
    words = (one.rights, one.steps, one.tasks)
    return [
        one.number,
        one.title,
        one.state(language()),
        *(", ".join(text(language()) for text in texts) for texts in words),
    ]


def _person(person_id: int) -> Any:
    """Return the person; only oneself and those with oversight learn whether there is one."""
    allowed = person_id == me().id or OVERSIGHT & {role.role for role in me().standing_roles}
    person = queries.person(session(), person_id) if allowed else None
    if person is None:
        abort(404)
    return person
