"""Drawing: specifications out, SVG back; what fails says so; dressed drawings say the same."""

from __future__ import annotations

import os
import re
import signal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import palette
from generator.drawing import Drawing
from generator.dressing import dressed, plain
from generator.errors import ReportError
from generator.library import library_name
from generator.posters import Caption

NAMESPACE = "{http://www.w3.org/2000/svg}"
SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "width": 200,
    "height": 100,
    "data": {"values": [{"x": "Größe 1.23456 <a>", "y": 1.5}, {"x": "B & C", "y": -2.25}]},
    "mark": {"type": "bar", "clip": True, "color": palette.SMALL.light},
    "encoding": {
        "x": {"field": "x", "type": "nominal", "title": "Name 0.123456"},
        "y": {"field": "y", "type": "quantitative"},
    },
}
BROKEN = {"mark": "nothing of that name", "data": {"values": []}}
NARROW = {**SPEC, "width": 90}
CAPTION = Caption(
    title="Bars stand",
    subtitle="Two of them",
    source="Source: this test",
    description="Two bars.",
    site_name="Small Caps Weekly",
    edition="2026-W04",
    as_of="2026-01-23",
    snapshot="0" * 64,
    simulated=True,
    address="https://small-caps-weekly.example/2026-W04/charts/bars.html",
)


@pytest.fixture(scope="module")
def raw() -> str:
    """A drawing as it comes from the worker."""
    with Drawing() as drawing:
        drawing.ask("bars", SPEC, NARROW, CAPTION)
        return drawing.drawings()["bars"][0]


def _texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{NAMESPACE}text")]


def test_drawings_come_back_by_name() -> None:
    """Several charts from one worker, each in two widths, asked for twice."""
    with Drawing() as drawing:
        for name in ("a", "b"):
            drawing.ask(name, SPEC, NARROW, CAPTION)
        first = drawing.drawings()
        drawing.ask("c", SPEC, NARROW, CAPTION)
        second = drawing.drawings()
    assert list(first) == ["a", "b"] and list(second) == ["c"]
    for wide, narrow in (*first.values(), *second.values()):
        assert len(_texts(wide)) > 4 and _texts(narrow)
        across = [ElementTree.fromstring(svg).get("width") for svg in (wide, narrow)]
        assert float(across[0] or 0) > float(across[1] or 0)


def test_a_picture_is_made_of_every_chart() -> None:
    """Every chart comes back as a poster, too, in both kinds, with its title on it."""
    with Drawing() as drawing:
        for name in ("a", "b"):
            drawing.ask(name, SPEC, NARROW, CAPTION)
        drawing.drawings()
        pictures = drawing.pictures()
    assert list(pictures) == ["a", "b"] and pictures["a"] == pictures["b"]
    assert "Bars stand" in _texts(pictures["a"].svg)
    assert "Größe 1.23456 <a>" in _texts(pictures["a"].svg)
    assert pictures["a"].png.startswith(b"\x89PNG\r\n")


def test_two_processes_make_the_same_picture() -> None:
    """The bytes of a picture do not depend on the process that makes it."""
    found = []
    for _ in range(2):
        with Drawing() as drawing:
            drawing.ask("a", SPEC, NARROW, CAPTION)
            drawing.drawings()
            found.append(drawing.pictures())
    assert found[0] == found[1]


def test_a_drawing_does_not_depend_on_those_before_it() -> None:
    """The same specification gives the same bytes, first or last in its worker."""
    with Drawing() as drawing:
        for name in ("a", "b"):
            drawing.ask(name, SPEC, NARROW, CAPTION)
        drawn = drawing.drawings()
    assert plain(drawn["a"][0], "bars") == plain(drawn["b"][0], "bars")


def test_nothing_asked_is_nothing_drawn() -> None:
    """Collecting without asking does not wait."""
    with Drawing() as drawing:
        assert drawing.drawings() == {} and drawing.pictures() == {}


def test_a_broken_specification_names_its_chart() -> None:
    """The message names the chart, whichever of its two drawings failed."""
    for wide, narrow in ((BROKEN, SPEC), (SPEC, BROKEN)):
        with Drawing() as drawing:
            drawing.ask("good", SPEC, NARROW, CAPTION)
            drawing.ask("broken_chart", wide, narrow, CAPTION)
            with pytest.raises(ReportError, match="chart 'broken_chart' could not be drawn: "):
                drawing.drawings()


def test_the_death_of_the_worker_is_told() -> None:
    """A worker that dies while drawing ends with a message, not with waiting."""
    with Drawing() as drawing:
        drawing.ask("one", SPEC, NARROW, CAPTION)
        os.kill(drawing._drawer.process.pid, signal.SIGKILL)
        with pytest.raises(ReportError, match="the drawing process died"):
            drawing.drawings()


def test_the_death_of_the_picture_worker_is_told() -> None:
    """The same for the process that makes pictures; drawings still come."""
    with Drawing() as drawing:
        os.kill(drawing._painter.process.pid, signal.SIGKILL)
        drawing._painter.process.wait()
        drawing.ask("one", SPEC, NARROW, CAPTION)
        assert list(drawing.drawings()) == ["one"]
        with pytest.raises(ReportError, match="the picture process died"):
            drawing.pictures()


def test_asking_a_dead_worker_is_told() -> None:
    """A worker that is gone before it is asked is an error with advice, not a broken pipe."""
    with Drawing() as drawing:
        os.kill(drawing._drawer.process.pid, signal.SIGKILL)
        drawing._drawer.process.wait()
        for number in range(200):
            drawing.ask(f"chart_{number}", SPEC, NARROW, CAPTION)
        with pytest.raises(ReportError, match="the drawing process died"):
            drawing.drawings()


def test_an_error_elsewhere_stops_the_workers() -> None:
    """If the figures fail, no worker is left behind."""
    drawing = Drawing()
    with pytest.raises(RuntimeError), drawing:
        drawing.ask("one", SPEC, NARROW, CAPTION)
        raise RuntimeError
    assert drawing._drawer.process.returncode is not None
    assert drawing._painter.process.returncode is not None


def test_the_script_of_live_charts_is_made_when_asked_for() -> None:
    """It is one function that declares nothing but its entrance, and its name is known before."""
    with Drawing() as drawing:
        drawing.ask_library()
        drawing.ask("one", SPEC, NARROW, CAPTION)
        assert list(drawing.drawings()) == ["one"]
        script = drawing.library().decode()
    assert script.startswith("(()=>{") and script.endswith("})();\n")
    assert re.findall(r"window\.(vega\w*)=", script) == ["vegaEmbed"]
    assert re.fullmatch(r"assets/vega\.[0-9a-f]{8}\.js", library_name())


def test_dressing_keeps_every_text(raw: str) -> None:
    """Numbers in texts keep all their digits; only geometry is shortened."""
    texts = _texts(raw)
    assert "Name 0.123456" in texts and any("1.23456 <a>" in text for text in texts)
    assert _texts(dressed(raw, "bars", "Title", "Words", "wide")) == texts


def test_dressing_keeps_the_marks(raw: str) -> None:
    """As many bars as before, in their colours, and less than the bytes."""
    bars = plain(raw, "bars")
    assert raw.count('aria-roledescription="bar"') == 2
    assert bars.count("aria-label=") == raw.count("aria-label=")
    assert bars.count(f'fill="{palette.SMALL.light}"') == 2
    fills = re.findall(r'fill="#[0-9a-f]{6}"', raw)
    assert sorted(set(re.findall(r'fill="#[0-9a-f]{6}"', bars))) == sorted(set(fills))
    assert len(bars) < len(raw)


def test_a_dressed_drawing_takes_the_colours_of_its_page(raw: str) -> None:
    """Every colour of the palette is the page's; in a file of its own it stays what it is."""
    found = dressed(raw, "bars", "T", "D", "wide")
    assert found.count('fill="var(--small)"') == 2 and palette.SMALL.light not in found
    assert "var(" not in plain(raw, "bars")


@pytest.mark.parametrize("which", ["small", "large", "other"])
def test_a_pale_mark_is_hatched(which: str) -> None:
    """A mark filled with a pale colour gets its pattern, and no pattern is there unused."""
    ground, lines = palette.SHADES[f"{which}-pale"], palette.SHADES[which]
    svg = f'<svg width="9" height="9" viewBox="0 0 9 9"><path d="M0,0h9" fill="{ground.light}"/>'
    svg += f'<path d="M0,9h9" fill="{ground.light}"/></svg>'
    root = ElementTree.fromstring(dressed(svg, "bars", "T", "D", "narrow"))
    patterns = list(root.iter("pattern"))
    assert [pattern.get("id") for pattern in patterns] == [f"bars-narrow-hatch-{which}"]
    assert [path.get("fill") for path in patterns[0]] == [f"var(--{which}-pale)", f"var(--{which})"]
    marks = [path.get("fill") for path in root.findall("path")]
    assert marks == [f"url(#bars-narrow-hatch-{which})"] * 2
    assert lines.light not in dressed(svg, "bars", "T", "D", "wide")


def test_numbers_are_shortened_in_geometry_only() -> None:
    """A tenth of a pixel in paths and places; texts, labels and styles stay as they are."""
    svg = (
        '<svg width="10" height="20" viewBox="0 0 10 20">'
        '<path d="M1.23456,-0.0123L2.0001,3e-7Z" stroke-width="1.2345" aria-label="1.23456"/>'
        '<g transform="translate(0.4999,7.75)"><text x="3.14159" y="2">1.23456 x="9.87654"</text>'
        "</g></svg>"
    )
    found = dressed(svg, "n", "T", "D", "wide")
    assert 'd="M1.2,0L2,' in found
    assert 'stroke-width="1.2345"' in found and 'aria-label="1.23456"' in found
    assert 'transform="translate(0.5,7.8)"' in found
    assert 'x="3.1"' in found
    assert ">1.23456 x=" in found


def test_a_text_that_looks_like_geometry_is_kept() -> None:
    """What readers see is never changed."""
    svg = '<svg width="1" height="2"><text> x="9.87654" class="a"</text></svg>'
    assert 'x="9.87654" class="a"' in dressed(svg, "n", "T", "D", "wide")


def test_a_drawing_is_an_image_with_a_title_and_a_description(raw: str) -> None:
    """Role, title and description are there, escaped, and first."""
    found = dressed(raw, "bars", "A < B & C", 'Words "in" quotes', "wide")
    root = ElementTree.fromstring(found)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "bars-title bars-desc"
    assert [child.tag for child in list(root)[:2]] == [f"{NAMESPACE}title", f"{NAMESPACE}desc"]
    assert [child.text for child in list(root)[:2]] == ["A < B & C", 'Words "in" quotes']
    assert root.get("width") is None and root.get("viewBox")


def test_drawings_on_one_page_share_no_ids(raw: str) -> None:
    """Ids and the references to them carry the chart's name, and the width where it is narrow."""
    hatched = raw.replace(palette.SMALL.light, palette.SMALL_PALE.light)
    drawn = [
        dressed(hatched, "one-chart", "T", "D", "wide"),
        dressed(hatched, "one-chart", "T", "D", "narrow"),
        dressed(hatched, "two-chart", "T", "D", "wide"),
    ]
    every: list[str] = []
    for svg in drawn:
        ids = re.findall(r'\bid="([^"]+)"', svg)
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(ids)
        every += ids
    assert len(every) == len(set(every)) and sum("hatch" in own for own in every) == 3
    assert all("url(#" in svg for svg in drawn)


def test_the_two_widths_are_told_apart(raw: str) -> None:
    """Each says in its class which it is, so that a page can hide the other from everybody."""
    found = [dressed(raw, "bars", "T", "D", size) for size in ("wide", "narrow")]
    roots = [ElementTree.fromstring(svg) for svg in found]
    assert [root.get("class") for root in roots] == ["wide", "narrow"]
    assert [root.get("aria-labelledby") for root in roots] == [
        "bars-title bars-desc",
        "bars-narrow-title bars-narrow-desc",
    ]


def test_dressing_gives_the_same_each_time(raw: str) -> None:
    """Nothing in a drawing depends on chance."""
    assert dressed(raw, "a", "T", "D", "wide") == dressed(raw, "a", "T", "D", "wide")


@given(
    points=st.lists(
        st.tuples(st.integers(-20000, 20000), st.integers(-20000, 20000)), min_size=2, max_size=40
    ),
    closed=st.booleans(),
)
def test_steps_lead_through_the_same_points(points: list[tuple[int, int]], closed: bool) -> None:
    """A path told by its steps goes through every point, to the tenth."""
    pairs = [f"{x / 10:.1f},{y / 10:.1f}" for x, y in points]
    path = "M" + "L".join(pairs) + ("Z" if closed else "")
    svg = dressed(f'<svg width="9" height="9"><path d="{path}"/></svg>', "a", "t", "d", "wide")
    (short,) = re.findall(r' d="([^"]+)"', svg)
    assert short.endswith("Z") == closed
    number = r"-?(?:\d+\.?\d*|\.\d+)"
    assert re.fullmatch(rf"M{number},{number}l(?:(?: |(?=-)|(?<=l)){number},{number})+Z?", short)
    steps = [round(float(n) * 10) for n in re.findall(number, short)]
    places = [tuple(steps[:2])]
    for across, down in zip(steps[2::2], steps[3::2], strict=True):
        places.append((places[-1][0] + across, places[-1][1] + down))
    assert places == points
