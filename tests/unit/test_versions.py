"""The list of versions is mike's: its form, its order, and what others keep in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mike.versions import Versions as Mikes

from generator.errors import ReportError
from generator.folders import Folder
from generator.versions import Versions, read_versions

NAMES = st.sampled_from(
    [
        *(f"{year}-W{week:02d}{more}" for year in (2019, 2026) for week in (1, 9, 10, 53)
          for more in ("", "-r2", "-r10")),
        *("handbook", "v2", "1.0", "draft"),
    ]
)  # fmt: skip


@given(st.lists(NAMES, unique=True, max_size=12), st.data())
def test_mike_reads_and_writes_the_same(names: list[str], data: st.DataObject) -> None:
    """Whatever is added in whatever order, with aliases, the bytes are those that mike writes."""
    ours, mikes = Versions([]), Mikes()
    for name in names:
        ours.put(name, f"Title of {name}")
        mikes.add(name, f"Title of {name}")
    for alias in ("latest", "cited") if names else ():
        for name in data.draw(st.lists(st.sampled_from(names), max_size=3)):
            ours.alias(name, alias)
            mikes.update(name, aliases=[alias], update_aliases=True)
    expected = [{**row, "aliases": sorted(row["aliases"])} for row in mikes.to_json()]
    assert ours.to_json().decode() == f"{json.dumps(expected, indent=2)}\n"
    assert ours.names == set(names)


def test_what_others_keep_stays(tmp_path: Path) -> None:
    """Properties, foreign versions and aliases outlive what is put and removed."""
    kept = {"version": "1.0", "title": "One", "aliases": ["b", "a"], "properties": {"hidden": True}}
    (tmp_path / "versions.json").write_text(json.dumps([kept]))
    versions = read_versions(Folder(tmp_path))
    versions.put("2026-W03", "Week 3")
    versions.put("2026-W02", "Week 2")
    versions.put("2026-W03", "Week 3, real")
    versions.remove("2026-W02")
    assert json.loads(versions.to_json()) == [
        {"version": "2026-W03", "title": "Week 3, real", "aliases": []},
        kept,
    ]


@pytest.mark.parametrize("content", ["", "{", "{}", "[3]", '[{"version": "x"}]', "null"])
def test_a_damaged_list_is_named(tmp_path: Path, content: str) -> None:
    """With the command that makes it anew."""
    (tmp_path / "versions.json").write_text(content)
    with pytest.raises(ReportError, match="list of versions is damaged") as caught:
        read_versions(Folder(tmp_path))
    assert "publish --rebuild" in str(caught.value.hint)
