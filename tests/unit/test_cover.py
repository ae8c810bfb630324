"""The measures of the wrap against examples reckoned by hand, the facts of a cover, its quilt and its words."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybook.book import Book, Brief
from policybook.composition import compose_cover, compose_cover_style, cover_layout
from policybook.cover import FRONT_LEFT, HINGE, CoverFacts, Wrap, cover_facts, make_wrap, read_cover_facts, stale
from policybook.cover_art import Placed, Room, commonest, placed, quilt
from policybook.cover_copy import TITLE_SIZES, back_panel, front_panel, price_line, spine_words
from policybook.cover_patterns import PATTERNS
from policybook.cover_type import SANS, SERIF_TITLE
from policybook.edition import PageModel
from policybook.geometry import Box
from policybook.pagination import Folio
from policybook.pipeline import check
from policybook.preflight.type_area import check_type_area
from policybook.printer import Binding, Condition, CoverModel, Gutter, Ink, Printer, Standard, Stock
from policybook.resources import find_resources
from policybook.sheets import Layout, Leaf
from policybook.typesetting import engine

ROOT = Path(__file__).parents[2]
RESOURCES = find_resources(ROOT)
PAGE = PageModel().geometry()
#: The book's, which is not as large as a wrap.
LAYOUT = Layout("standard", PAGE)
WHITE, CREAM = Stock("white", "White", "0.004504 in"), Stock("cream", "Cream", "0.005 in")


def printer(cover: CoverModel | None = None) -> Printer:
    return Printer(
        name="A Shop",
        about="For tests.",
        standard=Standard.X1A,
        condition=Condition("x.icc", "FOGRA39", "Coated"),
        ink=Ink(300, 300),
        stocks=(WHITE, CREAM),
        gutter=(Gutter(828, "0.875 in"),),
        sources={"ink": "invented"},
        cover=cover or CoverModel(bleed="0.125 in", safe_area="0.125 in", spine_text_from=79),
    )


def wrap_of(pages: int = 120, stock: Stock = WHITE, **cover: object) -> Wrap:
    model = replace(CoverModel(safe_area="0.125 in", spine_text_from=79), **cover)
    return make_wrap(PAGE, printer(model), stock, pages)


@pytest.fixture(scope="module")
def book() -> Book:
    return check(ROOT / "tests" / "sound" / "content" / "sample")[1]


@pytest.fixture(scope="module")
def shipped() -> Book:
    return check(ROOT / "content" / "2026")[1]


# --- the wrap -------------------------------------------------------------------------------------------------------


def test_seven_by_ten_on_white_with_120_pages() -> None:
    """KDP: 120 pages x 0.002252 in = 0.27024 in; 7 + 0.27024 + 7 in wide, and 0.125 in of bleed on each side."""
    wrap = wrap_of(120, WHITE)
    assert wrap.spine_width == pytest.approx(0.27024 * 72)
    assert wrap.width == pytest.approx(14.27024 * 72)
    assert (wrap.sheet.right - wrap.sheet.left) == pytest.approx(14.52024 * 72)
    assert (wrap.sheet.top - wrap.sheet.bottom) == pytest.approx(10.25 * 72)
    assert wrap.spine.left == 504
    assert wrap.front.left == pytest.approx(504 + 19.45728)


def test_cream_is_thicker() -> None:
    """KDP: 200 pages x 0.0025 in = 0.5 in."""
    assert wrap_of(200, CREAM).spine_width == pytest.approx(36)


def test_the_covers_own_stock_lies_on_both_sides() -> None:
    """Offset: 160 pages on a leaf of 0.0046 in are 0.368 in; two boards of 0.010 in make 0.388 in."""
    stock = Stock("offset-60", "60 lb", "0.0046 in")
    assert wrap_of(160, stock, caliper="0.01 in").spine_width == pytest.approx(0.388 * 72)


def test_a_booklet_that_is_stitched_has_no_spine() -> None:
    wrap = wrap_of(48, binding=Binding.SADDLE)
    assert (wrap.spine_width, wrap.spine_text, wrap.width) == (0, False, 1008)
    assert wrap.spine_safe.left == wrap.spine_safe.right


@pytest.mark.parametrize(("pages", "printed"), [(78, False), (79, False), (118, True), (120, True)])
def test_text_stands_on_the_spine_from_a_count_of_pages_and_where_8_pt_type_has_room(pages: int, printed: bool) -> None:
    """79 pages are allowed by number, but 0.178 in less two clearances of 0.0625 in leave 3.8 pt."""
    assert wrap_of(pages).spine_text is printed


def test_thick_paper_does_not_bring_text_onto_the_spine_of_few_pages() -> None:
    board = Stock("board", "Board", "0.02 in")
    assert wrap_of(78, board).spine_width > 50
    assert not wrap_of(78, board).spine_text
    assert wrap_of(79, board).spine_text


def test_a_spine_narrower_than_the_printer_prints_on_has_no_text() -> None:
    assert wrap_of(200, spine_least="0.45 in").spine_text
    assert not wrap_of(200, spine_least="0.46 in").spine_text


def test_type_on_the_spine_fits_between_the_clearances() -> None:
    wrap = wrap_of(120)
    assert wrap.spine_size == 8.25
    room = wrap.spine_safe.right - wrap.spine_safe.left
    assert room == pytest.approx(19.45728 - 9)
    assert wrap_of(800).spine_size == 20
    assert wrap_of(60).spine_size == 0


@given(st.integers(2, 900), st.floats(0.002, 0.02), st.floats(0, 0.2))
def test_type_on_a_spine_is_at_least_8_pt(pages: int, caliper: float, clearance: float) -> None:
    """GWG 2022 R0016: smaller white type fills in on the press."""
    stock = Stock("any", "Any", f"{caliper:.5f} in")
    wrap = wrap_of(pages, stock, spine_text_clearance=f"{clearance:.4f} in")
    assert wrap.spine_size >= 8 if wrap.spine_text else wrap.spine_size == 0


WRAPS = st.builds(
    Wrap,
    trim_width=st.floats(290, 620),
    trim_height=st.floats(430, 800),
    spine_width=st.floats(0, 150),
    bleed=st.floats(0, 20),
    safe_area=st.floats(0, 40),
    spine_clearance=st.floats(0, 10),
    spine_text=st.booleans(),
)


@given(WRAPS)
def test_the_panels_tile_the_wrap(wrap: Wrap) -> None:
    assert (wrap.back.left, wrap.back.right, wrap.spine.right) == (0, wrap.spine.left, wrap.front.left)
    assert wrap.front.right == pytest.approx(wrap.trim.right)
    areas = [(box.right - box.left) * (box.top - box.bottom) for box in (wrap.back, wrap.spine, wrap.front)]
    assert sum(areas) == pytest.approx(wrap.trim.right * wrap.trim.top)
    geometry = wrap.geometry()
    assert (geometry.trim_width, geometry.trim_height, geometry.bleed) == (wrap.width, wrap.trim_height, wrap.bleed)
    assert geometry.gutter_shift == 0


@given(WRAPS)
def test_the_place_of_the_barcode_is_on_the_back_and_safe(wrap: Wrap) -> None:
    assert inside(wrap.barcode, wrap.back_safe)
    assert wrap.barcode.right <= wrap.spine.left - HINGE
    assert wrap.barcode.right > wrap.barcode.left


def inside(inner: Box, outer: Box) -> bool:
    return (
        inner.left >= outer.left - 1e-6
        and inner.bottom >= outer.bottom - 1e-6
        and inner.right <= outer.right + 1e-6
        and inner.top <= outer.top + 1e-6
    )


# --- the facts ------------------------------------------------------------------------------------------------------


def facts(book: Book, pages: int = 120, stock: Stock = WHITE, name: str = "kdp") -> CoverFacts:
    return cover_facts(book.edition, name, stock.id, make_wrap(PAGE, printer(), stock, pages), pages)


def test_facts_are_read_back_from_any_text_that_has_them(book: Book) -> None:
    made = facts(book)
    assert made.isbn.isdigit()
    assert len(made.isbn) == 13
    for text in (made.as_text(), f"Title\n{made.as_text()}\nmore", f"<x>{made.as_text()}</x>"):
        assert read_cover_facts(text) == made


def test_facts_survive_names_with_the_separators_of_their_line(book: Book) -> None:
    made = facts(book, name="A; b=c d")
    assert read_cover_facts(made.as_text()) == made
    assert stale(made, facts(book, name="A; b=c d")) == ""


def test_facts_that_were_edited_are_none(book: Book) -> None:
    text = facts(book).as_text()
    assert read_cover_facts(text.replace("pages=120", "pages=122")) is None
    assert read_cover_facts(text.replace("pages=120", "pages=many")) is None
    assert read_cover_facts("no cover at all") is None
    assert read_cover_facts("") is None


def test_the_digest_tells_each_fact(book: Book) -> None:
    made = facts(book)
    others = [
        replace(made, isbn="9780306406157"),
        replace(made, printer="lulu"),
        replace(made, stock="cream"),
        replace(made, pages=122),
        replace(made, trim_width=396.0),
        replace(made, trim_height=612.0),
        replace(made, spine_width=20.0),
    ]
    assert len({made.digest, *(other.digest for other in others)}) == len(others) + 1
    assert all(stale(made, other) for other in others)


def test_a_cover_that_fits_is_not_stale(book: Book) -> None:
    assert stale(facts(book), facts(book)) == ""


def test_a_stale_cover_is_told_in_words(book: Book) -> None:
    made = facts(book)
    assert stale(made, facts(book, 124)) == (
        "The cover is stale: it was made for 120 pages and the interior has 124, and its spine is 0.2702 in wide and "
        "should be 0.2792 in."
    )
    assert "it was made for the stock white and not for cream" in stale(made, facts(book, stock=CREAM))
    assert stale(made, replace(made, isbn="9780306406157")) == (
        f"The cover is stale: its ISBN is {made.isbn} and the edition's is 9780306406157."
    )
    assert "its trim is 7 × 10 in and the interior's is 6 × 9 in" in stale(
        made, replace(made, trim_width=432.0, trim_height=648.0)
    )
    assert stale(made, replace(made, printer="lulu")).endswith("it was made for the printer kdp and not for lulu.")


def test_a_stock_whose_caliper_was_mended_makes_a_cover_stale(book: Book) -> None:
    mended = facts(book, stock=Stock("white", "White", "0.0046 in"))
    assert stale(facts(book), mended) == ("The cover is stale: its spine is 0.2702 in wide and should be 0.2760 in.")


# --- the quilt ------------------------------------------------------------------------------------------------------

CASE = Placed("Reno", "NV", "2019", 1, 0, 0)
ROOM = Room(width=504, height=720, left=FRONT_LEFT, bleed=27, most=403, closing=62)


def rectangles(cases: int, room: Room = ROOM) -> tuple[float, list[tuple[float, float, float, float]]]:
    """The side of a tile, and where tiles stand: upper left, and the signs of their scale."""
    made = quilt([CASE] * cases, room)
    found = []
    for tile in made.tiles:
        x, y, sx, sy = (
            float(number)
            for part in tile.transform.replace("translate(", "").replace(") scale(", " ").split(")")[:1]
            for number in part.split()
        )
        found.append((min(x, x + sx), min(y, y + sy), sx, sy))
    return made.side, found


@pytest.mark.parametrize("cases", [1, 2, 3, 7, 12, 34, 40, 54, 102, 400])
def test_each_case_has_a_tile_within_the_panel_and_the_last_ones_are_dark(cases: int) -> None:
    made = quilt([CASE] * cases, ROOM)
    side, found = rectangles(cases)
    within = [tile for tile in found if tile[2] > 0 and tile[3] > 0]
    assert len(within) == len(set(within)) == cases
    assert min(x for x, *_ in within) == pytest.approx(FRONT_LEFT, abs=0.01)
    assert max(x for x, *_ in within) <= 504 - side + 0.01
    assert max(y for _, y, *_ in within) <= 720 - side + 0.01
    assert 720 - made.top <= 403 + 0.01
    corner = made.closing[-1]
    assert corner[0] + corner[2] == pytest.approx(504 + 27)
    assert corner[1] + corner[3] == pytest.approx(720 + 27)
    assert 504 - corner[0] >= 62 - 0.01
    assert sum(high for _, _, _, high in made.closing) - 27 >= 62 - 0.01


@pytest.mark.parametrize("cases", [5, 34, 102, 400])
def test_tiles_and_dark_tiles_fill_the_quilt_to_the_bleed(cases: int) -> None:
    """Every point of the quilt's ground, up to the edge of the bleed, is in exactly one tile."""
    made = quilt([CASE] * cases, ROOM)
    side, found = rectangles(cases)
    squares = [(x, y, side, side) for x, y, *_ in found] + list(made.closing)
    steps = 40
    for i in range(steps):
        for j in range(steps):
            x = made.left + (made.right - made.left) * (i + 0.5) / steps
            y = made.top + (made.foot - made.top) * (j + 0.5) / steps
            holding = [
                s for s in squares if s[0] - 0.01 < x < s[0] + s[2] + 0.01 and s[1] - 0.01 < y < s[1] + s[3] + 0.01
            ]
            assert holding, (x, y)


def test_more_places_than_the_least_tiles_hold_are_the_newest() -> None:
    cases = [replace(CASE, place=str(n)) for n in range(3000)]
    made = quilt(cases, ROOM)
    assert made.side >= 15
    assert 720 - made.top <= 403 + 0.01


def test_the_same_data_give_the_same_quilt_and_others_another(book: Book) -> None:
    first = front_panel(book, (504, 720), 9)
    assert front_panel(check(ROOT / "tests" / "sound" / "content" / "sample")[1], (504, 720), 9) == first
    assert front_panel(without_a_case(book), (504, 720), 9).quilt != first.quilt


def without_a_case(book: Book) -> Book:
    one = next(d for d in book.briefs() if isinstance(d.content, Brief) and d.content.cases)
    assert isinstance(one.content, Brief)
    less = replace(one, content=replace(one.content, cases=one.content.cases[1:]))
    return replace(book, divisions=tuple(less if d is one else d for d in book.divisions))


def test_places_are_in_the_order_of_their_years_and_of_their_copying(shipped: Book) -> None:
    cases = placed(shipped)
    assert len(cases) == sum(len(d.content.cases) for d in shipped.briefs() if isinstance(d.content, Brief))
    dated = [case.year for case in cases if case.year]
    assert dated == sorted(dated)
    assert all(not case.year for case in cases[len(dated) :])
    for pattern, count in Counter(case.pattern for case in cases).items():
        assert [case.copy for case in cases if case.pattern == pattern] == list(range(count))


def test_the_spine_has_the_ink_of_most_places() -> None:
    assert commonest((1, 3, 3, 2)) == 3
    assert commonest((2, 1, 1, 2)) == 1
    assert commonest(()) == 0


def test_a_book_without_places_shows_the_patterns_of_its_briefs(book: Book) -> None:
    bare = replace(
        book,
        divisions=tuple(
            replace(d, content=replace(d.content, cases=())) if isinstance(d.content, Brief) else d
            for d in book.divisions
        ),
    )
    front = front_panel(bare, (504, 720), 0)
    assert len([t for t in front.quilt.tiles if "-" not in t.transform]) == len(bare.briefs())
    back = back_panel(bare, wrap_of(), barcode=True)
    assert (back.lead, back.reading) == ("", "")


def drawn(path: str) -> list[int]:
    """A path of the unit square as pixels, 0 for ink; drawn by the layout engine and pdfium."""
    svg = f'<svg width="64pt" height="64pt" viewBox="0 0 1 1"><path d="{path}"/></svg>'
    style = "@page { size: 64pt 64pt; margin: 0 } body { margin: 0 } svg { display: block }"
    pdf = engine().HTML(string=f"<style>{style}</style>{svg}").write_pdf()
    page = pypdfium2.PdfDocument(io.BytesIO(pdf))[0]
    return list(page.render(scale=1, grayscale=True).to_pil().tobytes())


@pytest.mark.parametrize("number", range(len(PATTERNS)))
def test_figure_and_ground_of_a_pattern_fill_its_square_and_never_overlap(number: int) -> None:
    figure, ground = drawn(PATTERNS[number].figure), drawn(PATTERNS[number].ground)
    ink = [(255 - a) + (255 - b) for a, b in zip(figure, ground, strict=True)]
    assert min(ink) > 215
    assert max(ink) < 310
    assert 0.15 < sum(255 - a for a in figure) / (64 * 64 * 255) < 0.85


def test_patterns_can_be_told_from_each_other_however_they_are_turned() -> None:
    def turned(pixels: list[int]) -> list[list[int]]:
        rows = [pixels[i * 64 : i * 64 + 64] for i in range(64)]
        found = []
        for _ in range(4):
            found.append([p for row in rows for p in row])
            rows = [list(row) for row in zip(*rows[::-1], strict=True)]
        return found

    figures = [drawn(pattern.figure) for pattern in PATTERNS]
    for at, one in enumerate(figures):
        for other in figures[at + 1 :]:
            for way in turned(other):
                differing = sum(abs(a - b) > 127 for a, b in zip(one, way, strict=True))
                assert differing / (64 * 64) > 0.08


# --- the words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["Preemption", "Policy for Local Progress", "What Cities Have Done About Wages " * 4])
@pytest.mark.parametrize("trim", [(396.0, 612.0), (504.0, 720.0), (612.0, 792.0)])
def test_a_title_is_as_large_as_fits_above_the_tiles(book: Book, title: str, trim: tuple[float, float]) -> None:
    titled = replace(book, edition=replace(book.edition, title=title.strip()))
    front = front_panel(titled, trim, 9)
    measure = trim[0] - FRONT_LEFT - 27
    assert front.title_size in TITLE_SIZES
    assert SERIF_TITLE.fits(title, front.title_size, measure)
    high = SERIF_TITLE.lines(title, front.title_size, measure) * front.title_size * 1.02
    assert 92 + high < front.quilt.top
    larger = [size for size in TITLE_SIZES if size > front.title_size]
    if larger:
        lines = SERIF_TITLE.lines(title, larger[-1], measure) * larger[-1] * 1.02
        assert 92 + lines + 26 + 32 > front.quilt.top or not SERIF_TITLE.fits(title, larger[-1], measure)


def test_the_sizes_of_titles_are_those_of_the_style_sheet() -> None:
    css = (ROOT / "styles" / "components" / "cover.css").read_text("utf-8")
    for size in TITLE_SIZES:
        assert f'.cover-title[data-size="{size}"] {{ font-size: {size}pt }}' in css
    assert f".cover-words {{ position: absolute; left: {FRONT_LEFT:g}pt" in css


def test_widths_are_those_of_the_fonts() -> None:
    assert SANS.width("0000", 10) == pytest.approx(4 * SANS.width("0", 10))
    assert SANS.width("To", 10) < SANS.width("T", 10) + SANS.width("o", 10)  # kerned
    assert SANS.lines("one two three", 10, 1000) == 1
    assert SANS.lines("one two three", 10, SANS.width("one two", 10) + 0.1) == 2
    assert SANS.lines("", 10, 100) == 0
    assert SANS.lines("unbreakable", 10, SANS.width("unbreakable", 10) / 2.5) == 3


def test_the_back_counts_what_is_in_the_book(shipped: Book) -> None:
    back = back_panel(shipped, wrap_of(), barcode=True)
    figures = {counted: number for number, counted in back.figures}
    places = {(law.place, law.state) for law in shipped.laws if law.state != "US"}
    years = sorted(law.enacted for law in shipped.laws if law.enacted)
    assert figures == {
        "briefs": str(len(shipped.briefs())),
        "case studies": str(len(shipped.laws)),
        "places": str(len(places)),
        "years of enactment": f"{years[0]}–{years[-1]}",
    }


def test_the_key_has_every_brief_once_with_all_its_places(shipped: Book) -> None:
    back = back_panel(shipped, wrap_of(), barcode=True)
    assert back.detail == "places"
    key = [brief for column in back.columns for piece in column for brief in piece.briefs]
    assert [brief.title for brief in key] == [d.title for d in shipped.briefs()]
    for line, division in zip(key, shipped.briefs(), strict=True):
        assert isinstance(division.content, Brief)
        assert all(case.place in line.places for case in division.content.cases)


def test_a_smaller_back_has_less_of_the_key_and_a_large_one_more(shipped: Book) -> None:
    wrap = wrap_of()
    found = [
        back_panel(shipped, replace(wrap, trim_height=height), barcode=True).detail for height in (720, 610, 470, 380)
    ]
    assert found == ["places", "briefs", "parts", "nothing"]


def test_organizations_are_named_where_there_is_room_and_counted_where_not(book: Book, shipped: Book) -> None:
    names = {p.organization.name for d in shipped.briefs() if isinstance(d.content, Brief) for p in d.content.partners}
    back = back_panel(shipped, wrap_of(), barcode=True)
    assert back.credits == (("Draws on published work by", f"{len(names)} organizations"),)
    few = back_panel(book, wrap_of(), barcode=True).credits
    assert few
    assert not any("organizations" in listed for _, listed in few)


def test_the_spine_bears_what_it_has_room_for(book: Book) -> None:
    wrap = wrap_of(200)
    title, publisher = book.edition.title, book.edition.publisher
    assert spine_words(book, wrap).title == title
    assert spine_words(book, wrap).publisher == publisher

    def titled(words: str) -> Book:
        return replace(book, edition=replace(book.edition, title=words))

    long = titled("Policies " * 18)
    assert (spine_words(long, wrap).title, spine_words(long, wrap).small) == (long.edition.title, True)
    assert spine_words(titled(f"Policy: {'everything that is known ' * 20}"), wrap).title == "Policy"
    assert spine_words(titled("Policies " * 60), wrap).title == ""


@pytest.mark.parametrize(("digits", "said"), [("52495", "US $24.95"), ("50595", "US $5.95"), ("90000", ""), ("", "")])
def test_the_price_is_written_out(digits: str, said: str) -> None:
    assert price_line(digits) == said


# --- the markup -----------------------------------------------------------------------------------------------------


def test_the_screen_edition_and_the_wrap_have_the_same_front(book: Book) -> None:
    wrap = wrap_of()
    layout = cover_layout(wrap, LAYOUT)
    markup = compose_cover(book, wrap, layout, RESOURCES, "").markup
    front = front_panel(book, (504, 720), layout.geometry.layout_bleed)
    assert all(tile.transform in markup for tile in front.quilt.tiles)
    assert f'data-size="{front.title_size}"' in markup


def test_the_cover_is_composed_alike_each_time_and_escapes_what_somebody_writes(book: Book) -> None:
    wrap = wrap_of()
    attacked = replace(book, edition=replace(book.edition, title="<b>Title</b>", publisher="<i>Press</i>"))
    markup = compose_cover(attacked, wrap, LAYOUT, RESOURCES, "").markup
    assert markup == compose_cover(attacked, wrap, LAYOUT, RESOURCES, "").markup
    assert "<b>" not in markup
    assert "<i>" not in markup
    assert "&lt;b&gt;Title" in markup


class _Lines:
    """A page of one line, as preflight reads it."""

    def __init__(self, box: tuple[float, float, float, float]) -> None:
        self.box = box

    def lines(self) -> list[tuple[float, float, float, float]]:
        return [self.box]

    def text_in(self, box: Box) -> str:
        return f"at {box.left:g}"


@pytest.mark.parametrize(
    ("box", "outside"),
    [((54, 600, 470, 620), False), ((446, 20, 478, 38), False), ((446, 20, 486, 38), True), ((60, 12, 90, 30), True)],
)
def test_words_of_the_screen_editions_cover_keep_from_its_trim_and_not_from_side_margins(
    box: tuple[float, float, float, float], outside: bool
) -> None:
    """A recto's trim is 4.5 pt to the left of the neutral page's, so words are safe from 13.5 to 481.5."""
    page: Any = _Lines(box)
    cover = Leaf("cover", 0, Folio(arabic=False, number=1), verso=False, label="Cover")
    assert bool(list(check_type_area(page, cover, PAGE))) is outside
    assert bool(list(check_type_area(page, replace(cover, label=""), PAGE))) is (box[2] > 504 - 49.5 + 2)


def test_the_style_has_the_measures_of_the_wrap() -> None:
    wrap = wrap_of()
    style = compose_cover_style(wrap, LAYOUT, RESOURCES)
    assert "size: 1027.45728pt 720.0pt" in style
    assert "--spine-width: 19.457pt" in style
    assert "profiles/cover.css" in style
