"""How a commentary begins: the draft's text, and the file that `begin` writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from support_facts import GONE, LARGE, SMALL, UNIVERSE, facts_of
from support_project import REPOSITORY, Project, make_project, unchanged

from generator import graph
from generator.commentary import read_commentary
from generator.config import load_settings
from generator.draft import FIRST, ON_A_PAGE, Material, plain, scaffold
from generator.editions import Edition
from generator.errors import ContentError, ReportError
from generator.facts import Facts, Part, Value
from generator.lint_text import Known
from generator.movements import METRICS, RANKED, STATES, Movement, Turn
from generator.prompts import METRICS as TOLD
from generator.prompts import READY, comment, sentence
from generator.scaffolding import PAGES, begin
from generator.workshop import Workshop

W03 = Edition(2026, 3)
NOW = datetime(2026, 1, 17, 9, 0, tzinfo=UTC)
BEGIN = """
from datetime import UTC, datetime
from pathlib import Path
from generator.config import load_settings
from generator.editions import Edition
from generator.scaffolding import begin
from generator.workshop import Workshop
shop = Workshop(load_settings(Path(PROJECT)), lambda *_: None)
begin(shop, Edition(2026, 3), datetime(2026, 1, 17, 9, 0, tzinfo=UTC))
"""
KINDS = {kind.metric: kind for kind in RANKED}
KNOWN = Known(
    pages=[path.stem for path in (REPOSITORY / "templates/pages").glob("*.md")],
    metrics={name: metric.unit for name, metric in graph.metrics().items()},
    subjects=UNIVERSE.every_subject,
    names=[text for series in UNIVERSE.series.values() for text in (series.name, series.short)],
)


@dataclass(frozen=True)
class Said:
    """A claim or a forecast."""

    id: str
    edition: str = "2026-W03"
    source: str = "a-paper"
    statement: str = "Small caps rose by 7%."


def moved(metric: str, change: float, usual: float = 0.01, subject: str = SMALL) -> Movement:
    """Return a change, and thirteen earlier ones of a usual size."""
    return Movement(KINDS[metric], subject, change, "fraction", (usual, -usual) * 6 + (usual,))


def drafted(**given: object) -> str:
    """Return the draft of a week with these offers, and figures of the benchmarks."""
    return scaffold(W03, NOW.date(), Material(**{**empty(), **given}), UNIVERSE, PAGES)  # type: ignore[arg-type]


def empty() -> dict[str, object]:
    """Return a week in which nothing moved."""
    return {"now": figures(), "movements": (), "turns": ()}


def figures(**given: Value) -> Facts:
    """Return what ready sentences need, of the benchmarks; the economy withheld."""
    value = Value(1.0, parts={name: Part(1.0, "fraction") for name in ("zone", "peak", "distance")})
    made = {m: {SMALL: given.get(m, value), LARGE: value} for m in dict.fromkeys((*METRICS, *TOLD))}
    return facts_of({**made, "latest_observation": {"payrolls": GONE}})


def section(text: str, page: str) -> str:
    """Return what stands below a page's heading."""
    return text.split(f"\n# {page}\n")[1].split("\n# ")[0]


def visible(text: str) -> list[str]:
    """Return the paragraphs that readers see."""
    return [p for p in re.sub(r"\{#.*?#\}", "", text).split("\n\n") if p.strip()]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with one frozen edition, whose commentary was begun."""
    project = make_project(tmp_path_factory.mktemp("begun") / "project", ("2026-W03",))
    assert begun(project, W03) == project.folder / "content/editions/2026-W03.md"
    return project


def begun(project: Project, edition: Edition) -> Path:
    with Workshop(load_settings(project.folder), lambda *_: None) as shop:
        return begin(shop, edition, NOW)


def test_every_page_has_a_section_in_the_order_of_the_site() -> None:
    """Front matter first, with a title and an author still to be written."""
    text = drafted(simulated=True)
    assert text.startswith(
        "---\ntitle: \nauthor: \ndate: 2026-01-17\nsimulated: true\n---\n\n# index"
    )
    assert tuple(re.findall(r"^# (\S+)$", text, re.MULTILINE)) == PAGES
    assert "simulated" not in drafted().split("# index")[0]


def test_the_first_page_tells_states_before_changes() -> None:
    """What turned stands first, then what moved most, one series a figure."""
    turns = [Turn(STATES[0], SMALL, 11)]
    movements = [
        moved("rsi_14_daily", 0.09),
        moved("rsi_14_daily", 0.08, subject=LARGE),
        moved("drawdown", -0.05),
        moved("return_1w", 0.001),
    ]
    told = visible(section(drafted(turns=turns, movements=movements), "index"))
    moving = told[told.index("### What moved") + 1 : told.index("### What did not")]
    assert [re.search(r"fact\('(\w+)", line)[1] for line in moving] == [  # type: ignore[index]
        "outperformance_streak_sessions",
        "rsi_14_daily",
        "drawdown",
        "return_1w",
    ]
    still = told[told.index("### What did not") + 1 :]
    assert "return_1w" in still[0] and "drawdown" in still[1]


def test_only_so_many_changes_are_told() -> None:
    """Four on the first page and three on another, the most unusual."""
    movements = [moved(kind.metric, 1.0) for kind in RANKED if kind.page == "volatility"]
    text = drafted(movements=movements)
    first = section(text, "index").split("### What did not")[0]
    assert first.count("{# Changed") == FIRST < len(movements)
    assert section(text, "volatility").count("{# Changed") == ON_A_PAGE


def test_prompts_say_by_how_much_and_against_what() -> None:
    """The change as it is printed, how many times the median, of how many weeks."""
    text = drafted(movements=[moved("return_1w", 0.025), moved("drawdown", 0.01, usual=0.0)])
    assert "{# Changed by +2.50 pp on the week: 2.50× the median of 13 weeks. #}" in text
    assert "{# Changed by +1.00 pp on the week, which it hardly ever does. #}" in text


def test_a_short_history_is_named_and_not_told() -> None:
    """What cannot be ranked has no sentence; it stands where evidence is thin."""
    short = Movement(KINDS["drawdown"], LARGE, -0.4, "fraction", (0.01,))
    text = drafted(movements=[short])
    assert f"thin: short histories: drawdown.{LARGE} #}}" in text
    assert f"fact('drawdown.{LARGE}')" not in text


def test_a_sentence_whose_figure_is_withheld_is_left_out() -> None:
    """A ready sentence is about figures that are there."""
    text = drafted(now=figures(rsi_14_daily=GONE))  # type: ignore[arg-type]
    assert "rsi_14_daily" not in "".join(visible(text))
    assert f"withheld: rsi_14_daily.{SMALL}" in section(text, "index")


def test_no_sentence_stands_twice_on_a_page() -> None:
    """A change that a ready sentence tells already is not told again."""
    text = drafted(movements=[Movement(KINDS["vix"], LARGE, 3.0, "points", (1.0,) * 13)])
    assert section(text, "volatility").count("The VIX closed at") == 1


def test_new_claims_stand_with_their_words_and_older_ones_by_name() -> None:
    """Both are prompts; a claim's words cannot end one."""
    new = Said("up-7", statement="It said {#so#} of 7%.")
    text = section(drafted(claims=[Said("old", "2025-W50"), new]), "claims")
    assert "{# New, up-7: It said (#so#) of 7%. [@a-paper] #}" in text
    assert "{# Checked again: old. #}" in text
    assert [line.strip() for line in visible(text)] == [*READY["claims"]]


def test_forecasts_that_resolve_are_marked() -> None:
    """A forecast is named as commentary marks it."""
    forecasts = [Said("due"), Said("later")]
    text = section(drafted(forecasts=forecasts, resolving=frozenset({"due"})), "forecasts")
    assert "{# Resolves in this edition: Small caps rose by 7%. [forecast: due] #}" in text
    assert "{# Listed: Small caps rose by 7%. [forecast: later] #}" in text


def test_the_economy_tells_what_was_first_released_on_the_week() -> None:
    """Only that; where nothing is held, it says so."""
    assert "This edition holds no economic series." in section(drafted(), "economy")
    day = {"period": Part("Dec 2025", "text"), "released": Part(date(2026, 1, 13), "date")}
    old = {**day, "released": Part(date(2026, 1, 9), "date")}
    made = {"payrolls": Value(1.0, parts=day), "retail_sales": Value(1.0, parts=old)}
    now = Facts({**_all(figures()), **_all(facts_of({"latest_observation": made}))})
    told = visible(section(drafted(now=now), "economy"))
    assert [line.strip() for line in told] == [
        "Nonfarm payrolls is at {{ fact('latest_observation.payrolls') }} for "
        "{{ fact('latest_observation.payrolls', part='period') }}."
    ]
    assert "retail_sales" not in drafted(now=now)


def _all(facts: Facts) -> dict[str, object]:
    return {metric: facts.of(metric) for metric in facts.metrics}


def test_a_sentence_names_series_as_prose_does() -> None:
    """With an article, a capital at its beginning, and the word fund where the name has none."""
    kind = KINDS["return_1w"]
    assert sentence(kind, SMALL, UNIVERSE) == (
        "The return of the Russell 2000 on the week is {{ fact('return_1w.russell_2000') }}."
    )
    assert "the Russell 2000 Value (IWN) fund" in sentence(kind, "russell_2000_value", UNIVERSE)
    assert "the iShares Micro-Cap ETF (IWC) on" in sentence(kind, "micro_caps", UNIVERSE)
    assert comment("a {# b #}") == "{# a (# b #) #}"


def test_ready_sentences_and_kinds_name_figures_that_exist() -> None:
    """Every metric that is told is one of the graph's."""
    assert set(METRICS) | set(TOLD) <= set(graph.metrics())


def test_without_data_it_says_what_to_do() -> None:
    """The plain beginning has one sentence and names the command."""
    text = plain(Edition(2026, 5), NOW.date(), UNIVERSE)
    assert "After `smallcaps fetch 2026-W05`, remove this file" in text
    assert [line for line in visible(text) if "return_1w.russell_2000" in line]


def test_the_file_wants_a_title_and_an_author_alone(project: Project) -> None:
    """Nothing else is wrong with what was begun, prompts included; with them nothing is."""
    path = project.folder / "content/editions/2026-W03.md"
    assert [finding.what for finding in read_commentary(path, "c.md", KNOWN)[1]] == [
        "'title' is missing",
        "'author' is missing",
    ]
    copy = path.with_name("named.md")
    copy.write_text(path.read_text().replace("title: \nauthor: ", "title: A\nauthor: B"))
    commentary, findings = read_commentary(copy, "c.md", KNOWN)
    copy.unlink()
    assert commentary is not None and findings == [] and commentary.simulated
    assert "{#" not in "".join(commentary.sections.values())


def test_it_begins_with_what_the_sample_week_was(project: Project) -> None:
    """In the week to 16 January the run of sessions turned, and small value moved."""
    text = (project.folder / "content/editions/2026-W03.md").read_text()
    assert "sessions in a row." in section(text, "index").split("### What did not")[0]
    assert "{# New, streak-10: " in section(text, "claims")
    assert "[forecast: beat-mag7] #}" in section(text, "forecasts")
    assert "{{ fact('latest_observation." in section(text, "economy")


def test_the_same_data_give_the_same_bytes(project: Project, tmp_path: Path) -> None:
    """Whatever the order in which sets are read: another process has another."""
    other = make_project(tmp_path / "other", ("2026-W03",))
    ran = other.spawn_script(BEGIN)
    assert ran.code == 0, ran.err
    name = "content/editions/2026-W03.md"
    assert (other.folder / name).read_bytes() == (project.folder / name).read_bytes()


def test_nothing_that_is_there_is_overwritten(project: Project) -> None:
    """There is one commentary an edition, whoever wrote it."""
    with unchanged(project.folder), pytest.raises(ReportError, match="has a commentary already"):
        begun(project, W03)


def test_an_edition_without_data_can_be_begun(project: Project) -> None:
    """No figure is looked at, and the file says how to go on."""
    path = begun(project, Edition(2026, 5))
    assert "smallcaps fetch 2026-W05" in path.read_text()
    path.unlink()


def test_mistakes_in_claims_stop_it_before_anything_is_written(tmp_path: Path) -> None:
    """They are told with their line, and no file is begun."""
    project = make_project(tmp_path / "project", ("2026-W03",))
    project.write("content/claims.yml", "- id: A claim\n")
    with unchanged(project.folder), pytest.raises(ContentError):
        begun(project, W03)
