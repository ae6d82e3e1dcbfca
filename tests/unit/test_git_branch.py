"""A site on a branch: one commit a change, races, rewritten branches, kills, remotes."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_releases import BRANCH, contents, git, publish, release, repository

from generator.editions import Edition
from generator.errors import ProviderError, ReportError
from generator.git_branch import GitBranch
from generator.listing import read_listing
from generator.trees import Change, Moved

W02, W03, W04 = (Edition(2026, week) for week in (2, 3, 4))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A repository with one commit on main."""
    return repository(tmp_path / "home")


def _tip(folder: Path, branch: str = BRANCH) -> str:
    return git(folder, "rev-parse", branch).strip()


def _clone(tmp_path: Path, name: str) -> Path:
    folder = repository(tmp_path / name)
    git(folder, "remote", "add", "origin", str(tmp_path / "remote"))
    return folder


def test_one_publish_is_one_commit(home: Path, tmp_path: Path) -> None:
    """Release, aliases and lists come together; the message says what was published."""
    with GitBranch(home, BRANCH, None) as site:
        publish(site, release(tmp_path, W02))
        publish(site, release(tmp_path, W03))
    assert git(home, "rev-list", "--count", BRANCH).strip() == "2"
    changed = git(home, "show", "--format=%s", "--name-only", BRANCH).split("\n")
    assert changed[0] == "Publish"
    assert {"2026-W03/edition.json", "latest/index.html", "versions.json"} <= set(changed)
    assert not any(name.startswith("2026-W02/") for name in changed)


def test_no_work_tree_and_no_index_is_touched(home: Path, tmp_path: Path) -> None:
    """Whoever works in the repository sees nothing of it, staged changes included."""
    (home / "draft.md").write_text("A draft.\n")
    git(home, "add", "draft.md")
    (home / "README").write_text("Changed.\n")
    before = git(home, "status", "--porcelain"), _tip(home, "HEAD")
    with GitBranch(home, BRANCH, None) as site:
        publish(site, release(tmp_path, W03))
    assert (git(home, "status", "--porcelain"), _tip(home, "HEAD")) == before
    assert git(home, "for-each-ref", "--format=%(refname)", "refs/heads").split() == [
        f"refs/heads/{BRANCH}",
        "refs/heads/main",
    ]


def test_nothing_to_change_makes_no_commit(home: Path, tmp_path: Path) -> None:
    """A change that changes no byte leaves the branch where it was."""
    with GitBranch(home, BRANCH, None) as site:
        publish(site, release(tmp_path, W03))
        before = _tip(home)
        assert site.apply(Change(files={"versions.json": site.read("versions.json")}), "x") == []
    assert _tip(home) == before


def test_a_branch_that_moved_meanwhile_is_left_alone(home: Path, tmp_path: Path) -> None:
    """The change is refused, to be worked out again on what is there now."""
    with GitBranch(home, BRANCH, None) as ours, GitBranch(home, BRANCH, None) as other:
        publish(ours, release(tmp_path, W02))
        ours.begin()
        publish(other, release(tmp_path, W03))
        theirs = _tip(home)
        with pytest.raises(Moved):
            ours.apply(Change(files={"a.txt": b"a"}), "Ours")
        assert _tip(home) == theirs
        publish(ours, release(tmp_path, W04))
        assert list(read_listing(ours).newest) == ["2026-W04", "2026-W03", "2026-W02"]


def test_two_publishers_lose_no_edition(tmp_path: Path) -> None:
    """Who loses the race to push works the change out again on the new tip."""
    repository(tmp_path / "remote", bare=True)
    one, two = _clone(tmp_path, "one"), _clone(tmp_path, "two")
    with GitBranch(one, BRANCH, "origin") as ours, GitBranch(two, BRANCH, "origin") as theirs:
        ours.begin()
        publish(theirs, release(tmp_path, W02))
        with pytest.raises(Moved):
            ours.apply(Change(files={"a.txt": b"a"}), "Ours")
        assert git(one, "branch", "--list", BRANCH) == ""
        publish(ours, release(tmp_path, W03))
        publish(theirs, release(tmp_path, W04))
        assert list(read_listing(theirs).newest) == ["2026-W04", "2026-W03", "2026-W02"]
    assert _tip(two) == _tip(tmp_path / "remote") != _tip(one)


def test_what_was_published_here_alone_is_pushed_with_the_next(tmp_path: Path) -> None:
    """A commit made without --push is not lost."""
    repository(tmp_path / "remote", bare=True)
    one = _clone(tmp_path, "one")
    with GitBranch(one, BRANCH, None) as here:
        publish(here, release(tmp_path, W02))
    with GitBranch(one, BRANCH, "origin") as pushed:
        publish(pushed, release(tmp_path, W03))
    assert _tip(one) == _tip(tmp_path / "remote")
    assert git(one, "rev-list", "--count", BRANCH).strip() == "2"


def test_a_rewritten_branch_stops_and_changes_nothing(tmp_path: Path) -> None:
    """Neither side is overwritten; the message names both tips and what can be done."""
    repository(tmp_path / "remote", bare=True)
    one, two = _clone(tmp_path, "one"), _clone(tmp_path, "two")
    with GitBranch(one, BRANCH, "origin") as ours:
        publish(ours, release(tmp_path, W02))
    with GitBranch(two, BRANCH, None) as theirs:
        publish(theirs, release(tmp_path, W03))
    git(two, "push", "--quiet", "--force", "origin", BRANCH)
    before = _tip(one), _tip(tmp_path / "remote")
    with (
        GitBranch(one, BRANCH, "origin") as ours,
        pytest.raises(ReportError, match="each gone their own way") as caught,
    ):
        publish(ours, release(tmp_path, W04))
    assert before[0][:12] in str(caught.value.where) and before[1][:12] in str(caught.value.where)
    assert "git branch -f" in str(caught.value.hint)
    assert (_tip(one), _tip(tmp_path / "remote")) == before


@pytest.mark.parametrize("at", [0, 2, 4, 7])
def test_a_commit_that_is_cut_off_leaves_the_branch_as_it_was(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Whichever file was being written, and what was left of it is cleared by the next."""
    from mike import git_utils

    with GitBranch(home, BRANCH, None) as site:
        publish(site, release(tmp_path, W02))
        before = _tip(home)
        written: list[str] = []
        add = git_utils.Commit.add_file

        def stop(self: object, info: git_utils.FileInfo) -> None:
            if len(written) == at:
                raise KeyboardInterrupt
            written.append(info.path)
            add(self, info)

        with monkeypatch.context() as patch:
            patch.setattr(git_utils.Commit, "add_file", stop)
            with pytest.raises(KeyboardInterrupt):
                publish(site, release(tmp_path, W03))
        assert len(written) == at and _tip(home) == before
        publish(site, release(tmp_path, W04))
        assert list(read_listing(site).newest) == ["2026-W04", "2026-W02"]
    assert "publishing" not in git(home, "for-each-ref")


def test_a_full_disk_leaves_the_branch_as_it_was(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git says why, and the message says that nothing changed."""
    from mike import git_utils

    with GitBranch(home, BRANCH, None) as site:
        publish(site, release(tmp_path, W02))
        before = contents(site)

        def full(self: git_utils.Commit) -> None:
            self.abort()
            raise git_utils.GitCommitError("fatal: sha1 file write error: No space left on device")

        monkeypatch.setattr(git_utils.Commit, "finish", full)
        with pytest.raises(ReportError, match="No space left on device") as caught:
            publish(site, release(tmp_path, W03))
        assert "branch is as it was" in str(caught.value.hint)
        site.begin()
        assert contents(site) == before


def test_a_remote_that_does_not_answer(home: Path, tmp_path: Path) -> None:
    """Exit code 4, and neither here nor there anything is changed."""
    with (
        GitBranch(home, BRANCH, str(tmp_path / "nowhere")) as site,
        pytest.raises(ProviderError, match="git cannot reach") as caught,
    ):
        publish(site, release(tmp_path, W03))
    assert caught.value.exit_code == 4
    assert git(home, "branch", "--list", BRANCH) == ""


def test_a_remote_that_refuses(tmp_path: Path) -> None:
    """A branch that may not be pushed to stays as it was here too."""
    remote = repository(tmp_path / "remote", bare=True)
    hook = remote / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'this branch is protected' >&2\nexit 1\n")
    hook.chmod(0o755)
    one = _clone(tmp_path, "one")
    with (
        GitBranch(one, BRANCH, "origin") as site,
        pytest.raises(ProviderError, match="this branch is protected"),
    ):
        publish(site, release(tmp_path, W03))
    assert git(one, "branch", "--list", BRANCH) == ""


def test_git_wants_to_know_who_publishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name nothing is committed, and the message says which settings are missing."""
    home = repository(tmp_path / "home")
    git(home, "config", "--unset", "user.name")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    monkeypatch.delenv("GIT_COMMITTER_NAME", raising=False)
    with (
        GitBranch(home, BRANCH, None) as site,
        pytest.raises(ReportError, match=r"user\.name") as caught,
    ):
        publish(site, release(tmp_path, W03))
    assert "user.name and user.email" in str(caught.value.hint)


@pytest.mark.parametrize("name", ["a..b", "a b", "a\nb", "", "-", "a~1", "main.lock"])
def test_a_branch_must_have_a_name_that_git_takes(home: Path, name: str) -> None:
    """What could mean something else to git is refused."""
    with pytest.raises(ReportError, match="is not the name of a branch"):
        GitBranch(home, name, None).begin()


def test_the_branch_that_is_checked_out_is_refused(home: Path) -> None:
    """Its files in the work tree would not follow."""
    with pytest.raises(ReportError, match="main is checked out here"):
        GitBranch(home, "main", None).begin()


def test_without_a_repository_there_is_no_branch(tmp_path: Path) -> None:
    """The message says what to do."""
    with pytest.raises(ReportError, match="not a git repository") as caught:
        GitBranch(tmp_path, BRANCH, None).begin()
    assert "git init" in str(caught.value.hint)


def test_names_with_a_line_break_are_no_files(home: Path, tmp_path: Path) -> None:
    """What is asked of git is one line; a name cannot smuggle in a second."""
    with GitBranch(home, BRANCH, None) as site:
        publish(site, release(tmp_path, W03))
        assert not site.exists("versions.json\ninfo HEAD")
        with pytest.raises(FileNotFoundError):
            site.read("2026-W03\n")
        with pytest.raises(FileNotFoundError):
            site.read("2026-W03")
        assert site.read("versions.json").startswith(b"[")
