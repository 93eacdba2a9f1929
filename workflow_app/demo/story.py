"""One whole project, told with the real operations: what is typed, by whom, on which day.

The walkthrough plays it to the end; the example data stops earlier.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from workflow_app.core.canonical import checksum
from workflow_app.core.errors import NotFound
from workflow_app.demo import people as demo
from workflow_app.services import (
    attachments,
    comments,
    delivery,
    papers,
    sign_off,
    submissions,
    transitions,
)
from workflow_app.services.clock import day_of
from workflow_app.services.people import person_by_email
from workflow_app.services.site import Site
from workflow_app.services.situations import look
from workflow_app.store.cases import Case
from workflow_app.store.history import Entry
from workflow_app.store.organisations import Organisation
from workflow_app.store.people import Person

SABINE, TOBIAS, JONAS, MIRIAM = (p.email for p in demo.PEOPLE[:4])

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
    municipal_org: str = demo.COUNTY
    civic: str = SABINE
    civic_org: str = demo.AGENCY
    topics: tuple[str, ...] = ("language", "encounter")
    target_groups: tuple[str, ...] = ("refugees", "volunteers")
    formats: tuple[str, ...] = ("cafe", "mentoring")
    amount: str = "8.900,00"
    months: int = 6


SPRACHCAFE = Plot(
    title="Sprachcafé unterwegs",
    idea="Ein mobiles Sprachcafé fährt in vier Gemeinden. Das Landratsamt öffnet Räume und "
    "Helferkreise, "
    "die Freiwilligenagentur gewinnt und begleitet Sprachpatinnen und Sprachpaten.",
)


@dataclass
class Story:
    """Plays a project step by step; `begins` is the instant of the first step."""

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

    # ── The chapters ────────────────────────────────────────────────────────────────────────────

    def chapters(self) -> Iterator[str]:
        """Play chapter by chapter, and yield the state in which each one ends."""
        for chapter in (
            self.idea,
            self.partnership,
            self.outline,
            self.approval,
            self.agreement_draft,
            self.release,
            self.signatures,
            self.activities,
            self.final_report,
            self.evaluation,
            self.reflection,
            self.assessment,
            self.archive,
        ):
            chapter()
            self.work(self.now)
            yield self.state()

    def until(self, state: str) -> None:
        """Play until the project stands in `state`."""
        for reached in self.chapters():
            if reached == state:
                return

    def idea(self) -> None:
        """Sabine describes the idea and names Tobias as her partner."""
        p = self.plot
        with self.sessions() as session:
            ids = {
                name: str(self._organisation(session, name))
                for name in (p.municipal_org, p.civic_org)
            }
            raw = {
                "title": p.title,
                "idea": p.idea,
                "need": "In den Gemeinden fehlen Orte, an denen Zugewanderte Deutsch sprechen "
                "üben können; "
                "Helferkreise berichten seit Monaten davon.",
                "topics": list(p.topics),
                "target_groups": list(p.target_groups),
                "planned_start": self.date(120),
                "county": p.county,
                "municipal_org": ids[p.municipal_org],
                "civic_org": ids[p.civic_org],
                "municipal_contact": str(self.person(session, p.municipal).id),
                "civic_contact": str(self.person(session, p.civic).id),
            }
            person = self.person(session, p.civic)
            self.number = transitions.open_case(
                session, self.site, "tandem_project", "create", raw, person, self.now
            )
        self.report()

    def _organisation(self, session: Session, name: str) -> int:
        return session.execute(
            select(Organisation.id).where(Organisation.name == name)
        ).scalar_one()

    def partnership(self) -> None:
        """Tobias agrees for the county, after a word between the two."""
        self.later(4)
        with self.sessions() as session:
            comments.comment(
                session,
                self.site,
                self.number,
                "Gern! Zwei Gemeinden haben schon Räume zugesagt. Ich bringe die Liste zum "
                "Treffen mit.",
                self.person(session, self.plot.municipal),
                self.now,
            )
        self.fire(self.plot.municipal, "confirm_partnership")

    def outline(self) -> None:
        """Both write the outline; each confirms it; the second yes submits it."""
        self.later(20)
        self.submit(self.plot.civic, "outline", self.outline_values())
        self.later(2)
        self.both_confirm("submit_outline")

    def outline_values(self) -> Raw:
        """Return the outline as it is typed."""
        start, end = 120, 120 + 30 * self.plot.months
        return {
            "summary": "Das Sprachcafé kommt einmal in der Woche in eine von vier Gemeinden. "
            "Zugewanderte und "
            "Einheimische sprechen dort in kleinen Gruppen miteinander; geschulte Freiwillige "
            "begleiten die Tische.",
            "situation": "Im Landkreis leben viele Menschen, die nach dem Sprachkurs kaum "
            "Gelegenheit haben, Deutsch "
            "zu sprechen. Die bestehenden Treffs liegen fast alle in der Stadt.",
            "goals": [
                {
                    "goal": "Regelmäßige Treffen in vier Gemeinden",
                    "indicator": "Zahl der Treffen",
                    "unit": "Treffen",
                    "baseline": "0",
                    "target": "24",
                },
                {
                    "goal": "Neue Freiwillige gewinnen",
                    "indicator": "geschulte Freiwillige",
                    "unit": "Personen",
                    "baseline": "4",
                    "target": "16",
                },
            ],
            "area": "county",
            "formats": list(self.plot.formats),
            "start_date": self.date(start),
            "end_date": self.date(end),
            "milestones": [
                {
                    "title": "Schulung der Freiwilligen abgeschlossen",
                    "due": self.date(start + 30),
                    "responsible_side": "civic",
                },
                {
                    "title": "Räume in vier Gemeinden gesichert",
                    "due": self.date(start + 45),
                    "responsible_side": "municipal",
                },
            ],
            "planned_activities": [
                {
                    "kind": "training",
                    "title": "Schulung der Sprachpatinnen und Sprachpaten",
                    "month": self.date(start),
                    "place": "Ergolding",
                    "expected_participants": "12",
                },
                {
                    "kind": "event",
                    "title": "Auftakt mit Bürgermeisterinnen und Bürgermeistern",
                    "month": self.date(start + 20),
                    "place": "Vilsbiburg",
                    "expected_participants": "60",
                },
            ],
            "contribution_municipal": [
                {
                    "kind": "working_time",
                    "description": "Koordination mit Gemeinden und Helferkreisen",
                    "hours": "120",
                    "amount_eur": "",
                },
                {
                    "kind": "rooms",
                    "description": "Räume in vier Gemeinden",
                    "hours": "",
                    "amount_eur": "",
                },
            ],
            "contribution_civic": [
                {
                    "kind": "working_time",
                    "description": "Gewinnung, Schulung und Begleitung der Freiwilligen",
                    "hours": "180",
                    "amount_eur": "",
                }
            ],
            "volunteers_planned": "16",
            "costs": [
                {
                    "type": "fees",
                    "description": "Honorare für die Schulung",
                    "amount_eur": "3.400,00",
                    "borne_by": "civic",
                },
                {
                    "type": "materials",
                    "description": "Material und Bewirtung",
                    "amount_eur": "5.500,00",
                    "borne_by": "third_party",
                },
            ],
            "funding": [
                {"source": "Eigenmittel des Trägers", "amount_eur": "900", "status": "own"},
                {
                    "source": "Programm „Miteinander leben“ (Beispiel)",
                    "amount_eur": "8000",
                    "status": "applied_for",
                },
            ],
            "existing_offers": "In der Stadt gibt es einen offenen Treff und zwei Sprachkurse; "
            "das Sprachcafé ergänzt "
            "sie auf dem Land und stimmt die Wochentage mit ihnen ab.",
            "overlap_answers": self.overlap_answers(),
            "personal_data": "no",
            "minors": "no",
            "risks": [
                {
                    "risk": "Wechsel von Personal",
                    "response": "Vertretung auf beiden Seiten von Anfang an benannt",
                }
            ],
        }

    def overlap_answers(self) -> list[Raw]:
        """Return answers to what the overlap check found, if it found anything."""
        return []

    def approval(self) -> None:
        """Miriam checks formally, Dr. Reiter approves with a condition."""
        self.later(5)
        formal = dict.fromkeys(
            ("complete", "eligible", "period", "costs", "signatories_known"), "yes"
        )
        self.submit(MIRIAM, "review", {"formal": formal})
        self.later(6)
        self.fire(
            JONAS,
            "approve",
            {
                "overlap_decision": "none",
                "criterion_need": "3",
                "criterion_goals": "2",
                "criterion_equal_footing": "3",
                "criterion_resources": "2",
                "criterion_transferability": "3",
                "criteria_note": "Klare Aufgabenteilung; gut auf andere Landkreise übertragbar.",
                "conditions": [
                    {
                        "text": "Die Wochentage werden mit dem Treff in der Stadt abgestimmt.",
                        "due": self.date(120),
                    }
                ],
                "impartial": "yes",
            },
        )

    def agreement_draft(self) -> None:
        """Tobias drafts the agreement and puts it up for alignment."""
        self.later(14)
        self.fire(self.plot.municipal, "propose_agreement", self.agreement_values())

    def agreement_values(self) -> Raw:
        """Return the agreement's data as it is typed."""
        return {
            "party_municipal": {
                "name": "Landkreis Landshut",
                "address": "Veldener Straße 15, 84036 Landshut",
                "represented_by": "Maria Huber",
                "function": "Landrätin",
                "register": "",
            },
            "party_civic": {
                "name": "Miteinander in Niederbayern e. V.",
                "address": "Am Beispielplatz 3, 84028 Landshut",
                "represented_by": "Georg Aigner",
                "function": "1. Vorsitzender",
                "register": "VR 0000 (Beispiel)",
            },
            "tasks_municipal": [
                "Räume in vier Gemeinden vermitteln",
                "Helferkreise und Gemeinden einbinden",
            ],
            "tasks_civic": ["Freiwillige gewinnen, schulen und begleiten", "Treffen leiten"],
            "joint_tasks": ["Öffentlichkeitsarbeit abstimmen", "Berichte gemeinsam schreiben"],
            "meeting_rhythm": "monthly",
            "decision_rule": "consensus",
            "escalation": "Sachgebietsleitung und Vorstand, dann Projektaufsicht",
            "publicity_rules": "Beide Seiten geben Texte binnen fünf Werktagen frei. Logos "
            "stehen in gleicher Größe.",
            "usage_rights": "joint_nonexclusive",
            "data_protection": "no_personal_data",
            "insurance": "carrier_policy",
            "term_start": self.date(120),
            "term_end": self.date(120 + 30 * self.plot.months),
            "notice_period": "four_weeks",
            "annexes": ["outline", "cost_plan", "contacts"],
        }

    def release(self) -> None:
        """Both sides confirm the very text; Dr. Reiter releases it for signature."""
        self.later(10)
        self.both_confirm("release_for_signature")
        self.later(3)
        self.fire(JONAS, "release_for_signature")

    def signatures(self) -> None:
        """The signed copies come back; Miriam files one for each side and registers them."""
        self.later(15)
        delivery.run_due(self.sessions, self.site, lambda: self.now)
        signed_on = self.date(self.day - 2)
        for side, name, function, place in (
            ("municipal", "Maria Huber", "Landrätin", "Landshut"),
            ("civic", "Georg Aigner", "1. Vorsitzender", "Landshut"),
        ):
            values = {
                "document": "agreement",
                "method": "wet_ink_scan",
                "signer_name": name,
                "signer_function": function,
                "authority": "office" if side == "municipal" else "register_extract",
                "place": place,
                "date": signed_on,
                "checksum": self.printed_checksum(),
                "file": self.scan(side),
            }
            self.submit(MIRIAM, "signature", values, side)
        self.fire(MIRIAM, "register_signed")

    def printed_checksum(self) -> str:
        """Return the checksum as it is read off the printed agreement."""
        with self.sessions() as session:
            seen = look(
                session, self.site, self.number, self.person(session, MIRIAM), day_of(self.now)
            )
            issued = papers.newest(session, seen.case, "agreement", "issued")
            return checksum(issued.digest) if issued else ""

    def scan(self, side: str) -> Raw:
        """Upload the issued agreement as the signed copy of a side, marked as a sample."""
        from pikepdf import Pdf

        with self.sessions() as session:
            person = self.person(session, MIRIAM)
            seen = look(session, self.site, self.number, person, day_of(self.now))
            issued = papers.newest(session, seen.case, "agreement", "issued")
            if issued is None or issued.sha256 is None:
                raise NotFound("agreement")
            stream = io.BytesIO()
            with Pdf.open(io.BytesIO(self.site.files.read(issued.sha256))) as pdf:
                del pdf.Root.Metadata
                pdf.docinfo["/Title"] = f"Unterzeichnete Fassung ({side}, Beispiel)"
                pdf.save(stream, deterministic_id=True)
            name = f"Vereinbarung_unterzeichnet_{side}.pdf"
            return attachments.keep_upload(
                session,
                self.site,
                self.number,
                "signature",
                name,
                stream.getvalue(),
                person,
                self.now,
                types=("pdf",),
            )

    def activities(self) -> None:
        """Three activities are logged; at the end of the term both sides finish."""
        self.later(70)
        for title, kind, people, volunteers, new, hours in (
            ("Schulung der Sprachpatinnen und Sprachpaten", "training", 14, 12, 8, "36"),
            ("Auftakt in Vilsbiburg", "event", 72, 11, 3, "44,5"),
            ("Sprachcafé in Ergolding", "project_work", 28, 6, 1, "18"),
        ):
            self.later(15)
            self.fire(
                self.plot.civic,
                "log_activity",
                {
                    "kind": kind,
                    "title": title,
                    "status": "held",
                    "date": self.date(self.day - 1),
                    "place": "Landkreis Landshut",
                    "place_mode": "onsite",
                    "led_by": "joint",
                    "participants": str(people),
                    "participants_estimated": "no",
                    "volunteers": str(volunteers),
                    "new_volunteers": str(new),
                    "volunteer_hours": hours,
                    "result": "Gut besucht; die Gruppen treffen sich weiter.",
                    "costs": [
                        {
                            "type": "materials",
                            "amount_eur": "310,40",
                            "borne_by": "civic",
                            "receipt_no": "B-17",
                        }
                    ],
                },
            )
        self.later(max(0, 120 + 30 * self.plot.months - self.day) + 1)
        self.both_confirm("finish")

    def final_report(self) -> None:
        """Both sides report and confirm the report."""
        self.later(30)
        self.submit(self.plot.municipal, "final_report", self.final_report_values())
        self.both_confirm("submit_final_report")

    def final_report_values(self) -> Raw:
        """Return the final report as it is typed."""
        return {
            "results": [
                {
                    "goal": "Regelmäßige Treffen in vier Gemeinden",
                    "unit": "Treffen",
                    "target": "24",
                    "actual": "21",
                    "reason": "Drei Treffen fielen wegen Hochwassers aus.",
                },
                {
                    "goal": "Neue Freiwillige gewinnen",
                    "unit": "Personen",
                    "target": "16",
                    "actual": "18",
                    "reason": "",
                },
            ],
            "reach_note": "Gezählt sind Teilnahmen, nicht Personen.",
            "costs_final": [
                {"type": "fees", "planned_eur": "3400", "actual_eur": "3.400,00", "note": ""},
                {
                    "type": "materials",
                    "planned_eur": "5500",
                    "actual_eur": "5.127,35",
                    "note": "Bewirtung günstiger als geplant",
                },
            ],
            "use_of_funds": "yes",
            "sustainability": "Zwei Gemeinden führen das Sprachcafé mit eigenen Räumen weiter.",
            "avoided_duplication": "Wochentage mit dem Treff in der Stadt abgestimmt; eine "
            "Schulung gemeinsam.",
            "avoided_duplication_count": "2",
        }

    def evaluation(self) -> None:
        """Each side answers on its own; when both are in, the reflection opens by itself."""
        for email, shift in ((self.plot.civic, 0), (self.plot.municipal, 1)):
            self.later(8)
            items = {
                f"{letter}{n}": "4"
                for letter, count in zip("ABCD", (4, 3, 4, 3), strict=True)
                for n in range(1, count + 1)
            }
            items["B1"] = "2" if shift == 0 else "5"
            items["D3"] = "cannot_judge" if shift else "5"
            self.submit(
                email,
                "self_evaluation",
                {
                    "items": items,
                    "open_good": "Kurze Wege und ein fester Termin im Monat.",
                    "open_hard": "Die Abstimmung der Räume hat viel Zeit gebraucht.",
                    "open_again": "Pressearbeit vorab gemeinsam freigeben.",
                    "continue_cooperation": "yes",
                    "quote_ok": "yes",
                },
            )

    def reflection(self) -> None:
        """Both look at the differences and write down what they learned."""
        self.later(12)
        self.submit(
            self.plot.civic,
            "joint_reflection",
            {
                "differences": [
                    {
                        "item": "B1",
                        "municipal": "5",
                        "civic": "2",
                        "comment": "Die Stelle der Agentur war nur halb besetzt; das sahen wir "
                        "verschieden.",
                    }
                ],
                "release_differences": "yes",
                "conditions": "Räume der Gemeinden waren entscheidend.",
                "processes": "Der feste monatliche Termin hat sich bewährt.",
                "success_strategies": [
                    {
                        "strategy": "Patenschaften statt Unterricht",
                        "evidence": "18 neue Freiwillige",
                    }
                ],
                "lessons": [
                    {"lesson": "Pressearbeit vorab gemeinsam freigeben", "for_whom": "both"}
                ],
            },
        )
        self.both_confirm("submit_reflection")

    def assessment(self) -> None:
        """Dr. Reiter shows his draft, waits for the comments, and completes it."""
        draft = {
            "goal_achievement": "mostly",
            "equal_footing": "5",
            "equal_footing_note": "Beide Seiten sind durchgehend gemeinsam aufgetreten.",
            "transferability": "high",
            "transferability_note": "Das Vorgehen passt auch für andere Flächenlandkreise.",
            "candidate_recommendations": [
                {"area": "publicity", "text": "Pressearbeit vorab gemeinsam freigeben."}
            ],
        }
        self.later(20)
        self.fire(JONAS, "share_assessment", draft)
        self.later(3)
        self.submit(
            self.plot.civic,
            "assessment",
            {"partner_comment_civic": "Wir sehen das ebenso."},
        )
        self.later(14)
        self.fire(JONAS, "complete_assessment", {**draft, "impartial": "yes"})

    def archive(self) -> None:
        """Miriam archives the project."""
        self.later(30)
        self.fire(
            MIRIAM,
            "archive",
            {
                "outcome": "completed",
                "recommendations_linked": "none",
                "retention_class": "no_funding",
                "archive_offer": "not_required",
                "personal_data_reduced": "yes",
            },
        )
