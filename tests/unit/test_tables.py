"""Tables out of CSV files, figures out of pictures, and where the fault is when there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from policybook.composition import number_cell
from policybook.tables import picture_fault
from policybook.text import CitedWork, Column, Figure, NoteReference, Table, Text, plain
from tests.unit.editions import BRIEF, LEAST, assert_faults, blocks, book, brief, kinds, notes, problems

CSV = 'town,state,rate,counted\nFlint,MI,10.5,2\nAda,MI,"1,200",10\nReno,NV,$3.25,\nBoise,ID,,1\n'
DATA = {"data/d.csv": CSV}
PICTURE = {"images/f.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>'}
PNG = b"\x89PNG\r\n\x1a\n"


def table_block(*lines: str, columns: str = "[{field: town}]", file: str = "d.csv") -> str:
    return "\n".join(["::: table t", f"file: {file}", "caption: C", f"columns: {columns}", *lines, ":::"])


def table(at: Path, *lines: str, columns: str = "[{field: town}]", csv: str = CSV) -> Table:
    made = book(at, table_block(*lines, columns=columns), files={"data/d.csv": csv})
    (block,) = blocks(made)
    assert isinstance(block, Table)
    assert made.tables == (block,)
    return block


def towns(of: Table) -> list[str]:
    return [row[0] for row in of.rows]


# --- rows and columns -------------------------------------------------------------------------------------------------


def test_a_table_has_its_columns_in_order_and_all_rows(tmp_path: Path) -> None:
    made = table(tmp_path, columns="[{field: rate, head: Rate -- now, unit: $, align: decimal}, {field: town}]")
    assert made.columns == (Column("Rate – now", "$", "decimal"), Column("town", "", "left"))
    assert made.rows == (("10.5", "Flint"), ("1,200", "Ada"), ("$3.25", "Reno"), ("", "Boise"))
    assert (made.number, made.anchor, made.file) == (1, "brief.table.t", "content/small/data/d.csv")


def test_where_keeps_the_rows_with_exactly_these_values(tmp_path: Path) -> None:
    assert towns(table(tmp_path, "where: {state: MI}")) == ["Flint", "Ada"]
    assert towns(table(tmp_path / "b", "where: {state: MI, counted: 10}")) == ["Ada"]
    assert towns(table(tmp_path / "c", "where: {counted: ''}")) == ["Reno"]


def test_sort_orders_rows_and_keeps_the_order_of_equal_ones(tmp_path: Path) -> None:
    assert towns(table(tmp_path, "sort: town")) == ["Ada", "Boise", "Flint", "Reno"]
    assert towns(table(tmp_path / "b", "sort: state")) == ["Boise", "Flint", "Ada", "Reno"]


def test_rows_are_counted_after_they_are_chosen_and_sorted(tmp_path: Path) -> None:
    assert towns(table(tmp_path, "rows: 2")) == ["Flint", "Ada"]
    assert towns(table(tmp_path / "b", "sort: town", "rows: 1", "where: {state: MI}")) == ["Ada"]
    assert len(table(tmp_path / "c", "rows: 0").rows) == 4
    assert len(table(tmp_path / "d", "rows: 99").rows) == 4


def test_cells_are_text_with_typographic_signs(tmp_path: Path) -> None:
    csv = 'a\n" *not* emphasis "\nthe city\'s\n{{ 7 }}\n<b>\n"two\nlines"\n007\n'
    cells = [row[0] for row in table(tmp_path, columns="[{field: a}]", csv=csv).rows]
    assert cells == ["*not* emphasis", "the city’s", "{{ 7 }}", "<b>", "two\nlines", "007"]


def test_a_file_of_a_spreadsheet_with_mark_and_newlines_of_windows(tmp_path: Path) -> None:
    csv = "\ufefftown,state\r\nFlint,MI\r\n\r\nAda,MI\r\n"
    assert towns(table(tmp_path, csv=csv)) == ["Flint", "Ada"]


def test_dates_are_written_out(tmp_path: Path) -> None:
    csv = "a\n2014-06-03\n2014-06\n2014\n"
    rows = table(tmp_path, columns="[{field: a, form: date}]", csv=csv + '""\n').rows
    assert [row[0] for row in rows] == ["June 3, 2014", "June 2014", "2014", ""]


# --- decimal columns --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["1", "-3", "1,234.5", "$15", "$7.25", "1.5%", "£3", "€0.50", '""'])
def test_numbers_of_a_decimal_column(tmp_path: Path, cell: str) -> None:
    table(tmp_path, columns="[{field: a, align: decimal}]", csv=f'a\n"{cell.strip(chr(34))}"\n')


@pytest.mark.parametrize("cell", ["-", "n/a", "1e5", "1.", "1.2.3", "15 $", "about 3"])
def test_other_cells_of_a_decimal_column_are_refused_where_they_stand(tmp_path: Path, cell: str) -> None:
    body = table_block(columns="[{field: b, align: decimal}]")
    csv = f"a,b\nx,1\ny,‸{cell}\n"
    assert_faults(tmp_path, "TABL004", csv, {BRIEF: brief(body)}, "data/d.csv")


def test_numbers_align_at_the_point_by_the_digits_that_they_lack() -> None:
    decimal, left = Column("a", "", "decimal"), Column("b", "", "left")
    rows = [("10.5", "x"), ("1,200", "x"), ("$3.25", "x"), ("", "x"), ("7.5%", "x")]
    assert [number_cell(row[0], decimal, rows, 0) for row in rows] == ["lacks-1", "lacks-2", "lacks-0", "", "lacks-1"]
    assert [number_cell(row[1], left, rows, 1) for row in rows] == [""] * 5


# --- words around a table ---------------------------------------------------------------------------------------------


def test_caption_and_note_are_running_text_and_the_source_is_set_out(tmp_path: Path) -> None:
    body = table_block("note: See [@c-2022].", "source: [a-2020, b-2021]").replace(
        "caption: C", 'caption: "A *b*[@c-2022]"'
    )
    made = book(tmp_path, body, files=DATA)
    (block,) = made.tables
    assert plain(block.caption) == "A b"
    assert len(kinds(block.caption, NoteReference)) == len(kinds(block.note, NoteReference)) == 1
    assert block.credit == (CitedWork("a-2020", ""), Text("; "), CitedWork("b-2021", ""), Text("."))
    assert [note.number for note in notes(made)] == [1]


def test_tables_are_numbered_over_the_book_in_the_order_of_print(tmp_path: Path) -> None:
    def named(id: str) -> str:
        return table_block().replace("table t", f"table {id}")

    files = DATA | {
        "front/preface.md": f"---\ntitle: P\n---\n\n{named('one')}\n",
        "parts/01-part/other.md": brief("> " + named("two").replace("\n", "\n> "), "order: 1\n"),
        BRIEF: brief(f"{named('three')}\n\n- " + named("four").replace("\n", "\n  "), "order: 2\n"),
        "parts/02-next/part.yaml": "title: N\n",
        "parts/02-next/last.md": brief(named("five")),
        "back/afterword.md": f"---\ntitle: A\n---\n\n{named('six')}\n",
        "edition.yaml": LEAST["edition.yaml"].replace("front: [contents]", "front: [preface]\nback: [afterword]"),
    }
    made = book(tmp_path, files=files)
    assert [(block.number, block.anchor) for block in made.tables] == [
        (1, "preface.table.one"),
        (2, "other.table.two"),
        (3, "brief.table.three"),
        (4, "brief.table.four"),
        (5, "last.table.five"),
        (6, "afterword.table.six"),
    ]


def test_figures_have_numbers_of_their_own(tmp_path: Path) -> None:
    body = table_block() + "\n\n::: figure f\nfile: f.svg\nalt: A *b*\ncaption: C *d*\nsource: a-2020\n:::"
    made = book(tmp_path, body, files=DATA | PICTURE)
    (figure,) = made.figures
    assert (figure.number, figure.anchor, figure.image, figure.alt) == (1, "brief.figure.f", "f.svg", "A *b*")
    assert (plain(figure.caption), figure.credit) == ("C d", (CitedWork("a-2020", ""), Text(".")))
    assert isinstance(blocks(made)[1], Figure)


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("TABL001", table_block(columns="[{field: town}, {field: ‸staet}]")),
        ("TABL001", table_block("sort: ‸staet")),
        ("TABL001", table_block("where: {‸staet: MI}")),
        ("TABL003", table_block("where: {state: ‸XX}").replace("{state: ‸XX}", "‸{state: XX}")),
        ("FILE001", table_block(file="‸e.csv")),
        ("FILE003", table_block(file="‸../../../etc/passwd")),
        ("FILE003", table_block(file="‸/etc/passwd")),
        ("FILE003", table_block(file="‸https://x.org/d.csv")),
        ("YAML002", table_block("‸sorted: town")),
        ("YAML004", table_block(columns="[{field: town, align: ‸middle}]")),
        ("YAML004", table_block("rows: ‸many")),
        ("MARK001", table_block("note: one ‸<b>")),
        ("MARK001", table_block("note: >\n  one\n  two ‸<b>")),
        ("CITE001", table_block("source: [a-2020, ‸nobody]")),
        ("CITE001", table_block("source: ‸nobody")),
    ],
)
def test_tables_that_cannot_be_made(tmp_path: Path, code: str, body: str) -> None:
    assert_faults(tmp_path, code, brief("one\n\n" + body), DATA)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("TABL002", "town,state\nFlint,MI\nAda\n"),
        ("TABL002", "town,state\nFlint,MI,3\n"),
        ("TABL002", 'town,state\n"Flint,MI\n'),
    ],
)
def test_files_that_are_no_tables(tmp_path: Path, code: str, text: str) -> None:
    found = problems(tmp_path, {BRIEF: brief(table_block()), "data/d.csv": text})
    assert code in {problem.code for problem in found}
    assert {problem.code for problem in found} <= {code, "TABL003"}


FIGURE = "::: figure f\nfile: {}\nalt: a\ncaption: b\n:::"


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("FILE001", FIGURE.replace("{}", "‸g.svg")),
        ("FILE003", FIGURE.replace("{}", "‸../f.svg")),
        ("FILE003", FIGURE.replace("{}", "‸https://x.org/f.svg")),
        ("YAML003", "::: figure f\n‸file: f.svg\ncaption: b\n:::"),
        ("FIGR001", FIGURE.replace("{}", "‸bad.svg")),
        ("FIGR001", FIGURE.replace("{}", "‸bad.png")),
    ],
)
def test_figures_that_cannot_be_made(tmp_path: Path, code: str, body: str) -> None:
    files = PICTURE | {"images/bad.svg": '<svg><image href="x.png"/></svg>', "images/bad.png": "<svg/>"}
    assert_faults(tmp_path, code, brief(body), files)


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><use href="#b"/><rect fill="url(#c)"/></svg>'),
        ("a.svg", b'<?xml version="1.0"?>\n<!-- a remark -->\n<svg/>'),
        ("a.svg", b'<svg><image href="data:image/png;base64,AAAA"/></svg>'),
        ("a.png", PNG + b"..."),
        ("a.JPG", b"\xff\xd8..."),
    ],
)
def test_pictures_that_can_be_used(name: str, image: bytes) -> None:
    assert picture_fault(name, image) == ""


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("a.svg", b"<html/>"),
        ("a.svg", b"<svg><script>alert(1)</script></svg>"),
        ("a.svg", b"<svg><SCRIPT/></svg>"),
        ("a.svg", b"<svg><foreignObject/></svg>"),
        ("a.svg", b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>'),
        ("a.svg", b'<svg><image href="https://x.org/a.png"/></svg>'),
        ("a.svg", b'<svg><image xlink:href = "file:///etc/passwd"/></svg>'),
        ("a.svg", b"<svg><a href='javascript:alert(1)'/></svg>"),
        ("a.svg", b'<svg><style>@import "x.css";</style></svg>'),
        ("a.svg", b'<svg><rect fill="url(https://x.org/a)"/></svg>'),
        ("a.svg", b'<svg><image href="data:image/svg+xml;base64,AAAA"/></svg>'),
        ("a.png", b"\xff\xd8"),
        ("a.jpeg", PNG),
    ],
)
def test_pictures_that_fetch_or_run_something_or_are_something_else(name: str, image: bytes) -> None:
    assert picture_fault(name, image)
