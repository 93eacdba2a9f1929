"""The documents of an installation: folders of templates, looked at first to last, file by file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, nodes
from ruamel.yaml import YAML

from workflow_app.core.errors import NotFound

SHARED = "_shared"
SAMPLE = "sample.yaml"


class Library:
    """The documents under `templates/documents/` of one or more content folders.

    A file in an earlier folder covers the file of the same name in a later one, so that an
    organisation may bring its own letterhead and keep everything else.
    """

    def __init__(self, content: Sequence[Path]) -> None:
        self.roots = tuple(folder / "templates" / "documents" for folder in content)

    def ids(self) -> list[str]:
        """Return the ids of all documents, sorted."""
        found = {page.parent.name for root in self.roots for page in root.glob("*/document.html")}
        return sorted(found - {SHARED})

    def files(self, document_id: str) -> dict[str, Path]:
        """Return the files of a document by name; raises NotFound."""
        if document_id not in self.ids():
            raise NotFound(f"document {document_id}")
        return self._folder(document_id)

    def assets(self, document_id: str) -> dict[str, Path]:
        """Return what the pages of a document may refer to: its own files and `shared/…`."""
        shared = {f"shared/{name}": path for name, path in self._folder(SHARED).items()}
        return {**self.files(document_id), **shared}

    def text(self, document_id: str, name: str) -> str:
        """Return one file of a document as text; raises NotFound."""
        files = self.files(document_id)
        if name not in files:
            raise NotFound(f"{document_id}/{name}")
        return files[name].read_text("utf-8")

    def names(self, document_id: str) -> frozenset[str]:
        """Return the fields (`form.field`) that the page and the clauses of a document print."""
        files = self.files(document_id)
        clauses = files["clauses.yaml"].read_text("utf-8") if "clauses.yaml" in files else ""
        return _printed(self.text(document_id, "document.html"), clauses)

    def fingerprint(self, document_id: str) -> str:
        """Return the SHA-256 over all files that shape a document; the sample does not."""
        digest = hashlib.sha256()
        for name, path in sorted(self.assets(document_id).items()):
            if name != SAMPLE:
                data = path.read_bytes()
                digest.update(f"{name}\0{len(data)}\0".encode() + data)
        return digest.hexdigest()

    def sample(self, document_id: str) -> dict[str, Any]:
        """Return the sample dictionary of a document.

        Its `variants` (clause id: variant id) are replaced by the wording in `clauses.yaml`, so
        that no clause is written twice.
        """
        sample: dict[str, Any] = _yaml(self.text(document_id, SAMPLE))
        chosen = sample.pop("variants", None)
        if chosen is not None:
            sample["clauses"] = [
                _as_chosen(clause, chosen.get(clause["id"]))
                for clause in self._clauses(document_id)
            ]
        return sample

    def _folder(self, name: str) -> dict[str, Path]:
        files: dict[str, Path] = {}
        for root in reversed(self.roots):
            files.update({p.name: p for p in (root / name).glob("[!.]*") if p.is_file()})
        return files

    def _clauses(self, document_id: str) -> list[dict[str, Any]]:
        if "clauses.yaml" not in self.files(document_id):
            return []
        clauses: list[dict[str, Any]] = _yaml(self.text(document_id, "clauses.yaml"))["clauses"]
        return clauses


# Every look at a draft asks for all documents, which hardly ever change.
@lru_cache(maxsize=32)
def _printed(page: str, clauses: str) -> frozenset[str]:
    """Return the fields that the text of a page and that of its clauses (or "") print."""
    found = (
        name
        for clause in (_yaml(clauses)["clauses"] if clauses else ())
        for variant in clause["variants"]
        for paragraph in variant["paragraphs"]
        for name in _placeholders(paragraph)
    )
    return frozenset([*_placeholders(page, below="forms"), *found])


def _yaml(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def _as_chosen(clause: dict[str, Any], variant_id: str | None) -> dict[str, Any]:
    variants = {variant["id"]: variant for variant in clause["variants"]}
    variant = variants[variant_id] if variant_id else clause["variants"][0]
    return {
        "id": clause["id"],
        "number": clause["number"],
        "heading": clause["heading"]["de"],
        "paragraphs": variant["paragraphs"],
    }


def _placeholders(template: str, below: str | None = None) -> Iterator[str]:
    """Yield each `form.field` that a template reads, or each `<below>.form.field`."""
    for field in Environment(autoescape=True).parse(template).find_all(nodes.Getattr):
        form = field.node
        if below is None and isinstance(form, nodes.Name):
            yield f"{form.name}.{field.attr}"
        elif (
            isinstance(form, nodes.Getattr)
            and isinstance(form.node, nodes.Name)
            and form.node.name == below
        ):
            yield f"{form.attr}.{field.attr}"
