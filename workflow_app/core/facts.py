"""The closed table of facts: what a requirement may ask that CEL cannot say.

Each is a pure function of the situation. Missing data never makes a fact true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from workflow_app.core.canonical import checksum, digest
from workflow_app.core.expressions import SIDES
from workflow_app.core.fields import CANNOT_JUDGE
from workflow_app.core.model import Text
from workflow_app.core.overlap import TO_BE_ANSWERED
from workflow_app.core.situation import Actor, Situation


@dataclass(frozen=True, slots=True)
class Context:
    """What a fact is judged by: the situation, who acts, the workflow's scope, the operator's numbers."""

    situation: Situation
    actor: Actor | None
    scope: tuple[str, ...]
    programme: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of the table."""

    name: str
    meaning: Text
    holds: Callable[[Context], bool]
    forms: tuple[str, ...] = ()
    """Forms whose values it reads; a step whose own form is among them is judged when it is sent."""


NEAR_DIFFERENCE = 2
"""Scale points from which on a difference of the two sides must be commented (field guide, 3.3)."""


def scope_digest(scope: Iterable[str], situation: Situation) -> str:
    """Return the digest of the values on which an approval rests, as they are now."""
    values: dict[str, Any] = {}
    for name in scope:
        form, _, field = name.partition(".")
        current = situation.newest(form) or {}
        values[name] = current.get(field)
    return digest(values)


def differing_items(situation: Situation) -> dict[str, tuple[int, int]]:
    """Return item → (municipal, civic) where both could judge and lie at least two points apart."""
    answers = [
        (situation.newest("self_evaluation", side) or {}).get("items") or {} for side in SIDES
    ]
    both = [i for i in answers[0] if i in answers[1]]
    judged = [i for i in both if CANNOT_JUDGE not in (answers[0][i], answers[1][i])]
    pairs = {i: (int(answers[0][i]), int(answers[1][i])) for i in judged}
    return {i: pair for i, pair in pairs.items() if abs(pair[0] - pair[1]) >= NEAR_DIFFERENCE}


def _contacts(situation: Situation) -> list[str | None]:
    interest = situation.newest("interest") or {}
    return [interest.get("municipal_contact"), interest.get("civic_contact")]


def _actor_named(c: Context) -> bool:
    return c.actor is not None and str(c.actor.person) in _contacts(c.situation)


def _sides_differ(c: Context) -> bool:
    one, other = _contacts(c.situation)
    return one is not None and other is not None and one != other


def _contacts_belong(c: Context) -> bool:
    interest = c.situation.newest("interest") or {}
    for side in SIDES:
        person, body = interest.get(f"{side}_contact"), interest.get(f"{side}_org")
        if not person or not body:
            return False
        if int(body) not in c.situation.members_of.get(int(person), frozenset()):
            return False
    return True


def _area_covered(c: Context) -> bool:
    interest = c.situation.newest("interest") or {}
    body = c.situation.organisations.get(int(interest.get("civic_org") or 0))
    return body is not None and interest.get("county") in body.counties


def _carrier_noted(c: Context) -> bool:
    interest = c.situation.newest("interest") or {}
    bodies = [c.situation.organisations.get(int(interest.get(f"{s}_org") or 0)) for s in SIDES]
    if bodies[0] is None or bodies[1] is None:
        return False
    return bodies[0].carrier != bodies[1].carrier or bool(interest.get("same_carrier_note"))


def _overlaps_answered(c: Context) -> bool:
    outline = c.situation.newest("outline")
    if outline is None:
        return False
    answered = {row.get("overlap") for row in outline.get("overlap_answers") or []}
    return all(o.case in answered for o in c.situation.overlaps if o.level in TO_BE_ANSWERED)


def _round_rows(c: Context, form: str, field: str) -> list[Mapping[str, Any]]:
    values = c.situation.acting.get(form) or c.situation.newest(form, f"r{c.situation.round}") or {}
    return list(values.get(field) or [])


def _points_answered(c: Context) -> bool:
    points = {row["_id"] for row in _round_rows(c, "review", "points")}
    answered = {row.get("point") for row in _round_rows(c, "revision_response", "answers")}
    return points <= answered


def _formal_points_only(c: Context) -> bool:
    return c.actor is not None and ("supervisor" in c.actor.roles or _names_formal_gaps(c))


def _names_formal_gaps(c: Context) -> bool:
    # The formal check is the programme office's; without a "no" in it there is no formal point.
    review = c.situation.newest("review", f"r{c.situation.round}") or {}
    return "no" in (review.get("formal") or {}).values()


def _scope_unchanged(c: Context) -> bool:
    accepted = c.situation.accepted_scope
    return accepted is not None and accepted == scope_digest(c.scope, c.situation)


def _scope_changed(c: Context) -> bool:
    accepted = c.situation.accepted_scope
    return accepted is not None and accepted != scope_digest(c.scope, c.situation)


def _clauses_complete(c: Context) -> bool:
    return not c.situation.clauses_missing


def _checksums_match(c: Context) -> bool:
    issued = c.situation.agreement_digest
    if issued is None:
        return False
    typed = [(c.situation.newest("signature", side) or {}).get("checksum") for side in SIDES]
    return all(t is not None and _plain(t) == checksum(issued) for t in typed)


def _plain(text: str) -> str:
    return text.replace(" ", "").replace("-", "").lower()


def _activity_in_period(c: Context) -> bool:
    activity = c.situation.acting.get("activity")
    agreement = c.situation.newest("agreement")
    if not activity or not agreement or not activity.get("date"):
        return False
    first, last = agreement.get("term_start"), agreement.get("term_end")
    return bool(first and last and first <= activity["date"] <= last)


def _same_organisation(c: Context) -> bool:
    change = c.situation.acting.get("contact_change") or {}
    side, new = change.get("side"), change.get("new")
    current = c.situation.participant(side) if side else None
    if current is None or not new:
        return False
    return current.organisation in c.situation.members_of.get(int(new), frozenset())


def _children_ended(c: Context) -> bool:
    return c.situation.open_children == 0


def _all_goals(c: Context) -> bool:
    outline = c.situation.newest("outline") or {}
    report = c.situation.newest("final_report") or {}
    goals = {row.get("goal") for row in outline.get("goals") or []}
    return bool(goals) and goals <= {row.get("goal") for row in report.get("results") or []}


def _differences_commented(c: Context) -> bool:
    reflection = c.situation.newest("joint_reflection")
    if reflection is None:
        return False
    rows = reflection.get("differences") or []
    commented = {row.get("item") for row in rows if row.get("comment")}
    return set(differing_items(c.situation)) <= commented


def _comments_awaited(c: Context) -> bool:
    shared: date | None = c.situation.last_fired.get("share_assessment")
    if shared is None:
        return False
    current = c.situation.newest("assessment") or {}
    if all(current.get(f"partner_comment_{side}") for side in SIDES):
        return True
    wait = timedelta(days=int(c.programme["comment_on_assessment_days"]))
    return c.situation.today >= shared + wait


FACTS: Mapping[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact(
            "actor.named",
            Text(
                "Wer handelt, ist eine der beiden Ansprechpersonen.",
                "Whoever acts is one of the two contacts.",
            ),
            _actor_named,
            ("interest",),
        ),
        Fact(
            "sides.differ",
            Text(
                "Die Ansprechpersonen beider Seiten sind verschieden.",
                "The contacts of the two sides are different people.",
            ),
            _sides_differ,
            ("interest",),
        ),
        Fact(
            "contacts.belong",
            Text(
                "Jede Ansprechperson gehört zur Organisation ihrer Seite.",
                "Each contact belongs to the organisation of its side.",
            ),
            _contacts_belong,
            ("interest",),
        ),
        Fact(
            "area.covered",
            Text(
                "Das Gebiet der Engagement-Seite umfasst die gewählte Kommune.",
                "The area of the civic side covers the municipality chosen.",
            ),
            _area_covered,
            ("interest",),
        ),
        Fact(
            "carrier.noted",
            Text(
                "Die Träger beider Seiten sind verschieden, oder es ist erläutert.",
                "The carriers of the two sides differ, or it has been explained.",
            ),
            _carrier_noted,
            ("interest",),
        ),
        Fact(
            "overlap.all_answered",
            Text(
                "Jede mögliche Überschneidung ab Stufe „mittel“ ist beantwortet.",
                "Every possible overlap of level 'medium' or higher has been answered.",
            ),
            _overlaps_answered,
            ("outline",),
        ),
        Fact(
            "review.points_answered",
            Text(
                "Jeder Punkt der Prüfung dieser Runde ist beantwortet.",
                "Every point of this round's review has been answered.",
            ),
            _points_answered,
            ("revision_response",),
        ),
        Fact(
            "review.formal_points_only",
            Text(
                "Wer handelt, ist Projektaufsicht, oder die formale Prüfung nennt einen Mangel.",
                "Whoever acts is the supervisor, or the formal check names a gap.",
            ),
            _formal_points_only,
        ),
        Fact(
            "scope.unchanged",
            Text("Der genehmigte Umfang ist unverändert.", "The approved scope is unchanged."),
            _scope_unchanged,
        ),
        Fact(
            "scope.changed",
            Text(
                "Der Umfang weicht von der Genehmigung ab.",
                "The scope differs from what was approved.",
            ),
            _scope_changed,
        ),
        Fact(
            "agreement.clauses_complete",
            Text(
                "Jede verbindliche Klausel hat genau eine Fassung und alle Angaben.",
                "Each mandatory clause has exactly one variant and all its data.",
            ),
            _clauses_complete,
            ("agreement",),
        ),
        Fact(
            "signature.checksums_match",
            Text(
                "Die eingegebenen Prüfsummen stimmen mit der ausgegebenen Vereinbarung überein.",
                "The checksums typed in match the agreement that was issued.",
            ),
            _checksums_match,
        ),
        Fact(
            "activity.in_period",
            Text(
                "Die Aktivität liegt in der Laufzeit der Vereinbarung.",
                "The activity lies within the term of the agreement.",
            ),
            _activity_in_period,
            ("activity",),
        ),
        Fact(
            "contact.same_organisation",
            Text(
                "Die neue Ansprechperson gehört zur Organisation der Seite.",
                "The new contact belongs to the organisation of the side.",
            ),
            _same_organisation,
            ("contact_change",),
        ),
        Fact(
            "children.ended",
            Text("Alle untergeordneten Vorgänge sind beendet.", "All child cases have ended."),
            _children_ended,
        ),
        Fact(
            "final_report.all_goals",
            Text(
                "Zu jedem Ziel der Projektskizze steht ein Ergebnis im Bericht.",
                "The report gives a result for each goal of the outline.",
            ),
            _all_goals,
            ("final_report",),
        ),
        Fact(
            "reflection.differences_commented",
            Text(
                "Jede deutlich verschiedene Sicht ist kommentiert.",
                "Each clearly different view has a comment.",
            ),
            _differences_commented,
            ("joint_reflection",),
        ),
        Fact(
            "assessment.comments_awaited",
            Text(
                "Beide Stellungnahmen sind da, oder die Frist dafür ist abgelaufen.",
                "Both comments are in, or the time for them has run out.",
            ),
            _comments_awaited,
        ),
    )
}
