"""What a workflow guarantees, as a sentence."""

from __future__ import annotations

from collections.abc import Callable

from workflow_app.core.definition.model import Guarantee, Text

Called = Callable[[str, str], Text]
"""The key of a guarantee and a name below it → what that is called."""


def by_id(_key: str, name: str) -> Text:
    """Return the name as it stands in the file."""
    return Text(name, name)


def sentence(guarantee: Guarantee, called: Called = by_id) -> Text:
    """Return what a guarantee promises, in words; what it names is called by its id unless told."""

    def listed(*keys: str) -> Text:
        found = [called(key, name) for key in keys for name in guarantee.names(key)]
        return Text(", ".join(t.de for t in found), ", ".join(t.en for t in found))

    subject, without = listed("state", "effect"), listed("without")
    ends, before = listed("ends"), listed("before")
    steps, other = listed("steps"), listed("made", "wrote")
    also = _also(guarantee)
    return {
        "never": Text(
            f"„{subject.de}“ nie ohne {without.de}", f"'{subject.en}' never without {without.en}"
        ),
        "voids": Text(
            f"Nach einer Änderung des Umfangs zählt „{ends.de}“ nicht mehr, "
            f"wenn „{before.de}“ erreicht wird",
            f"After a change of the scope '{ends.en}' counts no more when '{before.en}' is reached",
        ),
        "different_people": Text(
            f"Wer {steps.de} macht, hat nichts davon gemacht oder geschrieben: {other.de}",
            f"Whoever takes {steps.en} has neither taken nor written any of: {other.en}",
        ),
        "outsiders": Text(
            "Niemand, der mitwirkt oder zu einer beteiligten Organisation gehört, "
            f"macht {steps.de}",
            f"Nobody who takes part, or belongs to an organisation that does, takes {steps.en}",
        ),
        "ends": Text(
            f"Aus jeder Situation ist ein Ende erreichbar{also.de}",
            f"An end can be reached from every situation{also.en}",
        ),
        "waits": Text(
            "Kein Zustand wartet ohne Frist und ohne jemanden, der danach gefragt wird",
            "No state waits without a deadline and somebody who is asked after it",
        ),
    }[guarantee.kind]


def _also(guarantee: Guarantee) -> Text:
    if not guarantee.names("also_without"):
        return Text("", "")
    return Text(
        ", auch wenn eine Person oder eine Seite nie wieder handelt",
        ", also if one person or one side never acts again",
    )
