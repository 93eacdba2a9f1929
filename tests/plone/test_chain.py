"""How a case moves through imported workflows: rights, chains, seals, faults followed or left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from workflow_app.core.chain.chain import Chain
from workflow_app.core.chain.people import ChainCase, Container, Locals, Maps, Person
from workflow_app.core.chain.reading import NotSupplied
from workflow_app.core.chain.refusals import MAX_AUTOMATIC, NoScript, Refused, RunsInCircles
from workflow_app.core.chain.rights import allowed, slot
from workflow_app.core.chain.sealing import broken
from workflow_app.core.chain.supplying import Conditions
from workflow_app.core.definition.formulas import fact
from workflow_app.core.definition.imported import (
    Action,
    Guard,
    Imported,
    ImportedState,
    ImportedTransition,
    ImportedVariable,
    NamedFact,
    RoleMap,
    Semantics,
    Worklist,
)
from workflow_app.core.expressions import Names

DAY = datetime(2026, 5, 4, 9, tzinfo=UTC)
SITE = Container("site", Maps({slot("View"): RoleMap(("Anonymous",))}))
KRAUS = Person("kraus", frozenset({"Authenticated", "Editor"}))
LINDNER = Person("lindner", frozenset({"Authenticated", "Reviewer"}), ("county",))
OFFICE = Person("office", frozenset({"Authenticated", "Manager"}))
NOBODY = Person(None, frozenset({"Anonymous"}))
ROLES = ("Anonymous", "Authenticated", "Editor", "Manager", "Owner", "Reviewer")


def step(name: str, to: str, **more: object) -> ImportedTransition:
    return ImportedTransition(name, to=to, action=Action(name), **more)  # type: ignore[arg-type]


def workflow(
    *transitions: ImportedTransition,
    name: str = "review",
    semantics: Semantics = "dcworkflow",
    exits: dict[str, tuple[str, ...]] | None = None,
    rights: dict[str, dict[str, RoleMap]] | None = None,
    **more: object,
) -> Imported:
    """Return a workflow from `open` to `done`, with these transitions."""
    known = transitions or (step("finish", "done", guard=Guard(roles=("Reviewer",))),)
    ways = exits or {"open": tuple(t.id for t in known), "done": ()}
    maps = rights or {}
    found = Imported(
        id=name,
        title="",
        description="",
        state_variable="review_state",
        initial="open",
        bypass=False,
        permissions=tuple(sorted({p for m in maps.values() for p in m})),
        groups=(),
        creation=None,
        states={s: ImportedState(s, exits=e, rights=maps.get(s, {})) for s, e in ways.items()},
        transitions={t.id: t for t in known},
        variables={},
        worklists={},
        scripts={},
        facts={},
        semantics=semantics,
    )
    return replace(found, **more)  # type: ignore[arg-type]


def opened(chain: Chain, local: dict[str, tuple[str, ...]] | None = None) -> ChainCase:
    case = ChainCase("outline", SITE, locals=Locals(local or {}))
    return chain.open(case, KRAUS, DAY)[0]


def test_who_does_not_have_the_role_is_refused_and_nothing_changes() -> None:
    chain = Chain([workflow()], ROLES)
    case = opened(chain)

    with pytest.raises(Refused) as refused:
        chain.fire(case, KRAUS, "finish", DAY)
    moved, fired = chain.fire(case, LINDNER, "finish", DAY)

    assert refused.value.kind == "impossible"
    assert [f.target for f in fired] == ["done"]
    assert case.status("review") == {"review_state": "open"}
    assert moved.status("review") == {"review_state": "done"}


def test_a_role_on_the_case_counts_for_persons_and_for_groups() -> None:
    chain = Chain([workflow(step("finish", "done", guard=Guard(roles=("Owner",))))], ROLES)

    assert not chain.supports(opened(chain), LINDNER, "finish", DAY)
    assert chain.supports(opened(chain, {"lindner": ("Owner",)}), LINDNER, "finish", DAY)
    assert chain.supports(opened(chain, {"county": ("Owner",)}), LINDNER, "finish", DAY)


def test_an_acquired_map_adds_to_the_place_and_any_other_ends_the_way() -> None:
    key = slot("View")
    acquired = ChainCase("a", SITE, Maps({key: RoleMap(("Editor",), acquired=True)}))
    closed = ChainCase("b", SITE, Maps({key: RoleMap(("Editor",))}))
    locked = ChainCase("c", SITE, Maps({key: RoleMap(())}))

    assert allowed(acquired, key) == {"Editor", "Anonymous"}
    assert allowed(closed, key) == {"Editor"}
    assert allowed(locked, key) == frozenset()
    assert allowed(closed, slot("Delete")) == {"Manager"}


def test_the_first_workflow_of_the_chain_that_lets_somebody_acts() -> None:
    first = workflow(step("finish", "done", guard=Guard(roles=("Editor",))), name="first")
    second = workflow(step("finish", "done", guard=Guard(roles=("Reviewer",))), name="second")
    chain = Chain([first, second], ROLES)
    case = opened(chain)

    by_editor, _ = chain.fire(case, KRAUS, "finish", DAY)
    by_reviewer, _ = chain.fire(case, LINDNER, "finish", DAY)

    assert (by_editor.status("first")["review_state"], by_editor.status("second")) == (
        "done",
        {"review_state": "open"},
    )
    assert by_reviewer.status("first") == {"review_state": "open"}
    assert by_reviewer.status("second") == {"review_state": "done"}
    with pytest.raises(Refused) as refused:
        chain.fire(case, KRAUS, "finish", DAY, workflow="second")
    assert refused.value.kind == "unauthorized"


def test_who_acted_last_decides_on_a_permission_that_both_manage() -> None:
    def one(name: str, role: str) -> Imported:
        maps = {"done": {"View": RoleMap((role,))}, "open": {"View": RoleMap(("Manager",))}}
        return workflow(step(f"finish_{name}", "done"), name=name, rights=maps)

    chain = Chain([one("first", "Editor"), one("second", "Reviewer")], ROLES)
    case, _ = chain.fire(opened(chain), KRAUS, "finish_first", DAY)

    assert case.maps.by[slot("View")].roles == ("Editor",)
    updated, changed = chain.update_rights(case)
    assert changed
    assert updated.maps.by[slot("View")].roles == ("Manager",)


def test_the_bypass_is_marked_in_the_history() -> None:
    chain = Chain([workflow(bypass=True)], ROLES)

    passed_over, _ = chain.fire(opened(chain), OFFICE, "finish", DAY)
    by_right, _ = chain.fire(opened(chain), LINDNER, "finish", DAY)

    assert [e.bypassed for e in passed_over.history("review")] == [False, True]
    assert [e.bypassed for e in by_right.history("review")] == [False, False]


def test_automatic_transitions_in_circles_end_in_an_error_and_leave_the_case_alone() -> None:
    around = step("around", "open", trigger="automatic")
    chain = Chain([workflow(step("go", "done"), around, exits={"open": ("around",)})], ROLES)

    with pytest.raises(RunsInCircles) as error:
        chain.open(ChainCase("outline", SITE), KRAUS, DAY)

    assert len(error.value.case.history("review")) == MAX_AUTOMATIC + 1


def test_each_entry_is_sealed_onto_the_one_before() -> None:
    chain = Chain([workflow(step("stay", ""), exits={"open": ("stay",)})], ROLES)
    case = opened(chain)
    for _ in range(5):
        case, _ = chain.fire(case, KRAUS, "stay", DAY)
    assert broken(case, "review") is None

    entry = case.history("review")[2]
    entry.actor = "somebody else"

    assert broken(case, "review") == 2


def test_a_fact_is_asked_for_until_it_is_supplied_as_a_condition() -> None:
    asking = step("finish", "done", guard=Guard(when=fact("cheap")))
    facts = {"cheap": NamedFact("cheap", "here/isCheap")}
    bare = Chain([workflow(asking, facts=facts)], ROLES)
    condition = Names({"plan.cost": "DOUBLE"}).compile("plan.cost <= 5000.0")
    costs = {"plan.cost": 4000.0}
    supplied = Chain(
        [workflow(asking, facts=facts)], ROLES, Conditions({"cheap": condition}, lambda _: costs)
    )

    with pytest.raises(NotSupplied):
        bare.supports(opened(bare), KRAUS, "finish", DAY)
    assert supplied.supports(opened(supplied), KRAUS, "finish", DAY)
    costs["plan.cost"] = 9000.0
    assert not supplied.supports(opened(supplied), KRAUS, "finish", DAY)


# ── Faults: followed with `semantics: dcworkflow`, left with `semantics: careful` ─────────────────

BOTH = pytest.mark.parametrize("semantics", ["dcworkflow", "careful"])


@BOTH
def test_a_fact_that_is_not_supplied_stops_the_list_or_closes_the_guard(
    semantics: Semantics,
) -> None:
    asking = step("finish", "done", guard=Guard(when=fact("cheap")))
    chain = Chain([workflow(asking, semantics=semantics)], ROLES)

    if semantics == "dcworkflow":
        with pytest.raises(NotSupplied):
            chain.open_transitions(opened(chain), KRAUS, DAY)
    else:
        assert chain.open_transitions(opened(chain), KRAUS, DAY) == ()


@BOTH
def test_permissions_that_differ_in_a_sign_are_one_or_two(semantics: Semantics) -> None:
    maps = {"open": {"our: Go": RoleMap(("Editor",)), "our- Go": RoleMap(("Reviewer",))}}
    guard = Guard(permissions=("our: Go",))
    chain = Chain(
        [workflow(step("go", "done", guard=guard), semantics=semantics, rights=maps)], ROLES
    )
    case = opened(chain)

    # Applied in the order of their names, the colon comes last and counts for both there.
    assert chain.supports(case, KRAUS, "go", DAY)
    assert len(case.maps.by) == (1 if semantics == "dcworkflow" else 2)


@BOTH
def test_an_acquired_map_with_manager_alone(semantics: Semantics) -> None:
    maps = {"open": {"Delete": RoleMap(("Manager",), acquired=True)}}
    chain = Chain([workflow(semantics=semantics, rights=maps)], ROLES)

    assert bool(opened(chain).maps.by) == (semantics == "careful")


@BOTH
def test_a_role_that_the_site_does_not_know(semantics: Semantics) -> None:
    given = workflow(semantics=semantics, groups=("county",))
    states = {
        "open": replace(given.states["open"], group_roles={"county": ("Unknown", "Editor")}),
        "done": given.states["done"],
    }
    chain = Chain([replace(given, states=states)], ROLES)
    case = opened(chain)
    after, _ = chain.fire(case, LINDNER, "finish", DAY)

    if semantics == "dcworkflow":
        assert case.locals.by == {"county": ("Unknown", "Editor")}
        assert after.locals.by == {"county": ("Unknown",)}
    else:
        assert case.locals.by == {"county": ("Editor",)}
        assert after.locals.by == {}


@BOTH
def test_a_way_to_nowhere(semantics: Semantics) -> None:
    chain = Chain([workflow(step("lose", "nowhere"), semantics=semantics)], ROLES)
    case = opened(chain)

    assert chain.supports(case, KRAUS, "lose", DAY) == (semantics == "dcworkflow")
    with pytest.raises(Refused):
        chain.fire(case, KRAUS, "lose", DAY)


@BOTH
def test_a_transition_twice_in_the_exits(semantics: Semantics) -> None:
    twice = workflow(
        step("go", "done"), semantics=semantics, exits={"open": ("go", "go"), "done": ()}
    )
    chain = Chain([twice], ROLES)

    listed = [offer.id for offer in chain.offers(opened(chain), KRAUS, DAY)]

    assert listed == (["go", "go"] if semantics == "dcworkflow" else ["go"])


@BOTH
def test_a_script_that_is_missing(semantics: Semantics) -> None:
    chain = Chain([workflow(step("go", "done", before="tell"), semantics=semantics)], ROLES)

    with pytest.raises(NoScript if semantics == "dcworkflow" else NotSupplied):
        chain.fire(opened(chain), KRAUS, "go", DAY)


# ── What is told ────────────────────────────────────────────────────────────────────────────────


def test_a_hidden_transition_can_be_made_and_is_not_listed() -> None:
    hidden = ImportedTransition("finish", to="done")
    chain = Chain([workflow(hidden)], ROLES)
    case = opened(chain)

    assert chain.open_transitions(case, NOBODY, DAY) == ("finish",)
    assert chain.offers(case, NOBODY, DAY) == ()
    assert chain.fire(case, NOBODY, "finish", DAY)[0].status("review") == {"review_state": "done"}


def test_variables_and_worklists_are_for_whom_the_guard_lets() -> None:
    waiting = Worklist(
        "waiting",
        match={"review_state": ("open",)},
        action=Action("Offen"),
        guard=Guard(roles=("Reviewer",)),
    )
    note = ImportedVariable("note", default="said", guard=Guard(roles=("Reviewer",)))
    chain = Chain([workflow(variables={"note": note}, worklists={"waiting": waiting})], ROLES)
    case = opened(chain)
    found = [chain.catalogue(case, KRAUS, DAY)]

    assert [(o.id, o.count) for o in chain.worklists(LINDNER, SITE, found, DAY)] == [("waiting", 1)]
    assert chain.worklists(KRAUS, SITE, found, DAY) == ()
    assert chain.value(case, LINDNER, "note", DAY) == "said"
    assert chain.value(case, KRAUS, "note", DAY) is None
    assert chain.value(case, KRAUS, "review_state", DAY) == "open"


def test_creating_is_asked_on_the_place_and_of_every_workflow() -> None:
    closed = workflow(name="closed", creation=Guard(roles=("Editor",)))
    chain = Chain([workflow(), closed], ROLES)

    assert chain.may_create(KRAUS, SITE, DAY)
    assert not chain.may_create(LINDNER, SITE, DAY)
