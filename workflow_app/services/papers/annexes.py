"""The annexes of an agreement: what the case knows is printed behind it, the rest is named."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import Situation
from workflow_app.core.expressions import SIDES
from workflow_app.core.forms import present
from workflow_app.services.catalogue import Compiled
from workflow_app.services.papers.snapshots import LANGUAGE, SIDE_LABELS, sections
from workflow_app.store.tables.organisations import Organisation
from workflow_app.store.tables.people import Person

CHOICE = "annexes"
"""Field of the agreement in which annexes are chosen."""
PLANS = ("costs", "funding")
"""Fields of the outline that make up the cost and funding plan."""


def annexes(session: Session, compiled: Compiled, situation: Situation) -> list[dict[str, Any]]:
    """Return each annex chosen, in the order of the form, with the sections that it prints.

    One without sections is no part of the text: its two parties enclose it.
    """
    chosen = (situation.newest("agreement") or {}).get(CHOICE) or []
    form = compiled.forms.get("agreement")
    field = next((f for f in form.fields if f.id == CHOICE), None) if form else None
    found = []
    for option in field.options if field else ():
        if option.id in chosen:
            printed = _sections(session, compiled, situation, option.id)
            heading = present.option(field, option.id, LANGUAGE) if field else option.id
            found.append({"id": option.id, "heading": heading, "sections": printed})
    return found


def _sections(
    session: Session, compiled: Compiled, situation: Situation, annex: str
) -> list[dict[str, Any]]:
    match annex:
        case "outline":
            forms = ("interest", "outline")
            return [s for form in forms for s in sections(session, compiled, situation, form)]
        case "cost_plan":
            return sections(session, compiled, situation, "outline", PLANS)
        case "contacts":
            return [_contacts(session, situation)]
    return []


def _contacts(session: Session, situation: Situation) -> dict[str, Any]:
    """Return who stands for each side when the text is frozen, and how to write to them."""
    fields = []
    for side in SIDES:
        contact, deputy = situation.participant(side), situation.deputy(side)
        if contact is None:
            continue
        person = session.get(Person, contact.person)
        body = session.get(Organisation, contact.organisation) if contact.organisation else None
        lines = [contact.name, body.name if body else "", person.email if person else ""]
        if deputy is not None and (other := session.get(Person, deputy.person)) is not None:
            lines += [f"Vertretung: {deputy.name}", other.email]
        value = "\n".join(line for line in dict.fromkeys(lines) if line)
        label = SIDE_LABELS[side](LANGUAGE)
        fields.append({"label": f"{label[0].upper()}{label[1:]}", "value": value})
    return {"heading": "Ansprechpersonen", "fields": fields}
