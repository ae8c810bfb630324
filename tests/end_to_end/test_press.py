"""The files for the press of the shipped edition, as a print shop opens them: with pikepdf, pypdf, pdfium and zxing.

They are held against the screen edition, the printer's YAML and the tokens of the style sheet, never against the data
of the code that made them. That another process, in another folder and with another PYTHONHASHSEED, gives the same
bytes of the shipped edition is proved in test_shipped_edition by the manifest, which has the SHA-256 of these too.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdf
import pypdfium2
import pytest
import yaml
from click.testing import CliRunner
from PIL import Image

from policybook.cli import main
from policybook.diagnostics import RefusedError
from policybook.pipeline import Order, build
from tests.conftest import ROOT
from tests.end_to_end.conftest import Shipped
from tests.end_to_end.drawing import Sides
from tests.end_to_end.printed import Picture, Printed, barcode, delivered, grown, letters, picture, points, shift
from tests.end_to_end.reading import Reading, normal, roman_value
from tests.end_to_end.sources import Sources

#: The most by which a channel of a pixel, of 255, may differ between the pictures of a page for the screen and for the
#: press, both by pdfium at 72 ppi: colours shift into the gamut of the inks, and nothing moves. 17 were measured.
MOST_SHIFT = 24
#: Letters stand where they stand on the screen, by so many points.
STILL = 0.01
FOOT = 60.0
ISBN = re.compile(r"\d{13}")
KEYS_OF_PAGES = {
    *("/Type", "/Parent", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/Resources", "/Contents", "/Group"),
}


@pytest.fixture(scope="module")
def interior(shipped: Shipped) -> Iterator[Printed]:
    printed = Printed(shipped.folder / "press" / "interior.pdf")
    yield printed
    printed.close()


@pytest.fixture(scope="module")
def cover(shipped: Shipped) -> Iterator[Printed]:
    printed = Printed(shipped.folder / "press" / "cover.pdf")
    yield printed
    printed.close()


@pytest.fixture(scope="module")
def printer(sources: Sources, checkout: Path) -> dict[str, Any]:
    """What the YAML of the edition's printer says, as a reader with a text editor sees it."""
    name = sources.edition["press"]["printer"]
    return dict(yaml.safe_load((checkout / "printers" / f"{name}.yaml").read_text("utf-8")))


@pytest.fixture(scope="module")
def tokens(checkout: Path) -> dict[str, tuple[float, ...]]:
    """The builds that tokens.css states, as parts of 1, by the names of their colours."""
    sheet = (checkout / "styles" / "tokens.css").read_text("utf-8")
    stated = re.findall(r"--([\w-]+)-build:((?: [\d.]+){4});", sheet)
    return {name: tuple(float(part) / 100 for part in build.split()) for name, build in stated}


def pairs(interior: Printed, book: Reading) -> Iterator[tuple[int, pypdfium2.PdfPage, pypdfium2.PdfPage]]:
    """Each page of the book: its number on the screen, on which the cover comes first, it there, and it in print."""
    for page in range(1, book.count):
        yield page, book.pdfium[page], interior.pdfium[page - 1]


# --- the same pages as on the screen ----------------------------------------------------------------------------------


def test_the_folios_are_those_of_the_screen_page_by_page(interior: Printed, book: Reading) -> None:
    printed = 0
    for page, there, here in pairs(interior, book):
        left, bottom, right, _ = here.get_trimbox()
        foot = here.get_textpage().get_text_bounded(left, bottom, right, bottom + FOOT).strip()
        left, bottom, right, _ = there.get_trimbox()
        assert foot == there.get_textpage().get_text_bounded(left, bottom, right, bottom + FOOT).strip()
        if book.folios[page]:
            assert foot == book.folios[page]
            printed += 1
            value = int(foot) if foot.isdecimal() else roman_value(foot)
            assert here.get_trimbox()[0] == (-4.5 if value % 2 else 4.5), "a recto's folio is odd"
    assert printed > book.count / 2


def test_every_letter_of_every_page_stands_where_it_stands_on_the_screen(interior: Printed, book: Reading) -> None:
    count = 0
    for page, there, here in pairs(interior, book):
        wanted, found = letters(there), letters(here)
        assert "".join(sign for sign, _, _ in found) == "".join(sign for sign, _, _ in wanted), f"page {page}"
        for (_, x, y), (_, u, v) in zip(wanted, found, strict=True):
            assert abs(x - u) < STILL, f"page {page}"
            assert abs(y - v) < STILL, f"page {page}"
        count += len(found)
    assert count > 100_000
    assert letters(book.pdfium[20]) != letters(book.pdfium[22])


def test_every_page_looks_as_on_the_screen(interior: Printed, book: Reading) -> None:
    for page, there, here in pairs(interior, book):
        assert shift(picture(there), picture(here)) <= MOST_SHIFT, f"page {page}"
    assert shift(picture(book.pdfium[20]), picture(book.pdfium[22])) > 4 * MOST_SHIFT


def test_the_last_signature_is_filled_with_blanks_at_the_end_and_nowhere_else(
    interior: Printed, book: Reading, printer: dict[str, Any]
) -> None:
    of_the_book = book.count - 1
    assert interior.count % printer["signature"] == 0
    assert of_the_book <= interior.count < of_the_book + printer["signature"]
    for page in range(of_the_book, interior.count):
        assert not letters(interior.pdfium[page])
        assert picture(interior.pdfium[page], interior.box("/BleedBox", page)).min() == 255
    assert letters(interior.pdfium[of_the_book - 1])
    assert interior.box("/TrimBox")[0] < 0 < interior.box("/TrimBox", 1)[0], "the half title is a recto"


# --- boxes, marks, bleed ----------------------------------------------------------------------------------------------


def test_the_boxes_are_exact(interior: Printed, sources: Sources, printer: dict[str, Any]) -> None:
    width, height = map(points, sources.edition["page"]["trim"])
    assert interior.count
    for page in range(interior.count):
        trim, media = interior.box("/TrimBox", page), interior.box("/MediaBox", page)
        assert (trim[2] - trim[0], trim[3] - trim[1]) == (width, height)
        assert interior.box("/BleedBox", page) == grown(trim, points(printer["bleed"]))
        assert media == interior.box("/CropBox", page) == grown(trim, points(printer["marks"]["slug"]))
        assert set(interior.pikepdf.pages[page].obj.keys()) == KEYS_OF_PAGES


def test_marks_stand_outside_the_bleed_and_nothing_else_does(interior: Printed, printer: dict[str, Any]) -> None:
    offset = points(printer["marks"]["offset"])
    marks = [paint for paint in interior.drawing.paints if paint.color[0].startswith("/Separation")]
    assert {paint.color for paint in marks} == {("/Separation /All over /DeviceCMYK", (1.0,))}
    for paint in marks:
        assert not paint.touches(grown(interior.box("/TrimBox", paint.page), offset)), paint
    for page in range(interior.count):
        left, bottom, right, top = interior.box("/TrimBox", page)
        crops = {paint.box for paint in marks if paint.page == page}
        for x in (left, right):
            assert any(box[0] == box[2] == x and box[3] < bottom for box in crops)
            assert any(box[0] == box[2] == x and box[1] > top for box in crops)
        for y in (bottom, top):
            assert any(box[1] == box[3] == y and box[2] < left for box in crops)
            assert any(box[1] == box[3] == y and box[0] > right for box in crops)
        assert _ring(interior, page, points(printer["bleed"]), offset).min() == 255


def _ring(printed: Printed, page: int, inner: float, outer: float) -> Picture:
    """The pixels between the bleed and the marks, two to a point; those that lie half over an edge are left out."""
    shown = picture(printed.pdfium[page], grown(printed.box("/TrimBox", page), outer), 2)
    kept = np.ones(shown.shape[:2], bool)
    edge = round(2 * (outer - inner)) - 1
    kept[edge:-edge, edge:-edge] = False
    kept[[0, -1]] = kept[:, [0, -1]] = False
    return shown[kept]


def test_each_part_opens_with_a_plate_of_its_ink_to_the_bleeds_edge(
    interior: Printed, sources: Sources, tokens: dict[str, tuple[float, ...]]
) -> None:
    plates = [
        paint
        for paint in interior.drawing.paints
        if paint.kind == "path" and paint.covers(interior.box("/BleedBox", paint.page))
    ]
    titles = [normal(title) for title, _ in sources.parts]
    assert len(plates) == len(titles) == 7
    for number, (plate, title) in enumerate(zip(plates, titles, strict=True), start=1):
        assert plate.color == ("/DeviceCMYK", tokens[f"ink-{number}"])
        page = interior.pdfium[plate.page]
        assert title in normal("".join(sign for sign, _, _ in letters(page)))
        shown = picture(page, interior.box("/BleedBox", plate.page))
        corners = shown[[0, 0, -1, -1], [0, -1, 0, -1]]
        assert (corners == corners[0]).all()
        assert corners.min() < 128


# --- colours ----------------------------------------------------------------------------------------------------------


def test_the_colours_in_use_are_the_builds_of_the_tokens(
    interior: Printed, cover: Printed, tokens: dict[str, tuple[float, ...]]
) -> None:
    """The shipped edition has no photographs: whatever is painted inside the bleed is one of the brand's colours."""
    for file in (interior, cover):
        inside = {
            paint.color
            for paint in file.drawing.paints
            if paint.touches(grown(file.box("/BleedBox", paint.page), 1), slack=0)
        }
        assert inside <= {("/DeviceCMYK", build) for build in tokens.values()}
        assert {("/DeviceCMYK", tokens[f"ink-{number}"]) for number in range(1, 8)} <= inside


def test_no_other_colour_than_of_inks_is_in_use(interior: Printed, cover: Printed) -> None:
    for file in (interior, cover):
        assert {"rg", "RG", "ri"}.isdisjoint(file.drawing.operators)
        families = {color[0] for color in file.drawing.colors()}
        assert families <= {"/DeviceCMYK", "/DeviceGray", "/Separation /All over /DeviceCMYK"}
        assert "/DeviceCMYK" in families


def test_body_text_is_black_ink_alone(interior: Printed, book: Reading) -> None:
    size = 9.75
    first, last = book.page_of("1") - 1, interior.count
    text = [paint for paint in interior.drawing.paints if paint.kind == "text" and abs(paint.size - size) < 0.01]
    body = [paint for paint in text if first <= paint.page < last]
    assert len(body) > 1000
    assert {paint.color for paint in body} == {("/DeviceCMYK", (0.0, 0.0, 0.0, 1.0))}
    rules = {paint.color for paint in interior.drawing.paints if paint.kind == "path" and _is_hairline(paint.box)}
    assert ("/DeviceCMYK", (0.0, 0.0, 0.0, 0.4)) in rules


def _is_hairline(box: Sides) -> bool:
    left, bottom, right, top = box
    return top - bottom < 0.6 and right - left > 100


# --- nothing that a press can't print ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["interior", "cover"])
def test_there_is_nothing_in_the_file_but_pages(name: str, request: pytest.FixtureRequest) -> None:
    file: Printed = request.getfixturevalue(name)
    assert set(file.pikepdf.Root.keys()) == {"/Type", "/Pages", "/Metadata", "/OutputIntents"}
    assert not file.pikepdf.is_encrypted
    assert {"BMC", "BDC", "EMC", "MP", "DP"}.isdisjoint(file.drawing.operators), "marked content, as tags have it"
    kinds = {"/Annot", "/OCG", "/StructElem", "/StructTreeRoot", "/Filespec", "/EmbeddedFile", "/Action", "/Outlines"}
    for thing in file.dictionaries():
        assert str(thing.get("/Type", "")) not in kinds
        assert {"/JS", "/Annots", "/AA", "/A", "/StructParents", "/OPI", "/PieceInfo"}.isdisjoint(thing.keys())
    assert not pypdf.PdfReader(file.path).outline


@pytest.mark.parametrize("name", ["interior", "cover"])
def test_all_fonts_are_embedded(name: str, request: pytest.FixtureRequest) -> None:
    file: Printed = request.getfixturevalue(name)
    fonts = [thing for thing in file.dictionaries() if thing.get("/Type") == "/Font"]
    composite = [font for font in fonts if font.Subtype == "/Type0"]
    assert composite
    assert {str(font.Subtype) for font in fonts} <= {"/Type0", "/CIDFontType0", "/CIDFontType2"}
    for font in composite:
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys()), font.BaseFont
        assert re.match(r"/[A-Z]{6}\+", str(font.BaseFont))


@pytest.mark.parametrize("name", ["interior", "cover"])
def test_the_file_says_what_it_is_and_holds_the_shipped_profile(
    name: str, request: pytest.FixtureRequest, printer: dict[str, Any], checkout: Path
) -> None:
    file: Printed = request.getfixturevalue(name)
    assert file.path.read_bytes().startswith(b"%PDF-1.6\n")
    (intent,) = file.pikepdf.Root["/OutputIntents"]
    assert intent.S == "/GTS_PDFX"
    assert str(intent.OutputConditionIdentifier) == printer["condition"]["identifier"] == "FOGRA39"
    assert str(intent.RegistryName) == "http://www.color.org"
    profile = (checkout / "printers" / printer["condition"]["profile"]).read_bytes()
    assert intent.DestOutputProfile.read_bytes() == profile
    assert intent.DestOutputProfile.N == 4
    with file.pikepdf.open_metadata() as written:
        assert written["pdfxid:GTS_PDFXVersion"] == printer["standard"] == "PDF/X-4"
        assert written["pdf:Trapped"] == "False"
    assert file.pikepdf.docinfo["/Trapped"] == pikepdf.Name("/False")
    for page in file.pikepdf.pages:
        assert page.obj.Group.CS == "/DeviceCMYK"


# --- the cover --------------------------------------------------------------------------------------------------------


def test_the_wrap_is_as_wide_as_the_interior_is_thick(
    interior: Printed, cover: Printed, sources: Sources, printer: dict[str, Any]
) -> None:
    width, height = map(points, sources.edition["page"]["trim"])
    stock, asked = printer["stocks"][0], printer["cover"]
    spine = interior.count / 2 * points(stock["caliper"]) + 2 * points(asked["caliper"])
    trim = cover.box("/TrimBox")
    assert cover.count == 1
    assert (trim[2] - trim[0], trim[3] - trim[1]) == pytest.approx((2 * width + spine, height), abs=0.001)
    assert cover.box("/BleedBox") == pytest.approx(grown(trim, points(asked["bleed"])), abs=0.001)
    facts = dict(re.findall(r"(\w+)=([^;]+)", str(cover.pikepdf.docinfo["/PolicybookCover"])))
    assert facts["isbn"] == sources.edition["isbn"].replace("-", "")
    assert facts["printer"] == sources.edition["press"]["printer"]
    assert (facts["stock"], facts["pages"]) == (stock["id"], str(interior.count))
    assert float(facts["spine_width"]) == pytest.approx(spine, abs=0.001)


def test_the_spine_is_inked_over_both_folds_and_bears_no_type_where_it_is_too_narrow(
    interior: Printed, cover: Printed, sources: Sources, printer: dict[str, Any], tokens: dict[str, tuple[float, ...]]
) -> None:
    left, bottom, right, top = cover.box("/TrimBox")
    width = points(sources.edition["page"]["trim"][0])
    spine = left + width, bottom, right - width, top
    assert interior.count >= printer["cover"]["spine_text_from"]
    assert spine[2] - spine[0] - 2 * points(printer["cover"]["spine_text_clearance"]) < 10
    assert not letters(cover.pdfium[0], spine)
    whole = cover.box("/BleedBox")
    inked = [paint for paint in cover.drawing.paints if paint.covers((spine[0] - 9, whole[1], spine[2] + 9, whole[3]))]
    inks = [tokens[f"ink-{number}"] for number in range(1, 8)]
    assert any(paint.color[1] in inks and not paint.covers(whole) for paint in inked)


def test_the_front_of_the_cover_is_that_of_the_screen(cover: Printed, book: Reading, sources: Sources) -> None:
    width = points(sources.edition["page"]["trim"][0])
    _, bottom, right, top = cover.box("/TrimBox")
    front = right - width, bottom, right, top
    there, here = book.pdfium[0], cover.pdfium[0]
    origin = there.get_trimbox()[0]
    wanted = sorted((sign, round(x - origin, 1), round(y, 1)) for sign, x, y in letters(there))
    found = sorted((sign, round(x - front[0], 1), round(y, 1)) for sign, x, y in letters(here, front))
    assert found == wanted
    words = normal("".join(sign for sign, _, _ in letters(here, front)))
    assert normal(sources.edition["title"]) in words
    assert normal(sources.edition["subtitle"]) in words
    largest = max((paint for paint in cover.drawing.paints if paint.kind == "text"), key=lambda paint: paint.size)
    assert largest.size >= 60
    assert front[0] < largest.box[0] < front[2]
    assert shift(_coarse(there, there.get_trimbox()), _coarse(here, front)) <= 2 * MOST_SHIFT


def _coarse(page: pypdfium2.PdfPage, box: Sides) -> Picture:
    """A picture of 18 ppi, the mean of one of 288: where the panel starts between pixels, its edges hardly show."""
    fine = Image.fromarray(picture(page, box, 4).astype(np.uint8))
    return np.asarray(fine.resize((126, 180), Image.Resampling.BOX), np.int16)


def test_a_reader_of_barcodes_finds_the_isbn_on_the_back_in_black_on_white(
    cover: Printed, sources: Sources, printer: dict[str, Any]
) -> None:
    kind, digits, bars = barcode(cover.pdfium[0])
    isbn = sources.edition["isbn"].replace("-", "")
    assert ISBN.fullmatch(isbn)
    assert (kind, digits) == ("EAN-13", isbn)
    left, _, right, _ = bars
    assert 0 < left < right < points(sources.edition["page"]["trim"][0])
    # 95 modules of 0.33 mm are the nominal width between the guard bars (ISO/IEC 15420).
    assert right - left >= printer["cover"]["barcode_least"] * 95 * 0.33 / 25.4 * 72 - 1
    paints = cover.drawing.paints
    white, black = (("/DeviceCMYK", (0.0, 0.0, 0.0, key)) for key in (0.0, 1.0))
    ground = next(place for place, paint in enumerate(paints) if paint.color == white and paint.covers(bars))
    assert {paint.color for paint in paints[ground + 1 :] if paint.touches(paints[ground].box)} == {black}


# --- what is delivered with them --------------------------------------------------------------------------------------


def test_the_manifest_has_the_files_their_standard_and_the_names_to_send_them_by(
    shipped: Shipped, interior: Printed, sources: Sources, printer: dict[str, Any]
) -> None:
    manifest = json.loads((shipped.folder / "manifest.json").read_text("utf-8"))
    files = {file["path"]: file for file in manifest["files"]}
    assert {path for path in files if path.startswith(("press/", "preflight/"))} == {
        *("press/interior.pdf", "press/cover.pdf"),
        *(f"preflight/{name}.{kind}" for name in ("interior", "cover") for kind in ("json", "html")),
    }
    isbn = sources.edition["isbn"].replace("-", "")
    for name, pages in (("interior", interior.count), ("cover", 1)):
        file, content = files[f"press/{name}.pdf"], (shipped.folder / "press" / f"{name}.pdf").read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert (file["bytes"], file["pages"], file["standard"]) == (len(content), pages, printer["standard"])
        assert file["send_as"] == printer["naming"][name].format(isbn=isbn)


@pytest.mark.parametrize("name", ["interior", "cover"])
def test_the_preflight_has_looked_at_everything_and_finds_nothing(shipped: Shipped, name: str) -> None:
    report = json.loads((shipped.folder / "preflight" / f"{name}.json").read_text("utf-8"))
    content = (shipped.folder / "press" / f"{name}.pdf").read_bytes()
    assert report["sha256"] == hashlib.sha256(content).hexdigest()
    summary = report["summary"]
    assert (summary["errors"], summary["warnings"], summary["not_checked"]) == (0, 0, 0), report["findings"]
    assert [rule["number"] for rule in report["rules"]] == list(range(1, 37))
    assert {rule["status"] for rule in report["rules"]} <= {"passed", "suppressed", "not applicable"}
    assert summary["passed"] >= 30
    assert {found["code"] for found in report["suppressed"]} <= {"PRES024"}
    assert all(found["reason"] for found in report["suppressed"])
    assert name == "cover" or report["unused"] == []
    page = (shipped.folder / "preflight" / f"{name}.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert not re.search(r"(?:src|href)=\"(?!data:|#)", page), "the page needs no other file"


# --- the same bytes ---------------------------------------------------------------------------------------------------

FILES = ("press/interior.pdf", "press/cover.pdf", "preflight/interior.json", "preflight/cover.json")


def test_whoever_makes_them_the_files_are_the_same(sample: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else" / "where"
    shutil.copytree(sample, elsewhere)
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    command = [sys.executable, str(ROOT / "build.py"), "--project", str(elsewhere), "build", "sample", "--jobs", "2"]
    for printer in ("offset-sheetfed-coated", "kdp"):
        alone = Order(sample, "sample", tmp_path / "alone", printer=printer)
        build(alone)
        wanted = delivered(tmp_path / "alone" / "sample")
        assert set(FILES) < set(wanted)
        build(alone)
        assert delivered(tmp_path / "alone" / "sample") == wanted, "from the cache"
        done = subprocess.run(
            [*command, "--printer", printer], env=environment, cwd=tmp_path, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        found = delivered(elsewhere / "output" / "sample")
        assert found == wanted, "by two workers, elsewhere, with another hash seed"


# --- the gate ---------------------------------------------------------------------------------------------------------


def own_printer(project: Path, name: str, **changed: Any) -> None:
    """A printer of the project's own: the shipped one for sheetfed offset, but for some of its numbers."""
    asked = yaml.safe_load((ROOT / "printers" / "offset-sheetfed-coated.yaml").read_text("utf-8"))
    (project / "printers").mkdir(exist_ok=True)
    (project / "printers" / f"{name}.yaml").write_text(yaml.safe_dump(asked | changed), "utf-8")


def test_what_a_print_shop_would_send_back_is_refused_and_the_last_good_files_stay(sample: Path) -> None:
    output = sample / "output"
    order = Order(sample, "sample", output, printer="offset-sheetfed-coated")
    build(order)
    good = delivered(output / "sample")
    own_printer(sample, "thick-lines", least_line="5 pt")
    done = CliRunner().invoke(main, ["--project", str(sample), "build", "sample", "--printer", "thick-lines"])
    assert done.exit_code == 1
    assert "PRES027" in done.output
    assert ".refused/sample/preflight" in done.output
    assert "Traceback" not in done.output
    assert delivered(output / "sample") == good
    aside = delivered(output / ".refused" / "sample")
    assert {*FILES, "preflight/interior.html", "preflight/cover.html", "manifest.json"} <= set(aside)
    report = json.loads(aside["preflight/interior.json"])
    assert report["summary"]["errors"] >= 1
    assert {found["code"] for found in report["findings"] if found["severity"] == "error"} == {"PRES027"}
    assert report["sha256"] == hashlib.sha256(aside["press/interior.pdf"]).hexdigest()

    own_printer(sample, "thin-paper", ink={"peak": 60, "average": 60, "rich_black": [0, 0, 0, 60]})
    with pytest.raises(RefusedError, match="PRES017") as refused:
        build(replace(order, printer="thin-paper"))
    assert refused.value.exit_status == 1
    assert "the last good files stay" in refused.value.remedy
    assert delivered(output / "sample") == good
