"""What holds of the code as a whole: who imports whom, who prints, what is found by being there."""

from __future__ import annotations

import ast
import json
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support_project import REPOSITORY, make_project, published

import generator
import generator.charts
import generator.metrics
import generator.providers
from generator import graph, providers
from generator.facts import UNITS

PACKAGE = Path(generator.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = (
    *("pandas", "numpy", "pyarrow", "altair", "hamilton", "mkdocs", "exchange_calendars"),
    *("citeproc", "bibtexparser", "rispy"),
)


def test_imports_go_down_only() -> None:
    """The contracts on layers, on metrics and charts, and on MkDocs are all kept."""
    script = "from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", script, "--no-cache"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def _heavy_after(*arguments: str) -> list[str]:
    script = (
        "import json, sys\n"
        "from generator import cli\n"
        "try:\n"
        f"    cli.main(['--project', PROJECT, '--quiet', *{list(arguments)!r}])\n"
        "except SystemExit as stop:\n"
        "    assert not stop.code, stop.code\n"
        f"print(json.dumps(sorted({{*{HEAVY!r}}} & sys.modules.keys())), file=sys.stderr)\n"
    )
    ran = published().spawn_script(script)
    assert ran.code == 0, ran.err
    return json.loads(ran.err.splitlines()[-1])


@pytest.mark.parametrize("arguments", [("run", "2026-W03"), ("list",), ("verify", "2026-W03")])
def test_a_command_with_nothing_to_compute_imports_no_heavy_library(
    arguments: tuple[str, ...],
) -> None:
    """An unchanged run is quick, because neither frames nor charts nor MkDocs are imported."""
    assert _heavy_after(*arguments) == []


def _calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_command_line_prints_and_exits(path: Path) -> None:
    """Nothing below the command line prints, asks or ends the process."""
    if path.name == "cli.py":
        assert "print" in _calls(path)
        return
    assert not _calls(path) & {"print", "input", "exit", "quit", "breakpoint"}
    assert "sys.exit" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_public_function_says_what_it_is(path: Path) -> None:
    """Modules and public functions and classes have a docstring and types."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert node.returns is not None, node.name


def _public(package: object) -> list[str]:
    found = pkgutil.iter_modules(package.__path__)  # type: ignore[attr-defined]
    return sorted(module.name for module in found if not module.name.startswith("_"))


@pytest.mark.parametrize(
    "package", [generator.metrics, generator.charts], ids=["metrics", "charts"]
)
def test_every_module_of_figures_and_charts_is_in_the_graph(package: object) -> None:
    """Each file gives at least one node, without being listed anywhere."""
    nodes = graph._driver().graph.nodes.values()
    origins = {f.__module__ for node in nodes for f in node.originating_functions or ()}
    for name in _public(package):
        assert f"{package.__name__}.{name}" in origins  # type: ignore[attr-defined]


def test_a_new_metric_is_found_by_being_there(tmp_path: Path) -> None:
    """A file dropped into metrics/ is a figure that any page can print."""
    copied = tmp_path / "package"
    subprocess.run(["cp", "-r", str(PACKAGE), str(copied)], check=True)
    (copied / "metrics/answer.py").write_text(
        '"""The answer."""\n'
        "from hamilton.function_modifiers import tag\n"
        "from generator.facts import Figures, Value\n\n\n"
        '@tag(unit="count", title="The answer", section="Answers")\n'
        "def the_answer(small_cap: str) -> Figures:\n"
        '    """It is 42."""\n'
        "    return {small_cap: Value(42)}\n"
    )
    copied.rename(tmp_path / "generator")
    project = make_project(tmp_path / "project", ())
    page = project.folder / "templates/pages/about.md"
    page.write_text(page.read_text() + "\n{{ fact('the_answer.russell_2000') }}\n")
    script = (
        "from generator import graph, page_templates\nfrom pathlib import Path\n"
        "known = graph.metrics()\n"
        "templates = Path(PROJECT) / 'templates'\n"
        "wanted, wrong = page_templates.wanted(templates, known, graph.charts())\n"
        "assert not wrong, wrong\nassert 'the_answer' in wanted.metrics\n"
        "print(known['the_answer'].definition)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script.replace("PROJECT", repr(str(project.folder)))],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "It is 42.\n"), done.stderr


def test_every_provider_is_found_by_being_there() -> None:
    """Each public file in providers/ is a provider with a way to fetch."""
    assert providers.names() == _public(generator.providers)
    for name in providers.names():
        assert callable(providers.provider(name).fetch)


@pytest.mark.parametrize("name", sorted(graph.metrics()))
def test_every_figure_is_described(name: str) -> None:
    """A figure has a title, a known unit, a section and a definition that readers are shown."""
    metric = graph.metrics()[name]
    assert re.match("[A-Z0-9]", metric.title) and not metric.title.endswith(".")
    assert metric.unit in UNITS | {"level"}
    assert metric.section
    assert metric.definition.endswith(".") and len(metric.definition) > 20


def test_figures_and_charts_have_different_names() -> None:
    """A name means one thing."""
    assert not set(graph.metrics()) & set(graph.charts())
    assert len(graph.charts()) >= 20


def _tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("this is no git checkout")
    return [REPOSITORY / name for name in done.stdout.split("\0") if name]


def test_the_project_speaks_of_itself_alone() -> None:
    """No tracked file names a folder of one machine or the host of a package registry."""
    strange = [f"/{name}/" for name in ("work", "home", "Users")]
    strange += [f"py{'pi'}.org", f"python{'hosted'}.org", f"npm{'js'}.org", f"ana{'conda'}.org"]
    strange += [f"--{option}index-url http" for option in ("", "extra-")]
    found = []
    for path in _tracked():
        if path.suffix in (".parquet", ".png", ".ico") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        found += [f"{path.relative_to(REPOSITORY)}: {word}" for word in strange if word in text]
    assert not found


def test_nothing_built_is_tracked() -> None:
    """Scratch, caches and the published tree stay out of version control."""
    names = {path.relative_to(REPOSITORY).as_posix() for path in _tracked()}
    wrong = [n for n in names if n.startswith(("build/", ".venv/", "site/")) or "__pycache__" in n]
    assert sorted(wrong) in ([], ["site/.gitignore"])
    assert not [name for name in names if "-changed/" in name]
