"""Which passwords are refused: short ones, those that others guess first, and one's own name."""

from __future__ import annotations

import pytest

from workflow_app.services.accounts import passwords

NAME, EMAIL = "Sabine Kraus-Yıldız", "s.kraus72@example.org"


@pytest.mark.parametrize(
    ("password", "because"),
    [
        ("elf Zeichen", passwords.TOO_SHORT),
        ("kein Ende " * 13, passwords.TOO_LONG),
        ("KRAUS und Rüben im Topf", passwords.PERSONAL),
        ("mein yıldız am Himmel", passwords.PERSONAL),
        ("Willkommen2026!", passwords.COMMON),
        ("P@ssw0rd1234", passwords.COMMON),
        ("Passwort-Passwort-Passwort", passwords.COMMON),
        ("qwertzuiop1234", passwords.COMMON),
        ("Landratsamt2026!", passwords.COMMON),
        ("a" * 128, passwords.COMMON),
        ("ein langes Kennwort", None),
        ("k7Rw2pXq9Lz1", None),
        ("vier rote Igel singen " * 5, None),
    ],
)
def test_what_is_said_about_a_password(password: str, because: object) -> None:
    assert passwords.complaint_about(password, NAME, EMAIL) == because


def test_the_short_parts_of_a_name_are_in_many_words_and_do_not_count() -> None:
    assert passwords.complaint_about("Liebe rote Igel singen", "Li Wu", "li.wu@example.org") is None
