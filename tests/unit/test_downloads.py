"""Downloads: every file holds what is plotted, says whether it is simulated, and never varies."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import altair
import pandas as pd
import pytest
import vl_convert

from generator import palette
from generator.downloads import LABEL, Column, columns, files, table
from generator.posters import Caption

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CAPTION = Caption(
    title="Small caps lead",
    subtitle="Price return, %, 2 to 6 January 2026.",
    source="Source: simulated data, as of 6 January 2026",
    description="Two lines.",
    site_name="Small Caps Weekly",
    edition="2026-W02",
    as_of="2026-01-06",
    snapshot="ab" * 32,
    simulated=True,
    address="https://small-caps-weekly.example/2026-W02/charts/lines.html",
)
REAL = replace(CAPTION, simulated=False, source="Source: a provider, as of 6 January 2026")
FRAME = pd.DataFrame(
    {
        "date": pd.to_datetime(["2026-01-02", "2026-01-05", "2026-01-06"]),
        "small": [0.123456789, -1234.56789, float("nan")],
        "runs": [3, 0, 1],
        "name": ["A & B", "<c>", 'say "no"'],
    }
)


def _spec(width: int, ticks: int) -> dict[str, Any]:
    rows = [{"date": "2026-01-02", "small": 0.1}, {"date": "2026-01-05", "small": -0.2}]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.4.1.json",
        "data": {"values": rows},
        "config": {"background": "transparent"},
        "autosize": "none",
        "width": width,
        "height": 200,
        "padding": {"left": 40, "right": 10, "top": 12, "bottom": 26},
        "layer": [
            {
                "mark": {"type": "line", "color": palette.SMALL.light},
                "encoding": {
                    "x": {"field": "date", "type": "temporal", "axis": {"tickCount": ticks}},
                    "y": {"field": "small", "type": "quantitative"},
                },
            }
        ],
        "usermeta": {"series": [{"name": "Small", "layers": [0]}]},
    }


WIDE, NARROW = _spec(590, 8), _spec(294, 4)


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    """The files of a chart of simulated data."""
    return files(columns(FRAME), WIDE, NARROW, CAPTION)


def _cells(sheet: bytes, shared: list[str]) -> list[list[str | float | None]]:
    """Read a sheet the way a spreadsheet program does."""
    rows = []
    for row in ElementTree.fromstring(sheet).iter(f"{SHEET}row"):
        cells: list[str | float | None] = []
        for cell in row.iter(f"{SHEET}c"):
            column = ord(cell.get("r", "A")[0]) - ord("A")
            cells += [None] * (column - len(cells))
            value = cell.findtext(f"{SHEET}v")
            number = float(value) if value is not None else None
            cells.append(shared[int(number or 0)] if cell.get("t") == "s" else number)
        rows.append(cells)
    return rows


def _workbook(content: bytes) -> dict[str, list[list[str | float | None]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        strings = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        shared = [item.findtext(f"{SHEET}t") or "" for item in strings]
        index = ElementTree.fromstring(book.read("xl/workbook.xml"))
        names = [sheet.get("name", "") for sheet in index.iter(f"{SHEET}sheet")]
        return {
            name: _cells(book.read(f"xl/worksheets/sheet{number}.xml"), shared)
            for number, name in enumerate(names, 1)
        }


def test_columns_say_what_they_hold() -> None:
    """Dates are ISO, numbers have six digits, what is missing is nothing."""
    assert columns(FRAME) == (
        Column("date", "date", ("2026-01-02", "2026-01-05", "2026-01-06")),
        Column("small", "number", (0.123457, -1234.57, None)),
        Column("runs", "number", (3, 0, 1)),
        Column("name", "text", ("A & B", "<c>", 'say "no"')),
    )


def test_dates_need_no_type_of_their_own() -> None:
    """Plain dates in a column of anything are dates; a missing one is nothing."""
    frame = pd.DataFrame({"ended": pd.Series([date(1996, 5, 7), None], dtype=object)})
    assert columns(frame) == (Column("ended", "date", ("1996-05-07", None)),)


def test_the_csv_is_what_a_spreadsheet_reads(made: dict[str, bytes]) -> None:
    """Header and rows, quoted where needed, after the label."""
    assert made["csv"].decode() == (
        "# simulated data\n"
        "date,small,runs,name\n"
        "2026-01-02,0.123457,3,A & B\n"
        "2026-01-05,-1234.57,0,<c>\n"
        '2026-01-06,,1,"say ""no"""\n'
    )


def test_the_json_agrees_with_the_csv(made: dict[str, bytes]) -> None:
    """The same fields and rows, and everything said of them."""
    found = json.loads(made["json"])
    text = made["csv"].decode().removeprefix(LABEL)
    header, *rows = csv.reader(io.StringIO(text))
    assert [field["name"] for field in found["fields"]] == header
    assert [["" if cell is None else str(cell) for cell in row] for row in found["data"]] == rows
    kinds = [field["type"] for field in found["fields"]]
    assert kinds == ["date", "number", "number", "text"]
    said = ("title", "subtitle", "source", "edition", "as_of", "snapshot", "simulated", "address")
    assert {key: found[key] for key in said} == {key: getattr(CAPTION, key) for key in said}


def test_the_workbook_holds_real_dates_and_numbers(made: dict[str, bytes]) -> None:
    """A spreadsheet program sees the CSV's rows, the dates as days it can count with."""
    header, *rows = _workbook(made["xlsx"])["Data"]
    assert header == list(FRAME.columns)
    days = [datetime(1899, 12, 30) + timedelta(days=float(str(row[0]))) for row in rows]
    assert [f"{day:%Y-%m-%d}" for day in days] == ["2026-01-02", "2026-01-05", "2026-01-06"]
    assert [row[1:] for row in rows] == [
        [0.123457, 3.0, "A & B"],
        [-1234.57, 0.0, "<c>"],
        [None, 1.0, 'say "no"'],
    ]


def test_the_workbook_says_where_it_comes_from(made: dict[str, bytes]) -> None:
    """Its second sheet has source, edition, snapshot and address; the first keeps its header."""
    about = {str(row[0]): row[1] for row in _workbook(made["xlsx"])["About"]}
    assert about["Title"] == CAPTION.title and about["Source"] == CAPTION.source
    assert about["Edition"] == "2026-W02" and about["Snapshot"] == CAPTION.snapshot
    assert about["Address"] == CAPTION.address
    with zipfile.ZipFile(io.BytesIO(made["xlsx"])) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert 'ySplit="1"' in sheet and 'state="frozen"' in sheet


def test_the_workbook_knows_no_clock(made: dict[str, bytes]) -> None:
    """Its only date is the edition's, so that it is the same whenever it is made."""
    with zipfile.ZipFile(io.BytesIO(made["xlsx"])) as book:
        core = book.read("docProps/core.xml").decode()
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert core.count("2026-01-06T00:00:00Z") == core.count("T00:00:00Z") == 2


def test_the_same_chart_gives_the_same_files(made: dict[str, bytes]) -> None:
    """Byte for byte, in every form."""
    again = files(columns(FRAME.copy()), WIDE, NARROW, CAPTION)
    assert list(made) == ["csv", "json", "xlsx", "vl.json"] and again == made


def test_the_specification_is_vega_lite(made: dict[str, bytes]) -> None:
    """Altair's schema accepts it, and it draws its own title, subtitle and source."""
    spec = json.loads(made["vl.json"])
    altair.Chart.from_dict(spec)
    drawing = ElementTree.fromstring(vl_convert.vegalite_to_svg(spec))
    drawn = {text.strip() for text in drawing.itertext()}
    assert {CAPTION.title, CAPTION.subtitle, CAPTION.source} <= drawn
    assert spec["description"] == CAPTION.description


def test_the_words_of_a_specification_stand_above_its_drawing(made: dict[str, bytes]) -> None:
    """There is room for as many lines as the words take; none lies outside the picture."""
    long = replace(CAPTION, title="A long title " * 12, subtitle="Price return in per cent " * 12)
    for content in (made["vl.json"], files(columns(FRAME), WIDE, NARROW, long)["vl.json"]):
        spec = json.loads(content)
        lines = [*spec["title"]["text"], *spec["title"]["subtitle"]]
        assert spec["padding"]["top"] >= WIDE["padding"]["top"] + 16 * len(lines) + 14
    assert " ".join(spec["title"]["text"]) == long.title.strip()


@pytest.mark.parametrize(("size", "drawn"), [("wide", WIDE), ("narrow", NARROW)])
def test_one_specification_serves_both_widths(
    made: dict[str, bytes], size: str, drawn: dict[str, Any]
) -> None:
    """What a page lays over it gives the drawing of that width, without the words of the file."""
    spec = json.loads(made["vl.json"])
    usermeta = spec.pop("usermeta")
    words = {"title", "description"}
    live = {key: value for key, value in spec.items() if key not in words} | usermeta[size]
    expected = {key: value for key, value in drawn.items() if key != "usermeta"}
    assert live == {**expected, "background": "transparent"}
    assert "data" not in usermeta["narrow"] and "config" not in usermeta["narrow"]


def test_the_specification_names_its_colours_and_keeps_its_series(made: dict[str, bytes]) -> None:
    """A page can put its own colours in place of those used, and hide a series."""
    usermeta = json.loads(made["vl.json"])["usermeta"]
    assert usermeta["colours"] == {palette.SMALL.light: "small"}
    assert usermeta["series"] == WIDE["usermeta"]["series"]
    assert usermeta["edition"] == "2026-W02" and usermeta["snapshot"] == CAPTION.snapshot


def test_every_file_says_whether_its_data_are_simulated(made: dict[str, bytes]) -> None:
    """Label and flag in all four, and in none of a real edition."""
    real = files(columns(FRAME), WIDE, NARROW, REAL)
    for content, simulated in ((made, True), (real, False)):
        assert content["csv"].startswith(LABEL.encode()) is simulated
        assert json.loads(content["json"])["simulated"] is simulated
        assert json.loads(content["vl.json"])["usermeta"]["simulated"] is simulated
        about = _workbook(content["xlsx"])["About"]
        assert ["Simulated data", "yes" if simulated else "no"] in about
        with zipfile.ZipFile(io.BytesIO(content["xlsx"])) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert ("Simulated data" in sheet) is simulated


def test_the_table_has_every_row_and_names_its_rows() -> None:
    """As many rows as are plotted, each with a header; numbers have a real minus."""
    root = ElementTree.fromstring(table(columns(FRAME), CAPTION))
    assert root.get("aria-label") == f"Data: {CAPTION.title}"
    assert root.findtext(".//caption") == CAPTION.subtitle
    assert [head.text for head in root.findall(".//thead//th[@scope='col']")] == [*FRAME.columns]
    rows = root.findall(".//tbody/tr")
    assert [row.findtext("th[@scope='row']") for row in rows] == [
        "2026-01-02",
        "2026-01-05",
        "2026-01-06",
    ]
    assert [[cell.text or "" for cell in row.findall("td")] for row in rows] == [
        ["0.123457", "3", "A & B"],
        ["−1234.57", "0", "<c>"],
        ["", "1", 'say "no"'],
    ]
