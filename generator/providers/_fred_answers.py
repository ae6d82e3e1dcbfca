"""What FRED says: observations and since when each was known, or why there are none.

Bytes become rows here, without asking anybody. FRED cuts the time in which a value stood to the
window it was asked for, so a value known since the window's first day may be older: when it was
released is then not known.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

NO_VALUE = ("", ".")
"""How FRED writes that an observation has no value."""


class KeyRefused(Exception):
    """FRED does not accept the key."""


class TooEarly(Exception):
    """The day asked for has not come where FRED is."""


class Unusable(Exception):
    """What FRED says of one series cannot be used; the text says why."""


class LookAhead(Unusable):
    """It holds what was not known yet on the day asked for."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days whose knowledge is asked for."""

    start: date
    """The first."""
    end: date
    """The last, included."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one period, as it stood from some day on."""

    observed: date
    """The first day of the period."""
    known_from: date
    """The first day on which it stood, within the window asked for."""
    value: float
    """NaN where there is none."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer."""

    observations: tuple[Observation, ...]
    """In the order of the answer."""
    count: int
    """How many there are in all pages together."""


def read_page(content: bytes, window: Window) -> Page:
    """Read one answer to a request for the observations of a series.

    Raises:
        Unusable: it is not what was asked for, or FRED says that it has no such thing.
        LookAhead: it holds what was known after the window only.
        KeyRefused: FRED does not accept the key.
        TooEarly: the window ends on a day that has not come where FRED is.
    """
    answer = answered(content, window)
    with in_form():
        _require_asked(answer, window)
        rows = [_observation(row) for row in answer["observations"]]
        return Page(tuple(rows), int(answer["count"]))


@contextmanager
def in_form() -> Iterator[None]:
    """Turn what goes wrong while an answer is taken apart into what is wrong with it."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"{type(error).__name__}: {error}"
        raise Unusable(f"the answer does not have FRED's form ({what})") from None


def answered(content: bytes, window: Window) -> dict[str, Any]:
    """Return an answer that tells something, and not of an error.

    Raises:
        Unusable: it is not FRED's, or FRED says that it has no such thing.
        KeyRefused: FRED does not accept the key.
        TooEarly: the window ends on a day that has not come where FRED is.
    """
    answer = _parsed(content)
    if "error_message" in answer:
        raise _refusal(str(answer["error_message"]), window)
    return answer


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except ValueError:
        kind = "HTML" if content.lstrip()[:1] == b"<" else "something else"
        raise Unusable(f"the answer is {kind}, not FRED's JSON") from None
    if not isinstance(answer, dict):
        raise Unusable("the answer does not have FRED's form (no JSON object)")
    return answer


def _refusal(message: str, window: Window) -> Exception:
    """What FRED's message about an error means; its words where it is none of those known."""
    words = " ".join(message.split()).removeprefix("Bad Request. ").removeprefix("Not Found. ")
    if "api_key" in words:
        return KeyRefused(words)
    if "after today's date" in words:
        return TooEarly(words)
    if "does not exist in ALFRED" in words:
        return Unusable(f"ALFRED does not know what was known of it on {window.end}")
    if "maximum number of vintage dates" in words:
        return Unusable(
            "it was released more often than ALFRED answers for at once; "
            "lower vintage_years in content/live.yml"
        )
    return Unusable(f"FRED says “{words.rstrip('.')}”")


def _require_asked(answer: dict[str, Any], window: Window) -> None:
    """Check that FRED answered what it was asked, and nothing near it."""
    told = (answer["realtime_start"], answer["realtime_end"])
    asked = (window.start.isoformat(), window.end.isoformat())
    if told != asked:
        what = f"what was known from {told[0]} to {told[1]}, not from {asked[0]} to {asked[1]}"
        later = str(told[1]) > asked[1]
        raise (LookAhead if later else Unusable)(f"the answer tells {what}")
    if answer["units"] != "lin":
        raise Unusable(f"the answer is in the units “{answer['units']}”, not in the series' own")


def _observation(row: dict[str, str]) -> Observation:
    text = row["value"].strip()
    value = math.nan if text in NO_VALUE else float(text)
    if text not in NO_VALUE and not math.isfinite(value):
        raise ValueError(f"the value of {row['date']} is {text}")
    observed, known_from = (date.fromisoformat(row[name]) for name in ("date", "realtime_start"))
    return Observation(observed, known_from, value)


def as_known(observations: Iterable[Observation], day: date) -> list[Observation]:
    """Return the observations of a series as they stood on one day, after checking them.

    Raises:
        Unusable: there are none, or a period stands twice or out of order.
        LookAhead: one was not known on that day.
    """
    rows = list(observations)
    if not rows:
        raise Unusable("FRED has no observation of it")
    _require_known(rows, day)
    for before, after in pairwise(rows):
        if after.observed <= before.observed:
            how = "twice" if after.observed == before.observed else "out of order"
            raise Unusable(f"the period of {after.observed} stands {how} in the answer")
    return rows


def releases(observations: Iterable[Observation], window: Window) -> list[Observation]:
    """Return every release of a series by period and day, after checking them.

    A period of which something was known already when the window began is left out: its first
    release is not known.

    Raises:
        Unusable: there are none, or the periods are out of order, or one was released twice a day.
        LookAhead: one was released after the window.
    """
    rows = list(observations)
    _require_known(rows, window.end)
    for before, after in pairwise(rows):
        if after.observed < before.observed:
            raise Unusable(f"the period of {after.observed} stands out of order in the answer")
    rows.sort(key=lambda row: (row.observed, row.known_from))
    for before, after in pairwise(rows):
        if (before.observed, before.known_from) == (after.observed, after.known_from):
            when = f"on {after.known_from}"
            raise Unusable(f"the period of {after.observed} stands twice as released {when}")
    older = {row.observed for row in rows if row.known_from <= window.start}
    kept = [row for row in rows if row.observed not in older]
    if not kept:
        raise Unusable(f"ALFRED has no release of it since {window.start}")
    return kept


def _require_known(rows: Iterable[Observation], day: date) -> None:
    for row in rows:
        if row.known_from > day:
            raise LookAhead(
                f"the value of {row.observed} was released on {row.known_from}, after {day}"
            )
