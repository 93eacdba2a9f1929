"""Is an imported workflow fit to run? What it leaves open and what leads nowhere is named."""

from __future__ import annotations

from collections import defaultdict

from workflow_app.core.chain.rights import slot
from workflow_app.core.definition.imported import Imported
from workflow_app.core.definition.source import Place, Problems


def verify_imported(workflow: Imported, place: Place, problems: Problems) -> None:
    """Note every problem of an imported workflow; errors forbid its use."""
    _bypass(workflow, place, problems)
    _to_supply(workflow, place, problems)
    _ways(workflow, place, problems)
    _slots(workflow, place, problems)


def _bypass(workflow: Imported, place: Place, problems: Problems) -> None:
    if workflow.bypass:
        problems.add(
            place,
            "manager_bypass",
            "Wer die Rolle Manager hat, übergeht hier jede Bedingung.",
            "Whoever has the role Manager passes over each guard here.",
            "warning",
        )


def _to_supply(workflow: Imported, place: Place, problems: Problems) -> None:
    for fact in workflow.facts.values():
        problems.add(
            fact.place,
            "to_supply",
            f"Die Tatsache „{fact.id}“ ist noch zu liefern; dort stand: {fact.tales}",
            f"The fact '{fact.id}' has yet to be supplied; there it was: {fact.tales}",
            "open",
        )
    for effect in workflow.effects():
        script = workflow.scripts.get(effect)
        problems.add(
            script.place if script is not None else place,
            "to_supply",
            f"Die Wirkung „{effect}“ ist noch zu liefern.",
            f"The effect '{effect}' has yet to be supplied.",
            "open",
        )


def _ways(workflow: Imported, place: Place, problems: Problems) -> None:
    if workflow.initial not in workflow.states:
        problems.add(
            place,
            "undefined_initial",
            f"Den Anfangszustand „{workflow.initial}“ gibt es nicht.",
            f"There is no initial state '{workflow.initial}'.",
        )
    for state in workflow.states.values():
        for name in dict.fromkeys(state.exits):
            if name not in workflow.transitions:
                problems.add(
                    state.place,
                    "undefined_exit",
                    f"„{state.id}“ nennt den Übergang „{name}“, den es nicht gibt.",
                    f"'{state.id}' names the transition '{name}', which does not exist.",
                    "warning",
                )
    for t in workflow.transitions.values():
        if t.to and t.to not in workflow.states:
            problems.add(
                t.place,
                "undefined_target",
                f"„{t.id}“ führt nach „{t.to}“, das es nicht gibt; der Schritt schlägt fehl.",
                f"'{t.id}' leads to '{t.to}', which does not exist; the step fails.",
            )


def _slots(workflow: Imported, place: Place, problems: Problems) -> None:
    """Note permissions that DCWorkflow cannot tell apart."""
    if workflow.semantics != "dcworkflow":
        return
    kept: dict[str, set[str]] = defaultdict(set)
    for permission in workflow.permissions:
        kept[slot(permission)].add(permission)
    for names in kept.values():
        if len(names) > 1:
            told = ", ".join(sorted(names))
            problems.add(
                place,
                "shared_slot",
                f"Diese Rechte sind dort eins, das letzte gilt: {told}.",
                f"These permissions are one there, the last one counts: {told}.",
                "warning",
            )
