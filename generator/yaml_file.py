"""A YAML file that people write, with the line of each of its keys.

Mistakes of form and of content are kept, each with its line, so that all are told at once.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from generator.errors import Mistake, did_you_mean

_Model = TypeVar("_Model", bound=BaseModel)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlFile:
    """One YAML file with the line of each of its keys."""

    def __init__(self, path: Path, shown_as: str) -> None:
        self.shown_as = shown_as
        self.mistakes: list[Mistake] = []
        self.lines: dict[tuple[Hashable, ...], int] = {}
        self._seen: set[int] = set()
        self.data: Any = None
        try:
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
        except FileNotFoundError:
            self.wrong(None, "the file is missing")
        except UnicodeDecodeError as error:
            self.wrong(None, f"not UTF-8: {error.reason} at byte {error.start}")
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or str(error)
            self.wrong(mark.line + 1 if mark else None, f"not YAML: {problem}")
        else:
            if node is None:
                self.wrong(None, "the file is empty")
            else:
                self._walk(node, ())
                self._construct(node)

    def wrong(self, line: int | None, what: str) -> None:
        """Keep a mistake."""
        self.mistakes.append(Mistake(self.shown_as, line, what))

    def _construct(self, node: yaml.Node) -> None:
        """Make the data, or name the place that cannot be made, such as a day that is none."""
        loader = _Loader("")
        try:
            self.data = loader.construct_document(node)
        except (yaml.YAMLError, ValueError, TypeError) as error:
            mark = getattr(error, "problem_mark", None) or _culprit(node)
            problem = getattr(error, "problem", None) or str(error)
            self.wrong(mark.line + 1 if mark else None, f"cannot be read: {problem}")
        finally:
            loader.dispose()

    def _walk(self, node: yaml.Node, path: tuple[Hashable, ...]) -> None:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self._seen:
            # A few of them within one another are more than any machine can read.
            self.wrong(node.start_mark.line + 1, "an alias of this place is used: write it out")
            return
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                line = key.start_mark.line + 1
                if not isinstance(key, yaml.ScalarNode):
                    self.wrong(line, "a key must be a word")
                    continue
                if key.value in seen:
                    self.wrong(line, f"'{key.value}' stands twice")
                seen.add(key.value)
                self.lines[(*path, key.value)] = line
                self._walk(value, (*path, key.value))
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self._walk(value, (*path, index))

    def read(
        self, model: type[_Model], data: Any, prefix: tuple[Hashable, ...] = ()
    ) -> _Model | None:
        """Validate, keeping every mistake with its line."""
        if self.data is None:
            return None
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for item in error.errors(include_url=False):
                path = (*prefix, *item["loc"])
                self.wrong(self.line(path), _in_words(item, path, model))
            return None

    def line(self, path: tuple[Hashable, ...]) -> int | None:
        """Return the line of the nearest known key at or above the path."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def _culprit(node: yaml.Node) -> yaml.Mark | None:
    """The place of the first scalar that cannot be made into a value."""
    if isinstance(node, yaml.ScalarNode):
        loader = _Loader("")
        try:
            loader.construct_object(node)
        except (yaml.YAMLError, ValueError, TypeError):
            return node.start_mark
        finally:
            loader.dispose()
        return None
    children = node.value if isinstance(node.value, list) else []
    for child in children:
        for part in child if isinstance(child, tuple) else (child,):
            found = _culprit(part)
            if found is not None:
                return found
    return None


def _in_words(item: Any, path: tuple[Hashable, ...], model: type[BaseModel]) -> str:
    where = ".".join(str(part) for part in path)
    if item["type"] == "missing":
        return f"'{where}' is missing"
    if item["type"] == "extra_forbidden":
        known = list(_innermost(model, item["loc"][:-1]).model_fields)
        return f"'{where}' is not known{did_you_mean(str(path[-1]), known)}"
    return f"'{where}' is {item['input']!r}: {item['msg']}"


def _innermost(model: type[BaseModel], path: tuple[Hashable, ...]) -> type[BaseModel]:
    """The model that describes the place a path leads to."""
    for part in path:
        field = model.model_fields.get(str(part))
        inner = field.annotation if field else None
        found = [kind for kind in (inner, *get_args(inner)) if _is_model(kind)]
        if found:
            model = found[-1]
    return model


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
