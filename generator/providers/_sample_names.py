"""Names and tickers of the simulated companies, composed from word lists of our own.

No company bears these names: each begins with a word that we made up. A ticker is three letters of
it and two digits, and no exchange of the United States lists a ticker with a digit; the only other
one is NA, which programs take for a missing value.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

from numpy.random import Generator

from generator.errors import ReportError

_PARTS = (
    "ABRA BEL CORU DUNE EVER FALO GARI HOL ISTER JORA KELV LUNE MARU NORV OSTER PELO QUIN ROSA "
    "SELV TORU ULMA VARN WENDA YARO ZELK",
    "BA DE FI GO KU LA ME NO PA RI SO TA VE WI",
    "BRIDGE CREST DALE FIELD GATE HAVEN JORD LOCK MERE NOCK PORT RIDGE STEAD TARN VALE WICK",
)
_WORDS = {
    "Communication": "BROADCASTING MEDIA NETWORKS TELECOM",
    "Consumer Discretionary": "APPAREL HOMES LEISURE MOTORS RESTAURANTS STORES",
    "Consumer Staples": "BEVERAGES FOODS GROCERS HOUSEHOLD",
    "Energy": "DRILLING ENERGY PETROLEUM PIPELINES",
    "Financials": "BANCORP CAPITAL FINANCIAL INSURANCE SAVINGS TRUST",
    "Health Care": "BIOSCIENCES DIAGNOSTICS MEDICAL PHARMA THERAPEUTICS",
    "Industrials": "AEROSPACE BUILDERS FREIGHT INDUSTRIES MACHINERY TOOLS",
    "Information Technology": "CIRCUITS DATA SEMICONDUCTOR SOFTWARE SYSTEMS",
    "Materials": "CHEMICALS METALS MINING PACKAGING",
    "Real Estate": "PROPERTIES REALTY RESIDENTIAL STORAGE",
    "Utilities": "ELECTRIC GAS POWER WATER",
}
_FORMS = ("INC", "CORP", "HOLDINGS INC", "GROUP INC", "LTD")


def company_names(
    sectors: Sequence[str], half: int, random: Generator
) -> tuple[list[str], list[str]]:
    """Return a name and a ticker for the company of each sector named.

    All of them differ, and none of one half (0 or 1) is in the other.

    Raises:
        ReportError: there are not so many.
    """
    roots = list(itertools.product(*(part.split() for part in _PARTS)))[half::2]
    if len(sectors) > len(roots):
        raise ReportError(
            f"the sample has names for {len(roots)} members of an index, not for {len(sectors)}",
            where="content/universe.yml",
            hint="Lower 'simulated' under 'members'.",
        )
    names, tickers, used = [], [], Counter[str]()
    for sector, place in zip(sectors, random.permutation(len(roots)), strict=False):
        parts = roots[int(place)]
        words = _WORDS[sector].split()
        word = words[int(random.integers(len(words)))]
        form = _FORMS[int(random.integers(len(_FORMS)))]
        letters = "".join(part[0] for part in parts)
        used[letters] += 1
        names.append(f"{''.join(parts)} {word} {form}")
        tickers.append(f"{letters}{used[letters] + 50 * half:02d}")
    return names, tickers
