"""Clauses of an agreement: exactly one wording of each holds, and what is missing is named."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.cases import ROOT, case, shipped, tandem
from workflow_app.core.cases.clauses import choose, placeholders

AGREEMENT = {
    "party_municipal": {"name": "Landkreis"},
    "party_civic": {"name": "Verein"},
    "tasks_municipal": ["…"],
    "tasks_civic": ["…"],
    "joint_tasks": ["…"],
    "meeting_rhythm": "monthly",
    "decision_rule": "consensus",
    "escalation": "…",
    "publicity_rules": "…",
    "usage_rights": "open_licence",
    "data_protection": "separate_controllers",
    "insurance": "carrier_policy",
    "term_start": "2026-03-01",
    "term_end": "2026-12-31",
    "notice_period": "four_weeks",
    "annexes": ["outline"],
}
OUTLINE = {
    "summary": "…",
    "start_date": "2026-03-01",
    "end_date": "2026-12-31",
    "personal_data": False,
    "minors": False,
    "goals": [{"_id": "1", "goal": "…", "indicator": "…", "unit": "…", "target": "8"}],
    "milestones": [{"_id": "1", "title": "…", "due": "2026-05-01", "responsible_side": "joint"}],
    "costs": [{"_id": "1", "type": "rooms", "amount_eur": "8450.00", "borne_by": "civic"}],
}
FUNDING = [{"_id": "1", "source": "…", "amount_eur": "8450.00", "status": "granted"}]


def agreed(outline: dict[str, Any] | None = None, **changes: Any) -> dict[str, object]:
    forms = {
        "interest": {"title": "Sprachcafé", "county": "09274"},
        "outline": {**OUTLINE, **(outline or {})},
        "agreement": {**AGREEMENT, **changes},
    }
    return tandem().values(case("agreement_draft", forms=forms))


@pytest.mark.parametrize("minors", [True, False])
@pytest.mark.parametrize("funding", [FUNDING, None])
@pytest.mark.parametrize(
    "changes",
    [
        *({"data_protection": d} for d in (
            "no_personal_data", "separate_controllers", "joint_art26", "processor_art28")),
        *({"decision_rule": r, "decision_days": 14} for r in (
            "consensus", "escalation_after_days")),
        *({"usage_rights": r} for r in ("joint_nonexclusive", "open_licence")),
        *({"insurance": i} for i in (
            "carrier_policy", "municipal_cover", "bavarian_fallback_checked")),
        *({"notice_period": n} for n in ("four_weeks", "three_months", "end_of_quarter")),
        *({"meeting_rhythm": r} for r in ("weekly", "fortnightly", "monthly", "quarterly")),
    ],
    ids=lambda changes: "-".join(map(str, changes.values())),
)  # fmt: skip
def test_exactly_one_wording_of_each_clause_holds(
    changes: dict[str, Any], funding: Any, minors: bool
) -> None:
    clauses = shipped()[3]
    outline = {"minors": minors, **({"funding": funding} if funding else {})}

    choice = choose(clauses, tandem().condition, agreed(outline, **changes))

    assert choice.undecided == ()
    assert [c.clause.id for c in choice.chosen if c.clause.mandatory] == [
        c.id for c in clauses if c.mandatory
    ]


def test_without_data_a_mandatory_clause_is_undecided_and_its_gaps_are_named() -> None:
    clauses = shipped()[3]

    choice = choose(clauses, tandem().condition, tandem().values(case("agreement_draft")))

    assert choice.undecided
    assert "agreement.party_municipal" in choice.unfilled
    assert len(set(choice.unfilled)) == len(choice.unfilled)


def test_a_variant_knows_what_it_prints() -> None:
    names = {n for clause in shipped()[3] for v in clause.variants for n in placeholders(v)}

    assert {"agreement.party_civic", "interest.title"} <= names


def test_there_is_a_page_for_each_paper_that_is_issued() -> None:
    papers = {p.parent.name for p in ROOT.glob("templates/documents/*/document.html")}
    issued = {
        e.argument for t in tandem().workflow.transitions.values() for e in t.effects
        if e.name == "issue"
    }  # fmt: skip

    assert issued <= papers
