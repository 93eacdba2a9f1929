"""Values that follow from what was submitted elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.cases import case
from workflow_app.core.tables.computed import COMPUTED

ACTIVITIES = {
    "a": {
        "status": "held", "date": "2026-03-01", "participants": 20, "volunteers": 4,
        "new_volunteers": 1, "volunteer_hours": "7.5", "costs": [{"amount_eur": "10.10"}],
    },
    "b": {
        "status": "held", "date": "2026-04-01", "participants": 22, "volunteers": 6,
        "volunteer_hours": "0.25", "costs": [{"amount_eur": "0.20"}, {"amount_eur": "5.00"}],
    },
    "c": {"status": "cancelled", "date": "2026-05-01", "participants": 999},
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("activity_summary", {"held": 2, "planned": 0, "cancelled": 1}),
        ("activity_participants", 42),
        ("activity_volunteers_most", 6),
        ("activity_new_volunteers", 1),
        ("activity_volunteer_hours", "7.75"),
        ("activity_costs", "15.30"),
    ],
)
def test_what_follows_from_the_activities_held(name: str, value: Any) -> None:
    assert COMPUTED[name].follows(case("closing", forms={"activity": ACTIVITIES}), {}) == value


def test_without_any_activity_there_is_nothing_to_add_up() -> None:
    found = {name: one.follows(case("closing"), {}) for name, one in COMPUTED.items()}

    assert found["activity_costs"] == "0.00"
    assert found["activity_participants"] == found["activity_volunteers_most"] == 0
