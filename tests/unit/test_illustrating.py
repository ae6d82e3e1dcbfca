"""Illustrating: what a published edition has of every chart, and where it leads."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support_project import Project, published

from generator.downloads import LABEL
from generator.library import library_name

EDITION = "2026-W04"
SUFFIXES = ("csv", "html", "json", "png", "svg", "vl.json", "xlsx")


def _edition() -> Path:
    return published().site / EDITION


@cache
def _charts() -> tuple[str, ...]:
    """Return the charts that stand in the pages of the report."""
    shown: set[str] = set()
    for page in _edition().glob("*.html"):
        shown |= set(re.findall(r'<figure class="chart" id="chart-(\w+)">', page.read_text()))
    assert len(shown) >= 20
    return tuple(sorted(shown))


def _json(name: str) -> Any:
    return json.loads((_edition() / "charts" / name).read_text(encoding="utf-8"))


def test_every_chart_has_its_page_and_its_files() -> None:
    """Seven files at one address for each chart of the report, and no other files."""
    found = {path.name for path in (_edition() / "charts").iterdir()}
    assert found == {f"{name}.{suffix}" for name in _charts() for suffix in SUFFIXES}


def test_every_file_has_its_hash() -> None:
    """The edition's record names each of them, and the picture of the edition."""
    recorded = json.loads((_edition() / "edition.json").read_text())["files"]
    for name in _charts():
        assert {f"charts/{name}.{suffix}" for suffix in SUFFIXES} <= recorded.keys()
    assert "share.png" in recorded


def test_the_files_of_a_chart_agree() -> None:
    """CSV, JSON and the table of its page have the same rows, for every chart."""
    for name in _charts():
        text = (_edition() / f"charts/{name}.csv").read_text(encoding="utf-8")
        rows = list(csv.reader(io.StringIO(text.removeprefix(LABEL))))
        document = _json(f"{name}.json")
        assert [field["name"] for field in document["fields"]] == rows[0]
        assert len(document["data"]) == len(rows) - 1 > 0
        page = (_edition() / f"charts/{name}.html").read_text(encoding="utf-8")
        body = re.sub(r"</?a\b[^>]*>", "", page[page.rindex("<tbody>") :])
        assert body.count("<tr>") == len(rows) - 1
        assert f'<th scope="row">{rows[-1][0]}</th>' in body.replace("&amp;", "&")


def test_every_file_of_simulated_data_says_so() -> None:
    """Label, flag or words in each text, and the words on each poster."""
    for name in _charts():
        assert _json(f"{name}.json")["simulated"] is True
        assert _json(f"{name}.vl.json")["usermeta"]["simulated"] is True
        folder = _edition() / "charts"
        assert (folder / f"{name}.csv").read_text().startswith(LABEL)
        assert ">SIMULATED DATA</text>" in (folder / f"{name}.svg").read_text(encoding="utf-8")
        assert 'class="notice"' in (folder / f"{name}.html").read_text(encoding="utf-8")


def test_pictures_fit_link_previews() -> None:
    """The edition's picture is 1200 by 630; a poster is as wide, as high at least, and small."""
    assert Image.open(_edition() / "share.png").size == (1200, 630)
    for name in _charts():
        path = _edition() / f"charts/{name}.png"
        across, down = Image.open(path).size
        assert across == 1200 and down >= 630
        assert path.stat().st_size < 45_000, name


def test_a_chart_page_leads_up_to_the_edition() -> None:
    """One folder down, every address still leads to a file that is there."""
    for name in _charts():
        page = _edition() / f"charts/{name}.html"
        text = page.read_text(encoding="utf-8")
        places = re.findall(r'(?:href|src)="([^"#:]+)(?:#[^"]*)?"', text)
        assert "../figures.html" in places or "../method.html" in places
        root = published().site.resolve()
        for place in places:
            target = (page.parent / place).resolve()
            assert target.is_file() and target.is_relative_to(root), f"{name}: {place}"


def test_drawings_in_a_page_come_in_two_widths_with_ids_of_their_own() -> None:
    """Each figure has a wide and a narrow drawing, and no id stands twice on a page."""
    for page in sorted(_edition().glob("*.html")):
        text = page.read_text(encoding="utf-8")
        figures = text.count('<figure class="chart"')
        assert [text.count(f'class="{size}" role="img"') for size in ("wide", "narrow")] == [
            figures,
            figures,
        ]
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)


def test_the_script_of_live_charts_is_stored_once() -> None:
    """Under the name that every page knows, in the folder all editions share."""
    stored = [path.name for path in (published().site / "assets").glob("vega.*.js")]
    assert [f"assets/{name}" for name in stored] == [library_name()]
    assert f'data-bundle="../{library_name()}"' in (_edition() / "index.html").read_text()
    below = (_edition() / f"charts/{_charts()[0]}.html").read_text()
    assert f'data-bundle="../../{library_name()}"' in below


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A published edition that may be changed."""
    return published().copy(tmp_path / "copy")


def test_the_script_is_made_again_only_where_it_is_missing(project: Project) -> None:
    """A run in which nothing changed leaves it; one that finds it gone puts the same back."""
    path = project.site / library_name()
    content, written = path.read_bytes(), path.stat().st_mtime_ns
    assert project.run("run", EDITION).code == 0
    assert path.stat().st_mtime_ns == written
    path.unlink()
    assert project.run("run", EDITION).code == 0
    assert path.read_bytes() == content


def test_a_change_of_commentary_draws_nothing(project: Project) -> None:
    """Words change; charts, their files and the edition's picture are those of before."""
    before = {path: path.read_bytes() for path in (project.build / EDITION / "docs").rglob("*.png")}
    project.write(
        f"content/editions/{EDITION}.md",
        "---\ntitle: T\nauthor: A\ndate: 2026-01-24\nsimulated: true\n---\n\n# index\n\nWords.\n",
    )
    script = (
        "import generator.drawing as drawing\n"
        "def refuse(*arguments): raise AssertionError('a process was started')\n"
        "drawing.Drawing.__init__ = refuse\n"
        "from generator.cli import main\n"
        f"main(['--project', PROJECT, 'build', {EDITION!r}])\n"
    )
    ran = project.spawn_script(script)
    assert ran.code == 0, ran.err
    assert "Words." in (project.build / EDITION / "site/index.html").read_text()
    assert before and before == {path: path.read_bytes() for path in before}
