"""The press preflight of an edition's own files, side by side in the crew, and all that is delivered for the press."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from policybook.book import Book
from policybook.crew import Crew, Supply
from policybook.delivery import Product
from policybook.edition import Edition, Suppression
from policybook.ids import slug
from policybook.preflight.press.examination import Report, examine
from policybook.preflight.press.report_html import report_html
from policybook.preflight.press.report_json import report_json
from policybook.preflight.press.report_text import report_text
from policybook.preflight.press.subject import Expected, Kind
from policybook.press import PressFiles
from policybook.printer import Printer


@dataclass(frozen=True, slots=True)
class _Terms:
    """What files are held against: the printer, and the findings that the edition accepts."""

    printer: Printer
    accepted: Sequence[Suppression]


@dataclass(frozen=True, slots=True)
class _File:
    """A file to be examined, and what is known of it."""

    path: str
    data: bytes
    kind: Kind
    expected: Expected


@dataclass(frozen=True, slots=True)
class Examined:
    """A report on a file, and the same as JSON and as a page."""

    path: str
    report: Report
    json: str
    html: str


def _examined(terms: _Terms, file: _File) -> Examined:
    """A worker's task."""
    report = examine(file.data, terms.printer, file.kind, file.expected, terms.accepted, name=file.path)
    return Examined(file.path, report, report_json(report), report_html(report, file.data))


def press_preflight(files: PressFiles, book: Book, crew: Crew) -> tuple[Examined, ...]:
    """What is to be said of the interior and of the cover."""
    order, plan, edition = files.order, files.plan, book.edition
    expected = Expected(
        isbn=edition.isbn.replace("-", ""),
        pages=plan.pages,
        blanks=plan.blanks,
        stock=order.stock.id,
        geometry=plan.geometry,
        versos=plan.versos,
        builds={f"#{bytes(rgb).hex()}": build for rgb, build in order.press.inks.builds.items()},
    )
    tasks = (
        _File("press/interior.pdf", files.interior, Kind.INTERIOR, expected),
        _File("press/cover.pdf", files.cover, Kind.COVER, expected),
    )
    terms = _Terms(order.printer, edition.press.suppress)
    # All of the printer: workers of a cluster keep their supplies from build to build.
    digest = hashlib.sha256(repr(terms).encode()).hexdigest()
    return tuple(
        crew.do(
            _examined,
            Supply(digest, terms),
            tasks,
            weights=[len(task.data) for task in tasks],
            name=lambda task: f"the preflight of {task.path}",
        )
    )


def refusal(examined: Sequence[Examined]) -> str:
    """What the preflight says of the files that it refuses; an empty string where it refuses none."""
    return "\n\n".join(report_text(one.report) for one in examined if one.report.errors)


def press_products(files: PressFiles, examined: Sequence[Examined], edition: Edition) -> tuple[Product, ...]:
    """The files for the press and the reports on them, as they are delivered."""
    order, pages = files.order, files.plan.pages
    words = {
        "isbn": edition.isbn.replace("-", ""),
        "title": slug(edition.title),
        "edition": slug(edition.edition),
        "pages": pages,
        "stock": order.stock.id,
    }
    naming, standard = order.printer.naming, str(order.printer.standard)
    reports = []
    for one in examined:
        stem = one.path.rpartition("/")[2].removesuffix(".pdf")
        reports.append(Product(f"preflight/{stem}.json", one.json.encode()))
        reports.append(Product(f"preflight/{stem}.html", one.html.encode()))
    return (
        Product("press/interior.pdf", files.interior, pages, standard, naming.interior.format(**words)),
        Product("press/cover.pdf", files.cover, 1, standard, naming.cover.format(**words)),
        *reports,
    )
