"""The small edition for each print shop that ships with policybook: built, without errors, and what the shop asks for.

The profile of offset-us may not be shipped with policybook. Here a copy of the shipped one, under that profile's file
name, stands in for it; the identifier stays. It proves the way of a project's own profile, and no colour of GRACoL.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml

from policybook.diagnostics import ContentError
from policybook.pipeline import Order, build
from tests.conftest import ROOT
from tests.end_to_end.drawing import Sides
from tests.end_to_end.printed import Printed, barcode, grown, letters, picture, points, shift

TILES = "place names on tiles are white and of 6.5 pt: part of the design, which edition 2026 accepts and says why"
RULES = "KDP would have lines of 0.75 pt, and the design has hairlines of 0.5 pt: its profile makes that a warning"
#: What the preflight warns of for each printer: the code, and why the file is sent all the same.
WARNINGS: dict[str, dict[str, str]] = {
    "digital-short-run": {"PRES024": TILES},
    "house-proof": {"PRES024": TILES},
    "ingram-lightning-source": {"PRES024": TILES},
    "kdp": {"PRES024": TILES, "PRES027": RULES},
    "lakeside-x1a": {"PRES024": TILES},
    "lulu": {"PRES024": TILES},
    "offset-sheetfed-coated": {"PRES024": TILES},
    "offset-us": {"PRES024": TILES},
}
BOOK = 24
#: How near to the trim the letters on a tile may come, in points; that they are part of it, rule 34 says too.
TILE = 18.0
#: How far colours may shift from those of the screen, of 255: into the gamut of the inks, or not at all.
MOST_SHIFT = {"PDF/X-4": 24, "PDF/X-1a:2003": 24, "pdf-rgb": 2}


@dataclass
class Job:
    """The small edition, made for a print shop: its name, what its YAML says, and the folder that was delivered."""

    name: str
    asked: dict[str, Any]
    folder: Path

    @property
    def standard(self) -> str:
        return str(self.asked["standard"])

    @cached_property
    def interior(self) -> Printed:
        return Printed(self.folder / "press" / "interior.pdf")

    @cached_property
    def cover(self) -> Printed:
        return Printed(self.folder / "press" / "cover.pdf")

    @cached_property
    def screen(self) -> Printed:
        return Printed(self.folder / "screen.pdf")

    @property
    def files(self) -> tuple[Printed, Printed]:
        return self.interior, self.cover

    def report(self, name: str) -> dict[str, Any]:
        return dict(json.loads((self.folder / "preflight" / f"{name}.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small edition's project, with a profile of its own for offset-us; all jobs share its output folder."""
    project = tmp_path_factory.mktemp("printers") / "project"
    shutil.copytree(ROOT / "tests" / "sound", project)
    profiles = project / "printers" / "profiles"
    profiles.mkdir(parents=True)
    shipped = ROOT / "printers" / "profiles" / "ISOcoated_v2_300_bas.icc"
    shutil.copy(shipped, profiles / "GRACoL2006_Coated1v2.icc")
    return project


@pytest.fixture(scope="module", params=WARNINGS)
def job(request: pytest.FixtureRequest, project: Path) -> Iterator[Job]:
    name = str(request.param)
    asked = yaml.safe_load((ROOT / "printers" / f"{name}.yaml").read_text("utf-8"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        build(Order(project, "sample", project / "output", printer=name))
    job = Job(name, asked, project / "output" / "sample")
    yield job
    for file in (*job.files, job.screen):
        file.close()


def test_every_shipped_printer_is_here() -> None:
    assert set(WARNINGS) == {path.stem for path in (ROOT / "printers").glob("*.yaml")}


def test_a_printer_whose_profile_can_not_be_shipped_is_refused_and_says_where_to_get_it(sample: Path) -> None:
    with pytest.raises(ContentError) as refused:
        build(Order(sample, "sample", sample / "output", printer="offset-us"))
    (problem,) = refused.value.problems
    assert problem.code == "PRTR005"
    assert "profiles/GRACoL2006_Coated1v2.icc" in problem.message
    assert "put the file into your project, as printers/profiles/GRACoL2006_Coated1v2.icc" in (problem.hint or "")
    assert not (sample / "output" / "sample").exists()


def test_the_preflight_finds_no_error_and_warns_of_what_is_known(job: Job) -> None:
    for name in ("interior", "cover"):
        report = job.report(name)
        assert (report["summary"]["errors"], report["summary"]["not_checked"]) == (0, 0), report["findings"]
        warned = Counter(found["code"] for found in report["findings"])
        assert set(warned) == (set(WARNINGS[job.name]) if name == "interior" else set()), report["findings"]
        assert report["suppressed"] == []


def test_the_manifest_says_the_standard_and_the_name_that_the_shop_asks_for(job: Job) -> None:
    files = {file["path"]: file for file in json.loads((job.folder / "manifest.json").read_text("utf-8"))["files"]}
    words = {"isbn": "9780000000002", "edition": "first-invented-edition"}
    pages = -(-BOOK // job.asked["signature"]) * job.asked["signature"]
    for name, count in (("interior", pages), ("cover", 1)):
        file = files[f"press/{name}.pdf"]
        assert (file["standard"], file["pages"]) == (job.standard, count)
        assert file["send_as"] == job.asked["naming"][name].format(**words)
    assert job.interior.count == pages


def test_the_file_is_of_its_standard(job: Job) -> None:
    for file in job.files:
        content = file.path.read_bytes()
        catalog = set(file.pikepdf.Root.keys())
        kinds = {str(thing.get("/Type", "")) for thing in file.dictionaries()}
        assert {"/Annot", "/StructElem", "/Outlines", "/OCG", "/Action"}.isdisjoint(kinds)
        if job.standard == "pdf-rgb":
            assert catalog == {"/Type", "/Pages", "/Metadata"}
            continue
        assert catalog == {"/Type", "/Pages", "/Metadata", "/OutputIntents"}
        (intent,) = file.pikepdf.Root["/OutputIntents"]
        assert str(intent.OutputConditionIdentifier) == job.asked["condition"]["identifier"]
        shipped = ROOT / "printers" / "profiles" / "ISOcoated_v2_300_bas.icc"
        assert intent.DestOutputProfile.read_bytes() == shipped.read_bytes()
        if job.standard == "PDF/X-1a:2003":
            assert content.startswith(b"%PDF-1.4\n")
            assert {"/ObjStm", "/XRef"}.isdisjoint(kinds)
            assert re.search(rb"\nxref\n0 \d+\n", content)
            assert str(file.pikepdf.docinfo["/GTS_PDFXVersion"]) == "PDF/X-1a:2003"
        else:
            assert content.startswith(b"%PDF-1.6\n")
            with file.pikepdf.open_metadata() as written:
                assert written["pdfxid:GTS_PDFXVersion"] == "PDF/X-4"


def test_pdf_x_1a_has_no_transparency(job: Job) -> None:
    """ISO 15930-4, 6.13: no soft mask, no blend mode but the plain ones, no alpha but 1, no transparency group."""
    for file in job.files:
        if job.standard == "PDF/X-1a:2003":
            assert file.drawing.transparent == []
            held = [thing for thing in file.dictionaries() if "/SMask" in thing and thing.SMask != "/None"]
            assert held == []
            assert not any(thing.get("/S") == "/Transparency" for thing in file.dictionaries())
        elif job.standard == "PDF/X-4":
            assert any(said.endswith("the page's group") for said in file.drawing.transparent)


def test_colours_are_inks_or_for_a_shop_that_wants_it_srgb(job: Job) -> None:
    for file in job.files:
        families = {color[0] for color in file.drawing.colors()}
        if job.standard == "pdf-rgb":
            assert families <= {"/DeviceRGB", "/DeviceGray", "/ICCBased"}
            assert {"k", "K"}.isdisjoint(file.drawing.operators)
        else:
            assert families <= {"/DeviceCMYK", "/DeviceGray", "/Separation /All over /DeviceCMYK"}
            assert {"rg", "RG", "ri"}.isdisjoint(file.drawing.operators)
        marks = any(color[0].startswith("/Separation") for color in file.drawing.colors())
        assert marks == job.asked["marks"]["crop"]


def test_the_boxes_are_the_shops(job: Job) -> None:
    """Without marks the sheet ends with the bleed, and at the spine with the trim where the shop wants none there."""
    bleed, marks = points(job.asked["bleed"]), job.asked["marks"]
    slug = points(marks["slug"]) if any(marks[key] is True for key in marks) else 0
    for page in range(job.interior.count):
        left, bottom, right, top = trim = job.interior.box("/TrimBox", page)
        assert (right - left, top - bottom) == (504, 720)
        spine = bleed if job.asked.get("bleed_at_spine", True) else 0
        sides = (spine, bleed) if page % 2 == 0 else (bleed, spine)
        wanted = left - sides[0], bottom - bleed, right + sides[1], top + bleed
        assert job.interior.box("/BleedBox", page) == wanted
        sheet = grown(trim, slug) if slug else wanted
        assert job.interior.box("/MediaBox", page) == job.interior.box("/CropBox", page) == sheet


def test_pages_are_those_of_the_screen(job: Job) -> None:
    most = MOST_SHIFT[job.standard]
    assert job.screen.count == BOOK + 1
    for page in range(BOOK):
        there, here = job.screen.pdfium[page + 1], job.interior.pdfium[page]
        origin, moved = there.get_trimbox()[0], here.get_trimbox()[0]
        wanted = [(sign, round(x - origin, 1), round(y, 1)) for sign, x, y in letters(there)]
        assert [(sign, round(x - moved, 1), round(y, 1)) for sign, x, y in letters(here)] == wanted
        assert shift(picture(there), picture(here)) <= most, f"page {page}"


def test_text_keeps_its_distance_from_the_cut_and_from_the_spine(job: Job) -> None:
    """What stands on a tile that runs off the page at its head is part of it, and keeps the house's distance."""
    safe = points(job.asked["safe_area"])
    inner = next(points(row["inner"]) for row in job.asked["gutter"] if job.interior.count <= row["pages"])
    on_tiles = 0
    for page in range(BOOK):
        left, bottom, right, top = job.interior.box("/TrimBox", page)
        near, far = (inner, safe) if page % 2 == 0 else (safe, inner)
        tiles = _tiles(job.interior, page)
        for sign, x, y in letters(job.interior.pdfium[page]):
            on_tile = any(tile[0] <= x <= tile[2] and tile[1] <= y for tile in tiles)
            on_tiles += on_tile
            if not sign.isspace():
                assert left + near <= x <= right - far, f"“{sign}” on page {page}"
                assert bottom + safe <= y <= top - (TILE if on_tile else safe), f"“{sign}” on page {page}"
    assert 0 < on_tiles < 200


def _tiles(file: Printed, page: int) -> list[Sides]:
    """The boxes of coloured areas that run off the page at its head and are no larger than an inch."""
    top = file.box("/TrimBox", page)[3]
    paths = [paint for paint in file.drawing.paints if (paint.page, paint.kind) == (page, "path")]
    boxes = [paint.box for paint in paths if paint.color[1] != (0.0, 0.0, 0.0, 0.0)]
    return [box for box in boxes if top < box[3] and box[1] > top - 72 and box[2] - box[0] < 72]


def test_the_cover_fits_the_interior_and_bears_the_isbn(job: Job) -> None:
    asked, stock = job.asked["cover"], job.asked["stocks"][0]
    spine = job.interior.count / 2 * points(stock["caliper"]) + 2 * points(asked["caliper"])
    left, bottom, right, top = trim = job.cover.box("/TrimBox")
    assert right - left == pytest.approx(2 * 504 + spine, abs=0.001)
    assert top - bottom == 720
    assert job.cover.box("/BleedBox") == pytest.approx(grown(trim, points(asked["bleed"])), abs=0.001)
    facts = str(job.cover.pikepdf.docinfo["/PolicybookCover"])
    assert f"printer={job.name}; stock={stock['id']}; pages={job.interior.count};" in facts
    kind, digits, bars = barcode(job.cover.pdfium[0])
    assert (kind, digits) == ("EAN-13", "9780000000002")
    assert bars[2] < 504 - points(asked["safe_area"])
