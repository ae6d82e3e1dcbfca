"""Raster: a picture as PNG, in few colours, so that it is small and crisp."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence

from generator import palette
from generator.lettering import outlined

_BLENDS = 4
"""Steps between a colour and the paper; finer is not seen at the edge of a letter."""
_ALIKE = 12
"""Levels of red, green or blue by which two colours of a picture differ at least."""
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")


def rasterised(svg: str) -> bytes:
    """Return a picture as PNG in the colours that it names and their blends with the paper.

    Raises:
        ValueError: the picture cannot be drawn.
    """
    import vl_convert
    from PIL import Image

    image = Image.open(io.BytesIO(vl_convert.svg_to_png(outlined(svg)))).convert("RGB")
    few = Image.new("P", (1, 1))
    few.putpalette(_shades(sorted(set(_COLOUR.findall(svg)))))
    small = image.quantize(palette=few, dither=Image.Dither.NONE)
    content = io.BytesIO()
    small.save(content, "PNG", compress_level=6)
    return content.getvalue()


def _shades(colours: Iterable[str]) -> list[int]:
    """Red, green and blue in turn of the paper, the colours, and their steps to the paper.

    Colours that are nearly alike are left out: Pillow could mistake one for the other.
    """
    paper = bytes.fromhex(palette.PAPER.light[1:])
    found = [bytes.fromhex(colour[1:]) for colour in colours]
    kept = [tuple(paper)]
    for step in range(_BLENDS, 0, -1):
        for colour in found:
            blend = tuple(
                round(ground + (own - ground) * step / _BLENDS)
                for own, ground in zip(colour, paper, strict=True)
            )
            if all(_apart(blend, other) >= _ALIKE for other in kept):
                kept.append(blend)
    return [value for colour in kept[:256] for value in colour]


def _apart(one: Sequence[int], other: Sequence[int]) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))
