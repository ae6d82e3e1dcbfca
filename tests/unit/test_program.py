"""The archive of the program: its bytes, what is in it, and what is refused of others."""

from __future__ import annotations

import io
import os
import stat
import warnings
import zipfile
from pathlib import Path

import pytest
from support_project import REPOSITORY, Project, make_project

from generator import program
from generator.errors import ReportError


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project without snapshots."""
    return make_project(tmp_path_factory.mktemp("project") / "one", ())


def test_what_is_unpacked_is_a_project_with_the_same_archive(
    project: Project, tmp_path: Path
) -> None:
    """The archive of an unpacked archive is that archive, wherever and whenever it is made."""
    content = program.archive(project.folder)
    program.unpack(content, tmp_path / "again", "it")
    (tmp_path / "again/generator/__pycache__").mkdir()
    (tmp_path / "again/generator/__pycache__/cli.cpython-311.pyc").write_bytes(b"x")
    (tmp_path / "again/templates/.swp").write_bytes(b"x")
    for path in (tmp_path / "again").rglob("*"):
        os.utime(path, (0, 2_000_000_000))
    again = program.archive(tmp_path / "again", tmp_path / "again/generator")
    assert again == content


def test_the_archive_holds_the_program_and_nothing_of_an_edition(project: Project) -> None:
    """Code, templates, settings and lock are in it; words, corrections and snapshots are not, nor
    do they change it."""
    before = program.archive(project.folder)
    project.write("content/editions/2026-W03.md", "words")
    project.write("content/corrections.yml", "# none\n")
    project.write("content/snapshots/2026-W03.json", "{}")
    files = program.unpacked(program.archive(project.folder), "it")
    assert program.archive(project.folder) == before
    package = {
        path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "generator").rglob("*.py")
    }
    assert package < files.keys()
    assert {"mkdocs.yml", "pyproject.toml", "requirements.lock", "README.md"} < files.keys()
    assert {"content/universe.yml", "templates/pages/index.md"} < files.keys()
    assert not [name for name in files if "snapshots" in name or "editions/" in name]
    assert "content/corrections.yml" not in files
    project.replace("templates/pages/about.md", "title:", "title: ")
    assert program.archive(project.folder) != before


def test_bytes_depend_on_names_and_contents_alone() -> None:
    """Sorted, stored, without a time; any ZIP reader opens it."""
    one = program.packed({"b": b"2" * 1000, "a/c": b"1"})
    assert one == program.packed({"a/c": b"1", "b": b"2" * 1000})
    with zipfile.ZipFile(io.BytesIO(one)) as bundle:
        assert bundle.testzip() is None
        assert [(e.filename, e.compress_type, e.date_time) for e in bundle.infolist()] == [
            ("a/c", zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0)),
            ("b", zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0)),
        ]


def test_a_package_without_its_lock_is_refused(project: Project, tmp_path: Path) -> None:
    """A program that could not be installed again is not kept, and it is said how to mend that."""
    with pytest.raises(ReportError, match=r"requirements\.lock is not beside it") as caught:
        program.lock_file(tmp_path / "generator")
    assert "pip install -e" in str(caught.value.hint)
    with pytest.raises(ReportError, match="is not beside it"):
        program.archive(project.folder, tmp_path / "generator")


def _zip(*entries: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there twice
        for name, content in entries:
            bundle.writestr(name, content)
    return target.getvalue()


def _symbolic_link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("link")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (_zip(("../evil", b"")), "'../evil' leads out"),
        (_zip(("a/../../evil", b"")), "leads out"),
        (_zip(("/evil", b"")), "leads out"),
        (_zip(("C:evil", b"")), "leads out"),
        (_zip(("a\\..\\evil", b"")), "leads out"),
        (_zip((_symbolic_link(), b"/etc/hostname")), "symbolic link"),
        (_zip(("a", b"1"), ("a", b"2")), "twice"),
        (_zip(*((f"f{number}", b"") for number in range(5001))), "far too large"),
        (b"", "not a zip file"),
        (_zip(("a", b"1" * 5000))[:-40], "zip"),
    ],
    ids=["up", "up in it", "root", "drive", "windows", "link", "twice", "many", "empty", "cut"],
)
def test_archives_of_others_are_looked_at_first(content: bytes, why: str, tmp_path: Path) -> None:
    """Names that lead out, links and absurd sizes are refused before anything is written."""
    with pytest.raises(ReportError, match="cannot be used") as caught:
        program.unpack(content, tmp_path / "folder", "programs/x.zip")
    assert why in caught.value.what and caught.value.where == "programs/x.zip"
    assert not list(tmp_path.iterdir())


def test_a_bomb_is_refused_by_what_it_claims(tmp_path: Path) -> None:
    """A small archive of more zeros than any program has is not unpacked."""
    bomb = _zip(("zeros", b"\0" * 210_000_000))
    assert len(bomb) < 1_000_000
    with pytest.raises(ReportError, match="far too large"):
        program.unpack(bomb, tmp_path, "programs/x.zip")


def test_a_changed_byte_is_found_by_its_checksum() -> None:
    """What was spoilt on the way is not taken for the program."""
    content = bytearray(program.packed({"a": b"1234567890"}))
    content[content.index(b"4567")] ^= 1
    with pytest.raises(ReportError, match="Bad CRC-32"):
        program.unpacked(bytes(content), "programs/x.zip")


def test_libraries_are_named_with_their_versions() -> None:
    """Those whose version can show are all installed; one that is not is left out."""
    found = program.libraries()
    assert tuple(found) == program.LIBRARIES
    assert all(version[0].isdigit() for version in found.values())
    assert program.libraries(("pandas", "no-such-library")).keys() == {"pandas"}
