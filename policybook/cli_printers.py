"""The printers in a table: what each asks for, and whether its profile is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from policybook.diagnostics import ContentError, Problem, render
from policybook.printers import printer_names, read_printer_file, read_profile
from policybook.resources import Resources

#: The heads of the table's columns.
_HEADS = ("printer", "standard", "condition", "ink", "signature", "profile", "stocks")


@dataclass(frozen=True, slots=True)
class PrinterRow:
    """A printer at a glance: `name` is what edition.yaml calls it; `problems` say what is wrong with its file.

    `profile_problem` says why its profile can't be used; there may be printers that nobody has fetched a profile for.
    """

    name: str
    title: str = ""
    about: str = ""
    standard: str = ""
    condition: str = ""
    peak_ink: float = 0
    signature: int = 0
    stocks: tuple[str, ...] = ()
    profile: str = ""
    profile_problem: Problem | None = None
    problems: tuple[Problem, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The row for `--json`."""
        told = asdict(self)
        told["profile_problem"] = render(self.profile_problem) if self.profile_problem else ""
        told["problems"] = [render(problem) for problem in self.problems]
        return told

    @property
    def profile_state(self) -> str:
        """Whether the profile is there, in a word."""
        if self.profile_problem is None:
            return "there"
        return "missing" if self.profile_problem.code == "PRTR005" else "unusable"

    def cells(self) -> tuple[str, ...]:
        """The row for the table."""
        ink, signature = f"{self.peak_ink:g}%", str(self.signature)
        return (self.name, self.standard, self.condition, ink, signature, self.profile_state, ", ".join(self.stocks))


def printer_rows(resources: Resources) -> list[PrinterRow]:
    """All printers by name; one whose file has errors has these and nothing else."""
    return [_row(name, resources) for name in printer_names(resources)]


def _row(name: str, resources: Resources) -> PrinterRow:
    reading = read_printer_file(name, resources)
    if reading.record is None or reading.problems:
        return PrinterRow(name, problems=reading.problems)
    printer = reading.record.value
    problem = None
    try:
        read_profile(printer, resources, reading.record.at("condition", "profile"))
    except ContentError as error:
        (problem,) = error.problems
    return PrinterRow(
        name=name,
        title=printer.name,
        about=printer.about,
        standard=printer.standard.value,
        condition=printer.condition.identifier,
        peak_ink=printer.ink.peak,
        signature=printer.signature,
        stocks=tuple(stock.id for stock in printer.stocks),
        profile=printer.condition.profile,
        profile_problem=problem,
    )


def printers_table(rows: Sequence[PrinterRow]) -> str:
    """The printers that can be read as a table of plain text; below it, the profiles that can't be used."""
    good = [row for row in rows if not row.problems]
    cells = [_HEADS, *(row.cells() for row in good)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEADS))]
    lines = ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    lines += [f"\n{render(row.profile_problem)}" for row in good if row.profile_problem]
    return "\n".join(lines)


def printer_problems(rows: Sequence[PrinterRow]) -> tuple[Problem, ...]:
    """What is wrong with the files of all printers."""
    return tuple(problem for row in rows for problem in row.problems)
