"""The quick reader of YAML reads what is plain, and never anything but what the other one reads."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from tests.core.cases import GARDEN, read, texts
from workflow_app.core.parsing.quick import DEEPEST, plain_tree

PLAN = read(GARDEN / "plan.yaml")[:400]
PIECES = [*" \n\t:-,[]{}#'\"|>?%@`!&*=<~\\/ab0äß.\r\x85\u2028\ufeff\x07😀"]
PIECES += [": ", "- ", "---\n", "...\n", '"\\/"', '"a":1', "|+\n  x\n\n", "? a\n", "<<: ", "!!str "]


def plain(node: Node | None) -> Any:
    """Return a tree as tuples: what it is, where it stands, what is in it."""
    if node is None:
        return None
    place = (node.start_mark.line, node.start_mark.column)
    if isinstance(node, ScalarNode):
        return place, str(node.value)
    if isinstance(node, MappingNode):
        return place, {}, [(plain(key), plain(value)) for key, value in node.value]
    return place, [], [plain(item) for item in node.value]


def agree(text: str) -> bool:
    """Return whether the quick reader reads the text; then both must read the same."""
    quick = plain_tree(text)
    if quick is None:
        return False
    assert plain(quick) == plain(YAML(typ="safe", pure=True).compose(text))
    return True


def test_every_definition_that_is_shipped_is_plain() -> None:
    for name, text in texts().items():
        assert agree(text), name


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1",
        "a: *x",
        "a: !tag 1",
        "%YAML 1.1\n--- a",
        "--- a\n--- b",
        "a: [1",
        "a:",
        "\ta: 1",
        "a\x85b",
        "|#",
        "a\n...\n",
        "",
        "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1),
        "[" * 100_000,
    ],
)
def test_whatever_is_not_plain_is_left_to_the_other_reader(text: str) -> None:
    assert plain_tree(text) is None


@settings(deadline=None, max_examples=300, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("? a\n: b")
@example("a: 'it''s'\nb: >-\n  long\n  text\n")
def test_both_readers_agree_on_any_text(text: str) -> None:
    agree(text)


@settings(deadline=None, max_examples=150, derandomize=True)
@given(
    st.lists(
        st.tuples(st.integers(0, len(PLAN)), st.integers(0, 2), st.sampled_from(PIECES)),
        min_size=1,
        max_size=3,
    )
)
def test_both_readers_agree_on_a_form_with_slips_in_it(slips: list[tuple[int, int, str]]) -> None:
    text = PLAN
    for at, lost, typed in slips:
        text = text[:at] + typed + text[at + lost :]
    agree(text)
