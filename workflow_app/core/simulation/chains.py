"""Playing imported workflows by value: one, or several on the same case, as a chain.

The same engine answers here and for real cases. Nothing is kept and nobody is told; a fact that
cannot be answered is taken for met where a step says so (`assume`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from workflow_app.core.cases.situation import Actor
from workflow_app.core.chain.chain import Chain
from workflow_app.core.chain.people import OWNER, ChainCase, Container, Entry, Locals, Maps
from workflow_app.core.chain.reading import Reading, Supplied, Value
from workflow_app.core.chain.supplied import due_after
from workflow_app.core.definition.imported import RoleMap, SuppliedEffect
from workflow_app.core.definition.model import Text, Transition
from workflow_app.core.errors import TandemError
from workflow_app.core.simulation.play import Play, Player, Refused, Step
from workflow_app.core.steps.imported import FOR_ALL, ImportedEngine, person_of
from workflow_app.core.steps.offers import Offer, Reason

OPEN = "create"
"""What somebody does who opens the case."""
IN = "@"
"""Stands before the workflow that is meant, where several have the same transition or state."""
NOON = time(12)

Told = tuple[date, Text, tuple[str, ...]]
"""The day, what happened, and the state in each workflow since."""


class ChainSimulation:
    """One case of a play on imported workflows, from before it is opened."""

    def __init__(self, engines: Sequence[ImportedEngine], play: Play) -> None:
        self.engines = tuple(engines)
        self.people = {p.id: p for p in play.people}
        self.today = play.starts
        self.happened: list[Told] = []
        self._chain = Chain([e.imported for e in engines], _roles(engines), self._facts())
        self._site = Container("site", Maps(_site(engines)))
        self._owned: dict[str, tuple[str, ...]] = {}
        """Roles that steps have given on the case, by the number of the person."""
        self.case: ChainCase | None = None

    def _facts(self, assumed: Sequence[str] = ()) -> Supplied:
        return _Assuming({e.imported.id: e.supplied for e in self.engines}, frozenset(assumed))

    # ── Asking ──────────────────────────────────────────────────────────────────────────────────

    @property
    def at(self) -> datetime:
        """Return the moment at which steps are made: noon of the day."""
        return datetime.combine(self.today, NOON, UTC)

    def actor(self, who: str) -> Actor:
        """Return who somebody of the play is; roles on the case come by the case itself."""
        player = self.people[who]
        groups = (player.organisation,) if player.organisation else ()
        return Actor(player.number, player.name, FOR_ALL | set(player.roles), groups=groups)

    def offers(self, who: str) -> Iterator[tuple[str, Offer]]:
        """Yield what somebody may do now and why not: how it is called in a play, and the offer."""
        if self.case is None:
            return
        seen: set[str] = set()
        for engine in self.engines:
            for t in self._exits(engine):
                name = t.id if t.id not in seen else f"{t.id}{IN}{engine.imported.id}"
                seen.add(t.id)
                r = engine.reading(self.case, self.actor(who), self.at, supplied=self._facts())
                yield name, engine.answer(t, r, self.case)

    def _exits(self, engine: ImportedEngine) -> list[Transition]:
        state = engine.workflow.states.get(self._state(engine))
        known = engine.workflow.transitions
        exits = state.exits if state is not None else ()
        return [known[e] for e in exits if known[e].trigger == "person"]

    def _state(self, engine: ImportedEngine) -> str:
        entry = self.case.newest.get(engine.imported.id) if self.case else None
        return entry.target if entry else ""

    def standing(self) -> tuple[str, ...]:
        """Return the state in each workflow, in their order; nothing before the case is open."""
        return tuple(self._state(e) for e in self.engines) if self.case else ()

    def opening(self, who: str, assumed: Sequence[str] = ()) -> tuple[Reason, ...]:
        """Return why somebody may not open the case; each workflow has to agree."""
        reasons: dict[str, Reason] = {}
        for engine in self.engines:
            facts = self._facts(assumed)
            r = engine.reading(self._site, self.actor(who), self.at, supplied=facts)
            reasons |= {f"{x.id} {x.text.en}": x for x in engine.may_open(r)}
        return tuple(reasons.values())

    def waiting(self) -> list[tuple[str, Text]]:
        """Return for which roles the case waits, each with its task."""
        if self.case is None:
            return []
        nobody = person_of(Actor(0, "", FOR_ALL))
        values = self._chain.catalogue(self.case, nobody, self.at)
        turns = (turn for e in self.engines for turn in e.waiting(values, self.at))
        return list(dict.fromkeys((turn.role, turn.task) for turn in turns))

    # ── Doing ───────────────────────────────────────────────────────────────────────────────────

    def take(self, step: Step) -> None:
        """Take one step of a play.

        :raises Refused: with every reason; nothing has happened then.
        """
        match step.act:
            case "does":
                self._do(step)
            case "cannot":
                self._cannot(step)
            case "days":
                self.today += timedelta(days=step.days)
            case "state":
                self._expect_state(step.target)
            case "waits_for":
                self._expect_turns(step.target)
            case _:
                raise Refused([_NO_FORMS], ["form"])

    def _do(self, step: Step) -> None:
        actor = self.actor(step.who)
        if reasons := self._closed(step):
            raise Refused([r.text for r in reasons], [r.id for r in reasons])
        before = self.case
        self._chain.supplied = self._facts(step.assume)
        try:
            self.case = self._made(step, actor)
        except TandemError as error:
            raise Refused([Text(str(error), str(error))], ["step"]) from error
        for entry in self._new(before):
            self._tell(entry, actor)
            engine = next(e for e in self.engines if e.imported.id == entry.workflow)
            for effect in due_after(engine.imported, [entry.transition]):
                self._carry_out(effect, actor)

    def _made(self, step: Step, actor: Actor) -> ChainCase:
        person = person_of(actor)
        if self.case is None:
            self._owned = {str(actor.person): (OWNER,)}
            empty = ChainCase("play", self._site, locals=Locals(self._owned))
            return self._chain.open(empty, person, self.at)[0]
        transition, _, workflow = step.target.partition(IN)
        arguments = {"comment": str(step.fill.get("comment", ""))}
        named = workflow or None
        return self._chain.fire(self.case, person, transition, self.at, arguments, named)[0]

    def _closed(self, step: Step) -> tuple[Reason, ...]:
        """Return why a step is closed: of the first workflow that offers it to somebody."""
        if (step.target == OPEN) != (self.case is None):
            return (Reason("state", "state", _NOT_NOW),)
        if self.case is None:
            return self.opening(step.who, step.assume)
        transition, _, workflow = step.target.partition(IN)
        comment = str(step.fill.get("comment", ""))
        reasons: tuple[Reason, ...] = ()
        for engine in self.engines:
            found = [t for t in self._exits(engine) if t.id == transition]
            if not found or workflow not in ("", engine.imported.id):
                continue
            facts = self._facts(step.assume)
            r = engine.reading(self.case, self.actor(step.who), self.at, comment, facts)
            offer = engine.answer(found[0], r, self.case)
            if offer.open:
                return ()
            reasons = reasons or offer.reasons
        return reasons or (Reason("state", "state", _NOT_NOW),)

    def _new(self, before: ChainCase | None) -> list[Entry]:
        found: list[Entry] = []
        for engine in self.engines if self.case else ():
            name = engine.imported.id
            known = len(before.history(name)) if before is not None else 0
            found += self.case.history(name)[known:] if self.case else ()
        return found

    def _tell(self, entry: Entry, actor: Actor) -> None:
        engine = next(e for e in self.engines if e.imported.id == entry.workflow)
        known = engine.workflow.transitions.get(entry.transition or "")
        label = known.label if known is not None else _OPENED
        by = _BY_ITSELF if known is not None and known.trigger == "automatic" else None
        passed = _BYPASSED if entry.bypassed else Text("", "")
        where = Text("", "")
        if len(self.engines) > 1:
            where = Text(f" ({engine.workflow.label.de})", f" ({engine.workflow.label.en})")
        names = by or Text(actor.name, actor.name)
        said = (f"{names(w)}: {label(w)}{where(w)}{passed(w)}." for w in ("de", "en"))
        self.happened.append((self.today, Text(*said), self.standing()))

    def _carry_out(self, effect: SuppliedEffect, actor: Actor) -> None:
        mine = str(actor.person)
        if effect.name == "take_on":
            held = self._owned.get(mine, ())
            more = tuple(role for role in effect.words if role not in held)
            self._owned = {**self._owned, mine: (*held, *more)}
        if effect.name == "give_up":
            self._owned = {
                who: tuple(role for role in roles if role not in effect.words)
                for who, roles in self._owned.items()
            }
        if effect.name in ("take_on", "give_up") and self.case is not None:
            groups = {k: v for k, v in self.case.locals.by.items() if not k.isdecimal()}
            local = Locals({**groups, **{k: v for k, v in self._owned.items() if v}})
            case = self.case
            self.case = ChainCase(case.id, case.container, case.maps, local, case.newest)
        words = ", ".join(effect.words)
        said = {
            "tell": Text(f"Mail an: {words}.", f"Mail to: {words}."),
            "take_on": Text(f"{actor.name} ist jetzt: {words}.", f"{actor.name} is now: {words}."),
            "give_up": Text(f"Niemand ist mehr: {words}.", f"Nobody is any more: {words}."),
            "tell_touched": Text(
                "Berührte Projekte, die laufen, erfahren davon.",
                "Running projects that it touches are told.",
            ),
            "build_archive": Text("Das Archivpaket entsteht.", "The archive bundle is built."),
        }
        self.happened.append((self.today, said[effect.name], self.standing()))

    # ── Expecting ───────────────────────────────────────────────────────────────────────────────

    def _cannot(self, step: Step) -> None:
        found = tuple(reason.id for reason in self._closed(step))
        if not found:
            raise Refused([_IS_OPEN], ["open"])
        missing = ", ".join(name for name in step.because if name not in found)
        if missing:
            text = Text(
                f"Verschlossen ist der Schritt, aber nicht deshalb: {missing}.",
                f"The step is closed, but not because of: {missing}.",
            )
            raise Refused([text], found)

    def _expect_state(self, states: str) -> None:
        there = {f"{self._state(e)}{IN}{e.imported.id}" for e in self.engines}
        first = self._state(self.engines[0])
        for state in (name.strip() for name in states.split(",")):
            if state not in there and (IN in state or state != first):
                now = ", ".join(sorted(there)) if len(self.engines) > 1 else first
                text = Text(
                    f"Der Vorgang steht in „{now}“, nicht in „{state}“.",
                    f"The case stands in '{now}', not in '{state}'.",
                )
                raise Refused([text], ["state"])

    def _expect_turns(self, roles: str) -> None:
        found = sorted({role for role, _ in self.waiting()})
        if found != sorted(role for role in roles.split(", ") if role):
            names = ", ".join(found)
            text = Text(
                f"Der Vorgang wartet auf: {names or 'niemanden'}.",
                f"The case waits for: {names or 'nobody'}.",
            )
            raise Refused([text], ["waits_for"])


class _Assuming:
    """The facts of all workflows of the chain; some are taken for met."""

    def __init__(self, supplied: Mapping[str, Supplied], assumed: frozenset[str]) -> None:
        self._supplied = supplied
        self._assumed = assumed

    def fact(self, name: str, reading: Reading) -> Value:
        """Return what the reading's workflow says of the fact, or yes if that is assumed."""
        if name in self._assumed:
            return True
        return self._supplied[reading.workflow].fact(name, reading)

    def effect(self, name: str, reading: Reading) -> None:
        """Let a script pass that is assumed, or of which it is known what takes its place."""
        if name not in self._assumed:
            self._supplied[reading.workflow].effect(name, reading)


def _roles(engines: Sequence[ImportedEngine]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(role for e in engines for role in (*e.imported.roles(), OWNER)))


def _site(engines: Sequence[ImportedEngine]) -> dict[str, RoleMap]:
    """Return who holds what around the case; an earlier workflow goes before a later one."""
    found: dict[str, RoleMap] = {}
    for engine in reversed(engines):
        found.update(engine.site.maps.by)
    return found


def player(number: int, role: str) -> Player:
    """Return somebody invented with one role, called by it in a way that needs no quotes."""
    name = re.sub(r"\W+", "_", role).strip("_").lower() or f"person_{number}"
    return Player(name, number, role, (role,))


_OPENED = Text("legt den Vorgang an", "opens the case")
_BY_ITSELF = Text("Von selbst", "By itself")
_BYPASSED = Text(", an der Bedingung vorbei", ", past the guard")
_NOT_NOW = Text(
    "Dieser Schritt ist im jetzigen Stand nicht möglich.",
    "This step is not possible at this stage.",
)
_NO_FORMS = Text(
    "Ein importiertes Verfahren hat keine Formulare und keine Mitzeichnungen.",
    "An imported workflow has no forms and no sign-offs.",
)
_IS_OPEN = Text("Der Schritt ist offen.", "The step is open.")
