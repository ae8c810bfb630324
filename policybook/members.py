"""What members download: the screen edition, single briefs, large print, an EPUB, the web site; and editors' proofs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from policybook.crew import Crew
from policybook.delivery import Product
from policybook.diagnostics import ContentError
from policybook.epub import epub
from policybook.large_print import guess, large_print
from policybook.makeup import MadeUp
from policybook.pagination import Pagination
from policybook.preflight.archive import validate
from policybook.prepress.card import link_card
from policybook.prepress.cover_picture import cover_picture
from policybook.proof import proof
from policybook.resources import Resources
from policybook.settling import COVER
from policybook.singles import single_briefs
from policybook.store import Cache
from policybook.web import Publication, web_site
from policybook.web_site import Download

#: The outputs of an edition that are made here, in this order: the site offers the others.
BRIEFS, LARGE_PRINT, EPUB, WEB, PROOF = OUTPUTS = ("briefs", "large-print", "epub", "web", "proof")

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Workroom:
    """Who makes it, from which templates and styles, and where what was made is kept; `say` tells how it goes."""

    resources: Resources
    crew: Crew
    cache: Cache
    say: Progress


def for_members(
    made: MadeUp, screen: Product, wanted: Collection[str], room: Workroom, large_start: Pagination | None = None
) -> Iterator[tuple[Product, Pagination | None]]:
    """The products that an edition wants beside the screen edition; with large print, its pagination.

    `large_start` is the pagination of the last large print. Raises ContentError with what is wrong in any of them.
    """
    products = [screen]
    if BRIEFS in wanted:
        room.say("single briefs")
        for one in single_briefs(made.book, made.block, made.layout, room.resources, room.crew, room.cache):
            products.append(_valid(Product(one.path, one.content, one.pages, screen.standard)))
            yield products[-1], None
    if LARGE_PRINT in wanted:
        room.say("large print")
        start = large_start or guess(made.settled.pagination)
        large = large_print(made.book, room.resources, room.crew, room.cache, start=start, progress=room.say)
        products.append(Product("large-print.pdf", large.pdf, len(large.block.leaves), screen.standard))
        yield products[-1], large.settled.pagination
    if EPUB in wanted:
        room.say("EPUB")
        has_cover = made.book.divisions[0].id == COVER
        picture = cover_picture(made.pdf) if has_cover else b""
        content = epub(made.book, made.settled.pagination, room.resources, picture)
        products.append(Product("book.epub", content, 0, "EPUB 3.3"))
        yield products[-1], None
    if WEB in wanted:
        room.say("web site")
        downloads = [_download(product, made) for product in products]
        card = Publication(card=link_card(made.pdf))
        site = web_site(made.book, made.settled.pagination, downloads, room.resources, card, room.cache)
        yield from ((page, None) for page in site)
    if PROOF in wanted:
        room.say("proof")
        content = proof(made.book, made.block, made.layout, room.resources, room.crew, room.cache)
        yield _valid(Product("proof.pdf", content, len(made.block.leaves), screen.standard)), None


def _valid(product: Product) -> Product:
    """The product, which is what it says it is. Raises ContentError (ACCS001) if it is not."""
    if problems := validate(product.content):
        raise ContentError([replace(problem, message=f"{product.path}: {problem.message}") for problem in problems])
    return product


def _download(product: Product, made: MadeUp) -> Download:
    """What the site says of a file."""
    briefs = {f"briefs/{brief.id}.pdf": brief.title for brief in made.book.briefs()}
    titles = {
        "screen.pdf": "The book",
        "large-print.pdf": "The book in large print",
        "book.epub": "The book as an EPUB",
    }
    title = briefs.get(product.path) or titles[product.path]
    digest = hashlib.sha256(product.content).hexdigest()
    return Download(product.path, len(product.content), digest, product.pages, product.standard, title)
