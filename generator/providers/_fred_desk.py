"""FRED's desk: asks it with one key, and turns its refusals into errors that say what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from generator.config import Courtesy
from generator.errors import ReportError
from generator.providers import Request
from generator.providers._fred_answers import (
    KeyRefused,
    Page,
    TooEarly,
    Unusable,
    Window,
    read_page,
)
from generator.providers._fred_dates import Release, read_dates, read_release
from generator.providers._web import Answer, Unanswered, Web, nothing_for_certain

SOURCE = "FRED"
Found = TypeVar("Found")

# At level DEBUG this logger writes whole addresses, the key among them.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class Desk:
    """Asks FRED with one key.

    Each question raises
        Unusable: what FRED says cannot be used,
        ReportError: FRED does not accept the key,
        ProviderError: it says nothing for certain.
    """

    def __init__(self, request: Request, key: str, courtesy: Courtesy) -> None:
        self._address = request.live.fred.address
        self._variable = request.live.fred.key_from
        self._key = key
        agent, clock = request.live.user_agent, request.clock
        self._web = Web(SOURCE, courtesy, agent, clock, secrets=("api_key",))

    def page(self, series: str, window: Window, **more: str) -> tuple[Answer, Page]:
        """Ask for observations of a series as they stood in a window."""
        asked = {"series_id": series, **_known(window), "output_type": "1", **more}
        answer = self._asked("series/observations", series, asked)
        return answer, self._read(answer, series, window.end, lambda of: read_page(of, window))

    def release(self, series: str, day: date) -> tuple[Answer, Release]:
        """Ask which release a series was published in on a day."""
        window = Window(day, day)
        answer = self._asked("series/release", series, {"series_id": series, **_known(window)})
        return answer, self._read(answer, series, day, lambda of: read_release(of, window))

    def dates(self, release: Release, since: date) -> tuple[Answer, list[date]]:
        """Ask for the days of a release from one day on, those to come included."""
        asked = {
            "release_id": str(release.number),
            "realtime_start": since.isoformat(),
            "include_release_dates_with_no_data": "true",
            "sort_order": "asc",
        }
        answer = self._asked("release/dates", release.name, asked)
        read = self._read(answer, release.name, since, lambda of: read_dates(of, release, since))
        return answer, read

    def _read(self, answer: Answer, name: str, day: date, read: Callable[[bytes], Found]) -> Found:
        try:
            return read(answer.content)
        except KeyRefused:
            raise ReportError(
                f"{SOURCE} does not accept the key in the environment variable {self._variable}",
                hint="Compare it with yours at https://fredaccount.stlouisfed.org/apikeys, or "
                "unset the variable to go without economic series.",
            ) from None
        except TooEarly:
            raise nothing_for_certain(SOURCE, f"has not come to {day} yet", name) from None
        except Unusable as error:
            raise type(error)(str(error).replace(self._key, "…")) from None

    def _asked(self, part: str, name: str, asked: dict[str, str]) -> Answer:
        parameters = {"api_key": self._key, "file_type": "json", **asked}
        try:
            answer = self._web.get(f"{self._address}/{part}", parameters)
        except Unanswered as error:
            raise nothing_for_certain(SOURCE, f"did not answer: {error}", name) from None
        if answer.status not in (200, 400, 404):
            raise nothing_for_certain(SOURCE, f"refuses to answer (HTTP {answer.status})", name)
        return answer


def _known(window: Window) -> dict[str, str]:
    return {"realtime_start": window.start.isoformat(), "realtime_end": window.end.isoformat()}
