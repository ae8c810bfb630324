"""Gatherings for the press: the same pages in inks, with what belongs to screens left out."""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pikepdf
import pytest
from PIL import Image

from policybook.binding import BookBlock
from policybook.binding_press import PressBlock, PressLeaf
from policybook.content_stream import operations
from policybook.gathering import Gathering, pack, print_late, unpack
from policybook.prepress.inks import Inks
from policybook.prepress.pressing import Press, as_pdf, press
from policybook.printer import Standard
from tests.unit.bookblock import GEOMETRY, METADATA, bound, divisions, drawn, gathering, opened, texts
from tests.unit.pressblock import (
    INKS,
    PROFILE,
    STANDARDS,
    bound_for,
    for_press,
    how,
    opaque_block,
    pressed,
    shop,
)
from tests.unit.pressblock import bound as bound_press
from tests.unit.test_folding import book_of
from tests.unit.test_overprinting import colored, painted

CMYK = (Standard.X4, Standard.X1A)
RGB_OPERATORS = {b"g", b"G", b"rg", b"RG", b"cs", b"CS", b"sc", b"SC"}


def sheets_of(made: Gathering, standard: Standard, *late: str) -> bytes:
    """The pages of a pressed gathering, bound by themselves, without marks."""
    trim = GEOMETRY.neutral_box()
    leaves = tuple(PressLeaf(trim, trim.grown(13.5), made, sheet, late) for sheet in range(made.count))
    block = PressBlock(leaves, trim, METADATA, opaque_block().fonts)
    marks = replace(shop().marks, crop=False, registration=False, colour_bars=False, page_information=False)
    return bound_press(block, replace(how(shop(standard)), marks=marks, bleed=13.5))


def screen_of(made: Gathering, *late: str) -> bytes:
    """The pages of a gathering, bound for the screen, with their bleed."""
    of: BookBlock = book_of(made, late={made.division: late})
    return bound(
        replace(of, gatherings={made.division: replace(made, pages=tuple(replace(p, links=()) for p in made.pages))})
    )


def streams(made: Gathering) -> Iterator[bytes]:
    """The content streams of a gathering: its pages and its forms."""
    for page in made.pages:
        yield page.content if page.late else zlib.decompress(page.content)
    with opened(as_pdf(made)) as pdf:
        yield from (
            o.read_bytes() for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Form"
        )


# --- the same pages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("standard", STANDARDS)
def test_pages_read_as_before(standard: Standard) -> None:
    for of in opaque_block().gatherings.values():
        late = ("15",) if of.numbers else ()
        ours = sheets_of(press(of, for_press(standard)), standard, *late)
        assert texts(ours) == texts(screen_of(of, *late))


@pytest.mark.parametrize("standard", STANDARDS)
def test_pages_look_as_before_but_for_their_colors(standard: Standard) -> None:
    for of in opaque_block().gatherings.values():
        late = ("15",) if of.numbers else ()
        ours = drawn(sheets_of(press(of, for_press(standard)), standard, *late))
        for one, other in zip(ours, drawn(screen_of(of, *late)), strict=True):
            assert one.size == other.size
            apart = np.abs(np.asarray(one.convert("L"), int) - np.asarray(other.convert("L"), int))
            # pdfium shows inks without their profile: tints differ, and edges of what is dark
            assert apart.mean() < (6 if standard in CMYK else 1e-9)
            ink = [np.asarray(image.convert("L")) < 128 for image in (one, other)]
            assert (ink[0] ^ ink[1]).mean() < 0.001


@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("number", ["00", "15", "98"])
def test_late_numbers_are_printed_where_they_were(standard: Standard, number: str) -> None:
    first = '<p>/P <span style="color: #9a2a2a">red</span> <u>page</u> <span class="late">00</span>'
    body = first + ', <b class="late">01–2</b></p>'
    made = press(gathering("x", body, "12", "34–5"), for_press(standard))
    assert made.numbers == 3
    assert [index for index, _ in made.pages[0].late] == [0, 1, 2]
    (text,) = texts(sheets_of(made, standard, number, number, "7"))
    assert " ".join(text.split()) == f"/P red page {number}, {number}–7"


def test_digits_are_looked_for_where_they_are() -> None:
    """What stands at the offsets are codes of digits, before and after."""
    for made in (opaque_block().gatherings["front"], *map(pressed_front, STANDARDS)):
        for page in made.pages:
            for _, figures in page.late:
                assert [page.content[at : at + 4] in figures.codes for at in figures.offsets] == [True] * len(
                    figures.offsets
                )
                nines = print_late(page.content, [(figures, "9" * len(figures.offsets))])
                assert [nines[at : at + 4] for at in figures.offsets] == [figures.codes[9]] * len(figures.offsets)


def pressed_front(standard: Standard) -> Gathering:
    """The front matter for the press."""
    return pressed(standard)[opaque_block().gatherings["front"].digest]


# --- left out ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("standard", STANDARDS)
def test_nothing_that_belongs_to_screens_is_left(standard: Standard) -> None:
    before = opaque_block().gatherings.values()
    assert any(page.links for of in before for page in of.pages)
    for of in before:
        made = pressed(standard)[of.digest]
        assert not made.anchors
        assert not made.ids
        assert not made.top
        assert not any(page.links or page.parents for page in made.pages)
        objects = b"".join([*(content for _, content in made.plain), *(entries for _, entries, _ in made.streams)])
        assert not [word for word in (b"StructElem", b"StructParent", b"/Annot", b"/URI", b"/Alt") if word in objects]
        assert (made.division, made.count, made.numbers) == (of.division, of.count, of.numbers)
        assert made.fonts == of.fonts


@pytest.mark.parametrize("standard", CMYK)
def test_no_content_is_marked(standard: Standard) -> None:
    marked = {b"BMC", b"BDC", b"EMC"}
    assert marked & {
        o.operator for of in opaque_block().gatherings.values() for s in streams(of) for o in operations(s)
    }
    assert not marked & {o.operator for of in pressed(standard).values() for s in streams(of) for o in operations(s)}


# --- inks -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("standard", CMYK)
def test_every_color_is_in_inks(standard: Standard) -> None:
    found = [o for of in pressed(standard).values() for stream in streams(of) for o in operations(stream)]
    assert not RGB_OPERATORS & {operation.operator for operation in found}
    fills = {operation.operands for operation in found if operation.operator == b"k"}
    assert (b"0", b"0", b"0", b"1") in fills, "the text"
    assert any(cmy[0] != b"0" for cmy in fills), "the paper"
    for of in pressed(standard).values():
        with opened(as_pdf(of)) as pdf:
            images = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
            assert {name for image in images for name in spaces(image.ColorSpace)} <= {"/DeviceCMYK", "/Indexed"}
            assert "/ColorSpace" not in pdf.pages[0].obj.Resources


def spaces(space: pikepdf.Object) -> set[str]:
    """The names of spaces in a space."""
    return {
        str(part) for part in ([space] if isinstance(space, pikepdf.Name) else space) if isinstance(part, pikepdf.Name)
    }


def test_in_rgb_colors_stay() -> None:
    for of in opaque_block().gatherings.values():
        made = pressed(Standard.RGB)[of.digest]
        assert list(streams(made)) == list(streams(of))


def test_a_color_of_the_brand_is_its_build() -> None:
    made = press(gathering("x", '<p style="color: #9a2a2a">red</p>'), for_press(Standard.X4))
    assert (b"0", b"0.85", b"0.7", b"0.45") in {
        operation.operands for stream in streams(made) for operation in operations(stream) if operation.operator == b"k"
    }


@pytest.mark.parametrize("standard", CMYK)
def test_black_text_overprints(standard: Standard) -> None:
    for of in pressed(standard).values():
        found = [pair for content in streams(of) for pair in zip(painted(content), colored(content), strict=True)]
        text = {(fill, it.fills) for it, (_, fill) in found if it.operator in {"Tj", "TJ"}}
        assert text == {("0 0 0 1", True)}


# --- what can't be printed --------------------------------------------------------------------------------------------


def test_what_cant_be_flattened_is_named_with_its_division() -> None:
    made = press(divisions()["laws"], for_press(Standard.X1A))
    assert {problem.code for problem in made.problems} == {"INKS002"}
    assert all(problem.message.startswith("laws: page 2 ") for problem in made.problems)
    assert any("opacity of 0.5" in problem.message for problem in made.problems)
    assert not press(divisions()["laws"], for_press(Standard.X4)).problems


def test_what_has_no_inks_is_named_with_its_division() -> None:
    """A drawing of another kind than a picture or a form, which no layout engine makes (PostScript, 8.8.2)."""
    made = divisions()["laws"]
    number = made.size
    strange = replace(
        made,
        size=number + 1,
        streams=(*made.streams, (number, b"/Type/XObject/Subtype/PS", b"")),
        drawings=made.drawings + b"/Odd \x01%d\x02 0 R" % number,
        pages=(made.pages[0], replace(made.pages[1], content=zlib.compress(b"/Odd Do"), late=())),
    )
    found = press(strange, for_press(Standard.X4))
    assert [(p.code, p.message.startswith("laws: page 2 holds a drawing of the kind PS")) for p in found.problems] == [
        ("INKS001", True)
    ]
    assert found.problems[0].hint
    assert not press(strange, for_press(Standard.RGB)).problems, "a print shop that asks for sRGB gets what was drawn"


def test_a_gathering_of_no_pages_is_left_alone() -> None:
    nothing = replace(divisions()["front"], count=0, pages=(), digest="0" * 64)
    assert press(nothing, for_press(Standard.X4)) is nothing


# --- the same each time -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("standard", STANDARDS)
def test_the_same_gathering_gives_the_same_bytes_and_survives_packing(standard: Standard) -> None:
    for of in (*opaque_block().gatherings.values(), *opaque_block().furniture.values()):
        made = pressed(standard)[of.digest]
        assert press(unpack(pack(of)), for_press(standard)) == made
        assert unpack(pack(made)) == made
        assert made.digest != of.digest


def test_a_picture_of_two_divisions_is_still_one() -> None:
    laws, places = (pressed(Standard.X4)[opaque_block().gatherings[of].digest] for of in ("laws", "places"))
    assert set(laws.images.values()) & set(places.images.values())
    with opened(bound_for(Standard.X4)) as pdf:
        images = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
        assert len(images) == 1


def test_the_press_has_a_digest_of_all_that_decides() -> None:
    presses = [
        Press(Standard.X4, INKS),
        Press(Standard.X1A, INKS),
        Press(Standard.X4, replace(INKS, limit=240)),
        Press(Standard.X4, replace(INKS, builds={})),
        Press(Standard.X4, replace(INKS, profile=PROFILE + b"\0")),
    ]
    assert len({it.digest for it in presses}) == len(presses)
    assert Press(Standard.X4, Inks(PROFILE, dict(INKS.builds), 300)).digest == presses[0].digest


def test_a_transparent_picture_is_pressed_with_its_mask() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (200, 0, 0, 128)).save(out, "PNG")
    source = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    of = gathering("x", f'<p><img alt="x" style="width: 50pt" src="{source}"></p>')
    with opened(as_pdf(press(of, for_press(Standard.X4)))) as pdf:
        (image,) = pdf.pages[0].obj.Resources.XObject.values()
        assert "/DeviceCMYK" in spaces(image.ColorSpace)
        assert image.SMask.ColorSpace == "/DeviceGray"
    with opened(as_pdf(press(of, for_press(Standard.X1A)))) as pdf:
        (image,) = pdf.pages[0].obj.Resources.XObject.values()
        assert "/SMask" not in image


def test_a_soft_mask_shows_what_it_showed() -> None:
    """A gradient that fades is a mask of gray: nothing of it may become K."""
    body = (
        '<p style="height: 200pt; margin: 0; background: linear-gradient(rgba(0, 0, 255, 1), rgba(0, 0, 255, 0))"></p>'
    )
    of = gathering("x", body)
    (ours,), (theirs,) = drawn(sheets_of(press(of, for_press(Standard.X4)), Standard.X4)), drawn(screen_of(of))
    column = slice(250, 251)
    paper = [np.asarray(image.convert("RGB"), int)[1400, 250] for image in (ours, theirs)]
    assert np.abs(paper[0] - paper[1]).max() < 24
    faded = [
        np.abs(np.asarray(image.convert("RGB"), int)[160:540, column, 0] - white[0])
        for image, white in zip((ours, theirs), paper, strict=True)
    ]
    parts = [of_image / of_image.max() for of_image in faded]
    assert np.abs(parts[0] - parts[1]).max() < 0.06


def test_the_pages_of_a_gathering_are_a_pdf() -> None:
    with opened(as_pdf(opaque_block().gatherings["laws"])) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) == 2
        assert len({page.obj.Resources.objgen for page in pdf.pages}) == 1
