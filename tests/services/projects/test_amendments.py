"""An agreement changes: asked for by both sides, decided on, signed, and in force from its day."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pikepdf import Pdf

from tests.conftest import WorldAt
from tests.services.amending import (
    amended,
    ask,
    asked,
    changes_of,
    copies_filed,
    decide,
    extension,
    issued,
    reported,
)
from tests.services.steps import case_of, fire, refused, submit, why_closed
from tests.world import JONAS, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import Invalid
from workflow_app.services.cases.gathered import values_on
from workflow_app.services.clock import day_of
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.footprints import FootprintCounty


def in_force(world: World, form: str) -> Any:
    with world.sessions() as session:
        return values_on(session, case_of(world, session).id, form, day_of(world.now))


def test_what_differs_is_the_change(world_at: WorldAt) -> None:
    world = world_at("active")
    ask(world, amended(world, volunteers_planned="20"))
    assert world.state == "amendment_pending"
    (change,) = changes_of(world)
    assert (change.number, change.status, change.form) == (1, "pending", "amendment")
    assert [(c["form"], c["field"], c["new"]) for c in change.changes] == [
        ("outline", "volunteers_planned", 20)
    ]
    assert in_force(world, "outline")["volunteers_planned"] != 20, "not before it is signed"


def test_a_request_that_changes_nothing_is_none(world_at: WorldAt) -> None:
    world = world_at("active")
    submit(world, SABINE, "amendment", amended(world))
    assert "changes_something" in why_closed(world, SABINE, "request_amendment")


def test_the_rules_of_what_is_changed_hold_for_the_change(world_at: WorldAt) -> None:
    world = world_at("active")
    raw = amended(world)
    raw["milestones"][0]["due"] = world.story().date(2000)
    with pytest.raises(Invalid) as wrong:
        submit(world, SABINE, "amendment", raw)
    assert {(p.path, p.rule) for p in wrong.value.problems} == {
        ("milestones", "milestones_within_project")
    }


@pytest.mark.slow
def test_a_further_county_is_added_by_an_addendum_if_the_agency_serves_it(
    world_at: WorldAt,
) -> None:
    world = world_at("active")
    submit(world, SABINE, "amendment", amended(world, further_counties=["09161"]))
    assert "area_covered" in why_closed(world, SABINE, "request_amendment")
    issued(world, further_counties=["09261"])
    (change,) = changes_of(world)
    assert {(c["form"], c["field"]) for c in change.changes} >= {("interest", "further_counties")}
    copies_filed(world)
    fire(world, MIRIAM, "register_signed_amendment")
    assert in_force(world, "interest")["further_counties"] == ["09261"]
    found = {row.county for row in world.rows(FootprintCounty)}
    assert {"09274", "09261"} <= found


def test_nothing_changes_backwards(world_at: WorldAt) -> None:
    world = world_at("active")
    day = world.story().date(world.day - 1)
    submit(world, SABINE, "amendment", amended(world, volunteers_planned="20", effective_from=day))
    assert "not_backwards" in why_closed(world, SABINE, "request_amendment")


def test_both_sides_ask_and_a_supervisor_who_is_none_of_them_decides(world_at: WorldAt) -> None:
    world = world_at("active")
    asked(world)
    for email in (SABINE, TOBIAS, MIRIAM):
        with refused("by"):
            fire(world, email, "approve_amendment", {"impartial": "yes"})
    decide(world, "approve_amendment")
    assert world.state == "amendment_signature"


def test_the_addendum_bears_number_code_and_what_changes(world_at: WorldAt) -> None:
    world = world_at("active")
    issued(world, conditions=[{"text": "Die Zahl wird im Zwischenbericht belegt."}])
    world.work()
    (document,) = world.rows(Document, kind="addendum")
    assert document.number == "KV-2025-0001-N1"
    assert document.check_code
    with Pdf.open(io.BytesIO(world.site.files.read(document.sha256))) as pdf:
        assert len(pdf.pages) >= 1
    for words in ("Geplante Zahl der Ehrenamtlichen", "Die Zahl wird im Zwischenbericht belegt."):
        assert words in document.snapshot


def test_the_values_come_in_force_on_their_day(world_at: WorldAt) -> None:
    world = world_at("active")
    begins = world.day + 40
    issued(world, effective_from=world.story().date(begins))
    world.later(10)
    copies_filed(world)
    fire(world, MIRIAM, "register_signed_amendment")
    assert world.state == "active"
    assert in_force(world, "outline")["volunteers_planned"] == 16
    world.later(begins - world.day - 1)
    assert in_force(world, "outline")["volunteers_planned"] == 16
    world.later(1)
    assert in_force(world, "outline")["volunteers_planned"] == 20


def test_signed_late_it_holds_from_the_last_signature(world_at: WorldAt) -> None:
    world = world_at("active")
    issued(world, effective_from=world.story().date(world.day))
    world.later(12)
    copies_filed(world)
    fire(world, MIRIAM, "register_signed_amendment")
    (change,) = changes_of(world)
    assert f"{change.effective_from:%d.%m.%Y}" == world.story().date(world.day - 2)


def test_a_copy_of_something_else_is_not_registered(world_at: WorldAt) -> None:
    world = world_at("active")
    issued(world)
    world.later(3)
    copies_filed(world, checksum="0" * 16)
    with refused("checksums_match"):
        fire(world, MIRIAM, "register_signed_amendment")


def test_a_second_amendment_starts_from_the_first(world_at: WorldAt) -> None:
    world = world_at("active")
    begins = world.day + 60
    issued(world, effective_from=world.story().date(begins))
    world.later(5)
    copies_filed(world)
    fire(world, MIRIAM, "register_signed_amendment")
    raw = amended(world, cost_effect="0", effective_from=world.story().date(begins - 1))
    assert raw["volunteers_planned"] == "20", "agreed, though its day is still ahead"
    submit(world, SABINE, "amendment", {**raw, "volunteers_planned": "25"})
    assert "in_order" in why_closed(world, SABINE, "request_amendment")
    ask(world, {**raw, "volunteers_planned": "25", "effective_from": world.story().date(begins)})
    assert [c.number for c in changes_of(world)] == [1, 2]


@pytest.mark.parametrize(
    ("email", "step", "words", "status"),
    [
        (TOBIAS, "withdraw_amendment", {}, "withdrawn"),
        (
            JONAS,
            "decline_amendment",
            {"raw": {"reason": "Der Rahmen lässt das nicht zu.", "impartial": "yes"}},
            "declined",
        ),
    ],
)
def test_what_is_not_approved_leaves_the_agreement_as_it_is(
    world_at: WorldAt, email: str, step: str, words: Any, status: str
) -> None:
    world = world_at("active")
    before = in_force(world, "outline")
    asked(world)
    fire(world, email, step, **words)
    assert world.state == "active"
    assert [c.status for c in changes_of(world)] == [status]
    assert in_force(world, "outline") == before


def test_a_void_addendum_counts_no_more_and_late_copies_are_only_filed(world_at: WorldAt) -> None:
    world = world_at("active")
    issued(world)
    world.work()
    fire(world, MIRIAM, "void_amendment", reason="Die Agentur unterzeichnet nicht.")
    (document,) = world.rows(Document, kind="addendum")
    assert (world.state, document.status) == ("active", "void")
    world.later(9)
    story = world.story()
    copy = {
        "side": "civic",
        "received": story.date(world.day),
        "checksum": document.digest[:16],
        "file": story.scan("civic", "late_copy"),
    }
    with refused("counts_no_more"):
        fire(world, MIRIAM, "file_late_copy", {**copy, "checksum": "0" * 16})
    fire(world, MIRIAM, "file_late_copy", copy)
    assert world.state == "active"
    assert in_force(world, "outline")["volunteers_planned"] == 16


def test_who_ends_the_project_voids_what_is_open(world_at: WorldAt) -> None:
    world = world_at("active")
    issued(world)
    story = world.story()
    notice = {
        "ground": "funding_ended",
        "explanation": "Die Förderung ist zum Monatsende widerrufen worden.",
        "good_cause": "yes",
        "effective_date": story.date(world.day + 1),
        "has_open_commitments": "no",
        "volunteers_informed": "no",
    }
    fire(world, JONAS, "terminate_without_notice", notice)
    assert world.state == "terminated"
    assert [c.status for c in changes_of(world)] == ["void"]
    with refused("state"):
        fire(world, MIRIAM, "register_signed_amendment")


def test_an_extension_needs_time_and_a_report(world_at: WorldAt) -> None:
    world = world_at("active")
    submit(world, SABINE, "extension", extension(world))
    assert why_closed(world, SABINE, "request_extension") >= {"report_recent"}
    reported(world)
    assert "report_recent" not in why_closed(world, SABINE, "request_extension")
    world.later(world.story().end - world.day - 29)
    assert "in_time" in why_closed(world, SABINE, "request_extension")


def test_an_extension_moves_the_end_and_adds_the_costs(world_at: WorldAt) -> None:
    world = world_at("active")
    reported(world)
    before = in_force(world, "outline")
    ask(world, extension(world, costs=True), "extension")
    decide(world, "approve_amendment")
    world.later(4)
    copies_filed(world)
    fire(world, MIRIAM, "register_signed_amendment")
    after, agreement = in_force(world, "outline"), in_force(world, "agreement")
    assert after["end_date"] == agreement["term_end"] > before["end_date"]
    assert [r["amount_eur"] for r in after["costs"]][-1] == "450.00"
    assert len(after["costs"]) == len(before["costs"]) + 1
