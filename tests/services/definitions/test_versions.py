"""Versions of a workflow: nobody publishes what is not verified, and nothing published changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.conftest import WorldAt
from tests.services.at_once import at_once
from tests.services.steps import another_idea, changed, give_role, shipped, with_content
from tests.world import JONAS, MIRIAM, SABINE, World
from workflow_app.core.errors import Conflict, DefinitionError, Invalid, NotAllowed, NotFound
from workflow_app.installation import site_of
from workflow_app.services.definitions import drafting, log, publishing, raising, taking_in
from workflow_app.services.definitions.versions import find, listed, read
from workflow_app.services.doctor import examine
from workflow_app.services.people import person_by_email
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.definitions import Definition, DefinitionEvent

PROJECT = "tandem_project"
WORKFLOW = "workflows/tandem_project.yaml"


def second_version(old: str = "de: Genehmigen", new: str = "de: Zustimmen") -> str:
    """Return the shipped workflow as its author changes it."""
    return changed(changed(shipped(WORKFLOW), 'version: "2"', 'version: "3"'), old, new)


def draft(world: World, email: str = MIRIAM, **files: str) -> int:
    """Upload files (`outline="…"` is outline.yaml) as a draft of the project's workflow."""
    sent = {f"{name}.yaml": said.encode() for name, said in files.items()}
    with world.sessions() as session:
        person = person_by_email(session, email)
        return drafting.draft(session, world.site, sent, person, world.now, workflow=PROJECT).number


def publish(world: World, number: int, email: str = MIRIAM, instead_of: int | None = None) -> str:
    """Publish a version of the project's workflow, and return its status."""
    with world.sessions() as session:
        person = person_by_email(session, email)
        row = publishing.publish(
            session, world.site, PROJECT, number, person, world.now, instead_of=instead_of
        )
        return log.status_of(row)


def status(world: World, number: int) -> str:
    with world.sessions() as session:
        return log.status_of(find(session, PROJECT, number))


def in_force(world: World) -> int:
    with world.sessions() as session:
        row = log.current(session, PROJECT)
        return row.number if row else 0


@pytest.fixture
def miriams(world_at: WorldAt) -> World:
    """Return a world with a project in review, in which Miriam administers the workflows."""
    world = world_at("in_review")
    give_role(world, MIRIAM, "admin")
    return world


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


# ── Plays, and what an import leaves open ───────────────────────────────────────────────────────

PLAY = """play: tobias_joins
workflow: tandem_project
people:
  sabine: {name: S, roles: [civic_partner], side: civic, organisation: Freiwilligenagentur}
  tobias: {name: T, roles: [municipal_partner], side: municipal, organisation: Landratsamt}
steps:
  - {who: sabine, does: create}
  - {who: tobias, does: confirm_partnership}
  - {state: outline_draft}
"""


def played(world: World, number: int) -> list[tuple[str, int, str, str]]:
    """Return what the plays of a version say: file, line, rule, severity."""
    with world.sessions() as session:
        files = find(session, PROJECT, number).files
    problems = read(world.site, PROJECT, files)[1]
    return [
        (p.place.file, p.place.line, p.rule, p.severity)
        for p in problems
        if p.place.file.startswith("workflows/plays/")
    ]


def test_a_play_sent_with_a_draft_is_kept_and_played(miriams: World) -> None:
    number = draft(miriams, tandem_project=second_version(), tobias_joins=PLAY)
    assert (status(miriams, number), played(miriams, number)) == ("verified", [])
    files = miriams.rows(Definition)[-1].files
    assert files["workflows/plays/tobias_joins.yaml"] == PLAY


@pytest.mark.slow
def test_a_play_that_does_not_work_is_told_beside_its_line(miriams: World) -> None:
    broken = changed(PLAY, "who: tobias, does: confirm_partnership", "who: tobias, does: approve")
    number = draft(miriams, tandem_project=second_version(), tobias_joins=broken)
    told = [("workflows/plays/tobias_joins.yaml", 8, "play", "warning")]
    assert (status(miriams, number), played(miriams, number)) == ("verified", told)
    # The draft after it keeps the play, and is told the same.
    publish(miriams, number)
    third = draft(miriams, tandem_project=second_version().replace('version: "3"', 'version: "4"'))
    assert played(miriams, third) == told


@pytest.mark.slow
def test_a_play_that_cannot_be_read_keeps_the_draft_from_being_verified(miriams: World) -> None:
    broken = changed(PLAY, "does: create", "dose: create")
    number = draft(miriams, tandem_project=second_version(), tobias_joins=broken)
    assert {(line, severity) for _, line, _, severity in played(miriams, number)} >= {(7, "error")}
    assert status(miriams, number) == "draft"


def test_a_play_of_another_workflow_is_refused_by_name(miriams: World) -> None:
    other = changed(PLAY, "workflow: tandem_project", "workflow: joint_event")
    with pytest.raises(Invalid) as caught:
        draft(miriams, tandem_project=second_version(), tobias_joins=other)
    assert [p.rule for p in caught.value.problems] == ["not_used"]


IMPORTED = """workflow: press
version: "1"
label: Press releases
semantics: careful
state_variable: review_state
initial: private
facts:
  is_office_hours: {tales: "python: here.isOfficeHours()"}
states:
  private: {label: Private, exits: [submit]}
transitions:
  submit:
    {label: Submit, to: private, trigger: person, when: {fact: is_office_hours}, after: announce}
scripts:
  announce: {type: External Method, module: press, function: announce}
"""


def test_an_import_is_not_published_before_everything_is_supplied(miriams: World) -> None:
    with miriams.sessions() as session:
        miriam = person_by_email(session, MIRIAM)
        sent = {"press.yaml": IMPORTED.encode()}
        row = drafting.draft(session, miriams.site, sent, miriam, miriams.now)
        assert log.status_of(row) == "draft"
        with pytest.raises(Invalid) as caught:
            publishing.publish(session, miriams.site, "press", 1, miriam, miriams.now)
        told = " ".join(p.text.en for p in caught.value.problems)
        assert [p.rule for p in caught.value.problems] == ["to_supply", "to_supply"]
        assert "'is_office_hours' has yet to be supplied" in told
        assert "'announce' has yet to be supplied" in told
        assert log.status_of(find(session, "press", 1)) == "draft"


def test_an_import_in_the_content_becomes_a_draft_until_everything_is_supplied(
    miriams: World, tmp_path: Path
) -> None:
    drafting_site(miriams, tmp_path / "own", {"workflows/press.yaml": IMPORTED})
    assert ("press", 1, "draft") in take_in(miriams)
    assert "press" not in {name for name, _, _ in take_in(miriams, publish=True)}
    with miriams.sessions() as session:
        assert log.current(session, "press") is None


# ── The content folders ─────────────────────────────────────────────────────────────────────────


def take_in(world: World, *, publish: bool = False) -> list[tuple[str, int, str]]:
    with world.sessions() as session:
        found = taking_in.take_in(session, world.site, world.now, publish=publish)
    return [(t.workflow, t.number, t.status) for t in found]


def drafting_site(world: World, folder: Path, files: dict[str, str]) -> None:
    """Give the installation an own content folder whose changes become drafts."""
    world.site = with_content(world, folder, files)
    world.site.follows_content = world.site.catalogue.follows_content = False


def test_the_first_start_puts_the_content_in_force_and_the_second_does_nothing(
    world_at: WorldAt,
) -> None:
    world = world_at("people")
    assert take_in(world) == [
        ("joint_event", 1, "published"),
        ("recommendation", 1, "published"),
        (PROJECT, 1, "published"),
    ]
    assert take_in(world) == []
    world.story().idea()
    assert len(world.rows(Definition)) == 3


def test_a_changed_content_file_becomes_a_draft_that_somebody_publishes(
    miriams: World, tmp_path: Path
) -> None:
    take_in(miriams)
    drafting_site(miriams, tmp_path / "own", {WORKFLOW: second_version()})
    assert take_in(miriams) == [(PROJECT, 2, "verified")]
    assert in_force(miriams) == 1
    another_idea(miriams)
    assert {case.definition_id for case in miriams.rows(Case)} == {1}
    assert publish(miriams, 2) == "published"


def test_for_development_a_changed_file_comes_into_force_at_once(
    miriams: World, tmp_path: Path
) -> None:
    take_in(miriams)
    drafting_site(miriams, tmp_path / "own", {WORKFLOW: second_version()})
    assert take_in(miriams, publish=True) == [(PROJECT, 2, "published")]
    assert in_force(miriams) == 2


@pytest.mark.slow
def test_a_broken_content_file_is_a_draft_and_the_version_in_force_stays(
    miriams: World, tmp_path: Path
) -> None:
    take_in(miriams)
    broken = second_version("    rights: archive_only\n", "    rights: archiv_only\n")
    drafting_site(miriams, tmp_path / "own", {WORKFLOW: broken})
    assert take_in(miriams, publish=True) == [(PROJECT, 2, "draft")]
    assert in_force(miriams) == 1
    another_idea(miriams)


def test_the_installation_follows_its_content_if_the_setting_says_so(miriams: World) -> None:
    settings = replace(miriams.settings, content_changes="publish")
    assert site_of(settings).catalogue.follows_content
    assert not miriams.site.catalogue.follows_content
