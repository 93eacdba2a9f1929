"""Documents as PDF/A-3a and PDF/UA-1: the same dictionary gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from workflow_app.core.errors import DocumentError
from workflow_app.documents.library import Library
from workflow_app.documents.render import to_html

VARIANT = "pdf/a-3a"
ATTACHMENT = "vorgangsdaten.json"


def render_document(
    library: Library, document_id: str, data: Mapping[str, Any], attachment: bytes | None = None
) -> bytes:
    """Return the PDF of a document, with a JSON attachment if there is one.

    Raises NotFound for an unknown document and DocumentError for a template that does not fit
    the data or reaches for an address outside its folder.
    """
    # WeasyPrint takes a second to load, which the web process need not spend at its start.
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    from workflow_app.documents.accessible import finish
    from workflow_app.documents.fetcher import AssetFetcher
    from workflow_app.documents.glyphs import printable

    html = printable(to_html(library, document_id, data))
    fetcher = AssetFetcher(library.assets(document_id))
    try:
        # WeasyPrint leaves its colour profile for Python to close, which Python remarks upon.
        with warnings.catch_warnings(action="ignore", category=ResourceWarning):
            pages = HTML(string=html, url_fetcher=fetcher, base_url="asset:").render(
                pdf_variant=VARIANT
            )
            pdf: bytes = pages.write_pdf(
                pdf_variant=VARIANT,
                pdf_identifier=_identifier(library.fingerprint(document_id), data, attachment),
                attachments=_attachments(fetcher, data, attachment),
                finisher=finish,
            )
    # This error does not inherit from Exception, so that WeasyPrint cannot swallow it.
    except FatalURLFetchingError as error:
        raise DocumentError(document_id, [str(error)]) from error
    return pdf


def _identifier(fingerprint: str, data: Mapping[str, Any], attachment: bytes | None) -> bytes:
    """Return the file identifier: made from the content, because a random one would differ."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    parts = [fingerprint.encode(), text.encode(), attachment or b""]
    return hashlib.sha256(b"\0".join(parts)).digest()[:16]


def _attachments(fetcher: Any, data: Mapping[str, Any], attachment: bytes | None) -> list[Any]:
    if attachment is None:
        return []
    from weasyprint import Attachment

    created = datetime.fromisoformat(data["document"]["created"]).astimezone(UTC)
    return [
        Attachment(
            string=attachment,
            url_fetcher=fetcher,
            name=ATTACHMENT,
            description="Angaben dieser Fassung als JSON",
            # WeasyPrint expects times without a zone and would otherwise take the clock.
            created=created.replace(tzinfo=None),
            modified=created.replace(tzinfo=None),
            relationship="Source",
        )
    ]
