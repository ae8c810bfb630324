"""The barcode of a book: its ISBN-13 as EAN-13, with its price as EAN-5 beside it, as a vector picture.

What stands here is that of ISO/IEC 15420 and the GS1 General Specifications, 5.2. A module, the X-dimension, is 0.33 mm
wide at 100 %, and everything grows with it:

           ISBN 978-0-306-40615-7                 the number, with the hyphens of the edition
                                     5 1 9 9 5    the price: US dollars (5), 19.95
          ||| |||||| | | |||||| |||
          ||| |||||| | | |||||| |||  |||||||||    bars: 22.85 mm, those of the add-on 21.90 mm
          ||| |||||| | | |||||| |||  |||||||||
        9 ||| 780306 | | 406157 |||  |||||||||    guard bars are longer by 5X, and the add-on ends with them

      11X          95X            10X    47X   5X

The quiet zones of 11X, 7X (10X before an add-on) and 5X are part of the picture. It is black (#000000) on white; press
files make the one K only and the other bare paper. Figures are outlines of OCR-B, so that no font is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policybook.barcode_figures import DEPTH, EM, HEIGHT, svg_path
from policybook.geometry import points

#: The X-dimension at 100 %, and the magnifications that are allowed: 0.264 to 0.660 mm.
MODULE = points("0.33 mm")
LEAST, MOST = 0.8, 2.0
#: Digits as seven modules, 1 for a bar: number set A; B is C from right to left, C is A with bars for spaces.
_A = (
    "0001101 0011001 0010011 0111101 0100011 0110001 0101111 0111011 0110111 0001011".split()  # noqa: SIM905
)
_C = tuple(code.translate({48: "1", 49: "0"}) for code in _A)
_B = tuple(code[::-1] for code in _C)
#: The number sets of the left half tell the first digit, which is 9 in every ISBN-13.
_LEFT = "ABBABA"
#: The number sets of an add-on, by its checksum.
_ADD_ON = "BBAAA BABAA BAABA BAAAB ABBAA AABBA AAABB ABABA ABAAB AABAB".split()  # noqa: SIM905
_GUARD, _CENTRE = "101", "01010"
#: Modules: quiet zones, the symbols themselves, and by how much guard bars are longer.
_QUIET_LEFT, _QUIET_RIGHT, _BETWEEN, _QUIET_AFTER = 11, 7, 10, 5
_MAIN, _PRICE, _LONGER = 95, 47, 5
#: Millimetres at 100 %, as the specification gives them, and in modules.
_BARS = 22.85 / 0.33
_ADD_ON_BARS = 21.90 / 0.33
_FIGURES = 2.75 / 0.33
#: The em at which the figures are as high as that.
_EM = _FIGURES * EM / (DEPTH + HEIGHT)
#: Modules between bars and figures, around the whole, and under the line of the ISBN.
_GAP, _AROUND, _UNDER_ISBN = 1, 2, 2
#: “ISBN 978-0-306-40615-7”, which is 22 characters, runs from the first figure to the last bar: modules for each.
_ISBN_PITCH = (_QUIET_LEFT + _MAIN - 1) / 22
_ISBN_EM = _ISBN_PITCH / 0.64


@dataclass(frozen=True, slots=True)
class Barcode:
    """A barcode: an SVG document, and how wide and high it is with its quiet zones, in points."""

    svg: str
    width: float
    height: float


def ean13(isbn: str, price: str = "", magnification: float = 1.0, narrowed: float = 0.0) -> Barcode:
    """The barcode of an ISBN-13, which is written with the hyphens that are to be printed.

    `price` is that of the add-on: five digits, such as 51995 for 19.95 US dollars, or 90000 for none. Every bar is made
    `narrowed` points narrower, half of it on either side, by as much as ink will spread. Raises ValueError on a wrong
    number, price, magnification or reduction, and says what is wrong.
    """
    digits = _digits(isbn)
    if price and not (len(price) == 5 and price.isascii() and price.isdigit()):
        raise ValueError(f"“{price}” is no price for a barcode: write five digits, such as 51995 for $19.95")
    if not LEAST <= magnification <= MOST:
        raise ValueError(f"a barcode is made at {LEAST} to {MOST} of its size, not at {magnification}")
    module = MODULE * magnification
    if not 0 <= narrowed <= module / 2:
        raise ValueError(f"bars can be narrowed by 0 to {module / 2:.3f} pt, not by {narrowed} pt")
    top = _AROUND + _ISBN_EM * HEIGHT / EM + _UNDER_ISBN
    width = _QUIET_LEFT + _MAIN + (_BETWEEN + _PRICE + _QUIET_AFTER if price else _QUIET_RIGHT)
    height = top + _BARS + _GAP + _FIGURES + _AROUND
    bars = [*_main_bars(digits, top), *(_price_bars(price, top) if price else ())]
    return _picture(
        "".join(_rectangle(bar, module, narrowed) for bar in bars),
        _figures(isbn, digits, price, top, module),
        width * module,
        height * module,
    )


def _digits(isbn: str) -> str:
    """The thirteen digits of an ISBN. Raises ValueError."""
    parts = isbn.split("-")
    digits = "".join(parts)
    if not (digits.isascii() and digits.isdigit() and all(parts)):
        raise ValueError(f"“{isbn}” is no ISBN: write digits with single hyphens between them")
    if len(digits) != 13:
        raise ValueError(f"an ISBN-13 has 13 digits, and “{isbn}” has {len(digits)}")
    if not digits.startswith(("978", "979")):
        raise ValueError(f"an ISBN-13 starts with 978 or 979, and “{isbn}” does not")
    check = -sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits[:12])) % 10
    if int(digits[12]) != check:
        raise ValueError(f"the check digit of “{isbn}” is wrong: {check} would be right")
    return digits


def main_modules(digits: str) -> str:
    """The 95 modules of an ISBN-13, 1 for a bar."""
    left = "".join({"A": _A, "B": _B}[kind][int(digit)] for kind, digit in zip(_LEFT, digits[1:7], strict=True))
    return _GUARD + left + _CENTRE + "".join(_C[int(digit)] for digit in digits[7:]) + _GUARD


def price_modules(price: str) -> str:
    """The 47 modules of an add-on of five digits: its number sets tell 3 times the odd digits and 9 times the even."""
    numbers = [int(digit) for digit in price]
    kinds = _ADD_ON[(3 * sum(numbers[::2]) + 9 * sum(numbers[1::2])) % 10]
    return "1011" + "01".join({"A": _A, "B": _B}[kind][number] for kind, number in zip(kinds, numbers, strict=True))


@dataclass(frozen=True, slots=True)
class _Bar:
    """A bar, in modules; y grows downwards."""

    left: float
    width: float
    top: float
    height: float


def _main_bars(digits: str, top: float) -> Iterator[_Bar]:
    for start, width in _runs(main_modules(digits)):
        guard = start < 3 or 45 <= start < 50 or start >= 92
        yield _Bar(_QUIET_LEFT + start, width, top, _BARS + (_LONGER if guard else 0))


def _price_bars(price: str, top: float) -> Iterator[_Bar]:
    for start, width in _runs(price_modules(price)):
        yield _Bar(_QUIET_LEFT + _MAIN + _BETWEEN + start, width, top + _BARS + _LONGER - _ADD_ON_BARS, _ADD_ON_BARS)


def _runs(modules: str) -> Iterator[tuple[int, int]]:
    """Where each bar starts and how many modules wide it is."""
    return ((found.start(), len(found[0])) for found in re.finditer("1+", modules))


def _rectangle(bar: _Bar, module: float, narrowed: float) -> str:
    """Path data of a bar."""
    left, width = bar.left * module + narrowed / 2, bar.width * module - narrowed
    return f"M{left:.4f} {bar.top * module:.4f}h{width:.4f}v{bar.height * module:.4f}h{-width:.4f}z"


def _figures(isbn: str, digits: str, price: str, top: float, module: float) -> str:
    """Path data of what people read."""
    base = top + _BARS + _GAP + _FIGURES * HEIGHT / (DEPTH + HEIGHT)
    start = _QUIET_LEFT + _MAIN + _BETWEEN
    above = top + _BARS + _LONGER - _ADD_ON_BARS - _GAP - _FIGURES * DEPTH / (DEPTH + HEIGHT)
    lines = [
        (f"ISBN {isbn}", 1, top - _UNDER_ISBN, _ISBN_EM, _ISBN_PITCH),
        (digits[0], 1, base, _EM, 7),
        (digits[1:7], _QUIET_LEFT + 3, base, _EM, 7),
        (digits[7:], _QUIET_LEFT + 50, base, _EM, 7),
        (price, start + 3, above, _EM, 9),
    ]
    return "".join(
        svg_path(text, x * module, y * module, em * module, pitch * module) for text, x, y, em, pitch in lines
    )


def _picture(bars: str, figures: str, width: float, height: float) -> Barcode:
    size = f"{width:.4f}", f"{height:.4f}"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}pt" height="{size[1]}pt" '
        f'viewBox="0 0 {size[0]} {size[1]}"><path fill="#ffffff" d="M0 0h{size[0]}v{size[1]}h-{size[0]}z"/>'
        f'<path fill="#000000" d="{bars}"/><path fill="#000000" d="{figures}"/></svg>'
    )
    return Barcode(svg, float(size[0]), float(size[1]))
