"""Imposed PDFs, as pdfium shows them: every page at its place, and marks where nothing is lost by cutting them off."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from ctypes import c_double
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from click.testing import CliRunner, Result
from pikepdf import Name
from PIL import Image
from pypdfium2 import raw

from policybook.cli_impose import impose as command
from policybook.codes import CODES, Code
from policybook.diagnostics import ContentError
from policybook.geometry import Box
from policybook.prepress.imposition import impose
from policybook.prepress.imposition_layout import Job
from policybook.prepress.imposition_schedule import Scheme
from tests.unit.numbered_pdf import BLEED, numbered, saved

BOOKLET = Scheme()
EIGHT, SIXTEEN = Scheme(8, 8), Scheme(16, 16)
WHITE = (255, 255, 255)


@pytest.fixture(autouse=True)
def _codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The codes of this module, for as long as policybook.codes does not list them."""
    for code in ("IMPO001", "IMPO002", "IMPO003"):
        if code not in CODES:
            monkeypatch.setitem(CODES, code, Code("error", "…", "…"))


@dataclass(frozen=True)
class Shown:
    """Where the lower left corner of a page's trim came to lie, and whether the page stands on its head."""

    x: float
    y: float
    turned: bool = False


def shop(scheme: Scheme, caliper: float = 0.0, grind: float = 0.0) -> Job:
    return Job(scheme, caliper, grind, office=False)


def shown(pdf: bytes) -> list[dict[int, Shown]]:
    """The pages on each side, found by their numbers, which stand 10 pt right of and 270 pt above that corner."""
    sides = []
    with pypdfium2.PdfDocument(pdf) as document:
        for sheet in document:
            page, found, x, y = sheet.get_textpage(), {}, c_double(), c_double()
            for match in re.finditer(r"p(\d+)", page.get_text_range()):
                assert raw.FPDFText_GetCharOrigin(page, match.start(), x, y)
                turned = math.isclose(raw.FPDFText_GetCharAngle(page, match.start()), math.pi, abs_tol=0.01)
                sign = -1 if turned else 1
                corner = x.value - sign * 10, y.value - sign * 270
                found[int(match[1])] = Shown(round(corner[0], 2), round(corner[1], 2), turned)
            sides.append(found)
    return sides


def picture(pdf: bytes, side: int) -> Image.Image:
    """A side at four pixels a point."""
    with pypdfium2.PdfDocument(pdf) as document:
        drawn: Image.Image = document[side].render(scale=4).to_pil().convert("RGB")
        return drawn


def colour(drawn: Image.Image, x: float, y: float) -> str:
    """What is seen at a point of the sheet: cyan is a recto, magenta a verso."""
    pixel = drawn.getpixel((round(x * 4), round(drawn.height - y * 4)))
    assert isinstance(pixel, tuple)
    red, green, blue = pixel
    if pixel == WHITE:
        return "white"
    return "cyan" if red < min(green, blue) else "magenta" if green < min(red, blue) else "other"


def box(page: pikepdf.Page, name: str) -> Box:
    return Box(*(float(value) for value in page.obj[name]))


@dataclass(frozen=True)
class Marks:
    """What a side draws beside its pages: the ends of its lines, solid and dashed, and the boxes that it fills in K."""

    solid: list[tuple[float, ...]]
    dashed: list[tuple[float, ...]]
    filled: list[Box]


def marks(page: pikepdf.Page) -> Marks:
    found = Marks([], [], [])
    start: tuple[float, ...] = ()
    dashed = False
    for operation in pikepdf.parse_content_stream(page):
        assert isinstance(operation, pikepdf.ContentStreamInstruction)
        operands, operator = operation.operands, operation.operator
        name, values = (
            str(operator),
            [float(value) for value in operands if not isinstance(value, Name | pikepdf.Array)],
        )
        if name == "d":
            dashed = True
        elif name in ("m", "re"):
            start = tuple(values)
        elif name == "l":
            start += tuple(values)
        elif name == "S":
            (found.dashed if dashed else found.solid).append(start)
        elif name == "f" and len(start) == 4 and not dashed:
            found.filled.append(Box(start[0], start[1], start[0] + start[2], start[1] + start[3]))
        elif name == "Q":
            dashed, start = False, ()
    return found


def outside(ends: Sequence[float], around: Box) -> bool:
    """Whether a line is wholly beyond one side of a box."""
    xs, ys = ends[::2], ends[1::2]
    return max(xs) <= around.left or min(xs) >= around.right or max(ys) <= around.bottom or min(ys) >= around.top


def test_a_booklet_of_eight_pages() -> None:
    left, right = 36, 236  # a slug of half an inch, and one page
    assert shown(impose(numbered(8), shop(BOOKLET)).pdf) == [
        {8: Shown(left, 36), 1: Shown(right, 36)},
        {2: Shown(left, 36), 7: Shown(right, 36)},
        {6: Shown(left, 36), 3: Shown(right, 36)},
        {4: Shown(left, 36), 5: Shown(right, 36)},
    ]


def test_an_eight_page_signature_stands_head_to_head() -> None:
    # two pages beside a spine that is ground by 9 pt of each; heads apart by 9 pt of each; turned: the far corner
    assert shown(impose(numbered(8), shop(EIGHT, grind=9)).pdf) == [
        {5: Shown(236, 654, True), 4: Shown(454, 654, True), 8: Shown(36, 36), 1: Shown(254, 36)},
        {3: Shown(236, 654, True), 6: Shown(454, 654, True), 2: Shown(36, 36), 7: Shown(254, 36)},
    ]


def test_a_sixteen_page_signature() -> None:
    front, back = shown(impose(numbered(16), shop(SIXTEEN, grind=9)).pdf)
    lefts = (36, 254, 472, 690)
    for side, turned, upright in ((front, (5, 12, 9, 8), (4, 13, 16, 1)), (back, (7, 10, 11, 6), (2, 15, 14, 3))):
        assert {page: side[page] for page in turned} == {
            page: Shown(left + 200, 654, True) for page, left in zip(turned, lefts, strict=True)
        }
        assert {page: side[page] for page in upright} == {
            page: Shown(left, 36) for page, left in zip(upright, lefts, strict=True)
        }


def test_pages_of_books_with_a_gutter_are_placed_by_their_trim() -> None:
    assert shown(impose(numbered(8, shift=27), shop(BOOKLET)).pdf) == shown(impose(numbered(8), shop(BOOKLET)).pdf)


def test_blanks_fill_the_last_signature() -> None:
    imposed = impose(numbered(18), shop(SIXTEEN))
    sides = shown(imposed.pdf)
    assert (imposed.pages, imposed.blanks, imposed.signatures, imposed.sheets) == (18, 14, 2, 2)
    assert [sorted(side) for side in sides[2:]] == [[17], [18]]
    assert sorted(page for side in sides for page in side) == list(range(1, 19))


@pytest.mark.parametrize(("scheme", "count"), [(BOOKLET, 16), (SIXTEEN, 16), (Scheme(4, 16), 16), (Scheme(8), 16)])
def test_creep_moves_pages_to_the_spine_by_the_leaves_outside(scheme: Scheme, count: int) -> None:
    caliper = 0.5
    for flat, crept in zip(
        shown(impose(numbered(count), shop(scheme)).pdf),
        shown(impose(numbered(count), shop(scheme, caliper)).pdf),
        strict=True,
    ):
        for page in flat:
            leaves = (min(page, count + 1 - page) - 1) // 2
            spine_at_left = page % 2 == 1
            spine_at_left ^= flat[page].turned
            moved = -leaves * caliper if spine_at_left else leaves * caliper
            assert crept[page].x - flat[page].x == pytest.approx(moved, abs=0.011)
            assert crept[page].y == flat[page].y


def test_creep_starts_again_with_each_signature() -> None:
    sides = shown(impose(numbered(16), shop(EIGHT, caliper=0.5)).pdf)
    assert [sides[0][1].x, sides[2][9].x] == [sides[0][1].x] * 2


def test_crop_marks_move_with_the_pages() -> None:
    with pikepdf.open(BytesIO(impose(numbered(8), shop(BOOKLET, caliper=2)).pdf)) as pdf:
        outer, inner = marks(pdf.pages[0]).solid, marks(pdf.pages[2]).solid
    upright = [sorted({line[0] for line in lines if line[0] == line[2]}) for lines in (outer, inner)]
    assert upright == [[36, 436], [38, 434]]


@pytest.mark.parametrize("scheme", [BOOKLET, EIGHT, SIXTEEN, Scheme(32, 32), Scheme(4, 16)])
@pytest.mark.parametrize("grind", [0.0, 9.0])
def test_marks_stand_outside_trim_and_bleed_and_on_the_sheet(scheme: Scheme, grind: float) -> None:
    with pikepdf.open(BytesIO(impose(numbered(32), shop(scheme, 0.33, grind)).pdf)) as pdf:
        for page in pdf.pages:
            lines = marks(page).solid + marks(page).dashed
            assert len(marks(page).solid) >= 8
            # a fold between any two columns and rows, marked at both ends
            assert len(marks(page).dashed) == 2 * (scheme.columns - 1 + scheme.rows - 1)
            sheet = box(page, "/MediaBox")
            for line in lines:
                assert outside(line, box(page, "/BleedBox"))
                assert outside(line, box(page, "/TrimBox").grown(12))
                assert all(sheet.left <= x <= sheet.right for x in line[::2])
                assert all(sheet.bottom <= y <= sheet.top for y in line[1::2])


def test_marks_are_in_every_ink() -> None:
    with pikepdf.open(BytesIO(impose(numbered(4), shop(BOOKLET)).pdf)) as pdf:
        kind, name, _, _ = pdf.pages[0].Resources.ColorSpace.Marks
        assert (kind, name) == (Name.Separation, Name.All)
        assert b"/Marks CS /Marks cs 1 SCN 1 scn" in pdf.pages[0].Contents.read_bytes()


def test_collation_marks_make_a_stair_on_the_spines() -> None:
    with pikepdf.open(BytesIO(impose(numbered(48), shop(SIXTEEN, grind=9)).pdf)) as pdf:
        found = [marks(page).filled for page in pdf.pages]
    assert [len(boxes) for boxes in found] == [1, 0, 1, 0, 1, 0]
    stair = [boxes[0] for boxes in found if boxes]
    spine = 690 - 9  # of 16 and 1, beside each other at the foot of the front
    assert {(step.left + step.right) / 2 for step in stair} == {spine}
    assert all(spine - 9 <= step.left < step.right <= spine + 9 for step in stair)
    assert [upper.bottom for upper in stair[:-1]] == [lower.top for lower in stair[1:]]
    assert all(36 < step.bottom < step.top < 336 for step in stair)


@pytest.mark.parametrize("count", [40, 1000])
def test_the_stair_stays_on_the_spine_however_many_signatures_there_are(count: int) -> None:
    with pikepdf.open(BytesIO(impose(numbered(count), shop(Scheme(8, 8), grind=9)).pdf)) as pdf:
        steps = [marks(page).filled[0] for page in pdf.pages[::2]]
    assert all(36 < step.bottom < step.top < 336 for step in steps)


def test_a_booklet_has_no_collation_marks() -> None:
    with pikepdf.open(BytesIO(impose(numbered(16), shop(BOOKLET)).pdf)) as pdf:
        assert not any(marks(page).filled for page in pdf.pages)


def test_for_a_shop_bleed_is_printed_and_ends_at_the_fold() -> None:
    drawn = picture(impose(numbered(8), shop(BOOKLET)).pdf, 0)
    seen = [
        colour(drawn, x, 100) for x in (36 - BLEED - 1, 36 - BLEED + 1, 38, 235, 237, 436 + BLEED - 1, 436 + BLEED + 1)
    ]
    assert seen == ["white", "magenta", "magenta", "magenta", "cyan", "cyan", "white"]
    assert [colour(drawn, 100, y) for y in (36 - BLEED - 1, 36 - BLEED + 1)] == ["white", "magenta"]


def test_no_page_paints_over_the_fold_onto_a_blank() -> None:
    pdf = impose(numbered(2), shop(BOOKLET, caliper=3)).pdf
    front, back = picture(pdf, 0), picture(pdf, 1)
    assert [colour(front, x, 100) for x in (235, 237)] == ["white", "cyan"]
    assert [colour(back, x, 100) for x in (235, 237)] == ["magenta", "white"]


def test_what_is_ground_off_bleeds_and_no_page_paints_on_its_neighbour() -> None:
    drawn = picture(impose(numbered(16), shop(SIXTEEN, grind=9)).pdf, 0)
    assert [colour(drawn, x, 100) for x in (237, 244, 246, 253)] == ["magenta", "magenta", "cyan", "cyan"]  # 4 | 13
    assert [colour(drawn, x, 100) for x in (455, 462, 464, 471)] == ["cyan", "cyan", "magenta", "magenta"]  # 13 : 16
    assert [colour(drawn, 100, y) for y in (337, 344, 346, 353)] == ["magenta", "magenta", "cyan", "cyan"]  # 4 under 5


def test_in_an_office_nothing_but_marks_is_printed_outside_the_trim() -> None:
    imposed = impose(numbered(8), Job(BOOKLET, sheet=(1224, 792)))
    drawn = picture(imposed.pdf, 0)
    left, bottom = (1224 - 400) / 2, (792 - 300) / 2
    assert shown(imposed.pdf)[0] == {8: Shown(left, bottom), 1: Shown(left + 200, bottom)}
    assert [colour(drawn, x, 396) for x in (left - 1, left + 1, left + 399, left + 401)] == [
        "white",
        "magenta",
        "cyan",
        "white",
    ]
    assert [colour(drawn, 612 - 20, y) for y in (bottom - 1, bottom + 1, bottom + 299, bottom + 301)] == [
        "white",
        "magenta",
        "magenta",
        "white",
    ]


@pytest.mark.parametrize(
    ("trim", "sheet"),
    [
        ((504, 720), (1224, 792)),  # 7 x 10 in
        ((396, 612), (792, 612)),  # half a letter
        ((419.53, 595.28), (841.89, 595.276)),  # A5
        ((595.28, 841.89), (1190.551, 841.89)),  # A4
        ((612, 792), (1224, 792)),  # letter
    ],
)
def test_an_office_sheet_is_chosen_from_the_pages(trim: tuple[float, float], sheet: tuple[float, float]) -> None:
    imposed = impose(numbered(4, *trim), Job(BOOKLET))
    assert (imposed.sheet_width, imposed.sheet_height) == pytest.approx(sheet, abs=0.01)


def test_a_sheet_without_room_for_marks_has_none() -> None:
    with pikepdf.open(BytesIO(impose(numbered(4, 396, 612), Job(BOOKLET)).pdf)) as pdf:
        page = pdf.pages[0]
        assert marks(page) == Marks([], [], [])
        assert box(page, "/TrimBox") == box(page, "/MediaBox")


def test_pages_that_do_not_fit_the_sheet_are_refused() -> None:
    with pytest.raises(ValueError, match=r"the pages need 14 x 10 in, and the sheet is 8\.5 x 11 in"):
        impose(numbered(4, 504, 720), Job(BOOKLET, sheet=(612, 792)))
    with pytest.raises(ValueError, match="more than any office sheet"):
        impose(numbered(4, 1000, 1200), Job(BOOKLET))


@pytest.mark.parametrize(
    "job", [shop(BOOKLET, 0.33), shop(SIXTEEN, 0.33, 9), Job(BOOKLET), Job(EIGHT, sheet=(1224, 792))]
)
def test_boxes_nest(job: Job) -> None:
    with pikepdf.open(BytesIO(impose(numbered(16), job).pdf)) as pdf:
        for page in pdf.pages:
            media, crop, bleed, trim = (box(page, name) for name in ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox"))
            assert crop == media
            assert media.left <= bleed.left <= trim.left < trim.right <= bleed.right <= media.right
            assert media.bottom <= bleed.bottom <= trim.bottom < trim.top <= bleed.top <= media.top
            assert trim.left - bleed.left == (0 if job.office else BLEED)
            assert "/ArtBox" not in page.obj


def test_what_makes_it_a_file_for_the_press_is_kept() -> None:
    source = numbered(8)
    with pikepdf.open(BytesIO(source)) as before, pikepdf.open(BytesIO(impose(source, shop(BOOKLET)).pdf)) as pdf:
        assert pdf.Root.OutputIntents[0].OutputConditionIdentifier == "FOGRA39"
        assert (
            pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes()
            == before.Root.OutputIntents[0].DestOutputProfile.read_bytes()
        )
        assert {key: str(value) for key, value in pdf.docinfo.items()} == {"/Title": "Numbered", "/Trapped": "/False"}
        assert pdf.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        assert pdf.pdf_version == before.pdf_version
        assert {str(page.obj.Group.CS) for page in pdf.pages} == {"/DeviceCMYK"}
        assert not any("/Annots" in page.obj for page in pdf.pages)
        assert pdf.check_pdf_syntax() == []


def test_what_is_not_true_of_sheets_goes() -> None:
    with pikepdf.open(BytesIO(impose(numbered(8, accessible=True), shop(BOOKLET)).pdf)) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages", "/Metadata", "/OutputIntents"}
        with pdf.open_metadata() as packet:
            assert packet.get("pdfxid:GTS_PDFXVersion") == "PDF/X-4"
            assert not [key for key in packet if "pdfua" in key]


def test_a_file_of_pdf_1_4_stays_one() -> None:
    with pikepdf.open(BytesIO(numbered(8))) as pdf:
        buffer = BytesIO()
        pdf.save(buffer, force_version="1.4", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    out = impose(buffer.getvalue(), shop(BOOKLET)).pdf
    assert out.startswith(b"%PDF-1.4")
    assert b"/ObjStm" not in out


def test_an_office_printer_is_told_how_to_turn_the_sheets() -> None:
    for sheet, turn in (((1224, 792), "/DuplexFlipShortEdge"), ((600, 1224), "/DuplexFlipLongEdge")):
        with pikepdf.open(BytesIO(impose(numbered(8), Job(BOOKLET, sheet=sheet)).pdf)) as pdf:
            assert pdf.Root.ViewerPreferences.Duplex == Name(turn)
            assert pdf.Root.ViewerPreferences.PrintScaling == Name("/None")


def test_the_same_file_gives_the_same_bytes() -> None:
    source = numbered(20)
    job = shop(SIXTEEN, 0.33, 9)
    first, again, other = (impose(source, one).pdf for one in (job, job, shop(EIGHT)))
    assert first == again
    assert identifier(first) != identifier(other)  # it is made from the content, not from the clock


def identifier(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return bytes(opened.trailer.ID[1])


def changed(**boxes: list[float] | int) -> bytes:
    """Four pages, the third of which has other entries; an empty list takes one away."""
    with pikepdf.open(BytesIO(numbered(4))) as pdf:
        for name, value in boxes.items():
            if value == []:
                del pdf.pages[2].obj[f"/{name}"]
            else:
                pdf.pages[2].obj[f"/{name}"] = pikepdf.Array(value) if isinstance(value, list) else value
        return saved(pdf)


def refused(source: bytes) -> str:
    with pytest.raises(ContentError) as caught:
        impose(source, shop(BOOKLET))
    assert all(problem.hint for problem in caught.value.problems)
    return str(caught.value)


def test_no_pdf_is_refused() -> None:
    assert refused(b"Dear printer,") == "IMPO001 the file is not a PDF, or is damaged"
    assert refused(b"").startswith("IMPO001")
    assert refused(numbered(8)[:-900]).startswith("IMPO001")
    assert refused(saved(pikepdf.new())) == "IMPO001 the PDF has no pages"


@pytest.mark.parametrize("password", ["", "secret"])
def test_an_encrypted_file_is_refused(password: str) -> None:
    with pikepdf.open(BytesIO(numbered(4))) as pdf:
        source = saved(pdf, encryption=pikepdf.Encryption(owner="owner", user=password))
    assert refused(source) == "IMPO001 the PDF is encrypted"


def test_a_page_without_a_trim_is_refused() -> None:
    assert refused(changed(TrimBox=[])) == "IMPO002 no TrimBox says where page 3 ends"
    assert refused(changed(TrimBox=[10, 10, 10, 50])).startswith("IMPO002")
    with pikepdf.open(BytesIO(numbered(4))) as pdf:
        for page in pdf.pages:
            del page.obj.TrimBox
        source = saved(pdf)
    assert refused(source) == "IMPO002 no TrimBox says where page 1 (and 3 others) ends"


def test_a_turned_or_scaled_page_is_refused() -> None:
    assert refused(changed(Rotate=90)) == "IMPO002 page 3 is turned or scaled (Rotate, UserUnit)"
    assert refused(changed(UserUnit=2)).startswith("IMPO002")
    with pikepdf.open(BytesIO(numbered(4))) as pdf:
        pdf.Root.Pages.Rotate = 180
        source = saved(pdf)
    assert refused(source).startswith("IMPO002 page 1 (and 3 others) is turned")


def test_all_that_is_wrong_with_pages_is_said_at_once() -> None:
    assert refused(changed(TrimBox=[], Rotate=90)).count("IMPO002") == 2


def test_pages_of_several_sizes_are_refused() -> None:
    words = refused(changed(TrimBox=[80, 100, 280, 403.6]))
    assert words == "IMPO003 page 1 is 2.778 x 4.167 in when trimmed, and page 3 is 2.778 x 4.217 in"


def test_a_trim_given_by_other_corners_is_the_same() -> None:
    assert shown(impose(changed(TrimBox=[280, 400, 80, 100]), shop(BOOKLET)).pdf) == shown(
        impose(numbered(4), shop(BOOKLET)).pdf
    )


def test_a_page_without_a_bleed_box_has_no_bleed() -> None:
    with pikepdf.open(BytesIO(numbered(4))) as pdf:
        for page in pdf.pages:
            del page.obj.BleedBox
        source = saved(pdf)
    drawn = picture(impose(source, shop(BOOKLET)).pdf, 0)
    assert [colour(drawn, x, 100) for x in (35, 37)] == ["white", "magenta"]


def test_an_empty_page_stays_empty() -> None:
    with pikepdf.open(BytesIO(numbered(4))) as pdf:
        del pdf.pages[2].obj.Contents
        source = saved(pdf)
    assert shown(impose(source, shop(BOOKLET)).pdf)[1] == {2: Shown(36, 36)}


# The command


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "interior.pdf"
    path.write_bytes(numbered(10))
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_the_command_says_what_it_made_and_how_it_is_printed(book: Path) -> None:
    out = book.with_name("booklet.pdf")
    result = run(book, out, "--caliper", "0.0046in", "--sheet", "tabloid")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        f"{out}: 10 pages and 2 blanks as a booklet on 3 sheets of 11 x 17 in",
        "print both sides at 100 %, turned on the long edge",
    ]
    assert out.read_bytes() == impose(book.read_bytes(), Job(BOOKLET, 0.0046 * 72, sheet=(792, 1224))).pdf
    assert sorted(path.name for path in book.parent.iterdir()) == ["booklet.pdf", "interior.pdf"]


def test_signatures_for_a_shop(book: Path) -> None:
    out = book.with_name("out.pdf")
    result = run(book, out, "--scheme", "signatures", "--pages-per-signature", "8", "--for", "shop", "--json")
    assert json.loads(result.stdout) == {
        "path": str(out),
        "pages": 10,
        "blanks": 6,
        "signatures": 2,
        "sheets": 2,
        "sheet": [490.0, 690.0],
    }
    assert out.read_bytes() == impose(book.read_bytes(), shop(EIGHT, grind=9)).pdf


def test_signatures_of_office_sheets(book: Path) -> None:
    out = book.with_name("out.pdf")
    result = run(book, out, "--scheme", "signatures", "--pages-per-signature", 12, "--pages-per-sheet", 4, "--json")
    assert json.loads(result.stdout)["sheets"] == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--sheet", "letterhead"), "“letterhead” is no sheet"),
        (("--sheet", "0.1x9in"), "too small to print on"),
        (("--sheet", "3x3in"), "the pages need 5.556 x 4.167 in, and the sheet is 3 x 3 in"),
        (("--caliper", "thin"), "“thin” is not a length"),
        (("--pages-per-signature", "8"), "a booklet is one signature"),
        (("--scheme", "signatures", "--pages-per-signature", "12"), "no sheet holds 12 pages"),
        (("--scheme", "signatures", "--pages-per-signature", "12", "--pages-per-sheet", "8"), "can't have 12 pages"),
        (("--scheme", "origami"), "origami"),
    ],
)
def test_a_wrong_option_is_the_command_lines_fault(book: Path, options: tuple[str, ...], words: str) -> None:
    out = book.with_name("out.pdf")
    result = run(book, out, *options)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())
    assert not out.exists()


def test_a_file_that_can_not_be_imposed_is_the_contents_fault_and_nothing_is_written(tmp_path: Path) -> None:
    source, out = tmp_path / "letter.pdf", tmp_path / "out.pdf"
    source.write_text("Dear printer,")
    out.write_text("the last good one")
    result = run(source, out)
    assert result.exit_code == 1
    assert "IMPO001 the file is not a PDF, or is damaged" in result.stderr
    assert out.read_text() == "the last good one"


def test_a_file_is_not_imposed_onto_itself(book: Path) -> None:
    before = book.read_bytes()
    result = run(book, book)
    assert result.exit_code == 2
    assert "choose another name" in result.stderr
    assert book.read_bytes() == before


def test_a_folder_that_is_not_there_is_named(book: Path) -> None:
    result = run(book, book.parent / "nowhere" / "out.pdf")
    assert result.exit_code == 2
    assert "there is no folder" in result.stderr


def test_help_has_an_example() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "Example: policybook impose" in result.stdout
