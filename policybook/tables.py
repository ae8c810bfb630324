"""Tables and figures: the YAML of a data block, and the file that it names, become a `Table` or a `Figure`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Any

from policybook.dates import format_date, in_calendar
from policybook.diagnostics import Problem, Source, suggestion
from policybook.headers import ColumnModel, FigureBlockModel, TableModel
from policybook.manuscript import DataFile, Manuscript, cell_source
from policybook.markdown import typographic
from policybook.records import Record, read
from policybook.text import CitedWork, Column, DataBlock, Figure, Inline, Table, Text

#: Turns text of YAML at a place into running text.
Write = Callable[[str, Source], tuple[Inline, ...]]
Report = Callable[[Problem], None]
#: Checks that a key is in the references, and notes that it is cited.
Cite = Callable[[str, Source], bool]

_DATE = re.compile(r"(\d{4}(-\d{2}(-\d{2})?)?)?")
_NUMBER = re.compile(r"-?[$€£]?\d[\d,]*(\.\d+)?%?")


def build_table(
    block: DataBlock, anchor: str, number: int, manuscript: Manuscript, write: Write, cite: Cite, report: Report
) -> Table | None:
    """The numbered table of a `::: table` block, or None where it can't be made."""
    record = _record(block, TableModel, report)
    if record is None:
        return None
    model: TableModel = record.value
    data = manuscript.data.get(_bare(model.file))
    if data is None:
        _report_missing(model.file, "data", manuscript, record.at("file"), report)
        return None
    if not data.fields:
        report(Problem("TABL003", f"“{model.file}” is empty", record.at("file")))
        return None
    if not _columns_exist(record, data, report):
        return None
    rows = _rows(model, data)
    if not rows:
        cause, hint = ("where", "look at where:") if model.where else ("file", "fill the file")
        report(Problem("TABL003", "no row of the file fits", record.at(cause), hint))
    places = manuscript.lines[data.path]
    cells = tuple(_cells(model.columns, row, line, data, places, report) for line, row in rows)
    return Table(
        anchor=anchor,
        number=number,
        caption=write(model.caption, record.at("caption")),
        columns=tuple(Column(typographic(c.head or c.field), c.unit, c.align) for c in model.columns),
        rows=cells,
        credit=credit(model.source, record, cite),
        note=write(model.note, record.at("note")) if model.note else (),
        source=block.source,
        file=data.path,
    )


def build_figure(
    block: DataBlock, anchor: str, number: int, manuscript: Manuscript, write: Write, cite: Cite, report: Report
) -> Figure | None:
    """The numbered figure of a `::: figure` block, or None where it can't be made."""
    record = _record(block, FigureBlockModel, report)
    if record is None:
        return None
    model: FigureBlockModel = record.value
    name = _bare(model.file)
    image = manuscript.images.get(name)
    if image is None:
        _report_missing(model.file, "images", manuscript, record.at("file"), report)
        return None
    fault = picture_fault(name, image)
    if fault:
        report(Problem("FIGR001", f"“{name}” {fault}", record.at("file")))
        return None
    return Figure(
        anchor=anchor,
        number=number,
        caption=write(model.caption, record.at("caption")),
        image=name,
        alt=model.alt,
        credit=credit(model.source, record, cite),
        source=block.source,
    )


def credit(keys: Sequence[str], record: Record[Any], cite: Cite) -> tuple[Inline, ...]:
    """The works behind a table or figure, set out in full."""
    inlines: list[Inline] = []
    for position, key in enumerate(keys):
        if cite(key, record.at("source", position)):
            inlines += ([Text("; ")] if inlines else []) + [CitedWork(key, "")]
    return (*inlines, Text(".")) if inlines else ()


def picture_fault(name: str, image: bytes) -> str:
    """What is wrong with a picture, or an empty string. An SVG may not load anything or run anything."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".png" and not image.startswith(b"\x89PNG\r\n\x1a\n"):
        return "is not a PNG"
    if suffix in (".jpg", ".jpeg") and not image.startswith(b"\xff\xd8"):
        return "is not a JPEG"
    if suffix == ".svg":
        if b"<svg" not in image[:2000]:
            return "is not an SVG"
        if re.search(rb"<!ENTITY|<!DOCTYPE|<script|<foreignObject|@import|url\(\s*['\"]?(?!#)", image, re.IGNORECASE):
            return "holds an entity, a script, or something to be fetched"
        if re.search(rb"(href|src)\s*=\s*['\"](?!#|data:image/(png|jpeg);base64,)", image, re.IGNORECASE):
            return "refers to another file"
    return ""


def _record(block: DataBlock, model: object, report: Report) -> Record[Any] | None:
    reading = read(block.yaml, block.source.path, model, first_line=block.yaml_line)
    for problem in reading.problems:
        report(problem)
    return reading.record


def _bare(file: str) -> str:
    """The name under which a file is kept; a path out of the folder finds nothing there."""
    return file.removeprefix("data/").removeprefix("images/")


def _report_missing(file: str, folder: str, manuscript: Manuscript, source: Source, report: Report) -> None:
    """Why there is no such file; one that is there and could not be read has been reported."""
    known = list(manuscript.data if folder == "data" else manuscript.images)
    path = f"{manuscript.shown}/{folder}/{_bare(file)}"
    if ".." in PurePosixPath(file).parts or file.startswith(("/", "~")) or "://" in file:
        said = f"“{file}” leads out of the content folder"
        report(Problem("FILE003", said, source, f"files stand in {folder}/"))
    elif path in manuscript.files and path not in manuscript.unread:
        if folder == "images":
            report(Problem("FIGR001", f"“{file}” is not an SVG, a PNG or a JPEG", source))
        else:
            report(Problem("FILE001", f"“{file}” is not a CSV file", source, suggestion(file, known)))
    elif path not in manuscript.unread:
        report(Problem("FILE001", f"“{file}” is not in {folder}/", source, suggestion(file, known)))


def _columns_exist(record: Record[TableModel], data: DataFile, report: Report) -> bool:
    model = record.value
    named = [(c.field, record.at("columns", i, "field")) for i, c in enumerate(model.columns)]
    named += [(field, record.key("where", field)) for field in model.where]
    named += [(model.sort, record.at("sort"))] if model.sort else []
    missing = [(field, source) for field, source in named if field not in data.fields]
    for field, source in missing:
        report(Problem("TABL001", f"“{field}” is no column of {data.path}", source, suggestion(field, data.fields)))
    return not missing


def _rows(model: TableModel, data: DataFile) -> list[tuple[int, dict[str, str]]]:
    rows = [(line, dict(zip(data.fields, row, strict=True))) for line, row in data.rows]
    rows = [(line, row) for line, row in rows if all(row[field] == value for field, value in model.where.items())]
    if model.sort:
        rows.sort(key=lambda item: item[1][model.sort])
    return rows[: model.rows] if model.rows else rows


def _cells(
    columns: Sequence[ColumnModel],
    row: dict[str, str],
    line: int,
    data: DataFile,
    lines: Sequence[str],
    report: Report,
) -> tuple[str, ...]:
    for column in columns:
        cell = row[column.field]
        place = cell_source(data.path, line, data.fields.index(column.field), lines)
        if column.align == "decimal" and cell and not _NUMBER.fullmatch(cell):
            hint = "leave the cell empty, or align the column left"
            report(Problem("TABL004", f"“{cell}” is not a number", place, hint))
        if column.form == "date" and not (_DATE.fullmatch(cell) and in_calendar(cell)):
            report(Problem("CASE005", f"“{cell}” is not a date", place, "write YYYY, YYYY-MM or YYYY-MM-DD"))
    return tuple(_printed(row[column.field], column) for column in columns)


def _printed(cell: str, column: ColumnModel) -> str:
    return (
        format_date(cell)
        if column.form == "date" and _DATE.fullmatch(cell) and in_calendar(cell)
        else typographic(cell)
    )
