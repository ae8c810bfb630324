"""The screen edition: trimmed, opened beside its bookmarks at its first page, and the same bytes each time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO, StringIO

import page as validator
import pikepdf
import pytest
from pikepdf import Name

from policybook.prepress.screen import finish_screen, linearize
from policybook.store import MemoryStore
from tests.unit.bookblock import GEOMETRY, annotations, block, opened, texts, whole


@pytest.fixture(scope="module")
def screen() -> bytes:
    return finish_screen(block(), MemoryStore())


@pytest.fixture
def pdf(screen: bytes) -> Iterator[pikepdf.Pdf]:
    with opened(screen) as file:
        yield file


def boxes(page: pikepdf.Page, *names: str) -> list[list[float]]:
    return [[float(value) for value in page.obj[name]] for name in names]


def test_every_page_is_cut_to_its_trim(pdf: pikepdf.Pdf) -> None:
    assert {leaf.verso for leaf in block().leaves} == {True, False}
    for leaf, page in zip(block().leaves, pdf.pages, strict=True):
        trim = GEOMETRY.trim_box(verso=leaf.verso).as_list()
        assert boxes(page, "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox") == [trim] * 4


def test_what_is_on_the_pages_is_what_was_bound(screen: bytes, pdf: pikepdf.Pdf) -> None:
    assert texts(screen) == texts(whole())
    with opened(whole()) as bound:
        for ours, theirs in zip(pdf.pages, bound.pages, strict=True):
            assert ("/Contents" in ours.obj) == ("/Contents" in theirs.obj)
            if "/Contents" in ours.obj:
                assert [part.read_bytes() for part in ours.obj.Contents] == [
                    part.read_bytes() for part in theirs.obj.Contents
                ]
        assert [a.Rect.unparse() for a in annotations(pdf)] == [a.Rect.unparse() for a in annotations(bound)]


def test_viewers_show_the_bookmarks_and_the_whole_first_page(pdf: pikepdf.Pdf) -> None:
    assert pdf.Root.PageMode == Name.UseOutlines
    page, fit = pdf.Root.OpenAction
    assert page.objgen == pdf.pages[0].obj.objgen
    assert fit == Name.Fit


def test_the_file_needs_no_repair_and_its_objects_are_packed(screen: bytes, pdf: pikepdf.Pdf) -> None:
    assert pdf.check_pdf_syntax() == []
    assert b"/ObjStm" in screen


def test_the_first_page_shows_before_the_rest_is_there(screen: bytes, pdf: pikepdf.Pdf) -> None:
    assert pdf.is_linearized
    assert pdf.check_linearization(StringIO())
    assert b"/Linearized" in screen[:1024]
    plain = finish_screen(block(), MemoryStore(), linearized=False)
    assert b"/Linearized" not in plain
    assert texts(plain) == texts(screen)


@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_it_is_valid_as_what_it_says_it_is(screen: bytes, profile: str) -> None:
    report = validator.validate_pdf_bytes(screen, profile=profile)
    assert report.is_compliant, [(f.rule_id, f.message) for f in report.failures]


def test_a_stream_that_ends_like_a_line_is_as_long_as_it_says() -> None:
    contents = (b"q Q %" + b"a" * count for count in range(256))
    content = next(content for content in contents if zlib.compress(content).endswith(b"\r"))
    with pikepdf.Pdf.new() as made:
        made.add_blank_page()
        made.pages[0].Contents = made.make_stream(zlib.compress(content), Filter=Name.FlateDecode)
        plain = BytesIO()
        made.save(plain, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    finished = linearize(plain.getvalue())
    assert b"\r\rendstream" in finished
    with opened(finished) as file:
        assert file.check_pdf_syntax() == []
        assert file.pages[0].Contents.read_bytes() == content


def test_the_same_block_gives_the_same_bytes(screen: bytes) -> None:
    assert finish_screen(block(), MemoryStore()) == screen


def test_boxes_of_pages_are_not_shared(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.MediaBox[0] = 99
    assert boxes(pdf.pages[0], "/TrimBox")[0][0] != 99
    assert boxes(pdf.pages[2], "/MediaBox")[0][0] != 99
