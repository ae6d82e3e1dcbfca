"""Small releases by hand, with snapshots of two series, to be compared with each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from support import BY_HAND, sessions

from generator import tables
from generator.archive import file_hashes
from generator.assets import shared_assets
from generator.editions import Edition, parse_edition
from generator.facts import CHANGES, show
from generator.folders import Folder
from generator.listing import EDITIONS, RECORD, derive_listing
from generator.manifest import Manifest, SymbolStatus
from generator.release_files import Published, find
from generator.revision_lists import REVISIONS
from generator.revisions import revisions_document
from generator.root_templates import RootTemplates
from generator.snapshot import Fetched, Snapshots
from generator.store import Store

SUBJECTS = {"small": "Small companies", "large": "Large companies", "cpi": "Prices"} | {
    f"s{number}": f"Series {number}" for number in range(20)
}
SERIES = {"^SML": "small", "^LRG": "large"}
METRICS = {
    "return_1w": ("Return, one week", "Returns", "fraction"),
    "close": ("Close", "Levels", "points"),
    "streak": ("Weeks in a row", "Streaks", "weeks"),
    "trend": ("Trend", "Levels", "text"),
} | {f"in_{unit}": (f"In {unit}", "Units", unit) for unit in CHANGES}
START = "2025-12-01"


@dataclass(frozen=True)
class Wanted:
    """What a release is to hold."""

    figures: Mapping[str, Any]
    """Value by id; a string that begins with `withheld: ` is why there is none."""
    definitions: Mapping[str, str] | None = None
    """By metric, where it is not the usual one."""
    methods: Mapping[str, str] | None = None
    """Hash of the code by metric, where it is not the usual one."""
    claims: list[Mapping[str, Any]] | None = None
    """Checked claims, if any were."""
    program: str = "a" * 64
    """Hash of the program."""
    libraries: Mapping[str, str] | None = None
    """Versions by name."""
    lacks: str = ""
    """A table that facts.json is to lack."""


OLD = Wanted(
    {
        "return_1w.small": 0.0578,
        "return_1w.large": 0.01,
        "close.small": 2400.5,
        "close.cpi": "withheld: its series is missing",
        "streak.small": 6,
        "trend.small": "rising",
        "trend.large": "withheld: it is too short",
    },
    claims=[
        {"id": "lead", "verdict": "true", "asserted": "5%", "source": "a letter"},
        {"id": "low", "verdict": "true", "asserted": "3", "source": "a letter"},
        {"id": "past", "verdict": "false", "asserted": "3", "source": "a letter"},
    ],
)
NEW = Wanted(
    {
        "return_1w.small": 0.0204,
        "return_1w.large": "withheld: it has no close",
        "close.small": 2400.5,
        "close.large": 7000.25,
        "close.cpi": 320.1,
        "trend.small": "falling",
        "trend.large": "withheld: it is too short",
    },
    definitions={"close": "The last close, in points."},
    methods={"close": "ba9876543210"},
    claims=[
        {"id": "lead", "verdict": "false", "asserted": "5%", "source": "a letter"},
        {"id": "low", "verdict": "true", "asserted": "3", "source": "a letter"},
        {"id": "fresh", "verdict": "true", "asserted": "1", "source": "a letter"},
    ],
    program="b" * 64,
    libraries={"pandas": "3.2.0", "numpy": "2"},
)
"""Differs from the one before in everything."""


@dataclass(frozen=True)
class Shelf:
    """A site of such releases and the store of their snapshots."""

    folder: Path

    @property
    def tree(self) -> Folder:
        """The site."""
        return Folder(self.folder / "site")

    @property
    def snapshots(self) -> Snapshots:
        """The store."""
        return Snapshots(Store(str(self.folder / "store")))

    def freeze(
        self,
        edition: str,
        closes: pd.DataFrame,
        *,
        again: bool = False,
        raw: bool = True,
        **more: Any,
    ) -> Manifest:
        """Freeze rows up to an edition's last session; the hour grows with the week."""
        week = parse_edition(edition)
        days = sessions(START, week.sunday.isoformat())
        dataset = BY_HAND if raw else replace(BY_HAND, publish="derived")
        retrieved = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=7 * week.week + again)
        fetched = Fetched(
            provider="files",
            retrieved_at=retrieved,
            simulated=True,
            prices=closes,
            notes={},
            faults={},
            names={},
            distributions=dict.fromkeys(SERIES, "reported"),
            tables=more,
        )
        return self.snapshots.freeze(
            week,
            days[-1].date(),
            days,
            fetched,
            [_status(symbol, subject) for symbol, subject in SERIES.items()],
            {},
            datasets=dict.fromkeys(("prices", "sessions", *more), dataset),
            checks=(),
            again=again,
        )

    def publish(
        self, folder: str, wanted: Wanted, manifest: Manifest | None = None, **record: Any
    ) -> Path:
        """Write a release and list it; `folder` is `2026-W02` or `2026-W02-r2`."""
        out = self.tree.path / folder
        out.mkdir(parents=True)
        edition, _, revision = folder.partition("-r")
        as_of = _last_session(parse_edition(edition))
        snapshot = manifest.sha256 if manifest else hashlib.sha256(folder.encode()).hexdigest()
        document = _facts(edition, as_of, snapshot, wanted)
        document.pop(wanted.lacks, None)
        (out / "facts.json").write_text(json.dumps(document))
        (out / "figures.html").write_text("<!doctype html><title>Figures</title>")
        (out / "index.html").write_text("<!doctype html><title>Edition</title>")
        if manifest:
            (out / REVISIONS).write_text(revisions_document(manifest, SUBJECTS.__getitem__))
        if wanted.claims is not None:
            (out / "claims.json").write_text(json.dumps(wanted.claims))
        whole = {
            "edition": edition,
            "revision": int(revision or 1),
            "corrected": None,
            "reason": None,
            "as_of": as_of,
            "title": f"Week to {as_of} (simulated data)",
            "answer": f"They closed on {as_of}.",
            "headlines": _headlines(wanted.figures),
            "simulated": True,
            "provider": "files",
            "snapshot": snapshot,
            "version": "0.1.0",
            "program": wanted.program,
            "libraries": wanted.libraries or {"pandas": "3.1.1"},
            "files": file_hashes(out),
            **record,
        }
        (out / RECORD).write_text(json.dumps(whole))
        (self.tree.path / EDITIONS).write_bytes(derive_listing(self.tree).to_json())
        return out

    def find(self, text: str) -> Published:
        """Return a release."""
        return find(self.tree, text)


def with_page(site: Path, templates: Path) -> None:
    """Add the comparison page to a site, with the theme's files."""
    assets = shared_assets(templates)
    (site / "assets").mkdir(exist_ok=True)
    for name, content in assets.values():
        (site / name).write_bytes(content)
    context = {
        "site_name": "Small Caps Weekly",
        "site_description": "How are small caps doing?",
        "site_url": "https://small-caps.example/",
        "assets": {key: name for key, (name, _) in assets.items()},
        "picture": "share.png",
    }
    made = RootTemplates(templates, context).page("compare.html", "compare.html")
    (site / "compare.html").write_bytes(made)


def closes(end: str, revised: Mapping[tuple[str, str], float] | None = None) -> pd.DataFrame:
    """Return rows of both series up to a day; a close may be another than usual."""
    days = sessions(START, end)
    frame = pd.DataFrame(
        {
            "symbol": [symbol for symbol in SERIES for _ in days],
            "session": [day for _ in SERIES for day in days],
            "close": [100.0 + n for _ in SERIES for n in range(len(days))],
            "volume": 1000.0,
            "dividend": 0.0,
            "split": 1.0,
        }
    )
    for (symbol, day), close in (revised or {}).items():
        frame.loc[(frame["symbol"] == symbol) & (frame["session"] == day), "close"] = close
    return frame


def macro(value: float, months: int = 2) -> pd.DataFrame:
    """Return an economic series whose first value is given."""
    observed = [pd.Timestamp(2025, 9 + month, 1) for month in range(months)]
    values = [value, *([300.0] * (months - 1))]
    return tables.frame(
        "macro", {"series": ["CPI"] * months, "observed": observed, "value": values}
    )


def _last_session(edition: Edition) -> str:
    days = sessions(edition.monday.isoformat(), edition.sunday.isoformat())
    return str(days[-1].date().isoformat())


def _status(symbol: str, subject: str) -> SymbolStatus:
    return SymbolStatus(symbol, subject, None, True, None, (), "reported", 9, None, None)


def _facts(edition: str, as_of: str, snapshot: str, wanted: Wanted) -> dict[str, Any]:
    pairs = [id.split(".") for id in wanted.figures]
    return {
        "edition": edition,
        "as_of": as_of,
        "snapshot": snapshot,
        "simulated": True,
        "metrics": {
            metric: {
                "title": METRICS[metric][0],
                "section": METRICS[metric][1],
                "unit": METRICS[metric][2],
                "definition": (wanted.definitions or {}).get(metric, "As usual."),
                "method": (wanted.methods or {}).get(metric, "0123456789ab"),
            }
            for metric, _ in pairs
        },
        "subjects": {subject: SUBJECTS[subject] for _, subject in pairs},
        "facts": [_fact(id, value, as_of) for id, value in wanted.figures.items()],
    }


def _fact(id: str, value: Any, as_of: str) -> dict[str, Any]:
    unit = METRICS[id.split(".")[0]][2]
    reason = value.removeprefix("withheld: ") if str(value).startswith("withheld: ") else None
    return {
        "id": id,
        "value": None if reason else value,
        "display": "withheld" if reason else show(value, unit),
        "unit": unit,
        "as_of": as_of,
        "base_date": None,
        "status": "withheld" if reason else "final",
        "reason": reason,
        "definition": "As usual.",
        "lineage": {"symbols": [], "objects": []},
    }


def _headlines(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    id, value = next(iter(figures.items()))
    fact = _fact(id, value, "")
    kept = ("id", "value", "display")
    return [{"label": "On the week", **{name: fact[name] for name in kept}, "state": "same"}]
