"""Versions of a workflow: nobody publishes what is not verified, and nothing published changes."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.services.at_once import at_once
from tests.services.definitions.versions import (
    PROJECT,
    WORKFLOW,
    draft,
    in_force,
    publish,
    second_version,
    status,
)
from tests.services.steps import another_idea, changed, give_role, shipped
from tests.world import JONAS, MIRIAM, SABINE, World
from workflow_app.core.errors import Conflict, DefinitionError, Invalid, NotAllowed, NotFound
from workflow_app.services.definitions import drafting, log, publishing, raising
from workflow_app.services.definitions.versions import listed
from workflow_app.services.doctor import examine
from workflow_app.services.people import person_by_email
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.definitions import Definition, DefinitionEvent


def test_a_change_is_drafted_verified_and_published_and_new_cases_open_on_it(
    miriams: World,
) -> None:
    before = miriams.rows(Definition)[0].files
    number = draft(miriams, tandem_project=second_version())
    assert status(miriams, number) == "verified"
    assert in_force(miriams) == 1
    assert publish(miriams, number) == "published"
    assert in_force(miriams) == number == 2
    another_idea(miriams)
    assert [case.definition_id for case in miriams.rows(Case)] == [1, 2]
    # What was not sent is as it was; what is published is as it was sent.
    first, second = miriams.rows(Definition)
    assert first.files == before
    assert {path for path in before if before[path] != second.files[path]} == {WORKFLOW}


def test_what_has_errors_is_kept_as_a_draft_and_never_published(miriams: World) -> None:
    broken = second_version("    rights: archive_only\n", "    rights: archiv_only\n")
    number = draft(miriams, tandem_project=broken)
    assert status(miriams, number) == "draft"
    with pytest.raises(DefinitionError) as caught:
        publish(miriams, number)
    line = broken.splitlines().index("    rights: archiv_only") + 1
    assert {p.place.line for p in caught.value.problems} == {line}
    assert (status(miriams, number), in_force(miriams)) == ("draft", 1)


def test_a_file_that_is_no_yaml_is_kept_too_so_that_its_lines_can_be_read(miriams: World) -> None:
    number = draft(miriams, outline="form: outline\n  label: [")
    assert status(miriams, number) == "draft"
    with pytest.raises(DefinitionError):
        publish(miriams, number)


@pytest.mark.parametrize("email", [SABINE, JONAS])
def test_nobody_but_an_administrator_drafts_publishes_or_retires(
    miriams: World, email: str
) -> None:
    number = draft(miriams, tandem_project=second_version())
    before = len(miriams.rows(DefinitionEvent))
    with pytest.raises(NotAllowed):
        draft(miriams, email, tandem_project=second_version("de: Genehmigen", "de: Ja"))
    with pytest.raises(NotAllowed):
        publish(miriams, number, email)
    for end in (publishing.retire, publishing.discard):
        with miriams.sessions() as session:
            person = person_by_email(session, email)
            with pytest.raises(NotAllowed):
                end(session, PROJECT, number, person, miriams.now)
    assert len(miriams.rows(DefinitionEvent)) == before


def test_an_administrator_of_one_county_does_not_change_the_workflow_of_all(
    miriams: World,
) -> None:
    give_role(miriams, JONAS, "admin", "county", "09274")
    with pytest.raises(NotAllowed):
        draft(miriams, JONAS, tandem_project=second_version())


def test_the_version_in_the_file_has_to_be_raised_before_publishing(miriams: World) -> None:
    text = changed(shipped(WORKFLOW), "de: Genehmigen", "de: Zustimmen")
    number = draft(miriams, tandem_project=text)
    with pytest.raises(Invalid) as caught:
        publish(miriams, number)
    assert [p.rule for p in caught.value.problems] == ["taken"]
    assert status(miriams, number) == "verified"
    with miriams.sessions() as session:
        miriam = person_by_email(session, MIRIAM)
        raised, again = (
            raising.raise_version(
                session, miriams.site, PROJECT, number, miriam, miriams.now, key="once"
            )
            for _ in range(2)
        )
        assert raised is again
        # Nothing but this one line is different.
        before, after = (set(t.splitlines()) for t in (text, raised.files[WORKFLOW]))
        assert after - before == {f'version: "{raised.version}"'}
        third = raised.number
    assert publish(miriams, third) == "published"
    assert status(miriams, number) == "discarded"


@pytest.mark.parametrize(
    ("version", "after"),
    [("1", "4"), ("2026.9", "2026.10"), ("entwurf", "entwurf-1"), ("v2b", "v2b-1"), ("09", "10")],
)
def test_the_next_version_is_one_that_none_bears(miriams: World, version: str, after: str) -> None:
    with miriams.sessions() as session:
        borne = dict.fromkeys(("1", "2", "3", version))
        rows = [log.add(session, "other", v, {}, f"hash of {v}", miriams.now) for v in borne]
        row = next(row for row in rows if row.version == version)
        assert raising.next_version(session, row) == after


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("tandem_project.yaml", None, "same"),
        ("../../etc/passwd", b"x", "bad_name"),
        ("outline.yaml", b"\xff\xfe", "not_text"),
        ("joint_event.yaml", b"workflow: joint_event\n", "other_workflow"),
        ("event_plan.yaml", None, "not_used"),
    ],
)
def test_files_that_cannot_be_a_version_are_refused_by_name(
    miriams: World, name: str, data: bytes | None, rule: str
) -> None:
    folder = "workflows" if name.startswith("tandem") else "forms"
    sent = {name: data if data is not None else shipped(f"{folder}/{name}").encode()}
    with miriams.sessions() as session:
        person = person_by_email(session, MIRIAM)
        with pytest.raises(Invalid) as caught:
            drafting.draft(session, miriams.site, sent, person, miriams.now, workflow=PROJECT)
    assert [p.rule for p in caught.value.problems] == [rule]
    assert len(miriams.rows(Definition)) == 1


def test_a_retired_version_takes_no_new_case_and_the_one_before_it_does(miriams: World) -> None:
    publish(miriams, draft(miriams, tandem_project=second_version()))
    with miriams.sessions() as session:
        person = person_by_email(session, MIRIAM)
        publishing.retire(session, PROJECT, 2, person, miriams.now, words="Zu früh.")
    assert (status(miriams, 2), in_force(miriams)) == ("retired", 1)
    assert publish(miriams, 2) == "published"
    assert in_force(miriams) == 2


def test_with_all_versions_retired_no_case_opens_and_the_running_one_goes_on(
    miriams: World,
) -> None:
    with miriams.sessions() as session:
        person = person_by_email(session, MIRIAM)
        publishing.retire(session, PROJECT, 1, person, miriams.now)
    with pytest.raises(NotFound):
        another_idea(miriams)
    with miriams.sessions() as session:
        assert miriams.look(SABINE, session).case.state == "in_review"


@pytest.mark.slow
def test_who_sees_an_old_version_in_force_does_not_replace_a_newer_one(miriams: World) -> None:
    second = draft(miriams, tandem_project=second_version())
    third = draft(miriams, tandem_project=second_version().replace('version: "3"', 'version: "4"'))
    publish(miriams, second, instead_of=1)
    with pytest.raises(Conflict):
        publish(miriams, third, instead_of=1)
    assert (status(miriams, third), in_force(miriams)) == ("verified", second)


def test_of_two_administrators_at_once_one_wins(miriams: World) -> None:
    give_role(miriams, JONAS, "admin")
    second = draft(miriams, tandem_project=second_version())
    third = draft(miriams, tandem_project=second_version().replace('version: "3"', 'version: "4"'))
    ends = at_once(
        lambda: publish(miriams, second, MIRIAM, instead_of=1),
        lambda: publish(miriams, third, JONAS, instead_of=1),
    )
    assert sorted(ends) == ["Conflict", "published"]


def test_the_log_says_who_did_what_and_shows_when_somebody_changed_it(miriams: World) -> None:
    publish(miriams, draft(miriams, tandem_project=second_version()))
    with miriams.sessions() as session:
        told = [
            (event.definition.number, event.kind, event.actor.name if event.actor else None)
            for event in reversed(log.events(session, PROJECT))
        ]
        assert told == [
            (1, "published", None),
            (2, "drafted", "Miriam Vogt"),
            (2, "verified", "Miriam Vogt"),
            (2, "published", "Miriam Vogt"),
        ]
        assert list(log.broken_links(session)) == []
        session.execute(text("UPDATE definition_event SET actor_id = NULL WHERE kind = 'verified'"))
        session.commit()
        (finding,) = examine(session, miriams.site, miriams.now)
    assert "log of the versions" in finding.wrong


def test_the_list_counts_the_cases_of_each_version(miriams: World) -> None:
    publish(miriams, draft(miriams, tandem_project=second_version()))
    another_idea(miriams)
    with miriams.sessions() as session:
        found = [
            (row.definition.number, row.status, row.current, row.running, row.ended)
            for row in listed(session, PROJECT)
        ]
    assert found == [(2, "published", True, 1, 0), (1, "published", False, 1, 0)]
