"""The file's syntax: readers open it without repair and find every object at its place."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pypdfium2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policybook.pdf_file import (
    PdfFile,
    array,
    dictionary,
    literal,
    name_object,
    number,
    rectangle,
    reference,
    text_bytes,
    text_string,
)

CATALOG, PAGES, PAGE, CONTENT, INFO = range(1, 6)


def small(text: str = "A title", others: dict[int, bytes] | None = None) -> bytes:
    """A file of one page, and of other plain objects."""
    file = PdfFile()
    file.add(CATALOG, b"<</Type/Catalog/Pages 2 0 R>>")
    file.add(PAGES, b"<</Type/Pages/Count 1/Kids[3 0 R]>>")
    file.add(PAGE, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R/Resources<<>>>>")
    file.add_deflated(CONTENT, b"", b"0 0 m 100 100 l S\n" * 20)
    file.add(INFO, dictionary({"Title": text_string(text)}))
    for key, content in (others or {}).items():
        file.add(key, content)
    return file.finish(CATALOG, INFO)


def opened(pdf: bytes) -> pikepdf.Pdf:
    """The file, which must not need repair."""
    return pikepdf.open(io.BytesIO(pdf), attempt_recovery=False)


def read_back(value: bytes) -> Any:
    """What a reader makes of a piece of syntax."""
    return pikepdf.Object.parse(value)


# --- the whole --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 194, 195, 196, 395, 1000])
def test_readers_open_it_without_repair(count: int) -> None:
    """195 more make exactly one full object stream."""
    pdf = small(others={10 + at: b"(%d)" % at for at in range(count)})
    with opened(pdf) as file:
        assert file.check_pdf_syntax() == []
        assert file.get_warnings() == []
        assert len(file.pages) == 1
        assert [str(file.get_object(10 + at, 0)) for at in range(count)] == [str(at) for at in range(count)]
    reader = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    assert reader.metadata is not None
    assert reader.metadata.title == "A title"
    assert [reader.get_object(10 + at) for at in range(count)] == [str(at) for at in range(count)]
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1
        assert document.get_metadata_value("Title") == "A title"
        assert document[0].render(scale=1, grayscale=True).to_pil().getextrema()[0] < 250


def test_it_says_of_itself_that_it_is_binary_and_of_the_version_that_has_object_streams() -> None:
    first, second, _ = small().split(b"\n", 2)
    assert first == b"%PDF-1.7"
    assert second.startswith(b"%")
    assert sum(byte >= 128 for byte in second) >= 4
    assert small().endswith(b"\n%%EOF\n")


def cross_references(pdf: bytes) -> tuple[bytes, list[tuple[int, int, int]]]:
    """The dictionary of the cross-reference stream and its rows, read by hand."""
    start = int(pdf.rpartition(b"startxref\n")[2].split(b"\n")[0])
    head, _, rest = pdf[start:].partition(b"stream\n")
    assert re.match(rb"\d+ 0 obj\n<<", head)
    length = int(re.search(rb"/Length (\d+)", head)[1])  # type: ignore[index]
    return head, rows_of(zlib.decompress(rest[:length]))


def rows_of(table: bytes) -> list[tuple[int, int, int]]:
    """Rows of one, four and two bytes."""
    assert len(table) % 7 == 0
    return [
        (table[at], int.from_bytes(table[at + 1 : at + 5], "big"), int.from_bytes(table[at + 5 : at + 7], "big"))
        for at in range(0, len(table), 7)
    ]


def test_every_object_is_found_at_its_place() -> None:
    pdf = small(others={number: b"(object %d)" % number for number in range(20, 500, 3)})
    head, rows = cross_references(pdf)
    assert int(re.search(rb"/Size (\d+)", head)[1]) == len(rows)  # type: ignore[index]
    assert rows[0] == (0, 0, 65535)
    assert b"/W[1 4 2]" in head
    found = 0
    for number_, (kind, place, index) in enumerate(rows):
        if kind == 1:
            assert pdf[place:].startswith(b"%d 0 obj\n" % number_)
            assert index == 0
        elif kind == 2:
            assert object_in_stream(pdf, rows[place][1], index) == number_
            found += 1
        else:
            assert number_ == 0 or number_ not in {*range(1, 6), *range(20, 500, 3)}
    assert found == 4 + len(range(20, 500, 3))


def object_in_stream(pdf: bytes, offset: int, index: int) -> int:
    """The number of an object in an object stream, which must start at the place that the stream's head says."""
    head, _, rest = pdf[offset:].partition(b"stream\n")
    facts = {key: int(value) for key, value in re.findall(rb"/(N|First|Length) (\d+)", head)}
    content = zlib.decompress(rest[: facts[b"Length"]])
    numbers = list(map(int, content[: facts[b"First"]].split()))
    assert len(numbers) == 2 * facts[b"N"] <= 400
    body = content[facts[b"First"] + numbers[2 * index + 1] :]
    assert body[:1] in b"(<"
    return numbers[2 * index]


def test_gaps_between_numbers_are_free() -> None:
    pdf = small(others={40: b"(forty)"})
    with opened(pdf) as file:
        assert str(file.get_object(40, 0)) == "forty"
        assert file.check_pdf_syntax() == []
    _, rows = cross_references(pdf)
    assert {rows[at][0] for at in range(6, 40)} == {0}


def test_a_number_that_is_given_twice_is_an_error() -> None:
    file = PdfFile()
    file.add(1, b"<</Type/Catalog>>")
    file.add(1, b"<<>>")
    with pytest.raises(ValueError, match="object 1 is given twice"):
        file.finish(1, 1)
    file = PdfFile()
    file.add_stream(2, b"", b"")
    with pytest.raises(ValueError, match="object 2 is given twice"):
        file.add_stream(2, b"", b"")


def test_the_identifier_is_that_of_the_content() -> None:
    def identifier(pdf: bytes) -> list[bytes]:
        with opened(pdf) as file:
            return [bytes(part) for part in file.trailer.ID]

    first, second = identifier(small())
    assert first == second
    assert len(first) == 16
    assert identifier(small()) == [first, second]
    assert identifier(small("Another")) != [first, second]


@pytest.mark.parametrize("seed", ["0", "7"])
def test_another_process_writes_the_same_bytes(seed: str) -> None:
    program = "import sys; from tests.unit.test_pdf_file import small; sys.stdout.buffer.write(small())"
    environment = {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True)
    assert done.stdout == small()


def test_a_stream_is_written_as_it_is_or_deflated() -> None:
    file = PdfFile()
    file.add(CATALOG, b"<</Type/Catalog/Pages 2 0 R>>")
    file.add(PAGES, b"<</Type/Pages/Count 0/Kids[]>>")
    file.add_stream(3, b"/Type/Metadata", b"endstream\nendobj\n4 0 obj")
    file.add_deflated(4, b"/Type/Metadata", b"\0" * 5000)
    file.add_stream(5, b"", b"")
    pdf = file.finish(CATALOG, PAGES)
    with opened(pdf) as read:
        assert read.get_object(3, 0).read_raw_bytes() == b"endstream\nendobj\n4 0 obj"
        assert read.get_object(4, 0).read_bytes() == b"\0" * 5000
        assert len(read.get_object(4, 0).read_raw_bytes()) < 100
        assert read.get_object(5, 0).read_bytes() == b""


# --- the parts --------------------------------------------------------------------------------------------------------


@given(st.binary(max_size=60))
def test_a_literal_string_is_read_back_byte_for_byte(content: bytes) -> None:
    assert bytes(read_back(literal(content))) == content
    assert b"\x01" not in literal(content), "it would be taken for a reference that binding numbers"


@pytest.mark.parametrize(
    "content", [b"", b"(", b")", b"((\\", b"\r\n", b"\r", b"\n", b"5 0 R", b"\x015\x02 0 R", b"\xff"]
)
def test_a_literal_string_may_hold_what_is_syntax_elsewhere(content: bytes) -> None:
    pdf = small(others={10: literal(content), 11: array([literal(content), literal(b"next")])})
    with opened(pdf) as file:
        assert bytes(file.get_object(10, 0)) == content
        assert [bytes(part) for part in list(file.get_object(11, 0))] == [content, b"next"]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
@example("\x7f\x18")
def test_a_text_string_is_read_back_letter_for_letter(text: str) -> None:
    assert str(read_back(text_string(text))) == text


@pytest.mark.parametrize("text", ["", "plain", "Größe", "漢", "😀", "ĵȀ", "a (b) \\ c", "5 0 R"])
def test_text_is_the_same_to_all_readers(text: str) -> None:
    pdf = small(text)
    with opened(pdf) as file:
        assert str(file.docinfo.Title) == text
    metadata = pypdf.PdfReader(io.BytesIO(pdf)).metadata
    assert metadata is not None
    assert (metadata.title or "") == text
    with pypdfium2.PdfDocument(pdf) as document:
        assert document.get_metadata_value("Title") == text


def test_text_is_in_ascii_where_it_can_be() -> None:
    assert text_bytes("Laws & places") == b"Laws & places"
    assert text_bytes("é") == b"\xfe\xff\x00\xe9"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20))
def test_a_name_is_read_back(name: str) -> None:
    read = read_back(name_object(name) + b" ")
    assert isinstance(read, pikepdf.Name)
    assert str(read) == f"/{name}"


def test_a_name_holds_nothing_that_ends_it() -> None:
    assert name_object("ABCDEF+Book-Serif") == b"/ABCDEF+Book-Serif"
    assert name_object("a b/c#d(e)") == b"/a#20b#2Fc#23d#28e#29"
    assert name_object("é") == b"/#C3#A9"


@given(st.floats(-1e7, 1e7))
def test_a_number_is_read_back_to_a_thousandth_and_has_no_exponent(value: float) -> None:
    written = number(value)
    assert re.fullmatch(rb"-?\d+(\.\d*)?", written)
    assert float(written) == pytest.approx(value, abs=0.00051)


def test_whole_numbers_have_no_point() -> None:
    assert [number(value) for value in (0, 5, -3, 720.0, 0.5, 13.5, -0.25)] == [
        b"0",
        b"5",
        b"-3",
        b"720",
        b"0.5",
        b"13.5",
        b"-0.25",
    ]


def test_composed_values_are_read_back() -> None:
    value = dictionary({"Box": rectangle((0, -9, 504.25, 720)), "Refs": array([reference(5), b"null"]), "S": b"/Part"})
    pdf = small(others={10: value})
    with opened(pdf) as file:
        read = file.get_object(10, 0)
        assert [float(side) for side in read.Box] == [0, -9, 504.25, 720]
        assert read.Refs[0].objgen == (5, 0)
        assert read.S == "/Part"


def test_a_file_of_pdf_1_4_has_a_table_and_no_object_streams() -> None:
    file = PdfFile("1.4", packed=False)
    file.add(1, b"<</Type/Catalog/Pages 2 0 R>>")
    file.add(2, b"<</Type/Pages/Count 1/Kids[5 0 R]>>")
    file.add(3, b"<</Title(Table)>>")
    file.add(5, b"<</Type/Page/Parent 2 0 R/Resources<<>>/MediaBox[0 0 9 9]/Contents 6 0 R>>")  # 4 is free
    file.add_deflated(6, b"", b"0 0 9 9 re f")
    content = file.finish(1, 3)
    assert content.startswith(b"%PDF-1.4\n")
    assert b"/ObjStm" not in content
    assert b"/XRef" not in content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert (pdf.pdf_version, len(pdf.pages), str(pdf.docinfo["/Title"])) == ("1.4", 1, "Table")
        assert pdf.pages[0].obj.Contents.read_bytes() == b"0 0 9 9 re f"
    at = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
    rows = content[at:].split(b"trailer")[0].splitlines()[2:]
    assert [len(row) for row in rows] == [19] * 7, "each row is of twenty bytes, its line feed included"
    for place, row in enumerate(rows):
        if row.endswith(b"n "):
            assert content[int(row[:10]) :].startswith(b"%d 0 obj" % place)
    assert [row[17:18] for row in rows] == [b"f", b"n", b"n", b"n", b"f", b"n", b"n"]
