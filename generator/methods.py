"""The code behind a figure in a few digits, so that a change of method shows between two editions.

Counted are the functions of `generator.metrics` that compute the figure and all that they name
there, down to constants. Comments, docstrings, titles, annotations and the layout of the text do
not count; nor do the libraries, whose versions are noted elsewhere.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import inspect
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

PACKAGE = "generator.metrics"
DIGITS = 12
"""Hexadecimal digits of the SHA-256 that are kept."""
_SILENT = frozenset({"annotation", "ctx", "kind", "returns", "type_comment"})
"""Fields of the syntax tree that do not change what is computed."""
_DESCRIBES = frozenset({"tag", "tag_outputs"})
"""Decorators that give title, section and unit, which are compared by themselves."""
Name = tuple[str, str]
"""A module and what it defines."""


def fingerprint(functions: Iterable[Callable[..., Any]]) -> str:
    """Return a short hash of the code that these functions run through in this package."""
    waiting: list[Name] = [(function.__module__, function.__name__) for function in functions]
    found: dict[Name, str] = {}
    while waiting:
        name = waiting.pop()
        if name not in found:
            code, needed = _definition(*name)
            found[name] = code
            waiting += needed
    told = "\n".join(f"{module} {name}: {code}" for (module, name), code in sorted(found.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:DIGITS]


@cache
def _definition(module: str, name: str) -> tuple[str, tuple[Name, ...]]:
    """The code that defines a name, and the names of this package that it needs."""
    statements = _statements(module)
    statement = statements.get(name)
    if statement is None:
        return "", ()
    if isinstance(statement, ast.ImportFrom):
        original = next(a.name for a in statement.names if (a.asname or a.name) == name)
        return "", ((str(statement.module), original),)
    used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return _said(statement), tuple((module, other) for other in sorted(used & statements.keys()))


@cache
def _statements(module: str) -> dict[str, ast.stmt]:
    """By name: the statement of a module that defines it, or brings it from this package."""
    found: dict[str, ast.stmt] = {}
    for statement in ast.parse(inspect.getsource(importlib.import_module(module))).body:
        for name in _defined(statement):
            found[name] = statement
    return found


def _defined(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef() | ast.ClassDef():
            return [statement.name]
        case ast.Assign():
            targets = [node for target in statement.targets for node in ast.walk(target)]
            return [node.id for node in targets if isinstance(node, ast.Name)]
        case ast.AnnAssign(target=ast.Name() as target):
            return [target.id]
        case ast.ImportFrom(module=str() as origin) if origin.startswith(PACKAGE):
            return [alias.asname or alias.name for alias in statement.names]
    return []


def _said(node: Any) -> str:
    """A piece of syntax as text that is the same in every version of Python."""
    if isinstance(node, list):
        return f"[{','.join(_said(item) for item in node if not _describes(item))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = ((name, value) for name, value in ast.iter_fields(node) if name not in _SILENT)
    told = [f"{name}={_said(value)}" for name, value in fields if value not in (None, [])]
    return f"{type(node).__name__}({','.join(told)})"


def _describes(node: Any) -> bool:
    """Whether a statement or a decorator is there for readers alone."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return isinstance(node.value.value, str)
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in _DESCRIBES
