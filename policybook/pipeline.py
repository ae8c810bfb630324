"""The pipeline, told once from end to end.

content is **read** into a manuscript, **assembled** into a book, **composed** into HTML, **typeset** and **settled**
into sheets, **bound** into one master PDF, **finished** for each reader, **preflighted**, and **delivered**.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from policybook.assembly import assemble
from policybook.binding import BookBlock
from policybook.book import Book
from policybook.copyfitting import Fit, copyfit, fit_problems
from policybook.crew import Crew
from policybook.delivery import Manifest, Product, deliver
from policybook.diagnostics import ContentError, MachineError, Problem, RefusedError, errors
from policybook.hiring import hired, warm_up
from policybook.makeup import MadeUp, make_up, set_book
from policybook.manuscript import Manuscript, read_manuscript
from policybook.pagination import Folio, Pagination
from policybook.printers import check_press
from policybook.resources import find_resources
from policybook.settling import Settled
from policybook.sheets import Layout
from policybook.store import Cache, Store

if TYPE_CHECKING:
    from policybook.preflight.press.examination import Report
    from policybook.press import PressOrder
    from policybook.press_verdicts import Examined

Progress = Callable[[str], None]

#: What files for screens conform to.
SCREEN = "PDF/UA-1, PDF/A-2a"


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: the project's folder, the edition, where to deliver, and how.

    `jobs` are the processes that work side by side, or `scheduler` is the address of a cluster that does. `printer` and
    `stock` are those that the files for the press are made for, if not the edition's own.
    """

    project: Path
    edition: str
    output: Path
    jobs: int = 1
    strict_fit: bool = False
    use_cache: bool = True
    scheduler: str = ""
    printer: str = ""
    stock: str = ""
    progress: Progress = field(default=lambda _: None)

    @property
    def content(self) -> Path:
        """The edition's content folder."""
        return self.project / "content" / self.edition

    @property
    def cache(self) -> Path | None:
        """Where what was made and the last pagination are kept."""
        return self.output / ".cache" if self.use_cache else None

    @property
    def store(self) -> Path | None:
        """The folder of the store."""
        return self.cache / "store" if self.cache else None


@dataclass(frozen=True, slots=True)
class Built:
    """The outcome of a build: the manifest, each brief's fit, the warnings, the leaves of the book, the rounds.

    `reports` are those of the press preflight.
    """

    manifest: Manifest
    fits: tuple[Fit, ...]
    warnings: tuple[Problem, ...]
    leaves: int
    rounds: int
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A book that was made and passed its preflight: as it is made up, each brief's fit, the warnings."""

    up: MadeUp
    fits: tuple[Fit, ...]
    warnings: tuple[Problem, ...]

    @property
    def book(self) -> Book:
        """The assembled book."""
        return self.up.book

    @property
    def block(self) -> BookBlock:
        """What was bound."""
        return self.up.block

    @property
    def settled(self) -> Settled:
        """How it settled."""
        return self.up.settled

    @property
    def screen(self) -> bytes:
        """The screen edition."""
        return self.up.pdf


def check(content: Path) -> tuple[Manuscript, Book]:
    """Read and assemble: everything that can be found without layout. Raises ContentError with all of it."""
    with uncollected():
        manuscript = read_manuscript(content)
        if manuscript.edition is not None:
            found = check_press(manuscript.edition, find_resources(content.parent.parent))
            manuscript = replace(manuscript, problems=(*manuscript.problems, *found))
        return manuscript, assemble(manuscript)


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection while things are made that are all kept: it would walk them again and again in vain."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def build(order: Order, crew: Crew | None = None) -> Built:
    """The whole line, from the content folder to the delivered files; by a crew of its own if none is lent."""
    store = Store(order.store)
    if order.printer:
        _shop(order, order.printer, order.stock)  # refuses what can't be printed before anything is laid out
    with nullcontext(crew) if crew else hired(order.jobs, order.scheduler) as hands:
        made = make(order, hands, store, last_pagination(order))
        _keep_pagination(order, made.settled.pagination)
        offered = _for_members(order, made.up, hands, store)
        printed, examined = _for_the_press(order, made.up, hands, store)
    store.prune()
    order.progress("deliver")
    manifest = deliver(order.output / order.edition, order.edition, order.content, (*offered, *printed))
    reports = tuple(one.report for one in examined)
    return Built(manifest, made.fits, made.warnings, len(made.block.leaves), made.settled.rounds, reports)


def _for_members(order: Order, made: MadeUp, crew: Crew, cache: Cache) -> tuple[Product, ...]:
    """The screen edition, and what else the edition has for members.

    Raises ContentError with what is wrong in any of it.
    """
    screen = Product("screen.pdf", made.pdf, len(made.block.leaves), SCREEN)
    wanted = set(made.book.edition.outputs) - {"screen", "press"}
    if not wanted:
        return (screen,)
    # Late, since a build for screens alone needs none of it.
    from policybook.members import LARGE_PRINT, Workroom, for_members  # noqa: PLC0415

    room = Workroom(find_resources(order.project), crew, cache, order.progress)
    products = [screen]
    start = last_pagination(order, LARGE_PRINT)
    for product, pagination in for_members(made, screen, wanted, room, start):
        products.append(product)
        if pagination is not None:
            _keep_pagination(order, pagination, LARGE_PRINT)
    return tuple(products)


def _for_the_press(
    order: Order, made: MadeUp, crew: Crew, cache: Cache
) -> tuple[tuple[Product, ...], tuple[Examined, ...]]:
    """The files for the press with what the preflight says of them, if the edition or the order wants any.

    Raises ContentError with what can't be printed, and RefusedError where the preflight finds an error; the files and
    the reports are then put aside in output/.refused/.
    """
    edition = made.book.edition
    if not order.printer and "press" not in edition.outputs:
        return (), ()
    # Late, since a build for screens alone needs none of it.
    from policybook.press import make_press_files  # noqa: PLC0415
    from policybook.press_verdicts import press_preflight, press_products, refusal  # noqa: PLC0415

    name = order.printer or edition.press.printer
    stock = order.stock or ("" if order.printer else edition.press.stock)
    order.progress(f"press, for {name}")
    resources, shop = find_resources(order.project), _shop(order, name, stock)
    files = make_press_files(made.book, made.block, made.layout, resources, shop, crew, cache)
    order.progress("press preflight")
    examined = press_preflight(files, made.book, crew)
    products = press_products(files, examined, edition)
    if said := refusal(examined):
        aside = order.output / ".refused" / order.edition
        deliver(aside, order.edition, order.content, products)
        raise RefusedError(said, f"look at {aside / 'preflight'} with a browser; the last good files stay as they are")
    return products, examined


def _shop(order: Order, name: str, stock: str) -> PressOrder:
    """What a printer's profile says."""
    from policybook.press import press_order  # noqa: PLC0415 - late, as above

    return press_order(name, stock, find_resources(order.project))


def make(order: Order, crew: Crew, cache: Cache, start: Pagination | None = None, *, quick: bool = False) -> Made:
    """From the content folder to a book that has passed its preflight; `start` is a guess at its pagination.

    `quick` is for who looks at it and delivers nothing: the file is neither linearized nor validated.
    Raises ContentError with all that was found at the stage that found it.
    """
    say = order.progress
    say("read, assemble")
    book = check(order.content)[1]
    resources = find_resources(order.project)
    layout = Layout("standard", book.edition.page.geometry())
    crew.warm(warm_up)
    typesetting = "typeset and settle, {}".format
    settled = set_book(book, layout, resources, crew, cache, start=start, progress=lambda said: say(typesetting(said)))
    fits = copyfit(book, settled, layout)
    say("bind, finish, preflight")
    up = make_up(book, layout, settled, crew, cache, finished=not quick)
    problems = (*book.problems, *fit_problems(fits, strict=order.strict_fit), *up.problems)
    if errors(problems):
        raise ContentError(problems)
    return Made(up, fits, problems)


def _pagination_file(order: Order, layout: str) -> Path | None:
    name = f"{order.edition}.{layout}" if layout else order.edition
    return order.cache / f"{name}.pagination.json" if order.cache else None


def last_pagination(order: Order, layout: str = "") -> Pagination | None:
    """The pagination of the last build, which is a good first guess; none if it can't be read."""
    path = _pagination_file(order, layout)
    try:
        kept = json.loads(path.read_text(encoding="utf-8")) if path else None
        if not kept:
            return None
        folios = {anchor: Folio(bool(arabic), int(number)) for anchor, (arabic, number) in kept["folios"].items()}
        return Pagination(folios)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _keep_pagination(order: Order, pagination: Pagination, layout: str = "") -> None:
    path = _pagination_file(order, layout)
    if path is None:
        return
    folios = {anchor: (folio.arabic, folio.number) for anchor, folio in sorted(pagination.folios.items())}
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps({"folios": folios}), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise MachineError(
            f"{path} can't be written: {error.strerror}", "free the disk, or name another --output"
        ) from error
