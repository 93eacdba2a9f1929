"""May this person do that, and which rule decides? Asked of the engine, answered with the place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflow_app.core.cases import rights
from workflow_app.core.cases.situation import Actor, Situation
from workflow_app.core.definition.model import State, Text, Transition
from workflow_app.core.problems import Place
from workflow_app.core.steps.engine import Engine
from workflow_app.core.steps.offers import WRONG_STATE, Offer, Reason

RIGHTS = {
    "view": Text("ansehen", "view"),
    "edit": Text("Formulare ausfüllen", "fill in forms"),
    "comment": Text("kommentieren", "comment"),
    "attach": Text("Dateien hinzufügen", "attach files"),
    "hand_over": Text("die eigene Rolle übergeben", "hand over the own role"),
}
"""Right → what it lets people do, as a verb."""


def called(right: str) -> Text:
    """Return what a right lets people do; an imported one is called by its own name."""
    return RIGHTS.get(right, Text(right, right))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the definition that was asked, and whether it speaks for the person."""

    holds: bool
    text: Text
    place: Place
    id: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether somebody may do something now, with every rule that has a say."""

    action: str
    """A right or a transition."""
    label: Text
    allowed: bool
    rules: tuple[Rule, ...]

    @property
    def decides(self) -> Rule:
        """Return the rule that decides: the first that closes, or else the one that opens."""
        return next((rule for rule in self.rules if not rule.holds), self.rules[0])


def may(engine: Engine, situation: Situation, actor: Actor, action: str) -> Answer:
    """Return whether `actor` may do `action` on the case as it stands: a right or a transition.

    :raises KeyError: if the workflow knows neither.
    """
    state = engine.workflow.states[situation.state or ""]
    if action in engine.rights(state.id):
        return _right(engine, state, situation, actor, action)
    return _transition(engine, state, situation, actor, engine.workflow.transitions[action])


def everything(engine: Engine, situation: Situation, actor: Actor) -> tuple[Answer, ...]:
    """Return the answer for every right and every exit of the state."""
    state = engine.workflow.states[situation.state or ""]
    names = dict.fromkeys((*engine.rights(state.id), *state.exits))
    return tuple(may(engine, situation, actor, name) for name in names)


def _right(engine: Engine, state: State, situation: Situation, actor: Actor, right: str) -> Answer:
    given = engine.given(right, situation)
    held = [role for role in given if rights.holds(actor, role, situation)]
    label = called(right)
    if held:
        text = _about(
            state,
            Text(
                "dürfen das: {roles}. Dazu gehört {name}.", "{roles} may, and {name} is among them."
            ),
            roles=(engine, held),
            name=actor.name,
        )
    elif given:
        text = _about(
            state,
            Text(
                "dürfen das nur: {roles}. {name} gehört hier nicht dazu.",
                "only {roles} may. {name} is none of them here.",
            ),
            roles=(engine, list(given)),
            name=actor.name,
        )
    else:
        text = _about(state, Text("darf das niemand.", "nobody may."))
    return Answer(right, label, bool(held), (Rule(bool(held), text, state.place, right),))


def _transition(
    engine: Engine, state: State, situation: Situation, actor: Actor, t: Transition
) -> Answer:
    if t.id not in state.exits:
        return Answer(t.id, t.label, False, (Rule(False, WRONG_STATE, state.place, "state"),))
    if t.trigger != "person":
        words = Text("Dieser Schritt geschieht von selbst.", "This step happens by itself.")
        return Answer(t.id, t.label, False, (Rule(False, words, t.place, t.trigger),))
    offer = engine.offer(situation, actor, t.id)
    rules = (*_opening(engine, situation, actor, offer), *_closing(t, offer))
    return Answer(t.id, t.label, offer.open, rules)


def _opening(engine: Engine, situation: Situation, actor: Actor, offer: Offer) -> Iterator[Rule]:
    t = offer.transition
    held = [role for role in t.by if rights.holds(actor, role, situation)]
    if held:
        text = Text(
            *(
                sentence.format(roles=engine.role_names(held, lang), name=actor.name)
                for lang, sentence in (
                    ("de", "{name} kann diesen Schritt machen als: {roles}."),
                    ("en", "{name} may take this step as: {roles}."),
                )
            )
        )
        yield Rule(True, text, t.place, "by")
    elif t.permission and not any(r.id == "permission" for r in offer.reasons):
        names = ", ".join(t.permission)
        text = Text(
            f"Der Stand gibt {actor.name} das nötige Recht: {names}.",
            f"The state gives {actor.name} the right that is needed: {names}.",
        )
        yield Rule(True, text, t.place, "permission")
    met = {r.id for r in t.requires} - {r.id for r in offer.reasons}
    for requirement in t.requires:
        if requirement.id in met:
            text = Text(
                f"Erfüllt ist, sonst hieße es: {requirement.unmet.de}",
                f"Met; otherwise it would say: {requirement.unmet.en}",
            )
            yield Rule(True, text, requirement.place, requirement.id)


def _closing(t: Transition, offer: Offer) -> Iterator[Rule]:
    for reason in offer.reasons:
        yield Rule(False, reason.text, _place_of(t, reason), reason.id)


def _place_of(t: Transition, reason: Reason) -> Place:
    places = {r.id: r.place for r in t.requires}
    return places.get(reason.id, t.place)


def _about(
    state: State,
    sentence: Text,
    roles: tuple[Engine, list[str]] | None = None,
    name: str = "",
) -> Text:
    found = []
    for lang, start in (("de", "Im Stand „{state}“ "), ("en", "In the state '{state}' ")):
        names = roles[0].role_names(roles[1], lang) if roles else ""
        found.append(
            (start + sentence(lang)).format(state=state.label(lang), roles=names, name=name)
        )
    return Text(*found)
