"""The offices of the examples: one municipal and one civic in each county, all fictional."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.services import people as accounts
from workflow_app.store.tables.organisations import Organisation

COUNTY = "Landratsamt Landshut"
AGENCY = "Freiwilligenagentur Landshut (fiktiv)"
CITY = "Stadt Landshut, Amt für Integration"
CENTRE = "Freiwilligen-Zentrum Landshut-Stadt (fiktiv)"
HOF = "Landratsamt Hof, Integrationsstelle (fiktiv)"
KOBE_HOF = "KoBE Hofer Land (fiktiv)"
MEMMINGEN = "Stadt Memmingen, Integrationsstelle (fiktiv)"
AGENCY_MEMMINGEN = "Freiwilligenagentur Memmingen (fiktiv)"
ERLANGEN = "Landratsamt Erlangen-Höchstadt, Integrationsstelle (fiktiv)"
AGENCY_ERLANGEN = "Freiwilligenagentur Erlangen-Höchstadt (fiktiv)"
HASSBERGE = "Landratsamt Haßberge, Integrationsstelle (fiktiv)"
KOBE_HASSBERGE = "KoBE Haßberge (fiktiv)"


@dataclass(frozen=True)
class Partner:
    """An office, whose carrier it is, and who signs for it."""

    name: str
    kind: str
    carrier: str
    counties: tuple[str, ...]
    address: str
    represented_by: str
    function: str
    register: str = ""

    @property
    def party(self) -> dict[str, str]:
        """Return it as it is typed into an agreement."""
        return {
            "name": self.carrier,
            "address": self.address,
            "represented_by": self.represented_by,
            "function": self.function,
            "register": self.register,
        }


PARTNERS = {
    partner.name: partner
    for partner in (
        Partner(
            COUNTY,
            "municipality",
            "Landkreis Landshut",
            ("09274",),
            "Veldener Straße 15, 84036 Landshut",
            "Maria Huber",
            "Landrätin",
        ),
        Partner(
            AGENCY,
            "fa",
            "Miteinander in Niederbayern e. V. (fiktiv)",
            ("09274", "09261"),
            "Am Beispielplatz 3, 84028 Landshut",
            "Georg Aigner",
            "1. Vorsitzender",
            "VR 0000 (Beispiel)",
        ),
        Partner(
            CITY,
            "municipality",
            "Stadt Landshut",
            ("09261",),
            "Beispielgasse 1, 84028 Landshut",
            "Peter Sommer",
            "Oberbürgermeister",
        ),
        Partner(
            CENTRE,
            "fz",
            "Nachbarschaft hilft gGmbH (fiktiv)",
            ("09261",),
            "Beispielweg 12, 84030 Landshut",
            "Carla Winter",
            "Geschäftsführerin",
            "HRB 0000 (Beispiel)",
        ),
        Partner(
            HOF,
            "municipality",
            "Landkreis Hof (fiktiv)",
            ("09475",),
            "Beispielstraße 5, 95032 Hof",
            "Hannelore Sandner",
            "Landrätin",
        ),
        Partner(
            KOBE_HOF,
            "kobe",
            "Ehrenamt im Hofer Land e. V. (fiktiv)",
            ("09475",),
            "Beispielstraße 21, 95028 Hof",
            "Ralf Köppel",
            "1. Vorsitzender",
            "VR 0001 (Beispiel)",
        ),
        Partner(
            MEMMINGEN,
            "municipality",
            "Stadt Memmingen (fiktiv)",
            ("09764",),
            "Beispielmarkt 2, 87700 Memmingen",
            "Klaus Bergmann",
            "Oberbürgermeister",
        ),
        Partner(
            AGENCY_MEMMINGEN,
            "fa",
            "Bürgernetz an der Iller e. V. (fiktiv)",
            ("09764",),
            "Beispielhof 7, 87700 Memmingen",
            "Renate Ott",
            "1. Vorsitzende",
            "VR 0002 (Beispiel)",
        ),
        Partner(
            ERLANGEN,
            "municipality",
            "Landkreis Erlangen-Höchstadt (fiktiv)",
            ("09572",),
            "Beispielring 10, 91052 Erlangen",
            "Bernd Haselmann",
            "Landrat",
        ),
        Partner(
            AGENCY_ERLANGEN,
            "fa",
            "Aktiv vor Ort gGmbH (fiktiv)",
            ("09572",),
            "Beispielgasse 4, 91315 Höchstadt",
            "Uwe Dorsch",
            "Geschäftsführer",
            "HRB 0003 (Beispiel)",
        ),
        Partner(
            HASSBERGE,
            "municipality",
            "Landkreis Haßberge (fiktiv)",
            ("09674",),
            "Beispielallee 1, 97437 Haßfurt",
            "Barbara Weigand",
            "Landrätin",
        ),
        Partner(
            KOBE_HASSBERGE,
            "kobe",
            "Miteinander am Main e. V. (fiktiv)",
            ("09674",),
            "Beispielweg 9, 97437 Haßfurt",
            "Dieter Vogel",
            "1. Vorsitzender",
            "VR 0004 (Beispiel)",
        ),
    )
}
"""Name → office."""


def load_partners(session: Session, names: Iterable[str]) -> None:
    """Add those of these offices that are not there yet."""
    there = set(session.scalars(select(Organisation.name)))
    for name in names:
        if name in there:
            continue
        partner = PARTNERS[name]
        accounts.add_organisation(
            session,
            name,
            partner.kind,
            partner.carrier,
            partner.counties,
            address=partner.address,
            represented_by=partner.represented_by,
            function=partner.function,
            register=partner.register,
        )
        there.add(name)
