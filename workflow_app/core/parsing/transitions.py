"""Transitions of a workflow file: requirements, sign-off, effects."""

from __future__ import annotations

from workflow_app.core.definition.model import Effect, Requirement, SignOff, Transition
from workflow_app.core.parsing.cursor import Cursor
from workflow_app.core.parsing.found import NOTHING, Found, names_in, text_in
from workflow_app.core.problems import Place

TRANSITION_KEYS = (
    *("label", "help", "to", "trigger", "by", "not_by", "permission", "group", "when", "after"),
    *("form", "sign_off", "requires", "warns", "effects", "notify", "reason", "outcome"),
    *("decision", "aside", "confirm"),
)
TRANSITION_NEEDED = ("label", "to")
REQUIREMENT_KEYS = ("id", "when", "fact", "open", "unmet", "reason")
SIGN_OFF_KEYS = ("sides", "of", "substitute", "label")
SUBSTITUTE_KEYS = ("by", "after")
NOTIFY_KEYS = ("your_turn", "decided")
TRIGGERS = ("person", "automatic", "timer", "parent")


def parse_transition(name: str, cursor: Cursor) -> Transition:
    """Return the transition called `name`."""
    found = cursor.keys(TRANSITION_KEYS, needed=TRANSITION_NEEDED)
    notify = found["notify"].keys(NOTIFY_KEYS) if "notify" in found else {}
    after = found["after"].keys(("days",), needed=("days",)) if "after" in found else {}
    return Transition(
        id=name,
        label=text_in(found, "label") or NOTHING,
        to=found["to"].identifier() if "to" in found else "",
        place=cursor.place,
        help=text_in(found, "help"),
        trigger=found["trigger"].choice(TRIGGERS)  # type: ignore[arg-type]  # choice() returns one of the words of Trigger
        if "trigger" in found
        else "person",
        by=names_in(found, "by"),
        not_by=names_in(found, "not_by"),
        permission=names_in(found, "permission"),
        group=names_in(found, "group"),
        when=found["when"].text() if "when" in found else None,
        after_days=after["days"].days() if "days" in after else None,
        form=found["form"].identifier() if "form" in found else None,
        sign_off=_sign_off(found["sign_off"]) if "sign_off" in found else None,
        requires=_requirements(found, "requires"),
        warns=_requirements(found, "warns"),
        effects=tuple(_effect(item) for item in found["effects"].items())
        if "effects" in found
        else (),
        notify={key: roles.identifiers() for key, roles in notify.items()},
        reason=found["reason"].choice(("required", "optional")) if "reason" in found else None,  # type: ignore[arg-type]  # choice() returns one of these words
        outcome=_outcome(found["outcome"]) if "outcome" in found else None,
        decision=found["decision"].boolean() if "decision" in found else False,
        aside=found["aside"].boolean() if "aside" in found else False,
        confirm=found["confirm"].boolean() if "confirm" in found else False,
    )


def _outcome(cursor: Cursor) -> str:
    """Return a word, or the `form.field` that says it."""
    return cursor.text() if "." in cursor.text() else cursor.identifier()


def _requirements(found: Found, key: str) -> tuple[Requirement, ...]:
    if key not in found:
        return ()
    return tuple(_requirement(item) for item in found[key].items())


def _requirement(cursor: Cursor) -> Requirement:
    found = cursor.keys(REQUIREMENT_KEYS, needed=("id",))
    if sum(key in found for key in ("when", "fact", "open")) != 1:
        cursor.wrong(
            "one_condition",
            "Eine Voraussetzung hat genau eines von when, fact, open.",
            "A requirement has exactly one of when, fact, open.",
        )
    if "open" not in found and "unmet" not in found:
        cursor.wrong("missing_key", "Der Satz „unmet“ fehlt.", "The sentence 'unmet' is missing.")
    return Requirement(
        id=found["id"].identifier() if "id" in found else "",
        unmet=text_in(found, "open") or text_in(found, "unmet") or NOTHING,
        place=cursor.place,
        when=found["when"].text() if "when" in found else None,
        fact=found["fact"].text() if "fact" in found else None,
        undecided="open" in found,
        reason_required="reason" in found and found["reason"].choice(("required",)) == "required",
    )


def _sign_off(cursor: Cursor) -> SignOff:
    found = cursor.keys(SIGN_OFF_KEYS, needed=("sides",))
    substitute = (
        found["substitute"].keys(SUBSTITUTE_KEYS, needed=SUBSTITUTE_KEYS)
        if "substitute" in found
        else {}
    )
    return SignOff(
        sides=found["sides"].choice(("both", "present")) if "sides" in found else "both",  # type: ignore[arg-type]  # choice() returns one of these words
        of=found["of"].texts() if "of" in found else (),
        substitute_by=substitute["by"].identifier() if "by" in substitute else None,
        substitute_after=substitute["after"].integer() if "after" in substitute else None,
        label=text_in(found, "label"),
    )


def _effect(cursor: Cursor) -> Effect:
    if not cursor.is_mapping:
        return Effect(cursor.identifier(), None, cursor.place)
    entries = cursor.entries()
    name, argument = next(iter(entries.items()), ("", None))
    if len(entries) != 1:
        cursor.wrong("one_effect", "Genau eine Wirkung je Zeile.", "One effect a line.")
    place: Place = cursor.place
    return Effect(name, argument.text() if argument else None, place)
