"""Canonical text, digests and salted commitments: what sign-offs and the history rest on."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import rfc8785

LARGEST = 2**53 - 1
"""The largest whole number that JSON holds exactly."""

_written_in_c = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


def canonical(value: Any) -> bytes:
    """Return `value` (plain JSON) in the one form of RFC 8785.

    The standard library writes most values in the very same form, many times as fast; what it would
    write otherwise (numbers with a point, keys beyond ASCII) is left to rfc8785.
    """
    if _the_same_in_both(value):
        try:
            return _written_in_c(value).encode()
        except UnicodeEncodeError:
            pass  # Half a character: rfc8785 refuses it with its own error.
    return rfc8785.dumps(value)


def _the_same_in_both(value: Any) -> bool:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return bool(-LARGEST <= value <= LARGEST)
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                return False
            if type(item) is not str and not _the_same_in_both(item):
                return False
        return True
    return kind in (list, tuple) and all(_the_same_in_both(item) for item in value)


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def commitment(salt: bytes, value: Any) -> str:
    """Return `sha256(salt ‖ canonical text)`: without the salt it tells nothing about `value`."""
    return hashlib.sha256(salt + canonical(value)).hexdigest()


def checksum(snapshot_digest: str) -> str:
    """Return the checksum that is printed and typed: the first 16 hex digits."""
    return snapshot_digest[:16]


def typed_checksum(text: str) -> str:
    """Return a checksum that somebody typed as it is compared: in small letters, without groups."""
    return text.replace(" ", "").replace("-", "").lower()
