"""Plain text as mail has it: narrow lines, underlined headings, numbers below each other."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

COLUMNS = 72
"""Characters of a line."""


def wrapped(text: str, indent: str = "") -> str:
    """Return a text in lines, all but the first indented; an address is never broken."""
    return textwrap.fill(
        text, COLUMNS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def heading(text: str) -> str:
    """Return a heading, underlined, with room before and after."""
    lines = wrapped(text)
    return f"\n{lines}\n{'-' * max(map(len, lines.splitlines()))}\n"


def aligned(rows: Sequence[tuple[str, str, str]]) -> str:
    """Return labels, numbers and states in columns; a label that is too long takes more lines.

    >>> print(aligned([("Week", "+2.04%", "better"), ("Sessions", "11", "worse")]))
    Week      +2.04%  better
    Sessions      11  worse
    """
    number, state = (max(len(row[place]) for row in rows) for place in (1, 2))
    room = COLUMNS - number - state - 4
    label = min(room, max(len(row[0]) for row in rows))
    lines = []
    for name, shown, said in rows:
        *before, last = textwrap.wrap(name, label, break_long_words=False)
        lines += [*before, f"{last:<{label}}  {shown:>{number}}  {said}"]
    return "\n".join(lines)
