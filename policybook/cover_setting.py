"""The cover laid out: one page in sRGB whose trim is back, spine and front, with art that runs over it on all sides."""

from __future__ import annotations

from policybook.book import Book
from policybook.composition import compose_cover, compose_cover_style
from policybook.cover import Wrap
from policybook.diagnostics import ContentError, Problem
from policybook.resources import Resources
from policybook.sheets import Layout, Sheets
from policybook.typesetting import Copy, Kit, lay_out, make_kit


def cover_kit(wrap: Wrap, layout: Layout, resources: Resources) -> Kit:
    """The kit by which the cover is laid out; `layout` may be the book's."""
    return make_kit(compose_cover_style(wrap, layout, resources), resources.sheets(), wrap.trim_height)


def set_cover(book: Book, wrap: Wrap, layout: Layout, resources: Resources, barcode_svg: str = "") -> Sheets:
    """The cover of a book, laid out. Raises ContentError (LAYT001) with what the engine found wrong."""
    html = compose_cover(book, wrap, layout, resources, barcode_svg)
    sheets = lay_out(cover_kit(wrap, layout, resources), Copy(html, {}))
    problems = list(sheets.problems)
    if sheets.count != 1:
        problems.append(Problem("LAYT001", f"the cover: its words take {sheets.count} pages, and it has one"))
    if problems:
        raise ContentError(problems)
    return sheets
