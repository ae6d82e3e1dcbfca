"""The document service of iShares: asks it for the files of one fund."""

from __future__ import annotations

from datetime import date

from generator.config import Courtesy
from generator.providers import Request
from generator.providers._sheet import Unreadable
from generator.providers._web import Answer, Unanswered, Web, nothing_for_certain

SOURCE = "iShares"
_ABOUT_ONE = frozenset({400, 404, 410})
"""Statuses by which the service says that it has no such document; others refuse all of them."""


class Desk:
    """Asks the document service."""

    def __init__(self, request: Request, courtesy: Courtesy) -> None:
        self._settings = request.live.ishares
        self._web = Web(SOURCE, courtesy, request.live.user_agent, request.clock)

    def holdings(self, fund: str, day: date) -> Answer:
        """Ask for a fund's holdings of one day.

        Raises:
            Unreadable: the service has no such document.
            ProviderError: it says nothing for certain.
        """
        return self._document(fund, component="holdings", asOfDate=f"{day:%Y%m%d}")

    def workbook(self, fund: str) -> Answer:
        """Ask for a fund's workbook.

        Raises:
            Unreadable: the service has no such document.
            ProviderError: it says nothing for certain.
        """
        return self._document(fund, component="fundDownload")

    def _document(self, fund: str, **which: str) -> Answer:
        parameters = {
            "appType": "PRODUCT_PAGE",
            "appSubType": "ISHARES",
            "targetSite": "us-ishares",
            "locale": "en_US",
            "portfolioId": str(self._settings.funds[fund].product),
            "userType": "individual",
            **which,
        }
        try:
            answer = self._web.get(self._settings.address, parameters)
        except Unanswered as error:
            raise nothing_for_certain(SOURCE, f"did not answer: {error}", fund) from None
        if answer.status in _ABOUT_ONE:
            raise Unreadable(f"the source has no such document (HTTP {answer.status})")
        if answer.status != 200:
            raise nothing_for_certain(SOURCE, f"refuses to answer (HTTP {answer.status})", fund)
        return answer
