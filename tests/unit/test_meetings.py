"""Meetings of the Federal Open Market Committee: read with all mistakes, known from their day."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from support import REPOSITORY

from generator.meetings import known_on, read_meetings

GOOD = "- {start: 2026-01-27, decision: 2026-01-28, projections: false, announced: 2024-08-09}\n"


def read(tmp_path: Path, text: str) -> tuple[int, list[str]]:
    """Return how many meetings a file has, and its mistakes as line and words."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "meetings.yml").write_text(text, encoding="utf-8")
    found, mistakes = read_meetings(tmp_path)
    return len(found), [f"{mistake.line}: {mistake.what}" for mistake in mistakes]


def test_the_projects_calendar_has_eight_meetings_a_year_four_with_projections() -> None:
    """As the committee has had them in every year; decisions are on Wednesdays but one."""
    found, mistakes = read_meetings(REPOSITORY)
    assert not mistakes
    years = Counter(one.decision.year for one in found)
    assert years == {2024: 8, 2025: 8, 2026: 8, 2027: 8}
    assert Counter(one.decision.year for one in found if one.projections) == dict.fromkeys(years, 4)
    assert [one.decision for one in found if one.decision.weekday() != 2] == [date(2024, 11, 7)]
    assert [one.decision.month for one in found if one.projections] == [3, 6, 9, 12] * 4


def test_an_edition_knows_the_meetings_published_by_its_day() -> None:
    """On 4 September 2025 the dates of 2027 are not known but for January's."""
    found, _ = read_meetings(REPOSITORY)
    assert known_on(found, date(2025, 9, 4))[-1].decision == date(2027, 1, 27)
    assert known_on(found, date(2025, 9, 5))[-1].decision == date(2027, 12, 8)
    assert known_on(found, date(2023, 12, 30)) == ()


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    """A missing field, an impossible meeting, one out of order: all at once."""
    text = (
        GOOD
        + "- {start: 2026-03-17, decision: 2026-03-18, announced: 2024-08-09}\n"
        + "- {start: 2026-04-28, decision: 2026-05-29, projections: no, announced: 2024-08-09}\n"
        + "- {start: 2026-01-20, decision: 2026-01-21, projections: no, announced: 2026-01-20}\n"
    )
    count, mistakes = read(tmp_path, text)
    assert count == 3
    assert mistakes == [
        "2: '1.projections' is missing",
        "3: the decision of 2026-05-29 is not within 3 days of the start, 2026-04-28",
        "4: 2026-01-20 is not before the meeting of 2026-01-20",
        "4: 2026-01-20 does not come after the meeting before, 2026-05-29",
    ]


def test_a_project_without_the_file_knows_no_meetings(tmp_path: Path) -> None:
    """And that is no mistake."""
    assert read_meetings(tmp_path) == ((), [])
