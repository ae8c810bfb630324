"""The barcode: what a decoder reads from it, and what a ruler measures on it (GS1 General Specifications, 5.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from policybook.barcode import Barcode, ean13
from policybook.barcode_figures import ADVANCE, EM, OUTLINES
from policybook.typesetting import engine

ISBN = "978-0-306-40615-7"
X = 0.33 / 25.4 * 72
#: The modules of 9780306406157, as python-barcode 0.16.1 has them.
MODULES = "10101110110001001010011101111010100111010111101010101110011100101010000110011010011101000100101"
_BAR = re.compile(r"M(\S+) (\S+)h(\S+)v(\S+)h-\S+z")
_POINT = re.compile(r"(-?[\d.]+) (-?[\d.]+)")


@dataclass(frozen=True)
class Bar:
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def foot(self) -> float:
        return self.top + self.height


def paths(barcode: Barcode) -> list[tuple[str, str]]:
    """The colour and the data of each path."""
    return re.findall(r'<path fill="([^"]*)" d="([^"]*)"', barcode.svg)


def bars(barcode: Barcode) -> list[Bar]:
    found = _BAR.findall(paths(barcode)[1][1])
    assert found
    return [Bar(*map(float, one)) for one in found]


def modules(row: list[Bar], x: float) -> str:
    """What bars say in modules: each is a whole number of modules wide, and so is each space."""
    said = ""
    at = row[0].left
    for bar in row:
        for start, end, sign in ((at, bar.left, "0"), (bar.left, bar.right, "1")):
            count = (end - start) / x
            assert count == pytest.approx(round(count), abs=1e-3)
            said += sign * round(count)
        at = bar.right
    return said


def figures(barcode: Barcode) -> list[Bar]:
    """The box of each outline of a figure or letter, from the points of its path, by outline and counter."""
    boxes = []
    for part in paths(barcode)[2][1].split("Z")[:-1]:
        points = [(float(x), float(y)) for x, y in _POINT.findall(part)]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        boxes.append(Bar(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)))
    return boxes


def printed(barcode: Barcode, dpi: int = 600) -> Image.Image:
    """The barcode set by the layout engine on a page of its size, as pdfium shows it."""
    style = f"@page{{size:{barcode.width}pt {barcode.height}pt;margin:0}}body{{margin:0}}svg{{display:block}}"
    pdf = engine().HTML(string=f"<style>{style}</style>{barcode.svg}").write_pdf()
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1
        picture: Image.Image = document[0].render(scale=dpi / 72).to_pil()
        return picture


def read(barcode: Barcode, *, add_on: bool = False) -> list[str]:
    """What a decoder reads, with the digits of the add-on behind where one is asked for."""
    wanted = zxingcpp.EanAddOnSymbol.Require if add_on else zxingcpp.EanAddOnSymbol.Ignore
    found = zxingcpp.read_barcodes(printed(barcode), ean_add_on_symbol=wanted)
    return [one.text for one in found if one.valid and one.format == zxingcpp.BarcodeFormat.EAN13]


@pytest.mark.parametrize(
    "isbn", [ISBN, "978-0-00-000000-2", "978-1-56619-909-4", "979-8-88645-123-8", "9783161484100", "978-92-871-2345-9"]
)
def test_a_decoder_reads_the_number(isbn: str) -> None:
    assert read(ean13(isbn)) == [isbn.replace("-", "")]


@pytest.mark.parametrize("magnification", [0.8, 1.0, 1.37, 2.0])
@pytest.mark.parametrize("price", ["51995", "90000"])
def test_a_decoder_reads_number_and_price_at_every_size(magnification: float, price: str) -> None:
    assert read(ean13(ISBN, price, magnification), add_on=True) == ["9780306406157" + price]


@pytest.mark.parametrize("price", ["00000", "12345", "67890", "54499", "98765", "31415", "86420", "70361", "59999"])
def test_a_decoder_reads_any_price(price: str) -> None:
    assert read(ean13(ISBN, price), add_on=True) == ["9780306406157" + price]


def test_without_a_price_there_is_no_add_on() -> None:
    assert read(ean13(ISBN), add_on=True) == []


@pytest.mark.parametrize("magnification", [0.8, 1.0, 2.0])
def test_bars_and_spaces_are_as_wide_as_the_specification_has_them(magnification: float) -> None:
    barcode = ean13(ISBN, magnification=magnification)
    assert modules(bars(barcode), X * magnification) == MODULES


def test_an_add_on_starts_with_its_guard_and_parts_its_digits() -> None:
    row = [bar for bar in bars(ean13(ISBN, "51995")) if bar.left > (11 + 95) * X]
    said = modules(row, X)
    assert len(said) == 47
    assert said[:4] == "1011"
    assert [said[at : at + 2] for at in (11, 20, 29, 38)] == ["01"] * 4


@pytest.mark.parametrize("magnification", [0.8, 1.0, 2.0])
def test_quiet_zones_are_part_of_the_picture(magnification: float) -> None:
    x = X * magnification
    plain, priced = ean13(ISBN, magnification=magnification), ean13(ISBN, "51995", magnification)
    assert bars(plain)[0].left == pytest.approx(11 * x, abs=1e-3)
    assert plain.width - bars(plain)[-1].right == pytest.approx(7 * x, abs=1e-3)
    assert plain.width == pytest.approx(113 * x, abs=1e-3)
    gap = next(
        b.left - a.right for a, b in zip(bars(priced), bars(priced)[1:], strict=False) if b.left - a.right > 5 * x
    )
    assert 7 * x - 1e-3 <= gap <= 12 * x + 1e-3
    assert priced.width - bars(priced)[-1].right == pytest.approx(5 * x, abs=1e-3)


@pytest.mark.parametrize("magnification", [0.8, 1.0, 2.0])
def test_guard_bars_are_longer_by_five_modules(magnification: float) -> None:
    millimetre = magnification * 72 / 25.4
    row = bars(ean13(ISBN, "51995", magnification))
    assert len({bar.top for bar in row[:30]}) == 1
    lengths = [round(bar.height / millimetre, 3) for bar in row]
    # 2 + 2 + 2 guards, 12 digits of two bars each; the add-on's guard has two, its digits and partings two each and one
    assert [at for at, length in enumerate(lengths[:30]) if length != 22.85] == [0, 1, 14, 15, 28, 29]
    assert {lengths[at] for at in (0, 1, 14, 15, 28, 29)} == {24.5}
    assert set(lengths[30:]) == {21.9}
    assert {round(bar.foot, 3) for bar in row[30:]} == {round(row[0].foot, 3)}


@pytest.mark.parametrize("price", ["", "51995"])
def test_figures_stand_clear_of_bars_and_inside_the_picture(price: str) -> None:
    barcode = ean13(ISBN, price)
    for figure in figures(barcode):
        assert 0 < figure.left < figure.right < barcode.width
        assert 0 < figure.top < figure.foot < barcode.height
        for bar in bars(barcode):
            apart = figure.right <= bar.left or figure.left >= bar.right
            assert apart or figure.foot <= bar.top - 0.5 * X or figure.top >= bar.foot + 0.5 * X


def test_figures_are_as_high_as_the_specification_has_them_and_one_stands_under_each_digit() -> None:
    barcode = ean13(ISBN)
    under = [figure for figure in figures(barcode) if figure.top > bars(barcode)[2].foot]
    assert max(figure.height for figure in under) == pytest.approx(2.75 * 72 / 25.4, rel=0.01)
    for at in range(6):
        for start in (14, 61):
            cell = (start + 7 * at) * X, (start + 7 * at + 7) * X
            assert any(cell[0] <= figure.left < figure.right <= cell[1] for figure in under)


def test_the_number_is_printed_with_the_hyphens_that_it_is_given() -> None:
    counts = []
    for isbn in (ISBN, "978-0306-40615-7", "9780306406157"):
        barcode = ean13(isbn)
        above = [figure for figure in figures(barcode) if figure.foot < bars(barcode)[0].top]
        counts.append(len(above))
    assert counts == [counts[0], counts[0] - 1, counts[0] - 4]


def test_bars_can_be_narrowed_and_stay_where_they_are() -> None:
    plain, narrowed = ean13(ISBN, "51995"), ean13(ISBN, "51995", narrowed=0.1)
    assert narrowed.width == plain.width
    for before, after in zip(bars(plain), bars(narrowed), strict=True):
        assert before.width - after.width == pytest.approx(0.1, abs=1e-3)
        assert before.left + before.right == pytest.approx(after.left + after.right, abs=1e-3)
    assert read(narrowed, add_on=True) == ["978030640615751995"]


def test_it_is_black_on_white_and_needs_no_font() -> None:
    barcode = ean13(ISBN, "51995")
    assert [colour for colour, _ in paths(barcode)] == ["#ffffff", "#000000", "#000000"]
    assert set(re.findall(r"<(\w+)", barcode.svg)) == {"svg", "path"}
    assert printed(barcode).convert("RGB").getpixel((8, 8)) == (255, 255, 255)


def test_the_same_number_gives_the_same_picture() -> None:
    assert ean13(ISBN, "51995", 1.2, 0.05) == ean13(ISBN, "51995", 1.2, 0.05)


@pytest.mark.parametrize(
    ("isbn", "words"),
    [
        ("978-0-306-40615-6", "the check digit of “978-0-306-40615-6” is wrong: 7 would be right"),
        ("0-306-40615-2", "has 10"),
        ("977-0-306-40615-8", "starts with 978 or 979"),
        ("978-0-306-40615-X", "is no ISBN"),
        ("978--0-306-40615-7", "single hyphens"),
        ("٩٧٨٠٣٠٦٤٠٦١٥٧", "is no ISBN"),
        ("", "is no ISBN"),
    ],
)
def test_a_wrong_number_is_refused_in_words(isbn: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        ean13(isbn)


@pytest.mark.parametrize("price", ["1995", "519955", "$19.95", "5199٥"])
def test_a_wrong_price_is_refused(price: str) -> None:
    with pytest.raises(ValueError, match="write five digits"):
        ean13(ISBN, price)


@pytest.mark.parametrize("magnification", [0.79, 2.01, float("nan")])
def test_a_size_that_scanners_may_not_read_is_refused(magnification: float) -> None:
    with pytest.raises(ValueError, match=r"0\.8 to 2\.0"):
        ean13(ISBN, magnification=magnification)


@pytest.mark.parametrize("narrowed", [-0.1, 0.5])
def test_bars_are_not_widened_and_never_lose_more_than_half_a_module(narrowed: float) -> None:
    with pytest.raises(ValueError, match="narrowed"):
        ean13(ISBN, narrowed=narrowed)


def test_outlines_are_of_one_width_and_different() -> None:
    assert set(OUTLINES) == set("0123456789-ABINS")
    assert len(set(OUTLINES.values())) == len(OUTLINES)
    for outline in OUTLINES.values():
        points = [(int(x), int(y)) for x, y in _POINT.findall(outline)]
        assert all(0 < x < ADVANCE and -20 < y < EM for x, y in points)
        assert re.fullmatch(r"(M-?\d+ -?\d+((L-?\d+ -?\d+)|(C(-?\d+ -?\d+ ?){3}))+Z)+", outline)
