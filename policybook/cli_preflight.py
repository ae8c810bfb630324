"""The `preflight` command: any PDF, held against what a print shop asks for."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policybook.cli_report import project_folder, tell
from policybook.diagnostics import ContentError, MachineError, PolicybookError
from policybook.geometry import Geometry, points

if TYPE_CHECKING:
    from policybook.edition import Edition
    from policybook.preflight.press.examination import Report
    from policybook.preflight.press.subject import Expected
    from policybook.printer import Printer
    from policybook.resources import Resources

_TRIM = re.compile(r"\s*([\d.]+)\s*([a-z]*)\s*[x×]\s*([\d.]+)\s*([a-z]+)\s*", re.IGNORECASE)
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")


class _Trim(click.ParamType[tuple[float, float]]):
    """A trim size in points, written such as 7x10in or 178mm x 254mm."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        """The width and height of a size that was typed."""
        if isinstance(value, tuple):
            return value
        try:
            return _size(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _size(text: str) -> tuple[float, float]:
    """The width and height of a size such as 7x10in. Raises ValueError."""
    found = _TRIM.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}” is no size: write width and height, such as 7x10in")
    across, unit, up, last = found.groups()
    return points(f"{across} {(unit or last).lower()}"), points(f"{up} {last.lower()}")


class _Pages(click.ParamType[frozenset[int]]):
    """Pages by their place in the file, written such as 2,4,163-164."""

    name = "pages"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> frozenset[int]:
        """The pages that were typed."""
        if isinstance(value, frozenset):
            return value
        found: set[int] = set()
        for part in value.split(","):
            match = _RANGE.fullmatch(part.strip())
            if match is None:
                self.fail(f"“{part}” is no page: write such as 2,4,163-164", param, ctx)
            found.update(range(int(match[1]), int(match[2] or match[1]) + 1))
        return frozenset(found)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--printer", "printer_name", metavar="NAME", help="A printer; policybook doctor --printers lists them.")
@click.option("--kind", type=click.Choice(["interior", "cover"]), default="interior", show_default=True)
@click.option(
    "--pages", type=click.IntRange(1), metavar="N", help="The interior's count of pages, for a cover's width."
)
@click.option("--trim", type=_Trim(), metavar="SIZE", help="The trimmed page, such as 7x10in, for a cover's width.")
@click.option("--stock", metavar="ID", help="The interior's paper (default: the printer's usual one).")
@click.option("--isbn", metavar="ISBN", help="The ISBN that the cover's barcode has to say.")
@click.option("--blanks", type=_Pages(), metavar="PAGES", help="Pages that are empty on purpose, such as 2,4,163-164.")
@click.option(
    "--project-edition",
    "edition_name",
    metavar="EDITION",
    help="An edition of the project, for its printer, paper, trim and ISBN, and for the findings that it accepts.",
)
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as a page with pictures."
)
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option("--json", "as_json", is_flag=True, help="Give the report as JSON.")
def preflight(file: Path, html: Path | None, *, strict: bool, as_json: bool, **known: Any) -> None:
    """Hold FILE, any PDF, against what a print shop asks for. Nothing in it is changed.

    Exit status: 0 without errors, 1 with errors. A rule that could not be measured is named, and never counts as
    passed.

    Example: policybook preflight interior.pdf --printer offset-us --html report.html
    """
    if html is not None and not html.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {html.parent}", param_hint="'--html'")
    if html is not None and html.exists() and html.samefile(file):
        raise click.BadParameter("it is the file that is examined: choose another name", param_hint="'--html'")
    try:
        report = _report(file, html, **known)
    except PolicybookError as error:
        tell(error, as_json=as_json)
        sys.exit(error.exit_status)
    _print(report, html, as_json=as_json)
    if report.errors or (strict and report.warnings):
        sys.exit(1)


def _report(file: Path, html: Path | None, kind: str, **known: Any) -> Report:
    """The report, and its page where one is wanted."""
    from policybook.preflight.press.examination import examine  # noqa: PLC0415 - the PDF libraries take their time
    from policybook.preflight.press.report_html import report_html  # noqa: PLC0415
    from policybook.preflight.press.subject import Kind  # noqa: PLC0415
    from policybook.resources import find_resources  # noqa: PLC0415

    resources = find_resources(project_folder())
    edition = _edition(known["edition_name"]) if known["edition_name"] else None
    printer = _printer(known["printer_name"], edition, resources)
    expected = _expected(Kind(kind), printer, edition, known)
    accepted = edition.press.suppress if edition is not None else ()
    try:
        data = file.read_bytes()
    except OSError as error:
        raise MachineError(f"{file} can't be read: {error.strerror}") from error
    report = examine(data, printer, Kind(kind), expected, accepted, name=file.name)
    if html is not None:
        _write(html, report_html(report, data))
    return report


def _printer(name: str | None, edition: Edition | None, resources: Resources) -> Printer:
    from policybook.printers import read_printer  # noqa: PLC0415

    wanted = name or (edition.press.printer if edition is not None else "")
    if not wanted:
        raise click.UsageError("say for which printer: --printer NAME; policybook doctor --printers lists them")
    return read_printer(wanted, resources)


def _edition(name: str) -> Edition:
    """The edition.yaml of an edition of the project. Raises ContentError with all that is wrong with it."""
    from policybook.edition import Edition  # noqa: PLC0415
    from policybook.records import read  # noqa: PLC0415

    path = project_folder() / "content" / name / "edition.yaml"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        hint = "'--project-edition'"
        raise click.BadParameter(f"there is no edition “{name}” that can be read: {path}", param_hint=hint) from error
    reading = read(text, f"content/{name}/edition.yaml", Edition)
    if reading.record is None:
        raise ContentError(reading.problems)
    edition: Edition = reading.record.value
    return edition


def _expected(kind: Any, printer: Printer, edition: Edition | None, known: Any) -> Expected:
    """What is known of the book: as it was typed, else as the edition has it."""
    from policybook.preflight.press.subject import Expected, Kind  # noqa: PLC0415

    stock = known["stock"] or (edition.press.stock if edition is not None else "")
    ids = [each.id for each in printer.stocks]
    if stock and stock not in ids:
        said = f"{printer.name} has no paper “{stock}”; it has {', '.join(ids)}"
        raise click.BadParameter(said, param_hint="'--stock'")
    isbn = re.sub(r"[\s-]", "", known["isbn"] or (edition.isbn if edition is not None else ""))
    if isbn and not re.fullmatch(r"97[89]\d{10}", isbn):
        raise click.BadParameter(f"“{isbn}” is no ISBN of 13 digits", param_hint="'--isbn'")
    pages = known["pages"]
    if pages is None and kind is Kind.COVER and edition is not None:
        pages = _pages_of(known["edition_name"])
    geometry = edition.page.geometry() if edition is not None else None
    if known["trim"] is not None:
        width, height = known["trim"]
        geometry = _bare(width, height, points(printer.bleed))
    blanks = known["blanks"] or frozenset()
    return Expected(isbn=isbn, pages=pages, blanks=blanks, stock=stock, geometry=geometry)


def _bare(width: float, height: float, bleed: float) -> Geometry:
    """A page of which nothing but its trim is known: without margins."""
    return Geometry(width, height, bleed, margin_top=0, margin_foot=0, margin_inner=0, margin_outer=0, baseline=12)


def _pages_of(edition: str) -> int | None:
    """The interior's count of pages in the last build; None where none was delivered."""
    path = project_folder() / "output" / edition / "manifest.json"
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["files"]
        return next((int(file["pages"]) for file in files if file["path"] == "press/interior.pdf"), None)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, text: str) -> None:
    """Writes the file whole, or leaves what was there."""
    fresh = path.with_name(f".{path.name}.part")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise MachineError(f"{path} can't be written: {error.strerror}") from error


def _print(report: Report, html: Path | None, *, as_json: bool) -> None:
    from policybook.preflight.press.report_json import report_json  # noqa: PLC0415
    from policybook.preflight.press.report_text import report_text  # noqa: PLC0415

    if as_json:
        click.echo(report_json(report), nl=False)
        return
    click.echo(report_text(report))
    if html is not None:
        click.echo(f"report: {html}")
