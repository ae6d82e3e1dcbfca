"""The command line: one thin function a verb; the only place that prints or exits.

Results go to standard output, talk and progress to standard error.
"""

from __future__ import annotations

import errno
import gc
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.exceptions import TyperException

from generator import __version__
from generator.errors import ReportError, UsageError

app = typer.Typer(
    name="smallcaps",
    help="Small Caps Weekly: fetch, build and publish a report whose every number can be checked.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class _Talk:
    """How much is said, and where the project is."""

    def __init__(self) -> None:
        self.quiet = False
        self.debug = False
        self.project = Path()
        self.now: datetime | None = None

    def say(self, verb: str, name: str, detail: str, seconds: float) -> None:
        """One line an item: verb, name, detail, time."""
        if not self.quiet:
            took = f" in {seconds:.2f} s" if seconds >= 0.005 else ""
            print(f"{verb:>10}  {name}  {detail}{took}", file=sys.stderr, flush=True)

    def clock(self) -> datetime:
        """The time, in UTC."""
        return self.now or datetime.now(UTC)


talk = _Talk()

EditionArgument = Annotated[
    str, typer.Argument(metavar="EDITION", help="An ISO week such as 2026-W03, or latest.")
]
MaybeEdition = Annotated[
    str | None,
    typer.Argument(metavar="[EDITION]", help="An ISO week such as 2026-W03, or latest."),
]
ProviderOption = Annotated[
    str | None, typer.Option("--provider", help="Where the data come from; default in mkdocs.yml.")
]
DataOption = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="The folder of the files provider.")
]
RefreezeOption = Annotated[
    bool,
    typer.Option("--refreeze", help="Fetch a frozen edition again, as a new revision beside it."),
]
BranchOption = Annotated[
    str | None,
    typer.Option(
        "--branch",
        metavar="NAME",
        help="Publish onto this branch, in mike's format, not into the folder.",
    ),
]
PushOption = Annotated[
    str | None,
    typer.Option("--push", metavar="REMOTE", help="Push the branch to this remote."),
]
RevisionOption = Annotated[
    str | None,
    typer.Option(
        "--revision",
        metavar="REASON",
        help="Publish a corrected edition beside the one that is published, and say why.",
    ),
]
TargetArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[TARGET]",
        help="An edition or release (2026-W03, 2026-W03-r1, latest), the folder or address of a "
        "site or of an edition in it, or branch:NAME[:EDITION].",
    ),
]
_RELEASE_HELP = (
    "An edition, a release such as 2026-W03-r2, or a folder, address or branch with one."
)
AllOption = Annotated[bool, typer.Option("--all", help="Every edition that has a snapshot.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Report as JSON on standard output.")]


def _show_version(value: bool) -> None:
    if value:
        print(f"smallcaps {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    project: Annotated[
        Path, typer.Option("--project", metavar="DIR", help="The project's folder.")
    ] = Path(),
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but results.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    now: Annotated[
        datetime | None,
        typer.Option(
            "--now", envvar="SMALLCAPS_NOW", help="Take this for the time, in UTC.", hidden=True
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version."),
    ] = False,
) -> None:
    talk.project, talk.quiet, talk.debug = project, quiet, debug
    talk.now = now.replace(tzinfo=UTC) if now else None


def _workshop() -> Any:
    from generator.config import find_root, load_settings
    from generator.workshop import Workshop

    return Workshop(load_settings(find_root(talk.project.resolve())), talk.say)


def _chosen(shop: Any, edition: str | None, every: bool) -> list[Any]:
    """The editions meant: one, all that have a snapshot, or the newest."""
    if every and edition is not None:
        raise UsageError("an edition and --all exclude each other")
    if every:
        found = shop.snapshots.editions()
        if not found:
            raise ReportError(
                "there is no snapshot yet", hint="Run `smallcaps fetch` to freeze one."
            )
        return list(found)
    return [shop.snapshots.resolve("latest" if edition is None else edition)]


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=1, ensure_ascii=False))


@app.command()
def run(
    edition: MaybeEdition = None,
    provider: ProviderOption = None,
    data: DataOption = None,
    every: AllOption = False,
    refreeze: RefreezeOption = False,
    revision: RevisionOption = None,
    branch: BranchOption = None,
    push: PushOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch an edition's data unless frozen, build it and publish it."""
    from generator import pipeline

    _require_branch(branch, push)
    with _workshop() as shop:
        if every:
            if edition or provider or data or refreeze or revision:
                raise UsageError("--all builds what is frozen; it takes no edition or provider")
            editions = _chosen(shop, None, True)
        else:
            editions = [_fetch(shop, edition, provider, data, refreeze).edition]
        if revision is not None:
            _correct(shop, editions[0], revision, branch, push)
        for item in editions:
            pipeline.build(shop, item)
        outcomes = pipeline.publish(shop, editions, branch=branch, remote=push)
        _report(shop, outcomes, branch, as_json)


def _require_branch(branch: str | None, push: str | None) -> None:
    if push is not None and branch is None:
        raise UsageError("--push pushes a branch", hint="Name it with --branch, e.g. gh-pages.")


def _correct(shop: Any, edition: Any, reason: str, branch: str | None, push: str | None) -> None:
    from generator.correcting import correct

    correct(shop, edition, reason, talk.clock().date(), branch=branch, remote=push)


def _report(shop: Any, outcomes: list[Any], branch: str | None, as_json: bool) -> None:
    if as_json:
        _print_json(
            [{"edition": str(o.edition), "state": o.verb, "where": o.detail} for o in outcomes]
        )
        return
    noun = "edition" if len(outcomes) == 1 else "editions"
    talk.say("done", f"{len(outcomes)} {noun}", "", 0.0)
    print(f"{branch}:index.html" if branch else shop.settings.site / "index.html")


def _fetch(
    shop: Any, edition: str | None, provider: str | None, data: Path | None, refreeze: bool
) -> Any:
    from generator.editions import parse_edition
    from generator.freezing import Order, fetch

    wanted = None if edition in (None, "latest") else parse_edition(str(edition))
    name = provider or shop.settings.project.provider
    if wanted is None and name == "sample" and shop.snapshots.editions():
        # The sample has an end: its newest week is the latest there is.
        wanted = shop.snapshots.editions()[-1]
    if provider is None and wanted is not None and wanted in shop.snapshots.editions():
        # Whatever it was frozen from, it is frozen.
        name = shop.snapshots.manifest(wanted).provider
    return fetch(shop, Order(wanted, name, data, refreeze), talk.clock)


@app.command()
def fetch(
    edition: MaybeEdition = None,
    provider: ProviderOption = None,
    data: DataOption = None,
    refreeze: RefreezeOption = False,
) -> None:
    """Fetch an edition's data, check them and freeze them."""
    with _workshop() as shop:
        print(_fetch(shop, edition, provider, data, refreeze).edition)


@app.command()
def build(edition: MaybeEdition = None, every: AllOption = False) -> None:
    """Compute, draw and write an edition from its snapshot."""
    from generator import pipeline

    with _workshop() as shop:
        for item in _chosen(shop, edition, every):
            pipeline.build(shop, item)
            print(shop.settings.build / str(item) / "site")


@app.command()
def publish(
    edition: MaybeEdition = None,
    every: AllOption = False,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Make lists and root pages anew from the editions alone."),
    ] = False,
    revision: RevisionOption = None,
    branch: BranchOption = None,
    push: PushOption = None,
) -> None:
    """Add a built edition to the site."""
    from generator import pipeline

    _require_branch(branch, push)
    with _workshop() as shop:
        if rebuild and (edition or every or revision):
            raise UsageError("--rebuild publishes no edition: it takes none, and no revision")
        editions = [] if rebuild else _chosen(shop, edition, every)
        if revision is not None:
            if len(editions) != 1:
                raise UsageError("--revision corrects one edition at a time")
            _correct(shop, editions[0], revision, branch, push)
        outcomes = pipeline.publish(shop, editions, branch=branch, remote=push, anew=rebuild)
        _report(shop, outcomes, branch, False)


@app.command()
def backfill(
    first: Annotated[str, typer.Argument(metavar="FROM", help="The oldest edition wanted.")],
    last: Annotated[str, typer.Argument(metavar="TO", help="The newest edition wanted.")],
    provider: ProviderOption = None,
    data: DataOption = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", help="Processes that build; by default one for each core."),
    ] = None,
    backend: Annotated[
        str, typer.Option("--backend", help="loky: this machine; dask: a cluster.")
    ] = "loky",
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="ADDRESS", help="The scheduler of the cluster."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Freeze, build and publish past editions from one history, in parallel."""
    from generator import backfilling
    from generator.editions import parse_edition
    from generator.parallel import Team

    with _workshop() as shop:
        span = backfilling.Span(
            first=parse_edition(first),
            last=parse_edition(last),
            provider=provider or shop.settings.project.provider,
            data=data,
            team=Team(jobs, backend, scheduler),
        )
        done = backfilling.backfill(shop, span, talk.clock)
    if as_json:
        rows = [asdict(one) | {"edition": str(one.edition)} for one in done]
        _print_json(rows)
    else:
        talk.say("done", _counted_states(done), "", 0.0)
        print(shop.settings.site / "index.html")
    if any(one.state == "left out" for one in done):
        raise typer.Exit(3)


def _counted_states(done: list[Any]) -> str:
    """How many editions there are of each state."""
    states = Counter(one.state for one in done)
    return ", ".join(f"{count} {state}" for state, count in sorted(states.items()))


@app.command()
def pdf(
    editions: Annotated[
        list[str] | None,
        typer.Argument(metavar="EDITION", help="ISO weeks such as 2026-W03, or latest."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every published edition.")] = False,
    paper: Annotated[
        Literal["a4", "letter"], typer.Option("--paper", help="Which paper to print for.")
    ] = "a4",
) -> None:
    """Print published editions as PDF, with Chromium."""
    from generator import pipeline

    if every and editions:
        raise UsageError("an edition and --all exclude each other")
    with _workshop() as shop:
        for path in pipeline.print_editions(shop, editions or (), every, paper):
            print(path)


@app.command()
def check(
    as_json: JsonOption = False,
    github: Annotated[
        bool, typer.Option("--github", help="Print what is wrong as annotations of GitHub.")
    ] = False,
) -> None:
    """Look for mistakes in settings, templates, words, claims and snapshots; change nothing."""
    from generator.proofreading import proofread

    with _workshop() as shop:
        wrong = proofread(shop)
    if as_json:
        _print_json([asdict(finding) for finding in wrong])
    else:
        for finding in wrong:
            print(finding.annotation if github else finding)
        talk.say("checked", "project", "no mistakes" if not wrong else f"{len(wrong)} found", 0.0)
    if wrong:
        raise typer.Exit(1)


@contextmanager
def _branches(shop: Any) -> Iterator[Callable[[str], Any]]:
    """Opens branches of the project's repository for reading, and closes them in the end."""
    with ExitStack() as open_ones:

        def opened(name: str) -> Any:
            from generator.git_branch import GitBranch

            tree = open_ones.enter_context(GitBranch(shop.settings.root, name, None))
            tree.look()
            return tree

        yield opened


@app.command()
def verify(
    target: TargetArgument = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every edition, and what they share.")
    ] = False,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Make it again from its snapshot and compare every byte."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Recompute every hash of an edition's snapshot and published files."""
    from generator.inspecting import inspect

    found = {}
    with _workshop() as shop, _branches(shop) as branch:
        for finding in inspect(shop, target, every, rebuild, branch):
            found[finding.name] = list(finding.lines)
            for line in finding.unseen:
                talk.say("not seen", finding.name, line, 0.0)
            if not as_json:
                print(
                    "\n  ".join((f"{finding.name}  {finding.verdict}", *finding.lines)), flush=True
                )
    if as_json:
        _print_json(found)
    if any(found.values()):
        raise typer.Exit(3)


@app.command()
def export(
    edition: EditionArgument,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Default: EDITION.zip, here.")
    ] = None,
) -> None:
    """Write an edition with all it needs as one archive, to be kept for good."""
    from generator.exporting import export as exported
    from generator.inspecting import release_at
    from generator.store import write_whole

    with _workshop() as shop, _branches(shop) as branch:
        tree, entry = release_at(shop, edition, branch)
        names = shop.settings.site_name, shop.settings.site_url
        content = exported(tree, entry, shop.snapshots, *names)
    target = to or Path(f"{entry.key}.zip")
    write_whole(target, content)
    talk.say("exported", entry.key, f"{len(content):,} bytes", 0.0)
    print(target)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="A", help=_RELEASE_HELP)],
    new: Annotated[str, typer.Argument(metavar="B", help="The same.")],
    as_json: JsonOption = False,
    page: Annotated[
        Path | None, typer.Option("--page", metavar="FILE", help="Write it as a page of its own.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Cut no list short.")] = False,
) -> None:
    """Compare two editions: figures, claims, methods and data."""
    from generator import comparison_page, comparison_text
    from generator.comparing import compare
    from generator.folders import Folder
    from generator.inspecting import Place, place_of
    from generator.release_files import find
    from generator.store import write_whole

    with _workshop() as shop, _branches(shop) as branch:
        places = [
            place_of(target, branch) or Place(Folder(shop.settings.site), target)
            for target in (old, new)
        ]
        sides = [find(place.tree, place.release or "latest") for place in places]
        comparison = compare(sides[0], sides[1], shop.snapshots)
        if page:
            write_whole(page, comparison_page.page(comparison, shop.templates).encode())
    if as_json:
        _print_json(comparison.to_json())
    elif page:
        print(page)
    else:
        print(comparison_text.text(comparison, every=every), end="")


@app.command("list")
def list_editions(as_json: JsonOption = False) -> None:
    """List the editions: frozen, built, published."""
    from generator import pipeline

    with _workshop() as shop:
        rows = pipeline.states(shop)
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        kind = "simulated" if row["simulated"] else row["provider"]
        has = [name for name in ("frozen", "built", "published") if row[name]]
        has += [f"revision {row['revision']}"] if (row["revision"] or 1) > 1 else []
        print(f"{row['edition']}  to {row['as_of']}  {kind:<10} {', '.join(has)}")


@app.command()
def new(edition: EditionArgument) -> None:
    """Begin the commentary of an edition."""
    from generator.editions import parse_edition
    from generator.scaffolding import begin

    with _workshop() as shop:
        wanted = shop.snapshots.resolve(edition) if edition == "latest" else parse_edition(edition)
        print(begin(shop, wanted, talk.clock()))


@app.command()
def serve(
    port: Annotated[int, typer.Option("--port", help="0 takes any free port.")] = 8000,
) -> None:
    """Serve the published site on this machine."""
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    with _workshop() as shop:
        site = shop.settings.site
    if not (site / "index.html").is_file():
        raise ReportError("nothing is published yet", hint="Run `smallcaps run --all` first.")
    handler = partial(SimpleHTTPRequestHandler, directory=str(site))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise ReportError(
            f"port {port} cannot be used: {error.strerror}", hint="Name another with --port."
        ) from None
    with server:
        print(f"http://127.0.0.1:{server.server_port}/", flush=True)
        talk.say("serving", str(site), "stop with Ctrl-C", 0.0)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            talk.say("stopped", "", "", 0.0)


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Say what works here, which sources answer, and what would be fetched."""
    from generator.doctor import examine

    with _workshop() as shop:
        rows = examine(shop, talk.clock)
    if as_json:
        _print_json([asdict(row) for row in rows])
    else:
        marks = {True: "ok", False: "NO", None: "--"}
        for row in rows:
            print(f"{marks[row.ok]:<3} {row.what:<22} {row.detail}")
    if any(row.ok is False for row in rows):
        raise typer.Exit(1)


def _fail(error: BaseException, code: int, message: str) -> int:
    if talk.debug:
        raise error
    print(f"error: {message}", file=sys.stderr)
    return code


def _advice(number: int) -> str:
    """What to look at when the system refuses to write."""
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
        question = "Is the disk full?"
    elif number in (errno.EACCES, errno.EPERM, errno.EROFS):
        question = "May this folder be written to?"
    else:
        return ""
    return f"\n  {question} No published edition was changed."


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    # Builds make many small objects and few cycles: look for those less often.
    gc.set_threshold(100_000, 50, 50)
    sys.exit(_outcome(lambda: app(arguments, standalone_mode=False)))


def _outcome(command: Callable[[], Any]) -> int:
    """Turn what a command ends with into an exit code; bugs keep their traceback."""
    try:
        result = command()
    except ReportError as error:
        return _fail(error, error.exit_code, str(error))
    except typer.Exit as stop:
        return stop.exit_code
    except (typer.Abort, KeyboardInterrupt) as stop:
        return _fail(stop, 130, "stopped")
    except TyperException as error:
        # What the parser does not understand: an unknown verb or option, a missing argument.
        said = error.format_message() if hasattr(error, "format_message") else str(error)
        return _fail(error, UsageError.exit_code, f"{said}\n  Run `smallcaps --help`.")
    except OSError as error:
        if error.errno is None:
            raise
        where = f"{error.filename}: " if error.filename else ""
        return _fail(error, 1, f"{where}{error.strerror}{_advice(error.errno)}")
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    main()
