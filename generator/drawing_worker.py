"""The process that draws: reads Vega-Lite specifications, answers with SVG, one JSON line each.

It imports nothing but the drawing library, so that it is ready while its parent still loads pandas.
"""

from __future__ import annotations

import json
import sys


def main() -> None:
    """Answer every line of standard input until it ends."""
    import vl_convert

    # The first drawing starts the JavaScript engine; do it before the first line comes.
    vl_convert.vegalite_to_svg({"data": {"values": [{}]}, "mark": "point"})
    for line in sys.stdin:
        name, spec = json.loads(line)
        try:
            answer = [name, vl_convert.vegalite_to_svg(spec), None]
        except ValueError as error:
            answer = [name, None, str(error)]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
