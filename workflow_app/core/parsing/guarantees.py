"""What a workflow promises of every path: the key `guarantees` (docs/verification.md)."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.core.definition.model import Guarantee
from workflow_app.core.parsing.cursor import Cursor

GUARANTEE_KEYS: Mapping[str, tuple[str, ...]] = {
    "never": ("state", "effect", "without"),
    "voids": ("change", "ends", "before"),
    "different_people": ("steps", "made", "wrote"),
    "outsiders": ("steps",),
    "ends": ("also_without",),
    "waits": ("bounded",),
}
"""Kind of guarantee → what it may say. What is written as one word stands for `steps: [word]`."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "never": ("without",),
    "voids": ("change", "ends", "before"),
    "different_people": ("steps",),
    "outsiders": ("steps",),
}
ONE_OF: Mapping[str, tuple[tuple[str, str], ...]] = {
    "never": (("state", "effect"),),
    "different_people": (("made", "wrote"),),
}
"""Kind of guarantee → keys of which it says one at least."""
LISTS = ("steps", "made", "wrote", "without", "also_without")


def parse_guarantees(cursor: Cursor) -> tuple[Guarantee, ...]:
    """Return the guarantees that a list holds; what cannot be read is noted and left out."""
    found = (_guarantee(item) for item in cursor.items())
    return tuple(guarantee for guarantee in found if guarantee is not None)


def _guarantee(cursor: Cursor) -> Guarantee | None:
    if not cursor.is_mapping:
        cursor.wrong(
            "not_a_mapping",
            "Eine Zusage hat eine Art: never, voids, different_people, outsiders, ends, waits.",
            "A guarantee has a kind: never, voids, different_people, outsiders, ends, waits.",
        )
        return None
    entries = cursor.keys(GUARANTEE_KEYS)
    if len(entries) != 1:
        cursor.wrong("one_guarantee", "Genau eine Zusage je Eintrag.", "One guarantee an entry.")
        return None
    kind, said = next(iter(entries.items()))
    return Guarantee(kind, _said(kind, said), cursor.place)


def _said(kind: str, cursor: Cursor) -> Mapping[str, tuple[str, ...]]:
    if kind == "waits":
        return {cursor.choice(("bounded",)): ()}
    if kind == "outsiders":
        return {"steps": cursor.identifiers()}
    found = cursor.keys(GUARANTEE_KEYS[kind], needed=NEEDED.get(kind, ()))
    for one, other in ONE_OF.get(kind, ()):
        if not {one, other} & found.keys():
            cursor.wrong(
                "missing_key",
                f"Der Schlüssel „{one}“ oder „{other}“ fehlt.",
                f"The key '{one}' or '{other}' is missing.",
            )
    if "also_without" in found:
        words = [item.choice(("any_person", "any_side")) for item in found["also_without"].items()]
        return {"also_without": tuple(words)}
    return {k: c.texts() if k in LISTS else (c.text(),) for k, c in found.items()}
