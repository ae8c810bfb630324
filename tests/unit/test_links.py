"""The link gate, proved on links that the layout engine sets and on the same file with one thing made wrong."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from policybook.geometry import Geometry
from policybook.pagination import Folio
from policybook.preflight.division import DivisionCheck
from policybook.preflight.gate import check_division, check_whole
from policybook.sheets import Leaf
from tests.unit.specimen_pdf import Specimen, specimen

STYLE = """
@page { size: 4in 5in } h1 { break-before: page; font-size: 12pt } .entry::after { content: leader(dotted) }
.block { display: block } .narrow { width: 24pt; text-align: left } sup { font-size: 6pt; line-height: 1 }
"""
#: The first three pages are i to iii, the next ones 1 to 9.
BODY = """
<p id="front">First page</p>
<p><a href="#wages"><span>3</span> <span>Wages in 2020</span> <span>1</span></a></p>
<p><a class="block" href="#leave"><span>4</span> Paid leave of some length, so that it takes two
lines <span>2</span></a></p>
<p><a class="block" href="#index"><span>3</span> <span>The index</span></a></p>
<p><a href="#leave">Paid leave<span class="entry"></span>2</a></p>
<p><a href="https://example.org/31">31</a> <a href="mailto:a@example.org">page 31</a></p>
<h1 id="letter">Letter</h1>
<p>See <a href="#thanks">page iii</a>, <a href="#thanks">iii</a>, <a href="#wages">mix</a>.</p>
<h1 id="thanks">Thanks</h1><p>Thanks are due, and see <a href="#letter">ii</a>.</p>
<h1 id="wages">Wages</h1>
<p>A mark<sup><a id="wages.ref.12" href="#wages.note.12">12</a></sup>, and <a href="#leave">“Paid leave,” page 2</a>, or
<a href="#leave">the brief (page 2)</a>, or <a href="#wages.note.12">note 12</a>.</p>
<p><a id="wages.note.12" href="#wages.ref.12">12</a>. A note; see <a href="#leave">2</a>–3.</p>
<h1 id="leave">Leave</h1><p>In <a href="#wages">2014</a>, before 2.</p>
<h1 id="index">Index</h1>
<p>wages, <a href="#wages">1</a>, <a href="#wages">1–3</a>, <a href="#wages">1–<i>3</i></a>, <a href="#wages">1n12</a>,
<a href="#wages">1nn3–4</a>, <a href="#leave">2t</a>, <a href="#thanks">iii–iv</a>, <a href="#leave">2</a></p>
<p class="narrow">on <a href="#wages">1–&#8203;8888</a></p>
"""
GEOMETRY = Geometry(288, 360, 9, 50, 60, 40, 40, 13.5)
#: What binding does for a recto: the boxes are moved, not what stands on the page.
SHIFTED = [-13.5, -9, 288, 369]


def leaves(count: int) -> tuple[Leaf, ...]:
    front = 3
    folios = [Folio(arabic=i >= front, number=i + 1 if i < front else i + 1 - front) for i in range(count)]
    return tuple(Leaf("book", i, folio, verso=i % 2 == 1) for i, folio in enumerate(folios))


def problems(made: Specimen, pdf: bytes | None = None) -> list[str]:
    of = leaves(made.count)
    targets = {anchor: of[leaf].folio for anchor, leaf in made.anchors.items()}
    check = DivisionCheck("book", 0, of, (), targets, len(str(made.count - 3)), GEOMETRY)
    found = check_division(pdf or made.pdf, check)
    assert {problem.code for problem in found} <= {"WHOL003"}
    return [problem.message for problem in found]


def numbered(pdf: Pdf) -> None:
    front, body = (Dictionary(S=style, St=1) for style in (Name.r, Name.D))
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, front, 3, body]))


def changed(pdf: bytes, change: Callable[[Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        change(file)
        target = io.BytesIO()
        file.save(target)
    return target.getvalue()


def shifted(pdf: Pdf) -> None:
    for page in pdf.pages:
        for box in (Name.MediaBox, Name.CropBox, Name.BleedBox, Name.TrimBox):
            page.obj[box] = Array(SHIFTED)


def links_to(pdf: Pdf, anchor: str) -> list[Any]:
    annotations = (annotation for page in pdf.pages for annotation in page.obj.get("/Annots", []))
    return [annotation for annotation in annotations if str(annotation.get("/Dest", "")) == anchor]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Specimen:
    return specimen(BODY, tmp_path_factory.mktemp("sound"), STYLE)


def test_sound_links_are_clean(sound: Specimen) -> None:
    assert problems(sound) == []
    with pikepdf.open(io.BytesIO(sound.pdf)) as pdf:
        assert len(links_to(pdf, "wages")) > 8
        assert len(links_to(pdf, "wages.note.12")) > 1


def test_boxes_may_start_anywhere(sound: Specimen) -> None:
    assert problems(sound, changed(sound.pdf, shifted)) == []


WRONG = {
    "page iii</a>": ("page ii</a>", "page ii: “page ii” leads to page iii"),
    ">iii</a>,": (">xiv</a>,", "page ii: “xiv” leads to page iii"),
    "“Paid leave,” page 2</a>": ("“Paid leave,” page 3</a>", "page 1: ““Paid leave,” page 3” leads to page 2"),
    "(page 2)": ("(page 12)", "(page 12)” leads to page 2"),
    ">1–3</a>": (">2–3</a>", "page 3: “2–3” leads to page 1"),
    ">1n12</a>": (">2n12</a>", "page 3: “2n12” leads to page 1"),
    ">1nn3–4</a>": (">3nn3–4</a>", "page 3: “3nn3–4” leads to page 1"),
    ">2t</a>": (">1t</a>", "page 3: “1t” leads to page 2"),
    "iii–iv": ("ii–iv", "page 3: “ii–iv” leads to page iii"),
    '<a href="#leave">2</a></p>': ('<a href="#leave">888</a></p>', "page 3: “888” leads to page 2"),
    '<span class="entry"></span>2': ('<span class="entry"></span>4', "leads to page 2"),
    "lines <span>2</span>": ("lines <span>7</span>", "page i: “7” leads to page 2"),
    "<span>3</span> <span>The": ("<span>5</span> <span>The", "page i: “5” leads to page 3"),
    "2020</span> <span>1</span>": ("2020</span> <span>2</span>", "page i: “2” leads to page 1"),
    ">note 12<": (">note 1<", "page 1: “1” leads to note 12"),
    "12</a></sup>": ("13</a></sup>", "page 1: “13” leads to note 12"),
    ">12</a>. A note": (">11</a>. A note", "page 1: “11” leads to note 12"),
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
@pytest.mark.parametrize("shift", [False, True], ids=["", "shifted"])
def test_a_wrong_number(text: str, shift: bool, tmp_path: Path) -> None:
    by, message = WRONG[text]
    assert BODY.count(text) == 1
    made = specimen(BODY.replace(text, by), tmp_path, STYLE)
    (found,) = problems(made, changed(made.pdf, shifted) if shift else None)
    assert found.endswith(message)


def test_a_link_to_another_anchor_than_its_number_says(sound: Specimen) -> None:
    def change(pdf: Pdf) -> None:
        links_to(pdf, "letter")[0].Dest = String("wages")

    assert problems(sound, changed(sound.pdf, change)) == ["page iii: “ii” leads to page 1"]


def whole(made: Specimen, change: Callable[[Pdf], None]) -> list[str]:
    def change_numbered(pdf: Pdf) -> None:
        numbered(pdf)
        change(pdf)

    found = check_whole(changed(made.pdf, change_numbered), leaves(made.count), made.anchors)
    assert {problem.code for problem in found} <= {"WHOL001", "WHOL003"}
    return [problem.message for problem in found]


def test_a_sound_file_is_clean(sound: Specimen) -> None:
    assert whole(sound, lambda _: None) == []


@pytest.mark.parametrize(("leaf", "led"), [(4, "page 2"), (0, "page i")])
def test_a_destination_on_another_leaf_than_its_anchor(sound: Specimen, leaf: int, led: str) -> None:
    def change(pdf: Pdf) -> None:
        names = pdf.Root.Names.Dests.Names
        place = next(i for i, name in enumerate(names) if str(name) == "letter")
        names[place + 1] = Array([pdf.pages[leaf].obj, Name.XYZ, 0, 0, 0])

    assert whole(sound, change) == [f"“letter” leads to {led}, but it is on page ii"]


def test_a_destination_that_is_not_there(sound: Specimen) -> None:
    def change(pdf: Pdf) -> None:
        names = pdf.Root.Names.Dests.Names
        place = next(i for i, name in enumerate(names) if str(name) == "letter")
        del names[place : place + 2]

    assert whole(sound, change) == ["“letter” is no place in the file"]


def test_a_destination_on_no_page(sound: Specimen) -> None:
    def change(pdf: Pdf) -> None:
        names = pdf.Root.Names.Dests.Names
        place = next(i for i, name in enumerate(names) if str(name) == "letter")
        names[place + 1] = Array([pdf.make_indirect(Dictionary(Type=Name.Page)), Name.Fit])

    assert whole(sound, change) == ["“letter” is no place in the file"]


def test_destinations_of_the_old_kind(sound: Specimen) -> None:
    def change(pdf: Pdf) -> None:
        pdf.Root.Dests = Dictionary()
        names = pdf.Root.Names.Dests.Names
        for i in range(0, len(names), 2):
            pdf.Root.Dests[f"/{names[i]}"] = Dictionary(D=names[i + 1])
        del pdf.Root.Names
        links_to(pdf, "letter")[0].Dest = Name("/letter")

    assert whole(sound, change) == []
    assert problems(sound, changed(sound.pdf, change)) == []


def test_long_and_foreign_names(sound: Specimen) -> None:
    name = "café–" * 200

    def change(pdf: Pdf) -> None:
        names = pdf.Root.Names.Dests.Names
        place = next(i for i, name in enumerate(names) if str(name) == "letter")
        names[place] = String(name)
        links_to(pdf, "letter")[0].Dest = String(name)

    anchors = {name if anchor == "letter" else anchor: leaf for anchor, leaf in sound.anchors.items()}
    renamed = Specimen(sound.pdf, sound.count, anchors)
    assert whole(renamed, change) == []
    assert problems(renamed, changed(sound.pdf, change)) == []


def test_a_page_called_by_another_number(sound: Specimen) -> None:
    def change(pdf: Pdf) -> None:
        pdf.Root.PageLabels.Nums[2] = 4

    assert whole(sound, change) == ["leaf 4 is page 1, but the file calls it “iv”"]


def test_a_file_without_page_numbers(sound: Specimen) -> None:
    def change(pdf: Pdf) -> None:
        del pdf.Root.PageLabels

    assert whole(sound, change) == ["leaf 1 is page i, but the file calls it “”"]


def test_a_link_to_no_anchor(sound: Specimen) -> None:
    def change(pdf: Pdf) -> None:
        links_to(pdf, "letter")[0].Dest = String("lettre")

    assert problems(sound, changed(sound.pdf, change)) == ["page iii: “ii” leads to “lettre”, which is no anchor"]


@pytest.mark.parametrize(
    ("leaf", "expected"),
    [
        (1, []),
        (4, ["page iii: “ii” leads to page 2"]),
        (None, ["page iii: “ii” leads to a page that is not in the file"]),
    ],
)
def test_a_link_to_a_page(sound: Specimen, leaf: int | None, expected: list[str]) -> None:
    def change(pdf: Pdf) -> None:
        numbered(pdf)
        page = pdf.make_indirect(Dictionary(Type=Name.Page)) if leaf is None else pdf.pages[leaf].obj
        links_to(pdf, "letter")[0].Dest = Array([page, Name.Fit])

    assert problems(sound, changed(sound.pdf, change)) == expected


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (Dictionary(S=Name.GoTo, D=String("letter")), []),
        (Dictionary(S=Name.GoTo, D=String("leave")), ["page iii: “ii” leads to page 2"]),
        (Dictionary(S=Name.URI, URI=String("book:letter")), ["page iii: “ii” still leads to the address book:letter"]),
        (Dictionary(S=Name.URI, URI=String("https://example.org")), []),
        (None, ["page iii: “ii” is a link and leads nowhere"]),
    ],
)
def test_actions(sound: Specimen, action: Dictionary | None, expected: list[str]) -> None:
    def change(pdf: Pdf) -> None:
        numbered(pdf)
        link = links_to(pdf, "letter")[0]
        del link.Dest
        if action is not None:
            link.A = action

    assert problems(sound, changed(sound.pdf, change)) == expected
