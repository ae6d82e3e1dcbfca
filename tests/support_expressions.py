"""The expressions of workflows, as far as ours go: contexts, comparisons, and, or, not, status.

`${{ steps.week.outputs.edition }}` in a text, or the whole of an `if`. What a context does not
have is empty, as on GitHub; what this does not understand is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<sign>&&|\|\||==|!=|!|\(|\))|(?P<name>[\w-]+(?:\.[\w-]+)*))"
)
_WITHIN = re.compile(r"\$\{\{(.*?)\}\}")
STATUS = ("success", "failure", "cancelled", "always")


@dataclass(frozen=True)
class Status:
    """How it stands before a step or a job."""

    failed: bool = False
    """Whether a step before it, or a job it needs, failed."""
    cancelled: bool = False
    """Whether somebody stopped the run."""

    def says(self, name: str) -> bool:
        """Return what a status function gives."""
        return {
            "success": not self.failed and not self.cancelled,
            "failure": self.failed,
            "cancelled": self.cancelled,
            "always": True,
        }[name]


class _Reader:
    """Reads one expression from left to right; `or` binds least."""

    def __init__(self, text: str, contexts: Mapping[str, Any], status: Status) -> None:
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            assert found, f"not understood in a workflow: {text[place:]!r}"
            kind = str(found.lastgroup)
            self._tokens.append((kind, found[kind]))
            place = found.end()
        self._contexts, self._status = contexts, status

    def whole(self) -> Any:
        value = self._either()
        assert not self._tokens, f"left over in an expression: {self._tokens}"
        return value

    def _next_is(self, *signs: str) -> bool:
        return bool(self._tokens) and self._tokens[0] in [("sign", sign) for sign in signs]

    def _either(self) -> Any:
        value = self._both()
        while self._next_is("||"):
            self._tokens.pop(0)
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._compared()
        while self._next_is("&&"):
            self._tokens.pop(0)
            other = self._compared()
            value = value and other
        return value

    def _compared(self) -> Any:
        value = self._single()
        if self._next_is("==", "!="):
            _, sign = self._tokens.pop(0)
            same = str(value).lower() == str(self._single()).lower()
            return same if sign == "==" else not same
        return value

    def _single(self) -> Any:
        kind, text = self._tokens.pop(0)
        if (kind, text) == ("sign", "!"):
            return not self._single()
        if (kind, text) == ("sign", "("):
            value = self._either()
            assert self._tokens.pop(0) == ("sign", ")")
            return value
        if kind == "text":
            return text[1:-1].replace("''", "'")
        assert kind == "name", f"not understood in a workflow: {text!r}"
        if self._next_is("("):
            del self._tokens[:2]
            return self._status.says(text)
        return self._looked_up(text)

    def _looked_up(self, name: str) -> Any:
        first, *rest = name.split(".")
        value: Any = self._contexts[first]
        for part in rest:
            value = value.get(part, "") if isinstance(value, Mapping) else ""
        return value


def evaluate(text: str, contexts: Mapping[str, Any], status: Status) -> Any:
    """Return the value of an expression."""
    return _Reader(text, contexts, status).whole()


def holds(condition: object, contexts: Mapping[str, Any], status: Status) -> bool:
    """Return whether the `if` of a step or a job holds; without a status it means success."""
    text = "success()" if condition is None else str(condition)
    if not any(f"{name}(" in text for name in STATUS):
        text = f"success() && ({text})"
    return bool(evaluate(text, contexts, status))


def filled(text: object, contexts: Mapping[str, Any]) -> str:
    """Return a text with its expressions replaced by their values."""

    def value(found: re.Match[str]) -> str:
        return str(evaluate(found[1], contexts, Status()))

    return _WITHIN.sub(value, str(text))
