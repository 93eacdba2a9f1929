"""A play: invented people and what they do one after the other, as a file that can be kept.

A play is written down in YAML (docs/simulation.md). `verify` runs every play of the content, so
that a promise once tried by hand is tried again whenever the workflow changes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from ruamel.yaml import YAML

from workflow_app.core.definition.model import Text
from workflow_app.core.parsing.cursor import Cursor
from workflow_app.core.parsing.source import read
from workflow_app.core.problems import Place, Problems

Act = Literal["does", "submits", "confirms", "cannot", "days", "state", "waits_for"]
ACTS: tuple[Act, ...] = get_args(Act)
BY_SOMEBODY: tuple[Act, ...] = ("does", "submits", "confirms", "cannot")
"""Acts that need to say who."""
PLAY_KEYS = ("play", "workflow", "starts", "people", "steps")
PLAYER_KEYS = ("name", "roles", "side", "organisation")
STEP_KEYS = ("who", *ACTS, "fill", "assume", "because")
LONGEST = 3660
"""Days that a play may let pass in all: ten years."""
MOST_STEPS = 300
"""Steps of a play; both bounds keep it a matter of seconds."""
TODAY = date(2026, 3, 2)
"""The day on which a play starts that names none; a Monday."""


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody invented."""

    id: str
    number: int
    """What a reference to this person holds, from 1."""
    name: str
    roles: tuple[str, ...]
    side: str | None = None
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done or expected."""

    act: Act
    target: str
    """A transition, form or state; the days that pass; or the roles waited for, with commas."""
    place: Place
    who: str = ""
    fill: Mapping[str, Any] = field(default_factory=dict)
    """Field → what is typed; what must be filled and is not here gets an invented value."""
    assume: tuple[str, ...] = ()
    """Requirements, rules and warnings that are taken for met."""
    because: tuple[str, ...] = ()
    """For `cannot`: ids that the reasons must contain."""

    @property
    def days(self) -> int:
        """Return how many days pass with the step."""
        return int(self.target) if self.act == "days" else 0


@dataclass(frozen=True, slots=True)
class Play:
    """Invented people and their steps."""

    id: str
    workflow: str
    starts: date
    people: tuple[Player, ...]
    steps: tuple[Step, ...]
    place: Place
    beside: tuple[str, ...] = ()
    """Further imported workflows on the same case, in order after `workflow`."""

    @property
    def workflows(self) -> tuple[str, ...]:
        """Return every workflow that is played, the first one first."""
        return (self.workflow, *self.beside)

    def player(self, name: str) -> Player | None:
        """Return the person called so in the file, or None."""
        return next((p for p in self.people if p.id == name), None)


class Refused(Exception):
    """A step of a play that is not possible, with every reason."""

    def __init__(self, reasons: Iterable[Text], ids: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        self.ids = tuple(ids)
        super().__init__("; ".join(reason.en for reason in self.reasons))


def parse_play(text: str, file: str, problems: Problems) -> Play | None:
    """Return the play that `text` holds, or None if it cannot be read; problems are noted."""
    root = read(text, file, problems)
    if root is None:
        return None
    found = root.keys(PLAY_KEYS, needed=("play", "workflow", "people"))
    people = found["people"].entries() if "people" in found else {}
    players = tuple(_player(name, n, c) for n, (name, c) in enumerate(people.items(), 1))
    read_steps = [_step(c, set(people)) for c in found["steps"].items()] if "steps" in found else []
    steps = tuple(step for step in read_steps if step is not None)
    if len(steps) > MOST_STEPS or sum(step.days for step in steps) > LONGEST:
        found["steps"].wrong(
            "too_long",
            f"Ein Spiel hat höchstens {MOST_STEPS} Schritte und dauert höchstens {LONGEST} Tage.",
            f"A play has at most {MOST_STEPS} steps and lasts at most {LONGEST} days.",
        )
        steps = ()
    # Several imported workflows may lie on one case; their names are whatever they are.
    workflows = found["workflow"].texts() if "workflow" in found else ()
    return Play(
        id=found["play"].identifier() if "play" in found else "",
        workflow=workflows[0] if workflows else "",
        starts=_day(found["starts"]) if "starts" in found else TODAY,
        people=players,
        steps=steps,
        place=root.place,
        beside=workflows[1:],
    )


def _player(name: str, number: int, cursor: Cursor) -> Player:
    found = cursor.keys(PLAYER_KEYS, needed=("name", "roles"))
    return Player(
        id=name,
        number=number,
        name=found["name"].text() if "name" in found else name,
        roles=found["roles"].texts() if "roles" in found else (),
        side=found["side"].identifier() if "side" in found else None,
        organisation=found["organisation"].text() if "organisation" in found else "",
    )


def _day(cursor: Cursor) -> date:
    try:
        return date.fromisoformat(cursor.text())
    except ValueError:
        cursor.wrong(
            "not_a_day",
            "Hier gehört ein Tag hin, zum Beispiel 2026-03-02.",
            "A day is expected here, such as 2026-03-02.",
        )
        return TODAY


def _step(cursor: Cursor, people: set[str]) -> Step | None:
    found = cursor.keys(STEP_KEYS)
    acts: list[Act] = [act for act in ACTS if act in found]
    if len(acts) != 1:
        cursor.wrong(
            "one_act",
            f"Ein Schritt hat genau eines von {', '.join(ACTS)}.",
            f"A step has exactly one of {', '.join(ACTS)}.",
        )
        return None
    act = acts[0]
    who = found["who"].text() if "who" in found else ""
    if (act in BY_SOMEBODY) != bool(who) or (who and who not in people):
        found.get("who", cursor).wrong(
            "unknown_player",
            f"„{who}“ kommt in diesem Spiel nicht vor oder gehört nicht zu diesem Schritt.",
            f"'{who}' is not one of the people of this play, or does not belong to this step.",
        )
        return None
    return Step(
        act=act,
        target=_target(act, found[act]),
        place=cursor.place,
        who=who,
        fill={k: c.plain() for k, c in found["fill"].entries().items()} if "fill" in found else {},
        assume=found["assume"].texts() if "assume" in found else (),
        because=found["because"].texts() if "because" in found else (),
    )


def _target(act: Act, cursor: Cursor) -> str:
    if act == "waits_for":
        return ", ".join(cursor.texts())
    if act != "days":
        return cursor.text()
    days = cursor.integer()
    if not 0 < days <= LONGEST:
        cursor.wrong(
            "days", f"Möglich sind 1 bis {LONGEST} Tage.", f"Possible are 1 to {LONGEST} days."
        )
    return str(min(max(days, 1), LONGEST))


def write_play(play: Play) -> str:
    """Return the play as a file, which `parse_play` reads back."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 120
    text = io.StringIO()
    yaml.dump(
        {
            "play": play.id,
            "workflow": list(play.workflows) if play.beside else play.workflow,
            "starts": play.starts.isoformat(),
            "people": {p.id: _written_player(p) for p in play.people},
            "steps": [_written_step(step) for step in play.steps],
        },
        text,
    )
    return text.getvalue()


def _written_player(player: Player) -> dict[str, Any]:
    written: dict[str, Any] = {"name": player.name, "roles": list(player.roles)}
    if player.side:
        written["side"] = player.side
    if player.organisation:
        written["organisation"] = player.organisation
    return written


def _written_step(step: Step) -> dict[str, Any]:
    target: Any = step.days or step.target
    if step.act == "waits_for":
        target = [role for role in step.target.split(", ") if role]
    written: dict[str, Any] = {"who": step.who} if step.who else {}
    written[step.act] = target
    if step.fill:
        written["fill"] = dict(step.fill)
    if step.assume:
        written["assume"] = list(step.assume)
    if step.because:
        written["because"] = list(step.because)
    return written
