"""What we build on in WeasyPrint, fact by fact: a test that fails after an upgrade says what is at stake."""

from __future__ import annotations

import io

import pikepdf
import pytest

from policybook.fonts import font_css
from policybook.sheets import Html, Sheets
from policybook.typesetting import Copy, lay_out, make_kit
from tests.layout.bench import Proof, baselines, boxes, plain


def addresses(sheets: Sheets) -> list[str]:
    """The addresses of all links, in order."""
    with pikepdf.open(io.BytesIO(sheets.pdf)) as pdf:
        annotations = [annotation for page in pdf.pages for annotation in page.obj.get("/Annots", [])]
        return [str(annotation.A.URI) for annotation in annotations if "/A" in annotation]


# --- anchors and links ------------------------------------------------------------------------------------------------


def test_an_empty_span_is_an_anchor_where_it_stands() -> None:
    filler = '<div style="height: 195pt"></div>'
    found = plain(
        f'<p>one <span id="a"></span>two</p>{filler}<p>x<span style="font-size: 0" id="b"></span> y</p>'
    ).anchors
    assert (found["a"].sheet, found["b"].sheet) == (0, 2)
    assert found["a"].x > 10
    assert found["b"].x > 3


def test_an_empty_span_behind_the_last_word_tells_the_line_on_which_the_text_ends() -> None:
    found = plain(
        '<p id="start">one<br>two<br>three</p><span style="display: block; height: 0" id="end"></span>'
    ).anchors
    assert found["start"].y - found["end"].y == pytest.approx(30)


def test_links_to_the_book_survive_as_addresses_that_binding_can_lead() -> None:
    found = plain('<p><a href="book:tenants.ix.3">12</a> and <a href="book:a-b.case.c%20d">13</a></p>')
    assert addresses(found.sheets) == ["book:tenants.ix.3", "book:a-b.case.c%20d"]
    assert not found.problems


def test_a_link_that_is_broken_over_lines_has_a_rectangle_on_each() -> None:
    found = plain('<p style="width: 40pt"><a href="book:x">several words over lines</a></p>')
    assert len(addresses(found.sheets)) == len(baselines(found.runs[0])) > 1


# --- notes ------------------------------------------------------------------------------------------------------------


def marks_at_the_start_of_a_line(glue: str) -> int:
    """How many of 120 paragraphs of different widths begin a line with the mark of a note."""
    words = "It says that every town may do what it likes for its people."
    paragraphs = "".join(
        f'<p style="width: {width}pt">{words}{glue}<a class="mark" href="book:x">7</a> And more</p>'
        for width in range(40, 160)
    )
    found = plain(paragraphs, '.mark { font: 6pt "Book Sans"; line-height: 4pt; vertical-align: 3pt }')
    assert sum(run.text.strip() == "7" for page in found.runs for run in page) == 120
    return sum(run.text.strip() == "7" and run.left < 3 for page in found.runs for run in page)


def test_an_empty_span_keeps_a_word_and_the_mark_of_its_note_on_one_line() -> None:
    assert marks_at_the_start_of_a_line("<span></span>") == 0


def test_without_the_empty_span_a_line_may_begin_with_a_mark() -> None:
    """Once this fails, WeasyPrint has mended it, and templates/components/inlines.html.j2 can do without the span."""
    assert marks_at_the_start_of_a_line("") > 0


def test_a_float_of_the_kind_footnote_goes_to_the_foot_and_leaves_its_number() -> None:
    style = "@page { margin: 0 0 20pt } .note { float: footnote }"
    found = plain('<p id="p">word<span class="note" id="n">Said below.</span> goes on</p>', style)
    run = next(run for run in found.runs[0] if "Said below" in run.text)
    assert 20 < run.baseline < 35
    assert "goes on" in "".join(run.text for run in found.runs[0] if run.baseline > 180)
    assert found.anchors["p"].y - found.anchors["n"].y == pytest.approx(200 - 20 - 10)


def test_a_note_may_be_lost_where_lines_move_to_the_next_page_together() -> None:
    """The defect for which the gate counts notes. Once this fails, WeasyPrint has mended it."""
    note = '<span class="note">Note {}.</span>'
    paragraph = "<p>one<br>two{}<br>three<br>four<br>five</p>"
    body = "".join(paragraph.format(note.format(number)) for number in ("one", "two"))
    style = "@page { margin: 0 0 4pt } p { orphans: 2; widows: 2 } .note { float: footnote }"
    lost = [
        down
        for down in range(0, 180, 10)
        if "Note two" not in text_of(plain(f'<div style="height: {down}pt"></div>{body}', style))
    ]
    assert lost
    assert len(lost) < 4


def text_of(found: Proof) -> str:
    """All text of a proof."""
    return " ".join(run.text for page in found.runs for run in page)


# --- pages ------------------------------------------------------------------------------------------------------------


def test_bleed_without_marks_is_the_media_box_and_the_trim_starts_at_zero() -> None:
    found = boxes(plain("<p>x</p>", "@page { bleed: 9pt }").sheets)
    assert found["Trim"] == [0, 0, 200, 200]
    assert found["Media"] == found["Bleed"] == [-9, -9, 209, 209]


def test_the_bleed_box_is_capped_at_ten_points_and_so_is_written_by_binding() -> None:
    found = boxes(plain("<p>x</p>", "@page { bleed: 15pt }").sheets)
    assert found["Media"] == [-15, -15, 215, 215]
    assert found["Bleed"] == [-10, -10, 210, 210]


@pytest.mark.parametrize(
    ("rules", "width"),
    [
        ("@page { size: 120pt; margin: 0 } @layer a { @page { size: 100pt; margin: 0 } }", 100),
        ("@layer a { @page { size: 100pt; margin: 0 } } @page { size: 120pt; margin: 0 }", 120),
    ],
)
def test_page_rules_ignore_layers_so_masters_stand_outside_of_them(rules: str, width: int) -> None:
    """By CSS, the rule outside of layers would win in both orders."""
    sheets = lay_out(make_kit(f"{font_css()} {rules}", {}, width), Copy(Html("bench", "<title>x</title><p>x"), {}))
    assert boxes(sheets)["Trim"] == [0, 0, width, width]


def test_the_head_of_a_table_is_repeated_on_each_page() -> None:
    rows = "".join(f"<tr><td>row {number}</td></tr>" for number in range(50))
    head = '<thead style="display: table-header-group"><tr><th>Head</th></tr></thead>'
    found = plain(f"<table>{head}<tbody>{rows}</tbody></table>")
    assert found.sheets.count > 2
    assert all(any(run.text.strip() == "Head" for run in page) for page in found.runs)


# --- fonts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["sans-serif", "serif", "DejaVu Sans", "Arial", "monospace", "No Such Font"])
def test_no_font_of_the_machine_is_reached_by_any_name(family: str) -> None:
    found = plain(f'<p style="font-family: {family}">Text</p>')
    assert {run.font.partition("+")[2] for run in found.runs[0]} <= {"Book-Serif", "Book-Sans"}


def test_a_character_that_the_fonts_lack_is_reported() -> None:
    assert any("U+2603" in problem for problem in plain("<p>a snowman: \N{SNOWMAN}</p>").problems)
    assert not plain("<p>no snowman</p>").problems


def test_the_name_of_a_face_in_the_file_is_the_one_that_binding_looks_for() -> None:
    weights = "".join(
        f'<p style="font: {style} {weight} 8pt Book {family}">x</p>'
        for family in ("Serif", "Sans")
        for weight in (300, 400, 600, 700)
        for style in ("normal", "italic")
    )
    found = {run.font.partition("+")[2] for run in plain(weights).runs[0]}
    assert found == {
        "-".join(filter(None, ["Book", family, weight, style]))
        for family in ("Serif", "Sans")
        for weight in ("Light", "", "Semi-Bold", "Bold")
        for style in ("", "Italic")
    }


def test_the_same_markup_gives_the_same_bytes() -> None:
    body = "<p>one <em>two</em></p>" * 30
    assert plain(body).sheets.pdf == plain(body).sheets.pdf
