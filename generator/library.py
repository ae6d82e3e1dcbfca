"""The script that makes charts live: the drawing library's own, in a form that pages can load.

Making it takes about a second, so its name is told without it.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version

ENTRANCE = "window.vegaEmbed=vegaEmbed;"
"""What pages call."""
_WRAPPED = ("(()=>{", "\n})();\n")
"""The library's script declares hundreds of names; none but its entrance is to be seen."""


def library_name() -> str:
    """Return the published name of the script; another script has another name."""
    made_from = " ".join((version("vl-convert-python"), ENTRANCE, *_WRAPPED))
    return f"assets/vega.{hashlib.sha256(made_from.encode()).hexdigest()[:8]}.js"


def enclosed(script: str) -> bytes:
    """Return the script as it is published, from the one that the library makes."""
    return script.join(_WRAPPED).encode()
