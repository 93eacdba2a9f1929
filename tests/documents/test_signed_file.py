"""The file of a complete agreement: text, signed copies and record sheet in one PDF."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest

from workflow_app.documents.assemble import signed_file

Print = Callable[[str], bytes]


def scan(width: int, pages: int) -> bytes:
    """A scan of so many pages, recognisable by its width."""
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(width, 842))
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def signed_scan() -> bytes:
    """A copy with a visible signature field, as a signing program leaves it."""
    pdf = pikepdf.open(io.BytesIO(scan(602, 1)))
    look = pikepdf.Stream(
        pdf,
        b"0 0 40 20 re f",
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[0, 0, 40, 20],
    )
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        FT=pikepdf.Name.Sig,
        T=pikepdf.String("Unterschrift"),
        V=pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=[0, 10, 20, 30]),
        Rect=[50, 50, 90, 70],
        F=132,
        AP=pikepdf.Dictionary(N=look),
    )
    field = pdf.make_indirect(field)
    pdf.pages[0].obj.Annots = pikepdf.Array([field])
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


@pytest.fixture
def parts(printed: Print) -> tuple[bytes, list[tuple[str, bytes]], bytes]:
    copies = [
        ("Ausfertigung der kommunalen Seite", scan(601, 2)),
        ("Ausfertigung der Engagement-Seite", signed_scan()),
    ]
    return printed("agreement"), copies, printed("record_sheet")


def test_text_copies_and_record_sheet_follow_each_other(
    parts: tuple[bytes, list[tuple[str, bytes]], bytes], printed: Print
) -> None:
    with pikepdf.open(io.BytesIO(printed("agreement"))) as text:
        length = len(text.pages)
    with pikepdf.open(io.BytesIO(signed_file(*parts))) as pdf:
        widths = [int(page.mediabox[2]) for page in pdf.pages]
        assert widths[length : length + 3] == [601, 601, 602]
        assert 601 not in widths[:length]
        with pdf.open_outline() as outline:
            titles = [item.title for item in outline.root]
            inside = [item.title for item in outline.root[0].children[0].children]
        assert titles == [
            "Ausgefertigter Text",
            "Ausfertigung der kommunalen Seite",
            "Ausfertigung der Engagement-Seite",
            "Registerblatt zur Unterzeichnung",
        ]
        assert "§ 1Gegenstand und Ziele" in [
            title.replace("\N{NO-BREAK SPACE}", " ") for title in inside
        ]


def test_the_joined_file_claims_nothing_that_scans_cannot_hold(
    parts: tuple[bytes, list[tuple[str, bytes]], bytes],
) -> None:
    with pikepdf.open(io.BytesIO(signed_file(*parts))) as pdf, pdf.open_metadata() as meta:
        assert "pdfaid:part" not in meta
        assert "pdfuaid:part" not in meta
        assert "Kooperationsvereinbarung" in meta["dc:title"]


def test_a_signature_stays_to_be_seen_but_is_no_field_that_reads_invalid(
    parts: tuple[bytes, list[tuple[str, bytes]], bytes],
) -> None:
    with pikepdf.open(io.BytesIO(signed_file(*parts))) as pdf:
        page = next(page for page in pdf.pages if int(page.mediabox[2]) == 602)
        assert "/AcroForm" not in pdf.Root
        assert not list(page.get("/Annots", []))
        assert len(page.form_xobjects) == 1


def test_the_same_parts_give_the_same_file(
    parts: tuple[bytes, list[tuple[str, bytes]], bytes],
) -> None:
    assert signed_file(*parts) == signed_file(*parts)
