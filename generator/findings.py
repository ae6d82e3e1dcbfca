"""What was found of a release when it was looked at, in lines for whoever has to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from generator.errors import ReportError

RESTORE = "restore it from a copy of the site"
REMAKE = "run `smallcaps publish --rebuild`, which makes it anew"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one release, or of what all of them share."""

    name: str
    """The release's key, `2026-W03-r2`; `site` for what is shared."""
    wrong: tuple[str, ...]
    """A line a problem: the file, what is wrong with it, what to do."""
    unseen: tuple[str, ...] = ()
    """What could not be looked at, and why."""
    rebuilt: bool = False
    """Whether it was to be made again as well."""
    cannot: str | None = None
    """Why it could not be made again, and what to do."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything that is not well, a line each."""
        return (
            self.wrong
            if self.cannot is None
            else (*self.wrong, f"cannot be rebuilt: {self.cannot}")
        )

    @property
    def verdict(self) -> str:
        """In a few words."""
        if self.wrong:
            return "DIFFERS"
        if self.cannot is not None:
            return "CANNOT BE REBUILT"
        return "rebuilt, the same to the byte" if self.rebuilt else "all hashes match"


def told(error: ReportError) -> str:
    """Return on one line what failed, where, and what to do."""
    place = f"{error.where}: " if error.where else ""
    hint = f"; {error.hint[0].lower()}{error.hint[1:].rstrip('.')}" if error.hint else ""
    return " ".join(f"{place}{error.what}{hint}".split())
