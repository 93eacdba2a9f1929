"""What an uploaded file is, judged by its content, and whether it may be kept."""

from __future__ import annotations

import io
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from workflow_app.core.errors import BadUpload

if TYPE_CHECKING:
    import pikepdf

Reason = Literal[
    "empty",
    "too_large",
    "wrong_type",
    "damaged",
    "encrypted",
    "active_content",
    "no_pages",
    "too_many_pixels",
]

BEGINNINGS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
# An A3 page scanned with 600 dpi has about 70 million pixels.
MAX_PIXELS = 80_000_000
# Actions that run something, call somebody or open another file. /GoTo, /Named and /URI are what
# ordinary texts have: a reader asks before it follows a link.
ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/GoToE", "/GoToR", "/SubmitForm", "/ImportData", "/Rendition"}
    | {"/RichMediaExecute", "/Movie", "/Sound"}
)
ACTIVE_ANNOTATIONS = frozenset({"/RichMedia", "/Movie", "/Screen", "/3D"})


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
    media_type = _media_type(data)
    if media_type is None or media_type not in types:
        raise BadFile(name, "wrong_type")
    if media_type == "application/pdf":
        return Inspected(media_type, _pages_of_pdf(name, data))
    _look_at_picture(name, data)
    return Inspected(media_type, None)


def _media_type(data: bytes) -> str | None:
    return next((kind for start, kind in BEGINNINGS.items() if data.startswith(start)), None)


def _pages_of_pdf(name: str, data: bytes) -> int:
    import pikepdf  # noqa: PLC0415 – loaded with the first upload.

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if pdf.is_encrypted:
                raise BadFile(name, "encrypted")
            if not len(pdf.pages):
                raise BadFile(name, "no_pages")
            if any(_is_active(thing) for thing in _dictionaries(pdf)):
                raise BadFile(name, "active_content")
            return len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise BadFile(name, "encrypted") from error
    # Behind a broken cross-reference qpdf also meets values of the wrong kind.
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as error:
        raise BadFile(name, "damaged") from error


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield every dictionary of a PDF, those inside others too."""
    import pikepdf  # noqa: PLC0415

    for thing in pdf.objects:
        waiting = [thing]
        while waiting:
            inner = waiting.pop()
            if isinstance(inner, pikepdf.Dictionary | pikepdf.Stream):
                yield inner
                waiting.extend(value for _, value in inner.items() if _stands_inside(value))
            elif isinstance(inner, pikepdf.Array):
                waiting.extend(value for value in inner if _stands_inside(value))


def _stands_inside(value: Any) -> bool:
    """Whether a value stands in its holder; one behind a reference comes in its own turn."""
    import pikepdf  # noqa: PLC0415

    return isinstance(value, pikepdf.Object) and not value.is_indirect


def _is_active(thing: Any) -> bool:
    return (
        str(thing.get("/S")) in ACTIVE_ACTIONS
        or str(thing.get("/Subtype")) in ACTIVE_ANNOTATIONS
        or "/JS" in thing
        or "/JavaScript" in thing
        or "/XFA" in thing
    )


def _look_at_picture(name: str, data: bytes) -> None:
    from PIL import Image  # noqa: PLC0415 – loaded with the first picture.

    def refuse(reason: Reason, error: Exception) -> NoReturn:
        raise BadFile(name, reason) from error

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise BadFile(name, "too_many_pixels")
                picture.load()
    except Image.DecompressionBombError as error:
        refuse("too_many_pixels", error)
    # Pillow's decoders raise these for broken data; a picture is whole or it is refused.
    except (OSError, SyntaxError, ValueError) as error:
        refuse("damaged", error)
