"""Settings: every mistake in every file at once, each with its line and the nearest name."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from support_project import REPOSITORY, settings

from generator.config import Settings, find_root, load_settings
from generator.errors import ContentError, Mistake, ReportError, UsageError, did_you_mean

UNIVERSE = """\
history_start: 1987-01-01
benchmarks:
  small: russell_2000
  large: sp_500
fund_pair: {small: iwm, large: spy}
major_indexes: [russell_2000, sp_500]
macro: {}
series:
  russell_2000: {name: A, short: a, symbol: ^RUT, kind: index, segment: small, daily_limit: 0.2}
  sp_500: {name: B, short: b, symbol: ^GSPC, kind: index, segment: large, daily_limit: 0.25}
  iwm: {name: C, short: c, symbol: IWM, kind: fund, segment: small, daily_limit: 0.2}
  spy: {name: D, short: d, symbol: SPY, kind: fund, segment: large, daily_limit: 0.25}
members: {}
coverage_floor: 0.9
oldest_list: 63
sectors: {}
funds: {}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project's settings with a small universe."""
    (tmp_path / "content").mkdir()
    shutil.copy(REPOSITORY / "mkdocs.yml", tmp_path)
    (tmp_path / "content/universe.yml").write_text(UNIVERSE)
    (tmp_path / "content/glossary.yml").write_text("- {term: A, means: B.}\n")
    for name in ("checks.yml", "datasets.yml", "live.yml"):
        text = (REPOSITORY / "content" / name).read_text()
        (tmp_path / "content" / name).write_text(re.sub(r", pairs: \{.*?\}", "", text))
    return tmp_path


def _mistakes(root: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_settings(root)
    return [str(mistake) for mistake in caught.value.mistakes]


def _change(root: Path, old: str, new: str, name: str = "content/universe.yml") -> None:
    path = root / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_settings_are_read(root: Path) -> None:
    """A project without mistakes gives typed settings with whole paths."""
    found: Settings = load_settings(root)
    assert found.site == root / "site" and found.build == root / "build"
    assert found.snapshots == str(root / "content/snapshots")
    assert found.universe.series["russell_2000"].symbol == "^RUT"
    assert found.universe.subjects(kind=("fund",)) == ["iwm", "spy"]
    assert found.universe.subjects(segment=("large",)) == ["sp_500", "spy"]
    assert found.glossary[0].means == "B."


def test_the_projects_own_settings_are_sound() -> None:
    """What is in the repository has no mistake, and the pairs of sector funds match."""
    universe = settings().universe
    sectors = [series for series in universe.series.values() if series.segment == "sector"]
    pairs = {(series.sector, series.size) for series in sectors}
    assert len(pairs) == len(sectors)
    assert {name for name, size in pairs if size == "small"} == {
        name for name, size in pairs if size == "large"
    }


def test_an_address_of_snapshots_is_left_as_it_is(root: Path) -> None:
    """What looks like an address is no folder of the project."""
    _change(root, "snapshots: content/snapshots", "snapshots: s3://bucket/frozen", "mkdocs.yml")
    assert load_settings(root).snapshots == "s3://bucket/frozen"


def test_settings_cannot_be_changed_afterwards(root: Path) -> None:
    """They are frozen, down to the series."""
    found = load_settings(root)
    with pytest.raises(ValueError, match="frozen"):
        found.universe.series["iwm"].name = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("old", "new", "mistakes"),
    [
        (
            "daily_limit: 0.2}\n  sp",
            "daily_limit: -1}\n  sp",
            [":9: 'series.russell_2000.daily_limit' is -1"],
        ),
        (
            "kind: fund, segment: small",
            "kind: found, segment: small",
            [":11: 'series.iwm.kind' is 'found'"],
        ),
        ("short: d, ", "", [":12: 'series.spy.short' is missing"]),
        (
            "short: d",
            "shrt: d",
            [
                ":12: 'series.spy.short' is missing",
                ":12: 'series.spy.shrt' is not known; did you mean 'short'?",
            ],
        ),
        (
            "history_start",
            "history_strt",
            [
                ":1: 'history_start' is missing",
                ":1: 'history_strt' is not known; did you mean 'history_start'?",
            ],
        ),
        (
            "  small: russell_2000",
            "  small: russel_2000",
            [":3: 'russel_2000' is not a series; did you mean 'russell_2000'?"],
        ),
        (
            "[russell_2000, sp_500]",
            "[russell_2000, sp_400]",
            [":6: 'sp_400' is not a series; did you mean 'sp_500'?"],
        ),
        ("symbol: SPY", "symbol: IWM", [":12: 'spy' has the symbol IWM of 'iwm'"]),
        ("  spy:", "  iwm:", [":12: 'iwm' stands twice", ":5: 'spy' is not a series"]),
        (
            "segment: small, daily_limit: 0.2}\n  spy",
            "segment: sector, daily_limit: 0.2}\n  spy",
            [":11: 'iwm': sector and size belong to sector funds"],
        ),
        (
            "daily_limit: 0.25}\n  iwm",
            "daily_limit: 0.25, implied_for: sp_50}\n  iwm",
            [":10: 'sp_50' is not a series; did you mean 'sp_500'?"],
        ),
        (
            "macro: {}",
            "macro: {cpi: {series: CPIAUCSL, name: Prices, unit: index, frequency: month, "
            "vintages: true}}",
            [":7: 'macro.cpi.unit' is 'index': Input should be 'percent', 'points'"],
        ),
        ("benchmarks:\n", "benchmarks: [\n", [": not YAML: "]),
        ("name: A,", "name: 'A,", [": not YAML: "]),
    ],
)
def test_a_mistake_has_its_line_and_the_nearest_name(
    root: Path, old: str, new: str, mistakes: list[str]
) -> None:
    """Each kind of mistake in the universe is told in words with file and line."""
    _change(root, old, new)
    found = _mistakes(root)
    for mistake in mistakes:
        assert any(mistake in line for line in found), found
    assert all(line.startswith("content/universe.yml:") for line in found)
    if "YAML" not in mistakes[0]:
        assert len(found) == len(mistakes)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("history_start: 1987-01-01", "history_start: 1987-13-01"),
        ("name: A,", "name: {{ A }},"),
        ("history_start: 1987-01-01", "? [a]\n: 1"),
        ("name: A,", "name: !python A,"),
    ],
    ids=["no such day", "braces", "a list as a key", "a tag"],
)
def test_yaml_that_makes_no_sense_is_a_mistake_too(root: Path, old: str, new: str) -> None:
    """What YAML itself refuses late is reported with the file like everything else."""
    _change(root, old, new)
    assert _mistakes(root)[0].startswith("content/universe.yml:")


def test_mistakes_of_all_files_come_together(root: Path) -> None:
    """One message for three files, and the number of mistakes in the first line."""
    _change(root, "symbol: SPY", "symbol: IWM")
    (root / "content/glossary.yml").write_text("- {term: A}\n- {means: B., more: C}\n")
    _change(root, "site_description", "site_descripton", "mkdocs.yml")
    with pytest.raises(ContentError) as caught:
        load_settings(root)
    text = str(caught.value)
    assert text.startswith("5 mistakes in what people write:\n")
    for line in (
        "content/universe.yml:12: 'spy' has the symbol",
        "content/glossary.yml:1: '0.means' is missing",
        "content/glossary.yml:2: '1.term' is missing",
        "content/glossary.yml:2: '1.more' is not known",
        "mkdocs.yml: 'site_description' is missing",
    ):
        assert line in text
    assert text.endswith("Mend them, then run `smallcaps check`.")


@pytest.mark.parametrize(
    ("name", "content", "mistake"),
    [
        ("content/universe.yml", None, "content/universe.yml: the file is missing"),
        ("content/universe.yml", b"", "content/universe.yml: the file is empty"),
        ("content/universe.yml", b"\xff\xfea", "content/universe.yml: not UTF-8: "),
        ("content/glossary.yml", b"a: b\n", "content/glossary.yml:1: a list of terms is wanted"),
        ("content/glossary.yml", b"- word\n", "content/glossary.yml:1: '0' is 'word'"),
        ("mkdocs.yml", b"site_name: A\nsite_description: B\n", "mkdocs.yml"),
    ],
)
def test_a_file_that_is_not_what_it_should_be(
    root: Path, name: str, content: bytes | None, mistake: str
) -> None:
    """Missing, empty or other content is a mistake among others."""
    path = root / name
    path.unlink() if content is None else path.write_bytes(content)
    assert _mistakes(root)[0].startswith(mistake)


def test_the_project_is_found_from_a_folder_inside(root: Path) -> None:
    """The nearest folder above that has the settings is the project."""
    inside = root / "content/editions"
    inside.mkdir()
    assert find_root(inside) == root
    with pytest.raises(ReportError, match="no project here"):
        find_root(root.parent)


def test_only_near_names_are_offered() -> None:
    """A wrong offer is worse than none."""
    assert did_you_mean("retrun_1w", ["return_1w", "vix"]) == "; did you mean 'return_1w'?"
    assert did_you_mean("nothing", ["return_1w", "vix"]) == ""


def test_an_error_says_where_what_and_what_next() -> None:
    """One form for all messages."""
    error = UsageError("'x' is not y", where="a.yml:3", hint="Write z.")
    assert str(error) == "a.yml:3: 'x' is not y\n  Write z."
    assert (error.exit_code, str(ReportError("plain"))) == (2, "plain")
    assert str(ContentError([Mistake("a", None, "b")])).startswith("1 mistake in what")


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://example.org/", "https://example.org/"),
        ("http://127.0.0.1:8000/a/b", "http://127.0.0.1:8000/a/b/"),
    ],
)
def test_the_address_of_the_site_ends_with_a_slash(root: Path, address: str, kept: str) -> None:
    """Addresses of pages are put together by writing one behind the other."""
    _change(root, "https://small-caps-weekly.example/", address, "mkdocs.yml")
    assert load_settings(root).site_url == kept


@pytest.mark.parametrize("address", ["example.org", "/here", "https://a b/", "ftp://a/", '"x y"'])
def test_an_address_that_is_none_is_a_mistake_with_its_line(root: Path, address: str) -> None:
    """Links in mail and previews are made of it, so it must be one."""
    _change(root, "https://small-caps-weekly.example/", address, "mkdocs.yml")
    (mistake,) = _mistakes(root)
    assert mistake.startswith("mkdocs.yml:") and "not an address" in mistake


def test_a_site_without_an_address_is_a_mistake(root: Path) -> None:
    """It is mandatory."""
    _change(root, "site_url:", "site_urk:", "mkdocs.yml")
    assert "mkdocs.yml: 'site_url' is missing" in _mistakes(root)


CHECKS, LIVE, DATASETS = "content/checks.yml", "content/live.yml", "content/datasets.yml"


def _line(root: Path, name: str, start: str) -> int:
    """The number of the first line that begins so."""
    lines = (root / name).read_text().splitlines()
    return next(n for n, line in enumerate(lines, 1) if line.startswith(start))


@pytest.mark.parametrize(
    ("old", "new", "start", "mistake"),
    [
        (
            "threshold: 60, unit: minutes",
            "threshold: -1, unit: minutes",
            "session_final",
            "'session_final.threshold' is -1",
        ),
        (
            "threshold: 10, unit: minutes",
            "threshold: ten, unit: minutes",
            "clock",
            "'clock.threshold' is 'ten'",
        ),
        ("threshold: 10, unit: minutes", "unit: minutes", "clock", "'clock.threshold' is missing"),
        (
            "threshold: 10, unit: minutes",
            "threshold: 10, limit: 9, unit: minutes",
            "clock",
            "'clock.limit' is not known",
        ),
        (
            "sessions late, failing: leave out",
            "sessions late, failing: leave it",
            "stale",
            "'stale.failing' is 'leave it'",
        ),
    ],
)
def test_a_mistake_in_the_checks_has_its_line(
    root: Path, old: str, new: str, start: str, mistake: str
) -> None:
    """A threshold that is none, a word that nobody knows, what is missing and what is too much."""
    line = _line(root, CHECKS, start)
    _change(root, old, new, CHECKS)
    (found,) = _mistakes(root)
    assert found.startswith(f"{CHECKS}:{line}: {mistake}")


def test_every_check_must_be_there_and_no_other(root: Path) -> None:
    """A check that was renamed is one that is missing and one that is not known."""
    _change(root, "flat: {", "flatt: {", CHECKS)
    found = _mistakes(root)
    assert any("'flat' is missing" in line for line in found)
    assert any("'flatt' is not known; did you mean 'flat'?" in line for line in found)
    assert len(found) == 2 and all(line.startswith(f"{CHECKS}:") for line in found)


def test_pairs_name_subjects_that_there_are(root: Path) -> None:
    """Both sides of a pair are looked up."""
    pairs = "pairs: {russell_200: iwm, sp_500: spi}}"
    line = _line(root, CHECKS, "index_against_fund")
    _change(
        root,
        "unit: share, failing: stop}\nfund",
        f"unit: share, failing: stop, {pairs}\nfund",
        CHECKS,
    )
    assert _mistakes(root) == [
        f"{CHECKS}:{line}: 'russell_200' is not a series; did you mean 'russell_2000'?",
        f"{CHECKS}:{line}: 'spi' is not a series; did you mean 'spy'?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "start", "mistake"),
    [
        ("  parallel: 4 ", "  parallel: 0 ", "  parallel", "'yahoo.parallel' is 0"),
        (
            "  requests_per_second: 4 ",
            "  requests_per_second: 0 ",
            "  requests_per_second",
            "'yahoo.requests_per_second' is 0",
        ),
        ("  attempts: 6 ", "  attempts: many ", "  attempts", "'yahoo.attempts' is 'many'"),
        ("  key_from: FRED_API_KEY", "  key: abc", "fred:", "'fred.key_from' is missing"),
        ("product: 239710", "product: IWM", "    IWM:", "'ishares.funds.IWM.product' is 'IWM'"),
        (
            ", members: true, history: true}",
            ", members: true}",
            "    IWM:",
            "'ishares.funds.IWM.history' is missing",
        ),
    ],
)
def test_a_mistake_in_the_sources_has_its_line(
    root: Path, old: str, new: str, start: str, mistake: str
) -> None:
    """Nobody is asked without bounds, and every fund says what is wanted of it."""
    line = _line(root, LIVE, start)
    _change(root, old, new, LIVE)
    found = _mistakes(root)
    assert any(one.startswith(f"{LIVE}:{line}: {mistake}") for one in found), found
    assert all(one.startswith(f"{LIVE}:") for one in found)


@pytest.mark.parametrize(
    ("old", "new", "start", "mistake"),
    [
        (
            "from a fixed seed, licence: our own, publish: raw",
            "from a fixed seed, publish: raw",
            "  prices",
            "'sample.prices.licence' is missing",
        ),
        (
            "licence: our own, publish: raw",
            "licence: our own, publish: all",
            "  prices",
            "'sample.prices.publish' is 'all'",
        ),
        (
            "licence: our own, publish: raw",
            "licence: our own, publish: none",
            "  prices",
            "there is no edition without prices: 'publish' may not be none",
        ),
        (
            "licence: our own, publish: raw",
            "licence: our own, public: raw",
            "  prices",
            "'sample.prices.public' is not known; did you mean 'publish'?",
        ),
    ],
)
def test_a_mistake_in_what_may_be_published_has_its_line(
    root: Path, old: str, new: str, start: str, mistake: str
) -> None:
    """A licence is said, and what may be published is one of three words."""
    line = _line(root, DATASETS, start)
    _change(root, old, new, DATASETS)
    (found,) = _mistakes(root)
    assert found.startswith(f"{DATASETS}:{line}: {mistake}")


def test_a_provider_without_tables_is_a_mistake(root: Path) -> None:
    path = root / DATASETS
    path.write_text(path.read_text() + "rumours: all of them\n")
    line = _line(root, DATASETS, "rumours")
    assert _mistakes(root) == [f"{DATASETS}:{line}: 'rumours' must name its tables"]


def test_rows_are_not_published_unless_somebody_says_so(root: Path) -> None:
    """Left out, `publish` means that figures may be shown and rows may not."""
    live = load_settings(root).datasets["live"]
    assert live["prices"].publish == "derived"
    assert {name for name, rules in live.items() if rules.publish == "raw"} == {
        "answers",
        "sessions",
    }


@pytest.mark.parametrize("name", [CHECKS, LIVE, DATASETS])
def test_settings_without_one_of_their_files_are_a_mistake(root: Path, name: str) -> None:
    """None of them has a default as a whole."""
    (root / name).unlink()
    assert f"{name}: the file is missing" in _mistakes(root)


def test_mistakes_of_checks_sources_and_tables_come_with_those_of_series(root: Path) -> None:
    """One message for all."""
    _change(root, "symbol: SPY", "symbol: IWM")
    _change(root, "  parallel: 4 ", "  parallel: 0 ", LIVE)
    _change(root, "threshold: 60, unit: minutes", "threshold: -1, unit: minutes", CHECKS)
    _change(root, "licence: our own, publish: raw", "licence: our own, publish: all", DATASETS)
    assert [line.split(":")[0] for line in _mistakes(root)] == [
        "content/universe.yml",
        CHECKS,
        LIVE,
        DATASETS,
    ]
