"""Writing an edition's pages as Markdown, with the data that each of them leads to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from generator import ledger, others
from generator.elements import FIGURES_PAGE
from generator.facts import MetricInfo, show_date
from generator.listing import FACTS
from generator.manifest import Manifest
from generator.page_templates import page_names
from generator.pages import Renderer, with_front_matter
from generator.revision_lists import REVISIONS
from generator.revisions import revisions_document
from generator.workshop import Workshop
from generator.written import Written

SIMULATED = " (Simulated data.)"
"""What follows a sentence that is shown where the page's own notice is not."""
DATA = "data"
LATE = (others.LIST, FIGURES_PAGE, DATA)
"""The pages that list what the others print."""
_TAKEN = (".json", ".bib", ".ris")


class PageWriter:
    """Writes the pages of one edition."""

    def __init__(
        self,
        docs: Path,
        shop: Workshop,
        renderer: Renderer,
        context: Mapping[str, Any],
        metrics: Mapping[str, MetricInfo],
        written: Written,
        asked: Collection[str],
    ) -> None:
        """`asked` are the figures that templates, words and entries ask for."""
        self._asked = asked
        self._docs, self._shop, self._renderer = docs, shop, renderer
        self._context, self._metrics, self._written = context, metrics, written
        self._manifest: Manifest = context["manifest"]
        self._used = renderer.used
        correction = shop.settings.correction(self._manifest.edition)
        day = correction.date if correction else None
        about = others.publication(context, shop.settings.site_url, day)
        self._structured = others.StructuredData(about, context)
        self._titles: dict[str, str] = {}

    def write(self) -> list[str]:
        """Write every page and return their names; last those that list what the others print."""
        universe = self._shop.settings.universe
        revised = revisions_document(self._manifest, partial(ledger.full_name, universe))
        (self._docs / REVISIONS).write_text(revised, encoding="utf-8")
        names = page_names(self._shop.templates)
        for name in (name for name in names if name not in LATE):
            self._page(name)
        self._charts()
        self._page(others.LIST, cited=self._cited())
        others.write_works(self._docs, self._written, self._used.sources)
        self._renderer.use_withheld(name for name in self._metrics if name in self._asked)
        self._page(FIGURES_PAGE, ledger=ledger.ledger(self._used))
        document = ledger.facts_document(self._manifest, self._used, self._metrics, universe)
        (self._docs / FACTS).write_text(document, encoding="utf-8")
        answers = self._answers()
        self._page(DATA, **ledger.data_context(self._docs, self._manifest, self._used, answers))
        return names

    def _page(self, name: str, **late: Any) -> None:
        front, body = self._renderer.render(name, **late)
        self._titles[name] = str(front["title"])
        files = self._files() if name == DATA else ()
        own = {"structured": self._structured.of(name, self._used, files)}
        self._put(name, front | own, body)

    def _files(self) -> list[str]:
        """The names of what can be taken from beside the pages."""
        return sorted(path.name for path in self._docs.iterdir() if path.suffix in _TAKEN)

    def _charts(self) -> None:
        """Write each printed chart's own page, and its files beside it."""
        (self._docs / "charts").mkdir()
        for name, drawn in list(self._used.charts.items()):
            if drawn.withheld is not None:
                continue
            note = SIMULATED if self._manifest.simulated else ""
            own = {"title": drawn.title, "description": drawn.description + note}
            front, body = self._renderer.render_chart(name)
            self._put(f"charts/{name}", front, body, own)
            for suffix, content in drawn.files.items():
                (self._docs / f"charts/{name}.{suffix}").write_bytes(content)

    def _put(
        self,
        name: str,
        front: Mapping[str, str | int],
        body: str,
        own: Mapping[str, str] | None = None,
    ) -> None:
        text = with_front_matter({**front, **self._common, **(own or {})}, body)
        (self._docs / f"{name}.md").write_text(text, encoding="utf-8")

    @property
    def _common(self) -> dict[str, str]:
        """What all pages say of the edition in their front matter."""
        manifest = self._manifest
        note = SIMULATED if manifest.simulated else ""
        return {
            "edition": self._context["edition"],
            "key": self._context["key"],
            "correction": self._context["correction"],
            "as_of": manifest.as_of.isoformat(),
            "as_of_words": show_date(manifest.as_of),
            "simulated": "yes" if manifest.simulated else "no",
            "description": self._context["answer_text"] + note,
        }

    def _cited(self) -> list[Any]:
        return others.cited(self._written, self._used.sources, self._titles)

    def _answers(self) -> list[dict[str, Any]]:
        """The fingerprints of the sources' answers; none where nobody was asked."""
        manifest = self._manifest
        if not manifest.tables.get("answers"):
            return []
        table = self._shop.snapshots.table(manifest, "answers")
        rows: list[dict[str, Any]] = table.to_dict("records")
        return rows
