"""The pages of a migration say what is wrong, whatever has happened since the plan was made."""

from __future__ import annotations

import pytest

from tests.changed_lifecycle import PLAN, changed_files
from tests.conftest import SignedIn, WorldAt
from tests.services.steps import another_idea
from tests.web.test_rights_walk import token
from tests.world import VERA, World
from workflow_app.services.definitions import drafting, publishing
from workflow_app.services.migrations import plans
from workflow_app.services.migrations.carrying_over import carry_over
from workflow_app.services.migrations.taking_back import take_back
from workflow_app.services.people import person_by_email
from workflow_app.web.versions import migrations

PROJECT = "tandem_project"
HERE = f"/workflows/{PROJECT}/migrations"


def begun(world: World) -> int:
    """Let Vera publish the changed lifecycle and begin a migration to it."""
    with world.sessions() as session:
        vera = person_by_email(session, VERA)
        drafting.draft(session, world.site, changed_files(), vera, world.now, workflow=PROJECT)
        publishing.publish(session, world.site, PROJECT, 2, vera, world.now)
        return plans.begin(session, world.site, PLAN, vera, world.now)


def test_a_target_that_was_retired_since_is_told_and_moves_nothing(
    world_at: WorldAt, signed_in: SignedIn
) -> None:
    world = world_at("in_review")
    migration = begun(world)
    client = signed_in(world, VERA)
    assert "In Prüfung → Formale Prüfung" in client.get(f"{HERE}/{migration}").text
    with world.sessions() as session:
        publishing.retire(session, PROJECT, 2, person_by_email(session, VERA), world.now)

    page = client.get(f"{HERE}/{migration}")
    assert page.status_code == 200
    assert "Die Nr. 2 ist zurückgezogen." in page.text
    assert "Alle umstellen" not in page.text
    sent = {"action": "go", "number": world.number, "csrf_token": token(client)}
    answer = client.post(f"{HERE}/{migration}", data=sent, follow_redirects=True)
    assert "Die Nr. 2 ist zurückgezogen." in answer.text
    assert world.state == "in_review"


def test_a_second_migration_of_the_workflow_is_refused_and_the_plan_stays_in_the_page(
    world_at: WorldAt, signed_in: SignedIn
) -> None:
    world = world_at("in_review")
    begun(world)
    client = signed_in(world, VERA)
    sent = {"action": "begin", "plan": PLAN, "csrf_token": token(client)}
    answer = client.post(f"{HERE}/new", data=sent)
    assert answer.status_code == 409
    assert "Vera Aumüller hat am" in answer.text
    assert "outline.situation: outline.need" in answer.text


def test_the_pages_are_there_in_english(world_at: WorldAt, signed_in: SignedIn) -> None:
    world = world_at("in_review")
    migration = begun(world)
    with world.sessions.begin() as session:
        person_by_email(session, VERA).language = "en"
    client = signed_in(world, VERA)
    page = client.get(f"{HERE}/{migration}").text
    assert "Migrate all" in page
    assert "Under review → Formal check" in page
    assert "may no longer: &#39;Approve&#39;" in page
    assert (
        "The state &#39;Formal check&#39; is new."
        in client.get(f"/workflows/{PROJECT}/versions/2").text
    )


def test_a_forged_number_or_another_workflow_is_nowhere(
    world_at: WorldAt, signed_in: SignedIn
) -> None:
    world = world_at("in_review")
    migration = begun(world)
    client = signed_in(world, VERA)
    csrf = token(client)
    assert client.get(f"/workflows/recommendation/migrations/{migration}").status_code == 404
    assert client.get(f"{HERE}/99").status_code == 404
    sent = {"action": "go", "number": "TP-2025-0999", "csrf_token": csrf}
    assert client.post(f"{HERE}/{migration}", data=sent).status_code == 404
    assert client.get(f"/workflows/{PROJECT}/versions/99").status_code == 404
    outside = f"/workflows/{PROJECT}/versions/1/file?name=../../etc/passwd"
    assert client.get(outside).status_code == 404


def test_results_are_shown_a_page_at_a_time_and_those_that_stayed_can_be_looked_at_alone(
    world_at: WorldAt, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "RESULTS", 2)
    world = world_at("idea")
    numbers = [world.number, *(another_idea(world, f"Lesekreis {n}") for n in range(3))]
    migration = begun(world)
    with world.sessions() as session:
        vera = person_by_email(session, VERA)
        for number in numbers:
            carry_over(session, world.site, migration, number, vera, world.now)
        take_back(session, world.site, migration, numbers[0], vera, world.now)
    client = signed_in(world, VERA)

    def shown(query: str) -> list[str]:
        page = client.get(f"{HERE}/{migration}?{query}").text
        table = page[page.index("results-heading") :]
        return [n for n in numbers if n in table]

    assert (shown(""), shown("results=2")) == (numbers[:2], numbers[2:])
    assert shown("results=99") == numbers[2:]
    assert shown("status=back") == numbers[:1]
    assert shown("status=moved&results=2") == numbers[3:]
    assert shown("status=nonsense") == numbers[:2]
