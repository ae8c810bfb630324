"""The files for the press: the interior and the cover of an edition, from the sheets of its screen edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policybook.barcode import ean13
from policybook.binding import BookBlock
from policybook.binding_press import PressBlock, PressLeaf, bind_press
from policybook.book import Book
from policybook.composition import compose_cover
from policybook.cover import Wrap, cover_facts, make_wrap
from policybook.cover_setting import cover_kit
from policybook.crew import Crew
from policybook.diagnostics import ContentError, Problem
from policybook.gathering import Gathering
from policybook.geometry import points
from policybook.prepress.builds import builds
from policybook.prepress.inks import Inks
from policybook.prepress.interior import Interior, interior_block, plan_interior, printing
from policybook.prepress.pressing import Press
from policybook.pressroom import Pressroom
from policybook.printer import Printer, Stock
from policybook.printers import read_printer, read_profile
from policybook.resources import Resources
from policybook.sheets import Layout
from policybook.store import Cache
from policybook.workshop import Workshop


@dataclass(frozen=True, slots=True)
class PressOrder:
    """For whom the files are made: the printer by its name and as it is, the paper, the profile, the inks."""

    name: str
    printer: Printer
    stock: Stock
    profile: bytes
    press: Press


@dataclass(frozen=True, slots=True)
class PressFiles:
    """The interior and the cover, what the one was planned from, and the wrap of the other."""

    order: PressOrder
    interior: bytes
    cover: bytes
    plan: Interior
    wrap: Wrap


def press_order(name: str, stock: str, resources: Resources) -> PressOrder:
    """What a printer's profile says. Raises ContentError (PRTR…) where it is at fault, or its profile is missing."""
    printer = read_printer(name, resources)
    profile = read_profile(printer, resources)
    inks = Inks(profile, builds(_tokens(resources)), printer.ink.peak)
    try:
        paper = printer.stock(stock)
    except KeyError as error:
        known = ", ".join(it.id for it in printer.stocks)
        raise ContentError([Problem("PRTR006", f"{name} has no stock “{stock}”; it has {known}")]) from error
    return PressOrder(name, printer, paper, profile, Press(printer.standard, inks))


def _tokens(resources: Resources) -> str:
    tokens = resources.style("tokens.css")
    return tokens.read_text(encoding="utf-8") if tokens else ""


def make_press_files(
    book: Book, block: BookBlock, layout: Layout, resources: Resources, order: PressOrder, crew: Crew, cache: Cache
) -> PressFiles:
    """The interior and the cover. Raises ContentError with all that can't be printed."""
    plan = plan_interior(block, order.printer)
    wrap = make_wrap(layout.geometry, order.printer, order.stock, plan.pages)
    cover = _cover_gathering(book, wrap, layout, resources, order.printer, crew, cache)
    shown = [block.gatherings[leaf.division] for leaf in plan.leaves if leaf.sheet is not None]
    worn = [block.furniture[leaf.division] for leaf in plan.leaves if leaf.furniture is not None]
    pressed = Pressroom(order.press, crew, cache).pressed([*shown, *worn, cover])
    how = printing(order.printer, order.profile, points(order.printer.bleed))
    interior = bind_press(interior_block(block, plan, pressed, order.printer), how, cache)
    how = printing(order.printer, order.profile, wrap.bleed)
    wrapped = bind_press(_cover_block(book, block, plan, wrap, pressed[cover.digest], order), how, cache)
    return PressFiles(order, interior, wrapped, plan, wrap)


def _cover_gathering(
    book: Book, wrap: Wrap, layout: Layout, resources: Resources, printer: Printer, crew: Crew, cache: Cache
) -> Gathering:
    """The cover, laid out. Raises ContentError with what the layout engine found."""
    svg = ""
    if printer.cover.barcode:
        size = max(1.0, printer.cover.barcode_least)
        svg = ean13(book.edition.isbn, book.edition.press.barcode_price, size).svg
    html = compose_cover(book, wrap, layout, resources, svg)
    kit = cover_kit(wrap, layout, resources)
    (gathering,) = Workshop(kit, book.images, crew, cache).gatherings([html]).values()
    problems = list(gathering.problems)
    if gathering.count != 1:
        problems.append(Problem("LAYT001", f"the cover: its words take {gathering.count} pages, and it has one"))
    if problems:
        raise ContentError(problems)
    return gathering


def _cover_block(
    book: Book, block: BookBlock, plan: Interior, wrap: Wrap, pressed: Gathering, order: PressOrder
) -> PressBlock:
    """The cover, ready to be bound: one leaf, which tells what it was made for."""
    facts: Mapping[str, str] = {
        "PolicybookCover": cover_facts(book.edition, order.name, order.stock.id, wrap, plan.pages).as_text()
    }
    leaf = PressLeaf(wrap.trim, wrap.trim.grown(wrap.bleed), pressed)
    return PressBlock((leaf,), wrap.sheet, block.metadata, block.fonts, facts)
