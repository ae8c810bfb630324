"""The cover laid out: one page of its size, words in the safe areas, a barcode that decodes, art to the bleed."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from policybook.barcode import ean13
from policybook.book import Book, Brief, PartOpener
from policybook.content_stream import operations
from policybook.cover import FRONT_LEFT, HINGE, Wrap, make_wrap
from policybook.cover_copy import back_panel
from policybook.cover_setting import cover_kit, set_cover
from policybook.diagnostics import ContentError
from policybook.edition import PageModel
from policybook.geometry import Box
from policybook.printers import printer_names, read_printer
from policybook.resources import find_resources
from policybook.sheets import Sheets
from tests.conftest import ROOT
from tests.end_to_end.reading import Run, normal
from tests.layout.bench import boxes, division, layout, proof, sample_book

RESOURCES = find_resources(ROOT)
WRAP = Wrap(504, 720, 19.457, 9, 18, 4.5, spine_text=True)
#: pdfium's boxes are those of the glyphs, rounded outwards by a little.
NEAR = 0.35


@cache
def shipped() -> Book:
    return sample_book(ROOT / "content" / "2026")


def titled(title: str, publisher: str = "") -> Book:
    edition = shipped().edition
    return replace(shipped(), edition=replace(edition, title=title, publisher=publisher or edition.publisher))


def with_parts(count: int) -> Book:
    """The shipped book with so many of its parts."""
    of = shipped()
    kept = [d.id for d in of.divisions if isinstance(d.content, PartOpener)][:count]
    return replace(of, divisions=tuple(d for d in of.divisions if (d.part or d.id) in kept or d.id == "cover"))


def with_cases(times: int) -> Book:
    """The shipped book with each case so many times."""
    divisions = tuple(
        replace(d, content=replace(d.content, cases=d.content.cases * times)) if isinstance(d.content, Brief) else d
        for d in shipped().divisions
    )
    return replace(shipped(), divisions=divisions)


@cache
def covers() -> dict[str, tuple[Book, Wrap]]:
    """Books and wraps of all kinds."""
    long = (
        "What the Cities and Counties of the United States Have Done About Wages, Housing, Policing, Transit, and the "
        "Vote: A Handbook for Members of Councils and Boards"
    )
    small, large = replace(WRAP, trim_width=396, trim_height=612), replace(WRAP, trim_width=612, trim_height=792)
    return {
        "shipped": (shipped(), WRAP),
        "sample": (sample_book(), WRAP),
        "three parts": (with_parts(3), WRAP),
        "no places": (with_cases(0), WRAP),
        "sixty-eight places": (with_cases(2), WRAP),
        "170 places": (with_cases(5), WRAP),
        "long title": (titled(long, "The National Association of Publishers with Somewhat Long Names"), WRAP),
        "one word": (titled("Preemption"), WRAP),
        "5.5 by 8.5": (shipped(), small),
        "8.5 by 11": (shipped(), large),
        "wide safe area": (shipped(), replace(WRAP, safe_area=36, spine_clearance=9, spine_width=30)),
        "no text on the spine": (shipped(), replace(WRAP, spine_width=5, spine_text=False)),
        "stitched": (shipped(), replace(WRAP, spine_width=0, spine_text=False)),
        "thick": (shipped(), replace(WRAP, spine_width=120)),
    }


NAMES = (
    *("shipped", "sample", "three parts", "no places", "sixty-eight places", "170 places", "long title", "one word"),
    *("5.5 by 8.5", "8.5 by 11", "wide safe area", "no text on the spine", "stitched", "thick"),
)


@dataclass(frozen=True)
class Laid:
    book: Book
    wrap: Wrap
    sheets: Sheets
    runs: list[Run]
    picture: Image.Image

    @property
    def origin(self) -> tuple[float, float]:
        """The lower left of the page in its user space."""
        left, bottom, *_ = boxes(self.sheets)["Media"]
        return left, bottom

    def pixel(self, x: float, y: float) -> tuple[int, int, int]:
        """The colour at a point, from the lower left of the trim."""
        left, bottom = self.origin
        found = self.picture.getpixel((int((x - left) * 2), int(self.picture.height - 1 - (y - bottom) * 2)))
        assert isinstance(found, tuple)
        return found[:3]


@cache
def laid(name: str) -> Laid:
    book, wrap = covers()[name]
    sheets = set_cover(book, wrap, layout(), RESOURCES, ean13("978-0-306-40615-7", "52495").svg)
    picture = pypdfium2.PdfDocument(sheets.pdf)[0].render(scale=2).to_pil().convert("RGB")
    return Laid(book, wrap, sheets, proof(sheets).runs[0], picture)


def panels(wrap: Wrap) -> dict[str, Box]:
    return {"back": wrap.back_safe, "spine": wrap.spine_safe, "front": wrap.front_safe}


def panel_of(run: Run, wrap: Wrap) -> str:
    middle = (run.left + run.right) / 2
    return "back" if middle < wrap.spine.left else "front" if middle > wrap.spine.right else "spine"


@pytest.mark.parametrize("name", NAMES)
def test_it_is_one_page_of_the_wraps_size_and_the_bleed(name: str) -> None:
    of = laid(name)
    found = boxes(of.sheets)
    assert of.sheets.count == 1
    assert of.sheets.problems == ()
    assert found["Trim"] == pytest.approx([0, 0, of.wrap.width, of.wrap.trim_height], abs=0.01)
    assert found["Media"][0] <= -of.wrap.bleed
    assert found["Media"][2] >= of.wrap.width + of.wrap.bleed
    assert found["Media"][3] - of.wrap.trim_height == pytest.approx(-found["Media"][1], abs=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_words_stand_within_the_safe_areas(name: str) -> None:
    of = laid(name)
    assert of.runs
    for run in of.runs:
        safe = panels(of.wrap)[panel_of(run, of.wrap)]
        assert run.left >= safe.left - NEAR, run
        assert run.right <= safe.right + NEAR, run
        assert run.bottom >= safe.bottom - NEAR, run
        assert run.top <= safe.top + NEAR, run


@pytest.mark.parametrize("name", NAMES)
def test_words_keep_clear_of_the_spines_ink_and_the_barcode(name: str) -> None:
    of = laid(name)
    place = of.wrap.barcode
    for run in of.runs:
        if panel_of(run, of.wrap) == "back":
            assert run.right <= of.wrap.spine.left - HINGE, run
            apart = run.right <= place.left or run.bottom >= place.top - 1
            assert apart, run


@pytest.mark.parametrize("name", NAMES)
def test_words_of_the_back_never_overlap(name: str) -> None:
    of = laid(name)
    rows = [run for run in of.runs if panel_of(run, of.wrap) == "back" and run.text.strip()]
    for at, one in enumerate(rows):
        for other in rows[at + 1 :]:
            beside = one.right <= other.left + 0.5 or other.right <= one.left + 0.5
            above = one.bottom >= other.top - 2.5 or other.bottom >= one.top - 2.5
            same = abs(one.baseline - other.baseline) < 0.01
            assert beside or above or same, (one, other)


@pytest.mark.parametrize("name", NAMES)
def test_title_and_subtitle_stand_above_the_tiles(name: str) -> None:
    of = laid(name)
    front = [run for run in of.runs if panel_of(run, of.wrap) == "front"]
    year = [run for run in front if run.text.strip() == str(of.book.edition.year)]
    words = [run for run in front if run not in year]
    assert len(year) == 1
    foot = min(run.bottom for run in words)
    x = of.wrap.front.left + FRONT_LEFT + 1
    below = foot - 26 * 0.4
    assert {of.pixel(x + step, below) for step in range(0, int(of.wrap.front.right - x), 7)} == {(0xF1, 0xED, 0xE6)}
    assert of.pixel(year[0].left - 3, year[0].bottom - 3) == (0x1C, 0x1B, 0x1A)


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_is_written_is_there(name: str) -> None:
    of = laid(name)
    edition = of.book.edition
    text = normal("".join(run.text for run in of.runs))
    back = back_panel(of.book, of.wrap, barcode=True)
    wanted = [edition.title, edition.subtitle, edition.edition, edition.statement, back.lead, back.reading]
    wanted += [words for figure in back.figures for words in figure]
    for column in back.columns:
        for piece in column:
            wanted += [piece.title, *(words for brief in piece.briefs for words in (brief.title, brief.places))]
    wanted += [words for credit in back.credits for words in credit]
    assert [words for words in wanted if normal(words) not in text] == []


@pytest.mark.parametrize("name", ["shipped", "5.5 by 8.5", "thick", "stitched"])
def test_art_reaches_the_bleed_on_all_four_sides(name: str) -> None:
    """Just inside the bleed's edge there is ground, the spine's ink and tiles, which go on from the trim."""
    of = laid(name)
    wrap, edge = of.wrap, of.wrap.bleed - 0.5
    tint, dark = (0xF1, 0xED, 0xE6), (0x1C, 0x1B, 0x1A)
    assert {of.pixel(-edge, y) for y in range(-int(edge), int(wrap.trim_height + edge), 5)} == {tint}
    assert {of.pixel(x, wrap.trim_height + edge) for x in range(-int(edge), int(wrap.spine.left - HINGE) - 1, 5)} == {
        tint
    }
    spine = {
        of.pixel(wrap.spine.left - HINGE + 1 + x, y) for x in range(0, 50, 7) for y in (-edge, wrap.trim_height + edge)
    }
    assert len(spine) == 1
    assert spine.isdisjoint({tint, (255, 255, 255), dark})
    assert of.pixel(wrap.width + edge, -edge) == dark
    right = {of.pixel(wrap.width + edge, y) for y in range(20, int(wrap.trim_height / 2), 2)}
    assert len(right - {(255, 255, 255), tint}) >= 3
    for y in range(40, int(wrap.trim_height / 3)):
        assert alike(of.pixel(wrap.width + 1, y), of.pixel(wrap.width - 1, y)) or near_an_edge(of, wrap.width, y)


def alike(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two colours differ by no more than what smoothing does to a pixel at an edge."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 48


def near_an_edge(of: Laid, x: float, y: float) -> bool:
    """Whether the colours near a point are of two kinds: an edge of a pattern runs through."""
    around = {of.pixel(x + dx, y + dy) for dx in (-3, -2, 2, 3) for dy in (-3, 0, 3)}
    return len(around) > 1


@pytest.mark.parametrize("name", ["shipped", "8.5 by 11"])
def test_the_foot_is_mirrored_into_the_bleed(name: str) -> None:
    of = laid(name)
    wrap = of.wrap
    same = 0
    across = range(int(wrap.front.left + FRONT_LEFT) + 2, int(wrap.width) - 2)
    for x in across:
        same += of.pixel(x, 6) == of.pixel(x, -6)
    assert same / len(across) > 0.95


@pytest.mark.parametrize("price", ["", "52495"])
def test_the_barcode_is_in_its_place_and_decodes(price: str) -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    made = ean13("978-0-306-40615-7", price)
    assert made.width <= WRAP.barcode.right - WRAP.barcode.left
    assert made.height <= WRAP.barcode.top - WRAP.barcode.bottom
    sheets = set_cover(shipped(), WRAP, layout(), RESOURCES, made.svg)
    picture = pypdfium2.PdfDocument(sheets.pdf)[0].render(scale=3).to_pil().convert("L")
    left, bottom = boxes(sheets)["Media"][:2]
    place = WRAP.barcode
    corner = ((place.left - left) * 3, picture.height - (place.top - bottom) * 3)
    cut = picture.crop(
        (
            int(corner[0]) - 6,
            int(corner[1]) - 6,
            int((place.right - left) * 3) + 6,
            int(picture.height - (place.bottom - bottom) * 3) + 6,
        )
    )
    found = zxingcpp.read_barcodes(cut)
    assert [code.text.split()[0] for code in found] == ["9780306406157"]


def test_the_barcode_stands_at_the_spines_foot_of_the_back_on_white() -> None:
    of = laid("shipped")
    place = of.wrap.barcode
    assert of.pixel(place.right - 1, place.bottom + 1) == (255, 255, 255)
    assert of.pixel(place.right + 1, place.bottom + 1) == (0xF1, 0xED, 0xE6)
    assert of.pixel(place.right - 1, place.bottom - 1) == (0xF1, 0xED, 0xE6)


def test_without_a_barcode_the_words_at_the_foot_have_its_room() -> None:
    sheets = set_cover(shipped(), WRAP, layout(), RESOURCES)
    runs = [run for run in proof(sheets).runs[0] if run.left < WRAP.spine.left and run.bottom < 72]
    assert max(run.right for run in runs) > WRAP.barcode.left


def test_the_spine_reads_from_head_to_foot_between_its_clearances() -> None:
    of = laid("shipped")
    spine = [run for run in of.runs if panel_of(run, of.wrap) == "spine"]
    text = [run.text.strip() for run in sorted(spine, key=lambda run: -run.top)]
    assert text == [of.book.edition.title, of.book.edition.publisher]
    page = pypdfium2.PdfDocument(of.sheets.pdf)[0].get_textpage()
    at = [i for i in range(page.count_chars()) if of.wrap.spine.left < page.get_charbox(i)[0] < of.wrap.spine.right]
    letters = {page.get_text_range(i, 1): page.get_charbox(i) for i in reversed(at[: len(of.book.edition.title)])}
    assert letters["P"][1] > letters["y"][1] > letters["L"][1]
    heads, feet = letters["l"][2] - letters["o"][2], letters["l"][0] - letters["o"][0]
    assert heads > 1  # what rises above the o points to the front
    assert abs(feet) < 0.5


@pytest.mark.parametrize("name", ["no text on the spine", "stitched"])
def test_a_spine_without_room_bears_no_text(name: str) -> None:
    of = laid(name)
    assert [run for run in of.runs if panel_of(run, of.wrap) == "spine"] == []


def painted(of: Laid) -> Iterator[tuple[bytes, tuple[bytes, ...]]]:
    with pikepdf.open(io.BytesIO(of.sheets.pdf)) as pdf:
        for operation in operations(pdf.pages[0].Contents.read_bytes()):
            yield operation.operator, operation.operands


@pytest.mark.parametrize("name", ["shipped", "170 places", "no places"])
def test_nothing_is_drawn_that_a_flat_file_can_not_hold(name: str) -> None:
    """PDF/X-1a: no transparency. Nor are there shadings, pictures or lines; all colours are tokens."""
    of = laid(name)
    operators = {operator for operator, _ in painted(of)}
    assert operators & {b"sh", b"Do", b"BI", b"S", b"s", b"B", b"B*", b"b", b"b*", b"SCN", b"RG"} == set()
    with pikepdf.open(io.BytesIO(of.sheets.pdf)) as pdf:
        states = pdf.pages[0].Resources.get("/ExtGState", {})
        for state in states.values():
            assert set(state.keys()) <= {"/ca", "/CA", "/Type"}
            assert all(float(state[key]) == 1 for key in state if key != "/Type")
    used = {"".join(f"{round(float(value) * 255):02x}" for value in of_) for op, of_ in painted(of) if op == b"rg"}
    tokens = set(re.findall(r"#([0-9a-f]{6});", (ROOT / "styles" / "tokens.css").read_text("utf-8")))
    assert used <= tokens | {"000000", "ffffff"}


def test_the_same_cover_has_the_same_bytes() -> None:
    assert (
        set_cover(*covers()["sample"], layout(), RESOURCES).pdf
        == set_cover(*covers()["sample"], layout(), RESOURCES).pdf
    )


def test_what_the_engine_says_of_the_cover_is_an_error() -> None:
    assert cover_kit(WRAP, layout(), RESOURCES).trim_height == 720
    with pytest.raises(ContentError, match="LAYT001"):
        set_cover(titled("政策"), WRAP, layout(), RESOURCES)


@pytest.mark.parametrize("name", printer_names(RESOURCES))
def test_each_shipped_printer_has_its_cover(name: str) -> None:
    printer = read_printer(name, RESOURCES)
    wrap = make_wrap(PageModel().geometry(), printer, printer.stock(), printer.padded(120))
    barcode = ean13("978-0-306-40615-7", "52495", magnification=max(1.0, printer.cover.barcode_least))
    runs = proof(set_cover(shipped(), wrap, layout(), RESOURCES, barcode.svg)).runs[0]
    for run in runs:
        safe = panels(wrap)[panel_of(run, wrap)]
        assert safe.left - NEAR <= run.left, run
        assert run.right <= safe.right + NEAR, run
        assert safe.bottom - NEAR <= run.bottom, run
        assert run.top <= safe.top + NEAR, run


def test_the_screen_editions_cover_is_one_page_with_its_words() -> None:
    found = division(ROOT / "content" / "2026", "cover")
    edition = shipped().edition
    assert found.sheets.count == 1
    assert found.problems == []
    text = normal("".join(run.text for run in found.runs[0]))
    assert all(normal(words) in text for words in (edition.title, edition.subtitle, edition.edition, str(edition.year)))
