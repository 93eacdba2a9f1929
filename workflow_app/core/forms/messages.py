"""What is said about a field that cannot be taken as it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow_app.core.definition.forms import Field
from workflow_app.core.definition.model import Text


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with what was typed."""

    path: str
    """Field, or `rows.index.column`."""
    rule: str
    text: Text
    entry: Text | None = None
    """In which entry of which table it is; None: not in a table."""

    def told(self, language: str) -> str:
        """Return the sentence with the entry that it is about, as a list of problems says it."""
        said = self.text(language)
        return f"{self.entry(language)}: {said}" if self.entry else said


LONGEST_QUOTE = 40
"""Characters of what was typed that a sentence repeats."""


def quoted(typed: object) -> str:
    """Return what was typed as a sentence repeats it: one line, not too long."""
    line = " ".join(str(typed).split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE]} …"


def entry(rows: Text, number: int) -> Text:
    """Return how the entry with this number, counted from 1, of a table is called."""
    return Text(f"{rows.de}, Eintrag {number}", f"{rows.en}, entry {number}")


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
        "„{label}“: „{typed}“ ist keine Zahl. Schreiben Sie sie zum Beispiel so: 1.250,50.",
        "'{label}': '{typed}' is no number. Write it like this: 1250.50.",
    ),
    "number_too_long": Text(
        "„{label}“: Die Zahl „{typed}“ ist zu lang.",
        "'{label}': the number '{typed}' is too long.",
    ),
    "not_a_whole_number": Text(
        "„{label}“: „{typed}“ ist keine ganze Zahl. Schreiben Sie sie zum Beispiel so: 36.",
        "'{label}': '{typed}' is no whole number. Write it like this: 36.",
    ),
    "too_many_decimals": Text(
        "„{label}“: „{typed}“ hat zu viele Stellen nach dem Komma; {places} sind möglich.",
        "'{label}': '{typed}' has too many decimal places; {places} are possible.",
    ),
    "no_such_day": Text(
        "„{label}“: Den Tag „{typed}“ gibt es nicht.",
        "'{label}': there is no day '{typed}'.",
    ),
    "not_a_date": Text(
        "„{label}“: „{typed}“ ist kein Datum. Schreiben Sie es so: 01.02.2027.",
        "'{label}': '{typed}' is no date. Write it like this: 01.02.2027.",
    ),
    "not_a_time": Text(
        "„{label}“: „{typed}“ ist kein Tag mit Uhrzeit. Schreiben Sie beides so: 01.02.2027 17:00.",
        "'{label}': '{typed}' is no day with a time. Write both like this: 01.02.2027 17:00.",
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
        "„{label}“ ist zu kurz: {length} Zeichen, mindestens {limit} sind nötig.",
        "'{label}' is too short: {length} characters, at least {limit} are needed.",
    ),
    "too_long": Text(
        "„{label}“ ist zu lang: {length} Zeichen, höchstens {limit} sind möglich.",
        "'{label}' is too long: {length} characters, {limit} at most.",
    ),
    "too_small": Text(
        "„{label}“: „{typed}“ ist zu wenig; mindestens {limit} sind nötig.",
        "'{label}': '{typed}' is too little; at least {limit} are needed.",
    ),
    "too_large": Text(
        "„{label}“: „{typed}“ ist zu viel; höchstens {limit} sind möglich.",
        "'{label}': '{typed}' is too much; {limit} at most.",
    ),
    "too_early": Text(
        "„{label}“: Der {typed} ist zu früh; möglich ist es ab dem {limit}.",
        "'{label}': {typed} is too early; possible from {limit}.",
    ),
    "too_late": Text(
        "„{label}“: Der {typed} ist zu spät; möglich ist es bis zum {limit}.",
        "'{label}': {typed} is too late; possible until {limit}.",
    ),
    "too_few": Text(
        "„{label}“: {length} sind angegeben, mindestens {limit} sind nötig.",
        "'{label}': {length} given, at least {limit} are needed.",
    ),
    "too_many": Text(
        "„{label}“: {length} sind angegeben, höchstens {limit} sind möglich.",
        "'{label}': {length} given, {limit} at most.",
    ),
    "must_be": Text("„{label}“ muss bestätigt sein.", "'{label}' must be confirmed."),
    "unanswered": Text(
        "„{label}“: Bitte antworten Sie auf jede Zeile.", "'{label}': please answer every line."
    ),
}
"""Rule → the sentence to show. Filled in: `{label}` of the field, what was `{typed}`, the
`{limit}`, the `{length}` (characters, rows or choices) and the decimal `{places}`."""

_CHOOSE = Text("Bitte wählen Sie „{label}“.", "Please choose '{label}'.")
_ENTER = Text(
    "Bitte machen Sie bei „{label}“ mindestens einen Eintrag.",
    "Please make at least one entry under '{label}'.",
)
_UPLOAD = Text("Bitte laden Sie „{label}“ hoch.", "Please upload '{label}'.")
MISSING: Mapping[str, Text] = {
    **dict.fromkeys(("one_of", "several_of", "reference", "references", "yes_no"), _CHOOSE),
    **dict.fromkeys(("checklist", "likert"), MESSAGES["unanswered"]),
    **dict.fromkeys(("rows", "list"), _ENTER),
    **dict.fromkeys(("file", "files"), _UPLOAD),
}
"""Type of a field → the sentence if it is missing; any other type is filled in."""
CONFIRM = Text("Bitte bestätigen Sie „{label}“.", "Please confirm '{label}'.")
"""Said of a missing yes where yes is the only answer."""


def missing(f: Field) -> Text:
    """Return the sentence for a field that must be filled and is not."""
    if f.type == "yes_no" and f.must_be == "yes":
        return CONFIRM
    return MISSING.get(f.type, MESSAGES["required"])
