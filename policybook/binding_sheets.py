"""Gatherings in one file: each gets a range of object numbers, and its finished objects are written under them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from zlib import compress

from policybook.gathering import FONTS, Gathering, Page, print_late, renumbered
from policybook.geometry import Box
from policybook.pdf_file import LEVEL, PdfFile, rectangle


class JoinedSheets:
    """Gatherings whose objects stand in one file.

    `shared` gives the objects of the file that gatherings name, by the names of `policybook.gathering`; `first` is the
    first number that is free. `numbers` goes on behind all ranges.
    """

    def __init__(self, file: PdfFile, gatherings: Sequence[Gathering], first: int, shared: Mapping[int, int]) -> None:
        self.file, self.gatherings, self.shared = file, gatherings, shared
        self.of: dict[int, Callable[[int], int]] = {}
        self.numbers: Iterator[int] = self._numbered(first)

    def _numbered(self, first: int) -> Iterator[int]:
        """Gives each gathering its range of numbers, an image that stood in another one the number there; the rest."""
        images: dict[str, int] = {}
        base = first
        for gathering in self.gatherings:
            moved = dict(self.shared)
            for own, digest in gathering.images.items():
                moved[own] = images.setdefault(digest, base + own)
            self.of[id(gathering)] = _numbering(base, moved)
            base += gathering.size
        return count(base)

    def add_objects(self) -> None:
        """Adds what the gatherings bring finished, images that are there already left out."""
        for gathering in self.gatherings:
            to = self.of[id(gathering)]
            base = to(0)
            for own, content in gathering.plain:
                self.file.add(base + own, renumbered(content, to))
            for own, entries, content in gathering.streams:
                if to(own) == base + own:
                    self.file.add_stream(base + own, renumbered(entries, to), content)

    def add_content(self, page: Page, late: Sequence[str] | Mapping[int, str]) -> int:
        """Adds a page's content with its late numbers, which are by their index, and returns the stream's number."""
        stream = next(self.numbers)
        self.file.add_stream(stream, b"/Filter/FlateDecode", printed(page, late))
        return stream

    def add_form(self, gathering: Gathering, page: Page, late: Mapping[int, str], box: Box) -> int:
        """Adds a page of a gathering as a form (ISO 32000-1, 8.10), to be laid over others, and returns its number."""
        to = self.of[id(gathering)]
        resources = self.resources(gathering, renumbered(gathering.drawings, to))
        form = next(self.numbers)
        entries = b"/Type/XObject/Subtype/Form/BBox%b/Resources%b/Filter/FlateDecode"
        self.file.add_stream(form, entries % (rectangle(box.as_list()), resources), printed(page, late))
        return form

    def drawings(self, gathering: Gathering) -> bytes:
        """The entries of /XObject of a gathering's pages."""
        return renumbered(gathering.drawings, self.of[id(gathering)])

    def resources(self, gathering: Gathering, drawings: bytes) -> bytes:
        """The resources of a gathering's page, with the file's fonts and with these drawings."""
        rest = renumbered(gathering.resources, self.of[id(gathering)])
        return b"<<%b/Font %d 0 R/XObject<<%b>>>>" % (rest, self.shared[FONTS], drawings)


def printed(page: Page, late: Sequence[str] | Mapping[int, str]) -> bytes:
    """A page's content, deflated, with its late numbers, which are by their index."""
    if not page.late:
        return page.content
    return compress(print_late(page.content, [(figures, late[at]) for at, figures in page.late]), LEVEL)


def _numbering(base: int, moved: Mapping[int, int]) -> Callable[[int], int]:
    """The number in the file of each object of a gathering."""
    return lambda own: moved.get(own, base + own)
