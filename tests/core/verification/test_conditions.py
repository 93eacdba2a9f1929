"""A condition that can never hold, or never fail, is found; what cannot be decided is counted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.verification.test_verify import FILES, changed, found
from workflow_app.core.verification.checks.ranges import Range, Terms, _by_z3, decide
from workflow_app.core.verification.space.formulas import Both, Constant, formula, reads

RANGES = {
    "f.n": Range("INT", 1, 9),
    "f.d": Range("DOUBLE", None, 4.5),
    "f.s": Range("STRING", options=("a", "b")),
    "f.t": Range("STRING"),
    "f.b": Range("BOOL"),
    "f.n.filled": Range("BOOL", asks="f.n"),
    "f.b.filled": Range("BOOL", asks="f.b"),
    "variable.v": Range("BOOL"),
}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("f.n > 9", "never"),
        ("f.n >= 1", "always"),
        ("0 < f.n && 10 > f.n", "always"),
        ("f.n > 3 && f.n < 4", "never"),
        ("f.d > 3.0 && f.d < 4.0", "either"),
        ("f.d > 4.5", "never"),
        ("f.s == 'c'", "never"),
        ("f.s != 'a' && f.s != 'b'", "never"),
        ("f.s == 'a' || f.s == 'b'", "always"),
        ("f.t == 'c'", "either"),
        ("f.t == 'c' && f.t == 'd'", "never"),
        ("f.b || !f.b", "always"),
        # A field that is not filled makes no condition true, unless it is asked first.
        ("!f.b.filled || f.b || !f.b", "always"),
        ("!f.n.filled && f.n > 3", "never"),
        ("f.n.filled && f.n > 3", "either"),
        ("f.n.filled || variable.v", "either"),
        ("variable.v && !variable.v", "never"),
        # Not of the fragment: days, functions, two names.
        ("f.n > size(x.y)", "unknown"),
        ("f.n > 9 && today > x.y", "never"),
        ("f.n < f.d || f.n > 0", "always"),
        ("'a' in x.y || f.n > 9", "unknown"),
    ],
)
def test_what_a_condition_can_come_to(text: str, verdict: str) -> None:
    assert decide([formula(text)], RANGES.get) == verdict


ATOMS = st.sampled_from(
    [
        *(f"f.n {r} {n}" for r in ("<", "<=", ">", ">=", "==", "!=") for n in (0, 1, 5, 9, 10)),
        *(f"f.s == '{s}'" for s in "abc"),
        "f.b",
        "variable.v",
        "f.n.filled",
        "f.b.filled",
    ]
)
TEXTS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map(lambda t: f"!({t})"),
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda p: f"({' '.join(p)})"),
    ),
    max_leaves=5,
)


@settings(deadline=None, max_examples=150, derandomize=True)
@given(TEXTS)
def test_examples_and_the_solver_say_the_same(text: str) -> None:
    tree = Both((formula(text),))

    by_example = Terms(tree, RANGES.get).examples()

    assert by_example in (None, _by_z3(tree, Terms(tree, RANGES.get)))


def test_examples_alone_decide_small_conditions() -> None:
    for text, verdict in (("f.b && !f.b", "never"), ("f.b || !f.b", "always")):
        assert Terms(Both((formula(text),)), RANGES.get).examples() == verdict


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.text("abf.()&|!<>='0123 ?:[]\"", max_size=25))
def test_any_text_becomes_a_tree(text: str) -> None:
    reads(formula(text))


def test_calls_lists_and_choices_are_opaque_with_what_they_read() -> None:
    for text in ("size(a.b) < c.d", "a.b in [c.d, 'x']", "a.b ? c.d : false", "a.b + 1 == c.d"):
        assert {"a.b", "c.d"} <= set(reads(formula(text))), text
    assert formula("-3") == Constant(-3)


def test_a_requirement_that_never_holds_is_refused_at_its_place() -> None:
    files = changed("workflow.yaml", '"plan.cost < 1000.0"', '"plan.cost < 0.0 && plan.cost > 1.0"')

    [problem] = [p for p in found(files) if p.rule == "never_holds"]

    assert (problem.severity, problem.place.column) == ("error", 9)


def test_conditions_of_one_step_that_exclude_each_other_are_found() -> None:
    files = changed(
        "workflow.yaml",
        "when: variable.watered",
        "when: variable.watered\n    requires: [{id: x, when: '!variable.watered', "
        "unmet: {de: Nein., en: No.}}]",
    )

    assert {"never_holds", "never_open"} <= {p.rule for p in found(files)}


def test_what_is_not_decided_is_counted() -> None:
    counted = found(FILES).counted

    assert counted["conditions"] > 0
    assert counted["conditions not decided"] > 0


CLAUSE = """
clauses:
  - id: fence
    number: 1
    heading: {de: Zaun, en: Fence}
    mandatory: true
    variants:
      - {id: with, when: "plan.fenced.filled && plan.fenced", paragraphs: [Zaun]}
      - {id: without, when: "plan.fenced.filled && !plan.fenced", paragraphs: [Kein Zaun]}
"""


def test_a_clause_of_which_no_variant_may_hold_is_told() -> None:
    [problem] = [p for p in found({**FILES, "clauses.yaml": CLAUSE}) if p.severity == "warning"]

    assert problem.rule == "clause_variants"
