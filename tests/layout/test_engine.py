"""What we build on in WeasyPrint, fact by fact: a test that fails after an upgrade says what is at stake."""

from __future__ import annotations

import io
import re

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


# --- what folding and binding build on --------------------------------------------------------------------------------

LAYERED = f"""
@layer base, profile;
@import url("base.css") layer(base);
@import url("late.css") layer(profile);
{font_css()}
@page {{ size: 200pt 150pt; margin: 12pt }}
@page wide {{ size: 300pt 150pt }}
html {{ --far: 33pt }}
"""
IMPORTED = {
    "base.css": 'body { font: 9pt/12pt "Book Serif" } p { margin: 0 0 var(--far); color: red } .wide { page: wide }',
    "late.css": 'p { margin-bottom: 10pt } em { font-family: "Book Sans"; font-weight: 600 }',
}
WORDS = "<p>An <em>office</em> that files its ordinances in the fall. " * 9
PAGES = f'<p id="start">{WORDS}<div class="wide"><p id="end">A wide one, by another <i>master</i>.</p></div>'
MARKUP = f'<html lang="en-US"><head><title>x</title>HEAD</head><body>{PAGES}</body></html>'
WIDE_KIT = make_kit(LAYERED, IMPORTED, 150)


def linked() -> Sheets:
    """The pages whose markup links the same sheet in its head."""
    bare = make_kit("", {**IMPORTED, "entry.css": LAYERED}, 150)
    return lay_out(bare, Copy(Html("x", MARKUP.replace("HEAD", '<link rel="stylesheet" href="entry.css">')), {}))


def test_a_parsed_sheet_that_is_handed_over_sets_the_same_pages_as_one_that_the_head_links() -> None:
    """Layers, imports, page masters, variables and fonts included: all but the cascade's origin is the same."""
    handed = lay_out(WIDE_KIT, Copy(Html("x", MARKUP.replace("HEAD", "")), {}))
    assert handed == linked()
    assert not handed.problems
    with pikepdf.open(io.BytesIO(handed.pdf)) as pdf:
        assert [float(page.obj.MediaBox[2]) for page in pdf.pages][-1] == 300
        assert float(pdf.pages[0].obj.MediaBox[2]) == 200


def test_a_parsed_sheet_serves_several_documents_and_is_left_as_it_was() -> None:
    html = Html("x", MARKUP.replace("HEAD", ""))
    others = [Html("x", MARKUP.replace("HEAD", "").replace("office", word)) for word in ("bureau", "desk")]
    first = lay_out(WIDE_KIT, Copy(html, {}))
    assert len({lay_out(WIDE_KIT, Copy(other, {})).pdf for other in others}) == 2
    assert lay_out(WIDE_KIT, Copy(html, {})) == first


def test_a_style_of_the_markup_stands_above_the_sheet_that_is_handed_over() -> None:
    """It is the user's to the engine, not the author's; nothing of ours has styles in the markup."""
    head = "<style>p { font-size: 20pt }</style>"
    larger = lay_out(WIDE_KIT, Copy(Html("x", MARKUP.replace("HEAD", head)), {}))
    assert larger.count > lay_out(WIDE_KIT, Copy(Html("x", MARKUP.replace("HEAD", "")), {})).count


def fonts_of(sheets: Sheets) -> dict[str, list[str]]:
    """The keys under which the pages' resources name each font, by the name behind the subset's prefix."""
    found: dict[str, list[str]] = {}
    with pikepdf.open(io.BytesIO(sheets.pdf)) as pdf:
        for key, font in pdf.pages[0].obj.Resources.Font.items():
            found.setdefault(str(font.BaseFont)[8:], []).append(key[1:])
    return found


def glyphs_shown(sheets: Sheets, key: str) -> str:
    """The codes that a page's content shows in a font."""
    with pikepdf.open(io.BytesIO(sheets.pdf)) as pdf:
        content = pdf.pages[0].obj.Contents.read_bytes().decode("latin-1")
    shown = re.findall(rf"/{key} [\d.]+ Tf\n\[([^\]]*)\] TJ", content)
    return "".join(code for text in shown for code in re.findall(r"<([0-9a-f]*)>", text))


CUT = "font-stretch: semi-condensed"


def test_another_width_of_the_same_file_is_a_font_of_its_own_with_the_same_glyphs() -> None:
    """By this, page numbers are told from all other numbers, and one subset serves both."""
    sheets = plain(f'<p>0123456789</p><p style="{CUT}">0123456789</p>').sheets
    fonts = fonts_of(sheets)
    assert set(fonts) == {"Book-Serif", "Book-Serif-Semi-Condensed"}
    (own,), (cut,) = fonts.values()
    assert own != cut
    assert glyphs_shown(sheets, own) == glyphs_shown(sheets, cut) != ""


@pytest.mark.parametrize("numeric", ["lining-nums", "oldstyle-nums"])
@pytest.mark.parametrize("family", ["Book Serif", "Book Sans"])
@pytest.mark.parametrize("face", ["400", "italic 400", "700", "italic 600"])
def test_tabular_figures_are_of_one_width(family: str, face: str, numeric: str) -> None:
    """To a unit of rounding: a hundred of them run less than a quarter of a point apart."""
    style = f"font: {face} 10pt '{family}'; font-variant-numeric: {numeric} tabular-nums; font-kerning: none"
    numbers = "".join(f'<p style="{style}">{digit}<span id="d{digit}"></span></p>' for digit in "0123456789")
    ends = [place.x for place in plain(numbers.replace("<p ", "<p class=x ")).anchors.values()]
    assert len(ends) == 10
    assert max(ends) - min(ends) < 0.03


def test_without_a_variant_no_content_is_marked() -> None:
    body = '<p>Text <a href="https://example.org">link</a></p><ul><li>x</li></ul><table><tr><td>y</td></tr></table>'
    with pikepdf.open(io.BytesIO(plain(body, tagged=False).sheets.pdf)) as pdf:
        operators = {str(i.operator) for page in pdf.pages for i in pikepdf.parse_content_stream(page)}
        assert "TJ" in operators
        assert not {"BDC", "BMC", "EMC", "DP", "MP"} & operators
        assert "/StructTreeRoot" not in pdf.Root
        assert not any("/StructParents" in page.obj for page in pdf.pages)
    with pikepdf.open(io.BytesIO(plain(body).sheets.pdf)) as pdf:
        assert "BDC" in {str(i.operator) for page in pdf.pages for i in pikepdf.parse_content_stream(page)}


def test_all_pages_share_one_dictionary_of_resources_and_one_of_fonts() -> None:
    body = '<p>One <b>two</b></p><p style="opacity: 0.5">half</p><p style="break-before: page">three</p>'
    with pikepdf.open(io.BytesIO(plain(body).sheets.pdf)) as pdf:
        assert len({page.obj.Resources.objgen for page in pdf.pages}) == 1
        (fonts,) = {page.obj.Resources.Font.objgen for page in pdf.pages}
        forms = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Form"]
        assert forms
        assert {form.Resources.Font.objgen for form in forms if "/Font" in form.Resources} <= {fonts}


def test_a_font_is_named_before_each_text_that_is_set_in_it() -> None:
    """By this the glyphs of a font are found without following the state of the page."""
    body = f'<p>one <i>two</i> one <span style="{CUT}">12</span>–<span style="{CUT}">13</span></p>' * 3
    with pikepdf.open(io.BytesIO(plain(body).sheets.pdf)) as pdf:
        content = pdf.pages[0].obj.Contents.read_bytes()
    shown = re.findall(rb"(\S+ \S+ \S+)\n\[[^\]]*\] TJ", content)
    assert len(shown) == content.count(b" TJ") > 10
    assert all(re.fullmatch(rb"/\w+ [\d.]+ Tf", before) for before in shown)


def test_a_mark_is_a_dictionary_of_nothing_but_its_number() -> None:
    with pikepdf.open(io.BytesIO(plain("<h1>x</h1><p>y <b>z</b></p>").sheets.pdf)) as pdf:
        content = pdf.pages[0].obj.Contents.read_bytes()
    assert len(re.findall(rb"<</MCID \d+>>\nBDC", content)) == content.count(b"BDC") == 3
