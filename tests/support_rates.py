"""The simulated economy as seen on a day, for tests of rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import pandas as pd
from support import ask, project_settings, universe

from generator.config import Universe
from generator.facts import Withheld
from generator.metrics import economy, policy_path
from generator.metrics._known import Known
from generator.metrics._policy import PolicyPath
from generator.providers import sample
from generator.providers._sample_economy import simulate_economy


@cache
def followed() -> Universe:
    """Return the universe of the project with its meetings."""
    return project_settings().universe


@cache
def frozen(day: str) -> Mapping[str, pd.DataFrame]:
    """Return the tables of the economy as the sample freezes them on a day."""
    wanted = ask(date.fromisoformat(day), wanted=universe(), days=pd.DatetimeIndex([day]))
    return simulate_economy(wanted, sample.simulate())


@dataclass(frozen=True)
class Seen:
    """What is known on a day."""

    day: pd.Timestamp
    known: dict[str, Known | Withheld]
    futures: pd.DataFrame
    week_before: str

    def path(self, missing: dict[str, str] | None = None) -> PolicyPath | Withheld:
        """Return what futures imply on the day."""
        return policy_path.policy_path(
            self.futures, missing or {}, self.known, followed(), self.day
        )

    def path_before(self) -> PolicyPath | Withheld:
        """Return what futures implied on the last session of the week before."""
        bases = {"1w": pd.Timestamp(self.week_before)}
        return policy_path.policy_path_week_before(self.futures, {}, self.known, followed(), bases)


def seen(
    day: str, week_before: str = "2026-01-09", tables: Mapping[str, pd.DataFrame] | None = None
) -> Seen:
    """Return what the tables say on a day; those of the sample of that day if none are given."""
    rows = tables or frozen(day)
    stamp = pd.Timestamp(day)
    last = stamp if tables is None else pd.Timestamp("2026-01-23")
    known = economy.known_series(
        macro=rows["macro"],
        macro_vintages=rows["macro_vintages"],
        macro_series=universe().macro,
        macro_missing=None,
        macro_faults={},
        snapshot_closes=pd.DataFrame(index=pd.DatetimeIndex([last])),
        as_of=stamp,
    )
    futures = rows["futures"]
    return Seen(stamp, known, futures.loc[futures["session"] <= stamp], week_before)
