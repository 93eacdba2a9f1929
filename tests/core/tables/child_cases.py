"""When each fact of events and recommendations holds, and when it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.core.cases import PROJECT, TODAY, case
from workflow_app.core.cases.situation import Clash, Participant, Related, Situation

EVALUATED = replace(PROJECT, state="evaluated")
OTHERS = replace(
    EVALUATED, case="TP-2", partners=(Participant(7, "Lena Brandl", "civic_partner", "civic", 21),)
)
NEAR = Clash("GV-2", "Lesefest", TODAY + timedelta(days=3))


def event(day: str | None = "2026-06-13T10:00:00", **facts: Any) -> Situation:
    plan = {"title": "Sommerfest", "date": day, "clash_note": facts.pop("note", None)}
    return case("planned", **{"parent": PROJECT, "forms": {"event_plan": plan}, **facts})


def held(days: int, **last_act: int) -> Situation:
    """An event reported as held so many days ago, with fourteen days to record it."""
    began = TODAY - timedelta(days=days)
    return case(
        "held",
        entered_on=began,
        due_on=began + timedelta(days=14),
        last_act={side: began + timedelta(days=n) for side, n in last_act.items()},
        acted_since=frozenset(side for side, n in last_act.items() if n > 0),
    )


def sources(*projects: Related, **facts: Any) -> Situation:
    source = {"title": "Pressearbeit", "projects": [p.case for p in projects]}
    known = {p.case: p for p in projects}
    forms = {"rec_source": source, **facts.pop("forms", {})}
    return case("collected", related=known, forms=forms, **facts)


def draft(*cited: str) -> Situation:
    rows = [{"_id": number, "project": number} for number in cited]
    return sources(EVALUATED, forms={"rec_draft": {"evidence": rows, "quotes": rows[:1]}})


def written_by(*people: int) -> Situation:
    return case("drafted", authors={"rec_draft": frozenset(people)})


def shown(days_ago: int) -> Situation:
    return case("drafted", last_fired={"draft": TODAY - timedelta(days=days_ago)})


def replaced(successor: str | None, state: str = "published") -> Situation:
    other = replace(PROJECT, case="EM-2", workflow="recommendation", state=state)
    values = {"successor": successor, "reason": "Eine neuere Erfahrung geht weiter."}
    return case(
        "published",
        related={"EM-2": other, "GA-1": other},
        forms={"rec_supersede": values},
    )


CHILD_CASES: list[tuple[str, str, Situation, bool]] = [
    ("parent.active", "the project runs", event(), True),
    (
        "parent.active",
        "an amendment is asked for",
        event(parent=replace(PROJECT, state="amendment_pending")),
        True,
    ),
    (
        "parent.active",
        "it is being finished",
        event(parent=replace(PROJECT, state="closing")),
        False,
    ),
    ("parent.active", "no project at all", event(parent=None), False),
    ("event.in_parent_period", "in June", event(), True),
    (
        "event.in_parent_period",
        "in the evening of the last day",
        event("2026-12-31T20:00:00"),
        True,
    ),
    ("event.in_parent_period", "on New Year's Day after it", event("2027-01-01T00:00:00"), False),
    ("event.in_parent_period", "no date", event(None), False),
    ("event.in_parent_period", "no agreement", event(parent=replace(PROJECT, term=None)), False),
    ("event.clashes_answered", "nothing else that week", event(), True),
    ("event.clashes_answered", "a festival, nothing said", event(clashes=(NEAR,)), False),
    (
        "event.clashes_answered",
        "a festival, agreed upon",
        event(clashes=(NEAR,), note="Abgestimmt."),
        True,
    ),
    ("side.silent_twice", "Tobias alone has acted", held(28, civic=0, municipal=9), True),
    ("side.silent_twice", "a day too early", held(27, civic=0, municipal=9), False),
    ("side.silent_twice", "both have acted", held(40, civic=1, municipal=9), False),
    ("sides.both_silent", "nobody has acted since", held(28, civic=0, municipal=-3), True),
    ("sides.both_silent", "Tobias has acted", held(28, civic=0, municipal=9), False),
    ("sides.both_silent", "a day too early", held(27, civic=0), False),
    ("recommendation.sources_ended", "one evaluated project", sources(EVALUATED), True),
    ("recommendation.sources_ended", "from elsewhere", sources(), True),
    (
        "recommendation.sources_ended",
        "one is still running",
        sources(EVALUATED, replace(PROJECT, case="TP-3")),
        False,
    ),
    (
        "recommendation.sources_ended",
        "one that is unknown",
        replace(sources(EVALUATED), related={}),
        False,
    ),
    ("actor.of_source", "Sabine's own project", sources(EVALUATED), True),
    ("actor.of_source", "somebody else's project", sources(OTHERS), False),
    ("actor.of_source", "her own and somebody else's", sources(EVALUATED, OTHERS), False),
    ("actor.of_source", "no project at all", sources(), False),
    ("recommendation.cites_sources", "only the source", draft("TP-1"), True),
    ("recommendation.cites_sources", "another project, too", draft("TP-1", "TP-9"), False),
    ("author.differs", "Miriam wrote it", written_by(4), True),
    ("author.differs", "Sabine wrote one version", written_by(4, 1), False),
    ("author.differs", "nobody wrote it", case("drafted"), False),
    ("objections.waited", "fourteen days", shown(14), True),
    ("objections.waited", "thirteen days", shown(13), False),
    ("objections.waited", "no draft yet", case("collected"), False),
    ("recommendation.successor_published", "none", replaced(None), True),
    ("recommendation.successor_published", "a published one", replaced("EM-2"), True),
    ("recommendation.successor_published", "a draft", replaced("EM-2", "drafted"), False),
    ("recommendation.successor_published", "itself", replaced("GA-1"), False),
]
