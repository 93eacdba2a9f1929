"""The rules of a recommendation, from the observation to the edition of the handbook."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.core.cases import AGENCY, JONAS, MIRIAM, PARTICIPANTS, TODAY
from tests.core.rules.answers import day, rows
from tests.core.rules.table import Ready, form, step
from workflow_app.core.cases.situation import Actor, Participant, Related

SABINE = Actor(1, "Sabine Kraus", frozenset({"source_partner"}), None, frozenset({AGENCY}))
"""Here she takes part because she stood for a side of the project."""
PROJECT = Related("TP-1", "Sprachcafé", "tandem_project", "evaluated", "09274", PARTICIPANTS)
OTHER = replace(PROJECT, partners=(Participant(7, "Lena Brandl", "civic_partner", "civic", 21),))
SUCCESSOR = Related("EM-2", "Neuer", "recommendation", "published", None, ())
SOURCES = {"related": {"TP-1": PROJECT, "EM-2": SUCCESSOR}, "forms": {"rec_source": {}}}
DRAFTED = {
    **SOURCES,
    "forms": {"rec_source": {}, "rec_draft": {}, "rec_objection": {"e1": {}, "e2": {}}},
    "authors": {"rec_draft": frozenset({MIRIAM.person})},
    "last_fired": {"draft": TODAY - timedelta(days=14)},
}
OPEN_OBJECTION = {"rec_objection": {"e2": {"status": None, "answer": None}}}
OWN_DRAFT = {"rec_draft": frozenset({MIRIAM.person, JONAS.person})}
RETURNED = frozenset({"returned"})

READY = {
    "collect": Ready(SABINE, None, {**SOURCES, "forms": {}, "acting": {"rec_source": {}}}),
    "draft": Ready(MIRIAM, "collected", {**SOURCES, "acting": {"rec_draft": {}}}),
    "review": Ready(JONAS, "drafted", {**DRAFTED, "acting": {"rec_review": {}}}),
    "return": Ready(JONAS, "drafted", {**DRAFTED, "acting": {"rec_review": {}}}),
    "publish": Ready(JONAS, "reviewed", {**DRAFTED, "acting": {"rec_publication": {}}}),
    "supersede": Ready(JONAS, "published", {**DRAFTED, "acting": {"rec_supersede": {}}}),
}

STEPS = [
    step(
        "collect",
        "sources_ended",
        "a source project is being carried out",
        related={"TP-1": replace(PROJECT, state="active")},
        open={"related": {"TP-1": replace(PROJECT, state="archived")}},
    ),
    step("collect", "own_project", "a project of others", related={"TP-1": OTHER}),
    step(
        "draft",
        "cites_its_sources",
        "a quote from another project",
        acting={"rec_draft": {"quotes": rows("project", "TP-9", quote="…", released="yes")}},
    ),
    step("review", "not_returned", "the draft has been returned", variables=RETURNED),
    *(
        row
        for name in ("review", "publish")
        for row in (
            step(
                name,
                "not_by_author",
                "Dr. Reiter wrote a version of the draft",
                authors=OWN_DRAFT,
            ),
            step(
                name,
                "objections_answered",
                "one of two objections has no answer",
                forms=OPEN_OBJECTION,
            ),
        )
    ),
    step(
        "review",
        "objections_awaited",
        "thirteen days after the draft",
        last_fired={"draft": TODAY - timedelta(days=13)},
    ),
    step("return", "not_returned", "the draft has been returned", variables=RETURNED),
    step(
        "supersede",
        "successor_published",
        "the successor is a draft",
        related={"EM-2": replace(SUCCESSOR, state="drafted")},
        open={"acting": {"rec_supersede": {"successor": None}}},
    ),
]

FILLED = {
    "rec_draft": Ready(MIRIAM, "collected", SOURCES),
    "rec_objection": Ready(MIRIAM, "drafted", DRAFTED),
    "rec_publication": Ready(JONAS, "reviewed", DRAFTED),
}
MEDIAN = {"median": "3.5", "item": "A1", "n_sides": "6"}

FORMS = [
    form(
        "rec_draft",
        "shows_something",
        "neither a median nor a finding",
        {"evidence": rows("n", "3")},
        [
            {"evidence": rows("n", "3", finding="Die Presse kam.")},
            {"evidence": rows("n", "3", median="3.5", item="A1")},
        ],
    ),
    form(
        "rec_draft",
        "median_of_a_statement",
        "a median of nothing",
        {"evidence": rows("n", "3", median="3.5")},
        [{}, {"evidence": rows("n", "3", median="3.5", item="A1")}],
    ),
    form(
        "rec_draft",
        "median_of_three",
        "the median of two tandems",
        {"evidence": rows("n", "2", median="3.5", item="A1")},
        [
            {"evidence": rows("n", "2", finding="Die Presse kam.")},
            {"evidence": rows("n", "3", median="3.5", item="A1")},
        ],
    ),
    form(
        "rec_draft",
        "median_in_half_points",
        "a median of 3.4",
        {"evidence": rows("median", "3.4", n="3", item="A1")},
        [{}, {"evidence": rows("median", "3.5", "3", n="3", item="A1")}],
    ),
    form(
        "rec_draft",
        "two_sides_a_tandem",
        "seven sides of three tandems",
        {"evidence": rows("n_sides", "7", n="3", finding="Die Presse kam.")},
        [
            {},
            {"evidence": rows("n_sides", "6", n="3", finding="Die Presse kam.")},
            {"evidence": rows("n_sides", "1", n="0", finding="Die Presse kam.")},
        ],
    ),
    form(
        "rec_objection",
        "answers_an_objection",
        "an answer to nothing",
        {"objection": None},
    ),
    form(
        "rec_publication",
        "edition_as_year_and_number",
        "a year alone",
        {"edition": "2026"},
        [{"edition": "2026-12"}, {"edition": "2030-9"}, {"edition": "2030-10"}],
    ),
    form(
        "rec_publication",
        "edition_as_year_and_number",
        "the number naught",
        {"edition": "2026-0"},
    ),
    form(
        "rec_publication",
        "review_ahead",
        "to be checked today",
        {"review_by": day(TODAY)},
        {"review_by": day(TODAY, 1)},
    ),
    form(
        "rec_publication",
        "review_within_two_years",
        "to be checked after two years and a day",
        {"review_by": "2028-03-03"},
        {"review_by": "2028-03-02"},
    ),
]
