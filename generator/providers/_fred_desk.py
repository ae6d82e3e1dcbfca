"""FRED's desk: asks it with one key, and turns its refusals into errors that say what to do."""

from __future__ import annotations

import logging

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
from generator.providers._web import Answer, Unanswered, Web, nothing_for_certain

SOURCE = "FRED"

# At level DEBUG this logger writes whole addresses, the key among them.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class Desk:
    """Asks FRED with one key."""

    def __init__(self, request: Request, key: str, courtesy: Courtesy) -> None:
        self._address = f"{request.live.fred.address}/series/observations"
        self._variable = request.live.fred.key_from
        self._key = key
        agent, clock = request.live.user_agent, request.clock
        self._web = Web(SOURCE, courtesy, agent, clock, secrets=("api_key",))

    def page(self, series: str, window: Window, **more: str) -> tuple[Answer, Page]:
        """Ask for observations of a series as they stood in a window.

        Raises:
            Unusable: what FRED says of it cannot be used.
            ReportError: FRED does not accept the key.
            ProviderError: it says nothing for certain.
        """
        answer = self._asked(
            series,
            realtime_start=window.start.isoformat(),
            realtime_end=window.end.isoformat(),
            output_type="1",
            **more,
        )
        try:
            return answer, read_page(answer.content, window)
        except KeyRefused:
            raise ReportError(
                f"{SOURCE} does not accept the key in the environment variable {self._variable}",
                hint="Compare it with yours at https://fredaccount.stlouisfed.org/apikeys, or "
                "unset the variable to go without economic series.",
            ) from None
        except TooEarly:
            raise nothing_for_certain(SOURCE, f"has not come to {window.end} yet", series) from None
        except Unusable as error:
            raise type(error)(str(error).replace(self._key, "…")) from None

    def _asked(self, series: str, **more: str) -> Answer:
        parameters = {"series_id": series, "api_key": self._key, "file_type": "json", **more}
        try:
            answer = self._web.get(self._address, parameters)
        except Unanswered as error:
            raise nothing_for_certain(SOURCE, f"did not answer: {error}", series) from None
        if answer.status not in (200, 400, 404):
            raise nothing_for_certain(SOURCE, f"refuses to answer (HTTP {answer.status})", series)
        return answer
