"""Overlaps on the pages of whoever writes, decides and already carries out a project."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlalchemy import event

from tests.conftest import SignedIn, WorldAt
from tests.services.cases.test_overlaps import answered, outline, second
from tests.services.steps import FORMAL, submit
from tests.world import JONAS, LENA, MIRIAM, TOBIAS, World

SENTENCE = "Tandem kennt nur Projekte in diesem System"
WORDS = (
    "Treffpunkt Deutsch",
    "Überschneidung: hoch",
    "Stadt und Landkreis nebeneinander",
    "gemeinsame Tage",
    "Sprach",
    "Geflüchtete",
    SENTENCE,
    "Antwort des anderen Projekts Abgestimmt",
)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def first_of(beside: World) -> World:
    """Return the project of Sabine and Tobias, beside that of Emre and Lena."""
    first = replace(beside, number="TP-2025-0001")
    first.sessions, first.site = beside.sessions, beside.site
    return first


def test_who_decides_on_overlaps_sees_each_dimension(
    world_at: WorldAt, signed_in: SignedIn
) -> None:
    beside = second(world_at("in_review"))
    submit(beside, LENA, "outline", outline(beside))
    submit(beside, LENA, "outline", answered(beside))
    first = first_of(beside)
    submit(first, MIRIAM, "review", {"formal": FORMAL})
    jonas = signed_in(beside, JONAS)
    for page in ("", "/decisions/review", "/transitions/approve"):
        answer = jonas.get(f"/projects/{first.number}{page}")
        shown = text_of(answer.get_data(as_text=True))
        assert answer.status_code == 200
        missing = [words for words in WORDS if words not in shown]
        assert missing == [], page
        _, _, hits = shown.partition("Mögliche Überschneidungen")
        assert "Lena" not in hits.partition(SENTENCE)[0], "an office is named, and no person"


def test_a_running_project_shows_them_for_few_questions_more(
    world_at: WorldAt, signed_in: SignedIn
) -> None:
    beside = second(world_at("active"))
    asked: list[str] = []
    tobias = signed_in(beside, TOBIAS)
    event.listen(beside.sessions.kw["bind"], "before_cursor_execute", lambda *a: asked.append(a[2]))

    def questions() -> tuple[int, str]:
        asked.clear()
        page = tobias.get("/projects/TP-2025-0001").get_data(as_text=True)
        return len(asked), page

    before, page = questions()
    assert SENTENCE not in page
    submit(beside, LENA, "outline", outline(beside))
    after, page = questions()
    assert SENTENCE in page
    assert after - before <= 2, "its answers and the offices"
