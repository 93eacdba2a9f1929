"""Fields required under a condition: the answer that asks for them, and one that does not."""

from __future__ import annotations

from collections.abc import Mapping

from tests.core.rules.answers import Facts, rows

HELD: tuple[Facts, Facts] = ({"status": "held"}, {"status": "planned"})
BY_POWER: tuple[Facts, Facts] = ({"authority": "power_of_attorney"}, {"authority": "office"})
PART: tuple[Facts, Facts] = ({"area": "part_of_county"}, {"area": "county"})
ESCALATION: tuple[Facts, Facts] = (
    {"decision_rule": "escalation_after_days"},
    {"decision_rule": "consensus"},
)
COMMITTED: tuple[Facts, Facts] = ({"has_open_commitments": "yes"}, {"has_open_commitments": "no"})
INFORMED: tuple[Facts, Facts] = ({"volunteers_informed": "yes"}, {"volunteers_informed": "no"})
FUNDED: tuple[Facts, Facts] = (
    {"costs": rows("borne_by", "civic", "third_party", type="rooms", amount_eur="0.00")},
    {"costs": rows("borne_by", "civic", "municipal", type="rooms", amount_eur="500.00")},
)
"""A funder bears one of the costs, and both sides bear them alone."""

ASKED: Mapping[str, tuple[Facts, Facts]] = {
    "activity.participants": HELD,
    "activity.participants_estimated": (
        {"participants": "20"},
        {"participants": None, "status": "planned"},
    ),
    "activity.volunteers": HELD,
    "activity.volunteer_hours": HELD,
    "activity.result": HELD,
    "activity.cancel_reason": ({"status": "cancelled"}, {"status": "held"}),
    "addendum_signature.authority_file": BY_POWER,
    "agreement.decision_days": ESCALATION,
    "amendment.area_note": PART,
    "amendment.decision_days": ESCALATION,
    "amendment.funding": FUNDED,
    "archive.recommendations": (
        {"recommendations_linked": "linked"},
        {"recommendations_linked": "none"},
    ),
    "archive.retention_custom_until": (
        {"retention_class": "custom"},
        {"retention_class": "no_funding"},
    ),
    "archive.archive_offer_on": ({"archive_offer": "yes"}, {"archive_offer": "not_required"}),
    "event_announcement.registration_link": (
        {"registration": "external_link"},
        {"registration": "phone"},
    ),
    "event_announcement.registration_phone": (
        {"registration": "phone"},
        {"registration": "external_link"},
    ),
    "event_announcement.privacy_notice": ({"registration": "phone"}, {"registration": "none"}),
    "event_plan.budget_line": ({"budget": "0.01"}, {"budget": "0"}),
    "event_record.photos_note": ({"photos_release": "released"}, {"photos_release": "no_photos"}),
    "extension.funding": FUNDED,
    "joint_ending.open_commitments": COMMITTED,
    "joint_ending.volunteers_informed_on": INFORMED,
    "outline.area_note": PART,
    "outline.funding": FUNDED,
    "outline.personal_data_note": ({"personal_data": "yes"}, {"personal_data": "no"}),
    "outline.protection_concept": ({"minors": "yes"}, {"minors": "no"}),
    "pause.reason_note": ({"reason_kind": "other"}, {"reason_kind": "vacancy"}),
    "rec_publication.title_en": ({"text_en": "Release press texts together."}, {"text_en": None}),
    "rec_source.external_source": ({"projects": None}, {"projects": ["TP-1"]}),
    "review.overlap_reason": ({"overlap_decision": "merge"}, {"overlap_decision": "none"}),
    "signature.authority_file": BY_POWER,
    "termination.open_commitments": COMMITTED,
    "termination.volunteers_informed_on": INFORMED,
}
"""`form.field` → answers with which it may not be left empty, and with which it may."""
AFTER_ANNOUNCEMENT = ("event_cancel.informed", "event_cancel.informed_whom")
"""Fields that are required once an event has been announced."""
WITH_NEW_OVERLAPS = ("amendment_decision.overlap_decision",)
"""Fields that are required if a change of the agreement brings new overlaps."""
BY_STEP: Mapping[str, tuple[str, ...]] = {
    "amendment_decision.reason": ("decline_amendment",),
    "assessment.impartial": ("complete_assessment",),
    "event_plan.change_reason": ("replan",),
    "event_plan.invited_told": ("replan",),
    "rec_review.comment": ("return",),
    "report_decision.note": ("question_interim_report",),
    "review.formal": ("approve",),
    "review.overlap_decision": ("approve",),
    "review.criterion_need": ("approve",),
    "review.criterion_goals": ("approve",),
    "review.criterion_equal_footing": ("approve",),
    "review.criterion_resources": ("approve",),
    "review.criterion_transferability": ("approve",),
    "review.points": ("request_revision",),
    "review.reason": ("reject",),
    "review.impartial": ("approve", "request_revision", "reject"),
    "revision_response.answers": ("resubmit",),
}
"""`form.field` → the steps with which it may not be left empty."""
ONLY_YES = (
    "amendment_decision.impartial",
    "archive.personal_data_checked",
    "assessment.impartial",
    "event_announcement.logos_ok",
    "event_announcement.privacy_notice",
    "event_plan.invited_told",
    "outline.protection_concept",
    "review.impartial",
)
"""Questions to which no is not accepted."""
