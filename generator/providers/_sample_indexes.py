"""What the members of each simulated index are like, and what befalls some of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Sector:
    """One sector of an index."""

    weight: float
    """Of the index at the start, in percent."""
    count: float
    """Of its companies, in percent."""
    fund: str | None
    """The simulated fund whose lead over the index its members follow."""


@dataclass(frozen=True, slots=True)
class Event:
    """What befalls a member whose rank by size, at the start, is this share of all."""

    rank: float
    day: date
    factor: float = 1.0
    """Of a split on that day: 2.0 where each share became two."""
    until: date | None = None
    """The member has no close from `day` to this one, where that is said."""


@dataclass(frozen=True, slots=True)
class IndexRecipe:
    """What the members of an index are like."""

    half: int
    """Which half of our names its companies have."""
    sectors: Mapping[str, Sector]
    """By name, as iShares writes it."""
    spread: float
    """Of the logarithms of sizes within a sector: how top-heavy the index is."""
    price: tuple[float, float]
    """Median of first closes in dollars, and spread of their logarithms."""
    volatility: tuple[float, float]
    """Median, a session, of what is a member's own, and spread of its logarithms."""
    replaced: float
    """Share of the members that leave, and join, at the end of June."""
    leaving: float
    """Share of the members that leave in a year besides."""
    joining: float
    """Share of the members that join in a year besides."""
    classes: tuple[float, ...]
    """Ranks of companies with two classes of shares, as a share of all."""
    events: tuple[Event, ...]
    """Splits and suspensions."""
    not_available: float | None = None
    """Rank of the member whose ticker is NA."""
    silent: tuple[str, date] | None = None
    """A sector whose members have no close on a session."""
    untraded: tuple[str, str] | None = None
    """Name and sector of a line that is not traded and has no price."""


PENNY = 1.25
"""First close of a member whose shares are put together later."""
NEW_YEAR = date(2026, 1, 2)
"""The first session of 2026, on which members split: the first of a year to date, too."""
_OPEN = date(2099, 12, 31)

INDEXES: Mapping[str, IndexRecipe] = {
    "^RUT": IndexRecipe(
        half=0,
        sectors={
            "Communication": Sector(2.6, 4.0, None),
            "Consumer Discretionary": Sector(9.5, 10.0, "PSCD"),
            "Consumer Staples": Sector(2.4, 3.0, "PSCC"),
            "Energy": Sector(5.5, 5.5, "PSCE"),
            "Financials": Sector(18.0, 20.0, "PSCF"),
            "Health Care": Sector(17.0, 21.0, "PSCH"),
            "Industrials": Sector(17.5, 14.0, "PSCI"),
            "Information Technology": Sector(14.0, 11.0, "PSCT"),
            "Materials": Sector(4.5, 4.0, "PSCM"),
            "Real Estate": Sector(6.0, 5.5, None),
            "Utilities": Sector(3.0, 2.0, "PSCU"),
        },
        spread=1.0,
        price=(22.0, 0.9),
        volatility=(0.023, 0.35),
        replaced=0.08,
        leaving=0.035,
        joining=0.030,
        classes=(0.06, 0.30),
        events=(
            Event(0.02, date(2024, 9, 16), 2.0),
            Event(0.10, NEW_YEAR, 2.0),
            Event(0.20, date(2025, 12, 17), 2.0),
            Event(0.45, date(2025, 5, 12), 0.1),
            Event(0.55, date(2026, 1, 14), 0.1),
            Event(0.40, date(2024, 8, 5), until=date(2024, 9, 30)),
            Event(0.50, date(2025, 10, 20), until=_OPEN),
            Event(0.60, date(2025, 12, 29), until=date(2026, 1, 12)),
        ),
        not_available=0.35,
        silent=("Health Care", date(2023, 12, 6)),
        untraded=("ZELKOVANE THERAPEUTICS INC ESCROW RIGHTS", "Health Care"),
    ),
    "^GSPC": IndexRecipe(
        half=1,
        sectors={
            "Communication": Sector(9.6, 4.4, None),
            "Consumer Discretionary": Sector(10.5, 10.0, "XLY"),
            "Consumer Staples": Sector(5.8, 7.4, "XLP"),
            "Energy": Sector(3.6, 4.4, "XLE"),
            "Financials": Sector(13.4, 15.0, "XLF"),
            "Health Care": Sector(11.5, 12.0, "XLV"),
            "Industrials": Sector(8.6, 15.6, "XLI"),
            "Information Technology": Sector(30.0, 14.0, "XLK"),
            "Materials": Sector(2.2, 5.2, "XLB"),
            "Real Estate": Sector(2.3, 6.0, None),
            "Utilities": Sector(2.5, 6.0, "XLU"),
        },
        spread=1.75,
        price=(120.0, 0.7),
        volatility=(0.013, 0.3),
        replaced=0.0,
        leaving=0.036,
        joining=0.036,
        classes=(0.008, 0.50),
        events=(
            Event(0.012, date(2024, 6, 10), 10.0),
            Event(0.15, date(2025, 11, 17), 3.0),
            Event(0.25, NEW_YEAR, 2.0),
            Event(0.60, date(2025, 12, 18), until=date(2025, 12, 22)),
        ),
    ),
}
"""By symbol of the index. Weights and counts of sectors are like those of the real one."""
