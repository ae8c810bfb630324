"""Objects of a PDF in the form that they have in a gathering: finished, and under numbers of their own.

What is copied is what the pages' resources refer to, each thing when it is first asked for (ISO 32000-1, 7.8.3).
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator

from pikepdf import Dictionary, Name, Object, Pdf, Stream

from policybook.gathering import FONTS, PAGES, mark
from policybook.pdf_file import LEVEL

#: References in what qpdf unparses; strings are passed over, which may hold the like.
_REFERENCE = re.compile(rb"\((?:\\.|[^\\)])*\)|<[0-9a-fA-F]*>|(\d+) 0 R", re.DOTALL)
#: WeasyPrint ends runs of glyphs for a kerning that is less than a unit.
_NO_KERNING = ((b">0<", b""), (b">0]", b">]"), (b"<>", b" "))


class FoldedObjects:
    """Objects of a source, under the numbers that they get, from 0, the pages first."""

    def __init__(self, source: Pdf, division: str, numbers: Iterator[int]) -> None:
        self.source, self.division, self.numbers = source, division, numbers
        self.known = {page.obj.objgen[0]: index for index, page in enumerate(source.pages)}
        self.known[source.Root.Pages.objgen[0]] = PAGES
        self.plain: list[tuple[int, bytes]] = []
        self.streams: list[tuple[int, bytes, bytes]] = []
        self.images: dict[int, str] = {}

    def resources(self) -> tuple[bytes, bytes]:
        """The entries of the pages' resources but fonts and drawings, and those of their drawings.

        All pages of a document from WeasyPrint share one dictionary of resources, and all resources one of fonts.
        """
        resources = self.source.pages[0].obj.Resources
        if "/Font" in resources:
            self.known[resources.Font.objgen[0]] = FONTS
        drawings = resources.get("/XObject", Dictionary())
        rest = {key: value for key, value in resources.items() if key not in {"/Font", "/XObject"} and len(value)}
        return self._entries(Dictionary(rest)), self._entries(drawings)

    def _entries(self, source: Object) -> bytes:
        """The entries of a dictionary, with what they refer to among the objects."""
        inner = Dictionary(dict(source.items()))
        return self._marked(inner.unparse(resolved=True))[2:-2].strip()

    def _marked(self, unparsed: bytes) -> bytes:
        def marked(found: re.Match[bytes]) -> bytes:
            return found[0] if found[1] is None else mark(self._number(int(found[1])))

        return _REFERENCE.sub(marked, unparsed)

    def _number(self, source: int) -> int:
        """The number of an object of the source, which is copied when it is first asked for."""
        if source not in self.known:
            self.known[source] = number = next(self.numbers)
            thing = self.source.get_object(source, 0)
            if isinstance(thing, Dictionary) and thing.get("/Type") == Name.Font:
                raise ValueError(f"{self.division}: a font that is not in the one dictionary of fonts")
            if isinstance(thing, Stream):
                self._copy_stream(number, thing)
            else:
                self.plain.append((number, self._marked(thing.unparse(resolved=True))))
        return self.known[source]

    def _copy_stream(self, number: int, stream: Object) -> None:
        if stream.get("/Subtype") == Name.Image:
            self.images[number] = _digest(self.source, stream)
        # ISO 19005-2, 6.2.8: a picture is not interpolated.
        entries = Dictionary({key: value for key, value in stream.items() if key not in {"/Length", "/Interpolate"}})
        if "/Filter" in entries:
            self.streams.append((number, self._entries(entries), stream.read_raw_bytes()))
        else:
            content = even(stream) if _is_drawn(stream) else stream.read_bytes()
            deflated = b"/Filter/FlateDecode", zlib.compress(content, LEVEL)
            self.streams.append((number, self._entries(entries) + deflated[0], deflated[1]))


def _is_drawn(stream: Object) -> bool:
    """Whether a stream holds operators: that of a form or of a tiling pattern."""
    return stream.get("/Subtype") == Name.Form or stream.get("/PatternType") == 1


def even(stream: Object) -> bytes:
    """A content stream without empty runs of glyphs and kernings of nothing, which WeasyPrint writes between them."""
    content: bytes = stream.read_bytes()
    for noise, rest in _NO_KERNING:
        content = content.replace(noise, rest)
    return content


def _digest(source: Pdf, stream: Object) -> str:
    """The SHA-256 of a stream and of all that it refers to, whatever their numbers."""
    entries = Dictionary({key: value for key, value in stream.items() if key != "/Length"}).unparse(resolved=True)

    def named(found: re.Match[bytes]) -> bytes:
        if found[1] is None:
            return found[0]
        other = source.get_object(int(found[1]), 0)
        content = _digest(source, other) if isinstance(other, Stream) else other.unparse(resolved=True).hex()
        return content.encode("ascii")

    return hashlib.sha256(_REFERENCE.sub(named, entries) + b"\0" + stream.read_raw_bytes()).hexdigest()
