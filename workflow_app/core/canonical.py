"""Canonical text, digests and salted commitments: what sign-offs and the history rest on."""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """Return `value` (plain JSON) in the one form of RFC 8785."""
    return rfc8785.dumps(value)


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def commitment(salt: bytes, value: Any) -> str:
    """Return `sha256(salt ‖ canonical text)`: without the salt it tells nothing about `value`."""
    return hashlib.sha256(salt + canonical(value)).hexdigest()


def checksum(snapshot_digest: str) -> str:
    """Return the checksum that is printed and typed: the first 16 hex digits."""
    return snapshot_digest[:16]
