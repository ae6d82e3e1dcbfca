"""Corrections: why an edition was published again, in `content/corrections.yml`.

The list decides which release of an edition is built: one more than it has corrections. An entry is
never taken back, since what it led to is published.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

from generator.errors import Mistake
from generator.store import write_whole
from generator.yaml_file import YamlFile

SHOWN_AS = "content/corrections.yml"


class Correction(BaseModel):
    """Why one edition was published again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    edition: str = Field(pattern=r"^[0-9]{4}-W[0-9]{2}$")
    """Which, as ISO week."""
    revision: int = Field(ge=2, le=9999)
    """Of the release that it led to: 2 for an edition's first correction."""
    date: date
    """The day of the correction."""
    reason: str
    """Why, in a sentence for readers."""
    wrong: str | None = None
    """What was wrong, where the reason does not say it."""
    right: str | None = None
    """What is right, where the reason does not say it."""

    @field_validator("reason", "wrong", "right")
    @classmethod
    def _one_line(cls, text: str | None) -> str | None:
        if text is not None and (not text.strip() or not text.isprintable()):
            raise ValueError("it must be a sentence on one line")
        return text


def read_corrections(root: Path) -> tuple[tuple[Correction, ...], list[Mistake]]:
    """Read the corrections of a project, in the order of the file, and every mistake in them.

    A project without the file, or with nothing in it, has corrected nothing.
    """
    path = root / SHOWN_AS
    if not path.is_file():
        return (), []
    file = YamlFile(path, SHOWN_AS)
    if not file.lines and [mistake.what for mistake in file.mistakes] == ["the file is empty"]:
        return (), []
    entries = file.data if isinstance(file.data, list) else []
    if file.data is not None and not entries:
        file.wrong(1, "a list of corrections is wanted")
    found: list[Correction] = []
    known: dict[str, Correction] = {}
    for index, entry in enumerate(entries):
        read = file.read(Correction, entry, (index,))
        if read is None:
            continue
        before = known.get(read.edition)
        expected = before.revision + 1 if before else 2
        if read.revision != expected:
            what = f"{read.edition} has revision {read.revision} where {expected} is next"
            file.wrong(file.line((index, "revision")), what)
        if before and read.date < before.date:
            what = f"{read.edition} is corrected on {read.date}, before its last correction"
            file.wrong(file.line((index, "date")), what)
        known[read.edition] = read
        found.append(read)
    return tuple(found), file.mistakes


def add_correction(root: Path, correction: Correction) -> None:
    """Add a correction at the end of the file; what stands there stays as it is."""
    path = root / SHOWN_AS
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    fields = correction.model_dump(exclude_none=True)
    entry = yaml.safe_dump([fields], sort_keys=False, allow_unicode=True, width=10_000)
    gap = "" if before.endswith("\n") or not before else "\n"
    write_whole(path, f"{before}{gap}{entry}".encode())
