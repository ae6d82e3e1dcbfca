"""Numbers in prose, in digits and in words, but for those that name or date something.

What is no number is said by rule: dates and years, names, parameters of a measure (the 200-session
average), times of day, places in a text, and the two of a pair. A comparison with the past, such as
"the longest since 2008", is a number however it is written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache

_UP_TO_TWENTY = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_TENS = ("thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LARGE = ("hundreds?", "thousands?", "millions?", "billions?", "trillions?", "dozens?")
_COUNT = "|".join((*_UP_TO_TWENTY, *_TENS))
_ORDINAL = (
    "second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|"
    r"fourteenth|fifteenth|sixteenth|twentieth"
)
_MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_YEAR = r"(?:1[89]|20)\d\d(?!\d|[.,]\d|\s*%)"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?!\d|[.,:]\d|\s*(?:%|×|pp\b))"
_UNIT = (
    r"(?:%|percent\w*|per\s+cent|pp|bps?|basis|points?|sessions?|days?|weeks?|months?|years?|decades?|"
    r"companies|compan\w+|stocks?|members?|shares?|names|firms|funds?|constituents|people|jobs|dollars|"
    r"cents|million|billion|thousand|trillion|times|standard|percentage|straight|consecutive|"
    r"successive|records?|closes|in\s+a\s+row|more|fewer|other|out\s+of|in\s+(?:ten|five|three|two|four))"
)
_NOT_UNIT = rf"(?!\s*-?\s*{_UNIT}\b|\s*%)"
_FAMILY = (
    r"(?:S&P|Russell|Nasdaq|NASDAQ|Dow|FTSE|Nikkei|CAC|DAX|IBEX|SMI|Stoxx|STOXX|MSCI|Topix|TOPIX|"
    r"Wilshire|CSI|Fortune|ASX|Nifty|Magnificent|Group\s+of)"
)
_MEASURE = (
    r"(?:(?:simple|exponential|moving|daily|weekly|realised|implied|rolling|trailing|Treasury|"
    r"government|constant-maturity)\s+)*"
    r"(?:averages?|means?|RSI|yields?|Treasur(?:y|ies)|notes?|bonds?|bills?|volatility|correlations?|"
    r"betas?|mortgages?|windows?)"
)
_SPAN = r"(?:bar|session|day|week|month|year)"
_PARAMETER = rf"(?i:(?:\d{{1,3}}|one|{_COUNT})-(?:{_SPAN})?)"
_SUPERLATIVE = (
    r"(?:(?:long|high|low|strong|weak|narrow|fast|slow|steep|sharp|deep|great|cheap|dear|small)est|"
    r"widest|largest|closest|biggest|best|worst|most|least|fewest|first|"
    r"no\s+\w+\s+(?:\w+\s+){0,3}?(?:better|worse|higher|lower|longer|larger|stronger|wider))"
)
_NO_NUMBERS = [
    re.compile(pattern)
    for pattern in (
        rf"\b(?:{_ORDINAL}|last)\s+(?:week|day|session|month|\w+day)\s+of\s+"
        rf"(?:{_MONTH}(?:\s+{_YEAR})?|the\s+(?:year|month|week|quarter)|{_YEAR})",
        rf"\b{_FAMILY}(?:\s+[A-Z]\w+)*\s+\d{{1,4}}\b(?![.,]\d){_NOT_UNIT}",
        r"\b(?:10-[KQ]|8-K|13F|401\(k\)|G-?(?:7|10|20)|COVID-19|24/7|9/11|30/360)\b",
        rf"\b{_DAY}(?:\s*(?:[–-]|and|to|or)\s*{_DAY})?\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?(?!\w)",
        rf"\b{_MONTH}\s+{_DAY}(?:\s*(?:[–-]|and|to|or)\s*{_DAY})?(?!\w){_NOT_UNIT}(?:,\s*{_YEAR})?",
        rf"\b{_MONTH}(?:\s+of)?,?\s+{_YEAR}(?:\s*(?:and|or|to|–|-)\s*{_YEAR})*",
        r"\b\d{4}-(?:\d\d(?:-\d\d)?|W\d\d)\b",
        rf"\b(?:(?:on|to|by|of|until|since|from|before|after)\s+the\s+)(?:{_DAY})(?<=[a-z]){_NOT_UNIT}",
        rf"\b(?:{_YEAR}\s*)?[QH][1-4]\b(?:\s+(?:of\s+)?{_YEAR})?",
        r"\b(?:first|second|third|fourth|last|next)[\s-](?:quarter|half)\b(?!\s+(?:of\s+the\s+members|point))",
        rf"\b(?:{_ORDINAL})\s+\w+day\b",
        r"\b(?:1[89]|20)\d0s\b|'\d0s\b",
        rf"\b(?i:in|since|of|for|during|until|till|before|after|through|throughout|from|by|early|late|"
        rf"mid|end|start|years?|spring|summer|autumn|winter|between|calendar|fiscal|and)[\s-]+{_YEAR}\b"
        rf"(?:(?:\s*,)?\s*(?:,|and|or|to|–|-|/|through|until)\s*{_YEAR})*(?:'s)?{_NOT_UNIT}",
        rf"\b(?i:the|its|their|a|this|that|our|'s)\s+{_YEAR}(?:'s)?(?=[\s-]+[a-z]){_NOT_UNIT}",
        rf"^\W*{_YEAR}(?:'s)?(?=\s+[a-z]){_NOT_UNIT}",
        r"\b\d{1,2}:\d\d\b(?:\s*(?:[ap]\.?m\b\.?|UTC|GMT|ET|EST|EDT))?",
        r"\b(?i:pages?|charts?|tables?|sections?|chapters?|notes?|footnotes?|appendix|exhibit|rules?|"
        r"revision|version|step|week|decision)\s+\d{1,4}\b(?!\s*%|[.,]\d)",
        rf"\b{_PARAMETER}(?:\s*(?:,|and|or|to)\s+(?:the\s+)?{_PARAMETER})*s?\s+{_MEASURE}\b",
        r"\b(?i:first)[\s-](?i:five|ten)[\s-](?:trading[\s-])?(?:sessions?|days?)\b",
        r"\b52-week\s+(?:high|low)s?\b",
        r"\bRSI\s*\(?\d{1,2}\)?(?!\d|[.,]\d)(?=\s+(?:of|for|is|has)\b)",
        r"\b(?:scale|range)\s+(?:of|from)\s+(?:0|zero)\s+to\s+100\b",
        rf"(?<=[a-z,;&] )(?:{f'{_COUNT}|{_ORDINAL}'.title()})\b",
        rf"\b(?i:the|these|those|both|all|its|their|other)\s+(?i:two|three|four|five)\b{_NOT_UNIT}",
        rf"\b(?i:{_COUNT})\s+(?:\w+\s+)?(?i:reasons|things|questions|ways|caveats|words|sentences|remarks|"
        r"cases|sides|views|definitions|conventions|minds|kinds|sorts|halves|camps|explanations|charts|"
        r"pages|notes|clocks|answers|meanings|readings)\b",
        r"\b(?i:double)[\s-](?:bottoms?|tops?|check\w*|count\w*|edged|dip)\b",
        r"\b(?i:half)[\s-](?:an?\s+)?(?:hours?|year\w*|time|hearted\w*|truths?)\b",
        r"\b(?i:zero\s+lines?|both\s+halves)\b",
    )
]
_NUMBERS = re.compile(
    r"[+-]?[$€£]?(?<![\w])\d+(?:[.,]\d+)*(?:\s?(?:%|percent\b|pp\b|bps?\b|×))?|\d+|[¼-¾⅐-⅞]"
    rf"|\b(?i:{_COUNT}|{'|'.join(_LARGE)}|zero|twice|thrice|doubl(?:e[sd]?|ing)|tripl(?:e[sd]?|ing)|"
    r"trebl(?:e[sd]?|ing)|quadrupl\w+|quintupl\w+|halv(?:e[sd]?|ing)|half|(?:two|three|four|five|ten|"
    r"hundred)fold|(?:a|one|two|three|four|nine)[\s-](?:third|fourth|fifth|sixth|eighth|tenth)s?|"
    r"(?:a|one|three)[\s-]quarters?(?=[\s-]+(?:of|point|percentage|as))|a\s+couple\s+of)\b"
    rf"|\b(?i:one)(?=[\s-]+{_UNIT}\b|\s+in\s+\w+\s+(?:of|members|stocks|companies))"
    rf"|(?<=\b[Ee]very\s)(?:{_ORDINAL})\b|\b(?i:{_ORDINAL})(?=[\s-]+(?i:straight|consecutive|successive|running|week|session|month|year|day|"
    r"time|record|rate|cut|hike|rise|gain|loss|fall|best|worst|largest|smallest|longest|biggest|highest|"
    r"lowest|in\s+a\s+row|such)\w*)"
)
_COMPARED = re.compile(
    rf"\b(?i:{_SUPERLATIVE})\b[^.;:¤]{{0,80}}?\b(?:since\s+(?:\w+\s+){{0,3}}?(?:{_MONTH}|{_YEAR}|\d)"
    rf"|in\s+(?:(?:more\s+than|nearly|over|almost|about|at\s+least|some)\s+)?(?:an?\s+|the\s+)?"
    r"(?:quarter\s+century|decades?|years?|months|weeks|generations?)\b(?!\s+in\b))"
)


@cache
def _named(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted((name for name in names if name), key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest_first))


def numbers(prose: str, names: Collection[str]) -> Iterator[tuple[int, str]]:
    """Return where in a sentence's prose a number stands, and the number.

    >>> list(numbers("Up 2% for a fourth week in 2026.", ()))
    [(3, '2%'), (12, 'fourth')]
    """
    compared = [(found.start(), " ".join(found[0].split())) for found in _COMPARED.finditer(prose)]
    for pattern in _NO_NUMBERS:
        prose = pattern.sub(_unreadable, prose)
    if names:
        prose = _named(tuple(names)).sub(_unreadable, prose)
    plain = [(found.start(), found[0].strip()) for found in _NUMBERS.finditer(prose)]
    yield from sorted(compared + plain)


def _unreadable(found: re.Match[str]) -> str:
    return "\0" * len(found[0])
