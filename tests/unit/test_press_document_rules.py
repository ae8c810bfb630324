"""The rules of the file, its pages as sheets, transparency, fonts and cover, where a specimen does not show them.

tests/unit/test_press_specimens.py holds a defect of each against all rules; here are near misses, what is not checked,
and what the words and places of findings are.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Encryption, Name, Pdf, String

from policybook.preflight.press import (
    rules_boxes,
    rules_cover,
    rules_document,
    rules_fonts,
    rules_transparency,
)
from policybook.preflight.press.examination import Report, examine
from policybook.preflight.press.rules import Outcome, Status
from policybook.preflight.press.subject import Expected, Kind
from policybook.printer import CoverModel, Marks, Severity, Standard
from tests.preflight.specimen import (
    COVER_PAGES,
    ISBN,
    SLUG,
    TRIM,
    expected_of,
    paint,
    saved,
    sound_cover,
    sound_interior,
    specimen_printer,
    text,
)

_MODULES = (rules_document, rules_boxes, rules_transparency, rules_fonts, rules_cover)
_RULES = {rule.number: rule for module in _MODULES for rule in module.RULES}
_TOP = SLUG + TRIM[1]
#: How a file is saved that is encrypted: no older version has its ciphers, and its key is new each time.
_UNSAFE: dict[str, Any] = {"force_version": "2.0", "deterministic_id": False}


def _outcome(
    number: int,
    pdf: Pdf | bytes,
    standard: Standard = Standard.X4,
    kind: Kind = Kind.INTERIOR,
    expected: Expected | None = None,
    **printer: Any,
) -> Outcome:
    """What comes of one rule."""
    data = pdf if isinstance(pdf, bytes) else saved(pdf, standard)
    known = expected_of(kind) if expected is None else expected
    report: Report = examine(data, specimen_printer(standard, **printer), kind, known, rules=[_RULES[number]])
    return report.outcomes[0]


def _said(outcome: Outcome) -> list[str]:
    return [finding.message for finding in outcome.findings]


def _changed(change: Callable[[Pdf], object], standard: Standard = Standard.X4) -> Pdf:
    pdf = sound_interior(standard=standard)
    change(pdf)
    return pdf


def _in_xmp(old: bytes, new: bytes) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        words = pdf.Root.Metadata.read_bytes()
        assert old in words
        pdf.Root.Metadata.write(words.replace(old, new))

    return change


# 1


def test_the_version_may_stand_in_an_attribute_under_another_prefix() -> None:
    def change(pdf: Pdf) -> None:
        _in_xmp(b"<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>", b"")(pdf)
        _in_xmp(b'xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/"', b'xmlns:x4="http://www.npes.org/pdfx/ns/id/"')(pdf)
        _in_xmp(b'rdf:about=""', b'rdf:about="" x4:GTS_PDFXVersion="PDF/X-4"')(pdf)

    assert _outcome(1, _changed(change)).status is Status.PASSED


def test_another_version_is_named_with_the_one_that_is_wanted() -> None:
    outcome = _outcome(1, _changed(_in_xmp(b">PDF/X-4<", b">PDF/X-4p<")))
    assert _said(outcome) == ["the XMP metadata says it is “PDF/X-4p”; the printer asks for PDF/X-4"]


def test_trapped_may_stand_in_one_place_alone_but_not_be_two_things() -> None:
    alone = _changed(_in_xmp(b"<pdf:Trapped>False</pdf:Trapped>", b""))
    two = _changed(_in_xmp(b"<pdf:Trapped>False<", b"<pdf:Trapped>True<"))
    neither = _changed(_in_xmp(b"<pdf:Trapped>False</pdf:Trapped>", b""))
    del neither.docinfo["/Trapped"]
    assert _outcome(1, alone).status is Status.PASSED
    assert _said(_outcome(1, two)) == ["Trapped is False in the Info dictionary and True in the XMP metadata"]
    assert _said(_outcome(1, neither)) == ["the file does not say whether it is trapped"]


@pytest.mark.parametrize("words", [b"<x:xmpmeta", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"\xff\xfe\x00"])
def test_metadata_that_can_not_be_read_is_not_checked(words: bytes) -> None:
    outcome = _outcome(1, _changed(lambda pdf: pdf.Root.Metadata.write(words)))
    assert outcome.status is Status.NOT_CHECKED
    assert "XMP" in outcome.reason


def test_a_file_in_srgb_need_not_say_that_it_is_pdf_x() -> None:
    pdf = sound_interior(standard=Standard.RGB)
    assert [_outcome(number, pdf, Standard.RGB).status for number in (1, 2, 3)] == [Status.NOT_APPLICABLE] * 3


# 2 and 3


def test_a_condition_of_the_registry_needs_no_profile_in_x1a_but_in_x4() -> None:
    def change(pdf: Pdf) -> None:
        del pdf.Root.OutputIntents[0].DestOutputProfile

    assert _outcome(2, _changed(change, Standard.X1A), Standard.X1A).status is Status.PASSED
    assert _said(_outcome(2, _changed(change))) == ["the output intent has no profile"]


def test_an_intent_of_another_kind_does_not_count() -> None:
    def change(pdf: Pdf) -> None:
        pdf.Root.OutputIntents.append(Dictionary(S=Name.GTS_PDFA1))

    assert _outcome(2, _changed(change)).status is Status.PASSED


def test_a_profile_that_is_none_or_of_three_components_is_found() -> None:
    def spoil(pdf: Pdf) -> None:
        pdf.Root.OutputIntents[0].DestOutputProfile = pdf.make_stream(b"no profile", N=4)

    def three(pdf: Pdf) -> None:
        pdf.Root.OutputIntents[0].DestOutputProfile.N = 3

    assert _said(_outcome(2, _changed(spoil))) == ["the profile of the output intent can't be read"]
    assert "3 components" in _said(_outcome(2, _changed(three)))[0]


def test_without_an_intent_the_condition_is_not_checked() -> None:
    pdf = _changed(lambda pdf: pdf.Root.__delitem__("/OutputIntents"))
    assert _said(_outcome(2, pdf)) == ["the file has no output intent for the press (GTS_PDFX)"]
    assert _outcome(3, pdf).status is Status.NOT_CHECKED


# 4, 5, 6


def test_a_page_without_a_trim_box_is_found_and_keeps_other_rules_from_passing() -> None:
    pdf = _changed(lambda pdf: pdf.pages[1].obj.__delitem__("/TrimBox"))
    outcome = _outcome(4, pdf)
    assert [(finding.page, finding.message) for finding in outcome.findings] == [(2, "there is no TrimBox")]
    assert _outcome(6, pdf).status is Status.NOT_CHECKED
    assert _outcome(8, pdf).status is Status.NOT_CHECKED


@pytest.mark.parametrize(
    ("key", "box", "said"),
    [
        ("/BleedBox", [27, 27, 549, 900], "the BleedBox runs over the MediaBox"),
        ("/BleedBox", [40, 27, 549, 765], "the TrimBox runs over the BleedBox"),
        ("/CropBox", [-20, 0, 576, 792], "the CropBox runs over the MediaBox"),
    ],
)
def test_boxes_that_do_not_nest_are_found(key: str, box: list[int], said: str) -> None:
    outcome = _outcome(4, _changed(lambda pdf: pdf.pages[2].obj.__setitem__(key, Array(box))))
    assert [(finding.page, finding.message) for finding in outcome.findings] == [(3, said)]


def test_a_box_may_name_any_two_corners_and_be_inherited() -> None:
    def change(pdf: Pdf) -> None:
        for page in pdf.pages:
            page.obj.TrimBox = Array([540, 756, 36, 36])
            del page.obj.MediaBox
            del page.obj.CropBox
        pdf.Root.Pages.MediaBox = Array([0, 0, 576, 792])

    pdf = _changed(change)
    assert [_outcome(number, pdf).status for number in (4, 5, 6)] == [Status.PASSED] * 3


def test_the_book_tells_the_size_where_it_is_known_else_most_pages_do() -> None:
    pdf = _changed(lambda _: None)
    geometry = expected_of(Kind.INTERIOR).geometry
    assert geometry is not None
    small = replace(expected_of(Kind.INTERIOR), geometry=replace(geometry, trim_width=432.0))
    outcome = _outcome(6, pdf, expected=small)
    assert [finding.page for finding in outcome.findings] == [1, 2, 3, 4]
    assert _said(outcome)[0] == "the trim is 7 in × 10 in, and that of the book 6 in × 10 in"
    assert _outcome(6, pdf, expected=Expected()).status is Status.PASSED


def test_a_turn_that_the_page_tree_hands_down_is_found() -> None:
    outcome = _outcome(6, _changed(lambda pdf: pdf.Root.Pages.__setitem__("/Rotate", 180)))
    assert _said(outcome) == ["the page is turned by 180° (Rotate)"] * 4


# 8


def test_a_mark_is_measured_from_the_trim_and_its_place_is_told() -> None:
    pdf = sound_interior()
    paint(pdf, 2, b"/All CS 1 SCN .25 w 200 %g m 200 %g l S" % (_TOP + 10, _TOP + 30))
    (finding,) = _outcome(8, pdf).findings
    assert finding.page == 2
    assert finding.message == "a mark stands 10.0 pt from the trim, less than 12 pt"
    assert finding.box is not None
    assert finding.box.bottom == pytest.approx(_TOP + 10, abs=0.2)


@pytest.mark.parametrize("offset", [12, 20])
def test_a_mark_at_the_offset_of_the_printer_is_sound(offset: int) -> None:
    pdf = sound_interior()
    paint(pdf, 2, b"/All CS 1 SCN .25 w 200 %g m 200 %g l S" % (_TOP + offset, _TOP + 30))
    assert _outcome(8, pdf).status is Status.PASSED


def test_a_mark_in_a_bleed_that_is_wider_than_the_offset_is_found() -> None:
    pdf = sound_interior()
    pdf.pages[0].obj.BleedBox = Array([SLUG - 18, SLUG - 18, SLUG + TRIM[0] + 18, _TOP + 18])
    said = [finding.message for finding in _outcome(8, pdf).findings if finding.page == 1]
    assert said == ["a mark stands in the bleed"] * 8


def test_art_that_runs_over_the_bleed_is_no_mark() -> None:
    pdf = sound_interior()
    paint(pdf, 2, b".2 .05 0 0 k 400 700 150 80 re f")
    assert _outcome(8, pdf).status is Status.PASSED


def test_a_printer_without_marks_wants_nothing_in_the_slug() -> None:
    none = Marks(crop=False, registration=False, colour_bars=False, page_information=False)
    outcome = _outcome(8, sound_interior(), marks=none)
    assert {finding.message for finding in outcome.findings} == {"something is printed outside the bleed"}


# 9 and 10


def test_an_annotation_in_the_slug_is_no_finding() -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[2, 2, 20, 20])
    outcome = _outcome(9, _changed(lambda pdf: pdf.pages[0].obj.__setitem__("/Annots", Array([note]))))
    assert outcome.status is Status.PASSED


def test_an_annotation_is_told_with_its_kind_and_place() -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[90, 90, 120, 100])
    (finding,) = _outcome(9, _changed(lambda pdf: pdf.pages[3].obj.__setitem__("/Annots", Array([link])))).findings
    assert (finding.page, finding.message) == (4, "an annotation (Link) lies on the page")
    assert finding.box is not None
    assert finding.box.as_list() == [90, 90, 120, 100]


def test_bookmarks_and_a_first_view_are_no_actions() -> None:
    def change(pdf: Pdf) -> None:
        view = Array([pdf.pages[0].obj, Name.Fit])
        pdf.Root.OpenAction = view
        item = pdf.make_indirect(Dictionary(Title=String("One"), Dest=view))
        pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=item, Last=item))

    assert _outcome(10, _changed(change)).status is Status.PASSED


def test_a_bookmark_with_an_action_is_found_however_deep_and_a_ring_of_them_ends() -> None:
    def change(pdf: Pdf) -> None:
        deep = pdf.make_indirect(Dictionary(Title=String("Two"), A=Dictionary(S=Name.URI, URI=String("http://a"))))
        item = pdf.make_indirect(Dictionary(Title=String("One"), First=deep))
        item.Next = item
        pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=item, Last=item))

    assert _said(_outcome(10, _changed(change))) == ["bookmarks have actions"]


def test_an_encrypted_file_that_opens_without_a_password_is_found() -> None:
    locked = saved(sound_interior(), encryption=Encryption(owner="secret", user=""), **_UNSAFE)
    assert _said(_outcome(10, locked)) == ["the file is encrypted"]


def test_actions_of_links_and_of_pages_are_found() -> None:
    def change(pdf: Pdf) -> None:
        act = Dictionary(S=Name.URI, URI=String("http://a"))
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[90, 90, 120, 100], A=act)
        pdf.pages[0].obj.Annots = Array([link, link])
        pdf.pages[1].obj.AA = Dictionary(O=act)

    outcome = _outcome(10, _changed(change))
    assert [(finding.page, finding.message) for finding in outcome.findings] == [
        (1, "links or buttons on the page have actions"),
        (2, "the page has actions (AA)"),
    ]


# 12 and 14


def test_a_soft_mask_may_blend_in_gray_but_not_in_rgb() -> None:
    def masked(space: Name) -> Pdf:
        pdf = sound_interior()
        group = Dictionary(Type=Name.Group, S=Name.Transparency, CS=space)
        form = pdf.make_stream(b"0.5 g 0 0 900 900 re f", Subtype=Name.Form, BBox=[0, 0, 900, 900], Group=group)
        state = Dictionary(SMask=Dictionary(S=Name.Luminosity, G=form))
        paint(pdf, 1, b"/Mine gs 0 0 0 .2 k 96 420 50 50 re f", ExtGState={"Mine": state})
        return pdf

    assert _outcome(12, masked(Name.DeviceGray)).status is Status.PASSED
    assert _said(_outcome(12, masked(Name.DeviceRGB))) == ["a soft mask on the page is blended in DeviceRGB"]


def test_a_page_that_has_transparency_and_names_no_space_is_a_warning() -> None:
    (finding,) = _outcome(12, _changed(lambda pdf: pdf.pages[0].obj.__delitem__("/Group"))).findings
    assert (finding.severity, finding.page) == (Severity.WARNING, 1)
    assert finding.box is not None
    assert finding.box.as_list() == [96, 300, 176, 340]  # the tint at half opacity


def test_what_no_operator_uses_is_not_looked_at() -> None:
    pdf = sound_interior(standard=Standard.X1A)
    resources = pdf.pages[0].obj.Resources
    resources.ExtGState.Unused = Dictionary(ca=0.5)
    resources.Font.Unused = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier)
    assert _outcome(14, pdf, Standard.X1A).status is Status.PASSED
    assert _outcome(30, pdf, Standard.X1A).status is Status.PASSED


def test_transparency_is_told_in_words() -> None:
    pdf = sound_interior(standard=Standard.X1A)
    state = Dictionary(ca=0.4, BM=Name.Multiply)
    paint(pdf, 1, b"/Mine gs 0 0 0 .2 k 96 420 50 50 re f", ExtGState={"Mine": state})
    (finding,) = _outcome(14, pdf, Standard.X1A).findings
    assert finding.message == "the page has fills at 40% opacity, blend mode Multiply"
    assert finding.box is not None
    assert finding.box.as_list() == [96, 420, 146, 470]


def test_forms_in_themselves_end() -> None:
    pdf = sound_interior()
    form = pdf.make_stream(b"/Self Do", Subtype=Name.Form, BBox=[0, 0, 9, 9])
    form.Resources = Dictionary(XObject=Dictionary(Self=form))
    paint(pdf, 1, b"/Mine Do", XObject={"Mine": form})
    assert _outcome(12, pdf).status in {Status.PASSED, Status.NOT_CHECKED}


# 15


def test_a_version_in_the_catalog_counts() -> None:
    pdf = _changed(lambda pdf: pdf.Root.__setitem__("/Version", Name("/1.6")), Standard.X1A)
    assert _said(_outcome(15, pdf, Standard.X1A)) == ["the file is PDF 1.6, and PDF/X-1a:2003 is PDF 1.4"]


def test_object_streams_are_found_though_the_header_says_1_4() -> None:
    generate = pikepdf.ObjectStreamMode.generate
    packed = saved(sound_interior(standard=Standard.X1A), force_version="1.5", object_stream_mode=generate)
    packed = packed.replace(b"%PDF-1.5", b"%PDF-1.4")
    assert _said(_outcome(15, packed, Standard.X1A)) == ["objects are packed into streams, which PDF 1.4 does not have"]


# 30


def test_text_that_is_not_painted_needs_no_font() -> None:
    pdf = sound_interior()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    shown = b"BT /Mine 10 Tf 3 Tr 100 420 Td (seen by nobody) Tj ET"
    paint(pdf, 1, shown, Font={"Mine": font})
    assert not _outcome(30, pdf).findings


def test_a_standard_font_without_widths_is_found_though_the_page_can_not_be_measured() -> None:
    pdf = sound_interior()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    paint(pdf, 2, b"BT /Mine 10 Tf 100 420 Td (seen by all) Tj ET", Font={"Mine": font})
    outcome = _outcome(30, pdf)
    assert [(finding.page, finding.message) for finding in outcome.findings] == [
        (2, "the font Helvetica is not embedded")
    ]
    assert outcome.status is Status.FAILED


def test_a_font_that_only_a_form_knows_is_found() -> None:
    pdf = sound_interior()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    resources = Dictionary(Font=Dictionary(Inner=font))
    shown = b"BT /Inner 9 Tf (x) Tj ET"
    form = pdf.make_stream(shown, Subtype=Name.Form, BBox=[0, 0, 90, 90], Resources=resources)
    paint(pdf, 3, b"1 0 0 1 96 420 cm /Mine Do", XObject={"Mine": form})
    outcome = _outcome(30, pdf)
    assert [(finding.page, finding.message) for finding in outcome.findings] == [
        (3, "the font Helvetica is not embedded")
    ]


def test_a_font_in_the_cell_of_a_pattern_is_found() -> None:
    pdf = sound_interior()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    cell = pdf.make_stream(
        b"BT /Mine 5 Tf (x) Tj ET",
        PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 9, 9], XStep=9, YStep=9,
        Resources=Dictionary(Font=Dictionary(Mine=font)),
    )  # fmt: skip
    paint(pdf, 1, b"/Pattern cs /Cell scn 96 420 50 50 re f", Pattern={"Cell": cell})
    assert "the font Helvetica is not embedded" in _said(_outcome(30, pdf))


def test_a_glyph_beyond_the_font_is_missing_too() -> None:
    pdf = sound_interior()
    paint(pdf, 1, text("x", 96, 420, 10).replace(b"<", b"<ffff"))
    assert len(_outcome(30, pdf).findings) == 1


# 32 and 33


@pytest.mark.parametrize(
    ("signature", "hint"), [(8, "add 4 blank pages, or cut 4"), (16, "add 12 blank pages, or cut 4")]
)
def test_the_signature_is_the_printers(signature: int, hint: str) -> None:
    (finding,) = _outcome(32, sound_interior(), signature=signature).findings
    assert finding.message == f"4 pages are no multiple of {signature}"
    assert finding.hint == hint


def _without_content(pdf: Pdf, *pages: int) -> Pdf:
    for page in pages:
        pdf.pages[page - 1].obj.Contents = pdf.make_stream(b"")
    return pdf


def test_an_empty_page_is_a_warning_unless_the_blanks_are_known() -> None:
    pdf = _without_content(sound_interior(), 2, 4)
    known = replace(expected_of(Kind.INTERIOR), blanks=frozenset({4}))
    told = [(finding.page, finding.severity) for finding in _outcome(33, pdf, expected=Expected()).findings]
    assert told == [(2, Severity.WARNING), (4, Severity.WARNING)]
    assert [(finding.page, finding.severity) for finding in _outcome(33, pdf, expected=known).findings] == [
        (2, Severity.ERROR)
    ]


def test_white_paint_and_marks_leave_a_page_empty() -> None:
    pdf = _without_content(sound_interior(), 2)
    paint(pdf, 2, b"0 0 0 0 k 100 100 200 200 re f /All CS 1 SCN .25 w 200 %g m 200 %g l S" % (_TOP + 14, _TOP + 30))
    assert [finding.page for finding in _outcome(33, pdf, expected=Expected()).findings] == [2]


# 35 and 36


def _cover_expected(**changes: Any) -> Expected:
    return replace(expected_of(Kind.COVER), **changes)


def test_a_cover_within_the_tolerance_is_sound_and_one_beyond_is_stale() -> None:
    # A leaf of 60# is 0.0046 in, so 26 pages more are 0.0598 in, and 28 pages more are 0.0644 in; 1/16 in is 0.0625 in.
    near = _outcome(35, sound_cover(pages=COVER_PAGES + 26), kind=Kind.COVER)
    far = _outcome(35, sound_cover(pages=COVER_PAGES + 28), kind=Kind.COVER)
    assert near.status is Status.PASSED
    assert _said(far) == ["the cover is 14.432 in wide at the trim, and has to be 14.368 in"]
    assert far.findings[0].hint == "make the cover again for 160 pages on 60# uncoated: the spine is 0.368 in"


def test_another_paper_makes_a_cover_stale() -> None:
    pdf = sound_cover(pages=400)
    assert _outcome(35, pdf, kind=Kind.COVER, expected=_cover_expected(pages=400)).status is Status.PASSED
    assert _outcome(35, pdf, kind=Kind.COVER, expected=_cover_expected(pages=400, stock="cream")).findings


def test_a_cover_of_two_pages_is_found() -> None:
    pdf = sound_cover()
    pdf.pages.append(pdf.pages[0])
    assert "the cover has 2 pages, and is one wrap" in _said(_outcome(35, pdf, kind=Kind.COVER))


@pytest.mark.parametrize(
    ("number", "expected", "reason"),
    [
        (35, Expected(geometry=expected_of(Kind.COVER).geometry), "the interior's count of pages is not known"),
        (35, Expected(pages=160), "the interior's trim size is not known"),
        (35, _cover_expected(stock="felt"), "Specimen has no paper “felt”"),
        (36, Expected(), "the ISBN is not known"),
    ],
)
def test_a_cover_of_which_too_little_is_known_is_not_checked(number: int, expected: Expected, reason: str) -> None:
    outcome = _outcome(number, sound_cover(), kind=Kind.COVER, expected=expected)
    assert (outcome.status, outcome.reason) == (Status.NOT_CHECKED, reason)


def test_without_a_decoder_the_barcode_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "zxingcpp":
            raise ModuleNotFoundError(name)
        return imported(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    outcome = _outcome(36, sound_cover(), kind=Kind.COVER)
    assert outcome.status is Status.NOT_CHECKED
    assert "decoder" in outcome.reason


def test_the_barcode_is_found_where_it_is() -> None:
    (finding,) = _outcome(36, sound_cover(), kind=Kind.COVER, expected=_cover_expected(isbn="9781566199094")).findings
    assert finding.message == f"the barcode says {ISBN}, and the ISBN is 9781566199094"
    assert finding.box is not None
    # The bars start 11 modules of 0.33 mm into the panel, and are 95 modules wide.
    assert finding.box.left == pytest.approx(SLUG + 300 + 11 * 0.33 * 72 / 25.4, abs=1.5)
    assert finding.box.right - finding.box.left == pytest.approx(95 * 0.33 * 72 / 25.4, abs=2)


def test_the_printer_tells_how_small_a_barcode_may_be_and_whether_there_is_one() -> None:
    cover = CoverModel(barcode_least=1.2)
    (finding,) = _outcome(36, sound_cover(), kind=Kind.COVER, cover=cover).findings
    assert finding.message in {
        f"the barcode has {size}% of its full size; the least is 120%" for size in (99, 100, 101)
    }
    off = _outcome(36, sound_cover(), kind=Kind.COVER, cover=CoverModel(barcode=False))
    assert off.status is Status.NOT_APPLICABLE


def test_art_under_the_white_panel_is_no_part_of_the_barcode() -> None:
    pdf = sound_cover()
    page = pdf.pages[0]
    art = b"q .8 .8 .2 .2 k %g %g 20 20 re f Q\n" % (SLUG + 320, SLUG + 70)
    first = page.obj.Contents.read_bytes()
    ground, _, rest = first.partition(b"re f Q\n")
    page.obj.Contents = pdf.make_stream(ground + b"re f Q\n" + art + rest)
    assert _outcome(36, pdf, kind=Kind.COVER).status is Status.PASSED


def test_rules_of_the_cover_say_nothing_of_an_interior_and_the_other_way_round() -> None:
    def applicable(kind: Kind, pdf: Pdf, numbers: Sequence[int]) -> list[int]:
        told = {number: _outcome(number, pdf, kind=kind).status for number in numbers}
        return [number for number, status in told.items() if status is not Status.NOT_APPLICABLE]

    assert applicable(Kind.INTERIOR, sound_interior(), (32, 33, 35, 36)) == [32, 33]
    assert applicable(Kind.COVER, sound_cover(), (32, 33, 35, 36)) == [35, 36]
