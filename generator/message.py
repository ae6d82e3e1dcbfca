"""A whole message: plain text, HTML and the pictures the HTML shows, as mail carries them.

The same parts give the same bytes: what parts them is derived from the edition, and the date is
the edition's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

_LONGEST_HEADER = 200
"""Characters of a line; 998 are allowed."""


@dataclass(frozen=True)
class Parts:
    """What a message consists of."""

    sender: str
    """The name of the publication; whoever sends it puts an address."""
    subject: str
    """What it says above it."""
    as_of: date
    """The day it speaks of."""
    text: str
    """As plain text."""
    html: str
    """As HTML that shows its pictures as `cid:<identifier>`."""
    pictures: Mapping[str, bytes]
    """PNG by identifier."""


def whole(parts: Parts, edition: str) -> bytes:
    """Return the message's bytes: RFC 5322, lines ending with CR LF.

    It names no address: sender and recipients are empty groups, to be replaced by who sends it.
    """
    from email.headerregistry import Group
    from email.message import EmailMessage
    from email.policy import SMTP

    made = EmailMessage(policy=SMTP)
    made["Subject"] = parts.subject
    made["From"] = Group(parts.sender)
    made["To"] = Group("undisclosed-recipients")
    # After the close in New York, summer and winter.
    made["Date"] = datetime.combine(parts.as_of, time(22), UTC)
    # Mail programs then open it as a draft.
    made["X-Unsent"] = "1"
    made.set_content(parts.text, cte="quoted-printable")
    made.add_alternative(parts.html, subtype="html", cte="quoted-printable")
    page = made.get_body(("html",))
    assert page is not None
    for identifier, content in parts.pictures.items():
        name = f"{identifier.partition('.')[0]}.png"
        page.add_related(
            content, "image", "png", cid=f"<{identifier}>", disposition="inline", filename=name
        )
    # "=_" stands in no part, whether quoted-printable or base64.
    made.set_boundary(f"=_digest_{edition}")
    if parts.pictures:
        page.set_boundary(f"=_pictures_{edition}")
    # A subject that is folded right after its name confuses some mail programs.
    return made.as_bytes(policy=SMTP.clone(max_line_length=_LONGEST_HEADER))
