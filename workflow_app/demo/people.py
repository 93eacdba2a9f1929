"""Example people and their organisations, all fictional."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.services import people as accounts
from workflow_app.store.tables.organisations import Organisation
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


COUNTY = "Landratsamt Landshut"
AGENCY = "Freiwilligenagentur Landshut (fiktiv)"
CITY = "Stadt Landshut, Amt für Integration"
CENTRE = "Freiwilligen-Zentrum Landshut-Stadt (fiktiv)"

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


def load_people(session: Session, password_hash: str, now: datetime) -> bool:
    """Load the example people and their organisations; False if they are there already."""
    there = set(session.scalars(select(Person.email)))
    if PEOPLE[0].email in there and PEOPLE[-1].email in there:
        return False
    if session.scalar(select(Organisation.id).where(Organisation.name == COUNTY)) is None:
        _organisations(session)
    for example in PEOPLE:
        # Somebody who stopped the loading before its end has some of them.
        if example.email in there:
            continue
        accounts.add_person(session, example.name, example.email, password_hash, now)
        if example.organisation:
            accounts.join(session, example.email, example.organisation, example.function)
        if example.role:
            accounts.give_role(session, example.email, example.role)
    return True


def _organisations(session: Session) -> None:
    accounts.add_organisation(
        session,
        COUNTY,
        "municipality",
        "Landkreis Landshut",
        ["09274"],
        address="Veldener Straße 15, 84036 Landshut",
        represented_by="Maria Huber",
        function="Landrätin",
    )
    accounts.add_organisation(
        session,
        AGENCY,
        "fa",
        "Miteinander in Niederbayern e. V. (fiktiv)",
        ["09274", "09261"],
        address="Am Beispielplatz 3, 84028 Landshut",
        represented_by="Georg Aigner",
        function="1. Vorsitzender",
        register="VR 0000 (Beispiel)",
    )
    accounts.add_organisation(
        session,
        CITY,
        "municipality",
        "Stadt Landshut",
        ["09261"],
        address="Beispielgasse 1, 84028 Landshut",
        represented_by="Peter Sommer",
        function="Oberbürgermeister",
    )
    accounts.add_organisation(
        session,
        CENTRE,
        "fz",
        "Nachbarschaft hilft gGmbH (fiktiv)",
        ["09261"],
        address="Beispielweg 12, 84030 Landshut",
        represented_by="Carla Winter",
        function="Geschäftsführerin",
        register="HRB 0000 (Beispiel)",
    )
