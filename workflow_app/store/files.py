"""Bytes in a folder, each under its own hash; written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


class Files:
    """A content-addressed folder: `ab/cdef…` holds the bytes whose SHA-256 is `abcdef…`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, data: bytes) -> str:
        """Write `data` unless it is there already, and return its SHA-256.

        :raises OSError: if it cannot be written; then nothing is left behind.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        target = self._path(sha256)
        if target.exists():
            return sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return sha256

    def read(self, sha256: str) -> bytes:
        """Return the bytes.

        :raises FileNotFoundError: if there are none with this hash.
        """
        return self._path(sha256).read_bytes()

    def sound(self, sha256: str) -> bool:
        """Say whether the bytes are there and still have this hash."""
        try:
            return hashlib.sha256(self.read(sha256)).hexdigest() == sha256
        except FileNotFoundError:
            return False

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:]
