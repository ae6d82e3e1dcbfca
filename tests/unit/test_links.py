"""The links of a page, named from the root of its site."""

from __future__ import annotations

import pytest

from generator.links import Link, links


@pytest.mark.parametrize(
    ("page", "address", "link"),
    [
        ("index.html", "a.html", Link("a.html", "")),
        ("2026-W03/index.html", "../index.html#editions", Link("index.html", "editions")),
        ("2026-W03/charts/a.html", "../../assets/b.css", Link("assets/b.css", "")),
        ("a.html", "b%20c.html?d=e#f%26g", Link("b c.html", "f&g")),
        ("a.html", "#only", None),
        ("a.html", "https://b.example/c", None),
        ("a.html", "//b.example/c", None),
        ("a.html", "/from/the/host", None),
        ("a.html", "mailto:a@b.example", None),
        ("a.html", "data:image/png;base64,AA", None),
        ("a.html", "../outside.html", None),
    ],
)
def test_where_an_address_leads(page: str, address: str, link: Link | None) -> None:
    """Relative addresses are resolved, and what leaves the site is passed over."""
    found = list(links(page, f'<a href="{address}">x</a>'.encode()))
    assert found == ([link] if link else [])


def test_every_way_to_lead_on() -> None:
    """Links, scripts, styles, pictures and the library that is fetched later; each once."""
    content = (
        b'<html data-bundle="v.js"><link href="s.css"><script src="t.js"></script>'
        b'<img src="p.png"><a href="a.html">1</a><a href="a.html">2</a>'
    )
    assert [link.name for link in links("x.html", content)] == [
        "v.js",
        "s.css",
        "t.js",
        "p.png",
        "a.html",
    ]
