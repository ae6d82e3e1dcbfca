"""A published release made again, from its frozen inputs and with the program that made it.

The program is unpacked into a scratch folder, the release's own words and its inputs are put there,
and it builds there, so that neither the site nor what is built for publishing is touched. If it is
another program than this one it runs in a process of its own (`rebuilding_worker.py`); if the
libraries are others than those installed here, in an environment of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from generator import program
from generator.byte_differences import difference
from generator.environments import interpreter
from generator.errors import DataError, ReportError
from generator.findings import told
from generator.folders import Folder
from generator.frozen_inputs import gather
from generator.listing import RECORD, is_release, read_record
from generator.remaking import ANSWER, Order, build
from generator.store import alone, write_whole
from generator.trees import Tree
from generator.verifying import is_plain
from generator.web_tree import NotListed, WebTree
from generator.workshop import Workshop
from generator.writing import COMMENTARY
from generator.written import ENTRIES, lay_out

WAY_IN = "generator/rebuilding_worker.py"
"""In every program that is kept."""
SECONDS = 600
"""After which it is taken to hang."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What became of making a release again."""

    differs: tuple[str, ...]
    """A line a file that is not the same; empty where all of them are, or none could be made."""
    cannot: str | None
    """Why it could not be made again, and what to do; None where it was."""


def rebuild(shop: Workshop, tree: Tree, folder: str) -> Rebuilt:
    """Make a release again and compare every byte; the site is only read.

    What differs is kept below the scratch folder `rebuilt`, to be looked at.
    """
    # A folder that somebody else named is not to lead elsewhere.
    scratch = shop.settings.build / "rebuilt" / (folder if is_release(folder) else "elsewhere")
    with alone(shop.settings.build / "rebuild.lock", "another run is rebuilding an edition here"):
        shutil.rmtree(scratch, ignore_errors=True)
        try:
            made = _made(shop, tree, folder, scratch)
        except ReportError as error:
            shutil.rmtree(scratch, ignore_errors=True)
            return Rebuilt((), told(error))
        differs = tuple(compare(tree, folder, made))
        if not differs:
            shutil.rmtree(scratch)
    return Rebuilt(differs, None)


def _made(shop: Workshop, tree: Tree, folder: str, scratch: Path) -> Path:
    """Make a release again and return where."""
    record, _ = read_record(tree, folder)
    digest, own = record.get("program"), shop.program()
    if not isinstance(digest, str):
        raise DataError(
            "its record names no program: it was made before programs were kept",
            where=tree.where(f"{folder}/{RECORD}"),
            hint=f"Check out version {record.get('version', 'unknown')} of the program and build.",
        )
    _require_whole(tree, folder, record)
    ours = digest == program.digest_of(own)
    content = own if ours else _kept_program(shop, tree, digest)
    root = scratch / "program"
    program.unpack(content, root, program.program_name(digest))
    words = f"{folder}/{COMMENTARY}"
    if COMMENTARY in record["files"]:
        place = root / f"content/editions/{record['edition']}.md"
        write_whole(place, _recorded(tree, words, record["files"][COMMENTARY]), lasting=False)
    if ENTRIES in record["files"]:
        entries = f"{folder}/{ENTRIES}"
        lay_out(root, _recorded(tree, entries, record["files"][ENTRIES]), tree.where(entries))
    gather(shop.snapshots, tree, record, scratch / "snapshots")
    order = Order(
        root=str(root),
        snapshots=str(scratch / "snapshots"),
        build=str(scratch / "build"),
        edition=record["edition"],
        revision=record["revision"],
        corrected=record["corrected"],
        reason=record["reason"],
    )
    same_libraries = record["libraries"] == program.libraries(record["libraries"])
    shop.say("rebuilding", folder, f"with version {record['version']}, {digest[:12]}…", 0.0)
    if ours and same_libraries:
        return build(order, shop.say)
    python = Path(sys.executable)
    if not same_libraries:
        python = interpreter(shop.settings.build / "environments", root / program.LOCK, shop.say)
    return _built_apart(order, python, scratch)


def _require_whole(tree: Tree, folder: str, record: Mapping[str, Any]) -> None:
    """Refuse a record that does not say what is needed."""
    kinds = {"edition": str, "revision": int, "snapshot": str, "libraries": dict, "files": dict}
    wrong = [name for name, kind in kinds.items() if not isinstance(record.get(name), kind)]
    wrong += [name for name in ("corrected", "reason", "version") if name not in record]
    if wrong:
        raise DataError(
            f"its record lacks {', '.join(wrong)}",
            where=tree.where(f"{folder}/{RECORD}"),
            hint="Restore it from a copy of the site.",
        )


def _kept_program(shop: Workshop, tree: Tree, digest: str) -> bytes:
    """A program that is not this one, from the site; or from this project's, if that is elsewhere.

    Raises:
        DataError: it is not there or damaged, or it came from an address: what others wrote is run
            only where somebody put it on this machine.
    """
    name = program.program_name(digest)
    trees: list[Tree] = [Folder(shop.settings.site)]
    if not isinstance(tree, WebTree):
        trees.insert(0, tree)
    for one in trees:
        try:
            content = one.read(name)
        except FileNotFoundError:
            continue
        if program.digest_of(content) != digest:
            raise DataError(
                "the program has changed since it was kept",
                where=one.where(name),
                hint="Restore it from a copy of the site.",
            )
        return content
    if isinstance(tree, WebTree):
        raise DataError(
            "it was made by another program than this one, and programs from an address are not "
            "run",
            where=tree.where(name),
            hint="Copy the site to this machine, and verify the copy.",
        )
    raise DataError(
        "the program that made it is missing",
        where=tree.where(name),
        hint="Restore it from a copy of the site.",
    )


def _recorded(tree: Tree, name: str, digest: str) -> bytes:
    """A file that is as the record says."""
    try:
        content = tree.read(name)
    except FileNotFoundError:
        content = b""
    if program.digest_of(content) != digest:
        raise DataError(
            "the words it was made from are missing or changed",
            where=tree.where(name),
            hint="Restore them from a copy of the site.",
        )
    return content


def _built_apart(order: Order, python: Path, scratch: Path) -> Path:
    """Build with the unpacked program, in a process of its own."""
    if not (Path(order.root) / WAY_IN).is_file():
        # Another program that is installed here would run instead.
        raise DataError(f"the program that made it cannot be run: it has no {WAY_IN}")
    paper = scratch / "order.json"
    paper.write_text(json.dumps(asdict(order)), encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    try:
        done = subprocess.run(
            [str(python), "-m", "generator.rebuilding_worker", str(paper)],
            cwd=order.root,
            env=kept | {"PYTHONPATH": order.root, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DataError(f"the program that made it did not end within {SECONDS} seconds") from None
    answer = scratch / ANSWER
    if not answer.is_file():
        last = done.stderr.strip().splitlines()[-1:] or ["nothing"]
        raise DataError(f"the program that made it failed; it said last: {last[0]}")
    said: Mapping[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    if said["error"] is not None:
        raise DataError(f"the program that made it could not build it: {said['error']}")
    return Path(said["built"])


def compare(tree: Tree, folder: str, made: Path) -> list[str]:
    """Compare a release with what was made again and return what differs, a line a file."""
    again = Folder(made)
    names = set(again.names())
    try:
        there = {name.removeprefix(f"{folder}/") for name in tree.names(folder)}
    except NotListed:
        record, _ = read_record(tree, folder)
        there = {*filter(is_plain, record["files"]), RECORD}
    found = []
    for name in sorted(names | there):
        if name not in names:
            found.append(f"{folder}/{name}: not made again")
            continue
        try:
            published = tree.read(f"{folder}/{name}")
        except FileNotFoundError:
            found.append(f"{folder}/{name}: made again, but not published")
            continue
        where = difference(name, published, again.read(name))
        found += [f"{folder}/{name}: {where}"] if where else []
    return found
