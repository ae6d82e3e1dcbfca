"""The command line: one thin function a verb; the only place that prints or exits.

Results go to standard output, talk and progress to standard error.
"""

from __future__ import annotations

import errno
import gc
import json
import sys
from collections.abc import Callable
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
    if every and edition:
        raise UsageError("an edition and --all exclude each other")
    if every:
        found = shop.snapshots.editions()
        if not found:
            raise ReportError(
                "there is no snapshot yet", hint="Run `smallcaps fetch` to freeze one."
            )
        return list(found)
    return [shop.snapshots.resolve(edition or "latest")]


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=1, ensure_ascii=False))


@app.command()
def run(
    edition: MaybeEdition = None,
    provider: ProviderOption = None,
    data: DataOption = None,
    every: AllOption = False,
    refreeze: RefreezeOption = False,
    as_json: JsonOption = False,
) -> None:
    """Fetch an edition's data unless frozen, build it and publish it."""
    from generator import pipeline

    with _workshop() as shop:
        if every:
            if edition or provider or data or refreeze:
                raise UsageError("--all builds what is frozen; it takes no edition or provider")
            editions = _chosen(shop, None, True)
        else:
            editions = [_fetch(shop, edition, provider, data, refreeze).edition]
        outcomes = []
        for item in editions:
            pipeline.build(shop, item)
        outcomes = pipeline.publish(shop, editions)
        _report(shop, outcomes, as_json)


def _report(shop: Any, outcomes: list[Any], as_json: bool) -> None:
    if as_json:
        _print_json(
            [{"edition": str(o.edition), "state": o.verb, "where": o.detail} for o in outcomes]
        )
        return
    noun = "edition" if len(outcomes) == 1 else "editions"
    talk.say("done", f"{len(outcomes)} {noun}", "", 0.0)
    print(shop.settings.site / "index.html")


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
def publish(edition: MaybeEdition = None, every: AllOption = False) -> None:
    """Add a built edition to the site."""
    from generator import pipeline

    with _workshop() as shop:
        outcomes = pipeline.publish(shop, _chosen(shop, edition, every))
        _report(shop, outcomes, False)


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
def check(as_json: JsonOption = False) -> None:
    """Look for mistakes in settings, templates, commentary and snapshots; change nothing."""
    from generator import pipeline

    with _workshop() as shop:
        wrong = pipeline.check(shop)
    if as_json:
        _print_json(wrong)
    else:
        for line in wrong:
            print(line)
        talk.say("checked", "project", "no mistakes" if not wrong else f"{len(wrong)} found", 0.0)
    if wrong:
        raise typer.Exit(1)


@app.command()
def verify(
    edition: MaybeEdition = None, every: AllOption = False, as_json: JsonOption = False
) -> None:
    """Recompute every hash of an edition's snapshot and published files."""
    from generator import pipeline

    with _workshop() as shop:
        found = pipeline.verify(shop, _chosen(shop, edition, every))
    if as_json:
        _print_json(found)
    else:
        for name, wrong in found.items():
            print(f"{name}  {'all hashes match' if not wrong else 'DIFFERS'}")
            for line in wrong:
                print(f"  {line}")
    if any(found.values()):
        raise typer.Exit(3)


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
        print(f"{row['edition']}  to {row['as_of']}  {kind:<10} {', '.join(has)}")


@app.command()
def new(edition: EditionArgument) -> None:
    """Begin the commentary of an edition."""
    from generator.editions import parse_edition
    from generator.pipeline import begin_commentary

    with _workshop() as shop:
        wanted = shop.snapshots.resolve(edition) if edition == "latest" else parse_edition(edition)
        print(begin_commentary(shop, wanted, talk.clock()))


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
