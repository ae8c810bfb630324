"""What each rule measures a file by, in words, for a printer: the numbers of its profile, or those of the standard."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from policybook.preflight.press.rules import RuleName
from policybook.printer import Printer


def threshold(rule: RuleName, printer: Printer) -> str:
    """The threshold of a rule for a printer; "" for a number that is not known."""
    words = _WORDS.get(rule.number)
    return words(printer) if words is not None else ""


def clause(rule: RuleName) -> str:
    """Where the requirement stands: the Ghent Workgroup's number, a standard, or the house."""
    return rule.clause.replace("GWG R", "GWG 2022 R") or "house"


def _contone(printer: Printer) -> str:
    least = printer.resolution
    most = f", at most {least.most}" if least.most else ""
    return f"error ≤ {least.contone_error} ppi, warning ≤ {least.contone_warning} ppi{most}"


def _gutter(printer: Printer) -> str:
    inner = [row.inner for row in printer.gutter]
    return f"{printer.safe_area}; gutter {inner[0]}" + (f" to {inner[-1]} by pages" if len(inner) > 1 else "")


_WORDS: MappingProxyType[int, Callable[[Printer], str]] = MappingProxyType(
    {
        1: lambda printer: printer.standard.value,
        2: lambda _: "one; N = 4, class prtr",
        3: lambda printer: printer.condition.identifier,
        4: lambda _: "every page",
        5: lambda _: "CropBox = MediaBox, no UserUnit",
        6: lambda _: "one size, ± 0.1 pt",
        7: lambda printer: printer.bleed,
        8: lambda printer: f"≥ {printer.marks.offset} from the trim" if printer.marks.any else "no marks",
        9: lambda _: "0",
        10: lambda _: "0",
        11: lambda _: "0",
        12: lambda _: "DeviceCMYK; a mask may be gray",
        13: lambda _: "exact",
        14: lambda _: "0",
        15: lambda _: "PDF ≤ 1.4",
        16: lambda printer: f"{printer.ink.average:g}% in 15 mm squares",
        17: lambda printer: f"{printer.ink.peak:g}%",
        18: lambda _: "K only",
        19: lambda _: "K ≥ 85% and sum > 280%",
        20: lambda _: "0",
        21: lambda _: "< 12 pt",
        22: lambda _: "< 2 pt",
        23: lambda _: "text < 12 pt, lines < 2 pt",
        24: lambda _: "< 8 pt",
        25: lambda _: "< 8 pt",
        26: lambda _: "< 0.25 pt",
        27: lambda printer: f"≥ {printer.least_line}",
        28: _contone,
        29: lambda printer: (
            f"error ≤ {printer.resolution.line_art_error} ppi, warning ≤ {printer.resolution.line_art_warning} ppi"
        ),
        30: lambda _: "all fonts",
        31: lambda _: "0",
        32: lambda printer: f"multiple of {printer.signature}",
        33: lambda _: "0 but declared blanks",
        34: _gutter,
        35: lambda printer: f"± {printer.cover.width_tolerance}",
        36: lambda printer: f"the edition's ISBN, ≥ {printer.cover.barcode_least:.0%} of full size",
    }
)
