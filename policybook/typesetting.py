"""Typeset: the HTML of a division becomes laid-out pages. The only user of WeasyPrint, by its public interface.

The machine's fonts and the network are out of reach: fontconfig is given an empty configuration, and every address is
answered from the kit, the book's fonts or its pictures, or not at all.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import gc
import hashlib
import logging
import os
import sys
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from policybook.diagnostics import MachineError, Problem
from policybook.fonts import FACES, font_versions
from policybook.sheets import Html, Place, Sheets

if TYPE_CHECKING:
    from weasyprint import Document

T = TypeVar("T")

#: The address that relative links of a division start from. `.invalid` can't be resolved (RFC 6761).
BASE_URL = "https://book.invalid/"
#: CSS pixels are 1/96 inch, PDF units 1/72.
_POINTS_PER_PIXEL = 0.75
#: Where Homebrew keeps Pango, for interpreters that are not Homebrew's own.
_MACOS_LIBRARIES = "/opt/homebrew/lib:/usr/local/lib:/usr/lib"
#: The packages and libraries that decide where lines and pages break, or what is written of them.
_PACKAGES = ("weasyprint", "pydyf", "tinycss2", "cssselect2", "tinyhtml5", "pyphen", "pillow", "fonttools")
_LIBRARIES = {"pango": "pango_version_string", "harfbuzz": "hb_version_string"}


@dataclass(frozen=True, slots=True)
class Kit:
    """What every worker needs to lay divisions out, whichever machine it is on; the fonts come from their packages.

    `style` is the entry sheet's text and `sheets` the texts of those that it imports, by name. `trim_height` is that of
    the pages, in points. `engine` is what `engine_version()` has to be, so that all workers break lines alike. `digest`
    is the SHA-256 of the styles and the measure.
    """

    style: str
    sheets: Mapping[str, str]
    trim_height: float
    engine: str
    digest: str


def make_kit(style: str, sheets: Mapping[str, str], trim_height: float) -> Kit:
    """The kit of a layout for the engine and the fonts that are installed here."""
    digest = hashlib.sha256()
    for text in (style, *(part for sheet in sorted(sheets.items()) for part in sheet), str(trim_height)):
        digest.update(text.encode() + b"\0")
    return Kit(style, sheets, trim_height, engine_version(), digest.hexdigest())


@dataclass(frozen=True, slots=True)
class Copy:
    """What is to be laid out, and the pictures that it shows by name."""

    html: Html
    images: Mapping[str, bytes]


def lay_out(kit: Kit, copy: Copy) -> Sheets:
    """The sheets of a division. What the engine warns of is in their `problems` (LAYT001).

    Raises MachineError where the engine is missing, or is not the one that the kit was made for.
    """
    weasyprint = engine()
    if engine_version() != kit.engine:
        raise MachineError(
            f"this worker lays out with {engine_version()}, and the build with {kit.engine}",
            "install the same versions of everything on all machines",
        )
    variant = None if copy.html.artifact else "pdf/ua-1"

    def laid_out() -> tuple[Document, bytes]:
        source = weasyprint.HTML(string=copy.html.markup, base_url=BASE_URL, url_fetcher=shelf.fetcher)
        document: Document = source.render(font_config=shelf.fonts, stylesheets=[shelf.style], pdf_variant=variant)
        pdf = document.write_pdf(pdf_variant=variant, uncompressed_pdf=True)
        assert pdf is not None
        return document, pdf

    with _findings() as problems, _collected_late():
        shelf = _shelf(kit)
        shelf.fetcher.images = copy.images
        document, pdf = _on_a_roomy_stack(laid_out)
        division = copy.html.division
        found = [Problem("LAYT001", f"the styles: {words}") for words in shelf.said]
        found += [Problem("LAYT001", f"{division}: {words}") for words in problems if words not in shelf.said]
        return Sheets(division, pdf, len(document.pages), _places(document, kit.trim_height), tuple(found))


def _on_a_roomy_stack(call: Callable[[], T]) -> T:
    """What a call returns, its frames and those below it in one piece of memory.

    CPython keeps frames in chunks of 16 KiB, and takes a new chunk from the system, and gives it back, each time that
    calls go to and fro over a chunk's end: layout did it 230 times a page, a twelfth of its time. A chunk that a frame
    of this size is put into has room for all.
    """
    return call()


#: Words of the stack that `_on_a_roomy_stack` asks for: the chunk is of the next power of two, here 1 MiB.
_ROOMY = 80_000
_on_a_roomy_stack.__code__ = _on_a_roomy_stack.__code__.replace(co_stacksize=_ROOMY)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A kit made ready: the parsed styles, their fonts, what fetches pictures, and what was said of the styles."""

    style: Any
    fonts: Any
    fetcher: Any
    said: tuple[str, ...]


#: The shelf of the kits that were used last: reading the fonts and parsing the styles takes longer than a page.
_SHELVES: OrderedDict[str, _Shelf] = OrderedDict()
_MOST_SHELVES = 4


def _shelf(kit: Kit) -> _Shelf:
    if kit.digest not in _SHELVES:
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - after `engine()`

        fonts, fetcher = FontConfiguration(), _fetcher(kit.sheets)
        with _findings() as said:
            style = engine().CSS(string=kit.style, base_url=BASE_URL, url_fetcher=fetcher, font_config=fonts)
        _SHELVES[kit.digest] = _Shelf(style, fonts, fetcher, tuple(said))
    _SHELVES.move_to_end(kit.digest)
    while len(_SHELVES) > _MOST_SHELVES:
        _SHELVES.popitem(last=False)
    return _SHELVES[kit.digest]


def examine(kit: Kit, _: object = None) -> tuple[str, ...]:
    """What the engine warns of when it reads the styles, whether or not anything is laid out with them."""
    return _shelf(kit).said


@contextmanager
def _collected_late() -> Iterator[None]:
    """No garbage collection while a division is laid out, which walks its boxes again and again: an eighth of the time.

    Boxes refer to each other, so they are collected afterwards.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@cache
def engine() -> Any:
    """WeasyPrint, imported so that it sees no font of the machine. Raises MachineError where Pango is missing."""
    os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts.conf"))
    if sys.platform == "darwin":
        os.environ.setdefault("DYLD_FALLBACK_LIBRARY_PATH", _MACOS_LIBRARIES)
    try:
        with warnings.catch_warnings(), _no_programs():
            warnings.filterwarnings("ignore", message="No fonts configured in FontConfig", category=UserWarning)
            import weasyprint  # noqa: PLC0415 - half a second that commands without layout don't pay
    except OSError as error:
        raise MachineError(
            f"WeasyPrint can't load its libraries: {str(error).splitlines()[0]}",
            "Debian, Ubuntu: sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libharfbuzz0b; "
            "macOS: brew install pango",
        ) from error
    return weasyprint


@contextmanager
def _no_programs() -> Iterator[None]:
    """No search for libraries: it would run ldconfig and compilers for each name, which takes a quarter of a second.

    The names of the libraries are known to the dynamic linker, or they are missing. On macOS their folders are looked
    through, and no program is run.
    """
    path, find = os.environ.get("PATH"), ctypes.util.find_library
    os.environ["PATH"] = ""
    if sys.platform.startswith("linux"):
        ctypes.util.find_library = lambda name: None  # noqa: ARG005 - it takes what it is called with
    try:
        yield
    finally:
        ctypes.util.find_library = find
        if path is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = path


@cache
def engine_version() -> str:
    """The versions of all that decides where lines break, without importing WeasyPrint."""
    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    packages = [f"{name} {version(name)}" for name in _PACKAGES]
    libraries = [f"{name} {_library_version(name, function)}" for name, function in _LIBRARIES.items()]
    return ", ".join([*packages, *libraries, *font_versions(), f"typesetting {own}"])


def _library_version(name: str, function: str) -> str:
    """What a C library says of its version, or "?" where it is not found by the names that WeasyPrint looks for."""
    stem = {"pango": "pango-1.0", "harfbuzz": "harfbuzz"}[name]
    for file in (f"lib{stem}.so.0", f"lib{stem}.0.dylib", f"lib{stem}.dylib"):
        for folder in ("", *(f"{folder}/" for folder in _MACOS_LIBRARIES.split(":") if sys.platform == "darwin")):
            try:
                tell = getattr(ctypes.CDLL(folder + file), function)
            except (OSError, AttributeError):
                continue
            tell.restype = ctypes.c_char_p
            return str(tell().decode("ascii"))
    return "?"


def _fetcher(sheets: Mapping[str, str]) -> Any:
    """Answers `https://book.invalid/…` from styles, fonts and pictures, and refuses everything else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 - after `engine()`

    faces = {face.file: face for face in FACES}

    class Shelf(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        images: Mapping[str, bytes]

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:image/"):
                return super().fetch(url, headers)
            if not url.startswith(BASE_URL):
                raise ValueError(f"{url} is not part of the book")
            folder, _, name = url.removeprefix(BASE_URL).partition("/")
            if folder == "fonts" and name in faces:
                return URLFetcherResponse(url, faces[name].path.read_bytes(), {"Content-Type": "font/ttf"})
            if folder == "images" and name in self.images:
                return URLFetcherResponse(url, self.images[name])
            style = sheets.get(url.removeprefix(BASE_URL))
            if style is None:
                raise ValueError(f"{url} is not part of the book")
            return URLFetcherResponse(url, style.encode(), {"Content-Type": "text/css"})

    shelf = Shelf()
    shelf.images = {}
    return shelf


class _Collector(logging.Handler):
    """Keeps what the engine warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextmanager
def _findings() -> Iterator[list[str]]:
    """What WeasyPrint warns of while it works: unknown CSS, missing glyphs, addresses that lead to nothing."""
    logger = logging.getLogger("weasyprint")
    collector = _Collector()
    propagate, handlers = logger.propagate, logger.handlers[:]
    logger.handlers, logger.propagate = [collector], False
    try:
        yield collector.said
    finally:
        logger.handlers, logger.propagate = handlers, propagate


def _places(document: Document, trim_height: float) -> dict[str, Place]:
    """Where each anchor fell, in PDF units from the trim's lower left; what breaks over pages starts on the first."""
    places: dict[str, Place] = {}
    for sheet, page in enumerate(document.pages):
        for name, (left, top, _, _) in sorted(page.anchors.items(), key=lambda item: (item[1][1], item[1][0])):
            x, y = left * _POINTS_PER_PIXEL, trim_height - top * _POINTS_PER_PIXEL
            places.setdefault(name, Place(sheet, round(x, 3), round(y, 3)))
    return places
