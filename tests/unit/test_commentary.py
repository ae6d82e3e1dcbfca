"""Commentary: sections by page, references checked before the build, nothing else allowed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from jinja2.sandbox import SecurityError
from support_project import REPOSITORY, settings
from test_summary import facts_of

from generator.commentary import Commentary, named_metrics, read_commentary
from generator.errors import ReportError
from generator.facts import Value
from generator.pages import Renderer

PAGES = ("index", "performance")
METRICS = ("return_1w", "return_ytd", "drawdown")
FRONT = "---\ntitle: A week\nauthor: An editor\ndate: 2026-01-18\n---\n\n"


def _read(folder: Path, text: str) -> tuple[Commentary | None, list[str]]:
    path = folder / "words.md"
    path.write_text(text, encoding="utf-8")
    commentary, mistakes = read_commentary(path, "words.md", PAGES, METRICS)
    return commentary, [str(mistake) for mistake in mistakes]


def test_no_file_is_no_commentary(tmp_path: Path) -> None:
    """An edition needs no words."""
    assert read_commentary(tmp_path / "none.md", "none.md", PAGES, METRICS) == (None, [])


def test_sections_are_told_apart(tmp_path: Path) -> None:
    """Each heading begins a page's words; deeper headings belong to them."""
    text = FRONT + "# index\n\nFirst.\n\n## Deeper\n\nMore.\n\n# performance\n\nSecond.\n"
    commentary, mistakes = _read(tmp_path, text)
    assert mistakes == [] and commentary is not None
    assert (commentary.title, commentary.author) == ("A week", "An editor")
    assert commentary.written == date(2026, 1, 18)
    assert commentary.sections == {
        "index": "First.\n\n## Deeper\n\nMore.",
        "performance": "Second.",
    }


def test_words_say_whether_they_are_about_simulated_data(tmp_path: Path) -> None:
    """The mark is true or false, false where it is not given, and nothing else."""
    marked = FRONT.replace("---\n\n", "simulated: true\n---\n\n") + "# index\n\nFirst.\n"
    commentary, _ = _read(tmp_path, marked)
    assert commentary is not None and commentary.simulated
    commentary, _ = _read(tmp_path, FRONT + "# index\n\nFirst.\n")
    assert commentary is not None and not commentary.simulated
    commentary, mistakes = _read(tmp_path, marked.replace("true", "perhaps"))
    assert commentary is None
    assert mistakes == ["words.md:1: 'simulated' is 'perhaps', not true or false"]


def test_line_ends_of_another_system_are_understood(tmp_path: Path) -> None:
    """A file written on Windows reads the same."""
    path = tmp_path / "words.md"
    path.write_bytes((FRONT + "# index\n\nFirst.\n").replace("\n", "\r\n").encode())
    commentary, mistakes = read_commentary(path, "words.md", PAGES, METRICS)
    assert mistakes == [] and commentary is not None
    assert commentary.sections == {"index": "First."}


def test_references_name_metrics(tmp_path: Path) -> None:
    """What the words refer to is computed."""
    text = FRONT + "# index\n\n{{ fact('drawdown.a') }} and {{ fact('return_1w', 'b') }}\n"
    commentary, _ = _read(tmp_path, text)
    assert commentary is not None
    assert named_metrics(commentary) == {"drawdown", "return_1w"}


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("# index\n", "words.md:1: 'title' is missing"),
        ("---\ntitle: A\n---\n# index\n", "words.md:1: 'author' is missing"),
        ("---\n- a\n---\n# index\n", "words.md:1: the front matter must name title, author"),
        ("---\ntitle: [\n---\n# index\n", "words.md:1: the front matter is not YAML"),
        (FRONT.replace("2026-01-18", "today") + "# index\n", "words.md:1: 'date' is 'today'"),
        (FRONT + "Words.\n\n# index\n", "words stand before the first '# page' heading"),
        (FRONT + "# prformance\n", "words.md:7: 'prformance' is not a page; did you mean 'perf"),
        (FRONT + "# zzz\n", "words.md:7: 'zzz' is not a page; pages: index, performance"),
        (FRONT + "# index\n\n# index\n", "words.md:9: 'index' has two sections"),
        (FRONT + "# index\n\n\n{{ fact('return_1d.x') }}\n", "words.md:10: there is no figure"),
        (FRONT + "# index\n\n{{ fact( }}\n", "words.md:9: not a template"),
        (FRONT + "# index\n\n{{ facts('return_1w') }}\n", "words.md:9: only fact("),
        (FRONT + "# index\n\n{{ fact(name) }}\n", "words.md:9: only fact("),
        (FRONT + "# index\n\n{{ fact() }}\n", "words.md:9: only fact("),
        (FRONT + "# index\n\n{{ range(9) }}\n", "words.md:9: only fact("),
        (FRONT + "# index\n\n{{ ''.join(['a']) }}\n", "words.md:9: only fact("),
        (FRONT + "# index\n\n{{ fact.__call__('return_1w.x') }}\n", "words.md:9: only fact("),
        (FRONT + "# index\n\n{{ ().__class__.mro() }}\n", "words.md:9: only fact("),
    ],
)
def test_each_mistake_is_told_with_its_line(tmp_path: Path, text: str, mistake: str) -> None:
    """Wrong front matter, pages, figures and calls are found before anything is computed."""
    commentary, mistakes = _read(tmp_path, text)
    assert commentary is None
    assert any(mistake in line for line in mistakes), mistakes


def test_all_mistakes_come_together(tmp_path: Path) -> None:
    """One look at the file is enough."""
    text = "# indx\n\n{{ fact('drawdwn.x') }}\n\n# performance\n\n{{ open('x') }}\n"
    _, mistakes = _read(tmp_path, text)
    assert len(mistakes) == 6


def _rendered(words: str) -> str:
    small = settings().universe.benchmarks.small
    facts = facts_of({"return_1w": {small: Value(0.0204)}})
    context = {"universe": settings().universe, "glossary": (), "edition": "2026-W03"}
    none = facts_of({})
    renderer = Renderer(REPOSITORY / "templates", facts, none, {}, {"index": words}, context)
    return str(renderer.commentary("index"))


def test_a_reference_becomes_a_number_that_leads_to_its_entry() -> None:
    """The words hold the name, the page the number."""
    text = _rendered("Up {{ fact('return_1w.russell_2000') }} & *well*.")
    assert (
        'Up <a class="fact up" href="figures.html#return_1w.russell_2000">'
        '<data value="0.0204">+2.04%</data></a> & *well*.'
    ) in text


@pytest.mark.parametrize(
    "words",
    [
        "{{ fact.__func__ }}",
        "{{ fact.__self__._facts }}",
        "{{ fact.__globals__ }}",
        "{{ ''.__class__ }}",
        "{{ fact['__self__'] }}",
        "{{ fact|attr('__self__') }}",
        "{{ self.__init__ }}",
        "{{ settings }}",
        "{{ universe }}",
        "{{ cycler }}",
    ],
)
def test_the_sandbox_shows_facts_only(words: str) -> None:
    """Neither internals nor settings can be reached from the words."""
    with pytest.raises(Exception) as caught:
        _rendered(words)
    assert isinstance(caught.value, (SecurityError, UndefinedError, ReportError))


def test_a_reference_without_a_call_is_a_mistake(tmp_path: Path) -> None:
    """`{{ fact }}` prints nothing that belongs on a page, and differs from build to build."""
    _, mistakes = _read(tmp_path, FRONT + "# index\n\n{{ fact }}\n")
    assert mistakes
