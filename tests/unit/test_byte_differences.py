"""Where two files begin to differ, in words."""

from __future__ import annotations

import doctest
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import byte_differences
from generator.byte_differences import difference


def test_examples() -> None:
    """The examples in the documentation hold."""
    result = doctest.testmod(byte_differences)
    assert result.attempted and not result.failed


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"a": 1}, {"a": 1.0}, "a (1, made again 1.0)"),
        ({"a": 1}, {"a": True}, "a (1, made again true)"),
        ({"a": 1}, {}, "a (1, made again missing)"),
        ({}, {"a": None}, "a (missing, made again null)"),
        ([1], [1, 2], "the whole ([1], made again [1, 2])"),
        ([{"b": [0, 1]}], [{"b": [0, 2]}], "[0].b[1] (1, made again 2)"),
        ({"a": "x" * 90}, {"a": 0}, f'a ("{"x" * 39}…, made again 0)'),
        (dict.fromkeys("abcde", 0), dict.fromkeys("abcde", 1), "c (0, made again 1) and 2 more"),
    ],
)
def test_places_in_json(old: object, new: object, said: str) -> None:
    """Values, kinds and what is missing are shown with their place; many are counted."""
    found = difference("a.json", json.dumps(old).encode(), json.dumps(new).encode())
    assert found.startswith("differs at ") and found.endswith(said)


@pytest.mark.parametrize("new", [b'{"a":1}', b"{", b"\xff"])
def test_json_of_the_same_values_or_none_at_all_differs_in_bytes(new: bytes) -> None:
    """Where no value differs, or it is no JSON, the first byte is named."""
    assert difference("a.json", b'{"a": 1}', new).startswith("differs from byte ")


@given(st.binary(), st.binary())
def test_only_the_same_bytes_do_not_differ(old: bytes, new: bytes) -> None:
    """The byte that is named is the first that differs."""
    said = difference("a.html", old, new)
    assert (said == "") is (old == new)
    if said:
        first = int(said.split("byte ")[1].split(" ")[0])
        assert old[:first] == new[:first] and old[first : first + 1] != new[first : first + 1]
