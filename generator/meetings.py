"""Meetings of the Federal Open Market Committee, in `content/meetings.yml`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from generator.errors import Mistake
from generator.yaml_file import YamlFile

SHOWN_AS = "content/meetings.yml"
LONGEST = 3
"""Days from a meeting's first to its decision that are believed."""


class Meeting(BaseModel):
    """One scheduled meeting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: date
    """Its first day."""
    decision: date
    """The day of the statement; a new target range holds from the day after."""
    projections: bool
    """Whether projections are published with it."""
    announced: date
    """The day on which its date was published."""


def read_meetings(root: Path) -> tuple[tuple[Meeting, ...], list[Mistake]]:
    """Read the meetings of a project, in the order of the file, and every mistake in them.

    A project without the file knows of no meetings.
    """
    path = root / SHOWN_AS
    if not path.is_file():
        return (), []
    file = YamlFile(path, SHOWN_AS)
    entries = file.data if isinstance(file.data, list) else []
    if file.data is not None and not entries:
        file.wrong(1, "a list of meetings is wanted")
    found: list[Meeting] = []
    for index, entry in enumerate(entries):
        read = file.read(Meeting, entry, (index,))
        if read is None:
            continue
        for field, what in _mistakes(read, found[-1] if found else None):
            file.wrong(file.line((index, field)), what)
        found.append(read)
    return tuple(found), file.mistakes


def _mistakes(meeting: Meeting, before: Meeting | None) -> Iterable[tuple[str, str]]:
    """Field and what is wrong with it."""
    start, decision = meeting.start, meeting.decision
    if not 0 <= (decision - start).days < LONGEST:
        what = f"the decision of {decision} is not within {LONGEST} days of the start, {start}"
        yield "decision", what
    if meeting.announced >= start:
        yield "announced", f"{meeting.announced} is not before the meeting of {start}"
    if before and start <= before.decision:
        yield "start", f"{start} does not come after the meeting before, {before.decision}"


def known_on(meetings: Iterable[Meeting], day: date) -> tuple[Meeting, ...]:
    """Return the meetings whose dates had been published by a day, past ones included."""
    return tuple(meeting for meeting in meetings if meeting.announced <= day)
