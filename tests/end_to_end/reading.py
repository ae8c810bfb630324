"""A finished PDF as its readers see it: its text by the structure tree, its links, folios, bookmarks and labels.

Read with pypdf and pdfium and nothing of the code that made it. Pages are counted from 0; points are in the page's user
space. Text that WeasyPrint marks carries its place in the structure tree, so that a paragraph is read whole, wherever
its lines stand; furniture is what no element of the tree holds.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
from pypdf.generic import ArrayObject, DictionaryObject
from pypdfium2 import raw

_ROMAN = re.compile(r"[ivxlc]+")


def normal(text: str) -> str:
    """Letters and figures only, in lower case: what line-breaking and hyphenation leave alone."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


@dataclass(frozen=True, slots=True)
class Run:
    """Text that is drawn at once: where, how large, in which font. `key` is its marked-content id, or -1."""

    page: int
    key: int
    text: str
    left: float
    bottom: float
    right: float
    top: float
    baseline: float
    size: float
    font: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link: its page and rectangle, the text in its element, and the page and point to which it leads."""

    page: int
    box: tuple[float, float, float, float]
    name: str
    target: int | None
    point: tuple[float, float]
    address: str
    words: str
    text: str = ""


@dataclass(slots=True)
class Element:
    """A structure element: `kids` in reading order; `runs` and `links` are its own, without those of its kids."""

    kind: str
    title: str
    kids: list[Element | Run] = field(default_factory=list)
    annotations: list[Link] = field(default_factory=list)

    def runs(self) -> Iterator[Run]:
        """All text below, in reading order."""
        for kid in self.kids:
            if isinstance(kid, Run):
                yield kid
            else:
                yield from kid.runs()

    @property
    def text(self) -> str:
        """All text below, as it would be read aloud."""
        return joined(self.runs())

    def pages(self) -> list[int]:
        """The pages on which there is text of it."""
        return sorted({run.page for run in self.runs()})

    def all(self, *kinds: str) -> Iterator[Element]:
        """The elements of these kinds, this one and those below."""
        if self.kind in kinds:
            yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.all(*kinds)

    def links(self) -> list[Link]:
        """The links below, each with its text; the lines of a link that is broken are one."""
        found: list[Link] = []
        before: Element | Run | None = None
        for kid in self.kids:
            if isinstance(kid, Element) and kid.kind == "Link" and kid.annotations:
                link = replace(kid.annotations[0], text=kid.text)
                if isinstance(before, Element) and before.kind == "Link" and _goes_on(found[-1], link):
                    # A link that starts at the end of a line where there is no room has an empty part there.
                    start = found.pop()
                    found.append(replace(start, text=f"{start.text}\n{link.text}") if start.text else link)
                else:
                    found.append(link)
            elif isinstance(kid, Element):
                found += kid.links()
            before = kid
        return found


def _goes_on(before: Link, link: Link) -> bool:
    """Whether a link leads where the one before it does, from the next line or the next page."""
    alike = (before.name, before.address) == (link.name, link.address)
    return alike and (link.page != before.page or link.box[3] < before.box[3] - 4)


def joined(runs: Iterable[Run]) -> str:
    """The text of runs, with a space between lines, and words whole that were hyphenated."""
    text, before = "", None
    for run in runs:
        if before and (run.page != before.page or abs(run.baseline - before.baseline) > 4):
            text = text.removesuffix("\x02") if text.endswith("\x02") else f"{text} "
        text += run.text
        before = run
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A bookmark: its level from 1, its title and the page to which it leads."""

    level: int
    title: str
    page: int


class Reading:
    """A PDF that is being read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pdf = pypdf.PdfReader(path)
        self.pdfium = pypdfium2.PdfDocument(path)
        self.count = len(self.pdf.pages)

    def close(self) -> None:
        """Let go of the file."""
        self.pdfium.close()
        self.pdf.close()

    # text

    @cached_property
    def runs(self) -> list[list[Run]]:
        """The text of each page as it is drawn, furniture and all."""
        return [list(_page_runs(self.pdfium[page], page)) for page in range(self.count)]

    def page_text(self, page: int) -> str:
        """The text of a page without its furniture, comparable."""
        return normal(joined(run for run in self.runs[page] if run.key >= 0))

    @cached_property
    def folios(self) -> list[str]:
        """The number that each page prints at its foot, or an empty string."""
        return [self._folio(page) for page in range(self.count)]

    def _folio(self, page: int) -> str:
        low = float(self.pdf.pages[page].trimbox.bottom) + 60
        found = [run for run in self.runs[page] if run.key < 0 and run.baseline < low]
        text = "".join(run.text for run in found).strip()
        return text if text.isdecimal() or _ROMAN.fullmatch(text) else ""

    @cached_property
    def numbers(self) -> list[str]:
        """The folio of each page; one that prints none is counted back from the next one that does."""
        numbers = list(self.folios)
        for page in reversed(range(self.count - 1)):
            if not numbers[page] and numbers[page + 1]:
                numbers[page] = previous(numbers[page + 1])
        return numbers

    def page_of(self, folio: str) -> int:
        """The page of a folio. Raises ValueError if there is none."""
        return self.numbers.index(folio)

    # structure

    @cached_property
    def parts(self) -> list[Element]:
        """The parts of the document, in order."""
        root: Any = self.pdf.root_object["/StructTreeRoot"]
        document = self._element(root["/K"][0].get_object())
        return [kid for kid in document.kids if isinstance(kid, Element)]

    def part(self, title: str) -> Element:
        """The part of that title."""
        return next(part for part in self.parts if part.title == title)

    @cached_property
    def links(self) -> list[Link]:
        """The links of the whole document in reading order."""
        return [link for part in self.parts for link in part.links()]

    @cached_property
    def _by_key(self) -> dict[tuple[int, int], list[Run]]:
        found: dict[tuple[int, int], list[Run]] = {}
        for page in self.runs:
            for run in page:
                found.setdefault((run.page, run.key), []).append(run)
        return found

    @cached_property
    def _page_numbers(self) -> dict[int, int]:
        return {self._id(page): number for number, page in enumerate(self.pdf.pages)}

    @staticmethod
    def _id(thing: Any) -> int:
        return int(thing.indirect_reference.idnum)

    def _element(self, source: DictionaryObject, page: int = -1) -> Element:
        element = Element(str(source["/S"])[1:], str(source.get("/T", "")))
        if "/Pg" in source:
            page = self._page_numbers[source.raw_get("/Pg").idnum]
        kids: Any = source.get("/K", ArrayObject())
        for reference in kids if isinstance(kids, ArrayObject) else [kids]:
            kid: Any = reference.get_object()
            if isinstance(kid, int):
                element.kids += self._by_key.get((page, kid), [])
            elif kid.get("/Type") == "/OBJR":
                element.annotations.append(self._link(kid["/Obj"].get_object()))
            elif kid.get("/Type") == "/MCR":
                there = self._page_numbers[kid.raw_get("/Pg").idnum] if "/Pg" in kid else page
                element.kids += self._by_key.get((there, kid["/MCID"]), [])
            else:
                element.kids.append(self._element(kid, page))
        return element

    @cached_property
    def _annotation_pages(self) -> dict[int, int]:
        return {
            annotation.idnum: number
            for number, page in enumerate(self.pdf.pages)
            for annotation in page.get("/Annots", ArrayObject())
        }

    def _link(self, annotation: Any) -> Link:
        x0, y0, x1, y1 = (float(side) for side in annotation["/Rect"])
        name = str(annotation.get("/Dest", ""))
        target, point = self.destinations.get(name, (None, (0.0, 0.0)))
        action: Any = annotation.get("/A", {})
        words = str(annotation.get("/Contents", ""))
        page = self._annotation_pages[self._id(annotation)]
        box = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
        return Link(page, box, name, target, point, str(action.get("/URI", "")), words)

    @cached_property
    def destinations(self) -> dict[str, tuple[int, tuple[float, float]]]:
        """The named destinations: page and point."""
        found = {}
        places: dict[str, Any] = dict(self.pdf.named_destinations)
        for name, place in places.items():
            page = self._page_numbers[place.raw_get("/Page").idnum]
            found[name] = page, (float(place["/Left"]), float(place["/Top"]))
        return found

    # ways through the document

    @cached_property
    def bookmarks(self) -> list[Bookmark]:
        """The bookmarks in order."""
        return list(self._bookmarks(self.pdf.outline, 1))

    def _bookmarks(self, outline: Any, level: int) -> Iterator[Bookmark]:
        for item in outline:
            if isinstance(item, list):
                yield from self._bookmarks(item, level + 1)
            else:
                number = self.pdf.get_destination_page_number(item)
                assert number is not None
                yield Bookmark(level, str(item.title), number)


def _page_runs(page: pypdfium2.PdfPage, number: int) -> Iterator[Run]:
    text_page = page.get_textpage()
    for drawn in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=4):
        length = raw.FPDFTextObj_GetText(drawn.raw, text_page.raw, None, 0)
        characters = (ctypes.c_ushort * length)()
        raw.FPDFTextObj_GetText(drawn.raw, text_page.raw, characters, length * 2)
        text = bytes(characters).decode("utf-16-le").rstrip("\0")
        size = ctypes.c_float()
        raw.FPDFTextObj_GetFontSize(drawn.raw, size)
        font = raw.FPDFTextObj_GetFont(drawn.raw)
        name = ctypes.create_string_buffer(raw.FPDFFont_GetBaseFontName(font, None, 0))
        raw.FPDFFont_GetBaseFontName(font, name, len(name))
        left, bottom, right, top = drawn.get_bounds()
        matrix = drawn.get_matrix()
        scale = abs(matrix.get()[3])
        key = -1 if drawn.container is not None else raw.FPDFPageObj_GetMarkedContentID(drawn.raw)
        yield Run(number, key, text, left, bottom, right, top, matrix.get()[5], size.value * scale, name.value.decode())


def previous(folio: str) -> str:
    """The folio before one, or an empty string before the first."""
    number = int(folio) if folio.isdecimal() else roman_value(folio)
    if number < 2:
        return ""
    return str(number - 1) if folio.isdecimal() else roman_of(number - 1)


def roman_value(numeral: str) -> int:
    """What a lower-case roman numeral is worth."""
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}[sign] for sign in numeral]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def roman_of(number: int) -> str:
    """A number below 400 as a lower-case roman numeral."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    digits = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
    shifted = str.maketrans("ivx", "xlc")
    return "c" * hundreds + digits[tens].translate(shifted) + digits[ones]
