"""What is wrong with a workflow, by the exploration alone: nothing, or which promises break."""

from __future__ import annotations

from typing import Any

from tests.mutants.explore import Config, Explored, Explorer
from tests.mutants.model import Model, listed
from tests.mutants.persons import both_sides, broken


def faults(workflow: dict[str, Any], forms: dict[str, dict[str, Any]]) -> set[str]:
    """Return everything that is wrong, each as a word and where."""
    model = Model(workflow, forms)
    found = Explorer(model).run()
    told = {f"unreachable {s}" for s in set(model.states) - {c[0] for c in found.edges}}
    told |= {f"never made {t}" for t in set(model.steps) - found.fired}
    told |= {
        f"never made in {state}: {name}"
        for state in {c[0] for c in found.edges}
        for name in model.states[state].get("exits") or []
        if name in model.steps and (state, name) not in found.fired_in
    }
    told |= {f"unasked {where}" for where in found.unasked}
    told |= {f"nobody's turn {state}" for state in found.idle}
    told |= {f"unbounded {state}" for state in model.states if _unbounded(model, state)}
    told |= {f"waits in vain {state}" for state in model.states if _in_vain(model, state)}
    told |= {f"same person {step}" for step in broken(model, found)}
    told |= {"one person for both sides"} if both_sides(model) else set()
    told |= _stuck(model, found)
    told |= {f"promise {p}" for p in _promises(model, found)}
    return told


def _stuck(model: Model, found: Explored) -> set[str]:
    told = set()
    for missing in ("", "m", "c") if model.w.get("sides") else ("",):
        back: dict[Config, list[Config]] = {}
        for source, edges in found.edges.items():
            for target, actors in edges:
                if not missing or missing not in actors:
                    back.setdefault(target, []).append(source)
        todo = [c for c in found.edges if model.states[c[0]].get("end")]
        ending = set(todo)
        while todo:
            new = [c for c in back.get(todo.pop(), ()) if c not in ending]
            ending.update(new)
            todo += new
        told |= {f"stuck {c[0]} {missing}" for c in found.edges if c not in ending}
    return told


def _unbounded(model: Model, state: str) -> bool:
    said = model.states[state]
    steps = [model.steps[e] for e in said.get("exits") or [] if e in model.steps]
    timed = any(
        s.get("trigger") == "timer" and s.get("after") and not s.get("requires") and "when" not in s
        for s in steps
    )
    deadline = said.get("deadline") or {}
    return not said.get("end") and not timed and not deadline.get("escalate_to")


def _in_vain(model: Model, state: str) -> bool:
    """Say whether nobody for whom the state waits can do anything there."""
    said = model.states[state]
    if said.get("end"):
        return False
    waits = [w["role"] if isinstance(w, dict) else w for w in listed(said.get("waits_for"))]
    return not any(_acts(model, state, actor, set(waits)) for actor in model.actors)


def _acts(model: Model, state: str, actor: str, waits: set[str]) -> bool:
    roles = set().union(*(model.roles(actor, bits) for bits in (0, model.bits["init:c"])))
    if not roles & waits:
        return False
    exits = [e for e in model.states[state].get("exits") or [] if e in model.steps]
    return any(_takes(model, state, actor, e, roles) for e in exits) or any(
        roles & model.rights(state, "edit") and model.writes(form, actor, 0)
        for form in _offered(model, state)
    )


def _takes(model: Model, state: str, actor: str, name: str, roles: set[str]) -> bool:
    """Say whether an actor can take a step, or confirm it."""
    sign_off = model.steps[name].get("sign_off") or {}
    confirms = bool(sign_off) and actor in "mc" and bool(roles & model.rights(state, "view"))
    substitutes = (sign_off.get("substitute") or {}).get("by") in roles
    able = any(model.may(actor, name, state, bits) for bits in (0, -1))
    return able or confirms or substitutes


def _offered(model: Model, state: str) -> list[str]:
    items = listed(model.states[state].get("forms"))
    names = [item["form"] if isinstance(item, dict) else item for item in items]
    return [name for name in names if name in model.forms]


def _promises(model: Model, found: Explored) -> set[str]:
    told = set(found.broken)
    for g in model.w.get("guarantees") or []:
        never, voids = g.get("never") or {}, g.get("voids")
        for one_of in model.promised(g) if "state" in never else ():
            bits = sum(model.bit(name) for name in one_of)
            if any(c[0] == never["state"] and not c[1] & bits for c in found.edges):
                told.add(f"{never['state']} without {one_of}")
        if "effect" in never and not any(g in promised for promised in model.happens.values()):
            told.add(f"{never['effect']} never happens")
        if voids:
            bit = model.bit(f"diff:{voids['ends']}")
            if any(c[0] == voids["before"] and c[1] & bit for c in found.edges):
                told.add(f"scope changed before {voids['before']}")
    return told
