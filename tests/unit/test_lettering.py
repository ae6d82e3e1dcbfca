"""Lettering: letters are the fonts' own, as wide as they are drawn; lines break where they may."""

from __future__ import annotations

import html
import io
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest
import vl_convert
from PIL import Image, ImageChops, ImageDraw, ImageFont

from generator import fonts
from generator.fonts import REGULAR, SANS, SERIF, STRONG, font
from generator.lettering import outlined, width, wrapped

FACES = [(SANS, REGULAR), (SANS, STRONG), (SERIF, STRONG)]
LETTERS = "aegijnopRSTWQ0123456789%&+−×…“”–—éÅüç;:()$"
"""Plain letters, some that are put together from others, and signs."""
SIZE = 200


def _svg(text: str, look: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300">'
        f'<rect width="400" height="300" fill="#ffffff"/>'
        f"<text {look}>{html.escape(text)}</text></svg>"
    )


def _look(family: str, weight: int, size: float = SIZE) -> str:
    return f'x="40" y="220" font-family="{family}" font-weight="{weight}" font-size="{size}"'


def _drawn(text: str, look: str) -> Image.Image:
    """Return a text as our outlines draw it, dark on light."""
    svg = outlined(_svg(text, look))
    assert "<text" not in svg
    return Image.open(io.BytesIO(vl_convert.svg_to_png(svg))).convert("L")


@pytest.mark.parametrize(("family", "weight"), FACES)
def test_outlines_are_the_letters_of_the_font(family: str, weight: int) -> None:
    """FreeType, which fits them to its points, draws each from the same file; only edges differ."""
    package, file = fonts._FILES[family, weight]
    found = find_spec(package)
    assert found is not None and found.origin is not None
    freetype = ImageFont.truetype(str(Path(found.origin).parent / "files" / file), SIZE)
    for letter in LETTERS:
        theirs = Image.new("L", (400, 300), 255)
        ImageDraw.Draw(theirs).text((40, 220), letter, fill=0, font=freetype, anchor="ls")
        ours = _drawn(letter, _look(family, weight))
        ink = sum(ours.histogram()[:128])
        differ = sum(ImageChops.difference(ours, theirs).histogram()[128:])
        assert ink > 500 and differ < 0.12 * ink, letter


@pytest.mark.parametrize(("family", "weight"), FACES)
def test_words_are_as_wide_as_they_are_drawn(family: str, weight: int) -> None:
    """What is drawn after some words is moved by their width."""
    for words in ("Small caps", "−12.3% +4.5%", "S&P 500", "“…” × 14"):
        ends = []
        for text in ("|", f"{words}|"):
            box = ImageChops.invert(_drawn(text, _look(family, weight, 40))).getbbox()
            assert box is not None
            ends.append(box[2])
        assert ends[1] - ends[0] == pytest.approx(width(words, family, weight, 40), abs=1)


def test_widths_are_those_of_the_designers() -> None:
    """A digit of Source Sans Pro is 497 thousandths wide, a capital H 652."""
    used = font(SANS, REGULAR)
    assert {used.advance(digit) / used.units for digit in "0123456789"} == {0.497}
    assert used.advance("H") / used.units == 0.652


@pytest.mark.parametrize(("anchor", "share"), [("start", 0), ("middle", 0.5), ("end", 1)])
def test_a_text_stands_where_its_anchor_says(anchor: str, share: float) -> None:
    """At, around or before its place, wherever it was moved and turned."""
    look = f'text-anchor="{anchor}" transform="translate(200,150)" font-size="40px"'
    box = ImageChops.invert(_drawn("HHH", look)).getbbox()
    assert box is not None
    across = width("HHH", SANS, REGULAR, 40)
    assert box[0] == pytest.approx(200 - share * across, abs=5)
    assert box[2] == pytest.approx(200 + (1 - share) * across, abs=5)
    assert box[3] == pytest.approx(150, abs=1)


def test_lines_of_a_text_stand_below_each_other() -> None:
    """The way Vega writes them: each line starts anew, so much below the one before."""
    look = 'text-anchor="end" transform="translate(200,100)" font-size="40px"'
    both = _svg("", look).replace(
        "></text>", '><tspan>H</tspan><tspan x="0" dy="60">HH</tspan></text>'
    )
    drawn = Image.open(io.BytesIO(vl_convert.svg_to_png(outlined(both)))).convert("L")
    expected = _drawn("H", look)
    below = _drawn("HH", look.replace("100", "160"))
    assert ImageChops.darker(expected, below).tobytes() == drawn.tobytes()
    assert ImageChops.invert(drawn).getbbox() != ImageChops.invert(expected).getbbox()


def test_outlines_keep_the_look_of_their_text() -> None:
    """Colour and opacity stay; what only concerns letters is gone."""
    look = 'x="1" y="2" fill="#0067a5" fill-opacity="0.5" font-weight="bold" font-size="12px"'
    root = ElementTree.fromstring(outlined(_svg("A", look)))
    path = root[1].attrib
    assert path["fill"] == "#0067a5" and path["fill-opacity"] == "0.5"
    assert path["transform"] == "translate(1,2) scale(0.012,-0.012)"
    assert set(path) == {"fill", "fill-opacity", "transform", "d"}


@pytest.mark.parametrize(
    ("svg", "said"),
    [
        ('<svg><text>a<a href="#b">b</a></text></svg>', "a text with parts"),
        ('<svg><text font-weight="900">a</text></svg>', "no font of weight 900"),
    ],
)
def test_what_has_no_outlines_is_told(svg: str, said: str) -> None:
    """Rather than being left to the fonts of the machine."""
    with pytest.raises(ValueError, match=said):
        outlined(svg)


def test_a_letter_that_is_not_there_is_seen() -> None:
    """It shows the font's own sign for that, and takes its room."""
    used = font(SANS, REGULAR)
    assert not used.has("漢") and used.has("é")
    assert used.strokes("漢") and used.strokes("漢") != used.strokes(" ") == ()
    assert width("漢", SANS, REGULAR, 10) > 2


def test_lines_break_where_they_may() -> None:
    """No line is wider than the room; names and dates are not torn; nothing is lost."""
    text = "The S&P 500 fell from 31 December 1987 on, and the Russell 2000 by 3% in 14 weeks"
    for room in range(90, 600, 7):
        lines = wrapped(text, SANS, REGULAR, 17, room)
        assert all(width(line, SANS, REGULAR, 17) <= room for line in lines)
        assert " ".join(lines) == text
        if room > 150:
            for bound in ("S&P 500", "31 December 1987", "Russell 2000"):
                assert any(bound in line for line in lines)
