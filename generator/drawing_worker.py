"""The processes that draw: one JSON line in, one out.

The one for drawings turns Vega-Lite specifications into SVG, the other makes pictures. They import
nothing but what draws, so that they are ready while their parent still loads pandas.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any


def _picture(work: str, of: Any) -> list[str]:
    from generator import cards, posters
    from generator.dressing import plain
    from generator.raster import rasterised

    if work == "card":
        svg = cards.card(cards.Card(**of))
    elif work == "bare":
        svg = posters.bare(plain(of, "drawing"))
    else:
        caption, drawing = of
        svg = posters.poster(posters.Caption(**caption), plain(drawing, "drawing"))
    return [svg, base64.b64encode(rasterised(svg)).decode()]


def _answer(work: str, of: Any) -> Any:
    import vl_convert

    if work == "drawing":
        return vl_convert.vegalite_to_svg(of)
    if work == "library":
        return vl_convert.javascript_bundle(of)
    return _picture(work, of)


def main() -> None:
    """Answer every line of standard input until it ends."""
    import vl_convert

    if sys.argv[1] == "drawing":
        # The first drawing starts the JavaScript engine; do it before the first line comes.
        vl_convert.vegalite_to_svg({"data": {"values": [{}]}, "mark": "point"})
    for line in sys.stdin:
        name, work, of = json.loads(line)
        try:
            answer = [name, _answer(work, of), None]
        except ValueError as error:
            answer = [name, None, str(error)]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
