"""Plays that are sent with a draft: kept, played, and told beside their lines where they fail."""

from __future__ import annotations

import pytest

from tests.services.definitions.versions import PROJECT, draft, publish, second_version, status
from tests.services.steps import changed
from tests.world import World
from workflow_app.core.errors import Invalid
from workflow_app.services.definitions.versions import find, read
from workflow_app.store.tables.definitions import Definition

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
