"""The shipped documents, each printed once a session."""

from __future__ import annotations

import copy
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.untested import program
from workflow_app.documents.library import Library
from workflow_app.documents.pdf import render_document
from workflow_app.paths import shipped_content


@pytest.fixture(scope="session")
def library() -> Library:
    return Library([shipped_content()])


@pytest.fixture(scope="session")
def printed(library: Library) -> Callable[[str], bytes]:
    """Return a document's sample as PDF."""
    return cache(lambda name: render_document(library, name, library.sample(name)))


@pytest.fixture
def agreement(library: Library) -> dict[str, Any]:
    """The agreement on „Sprachcafé unterwegs“, released and with a check code."""
    return library.sample("agreement")


@pytest.fixture
def draft(agreement: dict[str, Any]) -> dict[str, Any]:
    """The same agreement while Sabine Kraus and Tobias Lindner still write it."""
    draft = copy.deepcopy(agreement)
    draft["document"] |= dict.fromkeys(("number", "date", "check_code", "check_url"))
    draft["document"]["draft"] = True
    return draft


@pytest.fixture
def with_words(library: Library) -> Callable[[str], dict[str, Any]]:
    """Return an outline whose title, organisation, heading, list and long text say these words."""

    def outline(words: str) -> dict[str, Any]:
        said = library.sample("outline")
        said["case"]["title"] = words[:200]
        said["sides"]["civic"]["organisation"] = words[:200]
        said["sections"][0]["heading"] = words[:200]
        said["sections"][0]["fields"] = [
            {"label": "Themen", "value": [words[:200]]},
            {"label": "Kurzbeschreibung", "value": words},
        ]
        return said

    return outline


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], list[str]]:
    """Return the text of each page, as a reader's program takes it out."""

    def pages(pdf: bytes) -> list[str]:
        file = tmp_path / "read.pdf"
        file.write_bytes(pdf)
        command = [program("pdftotext", "poppler-utils"), "-layout", file, "-"]
        done = subprocess.run(command, capture_output=True, check=True)
        return done.stdout.decode().split("\f")[:-1]

    return pages


@pytest.fixture
def own_document(tmp_path: Path) -> Callable[..., Library]:
    """Return a library with one document `letter` written for the test, before the shipped ones."""

    def write(html: str, **files: str) -> Library:
        folder = tmp_path / "content" / "templates" / "documents" / "letter"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in {"document.html": html, **files}.items():
            (folder / name).write_text(text, "utf-8")
        return Library([tmp_path / "content", shipped_content()])

    return write
