"""Is an imported workflow fit to run? What it leaves open and what leads nowhere is named."""

from __future__ import annotations

from collections import defaultdict

from workflow_app.core.chain.people import ANONYMOUS, AUTHENTICATED, MANAGER, MEMBER
from workflow_app.core.chain.rights import slot
from workflow_app.core.chain.supplied import names_of
from workflow_app.core.definition.imported import Imported
from workflow_app.core.errors import ExpressionError
from workflow_app.core.problems import Place, Problems

EVERYBODY = frozenset({ANONYMOUS, AUTHENTICATED, MEMBER})
"""Roles that everybody has who is signed in."""
LONGEST_NAME, LONGEST_ROLE = 60, 40
"""Characters that the database keeps of a workflow, state or transition, and of a role."""


def verify_imported(workflow: Imported, place: Place, problems: Problems) -> None:
    """Note every problem of an imported workflow; errors forbid its use."""
    _bypass(workflow, place, problems)
    _to_supply(workflow, place, problems)
    _conditions(workflow, problems)
    _held(workflow, place, problems)
    _ways(workflow, place, problems)
    _slots(workflow, place, problems)
    _lengths(workflow, place, problems)


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
    for fact in workflow.open_facts():
        problems.add(
            fact.place,
            "to_supply",
            f"Die Tatsache „{fact.id}“ ist noch zu liefern; dort stand: {fact.tales}",
            f"The fact '{fact.id}' has yet to be supplied; there it was: {fact.tales}",
            "open",
        )
    for effect in workflow.open_effects():
        script = workflow.scripts.get(effect)
        problems.add(
            script.place if script is not None else place,
            "to_supply",
            f"Die Wirkung „{effect}“ ist noch zu liefern.",
            f"The effect '{effect}' has yet to be supplied.",
            "open",
        )


def _conditions(workflow: Imported, problems: Problems) -> None:
    """Note conditions of facts that are not valid over what a case has."""
    names = names_of(workflow)
    for fact in workflow.facts.values():
        if not fact.when:
            continue
        try:
            names.compile(fact.when)
        except ExpressionError as error:
            where = f" (Zeichen {error.column})" if error.column else ""
            there = f" (character {error.column})" if error.column else ""
            problems.add(
                fact.when_place,
                "condition",
                f"Die Bedingung „{fact.when}“ ist nicht gültig{where}: {error.message}.",
                f"The condition '{fact.when}' is not valid{there}: {error.message}.",
            )


def _held(workflow: Imported, place: Place, problems: Problems) -> None:
    """Note permissions that nobody but Manager holds, or everybody on every case."""
    managed = set(workflow.permissions)
    for permission in sorted(workflow.asked_permissions() - managed):
        held = workflow.site.get(permission)
        if held is None or not set(held.roles) - {MANAGER}:
            problems.add(
                place,
                "managers_only",
                f"„{permission}“ hat nur Manager; wer es noch haben soll, nennt site.",
                f"Only Manager holds '{permission}'; name under site who else should.",
                "warning",
            )
    seen = workflow.site.get("View")
    if "View" not in managed and seen is not None and EVERYBODY & set(seen.roles):
        problems.add(
            place,
            "seen_by_all",
            "Kein Zustand regelt „View“, und nach site haben es alle: Jeden Vorgang sehen alle, "
            "die angemeldet sind.",
            "No state manages 'View', and by site everybody holds it: whoever is signed in sees "
            "each case.",
            "warning",
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


def _lengths(workflow: Imported, place: Place, problems: Problems) -> None:
    """Note names that no case can keep."""
    kept = {workflow.id: place}
    kept |= {s.id: s.place for s in workflow.states.values()}
    kept |= {t.id: t.place for t in workflow.transitions.values()}
    roles = dict.fromkeys(workflow.roles(), place)
    for names, longest in ((kept, LONGEST_NAME), (roles, LONGEST_ROLE)):
        for name, where in names.items():
            if len(name) > longest or (name == workflow.id and "/" in name):
                problems.add(
                    where,
                    "unkeepable_name",
                    f"„{name}“ kann kein Vorgang so führen: höchstens {longest} Zeichen, im Namen "
                    "des Verfahrens kein Schrägstrich.",
                    f"No case can keep '{name}' so: at most {longest} characters, and no slash in "
                    "the workflow's name.",
                )
