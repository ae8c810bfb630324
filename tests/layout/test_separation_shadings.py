"""Shadings in inks that the layout engine never writes: tables, stretched domains, meshes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import ImageCms

from policybook.prepress.builds import builds
from policybook.prepress.inks import Inks
from policybook.prepress.separation import separate
from tests.conftest import ROOT
from tests.layout.drawn_by_hand import axial, drawn, ramp, stream
from tests.layout.inks_used import ends, outputs, used

PROFILE = (ROOT / "printers" / "profiles" / "ISOcoated_v2_300_bas.icc").read_bytes()
INKS = Inks(PROFILE, builds((ROOT / "styles" / "tokens.css").read_text("utf-8")), 300)
RED = (0, 0.85, 0.7, 0.45)
RED_RGB = (154 / 255, 42 / 255, 42 / 255)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

Make = Callable[[Pdf], dict[str, Any]]


def shaded(shading: Callable[[Pdf], Any]) -> Any:
    """A shading in inks."""
    pdf = drawn(b"/S sh", lambda pdf: {"/Shading": Dictionary(S=shading(pdf))})
    separate(pdf, INKS)
    (found,) = used(pdf.pages[0]).shadings
    return found


def test_the_middle_of_a_ramp_is_the_middle_in_rgb() -> None:
    found = shaded(lambda _: axial(ramp([1, 0, 0], [0, 1, 0])))
    middle = evaluated(found.Function, 0.5)
    assert middle == pytest.approx(INKS.colour(0.5, 0.5, 0), abs=0.06)
    straight = [(one + other) / 2 for one, other in zip(INKS.colour(1, 0, 0), INKS.colour(0, 1, 0), strict=True)]
    assert abs(middle[0] - straight[0]) > 0.1  # which it would be without the steps


def test_builds_at_the_ends_leave_no_step_behind() -> None:
    found = shaded(lambda _: axial(ramp([*RED_RGB], [31 / 255, 107 / 255, 92 / 255])))
    colours = np.array([evaluated(found.Function, x) for x in np.linspace(0, 1, 17).tolist()])
    assert np.abs(np.diff(colours, axis=0)).max() < 0.09  # the profile has 25 % of C in the red, and its build none
    middle = INKS.lightness(np.array([INKS.colour(93 / 255, 75 / 255, 67 / 255)]))[0]
    assert INKS.lightness(colours[8:9])[0] == pytest.approx(middle, abs=1)


def evaluated(function: Any, x: float) -> list[float]:
    """What a stitching function gives, by the definition (7.10.3, 7.10.4)."""
    if int(function.FunctionType) == 2:
        return [float(a) + x * (float(b) - float(a)) for a, b in zip(function.C0, function.C1, strict=True)]
    edges = [float(function.Domain[0]), *(float(b) for b in function.Bounds), float(function.Domain[1])]
    index = int(sum(x >= edge for edge in edges[1:-1]))
    return evaluated(function.Functions[index], (x - edges[index]) / (edges[index + 1] - edges[index]))


def test_a_ramp_is_as_it_was_whatever_its_function() -> None:
    plain = shaded(lambda _: axial(ramp([*RED_RGB], [1, 1, 1])))
    three = Array([ramp([first], [1]) for first in RED_RGB])
    apart = shaded(lambda _: axial(three))
    sampled = shaded(
        lambda pdf: axial(
            stream(
                pdf,
                bytes([154, 42, 42, 255, 255, 255]),
                FunctionType=0,
                Domain=Array([0, 1]),
                Range=Array([0, 1] * 3),
                Size=Array([2]),
                BitsPerSample=8,
            )
        )
    )
    for x in (0, 0.25, 0.5, 0.9, 1):
        assert evaluated(apart.Function, x) == pytest.approx(evaluated(plain.Function, x), abs=0.005)
        assert evaluated(sampled.Function, x) == pytest.approx(evaluated(plain.Function, x), abs=0.005)
    assert evaluated(plain.Function, 0) == pytest.approx(RED)


def test_a_domain_of_a_shading_is_kept() -> None:
    stretched = Dictionary(FunctionType=2, Domain=Array([2, 4]), C0=Array([1, 1, 1]), C1=Array([0.5, 1, 1]), N=1)
    found = shaded(lambda _: axial(stretched, Domain=Array([2, 4]), Background=Array([*RED_RGB])))
    assert [float(x) for x in found.Function.Domain] == [2, 4]
    assert [float(x) for x in found.Background] == list(RED)


def test_a_shading_of_two_inputs_becomes_a_table() -> None:
    corners = bytes([255, 255, 255, 154, 42, 42, 0, 0, 0, 31, 107, 92])
    entries = {"Domain": Array([0, 1, 0, 1]), "Range": Array([0, 1] * 3), "Size": Array([2, 2]), "BitsPerSample": 8}
    found = shaded(
        lambda pdf: Dictionary(
            ShadingType=1, ColorSpace=Name.DeviceRGB, Function=stream(pdf, corners, FunctionType=0, **entries)
        )
    )
    assert outputs(found.Function) == 4
    table = np.frombuffer(found.Function.read_bytes(), ">u2").reshape(33, 33, 4) / 65535
    assert table[0, 0].tolist() == [0, 0, 0, 0]
    assert table[0, 32].tolist() == pytest.approx(RED, abs=1e-4)  # the first input varies fastest
    assert table[32, 0].tolist() == [0, 0, 0, 1]


def mesh(kind: int, data: bytes, **entries: Any) -> Callable[[Pdf], Stream]:
    """A mesh with 8 bits for all."""
    stated = {"BitsPerCoordinate": 8, "BitsPerComponent": 8, "Decode": Array([0, 100, 0, 100, 0, 1, 0, 1, 0, 1])}
    if kind != 5:
        stated["BitsPerFlag"] = 8
    else:
        stated["VerticesPerRow"] = 2
    return lambda pdf: stream(pdf, data, ShadingType=kind, ColorSpace=Name.DeviceRGB, **{**stated, **entries})


CORNER = bytes([154, 42, 42])
VERTEX = bytes([10, 20]) + CORNER


@pytest.mark.parametrize(
    ("kind", "data", "records", "fixed", "colours"),
    [
        (4, (b"\0" + VERTEX) * 3, 3, 3, 1),
        (5, VERTEX * 4, 4, 2, 1),
        (6, b"\0" + bytes(24) + CORNER * 4, 1, 25, 4),
        (7, b"\0" + bytes(32) + CORNER * 4 + b"\1" + bytes(24) + CORNER * 2, 2, 33, 4),
    ],
)
def test_the_corners_of_meshes_become_inks(kind: int, data: bytes, records: int, fixed: int, colours: int) -> None:
    found = shaded(mesh(kind, data))
    made = found.read_bytes()
    assert (found.ColorSpace, int(found.BitsPerComponent)) == (Name.DeviceCMYK, 16)
    assert [float(x) for x in found.Decode] == [0, 100, 0, 100, *[0, 1] * 4]
    assert made[:fixed] == data[:fixed]
    first = np.frombuffer(made[fixed : fixed + 8 * colours], ">u2").reshape(-1, 4) / 65535
    assert first == pytest.approx(np.tile(RED, (colours, 1)), abs=1e-4)
    if kind < 6:
        assert len(made) == records * (fixed + 8)


def test_a_mesh_with_a_function_keeps_its_data() -> None:
    data = (b"\0" + bytes([10, 20, 128])) * 3
    decode = Array([0, 100, 0, 100, 0, 1])
    found = shaded(mesh(4, data, Function=ramp([*RED_RGB], [1, 1, 1]), Decode=decode))
    assert found.read_bytes() == data
    assert next(ends(found.Function)) == RED


def test_a_mesh_s_bits_may_lie_across_bytes() -> None:
    bits = "".join("00" + format(x, "012b") * 2 + "1001" * 3 for x in (100, 200, 300))
    padded = "".join(
        record + "0" * (-len(record) % 8) for record in (bits[at : at + 38] for at in range(0, len(bits), 38))
    )
    data = int(padded, 2).to_bytes(len(padded) // 8, "big")
    found = shaded(mesh(4, data, BitsPerFlag=2, BitsPerCoordinate=12, BitsPerComponent=4))
    made = format(int.from_bytes(found.read_bytes(), "big"), f"0{len(found.read_bytes()) * 8}b")
    assert len(made) == 3 * 96  # 2 + 24 + 64 bits, padded
    assert made[:26] == bits[:26]
    assert made[96 : 96 + 26] == bits[38 : 38 + 26]
