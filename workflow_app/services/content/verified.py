"""Whether what the definition files say is sound: verified, and played where there are plays."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from workflow_app.core.errors import DefinitionError, NotFound
from workflow_app.core.problems import Problems
from workflow_app.core.simulation.play import Play
from workflow_app.core.simulation.rehearsal import read_plays, rehearse
from workflow_app.core.steps.engine import Engine
from workflow_app.core.verification.checks.orphans import note_unused_forms
from workflow_app.core.verification.checks.staffed import check_staffed
from workflow_app.core.verification.site_people import SitePeople
from workflow_app.core.verification.verify import verify
from workflow_app.services.content.files import content_with
from workflow_app.services.content.parsed import (
    Content,
    Parsed,
    engine_of,
    own_clauses,
    own_forms,
    parse_all,
    parsed_from,
    used_forms,
)


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
        engine = engine_of(workflow, own_forms(parsed, workflow), parsed.programme)
        for play in plays:
            if play.workflows == (name,):
                rehearse(play, engine, problems)
    return problems


@lru_cache(maxsize=16)
def _verified(
    content: Content, name: str, documents: tuple[tuple[str, frozenset[str]], ...]
) -> Problems:
    """Return the problems of a workflow, found once; they depend on nothing but these."""
    parsed = parsed_from(content)
    workflow = parsed.workflows[name]
    forms = own_forms(parsed, workflow)
    clauses = own_clauses(parsed, forms)
    asked = (workflow, forms, parsed.programme, clauses, dict(documents))
    return _found(_Asked(pickle.dumps(asked), asked))


@dataclass(frozen=True)
class _Asked:
    """What `verify` is asked about; the same as another if all of it comes to the same bytes."""

    told: bytes
    parts: tuple[Any, ...] = field(compare=False)


@lru_cache(maxsize=16)
def _found(asked: _Asked) -> Problems:
    """Return what `verify` finds; with one workflow changed, the others are not verified again."""
    return verify(*asked.parts)


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
        found.append(engine_of(workflow, own_forms(parsed, workflow), parsed.programme))
    return found
