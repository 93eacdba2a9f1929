"""One definition walked beside its trace: everything that the trace holds is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.plone.supplying import Supplied
from workflow_app.core.chain.chain import Chain
from workflow_app.core.chain.people import ChainCase, Container, Locals, Maps, Person
from workflow_app.core.chain.reading import Reading, Unreadable
from workflow_app.core.chain.refusals import NoScript, NowhereToStand, Refused, RunsInCircles
from workflow_app.core.chain.rights import slot
from workflow_app.core.chain.workflow import Fired
from workflow_app.core.definition.imported import Imported, RoleMap, Script
from workflow_app.core.plone.defaults import ROOT

START = datetime(2001, 1, 1, tzinfo=UTC)
ERRORS = {"impossible": "WorkflowException", "unauthorized": "Unauthorized"}
FAILURES = (Refused, RunsInCircles, Unreadable, NoScript, NowhereToStand)
NAMES = {
    RunsInCircles: "LoopError",
    Unreadable: "TypeError",
    NoScript: "KeyError",
    NowhereToStand: "AttributeError",
}
MOST = 1000
"""Differences kept a definition."""


class Replay:
    """A walk through the episodes of one trace."""

    def __init__(self, workflow: Imported, trace: Mapping[str, Any]) -> None:
        self.trace = trace
        self.differences: list[str] = []
        self.steps = 0
        self.people = {
            name: Person(
                None if name == "anonymous" else name,
                frozenset(user["roles"]),
                tuple(user["groups"]),
            )
            for name, user in trace["users"].items()
        }
        site = Container("site", _maps(trace["site_permissions"]), container=ROOT)
        self.folder = Container("folder", _maps(trace["folder_permissions"]), container=site)
        self.site = site
        self.supplied = Supplied(trace["stubs"], self.recorded)
        self.definition = workflow
        watched = self.supplied.watched(_with_scripts(workflow, trace))
        self.chain = Chain([watched], trace["site_roles"], self.supplied)
        self.workflow = self.chain.workflows[0]
        self.catalogues: list[dict[str, Any]] = []
        self.circling: dict[int, list[dict[str, Any]]] = {}
        """Documents that were stopped in a circle of states → how they may be found."""
        self.place = ""
        self.guards: Mapping[str, Mapping[str, int]] = {}
        self.told: Mapping[str, Any] = {}
        self.made = 0
        self.now = 0

    # ── What the trace supplies ─────────────────────────────────────────────────────────────────

    def recorded(self, where: str, reading: Reading) -> Any:
        """Return what the trace has for a formula that was not translated."""
        kind, _, name = where.partition(" ")
        user = reading.person.id or "anonymous"
        if kind == "create":
            return self.trace.get("may_create_guard_expr", {}).get("creation", {}).get(user)
        if kind == "transition":
            return self.guards.get(name, {}).get(user)
        if kind == "variable":
            return user in self.told.get("readable", {}).get(name, ())
        if kind == "worklist":
            return name in self.told.get("worklists", {}).get(user, {})
        return self._recorded_value(name.partition(" of transition ")[0], reading)

    def _recorded_value(self, variable: str, reading: Reading) -> Any:
        after = self.told.get("after", self.told)
        if not self.workflow.variables[variable].in_history:
            return _decoded(after.get("catalog", {}).get(variable))
        entries = after.get("history_added", ())
        number = (reading.entry.number + 1 if reading.entry else 0) - self.made
        return _decoded(entries[number].get(variable)) if number < len(entries) else None

    # ── The walk ────────────────────────────────────────────────────────────────────────────────

    def play(self) -> None:
        """Walk every episode and note what differs."""
        may = [u for u, p in self.people.items() if self.chain.may_create(p, self.folder, START)]
        self.place = "before"
        self.same("who may create", sorted(self.trace["may_create"]), sorted(may))
        for number, episode in enumerate(self.trace["episodes"]):
            try:
                self._episode(number, episode)
            except Exception as error:
                broken_off = f"{self.place}: broke off: {type(error).__name__}: {error}"
                self.differences.append(broken_off)

    def _episode(self, number: int, episode: Mapping[str, Any]) -> None:
        self.place = f"episode {number}, created"
        created = episode["created"]
        case = ChainCase(f"doc{number}", self.folder, locals=self._given(episode))
        self.now = episode["now"]
        self.guards, self.told, self.made = created.get("guard_expr", {}), created, 0
        self.supplied.ran.clear()
        try:
            moved, fired = self.chain.open(case, self.people[episode["creator"]], self._at())
        except FAILURES as error:
            self.same("error", _class(created.get("error", "none")), _name(error))
            self._stays(case, error, self.people[episode["creator"]])
            return
        if "error" in created:
            self.same("error", created["error"], "none")
            return
        self._after(case, moved, fired, created, self.people[episode["creator"]])
        case = moved
        for position, step in enumerate(episode["steps"]):
            self.place = f"episode {number}, step {position}"
            self.steps += 1
            following = self._step(case, step)
            if following is None:
                return
            case = following

    def _given(self, episode: Mapping[str, Any]) -> Locals:
        """Return the roles given beforehand, if need be from what was there afterwards."""
        told = episode.get("local_roles")
        if told is None:
            after = episode["created"].get("local_roles", {})
            groups = set(self.definition.groups)
            told = {u: r for u, r in after.items() if u in self.people and u not in groups}
        return Locals({who: tuple(roles) for who, roles in told.items()})

    def _step(self, case: ChainCase, step: Mapping[str, Any]) -> ChainCase | None:
        self.now = step["now"]
        self.told, self.guards = step, step.get("guard_expr", {})
        self.supplied.asked.clear()
        self._available(case, step)
        self._told(case, step)
        self._asked(step.get("guard_expr", {}))
        if "refused" in step:
            self._refused(case, step["refused"])
        return self._fired(case, step) if "fire" in step else None

    def _available(self, case: ChainCase, step: Mapping[str, Any]) -> None:
        for user, person in self.people.items():
            may = sorted(self.chain.open_transitions(case, person, self._at()))
            expected = step.get("available", {}).get(user, [])
            self.same(f"what {user} may do", sorted(expected), may)
            listed = [offer.id for offer in self.chain.offers(case, person, self._at())]
            shown = step.get("listed_differs", {}).get(user, expected)
            self.same(f"what is listed for {user}", shown, listed)

    def _told(self, case: ChainCase, step: Mapping[str, Any]) -> None:
        for name, v in self.definition.variables.items():
            if v.guard.empty:
                continue
            may = [
                u for u, p in self.people.items() if self.chain.may_read(case, p, name, self._at())
            ]
            expected = step.get("readable", {}).get(name, [])
            self.same(f"who may read {name}", sorted(expected), sorted(may))
        for user, person in self.people.items():
            expected = step.get("worklists", {}).get(user, {})
            possible = [self._worklists(person, turn) for turn in range(2 if self.circling else 1)]
            # Where an endless walk was stopped is no matter of DCWorkflow: each turn will do.
            if not _between(expected, possible):
                self.same(f"worklists of {user}", expected, possible[0])

    def _worklists(self, person: Person, turn: int) -> dict[str, int]:
        found = list(self.catalogues)
        for number, turns in self.circling.items():
            found[number] = turns[turn]
        lists = self.chain.worklists(person, self.site, found, self._at())
        return {offer.id: offer.count or 0 for offer in lists}

    def _asked(self, expected: Mapping[str, Mapping[str, int]]) -> None:
        there = {(t, u): int(v) for t, users in expected.items() for u, v in users.items()}
        self.same("values of guard formulas", there, dict(self.supplied.asked))

    def _refused(self, case: ChainCase, refused: Mapping[str, Any]) -> None:
        person, transition = self.people[refused["user"]], refused["transition"]
        for door, workflow in (("tool", None), ("definition", self.definition.id)):
            try:
                self.chain.fire(case, person, transition, self._at(), {}, workflow)
                said = "nothing"
            except Refused as error:
                said = ERRORS[error.kind]
            what = f"refusal of {transition} to {refused['user']} by the {door}"
            self.same(what, _class(refused[door]), said)

    def _fired(self, case: ChainCase, step: Mapping[str, Any]) -> ChainCase | None:
        fire = step["fire"]
        person = self.people[fire["user"]]
        after = step.get("after", {})
        heard = after.get("guard_expr", step.get("guard_expr_at_error", {}))
        self.guards = {**step.get("guard_expr", {}), **heard}
        newest = case.newest.get(self.definition.id)
        self.made = newest.number + 1 if newest else 0
        self.supplied.ran.clear()
        arguments = {"comment": fire.get("comment", "")}
        try:
            moved, fired = self.chain.fire(case, person, fire["transition"], self._at(), arguments)
        except FAILURES as error:
            self.same("error at firing", _class(step.get("error", "none")), _name(error))
            return self._stays(case, error, person)
        if "error" in step:
            self.same("error at firing", step["error"], "none")
            return None
        self._after(case, moved, fired, after, person)
        return moved

    def _stays(self, case: ChainCase, error: Exception, person: Person) -> ChainCase:
        """Return the case as it stays there after a failure, and find it by that."""
        came: ChainCase = getattr(error, "case", None) or case
        self._catalogue(came, _encoded(self.chain.catalogue(came, person, self._at())))
        if isinstance(error, RunsInCircles):
            self._circling(came, person)
        return came

    def _circling(self, came: ChainCase, person: Person) -> None:
        number, newest = int(came.id.removeprefix("doc")), came.newest[self.definition.id]
        if newest.previous is not None and newest.previous.target != newest.target:
            earlier = replace(came, newest={self.definition.id: newest.previous})
            turns = [self.chain.catalogue(case, person, self._at()) for case in (came, earlier)]
            self.circling[number] = [_encoded(turn) for turn in turns]

    def _after(
        self,
        case: ChainCase,
        moved: ChainCase,
        fired: Sequence[Fired],
        after: Mapping[str, Any],
        person: Person,
    ) -> None:
        entries = moved.history(self.definition.id)
        added = [_encoded(dict(e.status)) for e in entries[self.made :]]
        self.same("state", after["state"], self.workflow.state_of(moved))
        steps = [{"from": f.source, "to": f.target, "transition": f.transition} for f in fired]
        self.same("transitions made", after["fired"], steps)
        self.same("history", after["history_added"], added)
        self.same("length of the history", after["history_length"], len(entries))
        expected = self.trace["permission_maps"][after["permissions"]]
        self.same("role maps", expected, self._role_maps(moved))
        local = {who: sorted(roles) for who, roles in moved.locals.by.items()}
        self.same("local roles", _sorted_roles(after["local_roles"]), local)
        self._scripts(after.get("scripts", []))
        catalogue = self.chain.catalogue(moved, person, self._at())
        self.same("catalogue", after["catalog"], _encoded(catalogue))
        self._catalogue(moved, _encoded(catalogue))

    def _scripts(self, told: Sequence[Any]) -> None:
        """Compare the scripts that ran; a trace may say more of each than its name."""
        ran = self.supplied.ran
        if len(told) != len(ran) or any(r not in str(t) for r, t in zip(ran, told, strict=True)):
            self.same("scripts", list(told), list(ran))

    def _catalogue(self, case: ChainCase, values: dict[str, Any]) -> None:
        number = int(case.id.removeprefix("doc"))
        self.catalogues[number:] = [values]

    def _role_maps(self, case: ChainCase) -> dict[str, Any]:
        maps = {p: case.maps.by.get(slot(p)) for p in self.definition.permissions}
        return {
            p: {"acquired": m.acquired, "roles": list(m.roles)}
            if m
            else {"acquired": True, "roles": []}
            for p, m in maps.items()
        }

    def _at(self) -> datetime:
        return START + timedelta(seconds=self.now)

    def same(self, what: str, expected: Any, found: Any) -> None:
        """Note a difference, in words."""
        if expected != found and len(self.differences) < MOST:
            self.differences.append(
                f"{self.place}: {what}: DCWorkflow {expected!r}, Tandem {found!r}"
            )


def _between(expected: Mapping[str, int], possible: Sequence[Mapping[str, int]]) -> bool:
    for name in {*expected, *(name for found in possible for name in found)}:
        counts = [found.get(name, 0) for found in possible]
        if not min(counts) <= expected.get(name, 0) <= max(counts):
            return False
    return True


def _maps(told: Mapping[str, Mapping[str, Any]]) -> Maps:
    return Maps({slot(p): RoleMap(tuple(m["roles"]), m["acquired"]) for p, m in told.items()})


def _sorted_roles(local: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {who: sorted(roles) for who, roles in local.items()}


def _with_scripts(workflow: Imported, trace: Mapping[str, Any]) -> Imported:
    """Return the workflow with the scripts that the recording put in the place of missing ones."""
    created = [e["created"] for e in trace["episodes"]]
    steps = [s.get("after", {}) for e in trace["episodes"] for s in e["steps"]]
    ran = str([told.get("scripts") for told in (*created, *steps)])
    there = {n: Script(n, "recorded") for n in workflow.effects() if repr(n) in ran}
    return replace(workflow, scripts={**there, **workflow.scripts})


def _class(error: str) -> str:
    return error.partition(" ")[0].partition(":")[0]


def _name(error: Exception) -> str:
    return ERRORS[error.kind] if isinstance(error, Refused) else NAMES[type(error)]


def _encoded(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"$time": int((value - START).total_seconds())}
    if isinstance(value, Mapping):
        return {key: _encoded(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_encoded(item) for item in value]
    return value


def _decoded(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"$time"}:
        return START + timedelta(seconds=value["$time"])
    if isinstance(value, list):
        return tuple(_decoded(item) for item in value)
    return value
