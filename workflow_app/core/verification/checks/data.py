"""Whether what is read has been asked for on every path, and each form by somebody."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import Text
from workflow_app.core.verification.checking import Checking
from workflow_app.core.verification.space.asked import Reading
from workflow_app.core.verification.space.explore import Situation
from workflow_app.core.verification.space.outcomes import ABSENT
from workflow_app.core.verification.space.roles import actors, fillable, roles_with


def check_data(check: Checking) -> None:
    """Note fields that are read on a path on which no form asks for them, and forms for nobody."""
    told: set[tuple[object, str]] = set()
    for reading, forms in check.unsure if check.space.whole else ():
        for form in forms:
            key = (reading.place, form)
            at = None if key in told else _unasked(check, reading, form)
            if at is not None:
                told.add(key)
                more = (reading.step,) if reading.step else ()
                check.found(
                    reading.place,
                    "unasked",
                    Text(
                        f"{reading.what.de} liest „{form}“, wonach auf diesem Weg niemand gefragt "
                        "wurde.",
                        f"{reading.what.en} reads '{form}', for which nobody was asked on this "
                        "path.",
                    ),
                    check.space.path(at, *more),
                )
    for item in check.forms.values():
        _for_nobody(check, item)


def _unasked(check: Checking, reading: Reading, form: str) -> Situation | None:
    """Return the first situation in which the form is read and was not asked for, or None."""
    bits = check.space.bits
    own = bits.known(f"asked.{form}")
    if reading.step and (reading.state, reading.step) not in check.space.opened:
        return None
    outcome = bits.condition(reading.condition, asked=True) if reading.condition else None
    others = sum(bits.of[name] for name in bits.of if name.startswith("asked.")) & ~own
    for situation in check.space.came:
        state, known = situation
        if state != reading.state or known & own:
            continue
        if outcome is None or outcome(known | others) & ABSENT:
            return situation
    return None


def _for_nobody(check: Checking, form: Form) -> None:
    check.wrong(
        any(fillable(form, roles, check.workflow) for roles in _asked_of(check, form)),
        form.place,
        "never_offered",
        Text(
            f"Nach dem Formular „{form.id}“ wird in „{check.workflow.id}“ niemand gefragt.",
            f"Nobody is asked for the form '{form.id}' in '{check.workflow.id}'.",
        ),
    )


def _asked_of(check: Checking, form: Form) -> Iterator[tuple[str, ...]]:
    """Yield the roles that each state and each step asks for the form."""
    workflow = check.workflow
    for state in (None, *workflow.states.values()):
        if state is not None and form.id in state.forms:
            yield roles_with(state, ("edit",))
        for name in workflow.start if state is None else state.exits:
            t = workflow.transitions.get(name)
            if t is not None and t.form == form.id:
                yield actors(workflow, state, t)
