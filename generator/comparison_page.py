"""A comparison as one page that needs nothing beside it: no script, and its style within.

It is there to be handed on, so that it holds no frozen values that may not be published.
"""

from __future__ import annotations

import base64
import hashlib
from itertools import groupby
from pathlib import Path
from typing import Any

from generator.comparison import Comparison, FigureChange, NotCompared, Revisions
from generator.comparison_text import ONE_SIDED, changes, note, summary

MOST_ROWS = 1000
"""Revised rows that the page lists; it counts the rest."""
_STYLES = ("theme/assets/site.css", "theme/assets/compare.css")


def page(comparison: Comparison, templates: Path) -> str:
    """Return a comparison as HTML."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=FileSystemLoader(str(templates / "comparison")),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = "".join((templates / name).read_text(encoding="utf-8") for name in _STYLES)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    sides = (comparison.old, comparison.new)
    verdicts, data = comparison.verdicts, comparison.revisions
    rows = _rows(data)
    return made.get_template("page.html").render(
        comparison=comparison,
        hash=f"sha256-{digest}",
        style=Markup(style),
        sides=sides,
        names=[side.name for side in sides],
        simulated=list(dict.fromkeys(side.name for side in sides if side.simulated)),
        summary=summary(comparison),
        sections=_sections(comparison),
        claims=() if isinstance(verdicts, NotCompared) else verdicts,
        words=ONE_SIDED,
        missing=data.reason if isinstance(data, NotCompared) else "",
        data=data,
        rows=rows[:MOST_ROWS],
        unlisted=max(0, len(rows) - MOST_ROWS) + getattr(data, "unlisted", 0),
    )


def _sections(comparison: Comparison) -> list[tuple[str, list[tuple[str, list[Any]]]]]:
    changed = [figure for figure in comparison.figures if figure.state != "same"]
    return [
        (
            section,
            [
                (title, [_figure(one) for one in group])
                for title, group in groupby(members, key=lambda one: one.title)
            ],
        )
        for section, members in groupby(changed, key=lambda one: one.section)
    ]


def _figure(figure: FigureChange) -> dict[str, str]:
    return {
        "subject": figure.subject,
        "note": note(figure),
        "old": figure.old.display if figure.old else "–",
        "new": figure.new.display if figure.new else "–",
        "difference": figure.difference_display or "",
    }


def _rows(data: Revisions | NotCompared) -> list[dict[str, str]]:
    if isinstance(data, NotCompared):
        return []
    shown = {table.table: table.publish for table in data.tables}
    return [
        {
            "day": row.day,
            "name": row.name,
            "title": row.title,
            "changes": changes(row, values=shown[row.table]),
        }
        for row in data.rows
    ]
