"""Overlaps, clauses, canonical text, computed values, and how values are shown."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

import pytest

from tests.core.cases import ROOT, case, garden, shipped, tandem
from workflow_app.core.canonical import canonical, checksum, commitment, digest
from workflow_app.core.cases.clauses import choose, placeholders
from workflow_app.core.definition.forms import Field, Option
from workflow_app.core.definition.model import Text
from workflow_app.core.forms import present
from workflow_app.core.overlap import TWINS, Footprint, compare, place
from workflow_app.core.problems import Place
from workflow_app.core.tables.computed import COMPUTED

# ── Overlaps ────────────────────────────────────────────────────────────────────────────────────

PROJECTS = {
    "Sprachcafé unterwegs": (
        "09274", "language encounter", "refugees volunteers", "cafe mentoring",
        "2026-03-01", "2026-12-31",
    ),
    "Treffpunkt Deutsch": (
        "09261", "language encounter", "refugees women", "cafe course",
        "2026-04-15", "2027-03-31",
    ),
    "Ein Portal für alle Ehrenamtlichen": (
        "09475", "volunteering digital", "volunteers associations", "newsletter",
        "2026-05-01", "2027-04-30",
    ),
    "Dolmetschpool Ehrenamt": (
        "09764", "everyday training_vol", "volunteers helper_groups ukraine", "pool workshop",
        "2025-01-01", "2026-06-30",
    ),
    "Runder Tisch Sport": (
        "09572", "sport_culture intercultural", "associations youth", "network_meeting workshop",
        "2025-09-01", "2026-08-31",
    ),
    "Danke-Tag Integration": (
        "09674", "recognition volunteering", "volunteers public", "event campaign",
        "2025-02-01", "2025-11-30",
    ),
}  # fmt: skip


def footprint(
    county: str, topics: str, groups: str, formats: str, start: str, end: str
) -> Footprint:
    return Footprint(
        frozenset(county.split()),
        frozenset(topics.split()),
        frozenset(groups.split()),
        frozenset(formats.split()),
        date.fromisoformat(start),
        date.fromisoformat(end),
    )


def test_of_the_six_example_projects_exactly_two_overlap_highly() -> None:
    prints = {title: footprint(*facts) for title, facts in PROJECTS.items()}

    hits = {(a, b): compare(prints[a], prints[b]) for a, b in combinations(prints, 2)}

    [(pair, hit)] = [(pair, hit) for pair, hit in hits.items() if hit]
    assert pair == ("Sprachcafé unterwegs", "Treffpunkt Deutsch")
    assert (hit.level, hit.place, hit.topics) == ("high", "twin", ("encounter", "language"))
    assert (hit.target_groups, hit.formats, hit.days) == (("refugees",), ("cafe",), 261)


LANDSHUT = ("09274", "language", "refugees", "cafe", "2026-01-01", "2026-06-30")


@pytest.mark.parametrize(
    ("other", "level"),
    [
        (("09274", "language", "refugees", "cafe", "2026-06-01", "2026-12-31"), "high"),
        (("09274", "language", "refugees", "course", "2026-06-01", "2026-12-31"), "medium"),
        (("09274", "language", "refugees", "cafe", "2026-06-02", "2026-12-31"), "low"),
        (("09274", "language", "refugees", "course", "2026-12-28", "2027-12-31"), "low"),
        (("09274", "language", "refugees", "course", "2026-12-29", "2027-12-31"), None),
        (("09261", "language", "women", "cafe", "2026-01-01", "2026-12-31"), "low"),
        (("09261", "digital", "women", "cafe", "2026-01-01", "2026-12-31"), None),
        (("09273", "language", "refugees", "cafe", "2026-01-01", "2026-12-31"), "info"),
        (("09161 09261", "language", "refugees", "cafe", "2026-01-01", "2026-12-31"), "high"),
        (("09161 09273", "language", "refugees", "cafe", "2026-01-01", "2026-12-31"), "info"),
        (("09273", "language", "refugees", "course", "2026-01-01", "2026-12-31"), None),
        (("09161", "language", "refugees", "cafe", "2026-01-01", "2026-12-31"), None),
    ],
)
def test_the_level_of_an_overlap(other: tuple[str, ...], level: str | None) -> None:
    one, two = footprint(*LANDSHUT), footprint(*other)
    hit, back = compare(one, two), compare(two, one)

    assert (hit.level if hit else None) == level
    assert hit == back


def test_near_is_the_same_county_or_city_and_surrounding_county() -> None:
    places = [place("09274", c) for c in ("09274", "09261", "09273", "09161")]

    assert places == ["same", "twin", "region", "far"]
    assert len(TWINS) == 25


# ── Clauses ─────────────────────────────────────────────────────────────────────────────────────

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


# ── Canonical text ──────────────────────────────────────────────────────────────────────────────


def test_canonical_text_is_the_same_whatever_the_order() -> None:
    one = {"b": [1, "ü"], "a": {"y": True, "x": None}}
    other = {"a": {"x": None, "y": True}, "b": [1, "ü"]}

    assert canonical(one) == '{"a":{"x":null,"y":true},"b":[1,"ü"]}'.encode()
    assert digest(one) == digest(other)
    assert digest(one) != digest({**one, "b": ["ü", 1]})


def test_a_commitment_says_nothing_without_its_salt() -> None:
    name = "Sabine Kraus"

    assert commitment(b"salt", name) == commitment(b"salt", name)
    assert len({commitment(salt, name) for salt in (b"a", b"b", b"c")}) == 3
    assert commitment(b"", name) == digest(name)


def test_the_checksum_is_what_fits_on_paper() -> None:
    assert checksum(digest("agreement")) == digest("agreement")[:16]


# ── Computed values ─────────────────────────────────────────────────────────────────────────────

ACTIVITIES = {
    "a": {
        "status": "held", "date": "2026-03-01", "participants": 20, "volunteers": 4,
        "new_volunteers": 1, "volunteer_hours": "7.5", "costs": [{"amount_eur": "10.10"}],
    },
    "b": {
        "status": "held", "date": "2026-04-01", "participants": 22, "volunteers": 6,
        "volunteer_hours": "0.25", "costs": [{"amount_eur": "0.20"}, {"amount_eur": "5.00"}],
    },
    "c": {"status": "cancelled", "date": "2026-05-01", "participants": 999},
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("activity_summary", {"held": 2, "planned": 0, "cancelled": 1}),
        ("activity_participants", 42),
        ("activity_volunteers_most", 6),
        ("activity_new_volunteers", 1),
        ("activity_volunteer_hours", "7.75"),
        ("activity_costs", "15.30"),
    ],
)
def test_what_follows_from_the_activities_held(name: str, value: Any) -> None:
    assert COMPUTED[name].follows(case("closing", forms={"activity": ACTIVITIES}), {}) == value


def test_without_any_activity_there_is_nothing_to_add_up() -> None:
    found = {name: one.follows(case("closing"), {}) for name, one in COMPUTED.items()}

    assert found["activity_costs"] == "0.00"
    assert found["activity_participants"] == found["activity_volunteers_most"] == 0


# ── How values are shown ────────────────────────────────────────────────────────────────────────

LABEL = Text("Feld", "Field")
OPTIONS = (Option("a", Text("Apfel", "Apple")), Option("b", Text("Birne", "Pear")))


def shown(kind: str, given: Any, language: str = "de", **facts: Any) -> Any:
    options = () if kind == "computed" else OPTIONS
    field = Field("f", kind, LABEL, Place("x", 1, 1), options=options, to="county", **facts)
    return present.value(field, given, language, lambda kind, key: f"{kind} {key}")


@pytest.mark.parametrize(
    ("kind", "given", "german", "english"),
    [
        ("text", "Sabine", "Sabine", "Sabine"),
        ("text", None, "", ""),
        ("integer", 1250, "1.250", "1,250"),
        ("decimal", "8450.5", "8.450,5", "8,450.5"),
        ("decimal", "1.1250", "1,125", "1.125"),
        ("decimal", "-100", "-100", "-100"),
        ("money", "8450.00", "8.450,00\u00a0€", "€8,450.00"),
        ("date", "2026-11-04", "04.11.2026", "4 November 2026"),
        ("date_time", "2026-11-04T17:05:00", "04.11.2026, 17:05 Uhr", "4 November 2026, 17:05"),
        ("yes_no", True, "ja", "yes"),
        ("yes_no", False, "nein", "no"),
        ("one_of", "a", "Apfel", "Apple"),
        ("one_of", "gone", "gone", "gone"),
        ("several_of", ["a", "b"], ["Apfel", "Birne"], ["Apple", "Pear"]),
        ("list", ["eins"], ["eins"], ["eins"]),
        ("reference", "09274", "county 09274", "county 09274"),
        ("references", ["1", "2"], ["county 1", "county 2"], ["county 1", "county 2"]),
        ("file", {"name": "a.pdf"}, "a.pdf", "a.pdf"),
        ("files", [{"name": "a.pdf"}], ["a.pdf"], ["a.pdf"]),
        (
            "likert",
            {"a": "5", "b": "cannot_judge"},
            {
                "items": [
                    {"label": "Apfel", "value": "trifft voll zu"},
                    {"label": "Birne", "value": "kann ich nicht beurteilen"},
                ]
            },
            {
                "items": [
                    {"label": "Apple", "value": "fully applies"},
                    {"label": "Pear", "value": "I cannot judge"},
                ]
            },
        ),
    ],
)
def test_a_value_is_shown_in_both_languages(
    kind: str, given: Any, german: Any, english: Any
) -> None:
    assert shown(kind, given) == german
    assert shown(kind, given, "en") == english


def test_computed_values_are_shown_as_what_they_are() -> None:
    assert shown("computed", "15.30", compute="activity_costs") == "15,30\u00a0€"
    assert shown("computed", 1042, compute="activity_participants") == "1.042"
    assert shown("computed", {"held": 2, "cancelled": 1}, compute="activity_summary") == (
        "2 durchgeführt, 1 abgesagt"
    )


def test_a_party_shows_every_line() -> None:
    assert shown("party", {"name": "Landkreis"})["represented_by"] == ""


def test_a_table_adds_up_its_money() -> None:
    beds = garden().forms["plan"].field("beds")
    rows = [{"_id": "1", "name": "Ost", "width": "2.5", "price": "1000.10"}]

    one = present.rows(beds, rows, "de", lambda kind, key: key)
    two = present.rows(beds, [*rows, {"_id": "2", "name": "West"}], "de", lambda kind, key: key)

    assert one["rows"] == [["Ost", "2,5", "1.000,10\u00a0€"]]
    assert (one["totals"], two["totals"]) == (None, [None, None, "1.000,10\u00a0€"])
    assert [c["numeric"] for c in one["columns"]] == [False, True, True]


def test_a_form_shows_every_field() -> None:
    form = garden().forms["plan"]

    found = present.form(form, {"title": "Beete"}, "de", lambda kind, key: key)

    assert (found["title"], found["cost"]) == ("Beete", "")
    assert set(found) == {f.id for f in form.fields}


def test_there_is_a_page_for_each_paper_that_is_issued() -> None:
    papers = {p.parent.name for p in ROOT.glob("templates/documents/*/document.html")}
    issued = {
        e.argument for t in tandem().workflow.transitions.values() for e in t.effects
        if e.name == "issue"
    }  # fmt: skip

    assert issued <= papers
