"""As much of CBOR (RFC 8949) as an index for searching needs: whole numbers, text and lists."""

from __future__ import annotations

from typing import Any

_NUMBER, _TEXT, _LIST = 0, 3, 4
_WIDTHS = {24: 1, 25: 2, 26: 4, 27: 8}
"""How many bytes hold a number that is too large for the first one."""


def decode(content: bytes) -> list[Any]:
    """Return the list that is encoded.

    >>> decode(bytes.fromhex("83 01 62 4142 81 19 03e8".replace(" ", "")))
    [1, 'AB', [1000]]

    Raises:
        ValueError: it is no list, is cut off, goes on, or holds another kind of thing.
    """
    value, end = _value(content, 0)
    if end != len(content) or not isinstance(value, list):
        raise ValueError("it is not one list")
    return value


def _value(content: bytes, place: int) -> tuple[Any, int]:
    kind, number, place = _head(content, place)
    if kind == _NUMBER:
        return number, place
    if kind == _TEXT:
        end = place + number
        if end > len(content):
            raise ValueError("it is cut off")
        return content[place:end].decode(), end
    if kind == _LIST:
        found = []
        for _ in range(number):
            value, place = _value(content, place)
            found.append(value)
        return found, place
    raise ValueError(f"it is of kind {kind}, which is not known")


def _head(content: bytes, place: int) -> tuple[int, int, int]:
    """The kind of thing that begins here, its number, and where that ends."""
    if place >= len(content):
        raise ValueError("it is cut off")
    kind, number = divmod(content[place], 32)
    place += 1
    if number < 24:
        return kind, number, place
    end = place + _WIDTHS.get(number, len(content) + 1)
    if end > len(content):
        raise ValueError("it is cut off, or of unknown length")
    return kind, int.from_bytes(content[place:end], "big"), end


def encode(value: int | str | list[Any]) -> bytes:
    """Return the shortest encoding.

    >>> encode([1, "AB", [1000]]).hex()
    '8301624142811903e8'
    """
    if isinstance(value, int):
        return _begun(_NUMBER, value)
    if isinstance(value, str):
        text = value.encode()
        return _begun(_TEXT, len(text)) + text
    return _begun(_LIST, len(value)) + b"".join(map(encode, value))


def _begun(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind * 32 + number])
    code, width = next((code, width) for code, width in _WIDTHS.items() if number < 256**width)
    return bytes([kind * 32 + code]) + number.to_bytes(width, "big")
