"""Findings: what the lint says of the words that an editor wrote, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass

from generator.errors import Mistake

_IN_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY = {**_IN_TEXT, ":": "%3A", ",": "%2C"}


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing wrong in words that people write."""

    file: str
    """The file, from the project's folder."""
    line: int | None
    """In the file, from 1; None where it is about all of it."""
    column: int | None
    """In the line, from 1."""
    rule: str
    """The rule that is broken; empty where none of the lint is."""
    what: str
    """What is wrong, and how to mend it."""
    why: str
    """What the rule is for."""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        rule = f" [{self.rule}]" if self.rule else ""
        return f"{place}: {self.what}{rule}" if place else f"{self.what}{rule}"

    @property
    def mistake(self) -> Mistake:
        """The finding as one of the mistakes that a build refuses, all told at once."""
        what = f"{self.what} [{self.rule}]" if self.rule else self.what
        return Mistake(self.file, self.line, what, self.column)

    @property
    def annotation(self) -> str:
        """The finding as GitHub shows it beside the line of a commit."""
        properties = {
            "file": self.file,
            "line": self.line,
            "col": self.column,
            "title": self.rule or "check",
        }
        named = ",".join(
            f"{name}={_escaped(str(value), _IN_PROPERTY)}"
            for name, value in properties.items()
            if value
        )
        text = f"{self.what}\n{self.why}" if self.why else self.what
        return f"::error {named}::{_escaped(text, _IN_TEXT)}"


def _escaped(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(sign, sign) for sign in text)
