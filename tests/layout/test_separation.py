"""A torture document in inks: every paint of CSS and SVG, every kind of picture, and what the engine never writes.

The result is read by other means than those that made it: `inks_used` follows the operators, pdfium draws the pages.
"""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Name

from policybook.prepress.builds import builds
from policybook.prepress.inks import Inks
from policybook.prepress.separation import separate
from tests.conftest import ROOT
from tests.layout.bench import plain
from tests.layout.inks_used import Used, ends, outputs, used
from tests.layout.pictures import pictures

PROFILE = (ROOT / "printers" / "profiles" / "ISOcoated_v2_300_bas.icc").read_bytes()
INKS = Inks(PROFILE, builds((ROOT / "styles" / "tokens.css").read_text("utf-8")), 300)
TIGHT = Inks(PROFILE, INKS.builds, 240)
#: The builds of #9a2a2a and #1f6b5c.
RED, GREEN = (0, 0.85, 0.7, 0.45), (0.7, 0, 0.5, 0.55)

STYLE = """
div { height: 26pt; margin: 0 0 4pt 0 }
.page { break-before: page }
"""
PAINTS = """
<h1 style="font-size: 12pt; margin: 0">Black <b style="color: #9a2a2a">red</b> <i style="color: #5a5752">soft</i></h1>
<p style="color: #808080; text-decoration: underline">gray <u style="color: #1f6b5c">green</u> and
<a href="book:x" style="background: #f1ede6">tint</a></p><hr>
<div style="border: 3pt double #9a2a2a; outline: 1pt dashed #28608f"></div>
<div style="border: 3pt solid; border-color: #9a2a2a #1f6b5c #28608f #7a5a00"></div>
<div style="border: 4pt groove #47692a; border-radius: 8pt"></div>
<div style="border: 4pt inset #5a4a8c"></div><div style="border: 4pt ridge #888"></div>
<div style="border: 3pt dotted #9c4a08"></div><div style="border: 2pt dashed #28608f; border-radius: 6pt"></div>
<div class="page" style="background: linear-gradient(to right, #9a2a2a, #1f6b5c)"></div>
<div style="background: linear-gradient(#000, #fff)"></div>
<div style="background: linear-gradient(45deg, #9a2a2a 0%, #9a2a2a 50%, #ffffff 50%, #ffffff 100%)"></div>
<div style="background: linear-gradient(to right, rgba(154, 42, 42, 1), rgba(154, 42, 42, 0))"></div>
<div style="background: radial-gradient(circle, #28608f, #f1ede6)"></div>
<div style="background: radial-gradient(ellipse at left, rgba(0, 0, 0, .6), transparent)"></div>
<div style="background: repeating-linear-gradient(45deg, #9c4a08 0pt, #9c4a08 6pt, #fff 6pt, #fff 12pt)"></div>
<div style="background: repeating-radial-gradient(#5a4a8c 0pt, #e0e0f0 8pt)"></div>
<div class="page" style="background: #28608f; opacity: .4"></div>
<p style="opacity: .5">half <b style="color: #9a2a2a">as</b> black</p>
<div style="background: #7a5a00; box-shadow: 3pt 3pt 4pt #555"></div>
<div style="background: #eee; border-radius: 12pt; overflow: hidden"><div style="background: #9a2a2a"></div></div>
<p style="color: rgba(31, 107, 92, .5)">thin green</p>
<div style="transform: rotate(3deg); background: hsl(200 60% 50%)"></div>
<div style="background: url(images/flat.png) repeat; background-size: 24pt 16pt"></div>
<p class="page"></p>
"""
DRAWING = """
<svg width="180" height="170" viewBox="0 0 180 170"><defs>
<linearGradient id="a"><stop stop-color="#9a2a2a"/><stop offset="1" stop-color="#1f6b5c"/></linearGradient>
<radialGradient id="b"><stop stop-color="#fff"/><stop offset="1" stop-color="#28608f" stop-opacity=".3"/>
</radialGradient>
<pattern id="c" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="4" height="4" fill="#9a2a2a"/></pattern>
<mask id="d"><rect width="180" height="170" fill="#777"/><circle cx="60" cy="60" r="20" fill="#ff2020"/></mask>
<clipPath id="e"><circle cx="130" cy="90" r="18"/></clipPath></defs>
<rect width="60" height="30" fill="url(#a)"/><rect x="65" width="50" height="30" fill="url(#b)"/>
<rect x="120" width="60" height="30" fill="url(#c)" stroke="#5a4a8c" stroke-width="2"/>
<rect y="40" width="80" height="50" fill="#1f6b5c" mask="url(#d)"/>
<rect x="100" y="60" width="60" height="60" fill="#7a5a00" clip-path="url(#e)"/>
<text x="4" y="140" font-size="20" fill="#9a2a2a" stroke="#000" stroke-width=".5">Drawn</text>
<path d="M90 140 q 30 -40 80 0" fill="none" stroke="url(#a)" stroke-width="6"/>
<g opacity=".5"><circle cx="100" cy="150" r="12" fill="#000"/><circle cx="112" cy="150" r="12" fill="#47692a"/></g>
</svg>
"""
SHOWN = [name for name in pictures() if name != "rgb.jp2"]


# the document of the layout engine


@cache
def torture() -> bytes:
    """The torture document as the engine writes it."""
    shown = "".join(
        f'<img src="images/{name}" style="width: 60pt; margin: 0 4pt 4pt 0" alt="{name}">' for name in SHOWN
    )
    text = f'{PAINTS}{DRAWING}<p class="page">{shown}</p>'
    proof = plain(text, STYLE, pictures(), tagged=False)
    assert not proof.problems
    return proof.sheets.pdf


def separated(source: bytes, inks: Inks = INKS) -> bytes:
    """A PDF in inks, written out."""
    with pikepdf.open(io.BytesIO(source)) as pdf:
        separate(pdf, inks)
        return written(pdf)


def written(pdf: pikepdf.Pdf) -> bytes:
    """A PDF as bytes that don't depend on the day."""
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True)
    return target.getvalue()


@cache
def result() -> bytes:
    """The torture document in inks."""
    return separated(torture())


def uses(source: bytes) -> list[Used]:
    """What each page of a PDF uses."""
    with pikepdf.open(io.BytesIO(source)) as pdf:
        found = [used(page) for page in pdf.pages]
        for use in found:
            use.pictures = [detached(picture) for picture in use.pictures]
        return found


def detached(picture: pikepdf.Object) -> tuple[dict[str, object], bytes]:
    """A picture's entries in words and its data, which outlive its file."""
    return {key: in_words(value) for key, value in picture.items() if key != "/SMask"}, picture.read_raw_bytes()


def rendered(source: bytes, scale: float = 1.5) -> list[np.ndarray]:
    """The pages as pdfium draws them."""
    document = pypdfium2.PdfDocument(source)
    try:
        return [np.asarray(page.render(scale=scale).to_pil().convert("RGB"), float) for page in document]
    finally:
        document.close()


def spaces(found: list[Used]) -> set[str]:
    """The spaces of all pages."""
    return {space for use in found for _, space in use.spaces}


def test_the_document_has_what_it_should_torture_with() -> None:
    found = uses(torture())
    assert {"DeviceRGB", "DeviceGray", "DeviceCMYK", "Pattern"} <= spaces(found)
    assert sum(len(use.pictures) for use in found) >= len(SHOWN)
    with pikepdf.open(io.BytesIO(torture())) as pdf:
        assert {int(shading.ShadingType) for page in pdf.pages for shading in used(page).shadings} == {2, 3}
    assert {"mask", "page"} <= {where for use in found for where, _ in use.groups}


def test_nothing_but_inks_is_used() -> None:
    found = uses(result())
    assert spaces(found) <= {"DeviceCMYK", "DeviceGray", "Pattern", "Indexed DeviceCMYK"}
    pages = {space for use in found for where, space in use.spaces if where == "page"}
    assert pages == {"DeviceCMYK", "Pattern"}
    assert {space for use in found for where, space in use.spaces if "mask" in where} == {"DeviceGray"}


def test_groups_are_blended_in_inks_and_masks_in_gray() -> None:
    groups = {group for use in uses(result()) for group in use.groups}
    assert groups == {("page", "DeviceCMYK"), ("mask", "DeviceGray")}


def test_functions_of_shadings_give_as_many_parts_as_there_are_inks() -> None:
    with pikepdf.open(io.BytesIO(result())) as pdf:
        counts = {
            (str(shading.ColorSpace), outputs(shading.Function))
            for page in pdf.pages
            for shading in used(page).shadings
        }
    assert counts == {("/DeviceCMYK", 4), ("/DeviceGray", 1)}


def test_nothing_is_left_among_the_resources_that_no_page_uses() -> None:
    with pikepdf.open(io.BytesIO(result())) as pdf:
        resources = pdf.pages[0].obj.Resources
        assert "/ColorSpace" not in resources  # the engine's Lab spaces
        names = {name for page in pdf.pages for name in used(page).names}
        left = {(key, name) for key in ("/XObject", "/Pattern", "/Shading", "/ExtGState") for name in resources[key]}
    assert left <= names
    assert b"DeviceRGB" not in result()


def test_black_text_is_black_ink_alone() -> None:
    texts = {colour for use in uses(result()) for colour in use.texts}
    assert ("k", (0, 0, 0, 1)) in texts
    black = [parts for _, parts in texts if parts[3] > 0.99]
    assert set(black) == {(0, 0, 0, 1)}


def test_builds_are_printed_as_they_are_stated() -> None:
    found = uses(result())
    colours = {parts for use in found for operator, parts in use.colours if operator == "k"}
    assert {RED, GREEN, (0, 0, 0, 0.8), (0, 0, 0.06, 0.09)} <= colours
    assert {("k", RED), ("k", (0, 0, 0, 0.8))} <= {colour for use in found for colour in use.texts}


def test_builds_stand_at_the_ends_of_gradients() -> None:
    with pikepdf.open(io.BytesIO(result())) as pdf:
        stops = {stop for page in pdf.pages for shading in used(page).shadings for stop in ends(shading.Function)}
    assert {RED, GREEN, (0.8, 0.45, 0, 0.3), (0, 0, 0.06, 0.09)} <= stops


def test_a_gray_gradient_is_black_ink_alone() -> None:
    with pikepdf.open(io.BytesIO(result())) as pdf:
        gray = [
            stops
            for page in pdf.pages
            for shading in used(page).shadings
            if {(0, 0, 0, 1), (0, 0, 0, 0)} <= set(stops := tuple(ends(shading.Function)))
        ]
    assert gray
    assert all(stop[:3] == (0, 0, 0) for stops in gray for stop in stops)


def test_a_jump_of_a_gradient_stays_one() -> None:
    with pikepdf.open(io.BytesIO(result())) as pdf:
        jumps = [
            list(ends(shading.Function))
            for page in pdf.pages
            for shading in used(page).shadings
            if set(ends(shading.Function)) == {RED, (0, 0, 0, 0)}
        ]
    assert jumps == [[RED, RED, (0, 0, 0, 0), (0, 0, 0, 0)]]


#: What pdfium may show differently, of 255: as the mean of a page, and at the 99th part of its pixels. It draws CMYK by
#: a press of its own and not by the profile: solid K as #231f20, which is 35 off, and the colours of this document up
#: to 30 off, on as much as three quarters of a page. A page that lost a single picture would be off by 8 and more.
MEAN, MOST = 6.0, 45


def test_pages_look_as_they_did() -> None:
    for number, (before, after) in enumerate(zip(rendered(torture()), rendered(result()), strict=True), 1):
        off = np.abs(before - after)
        assert off.mean() < MEAN, number
        assert np.percentile(off.max(axis=2), 99) < MOST, number


def test_the_same_document_gives_the_same_bytes() -> None:
    assert separated(torture()) == result()


def test_a_file_in_inks_stays_as_it_is() -> None:
    again = separated(result())
    assert [use.colours for use in uses(again)] == [use.colours for use in uses(result())]
    assert [use.pictures for use in uses(again)] == [use.pictures for use in uses(result())]


def test_offsets_lead_to_the_same_words() -> None:
    with pikepdf.open(io.BytesIO(torture())) as pdf:
        before = [page.obj.Contents.read_bytes() for page in pdf.pages]
        edited = separate(pdf, INKS)
    for content, changed in zip(before, edited, strict=True):
        places = [at for at in range(len(content)) if content.startswith((b"<0", b" Tf\n"), at)]
        for at in places:
            moved = changed.moved(at)
            assert changed.content[moved : moved + 4] == content[at : at + 4]
    assert sum(changed.content.count(b" rg") for changed in edited) == 0


# pictures


def shown(name: str, inks: Inks = INKS) -> tuple[dict[str, str], bytes, np.ndarray | None]:
    """A picture of the engine in inks: its entries, its data as stored, and the parts of its pixels."""
    source = plain(f'<img src="images/{name}" alt="x" style="width: 60pt">', "", pictures(), tagged=False).sheets.pdf
    with pikepdf.open(io.BytesIO(source)) as pdf:
        separate(pdf, inks)
        (picture,) = used(pdf.pages[0]).pictures
        entries = {key: in_words(value) for key, value in picture.items()}
        return entries, picture.read_raw_bytes(), parts(picture)


def in_words(value: object) -> str:
    """An entry as it is written."""
    return value.unparse(resolved=True).decode("latin-1") if isinstance(value, pikepdf.Object) else str(value)


def parts(picture: pikepdf.Object) -> np.ndarray | None:
    """Rows × columns × inks, of 255, of a picture that is deflated."""
    if picture.Filter != Name.FlateDecode:
        return None
    size = int(picture.Height), int(picture.Width)
    samples = np.frombuffer(picture.read_bytes(), np.uint8)
    if picture.ColorSpace == Name.DeviceCMYK:
        return samples.reshape(*size, 4)
    if picture.ColorSpace == Name.DeviceGray:
        return None
    assert picture.ColorSpace[1] == Name.DeviceCMYK
    table = np.frombuffer(bytes(picture.ColorSpace[3]), np.uint8).reshape(-1, 4)
    return table[samples.reshape(size)]


@pytest.mark.parametrize(
    "name", ["rgb.png", "rgba.png", "rgb.jpg", "profiled.jpg", "profiled.png", "rgb.webp", "rgb.tif"]
)
@pytest.mark.parametrize("inks", [INKS, TIGHT], ids=["300", "240"])
def test_photographs_are_held_under_the_limit(name: str, inks: Inks) -> None:
    entries, _, found = shown(name, inks)
    assert entries["/ColorSpace"] == "/DeviceCMYK"
    assert found is not None
    sums = found.sum(axis=2, dtype=int) / 2.55
    assert sums.max() <= inks.limit + 1e-9
    assert sums.max() > 200
    assert "/Interpolate" not in entries


@pytest.mark.parametrize("name", ["gray.png", "gray-alpha.png", "gray.jpg"])
def test_gray_pictures_are_black_ink_alone(name: str) -> None:
    _, _, found = shown(name)
    assert found is not None
    assert found[:, :, :3].max() == 0
    assert found[:, :, 3].max() > 200


def test_line_art_is_one_bit() -> None:
    entries, _, _ = shown("bits.png")
    assert (entries["/BitsPerComponent"], entries["/ColorSpace"]) == ("1", "/DeviceGray")


@pytest.mark.parametrize("name", ["flat.png", "palette.png"])
def test_flat_art_has_the_exact_builds(name: str) -> None:
    entries, _, found = shown(name)
    assert entries["/ColorSpace"].startswith("[ /Indexed /DeviceCMYK")
    assert found is not None
    colours = {tuple(colour) for colour in found.reshape(-1, 4).tolist()}
    assert colours == {tuple(round(part * 255) for part in build) for build in (RED, GREEN, (0, 0, 0, 0), (0, 0, 0, 1))}


def test_a_jpeg_in_cmyk_is_not_touched() -> None:
    entries, data, _ = shown("cmyk.jpg")
    assert data == pictures()["cmyk.jpg"]
    assert entries["/ColorSpace"] == "/DeviceCMYK"
    assert entries["/Filter"] == "/DCTDecode"


def test_opacity_of_a_picture_stays() -> None:
    source = plain('<img src="images/rgba.png" alt="x">', "", pictures(), tagged=False).sheets.pdf
    with pikepdf.open(io.BytesIO(source)) as pdf:
        before = used(pdf.pages[0]).pictures[0].SMask.read_bytes()
        separate(pdf, INKS)
        mask = used(pdf.pages[0]).pictures[0].SMask
        assert mask.read_bytes() == before
        assert mask.ColorSpace == Name.DeviceGray
        assert "/Interpolate" not in mask
