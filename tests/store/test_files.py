"""Files under their own hash: written whole, written once, and checked."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from workflow_app.store.files import Files


def test_bytes_come_back_under_their_hash(tmp_path: Path) -> None:
    files = Files(tmp_path / "files")
    name = files.keep("Grüße".encode())
    assert name == hashlib.sha256("Grüße".encode()).hexdigest()
    assert files.read(name) == "Grüße".encode()
    assert files.sound(name)


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    files = Files(tmp_path)
    assert files.keep(b"einmal") == files.keep(b"einmal")
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1


def test_changed_and_missing_bytes_are_not_sound(tmp_path: Path) -> None:
    files = Files(tmp_path)
    name = files.keep(b"echt")
    (tmp_path / name[:2] / name[2:]).write_bytes(b"falsch")
    assert not files.sound(name)
    assert not files.sound("0" * 64)
    with pytest.raises(FileNotFoundError):
        files.read("0" * 64)


def test_a_write_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        Files(tmp_path).keep(b"zu viel")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
