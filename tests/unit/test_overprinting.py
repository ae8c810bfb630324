"""Black text and thin black lines overprint, and nothing else does; on the page nothing looks different."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pikepdf
import pytest
from PIL import ImageChops

from policybook.content_stream import operations
from policybook.prepress.overprinting import STATES, add_overprint, with_overprint
from policybook.prepress.separation import separate
from tests.unit.bookblock import drawn, laid, page
from tests.unit.pressblock import INKS, pdf_of, saved

NAMES = {f"/{name}".encode(): over for over, name in STATES.items()}
PATHS = {b"m", b"l", b"c", b"v", b"y", b"h", b"re", b"W", b"W*"}


@dataclass(frozen=True)
class Drawn:
    """Something that is drawn: by which operator, with its operands, and whether its strokes and its fill overprint."""

    operator: str
    operands: tuple[bytes, ...]
    strokes: bool
    fills: bool


def painted(content: bytes) -> list[Drawn]:
    """All that a content stream draws, with the state that it sets; and that states are set where they may be."""
    state, saved_states, found = (False, False), [], []
    path = text = False
    for operation in operations(content):
        operator = operation.operator
        match operator:
            case b"q":
                saved_states.append(state)
            case b"Q":
                state = saved_states.pop()
            case b"gs":
                assert not path, "a state is set inside a path (ISO 32000-1, 8.2)"
                state = NAMES.get(operation.operands[0], state)
            case b"BT" | b"ET":
                assert text is (operator == b"ET")
                text = not text
            case b"Tj" | b"TJ" | b"S" | b"s" | b"f" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"Do" | b"sh":
                found.append(Drawn(operator.decode(), operation.operands, *state))
        path = operator in PATHS
    assert not saved_states
    return found


def over(content: bytes) -> list[tuple[str, bool, bool]]:
    """What a content stream draws after the change: the operator, whether strokes overprint, whether fills do."""
    return [(it.operator, it.strokes, it.fills) for it in painted(with_overprint(content).content)]


# --- text ---------------------------------------------------------------------------------------------------------

TEXT = {
    "black": (b"0 0 0 1 k BT (a) Tj ET", True),
    "black as others write it": (b"0.0 -0 0 1.000 k BT (a) Tj ET", True),
    "white": (b"0 0 0 0 k BT (a) Tj ET", False),
    "a tint": (b"0 0 0 0.95 k BT (a) Tj ET", False),
    "rich black": (b"0.6 0.4 0.4 1 k BT (a) Tj ET", False),
    "in a color that was not set here": (b"BT (a) Tj ET", False),
    "gray of a mask": (b"0 g BT (a) Tj ET", False),
    "with a pattern": (b"0 0 0 1 k /Pattern cs /P scn BT (a) Tj ET", False),
    "in RGB": (b"0 0 0 rg BT (a) Tj ET", False),
    "black inside only": (b"0 0 0 1 k BT 1 0 0 0 k (a) Tj ET", False),
    "black after restoring": (b"0 0 0 1 k q 0 1 1 0 k Q BT (a) Tj ET", True),
    "not black after restoring": (b"0 1 1 0 k q 0 0 0 1 k Q BT (a) Tj ET", False),
    "stroked": (b"0 0 0 1 k 1 Tr BT (a) Tj ET", False),
    "not shown": (b"0 0 0 1 k 3 Tr BT (a) Tj ET", False),
}


@pytest.mark.parametrize("kind", TEXT)
def test_text_overprints_where_it_is_black(kind: str) -> None:
    content, expected = TEXT[kind]
    assert over(content) == [("Tj", False, expected)]


def test_colors_that_change_inside_text_are_followed() -> None:
    content = b"0 0 0 1 k BT (a) Tj 0 1 1 0 k (b) Tj [(c)] TJ 0 0 0 1 k (d) Tj 0 0 0 0 k (e) Tj ET BT (f) Tj ET"
    assert [fills for _, _, fills in over(content)] == [True, False, False, True, False, False]


def test_text_that_is_stroked_overprints_with_the_lines_that_are_black() -> None:
    content = b"0 0 0 1 k 0 0 0 0 K 2 Tr BT (a) Tj 0 0 0 1 K (b) Tj 0 0 0 0 k (c) Tj 1 Tr (d) Tj 0 Tr (e) Tj ET"
    expected = [(False, True), (True, True), (True, False), (True, False), (False, False)]
    assert [(strokes, fills) for _, strokes, fills in over(content)] == expected


def test_black_areas_and_pictures_after_text_knock_out() -> None:
    content = b"0 0 0 1 k BT (a) Tj ET 0 0 9 9 re f /Im Do BT (b) Tj ET /S sh 0 0 9 9 re B*"
    assert over(content) == [
        ("Tj", False, True),
        ("f", False, False),
        ("Do", False, False),
        ("Tj", False, True),
        ("sh", False, False),
        ("B*", False, False),
    ]


# --- lines --------------------------------------------------------------------------------------------------------

LINES = {
    "thin": (b"0 0 0 1 K 0.5 w 0 0 m 9 0 l S", True),
    "closed": (b"0 0 0 1 K 0.5 w 0 0 m 9 0 l 9 9 l s", True),
    "of the initial width": (b"0 0 0 1 K 0 0 9 9 re S", True),
    "of 2 points": (b"0 0 0 1 K 2 w 0 0 m 9 0 l S", False),
    "thin by its matrix": (b"0 0 0 1 K q 0.5 0 0 0.5 0 0 cm 3 w 0 0 m 9 0 l S Q", True),
    "turned": (b"0 0 0 1 K q 0 1 -1 0 0 0 cm 1.5 w 0 0 m 9 0 l S Q", True),
    "thick by its matrix": (b"0 0 0 1 K q 3 0 0 3 0 0 cm 1 w 0 0 m 9 0 l S Q", False),
    "thin again": (b"0 0 0 1 K 0.5 w q 4 w Q q 9 0 0 9 0 0 cm Q 0 0 m 9 0 l S", True),
    "filled too": (b"0 0 0 1 K 1 0 0 0 k 0.5 w 0 0 9 9 re b*", True),
    "clipped by": (b"0 0 0 1 K 0.5 w 0 0 9 9 re W 0 0 m 1 1 l S", True),
    "white": (b"0 0 0 0 K 0.5 w 0 0 m 9 0 l S", False),
    "gray": (b"0 0 0 0.5 K 0.5 w 0 0 m 9 0 l S", False),
    "in a color that was not set here": (b"0.5 w 0 0 m 9 0 l S", False),
    "in the black of fills": (b"0 0 0 1 k 0.5 w 0 0 m 9 0 l S", False),
    "gray of a mask": (b"0 G 0.5 w 0 0 m 9 0 l S", False),
}


@pytest.mark.parametrize("kind", LINES)
def test_lines_overprint_where_they_are_black_and_thin(kind: str) -> None:
    content, expected = LINES[kind]
    ((_, strokes, fills),) = over(content)
    assert (strokes, fills) == (expected, False)


def test_what_follows_a_line_knocks_out() -> None:
    content = b"0 0 0 1 K 0 0 0 1 k .5 w 0 0 m 9 0 l S 0 0 9 9 re f 1 1 m 2 2 l n 0 0 m 9 0 l s 2 w 0 0 9 9 re S"
    assert [(strokes, fills) for _, strokes, fills in over(content)] == [
        (True, False),
        (False, False),
        (True, False),
        (False, False),
    ]


# --- all else -----------------------------------------------------------------------------------------------------


def test_every_other_byte_stays() -> None:
    content = (
        b"q % of nothing\n1  0 0 1 5 5 cm 1 0 0 0  k 0 0 9 9 re f BT /F 9 Tf (black) Tj ET 0 0 0 .5 K 0 0 m 1 1 l S Q"
    )
    edited = with_overprint(content)
    assert (edited.content, edited.shifts) == (content, ())


def test_marked_content_goes_and_what_it_marks_stays() -> None:
    content = b"/Span<</MCID 0>>BDC 1 0 0 0 k 0 0 9 9 re f EMC /Artifact BMC q Q EMC"
    words = [operation.operator for operation in operations(with_overprint(content).content)]
    assert words == [b"k", b"re", b"f", b"q", b"Q"]


def test_the_places_of_digits_are_known_after_it() -> None:
    content = b"/P BMC 0 0 0 1 k BT <0012> Tj EMC /Q BMC (b) Tj ET 0 0 0 1 K 0 0 m 1 1 l S BT <0034> Tj ET EMC"
    edited = with_overprint(content)
    for digits in (b"0012", b"0034"):
        at = edited.moved(content.index(digits))
        assert edited.content[at : at + 4] == digits


# --- files --------------------------------------------------------------------------------------------------------


def form(pdf: pikepdf.Pdf, content: bytes, **entries: Any) -> Any:
    """A form of 200 points square."""
    made = pdf.make_stream(content)
    made.Type, made.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    made.BBox, made.Resources = pikepdf.Array([0, 0, 200, 200]), pikepdf.Dictionary()
    for key, value in entries.items():
        made[f"/{key}"] = value
    return made


def test_forms_and_patterns_of_a_file_are_changed_and_have_the_states() -> None:
    black = b"0 0 0 1 k BT (a) Tj ET 0 0 0 1 K 0 0 m 9 9 l S"
    pdf = pdf_of(b"/Fm Do")
    inner = form(pdf, black)
    outer = form(pdf, b"/In Do", Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(In=inner)))
    cell = pdf.make_stream(black)
    for key, value in {"PatternType": 1, "PaintType": 1, "Resources": pikepdf.Dictionary()}.items():
        cell[f"/{key}"] = value
    resources = pdf.pages[0].obj.Resources
    resources.XObject, resources.Pattern = pikepdf.Dictionary(Fm=outer), pikepdf.Dictionary(P=cell)
    add_overprint(pdf)
    for changed in (inner, cell):
        assert [(it.operator, it.strokes, it.fills) for it in painted(changed.read_bytes())] == [
            ("Tj", False, True),
            ("S", True, False),
        ]
        for strokes, fills in ((False, True), (True, False), (False, False)):
            state = changed.Resources.ExtGState[f"/{STATES[strokes, fills]}"]
            assert (state.OP, state.op, state.OPM) == (strokes, fills, 1)
    assert outer.read_bytes() == b"/In Do"
    assert "/ExtGState" not in outer.Resources


def test_a_form_drawn_in_white_does_not_overprint() -> None:
    """White that overprints is lost (GWG 2022, R0007)."""
    pdf = pdf_of(b"0 0 0 0 k 0 0 0 0 K /Fm Do")
    made = form(pdf, b"BT (a) Tj ET 0 0 m 9 9 l S")
    pdf.pages[0].obj.Resources.XObject = pikepdf.Dictionary(Fm=made)
    add_overprint(pdf)
    assert made.read_bytes() == b"BT (a) Tj ET 0 0 m 9 9 l S"


def test_the_gray_of_masks_stays() -> None:
    """Gray of a mask that became K would let through what it should hide: K is not the black of a screen."""
    pdf = pdf_of(b"/M gs 1 0 0 0 k 0 0 200 200 re f")
    group = pikepdf.Dictionary(S=pikepdf.Name.Transparency, CS=pikepdf.Name.DeviceGray)
    mask = form(pdf, b"0 g BT (a) Tj ET 0 G 0 0 m 9 9 l S 0.5 g 0 0 9 9 re f", Group=group)
    soft = pikepdf.Dictionary(S=pikepdf.Name.Luminosity, G=mask)
    pdf.pages[0].obj.Resources.ExtGState = pikepdf.Dictionary(M=pikepdf.Dictionary(SMask=soft))
    before = mask.read_bytes()
    (edited,) = add_overprint(pdf)
    assert mask.read_bytes() == before
    assert edited.shifts == ()


def test_a_form_without_resources_of_its_own_is_left_alone() -> None:
    """It would name a state that nobody has."""
    pdf = pdf_of(b"/Fm Do")
    made = form(pdf, b"0 0 0 1 k BT (a) Tj ET")
    del made["/Resources"]
    pdf.pages[0].obj.Resources.XObject = pikepdf.Dictionary(Fm=made)
    add_overprint(pdf)
    assert made.read_bytes() == b"0 0 0 1 k BT (a) Tj ET"


def test_pages_with_resources_of_their_own_all_have_the_states() -> None:
    pdf = pdf_of(b"0 0 0 1 k BT (a) Tj ET")
    pdf.add_blank_page(page_size=(200, 200))
    for of in pdf.pages:
        of.obj.Contents = pdf.make_stream(b"0 0 0 1 k BT (a) Tj ET")
        of.obj.Resources = pikepdf.Dictionary()
    add_overprint(pdf)
    assert [sorted(of.obj.Resources.ExtGState.keys()) for of in pdf.pages] == [["/PressKnock", "/PressOverFills"]] * 2


REAL = """<h1>Laws <span style="color: #9a2a2a">red</span></h1>
<p style="border: 1pt solid black; border-left: 3pt solid black">Text, <u>underlined</u>,
<b style="color: white; background: navy">white</b></p>
<p style="opacity: 0.6">Half <i>seen</i><span style="border-bottom: 0.5pt solid">lined</span></p>
<svg width="200" height="90"><rect width="60" height="40" fill="yellow" stroke="black" stroke-width="1"/>
<path d="M0 60h90" stroke="black" stroke-width="0.5"/><path d="M0 75h90" stroke="black" stroke-width="9"/>
<text x="70" y="30" fill="white" stroke="black">SVG</text><text x="120" y="30">plain</text></svg>
<p><img alt="" src="SRC" style="opacity: .5; border: 0.5pt solid black"></p>"""


@pytest.fixture(scope="module")
def real() -> tuple[bytes, bytes]:
    """A page of real sheets in inks, and the same with overprint."""
    with pikepdf.open(io.BytesIO(laid(page("x", REAL)).pdf)) as pdf:
        separate(pdf, INKS)
        before = saved(pdf)
        edited = add_overprint(pdf)
        for of, content in zip(pdf.pages, edited, strict=True):
            of.obj.Contents = pdf.make_stream(content.content)
        return before, saved(pdf)


def test_pages_look_the_same(real: tuple[bytes, bytes]) -> None:
    before, after = real
    assert before != after
    for one, other in zip(drawn(before), drawn(after), strict=True):
        assert one.convert("L").getextrema() != (255, 255)
        assert ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox() is None


def test_on_a_real_page_black_text_overprints_and_no_other(real: tuple[bytes, bytes]) -> None:
    with pikepdf.open(io.BytesIO(real[1])) as pdf:
        assert pdf.check_pdf_syntax() == []
        contents = [of.obj.Contents.read_bytes() for of in pdf.pages]
        contents += [
            o.read_bytes() for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Form"
        ]
    found = [
        (it, colors) for content in contents for it, colors in zip(painted(content), colored(content), strict=True)
    ]
    text = {(colors[1], it.fills) for it, colors in found if it.operator in {"Tj", "TJ"}}
    assert ("0 0 0 1", True) in text
    assert ("0 0.85 0.7 0.45", False) in text
    assert ("0 0 0 0", False) in text
    assert all(fills is (fill == "0 0 0 1") for fill, fills in text)
    lines = {(it.operator, it.strokes) for it, _ in found if it.operator in {"S", "s", "B", "B*"}}
    assert {strokes for _, strokes in lines} == {True, False}, "thin ones and thick ones"
    assert not [it for it, _ in found if it.operator in {"f", "f*", "Do", "sh"} and (it.strokes or it.fills)]


def colored(content: bytes) -> list[tuple[str, str]]:
    """The stroke's and the fill's colour of all that a content stream draws."""
    state, saved_states, found = ("", ""), [], []
    for operation in operations(content):
        words = " ".join(part.decode() for part in operation.operands)
        match operation.operator:
            case b"q":
                saved_states.append(state)
            case b"Q":
                state = saved_states.pop()
            case b"K" | b"G" | b"SCN":
                state = (words, state[1])
            case b"k" | b"g" | b"scn":
                state = (state[0], words)
            case b"Tj" | b"TJ" | b"S" | b"s" | b"f" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"Do" | b"sh":
                found.append(state)
    return found
