"""What Miriam does to bring cases to another version, and what stands in the tables then."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, select

from tests.changed_lifecycle import PLAN
from tests.services.steps import offer
from tests.world import MIRIAM, World
from workflow_app.core.steps.sign_off import valid_yeses
from workflow_app.services.cases import situations
from workflow_app.services.clock import day_of
from workflow_app.services.doctor import examine
from workflow_app.services.migrations import carrying_over, plans, running, taking_back
from workflow_app.services.migrations.preview import Preview, previews
from workflow_app.services.people import person_by_email
from workflow_app.store.tables.access import Access, Principal
from workflow_app.store.tables.cases import Case, Deadline, Participation
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.submissions import Confirmation, Draft, Submission

PROJECT = "tandem_project"


def seen(world: World, plan: str = PLAN) -> list[Preview]:
    """Return what the plan would make of each running case."""
    with world.sessions() as session:
        parsed, versions = plans.check(session, world.site, plan)
        return list(previews(session, parsed, versions, day_of(world.now)))


def begin(world: World, plan: str = PLAN, email: str = MIRIAM) -> int:
    with world.sessions() as session:
        person = person_by_email(session, email)
        return plans.begin(session, world.site, plan, person, world.now)


def go(world: World, migration: int, email: str = MIRIAM) -> str:
    """Let the project go, and return what became of it."""
    with world.sessions() as session:
        person = person_by_email(session, email)
        return carrying_over.carry_over(
            session, world.site, migration, world.number, person, world.now
        ).status


def back(world: World, migration: int, email: str = MIRIAM) -> str:
    with world.sessions() as session:
        person = person_by_email(session, email)
        return taking_back.take_back(
            session, world.site, migration, world.number, person, world.now
        ).status


def go_all(world: World, migration: int, **more: Any) -> list[tuple[str, str]]:
    with world.sessions() as session:
        person = person_by_email(session, MIRIAM)
        return list(running.run(session, world.site, migration, person, lambda: world.now, **more))


def newest(world: World, form: str) -> dict[str, Any]:
    rows = [s for s in world.rows(Submission) if s.form == form]
    return dict(rows[-1].values)


def standing(world: World) -> dict[str, Any]:
    """Return how every case stands: all of its row, answers, deadlines, yeses, access, drafts."""
    with world.sessions() as session:
        found: dict[str, Any] = {}
        for case in session.scalars(select(Case)):
            compiled = world.site.catalogue.of(session, case)
            situation = situations.situation_of(session, compiled, case, day_of(world.now))
            rows = session.execute(
                select(Principal.key, Access.waits, Access.task_de)
                .join(Principal, Principal.id == Access.principal_id)
                .where(Access.case_id == case.id)
            )
            kept = {c.key: getattr(case, c.key) for c in inspect(Case).column_attrs}
            found[case.number] = {
                "row": {k: v for k, v in kept.items() if k not in ("version", "changed_at")},
                "answers": {
                    form: [(s.slot, s.values, s.form_version, s.author, s.on) for s in submitted]
                    for form, submitted in situation.submissions.items()
                },
                "deadlines": [
                    (d.state, d.due_on, d.closed_at, d.reminders) for d in case.deadlines
                ],
                "yeses": {
                    t.id: sorted(offer_of(compiled, t, situation))
                    for t in compiled.workflow.transitions.values()
                    if t.sign_off
                },
                "access": sorted(tuple(row) for row in rows),
                "drafts": [
                    (d.form, d.slot, d.raw, d.changed)
                    for d in session.scalars(
                        select(Draft).where(Draft.case_id == case.id).order_by(Draft.id)
                    )
                ],
                "people": [(p.person_id, p.role, p.side) for p in case.participations],
            }
        return found


def offer_of(compiled: Any, t: Any, situation: Any) -> list[str]:
    return list(valid_yeses(t, situation))


def every_row(world: World) -> dict[str, list[Any]]:
    """Return all rows of the tables that a migration could damage, by their keys."""
    tables = (Submission, Entry, Confirmation, Participation, Draft, Deadline)
    return {
        table.__tablename__: [
            {c.key: getattr(row, c.key) for c in inspect(table).column_attrs}
            for row in world.rows(table)
        ]
        for table in tables
    }


def sound(world: World) -> None:
    with world.sessions() as session:
        assert [f for f in examine(session, world.site, world.now) if f.what != "outbox"] == []


def offer_reasons(world: World, email: str, transition: str) -> set[str]:
    return {reason.id for reason in offer(world, email, transition).reasons}
