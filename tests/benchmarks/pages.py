"""What the pages cost that people open most: the worklist, a project, a form."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.measuring import Scale, tell
from tests.benchmarks.population import Population
from tests.benchmarks.serving import Browser, cpu_each, product
from tests.world import MIRIAM, SABINE, TOBIAS

OWN = 24
"""Projects of the person who looks, beside those of the story."""


def measure(scale: Scale, folder: Path) -> None:
    """Measure each page for somebody who has two dozen projects."""
    population = Population(folder / "data")
    active = population.tell("idea", "outline_draft", "in_review", "active")
    outline, review, *_ = population.add(
        OWN, ("outline_draft", "in_review", "active"), of=(SABINE, TOBIAS)
    )
    population.add(scale.cases[0])
    population.world.close()
    with product(population.world) as (pid, port):
        sabine, miriam = Browser(port).sign_in(SABINE), Browser(port).sign_in(MIRIAM)
        for name, browser, path in (
            ("worklist", sabine, "/"),
            ("list", sabine, "/projects"),
            ("project", sabine, f"/projects/{active}"),
            ("form_short", sabine, f"/projects/{active}/transitions/log_activity"),
            ("form_long", sabine, f"/projects/{outline}/forms/outline"),
            ("form_review", miriam, f"/projects/{review}/forms/review"),
            ("history", sabine, f"/projects/{active}/history"),
        ):
            each = cpu_each(
                pid, scale.rounds, scale.requests // 2, lambda b=browser, p=path: b.page(p)
            )
            tell(f"page_{name}", ms=each, path=path)
