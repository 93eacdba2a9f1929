"""When a state asks somebody on a condition, or offers a form on one: cases in which it does.

`ASKED_WHEN` names each condition of `waits_for` and of an offered form, as the file has it, with
what makes it hold and the small differences with which it does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from tests.core.cases import SABINE, TOBIAS
from tests.core.rules.amending import ISSUED
from tests.core.rules.answers import AGREED, DIGEST, ENDS, RUNNING, STARTS, Facts, day

DURING: Facts = {"today": RUNNING, "entered_on": STARTS, "forms": AGREED, "round": 1}
"""What every case of this table has in common."""
HALF_TIME = date(2026, 11, 30)
JANUARY = date(2027, 1, 4)
SIGNED = "signed"
"""Who has confirmed the text of the agreement; a word of this table alone."""
OF_AGREEMENT = {"agreement_digest": DIGEST}


def marked(*variables: str) -> Facts:
    """Return what it is that these variables are set, and no others."""
    return {"variables": frozenset(variables)}


def filled(**forms: Facts | None) -> Facts:
    """Return what it is that these forms have been submitted."""
    return {"forms": forms}


def due_in(days: int) -> Facts:
    """Return what it is that the state should be left in so many days."""
    return {"due_on": RUNNING + timedelta(days=days)}


def asked_by(side: str) -> Facts:
    """Return what it is that a side has asked for a pause."""
    return {**marked("pause_asked"), "last_side": {"request_pause": side}}


def noticed(**termination: str) -> Facts:
    """Return what it is that notice has been given."""
    return {**marked("notice_given"), **filled(termination=termination)}


def reviewed(*variables: str, formal: bool = True) -> Facts:
    """Return what it is that the formal check of this round is there, or not."""
    return {**marked(*variables), **filled(review={"r1": {} if formal else {"formal": None}})}


def paragraphs(side: str) -> tuple[list[Facts], list[Facts]]:
    """Return when a side is asked for its paragraph of the interim report."""
    return (
        [filled(interim_report={f"cooperation_{side}": None})],
        [filled(interim_report={}), {}],
    )


def both_missing(form: str, slot: str, **facts: object) -> tuple[list[Facts], list[Facts]]:
    """Return when somebody is asked for as long as not both sides' copies are filed."""
    one, other = ({slot.format(side): {}} for side in ("municipal", "civic"))
    return (
        [facts, {**facts, **filled(**{form: one})}, {**facts, **filled(**{form: other})}],
        [{**facts, **filled(**{form: {**one, **other}})}],
    )


TERM = "agreement.term_end > add_months(agreement.term_start, 6)"
LAST_YEAR = "interim_report.period_to.getFullYear() < today.getFullYear() - 1"
ASKED_WHEN: Mapping[str, tuple[list[Facts], list[Facts]]] = {
    "!variable.returned": ([{}], [marked("returned")]),
    "variable.returned": ([marked("returned")], [{}]),
    "!variable.returned && today < due - days(42 - programme.objection_days)": (
        [due_in(29)],
        [due_in(28), {**due_in(29), **marked("returned")}],
    ),
    "size(rec_objection.status) < rec_objection.count": (
        [filled(rec_objection={"e1": {"status": None}})],
        [filled(rec_objection={"e1": {}}), {}],
    ),
    "rec_publication.review_by <= today + days(60)": (
        [filled(rec_publication={"review_by": day(RUNNING, 60)})],
        [filled(rec_publication={"review_by": day(RUNNING, 61)})],
    ),
    "variable.unattended_proposed": ([marked("unattended_proposed")], [{}]),
    "!review.formal.filled": ([{}, reviewed(formal=False)], [reviewed()]),
    "review.formal.filled && !variable.supervisor_assigned": (
        [reviewed()],
        [reviewed("supervisor_assigned"), reviewed(formal=False)],
    ),
    "review.formal.filled": ([reviewed()], [reviewed(formal=False)]),
    "sign_off.release_for_signature.municipal && sign_off.release_for_signature.civic": (
        [{**OF_AGREEMENT, SIGNED: (SABINE, TOBIAS)}],
        [{**OF_AGREEMENT, SIGNED: (SABINE,)}, {**OF_AGREEMENT, SIGNED: (TOBIAS,)}],
    ),
    "!(signature.municipal.filled && signature.civic.filled)": both_missing("signature", "{}"),
    "!(addendum_signature.municipal.filled && addendum_signature.civic.filled)": both_missing(
        "addendum_signature", "{}_n1", amendments=(ISSUED,)
    ),
    "interim_report.filled && !interim_report.cooperation_municipal.filled": (
        paragraphs("municipal")
    ),
    "interim_report.filled && !interim_report.cooperation_civic.filled": paragraphs("civic"),
    "variable.report_asked": ([marked("report_asked")], [marked("report_open")]),
    "variable.report_open": ([marked("report_open")], [marked("report_asked")]),
    f"!interim_report.filled && {TERM} "
    "&& today - agreement.term_start >= agreement.term_end - today": (
        [{"today": HALF_TIME}],
        [
            {"today": HALF_TIME - timedelta(days=1)},
            {"today": HALF_TIME, **filled(interim_report={})},
            {"today": HALF_TIME, **filled(agreement={"term_end": "2026-12-01"})},
        ],
    ),
    "today.getMonth() == 0 && agreement.term_start.getFullYear() < today.getFullYear() "
    f"&& (!interim_report.period_to.filled || {LAST_YEAR})": (
        [
            {"today": JANUARY},
            {"today": JANUARY, **filled(interim_report={"period_to": "2025-12-31"})},
        ],
        [
            {"today": JANUARY.replace(month=2)},
            {"today": JANUARY, **filled(interim_report={"period_to": "2026-12-31"})},
            {"today": JANUARY, **filled(agreement={"term_start": "2027-01-01"})},
        ],
    ),
    "variable.pause_asked && !variable.pause_heard && taken.request_pause.civic": (
        [asked_by("civic")],
        [
            asked_by("municipal"),
            {**asked_by("civic"), **marked("pause_asked", "pause_heard")},
            {**asked_by("civic"), **marked()},
        ],
    ),
    "variable.pause_asked && !variable.pause_heard && taken.request_pause.municipal": (
        [asked_by("municipal")],
        [
            asked_by("civic"),
            {**asked_by("municipal"), **marked("pause_asked", "pause_heard")},
            {**asked_by("municipal"), **marked()},
        ],
    ),
    "variable.pause_asked": ([marked("pause_asked")], [{}]),
    "variable.notice_given && (termination.good_cause || termination.effective_date <= today)": (
        [
            noticed(effective_date=day(RUNNING)),
            noticed(effective_date=day(ENDS), good_cause="yes"),
        ],
        [
            noticed(effective_date=day(RUNNING, 1)),
            {**noticed(effective_date=day(RUNNING)), **marked()},
        ],
    ),
    "variable.assessment_shared": ([marked("assessment_shared")], [{}]),
}
"""Condition → the cases in which it asks, and those in which it does not."""
