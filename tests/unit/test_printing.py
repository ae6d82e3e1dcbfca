"""PDF: an edition's pages become one document, and Chromium prints it."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from support_project import REPOSITORY, make_project, published, read_page
from support_releases import publish, release

from generator import archive, booklet, chromium
from generator.editions import parse_edition
from generator.errors import ReportError
from generator.folders import Folder
from generator.trees import Change

ADDRESS = "https://example.org/report/2026-W03/"
RECORD = {
    "edition": "2026-W03",
    "as_of_words": "16 January 2026",
    "answer": "Small caps rose 2.04%, <b> & all.",
    "snapshot": "ab" * 32,
    "version": "0.1.0",
    "simulated": True,
}
MENU = (
    '<nav class="pages" aria-label="Pages"><ul><li><a href="index.html" aria-current="page">Week'
    '</a></li><li><a href="method.html">Method</a></li><li><a href="figures.html">Figures</a></li>'
    "</ul></nav>"
)
INDEX = """<h1>How are <em>they</em> &amp; we?</h1>
<p id="top">Up <a class="fact" href="figures.html#return.small"><data value="0.02">+2%</data></a>,
see <a href="method.html#return">how</a>, <a href="#top">above</a>,
<a href="method.html">Method</a>,
<a href="charts/one.csv?a=1&amp;b=2">CSV</a>, <a href="../index.html">home</a>,
<a href="https://example.com/">elsewhere</a>. 5 &lt; 6 &#8722; 1</p>
<svg class="wide" viewBox="0 0 9 9" role="img" aria-labelledby="a-title a-desc">
<title id="a-title">A</title><desc id="a-desc">B</desc>
<clipPath id="a-1"><path d="M0 0h9"/></clipPath>
<g clip-path="url(#a-1)"><path d="M0 0h9v9"/></g></svg>
<script type="application/json">{"a": "<p>gone</p>"}</script>
<nav class="onward"><a href="method.html">Next</a></nav><button type="button">Press</button>"""
METHOD = '<h1>Method</h1>\n<h2 id="return">Return</h2><p id="top">Long.</p>'


def _page(main: str) -> str:
    head = "<head><style>p > b { color: red }</style></head>"
    body = f'<body>{MENU}<main id="content" tabindex="-1">{main}</main><footer>Foot</footer></body>'
    return f'<!doctype html><html lang="en">{head}{body}</html>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small published edition whose pages carry their style."""
    edition = tmp_path / "site/2026-W03"
    edition.mkdir(parents=True)
    for name, main in (("index", INDEX), ("method", METHOD), ("figures", "<h1>Figures</h1>")):
        (edition / f"{name}.html").write_text(_page(main))
    return edition


def _composed(folder: Path, **changed: Any) -> str:
    context = {
        "site_name": 'Small "Caps" & Co',
        "site_url": "https://example.org/report/",
        "address": ADDRESS,
        "paper": "A4",
    }
    return booklet.compose(folder, {**RECORD, **changed}, REPOSITORY / "templates", context)


def _read(document: str, folder: Path) -> Any:
    path = folder.parent / "document.html"
    path.write_text(document)
    read_page.cache_clear()
    return read_page(path)


def test_pages_follow_each_other_in_the_order_of_the_menu(folder: Path) -> None:
    """Every page of the menu is there once but the list of figures, with its main part alone."""
    document = _composed(folder)
    assert re.findall(r'<main class="part" id="(\w+)"', document) == ["index", "method"]
    assert '<li><a href="#index">How are they &amp; we?</a></li>' in document
    for gone in ("Foot", "gone", "Next", "Press", "<script", "<nav"):
        assert gone not in document
    assert "5 &lt; 6 &#8722; 1" in document
    assert "p > b { color: red }" in document


def test_every_link_leads_within_the_document_or_to_the_published_site(folder: Path) -> None:
    """No id stands twice, no place is missing, no address is relative or of this machine."""
    document = _composed(folder)
    page = _read(document, folder)
    assert len(page.ids) == len(set(page.ids))
    within = {link[1:] for link in page.links if link.startswith("#")}
    assert within == {"index", "method", "index-top", "method-return"}
    assert within <= set(page.ids)
    outside = [link for link in page.links if not link.startswith("#")]
    assert sorted(set(outside)) == [
        "https://example.com/",
        "https://example.org/report/2026-W03/charts/one.csv?a=1&b=2",
        "https://example.org/report/2026-W03/figures.html#return.small",
        "https://example.org/report/2026-W03/index.html",
        "https://example.org/report/index.html",
    ]
    assert str(folder.parent) not in document and "file:" not in document


def test_a_drawing_keeps_its_names_and_its_clipping(folder: Path) -> None:
    """What refers to an id of a drawing refers to the id it has now."""
    document = _composed(folder)
    assert 'aria-labelledby="index-a-title index-a-desc"' in document
    assert '<title id="index-a-title">' in document and '<desc id="index-a-desc">' in document
    assert '<clipPath id="index-a-1">' in document and 'clip-path="url(#index-a-1)"' in document


def test_the_cover_says_what_it_is(folder: Path) -> None:
    """Answer, date, edition, snapshot, address, and whether the data are made up."""
    page = _read(_composed(folder), folder)
    said = ("Small caps rose 2.04%, <b> & all.", "16 January 2026", "2026-W03", "ab" * 32, ADDRESS)
    for text in (*said, "no part of it", "Simulated data."):
        assert text in page.text
    real = _read(_composed(folder, simulated=False), folder)
    assert "imulated" not in real.text


@pytest.mark.parametrize(
    ("name", "old", "what"),
    [
        ("index", 'class="pages"', "no menu of pages or no style"),
        ("index", "<style>p > b { color: red }</style>", "no menu of pages or no style"),
        ("method", "<main", "has no main part"),
    ],
)
def test_pages_of_another_form_are_refused(folder: Path, name: str, old: str, what: str) -> None:
    """A page that has lost what is looked for is named."""
    path = folder / f"{name}.html"
    path.write_text(path.read_text().replace(old, "x", 1))
    with pytest.raises(ReportError, match=what) as caught:
        _composed(folder)
    assert caught.value.where == f"2026-W03/{name}.html"


def _browser(folder: Path, script: str) -> str:
    """Write a browser that is a script; `$OUT` in it is the file it is asked to write."""
    path = folder / "bin/chromium"
    path.parent.mkdir()
    find = 'for word in "$@"; do case $word in --print-to-pdf=*) OUT=${word#*=};; esac; done\n'
    path.write_text(f"#!/bin/sh\n{find}{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_what_is_printed_takes_its_place_whole(tmp_path: Path) -> None:
    """The PDF is there, the browser's own files are not."""
    browser = _browser(tmp_path, 'printf "%%PDF-1.4 new %%%%EOF\\n" > "$OUT"')
    target = tmp_path / "pdf/2026-W03.pdf"
    assert chromium.print_pdf(browser, "<p>", target, tmp_path / "scratch") == 19
    assert target.read_bytes() == b"%PDF-1.4 new %%EOF\n"
    assert [path.name for path in target.parent.iterdir()] == ["2026-W03.pdf"]
    assert not (tmp_path / "scratch").exists()


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ("echo 'no room left' >&2; exit 5", "it ended with 5; it said: no room left"),
        ("exit 0", "it wrote no PDF"),
        ('printf "%%PDF-1.4 half" > "$OUT"', "it wrote no PDF"),
        ("kill -SEGV $$", "it ended with -11"),
        ("sleep 60 & sleep 60", "it did not end within 0.5 seconds"),
    ],
    ids=["fails", "writes nothing", "writes half", "crashes", "hangs"],
)
def test_a_browser_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, what: str
) -> None:
    """An earlier PDF stays, nothing is left half-written, and the message says what happened."""
    monkeypatch.setattr(chromium, "SECONDS", 0.5)
    target = tmp_path / "pdf/2026-W03.pdf"
    target.parent.mkdir()
    target.write_bytes(b"%PDF-1.4 old %%EOF")
    with pytest.raises(ReportError, match=re.escape(what)):
        chromium.print_pdf(_browser(tmp_path, script), "<p>", target, tmp_path / "scratch")
    assert target.read_bytes() == b"%PDF-1.4 old %%EOF"
    assert [path.name for path in target.parent.iterdir()] == ["2026-W03.pdf"]
    assert not (tmp_path / "scratch").exists()


def test_without_a_browser_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1, a hint, and a site as it was."""
    project = published().copy(tmp_path / "project")
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = project.run("pdf", "2026-W03")
    assert (ran.code, ran.out) == (1, "")
    assert "there is no Chromium on this machine" in ran.err and "Install it" in ran.err
    assert not (project.site / "pdf").exists()


def test_editions_that_are_not_published_are_refused(tmp_path: Path) -> None:
    """The next command to run is named."""
    project = make_project(tmp_path / "project")
    assert "smallcaps run --all" in project.run("pdf").err
    ran = project.run("pdf", "2026-W03", "--all")
    assert (ran.code, "exclude each other" in ran.err) == (2, True)


def test_a_pdf_does_not_outlive_its_edition(tmp_path: Path) -> None:
    """Where another release takes the place of one, what was printed of that goes."""
    site, edition = Folder(tmp_path / "site"), parse_edition("2026-W03")
    first = release(tmp_path, edition)
    for built in (first, first, release(tmp_path, edition, revision=2)):
        verb, _ = publish(site, built).verbs[0]
        assert (verb == "unchanged") == ("2026-W03" in archive.pdfs(site))
        for name in (archive.pdf_name(edition), "pdf/2026-W02.pdf"):
            site.apply(Change(files={name: b"%PDF-"}), "Print")
        assert archive.pdfs(site)["2026-W03"] == "pdf/2026-W03.pdf"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A project with one edition printed for real; skipped where there is no browser."""
    if chromium.find_chromium() is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium")
        pytest.skip(f"none of {', '.join(chromium.BROWSERS)} is installed")
    project = published().copy(tmp_path_factory.mktemp("printed") / "project")
    before = (project.site / "2026-W03/edition.json").read_bytes()
    ran = project.run("pdf", "2026-W03")
    assert ran.code == 0, ran.err
    assert (project.site / "2026-W03/edition.json").read_bytes() == before
    return project, ran


@pytest.mark.browser
def test_the_pdf_is_an_edition_that_can_be_read(printed: Any) -> None:
    """It has title, language, outline and tags, and every page says of which day it is."""
    project, ran = printed
    path = project.site / "pdf/2026-W03.pdf"
    assert ran.out == f"{path}\n"
    book = PdfReader(path)
    assert book.metadata.title == "Small Caps Weekly, week to 16 January 2026 (simulated data)"
    catalog = book.trailer["/Root"]
    assert (catalog["/Lang"], catalog["/MarkInfo"]["/Marked"]) == ("en", True)
    titles = [entry["/Title"] for entry in book.outline if not isinstance(entry, list)]
    assert {"Performance", "Method", "Data", "About"} <= set(titles)
    assert all(round(float(page.mediabox.width)) == 595 for page in book.pages)
    for number, page in enumerate(book.pages, 1):
        text = page.extract_text()
        for said in ("as of 16 January 2026", "edition 2026-W03", "simulated data"):
            assert said in text, f"page {number} does not say: {said}"
        assert f"{number} / {len(book.pages)}" in text


@pytest.mark.browser
def test_links_of_the_pdf_lead_to_the_published_site(printed: Any) -> None:
    """None leads to the machine that printed it; those between its pages stay within it."""
    project, _ = printed
    path = project.site / "pdf/2026-W03.pdf"
    found = [
        link.get_object() for page in PdfReader(path).pages for link in page.get("/Annots") or ()
    ]
    outside = {link["/A"]["/URI"] for link in found if "/A" in link and "/URI" in link["/A"]}
    assert any("/2026-W03/figures.html#" in address for address in outside)
    assert not [address for address in outside if not address.startswith("https://")]
    assert [link for link in found if "/Dest" in link]
    assert str(project.folder).encode() not in path.read_bytes()


@pytest.mark.browser
def test_printing_again_does_nothing_until_something_changes(printed: Any) -> None:
    """The same paper is kept, another is printed, and verifying has nothing to say of either."""
    project, _ = printed
    path = project.site / "pdf/2026-W03.pdf"
    before = path.read_bytes()
    again = project.run("pdf", "2026-W03")
    assert "kept" in again.err and path.read_bytes() == before
    assert "printed" in project.run("pdf", "2026-W03", "--paper", "letter").err
    assert round(float(PdfReader(path).pages[0].mediabox.width)) == 612
    assert project.run("verify", "2026-W03").out == "2026-W03  all hashes match\n"
    assert archive.pdfs(Folder(project.site)) == {"2026-W03": "pdf/2026-W03.pdf"}
