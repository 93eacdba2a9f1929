"""People find their work, get in by a link, and look after their account; all without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.conftest import SignedIn, WorldAt
from tests.services.work.test_outbox import mails
from tests.web.test_rights_walk import sign_in, token
from tests.world import EMRE, MIRIAM, SABINE, TOBIAS, World
from workflow_app.demo.people import PASSWORD
from workflow_app.services import people
from workflow_app.services.accounts.attempts import TOGETHER
from workflow_app.services.people import person_by_email
from workflow_app.store.tables.organisations import Membership
from workflow_app.store.tables.people import Person, SignIn, StandingRole
from workflow_app.web.context import EXTENSION

NEW = "ein neues langes Kennwort"
AppOf = Callable[[World], Flask]


@pytest.fixture
def world(world_at: WorldAt, app_of: AppOf) -> World:
    world = world_at("outline_draft")
    app_of(world).extensions[EXTENSION].site.catalogue = world.site.catalogue
    return world


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("", True),
        ("?words=SPRACHCAFE", True),
        ("?words=sprachcafé+unter", True),
        ("?words=0001", True),
        ("?words=Radwerkstatt", False),
        ("?words=%25", False),
        ("?phase=proposal", True),
        ("?phase=evaluation", False),
        ("?phase=nonsense", False),
        ("?county=09274", True),
        ("?county=09261", False),
        ("?state=outline_draft&kind=tandem_project", True),
        ("?ended=yes", False),
        ("?ended=no&mine=1", True),
        ("?page=2", False),
        ("?page=x&ended=x", True),
    ],
)
def test_a_project_is_found_by_what_stands_in_the_address(
    world: World, signed_in: SignedIn, address: str, found: bool
) -> None:
    answer = signed_in(world, SABINE).get(f"/projects{address}")
    assert answer.status_code == 200
    assert (f"/projects/{world.number}" in answer.text) == found


def test_mine_is_what_somebody_takes_part_in_and_not_what_a_role_shows(
    world: World, signed_in: SignedIn
) -> None:
    client = signed_in(world, MIRIAM)
    assert world.number in client.get("/projects").text
    assert world.number not in client.get("/projects?mine=1").text


@pytest.mark.parametrize(
    ("days", "overdue", "week"), [(0, False, False), (80, False, True), (100, True, False)]
)
def test_tasks_are_told_apart_by_their_deadline(
    world: World, signed_in: SignedIn, days: int, overdue: bool, week: bool
) -> None:
    world.later(days)
    client = signed_in(world, SABINE)

    def shown(which: str) -> bool:
        return world.number in client.get(f"/?show={which}").text.partition('id="recent')[0]

    assert (shown("open"), shown("overdue"), shown("week")) == (True, overdue, week)
    assert not shown("others")


def test_what_waits_for_somebody_else_is_a_list_of_its_own(
    world: World, signed_in: SignedIn
) -> None:
    page = signed_in(world, MIRIAM).get("/?show=others").text
    assert world.number in page.partition('id="recent')[0]
    assert "Im Moment wartet kein Vorgang auf Sie." in signed_in(world, MIRIAM).get("/").text


def emres(world: World) -> Person:
    (row,) = world.rows(Person, email=EMRE)
    return row


def test_no_role_is_given_wider_than_was_meant(world: World, signed_in: SignedIn) -> None:
    client, emre = signed_in(world, MIRIAM), f"/people/{emres(world).id}"
    given = {"action": "give", "scope": "site", "csrf_token": token(client)}
    asked = client.post(emre, data={**given, "role": "", "county": ""})
    assert (asked.status_code, "Wählen Sie eine Rolle." in asked.text) == (422, True)
    # Landshut is chosen, but "everywhere" stands above it.
    torn = client.post(emre, data={**given, "role": "supervisor", "county": "09274"})
    assert (torn.status_code, "Was soll gelten?" in torn.text) == (422, True)
    assert emres(world).id not in {g.person_id for g in world.rows(StandingRole)}
    meant = {**given, "role": "supervisor", "scope": "county", "county": "09274"}
    page = client.post(emre, data=meant, follow_redirects=True).text
    assert "Gegeben: Projektaufsicht, Landkreis Landshut." in page


def test_an_invitation_knows_the_name_that_it_was_sent_to(
    world: World, signed_in: SignedIn, app_of: AppOf
) -> None:
    client = signed_in(world, MIRIAM)
    ilse = {"email": "ilse@example.org", "name": "Ilse Huber", "csrf_token": token(client)}
    client.post("/people/new", data=ilse)
    world.work()
    (link,) = re.findall(r"http\S+/access/\S+", mails(world)[-1].get_content())
    there, guest = urlsplit(link).path, app_of(world).test_client()
    assert 'value="Ilse Huber"' in guest.get(there).text
    nameless = {"name": "", "password": NEW, "again": "?", "csrf_token": token(guest)}
    page = guest.post(there, data=nameless).text
    assert "Bitte geben Sie Ihren Namen an." in page
    assert "sind verschieden" in page


def test_a_new_password_is_set_by_the_link_of_a_mail(world: World, app_of: AppOf) -> None:
    app = app_of(world)
    client = app.test_client()
    typed = {"email": "sabine.kraus", "csrf_token": token(client)}
    assert "Das ist keine E-Mail-Adresse." in client.post("/access/forgotten", data=typed).text
    for email in (SABINE, "niemand@example.org"):
        data = {"email": email, "csrf_token": token(client)}
        assert (
            "Wenn es zu dieser Adresse ein Konto gibt"
            in client.post("/access/forgotten", data=data).text
        )
    world.work()
    (link,) = re.findall(r"http\S+/access/\S+", mails(world)[-1].get_content())
    there = urlsplit(link).path
    assert SABINE in client.get(there).text
    personal = "sabine geht im Wald"
    for password, again, because in (
        ("kurz", "kurz", "mindestens 12 Zeichen"),
        (personal, personal, "enthält Ihren Namen"),
        (NEW, NEW + "!", "sind verschieden"),
    ):
        data = {"password": password, "again": again, "csrf_token": token(client)}
        refused = client.post(there, data=data)
        assert refused.status_code == 422
        assert because in refused.text
    data = {"password": NEW, "again": NEW, "csrf_token": token(client)}
    assert client.post(there, data=data).status_code == 303
    assert client.get(there).status_code == 410
    assert sign_in(app, SABINE, PASSWORD).status_code == 200
    assert sign_in(app, SABINE, NEW).status_code == 302


def test_tobias_changes_his_password_and_only_this_session_goes_on(
    world: World, signed_in: SignedIn
) -> None:
    here, there = signed_in(world, TOBIAS), signed_in(world, TOBIAS)
    data = {"action": "password", "password": NEW, "again": NEW, "csrf_token": token(here)}
    wrong = here.post("/account", data={**data, "before": "falsch"})
    assert wrong.status_code == 422
    assert NEW not in wrong.text
    easy = {"before": PASSWORD, "password": "Willkommen2026!", "again": "Willkommen2026!"}
    assert "leicht zu erraten" in here.post("/account", data={**data, **easy}).text
    assert here.post("/account", data={**data, "before": PASSWORD}).status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302


def test_whoever_guesses_the_present_password_has_to_wait(
    world: World, signed_in: SignedIn
) -> None:
    here = signed_in(world, TOBIAS)
    data = {"action": "password", "password": NEW, "again": NEW, "csrf_token": token(here)}
    for _ in range(TOGETHER):
        assert "Warten Sie" not in here.post("/account", data={**data, "before": "falsch"}).text
    right = here.post("/account", data={**data, "before": PASSWORD})
    assert (right.status_code, "Warten Sie eine Viertelstunde" in right.text) == (422, True)


def test_sessions_are_ended_one_by_one_and_only_the_own_ones(
    world: World, signed_in: SignedIn
) -> None:
    here, there, emre = (signed_in(world, who) for who in (TOBIAS, TOBIAS, EMRE))
    for row in world.rows(SignIn):
        here.post("/account", data={"action": f"end-{row.id}", "csrf_token": token(emre)})
    assert emre.get("/account").status_code == 200
    with world.sessions() as session:
        mine = person_by_email(session, TOBIAS).id
    (other,) = [r.id for r in world.rows(SignIn, person_id=mine)][1:2]
    csrf = token(here)
    here.post("/account", data={"action": f"end-{other}", "csrf_token": csrf})
    assert sorted(c.get("/account").status_code for c in (here, there)) == [200, 302]


def test_the_office_invites_finds_and_closes_an_account(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world, MIRIAM)
    csrf = token(client)
    bad = client.post("/people/new", data={"email": "keine", "name": "Neu", "csrf_token": csrf})
    assert (bad.status_code, "keine E-Mail-Adresse" in bad.text) == (422, True)
    sent = {"email": "neu@example.org", "name": "Jörg Neu", "csrf_token": csrf}
    there = client.post("/people/new", data=sent).location
    assert "Jörg Neu" in client.get("/people?words=jorg&state=invited").text
    client.post(there, data={"action": "deactivate", "csrf_token": csrf})
    assert "Jörg Neu" in client.get("/people?state=deactivated").text
    assert world.rows(Person, email="neu@example.org")[0].deactivated_at


def test_who_leaves_an_organisation_leaves_no_project_and_the_office_is_shown_which(
    world: World, signed_in: SignedIn
) -> None:
    client = signed_in(world, MIRIAM)
    with world.sessions() as session:
        tobias = person_by_email(session, TOBIAS).id
    (row,) = world.rows(Membership, person_id=tobias)
    sent = {"action": f"leave-{row.id}", "csrf_token": token(client)}
    left = client.post(f"/organisations/{row.organisation_id}", data=sent, follow_redirects=True)

    assert "An den Vorgängen hat sich nichts geändert" in left.text
    assert f'href="/people/{tobias}/reach"' in left.text
    assert world.number in client.get(f"/people/{tobias}/reach").text
    assert f'href="/people/{tobias}/reach"' in signed_in(world, TOBIAS).get("/account").text


def test_an_administrator_reads_mails_but_no_link_that_lets_somebody_in(
    world: World, signed_in: SignedIn
) -> None:
    with world.sessions() as session:
        people.give_role(session, EMRE, "admin")
    client = signed_in(world, EMRE)
    client.post("/access/forgotten", data={"email": SABINE, "csrf_token": token(client)})
    world.work()
    shown = client.get("/administration/messages").text
    (newest, *_) = re.findall(r"/administration/messages/\d+", shown)
    assert "Neues Passwort für Tandem" in shown
    text = client.get(newest).text
    assert "ein neues Passwort angefordert" in text
    assert "/access/…" in text
    assert not re.search(r"/access/\w", text.partition('t-mail"')[2])


@pytest.mark.parametrize(("state", "offered"), [("agreement_draft", 1), ("signature_pending", 0)])
def test_no_draft_is_offered_beside_the_agreement_that_goes_to_be_signed(
    world_at: WorldAt, signed_in: SignedIn, state: str, offered: int
) -> None:
    world = world_at(state)
    page = signed_in(world, SABINE).get(f"/projects/{world.number}").text

    assert page.count("Kooperationsvereinbarung, Entwurf ansehen") == offered
