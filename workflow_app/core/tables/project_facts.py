"""Facts of a project on its way: overlaps, review, approved scope, agreement, events, pauses.

Pure functions of the situation; missing data never makes one true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from workflow_app.core.canonical import checksum, digest, typed_checksum
from workflow_app.core.cases.situation import Situation
from workflow_app.core.expressions import SIDES
from workflow_app.core.overlap import TO_BE_ANSWERED
from workflow_app.core.tables.context import Context

PAUSE_COMMENT_DAYS = "comment_on_pause_days"
"""The operator's number: days that the other side has to comment on a pause asked for."""
NO_OVERLAP = "none"
"""The decision that there is no overlap; it alone needs no reason."""


def scope_digest(scope: Iterable[str], situation: Situation) -> str:
    """Return the digest of the values on which an approval rests, as they are now."""
    values: dict[str, Any] = {}
    for name in scope:
        form, _, field = name.partition(".")
        current = situation.newest(form) or {}
        values[name] = current.get(field)
    return digest(values)


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


def children_ended(c: Context) -> bool:
    """Whether no child case is open."""
    return c.situation.open_children == 0


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
