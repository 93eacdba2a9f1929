"""The self-evaluation is blind until both sides have answered, and single answers stay theirs."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from tests.conftest import WorldAt
from tests.services.steps import case_of, fire, refused, submit, tasks, visible
from tests.world import ANNA, EMRE, JONAS, LENA, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import NotFound
from workflow_app.services.access import seeing
from workflow_app.services.papers import archive
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.submissions import Submission

SECRET = "Die Abstimmung der Räume war zäh und hat uns viel Zeit gekostet."
STATES = ("joint_reflection", "assessment", "evaluated", "archived")


def evaluation(world: World, hard: str = SECRET) -> dict[str, object]:
    items = [f"{x}{n}" for x, count in zip("ABCD", (4, 3, 4, 3), strict=True) for n in range(count)]
    return {
        "items": {f"{i[0]}{int(i[1]) + 1}": "4" for i in items},
        "open_good": "Kurze Wege.",
        "open_hard": hard,
        "open_again": "Früh anfangen.",
        "continue_cooperation": "yes",
        "quote_ok": "no",
    }


def evaluations_seen(world: World, email: str) -> list[str]:
    return [slot for form, slot in visible(world, email) if form == "self_evaluation"]


def test_before_both_are_in_each_side_sees_its_own_only(world_at: WorldAt) -> None:
    world = world_at("self_evaluation")
    submit(world, SABINE, "self_evaluation", evaluation(world))
    assert world.state == "self_evaluation"
    assert evaluations_seen(world, SABINE) == ["civic"]
    for email in (TOBIAS, JONAS, MIRIAM):
        assert evaluations_seen(world, email) == []
    for email in (ANNA, EMRE, LENA):
        with pytest.raises(NotFound):
            visible(world, email)


def test_whoever_has_answered_waits_for_the_other(world_at: WorldAt) -> None:
    world = world_at("self_evaluation")
    submit(world, TOBIAS, "self_evaluation", evaluation(world))
    assert tasks(world, TOBIAS) == []
    assert tasks(world, SABINE) == ["Selbst-Evaluation ausfüllen"]


def test_when_both_are_in_the_reflection_opens_by_itself(world_at: WorldAt) -> None:
    world = world_at("self_evaluation")
    submit(world, SABINE, "self_evaluation", evaluation(world))
    submit(world, TOBIAS, "self_evaluation", evaluation(world))
    assert world.state == "joint_reflection"
    entry = world.rows(Entry, kind="transition")[-1]
    assert (entry.transition, entry.actor_id, entry.role) == ("open_reflection", None, None)
    for email in (SABINE, TOBIAS):
        assert evaluations_seen(world, email) == ["civic", "municipal"]


def test_an_answer_cannot_be_changed_after_the_other_was_seen(world_at: WorldAt) -> None:
    world = world_at("joint_reflection")
    with refused():
        submit(world, SABINE, "self_evaluation", evaluation(world, "Doch nicht so schlimm."))
    assert [s.version for s in world.rows(Submission, form="self_evaluation")] == [1, 1]


def test_an_answer_may_be_changed_before(world_at: WorldAt) -> None:
    world = world_at("self_evaluation")
    submit(world, SABINE, "self_evaluation", evaluation(world))
    assert submit(world, SABINE, "self_evaluation", evaluation(world, "Nichts.")) == 2
    assert world.state == "self_evaluation"


def test_nobody_answers_for_the_other_side(world_at: WorldAt) -> None:
    world = world_at("self_evaluation")
    for email, slot in ((SABINE, "municipal"), (JONAS, "civic"), (MIRIAM, "civic")):
        with refused():
            submit(world, email, "self_evaluation", evaluation(world), slot)


@pytest.mark.parametrize("state", STATES)
def test_single_answers_never_leave_the_two_partners(world_at: WorldAt, state: str) -> None:
    world = world_at(state)
    for email in (SABINE, TOBIAS):
        assert evaluations_seen(world, email) == ["civic", "municipal"]
    readers = (JONAS, MIRIAM, ANNA) if state in ("evaluated", "archived") else (JONAS, MIRIAM)
    for email in readers:
        assert evaluations_seen(world, email) == []


def test_dr_reiter_reads_the_joint_reflection(world_at: WorldAt) -> None:
    assert ("joint_reflection", "") in visible(world_at("assessment"), JONAS)


def differences_seen(world: World, email: str) -> bool:
    """Return whether somebody reads what the sides see differently."""
    with world.sessions() as session:
        look = world.look(email, session)
        (reflection,) = look.situation.submissions["joint_reflection"]
        form = look.compiled.forms["joint_reflection"]
        return "differences" in seeing.readable(look, form, reflection.values)


@pytest.mark.parametrize(("answer", "told"), [("yes", True), ("no", False), ("", False)])
def test_differences_are_for_the_two_sides_until_they_release_them(
    world_at: WorldAt, answer: str, told: bool
) -> None:
    world = world_at("joint_reflection")
    raw = {**world.story().answers("joint_reflection"), "release_differences": answer}
    submit(world, SABINE, "joint_reflection", raw)
    world.story().both_confirm("submit_reflection")

    assert [differences_seen(world, p) for p in (SABINE, TOBIAS)] == [True, True]
    assert [differences_seen(world, p) for p in (JONAS, MIRIAM)] == [told, told]
    (document,) = world.rows(Document, kind="reflection")
    comment = raw["differences"][0]["comment"]
    assert (comment in document.snapshot) is told
    world.work()
    with world.sessions() as session:
        case = case_of(world, session)
        data = archive.bundle(session, world.site, world.site.catalogue.of(session, case), case)
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        kept = json.loads(bundle.read("submissions/joint_reflection-1.json"))
    assert ("differences" in kept["values"], kept["left_out"] == []) == (told, told)


def test_a_clear_difference_is_commented_before_the_reflection_goes_on(world_at: WorldAt) -> None:
    world = world_at("joint_reflection")
    raw = {
        "differences": [],
        "release_differences": "no",
        "conditions": "Räume.",
        "processes": "Termine.",
        "success_strategies": [{"strategy": "Patenschaften", "evidence": "18 Freiwillige"}],
        "lessons": [{"lesson": "Früh anfangen", "for_whom": "both"}],
    }
    submit(world, SABINE, "joint_reflection", raw)
    with refused("differences_commented"):
        fire(world, SABINE, "submit_reflection")


def test_the_archive_bundle_holds_no_single_answer(world_at: WorldAt) -> None:
    world = world_at("archived")
    world.work()
    (document,) = world.rows(Document, kind=archive.KIND)
    with zipfile.ZipFile(io.BytesIO(world.site.files.read(document.sha256))) as bundle:
        manifest = json.loads(bundle.read("manifest.json"))
        assert manifest["left_out"] == ["assignment", "self_evaluation"]
        assert not [n for n in bundle.namelist() if n.startswith("submissions/self_evaluation")]
        told = b"".join(bundle.read(n) for n in bundle.namelist() if n.endswith(".json"))
    for answer in world.rows(Submission, form="self_evaluation"):
        assert answer.values["open_hard"].encode() not in told
