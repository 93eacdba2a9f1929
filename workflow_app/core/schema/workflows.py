"""The schema of workflow files, our own and imported ones."""

from __future__ import annotations

from workflow_app.core.cases.rights import PERMISSIONS
from workflow_app.core.parsing import guarantees as parse_guarantees
from workflow_app.core.parsing import imported as parse_imported
from workflow_app.core.parsing import states, transitions
from workflow_app.core.parsing import workflows as parse
from workflow_app.core.schema.pieces import (
    BOTH,
    CONDITION,
    NAME,
    NAMES,
    WHOLE,
    WORD,
    WORDS,
    YES_NO,
    Schema,
    document,
    explained,
    items,
    keys,
    named,
    one_of,
)
from workflow_app.core.tables.effects import EFFECTS
from workflow_app.core.tables.facts import FACTS
from workflow_app.core.tables.imported_effects import IMPORTED_EFFECTS

RIGHTS: Schema = {"anyOf": [NAME, keys(PERMISSIONS, dict.fromkeys(PERMISSIONS, NAMES))]}
REQUIREMENTS: Schema = items(
    {
        **keys(
            transitions.REQUIREMENT_KEYS,
            {
                "id": NAME,
                "when": CONDITION,
                "fact": explained({name: fact.meaning for name, fact in FACTS.items()}),
                "open": BOTH,
                "unmet": BOTH,
                "reason": one_of(("required",)),
            },
            ("id",),
        ),
        "oneOf": [
            {"required": ["when", "unmet"]},
            {"required": ["fact", "unmet"]},
            {"required": ["open"]},
        ],
    }
)


def workflow() -> Schema:
    """Return the schema of a workflow file."""
    ours = keys(parse.WORKFLOW_KEYS, _shapes(), parse.WORKFLOW_NEEDED)
    return document(
        "Tandem workflow",
        {"if": {"required": ["semantics"]}, "then": _imported(), "else": ours},
    )


def _shapes() -> dict[str, Schema]:
    return {
        "workflow": NAME,
        "version": WORD,
        "label": BOTH,
        "subject": keys(
            parse.SUBJECT_KEYS,
            {**dict.fromkeys(parse.SUBJECT_KEYS, WORD), "unique": YES_NO, "glance": WORDS},
            parse.SUBJECT_NEEDED,
        ),
        "phases": named(BOTH),
        "sides": named(NAME),
        "roles": named(BOTH),
        "scope": WORDS,
        "variables": named(BOTH),
        "absent": named(NAME),
        "rights": named(RIGHTS),
        "start": NAMES,
        "states": named(_state()),
        "transitions": named(_transition()),
        "announcements": items(
            keys(
                parse.ANNOUNCEMENT_KEYS,
                {
                    "id": NAME,
                    "when": CONDITION,
                    "states": NAMES,
                    "day": WORD,
                    "heading": BOTH,
                    "text": BOTH,
                },
                parse.ANNOUNCEMENT_NEEDED,
            )
        ),
        "derive": keys(
            parse.DERIVE_KEYS,
            {
                "label": BOTH,
                "help": BOTH,
                **dict.fromkeys(("by", "outcomes", "copies"), NAMES),
                "leaves": WORDS,
                "proposed": WORD,
            },
            parse.DERIVE_NEEDED,
        ),
        "guarantees": items(_guarantee()),
    }


def _state() -> Schema:
    obligation = keys(
        states.OBLIGATION_KEYS,
        {"days": WHOLE, "warn": items(WHOLE), "escalate_to": NAMES},
        ("days",),
    )
    waiting = keys(
        states.WAITING_KEYS,
        {"role": NAME, "when": CONDITION, "task": BOTH, "step": NAME, "deadline": obligation},
        states.WAITING_NEEDED,
    )
    offered = keys(states.OFFERED_KEYS, {"form": NAME, "when": CONDITION}, states.OFFERED_KEYS)
    deadline = keys(
        states.DEADLINE_KEYS,
        {"days": WHOLE, "after": WORD, "warn": items(WHOLE), "escalate_to": NAMES},
        ("days",),
    )
    shapes = {
        "label": BOTH,
        "public": BOTH,
        "phase": NAME,
        "waits_for": items({"anyOf": [NAME, waiting]}),
        "task": BOTH,
        "rights": RIGHTS,
        "forms": items({"anyOf": [NAME, offered]}),
        "conceals": NAMES,
        "shown_after_own": NAMES,
        "deadline": deadline,
        "exits": NAMES,
        "end": YES_NO,
        "outcome": NAME,
    }
    return keys(states.STATE_KEYS, shapes, states.STATE_NEEDED)


def _transition() -> Schema:
    shapes = {
        "label": BOTH,
        "help": BOTH,
        "to": NAME,
        "trigger": one_of(transitions.TRIGGERS),
        **dict.fromkeys(("by", "not_by", "permission", "group"), NAMES),
        "when": CONDITION,
        "after": keys(("days",), {"days": WHOLE}, ("days",)),
        "form": NAME,
        "sign_off": _sign_off(),
        "requires": REQUIREMENTS,
        "warns": REQUIREMENTS,
        "effects": items(_effect()),
        "notify": keys(transitions.NOTIFY_KEYS, dict.fromkeys(transitions.NOTIFY_KEYS, NAMES)),
        "reason": one_of(("required", "optional")),
        "outcome": WORD,
        "decision": YES_NO,
        "aside": YES_NO,
        "confirm": YES_NO,
    }
    return keys(transitions.TRANSITION_KEYS, shapes, transitions.TRANSITION_NEEDED)


def _sign_off() -> Schema:
    substitute = keys(
        transitions.SUBSTITUTE_KEYS, {"by": NAME, "after": WHOLE}, transitions.SUBSTITUTE_KEYS
    )
    shapes = {
        "sides": one_of(("both", "present")),
        "of": WORDS,
        "substitute": substitute,
        "label": BOTH,
    }
    return keys(transitions.SIGN_OFF_KEYS, shapes, ("sides",))


def _effect() -> Schema:
    alone = {k.name: k.meaning for k in EFFECTS.values() if k.argument is None}
    with_word = [
        {**keys((k.name,), {k.name: NAME}, (k.name,)), "description": k.meaning.en}
        for k in EFFECTS.values()
        if k.argument
    ]
    return {"oneOf": [*explained(alone)["oneOf"], *with_word]}


def _guarantee() -> Schema:
    kinds = parse_guarantees.GUARANTEE_KEYS
    shapes = {
        kind: keys(
            allowed,
            {key: WORDS if key in parse_guarantees.LISTS else WORD for key in allowed},
            parse_guarantees.NEEDED.get(kind, ()),
        )
        for kind, allowed in kinds.items()
    }
    # These two are written without keys of their own.
    shapes |= {"outsiders": NAMES, "waits": one_of(kinds["waits"])}
    return {**keys(kinds, shapes), "minProperties": 1, "maxProperties": 1}


def _imported_effect() -> Schema:
    alone = {k.name: k.meaning for k in IMPORTED_EFFECTS.values() if k.argument is None}
    with_roles = [
        {**keys((k.name,), {k.name: WORDS}, (k.name,)), "description": k.meaning.en}
        for k in IMPORTED_EFFECTS.values()
        if k.argument
    ]
    return {"oneOf": [*explained(alone)["oneOf"], *with_roles]}


def _imported() -> Schema:
    """Return the schema of a workflow that was imported; its words are those of its source."""
    anything = {"type": "object"}
    tables = {
        "states": parse_imported.IMPORTED_STATE_KEYS,
        "transitions": parse_imported.IMPORTED_TRANSITION_KEYS,
        "variables": parse_imported.VARIABLE_KEYS,
        "worklists": parse_imported.WORKLIST_KEYS,
        "scripts": parse_imported.SCRIPT_KEYS,
        "facts": parse_imported.FACT_KEYS,
    }
    guard = keys(parse_imported.GUARD_KEYS, {})
    role_map = keys(parse_imported.ROLE_MAP_KEYS, {}, parse_imported.ROLE_MAP_KEYS)
    inside = {
        "seen_by": guard,
        "action": keys(parse_imported.ACTION_KEYS, {}),
        "rights": {**anything, "additionalProperties": {"anyOf": [WORDS, role_map]}},
        "effects": items(_imported_effect()),
        "none": WORD,
    }
    shapes: dict[str, Schema] = {
        key: {**anything, "additionalProperties": keys(allowed, inside)}
        for key, allowed in tables.items()
    }
    shapes["site"] = inside["rights"]
    shapes["semantics"] = one_of(parse_imported.SEMANTICS)
    shapes["create"] = guard
    shapes["manages"] = keys(parse_imported.MANAGES_KEYS, {})
    return keys(parse_imported.IMPORTED_KEYS, shapes, parse_imported.NEEDED_KEYS)
