"""An edition exported as one archive: complete, checkable and rebuildable with nothing else."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_project import dead_links, read_page, tree
from support_rebuild import EDITION, exported, kept

from generator import program
from generator.config import load_settings


@pytest.fixture(scope="module")
def archive() -> bytes:
    """The archive of an edition."""
    return exported(kept())


@pytest.fixture
def unzipped(archive: bytes, tmp_path: Path) -> Iterator[Path]:
    """A folder with nothing but what was in the archive."""
    folder = tmp_path / "an edition"
    with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
        assert bundle.testzip() is None
        bundle.extractall(folder)
    yield folder


def test_the_same_edition_gives_the_same_archive(archive: bytes, tmp_path: Path) -> None:
    """Wherever the project is, and whatever the times of its files."""
    assert exported(kept().copy(tmp_path / "elsewhere")) == archive


def test_the_release_is_in_it_as_it_was_published(unzipped: Path) -> None:
    """Its folder has the same files, and its data, program, inputs and lock are there."""
    release = kept()
    assert tree(unzipped / EDITION) == tree(release.release)
    record = release.record()
    manifest = json.loads((unzipped / f"snapshots/{EDITION}.json").read_text())
    for chain in manifest["tables"].values():
        for item in chain:
            assert (unzipped / f"snapshots/objects/{item['sha256']}.parquet").is_file()
    content = (unzipped / program.program_name(record["program"])).read_bytes()
    assert program.digest_of(content) == record["program"]
    lock = (unzipped / "requirements.lock").read_bytes()
    assert program.digest_of(lock) == record["lock"]


def test_every_file_has_its_sum(unzipped: Path) -> None:
    """`sha256sum -c` is content, names every file, and is not content with another byte."""
    done = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"],
        cwd=unzipped,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    named = {line.removesuffix(": OK") for line in done.stdout.splitlines()}
    there = {name for name, digest in tree(unzipped).items() if digest != "folder"}
    assert named == there - {"SHA256SUMS"}
    with (unzipped / "README.txt").open("a") as file:
        file.write("!")
    again = subprocess.run(
        ["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=unzipped, capture_output=True, check=False
    )
    assert again.returncode != 0


def test_no_link_leads_nowhere(unzipped: Path) -> None:
    """Every link of every page, with its place in the page, is there; what belongs to the rest of
    the site says so and where it was published, and that the data are simulated."""
    assert dead_links(unzipped) == []
    stand_in = read_page(unzipped / f"previous/{EDITION}.html")
    assert "not part of this edition" in stand_in.text and "Simulated data" in stand_in.text
    address = load_settings(kept().project.folder).site_url
    assert f"{address}previous/{EDITION}.html" in stand_in.links
    front = read_page(unzipped / "index.html")
    assert f"{EDITION}/index.html" in front.links and "Simulated data" in front.text


def test_it_is_a_site_of_its_own(unzipped: Path) -> None:
    """Verifying the folder finds one release and nothing wrong."""
    found = kept().inspect(str(unzipped))
    assert [(finding.name, finding.lines) for finding in found] == [(EDITION, ()), ("site", ())]


def test_the_readme_says_what_is_needed(unzipped: Path) -> None:
    """Formats, versions, commands; on lines that any terminal shows."""
    text = (unzipped / "README.txt").read_text()
    record = kept().record()
    for word in (
        "Simulated data",
        "sha256sum -c SHA256SUMS",
        "Apache Parquet",
        "Python >=3.11",
        f"pandas {record['libraries']['pandas']}",
        "--require-hashes -r requirements.lock",
        record["program"],
    ):
        assert word in text, word
    suffixes = {path.suffix for path in unzipped.rglob("*") if path.suffix}
    assert not [suffix for suffix in suffixes if f"*{suffix} " not in text]
    prose = [line for line in text.splitlines() if record["program"] not in line]
    assert max(map(len, prose)) <= 100


def test_it_is_made_again_from_the_archive_alone(unzipped: Path, tmp_path: Path) -> None:
    """The commands of its README.txt, but for installing, in a folder of nothing else."""
    alone = tmp_path / "alone"
    shutil.move(unzipped, alone)
    text = (alone / "README.txt").read_text()
    commands = [line.split() for line in text.splitlines() if line.startswith("    ")]
    (unpack, *_, verify) = [words for words in commands if "-m" in words and "venv" not in words]
    home = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words[1:]],
            cwd=folder,
            env=home,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    assert unpack[:4] == ["python3", "-m", "zipfile", "-e"]
    assert run(unpack, alone).returncode == 0
    assert verify[-2:] == ["..", "--rebuild"]
    done = run(verify, alone / "program")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{EDITION}  rebuilt, the same to the byte" in done.stdout.splitlines()
