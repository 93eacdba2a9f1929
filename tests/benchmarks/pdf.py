"""What an agreement's PDF costs beside WeasyPrint alone on the same HTML."""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select
from weasyprint import HTML

from tests.benchmarks.measuring import Scale, tell
from tests.benchmarks.population import Population
from workflow_app.documents.fetcher import AssetFetcher
from workflow_app.documents.pdf import VARIANT
from workflow_app.documents.render import to_html
from workflow_app.services.papers import papers
from workflow_app.store.tables.documents import Document


def measure(scale: Scale, folder: Path) -> None:
    """Measure both in turn: the whole document, and only the layout and the writing of it."""
    population = Population(folder / "data")
    population.tell("signature_pending")
    world = population.world
    site = world.site
    with world.sessions() as session:
        question = select(Document).where(Document.kind == "agreement", Document.status == "issued")
        document = session.scalars(question).one()

        def whole() -> bytes:
            return papers.render(site, document)

        html = to_html(site.library, "agreement", papers.dictionary(site, document))

        def alone() -> bytes:
            fetcher = AssetFetcher(site.library.assets("agreement"))
            with warnings.catch_warnings(action="ignore", category=ResourceWarning):
                page = HTML(string=html, url_fetcher=fetcher, base_url="asset:")
                pdf: bytes = page.write_pdf(pdf_variant=VARIANT)
            return pdf

        ms = _in_turn(scale.rounds, {"tandem": whole, "weasyprint": alone})
    world.close()
    tell(
        "pdf",
        tandem_ms=ms["tandem"],
        weasyprint_ms=ms["weasyprint"],
        times=ms["tandem"] / ms["weasyprint"],
    )


def _in_turn(rounds: int, works: dict[str, Callable[[], bytes]]) -> dict[str, float]:
    used: dict[str, list[float]] = {}
    for work in works.values():
        work()
    for _ in range(rounds):
        for name, work in works.items():
            before = time.process_time()
            work()
            used.setdefault(name, []).append((time.process_time() - before) * 1000)
    return {name: statistics.median(each) for name, each in used.items()}
