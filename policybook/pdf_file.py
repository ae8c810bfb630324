"""A PDF file, written object by object: syntax, object streams, the cross-reference stream (ISO 32000-1, 7.2 to 7.5).

Binding joins objects that were finished elsewhere; nothing is parsed again and no PDF library holds the book in memory.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from struct import Struct

#: The level that binding deflates with: 9 takes three times as long for one hundredth less.
LEVEL = 6
#: The second line tells transfer programs that the file is binary (ISO 32000-1, 7.5.2).
_HEADER = b"%%PDF-%b\n%%\xe2\xe3\xcf\xd3\n"
_ESCAPED = re.compile(rb"[\\()\r\n\x01]")
#: U+0001 marks references in `policybook.gathering`.
_ESCAPES = {b"\\": rb"\\", b"(": rb"\(", b")": rb"\)", b"\r": rb"\r", b"\n": rb"\n", b"\x01": rb"\001"}
#: Objects of one object stream: a reader that wants one of them inflates all.
_TOGETHER = 200
#: A row of the cross-reference stream: type, offset or stream, generation or index (ISO 32000-1, table 18).
_ROW = Struct(">BIH").pack
_FREE, _PLAIN, _COMPRESSED = 0, 1, 2


def literal(content: bytes) -> bytes:
    """A literal string (ISO 32000-1, 7.3.4.2)."""
    return b"(" + _ESCAPED.sub(lambda found: _ESCAPES[found[0]], content) + b")"


def text_bytes(text: str) -> bytes:
    """The bytes of a text string: printable ASCII as it is, all else in UTF-16BE with its mark.

    ISO 32000-1, 7.9.2.2; control characters are other signs in PDFDocEncoding.
    """
    plain = text.isascii() and text.isprintable()
    return text.encode("ascii") if plain else b"\xfe\xff" + text.encode("utf-16-be")


def text_string(text: str) -> bytes:
    """A text string, as a literal."""
    return literal(text_bytes(text))


def reference(number: int) -> bytes:
    """An indirect reference; all objects are of generation 0."""
    return b"%d 0 R" % number


def array(parts: Iterable[bytes]) -> bytes:
    """An array of finished parts."""
    return b"[" + b" ".join(parts) + b"]"


def number(value: float) -> bytes:
    """A number to a thousandth of a unit, without an exponent (ISO 32000-1, 7.3.3)."""
    return b"%d" % value if value == int(value) else f"{value:.3f}".rstrip("0").encode("ascii")


def rectangle(sides: Iterable[float]) -> bytes:
    """A rectangle (ISO 32000-1, 7.9.5)."""
    return array(map(number, sides))


def name_object(name: str) -> bytes:
    """A name (ISO 32000-1, 7.3.5); what is no regular character is written by its code."""
    return b"/" + b"".join(
        b"%c" % byte if 0x21 <= byte <= 0x7E and byte not in b"()<>[]{}/%#" else b"#%02X" % byte
        for byte in name.encode("utf-8")
    )


def dictionary(entries: Mapping[str, bytes]) -> bytes:
    """A dictionary of finished values by name, which must be regular characters."""
    return b"<<" + b"".join(b"/%s %s" % (key.encode("ascii"), value) for key, value in entries.items()) + b">>"


@dataclass(slots=True)
class PdfFile:
    """A file in the making. Object numbers are the caller's, from 1, each given once; gaps become free entries.

    `version` is PDF's. Unless it is `packed`, objects stand one by one and the cross-reference is a table, as before
    PDF 1.5 (ISO 32000-1, 7.5.4).
    """

    version: str = "1.7"
    packed: bool = True
    _chunks: list[bytes] = field(default_factory=list)
    _length: int = 0
    _rows: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    _waiting: list[tuple[int, bytes]] = field(default_factory=list)
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def __post_init__(self) -> None:
        header = _HEADER % self.version.encode("ascii")
        self._chunks.append(header)
        self._length = len(header)

    @property
    def digest(self) -> str:
        """The SHA-256 of the streams so far, and of the objects that stand one by one."""
        return self._digest.hexdigest()

    def add(self, number: int, content: bytes) -> None:
        """Adds an object that is no stream; it is put into an object stream when the file is finished."""
        self._waiting.append((number, content))

    def add_stream(self, number: int, entries: bytes, content: bytes) -> None:
        """Adds a stream. `entries` are those of its dictionary but /Length; `content` is as its /Filter leaves it."""
        self._claim(number, (_PLAIN, self._length, 0))
        body = b"%d 0 obj\n<<%b/Length %d>>\nstream\n%b\nendstream\nendobj\n"
        self._write(body % (number, entries, len(content), content))

    def add_deflated(self, number: int, entries: bytes, content: bytes) -> None:
        """Adds a stream, deflated here."""
        self.add_stream(number, entries + b"/Filter/FlateDecode", zlib.compress(content, LEVEL))

    def finish(self, root: int, info: int) -> bytes:
        """The whole file. `root` and `info` are the numbers of the catalog and of the information dictionary.

        The file's identifier is a digest of its content (ISO 32000-1, 14.4).
        """
        free = max([*self._rows, *(number for number, _ in self._waiting)]) + 1
        if self.packed:
            for start in range(0, len(self._waiting), _TOGETHER):
                self._pack(free, self._waiting[start : start + _TOGETHER])
                free += 1
        else:
            for number, content in self._waiting:
                self._claim(number, (_PLAIN, self._length, 0))
                self._write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
        identifier = b"<%s>" % self._digest.hexdigest()[:32].encode("ascii")
        start = self._length
        entries = b"/Root %d 0 R/Info %d 0 R/ID[%b%b]" % (root, info, identifier, identifier)
        if self.packed:
            self._add_rows_as_stream(free, entries)
        else:
            self._add_rows_as_table(free, entries)
        self._chunks.append(b"startxref\n%d\n%%%%EOF\n" % start)
        return b"".join(self._chunks)

    def _all_rows(self, size: int) -> list[tuple[int, int, int]]:
        """One section from 0 on, as a file that was never updated has (ISO 32000-1, 7.5.4)."""
        rows = {0: (_FREE, 0, 65535), **self._rows}
        return [rows.get(row, (_FREE, 0, 0)) for row in range(size)]

    def _add_rows_as_stream(self, number: int, entries: bytes) -> None:
        """Adds the cross-reference stream, whose own row is its last (ISO 32000-1, 7.5.8)."""
        rows = [*self._all_rows(number), (_PLAIN, self._length, 0)]
        table = b"".join(_ROW(*row) for row in rows)
        self.add_deflated(number, b"/Type/XRef/W[1 4 2]/Size %d%b" % (len(rows), entries), table)

    def _add_rows_as_table(self, size: int, entries: bytes) -> None:
        """Adds the cross-reference table and the trailer (ISO 32000-1, 7.5.4 and 7.5.5)."""
        rows = b"".join(
            b"%010d %05d %b \n" % (at, generation, b"f" if kind == _FREE else b"n")
            for kind, at, generation in self._all_rows(size)
        )
        self._write(b"xref\n0 %d\n%btrailer\n<</Size %d%b>>\n" % (size, rows, size, entries))

    def _pack(self, stream: int, objects: list[tuple[int, bytes]]) -> None:
        """Writes an object stream (ISO 32000-1, 7.5.7)."""
        offsets, length = [], 0
        for index, (number, content) in enumerate(objects):
            offsets.append(b"%d %d" % (number, length))
            length += len(content) + 1
            self._claim(number, (_COMPRESSED, stream, index))
        head = b" ".join(offsets) + b"\n"
        entries = b"/Type/ObjStm/N %d/First %d" % (len(objects), len(head))
        self.add_deflated(stream, entries, head + b"\n".join(content for _, content in objects))

    def _write(self, content: bytes) -> None:
        self._chunks.append(content)
        self._digest.update(content)
        self._length += len(content)

    def _claim(self, number: int, row: tuple[int, int, int]) -> None:
        if number in self._rows:
            raise ValueError(f"object {number} is given twice")
        self._rows[number] = row
