"""Every text has its English: none is missing, none is left over, none stands outside."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Message
from jinja2 import Environment

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "templates/pages").rglob("*.html"))
IN_DOCUMENTS = {"activities.py", *(p.name for p in ROOT.glob("workflow_app/services/papers/*.py"))}
"""Files whose words go into German documents."""
PROGRAM = sorted(
    path
    for room in ("core/cases", "core/forms", "core/tables", "services", "web")
    for path in (ROOT / "workflow_app" / room).rglob("*.py")
    if path.name not in IN_DOCUMENTS
)
NAMES = {"Tandem"}
"""Words that are the same in every language."""
SPOKEN = re.compile(
    r"[äöüßÄÖÜ„“]|\b(der|die|das|und|oder|nicht|ist|sind|eine?|zum?|mit|von|bitte|Sie)\b"
)
"""What no English sentence, key or address has."""
WORDS_OF = re.compile(r"%\((\w+)\)[sd]")


def script() -> ModuleType:
    """Return the script that keeps the catalogue."""
    loader = SourceFileLoader("messages", str(ROOT / "scripts/messages"))
    spec = spec_from_loader("messages", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


SCRIPT = script()
CATALOGUE: list[Message] = [message for message in SCRIPT.kept() if message.id]


def test_the_catalogue_is_as_the_script_writes_it() -> None:
    """No message is missing from it, none is unused, none stands twice."""
    wanted = SCRIPT.text(SCRIPT.updated(SCRIPT.kept(), SCRIPT.used()))

    assert SCRIPT.ENGLISH.read_text("utf-8") == wanted, "run: make messages"


def test_every_message_has_its_english() -> None:
    assert len(CATALOGUE) > 250
    assert SCRIPT.missing(SCRIPT.kept()) == []
    assert [m.id for m in CATALOGUE if m.fuzzy] == []


def test_the_english_fills_in_what_the_german_fills_in() -> None:
    for message in CATALOGUE:
        plural = isinstance(message.id, tuple)
        german = message.id if plural else [message.id]
        english = message.string if plural else [message.string]
        for left, right in zip(german, english, strict=True):
            assert sorted(WORDS_OF.findall(left)) == sorted(WORDS_OF.findall(right)), left


def test_the_english_is_no_german() -> None:
    found = [
        text
        for message in CATALOGUE
        for text in ([message.string] if isinstance(message.string, str) else message.string)
        if re.search(r"[äöüßÄÖÜ„]|\b(der|die|das|und|oder|nicht|Sie)\b", text)
    ]

    assert found == []


def outside(page: Path) -> Iterator[str]:
    """Return the words of a page that are in no message: between tags, and in what is read out."""
    tokens = Environment().lex(page.read_text("utf-8"))
    html = "".join(str(text) if kind == "data" else "\0" for _line, kind, text in tokens)
    spoken = re.findall(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"', html)
    unseen = re.sub(r'<span class="t-code" translate="no">[^<]*</span>', "", html)
    between = re.sub(r'<(?:[^<>"]|"[^"]*")*>', "\0", unseen)
    # A macro that gives attributes has no tag around them.
    between = re.sub(r'[\w-]+="[^"\0]*|\bdata-\w+', "\0", between)
    for text in (*spoken, *between.split("\0")):
        yield from (w for w in re.findall(r"[^\W\d_]{2,}", text) if w not in NAMES)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(PAGES[0].parents[1])))
def test_no_word_of_a_page_stands_outside_of_a_message(page: Path) -> None:
    assert [w for w in outside(page) if w not in ("doctype", "html", "amp", "nbsp")] == []


def test_a_word_outside_of_a_message_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<p aria-label="Zweites">{{ _("Erstes") }} {% if x %}Drittes{% endif %}</p>')

    assert list(outside(page)) == ["Zweites", "Drittes"]


def speech(tree: ast.AST) -> Iterator[str]:
    """Return the texts of a module that are neither messages, nor described, nor in both."""
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called in ("_", "ngettext", "Text", "wrong", "add", "Problem"):
                told |= {id(n) for a in node.args for n in ast.walk(a)}
        elif (
            isinstance(node, ast.Tuple)
            and getattr(next(iter(node.elts), None), "value", "") == "de"
        ):
            told |= {id(n) for n in node.elts}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            told.add(id(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


@pytest.mark.parametrize("path", PROGRAM, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_german_of_the_program_stands_outside_of_a_message(path: Path) -> None:
    found = [text for text in speech(ast.parse(path.read_text("utf-8"))) if SPOKEN.search(text)]

    assert found == []


@pytest.mark.parametrize("path", PROGRAM, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_message_hides_inside_another(path: Path) -> None:
    """The extraction reads the arguments of a message as text, so it misses one that is in them."""

    def messages(tree: ast.AST) -> list[ast.AST]:
        calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call))
        return [n for n in calls if getattr(n.func, "id", "") in ("_", "ngettext")]

    for outer in messages(ast.parse(path.read_text("utf-8"))):
        assert messages(outer) == [outer], f"line {getattr(outer, 'lineno', 0)}"
