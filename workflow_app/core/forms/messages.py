"""What is said about a field that cannot be taken as it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow_app.core.definition.model import Text


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with what was typed."""

    path: str
    """Field, or `rows.index.column`."""
    rule: str
    text: Text


MESSAGES: Mapping[str, Text] = {
    "required": Text("Bitte füllen Sie „{label}“ aus.", "Please fill in '{label}'."),
    "not_text": Text("„{label}“ ist nicht lesbar.", "'{label}' cannot be read."),
    "control_characters": Text(
        "„{label}“ enthält Zeichen, die sich nicht drucken lassen.",
        "'{label}' contains characters that cannot be printed.",
    ),
    "one_line_only": Text(
        "„{label}“ darf nur eine Zeile haben.", "'{label}' may have one line only."
    ),
    "not_a_number": Text(
        "Geben Sie „{label}“ als Zahl ein, zum Beispiel 1.250,50.",
        "Enter '{label}' as a number, for example 1250.50.",
    ),
    "number_too_long": Text(
        "Die Zahl in „{label}“ ist zu lang.", "The number in '{label}' is too long."
    ),
    "not_a_whole_number": Text(
        "Geben Sie „{label}“ als ganze Zahl ein, zum Beispiel 36.",
        "Enter '{label}' as a whole number, for example 36.",
    ),
    "too_many_decimals": Text(
        "„{label}“ hat zu viele Nachkommastellen.", "'{label}' has too many decimal places."
    ),
    "no_such_day": Text(
        "Den Tag in „{label}“ gibt es nicht.", "The day in '{label}' does not exist."
    ),
    "not_a_date": Text(
        "Geben Sie „{label}“ als Datum ein, zum Beispiel 01.02.2027.",
        "Enter '{label}' as a date, for example 01.02.2027.",
    ),
    "not_a_time": Text(
        "Geben Sie „{label}“ mit Uhrzeit ein, zum Beispiel 01.02.2027 17:00.",
        "Enter '{label}' with a time, for example 01.02.2027 17:00.",
    ),
    "not_a_choice": Text(
        "Wählen Sie bei „{label}“ einen der angebotenen Werte.",
        "Choose one of the values offered for '{label}'.",
    ),
    "not_a_file": Text(
        "Laden Sie die Datei zu „{label}“ bitte erneut hoch.",
        "Please upload the file for '{label}' again.",
    ),
    "unknown_reference": Text(
        "Den Eintrag in „{label}“ gibt es nicht oder nicht mehr.",
        "The entry in '{label}' does not exist, or no longer.",
    ),
    "too_short": Text(
        "„{label}“ ist zu kurz: mindestens {limit} Zeichen.",
        "'{label}' is too short: at least {limit} characters.",
    ),
    "too_long": Text(
        "„{label}“ ist zu lang: höchstens {limit} Zeichen.",
        "'{label}' is too long: {limit} characters at most.",
    ),
    "too_small": Text(
        "„{label}“ muss mindestens {limit} sein.", "'{label}' must be at least {limit}."
    ),
    "too_large": Text(
        "„{label}“ darf höchstens {limit} sein.", "'{label}' may be {limit} at most."
    ),
    "too_early": Text(
        "„{label}“ darf nicht vor dem {limit} liegen.", "'{label}' may not be before {limit}."
    ),
    "too_late": Text(
        "„{label}“ darf nicht nach dem {limit} liegen.", "'{label}' may not be after {limit}."
    ),
    "too_few": Text("„{label}“: mindestens {limit} angeben.", "'{label}': give at least {limit}."),
    "too_many": Text("„{label}“: höchstens {limit} angeben.", "'{label}': give {limit} at most."),
    "must_be": Text("„{label}“ muss bestätigt sein.", "'{label}' must be confirmed."),
    "unanswered": Text(
        "„{label}“: Bitte antworten Sie auf jede Zeile.", "'{label}': please answer every line."
    ),
}
"""Rule → the sentence to show; `{label}` and `{limit}` are filled in."""
