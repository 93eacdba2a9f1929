"""The sentences in which two versions are compared."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.core.definition.model import Text

PERMISSIONS: Mapping[str, Text] = {
    "view": Text("sehen", "view"),
    "edit": Text("bearbeiten", "edit"),
    "comment": Text("kommentieren", "comment"),
    "attach": Text("Dateien hinzufügen", "add files"),
    "hand_over": Text("die eigene Rolle übergeben", "hand over the own role"),
}

ADDED: Mapping[str, Text] = {
    "state": Text("Der Stand „{name}“ kommt hinzu.", "The state '{name}' is new."),
    "transition": Text("Der Schritt „{name}“ kommt hinzu.", "The step '{name}' is new."),
    "form": Text("Das Formular „{name}“ kommt hinzu.", "The form '{name}' is new."),
    "field": Text("„{form}“ fragt neu nach „{name}“.", "'{form}' now asks for '{name}'."),
    "column": Text(
        "„{form}“: Die Zeilen haben neu die Spalte „{name}“.",
        "'{form}': the rows have the new column '{name}'.",
    ),
    "rule": Text("„{form}“ prüft neu: {sentence}", "'{form}' has a new rule: {sentence}"),
    "list": Text("Die Werteliste „{name}“ kommt hinzu.", "The list of values '{name}' is new."),
    "clause": Text("Die Klausel „{name}“ kommt hinzu.", "The clause '{name}' is new."),
    "number": Text(
        "Die Angabe {name} = {value} kommt hinzu.", "The number {name} = {value} is new."
    ),
}
REMOVED: Mapping[str, Text] = {
    "state": Text("Der Stand „{name}“ entfällt.", "The state '{name}' is gone."),
    "transition": Text("Der Schritt „{name}“ entfällt.", "The step '{name}' is gone."),
    "form": Text("Das Formular „{name}“ entfällt.", "The form '{name}' is gone."),
    "field": Text(
        "„{form}“ fragt nicht mehr nach „{name}“.", "'{form}' no longer asks for '{name}'."
    ),
    "column": Text(
        "„{form}“: Die Spalte „{name}“ entfällt.", "'{form}': the column '{name}' is gone."
    ),
    "rule": Text(
        "„{form}“ prüft nicht mehr: {sentence}", "'{form}' no longer has the rule: {sentence}"
    ),
    "list": Text("Die Werteliste „{name}“ entfällt.", "The list of values '{name}' is gone."),
    "clause": Text("Die Klausel „{name}“ entfällt.", "The clause '{name}' is gone."),
    "number": Text("Die Angabe {name} = {value} entfällt.", "The number {name} = {value} is gone."),
}

MORE: Mapping[str, Text] = {
    "workflow.guarantees": Text("Zugesichert ist neu: {items}.", "Newly guaranteed: {items}."),
    "workflow.variables": Text("Neues Merkmal: {items}.", "New variable: {items}."),
    "state.exits": Text(
        "Aus „{name}“ führt neu: {items}.", "'{name}' can now be left by: {items}."
    ),
    "state.forms": Text(
        "In „{name}“ lässt sich neu ausfüllen: {items}.",
        "In '{name}' can now be filled in: {items}.",
    ),
    "state.conceals": Text(
        "In „{name}“ sieht jede Seite neu nur die eigene Fassung von: {items}.",
        "In '{name}' each side now sees only its own version of: {items}.",
    ),
    "state.shown_after_own": Text(
        "In „{name}“ sieht eine Seite neu erst nach der eigenen Fassung die der anderen von: "
        "{items}.",
        "In '{name}' a side now sees the other's version only after its own of: {items}.",
    ),
    "state.waits_for": Text(
        "In „{name}“ wartet der Vorgang neu auf: {items}.",
        "In '{name}' the case now waits for: {items}.",
    ),
    "state.rights": Text(
        "In „{name}“ darf {role} neu: {items}.", "In '{name}' {role} may now: {items}."
    ),
    "transition.by": Text(
        "„{name}“ darf neu machen: {items}.", "'{name}' may now be taken by: {items}."
    ),
    "transition.not_by": Text(
        "Von „{name}“ ist neu ausgeschlossen: {items}.", "Now excluded from '{name}': {items}."
    ),
    "transition.permission": Text(
        "„{name}“ darf neu, wer darf: {items}.", "'{name}' is now open to whoever may: {items}."
    ),
    "transition.requires": Text(
        "„{name}“ hat eine neue Voraussetzung. Ist sie nicht erfüllt, heißt es: {items}",
        "'{name}' has a new requirement. When it is not met, it says: {items}",
    ),
    "transition.warns": Text("„{name}“ warnt neu: {items}", "'{name}' now warns: {items}"),
    "transition.effects": Text(
        "„{name}“ bewirkt neu: {items}.", "'{name}' now has the effect: {items}."
    ),
    "transition.notify": Text(
        "Nach „{name}“ bekommt neu eine Nachricht: {items}.",
        "After '{name}' now gets a message: {items}.",
    ),
    "field.options": Text("„{name}“ bietet neu an: {items}.", "'{name}' now offers: {items}."),
    "list.options": Text(
        "Die Werteliste „{name}“ bietet neu an: {items}.", "The list '{name}' now offers: {items}."
    ),
}
LESS: Mapping[str, Text] = {
    "workflow.variables": Text("Weggefallenes Merkmal: {items}.", "Variable gone: {items}."),
    "workflow.guarantees": Text(
        "Nicht mehr zugesichert ist: {items}.", "No longer guaranteed: {items}."
    ),
    "state.exits": Text(
        "Aus „{name}“ führt nicht mehr: {items}.", "'{name}' can no longer be left by: {items}."
    ),
    "state.forms": Text(
        "In „{name}“ lässt sich nicht mehr ausfüllen: {items}.",
        "In '{name}' can no longer be filled in: {items}.",
    ),
    "state.conceals": Text(
        "In „{name}“ ist nicht mehr verdeckt: {items}.",
        "In '{name}' is no longer concealed: {items}.",
    ),
    "state.shown_after_own": Text(
        "In „{name}“ sieht jede Seite auch ohne eigene Fassung die der anderen von: {items}.",
        "In '{name}' a side sees the other's version even without its own of: {items}.",
    ),
    "state.waits_for": Text(
        "In „{name}“ wartet der Vorgang nicht mehr auf: {items}.",
        "In '{name}' the case no longer waits for: {items}.",
    ),
    "state.rights": Text(
        "In „{name}“ darf {role} nicht mehr: {items}.", "In '{name}' {role} may no longer: {items}."
    ),
    "transition.by": Text(
        "„{name}“ darf nicht mehr machen: {items}.", "'{name}' may no longer be taken by: {items}."
    ),
    "transition.not_by": Text(
        "Von „{name}“ ist nicht mehr ausgeschlossen: {items}.",
        "No longer excluded from '{name}': {items}.",
    ),
    "transition.permission": Text(
        "„{name}“ darf nicht mehr, wer darf: {items}.",
        "'{name}' is no longer open to whoever may: {items}.",
    ),
    "transition.requires": Text(
        "„{name}“ hat eine Voraussetzung nicht mehr, nämlich: {items}",
        "'{name}' no longer has the requirement: {items}",
    ),
    "transition.warns": Text(
        "„{name}“ warnt nicht mehr: {items}", "'{name}' no longer warns: {items}"
    ),
    "transition.effects": Text(
        "„{name}“ bewirkt nicht mehr: {items}.", "'{name}' no longer has the effect: {items}."
    ),
    "transition.notify": Text(
        "Nach „{name}“ bekommt keine Nachricht mehr: {items}.",
        "After '{name}' no longer gets a message: {items}.",
    ),
    "field.options": Text(
        "„{name}“ bietet nicht mehr an: {items}.", "'{name}' no longer offers: {items}."
    ),
    "list.options": Text(
        "Die Werteliste „{name}“ bietet nicht mehr an: {items}.",
        "The list '{name}' no longer offers: {items}.",
    ),
}

SET: Mapping[str, Text] = {
    "state.deadline": Text(
        "Frist in „{name}“, bisher: {old}. Jetzt: {new}.",
        "Deadline in '{name}', so far: {old}. Now: {new}.",
    ),
    "state.label": Text(
        "Der Stand „{old}“ heißt jetzt „{new}“.", "The state '{old}' is now called '{new}'."
    ),
    "transition.label": Text(
        "Der Schritt „{old}“ heißt jetzt „{new}“.", "The step '{old}' is now called '{new}'."
    ),
    "transition.to": Text(
        "„{name}“ führt jetzt nach „{new}“ statt nach „{old}“.",
        "'{name}' now leads to '{new}', not to '{old}'.",
    ),
    "transition.form": Text(
        "Zu „{name}“ gehört jetzt das Formular „{new}“ statt „{old}“.",
        "'{name}' now comes with the form '{new}', not '{old}'.",
    ),
    "transition.after_days": Text(
        "„{name}“ geschieht jetzt nach {new} statt {old} Tagen.",
        "'{name}' now happens after {new} days, not {old}.",
    ),
    "form.label": Text(
        "Das Formular „{old}“ heißt jetzt „{new}“.", "The form '{old}' is now called '{new}'."
    ),
    "field.label": Text(
        "Das Feld „{old}“ heißt jetzt „{new}“.", "The field '{old}' is now called '{new}'."
    ),
    "field.id": Text(
        "„{form}“: Das Feld „{name}“ heißt in der Datei jetzt {new} statt {old}.",
        "'{form}': in the file the field '{name}' is now called {new}, not {old}.",
    ),
    "workflow.label": Text(
        "Das Verfahren „{old}“ heißt jetzt „{new}“.", "The workflow '{old}' is now called '{new}'."
    ),
    "workflow.version": Text(
        "Angabe der Version in der Datei: „{old}“ → „{new}“.",
        "Version in the file: '{old}' → '{new}'.",
    ),
    "number": Text("{name}: {old} → {new}.", "{name}: {old} → {new}."),
}
"""Attribute → the sentence for a value that became another."""

ATTRIBUTE: Mapping[str, Text] = {
    "help": Text("Hilfetext", "help text"),
    "public": Text("Name für Außenstehende", "name for outsiders"),
    "phase": Text("Phase", "phase"),
    "task": Text("Aufgabe", "task"),
    "forms_when": Text("Bedingung für Formulare", "condition for forms"),
    "end": Text("Ende des Verfahrens", "end of the workflow"),
    "outcome": Text("Ergebnis", "outcome"),
    "trigger": Text("Auslöser", "trigger"),
    "when": Text("Bedingung", "condition"),
    "fact": Text("Tatsache", "fact"),
    "unmet": Text("Satz, wenn nicht erfüllt", "sentence when not met"),
    "sign_off": Text("Mitzeichnung", "sign-off"),
    "reason": Text("Begründung", "reason"),
    "decision": Text("Entscheidung", "decision"),
    "aside": Text("am Rand angeboten", "offered aside"),
    "confirm": Text("vorher noch einmal gezeigt", "shown once more before"),
    "announcements": Text("Hinweise über der Seite", "announcements at the top"),
    "outcomes": Text("nach dem Ergebnis", "after the outcome"),
    "copies": Text("übernimmt", "takes over"),
    "leaves": Text("lässt aus", "leaves out"),
    "proposed": Text("vorgeschlagen mit", "proposed with"),
    "derive": Text("Ableiten eines neuen Vorgangs", "deriving a new case"),
    "text": Text("Text", "text"),
    "day": Text("Tag", "day"),
    "states": Text("Zustände", "states"),
    "glance": Text("Auf einen Blick", "at a glance"),
    "title": Text("Titel", "title"),
    "place": Text("Ort", "place"),
    "unique": Text("Titel nur einmal", "title only once"),
    "group": Text("Gruppen", "groups"),
    "type": Text("Art der Angabe", "type"),
    "required": Text("Pflichtangabe", "required"),
    "by": Text("wer ausfüllt", "who fills it in"),
    "minimum": Text("kleinster Wert", "smallest value"),
    "maximum": Text("größter Wert", "largest value"),
    "min_length": Text("Mindestlänge", "shortest length"),
    "max_length": Text("Höchstlänge", "longest length"),
    "min_items": Text("Mindestzahl", "fewest entries"),
    "max_items": Text("Höchstzahl", "most entries"),
    "file_types": Text("Dateitypen", "file types"),
    "max_bytes": Text("Dateigröße", "size of files"),
    "prefill": Text("Vorbelegung", "prefill"),
    "compute": Text("Berechnung", "computation"),
    "must_be": Text("verlangte Antwort", "demanded answer"),
    "released_by": Text("Freigabe für andere", "release to others"),
    "to": Text("Ziel des Verweises", "what it refers to"),
    "side": Text("für welche Seite", "for which side"),
    "only_for": Text("nur gefragt bei", "asked only for"),
    "first_only": Text("nur bei der ersten Fassung", "at the first submission only"),
    "at": Text("wo der Satz steht", "where the sentence stands"),
    "each": Text("für jede Zeile von", "for each row of"),
    "per": Text("Ausgefüllt je", "filled in per"),
    "seen_by": Text("wer es sieht", "who sees it"),
    "part": Text("Abschnitt", "part"),
    "subject": Text("Titel, Ort und Nummer", "title, place and number"),
    "phases": Text("Phasen", "phases"),
    "sides": Text("Seiten", "sides"),
    "roles": Text("Rollen", "roles"),
    "scope": Text("Gegenstand der Genehmigung", "scope of the approval"),
    "variables": Text("Merkmale", "variables"),
    "absent": Text("fehlende Seite", "absent side"),
    "start": Text("Schritte, die eröffnen", "steps that open a case"),
    "variants": Text("Wortlaut", "wording"),
    "heading": Text("Überschrift", "heading"),
    "number": Text("Nummer", "number"),
    "mandatory": Text("immer enthalten", "always included"),
    "label": Text("Bezeichnung", "label"),
    "guarantees": Text("Zusicherungen", "guarantees"),
}
"""What an attribute is called, where it has no sentence of its own."""
ANY = Text(
    "„{name}“: {attribute} geändert: {old} → {new}.",
    "'{name}': {attribute} changed: {old} → {new}.",
)
ORDER = Text("„{name}“: andere Reihenfolge: {items}.", "'{name}': another order: {items}.")
CHANGED_ITEM = Text(
    "„{name}“: „{item}“ geändert: {old} → {new}.", "'{name}': '{item}' changed: {old} → {new}."
)
NOTHING = Text("nichts", "nothing")
YES, NO = Text("ja", "yes"), Text("nein", "no")
DAYS = Text("{days} Tage", "{days} days")
DAYS_AFTER = Text("{days} Tage nach „{field}“", "{days} days after '{field}'")
WARNED = Text("Erinnerung nach Tagen: {days}", "reminders after days: {days}")
ESCALATED = Text("dann an: {roles}", "then to: {roles}")
ALWAYS = Text("immer", "always")
FOR_STEPS = Text("bei: {items}", "for: {items}")
DERIVED_BY = Text("durch", "by")
IF = Text("wenn {condition}", "if {condition}")
