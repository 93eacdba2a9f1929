"""What a mail says: plain text in the language of whoever gets it, from the folder of templates."""

from __future__ import annotations

from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from sqlalchemy.orm import Session

from workflow_app.core.definition.model import Text
from workflow_app.core.errors import NotFound
from workflow_app.core.forms import present
from workflow_app.services.access.rows import principals_of
from workflow_app.services.accounts import links
from workflow_app.services.cases.situations import actor_on, situation_of, turn_is
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import clock_of, day_of
from workflow_app.services.site import Site
from workflow_app.services.work import commented, obligations
from workflow_app.store import queries
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.links import PersonalLink
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.people import Person

LANGUAGES = ("de", "en")
NO_DEADLINE = Text("keine", "none")


def letter(session: Session, site: Site, job: Job, now: datetime) -> EmailMessage | None:
    """Return the mail that an outbox row asks for, or None if nobody shall get it any more."""
    person = session.get(Person, job.data["to"])
    if "link" in job.data:
        return _with_link(session, site, job, person, now)
    case = session.get(Case, job.case_id)
    if person is None or case is None or not person.active:
        return None
    by = commented.authors(session, case, job.data["since"], person) if "since" in job.data else []
    if "since" in job.data and not (
        by and queries.sees(session, principals_of(person), case.number)
    ):
        return None
    compiled = site.catalogue.of(session, case)
    state = compiled.workflow.states[job.data["state"]]
    language = language_of(person)
    transition = compiled.workflow.transitions.get(job.data["transition"] or "")
    task, due = _asked(session, compiled, case, person, job, now)
    words = {
        "name": person.name,
        "number": case.number,
        "transition": transition.label(language) if transition else "",
        "state": state.label(language),
        "due": present.day(due, language) if due else NO_DEADLINE(language),
        "task": task(language),
        "derive": compiled.workflow.derive.label(language) if compiled.workflow.derive else "",
        "by": ", ".join(by),
        "link": f"{site.base_url}/projects/{case.number}",
    }
    return written(site, job, person, words, case.number)


def _with_link(
    session: Session, site: Site, job: Job, person: Person | None, now: datetime
) -> EmailMessage | None:
    link = session.get(PersonalLink, job.data["link"])
    if person is None or link is None or not links.is_good(link, now):
        return None
    by = session.get(Person, link.made_by) if link.made_by else None
    case = session.get(Case, link.case_id) if link.case_id else None
    words = {
        # Until somebody has come, their name is their address.
        "name": "" if person.name == person.email else f" {person.name}",
        "by": by.name if by else site.publisher,
        "number": case.number if case else "",
        "until": present.day(day_of(link.expires_at), language_of(person)),
        "hour": clock_of(link.expires_at),
        "link": links.address(site, link),
    }
    return written(site, job, person, words, case.number if case else "")


def language_of(person: Person) -> str:
    """Return the language in which a person is written to."""
    return person.language if person.language in LANGUAGES else LANGUAGES[0]


def written(
    site: Site, job: Job, person: Person, words: dict[str, str], thread: str = ""
) -> EmailMessage:
    """Return the mail made of the job's template; `thread` keeps the mails on a case together.

    The same row makes the same mail, under the same Message-ID, however often it is made.
    """
    language = language_of(person)
    text = template(site, f"{job.data['template']}.{language}.txt")
    subject, _, body = text.format(**words, publisher=site.publisher).partition("\n")
    domain = site.sender.rpartition("@")[2]
    message = EmailMessage()
    message["From"] = Address(display_name=site.publisher, addr_spec=site.sender)
    message["To"] = person.email
    message["Subject"] = subject.removeprefix("Subject: ")
    message["Date"] = format_datetime(job.created_at)
    message["Message-ID"] = f"<job-{job.id}-{job.created_at:%Y%m%d%H%M%S}@{domain}>"
    if thread:
        message["References"] = f"<case-{thread}@{domain}>"
    # Nobody's absence note shall answer, and a mail program may put these mails together.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"Tandem <tandem.{domain}>"
    message.set_content(body.lstrip("\n"))
    message["Content-Language"] = language
    return message


def subject(site: Site, job: Job, language: str, number: str) -> str:
    """Return the subject of a mail as its template has it; an empty text if there is none.

    Words beside the number of the case, which only the mail itself works out, are left out.
    """
    language = language if language in LANGUAGES else LANGUAGES[0]
    try:
        line = template(site, f"{job.data['template']}.{language}.txt").partition("\n")[0]
    except NotFound:
        return ""
    return line.removeprefix("Subject: ").format_map(Words(number=number))


class Words(dict[str, str]):
    """Words of which some are not known."""

    def __missing__(self, word: str) -> str:
        """Return what stands for a word that is not known."""
        return "…"


def template(site: Site, name: str) -> str:
    """Return the text of a mail template, an organisation's own first.

    :raises NotFound: if there is none.
    """
    for folder in site.content:
        path: Path = folder / "templates" / "mail" / name
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise NotFound(name)


def _asked(
    session: Session, compiled: Compiled, case: Case, person: Person, job: Job, now: datetime
) -> tuple[Text, date | None]:
    """Return what the case waits for from this person, and by which day (None: by no day).

    A mail about one task says so itself; without a task the state in general asks for something.
    """
    if "task" in job.data:
        return Text(**job.data["task"]), date.fromisoformat(job.data["due"])
    situation = situation_of(session, compiled, case, day_of(now))
    actor = actor_on(person, compiled, case, situation)
    own = [t for t in compiled.engine.turns(situation) if turn_is(t, actor)][:1]
    due = obligations.first(own, obligations.days(session, case, own))
    state = compiled.workflow.states[job.data["state"]]
    task = own[0].task if own else state.task or state.label
    return task, due or queries.deadline(session, case)
