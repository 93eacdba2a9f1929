"""How each fact is judged: pure functions of the situation. Missing data never makes one true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from workflow_app.core.canonical import checksum, digest, typed_checksum
from workflow_app.core.cases.situation import Actor, Situation
from workflow_app.core.expressions import SIDES
from workflow_app.core.forms.fields import CANNOT_JUDGE
from workflow_app.core.overlap import TO_BE_ANSWERED

COMMENT_DAYS = "comment_on_assessment_days"
"""The operator's number: days that the partners have to comment on a draft assessment."""
PAUSE_COMMENT_DAYS = "comment_on_pause_days"
"""The operator's number: days that the other side has to comment on a pause asked for."""
NO_OVERLAP = "none"
"""The decision that there is no overlap; it alone needs no reason."""
SHARED = "share_assessment"
"""The step that shows the partners a draft of the assessment."""
UNCOUNTED = frozenset({"one_sided", "not_evaluated"})
"""Variables that say that the evaluation went on without one side's answers, or both's."""
NEAR_DIFFERENCE = 2
"""Scale points from which on a difference of the two sides must be commented (field guide, 3.3)."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a fact is judged by: the case, who acts, the scope and the operator's numbers."""

    situation: Situation
    actor: Actor | None
    scope: tuple[str, ...]
    programme: Mapping[str, int | str]


def scope_digest(scope: Iterable[str], situation: Situation) -> str:
    """Return the digest of the values on which an approval rests, as they are now."""
    values: dict[str, Any] = {}
    for name in scope:
        form, _, field = name.partition(".")
        current = situation.newest(form) or {}
        values[name] = current.get(field)
    return digest(values)


def differing_items(situation: Situation) -> dict[str, tuple[int, int]]:
    """Return item → (municipal, civic) where both could judge and lie two points apart or more.

    Answers that came too late are kept and not counted: then there are none (ruling L2).
    """
    if situation.variables & UNCOUNTED:
        return {}
    answers = [
        (situation.newest("self_evaluation", side) or {}).get("items") or {} for side in SIDES
    ]
    both = [i for i in answers[0] if i in answers[1]]
    judged = [i for i in both if CANNOT_JUDGE not in (answers[0][i], answers[1][i])]
    pairs = {i: (int(answers[0][i]), int(answers[1][i])) for i in judged}
    return {i: pair for i, pair in pairs.items() if abs(pair[0] - pair[1]) >= NEAR_DIFFERENCE}


def _key(reference: Any) -> int:
    """Return the id that a reference names; 0, which nothing has, if it names none."""
    text = str(reference or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0


def _contacts(situation: Situation) -> list[str | None]:
    interest = situation.newest("interest") or {}
    return [interest.get("municipal_contact"), interest.get("civic_contact")]


def actor_named(c: Context) -> bool:
    """Whether whoever acts is one of the two contacts."""
    return c.actor is not None and str(c.actor.person) in _contacts(c.situation)


def sides_differ(c: Context) -> bool:
    """Whether both contacts are there and are two people."""
    one, other = _contacts(c.situation)
    return one is not None and other is not None and one != other


def contacts_belong(c: Context) -> bool:
    """Whether each contact belongs to the organisation of its side."""
    interest = c.situation.newest("interest") or {}
    for side in SIDES:
        person, body = interest.get(f"{side}_contact"), interest.get(f"{side}_org")
        if not person or not body:
            return False
        if _key(body) not in c.situation.members_of.get(_key(person), frozenset()):
            return False
    return True


def area_covered(c: Context) -> bool:
    """Whether the civic organisation serves every county in which the project is."""
    interest = c.situation.newest("interest") or {}
    return _covered(c, [interest.get("county"), *(interest.get("further_counties") or ())])


def amended_area_covered(c: Context) -> bool:
    """Whether the civic organisation serves every further county that an amendment names."""
    amendment = c.situation.newest("amendment")
    return amendment is not None and _covered(c, amendment.get("further_counties") or ())


def _covered(c: Context, counties: Iterable[str | None]) -> bool:
    interest = c.situation.newest("interest") or {}
    body = c.situation.organisations.get(_key(interest.get("civic_org")))
    return body is not None and set(counties) <= body.counties


def carrier_noted(c: Context) -> bool:
    """Whether the two carriers differ, or it is explained why not."""
    interest = c.situation.newest("interest") or {}
    bodies = [c.situation.organisations.get(_key(interest.get(f"{s}_org"))) for s in SIDES]
    if bodies[0] is None or bodies[1] is None:
        return False
    return bodies[0].carrier != bodies[1].carrier or bool(interest.get("same_carrier_note"))


def overlaps_answered(c: Context) -> bool:
    """Whether each overlap that must be answered has an answer."""
    outline = c.situation.newest("outline")
    if outline is None:
        return False
    answered = {row.get("overlap") for row in outline.get("overlap_answers") or []}
    return all(o.case in answered for o in c.situation.overlaps if o.level in TO_BE_ANSWERED)


def overlap_decision_fits(c: Context) -> bool:
    """Whether "no overlap" is decided only where none is shown that had to be answered."""
    review = c.situation.newest("review")
    if review is None:
        return False
    denied = review.get("overlap_decision") == NO_OVERLAP
    return not (denied and any(o.level in TO_BE_ANSWERED for o in c.situation.overlaps))


def _round_rows(c: Context, form: str, field: str) -> list[Mapping[str, Any]]:
    return list((c.situation.newest(form) or {}).get(field) or [])


def points_answered(c: Context) -> bool:
    """Whether each point of this round's review has an answer."""
    if c.situation.newest("review") is None:
        return False
    points = {row.get("_id") for row in _round_rows(c, "review", "points")}
    answered = {row.get("point") for row in _round_rows(c, "revision_response", "answers")}
    return points <= answered


def no_formal_gap(c: Context) -> bool:
    """Whether the formal check is there and names no gap."""
    formal = (c.situation.newest("review") or {}).get("formal")
    return bool(formal) and not _names_formal_gaps(c)


def formal_points_only(c: Context) -> bool:
    """Whether the supervisor acts, or a formal gap is named."""
    return c.actor is not None and ("supervisor" in c.actor.roles or _names_formal_gaps(c))


def _names_formal_gaps(c: Context) -> bool:
    # The formal check is the programme office's; without a "no" in it there is no formal point.
    review = c.situation.newest("review") or {}
    return "no" in (review.get("formal") or {}).values()


def scope_unchanged(c: Context) -> bool:
    """Whether the scope is as it was approved."""
    accepted = c.situation.accepted_scope
    return accepted is not None and accepted == scope_digest(c.scope, c.situation)


def scope_changed(c: Context) -> bool:
    """Whether there is an approval, and the scope is no longer the approved one."""
    accepted = c.situation.accepted_scope
    return accepted is not None and accepted != scope_digest(c.scope, c.situation)


def clauses_complete(c: Context) -> bool:
    """Whether no mandatory clause lacks its wording or data."""
    return not c.situation.clauses_missing


def checksums_match(c: Context) -> bool:
    """Whether both sides' copies bear the checksum of the issued agreement."""
    issued = c.situation.agreement_digest
    if issued is None:
        return False
    typed = [(c.situation.newest("signature", side) or {}).get("checksum") for side in SIDES]
    return all(t is not None and typed_checksum(t) == checksum(issued) for t in typed)


def side_handed_over(situation: Situation) -> str | None:
    """Return the side whose contact is about to change: that of the former one; None: nobody's."""
    change = situation.acting.get("contact_change") or {}
    # Cases of earlier versions are asked for the side as well.
    if side := change.get("side"):
        return str(side)
    former = _key(change.get("old"))
    standing = (situation.participant(side) for side in SIDES)
    return next((p.side for p in standing if p is not None and p.person == former), None)


def own_contact(c: Context) -> bool:
    """Whether whoever acts stands for no side, or for the one whose contact changes."""
    side = side_handed_over(c.situation)
    return c.actor is not None and side is not None and c.actor.side in (None, side)


def same_organisation(c: Context) -> bool:
    """Whether new contact and deputy belong to the side's organisation and to no other side."""
    change, side = c.situation.acting.get("contact_change") or {}, side_handed_over(c.situation)
    current = c.situation.participant(side) if side else None
    if current is None or not change.get("new"):
        return False
    others = {p.person for p in c.situation.participants if p.side != side}
    named = {_key(change[who]) for who in ("new", "deputy") if change.get(who)}
    return not named & others and all(
        current.organisation in c.situation.members_of.get(person, frozenset()) for person in named
    )


def changes_contact(c: Context) -> bool:
    """Whether the contact of the side, or the deputy, becomes another one."""
    change, side = c.situation.acting.get("contact_change") or {}, side_handed_over(c.situation)
    if side is None:
        return False
    now = (c.situation.participant(side), c.situation.deputy(side))
    wanted = [_key(change.get(who)) for who in ("new", "deputy")]
    return wanted != [p.person if p else 0 for p in now]


def signatories_belong(c: Context) -> bool:
    """Whether each signatory named belongs to the organisation of the side and to no other."""
    agreement = c.situation.newest("agreement") or {}
    for side, other in (SIDES, SIDES[::-1]):
        named = agreement.get(f"signatory_{side}")
        if not named:
            continue
        own, opposite = c.situation.participant(side), c.situation.standing_for(other)
        if own is None or _key(named) in {p.person for p in opposite}:
            return False
        if own.organisation not in c.situation.members_of.get(_key(named), frozenset()):
            return False
    named = [agreement.get(f"signatory_{side}") for side in SIDES]
    return None in named or named[0] != named[1]


def children_ended(c: Context) -> bool:
    """Whether no child case is open."""
    return c.situation.open_children == 0


def all_goals(c: Context) -> bool:
    """Whether each goal of the outline has a result in the final report."""
    return _each_goal_in(c, "final_report", "results")


def all_goals_so_far(c: Context) -> bool:
    """Whether the interim report speaks of each goal of the outline."""
    return _each_goal_in(c, "interim_report", "progress")


def _each_goal_in(c: Context, form: str, rows: str) -> bool:
    outline = c.situation.newest("outline") or {}
    report = c.situation.newest(form) or {}
    goals = {row.get("goal") for row in outline.get("goals") or []}
    return bool(goals) and goals <= {row.get("goal") for row in report.get(rows) or []}


def evaluation_too_late(c: Context) -> bool:
    """Whether whoever acts stands for a side without whose self-evaluation the case went on."""
    if c.actor is None or c.actor.side is None:
        return False
    return bool({f"{c.actor.side}_absent", "not_evaluated"} & c.situation.variables)


def evaluation_missing(c: Context) -> bool:
    """Whether whoever acts stands for a side that has handed in no self-evaluation so far."""
    side = c.actor.side if c.actor else None
    return side is not None and side not in c.situation.by_side("self_evaluation")


def differences_commented(c: Context) -> bool:
    """Whether each clear difference of the two views has a comment."""
    reflection = c.situation.newest("joint_reflection")
    if reflection is None:
        return False
    rows = reflection.get("differences") or []
    commented = {row.get("item") for row in rows if row.get("comment")}
    return set(differing_items(c.situation)) <= commented


SILENT_DAYS = "silent_partners_days"
"""The operator's number: days past the deadline after which silence counts."""


def partners_silent(c: Context) -> bool:
    """Whether both sides have let the deadline pass by that many days, and two reminders."""
    s, days = c.situation, c.programme.get(SILENT_DAYS)
    if s.due_on is None or s.reminders < 2 or not isinstance(days, int):
        return False
    if s.today < s.due_on + timedelta(days=days):
        return False
    return all(side in s.last_act and s.last_act[side] < s.due_on for side in SIDES)


def second_person(c: Context) -> bool:
    """Whether whoever acts is not the one who proposed to close without the partners."""
    proposed_by = c.situation.last_actor.get("propose_unattended")
    return proposed_by is not None and c.actor is not None and c.actor.person != proposed_by


def comments_awaited(c: Context) -> bool:
    """Whether both comments on this draft are in, or the time for them is over."""
    shared: date | None = c.situation.last_fired.get(SHARED)
    if shared is None:
        return False
    current = c.situation.newest("assessment") or {}
    # What a side wrote about an earlier draft still stands in the form: it says nothing of this.
    sent = c.situation.sent_since.get(SHARED, frozenset())
    if all(side in sent and current.get(f"partner_comment_{side}") for side in SIDES):
        return True
    days = c.programme.get(COMMENT_DAYS)
    return isinstance(days, int) and c.situation.today >= shared + timedelta(days=days)


def other_side_of_pause(c: Context) -> bool:
    """Whether whoever acts stands for the side that did not ask for the pause."""
    asking, own = c.situation.last_side.get("request_pause"), c.actor.side if c.actor else None
    return asking is not None and own is not None and own != asking


def pause_heard(c: Context) -> bool:
    """Whether the other side has commented on the pause, or the time for it is over."""
    asked: date | None = c.situation.last_fired.get("request_pause")
    days = c.programme.get(PAUSE_COMMENT_DAYS)
    if asked is None or not isinstance(days, int):
        return False
    over = c.situation.today >= asked + timedelta(days=days)
    return over or "pause_heard" in c.situation.variables
