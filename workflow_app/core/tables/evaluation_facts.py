"""Facts of reports and evaluation: goals, self-evaluations, differences, comments, silence.

Pure functions of the situation; missing data never makes one true.
"""

from __future__ import annotations

from datetime import date, timedelta

from workflow_app.core.cases.situation import Situation
from workflow_app.core.expressions import SIDES
from workflow_app.core.forms.fields import CANNOT_JUDGE
from workflow_app.core.tables.context import Context

COMMENT_DAYS = "comment_on_assessment_days"
"""The operator's number: days that the partners have to comment on a draft assessment."""
SHARED = "share_assessment"
"""The step that shows the partners a draft of the assessment."""
UNCOUNTED = frozenset({"one_sided", "not_evaluated"})
"""Variables that say that the evaluation went on without one side's answers, or both's."""
NEAR_DIFFERENCE = 2
"""Scale points from which on a difference of the two sides must be commented (field guide, 3.3)."""


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
