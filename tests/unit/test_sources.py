"""Sources: what may stand in content/sources.yml, and the page that lists what an edition cites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from support_project import REPOSITORY

from generator.page_templates import environment, split
from generator.references import references
from generator.sources import Source, first_day, read_sources

ENTRY = """\
- id: press-2025-12-12
  outlet: Press
  published: 2025-12-12
  access: secondary
  about: What is said of small caps.
"""
TOLD = REPOSITORY.parent / "shared/spec/claims.md"


def _read(folder: Path, text: str) -> tuple[tuple[Source, ...], list[str]]:
    (folder / "content").mkdir(exist_ok=True)
    (folder / "content/sources.yml").write_text(text, encoding="utf-8")
    found, mistakes = read_sources(folder)
    return found, [str(mistake) for mistake in mistakes]


def _mistakes(folder: Path, *lines: str) -> list[str]:
    """What is wrong with an entry some of whose lines are others; an empty value leaves one out."""
    entry = dict(line.strip("- ").split(": ", 1) for line in ENTRY.splitlines())
    entry |= dict(line.split(": ", 1) for line in lines)
    text = "".join(f"  {name}: {value}\n" for name, value in entry.items() if value)
    return _read(folder, "-" + text[1:])[1]


def test_an_entry_is_read_as_it_stands(tmp_path: Path) -> None:
    """What is not said of a work is not known of it."""
    (source,), mistakes = _read(tmp_path, ENTRY)
    assert mistakes == []
    assert (source.outlet, source.published, source.parts) == (
        "Press",
        "2025-12-12",
        (2025, 12, 12),
    )
    assert [source.author, source.title, source.url, source.accessed, source.original] == [None] * 5


@pytest.mark.parametrize(
    ("written", "parts"),
    [("2025-12-12", (2025, 12, 12)), ("2026-01", (2026, 1)), ("2026", (2026,))],
)
def test_a_date_is_as_precise_as_it_is_written(
    tmp_path: Path, written: str, parts: tuple[int, ...]
) -> None:
    """Also where YAML takes it for a day or for a number."""
    (source,), mistakes = _read(
        tmp_path, ENTRY.replace("2025-12-12\n  access", f"{written}\n  access")
    )
    assert mistakes == [] and (source.published, source.parts) == (written, parts)


@pytest.mark.parametrize(
    "written", ["2025-13", "'2025-02-30'", "25-12-12", "true", "soon", "2025-1-2"]
)
def test_a_date_that_is_none_is_a_mistake(tmp_path: Path, written: str) -> None:
    """A day, a month or a year that there is, and nothing else, on the line of the date."""
    (mistake,) = _mistakes(tmp_path, f"published: {written}")
    assert mistake.startswith("content/sources.yml:3: ") and "published" in mistake


def test_a_source_without_a_date_is_a_mistake(tmp_path: Path) -> None:
    """Nothing is cited that nobody can place in time."""
    assert _mistakes(tmp_path, "published: ") == ["content/sources.yml:1: '0.published' is missing"]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://press.example/a",
        "//press.example/a",
        "https:///a",
        "https://me:secret@press.example/",
        "https://me@press.example/",
        "'https://press.example/a b'",
        '"https://press.example/\\u0000"',
        '"https://press.example/\\na"',
        "'https://press.example/\"><script>'",
        "https://press.example:99999/",
        "https://prëss.example/",
    ],
)
def test_an_address_is_one_of_the_web(tmp_path: Path, url: str) -> None:
    """Nothing that runs, carries a password or breaks a line is an address."""
    (mistake,) = _mistakes(tmp_path, f"url: {url}", "accessed: 2025-12-13")
    assert mistake.startswith("content/sources.yml:6: '0.url'")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["url: https://press.example/a?b=c%20d&e#f"],
            "6: 'press-2025-12-12' has an address but no 'accessed' day",
        ),
        (
            ["access: paywall"],
            "4: 'press-2025-12-12' is paywall but has no address; name it, or say 'secondary'",
        ),
        (
            ["accessed: 2025-12-10"],
            "3: 'press-2025-12-12' is dated 2025-12-12, after the day on which it was read",
        ),
    ],
)
def test_what_contradicts_itself_is_a_mistake(
    tmp_path: Path, lines: Sequence[str], expected: str
) -> None:
    """Each is told with the line to look at."""
    assert _mistakes(tmp_path, *lines) == [f"content/sources.yml:{expected}"]


@pytest.mark.parametrize(
    ("published", "accessed"),
    [("2025-12-13", "2025-12-12"), ("2025-12", "2025-12-01"), ("2025", "2025-01-01")],
)
def test_a_work_may_be_dated_a_day_ahead(tmp_path: Path, published: str, accessed: str) -> None:
    """It may be from the other side of the world; a month and a year begin on their first day."""
    assert _mistakes(tmp_path, f"published: {published}", f"accessed: {accessed}") == []


@pytest.mark.parametrize("field", ["outlet", "author", "title", "original", "about"])
@pytest.mark.parametrize("text", ["' '", '"two\\nlines"', '"a\\u0007b"', "'two  spaces'"])
def test_texts_are_words_on_one_line(tmp_path: Path, field: str, text: str) -> None:
    """They stand in lines of other formats."""
    (mistake,) = _mistakes(tmp_path, f"{field}: {text}")
    assert "words on one line" in mistake


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    """Ids that stand twice, ids that are none, unknown fields and unknown kinds of access."""
    wrong = ENTRY.replace("press-2025", "Press 2025").replace("secondary", "open")
    found, mistakes = _read(tmp_path, ENTRY + wrong + ENTRY + "  titel: A\n")
    lines = [re.match(r"content/sources.yml:(\d+): ", mistake)[1] for mistake in mistakes]  # type: ignore[index]
    assert sorted(lines, key=int) == ["6", "9", "11", "16"]
    told = " ".join(mistakes)
    assert "stands twice" in told and "did you mean 'title'" in told
    assert [source.id for source in found] == ["press-2025-12-12"]


def test_a_project_without_sources_cites_nothing(tmp_path: Path) -> None:
    """The file may be missing; one that holds something else is a mistake."""
    assert read_sources(tmp_path) == ((), [])
    assert _read(tmp_path, "id: a\n")[1] == ["content/sources.yml:1: a list of entries is wanted"]


def test_our_own_sources_have_no_mistakes() -> None:
    """None has an address that nobody knows, so that each says it was read second hand."""
    found, mistakes = read_sources(REPOSITORY)
    assert mistakes == [] and "in-circulation-2026-01" in {source.id for source in found}
    assert all(source.url or source.access == "secondary" for source in found)
    assert all(first_day(source.published).year in (2025, 2026) for source in found)


@pytest.mark.skipif(not TOLD.is_file(), reason="the list of claims to check is not here")
def test_our_own_sources_are_those_of_the_claims() -> None:
    """The ids and dates are those under which the claims are listed."""
    table = TOLD.read_text(encoding="utf-8").split("## Sources")[1].split("## Claims")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()]
    told = {row[0]: row[2] for row in rows if len(row) == 4 and re.match(r"\d{4}-\d", row[2])}
    own = {source.id: source.published for source in read_sources(REPOSITORY)[0]}
    assert len(told) == 10
    assert told.items() <= own.items()


def _page(cited: Sequence[Source], claims: Sequence[tuple[str, str]] = ()) -> str:
    """The Sources page as Markdown; claims are pairs of a source and an id."""
    path = REPOSITORY / "templates/pages/sources.md"
    texts = references(cited)
    template = environment(REPOSITORY / "templates").from_string(split(path.read_text())[1])
    checked = [
        SimpleNamespace(claim=SimpleNamespace(id=id_, source=source, statement=f"Claim {id_}."))
        for source, id_ in claims
    ]
    places = [("index", "Summary"), ("claims", "Claims")]
    return template.render(cited=[(s, texts[s.id], places) for s in cited], claims=checked)


def _source(**fields: object) -> Source:
    known = {"id": "a-1", "outlet": "Press", "published": "2026-01", "about": "Small caps."}
    return Source.model_validate({**known, "access": "secondary", **fields})


def test_the_page_lists_every_cited_work() -> None:
    """With its anchor, reference, pages and claims, and the files for other programs."""
    page = _page([_source(), _source(id="b-2", original="A bank")], [("b-2", "week-4")])
    assert '<dt id="a-1">Press, January 2026. Read second hand; no address is known.</dt>' in page
    assert '<a href="index.html">Summary</a>, <a href="claims.html">Claims</a>.' in page
    assert page.count('href="claims.html#') == 1
    assert '<li><a href="claims.html#week-4">Claim week-4.</a></li>' in page
    assert page.index('id="b-2"') < page.index("#week-4")
    assert re.findall(r'href="(sources\.[a-z.]+)"', page) == [
        "sources.bib",
        "sources.ris",
        "sources.csl.json",
    ]


def test_the_page_says_what_was_read_second_hand() -> None:
    """Of all works, of some, or of none; one with an address leads to it."""
    free = _source(id="f", url="https://p.example/?a=1&b=2", accessed="2026-02-01", access="free")
    assert "What is listed here was read second hand only" in _page([_source()])
    assert "Where it says so, a work was read second hand only" in _page([_source(), free])
    page = _page([free])
    assert "second hand" not in page
    assert 'It can be read freely: <a href="https://p.example/?a=1&amp;b=2"' in page


def test_the_page_is_harmless_whatever_a_source_says() -> None:
    """Texts are texts, not markup, and break neither the list nor the page."""
    page = _page([_source(title="</dl><script>alert(1)</script>", about='<img src="x">')])
    assert "<script" not in page and "<img" not in page and page.count("</dl>") == 1


def test_an_edition_that_cites_nothing_says_so() -> None:
    """There is no empty list and no file to take."""
    page = _page([])
    assert "This edition cites nothing that others published." in page
    assert "<dl>" not in page and "sources.bib" not in page
