"""From sRGB to the press's inks: builds, black alone, the profile, and the ink limit."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from policybook.diagnostics import MachineError
from policybook.prepress import icc
from policybook.prepress.icc import SRGB, Source
from policybook.prepress.inks import Inks, held
from tests.conftest import ROOT
from tests.unit.color_difference import ciede2000

PROFILE = (ROOT / "printers" / "profiles" / "ISOcoated_v2_300_bas.icc").read_bytes()
PRESS = Source("CMYK", PROFILE)
RED = (154, 42, 42)
INKS = Inks(PROFILE, {RED: (0, 0.85, 0.7, 0.45)}, 300)
TIGHT = Inks(PROFILE, {RED: (0, 0.85, 0.7, 0.45)}, 240)

parts = st.tuples(*[st.floats(0, 1)] * 4)
limits = st.sampled_from([1.0, 2.0, 2.4, 3.0, 3.2])


def colour(inks: Inks, *levels: int) -> tuple[float, float, float, float]:
    """The parts for a colour of 8-bit sRGB."""
    r, g, b = (level / 255 for level in levels)
    return inks.colour(r, g, b)


def lab(*builds: tuple[float, float, float, float]) -> np.ndarray:
    """L* a* b* of builds as they print."""
    return icc.lab(np.rint(np.array(builds) * 255).astype(np.uint8), PRESS)


def photograph(size: tuple[int, int] = (48, 48)) -> Image.Image:
    """Colours of all hues that grow dark from above to below."""
    across, down = np.meshgrid(np.linspace(0, 6 * np.pi, size[0]), np.linspace(0, 1, size[1]))
    planes = [(0.5 + 0.5 * np.cos(across + shift)) * (1 - 0.95 * down) for shift in (0, 2.1, 4.2)]
    return Image.fromarray(np.rint(np.stack(planes, axis=2) * 255).astype(np.uint8))


def test_the_measure_itself() -> None:
    """Pairs 1, 7 and 25 of Sharma, Wu and Dalal (2005), table 1."""
    one = np.array([[50, 2.6772, -79.7751], [50, 0, 0], [60.2574, -34.0099, 36.2677]])
    other = np.array([[50, 0, -82.7485], [50, -1, 2], [60.4626, -34.1751, 39.4387]])
    assert ciede2000(one, other) == pytest.approx([2.0425, 2.3669, 1.2644], abs=1e-4)


# colours


def test_a_build_is_printed_as_it_is_stated() -> None:
    assert colour(INKS, *RED) == (0, 0.85, 0.7, 0.45)
    assert INKS.colour(0.603922, 0.164706, 0.164706) == (0, 0.85, 0.7, 0.45)  # as the layout engine writes it
    assert colour(INKS, 154, 42, 44) != (0, 0.85, 0.7, 0.45)


def test_black_and_white_are_k_alone() -> None:
    assert colour(INKS, 0, 0, 0) == (0, 0, 0, 1)
    assert colour(INKS, 255, 255, 255) == (0, 0, 0, 0)


@pytest.mark.parametrize("level", range(0, 256, 15))
def test_a_gray_is_k_alone_and_prints_as_light_as_the_profile_would(level: int) -> None:
    build = colour(INKS, level, level, level)
    assert build[:3] == (0, 0, 0)
    by_profile = icc.lab(icc.colours(np.array([[level] * 3], np.uint8), SRGB, PRESS), PRESS)
    # solid K is lighter than four inks (L* 17 and 13): the darkest grays can't be met
    assert lab(build)[0, 0] == pytest.approx(by_profile[0, 0], abs=2 if level > 60 else 4.5)


def test_tints_of_black_grow_with_darkness() -> None:
    tints = [colour(INKS, level, level, level)[3] for level in range(256)]
    assert all(darker > lighter for darker, lighter in pairwise(tints))


def test_a_trace_of_colour_is_still_neutral_and_more_is_not() -> None:
    assert colour(INKS, 100, 101, 102)[:3] == (0, 0, 0)
    assert colour(INKS, 100, 101, 103)[:3] != (0, 0, 0)


def test_other_colours_print_as_the_profile_says() -> None:
    levels = np.array([[200, 120, 60], [60, 120, 200], [90, 160, 90], [180, 140, 160]], np.uint8)
    screen = icc.colours(levels, SRGB, Source("LAB"), compensated=True)
    printed = INKS.colours(levels)
    by_profile = icc.colours(levels, SRGB, PRESS)
    assert printed == pytest.approx(by_profile / 255, abs=0.021)  # a trace of an ink is left out
    assert screen.shape == (4, 3)


def test_no_part_is_a_trace() -> None:
    levels = np.stack(np.meshgrid(*[np.arange(0, 256, 17)] * 3), axis=-1).reshape(-1, 3).astype(np.uint8)
    found = INKS.colours(levels)
    assert ((found == 0) | (found >= 0.02)).all()
    assert (found.sum(axis=1) <= 3.0 + 1e-9).all()
    assert (TIGHT.colours(levels).sum(axis=1) <= 2.4 + 1e-3).all()


def test_the_digest_tells_what_decides() -> None:
    others = [Inks(PROFILE, {}, 300), TIGHT, Inks(PROFILE + b"\0", INKS.builds, 300)]
    digests = {inks.digest for inks in (INKS, *others)}
    assert len(digests) == 4
    assert Inks(PROFILE, dict(INKS.builds), 300.0).digest == INKS.digest
    assert len(INKS.digest) == 64


@pytest.mark.parametrize("profile", [b"", b"no profile", PROFILE[:200]])
def test_what_is_no_profile_of_a_press_is_an_error(profile: bytes) -> None:
    with pytest.raises(MachineError, match="not one of a CMYK press"):
        Inks(profile, {}, 300)


def test_a_profile_of_a_screen_is_an_error() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    with pytest.raises(MachineError, match="not one of a CMYK press"):
        Inks(srgb, {}, 300)


# the ink limit


@given(parts, limits)
def test_held_parts_are_under_the_limit(build: tuple[float, ...], limit: float) -> None:
    found = held(np.array([build]), limit)[0]
    assert found.sum() <= limit + 1e-9
    assert (found >= 0).all()
    assert (found <= 1).all()


@given(parts, limits)
def test_what_is_under_the_limit_stays(build: tuple[float, ...], limit: float) -> None:
    found = held(np.array([build]), limit)[0]
    if sum(build) <= limit:
        assert tuple(found) == build


@given(parts)
def test_gray_gives_way_to_black(build: tuple[float, ...]) -> None:
    before, after = np.array(build), held(np.array([build]), 2.4)[0]
    assert after[3] >= before[3] - 1e-9
    assert (after[:3] <= before[:3] + 1e-9).all()
    assert (np.argsort(-after[:3], kind="stable") == np.argsort(-before[:3], kind="stable")).all() or (
        np.ptp(before[:3]) < 1e-6 or np.diff(np.sort(after[:3])).min() < 1e-9
    )


def test_dark_colours_are_dulled_by_no_more_than_a_profile_would() -> None:
    levels = np.stack(np.meshgrid(*[np.arange(0, 256, 12)] * 3), axis=-1).reshape(-1, 3).astype(np.uint8)
    build = icc.colours(levels, SRGB, PRESS) / 255
    build = build[build.sum(axis=1) > 2.4]
    assert len(build) > 300
    wanted = lab(*build)
    far = ciede2000(wanted, lab(*held(build, 2.4)))
    scaled = ciede2000(wanted, lab(*(build * (2.4 / build.sum(axis=1, keepdims=True)))))
    assert far.mean() < 1.3  # no build of 240 % could do better than 1.0 on average
    assert far.max() < 3.2
    assert far.mean() < scaled.mean() / 2


# pictures


@pytest.mark.parametrize("inks", [INKS, TIGHT], ids=["300", "240"])
def test_a_picture_is_held_under_the_limit(inks: Inks) -> None:
    plates = np.asarray(inks.image(photograph()), int)
    assert plates.sum(axis=2).max() / 2.55 <= inks.limit + 1e-9


def test_a_picture_that_needs_less_ink_is_the_profile_s() -> None:
    picture = photograph()
    wide, tight = (np.asarray(inks.image(picture), int) for inks in (INKS, TIGHT))
    assert (wide.sum(axis=2) / 2.55 > 240).any()
    under = wide.sum(axis=2) / 2.55 <= 240
    assert (wide[under] == tight[under]).all()


def test_a_ground_in_a_picture_matches_the_ground_beside_it() -> None:
    flat = Image.new("RGB", (4, 4), (60, 120, 200))
    assert INKS.image(flat).getpixel((1, 1)) == tuple(round(part * 255) for part in colour(INKS, 60, 120, 200))


def swapped() -> bytes:
    """A profile of sRGB whose red is blue, and whose blue is red."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * int.from_bytes(data[128:132], "big"), 12)}
    red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
    data[red + 4 : red + 12], data[blue + 4 : blue + 12] = data[blue + 4 : blue + 12], data[red + 4 : red + 12]
    return bytes(data)


def test_a_picture_s_own_profile_is_obeyed() -> None:
    picture = Image.new("RGB", (4, 4), (200, 30, 20))
    turned = Image.new("RGB", (4, 4), (20, 30, 200))
    turned.info["icc_profile"] = swapped()
    red, blue = (np.array([INKS.image(shown).getpixel((0, 0))], np.uint8) for shown in (picture, turned))
    assert ciede2000(icc.lab(red, PRESS), icc.lab(blue, PRESS))[0] < 1


@pytest.mark.parametrize("profile", [b"broken", PROFILE, b""])
def test_a_profile_that_is_none_of_rgb_is_not_looked_at(profile: bytes) -> None:
    picture = photograph((8, 8))
    plain = INKS.image(picture).tobytes()
    picture.info["icc_profile"] = profile
    assert INKS.image(picture).tobytes() == plain


def test_pictures_of_any_height_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = TIGHT.image(photograph((7, 33))).tobytes()
    monkeypatch.setattr("policybook.prepress.inks._STRIP", 10)
    assert TIGHT.image(photograph((7, 33))).tobytes() == whole


def test_a_picture_in_lab_is_printed() -> None:
    flat = Image.frombytes("LAB", (2, 2), bytes([128, 20, 236]) * 4)  # L* 50, a* 20, b* -20: a* and b* are signed
    found = icc.lab(np.array([INKS.image(flat).getpixel((0, 0))], np.uint8), PRESS)
    assert found[0].tolist() == pytest.approx([50, 20, -20], abs=2)
