"""The small book block of `bookblock`, pressed and bound for the press, with nothing kept from before.

Nothing in it is half seen, so that PDF/X-1a takes it too. Its paper ends 13.5 points outside the neutral page's trim.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pikepdf
import pypdfium2

from policybook.binding import BookBlock
from policybook.binding_press import PressBlock, Printing, bind_press
from policybook.gathering import Gathering
from policybook.geometry import Box
from policybook.prepress.inks import Inks
from policybook.prepress.interior import interior_block, plan_interior, printing
from policybook.prepress.pressing import Press, press
from policybook.printer import Printer, Standard
from policybook.printers import read_printer, read_profile
from policybook.resources import find_resources
from policybook.store import MemoryStore
from tests.conftest import ROOT
from tests.unit.bookblock import BODIES, ROMAN_HEAD, block, folded, furniture, overlay

RED = (154, 42, 42)
#: The shipped profile, and a build of a colour that no profile would make so.
PRINTER = replace(read_printer("offset-sheetfed-coated", find_resources(ROOT)), signature=8)
PROFILE = read_profile(PRINTER, find_resources(ROOT))
INKS = Inks(PROFILE, {RED: (0, 0.85, 0.7, 0.45)}, 300)
STANDARDS = tuple(Standard)


def opaque(markup: str) -> str:
    """The markup without what is half seen."""
    return markup.replace("faint", "plain")


@cache
def opaque_block() -> BookBlock:
    """The block with nothing half seen."""
    bodies = {division: replace(html, markup=opaque(html.markup)) for division, html in BODIES.items()}
    return replace(
        block(),
        gatherings={division: folded(html) for division, html in bodies.items()},
        furniture={**furniture(), "front": overlay("front", opaque(ROMAN_HEAD))},
    )


@cache
def for_press(standard: Standard) -> Press:
    """The press of a standard."""
    return Press(standard, INKS)


@cache
def pressed(standard: Standard) -> dict[str, Gathering]:
    """All gatherings of the block for the press, by the digests of those for screens."""
    of = opaque_block()
    made = {it.digest: press(it, for_press(standard)) for it in (*of.gatherings.values(), *of.furniture.values())}
    assert not [problem for it in made.values() for problem in it.problems]
    return made


def shop(standard: Standard = Standard.X4, **changes: Any) -> Printer:
    """The printer, with changes."""
    return replace(PRINTER, standard=standard, **changes)


def press_block(printer: Printer) -> PressBlock:
    """The block as the printer gets it."""
    of = opaque_block()
    return interior_block(of, plan_interior(of, printer), pressed(printer.standard), printer)


def how(printer: Printer) -> Printing:
    """How the printer prints an interior."""
    return printing(printer, PROFILE, 9.0)


@cache
def bound_for(standard: Standard) -> bytes:
    """The interior, bound, with marks."""
    printer = shop(standard)
    return bound(press_block(printer), how(printer))


def bound(of: PressBlock, printing: Printing) -> bytes:
    """A block, bound with nothing kept from before."""
    return bind_press(of, printing, MemoryStore())


# --- reading ----------------------------------------------------------------------------------------------------------


def pixels(pdf: bytes, page: int, box: Box, *, scale: float = 2) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """What is seen in a box of a page, which is in the page's coordinates: rows × columns × RGB."""
    with pypdfium2.PdfDocument(pdf) as document:
        seen = document[page]
        left, _, _, top = seen.get_mediabox()
        image = np.asarray(seen.render(scale=scale).to_pil().convert("RGB"))
        rows = slice(round((top - box.top) * scale), round((top - box.bottom) * scale))
        columns = slice(round((box.left - left) * scale), round((box.right - left) * scale))
        found = image[rows, columns].copy()
        assert found.size, "the box is on the page"
        return found


def operators(page: Any) -> list[tuple[str, Sequence[Any]]]:
    """The operators of a page with their operands, those of its forms where they are drawn."""
    found: list[tuple[str, Sequence[Any]]] = []
    resources = page.Resources
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        found.append((operator, list(instruction.operands)))
        if operator == "Do":
            thing = resources.XObject[str(instruction.operands[0])]
            if thing.get("/Subtype") == "/Form":
                found += operators(thing)
    return found


def pdf_of(content: bytes, **resources: Any) -> pikepdf.Pdf:
    """A PDF of one page of 200 points square, with this content; resources are by category."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 200))
    (page,) = pdf.pages
    page.obj.Contents = pdf.make_stream(content)
    page.obj.Resources = pdf.make_indirect(pikepdf.Dictionary({f"/{key}": value for key, value in resources.items()}))
    return pdf


def saved(pdf: pikepdf.Pdf) -> bytes:
    """A PDF as a file."""
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()
