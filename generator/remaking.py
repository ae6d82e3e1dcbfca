"""Building a release apart from everything that is published or built for publishing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from generator.computing import compute
from generator.config import load_settings
from generator.corrections import Correction
from generator.editions import parse_edition
from generator.examining import examine
from generator.workshop import Say, Workshop
from generator.writing import write

ANSWER = "answer.json"
"""What a process that builds says at its end, beside its order."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built again, and from what.

    Programs that are kept read it: a field may be added, and none may change.
    """

    root: str
    """The folder of templates, settings and words."""
    snapshots: str
    """The folder of frozen inputs."""
    build: str
    """Scratch."""
    edition: str
    """ISO week."""
    revision: int
    """1 for the first release."""
    corrected: str | None
    """The day of the correction, as ISO date; None for the first release."""
    reason: str | None
    """Why it was published again; None for the first release."""


def build(order: Order, say: Say) -> Path:
    """Build a release as an order says and return the folder of its files.

    Raises:
        ReportError: its inputs are damaged, or this program cannot build it.
    """
    settings = load_settings(Path(order.root))
    places = {"snapshots": order.snapshots, "build": order.build}
    corrections: tuple[Correction, ...] = ()
    if order.corrected is not None and order.reason is not None:
        day = date.fromisoformat(order.corrected)
        corrections = (
            Correction(
                edition=order.edition, revision=order.revision, date=day, reason=order.reason
            ),
        )
    project = settings.project.model_copy(update=places)
    settings = settings.model_copy(update={"project": project, "corrections": corrections})
    scratch = settings.build / order.edition
    scratch.mkdir(parents=True)
    edition = parse_edition(order.edition)
    with Workshop(settings, say) as shop:
        manifest = shop.snapshots.manifest(edition)
        result = compute(shop, manifest, scratch, "anew")
        write(shop, manifest, result, examine(shop, manifest, scratch, "anew"), scratch)
    return scratch / "site"
