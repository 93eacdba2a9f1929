"""The plays that go with a version: which go through, and drafts with one less or another one.

A version never changes, a draft neither: without a play, or with another in its place, it is a new
draft, and the one so far is discarded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workflow_app.core.errors import Invalid, NotFound
from workflow_app.core.problems import Problem, Problems
from workflow_app.core.simulation.rehearsal import is_play
from workflow_app.services.administering import admins_only
from workflow_app.services.definitions import log, refusals
from workflow_app.services.definitions.drafting import PLAY, keep, texts_of, workflow_in
from workflow_app.services.definitions.refusals import problem, stands
from workflow_app.services.definitions.versions import find
from workflow_app.services.site import Site
from workflow_app.services.transaction import answered, remember, transaction
from workflow_app.store.tables.definitions import Definition
from workflow_app.store.tables.people import Person


@dataclass(frozen=True)
class Rehearsed:
    """A play, and what became of it with a version."""

    path: str
    own: bool
    """It is kept with the version; otherwise it stands in the content folders."""
    problems: tuple[Problem, ...]
    """Why it does not go through: what cannot be read in it, or its first step that fails."""
    played: bool
    """False: the version has errors, so nothing was played."""


def plays_of(
    site: Site, workflow: str, files: Mapping[str, str], problems: Problems
) -> list[Rehearsed]:
    """Return the plays of a version, the own ones first; `problems` are those of reading it."""
    broken = any(not is_play(p.place.file) for p in problems.errors)
    own = {path for path in files if is_play(path)}
    others = {
        path
        for path, text in site.catalogue.content.items()
        if is_play(path) and path not in own and workflow_in(text) == workflow
    }
    return [
        Rehearsed(
            path,
            path in own,
            tuple(p for p in problems if p.place.file == path),
            not broken,
        )
        for path in (*sorted(own), *sorted(others))
    ]


def drop_play(
    session: Session,
    site: Site,
    workflow: str,
    number: int,
    path: str,
    person: Person,
    now: datetime,
    *,
    words: str = "",
    key: str = "",
) -> Definition:
    """Put a draft without one of its plays in its place, and return that.

    :raises Invalid: if exactly these files are there as another version.
    :raises NotFound: if there is no such version, or no such play in it.
    :raises NotAllowed: if the person may not, or the version is no draft.
    """
    with transaction(session):
        row = _draft(session, workflow, number, path, person)
        if answer := answered(session, key, person):
            return find(session, workflow, int(answer["version"]))
        files = {p: text for p, text in row.files.items() if p != path}
        found = _instead(session, site, row, files, person, now, words)
        remember(session, key, person, {"version": found.number}, now)
    return found


def replace_play(
    session: Session,
    site: Site,
    workflow: str,
    number: int,
    path: str,
    upload: tuple[str, bytes] | None,
    person: Person,
    now: datetime,
    *,
    words: str = "",
    key: str = "",
) -> Definition:
    """Put a draft in which a play says something else in its place, and return that.

    `upload` is (file name, bytes) of the new play; it stands under the name of the old one.

    :raises Invalid: if nothing was sent, or something that is no play of this workflow.
    :raises NotFound: if there is no such version, or no such play in it.
    :raises NotAllowed: if the person may not, or the version is no draft.
    """
    with transaction(session):
        row = _draft(session, workflow, number, path, person)
        if answer := answered(session, key, person):
            return find(session, workflow, int(answer["version"]))
        ((name, text),) = texts_of(dict([upload] if upload else [])).items()
        if not PLAY.search(text) or workflow_in(text) != workflow:
            raise Invalid([problem("files", "no_play", refusals.NO_PLAY, file=name)])
        found = _instead(session, site, row, {**row.files, path: text}, person, now, words)
        remember(session, key, person, {"version": found.number}, now)
    return found


def _draft(session: Session, workflow: str, number: int, path: str, person: Person) -> Definition:
    admins_only(person)
    log.take_turns(session, workflow)
    row = find(session, workflow, number)
    if path not in row.files or not is_play(path):
        raise NotFound(path)
    return row


def _instead(
    session: Session,
    site: Site,
    row: Definition,
    files: Mapping[str, str],
    person: Person,
    now: datetime,
    words: str,
) -> Definition:
    stands(row, "draft", "verified")
    found = keep(session, site, row.workflow, files, person, now, words)
    log.note(session, row, "discarded", person, now, words)
    return found
