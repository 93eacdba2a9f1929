"""Who signs for a side can be named: then the signature is asked for, and the case can be seen."""

from __future__ import annotations

import pytest

from tests.conftest import WorldAt
from tests.services.steps import confirm, fire, ids, join, listed, refused, tasks, why_closed
from tests.world import EMRE, JONAS, LENA, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import Invalid, NotFound
from workflow_app.demo.partners import COUNTY
from workflow_app.store.tables.cases import Participation
from workflow_app.store.tables.outbox import Job

SIGN = "Vereinbarung unterzeichnen"
COMMENT = {"clause": "results", "comment": "Bitte noch einmal ansehen.", "status": "dropped"}


@pytest.fixture
def drafting(world_at: WorldAt) -> World:
    """Sabine and Tobias draft their agreement; Emre works for Tobias's county, too."""
    world = world_at("agreement_draft")
    join(world, EMRE, COUNTY)
    return world


def put_up(world: World, **named: str) -> None:
    """Put up an agreement that names signatories, by their addresses."""
    known = ids(world)
    signing = {field: known[email] for field, email in named.items()}
    fire(world, TOBIAS, "propose_agreement", world.story().answers("propose_agreement") | signing)


def release(world: World) -> None:
    for email in (SABINE, TOBIAS):
        confirm(world, email, "release_for_signature")
    fire(world, JONAS, "release_for_signature")


def test_whoever_is_named_is_asked_to_sign_and_sees_the_project(drafting: World) -> None:
    put_up(drafting, signatory_municipal=EMRE)
    assert drafting.number not in listed(drafting, EMRE)
    before = len(drafting.rows(Job, kind="mail"))
    release(drafting)
    assert drafting.number in listed(drafting, EMRE)
    assert SIGN in tasks(drafting, EMRE)
    emre = int(ids(drafting)[EMRE])
    told = [job.data for job in drafting.rows(Job, kind="mail")[before:]]
    assert [m["template"] for m in told if m["to"] == emre] == ["your_turn"]


def test_a_signatory_neither_confirms_for_the_side_nor_decides(drafting: World) -> None:
    put_up(drafting, signatory_municipal=EMRE)
    release(drafting)
    assert "by" in why_closed(drafting, EMRE, "return_from_signature")
    assert {"by", "not_by"} <= why_closed(drafting, EMRE, "register_signed")


def test_who_belongs_to_the_other_side_or_to_none_does_not_sign(drafting: World) -> None:
    for field, email in (("signatory_municipal", SABINE), ("signatory_civic", EMRE)):
        with refused("signatories_belong"):
            put_up(drafting, **{field: email})
    with pytest.raises(Invalid) as caught:
        put_up(drafting, signatory_civic=LENA)
    assert [p.path for p in caught.value.problems] == ["signatory_civic"]


def test_another_text_has_other_signatories(drafting: World) -> None:
    put_up(drafting, signatory_municipal=EMRE)
    release(drafting)
    fire(drafting, MIRIAM, "return_from_signature", COMMENT)
    fire(drafting, TOBIAS, "return_to_draft", COMMENT)
    put_up(drafting, signatory_municipal=TOBIAS)
    release(drafting)
    signing = [
        (str(p.person_id), p.until is None)
        for p in drafting.rows(Participation)
        if p.role == "signatory"
    ]
    known = ids(drafting)
    assert signing == [(known[EMRE], False), (known[TOBIAS], True)]
    assert SIGN in tasks(drafting, TOBIAS)
    with pytest.raises(NotFound):
        why_closed(drafting, EMRE, "withdraw")
