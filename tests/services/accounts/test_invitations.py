"""Somebody without an account is invited by address, comes by a personal link, and takes part."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import WorldAt
from tests.services.moving_on.test_opening import interest, open_as
from tests.services.steps import fire, listed, refused, tasks
from tests.services.work.test_outbox import mails
from tests.world import EMRE, JONAS, LENA, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import Invalid, NotFound
from workflow_app.demo.partners import COUNTY
from workflow_app.services import people
from workflow_app.services.accounts import invitations, links
from workflow_app.services.people import person_by_email
from workflow_app.store import queries
from workflow_app.store.tables.administration import Administered
from workflow_app.store.tables.cases import Case, Participation
from workflow_app.store.tables.links import PersonalLink
from workflow_app.store.tables.organisations import Membership
from workflow_app.store.tables.people import Person

ILSE = "ilse.huber@landkreis.example.org"


@pytest.fixture
def world(world_at: WorldAt) -> World:
    return world_at("people")


def inviting(world: World, address: str = ILSE, **other: Any) -> dict[str, Any]:
    return interest(world, municipal_contact="", invited=address, **other)


def invite(world: World, address: str = ILSE) -> None:
    """Let Sabine open a project and invite the county's contact by address."""
    world.number = open_as(world, SABINE, inviting(world, address))
    world.work()


def tokens(world: World, address: str = ILSE) -> list[str]:
    """Return the tokens of the links that were mailed to an address, the oldest first."""
    texts = [m.get_content() for m in mails(world) if m["To"] == address]
    return [t for text in texts for t in re.findall(r"/access/(\S+)", text)]


def come(world: World, token: str, name: str = "Ilse Huber") -> None:
    with world.sessions() as session:
        links.use(session, world.site, token, name, "a hash", world.now)


def shown_people(world: World) -> list[str]:
    with world.sessions() as session:
        case = session.query(Case).filter_by(number=world.number).one()
        return sorted(row[0] for row in queries.people_of(session, case))


def test_ilse_gets_a_link_sets_her_password_and_confirms_the_partnership(world: World) -> None:
    invite(world)
    (token,) = tokens(world)
    come(world, token)
    assert listed(world, ILSE) == [world.number]
    assert tasks(world, ILSE) == ["Partnerschaft bestätigen"]
    fire(world, ILSE, "confirm_partnership")
    assert world.state == "outline_draft"
    with world.sessions() as session:
        ilse = person_by_email(session, ILSE)
        assert (ilse.name, ilse.active) == ("Ilse Huber", True)
        (membership,) = session.query(Membership).filter_by(person_id=ilse.id)
        assert membership.organisation.name == COUNTY


def test_until_she_comes_nobody_can_sign_in_as_her_and_she_is_called_by_her_address(
    world: World,
) -> None:
    invite(world)
    (ilse,) = world.rows(Person, email=ILSE)
    assert (ilse.active, ilse.password) == (False, None)
    assert shown_people(world) == ["Sabine Kraus", ILSE]
    assert world.rows(Membership, person_id=ilse.id) == []


def test_the_link_is_good_once(world: World) -> None:
    invite(world)
    (token,) = tokens(world)
    come(world, token)
    with pytest.raises(NotFound):
        come(world, token, "Jemand anderes")


def test_the_link_is_good_for_fourteen_days(world: World) -> None:
    invite(world)
    (token,) = tokens(world)
    world.later(14)
    with pytest.raises(NotFound):
        come(world, token)


@pytest.mark.parametrize("change", ["x", ""])
def test_a_link_that_somebody_made_up_is_worth_nothing(world: World, change: str) -> None:
    invite(world)
    (token,) = tokens(world)
    with pytest.raises(NotFound):
        come(world, change + token[: -1 if not change else None])


def test_a_link_cannot_be_made_of_what_the_database_holds(world: World) -> None:
    invite(world)
    (token,) = tokens(world)
    kept = "".join(str(vars(row)) for row in world.rows(PersonalLink))
    assert token not in kept
    world.site.secret_key = "another key of another installation"
    with pytest.raises(NotFound):
        come(world, token)


def test_an_invitation_needs_a_name(world: World) -> None:
    invite(world)
    (token,) = tokens(world)
    with pytest.raises(Invalid) as caught:
        come(world, token, "  ")
    assert [p.path for p in caught.value.problems] == ["name"]
    come(world, token)


def again(world: World, email: str) -> None:
    with world.sessions() as session:
        invitations.again(
            session, world.site, world.number, person_by_email(session, email), world.now
        )
    world.work()


def revoke(world: World, email: str) -> None:
    with world.sessions() as session:
        invitations.revoke(
            session, world.site, world.number, person_by_email(session, email), world.now
        )


@pytest.mark.parametrize("who", [SABINE, MIRIAM])
def test_who_invites_and_the_office_send_it_again_and_the_first_link_is_over(
    who: str, world: World
) -> None:
    invite(world)
    again(world, who)
    first, second = tokens(world)
    with pytest.raises(NotFound):
        come(world, first)
    come(world, second)


@pytest.mark.parametrize("who", [SABINE, MIRIAM])
def test_who_invites_and_the_office_revoke_it(who: str, world: World) -> None:
    invite(world)
    (token,) = tokens(world)
    revoke(world, who)
    with pytest.raises(NotFound):
        come(world, token)
    assert world.state == "idea"


def test_nobody_else_sends_or_revokes_it(world: World) -> None:
    invite(world)
    for who in (TOBIAS, EMRE, JONAS):
        with pytest.raises(NotFound):
            again(world, who)
    come(world, tokens(world)[0])
    with refused("inviting"):
        revoke(world, ILSE)


def test_a_known_address_looks_the_same_to_who_invites(world: World) -> None:
    invite(world, TOBIAS)
    assert shown_people(world) == ["Sabine Kraus", TOBIAS]
    assert [str(m["Subject"]) for m in mails(world) if m["To"] == TOBIAS] == [
        f"Sie sind an der Reihe: {world.number}"
    ]
    again(world, SABINE)
    fire(world, TOBIAS, "confirm_partnership")
    assert shown_people(world) == ["Sabine Kraus", "Tobias Lindner"]


def test_who_is_invited_for_an_organisation_belongs_to_it_only_after_agreeing(
    world: World,
) -> None:
    invite(world, EMRE)
    with world.sessions() as session:
        emre = person_by_email(session, EMRE).id
    assert len(world.rows(Membership, person_id=emre)) == 1
    fire(world, EMRE, "confirm_partnership")
    assert len(world.rows(Membership, person_id=emre)) == 2


def test_whoever_was_kept_out_is_not_let_in_by_an_invitation(world: World) -> None:
    with world.sessions() as session:
        people.deactivate(session, EMRE, world.now)
    invite(world, EMRE)
    assert [m for m in mails(world) if m["To"] == EMRE] == []
    assert world.rows(PersonalLink) == []


@pytest.mark.parametrize(
    ("other", "where"),
    [
        ({"invited": "keine Adresse"}, "invited"),
        ({"invited": SABINE}, "invited"),
        ({"municipal_org": ""}, "municipal_org"),
    ],
)
def test_an_invitation_that_says_too_little_is_a_problem_of_its_field(
    world: World, other: dict[str, str], where: str
) -> None:
    with pytest.raises(Invalid) as caught:
        open_as(world, SABINE, {**inviting(world), **other})
    assert [p.path for p in caught.value.problems] == [where]
    assert world.rows(Person, email=ILSE) == []


def test_a_contact_that_was_chosen_is_not_replaced_by_an_address(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        open_as(world, SABINE, interest(world, invited=ILSE))
    assert [p.path for p in caught.value.problems] == ["invited"]
    with pytest.raises(Invalid):
        open_as(world, SABINE, inviting(world, civic_contact=""))


def test_what_is_refused_leaves_no_account_behind(world: World) -> None:
    with pytest.raises(Invalid):
        open_as(world, SABINE, inviting(world, title="kurz"))
    assert world.rows(Person, email=ILSE) == []
    assert world.rows(Participation) == []


# ── A new password ──────────────────────────────────────────────────────────────────────────────


def forget(world: World, email: str) -> None:
    with world.sessions() as session:
        links.forgotten(session, email, world.now)
    world.work()


def test_a_forgotten_password_is_set_anew_and_every_session_ends(world: World) -> None:
    before = world.rows(Person, email=LENA)[0]
    forget(world, f" {LENA.upper()} ")
    (token,) = tokens(world, LENA)
    come(world, token, "")
    after = world.rows(Person, email=LENA)[0]
    assert (after.password, after.name) == ("a hash", "Lena Brandl")
    assert after.fs_uniquifier != before.fs_uniquifier


def test_a_link_for_a_password_is_good_for_two_hours(world: World) -> None:
    forget(world, LENA)
    (token,) = tokens(world, LENA)
    with world.sessions() as session, pytest.raises(NotFound):
        links.use(session, world.site, token, "", "a hash", world.now + timedelta(hours=2))


def test_nobody_is_flooded_with_links_and_strangers_get_none(world: World) -> None:
    for _ in range(5):
        forget(world, LENA)
        forget(world, "niemand@example.org")
    assert len(tokens(world, LENA)) == links.RESETS_AN_HOUR
    assert {str(m["To"]) for m in mails(world)} == {LENA}


def test_who_was_invited_and_lost_the_mail_gets_the_invitation_anew(world: World) -> None:
    invite(world)
    forget(world, ILSE)
    assert len(tokens(world)) == 2
    come(world, tokens(world)[-1])


def test_who_was_uninvited_gets_no_link_by_asking_for_a_password(world: World) -> None:
    other = "zweite@landkreis.example.org"
    with world.sessions() as session:
        person = invitations.invite(session, other, "", world.now)
        invitations.revoke_for(session, person, world.now)
    forget(world, other)
    assert tokens(world, other) == []


def test_each_step_of_an_invitation_is_in_the_log(world: World) -> None:
    invite(world)
    again(world, MIRIAM)
    come(world, tokens(world)[-1])
    fire(world, ILSE, "confirm_partnership")
    acts = [row.act for row in world.rows(Administered)]
    assert acts == ["person_invited", "person_invited", "invitation_accepted", "joined"]
