"""Whatever operations are written, they are read; whatever of them is changed, all else stays; nothing ever hangs."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from policybook.content_stream import Operation, edit, operations

REGULAR = [bytes([code]) for code in range(33, 256) if bytes([code]) not in b"()<>[]{}/%"]
SPACES = st.sampled_from([b" ", b"\n", b"\r\n", b"\t \f\0", b"% a (comment] 1 0 m\n", b" %\r"])

numbers = st.integers(-(10**6), 10**6).map(b"%d".__mod__) | st.sampled_from([b"+1", b"-.5", b"4.", b"0.00", b"1e3"])
names = st.lists(st.sampled_from(REGULAR), max_size=5).map(lambda signs: b"/" + b"".join(signs))
words = st.sampled_from([b"true", b"false", b"null"])
hexadecimal = st.binary(max_size=6).map(lambda content: b"<" + content.hex().encode() + b">")


@st.composite
def literals(draw: st.DrawFn) -> bytes:
    """Strings with escapes, all bytes, and parentheses in pairs."""
    parts = st.sampled_from([b"\\(", b"\\)", b"\\\\", b"\\\n", b"\\101", b"<<", b"]", b"%", b"BI ID EI", b"()", b"(a)"])
    plain = st.binary(max_size=4).map(lambda content: content.translate(None, b"()\\"))
    return b"(" + b"".join(draw(st.lists(parts | plain, max_size=4))) + b")"


def touches(before: bytes, after: bytes) -> bool:
    """Whether a token needs a space before another."""
    return after[:1] in REGULAR and (before[-1:] in REGULAR or before.endswith(b"/"))


def joined(tokens: list[bytes], spaces: list[bytes]) -> bytes:
    """Tokens with a space behind each where they need one, or where there is one to be."""
    written = b""
    for (token, following), space in zip(pairwise([*tokens, b""]), spaces, strict=True):
        written += token + (space or b" " if touches(token, following) else space)
    return written


@st.composite
def compounds(draw: st.DrawFn, inner: st.SearchStrategy[bytes]) -> bytes:
    """Arrays and dictionaries."""
    tokens = draw(st.lists(inner, max_size=4))
    if draw(st.booleans()):
        tokens = [part for token in tokens for part in (draw(names), token)]
        first, last = b"<<", b">>"
    else:
        first, last = b"[", b"]"
    return first + joined(tokens, [draw(SPACES | st.just(b"")) for _ in tokens]) + last


plain = numbers | names | words | hexadecimal | literals()
operands = st.recursive(plain, compounds, max_leaves=6)
operators = st.sampled_from(
    [b"q", b"Q", b"cm", b"f*", b"T*", b"'", b'"', b"d0", b"Tj", b"TJ", b"BDC", b"EMC", b"trueish", b"nullify"]
)


@st.composite
def images(draw: st.DrawFn) -> list[bytes]:
    """The tokens of an inline image; its data end where they say so for the first time."""
    entries = draw(st.lists(st.tuples(names, plain), max_size=3))
    data = draw(st.binary(max_size=20)).replace(b"EI", b"")
    return [b"BI", *(part for entry in entries for part in entry), b"ID", data]


@st.composite
def streams(draw: st.DrawFn) -> tuple[bytes, list[tuple[bytes, tuple[bytes, ...]]]]:
    """A content stream, and the operators with their operands that are in it."""
    content, expected = draw(SPACES | st.just(b"")), []
    for kind in draw(st.lists(st.sampled_from(["operation", "operation", "operation", "image"]), max_size=8)):
        if kind == "image":
            begin, *entries, end, data = draw(images())
            tokens = [begin, *entries, end]
            written = joined(tokens, [*(draw(SPACES | st.just(b"")) for _ in tokens[1:]), b" "]) + data + b"\nEI"
            expected.append((b"BI", (*entries, data)))
        else:
            given, operator = draw(st.lists(operands, max_size=4)), draw(operators)
            tokens = [*given, operator]
            written = joined(tokens, [*(draw(SPACES | st.just(b"")) for _ in given), b""])
            expected.append((operator, tuple(given)))
        content += draw(SPACES if touches(content, written) else SPACES | st.just(b"")) + written
    return content + draw(SPACES | st.just(b"")), expected


@given(streams())
def test_what_is_written_is_read(made: tuple[bytes, list[tuple[bytes, tuple[bytes, ...]]]]) -> None:
    content, expected = made
    found = list(operations(content))
    assert [(operation.operator, operation.operands) for operation in found] == expected
    assert all(before.end <= after.start for before, after in pairwise(found))
    for operation in found:
        written = content[operation.start : operation.end]
        first = operation.operands[0] if operation.operands and operation.operator != b"BI" else operation.operator
        assert written.startswith(first)
        assert written.endswith(b"EI" if operation.operator == b"BI" else operation.operator)


CHANGES = st.sampled_from([None, None, b"", b"q", b"0 0 0 1 k", b"/A gs", b"(much longer than anything before) Tj"])


@given(streams(), st.data())
def test_what_is_not_changed_stays_and_is_found_again(
    made: tuple[bytes, list[tuple[bytes, tuple[bytes, ...]]]], data: st.DataObject
) -> None:
    content, _ = made
    before = list(operations(content))
    changes = [data.draw(CHANGES) for _ in before]
    waiting = iter(changes)
    edited = edit(content, lambda _: next(waiting))
    inside = {
        offset
        for operation, written in zip(before, changes, strict=True)
        if written is not None
        for offset in range(operation.start, operation.end)
    }
    kept = [offset for offset in range(len(content)) if offset not in inside]
    moved = [edited.moved(offset) for offset in kept]
    assert all(earlier < later for earlier, later in pairwise(moved))
    assert [edited.content[to] for to in moved] == [content[offset] for offset in kept]
    assert edited.moved(len(content)) == len(edited.content)

    def read(operation: Operation, written: bytes | None) -> list[tuple[bytes, tuple[bytes, ...]]]:
        if written is None:
            return [(operation.operator, operation.operands)]
        return [(o.operator, o.operands) for o in operations(written)]

    expected = [found for pair in zip(before, changes, strict=True) for found in read(*pair)]
    assert [(o.operator, o.operands) for o in operations(edited.content)] == expected


@given(streams())
def test_without_a_change_every_byte_stays(made: tuple[bytes, list[tuple[bytes, tuple[bytes, ...]]]]) -> None:
    edited = edit(made[0], lambda _: None)
    assert (edited.content, edited.shifts) == (made[0], ())


SCRAPS = st.sampled_from(
    [*b"()<>[]{}/% \n01-.aqQ\\'".decode(), "BI ", " ID ", " EI ", "<<", ">>", "%%%%", "/a ", "true", "\xff"]
)


def outcome(content: bytes) -> tuple[list[Operation], str]:
    """The operations, or the error."""
    try:
        return list(operations(content)), ""
    except ValueError as error:
        return [], str(error)


@given(st.lists(SCRAPS, max_size=60).map(lambda parts: "".join(parts).encode("latin-1")) | st.binary(max_size=60))
def test_anything_is_read_or_is_an_error_with_its_place(content: bytes) -> None:
    found, error = outcome(content)
    assert not error or "byte" in error
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(0 <= operation.start < operation.end <= len(content) for operation in found)
