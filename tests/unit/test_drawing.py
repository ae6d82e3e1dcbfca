"""Drawing: specifications out, SVG back; what fails says so; dressed drawings say the same."""

from __future__ import annotations

import os
import re
import signal
from xml.etree import ElementTree

import pytest

from generator.drawing import Drawing, dressed
from generator.errors import ReportError

NAMESPACE = "{http://www.w3.org/2000/svg}"
SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "width": 200,
    "height": 100,
    "data": {"values": [{"x": "Größe 1.23456 <a>", "y": 1.5}, {"x": "B & C", "y": -2.25}]},
    "mark": {"type": "bar", "clip": True},
    "encoding": {
        "x": {"field": "x", "type": "nominal", "title": "Name 0.123456"},
        "y": {"field": "y", "type": "quantitative"},
    },
}


@pytest.fixture(scope="module")
def raw() -> str:
    """A drawing as it comes from the worker."""
    with Drawing() as drawing:
        drawing.ask("bars", SPEC)
        return drawing.collect()["bars"]


def _texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{NAMESPACE}text")]


def test_drawings_come_back_by_name() -> None:
    """Several drawings from one worker, asked for twice."""
    with Drawing() as drawing:
        for name in ("a", "b"):
            drawing.ask(name, SPEC)
        first = drawing.collect()
        drawing.ask("c", SPEC)
        second = drawing.collect()
    assert set(first) == {"a", "b"} and set(second) == {"c"}
    for svg in (*first.values(), *second.values()):
        assert svg.startswith("<svg ") and len(_texts(svg)) > 4


def test_a_drawing_does_not_depend_on_those_before_it() -> None:
    """The same specification gives the same bytes, first or last in its worker."""
    with Drawing() as drawing:
        for name in ("a", "b"):
            drawing.ask(name, SPEC)
        drawn = drawing.collect()
    assert dressed(drawn["a"], "bars", "T", "D") == dressed(drawn["b"], "bars", "T", "D")


def test_nothing_asked_is_nothing_drawn() -> None:
    """Collecting without asking does not wait."""
    with Drawing() as drawing:
        assert drawing.collect() == {}


def test_a_broken_specification_names_its_chart() -> None:
    """The message names the chart, and the worker lives on."""
    with Drawing() as drawing:
        drawing.ask("good", SPEC)
        drawing.ask("broken_chart", {"mark": "nothing of that name", "data": {"values": []}})
        with pytest.raises(ReportError, match="chart 'broken_chart' could not be drawn: "):
            drawing.collect()


def test_the_death_of_the_worker_is_told() -> None:
    """A worker that dies while drawing ends with a message, not with waiting."""
    with Drawing() as drawing:
        drawing.ask("one", SPEC)
        os.kill(drawing._process.pid, signal.SIGKILL)
        with pytest.raises(ReportError, match="the drawing process died"):
            drawing.collect()


def test_asking_a_dead_worker_is_told() -> None:
    """A worker that is gone before it is asked is an error with advice, not a broken pipe."""
    with Drawing() as drawing:
        os.kill(drawing._process.pid, signal.SIGKILL)
        drawing._process.wait()
        with pytest.raises(ReportError, match=r"the drawing process (has ended|died)"):
            for _ in range(200):
                drawing.ask("one", SPEC)
            drawing.collect()


def test_an_error_elsewhere_stops_the_worker() -> None:
    """If the figures fail, no worker is left behind."""
    drawing = Drawing()
    with pytest.raises(RuntimeError), drawing:
        drawing.ask("one", SPEC)
        raise RuntimeError
    assert drawing._process.returncode is not None


def test_dressing_keeps_every_text(raw: str) -> None:
    """Numbers in texts keep all their digits; only geometry is shortened."""
    texts = _texts(raw)
    assert "Name 0.123456" in texts and any("1.23456 <a>" in text for text in texts)
    assert _texts(dressed(raw, "bars", "Title", "Words")) == texts


def test_dressing_keeps_the_marks(raw: str) -> None:
    """As many bars as before, and less than the bytes."""
    dressed_svg = dressed(raw, "bars", "Title", "Words")
    assert raw.count('aria-roledescription="bar"') == 2
    assert dressed_svg.count("aria-label=") == raw.count("aria-label=")
    fills = re.findall(r'fill="#[0-9a-f]{6}"', raw)
    assert sorted(set(re.findall(r'fill="#[0-9a-f]{6}"', dressed_svg))) == sorted(set(fills))
    assert len(dressed_svg) < len(raw)


def test_numbers_are_shortened_in_geometry_only() -> None:
    """A tenth of a pixel in paths and places; texts, labels and styles stay as they are."""
    svg = (
        '<svg width="10" height="20" viewBox="0 0 10 20">'
        '<path d="M1.23456,-0.0123L2.0001,3e-7Z" stroke-width="1.2345" aria-label="1.23456"/>'
        '<g transform="translate(0.4999,7.75)"><text x="3.14159" y="2">1.23456 x="9.87654"</text>'
        "</g></svg>"
    )
    found = dressed(svg, "n", "T", "D")
    assert 'd="M1.2,0L2,' in found
    assert 'stroke-width="1.2345"' in found and 'aria-label="1.23456"' in found
    assert 'transform="translate(0.5,7.8)"' in found
    assert 'x="3.1"' in found
    assert ">1.23456 x=" in found


def test_a_text_that_looks_like_geometry_is_kept() -> None:
    """What readers see is never changed."""
    svg = '<svg width="1" height="2"><text> x="9.87654" class="a"</text></svg>'
    assert 'x="9.87654" class="a"' in dressed(svg, "n", "T", "D")


def test_a_drawing_is_an_image_with_a_title_and_a_description(raw: str) -> None:
    """Role, title and description are there, escaped, and first."""
    found = dressed(raw, "bars", "A < B & C", 'Words "in" quotes')
    root = ElementTree.fromstring(found)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "bars-title bars-desc"
    assert [child.tag for child in list(root)[:2]] == [f"{NAMESPACE}title", f"{NAMESPACE}desc"]
    assert [child.text for child in list(root)[:2]] == ["A < B & C", 'Words "in" quotes']
    assert root.get("width") is None and root.get("viewBox")


def test_two_drawings_on_one_page_share_no_ids(raw: str) -> None:
    """Ids and the references to them carry the chart's name."""
    one, two = (dressed(raw, name, "T", "D") for name in ("one-chart", "two-chart"))
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (one, two)]
    assert ids[0] and not ids[0] & ids[1]
    for svg, known in ((one, ids[0]), (two, ids[1])):
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= known
    assert "url(#" in one


def test_dressing_gives_the_same_each_time(raw: str) -> None:
    """Nothing in a drawing depends on chance."""
    assert dressed(raw, "a", "T", "D") == dressed(raw, "a", "T", "D")
