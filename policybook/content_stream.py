"""Content streams as operations with their places, so that one operand can be changed and every other byte stays.

The syntax is that of ISO 32000-1, 7.2 and 7.8.2. Operands are left as they are written; nothing is decoded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

#: White space and comments (7.2.2, 7.2.3). Nothing of it is given back: the rest of a comment is no operand.
_SPACE = rb"(?:[\0\t\n\f\r ]|%[^\r\n]*+)*+"
_COMMENT = re.compile(rb"%[^\r\n]*")
_PLAIN = rb"[^\0\t\n\f\r ()<>\[\]{}/%]+"
_SIMPLE = rb"(?:/[^\0\t\n\f\r ()<>\[\]{}/%]*|[-+.0-9][-+.0-9eE]*|true\b|false\b|null\b)"
#: Operands that are numbers and names, and the operator behind them: nearly all operations.
_OPERATION = re.compile(_SPACE + rb"((?:" + _SIMPLE + _SPACE + rb")*)([A-Za-z'\"][A-Za-z0-9*]*)?")
_OPERANDS = re.compile(_SIMPLE)
_TOKEN = re.compile(
    _SPACE + rb"(?:(?P<open><<|\[)|(?P<close>>>|\])|(?P<hex><[^>]*>)|(?P<string>\()|(?P<plain>/?" + _PLAIN + rb"|/))"
)
_STRING = re.compile(rb"[^()\\]+|\\.|\(|\)", re.DOTALL)
_REGULAR = re.compile(rb"[^\0\t\n\f\r ()<>\[\]{}/%]")
#: The end of an inline image's data: white space, EI and a delimiter (8.9.7).
_END_OF_IMAGE = re.compile(rb"[\0\t\n\f\r ]EI(?=[\0\t\n\f\r /%(<\[]|\Z)")


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with its operands as they are written, and the bytes that it takes, from `start` to before `end`.

    An inline image is the operation `BI`; its operands are the keys and values of its dictionary, then its data.
    """

    operator: bytes
    operands: tuple[bytes, ...]
    start: int
    end: int


def operations(content: bytes) -> Iterator[Operation]:
    """The operations of a content stream in order. Raises ValueError, with the offset, where it can't be read."""
    at = 0
    while True:
        found = _OPERATION.match(content, at)
        assert found is not None  # it may match nothing
        if found[2]:
            start = found.start(1)
            plain = _COMMENT.sub(b" ", found[1]) if b"%" in found[1] else found[1]
            operands = tuple(_OPERANDS.findall(plain))
            at = found.end()
            if found[2] == b"BI":
                operation = _inline_image(content, start, at)
                at = operation.end
                yield operation
            else:
                yield Operation(found[2], operands, start, at)
        elif found.end() == len(content) and not found[1]:
            return
        else:
            operation = _with_compounds(content, found.start(1))
            at = operation.end
            yield operation


def _with_compounds(content: bytes, start: int) -> Operation:
    """An operation with strings, arrays or dictionaries among its operands."""
    operands: list[bytes] = []
    at = start
    while True:
        begin, end, kind = _operand(content, at)
        word = content[begin:end]
        if kind == "plain" and not word.startswith(b"/") and not _OPERANDS.fullmatch(word):
            return Operation(word, tuple(operands), start, end)
        operands.append(word)
        at = end


def _operand(content: bytes, at: int) -> tuple[int, int, str]:
    """The next operand or operator from an offset on: where it starts, where it ends, of which kind it is."""
    found = _TOKEN.match(content, at)
    if found is None or found.lastgroup == "close":
        raise ValueError(f"the content stream can't be read at byte {at}")
    kind = found.lastgroup
    assert kind is not None
    begin, end = found.span(kind)
    if kind == "string":
        return begin, _string_end(content, begin), kind
    if kind != "open":
        return begin, end, kind
    depth = 1
    while depth:
        inner = _TOKEN.match(content, end)
        if inner is None:
            raise ValueError(f"an array or a dictionary of the content stream is not closed: byte {begin}")
        end = _string_end(content, inner.start("string")) if inner.lastgroup == "string" else inner.end()
        depth += {"open": 1, "close": -1}.get(inner.lastgroup or "", 0)
    return begin, end, kind


def _string_end(content: bytes, begin: int) -> int:
    """Where the literal string that starts at an offset ends (7.3.4.2)."""
    depth, at = 0, begin
    while found := _STRING.match(content, at):
        at = found.end()
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if not depth:
            return at
    raise ValueError(f"a string of the content stream is not closed: byte {begin}")


def _inline_image(content: bytes, start: int, at: int) -> Operation:
    operands: list[bytes] = []
    while True:
        begin, end, _ = _operand(content, at)
        at = end
        if content[begin:end] == b"ID":
            break
        operands.append(content[begin:end])
    closed = _END_OF_IMAGE.search(content, at)
    if closed is None:
        raise ValueError(f"an inline image of the content stream does not end: byte {start}")
    return Operation(b"BI", (*operands, content[at + 1 : closed.start()]), start, closed.end())


@dataclass(frozen=True, slots=True)
class Edited:
    """A content stream after `edit`, and where its bytes went."""

    content: bytes
    #: Where each change ended before, and how far all that follows was moved by then.
    shifts: tuple[tuple[int, int], ...]

    def moved(self, offset: int) -> int:
        """Where the byte at an offset of the content before, in no operation that was changed, is now."""
        shift = 0
        for end, by in self.shifts:
            if end > offset:
                break
            shift = by
        return offset + shift


def edit(content: bytes, change: Callable[[Operation], bytes | None]) -> Edited:
    """The content with operations replaced by what `change` gives for them; for None they stay, byte by byte.

    Raises ValueError where the content can't be read.
    """
    return spliced(content, ((operation, change(operation)) for operation in operations(content)))


def spliced(content: bytes, changes: Iterable[tuple[Operation, bytes | None]]) -> Edited:
    """The content with these of its operations replaced, in order; for None they stay, byte by byte."""
    parts: list[bytes] = []
    shifts: list[tuple[int, int]] = []
    at, shift = 0, 0
    for operation, written in changes:
        if written is None:
            continue
        before = content[max(operation.start - 1, 0) : operation.start]
        # What began with a delimiter needed no space before it (7.2.2).
        space = b" " if _REGULAR.match(before) and _REGULAR.match(written) else b""
        parts += [content[at : operation.start], space, written]
        at = operation.end
        shift += len(space) + len(written) - (operation.end - operation.start)
        shifts.append((at, shift))
    parts.append(content[at:])
    return Edited(b"".join(parts), tuple(shifts))
