"""What Miriam does to the versions of the project's workflow."""

from __future__ import annotations

from tests.services.steps import changed, shipped
from tests.world import MIRIAM, World
from workflow_app.services.definitions import drafting, log, publishing
from workflow_app.services.definitions.versions import find
from workflow_app.services.people import person_by_email

PROJECT = "tandem_project"
WORKFLOW = "workflows/tandem_project.yaml"


def second_version(old: str = "de: Genehmigen", new: str = "de: Zustimmen") -> str:
    """Return the shipped workflow as its author changes it."""
    return changed(changed(shipped(WORKFLOW), 'version: "2"', 'version: "3"'), old, new)


def draft(world: World, email: str = MIRIAM, **files: str) -> int:
    """Upload files (`outline="…"` is outline.yaml) as a draft of the project's workflow."""
    sent = {f"{name}.yaml": said.encode() for name, said in files.items()}
    with world.sessions() as session:
        person = person_by_email(session, email)
        return drafting.draft(session, world.site, sent, person, world.now, workflow=PROJECT).number


def publish(world: World, number: int, email: str = MIRIAM, instead_of: int | None = None) -> str:
    """Publish a version of the project's workflow, and return its status."""
    with world.sessions() as session:
        person = person_by_email(session, email)
        row = publishing.publish(
            session, world.site, PROJECT, number, person, world.now, instead_of=instead_of
        )
        return log.status_of(row)


def status(world: World, number: int) -> str:
    with world.sessions() as session:
        return log.status_of(find(session, PROJECT, number))


def in_force(world: World) -> int:
    with world.sessions() as session:
        row = log.current(session, PROJECT)
        return row.number if row else 0
