"""Pages as readers get them: every number, link and drawing; and what templates may ask for."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import json
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support_project import (
    REPOSITORY,
    Project,
    dead_links,
    published,
    published_from_files,
    read_page,
    settings,
)

from generator import page_templates
from generator.errors import ReportError
from generator.facts import FORMS, UNITS, in_form, show
from generator.manifest import parse_manifest
from generator.pages import with_front_matter

EDITION = "2026-W03"


@cache
def _document(edition: str = EDITION) -> dict[str, Any]:
    return json.loads((published().site / edition / "facts.json").read_text())


@cache
def _facts() -> dict[str, dict[str, Any]]:
    return {fact["id"]: fact for fact in _document()["facts"]}


def _pages(project: Project | None = None) -> list[Path]:
    return sorted(((project or published()).site / EDITION).glob("*.html"))


def _own_pages() -> list[Path]:
    """Return every page of the site that is dressed by the theme."""
    pages = published().site.rglob("*.html")
    return [path for path in pages if "<header" in path.read_text() and path.parent.name != "mail"]


NAMES = [path.stem for path in sorted((REPOSITORY / "templates/pages").glob("*.md"))]


def test_every_template_is_a_page() -> None:
    """Being there is being published."""
    assert [path.stem for path in _pages()] == NAMES


def test_facts_json_says_what_it_is() -> None:
    """The document names its edition, day, snapshot and whether its data are made up."""
    document = _document()
    manifest = json.loads((published().snapshots / f"{EDITION}.json").read_text())
    about = {"edition", "as_of", "snapshot", "simulated"}
    assert set(document) == {*about, "facts", "metrics", "subjects"}
    assert (document["edition"], document["as_of"]) == (EDITION, manifest["as_of"])
    assert document["simulated"] is True
    assert re.fullmatch(r"[0-9a-f]{64}", document["snapshot"])
    assert len(document["facts"]) == len(_facts()) > 500


KEYS = {
    "id": str,
    "value": (float, int, str, type(None)),
    "display": str,
    "unit": str,
    "as_of": str,
    "base_date": (str, type(None)),
    "status": str,
    "reason": (str, type(None)),
    "definition": str,
    "lineage": dict,
}


MORE = {"parts", "tables", "warnings", "week_before"}


def test_every_fact_has_the_same_fields() -> None:
    """Each fact of facts.json has its ten fields with their types, and may have four others."""
    manifest = parse_manifest((published().snapshots / f"{EDITION}.json").read_bytes())
    frozen = [item for chain in manifest.tables.values() for item in chain]
    objects = {item.sha256 for item in frozen}
    named = {symbol for item in frozen for symbol in item.symbols}
    named |= {series.series for series in settings().universe.macro.values()}
    for fact in _facts().values():
        assert KEYS.keys() <= fact.keys() <= KEYS.keys() | MORE
        for key, kind in KEYS.items():
            assert isinstance(fact[key], kind), (fact["id"], key)
        assert fact["unit"] in UNITS
        assert fact["as_of"] == "2026-01-16"
        assert fact["base_date"] is None or date.fromisoformat(fact["base_date"]) <= date(
            2026, 1, 16
        )
        assert fact["status"] == ("final" if fact["reason"] is None else "withheld")
        assert set(fact["lineage"]) == {"symbols", "objects"}
        lineage = fact["lineage"]
        assert set(lineage["symbols"]) <= {*manifest.symbols, *named}
        assert set(lineage["objects"]) <= objects
        assert lineage["objects"] or fact["reason"], fact["id"]
        assert fact["definition"].endswith(".")


def test_figures_of_the_week_before_have_their_day() -> None:
    """What a figure was a week earlier stands with it, as of the session of then."""
    found = [fact["week_before"] for fact in _facts().values() if "week_before" in fact]
    assert len(found) > 20
    for earlier in found:
        assert {"value", "display", "as_of", "base_date", "status", "reason"} <= earlier.keys()
        assert earlier["as_of"] == "2026-01-09"


def test_every_part_and_table_has_units() -> None:
    """Parts are values with units; tables have a unit a column and rows of that length."""
    seen = Counter()
    for fact in _facts().values():
        for part in fact.get("parts", {}).values():
            assert set(part) == {"value", "unit"} and part["unit"] in UNITS
            seen["part"] += 1
        for table in fact.get("tables", {}).values():
            assert set(table) == {"columns", "rows"}
            assert set(table["columns"].values()) <= UNITS
            assert all(len(row) == len(table["columns"]) for row in table["rows"])
            seen["table"] += 1
        assert all(isinstance(text, str) for text in fact.get("warnings", []))
    assert seen["part"] > 100 and seen["table"] >= 7


def test_simulated_facts_are_complete() -> None:
    """The sample has every series, so hardly a figure is withheld."""
    states = Counter(fact["status"] for fact in _facts().values())
    assert states["final"] > 0.95 * sum(states.values())


def _raw(value: object) -> str:
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def _scalar(value: object, unit: str) -> Any:
    return date.fromisoformat(value) if unit == "date" and isinstance(value, str) else value


@cache
def _texts(value: Any, unit: str) -> set[str]:
    """Every text that a value may be printed as, whatever its form and digits."""
    texts = {show(value, unit)}
    for form in FORMS:
        for digits in (None, 0, 1, 2):
            with contextlib.suppress(ReportError):
                texts.add(in_form(value, unit, form, digits))
    return texts


def _printable(fact: dict[str, Any]) -> set[tuple[str, str]]:
    """Every raw value of a fact with every text it may be printed as."""
    pairs = [(fact["value"], fact["unit"])]
    pairs += [(part["value"], part["unit"]) for part in fact.get("parts", {}).values()]
    for table in fact.get("tables", {}).values():
        units = list(table["columns"].values())
        pairs += [pair for row in table["rows"] for pair in zip(row, units, strict=True)]
    found = {("", "withheld")} if fact["status"] == "withheld" else set()
    for value, unit in pairs:
        plain = _scalar(value, unit)
        if plain is not None:
            found |= {(_raw(value), text) for text in _texts(plain, unit)}
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_number_leads_to_a_fact_that_holds_it(name: str) -> None:
    """Each printed figure is a link to its entry, and is one of that fact's values, as printed."""
    page = read_page(published().site / EDITION / f"{name}.html")
    ledger = read_page(published().site / EDITION / "figures.html")
    for printed in page.printed:
        assert printed.link is not None, printed
        target, _, place = printed.link.partition("#")
        assert target == "figures.html" and place in ledger.ids
        known = _printable(_facts()[place])
        if name in ("index", "changes") and "week_before" in _facts()[place]:
            known |= _printable({"unit": _facts()[place]["unit"], **_facts()[place]["week_before"]})
        assert (printed.value, printed.text) in known, printed


def test_the_pages_print_numbers() -> None:
    """The check above looks at hundreds of figures."""
    counts = {
        name: len(read_page(path).printed) for name, path in zip(NAMES, _pages(), strict=True)
    }
    assert counts["index"] >= 16 and counts["performance"] > 200
    assert sum(counts.values()) > 700


def test_every_fact_is_listed_once() -> None:
    """The Figures page has one entry for each fact of facts.json, and no other."""
    page = read_page(published().site / EDITION / "figures.html")
    assert sorted(name for name in page.ids if "." in name) == sorted(_facts())


def test_the_front_page_prints_what_the_editions_hold() -> None:
    """Numbers on the front page lead to their edition's entry and are its values."""
    for printed in read_page(published().site / "index.html").printed:
        match = re.fullmatch(r"(2026-W0[34])/figures\.html#(.+)", printed.link or "")
        assert match
        facts = {fact["id"]: fact for fact in _document(match[1])["facts"]}
        fact = facts[match[2]]
        values = [fact["value"], *(part["value"] for part in fact.get("parts", {}).values())]
        assert printed.value in {text for value in values for text in (str(value), _raw(value))}


@pytest.mark.parametrize("which", ["simulated", "real"])
def test_every_link_leads_somewhere(which: str) -> None:
    """All links and fragments of all pages are relative and resolve inside the site."""
    project = published() if which == "simulated" else published_from_files()[0]
    assert dead_links(project.site) == []


KNOWN = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "https://schema.org")
"""Names that look like addresses; nothing is fetched from them."""


def test_no_page_asks_another_host() -> None:
    """Pages work from a folder, and no address of another host stands in one."""
    own = settings().site_url
    for path in published().site.rglob("*.html"):
        rest = path.read_text()
        for known in (*KNOWN, own):
            rest = rest.replace(known, "")
        assert not re.search(r"https?://|\bsrc=\"//|@import", rest), path


def test_every_page_forbids_scripts_that_stand_in_it() -> None:
    """The policy allows our own files only, and a style in the text only by its hash."""
    site = published().site
    first_views = {site / "index.html", site / EDITION / "index.html", site / "2026-W04/index.html"}
    for path in _own_pages():
        text = path.read_text()
        styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
        assert bool(styles) == (path in first_views), path
        hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in styles]
        allowed = " ".join(["'self'", *(f"'sha256-{digest}'" for digest in hashes)])
        assert f" style-src {allowed};" in text
        policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
        # What searches is WebAssembly, which a policy lets run under this name only.
        own = "'self' 'wasm-unsafe-eval'" if path == site / "search.html" else "'self'"
        assert len(policy) == 1 and policy[0].startswith("default-src 'none';"), path
        assert f"script-src {own};" in policy[0], path
        assert "unsafe" not in policy[0].replace(own, "")
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
            data = 'type="application/json"' in attributes or "ld+json" in attributes
            assert data != ("src=" in attributes) and (data or not body), path
        assert not re.search(r"\sstyle=|\son[a-z]+=", text), path


def test_every_page_describes_itself_to_those_who_link_to_it() -> None:
    """Title, description, picture and address in full; the picture is there."""
    site, own = published().site, settings().site_url
    for path in [*(site / EDITION).rglob("*.html"), site / "index.html"]:
        if path.parent.name == "mail":
            continue
        text = path.read_text()
        found = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', text))
        address = re.findall(r'<link rel="canonical" href="([^"]+)"', text)
        place = path.relative_to(site).as_posix()
        assert address == [found["og:url"]] == [own + ("" if place == "index.html" else place)]
        picture = site / found["og:image"].removeprefix(own)
        assert picture.read_bytes().startswith(b"\x89PNG") and found["description"]
        assert "(Simulated data.)" in html.unescape(found["og:description"]), path
        data = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
        assert found["og:url"] in [json.loads(one).get("url") for one in data]


def test_stylesheets_ask_for_nothing() -> None:
    """No style sheet loads fonts or pictures from anywhere."""
    styles = list((published().site / "assets").glob("*.css"))
    assert len(styles) == 7
    for style in styles:
        assert "url(" not in style.read_text() and "@import" not in style.read_text()


def test_every_page_of_simulated_data_says_so() -> None:
    """No page of a simulated edition, nor the front page, can be taken for real data."""
    for path in [*_pages(), published().site / "index.html"]:
        assert "Simulated data." in read_page(path).text, path.name


def test_every_file_of_simulated_data_says_so() -> None:
    """Files travel without their page: each says itself that its data are made up."""
    folder = published().site / EDITION
    tables = sorted((folder / "charts").glob("*.csv"))
    assert len(tables) >= 20
    for path in tables:
        assert path.read_text().startswith("# simulated data\n"), path.name
    assert _document()["simulated"] is True
    record = json.loads((folder / "edition.json").read_text())
    assert record["simulated"] is True and record["title"].endswith("(simulated data)")
    assert all(e["simulated"] for e in json.loads((published().site / "editions.json").read_text()))
    versions = json.loads((published().site / "versions.json").read_text())
    assert all(item["title"].endswith("(simulated data)") for item in versions)


def test_drawings_are_described_and_ids_are_unique() -> None:
    """Each drawing is an image with a title and a description; no id stands twice on a page."""
    count = 0
    for path in [*_pages(), *_pages(published_from_files()[0])]:
        page = read_page(path)
        twice = [name for name, times in Counter(page.ids).items() if times > 1]
        assert not twice, (path.name, twice[:3])
        for drawn in page.drawings:
            count += 1
            assert drawn.attributes["role"] == "img"
            assert len(drawn.title) > 10 and len(drawn.description) > 20
            named = str(drawn.attributes["aria-labelledby"]).split()
            assert len(named) == 2 and set(named) <= set(page.ids)
            assert "viewbox" in drawn.attributes and "width" not in drawn.attributes
    assert count > 30


def test_references_inside_drawings_are_to_their_own_parts() -> None:
    """What a drawing refers to by id is on its page."""
    for path in _pages():
        ids = set(read_page(path).ids)
        used = set(re.findall(r"url\(#([^)]+)\)", path.read_text()))
        assert used <= ids, (path.name, used - ids)


def test_downloads_are_listed_with_their_hash() -> None:
    """The Data page lists every data file of the edition with size and SHA-256."""
    folder = published().site / EDITION
    text = (folder / "data.html").read_text()
    record = json.loads((folder / "edition.json").read_text())
    names = ["facts.json", *(f"charts/{path.name}" for path in (folder / "charts").glob("*.csv"))]
    for name in names:
        assert f'<a href="{name}">' in text
        assert record["files"][name] in text


# What templates ask for.


FRONT = "---\ntitle: A page\norder: 1\nsection: Report\n---\n"


def _templates(folder: Path, **texts: str) -> Path:
    for part in ("pages", "macros"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / "pages" / f"{name}.md").write_text(FRONT + text)
    return folder


METRICS = ("return_1w", "return_ytd", "drawdown", "vix")
CHARTS = ("week_returns", "year_rebased")


def test_literals_ask_for_figures_and_charts(tmp_path: Path) -> None:
    """Names in calls, lists and macros are all found; those of no figure are passed over."""
    templates = _templates(
        tmp_path,
        one="{{ fact('return_1w.russell_2000') }}{{ chart('week_returns') }}",
        two="{% for name in ['drawdown', 'other'] %}{{ fact(name, 'x') }}{% endfor %}",
    )
    (templates / "macros/some.html").write_text("{{ facts('vix') }}")
    wanted, mistakes = page_templates.wanted(templates, METRICS, CHARTS)
    assert mistakes == []
    assert wanted.metrics == {"return_1w", "drawdown", "vix"}
    assert wanted.charts == {"week_returns"}
    assert wanted.before == frozenset()
    assert wanted.pages == ("one", "two")


def test_figures_of_the_week_before_are_told_apart(tmp_path: Path) -> None:
    """A literal in `before` asks for both weeks, since it leads to this week's entry."""
    templates = _templates(tmp_path, one="{{ before('return_ytd', 'x') }}{{ fact('vix.x') }}")
    wanted, _ = page_templates.wanted(templates, METRICS, CHARTS)
    assert wanted.before == {"return_ytd"}
    assert wanted.metrics == {"return_ytd", "vix"}


def test_mistakes_of_all_templates_come_together_with_their_lines(tmp_path: Path) -> None:
    """Lines count from the top of the file, front matter included."""
    templates = _templates(
        tmp_path,
        one="\n\n{{ fact('return_1y.x') }}\n{{ chart('week_retrns') }}",
        two="{{ table('drawdwn', 'x', 'y') }}\n\n{% endfor %}",
        three="{{ part('nothing_near', 'x', 'y') }}",
    )
    _, mistakes = page_templates.wanted(templates, METRICS, CHARTS)
    assert [str(mistake) for mistake in mistakes] == [
        "templates/pages/one.md:8: there is no figure 'return_1y'; did you mean 'return_1w'?",
        "templates/pages/one.md:9: there is no chart 'week_retrns'; did you mean 'week_returns'?",
        "templates/pages/three.md:6: there is no figure 'nothing_near'",
        "templates/pages/two.md:8: not a template: Encountered unknown tag 'endfor'.",
    ]


def test_front_matter_is_read_as_text_whatever_it_looks_like() -> None:
    """A title such as `2026: yes` stays words."""
    text = with_front_matter({"title": '2026: "yes"', "order": 3}, "Words.")
    assert text == '---\ntitle: "2026: \\"yes\\""\norder: 3\n---\n\nWords.'


def test_withheld_figures_are_explained_on_their_page() -> None:
    """Below a page with withheld figures stand the series and the reason, once each."""
    project, _ = published_from_files()
    text = (project.build / EDITION / "docs/volatility.md").read_text()
    notes = text[text.index('<aside class="withheld-notes"') :]
    assert "VIX" in notes and "no file for ^VIX in data" in notes
    reasons = re.findall(r"<li>[^:]+: (.*)</li>", notes)
    assert len(reasons) == len(set(reasons))
