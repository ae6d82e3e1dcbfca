"""The words that the rules of the lint look for, one phrase a line."""

from __future__ import annotations

import re

from generator.lint_text import phrases

_FEELINGS = (
    "(?:hopes?|fears?|optimism|pessimism|worr(?:y|ies)|concerns?|expectations?|bets?|speculation|"
    "signs|sentiment|confidence|enthusiasm|relief|jitters|nerves|news|word)"
)
CAUSES = phrases(
    r"""
    fuell?(?:ed|ing)
    fuels (?:the|a|an|small|large)
    (?:drove|drives|driven by|is driving|are driving|was driving|were driving)
    (?:powered|propelled|spurred|sparked|prompted|stoked|ignited|underpinned|buoyed)
    (?:powers|propels|spurs|sparks|prompts|stokes|ignites|underpins|buoys)
    triggered (?:by|the|a|an)
    triggers (?:the|a|an)
    (?:push|pull|drag|bid)(?:ed|s|es|ing|ged|ging)? (?:\S+ ){1,4}?{direction}
    (?:sent|sends|sending|took|takes|bidding|knocked) (?:\S+ ){1,4}?{direction}
    (?:boost|lift)(?:ed|s|ing)(?! (?:(?:its|the|their|his|her) )?{steered})
    (?:g[ai]ves?|giving|lends?|lent|provide[sd]?) (?:\S+ ){1,4}?(?:lift|boost|support|push|leg up)
    {moves} (?:(?:the|both|most|many) )?{what}
    is behind the (?:\w+ )?(?:advance|rally|move|gains?|fall|rise|lead|drop|sell-off|run|rotation)
    (?:kept|keeps|put|puts) a (?:lid|floor|cap) (?:on|under)
    (?:put|puts|putting) (?:\w+ )?pressure on
    (?:took|takes|taking) (?:a|its|their) toll
    the (?:\w+ )?reason (?:for|why|is|was|behind)
    (?:is|was|are) why
    (?:main|key|big|biggest|chief|principal) drivers?
    drivers? (?:of|behind|was|were)
    catalysts?
    weigh(?:s|ed|ing)? (?:heavily )?on
    dragg(?:ed|ing) by
    weighed down
    on the back of
    off the back of
    on the heels of
    in the wake of
    on the strength of
    thanks to
    owing to
    courtesy of
    by virtue of
    because of
    on account of
    (?:helped|hurt|hit|supported|aided|pressured|squeezed|cheered|rattled|spooked|unnerved) by
    benefit(?:s|ed|ing|ted|ting)? from
    (?:profited|suffered) from
    in response to
    in reaction to
    (?:react|respond)(?:s|ed|ing) to
    caus(?:e|es|ed|ing)
    (?:led|leads|leading) to
    result(?:s|ed|ing) (?:in|from)
    gave rise to
    (?:as a|the) result of
    attribut(?:able|ed) to
    stem(?:s|med|ming) from
    explain(?:s|ed) (?:the|why|by|most)
    on (?:\w+ )?{feelings} (?:of|that|about|for|over)
    amid (?:\S+ ){0,2}?{feelings}
    (?:as|after|when|because|since) (?:\S+ ){0,2}?{feelings} {acted}
    (?:got|gets|getting|received|drew|took) (?:an? )?(?:\w+ )?{backing} from
    (?:lit|lights) a fire
    (?:sank|sinks|roiled|rattled|spooked|cheered|calmed|shook|unnerved) (?:the )?{what}
    (?:as|after|when|because|since) {people} {acted}
    reflect(?:s|ed|ing)? (?:\w+ )?{feelings}
    """,
    backing="(?:boost|lift|support|help|encouragement|comfort|strength|heart)",
    moves=(
        "(?:help(?:s|ed)?|hurts?|harm(?:s|ed)?|favou?r(?:s|ed)|support(?:s|ed)|pressure[sd]|"
        "squeeze[sd]|punishe[sd]|reward(?:s|ed))"
    ),
    what=(
        "(?:small|large|micro|caps|index|indexes|market|markets|stocks|shares|banks|them|equities|"
        "growth|value|benchmark)"
    ),
    direction=(
        "(?:higher|lower|up|down|tumbling|soaring|sliding|rallying|climbing|falling|rising)"
    ),
    steered=("(?:federal|target|guidance|rates?|range|forecast|estimate|outlook|dividend|limit)"),
    acted=(
        r"(?:\w+ed|\w+ing|bought|sold|fled|grew|rose|fell|ran|took|saw|bet|sought|began|chose|came)"
    ),
    people="(?:investors|traders|buyers|sellers|speculators|markets?)",
    feelings=_FEELINGS,
)
"""In our own voice, wherever they stand."""
REASONS = phrases(
    r"""
    because
    due to(?! (?:be|report|publish|meet|end|expire|begin|start)\b)
    """
)
"""Only beside a move of prices: data can be withheld because they are missing."""
MOVES = phrases(
    r"""
    (?:rose|risen|rises?|rising|fell|fallen|falls?|falling|lost|los(?:s|es)|sold off|sell-off)
    (?:climb|drop|gain|jump|tumbl|soar|plung|slip|rebound|recover|surg|advanc|declin|rall)\w*
    (?:beat|outperform|underperform|lag)\w*
    (?:slid|ahead|behind|higher|lower)
    """
)
DENIED = phrases(
    r"""
    (?:do|does|did|can|could) ?not (?:say|tell|show|know|explain|mean)
    cannot (?:say|tell|show|be)
    no(?:thing|body|ne)? (?:\S+ ){0,4}?(?:says?|tells?|shows?|knows?|explains?|can)
    nothing (?:about|here)
    (?:is|are|should|must|need) not (?:to )?be (?:read|taken|confused|mistaken|understood)
    neither
    whether
    (?:is|are|was) (?:no|not an?) \w+
    is not for (?:this|us|the|a)
    not evidence
    (?:says|tells) little
    (?:leaves|left) open
    unknown
    """
)
"""A sentence that says what is not known names no cause and promises nothing."""
_COMES_TRUE = (
    r"(?:outperform|underperform|beat|rise|fall|gain|lose|continue|rally|recover|rebound|climb|drop|"
    r"double|lead|lag|keep|extend|return|reach|break|catch up|win|pay off|surge|soar|slide|decline|"
    r"advance|follow through|last|persist|prevail|come back|go (?:on|up|down|higher|lower)|hit|"
    r"exceed|top|set|test|be (?:higher|lower|ahead|behind|rewarded|up|down|a|the))"
)
ADVICE = phrases(
    r"""
    (?:buy|sell)(?!-| (?:side|orders?|signals?)\b)
    accumulate
    load up
    take profits
    go (?:long|short)
    should(?! (?:the|it|they|that|this|a|an|any|either|both)\b)
    ought to
    must (?:own|have|buy|hold|be owned)
    (?:we|i) recommend
    recommended
    (?:overweight|underweight)
    worth (?:buying|owning|holding|a look)
    (?:will|shall) (?:\w+ ){0,2}?{comes_true}
    would do well to
    deserves? (?:a place|to be (?:owned|held))
    (?:further|room|more room) to (?:run|go|rise|fall|grow|climb)
    (?:upside|gains|losses|downside|highs) (?:\w+ )?(?:to come|ahead|in store)
    hold on
    looks? (?:cheap|attractive|inexpensive|undervalued)
    (?:under|over)valued
    (?:is|are) (?:going|bound) to (?:\w+ )?{comes_true}
    (?:primed|destined|bound|sure|certain|positioned|ready|likely|about) to (?:\w+ )?{comes_true}
    poised
    (?:is|are|was|were|looks?|seems?|appears?) (?:all )?set to(?! (?:zero|¤))
    (?:is|are|was|were|looks?|seems?|appears?) (?:all )?set for (?:\w+ ){0,2}?{prize}
    (?:is|are) (?:headed|heading|on course|on track) (?:for|to)
    (?:is|are) to be (?:bought|sold|owned|avoided|held)
    (?:is|are|seems?|looks?) assured
    can expect
    we (?:like|prefer|favou?r|expect|believe|think)
    we see \S+ (?:\S+ )?\w+ing
    guarantee[ds]?
    no-brainer
    can(?:not|'t) (?:go wrong|lose|fail)
    (?:safe|sure) (?:bet|thing)
    risk-free
    bargains?
    (?:investors|readers|savers|holders|you) (?:\w+ )?(?:need|want|ought) to
    (?:investors|readers|savers|holders|you) (?:\w+ )?(?:must|had better)
    now is the time
    (?:is|was|it's) (?:now )?(?:a|the)? ?(?:good |right |best )?time to
    do(?: not|n't) miss
    it pays to
    attractive entry
    buying opportunit(?:y|ies)
    """,
    comes_true=_COMES_TRUE,
    prize="(?:gains?|rally|rise|fall|run|highs?|lows?|losses|rebound|breakout|growth|correction)",
)
RELATIVE_DATES = phrases(
    r"""
    (?:yesterday|today|tomorrow|tonight)(?:'s)?
    this (?:morning|afternoon|evening)(?:'s)?
    (?:last|next) {period}(?:'s)?(?! of\b)
    (?:recently|lately|currently|nowadays|overnight|soon)
    (?:this|the) past {period}
    {weekday} last
    these days
    just now
    right now
    at the moment
    at present
    (?:earlier|later) this (?:week|month|year)
    (?:days?|weeks?|months?|years?) ago
    the other day
    in recent (?:days|weeks|months|years|sessions|times)
    of late
    in the (?:coming|past|last) (?:days|weeks|months|years)
    """,
    weekday="(?:mon|tues|wednes|thurs|fri|satur|sun)day",
    period=(
        "(?:week|month|quarter|year|night|season|(?:mon|tues|wednes|thurs|fri|satur|sun)day|spring|"
        "summer|autumn|winter|january|february|march|april|may|june|july|august|september|october|"
        "november|december)"
    ),
)
FUTURE = phrases(
    r"""
    (?:will|shall)(?! {planned}\b)
    (?:is|are) going to
    (?:is|are) (?:forecasting|predicting|projecting|expecting|anticipating|looking for)
    (?:believes?|thinks?|reckons?|argues?|says?) (?:\S+ ){1,8}?(?:could|can|might) {comes_true}
    (?:is|are) (?:widely )?(?:expected|projected|forecast|predicted|seen|tipped) (?:to|\w+ing)
    expects?
    forecasts?(?! (?:error|errors|of the past|horizon|was|were)\b)
    projects(?! (?:in|of|at|under)\b)
    predicts?
    anticipates?
    (?:price|year-end|end-\d{4}|index) targets?
    targets? of
    targets (?:a|an|the) (?:\w+ )?level
    sees (?:\S+ ){0,5}?{coming}
    sees \$?\d\S* (?:\S+ ){0,3}?(?:by|in|at)
    should (?:\w+ )?{comes_true}
    looks for (?:\S+ ){0,4}?(?:gain|rise|return|growth)s?
    calls for
    pencils? in
    """,
    comes_true=_COMES_TRUE,
    planned=(
        "(?:meet|publish|report|release|be (?:published|released|reported)|announce|open|close)"
    ),
    coming=(
        "(?:rising|falling|beating|gaining|growing|climbing|recovering|reaching|outperforming|"
        r"catching|ahead (?:of|in|by)|at (?=\$?\d)|by (?:year-end|the end))"
    ),
)
HEDGES = re.compile(
    r"(?<![\w-])(?:may|might|could|would|can\s+be|suggest\w*|hint\w*|consistent\s+with|"
    r"in\s+line\s+with|points?\s+to\w*|pointing\s+to|appears?|seems?|looks?\s+(?:like|as)|perhaps|"
    r"possibly|probably|likely|unlikely|tends?\s+to|indicat\w+|as\s+(?:if|though)|reads?\s+like|"
    r"compatible\s+with|if\s+anything|arguabl[ey]|plausibl[ey])(?![\w-])"
    r"|^\W*(?:Perhaps|Possibly|Probably|Arguably|Plausibly)\b"
)
_BULL = r"""
    bull(?:ish)? cases?
    bulls
    bullish(?:ly|ness)?
    upside
    tailwinds?
    cases? for (?:small|large|micro|the rotation)
    """
_BEAR = r"""
    bear(?:ish)? cases?
    bears
    bearish(?:ly|ness)?
    downside
    headwinds?
    cases? against
    """
_ANSWERS = r"""
    the other (?:side|hand)
    (?:speaks?|argues?|spoke|argued) (?:for|against)
    against it
    """
BULL, BEAR = phrases(_BULL), phrases(_BEAR)
ANSWERS_TO_BULL = phrases(f"{_BEAR}\n{_ANSWERS}\nrisks?\ncaveats?")
ANSWERS_TO_BEAR = phrases(f"{_BULL}\n{_ANSWERS}")
IMPERATIVE = re.compile(r"^\W*(?:Hold|Expect|Stay|Avoid|Ignore|Own|Prefer|Brace|Prepare)(?![\w-])")
"""At the beginning of a sentence."""
_QUOTATION = re.compile(r"“[^“”]*”|\"[^\"]*\"")


def quotations(prose: str) -> list[tuple[int, int]]:
    """Return where others are quoted, from where to where."""
    return [found.span() for found in _QUOTATION.finditer(prose)]
