"""Posters: every word is there and within the edges, in letters that are the same everywhere."""

from __future__ import annotations

import io
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from PIL import Image

from generator import palette
from generator.cards import Card, card
from generator.fonts import REGULAR, SANS, SERIF
from generator.lettering import width
from generator.posters import Caption, bare, poster
from generator.raster import rasterised
from generator.sheets import HEIGHT, MARGIN, SIMULATED, WIDTH

SVG = "{http://www.w3.org/2000/svg}"
DRAWING = (
    '<svg font-family="Helvetica" font-size="12px" xmlns="http://www.w3.org/2000/svg" '
    'width="640" height="{height}" viewBox="0 0 640 {height}">'
    '<rect x="40" y="20" width="560" height="100" fill="#0067a5"/></svg>'
)
CAPTION = Caption(
    title="The Russell 2000 beat the S&P 500 in nine of 10 weeks",
    subtitle="Price return, %, 31 December 2025 to 23 January 2026.",
    source="Source: simulated data, as of 23 January 2026",
    description="One bar.",
    site_name="Small Caps Weekly",
    edition="2026-W04",
    as_of="2026-01-23",
    snapshot="0" * 64,
    simulated=True,
    address="https://small-caps-weekly.example/2026-W04/charts/bars.html",
)
TITLES = (
    "Up",
    CAPTION.title,
    "The Russell 2000 beat the S&P 500 in nine of 10 weeks, " * 6,
    "Unabbreviated" * 12,
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWW MMMMMMMMMMMMMMMMMMMMMMM",
    "−12.34%, +5.67 pp: “quoted” — 1.5× the average…",
)
CARD = Card(
    site_name="Small Caps Weekly",
    week="Week to 23 January 2026",
    question="How are small caps doing?",
    answer="The Russell 2000 fell 0.32%. It is 1.81% below its record.",
    numbers=(("Russell 2000, week", "−0.32%"), ("Sessions ahead in a row", "14")),
    simulated=True,
    path=(1.0, 3.0, 2.0),
)


def _drawn(down: int = 300) -> str:
    return DRAWING.format(height=down)


def _texts(svg: str) -> list[tuple[float, float, float, str]]:
    """Return left and right edge, base line and words of every text."""
    found = []
    root = ElementTree.fromstring(svg)
    for group in (root, *root.findall(f"{SVG}g")):
        moved = group.get("transform", "translate(0,0)").split("(")[1].split(")")[0]
        aside, down = (float(part) for part in moved.split(","))
        for text in group.findall(f"{SVG}text"):
            family = SERIF if text.get("font-family", "").startswith(SERIF) else SANS
            weight = int(text.get("font-weight", REGULAR))
            left, words = float(text.get("x", 0)) + aside, text.text or ""
            across = width(words, family, weight, float(text.get("font-size", 0)))
            found.append((left, left + across, float(text.get("y", 0)) + down, words))
    return found


@pytest.mark.parametrize("title", TITLES)
def test_no_word_of_a_poster_is_lost_or_leaves_its_place(title: str) -> None:
    """However long: every letter is there, left of the drawing, above the foot, within the edge."""
    caption = replace(CAPTION, title=title)
    svg = poster(caption, _drawn())
    texts = _texts(svg)
    height = float(ElementTree.fromstring(svg).get("height", 0))
    letters = "".join("".join(words.split()) for *_, words in texts)
    for said in (title, caption.subtitle, caption.source):
        assert "".join(said.split()) in letters
    assert all(left >= MARGIN and right <= MARGIN + 330 for left, right, *_ in texts)
    assert all(MARGIN < base < height - MARGIN + 4 for *_, base, _ in texts)
    bases = [base for *_, base, words in texts if words != SIMULATED]
    assert bases == sorted(bases) and len(set(bases)) == len(bases)


def test_a_poster_is_what_link_previews_show() -> None:
    """1200 by 630, the drawing whole and within the margins; higher only where it must be."""
    assert _extent(poster(CAPTION, _drawn(300))) == (WIDTH, HEIGHT)
    assert _extent(poster(CAPTION, _drawn(430))) == (WIDTH, HEIGHT)
    across, down = _extent(poster(CAPTION, _drawn(900)))
    scale = (WIDTH - 2 * MARGIN - 344) / 640
    assert across == WIDTH and down >= 900 * scale + 2 * MARGIN


def _extent(svg: str) -> tuple[int, int]:
    return Image.open(io.BytesIO(rasterised(svg))).size


def test_a_poster_stands_alone() -> None:
    """It has its own colours and names, a role and a description, and asks for nothing."""
    svg = poster(CAPTION, _drawn())
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img" and root.findtext(f"{SVG}title") == CAPTION.title
    assert root.findtext(f"{SVG}desc") == CAPTION.description
    assert "var(" not in svg and "href" not in svg and svg.count("http") == 1


def test_a_bare_drawing_is_twice_its_size() -> None:
    """For mail programs, which show it at half: the whole drawing on paper, no words around it."""
    picture = bare(_drawn(300))
    assert _extent(picture) == (1280, 600) and "<text" not in picture
    shown = Image.open(io.BytesIO(rasterised(picture))).convert("RGB")
    assert shown.getpixel((600, 100)) == (0x00, 0x67, 0xA5)


@pytest.mark.parametrize("simulated", [True, False])
def test_pictures_of_simulated_data_say_so(simulated: bool) -> None:
    """In large letters on the poster and on the edition's picture, and on no others."""
    for svg in (
        poster(replace(CAPTION, simulated=simulated), _drawn()),
        card(replace(CARD, simulated=simulated)),
    ):
        assert (SIMULATED in svg) is simulated


def test_the_picture_of_an_edition_has_its_words() -> None:
    """Name, week, question, answer and numbers, all within the edges."""
    texts = _texts(card(CARD))
    said = " ".join(words for *_, words in texts)
    for words in (CARD.site_name, CARD.week, CARD.question, CARD.answer, "−0.32%", "14"):
        assert words in said
    assert all(left >= MARGIN and right <= WIDTH - MARGIN for left, right, *_ in texts)
    assert all(base < HEIGHT - MARGIN for *_, base, _ in texts)
    assert _extent(card(CARD)) == (WIDTH, HEIGHT)


def test_a_long_answer_loses_whole_sentences() -> None:
    """What does not fit is left out from the end, sentence by sentence; the numbers keep free."""
    sentences = [f"Sentence {n} says a good deal about how small caps are doing." for n in range(9)]
    texts = _texts(card(replace(CARD, answer=" ".join(sentences))))
    answer = " ".join(words for *_, base, words in texts if 170 < base < 478)
    assert answer in [" ".join(sentences[:count]) for count in range(2, 9)]
    assert max(base for *_, base, words in texts if words in answer) < 478


def test_a_picture_keeps_its_main_colours() -> None:
    """Few colours make it small; paper, ink and the marks stay exactly what they are."""
    svg = poster(CAPTION, _drawn())
    picture = Image.open(io.BytesIO(rasterised(svg)))
    assert picture.mode == "P" and len(picture.getcolors() or []) <= 64
    shown = picture.convert("RGB")
    counted = sorted(shown.getcolors(WIDTH * HEIGHT) or [], reverse=True)
    common = {"#%02x%02x%02x" % colour for _, colour in counted[:4]}  # noqa: UP031
    assert {palette.PAPER.light, palette.SMALL.light, palette.INK.light} <= common
    assert "#%02x%02x%02x" % shown.getpixel((5, 5)) == palette.PAPER.light  # noqa: UP031


def test_the_same_picture_has_the_same_bytes() -> None:
    """Rasterised twice, and small enough for a link preview."""
    svg = poster(CAPTION, _drawn())
    assert rasterised(svg) == rasterised(svg)
    assert len(rasterised(svg)) < 40_000
