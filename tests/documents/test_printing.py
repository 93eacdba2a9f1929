"""What every printed document is: whole, ours, readable for all, and the same every time."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from workflow_app.documents.library import Library
from workflow_app.documents.pdf import render_document

DOCUMENTS = [
    *("addendum", "agreement", "final_report", "interim_report", "outline"),
    *("recommendation", "record_sheet", "reflection", "review_note"),
]
EXPLANATIONS = ["rights_matrix", "workflow_manual"]
"""What explains a workflow, in either language; these bear no number of a case."""
OURS = {"Text", "Text-Semi-Bold", "Text-Italic", "Arabic", "Arabic-Semi-Bold"}
Print = Callable[[str], bytes]
Read = Callable[[bytes], list[str]]


def test_these_documents_are_shipped(library: Library) -> None:
    assert library.ids() == sorted([*DOCUMENTS, *EXPLANATIONS])


@pytest.mark.parametrize("name", [*DOCUMENTS, *EXPLANATIONS])
def test_a_document_carries_only_our_fonts_and_claims_what_it_is(name: str, printed: Print) -> None:
    with pikepdf.open(io.BytesIO(printed(name))) as pdf:
        fonts = {
            str(thing.FontName).split("+")[1]
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
        }
        assert fonts <= OURS, "our names for Fira Sans and Noto Sans Arabic"
        with pdf.open_metadata() as meta:
            assert meta["pdfaid:part"] == "3"
            assert meta["pdfaid:conformance"] == "A"
            assert meta["pdfuaid:part"] == "1"
            names = ("TP-2026-0001", "KV-2026-0001", "EM-2027-0001", "Garten", "Garden")
            assert any(name in meta["dc:title"] for name in names)
        assert pdf.Root.Lang == ("en" if name == "workflow_manual" else "de")


def test_every_page_of_a_released_agreement_says_which_text_it_is(
    printed: Print, read: Read
) -> None:
    pages = read(printed("agreement"))
    for number, page in enumerate(pages, 1):
        assert "TP-2026-0001 · KV-2026-0001 · Fassung 2" in page
        assert "Prüfsumme 3f9a0c51d7e2b846" in page
        assert f"Seite {number} von {len(pages)}" in page
        assert "ENTWURF" not in page


def test_heads_and_feet_of_a_page_are_not_read_aloud(printed: Print) -> None:
    with pikepdf.open(io.BytesIO(printed("agreement"))) as pdf:
        second = [
            (str(operator), [str(operand) for operand in operands])
            for operands, operator in pikepdf.parse_content_stream(pdf.pages[1])
        ]
        ties = pdf.Root.StructTreeRoot.ParentTree.Nums[3]
    marked = [operands for operator, operands in second if operator == "BDC"]
    assert ("BMC", ["/Artifact"]) in second
    assert len(marked) < len(ties), "the running lines have no place in the tag tree"


def test_a_draft_says_so_on_every_page_and_offers_no_lines_to_sign(
    library: Library, draft: dict[str, Any], read: Read
) -> None:
    pages = read(render_document(library, "agreement", draft))
    assert all("ENTWURF" in page for page in pages)
    text = " ".join("".join(pages).split())
    assert "Entwurf, nicht zur Unterzeichnung" in text
    assert "Ort, Datum" not in text
    assert "Echtheit prüfen" not in text


def test_what_the_partners_have_not_filled_in_yet_is_a_visible_gap(
    library: Library, draft: dict[str, Any], read: Read
) -> None:
    draft["forms"]["agreement"] |= {"party_civic": "", "notice_period": "", "joint_tasks": ""}
    text = " ".join("".join(read(render_document(library, "agreement", draft))).split())
    assert text.count("[noch offen]") == 4
    assert "Die Kündigungsfrist beträgt: [noch offen]." in text


def test_the_agreement_carries_its_data_if_it_is_given_them(
    library: Library, agreement: dict[str, Any]
) -> None:
    data = json.dumps(agreement).encode()
    pdf = render_document(library, "agreement", agreement, data)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        attached = opened.attachments["vorgangsdaten.json"].get_file()
        assert attached.read_bytes() == data


def test_printing_says_nothing_in_the_log(
    library: Library, draft: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        render_document(library, "agreement", draft)
    assert caplog.messages == []


def test_the_same_dictionary_gives_the_same_bytes(library: Library, printed: Print) -> None:
    again = render_document(library, "record_sheet", library.sample("record_sheet"))
    assert again == printed("record_sheet")


PRINT_ALL = """
import hashlib
from workflow_app.documents.library import Library
from workflow_app.documents.pdf import render_document
from workflow_app.paths import shipped_content
library = Library([shipped_content()])
for name in library.ids():
    pdf = render_document(library, name, library.sample(name), b"{}")
    print(name, hashlib.sha256(pdf).hexdigest())
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_other_processes_in_other_places_print_the_same_bytes(tmp_path: Path) -> None:
    elsewhere = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7", "HOME": str(tmp_path)}
    here = {"TZ": "America/New_York", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "99"}
    tokyo, new_york = (
        subprocess.run(
            [sys.executable, "-c", PRINT_ALL],
            env={**os.environ, **changed},
            cwd=place,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for changed, place in ((elsewhere, tmp_path), (here, "/"))
    )
    assert tokyo == new_york
    assert len(tokyo.splitlines()) == len(DOCUMENTS + EXPLANATIONS)


def test_starting_the_web_does_not_load_the_printing_press() -> None:
    program = (
        "import sys; from workflow_app.documents import assemble, library, pdf, render, uploads;"
        "print(sorted({'weasyprint', 'pikepdf', 'PIL', 'segno'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
