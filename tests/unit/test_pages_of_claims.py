"""The pages Outlook, Risks and Forecasts, of states made by hand: each state and its words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from xml.etree import ElementTree

import markdown
import pytest
from support_conditions import HandMade, asserted, called, condition, forecast, past, risk
from support_facts import GONE, UNIVERSE, facts_of
from support_project import REPOSITORY, settings

from generator import outlook
from generator.facts import Facts, Figure, Part, Value
from generator.forecasts import Forecast, ledger, metrics_of
from generator.makers import RANKED_FROM, makers
from generator.outlook import Condition, Risk, conditions
from generator.page_templates import page_names
from generator.pages import Renderer
from generator.sources import Source

YEAR_END = date(2026, 12, 31)
SOURCE = Source(
    id="a-house-2025",
    outlet="A house",
    published="2025-12-08",
    access="secondary",
    about="What it expects of 2026.",
)


class Manifest:
    """What the pages ask of the frozen data."""

    simulated = False
    symbols: Mapping[str, object] = {"^RUT": object()}


class Simulated(Manifest):
    """Data made up."""

    simulated = True


def _facts(seen: HandMade, metrics: set[str]) -> Facts:
    """The edition's facts: those made by hand, and the benchmarks' where none was made."""
    figures: dict[str, dict[str, Figure]] = {metric: {} for metric in sorted(metrics)}
    for metric, by_subject in figures.items():
        subjects = {"russell_2000", "sp_500", "gdp_nowcast"}
        subjects |= {name.partition(".")[2] for name in seen.figures}
        for subject in sorted(subjects):
            by_subject[subject] = seen.fact(metric, subject, seen.last).figure
    return facts_of(figures, seen.last)


def _page(name: str, seen: HandMade, metrics: set[str], **context: Any) -> ElementTree.Element:
    """Return a page as a browser gets it, its tables laid in."""
    whole = {
        "universe": UNIVERSE,
        "on_data_page": frozenset(),
        "glossary": settings().glossary,
        "edition": "2026-W03",
        "as_of": seen.last,
        "manifest": Manifest(),
        "methods": [],
        "claims": (),
        "works": {},
        "conditions": {"bull": (), "bear": (), "risks": ()},
        "forecasts": (),
        "makers": (),
        **context,
    }
    renderer = Renderer(
        REPOSITORY / "templates",
        _facts(seen, metrics),
        Facts({}),
        {},
        None,
        whole,
        sources={SOURCE.id: SOURCE},
        forecasts={state.forecast.id: state for state in whole["forecasts"]},
    )
    _, text = renderer.render(name)
    for key, aside in renderer.asides.items():
        text = text.replace(f"<!--aside:{key}-->", aside if key.endswith(".html") else "")
    html = markdown.markdown(text, extensions=["attr_list", "toc"])
    page = ElementTree.fromstring(f"<main>{html}</main>".replace("</dt>", "</dt> "))
    _well_formed(page)
    return page


def _well_formed(page: ElementTree.Element) -> None:
    """Every id stands once, every link within the page leads somewhere, tables have scopes."""
    ids = [node.get("id") for node in page.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    links = {str(node.get("href")) for node in page.iter("a")}
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert all(node.get("scope") for node in page.iter("th"))
    assert all(table.find("caption") is not None for table in page.iter("table"))


def _text(node: ElementTree.Element) -> str:
    return " ".join("".join(node.itertext()).split())


def _outlook(seen: HandMade, *entries: Condition) -> ElementTree.Element:
    states = conditions(entries, seen, as_of=seen.last, name=called)
    sides: dict[str, Any] = {"risks": ()}
    for side in ("bull", "bear"):
        sides[side] = tuple(s for s in states if getattr(s.condition, "side", "") == side)
    return _page("outlook", seen, outlook.metrics_of(entries), conditions=sides)


def _risks(seen: HandMade, *entries: Risk) -> ElementTree.Element:
    states = conditions(entries, seen, as_of=seen.last, name=called)
    sides = {"bull": (), "bear": (), "risks": states}
    return _page("risks", seen, outlook.metrics_of(entries), conditions=sides)


def _forecasts(
    seen: HandMade, *made: Forecast, simulated: bool = False, **context: Any
) -> ElementTree.Element:
    states = ledger(made, seen, as_of=seen.last, simulated=simulated, name=called)
    manifest = Simulated() if simulated else Manifest()
    return _page(
        "forecasts",
        seen,
        metrics_of(made),
        forecasts=states,
        makers=makers(states),
        manifest=manifest,
        **context,
    )


def _block(page: ElementTree.Element, name: str) -> ElementTree.Element:
    (found,) = [node for node in page.iter() if node.get("id") == name]
    return found


def _rows(page: ElementTree.Element) -> list[list[str]]:
    return [[_text(cell) for cell in row] for row in page.iter("tr")]


RSI = Value(64.2, parts={"share_overbought": Part(0.061, "share")})
AVERAGE = Value(2400.0, parts={"distance": Part(0.0831, "fraction")})
MIXED = past(
    rsi_14_daily__russell_2000=RSI,
    sma_200__russell_2000=AVERAGE,
    sma_50__russell_2000=2452.5,
    base_breakout__russell_2000="confirmed",
    relative_return_3m__russell_2000=0.4,
)
ENTRIES = (
    condition("hot", weekly_move=4),
    condition(
        "above",
        asserts=(asserted("sma_200.russell_2000", part="distance", over="0%"),),
        weekly_move=1,
    ),
    condition("out", asserts=(asserted("base_breakout.russell_2000", **{"is": "confirmed"}),)),
    condition("grown", asserts=(asserted("latest_observation.gdp_nowcast", at_least="2%"),)),
    condition(
        "order",
        "bear",
        asserts=(asserted("sma_50.russell_2000", behind="sma_200.russell_2000"),),
        weekly_move=10,
    ),
    condition(
        "behind",
        "bear",
        asserts=(asserted("relative_return_3m.russell_2000", under="0 pp"),),
        weekly_move=2,
    ),
)


@pytest.mark.parametrize(
    ("name", "state", "words"),
    [
        ("hot", "fails", "Does not hold, by 5.8. Russell 2000 (RSI, daily): 64.2; for this it must "
         "be at least 70."),
        ("above", "holds", "Holds, by 8.31 pp. Russell 2000 (200-session average, distance): "
         "+8.31%; for this it must be over 0%."),
        ("out", "holds", "Holds. Russell 2000 (Base and breakout): confirmed; for this it must be "
         "confirmed."),
        ("grown", "unknown", "Cannot be told: GDPNow, model estimate of growth: it is not there. "
         "GDPNow, model estimate of growth (Latest observation): withheld; for this it must be at "
         "least 2%."),
        ("order", "fails", "Does not hold, by 52.50. Russell 2000 (50-session average): 2,452.50 "
         "against Russell 2000 (200-session average): 2,400.00."),
    ],
)  # fmt: skip
def test_each_condition_says_its_state_figure_and_threshold(
    name: str, state: str, words: str
) -> None:
    """In words, not in colours alone; every figure leads to its entry."""
    block = _block(_outlook(MIXED, *ENTRIES), name)
    assert (block.get("data-state"), block.get("class")) == (state, "condition")
    heading, observed, why = block
    assert (heading.tag, _text(heading)) == ("h3", f"The condition {name} is met")
    assert _text(observed) == words
    assert _text(why) == "People look at it."
    figures = [
        link.get("href", "") for link in observed.iter("a") if "fact" in link.get("class", "")
    ]
    assert figures and all(link.startswith("figures.html#") for link in figures)


def test_both_sides_are_counted() -> None:
    """How many hold, do not hold, and cannot be told."""
    assert _rows(_outlook(MIXED, *ENTRIES)) == [
        ["Side", "Hold", "Do not hold", "Cannot be told"],
        ["For small caps", "2", "1", "1"],
        ["Against them", "0", "2", "0"],
    ]


def test_what_is_nearest_to_changing_comes_first() -> None:
    """In weekly moves: 5.8 / 4 before 8.31 / 1; what has no distance is left out."""
    page = _outlook(MIXED, *ENTRIES)
    items = [_text(item) for item in page.iter("li")]
    assert items[:4] == [
        "The condition hot is met: does not hold, by 5.8.",
        "The condition above is met: holds, by 8.31 pp.",
        "The condition behind is met: does not hold, by 0.40 pp.",
        "The condition order is met: does not hold, by 52.50.",
    ]


def test_an_outlook_of_which_nothing_is_known_still_reads() -> None:
    """All is withheld: no condition speaks for a side, and none is called near."""
    page = _outlook(past(), *ENTRIES)
    assert _rows(page)[1:] == [["For small caps", "0", "0", "4"], ["Against them", "0", "0", "2"]]
    items = [_text(item) for item in page.iter("li")]
    assert items[:2] == ["Of none can it be told how near it is."] * 2
    assert "Withheld on this page" in _text(page)


RISKS = (
    risk(
        "fear",
        title="Fear",
        asserts=(
            asserted("rvx.russell_2000", at_least="30"),
            asserted("latest_observation.gdp_nowcast", at_least="2%"),
        ),
    ),
    risk("calm", title="Calm", asserts=(asserted("rvx_vix_ratio.russell_2000", over="1.40×"),)),
)


def test_each_risk_has_its_figures_and_what_is_not_seen() -> None:
    """One heading a risk, a block for each figure, its place in its history where that is known."""
    rvx = Value(31.5, parts={"share_lower": Part(0.913, "share")})
    page = _risks(past(rvx__russell_2000=rvx, rvx_vix_ratio__russell_2000=1.1), *RISKS)
    headings = [(node.get("id"), _text(node)) for node in page.iter("h2")]
    assert headings[:2] == [("fear", "Fear"), ("calm", "Calm")]
    blocks = [node for node in page.iter("div") if node.get("class") == "condition"]
    assert [block.get("data-state") for block in blocks] == ["holds", "unknown", "fails"]
    assert _text(blocks[0]) == (
        "Shows, by 1.50. Russell 2000 (RVX): 31.50; for this it must be at least 30. It was lower "
        "on 91.3% of the sessions of its history."
    )
    assert _rows(page) == [
        ["Risk", "Show it", "Do not", "Cannot be told"],
        ["Fear", "1", "0", "1"],
        ["Calm", "0", "1", "0"],
    ]
    hot = risk("hot", asserts=(asserted("rsi_14_daily.russell_2000", at_least="70"),))
    assert "It was at 70 or above in 6.1% of its history." in _text(_risks(MIXED, hot))
    assert _text(page).count("Not seen: spreads are not known.") == 2
    assert _text(page).count("Shares are hard to sell. Traders look at it.") == 2


SEEN = {"return_ytd__russell_2000": 0.12, "return_ytd__sp_500": 0.0778}


def test_a_pending_forecast_shows_all_that_is_known_of_it() -> None:
    """Maker, day, statement, figure, horizon, days to go, rule, source, and how it stands."""
    page = _forecasts(past(**SEEN), forecast())
    article = _block(page, "beats")
    told = _text(article)
    for words in (
        "pending, 349 days to go",
        "Small caps beat large caps in 2026.",
        "A house, 8 December 2025",
        "As a figure Return, year to date of Russell 2000 ahead of S&P 500",
        "Horizon 31 December 2026",
        "How it is decided By the price returns of 2026.",
        "So far Russell 2000 (Return, year to date): +12.00% against S&P 500 (Return, year to "
        "date): +7.78%",
    ):
        assert words in told, words
    cited = article.find(".//sup[@class='cite']/a")
    assert cited is not None
    assert "A house" in _text(_block(page, str(cited.get("href"))[1:]))
    (verdict,) = article.findall(".//b")
    assert (verdict.get("class"), verdict.get("data-verdict")) == ("verdict", "forecast pending")


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (
            0.12,
            ["resolved: it came true", "What came +12.00% against", "By how much held by 4.22 pp"],
        ),
        (0.02, ["resolved: it did not come true", "By how much failed by 5.78 pp"]),
        (GONE, ["cannot be resolved", "Why it cannot be Russell 2000: it is not there."]),
    ],
)
def test_a_forecast_whose_day_has_come(figure: float | Figure, words: list[str]) -> None:
    """What became of it, by how much, and how that was computed; or why it cannot be told."""
    seen = past(YEAR_END, return_ytd__russell_2000=figure, return_ytd__sp_500=0.0778)
    told = _text(_block(_forecasts(seen, forecast()), "beats"))
    assert all(word in told for word in words), told
    assert ("How it was computed" in told) is ("resolved: " in told)
    assert "So far" not in told and "to go" not in told


def test_one_day_to_go_is_one_day() -> None:
    """Singular where there is one."""
    seen = past(date(2026, 12, 30), **SEEN)
    assert "pending, 1 day to go" in _text(_forecasts(seen, forecast()))


def test_simulated_data_show_no_figure_of_a_forecast() -> None:
    """They decide nothing, before the horizon and after it."""
    for as_of, words in (
        (date(2026, 1, 16), "pending, 349 days to go"),
        (YEAR_END, "Why it cannot be Simulated data."),
    ):
        told = _text(_forecasts(past(as_of, **SEEN), forecast(), simulated=True))
        assert words in told
        assert "are simulated, and decide nothing" in told
        assert "12.00%" not in told and "So far" not in told


def test_a_forecast_links_to_the_claim_of_its_name_where_there_is_one() -> None:
    """The two pages lead to each other."""

    class Claimed:
        class claim:
            id = "beats"

    linked = _forecasts(past(**SEEN), forecast(), claims=(Claimed,))
    assert linked.find(".//a[@href='claims.html#beats']") is not None
    alone = _forecasts(past(**SEEN), forecast())
    assert alone.find(".//a[@href='claims.html#beats']") is None


def _many(count: int, maker: str) -> list[Forecast]:
    value = (asserted(**{"is": "10%"}),)
    return [forecast(f"{maker}-{n}", maker=maker, asserts=value) for n in range(count)]


def test_nine_make_no_ranking_and_the_page_says_so() -> None:
    """A table without a rank, and why."""
    page = _forecasts(past(YEAR_END, **SEEN), *_many(9, "nine"), *_many(1, "one"))
    assert "No maker has ten resolved forecasts, so none is ranked" in _text(page)
    assert _rows(page) == [
        ["Maker", "Made", "Pending", "Resolved", "Came true", "Mean absolute error"],
        ["nine", "9", "0", "9", "0", "2.00 pp"],
        ["one", "1", "0", "1", "0", "2.00 pp"],
    ]


def test_ten_make_a_ranking() -> None:
    """Those with fewer have a dash."""
    page = _forecasts(past(YEAR_END, **SEEN), *_many(RANKED_FROM, "ten"), *_many(1, "one"))
    assert "Ranked, by the share that came true" in _text(page)
    assert [row[0::6] for row in _rows(page)] == [["Maker", "Rank"], ["ten", "1"], ["one", "–"]]


def test_an_old_forecast_leaves_the_list_and_stays_in_its_maker_s_count() -> None:
    """A year after its horizon it is not listed any more."""
    old = forecast("old", made=date(2024, 1, 2), horizon=date(2025, 1, 6))
    page = _forecasts(past(date(2026, 1, 16), **SEEN), old, forecast())
    assert [node.get("id") for node in page.iter("article")] == ["beats"]
    assert _rows(page)[1][:4] == ["A house", "2", "1", "1"]


def test_pages_without_entries_still_read() -> None:
    """A project need have neither forecasts nor conditions."""
    assert "No forecast has been entered." in _text(_forecasts(past()))
    assert "Of none can it be told" in _text(_outlook(past()))
    assert _rows(_risks(past())) == [["Risk", "Show it", "Do not", "Cannot be told"]]


def test_the_pages_stand_among_the_report_s() -> None:
    """Being there is being published; numbers in the templates are no figures."""
    templates = REPOSITORY / "templates"
    assert {"outlook", "risks", "forecasts"} <= set(page_names(templates))
    for name in ("outlook", "risks", "forecasts"):
        text = (templates / f"pages/{name}.md").read_text()
        prose = re.sub(r"\{[{%#].*?[}%#]\}|<[^>]*>", "", text.split("---\n", 2)[2], flags=re.DOTALL)
        assert not re.search(r"\d", prose), prose
