"""Which frozen rows a snapshot revised against the one before it, as `revisions.json` tells it.

The file lies with each release, so that a reader who has the site alone can follow what sources
changed from edition to edition. Where the rows themselves may not be published it says which
changed and in what columns, and not the values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from generator.manifest import Manifest
from generator.revision_lists import FORMAT


def revisions_document(manifest: Manifest, called: Callable[[str], str]) -> str:
    """Return `revisions.json` of a snapshot; `called` names a subject.

    `previous` is the edition whose frozen rows it was held against, None where there was none. All
    revised rows are counted by table; of prices the first are listed.
    """
    shown = manifest.may_publish("prices")
    document = {
        "format": FORMAT,
        "edition": str(manifest.edition),
        "revision": manifest.revision,
        "as_of": manifest.as_of.isoformat(),
        "simulated": manifest.simulated,
        "snapshot": manifest.sha256,
        "retrieved_at": manifest.retrieved_at.isoformat(),
        "previous": manifest.previous,
        "values": shown,
        "tables": {
            table: {"title": dataset.title, "revised": dataset.revised_rows}
            for table, dataset in sorted(manifest.datasets.items())
        },
        "rows": [_row(row, manifest, called, shown) for row in manifest.revisions],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def _row(
    row: Mapping[str, Any], manifest: Manifest, called: Callable[[str], str], shown: bool
) -> dict[str, Any]:
    """A revised row of prices, as the manifest lists it, as far as it may be published."""
    status = manifest.symbols.get(row["symbol"])
    told: dict[str, Any] = {
        "table": "prices",
        "name": row["symbol"],
        "title": called(status.subject) if status else row["symbol"],
        "day": row["session"],
        "columns": sorted(row["after"]),
    }
    return told | ({"before": row["before"], "after": row["after"]} if shown else {})
