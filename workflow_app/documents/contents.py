"""What is inside an uploaded PDF or picture; loads pikepdf and Pillow."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import Any, Literal

import pikepdf
from PIL import Image, ImageFile

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

# An A3 page scanned with 600 dpi has about 70 million pixels.
MAX_PIXELS = 80_000_000
# Actions that run something, send something or open another file. Links (/URI), jumps (/GoTo) and
# page turning (/Named) are what ordinary texts have.
ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/GoToE", "/GoToR", "/SubmitForm", "/ImportData", "/Rendition"}
    | {"/RichMediaExecute", "/Movie", "/Sound"}
)
ACTIVE_ANNOTATIONS = frozenset({"/RichMedia", "/Movie", "/Screen", "/3D"})
ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/XFA"})


class Unfit(Exception):
    """The content may not be kept; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def pdf_pages(data: bytes) -> int:
    """Return the number of pages of a harmless PDF; raises Unfit."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if pdf.is_encrypted:
                raise Unfit("encrypted")
            if not len(pdf.pages):
                raise Unfit("no_pages")
            if any(_is_active(thing) for thing in _dictionaries(pdf)):
                raise Unfit("active_content")
            return len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise Unfit("encrypted") from error
    # Behind a broken cross-reference qpdf also meets values of the wrong kind.
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as error:
        raise Unfit("damaged") from error


def check_picture(data: bytes) -> None:
    """Decode a JPEG or PNG to its last line; raises Unfit."""
    # WeasyPrint, once loaded, makes Pillow take half a picture for a whole one.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            # Pillow warns from its own bound on; ours is said below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise Unfit("too_many_pixels")
                picture.load()
    except Image.DecompressionBombError as error:
        raise Unfit("too_many_pixels") from error
    # Pillow's decoders raise these for broken data; a picture is whole or it is refused.
    except (OSError, SyntaxError, ValueError) as error:
        raise Unfit("damaged") from error


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield every dictionary of a PDF, those inside others too."""
    for thing in pdf.objects:
        waiting: list[Any] = [thing]
        while waiting:
            inner = waiting.pop()
            if isinstance(inner, pikepdf.Dictionary | pikepdf.Stream):
                yield inner
                waiting.extend(value for _, value in inner.items() if _stands_inside(value))
            elif isinstance(inner, pikepdf.Array):
                waiting.extend(value for value in inner if _stands_inside(value))


def _stands_inside(value: Any) -> bool:
    """Whether a value stands in its holder; one behind a reference comes in its own turn."""
    return isinstance(value, pikepdf.Object) and not value.is_indirect


def _is_active(thing: Any) -> bool:
    return (
        str(thing.get("/S")) in ACTIVE_ACTIONS
        or str(thing.get("/Subtype")) in ACTIVE_ANNOTATIONS
        or any(key in thing for key in ACTIVE_KEYS)
    )
