"""The words of about a hundred different weeks on one page, to be read by an editor.

Usage: python tools/gallery.py [DIR] [--weeks N]      (make gallery DATA=DIR)

DIR is a folder of price files as the files provider reads them. Weeks are picked from its history
by rule, computed from one snapshot as seen at the time, and written to build/gallery.html with what
they were picked for: the answer, the headlines, every chart's title, subtitle and description.
Weeks made up by arithmetic, which history lacks, follow; without DIR there are only these. The page
is for review and is not published.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path

import gallery_weeks
import pandas as pd

from generator import graph, summary
from generator.charts import Chart
from generator.config import Universe, load_settings
from generator.errors import ReportError
from generator.facts import Facts, Sentence, in_form, show_date
from generator.snapshot import Snapshot

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "build/gallery.html"
WEEKS = 100
TITLE_WIDTH = 90
"""A title with more characters is marked."""
ANSWER_WORDS = 55
"""An answer with more words is marked."""


@dataclass(frozen=True)
class Week:
    """One week's words."""

    as_of: date
    """Its last session."""
    why: tuple[str, ...]
    """What it was picked for."""
    answer: Sentence
    """The answer."""
    facts: Facts
    """What the answer refers to."""
    headlines: tuple[tuple[str, str, str], ...]
    """Label, number and state."""
    charts: Mapping[str, Chart | str]
    """Charts by name, or why there is none."""

    @property
    def text(self) -> str:
        """The answer as plain text."""
        return self.facts.text(self.answer)


def words_of(
    snapshot: Snapshot, universe: Universe, as_of: pd.Timestamp, why: Sequence[str]
) -> Week:
    """Compute one week's words from a snapshot as seen on its last session."""
    now = graph.compute(snapshot, universe, as_of, [*graph.charts(), *summary.METRICS])
    monday = as_of - pd.Timedelta(days=as_of.day_of_week)
    earlier = snapshot.sessions[snapshot.sessions < monday][-1]
    before = graph.compute(snapshot, universe, earlier, summary.METRICS).facts()
    facts = now.facts()
    charts = {name: now.chart(name) for name in graph.charts()}
    return Week(
        as_of=as_of.date(),
        why=tuple(why),
        answer=summary.answer(facts, universe),
        facts=facts,
        headlines=tuple(
            (headline.label, facts.text((headline.reference,)), headline.state)
            for headline in summary.headlines(facts, before, universe)
        ),
        charts={n: c if isinstance(c, Chart) else c.reason for n, c in charts.items()},
    )


def history(folder: Path, universe: Universe, now: datetime, count: int) -> Iterator[Week]:
    """Compute the words of about so many weeks of a folder's history."""
    snapshot = gallery_weeks.read(folder, universe, now)
    for as_of, why in gallery_weeks.pick(snapshot.closes, universe, count).items():
        yield words_of(snapshot, universe, as_of, why)


def made_up(universe: Universe) -> Iterator[Week]:
    """Compute the words of weeks that history lacks."""
    for why, snapshot in gallery_weeks.made_up(universe):
        yield words_of(snapshot, universe, snapshot.sessions[-1], [why])


def skeleton(text: str) -> str:
    """Return a text without its numbers, dates and numbers in words, to compare its build."""
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    text = re.sub(rf"(\d+ )?({months}) \d+", "DATE", text.replace("S&P 500", "S&P"))
    text = text.replace("Russell 2000", "Russell")
    text = re.sub(r"\b(two|three|four|five|six|seven|eight|nine|ten)\b", "N", text)
    return re.sub(r"\d[\d,.]*\d|\d", "N", text)


_STYLE = """
body { font: 16px/1.5 Georgia, serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; border-top: 2px solid; padding-top: .5rem; }
.why, .source, dd { color: #595959; } .answer { font-size: 1.25rem; }
table { border-collapse: collapse; font-size: .85rem; } td { padding: 0 1rem 0 0; }
dt { font-weight: bold; margin-top: .8rem; } dd { margin: 0; font-size: .85rem; }
b { font-weight: 600; } .long { outline: 2px solid #b84e00; }
small { font: .75rem monospace; color: #8c8c8c; }
"""


def _paragraph(week: Week) -> str:
    pieces = []
    for piece in week.answer:
        if isinstance(piece, str):
            pieces.append(escape(piece))
        else:
            fact, value, unit = week.facts.resolve(piece)
            text = "withheld" if fact.withheld else in_form(value, unit, piece.form)
            pieces.append(f"<b title='{escape(fact.id)}'>{escape(text)}</b>")
    count = len(week.text.split())
    long = " long" if count > ANSWER_WORDS else ""
    return f"<p class='answer{long}'>{''.join(pieces)} <small>{count} words</small></p>"


def _described(name: str, chart: Chart | str) -> str:
    if isinstance(chart, str):
        return f"<dt>{escape(name)}</dt><dd>Chart withheld: {escape(chart)}.</dd>"
    long = " class='long'" if len(chart.title) > TITLE_WIDTH else ""
    return (
        f"<dt{long}>{escape(chart.title)} <small>{escape(name)}, {len(chart.title)}</small></dt>"
        f"<dd>{escape(chart.subtitle)}</dd><dd><i>{escape(chart.description)}</i></dd>"
    )


def _section(week: Week) -> str:
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in week.headlines
    )
    charts = "".join(_described(name, chart) for name, chart in week.charts.items())
    return (
        f"<h2>Week to {show_date(week.as_of)}</h2><p class='why'>{escape('; '.join(week.why))}</p>"
        f"{_paragraph(week)}<table>{rows}</table><dl>{charts}</dl>"
    )


def page(weeks: Sequence[Week]) -> str:
    """Return the gallery as one HTML page."""
    builds = len({skeleton(week.text) for week in weeks})
    return (
        "<!doctype html><html lang='en-GB'><meta charset='utf-8'>"
        f"<title>Words of {len(weeks)} weeks</title><style>{_STYLE}</style>"
        f"<h1>Words of {len(weeks)} weeks</h1><p>The answers are built in {builds} ways. Outlined: "
        f"answers of more than {ANSWER_WORDS} words, titles of more than {TITLE_WIDTH} characters."
        f"</p>{''.join(map(_section, weeks))}</html>\n"
    )


def main(arguments: list[str]) -> int:
    """Write the gallery and print where it is; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", nargs="?", type=Path, metavar="DIR", help="folder of price files")
    parser.add_argument("--weeks", type=int, default=WEEKS, help="about how many (%(default)s)")
    given = parser.parse_args(arguments)
    universe = load_settings(ROOT).universe
    started, weeks = time.perf_counter(), list[Week]()
    try:
        if given.data:
            weeks += history(given.data, universe, datetime.now(UTC), given.weeks)
        weeks += made_up(universe)
    except ReportError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(weeks), encoding="utf-8")
    print(f"{PAGE}  {len(weeks)} weeks  {time.perf_counter() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
