"""The feeds: valid by their standards, the newest releases in full, under names that last."""

from __future__ import annotations

import json
import re
from datetime import datetime

from lxml import etree, html
from support_project import published, settings
from support_root import RootSite, copy_of, four_years

ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
FEED_PARTS = {"title", "subtitle", "id", "link", "icon", "updated", "author", "entry"}
ENTRY_PARTS = {"title", "id", "link", "published", "updated", "summary", "content"}


def _children(element: etree._Element) -> list[str]:
    return [etree.QName(child).localname for child in element]


def _check_common(element: etree._Element, allowed: set[str]) -> None:
    """What RFC 4287 demands of feeds and entries alike (4.1.1, 4.1.2)."""
    names = _children(element)
    assert set(names) <= allowed
    for name in ("id", "title", "updated"):
        assert names.count(name) == 1, name
    assert MOMENT.fullmatch(element.findtext(f"{ATOM}updated", ""))
    assert element.findtext(f"{ATOM}id", "").startswith("https://")
    links = [(link.get("rel"), link.get("type")) for link in element.findall(f"{ATOM}link")]
    assert len(set(links)) == len(links) and ("alternate", "text/html") in links


def check_atom(content: bytes) -> etree._Element:
    """Check a feed against RFC 4287 and return it."""
    feed = etree.fromstring(content)
    assert feed.tag == f"{ATOM}feed"
    _check_common(feed, FEED_PARTS)
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert {link.get("rel") for link in feed.findall(f"{ATOM}link")} == {"self", "alternate"}
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        _check_common(entry, ENTRY_PARTS)
        for text in (*entry.findall(f"{ATOM}content"), *entry.findall(f"{ATOM}summary")):
            assert text.get("type") in ("text", "html") and text.text
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    return feed


def test_both_feeds_of_atom_are_valid() -> None:
    """Also the one of corrections, and where nothing has been corrected."""
    check_atom(four_years().files["feed.xml"])
    assert len(check_atom(four_years().files["corrections.xml"]).findall(f"{ATOM}entry")) == 1
    site = RootSite()
    site.publish("2026-W03")
    assert check_atom(site.files["corrections.xml"]).find(f"{ATOM}entry") is None


def test_the_json_feed_has_what_version_one_point_one_wants() -> None:
    """Every item an id, a text and moments that are none of the future."""
    feed = json.loads(four_years().files["feed.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert {"title", "home_page_url", "feed_url", "items"} <= feed.keys()
    assert all(isinstance(item["id"], str) and item["id"] for item in feed["items"])
    for item in feed["items"]:
        assert item["content_html"].startswith("<p>") and "<" not in item["content_text"]
        assert MOMENT.fullmatch(item["date_published"])
        published, modified = (
            datetime.fromisoformat(item[name]) for name in ("date_published", "date_modified")
        )
        assert published <= modified


def test_a_correction_is_an_entry_of_its_own_and_the_first_keeps_its_name() -> None:
    """Where the first release lies has changed; what it is called has not."""
    items = {item["id"]: item for item in json.loads(four_years().files["feed.json"])["items"]}
    first = items["https://a.example/sub/2025-W52/"]
    second = items["https://a.example/sub/2025-W52-r2/"]
    assert first["url"] == "https://a.example/sub/2025-W52-r1/index.html"
    assert second["url"] == "https://a.example/sub/2025-W52-r2/index.html"
    assert "corrected 2 January 2026" in second["title"] and "corrected" not in first["title"]
    assert second["date_published"] == first["date_published"] < second["date_modified"]


def test_simulated_data_are_called_so_in_both() -> None:
    """In the title, the summary and the text."""
    for item in json.loads(four_years().files["feed.json"])["items"]:
        assert "(simulated data)" in item["title"]
        assert "Simulated data." in item["summary"] and "Simulated data." in item["content_text"]
    feed = etree.fromstring(four_years().files["feed.xml"])
    for entry in feed.findall(f"{ATOM}entry"):
        assert "Simulated data." in entry.findtext(f"{ATOM}content", "")


def test_the_newest_by_date_stand_first_and_no_more_than_twenty() -> None:
    """An edition of long ago that is published late does not push aside the newest."""
    site = copy_of(four_years())
    site.publish("2020-W10")
    titles = [item["title"] for item in json.loads(site.files["feed.json"])["items"]]
    assert titles[0].startswith("Week to 23 January 2026") and "2020" in titles[-1]
    for week in range(20, 34):
        site.publish(f"2021-W{week}")
    assert len(json.loads(site.files["feed.json"])["items"]) == 20


def test_every_page_of_the_root_names_the_feeds() -> None:
    """In its head, by a relative address."""
    for name, content in four_years().files.items():
        if name.endswith(".html") and name != "404.html":
            base = "../" * name.count("/")
            assert f'type="application/atom+xml" title="A &amp; B" href="{base}feed.xml"' in (
                content.decode()
            ), name


def test_an_edition_in_words_has_all_of_its_text_and_whole_addresses() -> None:
    """Answer, headline numbers, commentary; no picture; its label; links that need no base."""
    folder = published().site / "2026-W03"
    words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    record = json.loads((folder / "edition.json").read_text(encoding="utf-8"))
    text = " ".join(html.fromstring(f"<div>{words['html']}</div>").text_content().split())
    assert record["answer"] in text and text.startswith("Simulated data.")
    assert all(f"{n['label']}: {n['display']}" in text for n in record["headlines"])
    links = re.findall(r'href="([^"]*)"', words["html"])
    assert links and all(link.startswith(f"{settings().site_url}2026-W03/") for link in links)
    assert not re.search(r"<(img|svg|table)|style=", words["html"])
    assert "SIMULATED DATA" in words["text"]
    assert words["text"] == (folder / "mail/digest.txt").read_text(encoding="utf-8")
