"""The example data: each project by its name, with the people whom it waits for."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.world import JONAS, MIRIAM, SABINE, TOBIAS
from workflow_app.cli import main
from workflow_app.config import load
from workflow_app.demo.projects import EXAMPLES
from workflow_app.installation import opened
from workflow_app.services.access.rows import principals_of
from workflow_app.services.cases.overlaps import overlaps_of
from workflow_app.services.cases.situations import Look, look
from workflow_app.services.people import person_by_email
from workflow_app.services.site import Site
from workflow_app.store import queries
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.history import Entry, EntryText
from workflow_app.store.tables.organisations import Organisation
from workflow_app.store.tables.submissions import Submission

SPRACHCAFE, TREFFPUNKT = "Sprachcafé unterwegs", "Treffpunkt Deutsch"
VEREINE = "Vereine öffnen – Runder Tisch Sport"
GATHERING = "Gesprächsabend der Sprachpatinnen und Sprachpaten"
RECOMMENDATION = "Pressearbeit vorab gemeinsam freigeben"
PORTAL, SMALLER = "Ein Portal für alle Ehrenamtlichen", "Freiwilligendatenbank bekannter machen"
STANDING = {
    SPRACHCAFE: ("active", "09274"),
    TREFFPUNKT: ("in_review", "09261"),
    PORTAL: ("rejected", "09475"),
    SMALLER: ("outline_draft", "09475"),
    "Dolmetschpool Ehrenamt": ("active", "09764"),
    VEREINE: ("joint_reflection", "09572"),
    "Danke-Tag Integration": ("archived", "09674"),
    "Radwerkstatt Vilstal": ("agreement_alignment", "09274"),
    "Lesepatenschaften an der Isar": ("in_review", "09274"),
    "Gemeinschaftsgarten Ergolding": ("paused", "09274"),
    "Offene Nähstube Vilsbiburg": ("amendment_pending", "09274"),
    "Auftakt in Vilsbiburg": ("documented", "09274"),
    GATHERING: ("planned", "09274"),
    RECOMMENDATION: ("published", None),
}
"""Title → state, and the county in which it lies."""
WAITING = {
    SABINE: {"Radwerkstatt Vilstal": "Vereinbarungstext mitzeichnen"},
    TOBIAS: {GATHERING: "Mitzeichnen: Ankündigen"},
    JONAS: {
        TREFFPUNKT: "Über die Projektskizze entscheiden",
        "Offene Nähstube Vilsbiburg": "Über die Änderung entscheiden",
    },
    MIRIAM: {"Lesepatenschaften an der Isar": "Projektskizze formal prüfen"},
}
"""Whom something waits for, and what."""
OF_THE_CAFE = (SPRACHCAFE, TREFFPUNKT, "Auftakt in Vilsbiburg", GATHERING)
OF_ANOTHER = re.compile("Sprachcaf|Sprachpat|Hochwasser")
"""What only the Sprachcafé speaks of, and whoever is coordinated with it (`OF_THE_CAFE`)."""


@dataclass
class Loaded:
    """An installation with the example data."""

    session: Session
    site: Site

    @cached_property
    def cases(self) -> dict[str, Case]:
        """Return every case by its title."""
        return {case.title: case for case in self.session.scalars(select(Case))}

    def look(self, title: str, email: str = MIRIAM) -> Look:
        """Return a case as somebody sees it today."""
        person = person_by_email(self.session, email)
        return look(self.session, self.site, self.cases[title].number, person, date.today())

    def typed(self, title: str, form: str) -> list[Mapping[str, Any]]:
        """Return what was submitted with a form of a case, the oldest first."""
        question = select(Submission.values).where(
            Submission.case_id == self.cases[title].id, Submission.form == form
        )
        return list(self.session.scalars(question.order_by(Submission.id)))

    def steps(self, title: str) -> list[str]:
        """Return the transitions that were made, the oldest first."""
        question = select(Entry.transition).where(
            Entry.case_id == self.cases[title].id, Entry.kind == "transition"
        )
        return [step for step in self.session.scalars(question.order_by(Entry.sequence)) if step]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_each_example_is_there_by_its_name_and_the_doctor_finds_all_well(tmp_path: Path) -> None:
    def run(*words: str) -> tuple[int, str]:
        env = {"TANDEM_DATA": str(tmp_path)}
        done = CliRunner().invoke(main, words, env=env, catch_exceptions=False)
        return done.exit_code, done.output

    code, said = run("demo-data")
    assert code == 0, said
    assert "sabine.kraus@example.org" in said
    assert "there already" in run("demo-data")[1]
    assert run("worker", "--once")[0] == 0
    assert run("doctor") == (0, "All is well.\n")
    assert run("db", "reindex")[1].endswith(f"\n{len(STANDING)} cases\n")
    assert run("doctor")[0] == 0

    with opened(load({"TANDEM_DATA": str(tmp_path)})) as (sessions, site), sessions() as session:
        loaded = Loaded(session, site)
        assert {t: (c.state, c.county) for t, c in loaded.cases.items()} == STANDING
        assert session.query(Organisation).count() == 12
        something_waits_for_everybody_of_the_path(loaded)
        the_city_is_coordinated_with_the_county_after_a_revision(loaded)
        the_portal_is_rejected_with_reasons_and_a_smaller_project_derived(loaded)
        both_ends_of_the_interpreters_can_be_seen(loaded)
        the_clubs_were_paused_and_ended_and_one_side_kept_the_promise(loaded)
        the_day_of_thanks_became_a_recommendation(loaded)
        no_project_speaks_of_another(loaded)
        every_text_is_read_somewhere(loaded)


def something_waits_for_everybody_of_the_path(loaded: Loaded) -> None:
    for email, expected in WAITING.items():
        keys = principals_of(person_by_email(loaded.session, email))
        found = {row.title: row.task_de for row in queries.tasks(loaded.session, keys)}
        assert expected.items() <= found.items(), email


def the_city_is_coordinated_with_the_county_after_a_revision(loaded: Loaded) -> None:
    city = loaded.cases[TREFFPUNKT]
    assert city.round == 2
    decisions = [o.get("overlap_answers") for o in loaded.typed(TREFFPUNKT, "outline")]
    assert [d[0]["decision"] for d in decisions if d] == ["no_overlap", "coordinated"]
    touched = loaded.look(SPRACHCAFE)
    hits = overlaps_of(loaded.session, touched.case, touched.situation)
    assert (city.number, "high", "twin") in {(h.case, h.level, h.place) for h in hits}


def the_portal_is_rejected_with_reasons_and_a_smaller_project_derived(loaded: Loaded) -> None:
    reviews = loaded.typed(PORTAL, "review")
    (review,) = (review for review in reviews if "reason" in review)
    for reason in ("Parallelstruktur", "ungeklärt", "kommunale"):
        assert reason in review["reason"]
    assert loaded.cases[SMALLER].derived_from_id == loaded.cases[PORTAL].id


def both_ends_of_the_interpreters_can_be_seen(loaded: Loaded) -> None:
    title = "Dolmetschpool Ehrenamt"
    before, after = (
        date.fromisoformat(agreement["term_end"]) for agreement in loaded.typed(title, "agreement")
    )
    assert before < date.today() < after
    question = select(Document.kind).where(Document.case_id == loaded.cases[title].id)
    kinds = set(loaded.session.scalars(question))
    assert {"agreement", "agreement_signed", "addendum", "addendum_signed"} <= kinds


def the_clubs_were_paused_and_ended_and_one_side_kept_the_promise(loaded: Loaded) -> None:
    steps = loaded.steps(VEREINE)
    assert steps[steps.index("pause") :] == [
        "pause",
        "update_contacts",
        "end_together",
        "wind_up",
        "open_reflection",
    ]
    (ending,) = loaded.typed(VEREINE, "joint_ending")
    assert [row["who"] for row in ending["open_commitments"]] == ["civic"]
    (report,) = loaded.typed(VEREINE, "final_report")
    assert "hat die Agentur allein erfüllt" in report["sustainability"]


def the_day_of_thanks_became_a_recommendation(loaded: Loaded) -> None:
    title = "Danke-Tag Integration"
    one, other = (view["items"] for view in loaded.typed(title, "self_evaluation"))
    apart = {
        item: abs(int(one[item]) - int(other[item]))
        for item in one
        if one[item].isdigit() and other[item].isdigit()
    }
    assert {item for item, points in apart.items() if points >= 2} == {"A4"}
    (archive,) = loaded.typed(title, "archive")
    assert archive["recommendations"] == [loaded.cases[RECOMMENDATION].number]


def no_project_speaks_of_another(loaded: Loaded) -> None:
    own = {loaded.cases[title].id for title in OF_THE_CAFE}
    for row in loaded.session.scalars(select(Submission)):
        if row.case_id not in own:
            assert not OF_ANOTHER.search(str(row.values)), (row.form, row.values)


def every_text_is_read_somewhere(loaded: Loaded) -> None:
    said = " ".join(
        [str(row.values) for row in loaded.session.scalars(select(Submission))]
        + [str(text.words) for text in loaded.session.scalars(select(EntryText))]
    )
    for example in EXAMPLES:
        for text in texts(example.plot.own):
            assert text in said, (example.name, text)


def texts(value: Any) -> Iterator[str]:
    """Yield every sentence in what a project types."""
    for item in value.values() if isinstance(value, Mapping) else value:
        if not isinstance(item, str):
            yield from texts(item)
        elif " " in item and not item.startswith("{"):
            yield item


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_example_data_that_somebody_stops_go_on_with_the_next_project(tmp_path: Path) -> None:
    tandem = Path(sys.executable).parent / "tandem"
    env = {**os.environ, "TANDEM_DATA": str(tmp_path / "data"), "PYTHONUNBUFFERED": "1"}
    # The second one brings its recommendation along.
    for example, done in zip(EXAMPLES, (1, 3), strict=False):
        with subprocess.Popen(
            [tandem, "demo-data"],
            env=env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as loading:
            assert loading.stdout
            assert loading.stdout.readline() == f"Example project: {example.plot.title}\n"
            loading.send_signal(signal.SIGINT)
            rest, said = loading.communicate()

        assert (loading.returncode, rest) == (130, "")
        assert said.splitlines()[-1].startswith("Stopped. What was done stays done")
        assert "Traceback" not in said
        indexed = CliRunner().invoke(main, ["db", "reindex"], env=env)
        assert indexed.stdout == f"{done} cases\n"
