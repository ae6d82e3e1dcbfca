"""The words of a hundred real weeks, each statement recomputed from the price files.

Nothing here uses the figures of the program but where a number has a test of its own: closes are
read with pandas, runs and records are counted in plain loops.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, cached_property
from itertools import pairwise

import gallery
import gallery_weeks
import pandas as pd
import pytest
from support import REAL_PRICES, universe

from generator import graph, summary
from generator.charts import Chart, Specs, _marks
from generator.elements import printed_values
from generator.facts import Facts, as_ordinal, in_words

NOW = datetime(2026, 4, 30, tzinfo=UTC)
SMALL, LARGE = "russell_2000", "sp_500"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAY = rf"\d{{1,2}} (?:{MONTHS}) \d{{4}}"
UP = ("edged up", "rose", "climbed", "jumped", "soared")
DOWN = ("slipped", "fell", "dropped", "tumbled", "plunged", "lost")


def rounded(value: float, digits: int = 2) -> str:
    """The size of a number, rounded half away from zero."""
    exact = Decimal(repr(abs(float(value))))
    return f"{exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP):,}"


def percent(value: float) -> str:
    """The size of a fraction in per cent."""
    exact = Decimal(repr(abs(float(value)))).scaleb(2)
    return f"{exact.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP)}%"


def sign(value: float) -> int:
    """1, −1, or 0 for what prints as zero."""
    return 0 if percent(value) == "0.00%" else 1 if value > 0 else -1


def monthly(day: pd.Timestamp) -> str:
    """A month and its year."""
    return f"{day:%B %Y}"


def dated(day: pd.Timestamp) -> str:
    """A date as people write it."""
    return f"{day.day} {day:%B %Y}"


@cache
def prices() -> pd.DataFrame:
    """Closes of both benchmarks as their files have them, from 1987 on."""
    columns = {}
    for name, symbol in (("small", "^RUT"), ("large", "^GSPC")):
        rows = pd.read_csv(REAL_PRICES / f"{symbol}.csv", parse_dates=["Date"], index_col="Date")
        columns[name] = rows["Close"]
    frame = pd.DataFrame(columns).sort_index()
    return frame.loc["1987-01-01":].dropna(subset="large")


@cache
def week_ends() -> pd.DataFrame:
    """Closes of the last session of each ISO week."""
    days = prices().index
    weeks = [day.isocalendar()[:2] for day in days]
    last = [one != following for one, following in pairwise([*weeks, None])]
    return prices()[last]


@cache
def counted_runs(
    side: int, span: str
) -> tuple[pd.Timestamp, dict[pd.Timestamp, int], list[tuple[int, pd.Timestamp]]]:
    """Where the history begins, how long the run is on each day, and all runs that ended.

    Counted in a plain loop, which looks at nothing later.
    """
    frame = week_ends() if span == "weeks" else prices()
    change = frame / frame.shift(1) - 1
    gaps = ((change["small"] - change["large"]) * side).dropna()
    lengths: dict[pd.Timestamp, int] = {}
    ended: list[tuple[int, pd.Timestamp]] = []
    length, before = 0, gaps.index[0]
    for day, gap in zip(gaps.index, gaps.tolist(), strict=True):
        if gap > 1e-9:
            length += 1
        elif length:
            ended.append((length, before))
            length = 0
        lengths[day] = length
        before = day
    return gaps.index[0], lengths, ended


@dataclass(frozen=True)
class Run:
    """A run on one side that reaches the last session or week."""

    length: int
    since: pd.Timestamp | None
    """The end of the last earlier run that was as long."""
    matched: bool
    """Whether that one was just as long."""
    start: pd.Timestamp
    """Where the history begins."""


@dataclass(frozen=True)
class Week:
    """One week: what is said of it, and the closes up to its end."""

    as_of: date
    facts: Facts
    answer: str
    charts: dict[str, Chart]

    @cached_property
    def closes(self) -> pd.DataFrame:
        """Closes of both up to the week's end."""
        return prices().loc[: pd.Timestamp(self.as_of)]

    def change(self, name: str, since: Callable[[pd.Timestamp], bool]) -> float:
        """The change since the last close for which something holds."""
        series = self.closes[name]
        base = [day for day in series.index[-600:] if since(day)][-1]
        return float(series.iloc[-1] / series[base] - 1)

    def week(self, name: str) -> float:
        """The change since the last session of an earlier ISO week."""
        monday = pd.Timestamp(self.as_of) - pd.Timedelta(days=self.as_of.weekday())
        return self.change(name, lambda day: day < monday)

    def year(self, name: str) -> float:
        """The change since the last session of an earlier year."""
        return self.change(name, lambda day: day.year < self.as_of.year)

    @property
    def sessions(self) -> int:
        """Sessions of the week."""
        monday = pd.Timestamp(self.as_of) - pd.Timedelta(days=self.as_of.weekday())
        return int((self.closes.index >= monday).sum())

    @cached_property
    def records(self) -> list[pd.Timestamp]:
        """Days on which small caps closed above every earlier close."""
        found, highest = [], None
        for day, close in self.closes["small"].dropna().items():
            if highest is not None and close > highest:
                found.append(day)
            highest = close if highest is None else max(highest, close)
        return found

    @property
    def depth(self) -> float:
        """How far small caps are below their highest close."""
        series = self.closes["small"]
        return float(series.iloc[-1] / series.cummax().iloc[-1] - 1)

    @property
    def fall(self) -> float:
        """How far they were below it at worst, since then."""
        series = self.closes["small"].dropna()
        since = series.loc[series[::-1].idxmax() :]
        return float(since.min() / since.iloc[0] - 1)

    def run(self, side: int, span: str) -> Run:
        """The run that reaches the end."""
        first, lengths, ended = counted_runs(side, span)
        end = self.closes.index[-1]
        length = lengths[end]
        as_long = [(n, day) for n, day in ended if n >= length and day < end]
        n, since = as_long[-1] if as_long else (0, None)
        return Run(length, since, n == length, first)


@pytest.fixture(scope="module")
def drawn() -> Iterator[None]:
    """No specification is needed to read a title."""
    patch = pytest.MonkeyPatch()
    patch.setattr(_marks, "both", lambda draw: Specs({}, {}))
    yield
    patch.undo()


@pytest.fixture(scope="module")
def weeks(drawn: None) -> list[Week]:
    """About a hundred weeks of the real history."""
    if not REAL_PRICES.is_dir():
        pytest.skip(f"no folder of real prices at {REAL_PRICES}")
    snapshot = gallery_weeks.read(REAL_PRICES, universe(), NOW)
    named = [name for chart in graph.charts() for name in graph.figures_of(chart)]
    names = [*graph.charts(), *summary.METRICS, *named]
    found = []
    for as_of in gallery_weeks.pick(snapshot.closes, universe(), gallery.WEEKS):
        seen = graph.compute(snapshot, universe(), as_of, names)
        facts = seen.facts()
        charts = {name: seen.chart(name) for name in graph.charts()}
        text = facts.text(summary.answer(facts, universe()))
        known = {name: chart for name, chart in charts.items() if isinstance(chart, Chart)}
        found.append(Week(as_of.date(), facts, text, known))
    return found


@pytest.fixture(scope="module")
def made_up(drawn: None) -> dict[str, gallery.Week]:
    """Weeks that history lacks, by what they are."""
    return {week.why[0]: week for week in gallery.made_up(universe())}


def test_the_weeks_are_many_and_different(weeks: list[Week]) -> None:
    """A hundred weeks of all decades, whose answers are built in many ways."""
    assert len(weeks) >= 95 and len({week.as_of.year for week in weeks}) >= 25
    builds = {gallery.skeleton(week.answer) for week in weeks}
    assert len(builds) >= 50
    titles = {gallery.skeleton(chart.title) for week in weeks for chart in week.charts.values()}
    assert len(titles) >= 100


WEEK = re.compile(
    r"^(?P<opening>In [^,]+, the|As the year turned, the|The) Russell 2000 "
    r"(?:(?P<flat>ended (?:the week )?where it began)|(?P<verb>[a-z ]+?) (?P<own>[\d.]+%)"
    r"(?P<record> to its [^,]*?record close(?: of the year| since (?:at least )?\w+ \d{4}))?"
    r"(?: this week)?)"
    r"(?:(?P<more>, ([\d.]+) percentage points more than the S&P 500)"
    r"|(?P<near>, ([\d.]+) percentage points behind the S&P 500)"
    r"|(?P<less>, ([\d.]+) percentage points less than the S&P 500)"
    r"|(?P<beat>, beating the S&P 500 by ([\d.]+) percentage points)"
    r"|(?P<lag> but lagged the S&P 500 by ([\d.]+) percentage points)"
    r"|(?P<better> but held up better than the S&P 500, which lost ([\d.]+%))"
    r"|(?P<level>, as much as the S&P 500)|(?P<both>, and so did the S&P 500)"
    r"|(?P<still> while the S&P 500 ended where it began)"
    r"|(?P<apart> while the S&P 500 (?P<other>[a-z ]+?) ([\d.]+%)))\. ?"
)


def test_the_week_is_what_the_closes_say(weeks: list[Week]) -> None:
    """Direction, size, verb and comparison of the first sentence."""
    kinds = set()
    for week in weeks:
        own, other = week.week("small"), week.week("large")
        gap = own - other
        told = WEEK.match(week.answer)
        assert told, (week.as_of, week.answer)
        kind = next(k for k, v in told.groupdict().items() if v and k in KINDS)
        number = next((g for g in told.groups()[6:] if g and re.fullmatch(r"[\d.]+%?", g)), None)
        kinds.add(kind)
        if told["flat"]:
            assert sign(own) == 0
        else:
            assert told["own"] == percent(own)
            assert told["verb"] in (UP if own > 0 else DOWN)
        assert KINDS[kind](own, other), (week.as_of, week.answer, own, other)
        if kind in ("more", "near", "less", "beat", "lag"):
            assert number == rounded(100 * gap)
        if kind in ("better", "apart"):
            assert number == percent(other)
        if kind == "apart":
            assert told["other"] in (UP if other > 0 else DOWN)
    assert kinds >= {"more", "less", "beat", "lag", "better", "level", "still", "apart"}


KINDS: dict[str, Callable[[float, float], bool]] = {
    "more": lambda own, other: own * other > 0 and abs(own) > abs(other),
    "less": lambda own, other: own * other > 0 and abs(own) < abs(other),
    "beat": lambda own, other: own > other > 0,
    "near": lambda own, other: other > own > 0,
    "lag": lambda own, other: other > own > 0,
    "better": lambda own, other: 0 > own > other,
    "level": lambda own, other: rounded(100 * (own - other)) == "0.00" and own * other > 0,
    "both": lambda own, other: sign(own) == sign(other) == 0,
    "still": lambda own, other: sign(own) != 0 and sign(other) == 0,
    "apart": lambda own, other: sign(own) != sign(other) and sign(other) != 0,
}
"""What must hold where the week is told in this way."""


def test_the_week_begins_as_the_calendar_says(weeks: list[Week]) -> None:
    """Short weeks, and the first and the last of a year, away from records."""
    seen = set()
    for week in weeks:
        opening = WEEK.match(week.answer)["opening"].split(",")[0]  # type: ignore[index]
        seen.add(opening)
        monday = pd.Timestamp(week.as_of) - pd.Timedelta(days=week.as_of.weekday())
        first = monday.year < week.as_of.year or (monday.month, monday.day <= 7) == (1, True)
        last = bool(re.search("last week of the year", opening))
        if opening.endswith("-day week"):
            assert opening == f"In a {in_words(week.sessions)}-day week" and week.sessions < 5
        elif opening == "The":
            assert week.sessions == 5
        elif not last:
            assert first, (week.as_of, opening)
        if last:
            assert (week.as_of.month, week.as_of.day >= 29) == (12, True)
        if opening == "As the year turned":
            assert monday.year < week.as_of.year
    assert len(seen) >= 5


RUN = re.compile(
    r"Small caps have been (ahead|behind) for ([\w,]+) (sessions|weeks) in a row"
    r"(?:, the longest run since (at least )?(\w+ \d{4})|, matching the run that ended in "
    r"(\w+ \d{4}))?\."
)


def test_runs_are_those_of_a_plain_loop(weeks: list[Week]) -> None:
    """Side, length and "the longest since"; and no long run is passed over."""
    told = 0
    for week in weeks:
        found = RUN.search(week.answer)
        level = rounded(100 * (week.week("small") - week.week("large"))) == "0.00"
        if not found:
            long = [
                week.run(side, span).length >= least
                for side in (1, -1)
                for span, least in (("sessions", 6), ("weeks", 4))
            ]
            assert level or not any(long), (week.as_of, week.answer)
            continue
        told += 1
        side, length, span, at_least, longest, matching = found.groups()
        run = week.run(1 if side == "ahead" else -1, span)
        assert length == in_words(run.length), (week.as_of, week.answer, run)
        if at_least:
            assert run.since is None and longest == monthly(run.start)
        elif longest or matching:
            assert run.since is not None and run.matched == bool(matching)
            assert (longest or matching) == monthly(run.since)
        else:
            assert run.since is not None and (week.as_of - run.since.date()).days < 180
    assert told >= 15


def test_records_agree_with_the_running_maximum(weeks: list[Week]) -> None:
    """At a record, of which number or the first since when; else how far below which one."""
    at, below = 0, 0
    for week in weeks:
        record = WEEK.match(week.answer)["record"]  # type: ignore[index]
        end = week.closes.index[-1]
        assert bool(record) == (end == week.records[-1]), (week.as_of, week.answer)
        if not record:
            below += 1
            assert percent(week.depth) in week.answer
            for day in re.findall(rf"(?:record close of|record set on) ({DAY})", week.answer):
                assert day == dated(week.records[-1])
            if "this week" in week.answer.split("record", 1)[-1]:
                assert (end - week.records[-1]).days < 7
            continue
        at += 1
        since = re.search(rf"since ((?:{MONTHS}) \d{{4}})", record)
        if since:
            assert since[1] == monthly(week.records[-2])
            between = week.closes.loc[week.records[-2] : end].index
            assert len(between) - 2 >= 63
        else:
            count = sum(day.year == end.year for day in week.records)
            words = [as_ordinal(n) for n in range(1, 11)]
            place = re.search(r"to its (\S+) record", record)
            assert place
            number = place[1]
            assert count == (words.index(number) + 1 if number in words else int(number[:-2]))
    assert at >= 5 and below >= 60


def test_what_a_fall_is_called_is_what_it_is(weeks: list[Week]) -> None:
    """Corrections from 10%, bear markets from 20%, lows at the low, and what was made up."""
    seen = set()
    for week in weeks:
        now, worst = week.depth, week.fall
        state = re.search(r"(are in a|at the low of this) (correction|bear market)", week.answer)
        part = re.search(r"having made up (.+) of a fall of ([\d.]+%)", week.answer)
        if state:
            seen.add(state[0])
            assert now <= (-0.2 if state[2] == "bear market" and state[1] == "are in a" else -0.1)
            assert (worst <= -0.2) == (state[2] == "bear market")
            assert (now == worst) == (state[1] == "at the low of this") or now == worst
        if part:
            seen.add(part[1])
            assert part[2] == percent(worst) and worst <= -0.2 and now <= -0.1
            share = 1 - now / worst
            low, high = {
                "less than half": (0, 0.45),
                "about half": (0.45, 0.55),
                "more than half": (0.55, 0.75),
                "most": (0.75, 1),
            }[part[1]]
            assert low <= share < high
        if now > -0.1:
            assert not state and not part
    assert len(seen) >= 6


YEAR = re.compile(
    r"(?:are|ended the year) (up|down) ([\d.]+%)(?: this year)?"
    r"(?:(?:,| but) ([\d.]+) percentage points (ahead of|behind|less than) large caps"
    r"| but (trail|trailed) large caps by ([\d.]+) percentage points"
    r"| while large caps (?:are|were) (up|down)(?: ([\d.]+%))?|, (more|less|as much) (?:than|as) )"
)


def test_the_year_is_what_the_closes_say(weeks: list[Week]) -> None:
    """Direction and size of both, who is ahead, and the year before in a young year."""
    ways = set()
    for week in weeks:
        before = re.search(
            r"(beat|trailed) large caps by ([\d.]+) percentage points last", week.answer
        )
        if before:
            closes = week.closes.groupby(week.closes.index.year).last().loc[week.as_of.year - 2 :]
            change = closes.iloc[1] / closes.iloc[0] - 1
            gap = 100 * float(change["small"] - change["large"])
            assert before[2] == rounded(gap) and (before[1] == "beat") == (gap > 0)
            continue
        told = YEAR.search(week.answer)
        assert told, (week.as_of, week.answer)
        way, size, lead, side, trail, behind, other_way, other_size, more = told.groups()
        own, other = week.year("small"), week.year("large")
        gap = own - other
        assert size == percent(own) and (way == "up") == (own > 0)
        assert ("ended the year" in told[0]) == (week.as_of.month == 12 and week.as_of.day >= 29)
        if lead or behind:
            assert (lead or behind) == rounded(100 * gap)
            assert (side in ("ahead of", "less than")) == (gap > 0) if lead else gap < 0
            assert side != "less than" or own < 0
        if other_way:
            assert (other_way == "up") == (other > 0) != (own > 0)
            assert other_size in (None, percent(other))
        if more in ("more", "less"):
            assert (abs(own) > abs(other)) == (more == "more") and own * other > 0
        ways.add((way, side, bool(trail), other_way, more))
    assert len(ways) >= 8


def allowed(week: Week, name: str) -> set[str]:
    """What the figures of a chart look like in print."""
    printed = printed_values(week.facts, graph.figures_of(name), (SMALL, LARGE))
    return {text.removesuffix(" pp") for text in printed}


_NUMBER = re.compile(r"−?\d[\d,]*(?:\.\d+)?%?")
_NAMES = re.compile(r"Russell 2000|S&P 500|Magnificent 7|200-session|Micro caps")
PRINTED = (
    *("price_with_averages", "ratio_with_averages", "rsi_chart", "volatility_history"),
    *("drawdown_recent", "monthly_heat_map", "year_rebased", "returns_by_horizon", "week_returns"),
    *("drawdown_history", "implied_volatility", "breakout_chart", "ratio_history"),
    "rolling_beta_chart",
)
"""Charts all of whose numbers with decimals are figures."""


def test_decimals_in_titles_are_figures_as_printed(weeks: list[Week]) -> None:
    """So that they lead to their entries; the large caps' deepest fall has a window of its own."""
    seen = 0
    for week in weeks:
        for name in PRINTED:
            if name not in week.charts:
                continue
            title = _NAMES.sub("", week.charts[name].title)
            numbers = [text for text in _NUMBER.findall(title) if "." in text]
            if name == "drawdown_history":
                numbers = numbers[:1]
            assert set(numbers) <= allowed(week, name), (week.as_of, name, week.charts[name].title)
            seen += len(numbers)
    assert seen >= 1200


def test_titles_of_the_week_and_the_year(weeks: list[Week]) -> None:
    """The week's moves, twelve months, and the month agree with the closes."""
    for week in weeks:
        own, other = week.week("small"), week.week("large")
        title = week.charts["week_returns"].title
        for change, name in ((own, "The Russell 2000"), (other, "the S&P 500")):
            moved = re.search(rf"{name} ([a-z ]+?) ([\d.]+%)", title)
            assert bool(moved) == (sign(change) != 0), title
            if moved:
                assert moved[2] == percent(change) and moved[1] in (UP if change > 0 else DOWN)
        if "year_rebased" in week.charts:
            a_year = pd.Timestamp(week.as_of) - pd.DateOffset(years=1)
            own, other = (week.change(n, a_year.__ge__) for n in ("small", "large"))
            title = week.charts["year_rebased"].title
            assert f" {'rose' if own > 0 else 'fell'} {percent(own)} in twelve months" in title
            if own * other < 0:
                assert title.endswith(
                    f"the S&P 500 {'rose' if other > 0 else 'fell'} {percent(other)}"
                )
            else:
                size = rounded(100 * (own - other))
                more = "more" if abs(own) > abs(other) else "less"
                assert title.endswith(f", {size} percentage points {more} than the S&P 500")
        months = week.closes.groupby(week.closes.index.to_period("M")).last()
        change = (months.iloc[-1] / months.iloc[-2] - 1)["small"]
        gap = 100 * float(change - (months.iloc[-1] / months.iloc[-2] - 1)["large"])
        title = week.charts["monthly_heat_map"].title
        if rounded(gap) == "0.00":
            assert "level with" in title
        else:
            verb = re.search(r"(leads|beat|trails|trailed) the S&P 500 by ([\d.]+) per", title)
            assert verb and verb[2] == rounded(gap)
            assert (verb[1] in ("leads", "beat")) == (gap > 0)


def test_titles_of_records_runs_and_years(weeks: list[Week]) -> None:
    """Counts of records, weeks, runs and full years are those of plain loops."""
    for week in weeks:
        end = week.closes.index[-1]
        count = sum(day.year == end.year for day in week.records)
        title = week.charts["records_by_year"].title
        assert f"made {'no' if not count else in_words(count)} record close" in title
        if not count:
            assert title.endswith(f"the latest was on {dated(week.records[-1])}")
        recent = week.charts["drawdown_recent"].title
        if end == week.records[-1]:
            assert recent == "The Russell 2000 is at a record close"
        else:
            place = f"{percent(week.depth)} below its record close of {dated(week.records[-1])}"
            assert recent == f"The Russell 2000 is {place}"
        frame = week_ends().loc[:end]
        change = frame / frame.shift(1) - 1
        wins = ((change["small"] - change["large"]).dropna() > 1e-9).iloc[-26:]
        number = in_words(int(wins.sum())) if wins.any() else "none"
        assert f"in {number} of the last 26 weeks" in week.charts["weekly_relative"].title
        run = week.run(1, "sessions")
        title = week.charts["streak_ladder"].title if "streak_ladder" in week.charts else ""
        if run.length > 1 and title:
            assert f"has beaten the S&P 500 for {in_words(run.length)} sessions" in title
            if "longest run since at least" in title:
                assert run.since is None
            elif "longest run since" in title or "matching" in title:
                assert run.since is not None and ("matching" in title) == run.matched
                assert monthly(run.since) in title
        elif title:
            assert ("beat the S&P 500 on the last session" in title) == (run.length == 1)
        if "calendar_years" in week.charts:
            _check_years(week)


def _check_years(week: Week) -> None:
    closes = week.closes.groupby(week.closes.index.year).last()
    change = (closes / closes.shift(1) - 1).dropna()
    gap = change["small"] - change["large"]
    over = week.as_of.month == 12 and week.as_of.day >= 29
    full = gap if over else gap.iloc[:-1]
    title = week.charts["calendar_years"].title
    assert f" in {full.index[full > 0][-1]}" in title
    if not over:
        assert ("is ahead" in title) == (gap.iloc[-1] > 0)
        assert title.endswith(f"in {week.as_of.year} so far")


def test_titles_of_levels_and_volatility(weeks: list[Week]) -> None:
    """Above and below averages, volatilities and the history agree with the closes."""
    for week in weeks:
        closes = week.closes
        ratio = (closes["small"] / closes["large"]).dropna()
        for name, series in (
            ("price_with_averages", closes["small"]),
            ("ratio_with_averages", ratio),
        ):
            average = series.iloc[-200:].mean() if series.count() >= 200 else None
            title = week.charts[name].title
            if average is None:
                assert title.endswith("has no 200-session average")
            elif sign(series.iloc[-1] / average - 1):
                side = "above" if series.iloc[-1] > average else "below"
                assert f"{percent(series.iloc[-1] / average - 1)} {side} its 200-session" in title
        moves = closes.pct_change(fill_method=None).iloc[-21:].std()
        title = week.charts["volatility_history"].title
        assert (", above the" in title) == (moves["small"] > moves["large"]) or "same" in title
        share = float((ratio < ratio.iloc[-1]).mean())
        title = week.charts["ratio_history"].title
        if ratio.iloc[-1] in (ratio.max(), ratio.min()):
            assert f"at its {'strongest' if share else 'weakest'}" in title
        else:
            assert f"{rounded(100 * share, 1)}% of sessions since 1987" in title
            assert ("stronger" in title) == (share >= 0.5)


def every_text(week: Week | gallery.Week) -> Iterator[tuple[str, str]]:
    """Everything that is said, by what it is."""
    yield "answer", week.answer if isinstance(week, Week) else week.text
    for name, chart in week.charts.items():
        if isinstance(chart, Chart):
            yield f"title of {name}", chart.title
            yield f"subtitle of {name}", chart.subtitle
            yield f"description of {name}", chart.description


WRONG = {
    "two spaces": r"  ",
    "a space at an end": r"^\s|\s$",
    "a space before a sign": r"\s[,.;:!)]|\(\s",
    "no space after a sign": r"[,;](?=[A-Za-z])|\.(?=[A-Z])",
    "two signs": r"[,;:]{2}|\.\.|,\.|;\.",
    "a word twice": r"(?i)\b([a-z]+)\b \b\1\b",
    "a wrong plural": r"\b(?:1|[Oo]ne) (?:\w+ )?(?:session|week|year|run|close|month|sector)s\b",
    "a wrong article": r"\b[Aa] (?:8|11|18|[aei]|o(?!ne))\w*\b",
    "what is no word": r"\bnan\b|\bNone\b|[{}]|\+−|−−|\bwithheld\b",
    "a hyphen for a minus": r"(?<!\w)-\d",
}


def grammar(texts: Iterator[tuple[str, str]]) -> list[str]:
    """What is wrong with texts by rules that hold for all."""
    wrong = []
    for what, text in texts:
        found = [name for name, rule in WRONG.items() if re.search(rule, text)]
        if not re.match(r"[A-Z0-9]", text):
            found.append("no capital")
        if any(text.count(pair[0]) != text.count(pair[1]) for pair in ("()", "[]", "“”")):
            found.append("a bracket alone")
        if what.startswith("title"):
            found += ["a stop"] * text.endswith(".") + ["too long"] * (len(text) > 110)
        elif not text.endswith("."):
            found.append("no stop")
        wrong += [f"{name} in the {what}: {text}" for name in found]
    return wrong


def answers(text: str) -> list[str]:
    """What is wrong with an answer."""
    wrong = []
    sentences = re.split(r"(?<=\.) (?=[A-Z])", text)
    if not 2 <= len(sentences) <= 3:
        wrong.append("not two or three sentences")
    if not 15 <= len(text.split()) <= 60:
        wrong.append(f"{len(text.split())} words")
    for sentence in sentences:
        plain = re.sub(rf"Russell 2000|S&P 500|{DAY}", "", sentence)
        numbers = _NUMBER.findall(plain)
        if len(set(numbers)) < len(numbers):
            wrong.append("a number twice")
        if sentence.count("Russell 2000") > 1 or sentence.count("S&P 500") > 1:
            wrong.append("a name twice")
    return [f"{fault}: {text}" for fault in wrong]


def test_every_text_is_grammatical(weeks: list[Week]) -> None:
    """Two thousand titles, subtitles, descriptions and a hundred answers keep simple rules."""
    texts = [pair for week in weeks for pair in every_text(week)]
    assert len(texts) > 4000
    assert grammar(iter(texts)) == []
    assert [fault for week in weeks for fault in answers(week.answer)] == []


def test_most_titles_are_short(weeks: list[Week]) -> None:
    """Ninety characters hold nine titles in ten, and fifty-five words nine answers in ten."""
    lengths = sorted(len(chart.title) for week in weeks for chart in week.charts.values())
    assert lengths[int(0.9 * len(lengths))] <= 93
    counts = sorted(len(week.answer.split()) for week in weeks)
    assert counts[int(0.9 * len(counts))] <= 55


def test_made_up_weeks_are_grammatical(made_up: dict[str, gallery.Week]) -> None:
    """Ties, flat weeks, missing series, no record and the first one break no rule."""
    for why, week in made_up.items():
        assert grammar(every_text(week)) == [], why
        assert answers(week.text) == [], why


def test_made_up_weeks_are_told_as_they_are(made_up: dict[str, gallery.Week]) -> None:
    """What history lacks is said where it happens."""
    said = {
        "an exact tie in every week": ", as much as the S&P 500",
        "flat, the S&P 500 up": "ended the week where it began while the S&P 500",
        "never a record": "below their highest close since",
        "the first record of the history": "to its first record close since at least",
        "a record on every session": "record close of the year",
    }
    for why, words in said.items():
        assert words in made_up[why].text, why
    tie = made_up["an exact tie in every week"].charts
    assert "level with" in titles_of(tie)["relative_by_horizon"]
    assert "none of the last 26 weeks" in titles_of(tie)["weekly_relative"]
    alone = made_up["only the two benchmarks"].charts
    assert isinstance(alone["sector_returns_ytd"], str)
    assert isinstance(alone["implied_volatility"], str)
    small = titles_of(made_up["no large-cap sector funds"].charts)["sector_returns_ytd"]
    assert small.startswith("Among small-cap sectors") and "large" not in small
    one = titles_of(made_up["one session ahead"].charts)["streak_ladder"]
    assert one == "The Russell 2000 beat the S&P 500 on the last session"
    behind = titles_of(made_up["one session behind"].charts)["streak_ladder"]
    assert "last long run ahead" in behind


def titles_of(charts: object) -> dict[str, str]:
    """Titles by the name of their chart."""
    assert isinstance(charts, dict)
    return {name: c.title for name, c in charts.items() if isinstance(c, Chart)}


def test_the_page_shows_every_week(made_up: dict[str, gallery.Week]) -> None:
    """The gallery is one page with all answers, titles and reasons."""
    page = gallery.page(list(made_up.values()))
    for why, week in made_up.items():
        assert why.replace("&", "&amp;") in page
        assert week.charts["week_returns"].title.replace("&", "&amp;") in page  # type: ignore[union-attr]
    assert page.count("<h2>") == len(made_up)
