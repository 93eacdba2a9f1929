"""What people do to change an agreement, in a word each; the steps are those of `demo.amending`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests.services.steps import Raw, case_of
from tests.world import World
from workflow_app.demo import amending as steps
from workflow_app.store.tables.amendments import Amendment


def amended(world: World, **changes: Any) -> Raw:
    """Return the amendment as it opens, with a reason, from today on, and with these changes."""
    return steps.amendment(world.story(), **changes)


def extension(world: World, costs: bool = False) -> Raw:
    """Return a request for three months more."""
    raw = steps.extension(world.story())
    return raw if costs else {**raw, "costs": []}


def ask(world: World, raw: Raw, form: str = "amendment") -> None:
    """Let Sabine type the request, and both sides confirm it."""
    steps.ask(world.story(), raw, form)


def asked(world: World, **changes: Any) -> None:
    """Let both sides ask for more volunteers."""
    ask(world, amended(world, **{"volunteers_planned": "20", **changes}))


def decide(world: World, step: str, **more: Any) -> None:
    """Let Dr. Reiter decide."""
    world.story().fire(steps.JONAS, step, {"impartial": "yes", **more})


def issued(world: World, conditions: Any = (), **changes: Any) -> None:
    """Bring a change to where its addendum is to be signed."""
    asked(world, **changes)
    decide(world, "approve_amendment", conditions=list(conditions))


def copies_filed(world: World, checksum: str = "") -> None:
    """Let Miriam file a signed copy of the addendum for each side."""
    world.work()
    steps.file_copies(world.story(), checksum)


def changes_of(world: World) -> list[Amendment]:
    """Return every change that was asked for."""
    with world.sessions() as session:
        case = case_of(world, session)
        question = select(Amendment).where(Amendment.case_id == case.id).order_by(Amendment.number)
        return list(session.scalars(question))


def reported(world: World) -> None:
    """Let both sides hand in an interim report, and Dr. Reiter acknowledge it."""
    world.under_way()
    steps.interim_report(world.story())
