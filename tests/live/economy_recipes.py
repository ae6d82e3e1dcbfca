"""What each economic series is made of; the values are made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Frequency = Literal[
    "Daily", "Daily, 7-Day", "Weekly, Ending Friday", "Monthly", "Quarterly", "Annual"
]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a series is made."""

    title: str
    """In full."""
    frequency: Frequency
    """In FRED's words."""
    units: str
    """In FRED's words."""
    level: float
    """At the end."""
    growth: float = 0.0
    """A year, as a fraction; of what does not grow, 0."""
    spread: float = 0.0
    """Of its own chance: a fraction of the level where it grows, else in its unit."""
    lag: int = 1
    """Days from the end of a period to its first release."""
    revisions: tuple[int, ...] = ()
    """Days from the first release to each further one."""
    decimals: int = 2
    """Of its values."""
    first: date = date(2014, 1, 1)
    """No observation is older."""


RECIPES = {
    "GDPC1": Recipe(
        "Real Gross Domestic Product",
        "Quarterly",
        "Billions of Chained 2017 Dollars",
        level=24000,
        growth=0.024,
        spread=0.003,
        lag=28,
        revisions=(30, 59),
        decimals=3,
    ),
    "A191RL1Q225SBEA": Recipe(
        "Real Gross Domestic Product",
        "Quarterly",
        "Percent Change from Preceding Period",
        level=2.4,
        spread=1.1,
        lag=28,
        revisions=(30, 59),
        decimals=1,
    ),
    "PAYEMS": Recipe(
        "All Employees, Total Nonfarm",
        "Monthly",
        "Thousands of Persons",
        level=159500,
        growth=0.011,
        spread=0.0004,
        lag=6,
        revisions=(28, 56),
        decimals=0,
    ),
    "UNRATE": Recipe(
        "Unemployment Rate",
        "Monthly",
        "Percent",
        level=4.4,
        spread=0.12,
        lag=6,
        decimals=1,
    ),
    "PCEPI": Recipe(
        "Personal Consumption Expenditures: Chain-type Price Index",
        "Monthly",
        "Index 2017=100",
        level=127.6,
        growth=0.027,
        spread=0.0005,
        lag=29,
        revisions=(30, 60),
        decimals=3,
    ),
    "PCEPILFE": Recipe(
        "Personal Consumption Expenditures Excluding Food and Energy",
        "Monthly",
        "Index 2017=100",
        level=126.9,
        growth=0.028,
        spread=0.0004,
        lag=29,
        revisions=(30, 60),
        decimals=3,
    ),
    "CPIAUCSL": Recipe(
        "Consumer Price Index for All Urban Consumers: All Items",
        "Monthly",
        "Index 1982-1984=100",
        level=325.1,
        growth=0.029,
        spread=0.0006,
        lag=12,
        decimals=3,
    ),
    "PCEC96": Recipe(
        "Real Personal Consumption Expenditures",
        "Monthly",
        "Billions of Chained 2017 Dollars",
        level=16650,
        growth=0.025,
        spread=0.001,
        lag=29,
        revisions=(30, 60),
        decimals=1,
    ),
    "RSAFS": Recipe(
        "Advance Retail Sales: Retail and Food Services, Total",
        "Monthly",
        "Millions of Dollars",
        level=736000,
        growth=0.038,
        spread=0.004,
        lag=15,
        revisions=(29, 60),
        decimals=0,
    ),
    "INDPRO": Recipe(
        "Industrial Production: Total Index",
        "Monthly",
        "Index 2017=100",
        level=101.6,
        growth=0.004,
        spread=0.003,
        lag=16,
        revisions=(30, 61),
        decimals=4,
    ),
    "GACDISA066MSFRBNY": Recipe(
        "Empire State: General Business Conditions",
        "Monthly",
        "Diffusion Index, Percent",
        level=4.0,
        spread=9.0,
        lag=-15,
        decimals=1,
    ),
    "GACDFSA066MSFRBPHI": Recipe(
        "Philadelphia Fed: General Activity",
        "Monthly",
        "Diffusion Index, Percent",
        level=2.0,
        spread=9.0,
        lag=-13,
        decimals=1,
    ),
    "DGS2": Recipe(
        "Market Yield on U.S. Treasury Securities at 2-Year",
        "Daily",
        "Percent",
        level=3.55,
        spread=0.03,
    ),
    "DGS10": Recipe(
        "Market Yield on U.S. Treasury Securities at 10-Year",
        "Daily",
        "Percent",
        level=4.15,
        spread=0.03,
    ),
    "BAA10Y": Recipe(
        "Moody's Seasoned Baa Corporate Bond Yield Relative to 10-Year",
        "Daily",
        "Percent",
        level=1.75,
        spread=0.015,
    ),
    "BAMLH0A0HYM2": Recipe(
        "ICE BofA US High Yield Index Option-Adjusted Spread",
        "Daily",
        "Percent",
        level=2.85,
        spread=0.03,
        first=date(2023, 1, 2),
    ),
    "DRTSCIS": Recipe(
        "Net Percentage of Domestic Banks Tightening Standards to Small Firms",
        "Quarterly",
        "Percent",
        level=8.5,
        spread=4.0,
        lag=-60,
        decimals=1,
    ),
    "NFCI": Recipe(
        "Chicago Fed National Financial Conditions Index",
        "Weekly, Ending Friday",
        "Index",
        level=-0.55,
        spread=0.015,
        lag=5,
        revisions=(7, 14),
        decimals=5,
    ),
}
"""Everything that needs no rule of its own."""
