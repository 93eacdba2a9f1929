"""Do states, sides and the subject of a workflow name only what there is? Part of `verify`."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter

from workflow_app.core.cases.rights import PERMISSIONS
from workflow_app.core.definition.model import Announcement, Derivation, State, Text
from workflow_app.core.expressions import SIDES
from workflow_app.core.verification.checking import (
    FORM,
    PERMISSION,
    ROLE,
    STATE,
    TRANSITION,
    Checking,
    Named,
)

PHASE: Named = ("Die Phase", "phase")
SIDE: Named = ("Die Seite", "side")
VARIABLE: Named = ("Die Variable", "variable")
OUTCOME: Named = ("Das Ergebnis", "outcome")
STEP: Named = ("Den Ausgang oder das Formular", "exit or form")


def placeholders(*texts: str) -> Iterator[str]:
    """Yield what stands in braces in these texts; a text that cannot be read yields a `?`."""
    for text in texts:
        try:
            yield from (
                name for _said, name, _spec, _how in Formatter().parse(text) if name is not None
            )
        except ValueError:
            yield "?"


def check_workflow(check: Checking) -> None:
    """Note every unknown name in the file's own keys and in its states."""
    _subject(check)
    _absent(check)
    for told in check.workflow.announcements:
        _announcement(check, told)
    if check.workflow.derive is not None:
        _derivation(check, check.workflow.derive)
    for state in check.workflow.states.values():
        _state(check, state)


def _subject(check: Checking) -> None:
    """Check how cases are called, on what approvals rest, and who stands for the sides."""
    workflow = check.workflow
    subject = workflow.subject
    place = [subject.place] if subject.place else []
    for name in (subject.title, *place, *subject.glance, *workflow.scope):
        check.field(name, workflow.place)
    check.all_known(SIDE, workflow.sides, SIDES, workflow.place)
    check.all_known(ROLE, workflow.sides.values(), check.roles, workflow.place)
    check.all_known(TRANSITION, workflow.start, workflow.transitions, workflow.place)


def _absent(check: Checking) -> None:
    workflow = check.workflow
    for side, variable in workflow.absent.items():
        check.known(SIDE, side, workflow.sides, workflow.place)
        check.known(VARIABLE, variable, workflow.variables, workflow.place)


def _announcement(check: Checking, told: Announcement) -> None:
    """Check what an announcement names; one that says neither when nor where stands for ever."""
    if told.when:
        check.condition(told.when, told.place)
    check.all_known(STATE, told.states, check.workflow.states, told.place)
    if told.day:
        check.field(told.day, told.place)
        form_id, _, name = told.day.partition(".")
        form = check.forms.get(form_id)
        field = next((f for f in form.fields if f.id == name), None) if form else None
        check.wrong(
            field is None or field.type in ("date", "date_time"),
            told.place,
            "no_day",
            Text(f"„{told.day}“ ist kein Datum.", f"'{told.day}' is no date."),
        )
    used = {*placeholders(told.heading.de, told.heading.en, told.text.de, told.text.en)}
    check.wrong(
        bool(told.when or told.states) and used <= ({"day"} if told.day else set()),
        told.place,
        "announcement",
        Text(
            f"„{told.id}“: nötig ist when oder states; {{day}} braucht day, anderes gibt es nicht.",
            f"'{told.id}' needs when or states; {{day}} needs day, and there is nothing else.",
        ),
    )


def _derivation(check: Checking, rule: Derivation) -> None:
    """Check what is said of deriving a case: who, from which ends, and with which answers."""
    check.all_known(ROLE, rule.by, check.roles, rule.place)
    check.all_known(OUTCOME, rule.outcomes, _outcomes(check), rule.place)
    check.all_known(FORM, rule.copies, check.forms, rule.place)
    for name in rule.leaves:
        check.field_or_column(name, rule.place)
    if rule.proposed:
        check.field(rule.proposed, rule.place)
        form_id, _, name = rule.proposed.partition(".")
        form = check.forms.get(form_id)
        field = next((f for f in form.fields if f.id == name), None) if form else None
        check.wrong(
            field is None or field.type == "yes_no",
            rule.place,
            "no_yes_no",
            Text(
                f"„{rule.proposed}“ wird nicht mit Ja oder Nein beantwortet.",
                f"'{rule.proposed}' is not answered by yes or no.",
            ),
        )


def _outcomes(check: Checking) -> set[str]:
    """Return every word by which a case of the workflow can end."""
    workflow = check.workflow
    found = {state.outcome for state in workflow.states.values() if state.end and state.outcome}
    for t in workflow.transitions.values():
        form_id, dot, name = (t.outcome or "").partition(".")
        if not dot:
            found.add(form_id)
        elif form := check.forms.get(form_id):
            found |= {o.id for f in form.fields if f.id == name for o in f.options}
    return found - {""}


def _state(check: Checking, state: State) -> None:
    workflow = check.workflow
    if state.phase is not None:
        check.known(PHASE, state.phase, [p.id for p in workflow.phases], state.place)
    check.all_known(TRANSITION, state.exits, workflow.transitions, state.place)
    named = (*state.forms, *state.conceals, *state.shown_after_own)
    check.all_known(FORM, named, check.forms, state.place)
    check.all_known(PERMISSION, state.rights, PERMISSIONS, state.place)
    for roles in state.rights.values():
        check.all_known(ROLE, roles, check.roles, state.place)
    for when in state.forms_when.values():
        check.condition(when, state.place)
    _seen_by_actors(check, state)
    _concealed(check, state)
    _waiting(check, state)
    check.wrong(
        state.end != bool(state.exits),
        state.place,
        "end_and_exits",
        Text(
            f"„{state.id}“: Ein Ende hat keine Ausgänge, jeder andere Zustand hat welche.",
            f"'{state.id}': an end has no exits, every other state has some.",
        ),
    )


def _seen_by_actors(check: Checking, state: State) -> None:
    """Check that somebody who may take a step out of the state can see the case there."""
    workflow = check.workflow
    view = set(state.rights.get("view", ()))
    if "member" in view:
        view |= {*workflow.sides.values(), "other_side", "signatory"}
    for name in state.exits:
        t = workflow.transitions.get(name)
        check.wrong(
            t is None or not t.by or bool(view & set(t.by)),
            state.place,
            "nobody_sees",
            Text(
                f"Im Zustand „{state.id}“ sieht den Vorgang niemand, der „{name}“ machen darf.",
                f"In the state '{state.id}' nobody sees the case who may take '{name}'.",
            ),
        )


def _concealed(check: Checking, state: State) -> None:
    for name in (*state.conceals, *state.shown_after_own):
        check.wrong(
            name not in check.forms or check.forms[name].per == "side",
            state.place,
            "conceals",
            Text(
                f"„{state.id}“ verbirgt „{name}“, das nicht je Seite ausgefüllt wird.",
                f"'{state.id}' conceals '{name}', which is not filled in by each side.",
            ),
        )


def _done_by(check: Checking, state: State) -> list[str]:
    """Return what a task of the state can be done by: its exits, its forms and theirs."""
    exits = [t for name in state.exits if (t := check.workflow.transitions.get(name))]
    return [*state.exits, *state.forms, *(t.form for t in exits if t.form)]


def _waiting(check: Checking, state: State) -> None:
    """Check for whom a state waits, and for how long."""
    waited = check.roles - {"member_organisation"}
    for waiting in state.waits_for:
        check.known(ROLE, waiting.role, waited, state.place)
        if waiting.when:
            check.condition(waiting.when, state.place)
        if waiting.step:
            check.known(STEP, waiting.step, _done_by(check, state), state.place)
        if waiting.deadline:
            check.wrong(
                waiting.when is not None,
                state.place,
                "deadline_without_when",
                Text(
                    f"„{waiting.role}“ hat in „{state.id}“ eine eigene Frist, aber kein `when`: "
                    "Worauf der Zustand immer wartet, dafür gilt seine Frist.",
                    f"'{waiting.role}' has a deadline of its own in '{state.id}', and no `when`: "
                    "what a state always waits for is due by its own deadline.",
                ),
            )
            check.all_known(ROLE, waiting.deadline.escalate_to, check.roles, state.place)
    if state.deadline:
        check.all_known(ROLE, state.deadline.escalate_to, check.roles, state.place)
        if state.deadline.after:
            check.field(state.deadline.after, state.place)
    check.wrong(
        state.end or bool(state.waits_for),
        state.place,
        "waits_for_nobody",
        Text(
            f"Im Zustand „{state.id}“ wartet der Vorgang auf niemanden.",
            f"In the state '{state.id}' the case waits for nobody.",
        ),
    )
    check.wrong(
        state.end or state.deadline is not None,
        state.place,
        "no_deadline",
        Text(
            f"Der Zustand „{state.id}“ hat keine Frist.",
            f"The state '{state.id}' has no deadline.",
        ),
        "warning",
    )
