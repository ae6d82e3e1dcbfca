"""Claims: what others printed of small caps, in `content/claims.yml`, to be checked by the data.

A claim says in our words what somebody printed, for which day, and what that means as figures of
ours; or it says why it cannot be checked, that it is an opinion, or which forecast it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from generator.assertions import Assertion
from generator.editions import Edition, parse_edition
from generator.entries import Known, check_figures, read_entries
from generator.errors import Mistake, UsageError, did_you_mean
from generator.yaml_file import YamlFile

SHOWN_AS = "content/claims.yml"
SHOWN_FOR = timedelta(days=366)
"""How long after its day a claim is still shown."""
LISTED_IDS = 20
"""Known ids that a mistake names."""


class Claim(BaseModel):
    """What somebody said."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
    """Its name, which never changes."""
    edition: str = Field(pattern=r"^[0-9]{4}-W[0-9]{2}$")
    """The first edition that checks it, as ISO week."""
    as_of: date
    """The day it is about; where that is no session, the last one before it."""
    made: date | None = None
    """The day it was made, where that is known and another."""
    source: str
    """The id of the work it stands in."""
    statement: str
    """What was said, in our words."""
    kind: Literal["P", "M", "F", "O", "X"] = Field(alias="class")
    """From prices, from economic data, a forecast, an opinion, or from data that are not ours."""
    asserts: tuple[Assertion, ...] = ()
    """What it means as figures; all of it must hold."""
    lasting: bool = False
    """Whether it is about a state that later data can end."""
    opinion: Literal[True] | None = None
    """Whether it is an opinion, which no data decide."""
    forecast: str | None = None
    """The id of the forecast it is."""
    not_checkable: str | None = None
    """Why this report cannot check it."""

    @field_validator("statement", "not_checkable")
    @classmethod
    def _one_line(cls, text: str | None) -> str | None:
        if text is not None and (not text.strip() or not text.isprintable()):
            raise ValueError("it must be a sentence on one line")
        return text

    @property
    def on(self) -> date:
        """The day it was made; where that is not known, the day it is about."""
        return self.made or self.as_of


def read_claims(
    root: Path, known: Known | None = None, forecasts: Collection[str] = ()
) -> tuple[tuple[Claim, ...], list[Mistake]]:
    """Read the claims of a project, in the order of the file, and every mistake in them.

    `known` are the names they may use and `forecasts` the ids of the forecasts; without `known`
    names are not looked at. A project without the file checks no claims.
    """
    entries, file = read_entries(root, SHOWN_AS, Claim)
    if file is None:
        return (), []
    for index, claim in entries:
        _check_form(file, index, claim)
        _check_days(file, index, claim)
        if known is not None:
            check_figures(file, index, claim, known)
            _check_id(file, (index, "source"), "source", claim.source, known.sources)
            if claim.forecast is not None:
                _check_id(file, (index, "forecast"), "forecast", claim.forecast, forecasts)
    return tuple(claim for _, claim in entries), file.mistakes


def _check_form(file: YamlFile, index: int, claim: Claim) -> None:
    ways = ("asserts", "opinion", "forecast", "not_checkable")
    named = [way for way in ways if getattr(claim, way)]
    if len(named) != 1:
        told = f"{' and '.join(named)} together" if named else f"none of {', '.join(ways)}"
        file.wrong(file.line((index,)), f"'{claim.id}' has {told}; one is wanted")
    if claim.made is not None and claim.made < claim.as_of:
        what = f"it was made on {claim.made}, before {claim.as_of}, the day it is about"
        file.wrong(file.line((index, "made")), what)
    if claim.lasting and not claim.asserts:
        file.wrong(file.line((index, "lasting")), "only what is asserted of figures can last")


def _check_days(file: YamlFile, index: int, claim: Claim) -> None:
    """An edition cannot check what comes after its week."""
    try:
        end = parse_edition(claim.edition).sunday
    except UsageError as error:
        file.wrong(file.line((index, "edition")), error.what)
        return
    if claim.on > end:  # no claim is made before the day it is about
        key = "made" if claim.made else "as_of"
        what = f"{claim.on} is after {end}, where its edition {claim.edition} ends"
        file.wrong(file.line((index, key)), what)


def _check_id(
    file: YamlFile, path: tuple[int | str, ...], what: str, name: str, known: Collection[str]
) -> None:
    if name in known:
        return
    listed = sorted(known)[:LISTED_IDS]
    more = ", …" if len(known) > LISTED_IDS else ""
    there = f" (there are: {', '.join(listed)}{more})" if listed else " (there are none)"
    near = did_you_mean(name, known)
    file.wrong(file.line(path), f"there is no {what} '{name}'{near}{there}")


def shown_in(claims: Iterable[Claim], edition: Edition, as_of: date) -> tuple[Claim, ...]:
    """Return the claims that an edition shows; `as_of` is its last session."""
    return tuple(
        claim
        for claim in claims
        if claim.edition <= str(edition) and as_of - claim.as_of <= SHOWN_FOR
    )
