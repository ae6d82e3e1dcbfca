"""Small and large companies of the same sector."""

from __future__ import annotations

import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _titles as titles
from generator.charts._dumbbells import Dumbbells
from generator.charts._words import capital, not_shown, number
from generator.config import Universe
from generator.facts import Figures, Withheld, show, show_date


def sector_returns_ytd(
    return_ytd: Figures,
    as_of: pd.Timestamp,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Return of the small and the large fund of each sector in the year to date."""
    sectors: dict[str, dict[str, float]] = {}
    missing: dict[str, str] = {}
    for subject in universe.subjects(segment=("sector",)):
        series = universe.series[subject]
        value = number(return_ytd, subject)
        if isinstance(value, Withheld):
            missing[subject] = value.reason
        else:
            sectors.setdefault(str(series.sector), {})[str(series.size)] = value
    if not any("small" in values for values in sectors.values()):
        reasons = set(missing.values()) or {"none is listed"}
        reason = reasons.pop() if len(reasons) == 1 else "the Data page says why"
        return Withheld(f"no small-cap sector fund: {reason}")
    frame = pd.DataFrame(
        [
            (capital(sector), size, values[size])
            for sector, values in sorted(sectors.items(), key=_order)
            for size in ("small", "large")
            if size in values
        ],
        columns=["sector", "size", "return"],
    )
    pairs = Dumbbells(
        frame.set_axis(["name", "size", "value"], axis=1),
        "fraction",
        {"small": "Small caps", "large": "Large caps"},
        "Sector",
        "Return",
    )
    lowest = frame.iloc[int(frame["return"].argmin())]
    highest = frame.iloc[int(frame["return"].argmax())]
    return Chart(
        title=titles.sectors(sectors, as_of.date()),
        subtitle=f"Price return of sector funds, %, year to {show_date(as_of.date())}."
        + not_shown(universe, missing),
        source=chart_source,
        description=f"Pairs of points by sector. Lowest: {_point(lowest)}; highest: "
        f"{_point(highest)}.",
        specs=marks.both(pairs.at),
        data=frame,
    )


def _order(item: tuple[str, dict[str, float]]) -> float:
    values = item[1]
    return -values.get("small", float("-inf")) if "small" in values else float("inf")


def _point(row: pd.Series) -> str:
    return f"{row['size']} {str(row['sector']).lower()} {show(float(row['return']), 'fraction')}"
