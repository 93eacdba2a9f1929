"""Whether a condition can hold at all, and can fail at all. Part of `verify`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.definition.model import Text
from workflow_app.core.expressions import SIDES
from workflow_app.core.problems import Place
from workflow_app.core.verification.checking import Checking
from workflow_app.core.verification.checks.ranges import Range, Verdict, decide
from workflow_app.core.verification.space.formulas import Constant, Formula, Name, Not, formula

KINDS = ("BOOL", "INT", "DOUBLE", "STRING")


def check_conditions(check: Checking) -> None:
    """Note conditions that never or always hold, and count those of which that is not decided."""
    known: dict[str, Verdict] = {}
    for text, place, severity in _conditions(check):
        if text not in known:
            known[text] = _verdict(check, [text])
            decided = known[text] != "unknown"
            check.problems.counted["conditions" if decided else "conditions not decided"] += 1
        if known[text] in ("never", "always"):
            _tell(check, place, text, known[text], severity)
    for t in check.workflow.transitions.values():
        whens = [t.when, *(r.when for r in t.requires)]
        texts = [when for when in whens if when]
        single = any(known.get(text) == "never" for text in texts)
        if len(texts) > 1 and not single and _verdict(check, texts) == "never":
            check.found(
                t.place,
                "never_holds",
                Text(
                    f"Die Bedingungen von „{t.id}“ können nicht zugleich erfüllt sein.",
                    f"The conditions of '{t.id}' cannot be met together.",
                ),
            )
    for clause in check.clauses if check.forms else ():
        texts = [v.when for v in clause.variants if v.when]
        if clause.mandatory and len(texts) == len(clause.variants) > 1:
            _variants(check, clause.id, clause.place, texts)


def _conditions(check: Checking) -> Iterator[tuple[str, Place, str]]:
    """Yield each condition with its place and how bad it is if it never holds."""
    for t in check.workflow.transitions.values():
        if t.when:
            yield t.when, t.place, "error"
        yield from ((r.when, r.place, "error") for r in t.requires if r.when)
        yield from ((r.when, r.place, "warning") for r in t.warns if r.when)
    for state in check.workflow.states.values():
        yield from ((w.when, state.place, "warning") for w in state.waits_for if w.when)
        yield from ((when, state.place, "warning") for when in state.forms_when.values())
    for clause in check.clauses:
        yield from ((v.when, v.place, "warning") for v in clause.variants if v.when)


def _tell(check: Checking, place: Place, text: str, verdict: Verdict, severity: str) -> None:
    if verdict == "never":
        said = Text(
            f"Die Bedingung „{text}“ ist nie erfüllt.", f"The condition '{text}' never holds."
        )
        check.found(place, "never_holds", said, severity=severity)
        return
    said = Text(
        f"Die Bedingung „{text}“ ist immer erfüllt, sobald ihre Felder ausgefüllt sind.",
        f"The condition '{text}' always holds as soon as its fields are filled.",
    )
    check.found(place, "always_holds", said, severity="warning")


def _variants(check: Checking, clause: str, place: Place, texts: list[str]) -> None:
    """Note a mandatory clause of which none or two variants can hold, where that is decided."""
    trees = [formula(text) for text in texts]
    none = decide([Not(tree) for tree in trees], lambda name: _range(check, name))
    pairs = [(a, b) for i, a in enumerate(trees) for b in trees[i + 1 :]]
    both = [decide(pair, lambda name: _range(check, name)) for pair in pairs]
    for found, words in (
        (none, Text("keine Fassung", "no variant")),
        *((verdict, Text("zwei Fassungen", "two variants")) for verdict in both),
    ):
        if found in ("either", "always"):
            check.found(
                place,
                "clause_variants",
                Text(
                    f"Von der Klausel „{clause}“ kann {words.de} gelten.",
                    f"Of the clause '{clause}' {words.en} can hold.",
                ),
                severity="warning",
            )
            return


def _verdict(check: Checking, texts: list[str]) -> Verdict:
    trees = [formula(text) for text in texts]
    if len(trees) == 1 and _plainly_either(trees[0]):
        return "either"
    return decide(trees, lambda name: _range(check, name))


def _plainly_either(tree: Formula) -> bool:
    while isinstance(tree, Not):
        tree = tree.of
    return isinstance(tree, Name) and not isinstance(tree, Constant)


def _range(check: Checking, name: str) -> Range | None:
    return range_of(check, check.names.types, name)


def range_of(check: Checking, types: Mapping[str, str], name: str) -> Range | None:
    """Return what a name can be, or None if it is not of the fragment."""
    kind = types.get(name)
    if kind not in KINDS:
        return None
    if name.startswith("programme."):
        number = check.programme[name.removeprefix("programme.")]
        if isinstance(number, int):
            return Range("INT", number, number)
        return Range("STRING", options=(str(number),))
    if name.endswith(".filled"):
        field = name.removesuffix(".filled")
        return Range("BOOL", asks=field if field in types else None)
    if name.endswith(".count") or name in ("reminders", "new_overlaps"):
        return Range("INT", 0)
    if name.endswith(".sum"):
        return None
    found = _field(check, name)
    return range_of_field(kind, found) if found else Range(kind)


def range_of_field(kind: str, field: Field) -> Range:
    """Return what the field's own limits allow."""
    options = tuple(o.id for o in field.options) if field.type == "one_of" else None
    only = None if field.must_be is None else field.must_be == "yes"
    return Range(kind, _number(field.minimum), _number(field.maximum), options, only=only)


def _number(text: str | None) -> float | None:
    """Return a limit as a number; None if there is none, or it is no number (found elsewhere)."""
    try:
        number = Decimal(text or "")
    except InvalidOperation:
        return None
    return float(number) if number.is_finite() else None


def _field(check: Checking, name: str) -> Field | None:
    parts = [part for part in name.split(".") if part not in SIDES]
    form: Form | None = check.forms.get(parts[0])
    if form is None or len(parts) != 2:
        return None
    return next((f for f in form.fields if f.id == parts[1]), None)
