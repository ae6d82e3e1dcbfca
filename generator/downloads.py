"""Downloads: what is plotted, as files that other programs read, and as a table.

All of them hold the same values, as finely as they are drawn, and say whether these are simulated.
"""

from __future__ import annotations

import csv
import html
import io
import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from generator import palette
from generator.facts import MINUS
from generator.posters import Caption

if TYPE_CHECKING:
    import pandas as pd

LABEL = "# simulated data\n"
"""The first line of a CSV file of simulated data."""
_SIGNIFICANT = 6
"""Digits kept of a plotted value: finer than a pixel."""
_FULL = 4
"""Columns that need the width of a page."""
_CELLS = 9_000
"""In a table at most: a page with more would be slow."""
_TITLE, _SUBTITLE = 17, 13
"""Sizes in pixels of the words above a drawing that stands alone."""

Cell = float | int | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of what is plotted."""

    name: str
    """As the chart calls it."""
    type: str
    """date (ISO), number or text."""
    cells: tuple[Cell, ...]
    """One a row; None where there is nothing."""


def columns(data: pd.DataFrame) -> tuple[Column, ...]:
    """Return what is plotted, numbers to six digits, one row a mark."""
    return tuple(_column(str(name), data[name]) for name in data.columns)


def _column(name: str, values: pd.Series[Any]) -> Column:
    found = values.tolist()
    cells = tuple(_cell(value) for value in found)
    if any(isinstance(value, date) for value in found):
        return Column(name, "date", cells)
    text = any(isinstance(cell, str) for cell in cells)
    return Column(name, "text" if text else "number", cells)


def _cell(value: Any) -> Cell:
    if value is None or value != value:
        return None
    if isinstance(value, float):
        return float(f"{value:.{_SIGNIFICANT}g}")
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    return value  # type: ignore[no-any-return]


def files(
    plotted: tuple[Column, ...],
    wide: Mapping[str, Any],
    narrow: Mapping[str, Any],
    caption: Caption,
) -> dict[str, bytes]:
    """Return a chart's data files by suffix: csv, json, xlsx and vl.json."""
    return {
        "csv": _csv(plotted, caption),
        "json": _json(plotted, caption),
        "xlsx": _xlsx(plotted, caption),
        "vl.json": _vega_lite(wide, narrow, caption),
    }


def _rows(plotted: tuple[Column, ...]) -> list[tuple[Cell, ...]]:
    return list(zip(*(column.cells for column in plotted), strict=True))


def _written(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.{_SIGNIFICANT}g}"
    return "" if cell is None else str(cell)


def _csv(plotted: tuple[Column, ...], caption: Caption) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in plotted)
    writer.writerows([_written(cell) for cell in row] for row in _rows(plotted))
    return ((LABEL if caption.simulated else "") + text.getvalue()).encode()


def _compact(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _about(caption: Caption) -> dict[str, Any]:
    return {
        "source": caption.source,
        "edition": caption.edition,
        "as_of": caption.as_of,
        "snapshot": caption.snapshot,
        "simulated": caption.simulated,
    }


def _json(plotted: tuple[Column, ...], caption: Caption) -> bytes:
    document = {
        "title": caption.title,
        "subtitle": caption.subtitle,
        **_about(caption),
        "address": caption.address,
        "fields": [{"name": column.name, "type": column.type} for column in plotted],
        "data": _rows(plotted),
    }
    return _compact(document)


def _xlsx(plotted: tuple[Column, ...], caption: Caption) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    made = datetime.combine(date.fromisoformat(caption.as_of), time())
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": caption.title, "author": caption.site_name, "created": made})
        bold = book.add_format({"bold": True})
        _fill_data(book, plotted, caption, bold)
        _fill_about(book, caption, bold)
    return content.getvalue()


def _fill_data(book: Any, plotted: tuple[Column, ...], caption: Caption, bold: Any) -> None:
    sheet = book.add_worksheet("Data")
    sheet.freeze_panes(1, 0)
    if caption.simulated:
        sheet.set_header("&CSimulated data")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, column in enumerate(plotted):
        sheet.write_string(0, place, column.name, bold)
        widest = max(len(_written(cell)) for cell in (column.name, *column.cells))
        sheet.set_column(place, place, widest + 2)
        for row, cell in enumerate(column.cells, 1):
            if column.type == "date" and isinstance(cell, str):
                sheet.write_datetime(row, place, date.fromisoformat(cell), day)
            elif isinstance(cell, str):
                sheet.write_string(row, place, cell)
            elif cell is not None:
                sheet.write_number(row, place, cell)


def _fill_about(book: Any, caption: Caption, bold: Any) -> None:
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 12, bold)
    sheet.set_column(1, 1, 100)
    lines = (
        ("Title", caption.title),
        ("Subtitle", caption.subtitle),
        ("Source", caption.source),
        ("Simulated data", "yes" if caption.simulated else "no"),
        ("Edition", caption.edition),
        ("As of", caption.as_of),
        ("Snapshot", caption.snapshot),
        ("Publisher", caption.site_name),
        ("Address", caption.address),
    )
    for row, (name, value) in enumerate(lines):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)


def _vega_lite(wide: Mapping[str, Any], narrow: Mapping[str, Any], caption: Caption) -> bytes:
    """One specification for every use: with its words above it, and what a page changes of it.

    `usermeta.wide` and `usermeta.narrow` are laid over it where a page has the words itself.
    """
    title = {
        "text": textwrap.wrap(caption.title, 70),
        "subtitle": [*textwrap.wrap(caption.subtitle, 96), caption.source],
        "anchor": "start",
        "frame": "group",
        "fontSize": _TITLE,
        "color": palette.INK.light,
        "subtitleFontSize": _SUBTITLE,
        "subtitleColor": palette.QUIET.light,
        "subtitlePadding": 6,
        "offset": 14,
        "dx": 6 - wide["padding"]["left"],
    }
    room = len(title["text"]) * (_TITLE + 3) + len(title["subtitle"]) * (_SUBTITLE + 3) + 30
    spec = {
        **wide,
        "title": title,
        "description": caption.description,
        "background": palette.PAPER.light,
        "padding": {**wide["padding"], "top": wide["padding"]["top"] + room},
    }
    over = {
        "wide": {"padding": wide["padding"], "background": "transparent"},
        "narrow": {
            "background": "transparent",
            **{key: value for key, value in narrow.items() if value != spec.get(key)},
        },
    }
    drawn = json.dumps([wide, narrow])
    used = {c: name for c, name in palette.names_by_colour().items() if c in drawn}
    usermeta = {**wide.get("usermeta", {}), **_about(caption), "colours": used, **over}
    return _compact({**spec, "usermeta": usermeta})


def table(plotted: tuple[Column, ...], caption: Caption) -> str:
    """Return what is plotted as the HTML of a table that scrolls sideways where it must.

    A very long one is cut, and says so; the files have all of it.
    """
    head = "".join(
        f'<th scope="col"{_kind(column)}>{html.escape(column.name)}</th>' for column in plotted
    )
    found = _rows(plotted)
    most = min(len(found), _CELLS // len(plotted))
    rows = "\n".join(_row(plotted, cells) for cells in found[:most])
    cut = f" The first {most:,} of {len(found):,} rows; CSV, JSON and XLSX have all."
    label = html.escape(f"Data: {caption.title}", quote=True)
    kind = ' class="narrow"' if len(plotted) < _FULL else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">\n<table{kind}>\n'
        f"<caption>{html.escape(caption.subtitle)}{cut if most < len(found) else ''}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>\n"
    )


def _row(plotted: tuple[Column, ...], cells: tuple[Cell, ...]) -> str:
    shown = [html.escape(_written(cell), quote=False) for cell in cells]
    shown = [
        text if column.type != "number" else text.replace("-", MINUS)
        for column, text in zip(plotted, shown, strict=True)
    ]
    rest = zip(plotted[1:], shown[1:], strict=True)
    others = "".join(f"<td{_kind(column)}>{text}</td>" for column, text in rest)
    return f'<tr><th scope="row">{shown[0]}</th>{others}</tr>'


def _kind(column: Column) -> str:
    return "" if column.type == "number" else ' class="text"'
