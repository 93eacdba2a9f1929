"""Both sides say yes to the same content; the second yes makes the step."""

from __future__ import annotations

import pytest

from tests.conftest import WorldAt
from tests.services.steps import (
    confirm,
    fire,
    ids,
    join,
    offer,
    refused,
    submit,
    take_back,
    tasks,
    visible,
    why_closed,
)
from tests.world import EMRE, JONAS, LENA, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import Conflict, NotFound
from workflow_app.demo.partners import AGENCY
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.submissions import Confirmation, Submission


@pytest.fixture
def outlined(world_at: WorldAt) -> World:
    """The outline is written and nobody has confirmed it yet."""
    world = world_at("outline_draft")
    submit(world, SABINE, "outline", world.story().answers("outline"))
    return world


def test_the_first_yes_moves_nothing(outlined: World) -> None:
    outcome = confirm(outlined, SABINE, "submit_outline")
    assert (outcome.fired, outlined.state) == (False, "outline_draft")
    assert offer(outlined, TOBIAS, "submit_outline").signed == ("civic",)
    assert tasks(outlined, SABINE) == []
    assert tasks(outlined, TOBIAS) == ["Mitzeichnen: Projektskizze einreichen"]


def test_the_second_yes_makes_the_step_in_the_same_operation(outlined: World) -> None:
    confirm(outlined, SABINE, "submit_outline")
    outcome = confirm(outlined, TOBIAS, "submit_outline")
    assert (outcome.fired, outcome.state, outlined.state) == (True, "in_review", "in_review")
    assert outlined.history[-1] == "submit_outline"
    assert all(c.used_at for c in outlined.rows(Confirmation))
    (outline,) = outlined.rows(Document, kind="outline")
    assert outline.status == "issued"


def test_a_change_in_between_voids_the_first_yes(outlined: World) -> None:
    confirm(outlined, SABINE, "submit_outline")
    raw = outlined.story().answers("outline")
    submit(outlined, TOBIAS, "outline", {**raw, "volunteers_planned": "20"})
    assert offer(outlined, SABINE, "submit_outline").signed == ()
    assert not confirm(outlined, TOBIAS, "submit_outline").fired
    assert confirm(outlined, SABINE, "submit_outline").fired


def test_a_change_of_the_interest_voids_a_yes_to_the_outline_too(outlined: World) -> None:
    confirm(outlined, SABINE, "submit_outline")
    with outlined.sessions() as session:
        interest = outlined.look(TOBIAS, session).situation.newest("interest")
    typed = {**(interest or {}), "title": "Ein anderer Titel", "planned_start": "01.07.2025"}
    submit(outlined, TOBIAS, "interest", typed)
    assert offer(outlined, TOBIAS, "submit_outline").signed == ()


def test_nothing_else_voids_a_yes(outlined: World) -> None:
    confirm(outlined, SABINE, "submit_outline")
    (outline,) = outlined.rows(Submission, form="outline")
    assert submit(outlined, TOBIAS, "outline", outline.values) == 2
    assert offer(outlined, TOBIAS, "submit_outline").signed == ("civic",)


def test_the_same_side_says_yes_once(outlined: World) -> None:
    confirm(outlined, SABINE, "submit_outline")
    with refused("municipal"):
        confirm(outlined, SABINE, "submit_outline")
    assert len(outlined.rows(Confirmation)) == 1


def test_a_yes_may_be_taken_back_by_whoever_gave_it(outlined: World) -> None:
    confirm(outlined, SABINE, "submit_outline")
    with refused():
        take_back(outlined, TOBIAS, "submit_outline")
    take_back(outlined, SABINE, "submit_outline")
    assert not confirm(outlined, TOBIAS, "submit_outline").fired
    kinds = [e.kind for e in outlined.rows(Entry)][-3:]
    assert kinds == ["sign_off", "sign_off_taken_back", "sign_off"]


def test_a_yes_that_did_its_work_is_not_taken_back(world_at: WorldAt) -> None:
    with refused():
        take_back(world_at("in_review"), SABINE, "submit_outline")


def test_whoever_confirms_something_else_than_is_there_is_told(outlined: World) -> None:
    seen = offer(outlined, SABINE, "submit_outline").digest
    raw = outlined.story().answers("outline")
    submit(outlined, TOBIAS, "outline", {**raw, "volunteers_planned": "20"})
    with pytest.raises(Conflict):
        confirm(outlined, SABINE, "submit_outline", digest=seen)
    assert outlined.rows(Confirmation) == []


def test_nobody_confirms_for_two_sides(outlined: World) -> None:
    # Sabine belongs to the county as well, and still cannot become its contact.
    join(outlined, SABINE, "Landratsamt Landshut")
    with refused("same_organisation"):
        hand_over(outlined, TOBIAS, SABINE)
    confirm(outlined, SABINE, "submit_outline")
    assert outlined.state == "outline_draft"


def hand_over(world: World, old: str, new: str) -> None:
    known = ids(world)
    values = {"old": known[old], "new": known[new], "from": "30.03.2025"}
    fire(world, old, "update_contacts", values)


def test_a_successor_may_confirm_for_the_side(outlined: World) -> None:
    join(outlined, LENA, AGENCY)
    hand_over(outlined, SABINE, LENA)
    confirm(outlined, LENA, "submit_outline")
    assert confirm(outlined, TOBIAS, "submit_outline").fired
    with pytest.raises(NotFound):
        offer(outlined, SABINE, "approve")


def test_only_the_two_sides_confirm(outlined: World) -> None:
    digest = offer(outlined, SABINE, "submit_outline").digest
    for email in (MIRIAM, JONAS):
        with refused("by"):
            confirm(outlined, email, "submit_outline", digest=digest)
    with pytest.raises(NotFound):
        confirm(outlined, EMRE, "submit_outline", digest=digest)


def test_a_warning_needs_a_reason_and_it_is_kept(outlined: World) -> None:
    outlined.later(70)
    confirm(outlined, SABINE, "submit_outline")
    with refused("early_enough"):
        confirm(outlined, TOBIAS, "submit_outline")
    assert len(outlined.rows(Confirmation)) == 1
    why = "Die Räume sind nur jetzt frei."
    assert confirm(outlined, TOBIAS, "submit_outline", warnings_reason=why).fired
    (entry,) = outlined.rows(Entry, transition="submit_outline", kind="transition")
    with outlined.sessions() as session:
        text = session.get_one(Entry, entry.id).text
        assert text is not None
        assert text.words == {"warnings": ["early_enough"], "warnings_reason": why}


def test_a_form_that_is_not_complete_is_not_confirmed(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    assert offer(world, SABINE, "submit_outline").digest is None
    assert "outline" in why_closed(world, SABINE, "submit_outline")
    with pytest.raises(Conflict):
        confirm(world, SABINE, "submit_outline", digest="0" * 64)


def test_a_double_click_says_yes_once(outlined: World) -> None:
    digest = offer(outlined, SABINE, "submit_outline").digest
    for _ in range(2):
        assert not confirm(outlined, SABINE, "submit_outline", digest=digest, key="k").fired
    digest = offer(outlined, TOBIAS, "submit_outline").digest
    for _ in range(2):
        outcome = confirm(outlined, TOBIAS, "submit_outline", digest=digest, key="m")
        assert (outcome.fired, outcome.state) == (True, "in_review")
    assert len(outlined.rows(Confirmation)) == 2


# ── The text of the agreement ───────────────────────────────────────────────────────────────────


@pytest.fixture
def aligning(world_at: WorldAt) -> World:
    return world_at("agreement_alignment")


def test_dr_reiter_releases_when_both_have_confirmed_the_very_text(aligning: World) -> None:
    with refused("municipal", "civic"):
        fire(aligning, JONAS, "release_for_signature")
    confirm(aligning, SABINE, "release_for_signature")
    with refused("municipal"):
        fire(aligning, JONAS, "release_for_signature")
    assert tasks(aligning, JONAS) == []
    outcome = confirm(aligning, TOBIAS, "release_for_signature")
    assert (outcome.fired, aligning.state) == (False, "agreement_alignment")
    assert tasks(aligning, JONAS) == ["Vereinbarung zur Unterzeichnung freigeben"]
    assert fire(aligning, JONAS, "release_for_signature") == "signature_pending"


def test_what_is_confirmed_is_the_snapshot(aligning: World) -> None:
    confirm(aligning, SABINE, "release_for_signature")
    before = offer(aligning, SABINE, "release_for_signature").digest
    submit(aligning, TOBIAS, "outline", {**aligning.story().answers("outline"), "risks": []})
    assert offer(aligning, SABINE, "release_for_signature").digest == before


def return_to_draft(world: World) -> None:
    comment = {"clause": "term", "comment": "Das Ende stimmt nicht.", "status": "accepted"}
    fire(world, TOBIAS, "return_to_draft", comment)


def test_back_in_the_draft_every_yes_to_the_text_is_void(aligning: World) -> None:
    for email in (SABINE, TOBIAS):
        confirm(aligning, email, "release_for_signature")
    return_to_draft(aligning)
    fire(aligning, SABINE, "propose_agreement", aligning.story().answers("propose_agreement"))
    assert offer(aligning, JONAS, "release_for_signature").signed == ()
    with refused("municipal", "civic"):
        fire(aligning, JONAS, "release_for_signature")


def test_a_changed_text_needs_both_again(aligning: World) -> None:
    confirm(aligning, SABINE, "release_for_signature")
    before = offer(aligning, TOBIAS, "release_for_signature").digest
    return_to_draft(aligning)
    raw = {**aligning.story().answers("propose_agreement"), "notice_period": "three_months"}
    fire(aligning, SABINE, "propose_agreement", raw)
    assert offer(aligning, TOBIAS, "release_for_signature").digest != before
    with pytest.raises(Conflict):
        confirm(aligning, TOBIAS, "release_for_signature", digest=before)


def test_an_open_comment_holds_the_release_until_it_is_settled(aligning: World) -> None:
    comment = {"clause": "term", "comment": "Bitte das Ende prüfen.", "status": "open"}
    submit(aligning, SABINE, "agreement_comment", comment)
    aligning.story().both_confirm("release_for_signature")
    with refused("no_open_comments"):
        fire(aligning, JONAS, "release_for_signature")
    (slot,) = (s for form, s in visible(aligning, SABINE) if form == "agreement_comment")
    submit(aligning, TOBIAS, "agreement_comment", {**comment, "status": "dropped"}, slot)
    assert fire(aligning, JONAS, "release_for_signature") == "signature_pending"
