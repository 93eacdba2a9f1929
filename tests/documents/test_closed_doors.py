"""A template prints what it is given and reaches for nothing else."""

from __future__ import annotations

import io
import re
import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pikepdf
import pytest
from weasyprint import HTML

from tests.untested import program
from workflow_app.core.errors import DocumentError, NotFound
from workflow_app.documents.library import Library
from workflow_app.documents.pdf import render_document
from workflow_app.documents.render import to_html

Write = Callable[..., Library]
SECRET = b"DAS GEHEIMNIS"
PAGE = '<!doctype html><html lang="de"><title>Brief</title><body>{}'
DATA: dict[str, Any] = {
    "document": {"check_url": None, "created": "2026-12-01T09:30:00+00:00", "title": "Brief"},
    "forms": {"interest": {"items": "ein Feld namens items"}},
}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Return a file of this machine that belongs into no document."""
    file = tmp_path / "secret.svg"
    words = f'<text y="8" font-size="8">{SECRET.decode()}</text>'
    file.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="9">{words}</svg>')
    return file


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
        "{% import 'agreement/../../../README.md' as x %}",
        "{{ cycler }}",
        "{{ joiner() }}",
        "{{ namespace() }}",
        "{{ dict(a=1) }}",
        "{{ request }}",
        "{{ config }}",
        "{{ document.title.__globals__ }}",
        "{{ document.title['__class__'] }}",
        "{{ (document.title|string).join }}",
        "{{ forms.interest.items.split('n') }}",
        "{{ loop.__class__ }}",
        "{% for x in [1] %}{{ loop._iterator }}{% endfor %}",
        "{% for x in [1] %}{{ loop.__init__.__globals__ }}{% endfor %}",
        "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
        "{{ document|map('attr', '__class__')|list }}",
        "{{ ([document]|groupby('__class__')|first)[0] }}",
        "{{ '%s' % document.__class__ }}",
        "{{ '{0.__class__}'.format(document) }}",
        "{% set document.title = 'x' %}",
        "{% do document.update({}) %}",
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


@pytest.fixture
def listening() -> Iterator[tuple[str, list[str]]]:
    """Return the address of a server on this machine, and the list of what it was asked for."""
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def inline(inside: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="9" height="9"><title>x</title>{inside}</svg>'
    )


def as_data(drawing: str) -> str:
    return "data:image/svg+xml;base64," + b64encode(drawing.encode()).decode()


# `@` stands for the address: once of a server that must stay unasked, once of a secret file.
ENDS_THE_PRINTING = {
    "picture": '<img alt="x" src="@">',
    "picture for a fine screen": '<img alt="x" srcset="@ 2x" src="@">',
    "style sheet": '<link rel="stylesheet" href="@">',
    "imported style sheet": "<style>@import url(@);</style>",
    "background": '<p style="background: url(@)">x</p>',
    "border picture": '<p style="border: 1px solid; border-image: url(@) 30">x</p>',
    "font": "<style>@font-face { font-family: f; src: url(@) } p { font-family: f }</style><p>x",
    "bullet": '<ul style="list-style-image: url(@)"><li>x</ul>',
    "content": "<style>p::before { content: url(@) }</style><p>x",
    "page background": "<style>@page { background: url(@) }</style><p>x",
    "page margin": "<style>@page { @top-left { content: url(@) } }</style><p>x",
    "object": '<object data="@"></object>',
    "embedded": '<embed src="@">',
    "attachment of the file": '<link rel="attachment" href="@">',
    "attachment of a link": '<a rel="attachment" href="@">x</a>',
    "colour profile": "<style>@color-profile --x { src: url(@) }</style><p>x",
    "picture in a data address": f'<img alt="x" src="{as_data(inline(""))}">',
    "base": '<base href="@/"><img alt="x" src="relative.png">',
    "own folder's parent": '<img alt="x" src="asset:../agreement/style.css">',
    "nobody's protocol": '<img alt="x" src="ftp:@">',
}
GOES_ON_WITHOUT = {
    "frame": '<iframe src="@"></iframe>',
    "script": '<script src="@"></script>',
    "video": '<video src="@" poster="@"></video>',
    "drawing's picture": inline('<image href="@" width="9" height="9"/>'),
    "drawing's old picture": inline('<image xlink:href="@" width="9" height="9"/>'),
    "drawing's use": inline('<use href="@#a"/>'),
    "drawing's style": inline("<style>@import url(@);</style>"),
    "drawing's fill": inline('<rect width="9" height="9" fill="url(@#a)"/>'),
    "refresh": '<meta http-equiv="refresh" content="0; url=@">',
    "link to click": '<a href="@">x</a>',
}


@pytest.mark.parametrize("page", ENDS_THE_PRINTING.values(), ids=ENDS_THE_PRINTING.keys())
def test_a_page_that_asks_for_another_file_is_not_printed(
    page: str, own_document: Write, listening: tuple[str, list[str]], secret: Path
) -> None:
    server, asked = listening
    for address in (f"{server}/a", secret.as_uri()):
        with pytest.raises(DocumentError):
            render_document(own_document(PAGE.format(at(address, page))), "letter", DATA)
    assert asked == []


@pytest.mark.parametrize("page", GOES_ON_WITHOUT.values(), ids=GOES_ON_WITHOUT.keys())
def test_what_a_page_may_name_is_neither_fetched_nor_copied(
    page: str, own_document: Write, listening: tuple[str, list[str]], secret: Path
) -> None:
    server, asked = listening
    for address in (f"{server}/a", secret.as_uri()):
        pdf = render_document(own_document(PAGE.format(at(address, page))), "letter", DATA)
        assert SECRET not in everything_in(pdf)
    assert asked == []


def test_without_our_fetcher_the_server_would_have_been_asked(
    listening: tuple[str, list[str]],
) -> None:
    server, asked = listening
    HTML(string=PAGE.format(at(f"{server}/a", ENDS_THE_PRINTING["picture"]))).render()
    assert asked == ["/a"]


def test_a_drawing_cannot_name_a_file_as_its_own_text(own_document: Write, secret: Path) -> None:
    entity = f'<!DOCTYPE svg [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    drawing = entity + inline('<text y="8">&e;</text>').replace("<title>x</title>", "")
    library = own_document(
        PAGE.format('<img alt="x" src="asset:drawing.svg">'), **{"drawing.svg": drawing}
    )
    assert SECRET not in everything_in(render_document(library, "letter", DATA))


def at(address: str, page: str) -> str:
    """Put the address in; what CSS and attributes begin with `@` stays."""
    return re.sub(r"@(?![a-z])", lambda _: address, page)


def everything_in(pdf: bytes) -> bytes:
    """Return all of a PDF unpacked: text, streams and attachments."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        streams = [
            thing.read_bytes() for thing in opened.objects if isinstance(thing, pikepdf.Stream)
        ]
    command = [program("pdftotext", "poppler-utils"), "-", "-"]
    text = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    return b"\n".join([pdf, *streams, text])


def test_an_unknown_document_is_not_found(library: Library) -> None:
    with pytest.raises(NotFound):
        render_document(library, "../agreement", DATA)
    with pytest.raises(NotFound):
        library.files("_shared")
