"""Where two files of one name begin to differ, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

NAMED = 3
"""Places in a JSON file that are named; it is said how many more there are."""
_SHOWN = 40
_ABSENT = object()


def difference(name: str, old: bytes, new: bytes) -> str:
    """Return what differs between a published file and the same made again; empty if nothing does.

    >>> difference("a.json", b'{"n": [1, 2]}', b'{"n": [1, 3]}')
    'differs at n[1] (2, made again 3)'
    >>> difference("a.html", b"abc", b"abd")
    'differs from byte 2 on (3 bytes, made again 3)'
    """
    if old == new:
        return ""
    if name.endswith(".json"):
        try:
            places = list(_places("", json.loads(old), json.loads(new)))
        except (ValueError, RecursionError):
            places = []
        if places:
            more = len(places) - NAMED
            rest = f" and {more} more" if more > 0 else ""
            return f"differs at {', '.join(places[:NAMED])}{rest}"
    pairs = enumerate(zip(old, new, strict=False))
    first = next((place for place, (one, two) in pairs if one != two), min(len(old), len(new)))
    return f"differs from byte {first} on ({len(old)} bytes, made again {len(new)})"


def _places(path: str, old: Any, new: Any) -> Iterator[str]:
    """The places at which two JSON values differ, with both."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            inner = f"{path}.{key}" if path else key
            yield from _places(inner, old.get(key, _ABSENT), new.get(key, _ABSENT))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, two) in enumerate(zip(old, new, strict=True)):
            yield from _places(f"{path}[{number}]", one, two)
    elif type(old) is not type(new) or old != new:
        yield f"{path or 'the whole'} ({_shown(old)}, made again {_shown(new)})"


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "missing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else "".join(islice(text, _SHOWN)) + "…"
