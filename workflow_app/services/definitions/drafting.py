"""Files become a draft version: what they leave out is as in the version in force."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from workflow_app.core.canonical import digest
from workflow_app.core.errors import Invalid
from workflow_app.core.parsing.source import MAX_BYTES
from workflow_app.core.simulation.rehearsal import is_play
from workflow_app.services.administering import admins_only
from workflow_app.services.content.files import PROGRAMME, place_of
from workflow_app.services.content.parsed import own_files, parse_all
from workflow_app.services.definitions import log, refusals
from workflow_app.services.definitions.refusals import problem
from workflow_app.services.definitions.versions import complete, find, read
from workflow_app.services.site import Site
from workflow_app.services.transaction import answered, remember, transaction
from workflow_app.store.tables.definitions import Definition
from workflow_app.store.tables.people import Person

MOST_FILES = 80
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\.ya?ml")
NAME = re.compile(
    r"""^workflow:[ \t]*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'#][^\n#]*?))[ \t]*(?:\#.*)?$""",
    re.MULTILINE,
)
PLAY = re.compile(r"^play:", re.MULTILINE)
VERSION = re.compile(r"^version:[ \t]*[\"']?([^\"'\n#]*)", re.MULTILINE)


def draft(
    session: Session,
    site: Site,
    uploads: Mapping[str, bytes],
    person: Person,
    now: datetime,
    *,
    workflow: str = "",
    words: str = "",
    key: str = "",
) -> Definition:
    """Keep files as a new draft version and return it; the rest is as in the version in force.

    `uploads` is file name → bytes; plays of the workflow may be among them. A draft with problems
    is kept as well, so that they can be read beside its lines; one without is verified at once.

    :raises Invalid: if the files are none, or none of this workflow.
    :raises NotAllowed: if the person may not administer workflows.
    """
    with transaction(session):
        admins_only(person)
        if answer := answered(session, key, person):
            return find(session, str(answer["workflow"]), int(answer["version"]))
        texts = texts_of(uploads)
        workflow = _workflow_of(texts, workflow)
        files = _candidate(session, site, workflow, texts)
        row = keep(session, site, workflow, files, person, now, words)
        remember(session, key, person, {"workflow": workflow, "version": row.number}, now)
    return row


def keep(
    session: Session,
    site: Site,
    workflow: str,
    files: Mapping[str, str],
    person: Person | None,
    now: datetime,
    words: str,
) -> Definition:
    """Return files kept as a new draft version, verified at once if it could come in force.

    :raises Invalid: if exactly these files are there as another version.
    """
    fingerprint = digest(dict(files))
    found = log.with_fingerprint(session, workflow, fingerprint)
    if found is not None and log.status_of(found) != "discarded":
        raise Invalid([problem("files", "same", refusals.SAME, number=str(found.number))])
    version = _version_in(files, workflow)
    row = found or log.add(session, workflow, version, files, fingerprint, now)
    log.note(session, row, "drafted", person, now, words)
    if complete(read(site, workflow, files)[1]):
        log.note(session, row, "verified", person, now)
    return row


def texts_of(uploads: Mapping[str, bytes]) -> dict[str, str]:
    """Return file name → text of what was sent.

    :raises Invalid: if nothing was sent, too much, or something that is no text.
    """
    if not uploads:
        raise Invalid([problem("files", "required", refusals.NO_FILES)])
    if len(uploads) > MOST_FILES:
        raise Invalid([problem("files", "too_many", refusals.TOO_MANY)])
    texts, problems = {}, []
    for given, data in uploads.items():
        name = PurePosixPath(given.replace("\\", "/")).name
        if not FILE_NAME.fullmatch(name):
            problems.append(problem("files", "bad_name", refusals.NO_NAME, file=name[:80]))
            continue
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = "\0"
        if len(data) > MAX_BYTES or "\0" in text:
            problems.append(problem("files", "not_text", refusals.NO_TEXT, file=name))
            continue
        texts[name] = text.replace("\r\n", "\n")
    if problems:
        raise Invalid(problems)
    return texts


def _workflow_of(texts: Mapping[str, str], wanted: str) -> str:
    named = {name for text in texts.values() if (name := _named(text))}
    if not wanted and len(named) != 1:
        raise Invalid([problem("workflow", "required", refusals.NO_WORKFLOW)])
    if wanted and named - {wanted}:
        other = sorted(named - {wanted})[0][:80]
        raise Invalid(
            [
                problem(
                    "files", "other_workflow", refusals.OTHER_WORKFLOW, found=other, wanted=wanted
                )
            ]
        )
    return wanted or named.pop()


def _candidate(
    session: Session, site: Site, workflow: str, texts: Mapping[str, str]
) -> dict[str, str]:
    """Return the files of the new version: those sent, else those in force, else the content's.

    :raises Invalid: if a file that was sent has no place in it.
    """
    row = log.current(session, workflow)
    in_force = row.files if row else {}
    files = {
        path: text
        for path, text in {**site.catalogue.content, **in_force}.items()
        if path == PROGRAMME or not path.startswith("workflows/") or _names(text, workflow)
    }
    # Plays of the content are played as they stand there; only what was sent once is kept here.
    files |= {path: text for path, text in in_force.items() if is_play(path)}
    sent = {}
    for name, text in texts.items():
        own = f"workflows/{workflow}.yaml" if _names(text, workflow) else None
        place = next(
            (p for p in files if own and p != PROGRAMME and p.startswith("workflows/")), own
        )
        sent[place or place_of(PurePosixPath(name), text, files)] = text
    files |= sent
    parsed = parse_all(files)
    if workflow not in parsed.workflows:
        return files
    used = own_files(parsed, parsed.workflows[workflow], files)
    broken = {problem.place.file for problem in parsed.problems.errors}
    plays = {path for path, text in files.items() if is_play(path) and _plays(text, workflow)}
    left = [p for p in sent if p not in used and p not in broken and p not in plays]
    if left:
        raise Invalid([problem("files", "not_used", refusals.NOT_USED, file=p) for p in left])
    kept = {*used, *sent, *plays}
    return {path: text for path, text in files.items() if path in kept}


def _names(text: str, workflow: str) -> bool:
    return _named(text) == workflow


def _plays(text: str, workflow: str) -> bool:
    return workflow_in(text) == workflow


def _named(text: str) -> str:
    # A play names the workflow that it plays.
    return "" if PLAY.search(text) else workflow_in(text)


def workflow_in(text: str) -> str:
    """Return the workflow that a file describes or plays; empty: none is named."""
    match = NAME.search(text)
    return next(filter(None, match.groups()), "").strip() if match else ""


def _version_in(files: Mapping[str, str], workflow: str) -> str:
    text = next((t for t in files.values() if _names(t, workflow)), "")
    match = VERSION.search(text)
    return match[1].strip() if match else ""
