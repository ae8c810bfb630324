"""The `impose` command: pages onto sheets that are printed on both sides, folded and bound."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policybook.cli_report import tell
from policybook.diagnostics import MachineError, PolicybookError
from policybook.geometry import UNITS, points

if TYPE_CHECKING:
    from policybook.prepress.imposition import Imposed
    from policybook.prepress.imposition_layout import Job
    from policybook.prepress.imposition_schedule import Scheme

#: What a binder grinds off the spine of each page before the glue, and the pages of a signature, unless told otherwise.
_GRIND, _PAGES_PER_SIGNATURE = "0.125 in", 16
_PAIR = re.compile(r"\s*([\d.]+)\s*([a-z]*)\s*[x×]\s*([\d.]+)\s*([a-z]+)\s*", re.IGNORECASE)


class _Length(click.ParamType[float]):
    """A length in points, written with its unit: 0.0046in, 0.1 mm."""

    name = "length"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The points of a length that was typed."""
        if isinstance(value, float):
            return value
        try:
            return points(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _Sheet(click.ParamType[tuple[float, float]]):
    """A sheet's two sides in points: the name of an office paper, or such as 13x19in or 640mm x 450mm."""

    name = "sheet"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        """The sides of a sheet that was typed."""
        from policybook.prepress.imposition_layout import SHEETS  # noqa: PLC0415 - --help need not wait for it

        sides: tuple[float, float] | None = value if isinstance(value, tuple) else SHEETS.get(value.lower())
        try:
            sides = sides or _sides(value)
        except ValueError as error:
            self.fail(f"{error}; or {', '.join(SHEETS)}", param, ctx)
        return sides


def _sides(text: str) -> tuple[float, float]:
    """The sides of a sheet such as 25x38in, of at least an inch. Raises ValueError."""
    found = _PAIR.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}” is no sheet: write its sides, such as 25x38in")
    across, unit, up, last = found.groups()
    sides = points(f"{across} {(unit or last).lower()}"), points(f"{up} {last.lower()}")
    if min(sides) < UNITS["in"]:
        raise ValueError(f"a sheet of {text} is too small to print on")
    return sides


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--scheme",
    "kind",
    type=click.Choice(["booklet", "signatures"]),
    default="booklet",
    show_default=True,
    help="A booklet's sheets lie in each other and are stapled; signatures lie behind each other and are glued.",
)
@click.option(
    "--pages-per-signature",
    type=click.IntRange(4),
    metavar="N",
    help=f"Pages of a signature: 4, 8, 16, 32, or more of several sheets (default: {_PAGES_PER_SIGNATURE}).",
)
@click.option(
    "--pages-per-sheet",
    type=click.Choice(["4", "8", "16", "32"]),
    help="Pages of a sheet, front and back (default: 4 of a booklet; else all of a signature).",
)
@click.option("--caliper", type=_Length(), default="0in", help="Thickness of a leaf, for the creep, such as 0.0046in.")
@click.option("--grind", type=_Length(), help=f"Ground off the spine of each page (default: {_GRIND} of signatures).")
@click.option(
    "--for",
    "purpose",
    type=click.Choice(["office", "shop"]),
    default="office",
    show_default=True,
    help="An office prints without bleed on office paper; a print shop gets bleed and all marks.",
)
@click.option("--sheet", type=_Sheet(), help="letter, a4, legal, tabloid, a3, … or 25x38in (default: from the pages).")
@click.option("--json", "as_json", is_flag=True, help="Give the outcome as JSON.")
def impose(file: Path, out: Path, as_json: bool, **how: Any) -> None:
    """Lay the pages of FILE on sheets, in the order that folding and binding asks for, and write them to OUT.

    Print OUT on both sides at 100 percent, fold, and trim by the marks. FILE is a PDF with a TrimBox on every page,
    such as a press interior.

    Example: policybook impose output/2026/press/interior.pdf booklet.pdf --caliper 0.0046in --sheet tabloid
    """
    if out.exists() and out.samefile(file):
        raise click.BadParameter("it is the file that is imposed: choose another name", param_hint="'OUT'")
    if not out.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {out.parent}", param_hint="'OUT'")
    job = _job(**how)
    try:
        imposed = _imposed(file, job)
        _write(out, imposed.pdf)
    except PolicybookError as error:
        tell(error, as_json=as_json)
        sys.exit(error.exit_status)
    click.echo(json.dumps(_as_dict(imposed, out)) if as_json else _as_text(imposed, out, job))


def _job(
    kind: str,
    pages_per_signature: int | None,
    pages_per_sheet: str | None,
    grind: float | None,
    purpose: str,
    **lengths: Any,
) -> Job:
    """The job that was ordered."""
    from policybook.prepress.imposition_layout import Job  # noqa: PLC0415

    if grind is None:
        grind = points(_GRIND) if kind == "signatures" else 0.0
    return Job(_scheme(kind, pages_per_signature, pages_per_sheet), grind=grind, office=purpose == "office", **lengths)


def _scheme(kind: str, pages_per_signature: int | None, pages_per_sheet: str | None) -> Scheme:
    from policybook.prepress.imposition_schedule import PAGES_PER_SHEET, Scheme  # noqa: PLC0415

    if kind == "booklet":
        if pages_per_signature is not None:
            hint = "'--pages-per-signature'"
            raise click.BadParameter(
                "a booklet is one signature: leave it out, or use --pages-per-sheet", param_hint=hint
            )
        return Scheme(int(pages_per_sheet or 4))
    size = pages_per_signature or _PAGES_PER_SIGNATURE
    if pages_per_sheet is None and size not in PAGES_PER_SHEET:
        raise click.BadParameter(
            f"no sheet holds {size} pages: say how many with --pages-per-sheet", param_hint="'--pages-per-signature'"
        )
    try:
        return Scheme(int(pages_per_sheet or size), size)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'--pages-per-signature'") from error


def _imposed(file: Path, job: Job) -> Imposed:
    from policybook.prepress.imposition import impose as impose_pdf  # noqa: PLC0415 - pikepdf takes its time

    try:
        data = file.read_bytes()
    except OSError as error:
        raise MachineError(f"{file} can't be read: {error.strerror}") from error
    try:
        return impose_pdf(data, job)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'--sheet'") from error


def _write(out: Path, pdf: bytes) -> None:
    """Writes the file whole, or leaves what was there."""
    fresh = out.with_name(f".{out.name}.part")
    try:
        fresh.write_bytes(pdf)
        fresh.replace(out)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise MachineError(f"{out} can't be written: {error.strerror}") from error


def _as_dict(imposed: Imposed, out: Path) -> dict[str, object]:
    return {
        "path": str(out),
        "pages": imposed.pages,
        "blanks": imposed.blanks,
        "signatures": imposed.signatures,
        "sheets": imposed.sheets,
        "sheet": [round(imposed.sheet_width, 3), round(imposed.sheet_height, 3)],
    }


def _as_text(imposed: Imposed, out: Path, job: Job) -> str:
    """The outcome for people, and how it is printed."""
    inch = UNITS["in"]
    size = f"{imposed.sheet_width / inch:.4g} x {imposed.sheet_height / inch:.4g} in"
    blanks = f" and {_count(imposed.blanks, 'blank')}" if imposed.blanks else ""
    made = "a booklet" if job.scheme.saddle else _count(imposed.signatures, "signature")
    edge = "short" if imposed.sheet_width > imposed.sheet_height else "long"
    return (
        f"{out}: {_count(imposed.pages, 'page')}{blanks} as {made} on {_count(imposed.sheets, 'sheet')} of {size}\n"
        f"print both sides at 100 %, turned on the {edge} edge"
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
