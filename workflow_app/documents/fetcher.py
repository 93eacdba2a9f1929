"""The only way from a document to a file: `asset:` and a name that is on the list."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import woff2  # type: ignore[import-untyped]
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

FONTS = Path(__file__).resolve().parent / "fonts"
MEDIA_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


class AssetFetcher(URLFetcher):
    """Serves the files of one document and our fonts; any other address ends the rendering."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            allowed_protocols=("asset",), allow_redirects=False
        )
        fonts = {f"fonts/{path.name}": path for path in FONTS.glob("*.woff2")}
        self._files = {
            f"asset:{name}": path
            for name, path in {**files, **fonts}.items()
            if path.suffix in MEDIA_TYPES
        }

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return one listed file; raises FatalURLFetchingError for everything else."""
        path = self._files.get(url)
        if path is None:
            raise FatalURLFetchingError(url[:120])
        content = path.read_bytes()
        if path.suffix == ".woff2":
            return URLFetcherResponse(url, _unpacked(content), {"Content-Type": "font/sfnt"})
        return URLFetcherResponse(url, content, {"Content-Type": MEDIA_TYPES[path.suffix]})


@cache
def _unpacked(font: bytes) -> bytes:
    """Return a font as WeasyPrint would unpack it, at half the cost of a document, for each one."""
    unpacked = BytesIO()
    woff2.decompress(BytesIO(font), unpacked)
    return unpacked.getvalue()
