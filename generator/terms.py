"""Terms of the glossary in running text: the first mention on a page leads to its entry."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import escape

from generator.config import Term

GLOSSARY_PAGE = "glossary"
_OPAQUE = re.compile(
    r"<a\b.*?</a>|<code\b.*?</code>|<(?P<tag>h[1-6]|title|summary|thead|button)\b.*?</(?P=tag)>"
    r'|<(?P<part>span|div|p) class="(?:chart-title|label|tools|chart-source)".*?</(?P=part)>'
    r"|<!--.*?-->|<[^>]*>|`[^`\n]*`|\[[^\]\n]*\]\([^)\n]*\)|^#[^\n]*|\{:[^}\n]*\}",
    re.DOTALL | re.MULTILINE,
)
"""Where no term is looked for: markup, links, code, headings, titles of charts."""


def anchor(term: str) -> str:
    """Return the name of a term's entry on the Glossary page.

    >>> anchor("Bear market")
    'bear-market'
    """
    return term.lower().replace(" ", "-")


def _pattern(terms: Iterable[Term]) -> re.Pattern[str]:
    """Any term as a word of its own, the longest first; abbreviations only as they are written."""
    words = sorted((entry.term for entry in terms), key=len, reverse=True)
    forms = [re.escape(w) if w.isupper() else f"(?i:{re.escape(w)})" for w in words]
    return re.compile(rf"(?<![\w-])({'|'.join(forms)})s?(?![\w-])")


def with_terms(text: str, terms: Iterable[Term], base: str = "") -> tuple[str, list[Term]]:
    """Return a page's text with each term linked where it is first mentioned, and those terms.

    `base` leads from the page to the edition's pages.
    """
    entries = {entry.term.casefold(): entry for entry in terms}
    if not entries:
        return text, []
    pattern, found = _pattern(entries.values()), dict[str, Term]()

    def link(match: re.Match[str]) -> str:
        entry = entries[match[1].casefold()]
        if entry.term in found:
            return match[0]
        found[entry.term] = entry
        address = f"{base}{GLOSSARY_PAGE}.html#{anchor(entry.term)}"
        return f'<a class="term" href="{escape(address)}">{match[0]}</a>'

    pieces, end = [], 0
    for opaque in _OPAQUE.finditer(text):
        pieces += [pattern.sub(link, text[end : opaque.start()]), opaque[0]]
        end = opaque.end()
    pieces.append(pattern.sub(link, text[end:]))
    return "".join(pieces), list(found.values())
