"""The definitions: read from the content folders, verified, and kept in the version a case uses.

New cases open on the version published last (`published`); a running case keeps its own (`of`).
What the content folders say (`current`) comes into force by being taken in and published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path, PurePath

from sqlalchemy.orm import Session

from workflow_app.core.canonical import digest
from workflow_app.core.cases import amending
from workflow_app.core.cases.engine import Engine
from workflow_app.core.cases.imported import ImportedEngine
from workflow_app.core.definition.likes import resolved
from workflow_app.core.definition.model import Clause, Field, Form, ValueList, Workflow
from workflow_app.core.definition.parse import parse_programme, parse_workflow
from workflow_app.core.definition.parse_forms import parse_clauses, parse_form, parse_list
from workflow_app.core.definition.source import Problems
from workflow_app.core.errors import DefinitionError, NotFound
from workflow_app.core.simulation.play import Play
from workflow_app.core.simulation.rehearsal import is_play, read_plays, rehearse
from workflow_app.core.verification.checks.orphans import note_unused_forms
from workflow_app.core.verification.checks.staffed import check_staffed
from workflow_app.core.verification.site_people import SitePeople
from workflow_app.core.verification.verify import verify
from workflow_app.documents.library import Library
from workflow_app.services.clock import day_of
from workflow_app.services.definitions import log
from workflow_app.store.cases import Case
from workflow_app.store.definitions import Definition

CLAUSES = "templates/documents/agreement/clauses.yaml"
AGREEMENT_FORM = "agreement"
PROGRAMME = "workflows/programme.yaml"
PATTERNS = (
    *("workflows/*.yaml", "workflows/plays/*.yaml", "forms/*.yaml", "forms/lists/*.yaml"),
    CLAUSES,
)


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


def read_content(folders: Sequence[Path]) -> dict[str, str]:
    """Return path → text of every definition file; of equal paths the first folder's counts."""
    files: dict[str, str] = {}
    for folder in folders:
        for pattern in PATTERNS:
            for path in sorted(folder.glob(pattern)):
                name = path.relative_to(folder).as_posix()
                files.setdefault(name, path.read_text(encoding="utf-8"))
    return files


def document_kinds(folders: Sequence[Path]) -> Mapping[str, frozenset[str]]:
    """Return the documents of the content folders: id → the fields (`form.field`) it prints."""
    library = Library(folders)
    return {name: library.names(name) for name in library.ids()}


@dataclass(frozen=True)
class Candidate:
    """Content as it would be with some files in place of the installed ones."""

    files: Mapping[str, str]
    documents: Mapping[str, frozenset[str]]
    shown: Mapping[str, str]
    """Path within the content → the path that the author gave."""


def content_with(paths: Sequence[Path], folders: Sequence[Path]) -> Candidate:
    """Return the content with what lies at `paths` put first.

    A folder with `workflows/`, `forms/` or `templates/` in it counts as a content folder; of any
    other folder each YAML file counts, and a file stands in for the installed one of its name.
    """
    whole = [path for path in paths if path.is_dir() and _is_content(path)]
    single = [path for path in paths if path.is_file()]
    for path in paths:
        if path.is_dir() and path not in whole:
            single += sorted(path.rglob("*.yaml"))
    files = read_content([*whole, *folders])
    shown = {name: str(folder / name) for folder in whole for name in read_content([folder])}
    for path in single:
        name = place_of(path, path.read_text(encoding="utf-8", errors="replace"), files)
        files[name] = path.read_text(encoding="utf-8", errors="replace")
        shown[name] = str(path)
    return Candidate(files, document_kinds([*whole, *folders]), shown)


def _is_content(folder: Path) -> bool:
    return any((folder / name).is_dir() for name in ("workflows", "forms", "templates"))


def place_of(path: PurePath, text: str, files: Mapping[str, str]) -> str:
    """Return where in the content a single file belongs: by its name, else by its first key."""
    named = [name for name in files if Path(name).name == path.name]
    if named:
        return named[0]
    if path.name == "clauses.yaml":
        return CLAUSES
    first = next((line for line in text.splitlines() if line and line[0].isalpha()), "")
    kind = {"list": "forms/lists", "form": "forms", "play": "workflows/plays"}.get(
        first.partition(":")[0], "workflows"
    )
    return f"{kind}/{path.name}"


Content = tuple[tuple[str, str], ...]
"""Files as (path, text)."""


@dataclass(frozen=True)
class Parsed:
    """Everything that a set of files says, and what is wrong with it."""

    workflows: Mapping[str, Workflow]
    forms: Mapping[str, Form]
    lists: Mapping[str, ValueList]
    clauses: tuple[Clause, ...]
    programme: Mapping[str, int | str]
    paths: Mapping[str, str]
    """`workflow:id` and `form:id` → the path that defines it."""
    problems: Problems
    content: Content
    """The files themselves."""


def parse_all(files: Mapping[str, str]) -> Parsed:
    """Return what the files say; nothing is raised, problems are collected."""
    parsed = _parsed(tuple(files.items()))
    # Whoever checks further adds problems of their own.
    return replace(parsed, problems=Problems(parsed.problems))


# The pages of a draft, its publication and the doctor ask for the same files again and again.
@lru_cache(maxsize=8)
def _parsed(content: Content) -> Parsed:
    files = dict(content)
    problems = Problems()
    lists, forms, workflows = {}, {}, {}
    paths: dict[str, str] = {}
    for path, text in files.items():
        if path.startswith("forms/lists/") and (found := parse_list(text, path, problems)):
            lists[found.id] = found
    for path, text in files.items():
        if path.startswith("forms/") and not path.startswith("forms/lists/"):
            form = parse_form(text, path, lists, problems)
            if form:
                forms[form.id] = form
                paths[f"form:{form.id}"] = path
        elif path.startswith("workflows/") and path != PROGRAMME and not is_play(path):
            workflow = parse_workflow(text, path, problems)
            if workflow:
                workflows[workflow.id] = workflow
                paths[f"workflow:{workflow.id}"] = path
    programme = parse_programme(files[PROGRAMME], PROGRAMME, problems) if PROGRAMME in files else {}
    clauses = parse_clauses(files[CLAUSES], CLAUSES, problems) if CLAUSES in files else ()
    forms = resolved(forms, problems)
    return Parsed(workflows, forms, lists, clauses, programme, paths, problems, content)


def engine_of(
    workflow: Workflow, forms: Mapping[str, Form], programme: Mapping[str, int | str]
) -> Engine:
    """Return what answers for cases on the workflow, one of ours or imported."""
    if workflow.imported is not None:
        return ImportedEngine(workflow, workflow.imported, programme, day_of)
    return Engine(workflow, forms, programme)


def used_forms(workflow: Workflow) -> set[str]:
    """Return the forms that the workflow names."""
    forms = {f for s in workflow.states.values() for f in (*s.forms, *s.conceals)}
    forms |= {t.form for t in workflow.transitions.values() if t.form}
    return forms


def _own_clauses(parsed: Parsed, forms: Mapping[str, Form]) -> tuple[Clause, ...]:
    """Return the clauses if the workflow makes agreements: then its forms have their fields."""
    return parsed.clauses if AGREEMENT_FORM in forms else ()


def own_files(parsed: Parsed, workflow: Workflow, files: Mapping[str, str]) -> dict[str, str]:
    """Return those of the files that a version of the workflow rests on."""
    forms = [form for form in parsed.forms if form in used_forms(workflow)]
    own = {parsed.paths[f"workflow:{workflow.id}"], *(parsed.paths[f"form:{f}"] for f in forms)}
    own |= {PROGRAMME, CLAUSES} if AGREEMENT_FORM in forms and parsed.clauses else {PROGRAMME}
    return {
        path: text for path, text in files.items() if path in own or path.startswith("forms/lists/")
    }


def verify_content(
    files: Mapping[str, str],
    documents: Mapping[str, frozenset[str]],
    people: SitePeople | None = None,
) -> Problems:
    """Return every problem of all definitions at once.

    With `people` also what each workflow that has no errors would lack on a site of these people.
    """
    parsed = parse_all(files)
    problems = parsed.problems
    plays = read_plays(files, problems)
    for name, workflow in parsed.workflows.items():
        found = verify_one(parsed, name, documents, plays)
        problems.include(found)
        if people is not None and not found.errors:
            check_staffed(workflow, parsed.forms, people, problems)
    _rehearse_chains(parsed, plays, problems)
    used = [form for workflow in parsed.workflows.values() for form in used_forms(workflow)]
    note_unused_forms(parsed.forms, used, problems)
    return problems


def _rehearse_chains(parsed: Parsed, plays: Sequence[Play], problems: Problems) -> None:
    """Play each play of several workflows on one case, all of which are imported and sound."""
    broken = {problem.place.file for problem in problems.errors}
    for play in (play for play in plays if play.beside):
        known = [parsed.workflows[name] for name in play.workflows if name in parsed.workflows]
        sound = all(parsed.paths[f"workflow:{w.id}"] not in broken for w in known)
        if len(known) < len(play.workflows) or any(w.imported is None for w in known):
            problems.add(
                play.place,
                "chain",
                "Auf einem Vorgang können nur importierte Verfahren liegen, die es hier gibt: "
                f"{', '.join(play.workflows)}.",
                "Only imported workflows that are here can lie on one case: "
                f"{', '.join(play.workflows)}.",
            )
        elif sound:
            first, *beside = [engine_of(w, {}, parsed.programme) for w in known]
            rehearse(play, first, problems, *beside)


def verify_one(
    parsed: Parsed, name: str, documents: Mapping[str, frozenset[str]], plays: Sequence[Play] = ()
) -> Problems:
    """Return the problems of one workflow with its forms and clauses, beyond those of reading.

    If there is no error, each of the `plays` of this workflow is played.
    """
    workflow = parsed.workflows.get(name)
    if workflow is None:
        return Problems()
    problems = Problems()
    problems.include(_verified(parsed.content, name, tuple(sorted(documents.items()))))
    if not problems.errors:
        engine = engine_of(workflow, _own_forms(parsed, workflow), parsed.programme)
        for play in plays:
            if play.workflows == (name,):
                rehearse(play, engine, problems)
    return problems


def _own_forms(parsed: Parsed, workflow: Workflow) -> dict[str, Form]:
    return {n: f for n, f in parsed.forms.items() if n in used_forms(workflow)}


@lru_cache(maxsize=16)
def _verified(
    content: Content, name: str, documents: tuple[tuple[str, frozenset[str]], ...]
) -> Problems:
    """Return the problems of a workflow, found once; they depend on nothing but these."""
    parsed = _parsed(content)
    workflow = parsed.workflows[name]
    forms = _own_forms(parsed, workflow)
    clauses = _own_clauses(parsed, forms)
    return verify(workflow, forms, parsed.programme, clauses, dict(documents))


def engines_of(
    names: Sequence[str], paths: Sequence[Path], folders: Sequence[Path]
) -> list[Engine]:
    """Return the engines of workflows by name, or by the path of their file among `paths`.

    :raises NotFound: if there is no such workflow.
    :raises DefinitionError: if one is not fit to run, with every problem.
    """
    candidate = content_with(paths, folders)
    parsed = parse_all(candidate.files)
    places = {parsed.paths[f"workflow:{name}"]: name for name in parsed.workflows}
    by_path = {candidate.shown.get(path, path): name for path, name in places.items()}
    found = []
    for name in (by_path.get(name, name) for name in names):
        if name not in parsed.workflows:
            raise NotFound(name)
        problems = verify_one(parsed, name, candidate.documents)
        if errors := [*parsed.problems.errors, *problems.errors]:
            raise DefinitionError(errors)
        workflow = parsed.workflows[name]
        found.append(engine_of(workflow, _own_forms(parsed, workflow), parsed.programme))
    return found


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
        forms = _own_forms(parsed, workflow)
        clauses = _own_clauses(parsed, forms)
        kept = own_files(parsed, workflow, files)
        engine = engine_of(workflow, forms, parsed.programme)
        return Compiled(workflow, forms, parsed.lists, clauses, engine, kept, digest(kept))
