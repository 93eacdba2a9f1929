"""What a document says, frozen: plain texts from the values of a case, and their digest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import Text
from workflow_app.core.expressions import SIDES
from workflow_app.core.forms import present
from workflow_app.core.forms.release import released
from workflow_app.services.catalogue import Compiled
from workflow_app.services.forms.references import References
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.organisations import Organisation

LANGUAGE = "de"
"""Documents are German; the German text is the authoritative one."""


def case_facts(
    session: Session, compiled: Compiled, case: Case, situation: Situation
) -> dict[str, Any]:
    """Return the parts that every document shares: `case` and `sides`."""
    names = References(session, compiled, situation)
    sides: dict[str, Any] = {}
    labels = {role.id: role.label for role in compiled.workflow.roles}
    for side, role in compiled.workflow.sides.items():
        contact = situation.participant(side)
        body = session.get(Organisation, contact.organisation) if contact else None
        sides[side] = {
            "label": SIDE_LABELS.get(side, labels[role])(LANGUAGE),
            "organisation": body.name if body else "",
            "contact": contact.name if contact else "",
        }
    return {
        "case": {
            "number": case.number,
            "title": case.title,
            "county": names.name("county", case.county) if case.county else "",
            "workflow": compiled.workflow.label(LANGUAGE),
        },
        "sides": sides,
    }


SIDE_LABELS: Mapping[str, Text] = {
    "municipal": Text("kommunale Seite", "municipal side"),
    "civic": Text("Engagement-Seite", "civic side"),
}


def presented(
    session: Session, compiled: Compiled, situation: Situation, forms: Iterable[str]
) -> dict[str, Any]:
    """Return form → field → what a reader sees; unfilled fields are empty texts."""
    names = References(session, compiled, situation)
    found: dict[str, Any] = {}
    for form_id in forms:
        form = compiled.forms[form_id]
        values = counting(situation, form)
        found[form_id] = present.form(form, values, LANGUAGE, names.name)
    return found


def counting(situation: Situation, form: Form) -> Mapping[str, Any]:
    """Return the values of a form that count now; those of this round where there are rounds.

    What the sides keep to themselves is printed nowhere.
    """
    return released(form, situation.newest(form.id) or {})


def sections(
    session: Session,
    compiled: Compiled,
    situation: Situation,
    form_id: str,
    only: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Return the parts of a form with the labels and texts of what was filled in.

    `only` names the fields that are wanted; empty: all.
    """
    names = References(session, compiled, situation)
    form = compiled.forms[form_id]
    values = counting(situation, form)
    found = []
    for part in form.parts:
        fields = [
            {
                "label": f.label(LANGUAGE),
                "value": present.value(f, values[f.id], LANGUAGE, names.name),
            }
            for f in part.fields
            if f.id in values and (not only or f.id in only)
        ]
        if fields:
            heading = part.label(LANGUAGE) if part.label else form.label(LANGUAGE)
            found.append({"heading": heading, "fields": fields})
    return found


def side_slots(situation: Situation, form_id: str) -> dict[str, Mapping[str, Any]]:
    """Return side → the values that this side handed in."""
    slots = {s.slot: s.values for s in situation.submissions.get(form_id, ())}
    return {side: slots[side] for side in SIDES if side in slots}
