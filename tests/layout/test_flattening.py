"""PDF/X-1a has no transparency: what pages use of it is told, what changes nothing is taken out, the rest refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from policybook.diagnostics import ContentError
from policybook.prepress.flattening import transparency, without_transparency
from policybook.prepress.inks import Inks
from policybook.prepress.separation import separate
from tests.conftest import ROOT
from tests.layout.bench import plain
from tests.layout.drawn_by_hand import drawn, form, image, saved
from tests.layout.inks_used import used
from tests.layout.pictures import pictures

PROFILE = (ROOT / "printers" / "profiles" / "ISOcoated_v2_300_bas.icc").read_bytes()
Make = Callable[[Pdf], dict[str, Any]]


def state(**entries: Any) -> Make:
    """Resources with one graphics state, named G."""
    return lambda _: {"/ExtGState": Dictionary(G=Dictionary(**entries))}


def masked(pdf: Pdf) -> dict[str, Any]:
    """Resources with a graphics state that has a soft mask."""
    group = form(pdf, b"1 g 0 0 9 9 re f", {}, Group=Dictionary(S=Name.Transparency, CS=Name.DeviceGray))
    return {"/ExtGState": Dictionary(G=Dictionary(SMask=Dictionary(S=Name.Luminosity, G=group)))}


def grouped(content: bytes = b"0 0 0 1 k 0 0 9 9 re f", **entries: Any) -> Make:
    """Resources with a form that is a transparent group, named F."""

    def make(pdf: Pdf) -> dict[str, Any]:
        group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK, I=True, K=True)
        inner = {"/ExtGState": Dictionary(G=Dictionary(**entries))} if entries else {}
        return {"/XObject": Dictionary(F=form(pdf, content, inner, Group=group))}

    return make


def seen_through(alpha: bytes, data: bytes = b"\xff\0\0\0" * 4, space: Any = Name.DeviceCMYK, **entries: Any) -> Make:
    """Resources with a picture of 2 by 2 pixels that has a soft mask, named I."""

    def make(pdf: Pdf) -> dict[str, Any]:
        soft = image(pdf, alpha, (2, len(alpha) // 2), Name.DeviceGray)
        return {"/XObject": Dictionary(I=image(pdf, data, (2, 2), space, SMask=soft, **entries))}

    return make


SHOW = b"100 0 0 100 0 0 cm /I Do"


@pytest.mark.parametrize(
    ("content", "make", "words"),
    [
        (b"/G gs 0 0 9 9 re f", state(ca=0.5), "opacity of 0.5"),
        (b"/G gs 0 0 9 9 re S", state(CA=0.25), "opacity of 0.25"),
        (b"/G gs 0 0 9 9 re f", state(BM=Name.Multiply), "the blend mode Multiply"),
        (b"/G gs 0 0 9 9 re f", state(BM=Array([Name.Screen, Name.Normal])), "the blend mode Screen"),
        (b"/G gs 0 0 9 9 re f", masked, "a soft mask, as gradients and shadows that fade do"),
        (b"/F Do", grouped(b"/G gs 0 0 9 9 re f", ca=0.5), "opacity of 0.5"),
    ],
)
def test_transparency_is_named_and_refused(content: bytes, make: Make, words: str) -> None:
    pdf = drawn(content, make, pages=2)
    before = saved(pdf)
    assert f"page 2: {words}" in transparency(pdf)
    with pytest.raises(ContentError) as caught:
        without_transparency(pdf)
    assert {problem.code for problem in caught.value.problems} == {"INKS002"}
    assert [problem.message for problem in caught.value.problems] == [
        f"page {number} uses {words}, which PDF/X-1a has not" for number in (1, 2)
    ]
    assert saved(pdf) == before


@pytest.mark.parametrize(
    "make",
    [
        state(ca=1, CA=1, BM=Name.Normal, SMask=Name("/None"), AIS=False),
        state(BM=Name.Compatible),
        state(BM=Array([Name.Normal, Name.Screen])),
    ],
)
def test_what_changes_nothing_is_no_transparency_and_goes(make: Make) -> None:
    pdf = drawn(b"/G gs 0 0 9 9 re f", make)
    assert transparency(pdf) == ()
    without_transparency(pdf)
    assert dict(pdf.pages[0].obj.Resources.ExtGState.G.items()) == {}


def test_other_entries_of_a_state_stay() -> None:
    pdf = drawn(b"/G gs 0 0 9 9 re f", state(ca=1, OP=True, LW=2))
    without_transparency(pdf)
    assert set(pdf.pages[0].obj.Resources.ExtGState.G.keys()) == {"/OP", "/LW"}


def test_what_is_not_used_is_not_told_and_goes() -> None:
    pdf = drawn(b"0 0 9 9 re f", masked)
    assert transparency(pdf) == ()
    without_transparency(pdf)
    assert b"/SMask" not in saved(pdf)


def test_opaque_groups_go() -> None:
    pdf = drawn(b"/F Do", grouped(b"/G gs 0 0 0 1 k 0 0 9 9 re f", ca=1))
    pdf.pages[0].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)
    assert transparency(pdf) == ("page 1: a group for the whole page", "page 1: a group")
    without_transparency(pdf)
    assert transparency(pdf) == ()
    assert "/Group" not in pdf.pages[0].obj
    assert "/Group" not in pdf.pages[0].obj.Resources.XObject.F


def rendered(pdf: Pdf) -> np.ndarray:
    """The first page as pdfium draws it."""
    document = pypdfium2.PdfDocument(saved(pdf))
    try:
        return np.asarray(document[0].render().to_pil().convert("RGB"), float)
    finally:
        document.close()


def test_a_soft_mask_that_hides_nothing_goes() -> None:
    pdf = drawn(SHOW, seen_through(b"\xff" * 4))
    without_transparency(pdf)
    picture = pdf.pages[0].obj.Resources.XObject.I
    assert set(picture.keys()) & {"/SMask", "/Mask"} == set()
    assert picture.read_bytes() == b"\xff\0\0\0" * 4


def test_a_soft_mask_of_all_or_nothing_becomes_a_stencil() -> None:
    pdf = drawn(b"1 0 0 0 k 0 0 100 100 re f " + SHOW, seen_through(b"\xff\0" * 4, b"\0\xff\xff\0" * 4))
    before = rendered(pdf)
    without_transparency(pdf)
    picture = pdf.pages[0].obj.Resources.XObject.I
    assert picture.Mask.ImageMask
    assert picture.read_bytes() == b"\0\xff\xff\0" * 4
    assert np.abs(before - rendered(pdf)).mean() < 2


@pytest.mark.parametrize(
    ("data", "space", "entries"),
    [
        (b"\0\xff\xff\0" * 4, Name.DeviceCMYK, {}),
        (b"\xff\0\0\xff" * 4, Name.DeviceCMYK, {"Decode": Array([1, 0] * 4)}),
        (b"\0\1\1\0", Array([Name.Indexed, Name.DeviceCMYK, 1, String(b"\0\xff\xff\0\xff\0\0\0")]), {}),
        (b"\x20\x60\xa0\xe0", Name.DeviceGray, {}),
    ],
    ids=["CMYK", "turned over", "a palette", "gray"],
)
@pytest.mark.parametrize("alpha", [b"\xff\x80\x40\0", b"\xff\x80\x40\0" * 2], ids=["as large", "larger"])
def test_a_soft_mask_is_merged_with_the_paper(data: bytes, space: Any, entries: dict[str, Any], alpha: bytes) -> None:
    pdf = drawn(SHOW, seen_through(alpha, data, space, **entries))
    before = rendered(pdf)
    without_transparency(pdf)
    assert transparency(pdf) == ()
    picture = pdf.pages[0].obj.Resources.XObject.I
    assert "/SMask" not in picture
    assert picture.Mask.ImageMask
    if len(alpha) == 4 and not isinstance(space, Array) and space == Name.DeviceCMYK:
        assert picture.read_bytes() == b"\0\xff\xff\0\0\x80\x80\0\0\x40\x40\0\0\0\0\0"
    # pdfium blends in RGB; and where it smooths a picture's pixels, it smooths those of the mask by themselves
    assert np.abs(before - rendered(pdf)).mean() < (6 if len(alpha) == 4 else 12)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (seen_through(b"\xff\x80\x40\0", b"\0" * 12, Name.DeviceRGB), "a picture in DeviceRGB"),
        (seen_through(b"\xff\x80\x40\0", b"?", Name.DeviceCMYK, Filter=Name.DCTDecode), "a picture in DeviceCMYK"),
    ],
)
def test_a_picture_that_cant_be_merged_is_refused(make: Make, words: str) -> None:
    pdf = drawn(SHOW, make)
    with pytest.raises(ContentError, match=f"INKS002 picture 1 is {words} whose samples are not those of inks"):
        without_transparency(pdf)
    assert "/SMask" in pdf.pages[0].obj.Resources.XObject.I


def test_the_engine_s_pages_lose_what_changes_nothing() -> None:
    text = (
        '<p style="color: #9a2a2a">red</p><img src="images/rgba.png" alt="x"><img src="images/gray-alpha.png" alt="x">'
    )
    source = plain(text, "", pictures(), tagged=False).sheets.pdf
    with pikepdf.open(io.BytesIO(source)) as pdf:
        separate(pdf, Inks(PROFILE, {}, 300))
        before = rendered(pdf)
        assert transparency(pdf) == ("page 1: a picture with a soft mask",)
        without_transparency(pdf)
        assert transparency(pdf) == ()
        assert np.abs(before - rendered(pdf)).mean() < 1
        assert {str(picture.ColorSpace) for picture in used(pdf.pages[0]).pictures} == {"/DeviceCMYK"}
        result = saved(pdf)
    assert b"/SMask" not in result
    assert b"/ca " not in result


def test_the_engine_s_shadows_are_refused() -> None:
    source = plain('<div style="box-shadow: 2pt 2pt 3pt #555; height: 9pt"></div>', tagged=False).sheets.pdf
    with pikepdf.open(io.BytesIO(source)) as pdf:
        separate(pdf, Inks(PROFILE, {}, 300))
        with pytest.raises(ContentError, match="page 1 uses a soft mask, as gradients and shadows that fade do"):
            without_transparency(pdf)
