"""Example projects at several stages, each brought there by the real operations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from workflow_app.app import hashed
from workflow_app.config import Settings
from workflow_app.demo import amending
from workflow_app.demo.people import (
    CENTRE,
    CITY,
    PASSWORD,
    load_people,
)
from workflow_app.demo.story import Story
from workflow_app.demo.telling import JONAS, Plot
from workflow_app.installation import opened
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.definitions import Definition

Then = Callable[[Story], None]
"""How a project goes on after its last chapter."""


def rejected(story: Story) -> None:
    """Dr. Reiter does not approve the outline, and says why."""
    story.later(10)
    reason = (
        "Das Portal stünde neben der bestehenden Freiwilligendatenbank, und sein Betrieb nach dem "
        "Projekt ist ungeklärt. Ein kleineres Vorhaben mit dieser Datenbank ist willkommen."
    )
    story.fire(JONAS, "reject", {"reason": reason, "impartial": "yes"})


STAGES: tuple[tuple[str, int, Plot] | tuple[str, int, Plot, Then], ...] = (
    (
        "in_review",
        45,
        Plot(
            title="Lesepatenschaften an der Isar",
            idea="Freiwillige lesen einmal in der Woche mit Kindern und Eltern; das Landratsamt "
            "öffnet die "
            "Unterkünfte und Büchereien, die Agentur gewinnt und begleitet die Patinnen und Paten.",
            topics=("education",),
            target_groups=("families", "volunteers"),
            formats=("mentoring",),
        ),
    ),
    (
        "agreement_alignment",
        70,
        Plot(
            title="Radwerkstatt Vilstal",
            idea="In einer offenen Werkstatt reparieren Einheimische und Zugewanderte gemeinsam "
            "Räder. Das "
            "Landratsamt stellt Kontakte und Räume, die Agentur die Freiwilligen.",
            topics=("everyday",),
            target_groups=("refugees", "youth"),
            formats=("workshop",),
        ),
    ),
    (
        "active",
        200,
        Plot(
            title="Gemeinschaftsgarten Ergolding",
            idea="Ein Garten, in dem alle mitmachen können: Beete, Feste und Gespräche. Das "
            "Landratsamt "
            "vermittelt das Grundstück, die Agentur begleitet die Gruppen.",
            topics=("encounter", "sport_culture"),
            target_groups=("families", "public"),
            formats=("event",),
        ),
    ),
    (
        "active",
        230,
        Plot(
            title="Lotsen-Tandem Isar",
            idea="Ehrenamtliche Lotsinnen und Lotsen begleiten zu Ämtern und Sprachkursen. Das "
            "Landratsamt schult und vermittelt, die Agentur begleitet die Freiwilligen.",
            topics=("everyday", "training_vol"),
            target_groups=("refugees", "helper_groups"),
            formats=("mentoring", "course"),
        ),
        amending.amended,
    ),
    (
        "active",
        165,
        Plot(
            title="Offene Nähstube Vilsbiburg",
            idea="Einheimische und Zugewanderte nähen gemeinsam. Das Landratsamt öffnet einen "
            "Raum, die Agentur gewinnt Freiwillige, die anleiten.",
            topics=("encounter",),
            target_groups=("women", "volunteers"),
            formats=("workshop",),
        ),
        amending.extension_pending,
    ),
    (
        "idea",
        5,
        Plot(
            title="Treffpunkt Deutsch",
            idea="Ein offener Treff mit Kinderbetreuung in der Stadt. Das Amt stellt den Raum, "
            "das Zentrum "
            "die Freiwilligen.",
            county="09261",
            municipal="emre.yildiz@example.org",
            municipal_org=CITY,
            civic="lena.brandl@example.org",
            civic_org=CENTRE,
            topics=("language", "encounter"),
            target_groups=("refugees", "women"),
            formats=("cafe", "course"),
        ),
    ),
    (
        "archived",
        520,
        Plot(
            title="Danke-Tag Integration",
            idea="Eine gemeinsame Freiwilligenmesse mit Anerkennungsfeier für alle, die sich "
            "engagieren.",
            topics=("recognition", "volunteering"),
            target_groups=("volunteers", "public"),
            formats=("event", "campaign"),
        ),
    ),
    (
        "joint_reflection",
        365,
        Plot(
            title="Vereine öffnen – Runder Tisch Sport",
            idea="Sportvereine und Zugewanderte kommen an einen Tisch: Das Landratsamt lädt ein, "
            "die Agentur begleitet die Vereine.",
            topics=("sport_culture", "intercultural"),
            target_groups=("associations", "youth"),
            formats=("network_meeting", "workshop"),
        ),
    ),
    (
        "in_review",
        60,
        Plot(
            title="Ein Portal für alle Ehrenamtlichen",
            idea="Ein eigenes Portal bringt Freiwillige und Vereine zusammen. Das Landratsamt "
            "bewirbt es, die Agentur pflegt die Angebote.",
            topics=("volunteering", "digital"),
            target_groups=("associations",),
            formats=("newsletter",),
        ),
        rejected,
    ),
)
"""State, how many days ago the project began, what it is about, and perhaps how it goes on."""


def load_examples(
    settings: Settings, tell: Callable[[str], None], stopped: Callable[[], bool] = lambda: False
) -> bool:
    """Load the example people and projects; False if they are there already.

    Asked to stop, it does so between two projects. Later it goes on with the next one: the first
    projects of an installation with example people are the examples, whatever they are called now.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    with opened(settings) as (sessions, site):
        with sessions() as session:
            new = load_people(session, hashed(settings, PASSWORD), now - timedelta(days=600))
            there = (
                select(func.count(Case.id))
                .join(Definition, Definition.id == Case.definition_id)
                .where(Definition.workflow == "tandem_project")
            )
            done = session.scalar(there) or 0
        if not new and done >= len(STAGES):
            return False
        for state, days, plot, *then in STAGES[0 if new else done :]:
            if stopped():
                break
            tell(f"Example project: {plot.title}")
            # The worker makes the documents; the story asks only for the agreement to be signed.
            begins = now - timedelta(days=days)
            story = Story(sessions, site, begins, lambda instant: None, plot)
            story.until(state)
            for going_on in then:
                going_on(story)
    return True
