"""The colours: what is read stands out from its ground, and no eye takes one line for another."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import numpy as np
import pytest
from support import REPOSITORY

from generator.palette import HEAT, LARGE, SHADES, SMALL

STYLE = "".join(
    (REPOSITORY / f"templates/theme/assets/{name}.css").read_text(encoding="utf-8")
    for name in ("site", "charts", "claims")
)
SCHEMES = ("light", "dark")
READABLE = 4.5
"""The contrast that WCAG 2.2 asks of text."""
VISIBLE = 3.0
"""And of what has to be seen without being read."""
APART = 20.0
"""Lab units; about nine times the least difference that an eye tells side by side."""
LINES = ("small", "large", "third", "fourth")
"""What lines are drawn in, and their names beside them."""

# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes: A Physiologically-based Model for Simulation of
# Color Vision Deficiency, IEEE TVCG 15 (6), 2009: the matrices for severity 1.0, for linear RGB.
SIGHTS = {
    "common": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
"""From linear sRGB, for daylight D65."""
WHITE = np.array([0.95047, 1.0, 1.08883])

BLOCK = re.compile(r"([^{}]+)\{([^{}]*)\}")
TEXT = re.compile(r"(?<![-\w])color: var\(--([\w-]+)\)")
GROUND = re.compile(r"(?<![-\w])background(?:-color)?: var\(--([\w-]+)\)")


def linear(colour: str) -> np.ndarray:
    """Light intensities of a colour written as #rrggbb, 0 to 1."""
    parts = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    return float(linear(colour) @ TO_XYZ[1])


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def lab(intensities: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear sRGB; what lies outside the screen's range is cut off."""
    share = TO_XYZ @ intensities.clip(0, 1) / WHITE
    curve = np.where(share > 216 / 24389, np.cbrt(share), (24389 / 27 * share + 16) / 116)
    return np.array([116 * curve[1] - 16, 500 * (curve[0] - curve[1]), 200 * (curve[1] - curve[2])])


def distance(one: str, other: str, sight: str) -> float:
    """How far apart two colours look (CIE 1976) to an eye of a certain sight."""
    matrix = SIGHTS[sight]
    return float(np.linalg.norm(lab(matrix @ linear(one)) - lab(matrix @ linear(other))))


def rules() -> Iterator[tuple[str, str | None, str | None]]:
    """Yield selector, text colour and ground of every rule of the style sheet that sets either."""
    for selector, declarations in BLOCK.findall(STYLE):
        text, ground = TEXT.search(declarations), GROUND.search(declarations)
        if text or ground:
            yield selector.strip(), text and text[1], ground and ground[1]


def pairs_of_text() -> set[tuple[str, str]]:
    """Text and ground that the style sheet sets against each other.

    A rule with both is a pair. A ground without a text colour, the rows under a mouse, may lie
    below any text, and so may one that a table's row takes when it is led to: what stands in the
    row keeps its own colour. Every text may stand on paper.
    """
    found = list(rules())
    texts = {text for _, text, _ in found if text} | {"ink"}
    pairs = {(text, ground) for _, text, ground in found if text and ground}
    below = {ground for name, text, ground in found if ground and (not text or "tr:" in name)}
    return pairs | set(itertools.product(texts, below | {"paper"}))


def in_scheme(name: str, scheme: str) -> str:
    """One colour of the palette on light or on dark paper."""
    return str(getattr(SHADES[name], scheme))


def test_the_measures_agree_with_published_values() -> None:
    """Black on white has 21, #767676 the 4.54 that WCAG's notes give; red is L*a*b* 53 80 67."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert lab(linear("#ff0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    assert distance("#ffffff", "#000000", "common") == pytest.approx(100, abs=0.01)
    for matrix in SIGHTS.values():
        assert matrix.sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-5)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_text_of_the_theme_is_readable_on_its_ground(scheme: str) -> None:
    """Each text colour that the style sheet sets has a contrast of 4.5 on each of its grounds."""
    pairs = pairs_of_text()
    assert {("notice-ink", "notice"), ("quiet", "paper"), ("up", "wash")} <= pairs
    poor = {
        pair: round(found, 2)
        for pair in sorted(pairs)
        if (found := contrast(*(in_scheme(name, scheme) for name in pair))) < READABLE
    }
    assert poor == {}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("text", ["ink", "quiet", *LINES])
def test_every_label_of_a_chart_is_readable(text: str, scheme: str) -> None:
    """Axes, notes and the names of lines have 4.5 on paper; ink and quiet on what is shaded too."""
    grounds = ["paper", *(["bear", "band"] if text in ("ink", "quiet") else [])]
    for ground in grounds:
        found = contrast(in_scheme(text, scheme), in_scheme(ground, scheme))
        assert found >= READABLE, f"{text} on {ground}: {found:.2f}"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_line_and_bar_is_visible(scheme: str) -> None:
    """What carries data has 3 on paper, and lines have it on the ground of bear markets as well."""
    pairs = [(mark, "paper") for mark in (*LINES, "other", "axis")]
    pairs += [(mark, "bear") for mark in LINES] + [("small", "band")]
    poor = [p for p in pairs if contrast(*(in_scheme(name, scheme) for name in p)) < VISIBLE]
    assert poor == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_hatched_mark_is_seen_by_its_lines(scheme: str) -> None:
    """The lines of a period that is not over have 3 on paper, and differ from their pale ground."""
    for name in ("small", "large", "other"):
        line, ground = in_scheme(name, scheme), in_scheme(f"{name}-pale", scheme)
        assert contrast(line, in_scheme("paper", scheme)) >= VISIBLE, name
        assert contrast(line, ground) >= 2, name


@pytest.mark.parametrize("scheme", SCHEMES)
def test_heat_grows_from_the_middle(scheme: str) -> None:
    """Far is darker than near on light paper and lighter on dark, on both sides of the middle."""
    lights = [luminance(getattr(shade, scheme)) for shade in HEAT]
    if scheme == "light":
        lights = [-light for light in lights]
    middle = len(lights) // 2
    assert lights[: middle + 1] == sorted(lights[: middle + 1], reverse=True)
    assert lights[middle:] == sorted(lights[middle:])


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_no_eye_takes_one_line_for_another(sight: str, scheme: str) -> None:
    """Any two lines are 20 apart to every common colour blindness; small and large far more."""
    apart = {
        pair: distance(*(in_scheme(name, scheme) for name in pair), sight)
        for pair in itertools.combinations(LINES, 2)
    }
    assert {pair: round(d, 1) for pair, d in apart.items() if d < APART} == {}
    assert distance(getattr(SMALL, scheme), getattr(LARGE, scheme), sight) >= 3 * APART


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_no_eye_takes_ahead_for_behind(sight: str, scheme: str) -> None:
    """Rises and falls, and both ends of the heat map, are apart without red against green."""
    assert distance(in_scheme("up", scheme), in_scheme("down", scheme), sight) >= APART
    assert distance(getattr(HEAT[0], scheme), getattr(HEAT[-1], scheme), sight) >= APART


def test_no_text_is_drawn_in_the_colour_of_a_rule() -> None:
    """Grids, axes and the rules between rows have colours of their own, too pale to read."""
    assert not {text for _, text, _ in rules()} & {"line", "grid", "axis"}
