"""The definitions: read from the content folders, verified, and kept in the version a case uses.

New cases open on the version published last (`published`); a running case keeps its own (`of`).
What the content folders say (`current`) comes into force by being taken in and published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy.orm import Session

from workflow_app.core.canonical import digest
from workflow_app.core.cases import amending
from workflow_app.core.definition.forms import Clause, Field, Form, ValueList
from workflow_app.core.definition.model import Workflow
from workflow_app.core.errors import DefinitionError, NotFound
from workflow_app.core.steps.engine import Engine
from workflow_app.services.content.files import document_kinds, read_content
from workflow_app.services.content.parsed import (
    Parsed,
    engine_of,
    own_clauses,
    own_files,
    own_forms,
    parse_all,
)
from workflow_app.services.content.verified import verify_one
from workflow_app.services.definitions import log
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.definitions import Definition

REFERS_TO_CASES = frozenset({"project", "recommendation"})
"""What a reference may be to, where it is to a case."""


def refers_to_case(field: Field) -> bool:
    """Say whether a value of the field, or of one of its columns, names a case."""
    return field.to in REFERS_TO_CASES or any(c.to in REFERS_TO_CASES for c in field.columns)


@dataclass(frozen=True)
class Compiled:
    """A workflow version, ready to run."""

    workflow: Workflow
    forms: Mapping[str, Form]
    lists: Mapping[str, ValueList]
    clauses: tuple[Clause, ...]
    engine: Engine
    files: Mapping[str, str]
    fingerprint: str

    @cached_property
    def amending_forms(self) -> tuple[Form, ...]:
        """Return the forms that change values of other forms."""
        return tuple(form for form in self.forms.values() if amending.amends(form))

    @cached_property
    def referring_forms(self) -> tuple[Form, ...]:
        """Return the forms in which something refers to a case."""
        return tuple(form for form in self.forms.values() if any(map(refers_to_case, form.fields)))


class Catalogue:
    """The definitions of this installation, and the engines of every version in use."""

    def __init__(self, folders: Sequence[Path], *, follows_content: bool = False) -> None:
        self.folders = tuple(folders)
        self.follows_content = follows_content
        """New cases open on what the folders say now, without anybody publishing it."""
        self._current: dict[str, Compiled] = {}
        self._kept: dict[int, Compiled] = {}
        self._content: dict[str, str] | None = None
        self._parsed: Parsed | None = None

    @property
    def content(self) -> Mapping[str, str]:
        """Return the definition files, read once."""
        if self._content is None:
            self._content = read_content(self.folders)
        return self._content

    def for_another_database(self) -> Catalogue:
        """Return a catalogue of the same content, of which nothing is read anew."""
        other = Catalogue(self.folders, follows_content=self.follows_content)
        other._content, other._current = self._content, self._current
        other._parsed = self._parsed
        return other

    def current(self, workflow: str) -> Compiled:
        """Return the workflow as the content folders say it now.

        :raises NotFound: if there is no such workflow.
        :raises DefinitionError: if it is not fit to run, with every problem.
        """
        if workflow not in self._current:
            self._current[workflow] = self._compile(workflow, self.content, self._all())
        return self._current[workflow]

    def workflows(self) -> tuple[str, ...]:
        """Return the ids of all workflows in the content folders."""
        return tuple(self._all().workflows)

    def _all(self) -> Parsed:
        """Return what the content says, parsed once for all workflows in it."""
        if self._parsed is None:
            self._parsed = parse_all(self.content)
        return self._parsed

    def in_force(self, session: Session) -> list[Workflow]:
        """Return the workflows of which new cases can be opened, as they stand now."""
        found = []
        for name in sorted({*self.workflows(), *log.workflows(session)}):
            try:
                found.append(self.published(session, name).workflow)
            except (NotFound, DefinitionError):
                continue
        return found

    def published(self, session: Session, workflow: str) -> Compiled:
        """Return the version on which new cases of the workflow open.

        Before anything was published, that is what the content folders say.

        :raises NotFound: if there is no such workflow, or all its versions are retired.
        :raises DefinitionError: if what the content folders say is not fit to run.
        """
        if self.follows_content:
            return self.current(workflow)
        found, ever_published = log.standing(session, workflow)
        if found is not None:
            return self.version(session, found)
        if ever_published:
            raise NotFound(workflow)
        return self.current(workflow)

    def of(self, session: Session, case: Case) -> Compiled:
        """Return the very version that the case runs on."""
        return self.version(session, case.definition_id)

    def version(self, session: Session, definition_id: int) -> Compiled:
        """Return a version that was published once, by the id of its row."""
        if definition_id not in self._kept:
            self._kept[definition_id] = self._as_kept(session.get_one(Definition, definition_id))
        return self._kept[definition_id]

    def _as_kept(self, definition: Definition) -> Compiled:
        # Reading definitions takes a tenth of a second; mostly the kept one is the current one.
        try:
            current = self.current(definition.workflow)
        except (DefinitionError, NotFound):
            current = None
        if current is not None and current.fingerprint == definition.fingerprint:
            return current
        # It was verified when it was published. Rules that verify has learned since stop no case.
        parsed = parse_all(definition.files)
        return self._compile(definition.workflow, definition.files, parsed, verified=True)

    def keep(self, session: Session, compiled: Compiled, now: datetime) -> Definition:
        """Return the row of this version; what the content folders brought is published with it."""
        found = log.with_fingerprint(session, compiled.workflow.id, compiled.fingerprint)
        if found is None:
            found = log.add(
                session,
                compiled.workflow.id,
                compiled.workflow.version,
                compiled.files,
                compiled.fingerprint,
                now,
            )
        if not found.events or log.status_of(found) != "published":
            log.note(session, found, "published", None, now)
        return found

    def _compile(
        self, name: str, files: Mapping[str, str], parsed: Parsed, *, verified: bool = False
    ) -> Compiled:
        if name not in parsed.workflows:
            if parsed.problems.errors:
                raise DefinitionError(parsed.problems.errors)
            raise NotFound(name)
        workflow = parsed.workflows[name]
        errors = parsed.problems.errors
        if not verified:
            errors = [*errors, *verify_one(parsed, name, document_kinds(self.folders)).errors]
        if errors:
            raise DefinitionError(errors)
        forms = own_forms(parsed, workflow)
        clauses = own_clauses(parsed, forms)
        kept = own_files(parsed, workflow, files)
        engine = engine_of(workflow, forms, parsed.programme)
        return Compiled(workflow, forms, parsed.lists, clauses, engine, kept, digest(kept))
