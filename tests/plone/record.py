"""Record what the real DCWorkflow does with a definition, in seeded random walks.

    PYTHON_WITH_DCWORKFLOW tests/plone/record.py DEFINITION.xml… [--out TRACES.jsonl] [--seed N]

It needs Products.DCWorkflow 4.0 and Products.PluggableAuthService, which are no dependency of
Tandem: `tests/plone/fuzz.py` makes a virtual environment with them. One JSON line a definition:

- `sha256`, `workflow_id`, `state_variable`, `users`, `site_roles`, `site_permissions`,
  `folder_permissions` (role maps of the two places around the case), `may_create`;
- `stubs`: expressions that failed here, with the value that stood in for them;
- `episodes`: each with `creator`, the `local_roles` given beforehand, `created` and `steps`. A step
  tells who may do what (`available`), where the list differs (`listed_differs`), what guard
  expressions gave (`guard_expr`), who may read what (`readable`), `worklists`, an attempt that is
  `refused`, and then what is fired, with `error` or `after`: state, transitions, history entries,
  role maps (an index into `permission_maps`), local roles, catalogue variables, scripts;
- or `error`, if DCWorkflow refuses the definition.

A definition is run in memory, without a database. Its scripts are not read: that one would have
run is noted.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from pathlib import Path

import zope.component
from AccessControl.Permission import getPermissionIdentifier
from AccessControl.SecurityManagement import newSecurityManager, noSecurityManager
from AccessControl.users import nobody
from Acquisition import aq_base
from DateTime import DateTime
from OFS.Application import Application
from OFS.Folder import Folder
from OFS.SimpleItem import SimpleItem
from Products.CMFCore import WorkflowTool as tool_module
from Products.CMFCore.interfaces import ICatalogTool, ISiteRoot, IWorkflowAware, IWorkflowTool
from Products.DCWorkflow import DCWorkflow as workflow_module
from Products.DCWorkflow import Expression as expression_module
from Products.DCWorkflow import Worklists as worklist_module
from Products.DCWorkflow import exportimport
from Products.DCWorkflow.events import BeforeTransitionEvent
from Products.PluggableAuthService.PropertiedUser import PropertiedUser
from zope.event import subscribers
from zope.interface import implementer
from zope.traversing.adapters import DefaultTraversable

START = 978307200  # 2001-01-01, as in the replay
MOST_AUTOMATIC = 60
BASIC_ROLES = ("Anonymous", "Authenticated", "Manager", "Owner")
MISSING = object()


class LoopError(Exception):
    """Automatic transitions do not end."""


class StubNeeded(BaseException):
    """An expression failed: the walk begins again with a value in its place."""

    def __init__(self, where, text, error):
        super().__init__(where)
        self.where = where
        self.text = text
        self.error = f"{type(error).__name__}: {error}"


@implementer(IWorkflowAware)
class Document(SimpleItem):
    """What the workflow moves."""

    def __init__(self, name):
        self.id = name

    def getPortalTypeName(self):
        return "Document"

    def reindexObject(self, idxs=()):
        pass


@implementer(ISiteRoot)
class Site(Folder):
    """The site, with its own roles and role maps."""


class Watched:
    """An expression that tells what it gave."""

    def __init__(self, where, expression, world):
        self.where, self.expression, self.world = where, expression, world
        self.text = expression.text

    def __call__(self, econtext):
        stub = self.world.stubs.get(self.where)
        if stub is not None:
            value = stub["value"]
        else:
            try:
                value = self.expression(econtext)
            except Exception as error:
                raise StubNeeded(self.where, self.text, error) from error
        self.world.asked(self.where, value)
        return value


class Script:
    """A script that only tells that it ran."""

    def __init__(self, name, world):
        self.name, self.world = name, world

    def __call__(self, change):
        self.world.scripts.append(self.name)


class Scripts(dict):
    """The scripts of the definition by name, in the place of a folder."""


class Catalogue:
    """Finds documents by what their workflow says of them now."""

    def __init__(self, world):
        self.world = world

    def searchResults(self, **wanted):
        found = []
        for document in self.world.documents():
            told = self.world.workflow.getCatalogVariablesFor(document)
            if all(told.get(key, MISSING) in values for key, values in wanted.items()):
                found.append(document)
        return found


class Info(dict):
    """What patterns in names and addresses may name."""

    def __missing__(self, key):
        return f"http://site/{key}"


class World:
    """A site with one folder, one workflow and its documents."""

    def __init__(self, source, rng, stubs, site_permissions=None):
        self.stubs = stubs
        self.scripts = []
        self.guard_values = {}
        self.fired = []
        self.now = 0
        self.rng = rng
        noSecurityManager()
        self.root = root = Application()
        root._setObject("site", Site("site"), set_owner=0)
        self.site = root.site
        # Whoever adds something becomes its owner, unless told otherwise.
        self.site._setObject("folder", Folder("folder"), set_owner=0)
        self.site._setObject("portal_workflow", tool_module.WorkflowTool(), set_owner=0)
        self.folder, self.tool = self.site.folder, self.site.portal_workflow
        self.workflow = self._definition(source)
        self.tool._default_chain = (self.workflow.getId(),)
        zope.component.provideUtility(self.tool, IWorkflowTool)
        zope.component.provideUtility(Catalogue(self), ICatalogTool)
        self._watch()
        self._people()
        self._places()

    # ── Making it ───────────────────────────────────────────────────────────────────────────────

    def _definition(self, source):
        maker = exportimport.WorkflowDefinitionConfigurator
        parsed = maker(workflow_module.DCWorkflowDefinition("x")).parseWorkflowXML(source, "utf-8")
        name, title, state_variable, initial, states, transitions, variables, worklists = parsed[:8]
        permissions, groups, scripts, description, bypass, creation = parsed[8:]
        definition = workflow_module.DCWorkflowDefinition("workflow")
        self.tool._setObject("workflow", definition, set_owner=0)
        workflow = self.tool.workflow
        exportimport._initDCWorkflow(
            workflow, title, description, bypass, creation, state_variable, initial, states,
            transitions, variables, worklists, permissions, groups, [], None,
        )  # fmt: skip
        self.name = name
        aq_base(workflow).scripts = Scripts(
            {s["script_id"]: Script(s["script_id"], self) for s in scripts}
        )
        return workflow

    def _watch(self):
        self.expressions = {}
        w = self.workflow
        guards = [("creation", w.creation_guard)]
        guards += [(f"guard:{t.id}", t.guard) for t in w.transitions.values()]
        guards += [(f"info:{v.id}", v.info_guard) for v in w.variables.values()]
        guards += [(f"worklist:{x.id}", x.guard) for x in w.worklists.values()]
        for where, guard in guards:
            if guard is not None and guard.expr is not None:
                aq_base(guard).expr = self._watched(where, guard.expr)
        for v in w.variables.values():
            if v.default_expr is not None:
                aq_base(v).default_expr = self._watched(f"variable:{v.id}", v.default_expr)
        for t in w.transitions.values():
            for name, expression in list((t.var_exprs or {}).items()):
                where = f"assignment:{t.id}:{name}"
                t.var_exprs[name] = self._watched(where, expression)

    def _watched(self, where, expression):
        self.expressions[where] = expression.text
        return Watched(where, expression, self)

    def _named(self):
        """Return the roles, groups and permissions that the definition names."""
        w = self.workflow
        guards = [w.creation_guard]
        for part in (w.transitions, w.worklists):
            guards += [x.guard for x in part.values()]
        guards += [v.info_guard for v in w.variables.values()]
        guards = [g for g in guards if g is not None]
        roles = {r for g in guards for r in g.roles}
        for s in w.states.values():
            for held in (s.permission_roles or {}).values():
                roles.update(held)
        groups = {g for guard in guards for g in guard.groups} | set(w.groups)
        permissions = {p for g in guards for p in g.permissions} | set(w.permissions)
        return sorted(r for r in roles if r), sorted(g for g in groups if g), sorted(permissions)

    def _people(self):
        roles, groups, self.permissions = self._named()
        self.site.__ac_roles__ = (*sorted(set(roles) - set(BASIC_ROLES)), "Owner")
        own = [r for r in roles if r not in BASIC_ROLES]
        people = {"norole": ([], []), "manager": (["Manager"], []), "owner": ([], [])}
        people.update({f"role:{r}": ([r], []) for r in own})
        people.update({f"group:{g}": ([], [g]) for g in groups})
        self.users = {"anonymous": nobody.__of__(self.root)}
        self.told_users = {"anonymous": {"roles": ["Anonymous"], "groups": []}}
        for name, (has, belongs) in people.items():
            user = PropertiedUser(name, name)
            user._addRoles(["Authenticated", *has])
            user._addGroups(belongs)
            self.users[name] = user.__of__(self.root)
            self.told_users[name] = {"roles": sorted(["Authenticated", *has]), "groups": belongs}

    def _places(self):
        rng, roles = self.rng, sorted(self.workflow.valid_roles())
        self.site_maps, self.folder_maps = {}, {}
        for permission in self.permissions:
            if rng.random() < 0.8:
                held = rng.sample(roles, rng.randint(0, min(3, len(roles))))
                if rng.random() < 0.8 and "Manager" not in held:
                    held.append("Manager")
                acquired = rng.random() < 0.1
                self._map(self.site, self.site_maps, permission, held, acquired)
            if rng.random() < 0.4:
                held = rng.sample(roles, rng.randint(1, min(2, len(roles))))
                self._map(self.folder, self.folder_maps, permission, held, rng.random() < 0.8)

    @staticmethod
    def _map(place, maps, permission, roles, acquired):
        # Two permissions may share a slot: what was written last is what counts for both.
        slot = getPermissionIdentifier(permission)
        for other in list(maps):
            if getPermissionIdentifier(other) == slot:
                del maps[other]
        setattr(aq_base(place), slot, list(roles) if acquired else tuple(roles))
        maps[permission] = {"acquired": acquired, "roles": list(roles)}

    # ── What is heard ───────────────────────────────────────────────────────────────────────────

    def asked(self, where, value):
        kind, _, name = where.partition(":")
        if kind in ("guard", "creation"):
            name = name if kind == "guard" else "creation"
            self.guard_values.setdefault(name, {})[self.user] = int(bool(value))

    def heard_guards(self):
        heard, self.guard_values = self.guard_values, {}
        return heard

    def login(self, user):
        self.user = user
        newSecurityManager(None, self.users[user])

    def documents(self):
        ids = [i for i in self.folder.objectIds() if i.startswith("doc")]
        return [self.folder._getOb(i) for i in ids]

    def new_document(self, number, owner):
        name = f"doc{number}"
        self.folder._setObject(name, Document(name), set_owner=0)
        document = self.folder._getOb(name)
        local = {"owner": ["Owner"]}
        if owner in self.users and owner != "anonymous":
            local.setdefault(owner, ["Owner"])
        aq_base(document).__ac_local_roles__ = local
        return document

    def date_time(self):
        return DateTime(START + self.now)

    def role_maps(self, document):
        maps = {}
        for permission in self.workflow.permissions:
            held = getattr(aq_base(document), getPermissionIdentifier(permission), None)
            maps[permission] = {
                "acquired": not isinstance(held, tuple),
                "roles": list(held or ()),
            }
        return maps


WORLD = []


def on_event(event):
    """Note each transition as it begins."""
    if WORLD and isinstance(event, BeforeTransitionEvent):
        WORLD[-1].fired.append(
            {
                "transition": event.transition.getId() if event.transition is not None else None,
                "from": event.old_state.getId(),
                "to": event.new_state.getId(),
            }
        )
        if len(WORLD[-1].fired) > MOST_AUTOMATIC:
            raise LoopError("endless automatic transitions")


class Recorder:
    """Walks through one world and writes down what happens."""

    def __init__(self, world, rng, steps):
        self.world, self.rng, self.steps = world, rng, steps
        self.maps = []

    def trace(self, episodes):
        w = self.world
        may = []
        for user in w.users:
            w.login(user)
            if w.workflow.allowCreate(w.folder, "Document"):
                may.append(user)
        told = {
            "workflow_id": w.name,
            "state_variable": w.workflow.state_var,
            "initial_state": w.workflow.initial_state,
            "manager_bypass": bool(w.workflow.manager_bypass),
            "users": w.told_users,
            "site_roles": sorted(w.workflow.valid_roles()),
            "site_permissions": w.site_maps,
            "folder_permissions": w.folder_maps,
            "may_create": may,
            "may_create_guard_expr": w.heard_guards(),
            "expressions": w.expressions,
        }
        told["episodes"] = [self.episode(number) for number in range(episodes)]
        return {**told, "stubs": w.stubs, "permission_maps": self.maps}

    def episode(self, number):
        w, rng = self.world, self.rng
        w.now += 1
        creator = "owner" if number % 2 == 0 else rng.choice(list(w.users))
        document = w.new_document(number, rng.choice(list(w.users)))
        given = {who: list(roles) for who, roles in document.__ac_local_roles__.items()}
        episode = {"creator": creator, "now": w.now, "local_roles": given, "steps": []}
        w.login(creator)
        error, after = self.moving(document, creator, lambda: w.tool.notifyCreated(document))
        local = {who: sorted(r) for who, r in document.__ac_local_roles__.items()}
        failed = {"error": error, "local_roles": local, **after}
        episode["created"] = failed if error else after
        while not error and len(episode["steps"]) < self.steps:
            step = self.step(document)
            episode["steps"].append(step)
            if "end" in step or ("error" in step and step["error"] != "WorkflowException"):
                break
        return episode

    def moving(self, document, user, act):
        """Return the error's name or None, and what has become of the document."""
        w = self.world
        w.fired.clear()
        w.scripts.clear()
        w.heard_guards()
        before = len(w.tool.getHistoryOf("workflow", document))
        try:
            act()
        except Exception as error:
            return f"{type(error).__name__}", {"guard_expr": w.heard_guards()}
        heard = w.heard_guards()
        history = w.tool.getHistoryOf("workflow", document)
        maps = w.role_maps(document)
        if maps not in self.maps:
            self.maps.append(maps)
        after = {
            "state": w.workflow._getWorkflowStateOf(document, 1),
            "fired": list(w.fired),
            "scripts": list(w.scripts),
            "history_added": [encoded(entry) for entry in history[before:]],
            "history_length": len(history),
            "permissions": self.maps.index(maps),
            "local_roles": {k: sorted(v) for k, v in document.__ac_local_roles__.items()},
            "catalog": encoded(w.tool.getCatalogVariablesFor(document)),
            "guard_expr": heard,
        }
        w.heard_guards()
        return None, after

    def step(self, document):
        w, rng = self.world, self.rng
        w.now += 1
        step = {"now": w.now, "available": {}, "readable": {}}
        self.looking(document, step)
        may = [(u, t) for u, open_ in step["available"].items() for t in open_]
        if rng.random() < 0.5:
            self.refusing(document, step, set(may))
        if not may:
            return {**step, "end": "no user can do anything"}
        transition = rng.choice(sorted({t for _, t in may}))
        user = rng.choice([u for u, t in may if t == transition])
        comment = rng.choice(["", f"comment {w.now}"])
        w.login(user)
        error, after = self.moving(
            document, user, lambda: w.tool.doActionFor(document, transition, comment=comment)
        )
        step["fire"] = {"user": user, "transition": transition, "comment": comment}
        if error:
            if error == "WorkflowException" and w.fired:
                error = "WorkflowException (on the way)"
            return {**step, "error": error, "guard_expr_at_error": after["guard_expr"]}
        return {**step, "after": after}

    def looking(self, document, step):
        w = self.world
        w.heard_guards()
        ids = list(w.workflow.transitions.keys())
        for user in w.users:
            w.login(user)
            may = sorted(t for t in ids if w.workflow.isActionSupported(document, t))
            if may:
                step["available"][user] = may
            listed = self.listed(document)
            if listed != may:
                step.setdefault("listed_differs", {})[user] = listed
            lists = self.worklists(document)
            if lists:
                step.setdefault("worklists", {})[user] = lists
            for v in w.workflow.variables.values():
                if v.info_guard is not None:
                    step["readable"].setdefault(v.id, [])
                    if w.workflow.getInfoFor(document, v.id, MISSING) is not MISSING:
                        step["readable"][v.id].append(user)
        step["guard_expr"] = w.heard_guards()

    def listed(self, document):
        info = Info()
        info.object = document
        return [action["id"] for action in self.world.workflow.listObjectActions(info) or ()]

    def worklists(self, document):
        counts = {}
        search = worklist_module.WorklistDefinition.search

        def counting(definition, info=None, **wanted):
            found = search(definition, info, **wanted)
            counts[definition.id] = len(found or ())
            return found

        worklist_module.WorklistDefinition.search = counting
        try:
            info = Info(user_id=self.world.users[self.world.user].getId())
            listed = self.world.workflow.listGlobalActions(info) or ()
        finally:
            worklist_module.WorklistDefinition.search = search
        return {action["id"]: counts[action["id"]] for action in listed}

    def refusing(self, document, step, may):
        w, rng = self.world, self.rng
        closed = [
            (u, t) for u in w.users for t in w.workflow.transitions.objectIds() if (u, t) not in may
        ]
        if not closed:
            return
        user, transition = rng.choice(closed)
        w.login(user)
        refused = {"user": user, "transition": transition}
        for door, act in (("tool", w.tool.doActionFor), ("definition", w.workflow.doActionFor)):
            try:
                act(document, transition)
                refused[door] = "nothing"
            except Exception as error:
                refused[door] = type(error).__name__
        w.heard_guards()
        step["refused"] = refused


def encoded(value):
    """Return a value as JSON: moments of the walk as `$time`, others as text."""
    if isinstance(value, DateTime):
        seconds = value.timeTime() - START
        return {"$time": int(seconds)} if 0 <= seconds < 10_000 else {"$date": value.ISO8601()}
    if hasattr(value, "items"):
        return {key: encoded(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [encoded(item) for item in value]
    return value


def record(source, seed, episodes=4, steps=40):
    """Return the trace of one definition."""
    head = {"format": 1, "sha256": hashlib.sha256(source).hexdigest(), "seed": seed}
    stubs = {}
    while True:
        rng = random.Random(seed)
        try:
            world = World(source, rng, stubs)
        except Exception as error:
            return {**head, "error": f"{type(error).__name__}: {error}", "episodes": []}
        WORLD[:] = [world]
        expression_module.DateTime = world.date_time
        try:
            return {**head, **Recorder(world, rng, steps).trace(episodes)}
        except StubNeeded as needed:
            guard = needed.where.split(":")[0] in ("guard", "creation", "info", "worklist")
            value = (len(stubs) % 3 != 0) if guard else f"stub {len(stubs)}"
            stubs[needed.where] = {
                "expression": needed.text,
                "reason": needed.error,
                "value": value,
            }


def main():
    """Write one line for each definition."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("definitions", nargs="+", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=40)
    options = parser.parse_args()
    zope.component.provideAdapter(DefaultTraversable, (None,))
    zope.component.provideAdapter(tool_module.DefaultWorkflowStatus)
    zope.component.provideAdapter(tool_module.default_workflow_history)
    subscribers.append(on_event)
    with options.out.open("w", encoding="utf-8") if options.out else sys.stdout as out:
        for path in options.definitions:
            trace = record(path.read_bytes(), options.seed, steps=options.steps)
            out.write(json.dumps({"source": path.name, **trace}, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
