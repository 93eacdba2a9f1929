"""How long `verify` takes on large definitions: a line a size.

A made-up procedure of many stages, each with a form, decisions back and forth, variables, deadlines
and conditions; the largest has 1,000 states and 5,000 transitions.
"""

from __future__ import annotations

import time
from pathlib import Path

from tests.benchmarks.measuring import Scale, tell
from workflow_app.core.parsing.forms import parse_form
from workflow_app.core.parsing.workflows import parse_workflow
from workflow_app.core.problems import Problems
from workflow_app.core.verification.verify import verify

FORM = """
form: plan
label: {de: Plan, en: Plan}
fields:
  - {id: title, type: text, label: {de: Titel, en: Title}, required: true}
  - id: cost
    type: integer
    label: {de: Kosten, en: Cost}
    required: true
    minimum: "0"
    maximum: "9000"
  - {id: note, type: text, label: {de: Notiz, en: Note}}
"""
HEAD = """
workflow: large
version: "1"
label: {de: Groß, en: Large}
subject: {title: plan.title, number: GR}
sides: {municipal: municipal_partner, civic: civic_partner}
roles:
  municipal_partner: {de: Kommunal, en: Municipal}
  civic_partner: {de: Engagement, en: Civic}
  supervisor: {de: Aufsicht, en: Supervisor}
variables: {asked: {de: Gefragt, en: Asked}, paused: {de: Pausiert, en: Paused}}
rights:
  open: {view: [member, supervisor], edit: [municipal_partner, civic_partner]}
start: [begin]
"""
UNMET = "unmet: {de: Nein., en: No.}"


def definition(states: int) -> str:
    """Return a workflow of so many states and five times as many transitions."""
    lines = [HEAD, "states:"]
    steps = [
        "transitions:",
        "  begin: {label: {de: A, en: A}, to: s0, by: [civic_partner], form: plan}",
    ]
    last = states - 1
    for n in range(last):
        exits = [f"{word}{n}" for word in ("on", "ask", "back", "skip", "stop")]
        lines.append(
            f"  s{n}: {{label: {{de: S{n}, en: S{n}}}, rights: open, forms: [plan], "
            f"waits_for: [supervisor, civic_partner], "
            f"deadline: {{days: 28, escalate_to: [supervisor]}}, exits: [{', '.join(exits)}]}}"
        )
        ahead, far = f"s{n + 1}", f"s{min(n + 7, last)}"
        head = "label: {{de: {0}, en: {0}}}, to: {1}, by: [{2}], not_by: [member], "
        civic = "label: {{de: {0}, en: {0}}}, to: {1}, by: [civic_partner], "
        on, ask, back, skip, stop = exits
        steps += [
            f"  {on}: {{{head.format(on, ahead, 'supervisor')}requires: [{{id: r, when: "
            f"'plan.cost <= {n + 10} || variable.asked', {UNMET}}}]}}",
            f"  {ask}: {{{civic.format(ask, 'stay')}effects: [{{set: asked}}]}}",
            f"  {back}: {{{head.format(back, f's{max(n - 1, 0)}', 'supervisor')}"
            f"effects: [{{clear: asked}}]}}",
            f"  {skip}: {{{civic.format(skip, far)}sign_off: {{sides: both, of: [plan]}}}}",
            f"  {stop}: {{{civic.format(stop, f's{last}')}requires: [{{id: r, when: "
            f"'!plan.note.filled || plan.cost > {n % 50}', {UNMET}}}]}}",
        ]
    lines.append(f"  s{last}: {{label: {{de: Ende, en: End}}, end: true, rights: open, exits: []}}")
    promises = [
        "guarantees:",
        f"  - never: {{state: s{last}, without: [fired.begin]}}",
        "  - ends: {also_without: [any_person]}",
        "  - waits: bounded",
    ]
    return "\n".join([*lines, *steps, *promises])


def measure(scale: Scale, folder: Path) -> None:
    """Measure reading and verifying at each size, in seconds of CPU."""
    for states in scale.states:
        _measure(states)


def _measure(states: int) -> None:
    problems = Problems()
    text = definition(states)
    before = time.process_time()
    workflow = parse_workflow(text, "large.yaml", problems)
    form = parse_form(FORM, "plan.yaml", {}, problems)
    assert workflow is not None
    assert form is not None
    parsed = time.process_time()
    found = verify(workflow, {"plan": form}, {})
    done = time.process_time()
    tell(
        "verify_large",
        states=states,
        transitions=len(workflow.transitions),
        problems=len(problems) + len(found.errors),
        parse_cpu_s=parsed - before,
        verify_cpu_s=done - parsed,
    )
