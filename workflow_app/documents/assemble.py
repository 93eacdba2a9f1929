"""One PDF for the file: the issued text, each signed copy and the record sheet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf

ISSUED = "Ausgefertigter Text"
SHEET = "Registerblatt zur Unterzeichnung"
# The joined file holds scans: what the issued text could claim is not true of the whole.
CLAIMS = ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")


def signed_file(issued: bytes, copies: Sequence[tuple[str, bytes]], sheet: bytes) -> bytes:
    """Return the issued text, the signed copies and the record sheet as one PDF.

    Each part begins with a bookmark: the label of a copy says whose it is. The same parts give
    the same bytes. The parts must be inspected PDFs; their own files remain what counts, because
    a signature inside a copy does not survive the joining.
    """
    # Loaded with the first complete agreement, not with the web process.
    import pikepdf

    parts = [*copies, (SHEET, sheet)]
    # The issued text is the ground, so that its tags, bookmarks and attachment stay.
    with pikepdf.open(io.BytesIO(issued)) as joined:
        begins = [(ISSUED, 0)]
        for label, data in parts:
            begins.append((label, len(joined.pages)))
            with pikepdf.open(io.BytesIO(data)) as part:
                # A signature is drawn onto its page: as a field it would read "invalid" here.
                part.flatten_annotations("print")
                for page in part.pages:
                    _untie(page)
                joined.pages.extend(part.pages)
        with joined.open_outline() as outline:
            inside = list(outline.root)
            outline.root.clear()
            outline.root.extend(pikepdf.OutlineItem(label, page) for label, page in begins)
            outline.root[0].children.extend(inside)
        with joined.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as meta:
            for claim in CLAIMS:
                if claim in meta:
                    del meta[claim]
        target = io.BytesIO()
        joined.save(target, deterministic_id=True)
    return target.getvalue()


def _untie(page: pikepdf.Page) -> None:
    """Take a page's place in its own tag tree away: the number means another place in ours."""
    for thing in [page.obj, *page.obj.get("/Annots", ())]:
        for key in ("/StructParents", "/StructParent"):
            if key in thing:
                del thing[key]
