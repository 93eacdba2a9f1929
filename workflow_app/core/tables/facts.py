"""The closed table of facts: what a requirement may ask that CEL cannot say."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.core.definition.model import Text
from workflow_app.core.tables import evaluation_facts, partner_facts, project_facts
from workflow_app.core.tables.amendment_facts import AMENDMENT_FACTS
from workflow_app.core.tables.child_facts import CHILD_FACTS
from workflow_app.core.tables.fact import Fact

FACTS: Mapping[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact(
            "actor.named",
            Text(
                "Wer handelt, ist eine der beiden Ansprechpersonen.",
                "Whoever acts is one of the two contacts.",
            ),
            partner_facts.actor_named,
            ("interest",),
            needs=("interest.filled",),
        ),
        Fact(
            "sides.differ",
            Text(
                "Die Ansprechpersonen beider Seiten sind verschieden.",
                "The contacts of the two sides are different people.",
            ),
            partner_facts.sides_differ,
            ("interest",),
            needs=("interest.filled",),
            proves=("two_people",),
        ),
        Fact(
            "contacts.belong",
            Text(
                "Jede Ansprechperson gehört zur Organisation ihrer Seite.",
                "Each contact belongs to the organisation of its side.",
            ),
            partner_facts.contacts_belong,
            ("interest",),
            needs=("interest.filled",),
            proves=("belong",),
        ),
        Fact(
            "sides.stand",
            Text(
                "Für beide Seiten steht die Organisation, mit der das Projekt begonnen hat.",
                "The organisations with which the project began stand for both sides.",
            ),
            partner_facts.bodies_stand,
            ("interest",),
            needs=("interest.filled",),
        ),
        Fact(
            "area.covered",
            Text(
                "Das Gebiet der Engagement-Seite umfasst jede beteiligte Kommune.",
                "The area of the civic side covers every municipality involved.",
            ),
            partner_facts.area_covered,
            ("interest",),
            needs=("interest.filled",),
        ),
        Fact(
            "carrier.noted",
            Text(
                "Die Träger beider Seiten sind verschieden, oder es ist erläutert.",
                "The carriers of the two sides differ, or it has been explained.",
            ),
            partner_facts.carrier_noted,
            ("interest",),
            needs=("interest.filled",),
        ),
        Fact(
            "overlap.all_answered",
            Text(
                "Jede mögliche Überschneidung ab Stufe „mittel“ ist beantwortet.",
                "Every possible overlap of level 'medium' or higher has been answered.",
            ),
            project_facts.overlaps_answered,
            ("outline",),
            needs=("outline.filled",),
        ),
        Fact(
            "overlap.decision_fits",
            Text(
                "„Keine Überschneidung“ ist nur entschieden, wo keine ab Stufe „mittel“ gefunden "
                "wurde.",
                "“No overlap” is decided only where none of level “medium” or higher was found.",
            ),
            project_facts.overlap_decision_fits,
            ("review",),
            needs=("review.filled",),
        ),
        Fact(
            "review.points_answered",
            Text(
                "Jeder Punkt der Prüfung dieser Runde ist beantwortet.",
                "Every point of this round's review has been answered.",
            ),
            project_facts.points_answered,
            ("revision_response",),
            needs=("review.filled",),
        ),
        Fact(
            "review.formal_points_only",
            Text(
                "Wer handelt, ist Projektaufsicht, oder die formale Prüfung nennt einen Mangel.",
                "Whoever acts is the supervisor, or the formal check names a gap.",
            ),
            project_facts.formal_points_only,
        ),
        Fact(
            "review.no_formal_gap",
            Text(
                "Die formale Prüfung nennt keinen Mangel.",
                "The formal check names no gap.",
            ),
            project_facts.no_formal_gap,
            needs=("review.filled",),
        ),
        Fact(
            "scope.unchanged",
            Text("Der genehmigte Umfang ist unverändert.", "The approved scope is unchanged."),
            project_facts.scope_unchanged,
        ),
        Fact(
            "scope.changed",
            Text(
                "Der Umfang weicht von der Genehmigung ab.",
                "The scope differs from what was approved.",
            ),
            project_facts.scope_changed,
        ),
        Fact(
            "agreement.clauses_complete",
            Text(
                "Jede verbindliche Klausel hat genau eine Fassung und alle Angaben.",
                "Each mandatory clause has exactly one variant and all its data.",
            ),
            project_facts.clauses_complete,
            ("agreement",),
        ),
        Fact(
            "signature.checksums_match",
            Text(
                "Die eingegebenen Prüfsummen stimmen mit der ausgegebenen Vereinbarung überein.",
                "The checksums typed in match the agreement that was issued.",
            ),
            project_facts.checksums_match,
            needs=("signature.municipal.filled", "signature.civic.filled", "document.agreement"),
        ),
        Fact(
            "contact.same_organisation",
            Text(
                "Die neue Ansprechperson und ihre Vertretung gehören zur Organisation der Seite.",
                "The new contact and the deputy belong to the organisation of the side.",
            ),
            partner_facts.same_organisation,
            ("contact_change",),
            proves=("belong", "two_people"),
        ),
        Fact(
            "contact.changes",
            Text(
                "Ansprechperson oder Vertretung wird jemand anderes.",
                "The contact or the deputy becomes somebody else.",
            ),
            partner_facts.changes_contact,
            ("contact_change",),
        ),
        Fact(
            "resume.contacts_belong",
            Text(
                "Zur Wiederaufnahme ist je Seite höchstens eine Person genannt, die zu ihr gehört.",
                "For the resumption at most one person is named for each side, who belongs to it.",
            ),
            partner_facts.resumed_contacts_belong,
            ("resume",),
            needs=("resume.filled",),
            proves=("belong", "two_people"),
        ),
        Fact(
            "signatories.belong",
            Text(
                "Wer für eine Seite unterzeichnet, gehört zu ihrer Organisation und nicht zur "
                "anderen Seite.",
                "Whoever signs for a side belongs to its organisation and not to the other side.",
            ),
            partner_facts.signatories_belong,
            ("agreement",),
        ),
        Fact(
            "contact.own_side",
            Text(
                "Wer für eine Seite steht, wechselt nur deren Ansprechperson.",
                "Whoever stands for a side changes the contact of that side only.",
            ),
            partner_facts.own_contact,
            ("contact_change",),
        ),
        Fact(
            "children.ended",
            Text("Alle untergeordneten Vorgänge sind beendet.", "All child cases have ended."),
            project_facts.children_ended,
        ),
        Fact(
            "final_report.all_goals",
            Text(
                "Zu jedem Ziel der Projektskizze steht ein Ergebnis im Bericht.",
                "The report gives a result for each goal of the outline.",
            ),
            evaluation_facts.all_goals,
            ("final_report",),
            needs=("outline.filled", "final_report.filled"),
        ),
        Fact(
            "interim_report.all_goals",
            Text(
                "Zu jedem Ziel der Projektskizze sagt der Zwischenbericht, wie es steht.",
                "The interim report says of each goal of the outline where it stands.",
            ),
            evaluation_facts.all_goals_so_far,
            ("interim_report",),
            needs=("outline.filled", "interim_report.filled"),
        ),
        Fact(
            "reflection.differences_commented",
            Text(
                "Jede deutlich verschiedene Sicht ist kommentiert.",
                "Each clearly different view has a comment.",
            ),
            evaluation_facts.differences_commented,
            ("joint_reflection",),
            needs=("joint_reflection.filled",),
        ),
        Fact(
            "pause.other_side_acts",
            Text(
                "Wer handelt, steht für die Seite, die die Pausierung nicht beantragt hat.",
                "Whoever acts stands for the side that did not ask for the pause.",
            ),
            project_facts.other_side_of_pause,
            needs=("step.request_pause",),
        ),
        Fact(
            "pause.heard",
            Text(
                "Die andere Seite hat zur Pausierung Stellung genommen, oder die Zeit ist um.",
                "The other side has commented on the pause, or the time for it is over.",
            ),
            project_facts.pause_heard,
            numbers=(project_facts.PAUSE_COMMENT_DAYS,),
            needs=("step.request_pause",),
        ),
        Fact(
            "evaluation.too_late",
            Text(
                "Ohne die Selbst-Evaluation dieser Seite ging es schon weiter.",
                "The case has gone on without this side's self-evaluation.",
            ),
            evaluation_facts.evaluation_too_late,
        ),
        Fact(
            "evaluation.missing",
            Text(
                "Die Selbst-Evaluation dieser Seite fehlt noch.",
                "This side's self-evaluation is still missing.",
            ),
            evaluation_facts.evaluation_missing,
        ),
        Fact(
            "partners.silent",
            Text(
                "Beide Seiten haben die Frist trotz zweier Erinnerungen weit überschritten.",
                "Both sides are far past the deadline in spite of two reminders.",
            ),
            evaluation_facts.partners_silent,
            numbers=(evaluation_facts.SILENT_DAYS,),
        ),
        Fact(
            "second_person.acts",
            Text(
                "Wer handelt, hat den Abschluss ohne die Partner nicht selbst vorgeschlagen.",
                "Whoever acts did not propose to close without the partners.",
            ),
            evaluation_facts.second_person,
            needs=("step.propose_unattended",),
            proves=("not.step.propose_unattended",),
        ),
        Fact(
            "assessment.comments_awaited",
            Text(
                "Beide Stellungnahmen sind da, oder die Frist dafür ist abgelaufen.",
                "Both comments are in, or the time for them has run out.",
            ),
            evaluation_facts.comments_awaited,
            numbers=(evaluation_facts.COMMENT_DAYS,),
            needs=("step.share_assessment",),
        ),
        *CHILD_FACTS,
        *AMENDMENT_FACTS,
    )
}
