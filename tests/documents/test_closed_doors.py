"""A template prints what it is given and reaches for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workflow_app.core.errors import DocumentError, NotFound
from workflow_app.documents.library import Library
from workflow_app.documents.pdf import render_document
from workflow_app.documents.render import to_html

Write = Callable[..., Library]
PAGE = '<!doctype html><html lang="de"><title>Brief</title><body>{}'
DATA: dict[str, Any] = {
    "document": {"check_url": None, "created": "2026-12-01T09:30:00+00:00", "title": "Brief"},
    "forms": {"interest": {"items": "ein Feld namens items"}},
}


@pytest.mark.parametrize(
    "reach",
    [
        "{{ document.__class__ }}",
        "{{ document['__class__'] }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ document.title.format(1) }}",
        "{{ document['keys']() }}",
        "{{ document.update({}) }}",
        "{{ document|attr('keys') }}",
        "{{ [document]|map(attribute='__class__')|first }}",
        "{{ range(3) }}",
        "{{ lipsum() }}",
        "{{ self.__init__ }}",
        "{% include '../../../pyproject.toml' %}",
    ],
)
def test_a_template_cannot_reach_behind_the_data(reach: str, own_document: Write) -> None:
    with pytest.raises(DocumentError):
        to_html(own_document(PAGE.format(reach)), "letter", DATA)


def test_a_field_may_bear_the_name_of_a_method(own_document: Write) -> None:
    library = own_document(PAGE.format("{{ forms.interest.items }}"))
    assert "ein Feld namens items" in to_html(library, "letter", DATA)


def test_a_wrong_template_names_its_place(own_document: Write) -> None:
    library = own_document("eins\nzwei {% endif %}")
    with pytest.raises(DocumentError, match=r"letter/document\.html:2"):
        to_html(library, "letter", DATA)


@pytest.mark.parametrize(
    "page",
    [
        '<img alt="x" src="http://127.0.0.1:9/a.png">',
        '<img alt="x" src="file:///etc/hostname">',
        '<img alt="x" src="asset:../agreement/style.css">',
        '<img alt="x" src="data:image/svg+xml,%3Csvg/%3E">',
        '<link rel="stylesheet" href="https://tandem.example.org/a.css">',
        "<style>@import url(file:///etc/hostname);</style>",
        "<style>p { background: url(http://127.0.0.1:9/b.png) }</style><p>x</p>",
        "<style>@font-face { font-family: f; src: url(http://127.0.0.1:9/f) }"
        " p { font-family: f }</style><p>x</p>",
        '<link rel="attachment" href="file:///etc/hostname">',
        '<a rel="attachment" href="file:///etc/hostname">x</a>',
        '<object data="http://127.0.0.1:9/o"></object>',
        '<base href="http://127.0.0.1:9/"><img alt="x" src="relative.png">',
    ],
)
def test_a_page_that_asks_for_another_file_is_not_printed(page: str, own_document: Write) -> None:
    with pytest.raises(DocumentError):
        render_document(own_document(PAGE.format(page)), "letter", DATA)


def test_an_address_inside_a_picture_is_not_followed(own_document: Write, tmp_path: Path) -> None:
    (tmp_path / "secret.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    inside = f'<image href="{(tmp_path / "secret.svg").as_uri()}" width="9" height="9"/>'
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" width="9"><title>x</title>{inside}</svg>'
    pdf = render_document(own_document(PAGE.format(picture)), "letter", DATA)
    assert b"secret" not in pdf


def test_an_unknown_document_is_not_found(library: Library) -> None:
    with pytest.raises(NotFound):
        render_document(library, "../agreement", DATA)
    with pytest.raises(NotFound):
        library.files("_shared")
