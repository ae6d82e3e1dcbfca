"""The command line, verb by verb: what it does, what it says and where, and its exit code."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from support_project import (
    NOW,
    REPOSITORY,
    Project,
    make_project,
    published,
    published_from_files,
    tree,
    two_benchmarks,
    unchanged,
    wave,
)

from generator import cli

COMMANDS = sorted(
    str(command.name or command.callback.__name__.replace("_", "-"))
    for command in cli.app.registered_commands
    if command.callback
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two published editions, in a copy that may be changed."""
    return published().copy(tmp_path / "project")


def test_run_says_where_the_site_is_and_talks_on_the_other_stream(project: Project) -> None:
    """The only result of a run is the site's front page; every stage reports on standard error."""
    ran = project.run("run", "2026-W03")
    assert ran.code == 0
    assert ran.out == f"{project.site / 'index.html'}\n"
    verbs = [line.split()[0] for line in ran.err.splitlines()]
    assert verbs == ["kept", "kept", "unchanged", "done"]


def test_a_second_run_changes_nothing_and_says_so(project: Project) -> None:
    """Running again leaves every byte and every time of change as they were."""
    times = {path: path.stat().st_mtime_ns for path in project.site.rglob("*") if path.is_file()}
    with unchanged(project.folder):
        ran = project.run("run", "2026-W04")
    assert "nothing has changed" in ran.err
    assert times == {path: path.stat().st_mtime_ns for path in times}


def test_run_without_an_edition_takes_the_newest_of_the_sample(project: Project) -> None:
    """The sample has an end: its newest frozen week is the latest there is."""
    ran = project.run("run", "--json")
    assert json.loads(ran.out) == [
        {"edition": "2026-W04", "state": "unchanged", "where": "site/2026-W04"}
    ]


def test_run_all_publishes_what_is_frozen(project: Project) -> None:
    """Every edition with a snapshot is built and published, and the plural is right."""
    ran = project.run("run", "--all", "--json")
    assert ran.code == 0, ran.err
    assert [(item["edition"], item["state"]) for item in json.loads(ran.out)] == [
        ("2026-W02", "published"),
        ("2026-W03", "unchanged"),
        ("2026-W04", "unchanged"),
    ]
    assert "done  3 editions" in project.run("run", "--all").err


def test_quiet_says_nothing_but_the_result(project: Project) -> None:
    """With --quiet standard error stays empty and standard output is the same."""
    ran = project.run("--quiet", "run", "2026-W03")
    assert (ran.code, ran.out, ran.err) == (0, f"{project.site / 'index.html'}\n", "")


def test_fetch_prints_the_edition_and_keeps_what_is_frozen(project: Project) -> None:
    """An edition is frozen once; asking again keeps it."""
    (project.snapshots / "2026-W04.json").unlink()
    first = project.run("fetch", "2026-W04")
    assert (first.code, first.out) == (0, "2026-W04\n")
    assert re.search(r"frozen  2026-W04  34 of 34 series to 2026-01-23, from sample", first.err)
    with unchanged(project.snapshots):
        again = project.run("fetch", "2026-W04")
    assert (again.code, again.out) == (0, "2026-W04\n")
    assert "kept  2026-W04  frozen from sample" in again.err


def test_fetching_again_freezes_the_same_bytes(tmp_path: Path) -> None:
    """The sample gives the same snapshot whenever it is frozen."""
    found = []
    for number, now in enumerate(("2026-02-01", "2026-06-01")):
        project = make_project(tmp_path / str(number), ())
        assert project.run("fetch", "2026-W04", now=now).code == 0
        found.append(tree(project.snapshots))
    assert found[0] == found[1]


def test_build_prints_the_folder_it_built(project: Project) -> None:
    """What was built stands in the scratch folder, its pages also in the preview."""
    ran = project.run("build", "2026-W03")
    built = project.build / "2026-W03/site"
    assert (ran.code, ran.out) == (0, f"{built}\n")
    assert (built / "index.html").is_file()
    assert (project.build / "docs").is_symlink()


def test_a_change_of_words_builds_anew_without_computing_anew(project: Project) -> None:
    """The glossary is no input of the figures: what was computed is used again."""
    before = (project.build / "2026-W03/computed.pickle").stat().st_mtime_ns
    project.replace("content/glossary.yml", "term: Base,", "term: Basis,")
    ran = project.run("build", "2026-W03")
    assert re.search(r"built  2026-W03  27 pages, \d+ figures, \d+ charts", ran.err)
    assert "Basis" in (project.build / "2026-W03/site/glossary.html").read_text()
    assert (project.build / "2026-W03/computed.pickle").stat().st_mtime_ns == before


def test_a_new_chart_on_a_page_is_drawn_without_being_asked_twice(project: Project) -> None:
    """A page that asks for a figure not computed before gets it."""
    page = project.folder / "templates/pages/about.md"
    page.write_text(page.read_text() + "\nThe ratio: {{ fact('return_1d.dow_jones') }}.\n")
    ran = project.run("build", "2026-W03")
    assert ran.code == 0, ran.err
    assert "return_1d.dow_jones" in (project.build / "2026-W03/site/about.html").read_text()


def test_publish_adds_a_built_edition(project: Project) -> None:
    """An edition that is built becomes part of the site."""
    for name in ("2026-W03", "latest"):
        _remove(project.site / name)
    ran = project.run("publish", "2026-W03")
    assert ran.code == 0, ran.err
    assert "published  2026-W03  site/2026-W03" in ran.err
    assert tree(project.site) == tree(published().site)


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    folder.rmdir()


def test_an_older_edition_does_not_move_latest() -> None:
    """2026-W03 was published after 2026-W04, and latest still leads to 2026-W04."""
    page = (published().site / "latest/index.html").read_text()
    assert "../2026-W04/index.html" in page
    assert "2026-W03" not in page


def test_check_finds_nothing_wrong_and_changes_nothing(project: Project) -> None:
    """A project without mistakes passes, and checking leaves no trace."""
    with unchanged(project.folder):
        ran = project.run("check")
        as_json = project.run("check", "--json")
    assert (ran.code, ran.out) == (0, "")
    assert "no mistakes" in ran.err
    assert (as_json.code, json.loads(as_json.out), as_json.err) == (0, [], "")


def test_check_tells_programs_what_it_finds(project: Project) -> None:
    """As objects with a place, a rule and its reason, and as annotations of GitHub."""
    front = "---\ntitle: A week\nauthor: An editor\ndate: 2026-01-18\n---\n\n# index\n\n"
    name = "content/editions/2026-W03.md"
    project.write(name, f"{front}Small caps rose 3%, to 2,600.\n")
    (first, _) = json.loads(project.run("check", "--json").out)
    place = {"file": name, "line": 9, "column": 17, "rule": "number"}
    assert {key: first[key] for key in place} == place
    assert first["what"] and first["why"]
    annotated = project.run("check", "--github")
    assert annotated.code == 1
    line = annotated.out.splitlines()[0]
    assert line.startswith(f"::error file={name},line=9,col=17,title=number::")
    assert "%0A" in line and "3%25" in line


def test_verify_recomputes_every_hash(project: Project) -> None:
    """All hashes match, in words and as JSON."""
    with unchanged(project.folder):
        ran = project.run("verify", "--all")
        as_json = project.run("verify", "2026-W03", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"{name}  all hashes match" for name in ("2026-W02", "2026-W03", "2026-W04", "site")
    ]
    assert json.loads(as_json.out) == {"2026-W03": []}


def test_list_names_every_edition_newest_first(project: Project) -> None:
    """Frozen, built and published are told apart, and simulated data are named."""
    ran = project.run("list")
    assert (ran.code, ran.err) == (0, "")
    assert [re.sub(r" +", " ", line) for line in ran.out.splitlines()] == [
        "2026-W04 to 2026-01-23 simulated frozen, built, published",
        "2026-W03 to 2026-01-16 simulated frozen, built, published",
        "2026-W02 to 2026-01-09 simulated frozen",
    ]
    rows = json.loads(project.run("list", "--json").out)
    assert rows[2] == {
        "edition": "2026-W02",
        "as_of": "2026-01-09",
        "provider": "sample",
        "simulated": True,
        "frozen": True,
        "built": False,
        "published": False,
        "revision": None,
    }


def test_list_knows_editions_whose_snapshot_is_elsewhere(project: Project) -> None:
    """A published edition is listed even without its snapshot."""
    (project.snapshots / "2026-W04.json").unlink()
    row = json.loads(project.run("list", "--json").out)[0]
    assert (row["edition"], row["frozen"], row["published"]) == ("2026-W04", False, True)


def test_new_begins_a_commentary_that_passes_the_check(project: Project) -> None:
    """The beginnings need a title and an author, and then the edition builds with them."""
    ran = project.run("new", "2026-W03")
    path = project.folder / "content/editions/2026-W03.md"
    assert (ran.code, ran.out) == (0, f"{path}\n")
    wrong = project.run("check")
    assert wrong.code == 1
    said = [line.split(": ", 1)[1].split(" [")[0] for line in wrong.out.splitlines()]
    assert said == [
        "'title' is missing",
        "'author' is missing",
    ]
    project.replace(
        "content/editions/2026-W03.md", "title: \nauthor: ", "title: A\nauthor: An editor"
    )
    assert project.run("check").code == 0
    assert project.run("build", "2026-W03").code == 0
    page = (project.build / "2026-W03/site/index.html").read_text()
    assert "+2.04%</data></a> on the week, " in page


def test_new_does_not_overwrite_what_somebody_wrote(project: Project) -> None:
    """There is one commentary an edition, and it stays."""
    project.write("content/editions/2026-W03.md", "mine")
    with unchanged(project.folder):
        ran = project.run("new", "2026-W03")
    assert ran.code == 1
    assert "content/editions/2026-W03.md: 2026-W03 has a commentary already" in ran.err


def test_doctor_says_what_works(project: Project) -> None:
    """Every line tells what was looked at; sources that this project does not use may be silent."""
    ran = project.run("doctor")
    assert (ran.code, ran.err) == (0, "")
    silent = [line for line in ran.out.splitlines() if not line.startswith("ok ")]
    assert [line.split("live: ")[1].split()[0] for line in silent] == ["Yahoo", "iShares", "FRED"]
    assert all(line.startswith("-- ") for line in silent)
    rows = {row["what"]: row for row in json.loads(project.run("doctor", "--json").out)}
    assert rows["snapshots"]["detail"] == "3 in content/snapshots"
    assert rows["last finished week"]["detail"] == "2026-W05, not frozen"
    assert {"provider files: folder", "provider sample: simulation"} <= rows.keys()


def test_doctor_says_what_is_missing(tmp_path: Path) -> None:
    """Without a snapshot the doctor is not content."""
    ran = make_project(tmp_path / "empty", ()).run("doctor")
    assert ran.code == 1
    assert re.search(r"^NO +snapshots +0 in content/snapshots$", ran.out, re.MULTILINE)


def test_serve_answers_on_this_machine_only(project: Project) -> None:
    """The address printed leads to the front page until the server is stopped."""
    server = subprocess.Popen(
        project.command("serve", "--port", "0"),
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        with urllib.request.urlopen(f"{address}index.html", timeout=10) as answer:
            assert answer.read() == (project.site / "index.html").read_bytes()
        server.send_signal(signal.SIGINT)
        _, talk = server.communicate(timeout=10)
        assert server.returncode == 0
        assert "stopped" in talk
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(server.pid, signal.SIGKILL)
        server.wait()


def test_serve_wants_something_published(tmp_path: Path) -> None:
    """Without a site there is nothing to serve, and the message says what to run."""
    ran = make_project(tmp_path / "empty", ()).run("serve", "--port", "0")
    assert ran.code == 1
    assert "nothing is published yet" in ran.err and "smallcaps run --all" in ran.err


def test_the_version_and_the_help_are_results() -> None:
    """Both end with 0 and stand on standard output."""
    version = published().run("--version")
    assert (version.code, version.err) == (0, "")
    assert re.fullmatch(r"smallcaps \d+\.\d+\.\d+\n", version.out)
    assert published().run("--help").code == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    """Each verb has a sentence of help."""
    ran = published().run(command, "--help")
    assert ran.code == 0
    assert re.search(r"[A-Z].*\.", ran.out)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_documents_every_command(command: str) -> None:
    """A reader of the README finds each verb."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"`{command}`|\bsmallcaps {command}\b|^ +{command}  ", readme, re.MULTILINE)


def test_a_command_runs_in_a_process_of_its_own() -> None:
    """The entry point works outside this process, and keeps the two streams apart."""
    ran = published().spawn("list", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert len(json.loads(ran.out)) == 3


def test_real_data_take_the_place_of_simulated_data() -> None:
    """The one overwriting allowed: the edition of the same id made from real files."""
    project, ran = published_from_files()
    assert "frozen  2026-W03  2 of 34 series to 2026-01-16, from files" in ran.err
    assert "replaced  2026-W03" in ran.err
    assert project.run("verify", "--all").code == 0
    old, new = published().site / "2026-W03", project.site / "2026-W03"
    assert tree(old).keys() - tree(new).keys()
    assert tree(published().site / "2026-W04") == tree(project.site / "2026-W04")
    assert not [path for path in project.site.iterdir() if path.name.startswith(".ret")]


def test_real_data_are_not_replaced_by_simulated_data() -> None:
    """What is frozen from files stays, whatever provider is named."""
    project, _ = published_from_files()
    with unchanged(project.folder):
        ran = project.run("run", "2026-W03", "--provider", "sample")
    assert ran.code == 0
    assert "kept  2026-W03  frozen from files" in ran.err


def test_series_that_are_not_in_the_files_are_named() -> None:
    """Every symbol left out is named with the reason while fetching and on the Data page."""
    project, ran = published_from_files()
    left_out = re.findall(r"left out  (\S+)  missing: no file for", ran.err)
    assert len(left_out) == 32
    assert {"IWM", "^VIX", "XLK"} <= set(left_out)
    page = (project.site / "2026-W03/data.html").read_text()
    for symbol in left_out:
        assert f"missing: no file for {symbol} in data" in page


def test_figures_of_missing_series_are_withheld_with_the_reason() -> None:
    """On the pages and in facts.json a missing figure says why, and has no value."""
    project, _ = published_from_files()
    facts = json.loads((project.site / "2026-W03/facts.json").read_text())["facts"]
    withheld = {fact["id"]: fact for fact in facts if fact["status"] == "withheld"}
    assert "return_1w.iwm" in withheld
    for fact in withheld.values():
        assert (fact["value"], fact["display"]) == (None, "withheld")
        assert fact["reason"]
    assert "no file for IWM" in withheld["return_1w.iwm"]["reason"]
    page = (project.site / "2026-W03/performance.html").read_text()
    assert 'href="figures.html#return_1w.iwm"><data value="">withheld</data>' in page
    assert "Withheld on this page" in page
    assert "no file for IWM in data" in page


def test_nothing_made_from_real_files_says_simulated() -> None:
    """Neither a page nor a data file of the edition calls its data simulated."""
    project, _ = published_from_files()
    folder = project.site / "2026-W03"
    for path in folder.rglob("*.html"):
        assert "simulated" not in path.read_text().lower(), path.name
    for path in folder.rglob("*.csv"):
        assert "simulated" not in path.read_text(), path.name
    assert json.loads((folder / "facts.json").read_text())["simulated"] is False
    record = json.loads((folder / "edition.json").read_text())
    assert (record["simulated"], record["provider"]) == (False, "files")
    assert "simulated" not in record["title"]


def test_the_front_page_tells_real_from_simulated_editions() -> None:
    """Each edition's row says what its data are."""
    page = (published_from_files()[0].site / "index.html").read_text()
    rows = page.split('<tr id="2026')[1:]
    assert ["simulated" in row for row in rows] == [True, False]


def test_words_about_simulated_data_do_not_stand_with_real_data(tmp_path: Path) -> None:
    """Commentary marked as being about the sample is left out of an edition from files."""
    project = published_from_files()[0].copy(tmp_path / "project")
    page = project.build / "2026-W03/site/index.html"
    front = "---\ntitle: Words on the week\nauthor: An editor\ndate: 2026-01-18\n"
    for mark, shown in (("simulated: true\n", False), ("", True)):
        project.write("content/editions/2026-W03.md", f"{front}{mark}---\n\n# index\n\nText.\n")
        assert project.run("build", "2026-W03").code == 0
        assert ("Words on the week" in page.read_text()) is shown


RISING = {
    "^RUT": [round(2000 + 0.5 * n + 9 * (n % 7 == 0), 2) for n in range(320)],
    "^GSPC": wave(320, 40, 0.5),
}


def test_a_history_without_a_cross_of_averages_makes_an_edition(tmp_path: Path) -> None:
    """A short or steady history is no mistake: the table of crosses is empty."""
    project = make_project(tmp_path / "project", ())
    data = two_benchmarks(tmp_path / "data", closes=RISING)
    ran = project.run("run", "2026-W03", "--provider", "files", "--data", str(data))
    assert ran.code == 0, ran.err


def test_the_clock_can_be_set_and_decides_which_week_is_the_last(project: Project) -> None:
    """The week that has ended by the time given is the last finished one."""
    for now, week in ((NOW, "2026-W05"), ("2026-01-16T20:59:00", "2026-W02")):
        rows = {r["what"]: r for r in json.loads(project.run("doctor", "--json", now=now).out)}
        assert rows["last finished week"]["detail"].startswith(week)


def test_mkdocs_itself_builds_the_edition_built_last(project: Project, tmp_path: Path) -> None:
    """The plain configuration is enough for MkDocs: pages, drawings, tables and the label."""
    out = tmp_path / "preview"
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(out)]
    subprocess.run(command, cwd=project.folder, check=True)
    page = (out / "index.html").read_text()
    assert page.count("<svg") == 6
    assert "Simulated data." in page
    assert "<!--aside:" not in page
    assert "<table>" in (out / "performance.html").read_text()
    assert (out / "assets/site.css").is_file()
