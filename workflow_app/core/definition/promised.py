"""What a workflow guarantees, as a sentence."""

from __future__ import annotations

from workflow_app.core.definition.model import Guarantee, Text


def sentence(guarantee: Guarantee) -> Text:
    """Return what a guarantee promises, in words."""

    def listed(key: str) -> str:
        return ", ".join(guarantee.names(key))

    state, without, steps = listed("state") or listed("effect"), listed("without"), listed("steps")
    other = ", ".join((*guarantee.names("made"), *guarantee.names("wrote")))
    also = _also(guarantee)
    return {
        "never": Text(f"„{state}“ nie ohne {without}", f"'{state}' never without {without}"),
        "voids": Text(
            f"Nach einer Änderung des Umfangs zählt „{listed('ends')}“ nicht mehr, "
            f"wenn „{listed('before')}“ erreicht wird",
            f"After a change of the scope '{listed('ends')}' counts no more "
            f"when '{listed('before')}' is reached",
        ),
        "different_people": Text(
            f"Wer {steps} macht, hat nichts davon gemacht oder geschrieben: {other}",
            f"Whoever takes {steps} has neither taken nor written any of: {other}",
        ),
        "outsiders": Text(
            f"Niemand, der mitwirkt oder zu einer beteiligten Organisation gehört, macht {steps}",
            f"Nobody who takes part, or belongs to an organisation that does, takes {steps}",
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
