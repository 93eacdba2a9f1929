"""What references offer: everything that the format names has a source, and it is what is there."""

from __future__ import annotations

from tests.conftest import WorldAt
from tests.services.steps import submit
from tests.world import SABINE, TOBIAS, World
from workflow_app.core.forms.fields import REFERENCES
from workflow_app.services.forms.references import CASES, OF_KIND, References


def names(world: World, email: str, language: str = "de") -> References:
    """Return what references offer somebody on the project."""
    with world.sessions() as session:
        look = world.look(email, session)
        found = References(session, look.compiled, look.situation, language, look.actor.person)
        found.for_form(look.compiled.forms["outline"])
        _ = found.choices("form_version"), found.choices("report")
        return found


def test_each_kind_that_the_format_names_has_a_source() -> None:
    assert set(REFERENCES) == {"organisation", "person", *CASES, *OF_KIND}


def test_every_version_of_a_form_can_be_pointed_to(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    story = world.story()
    for title in ("Sprachcafé unterwegs", "Sprachcafé in den Dörfern"):
        submit(world, SABINE, "outline", {**story.answers("outline"), "title": title})
    offered = [*names(world, TOBIAS).choices("form_version").values()]
    assert [o.partition(" vom ")[0] for o in offered if o.startswith("Projektskizze")] == [
        "Projektskizze, Fassung 1",
        "Projektskizze, Fassung 2",
    ]


def test_reports_can_be_pointed_to_and_what_is_blind_cannot(world_at: WorldAt) -> None:
    world = world_at("archived")
    offered = names(world, SABINE, "en")
    assert [name.partition(" of ")[0] for name in offered.choices("report").values()] == [
        "Final report"
    ]
    versions = " ".join(offered.choices("form_version").values())
    assert "Final report, version 1 of " in versions
    assert "valuation" not in versions.replace("Joint reflection", "")
