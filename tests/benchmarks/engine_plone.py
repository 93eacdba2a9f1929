"""The engine in process beside its peers, in one run: transitions per second of CPU time.

    python tests/benchmarks/engine_plone.py [--rounds N] [--folder FOLDER] [--json FILE]

One JSON line an engine, then the ratios; nothing is asserted. `make bench-engines` runs it. The
real DCWorkflow and viewflow.fsm are installed into virtual environments of their own in FOLDER
(`.fuzz` in the checkout), once. Rounds take turns over the engines, each in a process of its own,
so that a slow phase of the machine meets all of them.

Work A, the same definition.xml for both (states, role guards, a formula, history with actor,
action, time and comment, three permissions mapped anew by each step):
- `dcworkflow`: `portal_workflow.doActionFor`, in memory, without catalogue and subscribers;
- `tandem`: the definition as imported, `Chain.fire`: the same and a sealed entry.

Work B, role, one CEL condition, sealed entry:
- `viewflow`: viewflow.fsm with permission, the condition, and an entry chained by SHA-256;
- `tandem-cel`: an imported workflow whose named fact is supplied as that condition.

Each worker first shows that its engine refuses a wrong role, a failed condition and a wrong state,
and afterwards that the whole history is there and sealed.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
CASES, EACH = 200, 100
FLOW = (("submit", "owner"), ("publish", "supervisor"), ("retract", "owner"))
PACKAGES = {
    "dcworkflow": ("Products.DCWorkflow==4.0", "Products.PluggableAuthService"),
    "viewflow": ("django-viewflow==2.4.0", "cel-expr-python==0.1.3"),
}
ENGINES = ("dcworkflow", "tandem", "viewflow", "tandem-cel")
MAPPED = ("Access contents information", "Modify portal content", "View")
HELD = {
    "private": ("Manager", "Owner", "Editor"),
    "pending": ("Manager", "Owner", "Reviewer"),
    "published": ("Anonymous",),
}
KEPT = (
    ("comments", "python:state_change.kwargs.get('comment', '')"),
    ("action", "transition/getId|nothing"),
    ("actor", "user/getId"),
    ("time", "state_change/getDateTime"),
)
"""Variables of the history; Tandem's entry has transition, actor and time by itself."""
TO = {"submit": "pending", "publish": "published", "retract": "private"}
LIMIT = 5000.0

Fire = Callable[[Any, str, Any], Any]


def definition(condition: str, maps: bool) -> bytes:
    """Return the definition; `condition` is the guard expression of each transition."""
    out = [
        '<dc-workflow workflow_id="bench" title="b" state_variable="review_state" '
        'initial_state="private" manager_bypass="False">'
    ]
    out += [f"<permission>{p}</permission>" for p in MAPPED if maps]
    for state, (leave, _) in zip(HELD, FLOW, strict=True):
        out.append(f'<state state_id="{state}" title=""><exit-transition transition_id="{leave}"/>')
        for permission in MAPPED if maps else ():
            roles = "".join(f"<permission-role>{r}</permission-role>" for r in HELD[state])
            out.append(f'<permission-map name="{permission}">{roles}</permission-map>')
        out.append("</state>")
    out += [
        f'<transition transition_id="{name}" title="" new_state="{TO[name]}" trigger="USER" '
        f'before_script="" after_script=""><guard><guard-role>{role}</guard-role>'
        f"<guard-expression>{condition}</guard-expression></guard></transition>"
        for name, role in FLOW
    ]
    for name, expression in KEPT if maps else KEPT[:1]:
        out.append(
            f'<variable variable_id="{name}" for_status="True" update_always="True"><default>'
            f"<expression>{expression}</expression></default><guard/></variable>"
        )
    return ("".join(out) + "</dc-workflow>").encode()


CONDITION_A = "python:state_change.kwargs.get('comment', '') != 'refuse me'"


def measured(new: Callable[[int], Any], fire: Fire, actor: Any) -> tuple[float, list[Any]]:
    """Return transitions per CPU second, and the cases as they became."""
    names = [FLOW[i % 3][0] for i in range(EACH)]
    cases = [new(i) for i in range(CASES)]
    gc.collect()
    began = time.process_time()
    for i in range(CASES):
        case = cases[i]
        for name in names:
            case = fire(case, name, actor)
        cases[i] = case
    return CASES * EACH / (time.process_time() - began), cases


def refused(act: Callable[[], Any]) -> bool:
    """Say whether an act is refused, by whatever error."""
    try:
        return act() is False
    except Exception:
        return True


# ── Tandem ──────────────────────────────────────────────────────────────────────────────────────


def tandem(with_cel: bool) -> list[float]:
    """Return the rates of Tandem's engine for one of both kinds of work."""
    sys.path.insert(0, str(ROOT))
    from datetime import UTC, datetime

    from workflow_app.core.chain.chain import Chain
    from workflow_app.core.chain.people import ChainCase, Container, Person
    from workflow_app.core.chain.sealing import broken
    from workflow_app.core.chain.supplying import Conditions
    from workflow_app.core.expressions import Names
    from workflow_app.core.plone.defaults import ROOT as TOP
    from workflow_app.core.plone.importing import import_plone

    source = definition("here/in_budget" if with_cel else CONDITION_A, maps=not with_cel)
    found = import_plone(source, "bench.yaml").workflow
    assert found is not None
    assert found.imported is not None
    budgets = {"outline.budget": 4000.0}
    over = {"outline.budget": 9000.0}
    names = Names({"outline.budget": "DOUBLE"})
    condition = names.compile(f"outline.budget <= {LIMIT}")
    supplied = Conditions(
        {"here_in_budget": condition}, lambda case: over if case == "over" else budgets
    )
    chain = Chain([found.imported], ("Owner", "Manager", "owner", "supervisor"), supplied)
    site = Container("site", container=TOP)
    anna = Person("anna", frozenset({"Authenticated", "owner", "supervisor"}))
    otto = Person("otto", frozenset({"Authenticated", "guest"}))
    now = datetime.now

    def new(number: int | str) -> ChainCase:
        return chain.open(ChainCase(str(number), site), anna, now(UTC))[0]

    plain = {"comment": "said"}

    def fire(case: ChainCase, name: str, actor: Person) -> ChainCase:
        return chain.fire(case, actor, name, now(UTC), plain)[0]

    case = new("over" if with_cel else "case")
    bad = {"comment": "refuse me"}
    assert refused(lambda: fire(new(1), "submit", otto))
    assert refused(lambda: fire(new(1), "publish", anna))
    assert refused(lambda: chain.fire(case, anna, "submit", now(UTC), plain if with_cel else bad))
    rates = []
    for _ in range(4):
        rate, cases = measured(new, fire, anna)
        rates.append(rate)
        assert len(cases[-1].history("bench")) == EACH + 1
        assert broken(cases[-1], "bench") is None
    return rates[1:]


# ── The real DCWorkflow ─────────────────────────────────────────────────────────────────────────


def dcworkflow() -> list[float]:
    """Return the rates of portal_workflow.doActionFor."""
    sys.path.insert(0, str(ROOT / "tests" / "plone"))
    import random

    import record
    import zope.component
    from DateTime import DateTime

    zope.component.provideAdapter(record.DefaultTraversable, (None,))
    zope.component.provideAdapter(record.tool_module.DefaultWorkflowStatus)
    zope.component.provideAdapter(record.tool_module.default_workflow_history)
    world = record.World(definition(CONDITION_A, maps=True), random.Random(1), {})
    bare(world.workflow, record.Watched)
    record.expression_module.DateTime = DateTime
    users = {}
    for name, roles in (("anna", ("owner", "supervisor")), ("otto", ("guest",))):
        user = record.PropertiedUser(name, name)
        user._addRoles(["Authenticated", *roles])
        users[name] = user.__of__(world.root)
    record.newSecurityManager(None, users["anna"])

    def new(number: int) -> Any:
        name = f"doc{number}"
        if name in world.folder.objectIds():
            world.folder._delObject(name)
        document = world.new_document(number, "anonymous")
        world.tool.notifyCreated(document)
        return document

    def fire(document: Any, name: str, actor: Any) -> Any:
        world.tool.doActionFor(document, name, comment="said")
        return document

    case = new(1)
    assert refused(lambda: fire(case, "publish", None))
    assert refused(lambda: world.tool.doActionFor(case, "submit", comment="refuse me"))
    record.newSecurityManager(None, users["otto"])
    assert refused(lambda: fire(case, "submit", None))
    record.newSecurityManager(None, users["anna"])
    rates = []
    for _ in range(2):
        rate, cases = measured(new, fire, None)
        rates.append(rate)
        history = world.tool.getHistoryOf("workflow", cases[-1])
        assert len(history) == EACH + 1
        assert history[-1]["actor"] == "anna"
    return rates[1:]


def bare(workflow: Any, watched: type) -> None:
    """Take away what the recorder put around expressions."""
    from Acquisition import aq_base

    for part in (*workflow.transitions.values(), *workflow.worklists.values()):
        if part.guard is not None and isinstance(part.guard.expr, watched):
            aq_base(part.guard).expr = part.guard.expr.expression
    for variable in workflow.variables.values():
        if isinstance(variable.default_expr, watched):
            aq_base(variable).default_expr = variable.default_expr.expression


# ── viewflow.fsm ────────────────────────────────────────────────────────────────────────────────


def viewflow() -> list[float]:  # noqa: C901 - the peer wants a class, with its parts in it
    """Return the rates of viewflow.fsm with role, CEL condition and sealed entry."""
    import dataclasses
    import hashlib
    from datetime import UTC, datetime

    from cel_expr_python import cel
    from django.conf import settings

    settings.configure(INSTALLED_APPS=[], USE_TZ=True)
    from viewflow import fsm

    environment = cel.NewEnv(variables={"outline.budget": cel.Type.DOUBLE})
    condition = environment.compile(f"outline.budget <= {LIMIT}")
    encode = json.JSONEncoder(
        sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False
    ).encode

    @dataclasses.dataclass(frozen=True, slots=True)
    class Entry:
        case: str
        number: int
        actor: str
        transition: str
        source: str
        target: str
        at: datetime
        comment: str
        previous: str
        digest: str

    class Actor:
        def __init__(self, name: str, *roles: str) -> None:
            self.name, self.roles = name, frozenset(roles)

    def may(role: str) -> Callable[[Any, Any], bool]:
        return lambda case, user: (
            role in user.roles
            and condition.eval(data={"outline.budget": case.budget}).value() is True
        )

    class Publication:
        stage = fsm.State(tuple(HELD), default="private")

        def __init__(self, name: str, budget: float = 4000.0) -> None:
            self.id, self.budget, self.history = name, budget, []

        @stage.transition(source="private", target="pending", permission=may("owner"))
        def submit(self, actor: Any) -> None:
            pass

        @stage.transition(source="pending", target="published", permission=may("supervisor"))
        def publish(self, actor: Any) -> None:
            pass

        @stage.transition(source="published", target="private", permission=may("owner"))
        def retract(self, actor: Any) -> None:
            pass

        @stage.on_success()
        def written(self, descriptor: Any, source: str, target: str, actor: Any) -> None:
            at = datetime.now(UTC)
            previous = self.history[-1].digest if self.history else ""
            told = {
                "case": self.id,
                "number": len(self.history),
                "actor": actor.name,
                "transition": descriptor._func.__name__,
                "source": source,
                "target": target,
                "at": at.isoformat(),
                "comment": "said",
                "previous": previous,
            }
            digest = hashlib.sha256(encode(told).encode()).hexdigest()
            self.history.append(Entry(**{**told, "at": at}, digest=digest))

    def fire(case: Any, name: str, actor: Any) -> Any:
        method = getattr(case, name)
        if not method.has_perm(actor):
            raise PermissionError(name)
        method(actor=actor)
        return case

    anna, otto = Actor("anna", "owner", "supervisor"), Actor("otto", "guest")
    assert refused(lambda: fire(Publication("1"), "submit", otto))
    assert refused(lambda: fire(Publication("1"), "publish", anna))
    assert refused(lambda: fire(Publication("1", 9000.0), "submit", anna))
    rates = []
    for _ in range(4):
        rate, cases = measured(lambda i: Publication(str(i)), fire, anna)
        rates.append(rate)
        assert len(cases[-1].history) == EACH
    return rates[1:]


WORKERS: dict[str, Callable[[], list[float]]] = {
    "dcworkflow": dcworkflow,
    "tandem": lambda: tandem(with_cel=False),
    "viewflow": viewflow,
    "tandem-cel": lambda: tandem(with_cel=True),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print rates and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=ROOT / ".fuzz")
    parser.add_argument("--worker", choices=ENGINES)
    options = parser.parse_args(arguments)
    if options.worker:
        print(json.dumps(statistics.median(WORKERS[options.worker]())))
        return 0
    pythons = {name: environment(options.folder, name) for name in PACKAGES}
    rates: dict[str, list[float]] = {name: [] for name in ENGINES}
    for _ in range(options.rounds):
        for name in ENGINES:
            python = pythons.get(name, Path(sys.executable))
            command = [str(python), str(HERE), "--worker", name]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            rates[name].append(json.loads(told.splitlines()[-1]))
    for name, found in rates.items():
        line = {"engine": name, "per_cpu_second": round(statistics.median(found))}
        print(json.dumps({**line, "least": round(min(found)), "most": round(max(found))}))
    for ours, other in (("tandem", "dcworkflow"), ("tandem-cel", "viewflow")):
        pairs = [a / b for a, b in zip(rates[ours], rates[other], strict=True)]
        ratio = statistics.median(rates[ours]) / statistics.median(rates[other])
        line = {"ratio": f"{ours} / {other}", "by_median": round(ratio, 2)}
        best = max(rates[ours]) / max(rates[other])
        more = {"by_best": round(best, 2), "least_in_a_round": round(min(pairs), 2)}
        print(json.dumps({**line, **more}))
    return 0


def environment(folder: Path, name: str) -> Path:
    """Return the Python of a virtual environment with a peer, made if it is not there yet."""
    home = folder / name
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES[name]]
        subprocess.run(install, check=True)
        (home / "ready").touch()
    return python


if __name__ == "__main__":
    raise SystemExit(main())
