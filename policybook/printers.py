"""Print shops by name: printers/NAME.yaml and the ICC profile that it names, the project's own before the shipped ones.

Every number of a print shop has a source, because numbers of print shops conflict and change: whoever reads one can
look it up. A profile is read out of printers/ or of an installed package and never off the machine, so that the same
project gives the same bytes everywhere.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from itertools import pairwise
from pathlib import Path

from policybook.diagnostics import ContentError, Problem, Source, suggestion
from policybook.edition import Edition
from policybook.geometry import points
from policybook.printer import Printer
from policybook.records import Location, Reading, Record, read
from policybook.resources import Resources, find_file

#: Larger files are no YAML that somebody wrote, and no profile that a print shop gives out (bytes).
_LARGEST_YAML, _LARGEST_PROFILE = 1024 * 1024, 32 * 1024 * 1024
#: The parts of an ICC profile: its header, and one row of its table of tags (ICC.1:2022, 7.2 and 7.3; bytes).
_HEADER, _ROW = 128, 12
_PACKAGED = re.compile(r"package:([A-Za-z_][A-Za-z0-9_]*)/(.+)")


def printer_names(resources: Resources) -> tuple[str, ...]:
    """The names of all printers, sorted: those of the project and the shipped ones."""
    files = {path.name for folder in resources.printers for path in folder.glob("*.yaml")}
    return tuple(sorted(Path(file).stem for file in files if resources.printer_file(file)))


def read_printer(name: str, resources: Resources) -> Printer:
    """The printer of a name. Raises ContentError: PRTR001 where there is none, or all that is wrong with its file."""
    reading = read_printer_file(name, resources)
    if reading.record is None or reading.problems:
        raise ContentError(reading.problems)
    return reading.record.value


def read_printer_file(name: str, resources: Resources, named: Source | None = None) -> Reading[Printer]:
    """The printer of a name with the places of its parts, and the problems; `named` is where the name stands."""
    known = printer_names(resources)
    path = resources.printer_file(f"{name}.yaml") if name in known else None
    if path is None:
        said = f"there is no printer “{name}”"
        return Reading(None, (Problem("PRTR001", said, named, suggestion(name, known)),))
    shown = f"printers/{name}.yaml"
    text = _text(path)
    if text is None:
        hint = "save it again with the encoding UTF-8"
        return Reading(None, (Problem("FILE002", "this can't be read as text", Source(shown), hint),))
    reading: Reading[Printer] = read(text, shown, Printer)
    if reading.record is None:
        return reading
    return Reading(reading.record, (*reading.problems, *_printer_problems(reading.record)))


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8-sig") if path.stat().st_size <= _LARGEST_YAML else None
    except (OSError, UnicodeDecodeError):
        return None


# what must hold for a printer


def _printer_problems(record: Record[Printer]) -> Iterator[Problem]:
    yield from _gutter_problems(record)
    yield from _stock_problems(record)
    yield from _source_problems(record)


def _gutter_problems(record: Record[Printer]) -> Iterator[Problem]:
    """PRTR003: rows of the gutter table that don't rise."""
    for i, (above, row) in enumerate(pairwise(record.value.gutter), start=1):
        if row.pages <= above.pages:
            said = f"“{row.pages}” pages stand below {above.pages}"
            yield Problem("PRTR003", said, record.at("gutter", i, "pages"), "put the rows in order of their pages")
        if points(row.inner) < points(above.inner):
            said = f"“{row.inner}” is less than the {above.inner} of books with fewer pages"
            yield Problem("PRTR003", said, record.at("gutter", i, "inner"), "more pages need as much, or more")


def _stock_problems(record: Record[Printer]) -> Iterator[Problem]:
    """YAML006: two stocks with one id."""
    seen: set[str] = set()
    for i, stock in enumerate(record.value.stocks):
        if stock.id in seen:
            yield Problem("YAML006", f"the stock “{stock.id}” stands twice", record.at("stocks", i, "id"))
        seen.add(stock.id)


@dataclass(frozen=True, slots=True)
class _Part:
    """A value of a printer: its place in the YAML, its key as `sources` writes it, such as `ink.peak`, and itself."""

    location: Location
    key: str
    value: object

    @property
    def is_number(self) -> bool:
        """Whether it is a number or a length."""
        return (isinstance(self.value, int | float) and not isinstance(self.value, bool)) or _is_length(self.value)

    @property
    def named(self) -> Location:
        """The place of the key that it belongs to: of a list, where it stands in one."""
        return self.location if isinstance(self.location[-1], str) else self.location[:-1]


def _reach(key: str) -> tuple[str, ...]:
    """The keys under which the source of a number may stand: its own, and those of the sections around it."""
    words = key.split(".")
    return tuple(".".join(words[:length]) for length in range(len(words), 0, -1))


def _source_problems(record: Record[Printer]) -> Iterator[Problem]:
    """PRTR002: a number that is written without a source, and a source of what a printer does not have."""
    given = {key for key, words in record.value.sources.items() if words.strip()}
    parts = tuple(_parts(record.value))
    bare: dict[str, _Part] = {}
    for part in parts:
        if part.is_number and part.location in record.places and given.isdisjoint(_reach(part.key)):
            bare.setdefault(part.key, part)
    for key, part in bare.items():
        hint = f"write “{key}” under sources, and where it was read, or “house: ” and why"
        yield Problem("PRTR002", f"“{part.named[-1]}” has no source", record.key(*part.named), hint)
    known = {key for part in parts for key in _reach(part.key)}
    for key in record.value.sources:
        if key not in known:
            said = f"“{key}” has a source, and this printer has no such key"
            yield Problem("PRTR002", said, record.key("sources", key), suggestion(key, known))


def numbers(printer: Printer) -> tuple[str, ...]:
    """The keys of all numbers of a printer, as `sources` writes them, those that its file leaves out included."""
    return tuple(dict.fromkeys(part.key for part in _parts(printer) if part.is_number))


def source_of(printer: Printer, key: str) -> str:
    """Where a number comes from, by its key: its own source, or that of the section it is in; "" if there is none."""
    return next((printer.sources[near] for near in _reach(key) if printer.sources.get(near, "").strip()), "")


def _parts(value: object, location: Location = (), key: str = "") -> Iterator[_Part]:
    """All values in a printer but its sources, from the outermost in."""
    if is_dataclass(value):
        for member in fields(value):
            if member.name != "sources":
                inner = f"{key}.{member.name}".lstrip(".")
                yield from _parts(getattr(value, member.name), (*location, member.name), inner)
    elif isinstance(value, Mapping):
        for word, inside in value.items():
            yield from _parts(inside, (*location, word), f"{key}.{word}")
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            named = f"{key}.{item.id}" if hasattr(item, "id") else key
            yield from _parts(item, (*location, i), named)
    else:
        yield _Part(location, key, value)


def _is_length(value: object) -> bool:
    try:
        return isinstance(value, str) and points(value) >= 0
    except ValueError:
        return False


# the profile


def read_profile(printer: Printer, resources: Resources, named: Source | None = None) -> bytes:
    """The ICC profile that a printer names: a printing condition in CMYK (class prtr), as PDF/X wants it.

    `named` is where its name stands, for the problem. Raises ContentError: PRTR005 where it is not there or can't be
    read, PRTR004 where it is something else (GWG 2022 R0035: the output intent's profile is of a printer, in CMYK).
    """
    name = printer.condition.profile
    path = _profile_path(name, resources)
    try:
        if path is None:
            raise FileNotFoundError
        large = path.stat().st_size > _LARGEST_PROFILE
        data = b"" if large else path.read_bytes()
    except OSError as error:
        said = f"the profile “{name}” of “{printer.name}” is not there"
        raise ContentError([Problem("PRTR005", said, named, _where_to_get(printer))]) from error
    fault = "it is too large for one" if large else _fault(data)
    if fault:
        said = f"“{name}” is no profile of a printing condition in CMYK: {fault}"
        raise ContentError([Problem("PRTR004", said, named, "name the profile that the print shop gives out")])
    return data


def _profile_path(name: str, resources: Resources) -> Path | None:
    """Where a profile is, or None; nothing outside of printers/ and of the package is found."""
    try:
        if not name.startswith("package:"):
            return resources.printer_file(name)
        match = _PACKAGED.fullmatch(name)
        spec = importlib.util.find_spec(match[1]) if match else None
        folders = map(Path, spec.submodule_search_locations or ()) if spec else ()
        return find_file(folders, match[2]) if match else None
    except (OSError, ValueError):
        return None  # a name that no file can have


def _where_to_get(printer: Printer) -> str:
    name = printer.condition.profile
    if name.startswith("package:"):
        todo = f"install the Python package {name.removeprefix('package:').partition('/')[0]}"
    elif Path(name).is_absolute() or ".." in Path(name).parts:
        todo = "copy the file into printers/profiles/ of your project, and name it from there: profiles/…"
    else:
        todo = f"put the file into your project, as printers/{name}"
    origin = source_of(printer, "condition.profile")
    return f"{todo}; {origin}" if origin else todo


def _fault(data: bytes) -> str:
    """Why bytes are no ICC profile of a printing condition in CMYK, or "" where they are one."""
    if len(data) < _HEADER + 4 or data[36:40] != b"acsp":
        return "it is no ICC profile"
    if int.from_bytes(data[:4]) > len(data):
        return "its end is missing"
    kind, space = (data[at : at + 4].decode("latin-1").strip() for at in (12, 16))
    if kind != "prtr" or space != "CMYK":
        return f"its class is {kind}, and its colors are {space}"
    rows = [data[at : at + _ROW] for at in range(132, 132 + _ROW * min(int.from_bytes(data[128:132]), 100), _ROW)]
    tables = {row[:4]: int.from_bytes(row[4:8]) + int.from_bytes(row[8:12]) for row in rows}
    # ICC.1:2022, 8.5: an output profile has these; colours are made with the second and shown with the first.
    if any(tables.get(tag, len(data) + 1) > len(data) for tag in (b"A2B0", b"B2A0")):
        return "its tables of colors are missing"
    return ""


# the edition's choice


def check_press(record: Record[Edition], resources: Resources) -> Iterator[Problem]:
    """PRTR001 to PRTR008: all that is wrong with an edition's choices for the press, and with the printer it names."""
    press, outputs = record.value.press, record.value.outputs
    if not press.printer:
        yield from _without_printer(record)
        return
    reading = read_printer_file(press.printer, resources, record.at("press", "printer"))
    yield from reading.problems
    if reading.record is None:
        return
    printer = reading.record.value
    stocks = [stock.id for stock in printer.stocks]
    if press.stock and press.stock not in stocks:
        said = f"“{printer.name}” has no stock “{press.stock}”"
        yield Problem("PRTR006", said, record.at("press", "stock"), suggestion(press.stock, stocks))
    bleed = record.value.page.bleed
    if points(bleed) < points(printer.bleed):
        said = f"“{printer.name}” wants {printer.bleed} of bleed, and the pages have “{bleed}”"
        yield Problem("PRTR008", said, record.at("page", "bleed"), f"write bleed: {printer.bleed}")
    if "press" in outputs:
        try:
            read_profile(printer, resources, reading.record.at("condition", "profile"))
        except ContentError as error:
            yield from error.problems


def _without_printer(record: Record[Edition]) -> Iterator[Problem]:
    press, outputs = record.value.press, record.value.outputs
    hint = "add a section “press”, and in it “printer: ” and a name; policybook doctor --printers lists them"
    if "press" in outputs:
        place = record.at("outputs", outputs.index("press"))
        yield Problem("PRTR007", "“press” is among the outputs, and no printer is named", place, hint)
    elif press.stock:
        said = f"the stock “{press.stock}” is chosen, and no printer is named"
        yield Problem("PRTR006", said, record.at("press", "stock"), hint)
