"""policybook and its peers: how each is given the book, how it is run in a fresh process, and what it can't do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.model import Book
from benchmarks.writers import asciidoc, html, latex, policybook, typst

REPOSITORY = Path(__file__).resolve().parents[1]
CHROMIUM = "/usr/bin/chromium"


class NotInstalledError(Exception):
    """A tool is not on this machine. The message says how to get it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are: the interpreter and `build.py` that are measured, and the folder of Node's peers."""

    python: Path = Path(sys.executable)
    build: Path = REPOSITORY / "build.py"
    node: Path = REPOSITORY / "benchmarks" / ".tools"
    jobs: int = 2


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool. `command` gives the words that make OUTPUT from FOLDER; `version` raises NotInstalledError."""

    id: str
    label: str
    write: Callable[[Book, Path], None]
    command: Callable[[Path, Path, Settings], list[str]]
    version: Callable[[Settings], str]
    limits: str = ""


def _run(*command: str, hint: str) -> str:
    """What a command prints. Raises NotInstalledError with the hint if there is no such command, or it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        raise NotInstalledError(hint) from error
    return done.stdout.strip() or done.stderr.strip()


def _python(settings: Settings, module: str, *words: str | Path) -> list[str]:
    return [str(settings.python), "-m", module, *map(str, words)]


def _library(name: str, settings: Settings) -> str:
    code = f"from importlib.metadata import version; print(version({name!r}))"
    return _run(str(settings.python), "-c", code, hint=f"pip install {name}")


def _node_version(package: str, settings: Settings) -> str:
    code = f"console.log(require('{settings.node}/node_modules/{package}/package.json').version)"
    return _run("node", "-e", code, hint="benchmarks/setup")


def _chromium_version(_: Settings | None = None) -> str:
    return _run(CHROMIUM, "--version", hint="apt-get install chromium").split()[1]


# --- policybook -------------------------------------------------------------------------------------------------------


def policybook_command(folder: Path, output: Path, settings: Settings, *more: str) -> list[str]:
    """The build of the content folder in FOLDER; OUTPUT is `…/bench/screen.pdf`."""
    given = [str(settings.python), str(settings.build), "--project", str(folder), "build", policybook.EDITION]
    return [*given, "--output", str(output.parents[1]), "--jobs", str(settings.jobs), *more]


def _policybook_version(settings: Settings) -> str:
    return _run(str(settings.python), str(settings.build), "--version", hint="scripts/setup").split()[-1]


# --- peers ------------------------------------------------------------------------------------------------------------


def _weasyprint(folder: Path, output: Path, settings: Settings, *more: str) -> list[str]:
    return _python(settings, "benchmarks.drivers.weasyprint_book", folder, output, *more)


def _weasyprint_untagged(folder: Path, output: Path, settings: Settings) -> list[str]:
    return _weasyprint(folder, output, settings, "--untagged")


def _typst(folder: Path, output: Path, settings: Settings) -> list[str]:
    return _python(settings, "benchmarks.drivers.typst_book", folder, output)


def _latex(engine: str, folder: Path, output: Path, settings: Settings) -> list[str]:
    return _python(settings, "benchmarks.drivers.latex_book", engine, folder, output)


def _latex_version(engine: str, _: Settings) -> str:
    for needed in ("otftotfm", "makeindex", "kpsewhich"):
        if not shutil.which(needed):
            raise NotInstalledError("benchmarks/setup")
    first = _run(engine, "--version", hint="benchmarks/setup").splitlines()[0]
    return (
        first.removeprefix("This is ")
        .replace("LuaHBTeX, Version ", "LuaHBTeX ")
        .replace("pdfTeX 3.141592653-2.6-", "pdfTeX ")
    )


def _pagedjs(folder: Path, output: Path, settings: Settings) -> list[str]:
    driver = REPOSITORY / "benchmarks" / "drivers" / "pagedjs.mjs"
    return ["node", str(driver), str(folder), str(output), str(settings.node)]


def _pagedjs_version(settings: Settings) -> str:
    return f"{_node_version('pagedjs', settings)} in Chromium {_chromium_version()}"


def _vivliostyle(folder: Path, output: Path, settings: Settings) -> list[str]:
    program = settings.node / "node_modules" / ".bin" / "vivliostyle"
    given = ["build", str(folder / "book.html"), "--output", str(output), "--log-level", "silent", "--timeout", "3600"]
    return [str(program), *given, "--executable-browser", CHROMIUM]


def _vivliostyle_version(settings: Settings) -> str:
    return f"{_node_version('@vivliostyle/cli', settings)} in Chromium {_chromium_version()}"


def _chromium(folder: Path, output: Path, _: Settings) -> list[str]:
    given = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--timeout=3600000"]
    tagged = ["--export-tagged-pdf", "--generate-pdf-document-outline"]
    return [CHROMIUM, *given, *tagged, f"--print-to-pdf={output}", (folder / "book.html").resolve().as_uri()]


def _asciidoctor(folder: Path, output: Path, _: Settings) -> list[str]:
    theme = ["-a", "pdf-theme=bench", "-a", f"pdf-themesdir={folder}", "-a", f"pdf-fontsdir={folder}"]
    return ["asciidoctor-pdf", "-q", *theme, str(folder / "book.adoc"), "-o", str(output)]


def _asciidoctor_version(_: Settings) -> str:
    return _run("asciidoctor-pdf", "--version", hint="apt-get install ruby-asciidoctor-pdf").split()[2]


def _html(dialect: html.Dialect) -> Callable[[Book, Path], None]:
    return partial(html.write, dialect=dialect)


_NO_HYPHENS = "Debian's Chromium has no hyphenation dictionaries: lines are justified, but not hyphenated."
_NO_MERGING = "The index is a list of links with target-counter(): two marks on one page give that page twice."

TOOLS: Mapping[str, Tool] = {
    tool.id: tool
    for tool in (
        Tool("policybook", "policybook", policybook.write, policybook_command, _policybook_version),
        Tool(
            "weasyprint",
            "WeasyPrint, one process",
            _html(html.WEASYPRINT),
            _weasyprint,
            partial(_library, "weasyprint"),
            f"{_NO_MERGING} Front matter has arabic folios.",
        ),
        Tool(
            "weasyprint-untagged",
            "WeasyPrint, one process, no tags",
            _html(html.WEASYPRINT),
            _weasyprint_untagged,
            partial(_library, "weasyprint"),
            "As above, and without tags.",
        ),
        Tool("typst", "Typst", typst.write, _typst, partial(_library, "typst"), "The index is Typst code of ours."),
        Tool(
            "pdflatex",
            "pdfLaTeX",
            partial(latex.write, engine="pdflatex"),
            partial(_latex, "pdflatex"),
            partial(_latex_version, "pdflatex"),
            "Debian 12's LaTeX writes no tags. Two pages running are two locators; makeindex merges three.",
        ),
        Tool(
            "lualatex",
            "LuaLaTeX",
            partial(latex.write, engine="lualatex"),
            partial(_latex, "lualatex"),
            partial(_latex_version, "lualatex"),
            "Debian 12's LaTeX writes no tags that hold for a whole book. makeindex as above.",
        ),
        Tool(
            "pagedjs",
            "Paged.js",
            _html(html.PAGEDJS),
            _pagedjs,
            _pagedjs_version,
            f"{_NO_MERGING} {_NO_HYPHENS} Notes and index in one column. Pages count from the first leaf, because "
            "target-counter() is one off behind a counter-reset.",
        ),
        Tool(
            "vivliostyle",
            "Vivliostyle",
            _html(html.VIVLIOSTYLE),
            _vivliostyle,
            _vivliostyle_version,
            f"{_NO_MERGING} {_NO_HYPHENS} Pages count from the first leaf, because target-counter() gives 1 before a "
            "counter-reset.",
        ),
        Tool(
            "chromium",
            "Chromium, printed",
            _html(html.CHROMIUM),
            _chromium,
            _chromium_version,
            f"No page numbers in contents, cross-references and index. One running head. {_NO_HYPHENS}",
        ),
        Tool(
            "asciidoctor",
            "Asciidoctor PDF",
            asciidoc.write,
            _asciidoctor,
            _asciidoctor_version,
            "No tags, no page in a cross-reference, no ranges in the index, no see and see also; not hyphenated in "
            "Debian; margins don't mirror.",
        ),
    )
}


def versions(ids: tuple[str, ...], settings: Settings) -> dict[str, str]:
    """Tool → version, or “not installed: …”."""
    found = {}
    for id_ in ids:
        try:
            found[id_] = TOOLS[id_].version(settings)
        except NotInstalledError as error:
            found[id_] = f"not installed: {error}"
    return found


def environment() -> dict[str, str]:
    """The environment that every tool runs in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_"))}
    path = os.pathsep.join([str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH", "")])])
    return kept | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "", "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
