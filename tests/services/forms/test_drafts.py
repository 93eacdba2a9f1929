"""Drafts: kept as typed, never lost to another saver, never shown to whom they do not belong."""

from __future__ import annotations

import pytest

from tests.conftest import WorldAt
from tests.services.steps import (
    FORMAL,
    fire,
    ids,
    opened,
    refused,
    save,
    submit,
    visible,
)
from tests.world import ANNA, EMRE, JONAS, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import Conflict, Invalid, NotFound
from workflow_app.core.forms.drafts import marks
from workflow_app.services.forms import drafts
from workflow_app.services.people import person_by_email
from workflow_app.store.tables.submissions import Draft, Submission


def test_a_draft_is_kept_as_it_was_typed(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    version = save(world, SABINE, "outline", {"summary": "zu kurz", "start_date": "bald"}, 0)
    page = opened(world, TOBIAS, "outline")
    assert page.typed == {"summary": "zu kurz", "start_date": "bald"}
    assert (page.draft_version, page.saved_by) == (version, "Sabine Kraus")
    assert world.rows(Submission, form="outline") == []


def test_tobias_may_go_on_where_sabine_stopped(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    first = save(world, SABINE, "outline", {"summary": "Ein Anfang"}, 0)
    save(world, TOBIAS, "outline", {"situation": "Im Landkreis"}, first)
    assert opened(world, SABINE, "outline").typed == {
        "summary": "Ein Anfang",
        "situation": "Im Landkreis",
    }


def test_of_two_savers_the_second_is_told(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    save(world, SABINE, "outline", {"summary": "Sabines Text"}, 0)
    with pytest.raises(Conflict):
        save(world, TOBIAS, "outline", {"summary": "Tobias' Text"}, 0)
    assert opened(world, TOBIAS, "outline").typed == {"summary": "Sabines Text"}


def test_a_draft_that_was_submitted_meanwhile_is_a_conflict_too(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    version = save(world, SABINE, "outline", {"summary": "Sabines Text"}, 0)
    submit(world, TOBIAS, "outline", world.story().answers("outline"))
    with pytest.raises(Conflict):
        save(world, SABINE, "outline", {"summary": "Sabines zweiter Text"}, version)
    with pytest.raises(Conflict):
        submit(world, SABINE, "outline", world.story().answers("outline"), expected=version)
    assert [s.version for s in world.rows(Submission, form="outline")] == [1]


def test_submitting_uses_up_the_draft_and_a_refusal_leaves_it(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    save(world, SABINE, "outline", {"summary": "Ein Anfang"}, 0)
    with pytest.raises(Invalid):
        submit(world, SABINE, "outline", {"summary": "Ein Anfang"})
    assert len(world.rows(Draft)) == 1
    submit(world, SABINE, "outline", world.story().answers("outline"))
    assert world.rows(Draft) == []


def test_of_a_shared_draft_everybody_sees_the_own_fields(world_at: WorldAt) -> None:
    world = world_at("in_review")
    first = save(world, MIRIAM, "review", {"formal": FORMAL, "criteria_note": "fremd"}, 0)
    save(world, JONAS, "review", {"criteria_note": "noch offen", "formal": {}}, first)
    assert opened(world, MIRIAM, "review").typed == {"formal": FORMAL}
    assert opened(world, JONAS, "review").typed == {"criteria_note": "noch offen"}


def test_a_draft_review_is_not_for_the_partners(world_at: WorldAt) -> None:
    world = world_at("in_review")
    save(world, JONAS, "review", {"criteria_note": "noch offen"}, 0)
    with refused():
        opened(world, SABINE, "review")
    with pytest.raises(NotFound):
        opened(world, EMRE, "review")


def test_nobody_sees_the_other_sides_draft_of_a_self_evaluation(world_at: WorldAt) -> None:
    world = world_at("self_evaluation")
    save(world, SABINE, "self_evaluation", {"open_hard": "Die Räume."}, 0)
    assert opened(world, SABINE, "self_evaluation").typed == {"open_hard": "Die Räume."}
    assert opened(world, TOBIAS, "self_evaluation").typed == {}
    for email in (TOBIAS, JONAS, MIRIAM):
        with refused():
            opened(world, email, "self_evaluation", "civic")
    with pytest.raises(NotFound):
        opened(world, ANNA, "self_evaluation", "civic")


def test_an_entry_that_is_only_being_typed_is_its_authors(world_at: WorldAt) -> None:
    world = world_at("agreement_alignment")
    save(world, SABINE, "agreement_comment", {"comment": "Das sollten wir anders sagen."}, 0)
    assert opened(world, TOBIAS, "agreement_comment").typed == {}
    with refused():
        opened(world, TOBIAS, "agreement_comment", f"new:{ids(world)[SABINE]}")


def test_an_entry_has_the_name_that_it_was_given(world_at: WorldAt) -> None:
    world = world_at("agreement_alignment")
    comment = {"clause": "term", "comment": "Bitte das Ende prüfen.", "status": "accepted"}
    for slot in ("r7", "municipal", "mine"):
        with refused():
            submit(world, SABINE, "agreement_comment", comment, slot)
    submit(world, SABINE, "agreement_comment", comment)
    (entry,) = world.rows(Submission, form="agreement_comment")
    assert submit(world, TOBIAS, "agreement_comment", comment, entry.slot) == 2
    assert visible(world, SABINE).count(("agreement_comment", entry.slot)) == 1


def test_a_draft_is_not_saved_where_nothing_is_to_be_filled(world_at: WorldAt) -> None:
    world = world_at("in_review")
    for email, form in ((SABINE, "outline"), (JONAS, "agreement"), (MIRIAM, "no_such_form")):
        with refused():
            save(world, email, form, {"summary": "Zu spät"}, 0)


def test_what_is_typed_for_a_step_is_kept_too(world_at: WorldAt) -> None:
    world = world_at("in_review")
    save(world, SABINE, "withdrawal", {"reason": "Noch nicht sicher"}, 0)
    assert opened(world, SABINE, "withdrawal").typed == {"reason": "Noch nicht sicher"}
    fire(world, SABINE, "withdraw", {"reason": "Die Stelle ist weg."})
    assert world.rows(Draft) == []


def write(
    world: World, email: str, raw: dict[str, str], base: dict[str, str], page: str = ""
) -> drafts.Saved:
    """Save an outline as the page of somebody does it while they type."""
    with world.sessions() as session:
        person, site, now = person_by_email(session, email), world.site, world.now
        return drafts.save(
            session, site, world.number, "outline", "", raw, person, now, base=base, source=page
        )


def shown(world: World, email: str) -> dict[str, str]:
    """Return the marks that a page carries which somebody opens now."""
    page = opened(world, email, "outline")
    return marks(page.form.fields, drafts.current(page))


def test_sabine_and_tobias_write_different_answers_at_once_and_both_are_kept(
    world_at: WorldAt,
) -> None:
    world = world_at("outline_draft")
    base = shown(world, SABINE)
    write(world, SABINE, {"summary": "Von Sabine", "situation": ""}, base)
    saved = write(world, TOBIAS, {"summary": "", "situation": "Von Tobias"}, base)

    assert opened(world, SABINE, "outline").typed == {
        "summary": "Von Sabine",
        "situation": "Von Tobias",
    }
    assert [(t.field, t.by) for t in saved.theirs] == [("summary", "Sabine Kraus")]


def test_of_one_answer_the_first_stays_and_the_second_is_told_whose_it_is(
    world_at: WorldAt,
) -> None:
    world = world_at("outline_draft")
    base = shown(world, SABINE)
    write(world, SABINE, {"summary": "Von Sabine"}, base)
    saved = write(world, TOBIAS, {"summary": "Von Tobias", "situation": "Lage"}, base)

    assert opened(world, SABINE, "outline").typed == {"summary": "Von Sabine", "situation": "Lage"}
    assert [(t.field, t.by, t.at) for t in saved.clashes] == [
        ("summary", "Sabine Kraus", world.now)
    ]


def test_what_was_submitted_meanwhile_is_not_overwritten_by_what_is_typed(
    world_at: WorldAt,
) -> None:
    world = world_at("outline_draft")
    base = shown(world, SABINE)
    submit(world, TOBIAS, "outline", world.story().answers("outline"))
    saved = write(world, SABINE, {"summary": "Von Sabine"}, base)

    assert [(t.field, t.by) for t in saved.clashes] == [("summary", "Tobias Lindner")]
    assert world.rows(Draft) == []


def test_a_page_that_never_heard_of_its_own_save_goes_on(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    base = shown(world, SABINE)
    write(world, SABINE, {"summary": "Ein"}, base, page="first window")
    saved = write(world, SABINE, {"summary": "Ein Anfang"}, base, page="first window")
    other = write(world, SABINE, {"summary": "Anders"}, base, page="second window")

    assert saved.clashes == ()
    assert [t.field for t in other.clashes] == ["summary"]
    assert opened(world, TOBIAS, "outline").typed == {"summary": "Ein Anfang"}


def test_what_dr_reiter_has_typed_survives_what_miriam_submits(world_at: WorldAt) -> None:
    world = world_at("in_review")
    save(world, JONAS, "review", {"criteria_note": "noch offen"}, 0)
    submit(world, MIRIAM, "review", {"formal": FORMAL})

    assert opened(world, JONAS, "review").typed == {"criteria_note": "noch offen"}
