"""What guarantees name, in the words of a version: steps, states, forms, effects and checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from workflow_app.core.changes.contents import Contents
from workflow_app.core.definition.model import Guarantee, Text
from workflow_app.core.definition.promised import sentence
from workflow_app.core.tables.effects import EFFECTS
from workflow_app.core.tables.facts import FACTS

SIGNED = Text("Mitzeichnung von {form}", "sign-off of {form}")
BOTH_SIDES = Text("{form} beider Seiten", "{form} of both sides")
AGREEMENT_SIGNED = Text("Mitzeichnung des Vereinbarungstextes", "sign-off of the agreement's text")
REQUEST_SIGNED = Text(
    "Mitzeichnung des offenen Änderungsantrags", "sign-off of the open request for a change"
)


def promised(contents: Contents, guarantee: Guarantee) -> Text:
    """Return what a guarantee promises in the words of the workflow, without ids."""
    return sentence(guarantee, partial(_called, contents))


def _called(contents: Contents, key: str, name: str) -> Text:
    named: Mapping[str, Callable[[str], Text]] = {
        "state": contents.state,
        "before": contents.state,
        "effect": _effect,
        "wrote": contents.form,
        "without": partial(_mark, contents),
    }
    return named.get(key, contents.step)(name)


def _mark(contents: Contents, mark: str) -> Text:
    """Return what must have been before: a step, an effect, a check, a joint or two signatures."""
    kind, _, name = mark.partition(".")
    if mark.endswith(".both"):
        return BOTH_SIDES.filled(form=contents.form(mark.removesuffix(".both")))
    if kind == "sign_off":
        fixed = {"document.agreement": AGREEMENT_SIGNED, "amendment.open": REQUEST_SIGNED}
        return fixed.get(name) or SIGNED.filled(form=contents.form(name))
    tables: Mapping[str, Callable[[str], Text]] = {
        "fired": contents.step,
        "effect": _effect,
        "checked": _fact,
    }
    return tables[kind](name) if kind in tables else Text(mark, mark)


def _effect(name: str) -> Text:
    found = EFFECTS.get(name)
    return _clause(found.meaning) if found else Text(name, name)


def _fact(name: str) -> Text:
    found = FACTS.get(name)
    return _clause(found.meaning) if found else Text(name, name)


def _clause(meaning: Text) -> Text:
    """Return a sentence of a table as part of another one."""
    return Text(f"({meaning.de.rstrip('.')})", f"({meaning.en.rstrip('.')})")
