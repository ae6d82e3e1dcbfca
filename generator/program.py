"""The program that made an edition, kept as one archive so that the edition can be made again.

An archive holds the code, the templates, the settings and the list of libraries, but nothing of any
one edition. It is named after its bytes, `programs/<sha256>.zip`, and shared by all the editions
that it made. Unpacked it is a project's folder, of which the same archive can be made.
"""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath

from generator.errors import ReportError
from generator.store import write_whole

FOLDER = "programs"
"""Of a site, with the programs that made its editions."""
LOCK = "requirements.lock"
"""The libraries with their hashes, beside the package."""
PACKAGE = Path(__file__).parent
LIBRARIES = (
    "altair",
    "apache-hamilton",
    "bibtexparser",
    "citeproc-py",
    "font-source-sans-pro",
    "font-source-serif-pro",
    "jinja2",
    "markdown",
    "mkdocs",
    "numpy",
    "pandas",
    "pillow",
    "pyarrow",
    "pylatexenc",
    "rispy",
    "vl-convert-python",
    "xlsxwriter",
)
"""Those whose version can show in an edition's bytes."""
_BESIDE = ("README.md", "pyproject.toml", LOCK)
"""What stands beside the package in a project's folder."""
_OF_EDITIONS = ("corrections.yml", "claims.yml", "forecasts.yml", "sources.yml")
"""What has entries of its own for each edition."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MOST_FILES, _MOST_BYTES = 5_000, 200_000_000


def program_name(digest: str) -> str:
    """Return where a site keeps the program of this SHA-256."""
    return f"{FOLDER}/{digest}.zip"


def libraries(names: Iterable[str] = LIBRARIES) -> dict[str, str]:
    """Return the installed version of each library; those that are not installed are left out."""
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def lock_file(package: Path = PACKAGE) -> bytes:
    """Return the list of libraries that the program is installed from.

    Raises:
        ReportError: the package does not stand in a project's folder.
    """
    return _beside(package, LOCK)


def archive(root: Path, package: Path = PACKAGE) -> bytes:
    """Return the program as an archive: the package, and the templates and settings of a project.

    Raises:
        ReportError: the package does not stand in a project's folder.
    """
    files = {f"{package.name}/{name}": path for name, path in _below(package, "*.py")}
    files |= {f"templates/{name}": path for name, path in _below(root / "templates", "*")}
    settings = (path for path in (root / "content").glob("*.yml") if path.name not in _OF_EDITIONS)
    files |= {f"content/{path.name}": path for path in settings}
    contents = {name: path.read_bytes() for name, path in files.items()}
    contents["mkdocs.yml"] = (root / "mkdocs.yml").read_bytes()
    contents |= {name: _beside(package, name) for name in _BESIDE}
    return packed(contents)


def _below(folder: Path, pattern: str) -> Iterator[tuple[str, Path]]:
    """The files of a folder, without what an interpreter or an editor left there."""
    for path in folder.rglob(pattern):
        parts = path.relative_to(folder).parts
        passed_over = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if path.is_file() and not passed_over:
            yield "/".join(parts), path


def _beside(package: Path, name: str) -> bytes:
    try:
        return (package.parent / name).read_bytes()
    except FileNotFoundError:
        raise ReportError(
            f"the program cannot be kept with the edition: {name} is not beside it",
            where=str(package.parent),
            hint="Install it from a checkout: `make report`, or `pip install -e .` there.",
        ) from None


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as a ZIP archive whose bytes depend on nothing else.

    They are stored, not compressed: compressors differ between builds of one library.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            bundle.writestr(entry, files[name])
    return target.getvalue()


def unpacked(content: bytes, shown_as: str) -> dict[str, bytes]:
    """Return the files of an archive that may be of anybody's making.

    Raises:
        ReportError: it is damaged, too large, or has names that lead out of a folder.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            entries = [entry for entry in bundle.infolist() if not entry.is_dir()]
            _examine(entries)
            return {entry.filename: bundle.read(entry) for entry in entries}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, RuntimeError) as error:
        raise ReportError(
            f"the archive of the program cannot be used: {error}",
            where=shown_as,
            hint="Restore it from a copy of the site.",
        ) from None


def _examine(entries: list[zipfile.ZipInfo]) -> None:
    """Look at what an archive says of itself before anything is read from it."""
    if len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries) > _MOST_BYTES:
        raise ValueError("it is far too large for a program")
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise ValueError("it has a name twice")
    for entry in entries:
        path = PurePosixPath(entry.filename)
        outside = path.is_absolute() or ".." in path.parts or "\\" in entry.filename
        if outside or ":" in entry.filename:
            raise ValueError(f"'{entry.filename}' leads out of its folder")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise ValueError(f"'{entry.filename}' is a symbolic link")


def unpack(content: bytes, folder: Path, shown_as: str) -> None:
    """Write the files of an archive into a folder.

    Raises:
        ReportError: it is damaged, too large, or has names that lead out of the folder.
    """
    for name, file in unpacked(content, shown_as).items():
        write_whole(folder / name, file, lasting=False)


def digest_of(content: bytes) -> str:
    """Return the SHA-256 that names an archive."""
    return hashlib.sha256(content).hexdigest()
