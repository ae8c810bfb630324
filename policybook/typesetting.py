"""Typeset: the HTML of a division becomes laid-out pages. The only user of WeasyPrint, by its public interface.

The machine's fonts and the network are out of reach: fontconfig is given an empty configuration, and every address is
answered from the resources, the book's fonts or its pictures, or not at all.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policybook.diagnostics import MachineError, Problem
from policybook.fonts import FACES
from policybook.resources import Resources
from policybook.sheets import Html, Layout, Place, Sheets

if TYPE_CHECKING:
    from weasyprint import Document

#: The address that relative links of a division start from. `.invalid` can't be resolved (RFC 6761).
BASE_URL = "https://book.invalid/"
#: CSS pixels are 1/96 inch, PDF units 1/72.
_POINTS_PER_PIXEL = 0.75
#: Where Homebrew keeps Pango, for interpreters that are not Homebrew's own.
_MACOS_LIBRARIES = "/opt/homebrew/lib:/usr/local/lib:/usr/lib"


@dataclass(frozen=True, slots=True)
class Typesetter:
    """Lays out divisions. `images` are the book's pictures by name; `cache` is a folder for sheets, or None."""

    resources: Resources
    images: Mapping[str, bytes]
    layout: Layout
    cache: Path | None = None
    look: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Reads styles and fonts for the cache's key once, before copies of this go to worker processes."""
        object.__setattr__(self, "look", _look(self.resources))

    def typeset(self, html: Html) -> Sheets:
        """The sheets of a division; the same markup, styles, fonts, pictures and engine are laid out once."""
        key = self._key(html)
        known = self._cached(html, key)
        if known is not None:
            return known
        sheets = self._lay_out(html)
        self._keep(sheets, key)
        return sheets

    def _lay_out(self, html: Html) -> Sheets:
        weasyprint = engine()
        with _findings() as problems:
            fetcher = _fetcher(self.resources, self.images)
            source = weasyprint.HTML(string=html.markup, base_url=BASE_URL, url_fetcher=fetcher)
            document: Document = source.render(pdf_variant="pdf/ua-1")
            pdf = document.write_pdf(pdf_variant="pdf/ua-1", uncompressed_pdf=True)
        assert pdf is not None
        found = tuple(Problem("LAYT001", f"{html.division}: {said}") for said in problems)
        return Sheets(html.division, pdf, len(document.pages), _places(document, self.layout), found)

    # the cache

    def _key(self, html: Html) -> str:
        """Everything that the pages depend on: markup, styles, fonts, pictures, the engine and this module."""
        digest = hashlib.sha256()
        for part in (html.markup, self.look, engine_version()):
            digest.update(part.encode() + b"\0")
        for name in sorted(name for name in self.images if f"images/{name}" in html.markup):
            digest.update(name.encode() + hashlib.sha256(self.images[name]).digest())
        return digest.hexdigest()

    def _cached(self, html: Html, key: str) -> Sheets | None:
        """Sheets kept before, or None where they are missing or damaged."""
        if self.cache is None:
            return None
        try:
            digest, _, kept = (self.cache / f"{key}.sheets").read_bytes().partition(b"\n")
            if hashlib.sha256(kept).hexdigest().encode() != digest:
                return None
            head, _, pdf = kept.partition(b"\n")
            facts = json.loads(head)
            anchors = {name: Place(*place) for name, place in facts["anchors"]}
            return Sheets(html.division, pdf, facts["count"], anchors)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _keep(self, sheets: Sheets, key: str) -> None:
        """Keep sheets without findings; a finding must be found again. Raises MachineError if nothing can be kept."""
        if self.cache is None or sheets.problems:
            return
        anchors = [(name, (place.sheet, place.x, place.y)) for name, place in sheets.anchors.items()]
        kept = json.dumps({"count": sheets.count, "anchors": anchors}).encode() + b"\n" + sheets.pdf
        try:
            self.cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".", dir=self.cache) as folder:
                fresh = Path(folder) / key
                fresh.write_bytes(hashlib.sha256(kept).hexdigest().encode() + b"\n" + kept)
                fresh.replace(self.cache / f"{key}.sheets")
        except OSError as error:
            raise MachineError(
                f"{self.cache} can't be written: {error.strerror}", "free the disk, or name another --output"
            ) from error


def _look(resources: Resources) -> str:
    """One SHA-256 of the styles, the fonts and this module."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for folder in resources.styles:
        for path in sorted(folder.rglob("*.css")):
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    for face in FACES:
        digest.update(face.css.encode() + str(face.path.stat().st_size).encode())
    return digest.hexdigest()


def engine() -> Any:
    """WeasyPrint, imported so that it sees no font of the machine. Raises MachineError where Pango is missing."""
    os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts.conf"))
    if sys.platform == "darwin":
        os.environ.setdefault("DYLD_FALLBACK_LIBRARY_PATH", _MACOS_LIBRARIES)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="No fonts configured in FontConfig", category=UserWarning)
            import weasyprint  # noqa: PLC0415 - half a second that commands without layout don't pay
    except OSError as error:
        raise MachineError(
            f"WeasyPrint can't load its libraries: {str(error).splitlines()[0]}",
            "Debian, Ubuntu: sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libharfbuzz0b; "
            "macOS: brew install pango",
        ) from error
    return weasyprint


def engine_version() -> str:
    """The version of WeasyPrint, without importing it."""
    from importlib.metadata import version  # noqa: PLC0415 - only asked where there is a cache

    return version("weasyprint")


def _fetcher(resources: Resources, images: Mapping[str, bytes]) -> Any:
    """Answers `https://book.invalid/…` from styles, fonts and pictures, and refuses everything else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 - after `engine()`

    faces = {face.file: face for face in FACES}

    class Shelf(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:image/"):
                return super().fetch(url, headers)
            if not url.startswith(BASE_URL):
                raise ValueError(f"{url} is not part of the book")
            folder, _, name = url.removeprefix(BASE_URL).partition("/")
            if folder == "fonts" and name in faces:
                return URLFetcherResponse(url, faces[name].path.read_bytes(), {"Content-Type": "font/ttf"})
            if folder == "images" and name in images:
                return URLFetcherResponse(url, images[name])
            style = resources.style(url.removeprefix(BASE_URL))
            if style is None:
                raise ValueError(f"{url} is not part of the book")
            return URLFetcherResponse(url, style.read_bytes(), {"Content-Type": "text/css"})

    return Shelf()


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


def _places(document: Document, layout: Layout) -> dict[str, Place]:
    """Where each anchor fell, in PDF units from the trim's lower left; what breaks over pages starts on the first."""
    places: dict[str, Place] = {}
    for sheet, page in enumerate(document.pages):
        for name, (left, top, _, _) in sorted(page.anchors.items(), key=lambda item: (item[1][1], item[1][0])):
            x, y = left * _POINTS_PER_PIXEL, layout.geometry.trim_height - top * _POINTS_PER_PIXEL
            places.setdefault(name, Place(sheet, round(x, 3), round(y, 3)))
    return places
