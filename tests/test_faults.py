"""What goes wrong: the exit code, a message that names the thing, and a site left as it was."""

from __future__ import annotations

import errno
import json
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support_project import (
    REPOSITORY,
    Project,
    Ran,
    make_project,
    published,
    published_from_files,
    tree,
    two_benchmarks,
    unchanged,
    wave,
)

from generator import archive, folders, store, writing


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Two published editions in a copy that may be changed; the site must stay as it is."""
    copied = published().copy(tmp_path / "project")
    before = tree(copied.site)
    yield copied
    assert tree(copied.site) == before, "the published site has changed"


def assert_fails(ran: Ran, code: int, *named: str) -> None:
    """Check the exit code, the one message and that no result was printed."""
    assert ran.code == code, ran
    for text in named:
        assert text in ran.err, ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "text", ["2026-3", "2026W03", "W03", "2026-W3", "2026-W54", "２０２６-W03"]
)
@pytest.mark.parametrize("command", ["run", "fetch", "build", "publish", "verify", "new"])
def test_a_malformed_edition(project: Project, command: str, text: str) -> None:
    """What is no ISO week is quoted, and the form is shown."""
    assert_fails(project.run(command, text), 2, f"'{text}' is not an edition", "2026-W03")


HOSTILE = (
    "..",
    "../2026-W03",
    "2026-W03/..",
    "2026-W03/../../x",
    "/tmp/2026-W03",
    "2026-W03\n",
    "2026-W03\x1b[2J",
    "2026-W03\x00",
    "2026-W03-r0",
    "2026-W03-r2-r3",
    "-r2",
    "",
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "command", ["fetch", "build", "publish", "new", "pdf", "verify", "export", "diff", "backfill"]
)
def test_an_edition_that_means_something_else(
    project: Project, tmp_path: Path, command: str, text: str
) -> None:
    """Neither a way out of the folder nor a control character gets anywhere, or into a message."""
    more = {"diff": ["2026-W03"], "backfill": ["2026-W03"]}.get(command, [])
    before = {path for path in tmp_path.rglob("*") if "build" not in path.parts}
    ran = project.run(command, "--", text, *more)
    assert ran.code in (1, 2), ran
    assert ran.out == "" and "Traceback" not in ran.err
    assert not [char for char in ran.err if not char.isprintable() and char != "\n"]
    assert {path for path in tmp_path.rglob("*") if "build" not in path.parts} == before


@pytest.mark.parametrize("place", ["2026-W03", "latest", "editions.json", "figures"])
def test_a_symbolic_link_in_the_site(project: Project, tmp_path: Path, place: str) -> None:
    """It is named, and neither read nor written through; verify finds it too."""
    site = project.site
    (site / place).rename(tmp_path / "aside")
    (site / place).symlink_to(tmp_path / "aside")
    before = tree(tmp_path / "aside") if place != "editions.json" else {}
    assert_fails(project.run("publish", "--rebuild"), 1, "symbolic link", f"site/{place}")
    assert before == (tree(tmp_path / "aside") if before else {})
    assert project.run("verify", "--all").code != 0
    (site / place).unlink()
    (tmp_path / "aside").rename(site / place)


@pytest.mark.parametrize("command", ["build", "publish", "verify"])
def test_an_edition_without_a_snapshot(project: Project, command: str) -> None:
    """The message lists what there is and names the command that freezes."""
    ran = project.run(command, "2025-W20")
    assert_fails(ran, 1, "2025-W20 has no snapshot (there are: 2026-W02, 2026-W03, 2026-W04)")
    assert "smallcaps fetch 2025-W20" in ran.err


def test_publishing_what_is_not_built(project: Project) -> None:
    """An edition is built before it is published."""
    assert_fails(project.run("publish", "2026-W02"), 1, "2026-W02 is not built", "smallcaps build")


def test_an_edition_in_the_future(project: Project) -> None:
    """A week that has not begun cannot be fetched."""
    ran = project.run("run", "2026-W20")
    assert_fails(ran, 1, "2026-W20 lies in the future: it begins on 2026-05-11")


def test_a_week_that_is_not_over(project: Project) -> None:
    """Until the last session closes there is no edition, and the message says when it does."""
    ran = project.run("run", "2026-W05", now="2026-01-30T20:59:00")
    assert_fails(ran, 1, "2026-W05 is not finished", "2026-01-30", "2026-01-30 21:00 UTC")


def test_a_week_after_the_sample_ends(project: Project) -> None:
    """The sample does not make up what it does not hold."""
    with unchanged(project.snapshots):
        ran = project.run("run", "2026-W05")
    assert_fails(ran, 1, "the sample ends on 2026-01-23", "--provider files")


def test_no_snapshot_at_all(tmp_path: Path) -> None:
    """Without snapshots `build` and `run --all` say what to run."""
    project = make_project(tmp_path / "empty", ())
    for arguments in (["build"], ["run", "--all"], ["verify"], ["publish", "--all"]):
        assert_fails(project.run(*arguments), 1, "there is no snapshot yet", "smallcaps fetch")


def test_no_project(tmp_path: Path) -> None:
    """Outside of a project the message says how to name one."""
    ran = Project(tmp_path).run("list")
    assert_fails(ran, 1, f"no project here: neither '{tmp_path}'", "--project DIR")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: content[: len(content) // 2], id="truncated"),
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(
            lambda content: content.replace(b"2026-01-16", b"2026-01-15", 1), id="changed"
        ),
        pytest.param(lambda content: b"[]", id="a list"),
        pytest.param(lambda content: b"null", id="null"),
    ],
)
def test_a_damaged_manifest(project: Project, damage: Callable[[bytes], bytes]) -> None:
    """A manifest that is half-written or changed is named, whatever the command."""
    path = project.snapshots / "2026-W03.json"
    content = path.read_bytes()
    path.write_bytes(damage(content))
    assert path.read_bytes() != content
    for command in ("run", "build", "list"):
        arguments = [command] if command == "list" else [command, "2026-W03"]
        ran = project.run(*arguments)
        assert_fails(ran, 1, str(path), "the manifest is damaged", "version control")
    ran = project.run("verify", "2026-W03")
    assert ran.code == 3
    assert "2026-W03  DIFFERS" in ran.out and str(path) in ran.out
    assert project.run("check").code == 1


def test_a_manifest_under_another_name(project: Project) -> None:
    """A manifest copied to another week is not taken for that week's."""
    shutil.copy(project.snapshots / "2026-W03.json", project.snapshots / "2026-W01.json")
    ran = project.run("verify", "2026-W01")
    assert ran.code == 3


def _object_of(project: Project, edition: str) -> Path:
    manifest = json.loads((project.snapshots / f"{edition}.json").read_text())
    return project.snapshots / f"objects/{manifest['tables']['prices'][-1]['sha256']}.parquet"


def test_a_missing_object(project: Project) -> None:
    """An object of the snapshot that is gone is named, and nothing is built."""
    path = _object_of(project, "2026-W03")
    path.unlink()
    shutil.rmtree(project.build)
    assert_fails(
        project.run("run", "2026-W03"), 1, path.name, "an object of the snapshot is missing"
    )
    ran = project.run("verify", "2026-W03")
    assert ran.code == 3 and path.name in ran.out


def test_a_changed_object(project: Project) -> None:
    """One byte changed in an object is found by its hash."""
    path = _object_of(project, "2026-W03")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    shutil.rmtree(project.build)
    assert_fails(
        project.run("run", "2026-W03"), 1, path.name, "an object of the snapshot has changed"
    )
    ran = project.run("verify", "2026-W03")
    assert ran.code == 3 and path.name in ran.out
    assert project.run("check").code == 1


def test_all_mistakes_in_all_settings_at_once(project: Project) -> None:
    """Three broken files give one message with the file and line of each mistake."""
    project.replace("content/universe.yml", "daily_limit: 0.20", "daily_limt: 0.20")
    project.replace("content/glossary.yml", "{term: Beta,", "{terms: Beta,")
    project.replace("mkdocs.yml", "    provider: sample\n", "    provder: sample\n")
    ran = project.run("run", "2026-W03")
    lines = (project.folder / "content/universe.yml").read_text().splitlines()
    at = next(n for n, line in enumerate(lines, 1) if "daily_limt" in line)
    glossary = (project.folder / "content/glossary.yml").read_text().splitlines()
    beta = next(n for n, line in enumerate(glossary, 1) if "{terms:" in line)
    entry = sum(line.startswith("- ") for line in glossary[: beta - 1])
    site = (project.folder / "mkdocs.yml").read_text().splitlines()
    provider = next(n for n, line in enumerate(site, 1) if "provder" in line)
    assert_fails(
        ran,
        1,
        "mistakes in what people write",
        f"content/universe.yml:{at}: 'series.russell_2000.daily_limt' is not known; "
        "did you mean 'daily_limit'?",
        f"content/universe.yml:{at}: 'series.russell_2000.daily_limit' is missing",
        f"content/glossary.yml:{beta}: '{entry}.terms' is not known; did you mean 'term'?",
        f"mkdocs.yml:{provider}: 'extra.smallcaps.provder' is not known",
    )


def test_a_template_that_names_a_figure_or_a_chart_that_is_not(project: Project) -> None:
    """Both mistakes are reported at once, with file, line and the nearest name."""
    page = project.folder / "templates/pages/about.md"
    before = page.read_text().count("\n")
    page.write_text(
        page.read_text() + "\n{{ fact('return_yt.russell_2000') }}\n{{ chart('week_return') }}\n"
    )
    ran = project.run("run", "2026-W03")
    assert_fails(
        ran,
        1,
        f"templates/pages/about.md:{before + 2}: there is no figure 'return_yt'; did you mean",
        f"templates/pages/about.md:{before + 3}: there is no chart 'week_return'; "
        "did you mean 'week_returns'?",
    )
    assert len(project.run("check").out.splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{% if %}", "not a template"),
        ("{{ nothing_of_that_name }}", "nothing_of_that_name"),
        ("{{ fact('return_1w.russel_2000') }}", "did you mean 'russell_2000'?"),
        ("{{ fact('return_1w.russell_2000', part='depth') }}", "has no part 'depth'"),
        ("{{ table('record_gap', 'russell_2000', 'wait') }}", "did you mean 'waits'?"),
        ("{{ fact('return_1w') }}", "write metric.subject"),
        pytest.param(
            "{{ as_of|dya }}",
            "dya",
        ),
        pytest.param(
            "{% include 'nothing.html' %}",
            "nothing.html",
        ),
    ],
)
def test_a_page_with_a_mistake(project: Project, text: str, named: str) -> None:
    """Each mistake is reported with the page and the line, and ends with 1."""
    page = project.folder / "templates/pages/about.md"
    line = page.read_text().count("\n") + 2
    page.write_text(f"{page.read_text()}\n{text}\n")
    assert_fails(project.run("run", "2026-W03"), 1, f"templates/pages/about.md:{line}: ", named)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("---\ntitle: About", "title: About", "the page has no front matter"),
        pytest.param(
            "order: 120",
            "order: last",
            "order",
        ),
        pytest.param(
            "order: 120\n",
            "",
            "order",
        ),
    ],
)
def test_a_page_with_wrong_front_matter(project: Project, old: str, new: str, named: str) -> None:
    """The page is named, and what its front matter lacks."""
    project.replace("templates/pages/about.md", old, new)
    assert_fails(project.run("run", "2026-W03"), 1, "templates/pages/about.md", named)


FRONT = "---\ntitle: A week\nauthor: An editor\ndate: 2026-01-18\n---\n\n"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (FRONT + "# index\n\n{{ fact('return_ydt.russell_2000') }}\n", ":9:1: there is no figure"),
        (FRONT.replace("2026-01-18", "soon") + "# index\n", ":4:1: 'date' is 'soon', not a date"),
        pytest.param(
            FRONT.replace("2026-01-18", "2026-13-18") + "# index\n",
            ":",
        ),
        (FRONT + "# indx\n\nWords.\n", ":7:1: 'indx' is not a page; did you mean 'index'?"),
        ("# index\n\nWords.\n", ":1:1: 'title' is missing"),
        (FRONT + "# index\n\n{{ open('x') }}\n", ":9:1: only fact("),
        (FRONT + "# index\n\n{% if %}\n", ":9:1: only fact("),
        (FRONT + "# index\n\nA.\n\n# index\n\nB.\n", ":11:1: 'index' has two sections"),
        (FRONT + "Words.\n\n# index\n", ":7:1: words stand before the first '# page' heading"),
        pytest.param(
            FRONT + "Words.\n",
            ":7:1: words stand before the first '# page' heading",
        ),
    ],
)
def test_a_commentary_with_a_mistake(project: Project, text: str, named: str) -> None:
    """A wrong name in the words of an editor is reported with file and line."""
    project.write("content/editions/2026-W03.md", text)
    assert_fails(project.run("run", "2026-W03"), 1, f"content/editions/2026-W03.md{named}")
    ran = project.run("check")
    assert ran.code == 1 and named in ran.out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        pytest.param(
            "{{ fact('return_1w.russel_2000') }}",
            "did you mean 'russell_2000'?",
        ),
        pytest.param(
            "{{ nothing }}",
            "nothing",
        ),
        pytest.param(
            "{{ 'a'|nothing }}",
            "nothing",
        ),
        pytest.param(
            "{{ fact.__globals__ }}",
            "__globals__",
        ),
    ],
)
def test_a_commentary_with_a_mistake_found_late(project: Project, words: str, named: str) -> None:
    """What shows only when the words are filled in is reported with the file all the same."""
    project.write("content/editions/2026-W03.md", f"{FRONT}# index\n\n{words}\n")
    assert_fails(project.run("run", "2026-W03"), 1, "content/editions/2026-W03.md", named)


def test_a_commentary_that_belongs_to_no_edition(project: Project) -> None:
    """A file among the commentaries whose name is no edition is found by the check."""
    project.write("content/editions/notes.md", "Words.")
    ran = project.run("check")
    assert ran.code == 1
    assert ran.out == "content/editions/notes.md: 'notes' is not an edition\n"


def test_an_unknown_provider(project: Project) -> None:
    """The nearest name is offered and all are listed."""
    ran = project.run("run", "2026-W05", "--provider", "file")
    assert_fails(ran, 2, "'file' is not a provider; did you mean 'files'?", "Providers: files,")


def test_the_files_provider_needs_a_folder(project: Project) -> None:
    """Without --data the message says what it should be."""
    ran = project.run("run", "2026-W05", "--provider", "files")
    assert_fails(ran, 2, "the files provider needs --data DIR", "^RUT.csv")


def test_a_folder_of_files_that_is_not_there(project: Project, tmp_path: Path) -> None:
    """The folder is quoted."""
    missing = str(tmp_path / "nowhere")
    ran = project.run("run", "2026-W05", "--provider", "files", "--data", missing)
    assert_fails(ran, 1, f"'{missing}' is not a folder")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["publsh"], "publsh"),
        (["run", "--provder", "x"], "--provder"),
        (["new"], "EDITION"),
        (["build", "2026-W03", "--all"], "exclude each other"),
        (["run", "--all", "--provider", "files"], "--all"),
        pytest.param(
            ["serve", "--port", "many"],
            "--port",
        ),
    ],
)
def test_a_command_that_is_not_understood(
    project: Project, arguments: list[str], named: str
) -> None:
    """Wrong usage ends with 2 and names what was not understood."""
    assert_fails(project.run(*arguments), 2, named)


def test_a_missing_benchmark_freezes_nothing(project: Project, tmp_path: Path) -> None:
    """There is no edition without its benchmarks."""
    data = two_benchmarks(tmp_path / "data", "2026-01-30", {"^RUT": wave(700, 70, 0.25)})
    with unchanged(project.folder):
        ran = project.run("run", "2026-W05", "--provider", "files", "--data", str(data))
    assert_fails(ran, 3, "a benchmark is not usable: S&P 500 (^GSPC)", "no file for ^GSPC")


def test_a_stale_benchmark_freezes_nothing(project: Project, tmp_path: Path) -> None:
    """A benchmark whose last close is of an earlier session cannot carry the edition."""
    data = two_benchmarks(tmp_path / "data", "2026-01-28")
    with unchanged(project.folder):
        ran = project.run("run", "2026-W05", "--provider", "files", "--data", str(data))
    assert_fails(
        ran,
        3,
        "both benchmarks are not usable: Russell 2000 (^RUT)",
        "stale: its last close is of 2026-01-28, 2 sessions before 2026-01-30",
    )


def test_data_that_fail_do_not_unseat_the_sample(project: Project, tmp_path: Path) -> None:
    """A simulated snapshot gives way to real data only when they can be used."""
    data = two_benchmarks(tmp_path / "data", "2026-01-14")
    with unchanged(project.folder):
        ran = project.run("run", "2026-W03", "--provider", "files", "--data", str(data))
    assert_fails(ran, 3, "both benchmarks are not usable")


def _disk_full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device", "/full")


@pytest.fixture
def built_anew(tmp_path: Path) -> Project:
    """A project whose site has 2026-W04 and whose 2026-W03 is built, not published."""
    copied = published().copy(tmp_path / "built")
    shutil.rmtree(copied.site / "2026-W03")
    assert copied.run("publish", "2026-W04").code == 0
    return copied


def test_a_full_disk_at_the_first_folder(
    built_anew: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If not even a folder can be made in the site, it is as it was."""
    with unchanged(built_anew.site), monkeypatch.context() as patch:
        patch.setattr(shutil.os, "makedirs", _disk_full)
        ran = built_anew.run("publish", "2026-W03")
    assert_fails(ran, 1, "No space left on device", "Is the disk full")


def test_a_full_disk_while_publishing(built_anew: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The half-copied edition is removed and the site is as it was; then publishing succeeds."""
    with unchanged(built_anew.site), monkeypatch.context() as patch:
        real, copied = shutil.copy2, []

        def copy_some(source: str, target: str, **options: bool) -> str:
            copied.append(source)
            if len(copied) > 10:
                _disk_full()
            return str(real(source, target, **options))

        patch.setattr(shutil.copytree, "__defaults__", _with_copy(copy_some))
        ran = built_anew.run("publish", "2026-W03")
    assert_fails(ran, 1, "No space left on device", "Is the disk full")
    assert built_anew.run("publish", "2026-W03").code == 0
    assert tree(built_anew.site) == tree(published().site)


def _with_copy(copy: Callable[..., str]) -> tuple[object, ...]:
    defaults = list(shutil.copytree.__defaults__ or ())
    defaults[defaults.index(shutil.copy2)] = copy
    return tuple(defaults)


@pytest.mark.parametrize("name", ["versions.json", "index.html", "editions.json", "root.json"])
def test_a_full_disk_while_writing_the_root(
    built_anew: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Old editions stay whole, every page still leads somewhere, and the next run completes it."""
    old = tree(built_anew.site / "2026-W04")
    real = folders.write_whole

    def write(path: Path, content: bytes, **options: bool) -> None:
        if path.as_posix().endswith(f"site/{name}"):
            _disk_full()
        real(path, content, **options)

    with monkeypatch.context() as patch:
        patch.setattr(folders, "write_whole", write)
        assert_fails(built_anew.run("publish", "2026-W03"), 1, "No space left on device")
    assert tree(built_anew.site / "2026-W04") == old
    assert built_anew.run("publish", "2026-W03").code == 0
    assert tree(built_anew.site) == tree(published().site)


def test_a_full_disk_while_building(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that cannot be written leaves no stamp, so that nothing of it can be published."""
    shutil.rmtree(project.build / "2026-W03/site")
    (project.build / "2026-W03/stamp").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(writing.site, "build_site", _disk_full)
        assert_fails(project.run("run", "2026-W03"), 1, "No space left on device")
    assert_fails(project.run("publish", "2026-W03"), 1, "2026-W03 is not built")
    assert project.run("run", "2026-W03").code == 0


def test_a_full_disk_while_freezing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No manifest is left without its objects, and no half-written file at all."""
    project = make_project(tmp_path / "project", ())
    data = two_benchmarks(tmp_path / "data")
    arguments = ["fetch", "2026-W03", "--provider", "files", "--data", str(data)]
    real = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if target.name == "2026-W03.json":
            _disk_full()
        return real(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        assert_fails(project.run(*arguments), 1, "No space left on device")
    assert [path.name for path in project.snapshots.iterdir()] == ["objects"]
    assert not list(project.snapshots.rglob("*.part"))
    assert project.run(*arguments).code == 0


def test_files_that_cannot_grow(project: Project) -> None:
    """A real limit of the system on the size of files ends with 1 and a message."""
    (project.build / "2026-W03/stamp").unlink()
    done = subprocess.run(
        project.command("build", "2026-W03"),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
    )
    assert_fails(Ran(done.returncode, done.stdout, done.stderr), 1, "File too large")
    assert not (project.build / "2026-W03/stamp").exists()


def test_a_folder_of_a_killed_publish_is_cleared(project: Project) -> None:
    """What a killed run left beside the editions is removed by the next."""
    left = project.site / ".publishing-2026-W03-12345"
    left.mkdir()
    (left / "index.html").write_text("half")
    assert project.run("publish", "2026-W03").code == 0
    assert not left.exists()


def test_an_edition_being_replaced_by_a_killed_publish_comes_back(project: Project) -> None:
    """A run killed between taking the old edition away and putting the new one is mended."""
    (project.site / "2026-W03").rename(project.site / ".retired-2026-W03")
    assert project.run("publish", "2026-W03").code == 0
    assert (project.site / "2026-W03/index.html").is_file()


def test_a_full_disk_while_replacing_keeps_the_old_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If real data cannot be copied into the site, the simulated edition stays published."""
    project = published_from_files()[0].copy(tmp_path / "project")
    shutil.rmtree(project.site)
    shutil.copytree(published().site, project.site)
    with unchanged(project.site), monkeypatch.context() as patch:
        patch.setattr(shutil, "copytree", _disk_full)
        assert_fails(project.run("publish", "2026-W03"), 1, "No space left on device")


def _change_the_glossary(project: Project) -> None:
    project.replace("content/glossary.yml", "term: Base,", "term: Basis,")


def test_a_published_edition_is_never_overwritten(project: Project) -> None:
    """What is published and differs from what is built now is refused, and named."""
    _change_the_glossary(project)
    ran = project.run("run", "2026-W03")
    assert_fails(
        ran,
        1,
        "site/2026-W03: 2026-W03 is published already and what was built now differs",
        "glossary.html",
        "never overwritten",
    )


def test_a_refused_edition_leaves_nothing_behind(tmp_path: Path) -> None:
    """A changed stylesheet makes another edition, which is refused without a trace."""
    project = published().copy(tmp_path / "project")
    style = project.folder / "templates/theme/assets/site.css"
    style.write_text(style.read_text() + "\np { color: red }\n")
    with unchanged(project.site):
        assert_fails(project.run("run", "2026-W03"), 1, "is published already")


def test_editions_before_a_refused_one_are_listed(tmp_path: Path) -> None:
    """If the second of two editions is refused, the site still lists exactly what it holds."""
    project = published().copy(tmp_path / "project")
    _change_the_glossary(project)
    assert project.run("build", "--all").code == 0
    ran = project.run("publish", "--all")
    assert_fails(ran, 1, "2026-W03 is published already")
    listed = {item["version"] for item in json.loads((project.site / "versions.json").read_text())}
    there = {path.name for path in project.site.iterdir() if path.name.startswith("2026-")}
    assert listed == there


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda folder: (folder / "index.html").write_text("other"), "index.html: changed"),
        (lambda folder: (folder / "facts.json").unlink(), "facts.json: missing"),
        (lambda folder: (folder / "more.html").write_text("x"), "more.html: not part of"),
        pytest.param(
            lambda folder: (folder / "charts/edition.json").write_text("x"),
            "charts/edition.json: not part of",
        ),
    ],
)
def test_a_published_edition_altered_by_hand(
    tmp_path: Path, change: Callable[[Path], object], named: str
) -> None:
    """`verify` ends with 3 and names the file; the other edition is well."""
    project = published().copy(tmp_path / "project")
    change(project.site / "2026-W03")
    ran = project.run("verify", "--all")
    assert (ran.code, ran.err) == (3, "")
    assert "2026-W03  DIFFERS" in ran.out and f"  2026-W03/{named}" in ran.out
    assert "2026-W04  all hashes match" in ran.out
    as_json = json.loads(project.run("verify", "2026-W03", "--json").out)
    assert as_json["2026-W03"][0].startswith(f"2026-W03/{named}")


def test_a_published_edition_without_its_record(tmp_path: Path) -> None:
    """A record that is gone is named, with what to do."""
    project = published().copy(tmp_path / "project")
    (project.site / "2026-W03/edition.json").unlink()
    with unchanged(project.site):
        ran = project.run("run", "2026-W03")
    assert_fails(ran, 1, "2026-W03/edition.json", "cannot be read", "Restore it")


def _without_editions(tmp_path: Path) -> Project:
    copied = published_from_files()[0].copy(tmp_path / "killed")
    shutil.rmtree(copied.site)
    copied.site.mkdir()
    return copied


def _alone() -> dict[str, str]:
    return {
        name: digest
        for name, digest in tree(published_from_files()[0].site).items()
        if name.startswith("2026-W03/")
    }


@pytest.mark.parametrize("seconds", [0.3, 0.7, 1.1, 1.5, 1.9])
def test_a_run_killed_at_any_time_is_completed_by_the_next(tmp_path: Path, seconds: float) -> None:
    """Whenever a run is killed, running again gives the same edition and leaves nothing else."""
    project = _without_editions(tmp_path)
    shutil.rmtree(project.build)
    run = subprocess.Popen(
        project.command("run", "2026-W03"), cwd=REPOSITORY, stderr=subprocess.DEVNULL
    )
    time.sleep(seconds)
    run.send_signal(signal.SIGKILL)
    run.wait()
    ran = project.run("run", "2026-W03")
    assert ran.code == 0, ran.err
    # Whether the kill fell into a write is chance; the test below makes sure of it.
    _assert_complete(project, leftovers=".part")


def _root_names() -> set[str]:
    """What a site has besides its editions and what may not be published of them."""
    names = {name.split("/")[0] for name in tree(published().site)}
    return {name for name in names if not name.startswith(("2026-W", "snapshots"))}


def _assert_complete(project: Project, leftovers: str = "") -> None:
    """Check for the one edition and the root; names that end with `leftovers` are passed over."""
    found = {
        name: digest
        for name, digest in tree(project.site).items()
        if not leftovers or not name.endswith(leftovers)
    }
    assert {n: d for n, d in found.items() if n.startswith("2026-W03/")} == _alone()
    assert {name.split("/")[0] for name in found} == {
        ".nojekyll",
        "2026-W03",
        *(name.split("/")[0] for name in _root_names()),
    }
    assert project.run("verify", "2026-W03").code == 0


KILLED_AT = """
import os, pathlib, shutil, signal, sys
from generator import cli, folders, pipeline, root_pages, writing
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
count = 0
def on_call(module, name, number):
    real = getattr(module, name)
    def counted(*arguments, **options):
        global count
        count += 1
        if count == number:
            die()
        return real(*arguments, **options)
    setattr(module, name, counted)
{where}
cli.main(["--project", PROJECT, "--now", "2026-02-01", "run", "2026-W03"])
"""


@pytest.mark.parametrize(
    ("where", "rebuild"),
    [
        ("on_call(shutil, 'copytree', 1)", False),
        ("on_call(shutil, 'copystat', 9)", False),
        ("on_call(pathlib.Path, 'rename', 1)", False),
        ("root_pages.update = die", False),
        ("on_call(folders, 'write_whole', 2)", False),
        ("on_call(folders, 'write_whole', 60)", False),
        ("writing._write_record = die", True),
        ("pipeline._point_to = die", True),
    ],
)
def test_a_run_killed_between_two_steps_is_completed_by_the_next(
    tmp_path: Path, where: str, rebuild: bool
) -> None:
    """Between any two steps of writing and publishing a kill is harmless."""
    project = _without_editions(tmp_path)
    if rebuild:
        (project.build / "2026-W03/stamp").unlink()
    killed = project.spawn_script(KILLED_AT.format(where=where))
    assert killed.code == -signal.SIGKILL, killed.err
    for page in project.site.glob("2026-*/index.html"):
        assert (page.parent / "edition.json").is_file()
    ran = project.run("run", "2026-W03")
    assert ran.code == 0, ran.err
    _assert_complete(project)


def test_a_write_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is there whole, or as it was."""
    path = tmp_path / "file"
    path.write_text("old")
    monkeypatch.setattr(store.os, "fsync", _disk_full)
    with pytest.raises(OSError, match="No space"):
        store.write_whole(path, b"new")
    assert [item.name for item in tmp_path.iterdir()] == ["file"]
    assert path.read_text() == "old"


@pytest.mark.parametrize(
    "change",
    [lambda page: page.unlink(), lambda page: page.write_text("other")],
    ids=["gone", "changed"],
)
def test_a_build_that_was_tampered_with_is_not_published(
    built_anew: Project, change: Callable[[Path], object]
) -> None:
    """A published edition is what its record says, whatever became of the scratch folder."""
    change(built_anew.build / "2026-W03/site/index.html")
    built_anew.run("run", "2026-W03")
    if (built_anew.site / "2026-W03").exists():
        assert archive.differences(folders.Folder(built_anew.site), "2026-W03") == []


def test_a_commentary_cannot_lay_files_into_a_page(project: Project) -> None:
    """Words of an editor are words: nothing outside the edition's own tables gets into a page."""
    project.write("content/secret.txt", "not for readers")
    words = "<!--aside:../../../../content/secret.txt-->"
    project.write("content/editions/2026-W03.md", f"{FRONT}# index\n\n{words}\n")
    project.run("build", "2026-W03")
    assert "not for readers" not in (project.build / "2026-W03/site/index.html").read_text()
