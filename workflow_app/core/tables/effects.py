"""The closed table of effects: what a transition changes beside the state.

Here they are only named and described, so that `verify` can hold a definition against them; the
services carry them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from workflow_app.core.definition.model import Text


@dataclass(frozen=True, slots=True)
class EffectKind:
    """One entry of the table."""

    name: str
    meaning: Text
    argument: Literal["variable", "document", "form"] | None = None
    """What the effect names; None: nothing."""


EFFECTS: Mapping[str, EffectKind] = {
    kind.name: kind
    for kind in (
        EffectKind(
            "name_participants",
            Text(
                "Die Ansprechpersonen der Interessenbekundung werden Beteiligte ihrer Seite.",
                "The contacts of the expression of interest become participants of their side.",
            ),
        ),
        EffectKind(
            "change_contact",
            Text(
                "Die neue Ansprechperson löst die bisherige ab, ebenso die Vertretung.",
                "The new contact takes the place of the former one, and so does the deputy.",
            ),
        ),
        EffectKind(
            "assign_supervisor",
            Text(
                "Nur die gewählte Projektaufsicht wird noch gefragt und handelt.",
                "Only the supervisor chosen is asked and acts from now on.",
            ),
        ),
        EffectKind(
            "join_parent",
            Text(
                "Die Partner des übergeordneten Vorgangs werden Beteiligte ihrer Seite.",
                "The partners of the parent case become participants of their side.",
            ),
        ),
        EffectKind(
            "name_source_partners",
            Text(
                "Die Partner der Quellprojekte werden Beteiligte.",
                "The partners of the source projects become participants.",
            ),
        ),
        EffectKind(
            "name_signatories",
            Text(
                "Wer in der Vereinbarung als zeichnungsberechtigt genannt ist, wird Beteiligter.",
                "Those named in the agreement as signatories become participants.",
            ),
        ),
        EffectKind(
            "log_activity_on_parent",
            Text(
                "Die dokumentierte Veranstaltung wird eine Aktivität des Projekts.",
                "The event recorded becomes an activity of the project.",
            ),
        ),
        EffectKind(
            "renew_deadline",
            Text("Die Frist beginnt von neuem.", "The deadline begins anew."),
        ),
        EffectKind(
            "begin_round",
            Text("Eine neue Prüfrunde beginnt.", "A new round of review begins."),
        ),
        EffectKind(
            "accept_scope",
            Text("Der Umfang wird als genehmigt festgehalten.", "The scope is kept as approved."),
        ),
        EffectKind(
            "supersede_approval",
            Text(
                "Die frühere Genehmigung gilt nicht mehr.", "The earlier approval counts no more."
            ),
        ),
        EffectKind(
            "snapshot_agreement",
            Text(
                "Der Text der Vereinbarung wird für die Abstimmung festgehalten.",
                "The text of the agreement is frozen for alignment.",
            ),
        ),
        EffectKind(
            "void_agreement",
            Text(
                "Der festgehaltene Text gilt nicht mehr; er bleibt erhalten.",
                "The frozen text counts no more; it is kept.",
            ),
        ),
        EffectKind(
            "release_agreement",
            Text(
                "Die Vereinbarung erhält Nummer, Datum und Prüfcode und wird ausgegeben.",
                "The agreement gets its number, date and check code and is issued.",
            ),
        ),
        EffectKind(
            "register_agreement",
            Text(
                "Die unterzeichneten Fassungen werden mit dem Registerblatt zusammengeführt.",
                "The signed copies are put together with the record sheet.",
            ),
        ),
        EffectKind(
            "issue",
            Text("Ein Dokument wird ausgegeben.", "A document is issued."),
            argument="document",
        ),
        EffectKind(
            "set",
            Text("Eine Variable des Vorgangs wird „ja“.", "A variable of the case becomes yes."),
            argument="variable",
        ),
        EffectKind(
            "clear",
            Text("Eine Variable des Vorgangs wird „nein“.", "A variable of the case becomes no."),
            argument="variable",
        ),
        EffectKind(
            "propose_amendment",
            Text(
                "Eine Änderung der Vereinbarung wird mit diesem Formular beantragt.",
                "A change of the agreement is asked for with this form.",
            ),
            argument="form",
        ),
        EffectKind(
            "withdraw_amendment",
            Text("Die offene Änderung ist zurückgezogen.", "The open change has been withdrawn."),
        ),
        EffectKind(
            "decline_amendment",
            Text("Die offene Änderung ist abgelehnt.", "The open change has been declined."),
        ),
        EffectKind(
            "issue_addendum",
            Text(
                "Der Nachtrag erhält Nummer, Datum und Prüfcode und wird ausgegeben.",
                "The addendum gets its number, date and check code and is issued.",
            ),
        ),
        EffectKind(
            "register_addendum",
            Text(
                "Die Werte des Nachtrags werden zu ihrem Tag wirksam; die Ausfertigungen werden "
                "mit dem Registerblatt zusammengeführt.",
                "The values of the addendum come in force on their day; the signed copies are put "
                "together with the record sheet.",
            ),
        ),
        EffectKind(
            "void_open_amendment",
            Text(
                "Eine offene Änderung und ihr Nachtrag gelten nicht mehr; beide bleiben erhalten.",
                "An open change and its addendum count no more; both are kept.",
            ),
        ),
        EffectKind(
            "cancel_children",
            Text(
                "Offene untergeordnete Vorgänge enden, soweit sie das vorsehen.",
                "Open child cases end, as far as they provide for it.",
            ),
        ),
        EffectKind(
            "tell_touched",
            Text(
                "Laufende Projekte, die dieses berührt, erfahren davon.",
                "Running projects that this one touches are told of it.",
            ),
        ),
        EffectKind(
            "build_archive",
            Text("Das Archivpaket wird gebaut.", "The archive bundle is built."),
        ),
    )
}
