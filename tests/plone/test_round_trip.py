"""What was brought over goes to our file and back, and to Plone's file and back, unchanged."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plone.making import make
from workflow_app.core.definition.formulas import NOTHING, PAIRS, Formula, constant
from workflow_app.core.definition.write_imported import write_imported
from workflow_app.core.parsing.workflows import parse_workflow
from workflow_app.core.plone.exporting import export_plone
from workflow_app.core.plone.importing import import_plone
from workflow_app.core.plone.reading import read_definition
from workflow_app.core.plone.tales import translate
from workflow_app.core.plone.tales_writing import Inexpressible, tales_of
from workflow_app.core.problems import Problems

SMALL = (
    b'<dc-workflow workflow_id="w" title="" state_variable="s" initial_state="a">'
    b'<state state_id="a" title=""/><transition transition_id="go" title="" new_state="" '
    b'trigger="USER" before_script="" after_script=""><guard/></transition></dc-workflow>'
)
SEEDS = st.integers(0, 1_000_000)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
CONSTANTS = st.one_of(TEXTS, st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False))


def nested(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    two = st.tuples(inner, inner)
    lookup = st.sampled_from(["status", "argument"])
    return st.one_of(
        st.builds(lambda op, of: Formula(op, of), st.sampled_from(PAIRS), two),
        st.builds(lambda op, of: Formula(op, of), st.sampled_from(["all", "any", "join"]), two),
        st.builds(lambda op, f: Formula(op, (f,)), st.sampled_from(["not", "negation"]), inner),
        st.builds(lambda op, name, f: Formula(op, (f,), name), lookup, TEXTS, inner),
        st.builds(lambda roles: Formula("has_role", value=tuple(roles)), st.lists(TEXTS)),
    )


FORMULAS = st.recursive(
    st.builds(constant, CONSTANTS) | st.sampled_from([Formula("actor"), Formula("time"), NOTHING]),
    nested,
    max_leaves=8,
)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_a_made_up_definition_is_the_same_after_both_ways(seed: int) -> None:
    found, reasons = read_definition(make(seed))
    if found is None:
        assert reasons
        return

    through_ours = import_plone(make(seed), "w.yaml").workflow
    text, refused = export_plone(found)
    back, _ = read_definition(text.encode())

    assert through_ours is not None
    assert through_ours.imported == found
    assert refused == ()
    assert back == found


@given(FORMULAS, TEXTS)
@settings(max_examples=80, deadline=None)
def test_any_formula_and_any_text_survive_our_file(formula: Formula, text: str) -> None:
    found, _ = read_definition(SMALL)
    assert found is not None
    problems = Problems()
    transitions = {
        name: type(t)(id=name, title=text, to=t.to, values={text: formula})
        for name, t in found.transitions.items()
    }
    odd = type(found)(
        **{
            **{name: getattr(found, name) for name in found.__slots__},
            "transitions": transitions,
            "description": text,
        }
    )

    read = parse_workflow(write_imported(odd, "1"), "w.yaml", problems)

    assert list(problems) == []
    assert read is not None
    assert read.imported == odd


@given(FORMULAS)
@settings(max_examples=200, deadline=None)
def test_what_can_be_said_in_tales_means_the_same_there(formula: Formula) -> None:
    try:
        tales = tales_of(formula, {})
    except Inexpressible:
        return
    again = translate(tales)

    # A formula that nobody would import may not be translated back; it never comes back as another.
    assert again is None or tales_of(again, {}) == tales
