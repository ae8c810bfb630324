"""Standing: whether the last build's files still stand, found before anything of the layout engine is loaded.

Everything that a build depends on is hashed into one SHA-256, which is kept beside the delivered files' own and what
the build said. A build with the same inputs, whose files are still there and whole, has nothing to do and says the same
again. Libraries count by their versions: one that somebody edits in place is not seen to change.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policybook.diagnostics import MachineError

if TYPE_CHECKING:
    from policybook.delivery import Manifest

_PACKAGE = Path(__file__).resolve().parent
#: What a project may have of its own, and what ships with policybook.
_RESOURCES = ("templates", "styles", "printers")
#: What WeasyPrint loads of the machine: the names on Linux and on macOS. The first decides whether Pango was found.
_LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    ("libfontconfig.so.1", "libfontconfig.1.dylib"),
    ("libfreetype.so.6", "libfreetype.6.dylib"),
    ("libfribidi.so.0", "libfribidi.0.dylib"),
)
_LIBRARY_FOLDERS = ("/usr/local/lib", "/usr/lib64", "/usr/lib", "/lib64", "/lib", "/opt/homebrew/lib")


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools that decide the bytes, a line each; `unseen` names those that were not found where they usually are."""

    lines: tuple[str, ...]
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a build left: the hash of its inputs, its files by path in output/<edition> with their SHA-256, its report.

    The report is what `build --json` prints.
    """

    inputs: str
    files: Mapping[str, str]
    report: Mapping[str, Any]


def stands(output: Path, edition: str, inputs: str) -> Standing | None:
    """What the last build left, if it had these inputs and all its files are there and whole."""
    kept = _kept(_record_path(output, edition))
    if kept is None or kept.inputs != inputs:
        return None
    whole = all(_sha256(output / edition / path) == digest for path, digest in kept.files.items())
    return kept if whole and kept.files else None


def record(output: Path, edition: str, inputs: str, manifest: Manifest, report: Mapping[str, Any]) -> None:
    """Keep what a build with these inputs left. Raises MachineError where it can't be written."""
    files = {file.path: file.sha256 for file in manifest.files}
    files["manifest.json"] = hashlib.sha256(manifest.as_json().encode()).hexdigest()
    path, told = _record_path(output, edition), asdict(Standing(inputs, files, report))
    fresh = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps({"sha256": _seal(told), "standing": told}, indent=1), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise MachineError(
            f"{path} can't be written: {error.strerror}", "free the disk, or name another --output"
        ) from error


def inputs_digest(
    project: Path,
    edition: str,
    options: Iterable[str] = (),
    *,
    tools: Tools | None = None,
    package: Path = _PACKAGE,
) -> str:
    """One SHA-256 of everything that a build of an edition depends on.

    That is: the edition's content, templates, styles and printers (the project's and the shipped ones), the code of
    `package`, the `options` of the order, SOURCE_DATE_EPOCH, and the `tools` (by default those of this machine).
    """
    shipped = package / "shipped" if (package / "shipped").is_dir() else package.parent
    facts = [
        ["edition", edition],
        ["options", *options],
        ["SOURCE_DATE_EPOCH", os.environ.get("SOURCE_DATE_EPOCH", "")],
        ["tools", *(tools or find_tools()).lines],
        ["content", *_tree(project / "content" / edition, follow=False)],
        ["package", *_tree(package, follow=True)],
    ]
    facts += [[f"own {name}", *_tree(project / name, follow=True)] for name in _RESOURCES]
    if shipped.resolve() != project.resolve():
        facts += [[f"shipped {name}", *_tree(shipped / name, follow=True)] for name in _RESOURCES]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def find_tools(search: Sequence[str] | None = None, libraries: Sequence[Path] | None = None) -> Tools:
    """Python, every installed distribution, and the machine's libraries that the layout engine loads.

    All distributions, since a list of those that matter would have to be kept true; the price is one build after
    another one is installed. `search` are folders as in sys.path, `libraries` those to look in for libraries.
    """
    found = list(_libraries(_library_folders() if libraries is None else libraries))
    lines = [f"Python {sys.version}", f"{sys.platform} {os.uname().machine}", f"zlib {zlib.ZLIB_RUNTIME_VERSION}"]
    lines += _distributions(sys.path if search is None else search)
    lines += [f"{path} {size} {changed}" for _, path, size, changed in found]
    return Tools(tuple(lines), () if any(number == 0 for number, *_ in found) else ("Pango",))


def _distributions(search: Sequence[str]) -> Iterator[str]:
    """The installed distributions with their versions, as their folders are named: `weasyprint-70.0.dist-info`."""
    for folder in dict.fromkeys(search):
        with suppress(OSError), os.scandir(folder or ".") as entries:
            yield from sorted(entry.name for entry in entries if entry.name.endswith((".dist-info", ".egg-info")))


def _library_folders() -> list[Path]:
    """Where a machine's libraries usually are. Asking the loader itself would take longer than all the rest."""
    named = [os.environ.get(name, "") for name in ("LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")]
    folders = [folder for names in named for folder in names.split(":") if folder]
    folders += [f"{sys.prefix}/lib", f"{sys.base_prefix}/lib", *_LIBRARY_FOLDERS]
    return [*map(Path, folders), *sorted(Path("/usr/lib").glob("*-linux-*"))]


def _libraries(folders: Sequence[Path]) -> Iterator[tuple[int, str, int, int]]:
    """Number in `_LIBRARIES`, path with links resolved, size and time of change of each library in the folders."""
    seen = set()
    for folder in folders:
        for number, names in enumerate(_LIBRARIES):
            for name in names:
                with suppress(OSError, RuntimeError):
                    path = (folder / name).resolve(strict=True)
                    facts = path.stat()
                    if path not in seen:
                        seen.add(path)
                        yield number, str(path), facts.st_size, facts.st_mtime_ns


def _tree(top: Path, *, follow: bool) -> Iterator[str]:
    """A line for each folder, link and file below a folder, files with their SHA-256; none where it is not there.

    Linked files are read. Linked folders are walked if `follow`, each once; content may have none.
    """
    seen = set()
    for root, folders, files in os.walk(top, followlinks=follow):
        place = Path(root)
        real = place.resolve()
        folders[:] = sorted(name for name in folders if name != "__pycache__") if real not in seen else []
        for name in [*folders, *sorted(files)] if real not in seen else ():
            path = place / name
            link = str(path.readlink()) if path.is_symlink() else ""
            digest = "folder" if name in folders else _sha256(path)
            yield f"{path.relative_to(top).as_posix()}\0{link}\0{digest}"
        seen.add(real)


def _sha256(path: Path) -> str:
    """The SHA-256 of a file, or why there is none."""
    try:
        if not path.is_file():
            return "no file"
        with path.open("rb", buffering=0) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"can't be read: {error.strerror}"


def _record_path(output: Path, edition: str) -> Path:
    return output / ".cache" / f"{edition}.standing.json"


def _seal(told: Mapping[str, Any]) -> str:
    """The SHA-256 by which a damaged record is known."""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _kept(path: Path) -> Standing | None:
    """The record of the last build, or None where there is none or it is damaged."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Standing(**kept["standing"]) if _seal(kept["standing"]) == kept["sha256"] else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
