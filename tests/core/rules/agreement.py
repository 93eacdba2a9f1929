"""The rules of an agreement: from its draft until its signed copies are registered."""

from __future__ import annotations

from tests.core.cases import AGENCY, COUNTY, JONAS, MIRIAM, SABINE
from tests.core.rules.answers import AGREED, CHECKSUM, DIGEST, ENDS, RUNNING, STARTS, WRITTEN, day
from tests.core.rules.table import Ready, approved, form, step

LATER_END = {"outline": {"end_date": day(ENDS, 1)}}
SIGNED = {**AGREED, "signature": {"municipal": {}, "civic": {}}}

READY = {
    "propose_agreement": Ready(
        SABINE,
        "agreement_draft",
        {"forms": WRITTEN, "acting": {"agreement": {}}, "accepted_scope": approved},
    ),
    "reopen_review": Ready(
        SABINE,
        "agreement_draft",
        {"forms": {**WRITTEN, **LATER_END}, "accepted_scope": approved},
    ),
    "call_back_to_review": Ready(
        JONAS,
        "agreement_draft",
        {"forms": {**WRITTEN, **LATER_END}, "accepted_scope": approved},
    ),
    "release_for_signature": Ready(
        JONAS,
        "agreement_alignment",
        {
            "forms": {**AGREED, "agreement_comment": {"e1": {}}},
            "accepted_scope": approved,
            "agreement_digest": DIGEST,
        },
    ),
    "register_signed": Ready(
        MIRIAM,
        "signature_pending",
        {"today": RUNNING, "forms": SIGNED, "agreement_digest": DIGEST},
    ),
}
JOINT = {"data_protection": "joint_art26"}

STEPS = [
    step(
        "propose_agreement",
        "clauses_complete",
        "a clause lacks data",
        clauses_missing=("term",),
    ),
    step("propose_agreement", "scope_unchanged", "a later end than approved", forms=LATER_END),
    step(
        "propose_agreement",
        "signatories_belong",
        "the county's signatory belongs to the agency",
        acting={"agreement": {"signatory_municipal": "7"}},
        members_of={7: frozenset({AGENCY})},
        open={
            "acting": {"agreement": {"signatory_municipal": "7"}},
            "members_of": {7: frozenset({COUNTY})},
        },
    ),
    step(
        "propose_agreement",
        "signatories_belong",
        "one person signs for both sides",
        acting={"agreement": {"signatory_municipal": "7", "signatory_civic": "7"}},
        members_of={7: frozenset({AGENCY, COUNTY})},
    ),
    step(
        "propose_agreement",
        "scope_unchanged",
        "a county more than approved",
        forms={"interest": {"further_counties": ["09161"]}},
    ),
    step(
        "reopen_review",
        "same_organisations",
        "another office is written in for the county's",
        forms={"interest": {"municipal_org": "99"}},
    ),
    step(
        "reopen_review",
        "area_covered",
        "the agency does not serve the county that is added",
        forms={"interest": {"further_counties": ["09161"]}},
    ),
    *(
        step(
            name,
            "scope_changed",
            "everything is as it was approved",
            forms={"outline": {"end_date": day(ENDS)}},
        )
        for name in ("reopen_review", "call_back_to_review")
    ),
    step(
        "release_for_signature",
        "no_open_comments",
        "a comment is still open",
        forms={"agreement_comment": {"e1": {"status": "open"}}},
        open={"forms": {"agreement_comment": {"e1": {"status": "dropped"}}}},
    ),
    step(
        "release_for_signature",
        "annex_present",
        "joint controllers without their annex",
        forms={"agreement": JOINT},
        open=[{}, {"forms": {"agreement": {**JOINT, "annexes": ["art26", "outline"]}}}],
    ),
    step("release_for_signature", "scope_unchanged", "a later end than approved", forms=LATER_END),
    step(
        "register_signed",
        "both_signatures",
        "only Tobias's copy has been filed",
        forms={"signature": {"civic": None}},
        behind=("checksums_match", "signed_by_today"),
    ),
    step(
        "register_signed",
        "both_signatures",
        "only Sabine's copy has been filed",
        forms={"signature": {"municipal": None}},
        behind=("checksums_match", "signed_by_today"),
    ),
    step(
        "register_signed",
        "checksums_match",
        "the copy of another text",
        forms={"signature": {"civic": {"checksum": "0" * 16}}},
        open={"forms": {"signature": {"civic": {"checksum": CHECKSUM.upper()}}}},
    ),
    step(
        "register_signed",
        "signed_by_today",
        "signed tomorrow by one side",
        forms={"signature": {"municipal": {"date": day(RUNNING, 1)}}},
    ),
    step(
        "register_signed",
        "signed_by_today",
        "signed tomorrow by the other side",
        forms={"signature": {"civic": {"date": day(RUNNING, 1)}}},
    ),
]

FILLED = {
    "agreement": Ready(SABINE, "agreement_draft", {"forms": WRITTEN}),
    "signature": Ready(MIRIAM, "signature_pending", {"today": RUNNING, "forms": AGREED}),
}

FORMS = [
    form(
        "agreement",
        "starts_as_outlined",
        "a day after the start of the outline",
        {"term_start": day(STARTS, 1)},
    ),
    form(
        "agreement",
        "ends_as_outlined",
        "a day before the end of the outline",
        {"term_end": day(ENDS, -1)},
    ),
    form(
        "agreement",
        "annex_art26",
        "joint controllers without their annex",
        JOINT,
        [{**JOINT, "annexes": ["art26"]}, {}],
    ),
    form(
        "agreement",
        "annex_art28",
        "a processor without the annex",
        {"data_protection": "processor_art28"},
        [{"data_protection": "processor_art28", "annexes": ["art28"]}, {}],
    ),
    form(
        "signature",
        "checksum_readable",
        "a letter that no checksum has",
        {"checksum": "g123456789abcdef"},
        [{"checksum": "0123-4567 89AB cdef"}, {"checksum": "0" * 16}],
    ),
]
