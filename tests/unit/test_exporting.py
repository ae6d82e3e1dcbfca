"""What an exported archive holds, from small made-up releases."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from support_project import REPOSITORY
from support_releases import publish, release

from generator import program
from generator.archive import file_hashes
from generator.editions import Edition
from generator.errors import DataError, ReportError
from generator.exporting import export
from generator.folders import Folder
from generator.listing import RECORD, Listing
from generator.manifest import manifest_bytes, parse_manifest
from generator.snapshot import Snapshots
from generator.store import Store

W03 = Edition(2026, 3)
ADDRESS = "https://a.example/report/"
PAGE = """<!doctype html><title>One</title><link rel="stylesheet" href="../notices/x.css">
<link rel="alternate" href="../feed.xml"><a href="../newest.json">l</a><a href="../llms.txt">t</a>
<a href="../next/x.html#there">next</a><a href="charts/one.html">chart</a><a id="a" href="#a">a</a>
<a href="https://b.example/">other</a><a href="../figures/a%20b/index.html?x=1">figure</a>"""


@dataclass
class Made:
    """A site with one release, and snapshots."""

    folder: Path
    snapshots: Snapshots
    listing: Listing

    @property
    def site(self) -> Folder:
        """The site."""
        return Folder(self.folder / "site")

    def export(self, snapshots: Snapshots | None = None) -> dict[str, str]:
        """Return the archive's files as text."""
        (entry,) = self.listing.entries
        content = export(self.site, entry, snapshots, "A Report", ADDRESS)
        files = program.unpacked(content, "it")
        return {name: file.decode(errors="replace") for name, file in files.items()}


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Made]:
    """Publish a release whose record and manifest are changed first."""

    def make(publish_raw: bool = True, **changed: object) -> Made:
        store = tmp_path / "snapshots"
        shutil.copytree(REPOSITORY / "content/snapshots/objects", store / "objects")
        manifest = parse_manifest((REPOSITORY / "content/snapshots/2026-W03.json").read_bytes())
        if not publish_raw:
            datasets = {
                name: replace(dataset, publish="derived", source="Somebody", licence="theirs alone")
                for name, dataset in manifest.datasets.items()
            }
            manifest = replace(manifest, datasets=datasets)
        content = manifest_bytes(manifest)
        (store / "2026-W03.json").write_bytes(content)
        built = release(tmp_path / "built", W03, simulated=publish_raw)
        (built / "index.html").write_text(PAGE)
        record = json.loads((built / RECORD).read_text())
        record |= {
            "snapshot": program.digest_of(content),
            "files": file_hashes(built),
            "answer": "<Well> & good.",
            **changed,
        }
        (built / RECORD).write_text(json.dumps(record))
        listing = publish(Folder(tmp_path / "site"), built).listing
        (tmp_path / "site/notices").mkdir()
        (tmp_path / "site/notices/x.css").write_text("p {}")
        return Made(tmp_path, Snapshots(Store(str(store))), listing)

    return make


def test_what_is_elsewhere_in_the_site_is_replaced(made: Callable[..., Made]) -> None:
    """Style is taken over; pages, lists and texts say where they were published, and a place that
    a link names is there."""
    files = made().export()
    assert files["notices/x.css"] == "p {}"
    assert f'<p id="there"><a href="{ADDRESS}next/x.html#there">' in files["next/x.html"]
    assert "../index.html" in files["next/x.html"]
    assert f'href="{ADDRESS}feed.xml"' in files["feed.xml"]
    assert json.loads(files["newest.json"]) == {"not_in_this_archive": f"{ADDRESS}newest.json"}
    assert f"{ADDRESS}llms.txt" in files["llms.txt"]
    assert "../../index.html" in files["figures/a b/index.html"]
    assert "&lt;Well&gt; &amp; good." in files["index.html"]
    assert not [name for name in files if "b.example" in name]


def test_a_style_sheet_that_is_missing(made: Callable[..., Made]) -> None:
    """A page without its style is not put away for good."""
    found = made()
    (found.folder / "site/notices/x.css").unlink()
    with pytest.raises(ReportError, match="needs a file that is missing") as caught:
        found.export()
    assert caught.value.where == "site/notices/x.css"


def test_an_altered_release_is_refused(made: Callable[..., Made]) -> None:
    """The first file that differs is named, with how many more."""
    found = made()
    (found.folder / "site/2026-W03/index.html").write_text("other")
    (found.folder / "site/2026-W03/charts/one.csv").unlink()
    with pytest.raises(DataError, match=r"charts/one\.csv: missing.*\(and 1 more\)") as caught:
        found.export()
    assert "smallcaps verify 2026-W03" in str(caught.value.hint)


def test_inputs_that_may_be_published_are_in_it(made: Callable[..., Made]) -> None:
    """The manifest and every object of it, by its hash; taken from the store."""
    found = made()
    files = found.export(found.snapshots)
    manifest = json.loads(files["snapshots/2026-W03.json"])
    names = {item["sha256"] for chain in manifest["tables"].values() for item in chain}
    inside = {Path(name).stem for name in files if name.startswith("snapshots/objects/")}
    assert inside == names
    assert "NOT HERE" not in files["README.txt"]


def test_inputs_that_may_not_be_published_are_named(made: Callable[..., Made]) -> None:
    """Neither rows nor the manifest, which tells of some, are passed on; hash and reason are."""
    found = made(publish_raw=False, program=None)
    files = found.export(found.snapshots)
    assert not [name for name in files if name.startswith("snapshots/")]
    manifest = parse_manifest(found.snapshots.store.read("2026-W03.json"))
    (first, *_) = manifest.tables["prices"]
    for text in (f"prices, SHA-256 {first.sha256}", "Somebody; theirs alone", manifest.sha256):
        assert text in files["README.txt"]
    assert "Simulated" not in files["README.txt"] + files["index.html"]


def test_inputs_that_nobody_has(made: Callable[..., Made]) -> None:
    """Without a store and without publication it is said that they are not within reach."""
    text = made(program=None).export()["README.txt"]
    assert "it is kept nowhere within reach" in text


def test_an_edition_from_before_programs_were_kept(made: Callable[..., Made]) -> None:
    """It is exported, and its README says that it cannot be made again."""
    files = made().export()
    assert "before programs were kept" in files["README.txt"]
    assert "requirements.lock" not in files


def test_sums_cover_everything(made: Callable[..., Made]) -> None:
    """A line a file in the order of names, in the form of sha256sum."""
    files = made().export()
    lines = files["SHA256SUMS"].splitlines()
    assert [line.split("  ", 1)[1] for line in lines] == sorted(files.keys() - {"SHA256SUMS"})
    sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    assert sums["README.txt"] == program.digest_of(files["README.txt"].encode())
