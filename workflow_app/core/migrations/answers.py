"""The answers to the questions of a plan become the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from workflow_app.core.changes.contents import Contents, quoted
from workflow_app.core.definition.model import Text
from workflow_app.core.migrations.plan import CLOCKS, Plan, Target
from workflow_app.core.migrations.questions import STAY, Asker, Question
from workflow_app.core.migrations.suggesting import by_field
from workflow_app.core.problems import Place, Problems

UNDECIDED = Text("Wählen Sie, was aus {what} wird.", "Choose what becomes of {what}.")
HALF = Text(
    "Zu einer Bedingung für {what} gehört ein Stand, und zu diesem Stand die Bedingung.",
    "A condition for {what} needs a state, and that state its condition.",
)
PAIRS = ("forms", "fields", "defaults", "roles", "variables")
ROUNDS = 4
"""Answers open further questions: a form names its fields, a table its columns, a field its
choices."""


@dataclass(frozen=True)
class Answered:
    """A plan as the answers make it."""

    plan: Plan
    """Its places name the question: `Place("states.in_review", 1, 1)`."""
    questions: list[Question]
    problems: Problems
    """What is not decided, and conditions that are half."""


def answered(
    base: Plan, old: Contents, new: Contents, running: Mapping[str, int], given: Mapping[str, str]
) -> Answered:
    """Return the plan between the versions of `base` that the answers make.

    `given` is key of a question → answer; of a state also `states.x.when.0` and `states.x.to.0`.
    What was not asked yet, because an answer opened the question, is answered by a sure proposal.
    """
    given = {key: answer.strip() for key, answer in given.items()}
    for _ in range(ROUNDS):
        plan = planned(base, old, given)
        asker = Asker(plan, old, new, running, fresh=True)
        questions = asker.questions()
        sure = {
            q.key: asker.proposals[q.key].to
            for q in questions
            if q.key not in given and q.key in asker.proposals and asker.proposals[q.key].sure
        }
        if not sure:
            break
        given |= sure
    questions = [
        replace(q, answer=given.get(q.key, q.answer), whens=_whens(given, q.key) or q.whens)
        for q in questions
    ]
    problems = Problems()
    for q in questions:
        _complain(problems, q)
    return Answered(plan, questions, problems)


def given_by(questions: Iterable[Question]) -> dict[str, str]:
    """Return the answers of the questions as somebody gives them who changes none."""
    found = {}
    for q in questions:
        found[q.key] = q.answer
        for number, (when, to) in enumerate(q.whens):
            found |= {f"{q.key}.when.{number}": when, f"{q.key}.to.{number}": to}
    return found


def _complain(problems: Problems, question: Question) -> None:
    half = any(bool(when) != bool(to) for when, to in question.whens)
    idle = question.answer == STAY and not question.gone and not question.whens
    for wrong, sentence in ((not question.decided or idle, UNDECIDED), (half, HALF)):
        if wrong:
            text = sentence.filled(what=quoted(question.label))
            problems.add(Place(question.key, 1, 1), "plan", text.de, text.en)


def planned(base: Plan, old: Contents, given: Mapping[str, str]) -> Plan:
    """Return the plan that the answers make, as far as they go."""
    real = {k: a for k, a in given.items() if a and not a.startswith("-")}

    def of(kind: str) -> dict[str, str]:
        start = f"{kind}."
        return {k.removeprefix(start): a for k, a in real.items() if k.startswith(start)}

    clock = given.get("clock", base.clock)
    return replace(
        base,
        states=_states(old, given, real),
        values=by_field(of("values")),
        clock=clock if clock in CLOCKS else "keep",
        notify=given.get("notify", "yes" if base.notify else "no") != "no",
        places={key: Place(key, 1, 1) for key in given},
        **{kind: of(kind) for kind in PAIRS},  # type: ignore[arg-type]
    )


def _states(
    old: Contents, given: Mapping[str, str], real: Mapping[str, str]
) -> dict[str, tuple[Target, ...]]:
    found = {}
    for state in old.workflow.states:
        key = f"states.{state}"
        targets = [Target(to, when) for when, to in _whens(given, key) if when and to]
        otherwise = real.get(key)
        # What keeps its name need not be said, unless only some of its cases do.
        if otherwise and (targets or otherwise != state):
            targets.append(Target(otherwise))
        if targets:
            found[state] = tuple(targets)
    return found


def _whens(given: Mapping[str, str], key: str) -> tuple[tuple[str, str], ...]:
    """Return (condition, state) in their order, those that are empty left out."""
    start = f"{key}.when."
    numbers = sorted(int(k.removeprefix(start)) for k in given if _numbered(k, start))
    pairs = ((given[f"{start}{n}"], given.get(f"{key}.to.{n}", "")) for n in numbers)
    return tuple(pair for pair in pairs if any(pair))


def _numbered(key: str, start: str) -> bool:
    return key.startswith(start) and key.removeprefix(start).isdecimal() and len(key) < 200
