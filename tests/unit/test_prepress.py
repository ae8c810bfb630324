"""The screen edition: trimmed, opened at its first page, and the same bytes each time."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from policybook.edition import PageModel
from policybook.prepress.screen import finish_screen, set_initial_view, trim_pages
from policybook.sheets import Master

GEOMETRY = PageModel().geometry()
BLEED = GEOMETRY.layout_bleed


def bound(pages: int = 3) -> bytes:
    """A bound book of empty pages with bleed, recto and verso, as binding leaves them."""
    with Pdf.new() as pdf:
        for number in range(pages):
            box = GEOMETRY.trim_box(verso=bool(number % 2))
            page = Dictionary(
                Type=Name.Page,
                MediaBox=Array(box.grown(BLEED).as_list()),
                BleedBox=Array(box.grown(GEOMETRY.bleed).as_list()),
                TrimBox=Array(box.as_list()),
                Contents=pdf.make_stream(b"0 0 m 100 100 l S"),
                Annots=Array(
                    [pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([1, 2, 3, 4])))]
                ),
            )
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        pdf.Root.Lang = "en-US"
        target = BytesIO()
        pdf.save(target, deterministic_id=True)
    return target.getvalue()


@pytest.fixture
def screen() -> bytes:
    return finish_screen(Master(bound(), (), GEOMETRY))


def boxes(page: pikepdf.Page, *names: str) -> list[list[float]]:
    return [[float(value) for value in page.obj[name]] for name in names]


def test_every_page_is_cut_to_its_trim(screen: bytes) -> None:
    with Pdf.open(BytesIO(screen)) as pdf:
        for number, page in enumerate(pdf.pages):
            trim = GEOMETRY.trim_box(verso=bool(number % 2)).as_list()
            assert boxes(page, "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox") == [trim] * 4


def test_what_is_on_the_pages_stays(screen: bytes) -> None:
    with Pdf.open(BytesIO(screen)) as pdf:
        assert len(pdf.pages) == 3
        assert str(pdf.Root.Lang) == "en-US"
        for page in pdf.pages:
            assert page.obj.Contents.read_bytes() == b"0 0 m 100 100 l S"
            assert [float(value) for value in page.obj.Annots[0].Rect] == [1, 2, 3, 4]


def test_viewers_show_the_bookmarks_and_the_whole_first_page(screen: bytes) -> None:
    with Pdf.open(BytesIO(screen)) as pdf:
        assert pdf.Root.PageMode == Name.UseOutlines
        page, fit = pdf.Root.OpenAction
        assert page.objgen == pdf.pages[0].obj.objgen
        assert fit == Name.Fit


def test_the_file_is_linearized_and_its_objects_are_packed(screen: bytes) -> None:
    with Pdf.open(BytesIO(screen)) as pdf:
        assert pdf.is_linearized
    assert b"/ObjStm" in screen


def test_the_same_master_gives_the_same_bytes(screen: bytes) -> None:
    assert finish_screen(Master(bound(), (), GEOMETRY)) == screen


def test_boxes_of_pages_are_not_shared() -> None:
    with Pdf.open(BytesIO(bound(1))) as pdf:
        trim_pages(pdf)
        set_initial_view(pdf)
        pdf.pages[0].obj.MediaBox[0] = 99
        assert boxes(pdf.pages[0], "/TrimBox")[0][0] != 99
