"""Whatever people type stands on the paper as they typed it: as words, never as a command."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from workflow_app.documents.library import Library
from workflow_app.documents.pdf import render_document

Read = Callable[[bytes], list[str]]
Outline = Callable[[str], dict[str, Any]]

AS_TYPED = {
    "HTML": '<script>alert(1)</script><img src="file:///etc/passwd">',
    "an end of everything": "</p></main></body></html>",
    "CSS": "</style><style>* { display: none }",
    "a comment": "<!-- nichts davon -->",
    "Jinja": "{{ 7 * 7 }} {% include 'x' %} {# weg #}",
    "an entity": "&lt;b&gt; &amp;nbsp; &#65;",
    "quotation marks": "\" onload=\"x' data-x='",
    "Turkish and Polish": "Şeyma Yıldız-Łukasik",
    "Vietnamese": "Nguyễn Thị Hồng Ánh",
    "Cyrillic": "Олександр Шевченко",
    "Greek": "Ελένη Παπαδοπούλου",
}


def fonts(pdf: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {
            str(thing.FontName).split("+")[1]
            for thing in opened.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
        }


@pytest.mark.parametrize("words", AS_TYPED.values(), ids=AS_TYPED.keys())
def test_words_stay_words(words: str, library: Library, with_words: Outline, read: Read) -> None:
    text = " ".join("".join(read(render_document(library, "outline", with_words(words)))).split())
    assert text.count(" ".join(words.split())) >= 4
    assert "Prüfsumme a1b2c3d4e5f60718" in text, "the page goes on after the words"


def test_an_arabic_name_is_printed_with_our_own_font(
    library: Library, with_words: Outline, read: Read
) -> None:
    pdf = render_document(library, "outline", with_words("محمد العربي"))
    assert fonts(pdf) <= {"Text", "Text-Semi-Bold", "Text-Italic", "Arabic", "Arabic-Semi-Bold"}
    assert "محمد" in "".join(read(pdf))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Fest 🎉!", "Fest [U+1F389]!"),
        ("Familie 👩‍👧", "Familie [U+1F469]"),
        ("Herz ❤\ufe0f.", "Herz [U+2764]."),
        ("張偉 kommt", "[U+5F35][U+5049] kommt"),
        ("Zeichen \uf8ff privat", "Zeichen [U+F8FF] privat"),
        ("vor\ttreten", "vor treten"),
        ("ohne \x00\x01\ud800Steuerung", "ohne Steuerung"),
    ],
)
def test_what_no_font_has_is_printed_as_its_number(
    typed: str, printed: str, library: Library, with_words: Outline, read: Read
) -> None:
    pdf = render_document(library, "outline", with_words(typed))
    assert printed in " ".join("".join(read(pdf)).split())
    assert fonts(pdf) <= {"Text", "Text-Semi-Bold", "Text-Italic"}, "no font of this machine"


def test_nobody_turns_the_order_of_words_on_paper(
    library: Library, with_words: Outline, read: Read
) -> None:
    tricked = "Betrag \u202e000.1\u202c Euro, \u2067zwei\u2069 Seiten"
    text = "".join(read(render_document(library, "outline", with_words(tricked))))
    assert "Betrag 000.1 Euro, zwei Seiten" in text


def test_invisible_characters_do_no_harm(library: Library, with_words: Outline, read: Read) -> None:
    words = "Sprach\u200bcafé\ufeff unter\u00adwegs\u200d heute"
    text = "".join(read(render_document(library, "outline", with_words(words))))
    assert "heute" in text
    assert "[U+" not in text


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("x" * 99_990 + " amEnde", "amEnde"),
        ("Donaudampfschifffahrtsgesellschaft" * 2900 + " amEnde", "amEnde"),
        ("Wort an Wort. " * 7_100 + "amEnde", "amEnde"),
    ],
    ids=["one letter", "one word", "many words"],
)
def test_a_hundred_thousand_characters_are_printed_to_the_last(
    words: str, last: str, library: Library, with_words: Outline, read: Read
) -> None:
    began = time.process_time()
    pages = read(render_document(library, "outline", with_words(words)))
    assert time.process_time() - began < 40
    assert last in "".join(pages)
    assert 10 < len(pages) < 60
    letters = sum(page.count("x") for page in pages)
    if words.startswith("x"):
        assert letters >= 99_990, "no letter runs off the page"


def test_a_hash_is_never_broken_for_whoever_copies_it(library: Library, read: Read) -> None:
    sheet = library.sample("record_sheet")
    text = "".join(read(render_document(library, "record_sheet", sheet)))
    assert sheet["issued"]["sha256"] in text
