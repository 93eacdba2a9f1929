"""How many transitions fit into a second of CPU time: the engine alone, and the whole service."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.measuring import Scale, here, tell
from tests.benchmarks.population import Population
from tests.world import TOBIAS
from workflow_app.core.errors import NotAllowed
from workflow_app.services.people import person_by_email
from workflow_app.services.steps import transitions

STEP = "confirm_partnership"
TIMES = 200


def measure(scale: Scale, folder: Path) -> None:
    """Measure the engine's answer with the move, and `fire` over SQLite."""
    population = Population(folder / "data")
    world = population.world
    world.number = population.tell("idea")
    with world.sessions() as session:
        seen = world.look(TOBIAS, session)

    def decide() -> None:
        # A fresh value each time: nothing that an earlier answer worked out may help.
        situation = type(seen.situation)(
            **{
                name: getattr(seen.situation, name)
                for name, field in seen.situation.__dataclass_fields__.items()
                if field.init
            }
        )
        offer = seen.engine.offer(situation, seen.actor, STEP)
        if not offer.open:
            raise NotAllowed(STEP, offer.reasons)
        seen.engine.target(offer.transition, situation.state)

    each = here(scale.rounds, decide, TIMES)
    tell("engine", per_cpu_second=round(1000 / each), ms_each=each)
    numbers = iter(population.add(scale.rounds * scale.requests + 1, ("idea",), of=(TOBIAS,)))

    def fire() -> None:
        with world.sessions() as session:
            person = person_by_email(session, TOBIAS)
            transitions.fire(session, world.site, next(numbers), STEP, person, world.now)

    each = here(scale.rounds, fire, scale.requests)
    tell("service", per_cpu_second=round(1000 / each), ms_each=each)
    world.close()
