"""Draw the site's icons: three small bars that rise beside a large one.

All are drawn on one grid of 16 units, so that every edge falls on a pixel at 16 and 32 px.

Usage: python tools/make_icons.py [TEMPLATES]        (default: templates)
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image, ImageDraw

from generator.palette import LARGE, PAPER, SMALL

ROOT = Path(__file__).resolve().parent.parent
GRID = 16
BASE = 14
"""Where the bars stand, from the top."""
BARS = ((2, 2, 3, SMALL), (5, 2, 5, SMALL), (8, 2, 8, SMALL), (11, 3, 12, LARGE))
"""Left edge, width, height and colour."""
TOUCH = 180
"""The size that phones ask for."""


def scalable() -> bytes:
    """Return the icon as SVG; it follows the light or dark mode of the browser."""
    rules = [(".paper", PAPER), (".small", SMALL), (".large", LARGE)]
    light = "".join(f"{name}{{fill:{shade.light}}}" for name, shade in rules)
    dark = "".join(f"{name}{{fill:{shade.dark}}}" for name, shade in rules)
    bars = {
        name: "".join(
            f"M{left} {BASE - height}h{width}v{height}h-{width}z"
            for left, width, height, colour in BARS
            if colour is shade
        )
        for name, shade in (("small", SMALL), ("large", LARGE))
    }
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {GRID} {GRID}">\n'
        f"<style>{light}@media (prefers-color-scheme:dark){{{dark}}}</style>\n"
        f'<rect class="paper" width="{GRID}" height="{GRID}" rx="2"/>\n'
        f'<path class="small" d="{bars["small"]}"/>\n'
        f'<path class="large" d="{bars["large"]}"/>\n'
        "</svg>\n"
    ).encode()


def picture(size: int) -> Image.Image:
    """Return the icon as a square of so many pixels, the drawing in its middle."""
    unit, start = size // GRID, size % GRID // 2
    image = Image.new("RGB", (size, size), PAPER.light)
    draw = ImageDraw.Draw(image)
    for left, width, height, colour in BARS:
        x, y = start + left * unit, start + (BASE - height) * unit
        draw.rectangle((x, y, x + width * unit - 1, start + BASE * unit - 1), colour.light)
    return image


def classic() -> bytes:
    """Return the icon in the format that browsers ask for by itself, in two sizes."""
    content = io.BytesIO()
    small, large = picture(16), picture(32)
    large.save(content, "ICO", sizes=[(16, 16), (32, 32)], append_images=[small])
    return content.getvalue()


def touch() -> bytes:
    """Return the icon for the first screen of a phone."""
    content = io.BytesIO()
    picture(TOUCH).quantize(4).save(content, "PNG", optimize=True)
    return content.getvalue()


def icons() -> dict[str, bytes]:
    """Return every icon by its name below the templates.

    What stands in `root` keeps its name on the site, because browsers ask for that name.
    """
    return {
        "theme/assets/favicon.svg": scalable(),
        "root/favicon.ico": classic(),
        "root/apple-touch-icon.png": touch(),
    }


def main(arguments: list[str]) -> int:
    """Write the icons, print their paths and return the exit code."""
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0]) if arguments else ROOT / "templates"
    for name, content in icons().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
