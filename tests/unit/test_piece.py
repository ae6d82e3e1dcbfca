"""Of every answer there is one fingerprint, numbered within its table and name."""

from __future__ import annotations

from datetime import UTC, datetime

from generator import tables
from generator.providers._piece import Kept, answers_table, kept
from generator.providers._web import Answer


def fingerprint(table: str, name: str, minute: int, address: str = "https://x/") -> Kept:
    retrieved_at = datetime(2026, 1, 17, 9, minute, tzinfo=UTC)
    return Kept(table, name, address, retrieved_at, 200, minute, f"{minute:064d}")


def test_a_fingerprint_is_of_the_bytes_that_came() -> None:
    """Size and SHA-256 of the body (that of "abc" stands in FIPS 180-2), and whom it was asked
    of."""
    moment = datetime(2026, 1, 17, 9, tzinfo=UTC)
    found = kept("macro", "UNRATE", Answer("https://x/?id=1", 404, b"abc", "text/csv", moment, 2.0))
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert found == Kept("macro", "UNRATE", "https://x/?id=1", moment, 404, 3, sha256)


def test_answers_are_numbered_in_the_order_in_which_they_came() -> None:
    """Within each table and name, in whatever order they are given."""
    given = [
        fingerprint("prices", "IWM", 30),
        fingerprint("holdings", "IWM", 20),
        fingerprint("prices", "SPY", 10),
        fingerprint("prices", "IWM", 5),
    ]
    rows = answers_table(given)
    assert rows[["table", "name", "number", "bytes"]].to_numpy().tolist() == [
        ["holdings", "IWM", 1, 20],
        ["prices", "IWM", 1, 5],
        ["prices", "IWM", 2, 30],
        ["prices", "SPY", 1, 10],
    ]
    assert answers_table(reversed(given)).equals(rows)
    assert rows["retrieved_at"].tolist()[1] == "2026-01-17T09:05:00Z"


def test_answers_of_the_same_second_are_ordered_by_address() -> None:
    """So that the table has the same bytes whoever was served first."""
    pair = [
        fingerprint("macro", "A", 1, "https://x/b"),
        fingerprint("macro", "A", 1, "https://x/a"),
    ]
    assert answers_table(pair)["address"].tolist() == ["https://x/a", "https://x/b"]


def test_the_rows_have_the_form_of_their_table() -> None:
    """Also where there is none."""
    for rows in (answers_table([fingerprint("prices", "IWM", 1)]), answers_table([])):
        assert rows.dtypes.equals(tables.empty("answers").dtypes)
