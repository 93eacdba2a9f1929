"""Playing a workflow by value: the very engine of the real cases, with invented people and days.

The same `Engine.offers` answers here and for real cases. What rests on other cases, files or texts
of documents does not exist in a play; such requirements are met by assuming them, step by step,
and the play says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from workflow_app.core.cases import rights
from workflow_app.core.cases.situation import (
    Actor,
    Situation,
    Yes,
)
from workflow_app.core.definition.model import Text, Transition
from workflow_app.core.errors import NotAllowed
from workflow_app.core.simulation.answers import Answers
from workflow_app.core.simulation.cast import organisations_of, taking_part
from workflow_app.core.simulation.deadlines import Key, Owed, called_to_mind, owed, state_due_on
from workflow_app.core.simulation.effects import EFFECTS, Change
from workflow_app.core.simulation.expecting import expect_closed, expect_state, expect_turns
from workflow_app.core.simulation.play import Play, Player, Refused, Step
from workflow_app.core.steps.engine import MAX_AUTOMATIC, Engine
from workflow_app.core.steps.offers import Offer, Reason, Turn
from workflow_app.core.steps.sign_off import content_digest


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened in a play."""

    day: date
    text: Text
    state: str | None
    """The state afterwards."""


class Simulation:
    """One case of a play, from before it is opened."""

    def __init__(self, engine: Engine, people: Iterable[Player], starts: date) -> None:
        self.engine = engine
        self.people = {p.id: p for p in people}
        self.happened: list[Happened] = []
        self.owed: Mapping[Key, Owed] = {}
        """What tasks with a deadline of their own are not done yet."""
        bodies = organisations_of(self.people.values())
        self.situation = Situation(
            case="",
            workflow=engine.workflow.id,
            state=None,
            today=starts,
            entered_on=starts,
            organisations={o.id: o for o in bodies.values()},
            members_of={
                p.number: frozenset({bodies[p.organisation].id} if p.organisation else ())
                for p in self.people.values()
            },
        )

    # ── Asking ──────────────────────────────────────────────────────────────────────────────────

    def actor(self, who: str) -> Actor:
        """Return who somebody of the play is on the case."""
        player = self.people[who]
        side = player.side
        if self.situation.state is not None:
            taking_part = self.situation.participants
            side = rights.side_in(self.engine.workflow, player.number, taking_part)
        return Actor(
            player.number,
            player.name,
            self._roles(player),
            side,
            self.situation.members_of.get(player.number, frozenset()),
        )

    def _roles(self, player: Player) -> frozenset[str]:
        """Return the roles held: those of a side only by taking part, once the case is open."""
        roles = frozenset(player.roles)
        if self.situation.state is None:
            return roles
        taking_part = {p.role for p in self.situation.participants if p.person == player.number}
        return (roles - set(self.engine.workflow.sides.values())) | taking_part

    def offers(self, who: str) -> tuple[Offer, ...]:
        """Return what somebody may do now, and why not."""
        return self.engine.offers(self.situation, self.actor(who))

    def turns(self) -> tuple[Turn, ...]:
        """Return for whom the case waits."""
        return self.engine.turns(self.situation)

    def forms_of(self, who: str) -> tuple[str, ...]:
        """Return the forms that the state offers to somebody now."""
        if self.situation.state is None:
            return ()
        state, actor = self.engine.workflow.states[self.situation.state], self.actor(who)
        if not rights.permitted(state, "edit", actor, self.situation):
            return ()
        return tuple(
            f for f in state.forms if self._answers().fillable(self.engine.forms[f], actor)
        )

    def _answers(self) -> Answers:
        return Answers(self.engine, self.situation, self.people)

    # ── Doing ───────────────────────────────────────────────────────────────────────────────────

    def take(self, step: Step) -> None:
        """Take one step of a play.

        :raises Refused: with every reason; nothing has happened then.
        """
        match step.act:
            case "does":
                self._do(step)
            case "submits":
                self._submit(step)
            case "confirms":
                self._confirm(step)
            case "cannot":
                self._cannot(step)
            case "days":
                self._pass_days(step.days)
            case "state":
                expect_state(self.situation, step.target)
            case "waits_for":
                expect_turns(self.turns(), step.target)
        self._settle()

    def _settle(self) -> None:
        """Begin the deadlines of those who are asked now, and end those of whoever is not."""
        self.owed = owed(self.owed, self.turns(), self.situation.today)

    def _do(self, step: Step) -> None:
        actor = self.actor(step.who)
        t = self._exit(step.target, actor).transition
        situation = self.situation
        if t.form and not t.sign_off:
            form = self.engine.forms[t.form]
            values = self._answers().given(form, actor, step, t.id)
            situation = replace(situation, acting={form.id: values})
        offer = self.engine.offer(situation, actor, t.id)
        _refuse([r for r in (*offer.reasons, *offer.to_be_justified) if r.id not in step.assume])
        for form_id, values in situation.acting.items():
            kept = self._answers().kept(self.engine.forms[form_id], actor, values)
            situation = replace(kept, acting=situation.acting)
        self._make(t, situation, actor)

    def _submit(self, step: Step) -> None:
        if step.target not in self.forms_of(step.who):
            text = Text(
                f"„{step.target}“ ist hier für {step.who} nicht auszufüllen.",
                f"'{step.target}' is not for {step.who} to fill in here.",
            )
            raise Refused([text], ["form"])
        form, actor = self.engine.forms[step.target], self.actor(step.who)
        answers = self._answers()
        self.situation = answers.kept(form, actor, answers.given(form, actor, step, ""))
        self._acted(actor)
        self._note(
            Text(
                f"{actor.name} reicht „{form.label.de}“ ein.",
                f"{actor.name} submits '{form.label.en}'.",
            )
        )
        self._follow()

    def _confirm(self, step: Step) -> None:
        actor = self.actor(step.who)
        offer = self._exit(step.target, actor)
        if not offer.may_sign or offer.digest is None or actor.side is None:
            _refuse(offer.reasons)
            raise Refused([_CANNOT_CONFIRM], ["sign_off"])
        yes = Yes(actor.side, actor.person, actor.name, offer.digest, self.situation.today)
        given = (*self.situation.yeses.get(step.target, ()), yes)
        self.situation = replace(self.situation, yeses={**self.situation.yeses, step.target: given})
        self._acted(actor)
        label = offer.transition.label
        self._note(
            Text(f"{actor.name} zeichnet mit: {label.de}.", f"{actor.name} signs off: {label.en}.")
        )
        after = self.engine.offer(self.situation, actor, step.target)
        missing = [r for r in (*after.reasons, *after.to_be_justified) if r.id not in step.assume]
        if not missing:
            self._make(after.transition, self.situation, actor)

    def _cannot(self, step: Step) -> None:
        actor = self.actor(step.who)
        try:
            reasons = self._exit(step.target, actor).reasons
        except Refused as refused:
            found = refused.ids
        else:
            found = tuple(r.id for r in reasons)
        expect_closed(found, step.because)

    def _exit(self, transition: str, actor: Actor) -> Offer:
        try:
            return self.engine.offer(self.situation, actor, transition)
        except NotAllowed as error:
            raise Refused([r.text for r in error.reasons], [r.id for r in error.reasons]) from error

    # ── What follows ────────────────────────────────────────────────────────────────────────────

    def _make(self, t: Transition, situation: Situation, actor: Actor | None) -> None:
        target = self.engine.target(t, situation.state)
        contents = {**situation.last_content, t.id: content_digest(t, situation)}
        situation = replace(situation, last_content=contents)
        for effect in t.effects:
            change = Change(
                self.engine.workflow,
                situation,
                actor,
                self.engine.forms,
                taking_part(self.people.values(), self.situation.members_of),
            )
            situation = EFFECTS[effect.name](change, effect.argument or "")
        today = situation.today
        moved = target != situation.state
        if actor:
            by = {**situation.last_actor, t.id: actor.person}
            sides = {name: s for name, s in situation.last_side.items() if name != t.id}
            sides |= {t.id: actor.side} if actor.side else {}
            situation = replace(situation, last_actor=by, last_side=sides)
        if moved:
            situation = replace(situation, state=target, entered_on=today, reminders=0)
        self.situation = replace(
            situation,
            acting={},
            yeses={name: given for name, given in situation.yeses.items() if name != t.id},
            last_fired={**situation.last_fired, t.id: today},
            sent_since={**situation.sent_since, t.id: frozenset()},
        )
        if moved or any(e.name == "renew_deadline" for e in t.effects):
            self.situation = replace(
                self.situation,
                due_on=state_due_on(self.engine.workflow.states[target], self.situation),
            )
        if actor:
            self._acted(actor)
        if moved:
            # The very step that begins a state is no act in it.
            self.situation = replace(self.situation, acted_since=frozenset())
        self._note(self._told(t, actor))
        if actor or t.trigger != "automatic":
            self._follow()

    def _told(self, t: Transition, actor: Actor | None) -> Text:
        if actor is None:
            return Text(f"Von selbst: {t.label.de}.", f"By itself: {t.label.en}.")
        return Text(f"{actor.name}: {t.label.de}.", f"{actor.name}: {t.label.en}.")

    def _follow(self) -> None:
        for _ in range(MAX_AUTOMATIC):
            t = self.engine.automatic(self.situation)
            if t is None:
                return
            self._make(t, self.situation, None)
        raise Refused([_CIRCLES], ["automatic"])

    def _pass_days(self, days: int) -> None:
        for _ in range(days):
            today = self.situation.today + timedelta(days=1)
            self.situation = replace(self.situation, today=today)
            self._remind()
            t = self.engine.due(self.situation)
            if t is not None:
                self._make(t, self.situation, None)
            self._follow()
            self._settle()

    def _remind(self) -> None:
        told, reminded = called_to_mind(self.engine, self.situation, self.owed)
        if reminded:
            self.situation = replace(self.situation, reminders=self.situation.reminders + 1)
        for text in told:
            self._note(text)

    def _acted(self, actor: Actor) -> None:
        if actor.side:
            last = {**self.situation.last_act, actor.side: self.situation.today}
            since = self.situation.acted_since | {actor.side}
            self.situation = replace(self.situation, last_act=last, acted_since=since)

    def _note(self, text: Text) -> None:
        self.happened.append(Happened(self.situation.today, text, self.situation.state))


_CANNOT_CONFIRM = Text("Hier ist nichts mitzuzeichnen.", "There is nothing to sign off here.")
_CIRCLES = Text(
    "Die automatischen Übergänge kommen nicht zur Ruhe.",
    "The automatic transitions never come to rest.",
)


def _refuse(reasons: Iterable[Reason]) -> None:
    found = list(reasons)
    if found:
        raise Refused([r.text for r in found], [r.id for r in found])


@dataclass(frozen=True, slots=True)
class Played:
    """How far a play came."""

    simulation: Simulation
    failed: Step | None = None
    refused: Refused | None = None


def played(engine: Engine, play: Play) -> Played:
    """Return the play as far as its steps are possible; the first that is not ends it."""
    simulation = Simulation(engine, play.people, play.starts)
    for step in play.steps:
        try:
            simulation.take(step)
        except Refused as refused:
            return Played(simulation, step, refused)
    return Played(simulation)
