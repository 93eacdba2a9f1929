"""Facts of events and recommendations, which rest on other cases: on a project, or on several."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.model import Text
from workflow_app.core.expressions import SIDES
from workflow_app.core.tables.context import Context
from workflow_app.core.tables.fact import Fact

RUNNING = frozenset({"active", "amendment_pending", "amendment_signature"})
"""States of a project in which its agreement is carried out."""
EVALUATED = frozenset({"evaluated", "archived"})
"""States of a project whose experience may be used."""
OFFICE = frozenset({"coordinator", "supervisor"})
OBJECTION_DAYS = "objection_days"
"""The operator's number: days that source partners have to object to a draft."""


def parent_active(c: Context) -> bool:
    """Whether the project is being carried out."""
    return c.situation.parent is not None and c.situation.parent.state in RUNNING


def in_parent_period(c: Context) -> bool:
    """Whether the event lies within the agreed term of the project, both days included."""
    plan, parent = c.situation.newest("event_plan") or {}, c.situation.parent
    if parent is None or parent.term is None or not plan.get("date"):
        return False
    first, last = parent.term
    return bool(first <= plan["date"][:10] <= last)


def clashes_answered(c: Context) -> bool:
    """Whether no other event lies near, or it is written what follows from that."""
    plan = c.situation.newest("event_plan")
    return plan is not None and (not c.situation.clashes or bool(plan.get("clash_note")))


def _silent_sides(s: Situation) -> list[str]:
    """Return the sides that have done nothing since the state began, after twice its deadline."""
    if s.due_on is None or s.today < s.due_on + max(s.due_on - s.entered_on, timedelta(0)):
        return []
    return [side for side in SIDES if side not in s.acted_since]


def side_silent(c: Context) -> bool:
    """Whether a side has been silent for twice the deadline."""
    return bool(_silent_sides(c.situation))


def both_silent(c: Context) -> bool:
    """Whether both sides have been silent for twice the deadline."""
    return len(_silent_sides(c.situation)) == len(SIDES)


def _sources(s: Situation) -> list[str] | None:
    source = s.newest("rec_source")
    return None if source is None else list(source.get("projects") or [])


def sources_ended(c: Context) -> bool:
    """Whether each source project has been evaluated."""
    return _sources(c.situation) is not None and not _running_sources(c.situation)


def sources_running(c: Context) -> tuple[str, ...]:
    """Return the source projects that have not been evaluated, by title and number."""
    known = c.situation.related
    running = _running_sources(c.situation)
    return tuple(f"{known[n].title} ({n})" if n in known else n for n in running)


def _running_sources(s: Situation) -> list[str]:
    known = s.related
    numbers = _sources(s) or []
    return [n for n in numbers if n not in known or known[n].state not in EVALUATED]


def actor_of_source(c: Context) -> bool:
    """Whether whoever acts belongs to the office, or stands for a side of each source project."""
    numbers, known, actor = _sources(c.situation), c.situation.related, c.actor
    if numbers is None or actor is None:
        return False
    if OFFICE & actor.roles:
        return True
    own = {n for n in numbers if n in known and _takes_part(actor.person, known[n].partners)}
    return bool(numbers) and own == set(numbers)


def _takes_part(person: int, partners: Any) -> bool:
    return any(p.person == person for p in partners)


def cites_sources(c: Context) -> bool:
    """Whether evidence and quotes name no project but the sources."""
    draft, numbers = c.situation.newest("rec_draft"), _sources(c.situation)
    if draft is None or numbers is None:
        return False
    rows = [*(draft.get("evidence") or []), *(draft.get("quotes") or [])]
    return {row["project"] for row in rows if row.get("project")} <= set(numbers)


def author_differs(c: Context) -> bool:
    """Whether whoever acts wrote no version of the draft."""
    authors = c.situation.authors.get("rec_draft")
    return bool(authors and c.actor and c.actor.person not in authors)


def objections_waited(c: Context) -> bool:
    """Whether the days for objections to the newest draft are over."""
    shown, days = c.situation.last_fired.get("draft"), c.programme.get(OBJECTION_DAYS)
    if shown is None or not isinstance(days, int):
        return False
    return c.situation.today >= shown + timedelta(days=days)


def successor_published(c: Context) -> bool:
    """Whether no successor is named, or it is another recommendation that is published."""
    values = c.situation.newest("rec_supersede")
    if values is None:
        return False
    number = values.get("successor")
    if not number:
        return True
    successor = c.situation.related.get(number)
    return number != c.situation.case and successor is not None and successor.state == "published"


CHILD_FACTS = (
    Fact(
        "parent.active",
        Text("Das Projekt ist in Durchführung.", "The project is being carried out."),
        parent_active,
    ),
    Fact(
        "event.in_parent_period",
        Text(
            "Der Termin liegt in der Laufzeit der Vereinbarung.",
            "The date lies within the term of the agreement.",
        ),
        in_parent_period,
        ("event_plan",),
        needs=("event_plan.filled",),
    ),
    Fact(
        "event.clashes_answered",
        Text(
            "In derselben Woche ist keine andere Veranstaltung, oder es ist erläutert.",
            "There is no other event in the same week, or it has been explained.",
        ),
        clashes_answered,
        ("event_plan",),
        needs=("event_plan.filled",),
    ),
    Fact(
        "side.silent_twice",
        Text(
            "Eine Seite hat nach doppelter Frist nichts getan.",
            "One side has done nothing after twice the deadline.",
        ),
        side_silent,
    ),
    Fact(
        "sides.both_silent",
        Text(
            "Beide Seiten haben nach doppelter Frist nichts getan.",
            "Both sides have done nothing after twice the deadline.",
        ),
        both_silent,
    ),
    Fact(
        "recommendation.sources_ended",
        Text("Die Quellprojekte sind ausgewertet.", "The source projects have been evaluated."),
        sources_ended,
        ("rec_source",),
        needs=("rec_source.filled",),
        names=sources_running,
    ),
    Fact(
        "actor.of_source",
        Text(
            "Wer handelt, gehört zum Programm oder zu den Quellprojekten.",
            "Whoever acts belongs to the programme or to the source projects.",
        ),
        actor_of_source,
        ("rec_source",),
        needs=("rec_source.filled",),
    ),
    Fact(
        "recommendation.cites_sources",
        Text(
            "Belege und Zitate stammen aus den Quellprojekten.",
            "Evidence and quotes come from the source projects.",
        ),
        cites_sources,
        ("rec_draft",),
        needs=("rec_draft.filled", "rec_source.filled"),
    ),
    Fact(
        "author.differs",
        Text(
            "Wer handelt, hat den Entwurf nicht geschrieben.", "Whoever acts wrote no draft of it."
        ),
        author_differs,
        needs=("rec_draft.filled",),
        proves=("not.form.rec_draft",),
    ),
    Fact(
        "objections.waited",
        Text("Die Frist für Einwände ist abgelaufen.", "The time for objections has run out."),
        objections_waited,
        numbers=(OBJECTION_DAYS,),
        needs=("step.draft",),
    ),
    Fact(
        "recommendation.successor_published",
        Text(
            "Die nachfolgende Empfehlung ist veröffentlicht, oder es gibt keine.",
            "The succeeding recommendation is published, or there is none.",
        ),
        successor_published,
        ("rec_supersede",),
        needs=("rec_supersede.filled",),
    ),
)
"""The table's entries for child cases and recommendations."""
