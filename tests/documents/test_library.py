"""An organisation's own files cover the shipped ones, file by file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workflow_app.documents.library import Library
from workflow_app.documents.render import to_html
from workflow_app.paths import shipped_content


def with_own(folder: Path, name: str, text: str) -> Library:
    file = folder / "templates" / "documents" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return Library([folder, shipped_content()])


def test_the_county_brings_its_letterhead_and_keeps_everything_else(
    library: Library, tmp_path: Path
) -> None:
    own = with_own(tmp_path, "_shared/letterhead.html", "<p>Landkreis Landshut</p>")
    html = to_html(own, "outline", own.sample("outline"))
    assert "<p>Landkreis Landshut</p>" in html
    assert "Kommune und Engagement gemeinsam" not in html
    assert own.ids() == library.ids()


def test_a_changed_letterhead_or_clause_is_another_version_of_the_template(
    library: Library, tmp_path: Path
) -> None:
    was = library.fingerprint("agreement")
    assert was == Library([shipped_content()]).fingerprint("agreement")
    clauses = library.text("agreement", "clauses.yaml").replace("vorab", "vorher")
    assert (
        with_own(tmp_path / "a", "agreement/clauses.yaml", clauses).fingerprint("agreement") != was
    )
    assert with_own(tmp_path / "b", "_shared/mark.svg", "<svg/>").fingerprint("agreement") != was
    sample = library.text("agreement", "sample.yaml") + "# another day\n"
    assert with_own(tmp_path / "c", "agreement/sample.yaml", sample).fingerprint("agreement") == was


def test_the_fields_on_a_page_are_found(own_document: Callable[..., Library]) -> None:
    page = "{% if forms.outline.minors %}{{ forms.agreement.party_civic.name }}{% endif %}"
    names = own_document(page + "{{ document.title }}").names("letter")
    assert names == {"outline.minors", "agreement.party_civic"}


@pytest.mark.parametrize(
    ("projects", "basis"),
    [("1", "Einzelerfahrung"), ("2", "Einzelerfahrung"), ("3", "mehreren Projekten")],
)
def test_fewer_than_three_projects_are_called_a_single_experience(
    library: Library, projects: str, basis: str
) -> None:
    recommendation = library.sample("recommendation")
    recommendation["forms"]["rec_draft"]["source_projects"] = projects

    page = to_html(library, "recommendation", recommendation)

    assert basis in page
    assert ("Einzelerfahrung" in page) == (basis == "Einzelerfahrung")
