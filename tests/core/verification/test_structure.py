"""What can never happen in a workflow is found, with a path where there is one."""

from __future__ import annotations

import pytest

from tests.core.verification.test_verify import FILES, changed, found

FAULTS = [
    (
        "exits: [submit, give_up, buy_land]",
        "exits: [submit, submit, give_up, buy_land]",
        "duplicate",
    ),
    ("label: {de: Verwelken", "label: {de: Schließen", None),
    ("label: {de: Aufgeben", "label: {de: Einreichen", "duplicate"),
    ('when: "view.municipal.filled && view.civic.filled"', 'when: "true"', "shadowed"),
    # Nothing sets the variable for which it waits.
    ("    effects: [{set: watered}]\n  hurry", "  hurry", "never_open"),
    # No state offers the form that it needs.
    ("    forms: [view]\n    conceals: [view]\n", "", "never_open"),
    # Both must confirm what neither may fill in.
    (
        "rights: office\n    forms: [check]",
        "rights: nobody_writes\n    forms: [check]",
        "never_open",
    ),
    (
        "to: comparing\n    trigger: automatic",
        "to: growing\n    trigger: automatic",
        "automatic_loop",
    ),
]


@pytest.mark.parametrize(("old", "new", "rule"), FAULTS)
def test_what_can_never_happen_is_found(old: str, new: str, rule: str | None) -> None:
    rules = {p.rule for p in found(changed("workflow.yaml", old, new))} - {"open"}

    assert rule in rules if rule else not rules


def test_a_case_that_can_be_stuck_is_told_with_its_path() -> None:
    files = changed("workflow.yaml", "exits: [close, finish]", "exits: [finish]")
    text = files["workflow.yaml"].replace(
        "    by: [supervisor]\n    sign_off",
        "    by: [supervisor]\n    when: variable.watered\n    sign_off",
    )

    *_, stuck = [p for p in found({**FILES, "workflow.yaml": text}) if p.rule == "dead_end"]

    assert stuck.path[-1] == "compare"
    assert "water" not in stuck.path
