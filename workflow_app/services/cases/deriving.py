"""A new case derived from one that has ended: who may, with what it begins, how both are linked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflow_app.core.cases import rights
from workflow_app.core.cases.deriving import still_true
from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.definition.model import Derivation, Text, Workflow
from workflow_app.core.errors import DefinitionError, NotAllowed, NotFound
from workflow_app.core.forms.drafts import typed_values
from workflow_app.core.forms.fields import Value
from workflow_app.core.steps.offers import Reason
from workflow_app.services.access.rows import principals_of
from workflow_app.services.access.seeing import may_read
from workflow_app.services.cases import record
from workflow_app.services.cases.related import members_of
from workflow_app.services.cases.situations import Look, look
from workflow_app.services.clock import day_of
from workflow_app.services.forms.references import References
from workflow_app.services.site import Site
from workflow_app.store.queries.derived import derived
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Draft

DERIVED, DERIVED_FROM = "derived", "derived_from"
"""Kinds of entries: in the history of the ended case, and in that of the new one."""
NOT_FROM_HERE = Text(
    "Aus diesem Vorgang können Sie kein neues Vorhaben ableiten.",
    "You cannot derive a new project from this case.",
)
UNDER_WAY = Text(
    "Daraus ist schon {number} abgeleitet. Arbeiten Sie dort weiter.",
    "{number} has been derived from it already. Go on there.",
)


def rule_for(session: Session, site: Site, seen: Look) -> Derivation | None:
    """Return how the person may derive a new case from this one; None if they may not at all.

    The new case opens on the workflow in force, so that says from what it is derived.
    """
    if not seen.case.ended:
        return None
    try:
        published = site.catalogue.published(session, seen.compiled.workflow.id)
    except (NotFound, DefinitionError):
        return None
    rule = published.workflow.derive
    if rule is None or seen.case.outcome not in rule.outcomes:
        return None
    held = any(rights.acts_as(seen.actor, role, seen.situation) for role in rule.by)
    return rule if held else None


def is_proposed(workflow: Workflow, situation: Situation) -> bool:
    """Say whether a side has proposed that a new case be derived from this one."""
    form, _, field = ((workflow.derive and workflow.derive.proposed) or "").partition(".")
    return bool(field) and (situation.newest(form) or {}).get(field) is True


def source(
    session: Session, site: Site, made: Look, number: str, person: Person, now: datetime
) -> Look | None:
    """Return the ended case from which `made`, a case about to be opened, is to be derived.

    None: `number` is empty, and it is derived from none.

    :raises NotFound: if there is none, or the person may not know of it.
    :raises NotAllowed: if nothing may be derived from it, or something has been that is under way.
    """
    if not number:
        return None
    old = look(session, site, number, person, day_of(now))
    same = old.compiled.workflow.id == made.compiled.workflow.id
    if not same or rule_for(session, site, old) is None:
        raise NotAllowed(DERIVED, [Reason("state", DERIVED, NOT_FROM_HERE)])
    for other in derived(session, principals_of(person), old.case):
        if not other.ended:
            text = UNDER_WAY.filled(number=other.number)
            raise NotAllowed(DERIVED, [Reason("state", DERIVED, text)])
    return old


def first_values(session: Session, made: Look, old: Look, form: Form) -> dict[str, Value]:
    """Return with what the form opens by which the case is derived: answers, people, oneself."""
    values = _still_true(made, old, form.id)
    references = References(session, made.compiled, made.situation, person=made.actor.person)
    for field in form.fields:
        if field.type != "reference":
            continue
        if field.side and field.to in ("organisation", "person"):
            values[field.id] = _as_before(session, made, old, field)
        if not references.known(field.points_to, str(values.get(field.id))):
            values.pop(field.id, None)
    return values


def _as_before(session: Session, made: Look, old: Look, field: Field) -> str | None:
    """Return who stood for the side of a field at the end, and still belongs to its organisation.

    For the own side that is whoever derives the new case; of an organisation it is that one.
    """
    partner = old.situation.participant(field.side or "")
    if partner is None or partner.organisation is None:
        return None
    if field.to == "organisation":
        return str(partner.organisation)
    someone = made.actor.person if field.side == old.actor.side else partner.person
    belongs = members_of(session, made.situation.today, [someone]).get(someone, frozenset())
    return str(someone) if partner.organisation in belongs else None


def _still_true(made: Look, old: Look, form_id: str) -> dict[str, Value]:
    rule = made.compiled.workflow.derive
    before, said = old.compiled.forms.get(form_id), old.situation.newest(form_id)
    if rule is None or form_id not in rule.copies or before is None or not said:
        return {}
    if not may_read(old, form_id):
        return {}
    form, day = made.compiled.forms[form_id], made.situation.today
    return still_true(form, before, said, rule.leaves, day)


def link(session: Session, made: Look, old: Look, now: datetime) -> None:
    """Begin what the new case copies beside its first form, and note in both where it comes from.

    `made` is the new case with its row, whose first form has been submitted.
    """
    case, actor = made.case, made.actor
    rule = made.compiled.workflow.derive
    opening = {made.compiled.workflow.transitions[t].form for t in made.compiled.workflow.start}
    stamp = {"by": actor.person, "at": now.isoformat(), "source": ""}
    for form_id in (f for f in rule.copies if f not in opening) if rule else ():
        form = made.compiled.forms[form_id]
        if raw := typed_values(form.fields, _still_true(made, old, form_id)):
            session.add(
                Draft(
                    case_id=case.id,
                    form=form_id,
                    slot="",
                    raw=raw,
                    changed=dict.fromkeys(raw, stamp),
                    saved_by=actor.person,
                    saved_at=now,
                )
            )
    for where, kind, other, side in (
        (case, DERIVED_FROM, old.case, actor.side),
        (old.case, DERIVED, case, old.actor.side),
    ):
        record.append(
            session, where, kind, now, actor_id=actor.person, side=side, subject=other.number
        )
    record.touch(old.case, now)


def numbers(session: Session, case: Case) -> dict[str, list[str]]:
    """Return from which case this one was derived, and which were derived from it, by number."""
    before = session.get(Case, case.derived_from_id) if case.derived_from_id else None
    return {
        DERIVED_FROM: [before.number] if before else [],
        DERIVED: [other.number for other in derived(session, None, case)],
    }
