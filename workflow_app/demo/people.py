"""Example people and their organisations, all fictional."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.demo.partners import (
    AGENCY,
    AGENCY_ERLANGEN,
    AGENCY_MEMMINGEN,
    CENTRE,
    CITY,
    COUNTY,
    ERLANGEN,
    HASSBERGE,
    HOF,
    KOBE_HASSBERGE,
    KOBE_HOF,
    MEMMINGEN,
    load_partners,
)
from workflow_app.services import people as accounts
from workflow_app.store.tables.people import Person

PASSWORD = "tandem-beispiel"  # noqa: S105 - the printed password of fictional people
"""All example people sign in with this word; it is printed when they are loaded."""


@dataclass(frozen=True)
class Example:
    """Somebody fictional."""

    name: str
    email: str
    says: str
    """Who that is, as it is printed."""
    organisation: str | None = None
    function: str = ""
    role: str | None = None


PEOPLE = (
    Example(
        "Sabine Kraus",
        "sabine.kraus@example.org",
        "Freiwilligenagentur, Engagement-Seite",
        AGENCY,
        "Leiterin der Freiwilligenagentur",
    ),
    Example(
        "Tobias Lindner",
        "tobias.lindner@example.org",
        "Integrationslotse, kommunale Seite",
        COUNTY,
        "Integrationslotse",
    ),
    Example(
        "Dr. Jonas Reiter",
        "jonas.reiter@example.org",
        "Projektaufsicht: entscheidet",
        role="supervisor",
    ),
    Example(
        "Miriam Vogt",
        "miriam.vogt@example.org",
        "Programmbüro: prüft formal, registriert, archiviert",
        role="coordinator",
    ),
    Example(
        "Anna Berger",
        "anna.berger@example.org",
        "Lesezugriff: sieht ausgewertete und archivierte Projekte",
        role="reader",
    ),
    Example(
        "Emre Yıldız",
        "emre.yildiz@example.org",
        "Integrationslotse der Stadt, an anderen Projekten beteiligt",
        CITY,
        "Integrationslotse",
    ),
    Example(
        "Lena Brandl",
        "lena.brandl@example.org",
        "Freiwilligen-Zentrum der Stadt, an anderen Projekten beteiligt",
        CENTRE,
        "Koordinatorin",
    ),
    Example(
        "Vera Aumüller",
        "vera.aumueller@example.org",
        "Administration: ändert und veröffentlicht Verfahren",
        role="admin",
    ),
)


PARTNERS_PEOPLE = (
    Example(
        "Claudia Wunderlich",
        "claudia.wunderlich@example.org",
        "Hof: Integrationslotsin",
        HOF,
        "Integrationslotsin",
    ),
    Example(
        "Stefan Rödel",
        "stefan.roedel@example.org",
        "Hof: KoBE",
        KOBE_HOF,
        "Leiter der KoBE",
    ),
    Example(
        "Fatma Demir",
        "fatma.demir@example.org",
        "Memmingen: Integrationslotsin",
        MEMMINGEN,
        "Integrationslotsin",
    ),
    Example(
        "Martin Scholz",
        "martin.scholz@example.org",
        "Memmingen: Freiwilligenagentur",
        AGENCY_MEMMINGEN,
        "Leiter der Freiwilligenagentur",
    ),
    Example(
        "Julia Neubauer",
        "julia.neubauer@example.org",
        "Erlangen-Höchstadt: bis zur Vakanz Integrationslotsin",
        ERLANGEN,
        "Integrationslotsin",
    ),
    Example(
        "Thomas Engelhardt",
        "thomas.engelhardt@example.org",
        "Erlangen-Höchstadt: Sachgebietsleitung, vertritt die Stelle",
        ERLANGEN,
        "Sachgebietsleiter",
    ),
    Example(
        "Nadja Brehm",
        "nadja.brehm@example.org",
        "Erlangen-Höchstadt: Freiwilligenagentur",
        AGENCY_ERLANGEN,
        "Leiterin der Freiwilligenagentur",
    ),
    Example(
        "Christian Hümmer",
        "christian.huemmer@example.org",
        "Haßberge: Integrationslotse",
        HASSBERGE,
        "Integrationslotse",
    ),
    Example(
        "Ayşe Kaya",
        "ayse.kaya@example.org",
        "Haßberge: KoBE",
        KOBE_HASSBERGE,
        "Leiterin der KoBE",
    ),
)
"""The partners of the projects that are not in Landshut."""
EVERYBODY = (*PEOPLE, *PARTNERS_PEOPLE)


def load_people(
    session: Session, password_hash: str, now: datetime, people: tuple[Example, ...] = PEOPLE
) -> None:
    """Load those of these people, and of their offices, that are not there yet."""
    load_partners(session, (example.organisation for example in people if example.organisation))
    there = set(session.scalars(select(Person.email)))
    for example in people:
        if example.email in there:
            continue
        accounts.add_person(session, example.name, example.email, password_hash, now)
        if example.organisation:
            accounts.join(session, example.email, example.organisation, example.function)
        if example.role:
            accounts.give_role(session, example.email, example.role)
