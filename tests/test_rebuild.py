"""Published releases made again from their frozen inputs, with the program that made them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hosting import served
from support_project import unchanged
from support_rebuild import EDITION, Kept, kept, kept_by_another

from generator import program


def test_releases_of_other_programs_are_made_again_with_those() -> None:
    """An edition and its correction, made by two programs of which neither is this one, come out
    the same to the byte, each with its own templates and code."""
    release = kept_by_another()
    first, second = release.site / f"{EDITION}-r1", release.release
    for name in ("about.html", "facts.json"):
        assert (first / name).read_bytes() != (second / name).read_bytes()
    programs = {path.stem for path in (release.site / "programs").iterdir()}
    own = program.digest_of(program.archive(release.project.folder))
    assert len(programs) == 2 and own not in programs
    with unchanged(release.site):
        found = release.inspect(EDITION, again=True)
    assert [(one.name, one.lines, one.verdict) for one in found] == [
        (EDITION, (), "rebuilt, the same to the byte"),
        (f"{EDITION}-r2", (), "rebuilt, the same to the byte"),
    ]
    assert not list((release.project.build / "rebuilt").iterdir())


def test_every_file_that_differs_is_named(tmp_path: Path) -> None:
    """Changed, added and lost files are told apart, in JSON with the place. Nothing else differs,
    although the project's words and claims of today are others and the site has the only good
    inputs."""
    release = kept().copy(tmp_path / "project")
    page, facts = release.release / "index.html", release.release / "facts.json"
    text = page.read_bytes()
    page.write_bytes(text[:100] + b"!" + text[101:])
    data = json.loads(facts.read_text())
    data["facts"][7]["value"] = 0.25
    facts.write_text(json.dumps(data))
    (release.release / "about.html").unlink()
    (release.release / "new.html").write_text("new")
    release.project.write(f"content/editions/{EDITION}.md", "nothing that could be built")
    release.project.write("content/claims.yml", "nothing that could be checked")
    (release.project.folder / "content/sources.yml").unlink()
    shutil.rmtree(release.project.snapshots)
    with unchanged(release.site):
        (found,) = release.inspect(EDITION, again=True)
    again = [line for line in found.wrong if "again" in line or "from byte" in line]
    assert again == [
        f"{EDITION}/about.html: made again, but not published",
        again[1],
        f"{EDITION}/index.html: differs from byte 100 on ({len(text)} bytes, made again "
        f"{len(text)})",
        f"{EDITION}/new.html: not made again",
    ]
    assert again[1].startswith(f"{EDITION}/facts.json: differs at facts[7].value (0.25, made again")
    assert found.verdict == "DIFFERS"
    kept_for_a_look = release.project.build / f"rebuilt/{EDITION}/build/{EDITION}/site/about.html"
    assert kept_for_a_look.is_file()


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _flip_an_object(release: Kept) -> None:
    manifest = json.loads((release.project.snapshots / f"{EDITION}.json").read_text())
    name = f"objects/{manifest['tables']['prices'][-1]['sha256']}.parquet"
    _flip(release.site / "snapshots" / name)
    _flip(release.project.snapshots / name)


def _lose_the_snapshot(release: Kept) -> None:
    (release.site / f"snapshots/{EDITION}.json").unlink()
    (release.project.snapshots / f"{EDITION}.json").unlink()


def _name_another_program(release: Kept, content: bytes) -> None:
    digest = program.digest_of(content)
    (release.site / program.program_name(digest)).write_bytes(content)
    release.rewrite(program=digest)


def _without_program(release: Kept) -> None:
    record = release.record()
    del record["program"]
    (release.release / "edition.json").write_text(json.dumps(record))


REASONS: dict[str, tuple[Callable[[Kept], object], str]] = {
    "the program is missing": (lambda r: r.program().unlink(), "that made it is missing"),
    "the program is changed": (lambda r: _flip(r.program()), "the program has changed"),
    "the program leads out": (
        lambda r: _name_another_program(r, program.packed({"../evil": b"x"})),
        "'../evil' leads out of its folder",
    ),
    "the program is no archive": (
        lambda r: _name_another_program(r, b"nothing"),
        "the archive of the program cannot be used",
    ),
    "the program is empty": (
        lambda r: _name_another_program(r, program.packed({"requirements.lock": b""})),
        "it has no generator/rebuilding_worker.py",
    ),
    "no program is named": (_without_program, "made before programs were kept"),
    "the words are missing": (
        lambda r: (r.release / "commentary.md").unlink(),
        "the words it was made from are missing",
    ),
    "the snapshot is missing": (_lose_the_snapshot, "its frozen inputs are missing"),
    "an object is changed": (_flip_an_object, "an object of the snapshot has changed"),
    "the record is not whole": (lambda r: r.rewrite(libraries=None), "its record lacks libraries"),
}


@pytest.mark.parametrize("which", REASONS)
def test_why_a_release_cannot_be_made_again(tmp_path: Path, which: str) -> None:
    """It is said what is missing or damaged, and what to do, which is not to say that it differs;
    nothing is left in the scratch folder and nothing is written outside."""
    damage, reason = REASONS[which]
    release = kept_by_another().copy(tmp_path / "project")
    damage(release)
    with unchanged(release.site):
        (found,) = release.inspect("2026-W03-r2", again=True)
    assert found.cannot is not None and reason in found.cannot
    assert found.lines[-1] == f"cannot be rebuilt: {found.cannot}"
    assert not [line for line in found.wrong if "again" in line]
    assert not list((release.project.build / "rebuilt").glob("*"))
    assert not list(tmp_path.rglob("evil"))


def test_other_libraries_run_in_an_environment_of_their_own(tmp_path: Path) -> None:
    """Where the record names other libraries than those installed, the environment of the
    program's own list is used, and kept for the next time."""
    release = kept_by_another().copy(tmp_path / "project")
    release.rewrite(libraries=release.record()["libraries"] | {"pandas": "0.1"})
    lock = program.unpacked(release.program().read_bytes(), "it")[program.LOCK]
    place = release.project.build / "environments" / program.digest_of(lock)
    (place / "bin").mkdir(parents=True)
    (place / "stamp").touch()
    python = place / "bin/python"
    python.write_text('#!/bin/sh\necho "asked for $2 in $(basename "$PWD")" >&2\nexit 1\n')
    python.chmod(0o755)
    (found,) = release.inspect("2026-W03-r2", again=True)
    assert found.cannot is not None
    assert "asked for generator.rebuilding_worker in program" in found.cannot


def test_programs_from_an_address_are_not_run() -> None:
    """What others wrote runs only where somebody has put it on this machine."""
    with served(kept_by_another().site) as address:
        (found,) = kept().inspect(f"{address}2026-W03-r2/", again=True)
    assert found.cannot is not None and "programs from an address are not run" in found.cannot
    assert found.wrong == ()
    assert found.unseen == (
        "files that are not recorded: a host does not say which files there are",
    )


def test_a_build_that_fails_says_why(tmp_path: Path) -> None:
    """What the program of the time says of its own mistakes is passed on."""
    release = kept_by_another().copy(tmp_path / "project")
    files = program.unpacked(release.program().read_bytes(), "it")
    files["templates/pages/about.md"] += b"\n{{ fact('no_such.figure') }}\n"
    _name_another_program(release, program.packed(files))
    (found,) = release.inspect("2026-W03-r2", again=True)
    assert found.cannot is not None
    assert "could not build it" in found.cannot and "no figure 'no_such'" in found.cannot
