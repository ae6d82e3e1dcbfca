"""What works here and what is missing: tools, folders, sources, keys, and the week that is due."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from generator import chromium
from generator.freezing import Order, plan, request
from generator.providers import Probe, names, provider
from generator.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    what: str
    """What was looked at."""
    ok: bool | None
    """Whether it is as it should be; None where nothing depends on it."""
    detail: str
    """In a few words."""


def examine(shop: Workshop, clock: Callable[[], datetime]) -> list[Finding]:
    """Look at everything a weekly run needs; nothing is fetched and nothing is changed."""
    return [*_here(shop), *_sources(shop, clock), *_due(shop, clock)]


def _here(shop: Workshop) -> Iterator[Finding]:
    settings = shop.settings
    frozen = shop.snapshots.editions()
    yield Finding("Python", True, platform.python_version())
    yield Finding("settings", True, f"{len(settings.universe.series)} series")
    yield Finding("snapshots", bool(frozen), f"{len(frozen)} in {settings.project.snapshots}")
    placeholder = (urlsplit(settings.site_url).hostname or "").endswith(".example")
    lacking = " (a placeholder: set site_url in mkdocs.yml)" if placeholder else ""
    yield Finding("address", True, settings.site_url + lacking)
    browser = chromium.find_chromium()
    yield Finding("Chromium", True, browser or "not there: no PDF can be printed")
    for name, folder in (("site", settings.site), ("build", settings.build)):
        nearest = next(path for path in (folder, *folder.parents) if path.exists())
        writable = os.access(nearest, os.W_OK)
        detail = f"{'writable' if writable else 'not writable'}: {folder.name}"
        yield Finding(name, writable, detail)


def _sources(shop: Workshop, clock: Callable[[], datetime]) -> Iterator[Finding]:
    """Who answers; what the configured provider does not need is no fault."""
    wanted = shop.settings.project.provider
    for name in names():
        asked = request(shop, Order(None, name, None), clock)
        for probe in provider(name).probe(asked):
            ok = probe.ok if name == wanted or probe.ok else None
            yield Finding(f"provider {name}: {probe.source}", ok, _said(probe))


def _said(probe: Probe) -> str:
    took = "" if probe.seconds is None else f" in {probe.seconds:.2f} s"
    return f"{probe.detail}{took}"


def _due(shop: Workshop, clock: Callable[[], datetime]) -> Iterator[Finding]:
    name = shop.settings.project.provider
    asked = request(shop, Order(None, name, None), clock)
    closed = f"closed {asked.closed_at:%Y-%m-%d %H:%M} UTC"
    yield Finding("last session", True, f"{asked.as_of}, {closed}")
    frozen = asked.edition in shop.snapshots.editions()
    yield Finding("last finished week", True, f"{asked.edition}{'' if frozen else ', not frozen'}")
    if frozen:
        yield Finding("would be fetched", True, "nothing: the week is frozen")
        return
    for line in plan(Order(None, name, None), asked):
        yield Finding("would be fetched", True, line)
