"""Settings: every mistake in every file at once, each with its line and the nearest name."""

from __future__ import annotations

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
quality: {minimum_sessions: 252, maximum_gap: 2, flat_sessions: 5}
series:
  russell_2000: {name: A, short: a, symbol: ^RUT, kind: index, segment: small, daily_limit: 0.2}
  sp_500: {name: B, short: b, symbol: ^GSPC, kind: index, segment: large, daily_limit: 0.25}
  iwm: {name: C, short: c, symbol: IWM, kind: fund, segment: small, daily_limit: 0.2}
  spy: {name: D, short: d, symbol: SPY, kind: fund, segment: large, daily_limit: 0.25}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project's settings with a small universe."""
    (tmp_path / "content").mkdir()
    shutil.copy(REPOSITORY / "mkdocs.yml", tmp_path)
    (tmp_path / "content/universe.yml").write_text(UNIVERSE)
    (tmp_path / "content/glossary.yml").write_text("- {term: A, means: B.}\n")
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
            "minimum_sessions: 252",
            "minimum_sessions: 1",
            [":7: 'quality.minimum_sessions' is 1: Input should be greater"],
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
