"""The process that builds a release again with the program it belongs to.

It reads its order from a file and puts its answer beside it. Later programs call it as it stands
here, so neither its name nor what it is given changes.
"""

from __future__ import annotations

import json
import sys
from dataclasses import fields
from pathlib import Path

from generator.errors import ReportError
from generator.findings import told
from generator.remaking import ANSWER, Order, build


def main() -> None:
    """Build as ordered."""
    paper = Path(sys.argv[1])
    asked = json.loads(paper.read_text(encoding="utf-8"))
    # A later program may ask for more than this one knows of.
    order = Order(**{field.name: asked[field.name] for field in fields(Order)})
    answer: dict[str, str | None] = {"built": None, "error": None}
    try:
        answer["built"] = str(build(order, lambda *_: None))
    except ReportError as error:
        answer["error"] = told(error)
    paper.with_name(ANSWER).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main()
