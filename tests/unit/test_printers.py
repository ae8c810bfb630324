"""Print shops: the shipped ones and their sources, a project's own, the profile, the edition's choice, the errors."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image, ImageCms

from policybook.cli import main
from policybook.diagnostics import ContentError, Problem, Source
from policybook.edition import Edition
from policybook.geometry import points
from policybook.printer import Printer, Standard
from policybook.printers import (
    check_press,
    numbers,
    printer_names,
    read_printer,
    read_printer_file,
    read_profile,
    source_of,
)
from policybook.records import Record, read
from policybook.resources import Resources, find_resources
from policybook.schemas import MODELS

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = find_resources(ROOT)
NAMES = printer_names(RESOURCES)
#: Its profile may not be shipped.
WITHOUT_PROFILE = "offset-us"
PROFILE = ROOT / "printers" / "profiles" / "ISOcoated_v2_300_bas.icc"
#: What a source names: a page, a decision of ours, a standard, or the profile that the number is measured on.
ORIGIN = re.compile(r"https?://|house: |Ghent Workgroup|GS1|profile")
KDP = (ROOT / "printers" / "kdp.yaml").read_text(encoding="utf-8")
EDITION = (ROOT / "tests" / "sound" / "content" / "sample" / "edition.yaml").read_text(encoding="utf-8")


def project(folder: Path, yaml: str, name: str = "mine") -> Resources:
    """The resources of a project that has a printer of its own."""
    path = folder / "printers" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml, encoding="utf-8")
    return find_resources(folder)


def changed(old: str, new: str, text: str = KDP) -> str:
    assert text.count(old) == 1, f"{old} stands {text.count(old)} times"
    return text.replace(old, new)


def faults(resources: Resources, name: str = "mine") -> tuple[Problem, ...]:
    with pytest.raises(ContentError) as caught:
        read_printer(name, resources)
    return caught.value.problems


def word_at(problem: Problem, text: str) -> str:
    """What stands at the place of a problem, to the end of its word."""
    assert problem.source is not None
    rest = text.split("\n")[problem.source.line - 1][problem.source.column - 1 :]
    return re.split(r"[:,}\s]", rest)[0]


# --- the shipped printers -------------------------------------------------------------------------------------------


def test_these_print_shops_are_shipped() -> None:
    assert NAMES == (
        "digital-short-run",
        "house-proof",
        "ingram-lightning-source",
        "kdp",
        "lakeside-x1a",
        "lulu",
        "offset-sheetfed-coated",
        "offset-us",
    )


@pytest.fixture(params=NAMES)
def shipped(request: pytest.FixtureRequest) -> Printer:
    return read_printer(request.param, RESOURCES)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_printer_names_its_schema_and_fits_it(name: str) -> None:
    path = ROOT / "printers" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert named is not None
    assert (path.parent / named[1]).resolve() == ROOT / "schemas" / "printer.json"
    assert read_printer_file(name, RESOURCES).problems == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_printer_leaves_no_number_to_the_code(name: str) -> None:
    record = read_printer_file(name, RESOURCES).record
    assert record is not None
    sections = [("ink", 3), ("marks", 6), ("resolution", 5), ("cover", 10), ("condition", 3), ("naming", 2)]
    for section, keys in sections:
        assert len([place for place in record.places if len(place) == 2 and place[0] == section]) == keys, section
    for key in ("bleed", "safe_area", "signature", "least_line", "gutter", "stocks"):
        assert (key,) in record.places, key


def test_every_number_of_a_shipped_printer_has_a_source(shipped: Printer) -> None:
    said = {key: source_of(shipped, key) for key in numbers(shipped)}
    assert len(said) >= 26
    bare = [key for key, words in said.items() if not ORIGIN.search(words)]
    assert bare == []


def test_a_house_decision_says_why(shipped: Printer) -> None:
    decisions = [words for words in shipped.sources.values() if "house" in words]
    assert decisions
    assert [words for words in decisions if not re.search(r"house: \S+( \S+)+", words)] == []


def test_gutters_rise(shipped: Printer) -> None:
    rows = [(row.pages, points(row.inner)) for row in shipped.gutter]
    assert rows == sorted(rows)
    assert len({pages for pages, _ in rows}) == len(rows)


def test_no_shipped_printer_contradicts_itself(shipped: Printer) -> None:
    assert sum(shipped.ink.rich_black) <= shipped.ink.peak
    assert shipped.ink.average <= shipped.ink.peak
    assert shipped.resolution.contone_error < shipped.resolution.contone_warning
    assert shipped.resolution.line_art_error < shipped.resolution.line_art_warning
    assert shipped.slug() >= points(shipped.bleed)
    assert not shipped.marks.any or shipped.slug() > max(points(shipped.marks.offset), points(shipped.bleed))
    assert shipped.gutter_inner(shipped.gutter[-1].pages + 1) is None
    assert "{isbn}" in shipped.naming.interior or "{edition}" in shipped.naming.interior
    assert shipped.naming.interior != shipped.naming.cover


def test_the_numbers_that_print_shops_publish_are_theirs() -> None:
    kdp, ingram, lulu = (read_printer(name, RESOURCES) for name in ("kdp", "ingram-lightning-source", "lulu"))
    # KDP's calculator: 240 pages on cream have a spine of 0.6 in, in premium color of 0.563 in.
    assert kdp.spine_width(240, kdp.stock("cream")) / 72 == pytest.approx(0.6, abs=0.0005)
    assert kdp.spine_width(240, kdp.stock()) / 72 == pytest.approx(0.563, abs=0.0005)
    inner = {pages: kdp.gutter_inner(pages) for pages in (24, 150, 151, 300, 301, 500, 501, 700, 701, 828, 829)}
    assert list(inner.values()) == [27, 27, 36, 36, 45, 45, 54, 54, 63, 63, None]
    # Lulu's formula: pages / 444 + 0.06 in.
    assert lulu.spine_width(240, lulu.stock()) / 72 == pytest.approx(240 / 444 + 0.06, abs=0.0005)
    # Ingram's calculator, for premium color and for 70 lb white.
    for stock, spines in {"premium-color": (0.26, 0.39, 0.52, 1.039), "white-70": (0.272, 0.408, 0.543, 1.087)}.items():
        for pages, spine in zip((100, 150, 200, 400), spines, strict=True):
            assert ingram.spine_width(pages, ingram.stock(stock)) / 72 == pytest.approx(spine, abs=0.002)
    assert (ingram.ink.peak, ingram.standard, lulu.standard) == (240, Standard.X1A, Standard.RGB)


def test_shops_that_refuse_marks_get_none() -> None:
    for name in ("kdp", "ingram-lightning-source", "lulu"):
        printer = read_printer(name, RESOURCES)
        assert not printer.marks.any
        assert printer.slug() == points(printer.bleed)


# --- what a printer tells -------------------------------------------------------------------------------------------


def test_there_is_no_bleed_at_the_spine_where_a_shop_refuses_it() -> None:
    kdp, lulu = read_printer("kdp", RESOURCES), read_printer("lulu", RESOURCES)
    assert kdp.bleeds(verso=False) == (0, 9, 9, 9)
    assert kdp.bleeds(verso=True) == (9, 9, 0, 9)
    assert lulu.bleeds(verso=False) == lulu.bleeds(verso=True) == (9, 9, 9, 9)


def test_blanks_fill_the_last_signature() -> None:
    offset = read_printer("offset-sheetfed-coated", RESOURCES)
    assert [offset.padded(pages) for pages in (1, 16, 17, 160)] == [16, 16, 32, 160]


def test_the_first_stock_is_the_usual_one() -> None:
    kdp = read_printer("kdp", RESOURCES)
    assert kdp.stock() == kdp.stock("premium-color") == kdp.stocks[0]
    with pytest.raises(KeyError):
        kdp.stock("vellum")


def test_the_source_of_a_number_may_stand_at_its_section() -> None:
    kdp = read_printer("kdp", RESOURCES)
    assert source_of(kdp, "ink.peak") == kdp.sources["ink"]
    assert source_of(kdp, "cover.caliper") == kdp.sources["cover.caliper"]
    assert source_of(kdp, "stocks.cream.caliper") == kdp.sources["stocks"]
    assert source_of(kdp, "nothing.of.it") == ""


# --- a project's own ------------------------------------------------------------------------------------------------


def test_a_project_has_its_own_printers_beside_the_shipped_ones(tmp_path: Path) -> None:
    resources = project(tmp_path, changed("name: Amazon KDP", "name: Corner Press"))
    assert printer_names(resources) == tuple(sorted((*NAMES, "mine")))
    assert read_printer("mine", resources).name == "Corner Press"
    assert read_printer("kdp", resources).name == "Amazon KDP"


def test_a_printer_of_the_project_stands_before_the_shipped_one(tmp_path: Path) -> None:
    resources = project(tmp_path, changed("  peak: 240", "  peak: 260"), "kdp")
    assert printer_names(resources) == NAMES
    assert read_printer("kdp", resources).ink.peak == 260


def test_a_printer_by_a_link_out_of_the_folder_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text(KDP, encoding="utf-8")
    (tmp_path / "printers").mkdir()
    (tmp_path / "printers" / "linked.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert printer_names(find_resources(tmp_path)) == NAMES


@pytest.mark.parametrize("name", ["../schemas/printer", "profiles/../kdp", "/etc/passwd", "", ".", "KDP.yaml", "\0"])
def test_a_name_that_is_a_path_is_no_printer(name: str) -> None:
    assert [problem.code for problem in faults(RESOURCES, name)] == ["PRTR001"]


# --- errors of the file ---------------------------------------------------------------------------------------------


def test_an_unknown_name_suggests_the_nearest() -> None:
    (problem,) = faults(RESOURCES, "ofset-us")
    assert (problem.code, problem.message) == ("PRTR001", "there is no printer “ofset-us”")
    assert problem.hint == "did you mean “offset-us”?"


def test_a_name_like_no_other_lists_all() -> None:
    (problem,) = faults(RESOURCES, "xyzzy")
    assert all(name in problem.hint for name in NAMES)


def test_yaml_errors_have_their_place_and_a_hint(tmp_path: Path) -> None:
    text = changed("signature: 2", "signature: two").replace("least_line:", "least_lin:")
    found = {problem.code: problem for problem in faults(project(tmp_path, text))}
    assert set(found) == {"YAML002", "YAML004"}
    assert word_at(found["YAML002"], text) == "least_lin"
    assert found["YAML002"].hint == "did you mean “least_line”?"
    assert word_at(found["YAML004"], text) == "two"
    assert found["YAML004"].source is not None
    assert found["YAML004"].source.path == "printers/mine.yaml"


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("\n  cover.caliper: ", "\n  cover.bleed: ", None),  # the source of all the cover holds for it
        ("\n  least_line: >-", "\n  naming.cover: >-", "least_line"),
        ("\n  gutter: KDP", "\n  naming.cover: KDP", "pages"),
        ('\n  ink: "house: KDP names', '\n  ink.peak: "house: KDP names', "average"),
        ("\n  stocks: >-\n", "\n  stocks.white: >-\n", "caliper"),
        ('\n  signature: "house: a leaf has two pages; KDP names no other"', '\n  signature: " "', "signature"),
    ],
)
def test_a_number_without_a_source_is_an_error(tmp_path: Path, old: str, new: str, word: str | None) -> None:
    text = changed(old, new)
    resources = project(tmp_path, text)
    if word is None:
        assert read_printer("mine", resources)
        return
    found = faults(resources)
    assert {problem.code for problem in found} == {"PRTR002"}
    assert word_at(found[0], text) == word
    assert f"“{word}” has no source" == found[0].message
    assert "sources" in found[0].hint


def test_a_list_of_numbers_without_a_source_is_one_error_at_its_key(tmp_path: Path) -> None:
    text = changed('\n  ink: "house: KDP names', '\n  ink.peak: "house: KDP names')
    assert [word_at(problem, text) for problem in faults(project(tmp_path, text))] == ["average", "rich_black"]


def test_a_number_that_is_left_to_the_code_needs_no_source(tmp_path: Path) -> None:
    text = re.sub(r"\nleast_line: .*", "", KDP)
    text = re.sub(r"\n  least_line: >-\n.*\n.*", "", text)
    assert read_printer("mine", project(tmp_path, text)).least_line == "0.25 pt"


def test_a_source_of_nothing_is_an_error(tmp_path: Path) -> None:
    text = changed("  cover.spine_least:", "  cover.spine_lest:")
    (problem,) = faults(project(tmp_path, text))
    assert (problem.code, word_at(problem, text)) == ("PRTR002", "cover.spine_lest")
    assert problem.hint == "did you mean “cover.spine_least”?"


def test_gutter_rows_that_do_not_rise_are_errors(tmp_path: Path) -> None:
    text = changed("pages: 500, inner: 0.625 in", "pages: 300, inner: 0.25 in")
    pages, inner = faults(project(tmp_path, text))
    assert (pages.code, word_at(pages, text)) == ("PRTR003", "300")
    assert (inner.code, word_at(inner, text)) == ("PRTR003", "0.25")
    assert pages.source is not None
    assert text.split("\n")[pages.source.line - 1].strip() == "- {pages: 300, inner: 0.25 in}"


def test_rows_of_the_same_gutter_are_none(tmp_path: Path) -> None:
    text = changed("pages: 300, inner: 0.5 in", "pages: 300, inner: 9.525 mm")
    assert read_printer("mine", project(tmp_path, text)).gutter_inner(300) == pytest.approx(27)


def test_a_stock_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    text = changed("id: cream", "id: white")
    (problem,) = faults(project(tmp_path, text))
    assert (problem.code, word_at(problem, text)) == ("YAML006", "white")


def test_a_file_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    resources = project(tmp_path, KDP)
    (tmp_path / "printers" / "mine.yaml").write_bytes(b"name: caf\xe9\n")
    (problem,) = faults(resources)
    assert (problem.code, problem.source) == ("FILE002", Source("printers/mine.yaml"))


# --- the profile ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in NAMES if name != WITHOUT_PROFILE])
def test_the_profile_of_a_shipped_printer_is_of_a_printer_in_cmyk(name: str) -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(read_profile(read_printer(name, RESOURCES), RESOURCES))).profile
    assert (profile.device_class, profile.xcolor_space) == ("prtr", "CMYK")
    assert profile.is_intent_supported(ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Direction.OUTPUT)


def test_the_shipped_profile_is_the_unchanged_one_with_its_notice() -> None:
    debian = "b424c77f40c3423c925536f8ae08634985ccd0fe80eb253d5d229197ded7e886"  # scribus-data 1.5.8+dfsg-4
    assert hashlib.sha256(PROFILE.read_bytes()).hexdigest() == debian
    notice = PROFILE.with_suffix(".txt").read_text(encoding="utf-8")
    assert "Copyright (c) 2007-2010, basICColor GmbH" in notice
    assert "This notice may not be removed or altered from any source distribution." in notice
    assert {path.name for path in PROFILE.parent.iterdir()} == {PROFILE.name, PROFILE.with_suffix(".txt").name}


def test_the_profile_keeps_to_the_ink_that_its_printers_take() -> None:
    target = ImageCms.ImageCmsProfile(str(PROFILE))
    transform = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), target, "RGB", "CMYK")
    grays = [(level, level // 2, 0) for level in range(256)] + [(level, level, level) for level in range(256)]
    picture = ImageCms.applyTransform(_picture(grays), transform)
    assert picture is not None
    most = max(sum(build) for build in _builds(picture.tobytes())) / 2.55
    assert 280 < most <= 300.5


def _picture(colors: list[tuple[int, int, int]]) -> Image.Image:
    return Image.frombytes("RGB", (len(colors), 1), bytes(value for color in colors for value in color))


def _builds(data: bytes) -> Iterator[tuple[int, ...]]:
    return (tuple(data[at : at + 4]) for at in range(0, len(data), 4))


def test_a_profile_that_may_not_be_shipped_is_missing_with_the_place_to_get_it() -> None:
    place = Source("printers/offset-us.yaml", 7, 12)
    with pytest.raises(ContentError) as caught:
        read_profile(read_printer(WITHOUT_PROFILE, RESOURCES), RESOURCES, place)
    (problem,) = caught.value.problems
    assert (problem.code, problem.source) == ("PRTR005", place)
    assert "printers/profiles/GRACoL2006_Coated1v2.icc" in problem.hint
    assert "https://www.color.org/registry/GRACoL2006_Coated1v2.xalter" in problem.hint


def test_a_profile_that_the_user_puts_there_is_found(tmp_path: Path) -> None:
    (tmp_path / "printers" / "profiles").mkdir(parents=True)
    shutil.copy(PROFILE, tmp_path / "printers" / "profiles" / "GRACoL2006_Coated1v2.icc")
    resources = find_resources(tmp_path)
    assert read_profile(read_printer(WITHOUT_PROFILE, resources), resources) == PROFILE.read_bytes()


def test_a_profile_of_the_project_stands_before_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "printers" / "profiles" / PROFILE.name
    own.parent.mkdir(parents=True)
    own.write_bytes(PROFILE.read_bytes() + b"\0")
    resources = find_resources(tmp_path)
    assert read_profile(read_printer("kdp", resources), resources) == own.read_bytes()


def test_a_profile_comes_out_of_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "press_profiles_for_tests"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('a profile is read, nothing is run')", encoding="utf-8")
    shutil.copy(PROFILE, package / "data" / "press.icc")
    monkeypatch.syspath_prepend(tmp_path / "site")
    named = changed("profile: profiles/ISOcoated_v2_300_bas.icc", f"profile: package:{package.name}/data/press.icc")
    resources = project(tmp_path, named)
    assert read_profile(read_printer("mine", resources), resources) == PROFILE.read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        "profiles/nothing.icc",
        "profiles",
        "../secret.icc",
        "profiles/../../secret.icc",
        "{outside}/secret.icc",
        "profiles/linked.icc",
        "package:no_such_package/press.icc",
        "package:policybook/../secret.icc",
        "package:policybook.preflight/press.icc",
        "package:json",
        "package:",
        "package:../x",
        "x" * 5000,
    ],
)
def test_a_profile_that_is_not_there_is_an_error(tmp_path: Path, name: str) -> None:
    shutil.copy(PROFILE, tmp_path / "secret.icc")
    (tmp_path / "printers" / "profiles").mkdir(parents=True)
    (tmp_path / "printers" / "profiles" / "linked.icc").symlink_to(tmp_path / "secret.icc")
    named = changed("profile: profiles/ISOcoated_v2_300_bas.icc", f"profile: {name.format(outside=tmp_path)!r}")
    resources = project(tmp_path, named)
    with pytest.raises(ContentError) as caught:
        read_profile(read_printer("mine", resources), resources)
    (problem,) = caught.value.problems
    assert problem.code == "PRTR005"
    assert problem.hint.startswith(("put the file into", "copy the file into", "install the Python package"))


def _srgb(_: bytes) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _of_space(space: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data[:16] + space + data[20:]


def _without_tables(data: bytes) -> bytes:
    return struct.pack(">I", 132) + data[4:128] + bytes(4)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_srgb, "its class is mntr, and its colors are RGB"),
        (_of_space(b"GRAY"), "its class is prtr, and its colors are GRAY"),
        (lambda data: data[:12] + b"scnr" + data[16:], "its class is scnr, and its colors are CMYK"),
        (lambda data: data[:-1], "its end is missing"),
        (_without_tables, "its tables of colors are missing"),
        (lambda data: data.replace(b"B2A0", b"xxxx", 1), "its tables of colors are missing"),
        (lambda data: data[:36] + b"xxxx" + data[40:], "it is no ICC profile"),
        (lambda _: b"", "it is no ICC profile"),
        (lambda _: b"%PDF-1.7\n" * 100, "it is no ICC profile"),
        (lambda data: data * 40, "it is too large for one"),
    ],
)
def test_a_profile_that_is_something_else_is_an_error(
    tmp_path: Path, spoil: Callable[[bytes], bytes], said: str
) -> None:
    own = tmp_path / "printers" / "profiles" / PROFILE.name
    own.parent.mkdir(parents=True)
    own.write_bytes(spoil(PROFILE.read_bytes()))
    resources = find_resources(tmp_path)
    with pytest.raises(ContentError) as caught:
        read_profile(read_printer("kdp", resources), resources)
    (problem,) = caught.value.problems
    assert problem.code == "PRTR004"
    assert said in problem.message


# --- the edition's choice -------------------------------------------------------------------------------------------


def edition(text: str) -> Record[Edition]:
    reading = read(text, "content/sample/edition.yaml", Edition)
    assert reading.problems == ()
    assert reading.record is not None
    return reading.record


def chosen(press: str, outputs: str = "screen, press") -> str:
    return changed("outputs: [screen]", f"outputs: [{outputs}]", EDITION) + f"\n{press}"


def checked(text: str, resources: Resources = RESOURCES) -> tuple[Problem, ...]:
    return tuple(check_press(edition(text), resources))


def test_an_edition_without_a_word_of_the_press_has_no_problem() -> None:
    assert edition(EDITION).value.press.printer == ""
    assert edition(EDITION).value.outputs == ("screen",)
    assert checked(EDITION) == ()


@pytest.mark.parametrize("name", [name for name in NAMES if name != WITHOUT_PROFILE])
def test_a_shipped_printer_can_be_chosen(name: str) -> None:
    assert checked(chosen(f"press: {{printer: {name}}}")) == ()


def test_all_choices_are_read() -> None:
    text = chosen(
        "press:\n  printer: kdp\n  stock: cream\n  barcode_price: '52495'\n  suppress:\n"
        "    - {code: PRES028, pages: [4, 9], reason: a scan of a poster}\n    - {code: PRES027, reason: hairlines}\n"
    )
    press = edition(text).value.press
    assert (press.stock, press.barcode_price) == ("cream", "52495")
    assert [(item.code, item.pages) for item in press.suppress] == [("PRES028", (4, 9)), ("PRES027", ())]
    assert checked(text) == ()


@pytest.mark.parametrize(
    ("press", "code", "word"),
    [
        ("press: {printer: kdp, barcode_price: 24.95}", "YAML004", "24.95"),
        ("press: {printer: kdp, stock: Thick Paper}", "YAML004", "Thick"),
        ("press:\n  suppress:\n    - {code: PRES028}", "YAML003", "{code"),
        ("press:\n  suppress:\n    - {code: PRES028, reason: ''}", "YAML004", "reason"),
        ("press:\n  suppress:\n    - {code: resolution, reason: x}", "YAML004", "resolution"),
        ("press:\n  suppress:\n    - {code: PRES028, pages: [0], reason: x}", "YAML004", "0]"),
        ("press: {printr: kdp}", "YAML002", "printr"),
    ],
)
def test_what_can_not_be_chosen_is_a_yaml_error(press: str, code: str, word: str) -> None:
    text = chosen(press)
    (problem,) = read(text, "edition.yaml", Edition).problems
    assert (problem.code, word_at(problem, text)) == (code, word)


def test_an_output_that_nothing_makes_is_an_error() -> None:
    (problem,) = read(chosen("", "screen, braille"), "edition.yaml", Edition).problems
    assert problem.code == "YAML004"


@pytest.mark.parametrize(
    ("press", "code", "word"),
    [
        ("press: {printer: kpd}", "PRTR001", "kpd"),
        ("press: {printer: kdp, stock: creme}", "PRTR006", "creme"),
        ("press: {stock: cream}", "PRTR007", "press]"),
        ("", "PRTR007", "press]"),
    ],
)
def test_a_choice_that_does_not_exist_is_an_error_at_its_place(press: str, code: str, word: str) -> None:
    text = chosen(press)
    (problem,) = checked(text)
    assert (problem.code, word_at(problem, text)) == (code, word)
    assert problem.hint


def test_the_nearest_printer_and_stock_are_suggested() -> None:
    (printer,), (stock,) = (
        checked(chosen("press: {printer: kpd}")),
        checked(chosen("press: {printer: kdp, stock: creme}")),
    )
    assert printer.hint == "did you mean “kdp”?"
    assert stock.hint == "did you mean “cream”?"


def test_a_stock_without_a_printer_is_an_error_even_if_nothing_goes_to_press() -> None:
    (problem,) = checked(chosen("press: {stock: cream}", "screen"))
    assert problem.code == "PRTR006"


def test_more_bleed_than_the_pages_have_is_an_error(tmp_path: Path) -> None:
    resources = project(tmp_path, changed("\nbleed: 0.125 in", "\nbleed: 5 mm"))
    text = chosen("press: {printer: mine}")
    (problem,) = checked(text, resources)
    assert (problem.code, word_at(problem, text)) == ("PRTR008", "0.125")
    assert problem.hint == "write bleed: 5 mm"


def test_the_profile_matters_only_where_something_goes_to_press() -> None:
    (problem,) = checked(chosen("press: {printer: offset-us}"))
    assert problem.code == "PRTR005"
    yaml = (ROOT / "printers" / "offset-us.yaml").read_text(encoding="utf-8")
    assert word_at(problem, yaml) == "profiles/GRACoL2006_Coated1v2.icc"
    assert checked(chosen("press: {printer: offset-us}", "screen")) == ()


def test_faults_of_the_printer_are_told_with_the_edition(tmp_path: Path) -> None:
    resources = project(tmp_path, changed("signature: 2", "signature: two"))
    (problem,) = checked(chosen("press: {printer: mine}"), resources)
    assert problem.code == "YAML004"
    assert problem.source is not None
    assert problem.source.path == "printers/mine.yaml"


# --- doctor ---------------------------------------------------------------------------------------------------------


def doctor(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(folder), "doctor", "--printers", *options])


def test_doctor_lists_the_printers(tmp_path: Path) -> None:
    result = doctor(tmp_path)
    assert (result.exit_code, result.stderr) == (0, "")
    head, *rows = result.stdout.split("\n\n")[0].splitlines()
    assert head.split() == ["printer", "standard", "condition", "ink", "signature", "profile", "stocks"]
    assert [row.split()[0] for row in rows] == list(NAMES)
    row = next(row for row in rows if row.startswith("kdp"))
    assert row.split() == ["kdp", "PDF/X-1a:2003", "FOGRA39", "240%", "2", "there", "premium-color,", "white,", "cream"]
    assert len({row.index(word) for row, word in zip(rows, ["there"] * 7 + ["missing"], strict=True)}) == 1


def test_doctor_says_where_to_get_a_profile_that_is_missing(tmp_path: Path) -> None:
    below = doctor(tmp_path).stdout.split("\n\n")[1]
    assert "PRTR005" in below
    assert "printers/profiles/GRACoL2006_Coated1v2.icc" in below


def test_doctor_lists_the_printers_for_machines(tmp_path: Path) -> None:
    result = doctor(tmp_path, "--json")
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert tuple(rows) == NAMES
    assert rows["lulu"]["standard"] == "pdf-rgb"
    assert rows["lulu"]["stocks"] == ["coated-80", "white-60", "cream-60"]
    assert rows["lulu"]["profile_problem"] == ""
    assert "PRTR005" in rows["offset-us"]["profile_problem"]
    assert all(row["problems"] == [] for row in rows.values())


def test_doctor_lists_the_others_when_one_has_errors(tmp_path: Path) -> None:
    project(tmp_path, changed("signature: 2", "signature: two"))
    result = doctor(tmp_path)
    assert result.exit_code == 1
    assert all(f"\n{name} " in result.stdout for name in NAMES)
    assert "\nmine" not in result.stdout
    assert "printers/mine.yaml:17:12: YAML004 “signature” takes a whole number, not “two”" in result.stderr
    assert "\n    signature: two\n               ^\n" in result.stderr
    told = doctor(tmp_path, "--json")
    assert told.exit_code == 1
    (mine,) = [row for row in json.loads(told.stdout) if row["name"] == "mine"]
    assert "YAML004" in mine["problems"][0]


def test_doctor_tells_a_profile_that_can_not_be_used(tmp_path: Path) -> None:
    (tmp_path / "printers" / "profiles").mkdir(parents=True)
    (tmp_path / "printers" / "profiles" / "GRACoL2006_Coated1v2.icc").write_bytes(b"a page that says: not found")
    result = doctor(tmp_path)
    assert result.exit_code == 0
    assert "unusable" in result.stdout
    assert "PRTR004" in result.stdout


# --- schema ---------------------------------------------------------------------------------------------------------


def test_printers_have_a_schema() -> None:
    assert MODELS["printer"][1] is Printer
