"""Every address that there is: who may open it, and what comes with every answer."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator
from itertools import product
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from tests.conftest import SignedIn, WorldAt
from tests.world import ANNA, EMRE, JONAS, LENA, MIRIAM, SABINE, VERA, World
from workflow_app.demo.people import PASSWORD
from workflow_app.services import people
from workflow_app.services.accounts.attempts import TOGETHER
from workflow_app.store.tables.definitions import DefinitionEvent
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.people import SignIn
from workflow_app.web.context import EXTENSION

OPEN = {
    "/login",
    "/fs-static/<path:filename>",
    "/static/<path:filename>",
    "/pruefen",
    "/pruefen/<code>",
    "/access/forgotten",
    "/access/<token>",
    "/<any(impressum, datenschutz, barrierefreiheit):name>",
    "/language/<any(de, en):wanted>",
}
"""What everybody may open without signing in."""
OFFICE = {
    "/people",
    "/people/new",
    "/people/<int:person_id>",
    "/organisations",
    "/organisations/new",
    "/organisations/<int:organisation_id>",
    "/organisations/<int:organisation_id>/edit",
}
"""What is for the programme office and administrators."""
ADMINISTRATION = {
    "/administration/log",
    "/administration/messages",
    "/administration/messages/<int:job_id>",
    "/administration/workflows",
}
"""What is for administrators."""
CLOSED = {
    "/account",
    "/",
    "/logout",
    "/projects",
    "/projects/new",
    "/projects/new/<workflow>",
    "/recommendations",
    "/people/<int:person_id>/reach",
    "/people/<int:person_id>/reach.csv",
    "/settings",
    "/verify",
    "/workflows",
    "/workflows/<workflow>",
    "/workflows/<workflow>/manual",
    "/workflows/<workflow>/manual.pdf",
    "/workflows/<workflow>/rights",
    "/workflows/<workflow>/rights.csv",
    "/workflows/<workflow>/rights.pdf",
    "/workflows/<workflow>/simulation",
}
"""What asks to sign in and is not about one project; all else that is closed bears its number."""
ADMINISTRATORS = ("/workflows/<workflow>/versions", "/workflows/<workflow>/migrations")
"""Addresses that begin so are for administrators alone."""
PROJECT = "/projects/<number>"
EXAMPLES = {
    "workflow": ("recommendation",),
    "person_id": ("1",),
    "organisation_id": ("1",),
    "job_id": ("1",),
    "token": ("made-up",),
    "version": ("1",),
    "migration": ("1",),
    "form_id": ("interest",),
    "slot": ("civic",),
    "transition": ("confirm_partnership", "no_such_step"),
    "document_id": ("1",),
    "attachment_id": ("1",),
    "ordinal": ("1",),
    "filename": ("tandem.css",),
    "code": ("ABCDEFGHJKLM",),
    "name": ("impressum",),
    "wanted": ("en",),
}
"""What stands in an address → what is tried for it."""
STATES = (
    "idea", "outline_draft", "in_review", "agreement_draft", "agreement_alignment",
    "signature_pending", "active", "closing", "self_evaluation", "joint_reflection",
    "assessment", "evaluated", "archived",
)  # fmt: skip
FOR_READERS = ("evaluated", "archived")
QUICK = ("idea", "in_review", "active", "evaluated")
WALKED = [pytest.param(s, marks=[] if s in QUICK else pytest.mark.slow) for s in STATES]
"""Every state; the quick tests walk through one of each kind."""
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

AppOf = Callable[[World], Flask]


@pytest.fixture
def pages(world_at: WorldAt, app_of: AppOf) -> Callable[[str], World]:
    """Return a function that gives a world whose pages share the definitions, read once."""

    def at(state: str) -> World:
        world = world_at(state)
        app_of(world).extensions[EXTENSION].site.catalogue = world.site.catalogue
        return world

    return at


def addresses(app: Flask, number: str, start: str = "") -> Iterator[tuple[str, str, str]]:
    """Return (rule, method, address) for every method of every address that begins so."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(start):
            continue
        names = re.findall(r"<(?:[^<>]*:)?(\w+)>", rule.rule)
        for values in product(*({"number": (number,), **EXAMPLES}[name] for name in names)):
            address = rule.rule
            for name, value in zip(names, values, strict=True):
                address = re.sub(rf"<(?:[^<>]*:)?{name}>", value, address)
            for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"}):
                yield rule.rule, method, address


def token(client: FlaskClient) -> str:
    """Return the token against forged requests that this browser's pages carry."""
    page = client.get("/impressum").text
    if 'name="csrf_token"' not in page:
        page = client.get("/login").text
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def answer_to(client: FlaskClient, method: str, address: str, csrf: str) -> TestResponse:
    """Return what comes back; a POST carries a comment, a file, and the token of the pages."""
    sent = {"csrf_token": csrf, "comment": "Hallo", "action": "submit"}
    data = {**sent, "file": (io.BytesIO(PNG), "bild.png")} if method == "POST" else None
    return client.open(address, method=method, data=data, buffered=True)


def ways_in(answer: TestResponse) -> bool:
    """Say whether the answer sends the browser to the sign-in page."""
    return answer.status_code in (302, 303) and answer.location.startswith("/login")


def test_every_address_is_open_closed_or_a_projects(
    pages: Callable[[str], World], app_of: AppOf
) -> None:
    rules = {rule.rule for rule in app_of(pages("people")).url_map.iter_rules()}

    known = OPEN | CLOSED | OFFICE | ADMINISTRATION
    others = {r for r in rules - known if not r.startswith((PROJECT, *ADMINISTRATORS))}
    assert others == set()
    assert rules >= known


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in_page(
    pages: Callable[[str], World], app_of: AppOf
) -> None:
    world = pages("idea")
    app = app_of(world)
    client = app.test_client()
    csrf = token(client)

    for rule, method, address in addresses(app, world.number):
        answer = answer_to(client, method, address, csrf)
        assert ways_in(answer) == (rule not in OPEN), (method, address, answer.status)


def test_the_public_check_names_the_document_and_nobody(
    pages: Callable[[str], World], app_of: AppOf
) -> None:
    world = pages("signature_pending")
    world.work()
    (document,) = world.rows(Document, kind="agreement")
    page = app_of(world).test_client().get(f"/pruefen/{document.check_code}").text

    assert document.number in page
    for secret in ("Sabine", "Tobias", "Huber", "Sprachcafé", "Landshut", world.number):
        assert secret not in page, secret


@pytest.mark.parametrize("state", WALKED)
def test_emre_who_is_nobody_on_it_does_not_learn_that_the_project_exists(
    state: str, pages: Callable[[str], World], app_of: AppOf, signed_in: SignedIn
) -> None:
    world = pages(state)
    client = signed_in(world, EMRE)
    csrf = token(client)
    before = len(world.rows(Entry))

    unknown = client.get("/projects/TP-2025-0999").text
    for _, method, address in addresses(app_of(world), world.number, PROJECT):
        answer = answer_to(client, method, address, csrf)
        assert (answer.status_code, shown(answer.text)) == (404, shown(unknown)), (method, address)
    derived = client.get(f"/projects/new?derived_from={world.number}")
    assert (derived.status_code, shown(derived.text)) == (404, shown(unknown))
    assert world.number not in client.get("/projects").text
    assert len(world.rows(Entry)) == before


@pytest.mark.parametrize("state", WALKED)
def test_anna_reads_what_is_evaluated_and_changes_nothing(
    state: str, pages: Callable[[str], World], app_of: AppOf, signed_in: SignedIn
) -> None:
    world = pages(state)
    client = signed_in(world, ANNA)
    csrf = token(client)
    before = len(world.rows(Entry))

    assert (client.get(f"/projects/{world.number}").status_code == 200) == (state in FOR_READERS)
    assert (world.number in client.get("/projects").text) == (state in FOR_READERS)
    for _, method, address in addresses(app_of(world), world.number, PROJECT):
        if method != "GET" or state not in FOR_READERS:
            answer = answer_to(client, method, address, csrf)
            closed = (403, 404) if state in FOR_READERS else (404,)
            assert answer.status_code in closed, (method, address)
    assert len(world.rows(Entry)) == before


@pytest.mark.parametrize("email", [SABINE, MIRIAM, JONAS, ANNA])
def test_nobody_but_an_administrator_changes_workflows(
    email: str, pages: Callable[[str], World], app_of: AppOf, signed_in: SignedIn
) -> None:
    world = pages("idea")
    client = signed_in(world, email)
    csrf = token(client)
    before = len(world.rows(DefinitionEvent))

    for start in ADMINISTRATORS:
        for _, method, address in addresses(app_of(world), world.number, start):
            answer = answer_to(client, method, address, csrf)
            assert answer.status_code in (403, 405), (method, address)
    assert len(world.rows(DefinitionEvent)) == before
    assert "/versions" not in client.get("/workflows/tandem_project").text


def test_vera_who_administers_sees_no_project_by_that(
    pages: Callable[[str], World], app_of: AppOf, signed_in: SignedIn
) -> None:
    world = pages("in_review")
    client = signed_in(world, VERA)

    assert client.get(f"/projects/{world.number}").status_code == 404
    assert world.number not in client.get("/projects").text
    assert "/versions" in client.get("/workflows/tandem_project").text


@pytest.mark.parametrize("digits", [20, 5000])
def test_a_number_larger_than_any_row_is_nothing_here(
    digits: int, pages: Callable[[str], World], app_of: AppOf, signed_in: SignedIn
) -> None:
    world = pages("people")
    client = signed_in(world, VERA)
    rules = [rule.rule for rule in app_of(world).url_map.iter_rules() if "<int" in rule.rule]

    assert rules
    for rule in rules:
        address = re.sub(r"<int\b[^<>]*>", "9" * digits, rule)
        address = re.sub(r"<(?:[^<>]*:)?\w+>", "recommendation", address)
        assert client.get(address).status_code == 404, rule


@pytest.mark.parametrize("sent", ["q=a&q=%00", "%00=a"])
def test_what_no_keyboard_types_is_refused_wherever_it_stands(
    sent: str, pages: Callable[[str], World], signed_in: SignedIn
) -> None:
    client = signed_in(pages("people"), SABINE)

    assert client.get(f"/projects?{sent}").status_code == 400
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    data = f"csrf_token={token(client)}&{sent}"
    assert client.post("/settings", data=data, headers=form).status_code == 400


def shown(page: str) -> str:
    """Return what a page says, without what differs from one request to the next."""
    return re.sub(r'value="[^"]*"', "", page.partition("<main")[2])


def test_nothing_is_taken_that_does_not_carry_the_token(
    pages: Callable[[str], World], app_of: AppOf, signed_in: SignedIn
) -> None:
    world = pages("idea")
    client = signed_in(world, SABINE)
    app = app_of(world)
    before = len(world.rows(Entry))

    for _, method, address in addresses(app, world.number):
        if method == "POST":
            assert client.post(address).status_code == 400, address
            forged = client.post(address, data={"csrf_token": token(app.test_client())})
            assert forged.status_code == 400, address
    assert len(world.rows(Entry)) == before


def test_a_password_sent_without_the_token_signs_nobody_in(
    pages: Callable[[str], World], app_of: AppOf
) -> None:
    client = app_of(pages("people")).test_client()
    client.post("/login", data={"email": SABINE, "password": PASSWORD})

    assert ways_in(client.get("/"))


def test_every_kind_of_answer_carries_the_headers_that_protect(
    pages: Callable[[str], World], app_of: AppOf, signed_in: SignedIn
) -> None:
    world = pages("signature_pending")
    app = app_of(world)
    client = signed_in(world, MIRIAM)
    csrf = token(client)
    here = f"/projects/{world.number}"
    pdf = re.search(rf"{here}/documents/\d+", client.get(here).text)
    assert pdf
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.view_functions["pictures.workflow"] = lambda number: 1 / 0
    answers = {
        "page": client.get(here),
        "document": client.get(pdf[0]),
        "style": client.get("/static/tandem.css", buffered=True),
        "redirect": app.test_client().get(here),
        "forged": client.post(f"{here}/comments"),
        "closed": client.get(f"{here}/transitions/approve"),
        "nothing": client.get("/nowhere"),
        "method": client.delete(here),
        "complaint": client.post(f"{here}/comments", data={"csrf_token": csrf, "comment": " "}),
        "too large": client.post(f"{here}/attachments", data=b"x" * 26_000_000),
        "broken": client.get(f"{here}/workflow"),
    }

    assert [a.status_code for a in answers.values()] == [
        200, 200, 200, 302, 400, 403, 404, 405, 422, 413, 500,
    ]  # fmt: skip
    for kind, answer in answers.items():
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, kind
        assert "unsafe" not in policy, kind
        assert answer.headers["X-Content-Type-Options"] == "nosniff", kind
        assert answer.headers["X-Frame-Options"] == "DENY", kind
        assert answer.headers["Referrer-Policy"] == "same-origin", kind
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", kind
        if kind != "style":
            assert answer.headers["Cache-Control"] == "no-store", kind


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    pages: Callable[[str], World], app_of: AppOf
) -> None:
    cookie = app_of(pages("people")).test_client().get("/login").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_session_that_was_ended_on_the_server_is_signed_out(
    pages: Callable[[str], World], signed_in: SignedIn
) -> None:
    world = pages("idea")
    client = signed_in(world, SABINE)
    assert client.get("/projects").status_code == 200
    with world.sessions.begin() as session:
        session.execute(update(SignIn).values(ended_at=world.now))

    assert ways_in(client.get("/projects"))


def test_a_script_that_saves_is_told_that_the_session_has_ended(
    pages: Callable[[str], World], signed_in: SignedIn
) -> None:
    world = pages("outline_draft")
    client = signed_in(world, SABINE)
    address = f"/projects/{world.number}/forms/outline"
    page = client.get(address).text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    with world.sessions.begin() as session:
        session.execute(update(SignIn).values(ended_at=world.now))
    asks = {"Accept": "application/json"}
    answer = client.post(f"{address}/draft", data={"csrf_token": token}, headers=asks)

    assert answer.status_code == 401
    assert answer.json == {"error": "Bitte melden Sie sich an, um diese Seite zu sehen."}


def test_a_file_of_the_page_changes_no_cookie_while_another_window_signs_in(
    pages: Callable[[str], World], signed_in: SignedIn
) -> None:
    world = pages("idea")
    client = signed_in(world, SABINE)
    with world.sessions.begin() as session:
        session.execute(update(SignIn).values(ended_at=world.now))

    with client.get("/static/typing.js") as file:
        assert "Set-Cookie" not in file.headers
    assert "Set-Cookie" in client.get("/projects").headers


def test_whoever_is_deactivated_is_signed_out_at_once_and_cannot_come_back(
    pages: Callable[[str], World], app_of: AppOf, signed_in: SignedIn
) -> None:
    world = pages("idea")
    client = signed_in(world, SABINE)
    with world.sessions() as session:
        people.deactivate(session, SABINE, world.now)

    assert ways_in(client.get("/projects"))
    assert "Die Anmeldung hat nicht geklappt" in sign_in(app_of(world), SABINE, PASSWORD).text


def test_a_cookie_that_somebody_kept_is_worth_nothing_after_signing_out(
    pages: Callable[[str], World], app_of: AppOf, signed_in: SignedIn
) -> None:
    world = pages("idea")
    client = signed_in(world, SABINE)
    kept = client.get_cookie("session")
    assert kept
    client.post("/logout", data={"csrf_token": token(client)})
    thief = app_of(world).test_client()
    thief.set_cookie("session", kept.value)

    assert ways_in(thief.get("/projects"))


def test_a_session_that_nobody_uses_ends_by_itself(
    pages: Callable[[str], World], signed_in: SignedIn
) -> None:
    world = pages("idea")
    client = signed_in(world, SABINE)
    world.later(1)

    assert ways_in(client.get("/projects"))


def test_signing_in_does_not_tell_whether_an_address_exists(
    pages: Callable[[str], World], app_of: AppOf
) -> None:
    app = app_of(pages("people"))
    known, unknown = (
        sign_in(app, email, "not the password") for email in (SABINE, "nobody.here@example.org")
    )

    assert known.status_code == unknown.status_code
    assert shown(known.text) == shown(unknown.text)
    assert "Die Anmeldung hat nicht geklappt" in known.text


def test_signing_in_leads_nowhere_else(pages: Callable[[str], World], app_of: AppOf) -> None:
    app = app_of(pages("people"))
    for next_page in ("https://example.com/", "//example.com", r"\\example.com", "/\\example.com"):
        where = sign_in(app, SABINE, PASSWORD, next_page).location or ""
        assert urlsplit(where).netloc == "", next_page
        assert where[:1] not in ("\\", "/") or where[1:2] not in ("\\", "/"), next_page


def sign_in(app: Flask, email: str, password: str, next_page: str = "") -> TestResponse:
    """Send the sign-in form from a new browser."""
    client = app.test_client()
    data = {"email": email, "password": password, "csrf_token": token(client)}
    return client.post("/login", data=data, query_string={"next": next_page} if next_page else None)


@pytest.mark.parametrize(
    ("who", "closed"),
    [
        (SABINE, OFFICE | ADMINISTRATION),
        (EMRE, OFFICE | ADMINISTRATION),
        (ANNA, OFFICE | ADMINISTRATION),
        (MIRIAM, ADMINISTRATION),
        (LENA, frozenset()),
    ],
)
def test_the_office_looks_after_accounts_and_only_administrators_read_log_and_mails(
    who: str,
    closed: set[str],
    pages: Callable[[str], World],
    app_of: AppOf,
    signed_in: SignedIn,
) -> None:
    world = pages("idea")
    world.work()
    with world.sessions() as session:
        people.give_role(session, LENA, "admin")
    client = signed_in(world, who)
    csrf = token(client)
    for rule, method, address in addresses(app_of(world), world.number):
        if rule in OFFICE | ADMINISTRATION:
            answer = answer_to(client, method, address, csrf)
            assert (answer.status_code == 403) == (rule in closed), (method, address)
            assert answer.status_code < 500, (method, address)
    assert ("/people" in client.get("/").text) == (not closed >= OFFICE)
    assert ("/administration/log" in client.get("/").text) == (not closed)


def test_too_many_wrong_passwords_have_to_wait_whether_or_not_there_is_an_account(
    pages: Callable[[str], World], app_of: AppOf
) -> None:
    app = app_of(pages("people"))
    for email in (SABINE, "nobody.here@example.org"):
        for _ in range(TOGETHER):
            assert "Zu viele" not in sign_in(app, email, "not the password").text
        assert "Zu viele falsche Versuche" in sign_in(app, email, PASSWORD).text
    assert sign_in(app, EMRE, PASSWORD).status_code == 302
