"""Commentary: sections by page, references checked before the build, nothing else allowed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from jinja2.sandbox import SecurityError
from support_project import REPOSITORY, settings
from test_summary import facts_of

from generator.commentary import (
    Commentary,
    cited_sources,
    named_forecasts,
    named_metrics,
    read_commentary,
)
from generator.errors import ContentError, ReportError
from generator.facts import Value
from generator.lint_text import Known
from generator.pages import Renderer

METRICS = ("return_1w", "return_ytd", "drawdown")
KNOWN = Known(("index", "performance"), dict.fromkeys(METRICS, "fraction"), ("a", "b"))
FRONT = "---\ntitle: A week\nauthor: An editor\ndate: 2026-01-18\n---\n\n"


def _read(folder: Path, text: str) -> tuple[Commentary | None, list[str]]:
    path = folder / "words.md"
    path.write_text(text, encoding="utf-8")
    commentary, mistakes = read_commentary(path, "words.md", KNOWN)
    return commentary, [str(mistake) for mistake in mistakes]


def test_no_file_is_no_commentary(tmp_path: Path) -> None:
    """An edition needs no words."""
    assert read_commentary(tmp_path / "none.md", "none.md", KNOWN) == (None, [])


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
    assert mistakes == ["words.md:5:1: 'simulated' is 'perhaps', not true or false [front-matter]"]


def test_line_ends_of_another_system_are_understood(tmp_path: Path) -> None:
    """A file written on Windows reads the same."""
    path = tmp_path / "words.md"
    path.write_bytes((FRONT + "# index\n\nFirst.\n").replace("\n", "\r\n").encode())
    commentary, mistakes = read_commentary(path, "words.md", KNOWN)
    assert mistakes == [] and commentary is not None
    assert commentary.sections == {"index": "First."}


def test_remarks_are_for_editors_alone(tmp_path: Path) -> None:
    """What stands between {# and #} is not read, wherever it stands, and moves nothing."""
    text = FRONT + "{# Begin. #}\n\n# index\n\nFirst. {# Buy 7%\n# zzz\n[@x] #}\nUp {{ open }}\n"
    _, findings = _read(tmp_path, text)
    assert len(findings) == 1 and "words.md:14:4: only fact(" in findings[0]
    commentary, findings = _read(tmp_path, text.replace("{{ open }}", "again."))
    assert findings == [] and commentary is not None
    assert commentary.sections == {"index": "First.\n\n\nUp again."}


def test_references_name_metrics(tmp_path: Path) -> None:
    """What the words refer to is computed."""
    text = FRONT + "# index\n\n{{ fact('drawdown.a') }} and {{ fact('return_1w', 'b') }}\n"
    text += "\nIt may last [inference: return_ytd.a].\n"
    commentary, findings = _read(tmp_path, text)
    assert commentary is not None, findings
    assert named_metrics(commentary) == {"drawdown", "return_1w", "return_ytd"}


def test_marks_name_sources_and_forecasts() -> None:
    """What the words cite is known before they are printed; an opinion's source counts too."""
    words = Commentary("A", "B", date(2026, 1, 18), False, {"index": "A [@x; @y]. B [opinion @z]."})
    words.sections["performance"] = "C [forecast: f-1]."  # type: ignore[index]
    assert cited_sources(words) == {"x", "y", "z"}
    assert named_forecasts(words) == {"f-1"}


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("# index\n", "words.md:1:1: 'title' is missing"),
        ("---\ntitle: A\n---\n# index\n", "words.md:1:1: 'author' is missing"),
        ("---\n- a\n---\n# index\n", "words.md:1:1: the front matter must name title, author"),
        ("---\ntitle: [\n---\n# index\n", "the front matter is not YAML"),
        ("---\ntitle: A\ntitle: B\n---\n# index\n", "words.md:3:1: 'title' stands twice"),
        (FRONT.replace("author", "auhtor"), "words.md:3:1: 'auhtor' is not known; did you mean"),
        (FRONT.replace("2026-01-18", "today") + "# index\n", "words.md:4:1: 'date' is 'today'"),
        (FRONT.replace("A week", "[A]") + "# index\n", "'title' is ['A'], not words"),
        (FRONT.replace("A week", "'[A](javascript:b)'") + "# index\n", "leave out '['"),
        (FRONT.replace("A week", "A *week*") + "# index\n", "leave out '*'"),
        (FRONT.replace("A week", "Up 7% in a week") + "# index\n", "words.md:2:11: title: nothing"),
        (FRONT.replace("---\n\n", "sections: [index]\n---\n\n") + "# performance\n", "'sections'"),
        (FRONT + "Words.\n\n# index\n", "words stand before the first '# page' heading"),
        (FRONT + "# prformance\n", "words.md:7:1: 'prformance' is not a page; did you mean 'perf"),
        (FRONT + "# zzz\n", "words.md:7:1: 'zzz' is not a page; pages: index, performance"),
        (FRONT + "# index\n\n# index\n", "words.md:9:1: 'index' has two sections"),
        (FRONT + "# index\n\n\n{{ fact('return_1d.a') }}\n", "words.md:10:1: there is no figure"),
        (
            FRONT + "# index\n\nUp {{ fact('return_1w.c') }}\n",
            "words.md:9:4: there is no series 'c'",
        ),
        (FRONT + "# index\n\n{{ fact('return_1w.a', form='wrods') }}\n", "did you mean 'words'"),
        (FRONT + "# index\n\n{{ fact( }}\n", "words.md:9:1: only fact("),
        (FRONT + "# index\n\n{{ facts('return_1w') }}\n", "words.md:9:1: only fact("),
        (FRONT + "# index\n\n{{ fact(name) }}\n", "words.md:9:1: only fact("),
        (FRONT + "# index\n\n{{ fact() }}\n", "words.md:9:1: only fact("),
        (FRONT + "# index\n\n{{ fact('return_1w.a', 'b') }}\n", "words.md:9:1: only fact("),
        (FRONT + "# index\n\n{{ fact('return_1w.a', size=2) }}\n", "words.md:9:1: only fact("),
        (FRONT + "# index\n\n{{ range(9) }}\n", "words.md:9:1: only fact("),
        (FRONT + "# index\n\n{# a {{ remark #}\n", "words.md:9:1: only fact("),
    ],
)
def test_each_mistake_is_told_with_its_line(tmp_path: Path, text: str, mistake: str) -> None:
    """Wrong front matter, pages, figures and calls are found before anything is computed."""
    commentary, mistakes = _read(tmp_path, text)
    assert commentary is None
    assert any(mistake in line for line in mistakes), mistakes


def test_all_mistakes_come_together(tmp_path: Path) -> None:
    """One look at the file is enough."""
    text = "# indx\n\n{{ fact('drawdwn.a') }}\n\n# performance\n\n{{ open('x') }}\n"
    _, mistakes = _read(tmp_path, text)
    assert len(mistakes) == 6


def _rendered(words: str) -> str:
    small = settings().universe.benchmarks.small
    facts = facts_of({"return_1w": {small: Value(0.0204)}})
    context = {"universe": settings().universe, "glossary": (), "edition": "2026-W03"}
    none = facts_of({})
    written = Commentary("A week", "An editor", date(2026, 1, 18), False, {"index": words})
    renderer = Renderer(REPOSITORY / "templates", facts, none, {}, written, context)
    return str(renderer.commentary("index"))


def test_a_reference_becomes_a_number_that_leads_to_its_entry() -> None:
    """The words hold the name, the page the number."""
    text = _rendered("Up {{ fact('return_1w.russell_2000') }} & *well*.")
    assert (
        '<span class="sentence" data-kind="computed">Up '
        '<a class="fact up" href="figures.html#return_1w.russell_2000">'
        '<data value="0.0204">+2.04%</data></a> & *well*.</span>'
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


@pytest.mark.parametrize(
    ("reference", "shown"),
    [
        ("form='magnitude'", "2.04%"),
        ("digits=1", "+2.0%"),
        ("digits=0, form='magnitude'", "2%"),
        ("form='sign'", "+2.04%"),
    ],
)
def test_a_reference_says_how_it_is_printed(reference: str, shown: str) -> None:
    """Forms and fewer digits are of the words; the full value stays in the markup."""
    text = _rendered(f"Up {{{{ fact('return_1w.russell_2000', {reference}) }}}}.")
    assert f'<data value="0.0204">{shown}</data>' in text


@pytest.mark.parametrize(
    ("reference", "mistake"),
    [
        ("part='wek'", "2026-W03.md:1:4: the figure 'return_1w.russell_2000' has no part 'wek'"),
        ("form='month'", "2026-W03.md:1:4: form 'month' cannot be had of '+2.04%'"),
        ("digits=3", "2026-W03.md:1:4: digits=3 is not from 0 to 2"),
    ],
)
def test_what_only_the_figures_know_is_told_with_its_place(reference: str, mistake: str) -> None:
    """Parts, and what can be said of a value, are known once it is computed."""
    with pytest.raises(ContentError) as caught:
        _rendered(f"Up {{{{ fact('return_1w.russell_2000', {reference}) }}}}.")
    assert mistake in str(caught.value)


def test_a_reference_without_a_call_is_a_mistake(tmp_path: Path) -> None:
    """`{{ fact }}` prints nothing that belongs on a page, and differs from build to build."""
    _, mistakes = _read(tmp_path, FRONT + "# index\n\n{{ fact }}\n")
    assert mistakes
