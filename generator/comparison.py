"""What two releases differ in: figures, verdicts, methods, program and the frozen rows behind them.

`to_json` is for other programs and stays as it is: `format` counts up when a name changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal, get_args

FORMAT = 1
State = Literal["changed", "same", "new", "gone", "withheld", "released"]
"""`new` and `gone`: only in one; `withheld`: printed before and withheld now; `released`: the
reverse. Withheld in both is the same, whatever the reasons."""


@dataclass(frozen=True, slots=True)
class NotCompared:
    """Why something could not be compared."""

    reason: str
    """A sentence without its stop."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two releases."""

    name: str
    """`2026-W03`, or `2026-W03-r1` where the edition has several releases."""
    folder: str
    """Where it is, below its site."""
    as_of: str
    """Its last session, as ISO date."""
    title: str
    """`Week to 16 January 2026`, and whether the data are simulated."""
    answer: str
    """Its answer in words."""
    simulated: bool
    """Whether its data are made up."""
    provider: str
    """Where they are from."""
    snapshot: str
    """SHA-256 of the manifest of its frozen inputs."""
    version: str
    """Of the program that made it."""
    program: str | None
    """SHA-256 of that program; None where its record does not say."""
    libraries: Mapping[str, str]
    """Version by name, as far as its record says."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as one edition has it."""

    value: float | int | str | bool | None
    """At full precision; None where there is none."""
    display: str
    """As it is printed."""
    as_of: str
    """The session, as ISO date."""
    reason: str | None
    """Why it is withheld, or None."""


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure in both editions."""

    id: str
    """`<metric>.<subject>`."""
    title: str
    """The metric in words."""
    subject: str
    """The subject's name."""
    section: str
    """Of the Method page."""
    unit: str
    """Of the value; the newer edition's where it has one."""
    state: State
    """What became of it."""
    old: Shown | None
    """None where the edition has no such figure."""
    new: Shown | None
    """None where the edition has no such figure."""
    difference: float | int | None
    """The new value less the old one, in the figure's own unit; None where there is none."""
    difference_display: str | None
    """As it is printed; the difference of two returns in percentage points."""


@dataclass(frozen=True, slots=True)
class HeadlineChange:
    """One number of the front page in both editions."""

    label: str
    """In words."""
    id: str
    """The figure it is, or is a part of."""
    old: str | None
    """As printed; None where the edition has no such headline."""
    new: str | None
    """As printed; None where the edition has no such headline."""
    difference_display: str | None
    """As printed; None where there is none."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an edition understands by a metric."""

    title: str
    """In words."""
    unit: str
    """Of its values."""
    definition: str
    """In one paragraph."""
    method: str
    """A short hash of the code that computes it."""


@dataclass(frozen=True, slots=True)
class MethodChange:
    """A metric that does not mean the same in both editions, or that only one has."""

    metric: str
    """Its name."""
    section: str
    """Of the Method page."""
    state: Literal["changed", "new", "gone"]
    """`new` and `gone`: only in one."""
    differs: tuple[str, ...]
    """What of it differs: title, unit, definition, method."""
    old: Meaning | None
    """None where the edition has no such metric."""
    new: Meaning | None
    """None where the edition has no such metric."""


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A checked claim whose verdict differs, or that only one edition has."""

    id: str
    """The claim's."""
    state: Literal["changed", "new", "gone"]
    """`new` and `gone`: only in one."""
    old: Mapping[str, Any] | None
    """The claim as the edition's claims.json has it."""
    new: Mapping[str, Any] | None
    """The claim as the edition's claims.json has it."""


@dataclass(frozen=True, slots=True)
class RevisedRow:
    """A frozen row that is not the same behind both editions."""

    table: str
    """The frozen table."""
    name: str
    """The series by its symbol."""
    title: str
    """The series in words."""
    day: str
    """The row's session or day, as ISO date."""
    columns: tuple[str, ...]
    """What differs."""
    before: Mapping[str, Any] | None
    """The older edition's values; None where they may not be published. A value that is None was
    not there."""
    after: Mapping[str, Any] | None
    """The newer edition's."""


@dataclass(frozen=True, slots=True)
class TableRevisions:
    """How many rows of a table differ."""

    table: str
    """Its name."""
    title: str
    """What it holds."""
    revised: int
    """Rows with other values."""
    added: int | None
    """Rows that only the newer edition has, of days that both cover; None where not known."""
    gone: int | None
    """The reverse."""
    publish: bool
    """Whether the rows themselves may be published."""


@dataclass(frozen=True, slots=True)
class Revisions:
    """What sources changed between the two snapshots, up to the earlier one's last session."""

    read_from: Literal["snapshots", "editions"]
    """Both snapshots row by row, or what `revisions.json` of each edition in between lists."""
    until: str
    """The last session that both cover, as ISO date."""
    editions: tuple[str, ...]
    """Those whose lists were read, newest first."""
    tables: tuple[TableRevisions, ...]
    """Counts. From lists a row that was revised twice counts twice."""
    rows: tuple[RevisedRow, ...]
    """Those that are listed, by table, series and day."""
    unlisted: int
    """Revised rows that the editions count but do not list."""
    gaps: tuple[str, ...]
    """What could not be looked at, and why."""


@dataclass(frozen=True)
class Comparison:
    """Two releases side by side."""

    old: Side
    """Named first."""
    new: Side
    """Named second."""
    headlines: tuple[HeadlineChange, ...]
    """The numbers of the front page."""
    figures: tuple[FigureChange, ...]
    """Every figure of either, by section, in the order in which they are printed."""
    verdicts: tuple[VerdictChange, ...] | NotCompared
    """Claims whose verdict differs."""
    methods: tuple[MethodChange, ...]
    """Metrics that differ in meaning."""
    libraries: Mapping[str, tuple[str | None, str | None]]
    """Libraries of the program whose versions differ, by name."""
    revisions: Revisions | NotCompared
    """What sources changed."""

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many figures there are by state, those without any included."""
        found = Counter(figure.state for figure in self.figures)
        return {state: found[state] for state in get_args(State)}

    @property
    def same_program(self) -> bool:
        """Whether the same program made both."""
        return (self.old.version, self.old.program) == (self.new.version, self.new.program)

    def to_json(self) -> dict[str, Any]:
        """Return the comparison for other programs; what was not compared is its reason alone."""
        return {"format": FORMAT, "counts": self.counts, **asdict(self)}
