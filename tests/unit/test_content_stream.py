"""Content streams read as other readers read them, on real pages; what can't be read is an error, and never a hang."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pikepdf
import pytest

from policybook.content_stream import edit, operations
from tests.unit.bookblock import opened, sample_bound, whole

#: Numbers, names, strings and compounds as they may be written, which no layout engine does.
ODD = rb"""q%comment ( that ends
1 0 0 1 -.5 +3 cm/GS0 gs 0.5 w% 2 w
[(a\)b(c)%) -20 <41 42>] TJ (x) Tj(y)' 1 2(z)"
/Span<</ActualText(\376\377)/Lang[(en)(de)]/E<<>>>>BDC EMC
BI /W 3/H 3 % of an image
/BPC 8/CS/G ID abcdefghi
EI Q true n null n /a#20b gs//A gs"""


def shown(value: Any) -> str:
    """An operand so that it can be compared: strings by their bytes, numbers by their values."""
    if isinstance(value, (list, pikepdf.Array)):
        return f"[{' '.join(map(shown, value))}]"
    if isinstance(value, pikepdf.Dictionary):
        return f"<<{' '.join(f'{key} {shown(inner)}' for key, inner in sorted(value.items()))}>>"
    if isinstance(value, (bytes, pikepdf.String)):
        return f"({bytes(value).hex()})"
    return repr(value) if isinstance(value, (bool, type(None))) else str(value)


def by_pikepdf(content: bytes) -> list[tuple[str, str]]:
    """The operations of a content stream as qpdf reads them; of inline images, the data without the space before EI."""
    with pikepdf.new() as pdf:
        return [
            ("BI", shown(parsed.iimage.read_bytes().removesuffix(b"\n")))
            if isinstance(parsed, pikepdf.ContentStreamInlineImage)
            else (str(parsed.operator), shown(list(parsed.operands)))
            for parsed in pikepdf.parse_content_stream(pdf.make_stream(content))
        ]


def by_us(content: bytes) -> list[tuple[str, str]]:
    """The same as they are read here."""
    return [
        ("BI", shown(operation.operands[-1]))
        if operation.operator == b"BI"
        else (operation.operator.decode(), shown([pikepdf.Object.parse(operand) for operand in operation.operands]))
        for operation in operations(content)
    ]


def streams(pdf: bytes) -> list[bytes]:
    """The content of all pages and forms of a file."""
    with opened(pdf) as file:
        pages = [part.read_bytes() for page in file.pages for part in page.obj.get("/Contents", [])]
        forms = [o for o in file.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Form"]
        assert forms
        return [*pages, *(form.read_bytes() for form in forms)]


@pytest.mark.parametrize("bound", [whole, sample_bound])
def test_pages_and_forms_of_books_are_read_as_qpdf_reads_them(bound: Any) -> None:
    found = streams(bound())
    for content in found:
        assert by_us(content) == by_pikepdf(content)
    operators = {operation.operator for operation in chain.from_iterable(map(operations, found))}
    assert {b"q", b"BT", b"Tf", b"TJ", b"BDC", b"Do", b"re", b"cm"} <= operators


def test_what_no_layout_engine_writes_is_read_too() -> None:
    assert by_us(ODD) == by_pikepdf(ODD)


def test_operands_stay_as_they_are_written() -> None:
    (first, second) = operations(b"1.50 +0 (a\\050) <4 1>Tj % x\n/A#42 gs")
    assert first.operands == (b"1.50", b"+0", b"(a\\050)", b"<4 1>")
    assert (second.operands, second.start, second.end) == ((b"/A#42",), 28, 36)


def test_a_comment_between_operands_is_none() -> None:
    (only,) = operations(b"1 % 2 3 m\n0 % (\r\nl")
    assert (only.operator, only.operands) == (b"l", (b"1", b"0"))


def test_the_data_of_an_inline_image_end_where_they_do() -> None:
    image, after = operations(b"BI/W 9 ID \0EIaEI \xffEI\nEI% so\nq")
    assert image.operands == (b"/W", b"9", b"\0EIaEI \xffEI")
    assert after.operator == b"q"


MALFORMED = {
    "a string that does not end": b"q (abc Tj",
    "a string whose escape hides its end": b"(abc\\) Tj",
    "an array that does not end": b"[1 2 TJ",
    "a dictionary that does not end": b"/P <</A [1] BDC",
    "an end without a beginning": b"q ] Q",
    "half an end": b"q > Q",
    "operands without an operator": b"q 1 0 0",
    "a name without an operator": b"q /A ",
    "braces": b"{q}",
    "a hexadecimal string that does not end": b"<41 Tj",
    "an inline image without data": b"BI /W 1",
    "an inline image without an end": b"BI /W 1 ID abc",
    "an operand and a comment": b"1 % c",
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_what_is_malformed_is_an_error_with_its_place(kind: str) -> None:
    with pytest.raises(ValueError, match=r"byte \d+"):
        list(operations(MALFORMED[kind]))


@pytest.mark.parametrize(
    "content", [b"1 " + b"%" * 4000, b"[" + b"%" * 4000, b"[" * 50_000, b"(" * 50_000, b"/" * 50_000]
)
def test_no_content_makes_it_hang(content: bytes) -> None:
    """Each of these takes time without end where an expression goes back over what it has read."""
    with pytest.raises(ValueError, match="byte"):
        list(operations(content))


def test_a_long_page_is_read_to_its_end() -> None:
    content = b"q 1 0 0 1 0 0 cm /F 9 Tf [(a) -10 (b)] TJ Q % again\n" * 20_000
    assert sum(1 for _ in operations(content)) == 100_000


def test_what_is_written_instead_does_not_run_into_what_is_before_it() -> None:
    edited = edit(b"Q/A cs(x)Tj", lambda operation: b"0 0 0 1 k" if operation.operator == b"cs" else None)
    assert edited.content == b"Q 0 0 0 1 k(x)Tj"
    assert (edited.moved(0), edited.moved(6)) == (0, 11)


def test_late_numbers_are_found_after_two_changes() -> None:
    """Offsets are handed through one change after another, as pressing does."""
    content = b"/A cs 1 0 0 rg\nBT (00) Tj ET\n/A cs BT (11) Tj ET /B gs"
    once = edit(content, lambda operation: b"" if operation.operator == b"cs" else None)
    twice = edit(once.content, lambda operation: b"BT /Longer gs" if operation.operator == b"BT" else None)
    for digits in (b"00", b"11"):
        at = twice.moved(once.moved(content.index(digits)))
        assert twice.content[at : at + 2] == digits
