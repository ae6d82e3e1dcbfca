"""Which frozen rows differ between the snapshots of two releases.

Exactly, where both snapshots are in the store; else by the lists that the editions in between were
published with. Either way only rows up to the earlier edition's last session: what is later is new
and not revised.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from generator import tables
from generator.comparison import NotCompared, RevisedRow, Revisions, TableRevisions
from generator.listing import Entry
from generator.manifest import Manifest, Object, parse_manifest
from generator.revision_lists import SILENT_TABLES, Place, by_lists
from generator.snapshot import Snapshots, file_name
from generator.tables import FORMS

if TYPE_CHECKING:
    import pandas as pd

LISTED_TABLES = ("prices", "macro")
"""Tables whose rows are listed; of the others they are counted."""


def revised_between(
    old: Place, new: Place, snapshots: Snapshots | None, called: Mapping[str, str]
) -> Revisions | NotCompared:
    """Return what differs, from the best that is at hand; `called` has the names of subjects.

    Raises:
        ReportError: a file that was published, or an object of the store, is damaged.
    """
    entries = (old[1], new[1])
    if len({(entry.provider, entry.simulated) for entry in entries}) > 1:
        first, second = (_from(entry) for entry in entries)
        return NotCompared(f"their data are not of one source: {first}, and {second}")
    missing = "the store of snapshots was not looked at"
    if snapshots is not None:
        manifests = [_manifest(snapshots, entry) for entry in entries]
        if manifests[0] and manifests[1]:
            return _exactly(snapshots, manifests[0], manifests[1], called)
        lost = [e.key for e, manifest in zip(entries, manifests, strict=True) if not manifest]
        missing = f"the store has no snapshot of {' and '.join(dict.fromkeys(lost))}"
    found = by_lists(old, new)
    if isinstance(found, NotCompared):
        return NotCompared(f"{missing}, and {found.reason}")
    return replace(found, gaps=(missing, *found.gaps))


def _from(entry: Entry) -> str:
    return f"{entry.key} is from {entry.provider}{' (simulated)' if entry.simulated else ''}"


def _manifest(snapshots: Snapshots, entry: Entry) -> Manifest | None:
    """The manifest that a release was made from, if the store still has it."""
    edition = entry.release.edition
    for revision in range(snapshots.revisions().get(edition, 0), 0, -1):
        content = snapshots.store.read(file_name(edition, revision))
        if hashlib.sha256(content).hexdigest() == entry.snapshot:
            return parse_manifest(content)
    return None


def _exactly(
    snapshots: Snapshots, old: Manifest, new: Manifest, called: Mapping[str, str]
) -> Revisions:
    until = min(old.as_of, new.as_of).isoformat()
    counts, rows, gaps = [], [], []
    for table in sorted({*old.tables, *new.tables} - {*SILENT_TABLES}):
        chains = old.tables.get(table, ()), new.tables.get(table, ())
        lacking = [m for m, chain in zip((old, new), chains, strict=True) if not chain]
        if lacking:
            gaps.append(f"{lacking[0].edition} has no {table.replace('_', ' ')}")
            continue
        both = _differing(snapshots, table, *chains, until)
        kinds = both["_merge"].value_counts()
        counts.append(
            TableRevisions(
                table,
                new.datasets[table].title,
                revised=int(kinds["both"]),
                added=int(kinds["right_only"]),
                gone=int(kinds["left_only"]),
                publish=old.may_publish(table) and new.may_publish(table),
            )
        )
        if table in LISTED_TABLES:
            titles = {s.symbol: called.get(s.subject, s.symbol) for s in new.symbols.values()}
            rows += _listed(table, both, titles)
    return Revisions("snapshots", until, (), tuple(counts), tuple(rows), 0, tuple(gaps))


def _differing(
    snapshots: Snapshots,
    table: str,
    old: tuple[Object, ...],
    new: tuple[Object, ...],
    until: str,
) -> pd.DataFrame:
    """The rows that are not the same in two chains, each with both values.

    Chains that begin with the same objects differ only in what later ones hold, so most of a long
    history is looked up for those rows alone.
    """
    import pandas as pd

    form = FORMS[table]
    keys, day = list(form.keys), form.dated or form.day
    shared = next(
        (n for n, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]),
        min(len(old), len(new)),
    )
    ends = [_laid(snapshots, table, chain[shared:]) for chain in (old, new)]
    ends = [rows.loc[rows[day] <= until] for rows in ends]
    wanted = pd.concat([rows[keys] for rows in ends]).drop_duplicates()
    begun = _laid(snapshots, table, old[:shared] if len(wanted) else ()).merge(wanted, on=keys)
    whole = [_present(table, begun, rows) for rows in ends]
    both = whole[0].merge(whole[1], on=keys, how="outer", suffixes=("_old", ""), indicator=True)
    same = both["_merge"] == "both"
    for name in form.values:
        before, after = both[f"{name}_old"], both[name]
        same &= (before == after) | (before.isna() & after.isna())
    return both.loc[~same].sort_values(keys, ignore_index=True)


def _present(table: str, begun: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """The rows that are left when later ones are laid over those a chain begins with."""
    import pandas as pd

    rows = pd.concat([begun, later]).drop_duplicates(list(FORMS[table].keys), keep="last")
    if "gone" in rows.columns:
        # Beside a frame without rows, flags lose their kind.
        rows["gone"] = rows["gone"].astype(bool)
    return tables.present(table, rows)


def _laid(snapshots: Snapshots, table: str, chain: tuple[Object, ...]) -> pd.DataFrame:
    """The rows of a part of a chain, those that take earlier ones back included."""
    if not chain:
        return tables.empty(table)
    parts = (tables.read_parquet(snapshots.read_object(item)) for item in chain)
    return tables.lay_over(table, parts)


def _listed(table: str, both: pd.DataFrame, titles: Mapping[str, str]) -> list[RevisedRow]:
    form = FORMS[table]
    assert form.name is not None and form.day is not None
    found = []
    for row in both.to_dict("records"):
        before = {name: _plain(row[f"{name}_old"]) for name in form.values}
        after = {name: _plain(row[name]) for name in form.values}
        differs = [name for name in form.values if before[name] != after[name]]
        found.append(
            RevisedRow(
                table=table,
                name=row[form.name],
                title=titles.get(row[form.name], row[form.name]),
                day=row[form.day].date().isoformat(),
                columns=tuple(differs),
                before={name: before[name] for name in differs},
                after={name: after[name] for name in differs},
            )
        )
    return found


def _plain(value: Any) -> Any:
    return None if value != value else value
