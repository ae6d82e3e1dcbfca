"""Two releases side by side: every figure, verdict and method that is not the same in both."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from support_comparing import NEW, OLD, Shelf, Wanted

from generator.comparing import compare
from generator.comparison import Comparison, FigureChange, NotCompared
from generator.comparison_page import page
from generator.comparison_text import text
from generator.errors import ReportError, UsageError
from generator.facts import CHANGES, UNITS, show, show_change
from generator.folders import Folder
from generator.release_files import find

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Two releases that differ in everything."""
    found = Shelf(tmp_path_factory.mktemp("shelf"))
    found.publish("2026-W02", OLD)
    found.publish("2026-W03", NEW)
    return found


@pytest.fixture(scope="module")
def compared(shelf: Shelf) -> Comparison:
    """The two releases compared, without the store."""
    for name in ("2026-W02", "2026-W03"):
        release = shelf.find(name)
        assert release.entry.folder == name
    return compare(shelf.find("2026-W02"), shelf.find("latest"), None)


def by_id(comparison: Comparison) -> dict[str, FigureChange]:
    """The figures by their id."""
    return {figure.id: figure for figure in comparison.figures}


def test_every_figure_of_either_has_its_state(compared: Comparison) -> None:
    """Changed, the same, only in one, withheld in one: each as it is, none left out."""
    assert {id: one.state for id, one in by_id(compared).items()} == {
        "return_1w.small": "changed",
        "return_1w.large": "withheld",
        "close.small": "same",
        "close.large": "new",
        "close.cpi": "released",
        "streak.small": "gone",
        "trend.small": "changed",
        "trend.large": "same",
    }
    assert sum(compared.counts.values()) == len(compared.figures) == 8


def test_differences_are_of_full_values_and_printed_by_their_unit(compared: Comparison) -> None:
    """A return's difference is in percentage points; texts and what is withheld have none."""
    figures = by_id(compared)
    assert figures["return_1w.small"].difference == 0.0204 - 0.0578
    assert figures["return_1w.small"].difference_display == "−3.74 pp"
    assert figures["close.small"].difference_display == "0.00"
    for id in ("return_1w.large", "close.large", "trend.small", "trend.large"):
        assert figures[id].difference is figures[id].difference_display is None
    assert figures["return_1w.large"].new and figures["return_1w.large"].new.reason
    assert compared.headlines[0].difference_display == "−3.74 pp"


def test_figures_stand_by_section_in_printed_order(compared: Comparison) -> None:
    """The newer edition's order; what only the older has comes last."""
    sections = list(dict.fromkeys(one.section for one in compared.figures))
    assert sections == ["Returns", "Levels", "Streaks"]
    levels = [one.id for one in compared.figures if one.section == "Levels"]
    assert levels == ["close.small", "close.large", "close.cpi", "trend.small", "trend.large"]


def test_methods_tell_what_differs(compared: Comparison) -> None:
    """Definition and code of a metric with both texts, and metrics of one edition only."""
    methods = {one.metric: one for one in compared.methods}
    assert methods["close"].differs == ("definition", "method")
    assert methods["close"].old and methods["close"].old.definition == "As usual."
    assert methods["close"].new and methods["close"].new.method == "ba9876543210"
    assert methods["streak"].state == "gone" and set(methods) == {"close", "streak"}
    assert compared.libraries == {"numpy": (None, "2"), "pandas": ("3.1.1", "3.2.0")}
    assert not compared.same_program


def test_verdicts_that_changed_are_told(compared: Comparison) -> None:
    """One that is the same is not."""
    assert not isinstance(compared.verdicts, NotCompared)
    states = {one.id: one.state for one in compared.verdicts}
    assert states == {"lead": "changed", "fresh": "new", "past": "gone"}


def test_without_claims_it_is_said(tmp_path: Path) -> None:
    """In neither edition, or in one of them."""
    shelf = Shelf(tmp_path)
    shelf.publish("2026-W02", Wanted({"close.small": 1.0}))
    shelf.publish("2026-W03", Wanted({"close.small": 1.0}))
    shelf.publish("2026-W04", Wanted({"close.small": 1.0}, claims=[]))
    neither = compare(shelf.find("2026-W02"), shelf.find("2026-W03"), None).verdicts
    assert neither == NotCompared("no claims checked yet")
    one = compare(shelf.find("2026-W02"), shelf.find("2026-W04"), None).verdicts
    assert one == NotCompared("no claims were checked in 2026-W02")


def test_a_release_differs_from_itself_in_nothing(shelf: Shelf) -> None:
    """No figure, method or verdict; and the other way round the signs turn."""
    same = compare(shelf.find("2026-W03"), shelf.find("2026-W03"), None)
    assert same.counts["same"] == len(same.figures) and same.methods == same.verdicts == ()
    turned = compare(shelf.find("2026-W03"), shelf.find("2026-W02"), None)
    assert by_id(turned)["return_1w.small"].difference_display == "+3.74 pp"
    assert by_id(turned)["streak.small"].state == "new"


def test_the_text_fits_a_terminal_and_is_cut_unless_asked(compared: Comparison) -> None:
    """Eighty columns, counts first; everything that changed is there with its reason."""
    short, whole = text(compared), text(compared, every=True)
    assert max(len(line) for line in whole.splitlines()) <= 80
    assert "2 changed, 2 the same" in " ".join(short.split())
    for said in ("−3.74 pp", "withheld in the second: it has no close", "only in the first"):
        assert said in whole
    assert "lead: true → false" in whole and "+ The last close, in points." in whole
    assert "pandas: 3.1.1 → 3.2.0" in whole


def test_long_lists_are_cut(tmp_path: Path) -> None:
    """Eight of a section and how many more; `every` shows them all."""
    shelf = Shelf(tmp_path)
    figures = [f"{metric}.{subject}" for metric in ("close",) for subject in ("small", "large")]
    shelf.publish("2026-W02", Wanted(dict.fromkeys(figures, 1.0)))
    shelf.publish("2026-W03", Wanted(dict.fromkeys(figures, 2.0)))
    compared = compare(shelf.find("2026-W02"), shelf.find("2026-W03"), None)
    (figure, _) = compared.figures
    many = Comparison(**{**vars(compared), "figures": (figure,) * 20})
    assert "and 12 more (--all)" in text(many) and "more (--all)" not in text(many, every=True)
    assert text(many, every=True).count("Small companies") == 20


def test_json_is_whole_and_has_a_format(compared: Comparison) -> None:
    """Every figure with both values, and nothing that JSON does not know."""
    told = json.loads(json.dumps(compared.to_json(), allow_nan=False))
    assert told["format"] == 1 and told["counts"]["changed"] == 2
    first = told["figures"][0]
    assert (first["id"], first["old"]["value"]) == ("return_1w.small", 0.0578)
    assert told["revisions"]["reason"].startswith("the store of snapshots was not looked at")


def test_the_page_needs_nothing_beside_it(compared: Comparison) -> None:
    """No script, nothing fetched, both labelled as simulated, and every change on it."""
    made = page(compared, TEMPLATES)
    assert "<script" not in made and not re.search(r'(?:src|href)="', made)
    assert "Simulated data." in made and "2026-W02 and 2026-W03 are made up" in made
    for said in (
        "−3.74 pp",
        "withheld in the second: it has no close",
        "The last close, in points",
    ):
        assert said in made
    assert page(compared, TEMPLATES) == made


def test_any_folder_of_an_edition_can_be_named(shelf: Shelf, tmp_path: Path) -> None:
    """A copy elsewhere compares as the one on the site does; what is neither is said to be."""
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    for file in (shelf.tree.path / "2026-W02").iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    found = compare(find(Folder(tmp_path), "elsewhere"), shelf.find("2026-W03"), None)
    assert found.old.name == "2026-W02" and found.counts["changed"] == 2
    with pytest.raises(UsageError, match="'nowhere' is not an edition"):
        find(shelf.tree, "nowhere")
    with pytest.raises(ReportError, match="2026-W09 is not published"):
        find(shelf.tree, "2026-W09")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("facts.json", None, "it is missing"),
        ("facts.json", b"{}", "it has changed since it was published"),
        ("claims.json", b"[]", "it has changed since it was published"),
        ("edition.json", b"{}", "cannot be read"),
    ],
)
def test_a_damaged_file_is_named(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    """With the file and the next command, and not a word of a comparison."""
    shelf = Shelf(tmp_path)
    shelf.publish("2026-W02", OLD)
    shelf.publish("2026-W03", NEW)
    path = shelf.tree.path / "2026-W02" / name
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(ReportError, match=said) as raised:
        compare(shelf.find("2026-W02"), shelf.find("2026-W03"), None)
    assert str(raised.value.where).endswith(f"2026-W02/{name}") and raised.value.hint


@pytest.mark.parametrize("lost", ["metrics", "subjects", "facts"])
def test_figures_of_another_form_are_refused(tmp_path: Path, lost: str) -> None:
    """A facts.json that its record vouches for but that lacks what a comparison needs."""
    shelf = Shelf(tmp_path)
    shelf.publish("2026-W02", OLD)
    shelf.publish("2026-W03", replace(NEW, lacks=lost))
    with pytest.raises(ReportError, match=f"KeyError: '{lost}'") as raised:
        compare(shelf.find("2026-W02"), shelf.find("2026-W03"), None)
    assert str(raised.value.where).endswith("2026-W03/facts.json")


def test_every_unit_with_numbers_has_a_form_of_difference() -> None:
    """And it agrees with how the units of differences are printed elsewhere."""
    assert set(CHANGES) == UNITS - {"date", "text"}
    for unit in ("pp", "change", "thousands_change", "millions_change", "billions_change"):
        for value in (12.345, -0.555, 0.0, 123456.789):
            assert show_change(value, unit) == show(value, unit)


def test_the_browser_has_the_same_forms() -> None:
    """The comparison page carries them as data."""
    markup = (TEMPLATES / "root/compare.html").read_text(encoding="utf-8")
    (told,) = re.findall(r'id="changes">(.*?)</script>', markup)
    forms = {u: [f.shift, f.digits, f.before, f.after] for u, f in CHANGES.items()}
    assert json.loads(told) == forms
