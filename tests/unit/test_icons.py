"""The site's icons are what their script draws, and can be read at the smallest size."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import pytest
from make_icons import ROOT, icons, picture
from PIL import Image

from generator.palette import LARGE, PAPER, SMALL

NAMES = sorted(icons())


def _pixels(content: bytes) -> list[tuple[tuple[int, int], bytes]]:
    """Return every picture in a file: its size and its colours."""
    image = Image.open(io.BytesIO(content))
    sizes = sorted(image.info.get("sizes", [image.size]))
    frames = [image.ico.getimage(size) if image.format == "ICO" else image for size in sizes]
    return [(frame.size, frame.convert("RGB").tobytes()) for frame in frames]


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_icons_are_those_of_the_script(name: str) -> None:
    """The same drawing; how a picture is packed may differ between versions of libraries."""
    committed, made = (ROOT / "templates" / name).read_bytes(), icons()[name]
    if name.endswith(".svg"):
        assert committed == made
    else:
        assert _pixels(committed) == _pixels(made)
    assert len(committed) < 5_000


def test_each_icon_has_the_sizes_that_are_asked_for() -> None:
    """Two in the classic format, one for phones, and one that is drawn at any size."""
    sizes = {name: [size for size, _ in _pixels(icons()[name])] for name in NAMES[:2]}
    assert sizes == {
        "root/apple-touch-icon.png": [(180, 180)],
        "root/favicon.ico": [(16, 16), (32, 32)],
    }
    root = ET.fromstring(icons()["theme/assets/favicon.svg"])
    assert root.get("viewBox") == "0 0 16 16"


def test_at_16_pixels_no_colour_is_mixed() -> None:
    """Every bar begins and ends on a pixel: three rise in blue, one stands above them in orange."""
    small = picture(16)
    found = {"#" + bytes(colour).hex() for _, colour in small.getcolors()}
    assert found == {PAPER.light, SMALL.light, LARGE.light}
    rows = [bytes(small.getpixel((x, y))).hex() for x in (2, 5, 8, 11) for y in range(16)]
    heights = [16 - rows[n : n + 16].count(PAPER.light[1:]) for n in range(0, 64, 16)]
    assert heights == sorted(set(heights))


def test_the_scalable_icon_follows_the_dark_mode() -> None:
    """It names each colour for light and for dark."""
    text = icons()["theme/assets/favicon.svg"].decode()
    light, _, dark = text.partition("@media (prefers-color-scheme:dark)")
    for shade in (PAPER, SMALL, LARGE):
        assert shade.light in light and shade.dark in dark
