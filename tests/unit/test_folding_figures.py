"""Late numbers in the finished file: the right digits, each in its own place, whatever stands around them."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdf
import pytest
from fontTools.ttLib import TTFont

from policybook.composition import compose
from policybook.folding import fold
from policybook.folding_figures import figure_sets, find_figures, shown
from policybook.fonts import FACES, Face, pdf_fonts
from policybook.gathering import Gathering, pack
from policybook.late import placeholders
from policybook.pagination import Folio, Pagination
from policybook.pipeline import check
from policybook.resources import find_resources
from policybook.sheets import Html
from policybook.typesetting import Copy, lay_out
from tests.conftest import ROOT
from tests.layout.bench import kit, layout
from tests.unit.bookblock import STYLE, bound, folded, laid, opened, page, sample, sample_bound, texts
from tests.unit.editions import LEAST, book, brief
from tests.unit.test_folding import book_of

SAMPLE = ROOT / "tests" / "sound" / "content" / "sample"
LONG = "The office filed its first ordinance in the fall of the year, and nobody read it to the end. "


def body_of(template: str, numbers: tuple[str, ...]) -> str:
    """A body with a placeholder for each `{}`, in the order of the text, as the book's templates print them."""
    parts, count = template.split("{}"), 0
    body = parts[0]
    for text, part in zip(numbers, parts[1:], strict=True):
        body += placeholders(text, count) + part
        count += len(re.findall("[0-9]+", text))
    return body


def printed(template: str, *numbers: str, style: str = STYLE) -> str:
    """All text of a division that prints these numbers late, bound."""
    made = folded(page("x", body_of(template, numbers), *numbers), style)
    assert [problem.message for problem in made.problems] == []
    html = page("x", "", *numbers)
    pdf = bound(book_of(made, late={"x": html.numbers}))
    return "".join(texts(pdf))


def said(template: str, *numbers: str) -> list[str]:
    """What is found wanting in a division."""
    return [p.message for p in folded(page("x", body_of(template, numbers), *numbers)).problems]


# --- the right place ------------------------------------------------------------------------------------------------

AROUND = {
    "running text": '<p>a=<span class="late">{}</span>, b=<span class="late">{}</span>; c=<i class="late">{}</i></p>',
    "floats": '<p>a=<span class="late">{}</span> <span style="float: right">b=<span class="late">{}</span></span>'
    ' then c=<span class="late">{}</span></p><p style="float: left">d=<span class="late">{}</span></p>'
    '<p>e=<span class="late">{}</span></p>',
    "positioned": '<div style="position: absolute; bottom: 0">a=<span class="late">{}</span></div>'
    '<p style="position: relative; top: 90pt">b=<span class="late">{}</span></p><p>c=<span class="late">{}</span></p>',
    "drawn first": '<p>a=<span class="late">{}</span></p><div style="position: relative; z-index: -1">'
    'b=<span class="late">{}</span></div><p>c=<span class="late">{}</span></p>',
    "table": "<table><tr>"
    + "".join(f'<td>{cell}=<span class="late">{{}}</span></td>' for cell in "abcd")
    + '</tr><tr><td rowspan="2">e=<b class="late">{}</b></td><td>f=<span class="late">{}</span></td></tr></table>',
    "columns": '<div style="columns: 3; height: 40pt">'
    + "".join(f'<p>{letter}=<span class="late">{{}}</span></p>' for letter in "abcdefghijklm")
    + "</div>",
    "notes": '<p>a=<span class="late">{}</span>, said<span class="note">b=<span class="late">{}</span></span>'
    ' c=<span class="late">{}</span></p>',
    "lists": '<ul><li>a=<span class="late">{}</span><ul style="list-style: disc"><li>b=<span class="late">{}</span>'
    '</li></ul></li><li>c=<span class="late">{}</span></li></ul>',
    "bold": '<p>a=<b class="late">{}</b>, b=<span class="late">{}</span>, c=<b><i class="late">{}</i></b></p>',
    "links": '<p><a href="https://a.org">a=<span class="late">{}</span></a>, <a class="late" href="https://a.org">{}</a>'
    ' c=<a href="https://a.org"><b class="late">{}</b></a></p>',
    "pages": '<p>a=<span class="late">{}</span></p><p class="next">b=<span class="late">{}</span></p>'
    '<p class="next">c=<span class="late">{}</span></p>',
    "spaced": '<p style="letter-spacing: 1pt; word-spacing: 4pt">a=<span class="late">{}</span> b=<b class="late">{}'
    '</b></p><p style="text-align: justify">c=<span class="late">{}</span></p>',
    "lining": '<p>a=<span class="late lining">{}</span>, b=<span class="late">{}</span>, '
    'c=<i class="late lining">{}</i></p>',
    "beside figures": '<p>1987 a=<span class="late">{}</span> 1988 b=<b class="late">{}</b> 7 '
    'c=<span class="late">{}</span></p>',
}


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("digits", [1, 2, 3])
def test_each_number_lands_in_its_own_place(around: str, digits: int) -> None:
    template = AROUND[around]
    numbers = tuple(
        str(10**digits - 1 - 7 * n % (9 * 10 ** (digits - 1)))[-digits:] for n in range(template.count("{}"))
    )
    style = STYLE + ".late.lining { font-variant-numeric: lining-nums tabular-nums }"
    text = re.sub(r"[\r\n ]+", " ", printed(template, *numbers, style=style))
    labels = dict(re.findall(r"([a-z])=\s*([0-9]+)", text))
    wanted = {label: number for label, number in zip("abcdefghijklm", numbers, strict=False) if f"{label}=" in template}
    assert labels == wanted
    others = {"notes": ["1", "1"], "beside figures": ["1987", "1988", "7"]}.get(around, [])
    assert Counter(re.findall("[0-9]+", text)) == Counter([*numbers, *others])


def test_ranges_and_notes_of_locators_are_printed_digit_by_digit() -> None:
    template = '<p><b class="late">{}</b>, <span class="late">{}</span>, <span class="late">{}</span></p>'
    assert printed(template, "112–15", "7n2", "8nn3–4").split() == ["112–15,", "7n2,", "8nn3–4"]


def test_a_range_that_is_broken_over_lines_is_whole() -> None:
    words = " ".join(f'x<span class="late">{{}}</span>' for _ in range(30))  # noqa: F541
    numbers = tuple(f"{100 + n}–{200 + n}" for n in range(30))
    text = printed(f'<p style="width: 60pt; text-align: justify">{words}</p>', *numbers)
    assert re.sub(r"\s", "", text) == "".join(f"x{number}" for number in numbers)


def test_roman_folios_are_printed_at_once() -> None:
    assert printed('<p><span class="late">{}</span> and <span class="late">{}</span></p>', "xii", "9").split() == [
        "xii",
        "and",
        "9",
    ]


def test_two_readers_extract_the_true_numbers() -> None:
    template = '<p>On <span class="late">{}</span> and <b class="late">{}</b> and <i class="late">{}</i>.</p>'
    made = folded(page("x", body_of(template, ("0", "00", "000")), "1", "11", "111"))
    for late in (("1", "23", "456"), ("7", "89", "012"), ("5", "50", "505")):
        pdf = bound(book_of(made, late={"x": late}))
        wanted = "On {} and {} and {}.".format(*late)
        assert texts(pdf)[0].strip() == wanted
        assert " ".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split()) == wanted


# --- nothing else changes -------------------------------------------------------------------------------------------


def test_another_number_of_as_many_digits_is_the_same_gathering_and_changes_its_own_place_only() -> None:
    body = f'<p>{LONG}</p><p>See page <span class="late">00</span>.</p><p class="next">Next <b class="late">001</b></p>'
    one, other = (folded(page("x", body, *late)) for late in (("12", "345"), ("97", "345")))
    assert one == other
    assert pack(one) == pack(other)
    contents = []
    for late in (("12", "345"), ("97", "345")):
        with opened(bound(book_of(one, late={"x": late}))) as file:
            contents.append([of.obj.Contents[0].read_bytes() for of in file.pages])
    (first, second), (first_then, second_then) = contents
    assert second == second_then
    places = [at for at, (a, b) in enumerate(zip(first, first_then, strict=True)) if a != b]
    ((_, figures),) = one.pages[0].late
    assert places
    assert set(places) <= {at + digit for at in figures.offsets for digit in range(4)}


def test_a_number_with_another_count_of_digits_does_not_fit_what_was_laid_out() -> None:
    html = page("x", '<p><span class="late">00</span></p>', "100")
    assert [p.message for p in folded(html).problems] == ["x: 1 page numbers are printed, and 1 are found"]


def test_numbers_take_the_same_room_whatever_their_digits() -> None:
    """So that the line that was broken for a placeholder is right for any number."""
    made = folded(page("x", f'<p>{LONG} <span class="late">000</span> {LONG}</p>', "111"))
    shots = []
    for number in ("111", "888"):
        with opened(bound(book_of(made, late={"x": (number,)}))) as file:
            shots.append(file.pages[0].obj.Contents[0].read_bytes())
    widths = widths_of(bound(book_of(made, late={"x": ("111",)})))
    assert len(shots[0]) == len(shots[1])
    for sets in figure_sets(pdf_fonts()["Book-Serif"]):
        found = {widths.get(int(code, 16)) for code in sets} - {None}
        assert len(found) <= 1
    assert any(all(int(code, 16) in widths for code in sets) for sets in figure_sets(pdf_fonts()["Book-Serif"]))


def widths_of(pdf: bytes) -> dict[int, int]:
    """The advances of the one font of a file."""
    with opened(pdf) as file:
        (font,) = {f.objgen: f for f in file.pages[0].obj.Resources.Font.values()}.values()
        entries = list(font.DescendantFonts[0].W)
        return {
            int(first) + at: int(width)
            for first, run in zip(entries[::2], entries[1::2], strict=True)
            for at, width in enumerate(list(run))
        }


# --- the fonts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.pdf_name)
def test_a_face_has_figures_of_one_width_for_every_digit(face: Face) -> None:
    font = TTFont(face.path)
    order, advances = font.getGlyphOrder(), font["hmtx"]
    sets = figure_sets(face.path)
    assert len(sets) == 2, "lining and old-style figures have glyphs of their own"
    for codes in sets:
        assert len(set(codes)) == 10
        widths = [advances[order[int(code, 16)]][0] for code in codes]
        assert max(widths) - min(widths) <= 1
    assert not set(sets[0]) & set(sets[1])


def test_all_ten_digits_are_in_the_subset_and_read_as_what_they_are() -> None:
    """Any of them may be printed, whichever stand in the placeholders."""
    made = folded(page("x", '<p><span class="late">0</span></p>', "5"))
    with opened(bound(book_of(made, late={"x": ("5",)}))) as file:
        (font,) = {f.objgen: f for f in file.pages[0].obj.Resources.Font.values()}.values()
        cmap = font.ToUnicode.read_bytes()
        read = {
            int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
            for glyph, text in re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]+)>", cmap)
        }
        ((_, figures),) = made.pages[0].late
        assert [read[int(code, 16)] for code in figures.codes] == list("0123456789")
        subset = TTFont(io.BytesIO(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()))
        glyphs = subset["glyf"]
        assert all(glyphs[glyphs.glyphOrder[int(code, 16)]].numberOfContours for code in figures.codes)
    for digit in "0123456789":
        assert texts(bound(book_of(made, late={"x": (digit,)})))[0].strip() == digit


def test_only_figures_that_may_be_printed_are_added() -> None:
    plain, late = (
        next(use for use in made.fonts if use.figures == figures)
        for made, figures in (
            (folded(page("x", "<p>0</p>")), False),
            (folded(page("x", '<p><span class="late">0</span></p>', "5")), True),
        )
    )
    assert len(plain.glyphs) == 1
    assert len(late.glyphs) == 10


# --- what is found out ----------------------------------------------------------------------------------------------

WRONG = {
    "not of the class": "<p>page {}</p>",
    "one of two": '<p><span class="late">{}</span> and {}</p>',
    "twice": '<p><span class="late">{}</span></p><p><span class="late">0</span></p>',
    "more than is noted": '<p><span class="late">{} of 7</span></p>',
    "in a repeated head": '<table><thead><tr><th class="late">{}</th></tr></thead>'
    + "<tr><td>row</td></tr>" * 120
    + "</table>",
    "half seen": '<p style="opacity: 0.5"><span class="late">{}</span></p>',
    "not shown": '<p style="display: none"><span class="late">{}</span></p>',
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_number_that_could_not_be_printed_late_is_found_out(kind: str) -> None:
    numbers = tuple("53"[: WRONG[kind].count("{}")])
    problems = said(WRONG[kind], *numbers)
    assert len(problems) == 1
    assert problems[0].startswith(f"x: {len(numbers)} page numbers are printed, and ")


def test_figures_of_every_kind_in_the_cut_are_found_or_found_out() -> None:
    """A number in proportional figures would take another room; were they tabular by design, it would be found."""
    for numeric in ("lining-nums", "oldstyle-nums", "lining-nums tabular-nums", "oldstyle-nums tabular-nums"):
        body = f'<p><span class="late" style="font-variant-numeric: {numeric}">0</span></p>'
        problems = [p.message for p in folded(page("x", body, "5")).problems]
        assert problems == [] or "tabular" not in numeric


def test_a_number_is_the_one_that_its_placeholder_tells_wherever_it_stands() -> None:
    """As notes of the foot, which are read behind text that goes on behind their marks."""
    swapped = folded(page("x", '<p>a=<span class="late">01</span>, b=<span class="late">00</span></p>', "12", "13"))
    assert swapped.problems == ()
    assert texts(bound(book_of(swapped, late={"x": ("12", "13")})))[0].strip() == "a=13, b=12"


@pytest.mark.parametrize(
    "standing", ["01, 02", "00, 02", "00, 00", "00, 11", "01, 01", "10, 11", "00", "00, 01, 02", "0, 01"]
)
def test_numbers_that_are_not_those_that_were_noted_are_found_out(standing: str) -> None:
    body = "".join(f'<p><span class="late">{number}</span></p>' for number in standing.split(", "))
    assert len(folded(page("x", body, "12", "13")).problems) == 1


def test_a_division_with_such_a_problem_prints_no_number_anywhere() -> None:
    made = folded(page("x", "<p>page 00</p>", "12"))
    assert all(of.late == () for of in made.pages)


def composed(template: str, folder: Path, page_: int) -> Gathering:
    """The preface, set by a template of a project's own with the book's styles."""
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / "own.html.j2").write_text(
        '{% extends "book.html.j2" %}{% block content %}' + template + "{% endblock %}", "utf-8"
    )
    sound, resources = check(SAMPLE)[1], find_resources(folder)
    pagination = Pagination({"street-trees": Folio(arabic=True, number=page_)})
    division = replace(sound.division("half-title"), template="own.html.j2")
    html: Html = compose(sound, division, layout(), pagination, resources)
    return fold(lay_out(kit(resources), Copy(html, {})), html.numbers, pdf_fonts())


def test_a_template_that_prints_a_folio_without_its_class_is_at_fault(tmp_path: Path) -> None:
    (problem,) = composed('<p>page {{ folio("street-trees") }}</p>', tmp_path, 12).problems
    assert problem.code == "LAYT001"
    assert problem.message == "half-title: 1 page numbers are printed, and 0 are found"
    assert "class `late`" in problem.hint
    sound = composed('<p>page <span class="late">{{ folio("street-trees") }}</span></p>', tmp_path, 12)
    assert sound.problems == ()
    assert sound.numbers == 1


@pytest.mark.parametrize("place", ["h1", "h2", "caption", "figcaption", "blockquote", "aside", "th", "dt"])
def test_numbers_are_found_in_any_element_that_the_styles_set(tmp_path: Path, place: str) -> None:
    around = {
        "caption": "<table><{0}>x {1}</{0}><tr><td>a</td></tr></table>",
        "th": "<table><tr><{0}>x {1}</{0}></tr></table>",
        "figcaption": "<figure><{0}>x {1}</{0}></figure>",
        "dt": "<dl><{0}>x {1}</{0}><dd>y</dd></dl>",
    }.get(place, "<{0}>x {1}</{0}>")
    late = '<span class="late">{{ folio("street-trees") }}</span>'
    made = composed(around.format(place, late), tmp_path, 12)
    assert [p.message for p in made.problems] == []
    assert made.numbers == 1


def test_notes_at_the_foot_that_name_pages_do_so_among_a_text_that_does(tmp_path: Path) -> None:
    """They are composed where their marks stand, and read behind the text of the page."""
    body = "One [](brief:other) two.[^a] Three [](table:t) four.[^b] Five [here](brief:other).\n\n"
    table = "::: table t\nfile: d.csv\ncaption: C\ncolumns:\n- {field: a, head: A}\nsource: a-2020\n:::\n\n"
    notes = "[^a]: See [](brief:other) and [](table:t).\n\n[^b]: See [there](brief:other)."
    files = {
        "edition.yaml": LEAST["edition.yaml"] + "notes: foot\n",
        "data/d.csv": "a\nb\n",
        "parts/01-part/other.md": brief("Nothing.", "order: 2\n"),
    }
    of, resources = book(tmp_path, body + table + notes, files=files), find_resources(ROOT)
    pages = {"other": Folio(arabic=True, number=72), "brief.table.t": Folio(arabic=True, number=35)}
    html = compose(of, of.division("brief"), layout(), Pagination(pages), resources)
    assert html.numbers == ("72", "72", "35", "35", "72", "72")
    made = fold(lay_out(kit(resources), Copy(html, {})), html.numbers, pdf_fonts())
    assert made.problems == ()
    text = " ".join("".join(texts(bound(book_of(alone(made), late={"brief": html.numbers})))).split())
    assert re.findall(r"page (\d+)", text) == ["72", "35", "72", "72", "35", "72"]
    assert "Three table 1, page 35 four." in re.sub(r"four\.\s*\d", "four.", text)


def alone(made: Gathering) -> Gathering:
    """A gathering whose links lead nowhere else."""
    pages = tuple(
        replace(of, links=tuple(replace(k, anchor=made.division if k.anchor else "") for k in of.links))
        for of in made.pages
    )
    return replace(made, pages=pages)


# --- the real book --------------------------------------------------------------------------------------------------


def test_every_division_of_the_sample_prints_its_numbers() -> None:
    _, settled, block = sample()
    for division, made in block.gatherings.items():
        found = sorted(index for of in made.pages for index, _ in of.late)
        assert found == list(range(made.numbers))
        assert made.numbers == len(block.late[division]) == len(settled.late[division])
    assert sum(len(late) for late in block.late.values()) > 30


def test_the_contents_of_the_sample_show_the_true_pages() -> None:
    sound, _, block = sample()
    first = {leaf.division: leaf for leaf in reversed(block.leaves) if leaf.sheet == 0}
    text = " ".join(texts(sample_bound())[block.leaves.index(first["contents"])].split())
    listed = [division for division in sound.divisions if division.listed and division.id != "contents"]
    assert len(listed) > 8
    for division in listed:
        assert re.search(rf"{re.escape(division.title)}[ .]*{first[division.id].folio}\b", text), division.title


# --- by hand --------------------------------------------------------------------------------------------------------


def test_figures_are_found_by_font_mark_and_place() -> None:
    path = pdf_fonts()["Book-Serif"]
    lining, oldstyle = (b"".join(codes[digit] for digit in (4, 2)) for codes in figure_sets(path))
    content = (
        b"/P\n<</MCID 7>>\nBDC\nBT\n/CUT 10.5 Tf\n[<%b>-20<0001>5<%b>] TJ\nET\nEMC\n"
        b"/P\n<</MCID 8>>\nBDC\nBT\n/OTHER 10 Tf\n[<%b>] TJ\n/CUT 9 Tf\n[<0001%b0001>] TJ\nET\nEMC\n"
    ) % (lining, lining, lining, oldstyle)
    found = list(find_figures(content, {"CUT": path}))
    assert [(mark, key) for mark, key, _ in found] == [(7, "CUT"), (7, "CUT"), (8, "CUT")]
    assert [shown(content, figures) for _, _, figures in found] == ["42"] * 3
    for _, _, figures in found:
        for at, digit in zip(figures.offsets, "42", strict=True):
            assert content[at : at + 4] == figures.codes[int(digit)]


def test_figures_outside_of_marks_are_those_of_an_artifact() -> None:
    sheets = laid(page("x", '<p class="late">00</p>', "12"), tagged=False)
    with pikepdf.open(io.BytesIO(sheets.pdf)) as file:
        content = file.pages[0].obj.Contents.read_bytes()
    keys = {key.decode(): pdf_fonts()["Book-Serif"] for key in re.findall(rb"/(\w+) [\d.]+ Tf", content)}
    assert [mark for mark, _, _ in find_figures(content, keys)] == [-1]
