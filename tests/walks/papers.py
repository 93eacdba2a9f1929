"""Documents as people handle them: reading, comparing, scanning."""

from __future__ import annotations

import io
import re
import subprocess

from pikepdf import Pdf

from tests.untested import program
from tests.walks.page import Page


def words(pdf: Page) -> str:
    """Return the words that are printed in a PDF."""
    command = [program("pdftotext", "poppler-utils"), "-layout", "-", "-"]
    return subprocess.run(command, input=pdf.data, capture_output=True, check=True).stdout.decode()


def printed_checksum(pdf: Page) -> str:
    """Return the checksum that stands in the footer of every page."""
    found = set(re.findall(r"Prüfsumme:? ((?:[0-9a-f]{4} ?){4})", words(pdf)))
    assert len(found) == 1, found
    return str(found.pop()).replace(" ", "")


def scan(issued: Page, title: str) -> bytes:
    """Return the issued agreement as one would scan it: other bytes, the same pages."""
    stream = io.BytesIO()
    with Pdf.open(io.BytesIO(issued.data)) as pdf:
        del pdf.Root.Metadata
        pdf.docinfo["/Title"] = title
        pdf.save(stream)
    return stream.getvalue()
