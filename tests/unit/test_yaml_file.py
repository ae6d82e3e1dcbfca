"""Files that people write are read with the line of each key, whatever stands in them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from generator.yaml_file import YamlFile


def test_aliases_within_aliases_are_refused(tmp_path: Path) -> None:
    """Ten lines that stand for billions of values are told as mistakes, each with its line."""
    names = "abcdefghij"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise(names)
    ]
    path = tmp_path / "claims.yml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    mistakes = YamlFile(path, "content/claims.yml").mistakes
    assert len(mistakes) == 9 * 9
    assert str(mistakes[0]).startswith("content/claims.yml:1: an alias of this place is used")
