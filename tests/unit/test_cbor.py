"""CBOR: the examples of its specification, and the way there and back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import cbor

NUMBERS = st.integers(0, 2**64 - 1)
LISTS = st.lists(
    st.recursive(NUMBERS | st.text(), lambda inner: st.lists(inner), max_leaves=20), max_size=8
)


@pytest.mark.parametrize(
    ("encoded", "value"),
    [
        ("80", []),
        ("83010203", [1, 2, 3]),
        ("8301820203820405", [1, [2, 3], [4, 5]]),
        ("811864", [100]),
        ("811b000000e8d4a51000", [1000000000000]),
        ("8162c3bc", ["ü"]),
        ("98190102030405060708090a0b0c0d0e0f101112131415161718181819", list(range(1, 26))),
    ],
)
def test_known_answers(encoded: str, value: list[object]) -> None:
    """RFC 8949, appendix A."""
    assert cbor.decode(bytes.fromhex(encoded)) == value
    assert cbor.encode(value).hex() == encoded


@settings(max_examples=40)
@given(LISTS)
def test_there_and_back(value: list[object]) -> None:
    """What is encoded decodes to itself."""
    assert cbor.decode(cbor.encode(value)) == value


@pytest.mark.parametrize("encoded", ["", "82", "8261", "8101ff", "01", "9f01ff", "81f6", "8120"])
def test_what_is_not_known_is_refused(encoded: str) -> None:
    """Cut off, too long, no list, of unknown length, nothing, a negative number."""
    with pytest.raises(ValueError, match="it is"):
        cbor.decode(bytes.fromhex(encoded))


@settings(max_examples=40)
@given(LISTS, st.data())
def test_cut_off_anywhere_it_is_refused(value: list[object], data: st.DataObject) -> None:
    """No beginning of a list is taken for a list."""
    encoded = cbor.encode(value)
    end = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(ValueError, match=r"cut off|is not one list|unknown length"):
        cbor.decode(encoded[:end])
