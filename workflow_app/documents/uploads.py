"""What an uploaded file is, judged by its content, and whether it may be kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workflow_app.core.errors import BadUpload

if TYPE_CHECKING:
    from workflow_app.documents.contents import Reason

BEGINNINGS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


class BadFile(BadUpload):
    """An uploaded file is refused; `reason` says why."""

    reason: Reason

    def __init__(self, name: str, reason: Reason) -> None:
        super().__init__(name, reason)


@dataclass(frozen=True, slots=True)
class Inspected:
    """What an accepted file is; `pages` is None for a picture."""

    media_type: str
    pages: int | None


def inspect(name: str, data: bytes, *, types: Collection[str], max_bytes: int) -> Inspected:
    """Return what the file is; raises BadFile. The name only serves the message."""
    if not data:
        raise BadFile(name, "empty")
    if len(data) > max_bytes:
        raise BadFile(name, "too_large")
    media_type = next((kind for start, kind in BEGINNINGS.items() if data.startswith(start)), None)
    if media_type is None or media_type not in types:
        raise BadFile(name, "wrong_type")
    # Loaded with the first upload: the web process need not spend the time at its start.
    from workflow_app.documents import contents

    try:
        if media_type == "application/pdf":
            return Inspected(media_type, contents.pdf_pages(data))
        contents.check_picture(data)
        return Inspected(media_type, None)
    except contents.Unfit as unfit:
        raise BadFile(name, unfit.reason) from unfit
