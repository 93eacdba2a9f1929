"""YAML text → a tree that knows its places, or every problem that keeps it from being one.

Anchors, tags and duplicate keys are refused (`docs/workflow-format.md`).
"""

from __future__ import annotations

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from workflow_app.core.parsing.cursor import Cursor
from workflow_app.core.parsing.quick import plain_tree
from workflow_app.core.problems import Place, Problems

MAX_BYTES = 1_000_000


def read(text: str, file: str, problems: Problems) -> Cursor | None:
    """Return the root of `text`, or None if it cannot be read at all, which is noted."""
    start = Place(file, 1, 1)
    if len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        problems.add(
            start, "too_large", "Die Datei ist größer als 1 MB.", "The file is larger than 1 MB."
        )
        return None
    if (tree := plain_tree(text)) is not None:
        return Cursor(tree, start, problems)
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else start
        problems.add(
            place,
            "syntax",
            f"Die Datei ist kein lesbares YAML: {error.problem}.",
            f"The file is no readable YAML: {error.problem}.",
        )
        return None
    except RecursionError:
        problems.add(
            start,
            "too_deep",
            "Die Datei ist zu tief verschachtelt.",
            "The file is nested too deeply.",
        )
        return None
    except (YAMLError, ValueError) as error:
        problems.add(
            start,
            "syntax",
            f"Die Datei ist kein lesbares YAML: {error}.",
            f"The file is no readable YAML: {error}.",
        )
        return None
    root = Cursor(node, start, problems)
    if node is None:
        problems.add(start, "empty", "Die Datei ist leer.", "The file is empty.")
        return None
    return root if _plain(node, file, problems) else None


PLAIN_TAGS = {"map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value"}


def _plain(root: Node, file: str, problems: Problems) -> bool:
    """Refuse anchors, aliases and tags; return whether the tree is free of them."""
    todo = [root]
    while todo:
        node = todo.pop()
        tag = str(node.tag or "").removeprefix("tag:yaml.org,2002:")
        if node.anchor or tag not in PLAIN_TAGS:
            mark = node.start_mark
            problems.add(
                Place(file, mark.line + 1, mark.column + 1),
                "anchor_or_tag",
                "Anker, Verweise und Tags sind nicht erlaubt.",
                "Anchors, aliases and tags are not allowed.",
            )
            # Aliases may nest into a tree of exponential size: the first one ends the walk.
            return False
        if isinstance(node, MappingNode):
            todo += [part for pair in node.value for part in pair]
        elif isinstance(node, SequenceNode):
            todo += node.value
    return True
