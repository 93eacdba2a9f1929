"""How a project is told with the real operations: who types what, on which day."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from workflow_app.core.canonical import checksum
from workflow_app.core.errors import NotFound
from workflow_app.demo import people as demo
from workflow_app.demo.partners import AGENCY, COUNTY, PARTNERS
from workflow_app.services.cases.situations import look
from workflow_app.services.clock import day_of
from workflow_app.services.forms import attachments, submissions
from workflow_app.services.papers import papers
from workflow_app.services.people import person_by_email
from workflow_app.services.site import Site
from workflow_app.services.steps import sign_off, transitions
from workflow_app.services.work import delivery
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.organisations import Organisation
from workflow_app.store.tables.people import Person

SABINE, TOBIAS, JONAS, MIRIAM = (p.email for p in demo.PEOPLE[:4])

STARTS = 120
"""Day on which the agreement begins, counted from the beginning of the story."""


def signatories(municipal: str, civic: str) -> tuple[tuple[str, str, str, str], ...]:
    """Return side, name, function and proof of authority of those who sign for two offices."""
    offices = (("municipal", municipal, "office"), ("civic", civic, "register_extract"))
    return tuple(
        (side, PARTNERS[name].represented_by, PARTNERS[name].function, proof)
        for side, name, proof in offices
    )


SIGNATORIES = signatories(COUNTY, AGENCY)
"""Those who sign in the story that the walkthrough tells."""
ANSWERS: dict[str, Any] = YAML(typ="safe", pure=True).load(
    Path(__file__).with_name("answers.yaml").read_text(encoding="utf-8")
)
"""What is typed into each form."""

SIDES = {"municipal": "kommunale Seite", "civic": "Engagement-Seite"}
PRINTED = {"agreement": "Vereinbarung", "addendum": "Nachtrag"}
"""Kind of document → what a copy of it is called."""
Raw = dict[str, Any]
Work = Callable[[datetime], None]
"""Works off the outbox at an instant."""


@dataclass
class Plot:
    """What makes one project differ from another."""

    title: str
    idea: str
    county: str = "09274"
    municipal: str = TOBIAS
    municipal_org: str = COUNTY
    civic: str = SABINE
    civic_org: str = AGENCY
    topics: tuple[str, ...] = ("language", "encounter")
    target_groups: tuple[str, ...] = ("refugees", "volunteers")
    formats: tuple[str, ...] = ("cafe", "mentoring")
    months: int = 6
    own: Mapping[str, Any] = field(default_factory=dict)
    """What this project types instead of the story's answers: form → fields."""


SPRACHCAFE = Plot(
    title="Sprachcafé unterwegs",
    idea="Ein mobiles Sprachcafé fährt in vier Gemeinden. Das Landratsamt öffnet Räume und "
    "Helferkreise, "
    "die Freiwilligenagentur gewinnt und begleitet Sprachpatinnen und Sprachpaten.",
)


@dataclass
class Telling:
    """A project and its day; `begins` is the instant of the first step."""

    sessions: sessionmaker[Session]
    site: Site
    begins: datetime
    work: Work
    plot: Plot = field(default_factory=lambda: SPRACHCAFE)
    tell: Callable[[str], None] = lambda line: None
    number: str = ""
    day: int = 0
    told: int = 0
    """Sequence of the last history entry that was told."""

    # ── Tools ───────────────────────────────────────────────────────────────────────────────────

    @property
    def now(self) -> datetime:
        """Return the instant of the current step."""
        return self.begins + timedelta(days=self.day)

    def later(self, days: int) -> None:
        """Let days pass; the worker does what is due."""
        self.day += days
        self.work(self.now)

    def date(self, days: int) -> str:
        """Return a day as one types it, counted from the beginning."""
        return f"{day_of(self.begins) + timedelta(days=days):%d.%m.%Y}"

    def person(self, session: Session, email: str) -> Person:
        """Return somebody of the story."""
        return person_by_email(session, email)

    def submit(self, email: str, form: str, raw: Raw, slot: str = "") -> None:
        """Submit a form while the state lasts."""
        with self.sessions() as session:
            person = self.person(session, email)
            submissions.submit(session, self.site, self.number, form, slot, raw, person, self.now)
        self.report()

    def fire(self, email: str, transition: str, raw: Raw | None = None, **more: Any) -> None:
        """Make a transition and tell its id."""
        with self.sessions() as session:
            person = self.person(session, email)
            transitions.fire(
                session, self.site, self.number, transition, person, self.now, raw=raw, **more
            )
        self.report()

    def both_confirm(self, transition: str, warnings_reason: str = "") -> None:
        """Let both sides say yes to the same content; the second yes makes the transition."""
        for email in (self.plot.civic, self.plot.municipal):
            self.confirm(email, transition, warnings_reason)

    def confirm(self, email: str, transition: str, warnings_reason: str = "") -> None:
        """Let somebody say yes to what is there now."""
        with self.sessions() as session:
            person = self.person(session, email)
            seen = look(session, self.site, self.number, person, day_of(self.now))
            offer = seen.engine.offer(seen.situation, seen.actor, transition)
            sign_off.confirm(
                session,
                self.site,
                self.number,
                transition,
                offer.digest or "",
                person,
                self.now,
                warnings_reason=warnings_reason,
            )
        self.report()

    def report(self) -> None:
        """Tell every transition that the history holds and that was not told yet."""
        with self.sessions() as session:
            rows = session.execute(
                select(Entry.transition, Entry.sequence)
                .join(Case, Case.id == Entry.case_id)
                .where(Case.number == self.number, Entry.kind == "transition")
                .where(Entry.sequence > self.told)
                .order_by(Entry.sequence)
            ).all()
        for transition, sequence in rows:
            self.tell(transition or "")
            self.told = sequence

    def state(self) -> str:
        """Return the state in which the project stands."""
        with self.sessions() as session:
            person = self.person(session, MIRIAM)
            return look(session, self.site, self.number, person, day_of(self.now)).case.state

    def answers(self, form: str, **words: Any) -> Raw:
        """Return what is typed into a form, with days and words of this story filled in."""
        p = self.plot
        known = {
            "title": p.title,
            "idea": p.idea,
            "county": p.county,
            "topics": list(p.topics),
            "target_groups": list(p.target_groups),
            "formats": list(p.formats),
            "end": self.date(self.end),
            "party_municipal": PARTNERS[p.municipal_org].party,
            "party_civic": PARTNERS[p.civic_org].party,
            **words,
        }
        own = p.own.get(form, {})
        filled: Raw = self._filled({**ANSWERS.get(form, {}), **own}, known)
        return filled

    def _filled(self, value: Any, known: Raw) -> Any:
        if isinstance(value, dict):
            return {key: self._filled(item, known) for key, item in value.items()}
        if isinstance(value, list):
            return [self._filled(item, known) for item in value]
        found = re.fullmatch(r"\{(day )?(\w+)\}", value)
        if found is None:
            return value
        # The answers count their days as if the agreement always began on the same one.
        return self.date(int(found[2]) - STARTS + self.starts) if found[1] else known[found[2]]

    @property
    def derived_from(self) -> str:
        """Return the number of the project from which this one is derived, empty if from none."""
        return ""

    @property
    def starts(self) -> int:
        """Return the day on which the agreement begins, counted from the beginning."""
        return STARTS

    @property
    def end(self) -> int:
        """Return the day on which the agreement ends, counted from the beginning."""
        return STARTS + 30 * self.plot.months

    @property
    def signatories(self) -> tuple[tuple[str, str, str, str], ...]:
        """Return side, name, function and proof of authority of those who sign."""
        return signatories(self.plot.municipal_org, self.plot.civic_org)

    def printed_checksum(self, kind: str = "agreement") -> str:
        """Return the checksum as it is read off what was issued."""
        with self.sessions() as session:
            seen = look(
                session, self.site, self.number, self.person(session, MIRIAM), day_of(self.now)
            )
            issued = papers.newest(session, seen.case, kind, "issued")
            return checksum(issued.digest) if issued else ""

    def print_out(self, kind: str = "agreement") -> None:
        """Make what was issued, and nothing else: the rest is left to the worker."""
        with self.sessions() as session:
            person = self.person(session, MIRIAM)
            seen = look(session, self.site, self.number, person, day_of(self.now))
            issued = papers.newest(session, seen.case, kind, "issued")
        if issued is not None and issued.sha256 is None:
            delivery.make_document(self.sessions, self.site, issued.id, self.now)

    def scan(self, side: str, form: str = "signature", kind: str = "agreement") -> Raw:
        """Upload what was issued as the signed copy of a side, marked as a sample."""
        from pikepdf import Pdf

        with self.sessions() as session:
            person = self.person(session, MIRIAM)
            seen = look(session, self.site, self.number, person, day_of(self.now))
            issued = papers.newest(session, seen.case, kind, "issued")
            if issued is None or issued.sha256 is None:
                raise NotFound(kind)
            stream = io.BytesIO()
            with Pdf.open(io.BytesIO(self.site.files.read(issued.sha256))) as pdf:
                del pdf.Root.Metadata
                pdf.docinfo["/Title"] = f"Unterzeichnete Fassung ({SIDES[side]}, Beispiel)"
                pdf.save(stream, deterministic_id=True)
            name = f"{PRINTED[kind]}_unterzeichnet_{SIDES[side].replace(' ', '_')}.pdf"
            return attachments.keep_upload(
                session,
                self.site,
                self.number,
                form,
                name,
                stream.getvalue(),
                person,
                self.now,
                types=("pdf",),
            )

    def organisation(self, session: Session, name: str) -> int:
        """Return the id of an organisation."""
        question = select(Organisation.id).where(Organisation.name == name)
        return session.scalars(question).one()
