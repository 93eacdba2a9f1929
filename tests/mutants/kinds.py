"""Faults of every kind, at every place: made by rule, not picked."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tests.mutants.model import listed

Tree = dict[str, Any]
Change = Callable[[Tree], None]


@dataclass(frozen=True)
class Mutant:
    """One fault at one place of a workflow; the faulty copy is made when it is asked for."""

    workflow: str
    kind: str
    place: str
    number: int
    """Which of the kind's places this is."""


def mutants(name: str, tree: Tree) -> Iterator[Mutant]:
    """Yield every mutant of a workflow."""
    for kind, places in KINDS.items():
        for number, (place, _) in enumerate(places(tree)):
            yield Mutant(name, kind, place, number)


def changed(tree: Tree, mutant: Mutant) -> Tree:
    """Return a copy of the workflow with the fault in it."""
    _, change = next(islice(KINDS[mutant.kind](tree), mutant.number, None))
    # This way a copy takes a tenth of what `copy.deepcopy` does.
    faulty: Tree = pickle.loads(pickle.dumps(tree))
    change(faulty)
    return faulty


Places = Iterator[tuple[str, Change]]


def _steps(tree: Tree) -> Iterator[tuple[str, Tree]]:
    yield from tree["transitions"].items()


def _states(tree: Tree) -> Iterator[tuple[str, Tree]]:
    yield from tree["states"].items()


def _delete(kind: str, name: str, key: str) -> Change:
    return lambda tree: tree[kind][name].pop(key)


def _delete_in(kind: str, name: str, key: str, number: int) -> Change:
    def change(tree: Tree) -> None:
        rest = [v for n, v in enumerate(listed(tree[kind][name][key])) if n != number]
        if rest:
            tree[kind][name][key] = rest
        else:
            del tree[kind][name][key]

    return change


def _set(kind: str, name: str, key: str, value: Any) -> Change:
    return lambda tree: tree[kind][name].__setitem__(key, value)


def _each(tree: Tree, kind: str, key: str) -> Places:
    for name, said in tree[kind].items():
        for number, item in enumerate(listed(said.get(key))):
            yield f"{name}.{key}[{number}] {_short(item)}", _delete_in(kind, name, key, number)


def _short(item: Any) -> str:
    if isinstance(item, dict):
        return str(item.get("id") or item.get("role") or item.get("form") or item)
    return str(item)


def drop_requirement(tree: Tree) -> Places:
    yield from _each(tree, "transitions", "requires")


def drop_when(tree: Tree) -> Places:
    for name, step in _steps(tree):
        if "when" in step:
            yield name, _delete("transitions", name, "when")


def _texts(tree: Tree) -> Iterator[tuple[str, str, Callable[[Tree, str], None]]]:
    """Yield place and text of each condition of a step, and how to put another there."""
    for name, step in _steps(tree):
        if "when" in step:
            yield name, step["when"], _put_when(name)
        for number, r in enumerate(listed(step.get("requires"))):
            if "when" in r:
                yield f"{name}.{r['id']}", r["when"], _put_requirement(name, number)


def _put_when(name: str) -> Callable[[Tree, str], None]:
    return lambda tree, text: tree["transitions"][name].__setitem__("when", text)


def _put_requirement(name: str, number: int) -> Callable[[Tree, str], None]:
    return lambda tree, text: tree["transitions"][name]["requires"][number].__setitem__(
        "when", text
    )


def _rewritten(tree: Tree, pattern: str, other: str) -> Places:
    for place, text, put in _texts(tree):
        changed = re.sub(pattern, other, text)
        if changed != text:
            yield place, lambda t, put=put, changed=changed: put(t, changed)


def weaken_condition(tree: Tree) -> Places:
    yield from _rewritten(tree, r"&&", "||")


def strengthen_condition(tree: Tree) -> Places:
    yield from _rewritten(tree, r"\|\|", "&&")


def negate_condition(tree: Tree) -> Places:
    yield from _rewritten(tree, r"^(.*)$", r"!(\1)")


def drop_conjunct(tree: Tree) -> Places:
    yield from _rewritten(tree, r"^([^|]*?)&&.*$", r"\1")


def swap_target(tree: Tree) -> Places:
    """Each step leads to the next state of the file, and to the first one."""
    names = list(tree["states"])
    for name, step in _steps(tree):
        if step["to"] in names:
            other = names[(names.index(step["to"]) + 1) % len(names)]
            yield f"{name} → {other}", _set("transitions", name, "to", other)
        else:
            yield f"{name} → {names[0]}", _set("transitions", name, "to", names[0])


def widen_role(tree: Tree) -> Places:
    """Each step may also be taken by one of those who take part."""
    other = next(iter((tree.get("sides") or {}).values()), "source_partner")
    for name, step in _steps(tree):
        if step.get("by") and other not in step["by"]:
            wider = [*step["by"], other]
            yield f"{name} + {other}", _set("transitions", name, "by", wider)


def widen_role_and_drop_not_by(tree: Tree) -> Places:
    other = next(iter((tree.get("sides") or {}).values()), "source_partner")
    for name, step in _steps(tree):
        if step.get("not_by"):

            def change(t: Tree, name: str = name) -> None:
                t["transitions"][name]["by"] = [*t["transitions"][name]["by"], other]
                del t["transitions"][name]["not_by"]

            yield name, change


def drop_role(tree: Tree) -> Places:
    yield from _each(tree, "transitions", "by")


def drop_not_by(tree: Tree) -> Places:
    for name, step in _steps(tree):
        if step.get("not_by"):
            yield name, _delete("transitions", name, "not_by")


def drop_one_of_not_by(tree: Tree) -> Places:
    yield from _each(tree, "transitions", "not_by")


def drop_form_of_step(tree: Tree) -> Places:
    for name, step in _steps(tree):
        if "form" in step:
            yield name, _delete("transitions", name, "form")


def drop_form_of_state(tree: Tree) -> Places:
    yield from _each(tree, "states", "forms")


def drop_sign_off(tree: Tree) -> Places:
    for name, step in _steps(tree):
        if "sign_off" in step:
            yield name, _delete("transitions", name, "sign_off")


def sign_off_of_those_present(tree: Tree) -> Places:
    for name, step in _steps(tree):
        if (step.get("sign_off") or {}).get("sides") == "both":
            changed = {**step["sign_off"], "sides": "present"}
            yield name, _set("transitions", name, "sign_off", changed)


def sign_off_of_both(tree: Tree) -> Places:
    for name, step in _steps(tree):
        if (step.get("sign_off") or {}).get("sides") == "present":
            changed = {**step["sign_off"], "sides": "both"}
            yield name, _set("transitions", name, "sign_off", changed)


def drop_signed_content(tree: Tree) -> Places:
    for name, step in _steps(tree):
        sign_off = step.get("sign_off") or {}
        for number, content in enumerate(sign_off.get("of") or []):
            rest = [c for n, c in enumerate(sign_off["of"]) if n != number]
            changed = {**sign_off, "of": rest} if rest else {"sides": sign_off["sides"]}
            yield f"{name} − {content}", _set("transitions", name, "sign_off", changed)


def drop_substitute(tree: Tree) -> Places:
    for name, step in _steps(tree):
        if "substitute" in (step.get("sign_off") or {}):
            changed = {k: v for k, v in step["sign_off"].items() if k != "substitute"}
            yield name, _set("transitions", name, "sign_off", changed)


def drop_exit(tree: Tree) -> Places:
    for name, state in _states(tree):
        for number, exit_id in enumerate(state.get("exits") or []):
            rest = [e for n, e in enumerate(state["exits"]) if n != number]
            yield f"{name} − {exit_id}", _set("states", name, "exits", rest)


def bypass(tree: Tree) -> Places:
    """Each state also offers each step into a promised state, or with a promised effect."""
    for promise in (g["never"] for g in tree.get("guarantees") or [] if "never" in g):
        into = [name for name, step in _steps(tree) if _comes_to(step, promise)]
        for name, state in _states(tree):
            for step in into:
                if not state.get("end") and step not in state["exits"]:
                    wider = [*state["exits"], step]
                    yield f"{name} + {step}", _set("states", name, "exits", wider)


def _comes_to(step: Tree, promise: Tree) -> bool:
    return step["to"] == promise.get("state") or promise.get("effect") in _kinds(step)


def _kinds(step: Tree) -> list[str]:
    """Return the names of the effects of a step."""
    return [e if isinstance(e, str) else next(iter(e)) for e in listed(step.get("effects"))]


def promised_effect_elsewhere(tree: Tree) -> Places:
    """Each step out of a state that offers what is promised about also does it."""
    for effect in {g.get("never", {}).get("effect") for g in tree.get("guarantees") or []} - {None}:
        doing = {name for name, step in _steps(tree) if effect in _kinds(step)}
        states = [state for _, state in _states(tree) if doing & set(state["exits"])]
        before = [s for _, s in _states(tree) if _leads_to_one(tree, s, states)]
        for name in dict.fromkeys(e for s in (*states, *before) for e in s["exits"]):
            if name not in doing:
                more = [*listed(tree["transitions"][name].get("effects")), effect]
                yield f"{name} + {effect}", _set("transitions", name, "effects", more)


def _leads_to_one(tree: Tree, state: Tree, states: list[Tree]) -> bool:
    goals = [tree["states"].get(tree["transitions"][e]["to"]) for e in state["exits"]]
    return any(goal is other for goal in goals for other in states)


def other_form_of_effect(tree: Tree) -> Places:
    """Each change is asked for with the form of another request."""
    asking = [(n, s) for n, s in _steps(tree) if "propose_amendment" in _kinds(s)]
    forms = list(dict.fromkeys(step["form"] for _, step in asking))
    for name, step in asking:
        for form in forms:
            if form != step["form"]:
                changed = [{"propose_amendment": form}]
                yield f"{name} with {form}", _set("transitions", name, "effects", changed)


def drop_effect(tree: Tree) -> Places:
    yield from _each(tree, "transitions", "effects")


def swap_set_and_clear(tree: Tree) -> Places:
    for name, step in _steps(tree):
        for number, effect in enumerate(listed(step.get("effects"))):
            if isinstance(effect, dict) and next(iter(effect)) in ("set", "clear"):
                kind, variable = next(iter(effect.items()))
                changed = list(step["effects"])
                changed[number] = {"clear" if kind == "set" else "set": variable}
                yield f"{name} {kind} {variable}", _set("transitions", name, "effects", changed)


def drop_timer(tree: Tree) -> Places:
    for name, step in _steps(tree):
        if step.get("trigger") in ("timer", "automatic"):
            yield name, _delete("transitions", name, "trigger")


def drop_deadline(tree: Tree) -> Places:
    for name, state in _states(tree):
        if "deadline" in state:
            yield name, _delete("states", name, "deadline")


def drop_escalation(tree: Tree) -> Places:
    for name, state in _states(tree):
        if "escalate_to" in (state.get("deadline") or {}):
            changed = {k: v for k, v in state["deadline"].items() if k != "escalate_to"}
            yield name, _set("states", name, "deadline", changed)


def change_initial(tree: Tree) -> Places:
    """A case begins in each of the other states."""
    for start in tree["start"]:
        for name, _ in _states(tree):
            if name != tree["transitions"][start]["to"]:
                yield f"{start} → {name}", _set("transitions", start, "to", name)


def drop_end(tree: Tree) -> Places:
    for name, state in _states(tree):
        if state.get("end"):
            yield name, _delete("states", name, "end")


def drop_waiting(tree: Tree) -> Places:
    yield from _each(tree, "states", "waits_for")


def drop_right(tree: Tree) -> Places:
    for name, rights in tree["rights"].items():
        for right in ("edit", "view"):
            for number, role in enumerate(rights.get(right) or []):
                rest = [r for n, r in enumerate(rights[right]) if n != number]

                def change(
                    t: Tree, name: str = name, right: str = right, rest: list[str] = rest
                ) -> None:
                    t["rights"][name][right] = rest

                yield f"{name}.{right} − {role}", change


KINDS: dict[str, Callable[[Tree], Places]] = {
    f.__name__: f
    for f in (
        drop_requirement,
        drop_when,
        weaken_condition,
        strengthen_condition,
        negate_condition,
        drop_conjunct,
        swap_target,
        widen_role,
        widen_role_and_drop_not_by,
        drop_role,
        drop_not_by,
        drop_one_of_not_by,
        drop_form_of_step,
        drop_form_of_state,
        drop_sign_off,
        sign_off_of_those_present,
        sign_off_of_both,
        drop_signed_content,
        drop_substitute,
        drop_exit,
        bypass,
        promised_effect_elsewhere,
        other_form_of_effect,
        drop_effect,
        swap_set_and_clear,
        drop_timer,
        drop_deadline,
        drop_escalation,
        change_initial,
        drop_end,
        drop_waiting,
        drop_right,
    )
}
