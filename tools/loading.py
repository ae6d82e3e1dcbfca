"""How a page comes up in a browser: when its largest content stands, what moves, what it asks for.

The profile is that of a middling phone: a window of 390 by 844 px, the processor slowed to a
quarter, and slow 4G as browsers' own tools emulate it on top of a server on this machine (each
request answered after 150 ms, 1.6 Mbit/s down, 0.75 Mbit/s up), nothing kept from earlier visits.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chromium import until
from playwright.sync_api import Browser, Page

WINDOW = {"width": 390, "height": 844}
SLOWER = 4
"""How many times slower the processor is made."""
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}

OBSERVE = """
window.seen = { painted: 0, shifted: 0 };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) seen.painted = entry.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) seen.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

ASKED = """() => {
  const all = performance.getEntriesByType("resource");
  const awaited = all.filter((one) => one.renderBlockingStatus === "blocking");
  const isScript = (one) => one.initiatorType === "script";
  const ends = awaited.filter((one) => !isScript(one)).map((one) => one.responseEnd);
  const late = awaited.filter((one) => isScript(one) && one.responseEnd > Math.max(0, ...ends));
  const stopping = [...document.head.querySelectorAll("script[src]")]
    .filter((one) => !one.async && !one.defer && one.type !== "module");
  return {
    ...seen,
    blocking: [...late.map((one) => one.name), ...stopping.map((one) => one.src)],
    bundle: all.filter((one) => one.name.includes("/vega")).map((one) => one.name),
  };
}"""


@dataclass(frozen=True, slots=True)
class Loading:
    """What was seen of one page, the middle one of several visits."""

    painted: float
    """Seconds until the largest content was painted."""
    shifted: float
    """Cumulative layout shift, the most of all visits."""
    transferred: int
    """Bytes that came over the network, with headers."""
    blocking: tuple[str, ...]
    """Scripts that stop the parser, or that the first paint awaited longer than the style."""
    bundle: tuple[str, ...]
    """Parts of the library for interactive charts that nobody had asked for."""


def _visit(browser: Browser, address: str) -> Loading:
    context = browser.new_context(viewport=WINDOW, device_scale_factor=2, is_mobile=True)
    page = context.new_page()
    session = context.new_cdp_session(page)
    arrived: list[float] = []
    session.on("Network.loadingFinished", lambda event: arrived.append(event["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(OBSERVE)
    page.goto(address, wait_until="networkidle")
    found = _scrolled(page)
    context.close()
    return Loading(
        painted=found["painted"] / 1000,
        shifted=found["shifted"],
        transferred=int(sum(arrived)),
        blocking=tuple(found["blocking"]),
        bundle=tuple(found["bundle"]),
    )


def _scrolled(page: Page) -> dict[str, Any]:
    """Go down the page once, as a reader would, and return what was seen by then."""
    until(page, "seen.painted > 0")
    page.wait_for_timeout(200)
    before = page.evaluate(ASKED)
    page.mouse.wheel(0, 5000)
    page.wait_for_timeout(300)
    return {**page.evaluate(ASKED), "painted": before["painted"]}


def load(browser: Browser, address: str, visits: int = 3) -> Loading:
    """Visit a page several times, each time as if for the first time."""
    seen: Sequence[Loading] = [_visit(browser, address) for _ in range(visits)]
    return Loading(
        painted=statistics.median(one.painted for one in seen),
        shifted=max(one.shifted for one in seen),
        transferred=max(one.transferred for one in seen),
        blocking=seen[0].blocking,
        bundle=seen[0].bundle,
    )
