"""An index: the same bytes for the same records, and what a browser needs to search it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from generator import cbor
from generator.errors import ReportError
from generator.pagefind_index import Searchable, make_index, make_runtime

RECORDS = [
    Searchable(
        group=f"2026-W{week:02}",
        url=f"2026-W{week:02}/figures.html#{metric}",
        content=f"{metric} {week}.04%, the same words",
        meta={"title": f"{metric}, week {week}"},
        filters={"section": [metric[:1]], "figure": [metric], "verdict": ["true"]},
    )
    for week in range(1, 9)
    for metric in ("return", "volatility", "streak", "drawdown", "close")
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The index of the records above."""
    return make_index(RECORDS, tmp_path_factory.mktemp("scratch"))


def _table(files: dict[str, bytes]) -> list[object]:
    [content] = [content for name, content in files.items() if name.endswith(".pf_meta")]
    return cbor.decode(gzip.decompress(content).removeprefix(b"pagefind_dcd"))


def test_the_same_records_give_the_same_bytes(index: dict[str, bytes], tmp_path: Path) -> None:
    """Pagefind's own files of filters and contents differ from run to run."""
    for _ in range(4):
        assert make_index(RECORDS, tmp_path) == index


def test_files_are_in_the_order_in_which_they_may_be_written(index: dict[str, bytes]) -> None:
    """What leads to others comes last; scripts are not among them."""
    assert list(index)[-1] == "pagefind-entry.json"
    assert list(index)[-2].endswith(".pf_meta")
    folders = {name.partition("/")[0] for name in list(index)[:-2]}
    assert folders == {"fragment", "index", "filter"}


def test_a_record_is_named_by_its_group_and_content(
    index: dict[str, bytes], tmp_path: Path
) -> None:
    """The table of contents names the files in the records' order; a new record adds one file."""
    names = [name for name, _ in _table(index)[1]]  # type: ignore[misc]
    assert len(set(names)) == len(RECORDS)
    for name, record in zip(names, RECORDS, strict=True):
        content = gzip.decompress(index[f"fragment/{name}.pf_fragment"])
        assert json.loads(content.removeprefix(b"pagefind_dcd"))["url"] == record.url
        assert name.startswith(f"{record.group}/")
    more = Searchable("2026-W09", "2026-W09/index.html", "words", {"title": "Newer"})
    longer = make_index([*RECORDS, more], tmp_path)
    new = {name for name in longer.keys() - index.keys() if name.startswith("fragment/")}
    assert [name.startswith("fragment/2026-W09/") for name in new] == [True]
    gone = index.keys() - longer.keys()
    assert not any(name.startswith("fragment/") for name in gone)


def test_the_table_of_contents_leads_to_every_file(index: dict[str, bytes]) -> None:
    """Entry, contents, filters and words: each name that is told is there, and none besides."""
    entry = json.loads(index["pagefind-entry.json"])
    told = {"pagefind-entry.json", f"pagefind.{entry['languages']['en']['hash']}.pf_meta"}
    _, records, chunks, filters, _, _ = _table(index)
    told |= {f"fragment/{record[0]}.pf_fragment" for record in records}  # type: ignore[attr-defined]
    told |= {f"index/{chunk[2]}.pf_index" for chunk in chunks}  # type: ignore[attr-defined]
    told |= {f"filter/{name[1]}.pf_filter" for name in filters}  # type: ignore[attr-defined]
    assert told == set(index)
    assert [name[0] for name in filters] == ["figure", "section", "verdict"]  # type: ignore[attr-defined]


def test_what_a_browser_searches_with_is_an_index_of_nothing(tmp_path: Path) -> None:
    """Scripts, WebAssembly and an empty table; neither Pagefind's own interface nor its style."""
    runtime = make_runtime(tmp_path)
    table = _table(runtime)
    assert len(table) == 6 and table[1:] == [[], [], [], [], []]
    suffixes = sorted(name.partition(".")[2] for name in runtime if ".pf_meta" not in name)
    assert suffixes == ["en.pagefind", "js", "js", "json"]
    assert make_runtime(tmp_path) == runtime


def test_a_format_that_is_not_known_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Another version may write something else; nothing is published then."""
    monkeypatch.setattr(cbor, "decode", lambda content: cbor.encode([]) and _refuse())
    with pytest.raises(ReportError, match="format that is not known here"):
        make_index(RECORDS[:1], tmp_path)


def _refuse() -> None:
    raise ValueError("another format")
