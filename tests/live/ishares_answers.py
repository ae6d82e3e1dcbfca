"""iShares' answers: a fund's holdings on a session, and its workbook."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from live.holdings_files import holdings_file
from live.messages import Answer, Request, html_answer, unknown
from live.workbooks import workbook

if TYPE_CHECKING:
    from live.funds import FundFile
    from live.world import World

SERVICE = "/varnish-api/blk-one01-product-data/product-data/api/v1/get-fund-document"
ALWAYS = {
    "appType": "PRODUCT_PAGE",
    "appSubType": "ISHARES",
    "targetSite": "us-ishares",
    "locale": "en_US",
    "userType": "individual",
}
"""What the service wants to hear with every request."""
_PAGE = re.compile(r"/us/products/([0-9]+)/([a-z0-9-]+)/(.+)")


def _shop(world: World, request: Request) -> Answer:
    """Answer for www.ishares.com: the newest holdings, and an address that was given up."""
    match = _PAGE.fullmatch(request.path)
    fund = world.funds.get(int(match[1])) if match else None
    if match is None or fund is None or match[2] != fund.slug:
        return unknown()
    if match[3] == "latest-holdings.csv":
        return _csv(holdings_file(world, fund, world.last_fund_day(fund)))
    if match[3].endswith(".ajax"):
        page = html_answer(fund.name)
        return Answer(200, page.body, "text/csv;charset=utf-8")
    return unknown()


def _service(world: World, request: Request) -> Answer:
    """Answer for the document service."""
    query = request.query
    product = query.get("portfolioId", "")
    fund = world.funds.get(int(product)) if product.isdigit() else None
    asked = all(query.get(name) == value for name, value in ALWAYS.items())
    part = _COMPONENTS.get(query.get("component", ""))
    if request.path != SERVICE or fund is None or part is None or not asked:
        return unknown()
    return part(world, fund, request)


HOSTS = {"www.ishares.com": _shop, "www.blackrock.com": _service}
"""Who answers for which host."""


def _holdings(world: World, fund: FundFile, request: Request) -> Answer:
    last = world.last_fund_day(fund)
    asked = request.query.get("asOfDate")
    day = last if asked is None else datetime.strptime(asked, "%Y%m%d").date()
    return _csv(holdings_file(world, fund, day if _is_out(fund, day, last) else None))


def _is_out(fund: FundFile, day: date | None, last: date | None) -> bool:
    return day is not None and last is not None and day <= last and day in set(fund.days.tolist())


def _workbook(world: World, fund: FundFile, request: Request) -> Answer:
    body = workbook(fund, world.last_fund_day(fund))
    return Answer(200, body, "application/vnd.ms-excel", _attached(f"{fund.slug}_fund.xls"))


_COMPONENTS: dict[str, Callable[[World, FundFile, Request], Answer]] = {
    "holdings": _holdings,
    "fundDownload": _workbook,
}


def _csv(body: bytes) -> Answer:
    return Answer(200, body, "text/csv;charset=utf-8", _attached("holdings.csv"))


def _attached(name: str) -> tuple[tuple[str, str], ...]:
    return (("Content-Disposition", f"attachment; filename={name}"),)
