"""The agreement: clauses by data, a frozen text, number and date beside it, bytes kept for good."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import WorldAt
from tests.services.steps import (
    APPROVAL,
    FORMAL,
    case_of,
    changed,
    confirm,
    fire,
    offer,
    opened,
    refused,
    shipped,
    submit,
    visible,
    why_closed,
    with_content,
)
from tests.world import JONAS, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.canonical import checksum, digest
from workflow_app.core.errors import Conflict, DocumentError, Invalid, NotFound
from workflow_app.documents.render import to_html
from workflow_app.services.cases import situations
from workflow_app.services.clock import day_of
from workflow_app.services.papers import agreements, papers
from workflow_app.services.work.outbox import queue
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.submissions import Submission

HTML = "templates/documents/agreement/document.html"


def agreement(world: World, status: str = "issued") -> Document:
    return world.rows(Document, kind="agreement", status=status)[-1]


def clauses(world: World) -> dict[str, str]:
    """Return clause → variant of the text that is being aligned."""
    snapshot = json.loads(agreement(world, "aligning").snapshot)
    return {c["id"]: c["variant"] for c in snapshot["clauses"]}


def proposed(world: World, outline: dict[str, Any], agreed: dict[str, Any]) -> dict[str, str]:
    """Put an agreement up with these answers, and return its clauses."""
    before = world.rows(Submission, form="outline")[-1].values
    submit(world, SABINE, "outline", {**before, **outline})
    raw = {**world.story().answers("propose_agreement"), **agreed}
    fire(world, TOBIAS, "propose_agreement", raw)
    return clauses(world)


def test_the_parties_are_offered_as_their_organisations_are_known(world_at: WorldAt) -> None:
    known = opened(world_at("agreement_draft"), SABINE, "agreement").start
    assert known["party_municipal"] == {
        "name": "Landkreis Landshut",
        "address": "Veldener Straße 15, 84036 Landshut",
        "represented_by": "Maria Huber",
        "function": "Landrätin",
    }
    assert known["party_civic"]["name"] == "Miteinander in Niederbayern e. V. (fiktiv)"
    assert known["party_civic"]["register"] == "VR 0000 (Beispiel)"


def test_the_duties_begin_with_what_the_outline_says(world_at: WorldAt) -> None:
    world = world_at("agreement_draft")
    outline = world.rows(Submission, form="outline")[-1].values
    known = opened(world, TOBIAS, "agreement").start
    for side in ("municipal", "civic"):
        said = [row["description"] for row in outline[f"contribution_{side}"]]
        assert known[f"tasks_{side}"] == list(dict.fromkeys(said)) != []
    assert known["joint_tasks"] == [row["title"] for row in outline["planned_activities"]] != []


# ── Clauses ─────────────────────────────────────────────────────────────────────────────────────


def test_the_text_follows_from_what_was_answered(world_at: WorldAt) -> None:
    chosen = clauses(world_at("agreement_alignment"))
    assert chosen["volunteers"] == "adults"
    assert chosen["data_protection"] == "none"
    assert chosen["resources"] == "money"
    assert chosen["conditions"] == "some"


def test_with_minors_the_protection_clause_stands_in_it(world_at: WorldAt) -> None:
    outline = {"minors": "yes", "protection_concept": "yes"}
    assert proposed(world_at("agreement_draft"), outline, {})["volunteers"] == "minors"


def test_joint_controllers_need_their_clause_and_their_annex(world_at: WorldAt) -> None:
    world = world_at("agreement_draft")
    joint = {"data_protection": "joint_art26"}
    with pytest.raises(Invalid) as caught:
        proposed(world, {}, joint)
    assert [p.path for p in caught.value.problems] == ["annexes"]
    joint["annexes"] = ["outline", "art26"]
    assert proposed(world, {}, joint)["data_protection"] == "joint"


def test_what_a_funder_bears_needs_a_funding_plan(world_at: WorldAt) -> None:
    with pytest.raises(Invalid) as caught:
        proposed(world_at("agreement_draft"), {"funding": []}, {})
    assert [(p.path, p.rule) for p in caught.value.problems] == [("funding", "required")]


def test_without_a_funding_plan_the_text_says_who_pays(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    own = [{"type": "fees", "amount_eur": "500,00", "borne_by": s} for s in ("civic", "municipal")]
    unfunded = {**world.story().answers("outline"), "costs": own, "funding": []}
    submit(world, SABINE, "outline", unfunded)
    world.story().both_confirm("submit_outline")
    submit(world, MIRIAM, "review", {"formal": FORMAL})
    fire(world, JONAS, "approve", APPROVAL)
    assert proposed(world, {}, {})["resources"] == "money_unfunded"


def test_missing_data_is_refused_with_its_names(world_at: WorldAt) -> None:
    world = world_at("agreement_draft")
    with world.sessions() as session:
        seen = world.look(SABINE, session)
        with pytest.raises(DocumentError) as caught:
            agreements.said(session, world.site, seen.compiled, seen.case, seen.situation)
    assert {"data_protection", "communication", "results"} <= set(caught.value.missing)
    assert "agreement.party_civic" in caught.value.missing


@pytest.mark.slow
def test_a_clause_without_its_data_keeps_the_draft_back(world_at: WorldAt, tmp_path: Path) -> None:
    world = world_at("people")
    path = "templates/documents/agreement/clauses.yaml"
    said = changed(shipped(path), "Das Recht zur Kündigung aus", "{{ interest.same_carrier_note }}")
    world.site = with_content(world, tmp_path / "own", {path: said})
    story = world.story()
    story.until("agreement_draft")
    world.number, world.day = story.number, story.day
    with refused("clauses_complete"):
        fire(world, TOBIAS, "propose_agreement", story.answers("propose_agreement"))
    with world.sessions() as session:
        missing = world.look(SABINE, session).situation.clauses_missing
        assert "interest.same_carrier_note" in missing


# ── The frozen text ─────────────────────────────────────────────────────────────────────────────


def test_number_and_date_stand_outside_what_was_confirmed(world_at: WorldAt) -> None:
    world = world_at("agreement_alignment")
    aligned = agreement(world, "aligning")
    assert aligned.number is None
    world.story().both_confirm("release_for_signature")
    fire(world, JONAS, "release_for_signature")
    issued = agreement(world)
    assert (issued.id, issued.snapshot, issued.digest) == (
        aligned.id,
        aligned.snapshot,
        aligned.digest,
    )
    assert issued.digest == digest(json.loads(issued.snapshot))
    assert (issued.number, issued.issued_on) == ("KV-2025-0001", day_of(world.now))
    assert len(issued.check_code or "") == 12


def test_a_released_text_is_printed_once_and_its_bytes_are_kept(world_at: WorldAt) -> None:
    world = world_at("signature_pending")
    issued = agreement(world)
    data = world.site.files.read(issued.sha256 or "")
    assert data.startswith(b"%PDF")
    assert hashlib.sha256(data).hexdigest() == issued.sha256


def test_another_template_changes_nothing_about_a_released_text(
    world_at: WorldAt, tmp_path: Path
) -> None:
    world = world_at("signature_pending")
    issued = agreement(world)
    before = world.site.files.read(issued.sha256 or "")
    world.site = with_content(world, tmp_path / "own", {HTML: "<p>Ganz anders</p>"})
    with world.sessions() as session:
        case = case_of(world, session)
        queue(session, "render", case, {"document": issued.id}, world.now)
        session.commit()
    assert world.work() >= 1
    with world.sessions() as session:
        seen = world.look(SABINE, session)
        document, data = papers.read(session, world.site, seen, issued.id)
        assert (document.sha256, data) == (issued.sha256, before)
        assert agreements.preview(session, world.site, seen, world.now) == before


def test_a_look_at_the_draft_leaves_nothing_behind(world_at: WorldAt) -> None:
    world = world_at("agreement_draft")
    submit(world, TOBIAS, "agreement", world.story().answers("propose_agreement"))
    with world.sessions() as session:
        data = agreements.preview(session, world.site, world.look(SABINE, session), world.now)
    assert data.startswith(b"%PDF")
    assert world.rows(Document, kind="agreement") == []


def test_called_back_from_signature_the_old_text_is_void_and_kept(world_at: WorldAt) -> None:
    world = world_at("signature_pending")
    before = agreement(world)
    comment = {"clause": "term", "comment": "Das Ende stimmt nicht.", "status": "accepted"}
    fire(world, SABINE, "return_from_signature", comment)
    old, new = world.rows(Document, kind="agreement")
    assert (old.status, old.number, old.sha256) == ("void", before.number, before.sha256)
    assert (new.status, new.number, new.version) == ("aligning", None, 2)
    assert offer(world, JONAS, "release_for_signature").signed == ()


def test_the_check_code_leads_to_the_document_however_it_is_typed(world_at: WorldAt) -> None:
    world = world_at("signature_pending")
    issued = agreement(world)
    code = issued.check_code or ""
    with world.sessions() as session:
        for typed in (code, code.lower(), papers.grouped(code), f" {code[:6]} {code[6:]} "):
            assert papers.by_check_code(session, typed)[0].id == issued.id
        for wrong in ("", "AAAA-AAAA-AAAA", code[:-1]):
            with pytest.raises(NotFound):
                papers.by_check_code(session, wrong)


# ── Signatures ──────────────────────────────────────────────────────────────────────────────────


def sign(world: World, side: str, day: str, printed: str | None = None) -> None:
    """Let Miriam file the signed copy of a side."""
    story = world.story()
    values = {
        "method": "wet_ink_scan",
        "signer_name": "Maria Huber" if side == "municipal" else "Georg Aigner",
        "signer_function": "Landrätin" if side == "municipal" else "Vorsitzender",
        "authority": "office",
        "place": "Landshut",
        "date": day,
        "checksum": printed or story.printed_checksum(),
        "file": story.scan(side),
    }
    submit(world, MIRIAM, "signature", values, side)


def test_a_wrong_checksum_keeps_the_signed_copy_out(world_at: WorldAt) -> None:
    world = world_at("signature_pending")
    world.later(20)
    today = f"{day_of(world.now):%d.%m.%Y}"
    sign(world, "municipal", today)
    sign(world, "civic", today, "0123456789abcdef")
    with refused("checksums_match"):
        fire(world, MIRIAM, "register_signed")
    printed = checksum(agreement(world).digest).upper()
    sign(world, "civic", today, printed)
    assert fire(world, MIRIAM, "register_signed") == "active"


def test_a_checksum_typed_in_groups_or_capitals_is_the_one_that_was_printed(
    world_at: WorldAt,
) -> None:
    world = world_at("signature_pending")
    printed = checksum(agreement(world).digest)
    today = f"{day_of(world.now):%d.%m.%Y}"
    sign(world, "municipal", today, " ".join(printed[i : i + 4] for i in range(0, 16, 4)))
    sign(world, "civic", today, printed.upper())
    assert fire(world, MIRIAM, "register_signed") == "active"
    (signed,) = world.rows(Document, kind="agreement_signed")
    kept = [s["checksum"] for s in json.loads(signed.snapshot)["signatures"]]
    assert kept == [printed, printed], "the record sheet compares it letter by letter"


def test_one_signed_copy_is_not_enough(world_at: WorldAt) -> None:
    world = world_at("signature_pending")
    sign(world, "civic", f"{day_of(world.now):%d.%m.%Y}")
    assert {"both_signatures"} <= why_closed(world, MIRIAM, "register_signed")


@pytest.mark.parametrize(
    ("days", "begins"),
    [(0, "vereinbarter Beginn"), (120, "Tag der letzten Unterschrift")],
    ids=["in time", "after the agreed start"],
)
def test_the_project_begins_on_the_later_day(world_at: WorldAt, days: int, begins: str) -> None:
    world = world_at("signature_pending")
    sign(world, "municipal", f"{day_of(world.now):%d.%m.%Y}")
    world.later(days)
    sign(world, "civic", f"{day_of(world.now):%d.%m.%Y}")
    with world.sessions() as session:
        case = case_of(world, session)
        compiled = world.site.catalogue.of(session, case)
        now = situations.situation_of(session, compiled, case, day_of(world.now))
        assert agreements.begins(now)["reason"] == begins


def test_the_registered_file_is_made_of_what_was_issued_and_signed(world_at: WorldAt) -> None:
    world = world_at("active")
    (signed,) = world.rows(Document, kind="agreement_signed")
    assert signed.details["issued"] == agreement(world).id
    assert [c["side"] for c in signed.details["copies"]] == ["kommunale Seite", "Engagement-Seite"]
    assert world.site.files.read(signed.sha256 or "").startswith(b"%PDF")
    assert all(job.done_at for job in world.rows(Job, kind="assemble"))


def test_a_download_is_called_as_the_document_is(world_at: WorldAt) -> None:
    world = world_at("active")
    with world.sessions() as session:
        case = case_of(world, session)
        named = {d.kind: papers.filename(d, case) for d in world.rows(Document)}
    assert named["review_note"] == f"{world.number}-pruefvermerk-1.pdf"
    assert (
        named["agreement_signed"] == f"{world.number}-unterzeichnete-kooperationsvereinbarung-1.pdf"
    )
    assert named["agreement"] == f"{agreement(world).number}.pdf", "its number is enough"


def test_a_remark_that_is_answered_stays_in_its_place(world_at: WorldAt) -> None:
    world = world_at("agreement_alignment")
    remark = {"clause": "preamble", "comment": "Das ist noch unklar.", "status": "open"}
    for _ in range(2):
        submit(world, TOBIAS, "agreement_comment", remark)
    first, second = (s.slot for s in world.rows(Submission, form="agreement_comment"))
    submit(world, TOBIAS, "agreement_comment", {**remark, "status": "accepted"}, slot=first)
    shown = [slot for form, slot in visible(world, SABINE) if form == "agreement_comment"]
    assert shown == [first, second]


def test_only_the_programme_office_registers(world_at: WorldAt) -> None:
    world = world_at("signature_pending")
    for email in (SABINE, TOBIAS, JONAS):
        with refused("by"):
            fire(world, email, "register_signed")


def test_a_yes_is_no_signature(world_at: WorldAt) -> None:
    world = world_at("signature_pending")
    digest = agreement(world).digest
    for email in (SABINE, TOBIAS):
        with pytest.raises(Conflict):
            confirm(world, email, "register_signed", digest=digest)
    assert world.rows(Submission, form="signature") == []


def test_what_is_chosen_as_an_annex_is_printed_and_confirmed_with_the_text(
    world_at: WorldAt,
) -> None:
    world = world_at("agreement_draft")
    proposed(world, {}, {"annexes": ["cost_plan", "contacts", "logos"]})
    text = json.loads(agreement(world, "aligning").snapshot)
    plan, contacts, logos = text["annexes"]
    assert [f["label"] for s in plan["sections"] for f in s["fields"]] == [
        "Kostenplan",
        "Finanzierungsplan",
    ]
    assert [f["value"].split("\n")[::2] for f in contacts["sections"][0]["fields"]] == [
        ["Tobias Lindner", TOBIAS],
        ["Sabine Kraus", SABINE],
    ]
    assert (logos["heading"], logos["sections"]) == ("Logos", [])
    said = papers.dictionary(world.site, agreement(world, "aligning"))
    pages = to_html(world.site.library, "agreement", said)
    assert "Anlage 2: Kontakte" in pages
    assert pages.count("gesondert bei") == 1
