"""Making a step: who may, when, with what; of two at once one wins, and nothing is half done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tests.conftest import WorldAt
from tests.services.steps import (
    APPROVAL,
    FORMAL,
    REJECTION,
    WITHDRAWAL,
    changed,
    confirm,
    fire,
    give_role,
    join,
    offer,
    refused,
    shipped,
    submit,
    version_of,
    why_closed,
    with_content,
)
from tests.world import ANNA, EMRE, JONAS, LENA, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import Conflict, DocumentError, Invalid, NotAllowed, NotFound
from workflow_app.demo.partners import AGENCY
from workflow_app.store.tables.cases import Case, Deadline
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.submissions import Submission


@pytest.fixture
def checked(world_at: WorldAt) -> World:
    """Miriam has checked the outline formally; it is Dr. Reiter's turn."""
    world = world_at("in_review")
    submit(world, MIRIAM, "review", {"formal": FORMAL})
    return world


def test_dr_reiter_approves(checked: World) -> None:
    assert fire(checked, JONAS, "approve", APPROVAL) == "agreement_draft"
    entry = checked.rows(Entry, transition="approve")[-1]
    assert (entry.role, entry.from_state, entry.to_state) == (
        "supervisor",
        "in_review",
        "agreement_draft",
    )
    (review,) = [s for s in checked.rows(Submission, form="review") if s.version == 2]
    assert entry.content == review.digest
    assert review.values["formal"] == FORMAL


def test_nobody_else_approves(checked: World) -> None:
    for email in (SABINE, TOBIAS, MIRIAM):
        with refused("by"):
            fire(checked, email, "approve", APPROVAL)
    for email in (ANNA, EMRE, LENA):
        with pytest.raises(NotFound):
            fire(checked, email, "approve", APPROVAL)
    assert checked.state == "in_review"


def test_sabine_does_not_decide_on_her_own_project_as_a_supervisor(checked: World) -> None:
    give_role(checked, SABINE, "supervisor")
    for step, raw in (("approve", APPROVAL), ("reject", REJECTION)):
        with refused("not_by"):
            fire(checked, SABINE, step, raw)


def test_a_colleague_of_sabine_does_not_decide_either(checked: World) -> None:
    give_role(checked, LENA, "supervisor")
    assert "not_by" not in why_closed(checked, LENA, "approve")
    join(checked, LENA, AGENCY)
    with refused("not_by"):
        fire(checked, LENA, "approve", APPROVAL)


def test_a_step_of_another_state_is_closed(checked: World) -> None:
    for email, step in ((JONAS, "release_for_signature"), (SABINE, "finish"), (JONAS, "nonsense")):
        with refused("state"):
            fire(checked, email, step)
    with refused("state"):
        fire(checked, MIRIAM, "lapse_idea")


def test_approving_waits_for_the_formal_check(world_at: WorldAt) -> None:
    world = world_at("in_review")
    with refused("formally_complete"):
        fire(world, JONAS, "approve", APPROVAL)
    assert world.rows(Submission, form="review") == []


def test_what_is_missing_in_the_decision_is_named_and_nothing_is_kept(checked: World) -> None:
    with pytest.raises(Invalid) as caught:
        fire(checked, JONAS, "approve", {**APPROVAL, "criterion_need": "", "impartial": "no"})
    assert {p.path for p in caught.value.problems} == {"criterion_need", "impartial"}
    assert len(checked.rows(Submission, form="review")) == 1


def test_what_is_undecided_stays_closed_and_says_why(world_at: WorldAt, tmp_path: Path) -> None:
    world = world_at("people")
    path, before = "workflows/tandem_project.yaml", "    by: [other_side]\n    requires:\n"
    later = "      - {id: later, open: {de: Das ist noch nicht geklärt., en: Not settled yet.}}\n"
    text = changed(shipped(path), before, before + later)
    world.site = with_content(world, tmp_path / "own", {path: text})
    story = world.story()
    story.idea()
    world.number = story.number
    (reason,) = offer(world, TOBIAS, "confirm_partnership").reasons
    assert (reason.id, reason.kind) == ("later", "undecided")
    assert reason.text.de == "Das ist noch nicht geklärt."
    with refused("later"):
        fire(world, TOBIAS, "confirm_partnership")
    assert world.state == "idea"


def test_who_saw_an_older_version_is_told(checked: World) -> None:
    seen = version_of(checked)
    fire(checked, JONAS, "request_revision", {**REJECTION, "points": [{"text": "Die Kosten."}]})
    with pytest.raises(Conflict) as caught:
        fire(checked, SABINE, "withdraw", WITHDRAWAL, version=seen)
    assert (caught.value.expected, caught.value.found) == (seen, version_of(checked))
    fire(checked, SABINE, "withdraw", WITHDRAWAL, version=version_of(checked))


def test_a_step_that_needs_a_reason_is_not_made_without(world_at: WorldAt) -> None:
    world = world_at("assessment")
    for reason in ("", "   "):
        with refused("reason"):
            fire(world, JONAS, "return_reflection", reason=reason)
    why = "Was heißt „gut gelaufen“ bei den Räumen?"
    assert fire(world, JONAS, "return_reflection", reason=why) == "joint_reflection"
    with world.sessions() as session:
        entry = session.get_one(Entry, world.rows(Entry, kind="transition")[-1].id)
        assert entry.text is not None
        assert entry.text.words == {"reason": why}


def test_after_coming_back_both_confirm_anew(world_at: WorldAt) -> None:
    world = world_at("assessment")
    fire(world, JONAS, "return_reflection", reason="Bitte ergänzen.")
    assert offer(world, SABINE, "submit_reflection").signed == ()
    assert not confirm(world, SABINE, "submit_reflection").fired
    assert confirm(world, TOBIAS, "submit_reflection").state == "assessment"


def test_a_double_click_decides_once(checked: World) -> None:
    for _ in range(2):
        assert fire(checked, JONAS, "approve", APPROVAL, key="k") == "agreement_draft"
    assert checked.history.count("approve") == 1
    with refused():
        fire(checked, SABINE, "withdraw", WITHDRAWAL, key="k")


def test_the_deadline_of_a_state_ends_with_it(checked: World) -> None:
    fire(checked, JONAS, "approve", APPROVAL)
    states = [(d.state, d.closed_at is None) for d in checked.rows(Deadline)]
    assert states[-2:] == [("in_review", False), ("agreement_draft", True)]


def at_once(world: World, *acts: tuple[str, str, dict[str, object]]) -> list[str]:
    """Let several people act in the same instant, each in a session of their own."""
    barrier = Barrier(len(acts))
    version = version_of(world)

    def act(email: str, step: str, raw: dict[str, object]) -> str:
        barrier.wait()
        try:
            return fire(world, email, step, raw, version=version)
        except (Conflict, NotAllowed) as error:
            return type(error).__name__

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, *zip(*acts, strict=True)))


def test_of_two_supervisors_at_once_one_wins(checked: World) -> None:
    give_role(checked, EMRE, "supervisor")
    results = at_once(checked, (JONAS, "approve", APPROVAL), (EMRE, "reject", REJECTION))
    assert sorted(results) in (["Conflict", "agreement_draft"], ["Conflict", "rejected"])
    decisions = [t for t in checked.history if t in ("approve", "reject")]
    assert len(decisions) == 1
    assert len(checked.rows(Document, kind="review_note")) == 1
    assert len(checked.rows(Submission, form="review")) == 2


def test_of_four_clicks_at_once_one_counts(checked: World) -> None:
    results = at_once(checked, *[(JONAS, "approve", APPROVAL)] * 4)
    assert sorted(results) == ["Conflict"] * 3 + ["agreement_draft"]
    assert checked.history.count("approve") == 1


def test_nothing_is_half_done_when_an_effect_fails(world_at: WorldAt, tmp_path: Path) -> None:
    world = world_at("agreement_draft")
    broken = {"templates/documents/agreement/document.html": "<p>{{ forms.nowhere.name }}</p>"}
    world.site = with_content(world, tmp_path / "own", broken)
    tables = (Document, Entry, Job, Submission)
    before = [len(world.rows(table)) for table in tables]
    with pytest.raises(DocumentError):
        fire(world, TOBIAS, "propose_agreement", world.story().answers("propose_agreement"))
    assert [len(world.rows(table)) for table in tables] == before
    assert world.state == "agreement_draft"
    assert world.rows(Case)[0].round == 1
