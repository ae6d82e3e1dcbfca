"""llms.txt: the site in one page of text, for programs that read for people."""

from __future__ import annotations

import json
import re

from support_project import (
    Project,
    published,
    published_from_files,
    read_page,
    settings,
)
from support_root import copy_of, four_years

LINK = re.compile(r"\[([^\]]+)\]\((\S+)\)")


def _text(project: Project) -> str:
    return (project.site / "llms.txt").read_text(encoding="utf-8")


def test_it_has_the_form_that_programs_look_for() -> None:
    """A heading, a summary that holds the newest answer, then sections of links."""
    text = _text(published())
    record = json.loads((published().site / "2026-W04/edition.json").read_text(encoding="utf-8"))
    blocks = [block for block in text.split("\n\n") if block]
    assert blocks[0] == "# Small Caps Weekly"
    assert blocks[1].startswith("> ") and record["answer"] in blocks[1]
    assert "\n\n\n" not in text
    sections = text.split("\n## ")[1:]
    assert [section.partition("\n")[0] for section in sections] == [
        "Newest edition",
        "Headline numbers of 2026-W04",
        "Data of the charts",
        "All editions",
        "Optional",
    ]
    for section in sections:
        assert all(line.startswith("- [") for line in section.splitlines()[1:] if line), section


def test_every_link_is_an_address_in_full_and_leads_to_something() -> None:
    """Below the address of the site there is such a file, with such a place in it."""
    site, address = published().site, settings().site_url
    found = LINK.findall(_text(published()))
    assert len(found) > 30
    for title, link in found:
        assert link.startswith(address), title
        path, _, place = link.removeprefix(address).partition("#")
        assert (site / path).is_file(), link
        assert not place or place in read_page(site / path).ids, link


def test_the_headline_numbers_are_those_of_the_edition() -> None:
    """Label, number and the id that leads to its entry."""
    record = json.loads((published().site / "2026-W04/edition.json").read_text(encoding="utf-8"))
    text = _text(published())
    for number in record["headlines"]:
        assert re.search(
            rf"\[{re.escape(number['label'])}\]\(\S+#{re.escape(number['id'])}\): "
            rf"{re.escape(number['display'])}$",
            text,
            re.MULTILINE,
        )


def test_simulated_editions_are_called_so() -> None:
    """The newest in a sentence of its own, every one in the list; a real one is not."""
    assert "**The data of this edition are simulated**" in _text(published())
    listed = _text(published_from_files()[0]).partition("## Optional")[2]
    lines = {name: line for line in listed.splitlines() for name in LINK.findall(line)[:1]}
    simulated = {name: "(simulated data)" in line for (name, _), line in lines.items()}
    assert (simulated["2026-W04"], simulated["2026-W03"]) == (True, False)


def test_a_long_archive_is_pointed_to_rather_than_listed() -> None:
    """The newest twelve, and the file that lists all."""
    site = copy_of(four_years())
    for week in range(10, 20):
        site.publish(f"2025-W{week}")
    made = site.files["llms.txt"].decode()
    names = [name for name, _ in LINK.findall(made.partition("## Optional")[2])]
    assert names == [entry.key for entry in site.listing.newest.values()][:12]
    assert "all 17 editions" in made
