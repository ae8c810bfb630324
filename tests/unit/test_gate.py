"""The gate, division by division: checks travel, verdicts can be remembered, and the whole is the sum of its parts."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from policybook.book import Book, Division, Generated, Prose
from policybook.diagnostics import ContentError, Problem, Source
from policybook.geometry import Geometry
from policybook.pagination import Folio, Matter, Pagination
from policybook.preflight import finished, gate
from policybook.preflight.division import DivisionCheck, digest
from policybook.preflight.gate import (
    check_division,
    check_divisions,
    check_whole,
    division_checks,
    leaves_of_anchors,
    preflight_screen,
)
from policybook.sheets import Leaf, Place
from policybook.text import Figure, Paragraph, Section, Text
from tests.unit.books import book as bare_book
from tests.unit.specimen_pdf import Specimen, specimen

#: That of the specimen's pages.
GEOMETRY = Geometry(360, 432, 9, 50, 60, 40, 40, 13.5)
STYLE = "h1 { break-before: page } .wide { width: 320pt; white-space: nowrap; text-align: left }"
WAGES = "Seattle pays fifteen dollars an hour, and its firefighters pay the fine."
LEAVE = "Paid leave is leave that somebody pays for, and the rest is only absence."
ALT = "A map of two cities."
PICTURE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
BODY = f"""
<h1 id="wages">Wages</h1><p>{WAGES}</p><p>See <a href="#leave">page 3</a>.</p>
<h1 id="wages.figure">Two cities</h1><img src="{PICTURE}" alt="{ALT}"><p>And more.</p>
<h1 id="leave">Leave</h1><p>{LEAVE}</p><p>See <a href="#wages">page 1</a>.</p>
<h1 id="index">Index</h1><p>wages, <a href="#wages">1</a>, <a href="#wages.figure">2</a>, <a href="#leave">3</a></p>
"""
DIVISIONS = ("wages", "wages", "leave", "index")


def prose(id: str, title: str, *blocks: Paragraph | Figure) -> Division:
    content = Prose((Section(None, blocks),), ())
    return Division(id, title, title, Matter.BODY, "back/unit.html.j2", "any", content, source=Source(f"{id}.md"))


def book(wages: str = WAGES, leave: str = LEAVE) -> Book:
    at = Source("wages.md", 5)
    figure = Figure("wages.figure", 1, (Text("Two cities"),), "map.svg", ALT, (), at)
    index = Generated("subjects")
    return replace(
        bare_book(),
        divisions=(
            prose("wages", "Wages", Paragraph((Text(wages),), Source("wages.md", 3)), figure),
            prose("leave", "Leave", Paragraph((Text(leave),), Source("leave.md", 3))),
            Division("index", "Index", "Index", Matter.BACK, "back/subjects.html.j2", "any", index),
        ),
    )


LEAVES = tuple(
    Leaf(division, i - DIVISIONS.index(division), Folio(arabic=True, number=i + 1), verso=i % 2 == 1)
    for i, division in enumerate(DIVISIONS)
)


def numbered(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        file.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D, St=1)]))
        target = io.BytesIO()
        file.save(target)
    return target.getvalue()


def made(body: str, folder: Path) -> Specimen:
    of = specimen(body, folder, STYLE)
    assert of.count == len(LEAVES)
    return replace(of, pdf=numbered(of.pdf))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Specimen:
    return made(BODY, tmp_path_factory.mktemp("sound"))


def checks(of: Specimen, content: Book | None = None, linked: dict[str, set[str]] | None = None) -> list[DivisionCheck]:
    folios = Pagination({anchor: LEAVES[leaf].folio for anchor, leaf in of.anchors.items()})
    return list(division_checks(content or book(), LEAVES, of.anchors, folios, GEOMETRY, linked))


def test_a_sound_file_is_clean(sound: Specimen) -> None:
    assert check_divisions(sound.pdf, checks(sound)) == {"wages": (), "leave": (), "index": ()}
    assert check_whole(sound.pdf, LEAVES, sound.anchors) == ()


def test_a_check_holds_what_is_its_own(sound: Specimen) -> None:
    wages, leave, index = checks(sound, linked={"wages": {"leave", "nowhere"}, "leave": {"wages"}})
    assert [check.first for check in (wages, leave, index)] == [0, 2, 3]
    assert (wages.leaves, leave.leaves, index.leaves) == (LEAVES[:2], LEAVES[2:3], LEAVES[3:])
    assert {piece.division for piece in wages.pieces} == {"wages"}
    assert [piece.text for piece in leave.pieces] == ["Leave", (LEAVE,)]
    assert index.pieces == ()
    assert wages.targets == {"leave": Folio(arabic=True, number=3)}
    assert index.targets == {}


def test_a_link_that_the_division_is_not_known_to_have(sound: Specimen) -> None:
    _, leave, _ = checks(sound, linked={"wages": {"leave"}})
    (problem,) = check_division(sound.pdf, leave)
    assert problem.message == "page 3: “page 1” leads to “wages”, which is no anchor"


def test_a_defect_is_its_divisions_alone(sound: Specimen) -> None:
    found = check_divisions(sound.pdf, checks(sound, book(leave=LEAVE.replace("absence", "presence"))))
    assert {division: [problem.code for problem in problems] for division, problems in found.items()} == {
        "wages": [],
        "leave": ["WHOL001"],
        "index": [],
    }


def test_other_divisions_pages_are_not_read(sound: Specimen) -> None:
    with pikepdf.open(io.BytesIO(sound.pdf)) as file:
        for index in (0, 1, 3):
            file.pages[index].obj.Contents = file.make_stream(b"")
        target = io.BytesIO()
        file.save(target)
    found = check_divisions(target.getvalue(), checks(sound))
    assert found["leave"] == ()
    assert [problem.code for problem in found["wages"]] == ["WHOL001"] * 3


def test_a_long_file_is_opened_again_and_again(sound: Specimen, monkeypatch: pytest.MonkeyPatch) -> None:
    """pdfium keeps what it has read of an open file."""
    wanted = checks(sound, book(leave="Nothing."))
    at_once = check_divisions(sound.pdf, wanted)
    opened, times = finished.opened, []

    def counted(pdf: bytes | Path) -> AbstractContextManager[Any]:
        times.append(pdf)
        return opened(pdf)

    monkeypatch.setattr(finished, "opened", counted)
    for pages, openings in ((1, 3), (3, 2), (4, 1)):
        times.clear()
        monkeypatch.setattr(gate, "PAGES_AT_ONCE", pages)
        assert list(check_divisions(sound.pdf, wanted).items()) == list(at_once.items())
        assert len(times) == openings
    assert check_divisions(b"", ()) == {}


def test_text_that_runs_out_of_the_margin(tmp_path: Path) -> None:
    of = made(BODY.replace("<p>And more.</p>", f"<p class='wide'>{WAGES}</p><p>{WAGES}</p>"), tmp_path)
    (problem,) = check_divisions(of.pdf, checks(of))["wages"]
    assert problem.code == "LAYT002"
    assert problem.message == f"“{WAGES[:40]}” runs out of the type area on page 2 (wages)"


def test_a_file_in_a_folder_is_checked_as_its_bytes_are(sound: Specimen, tmp_path: Path) -> None:
    wrong = book(wages="Something else.")
    path = tmp_path / "screen.pdf"
    path.write_bytes(sound.pdf)
    assert check_divisions(path, checks(sound, wrong)) == check_divisions(sound.pdf, checks(sound, wrong))
    assert check_whole(path, LEAVES[1:], sound.anchors) == check_whole(sound.pdf, LEAVES[1:], sound.anchors) != ()


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\nnothing"])
def test_a_file_that_cannot_be_read(sound: Specimen, pdf: bytes) -> None:
    for check in (lambda: check_divisions(pdf, checks(sound)), lambda: check_whole(pdf, LEAVES, {})):
        with pytest.raises(ContentError, match="WHOL001 the finished file can't be read"):
            check()


def test_a_file_that_stops_before_the_division_ends(sound: Specimen) -> None:
    with pikepdf.open(io.BytesIO(sound.pdf)) as file:
        del file.pages[2:]
        target = io.BytesIO()
        file.save(target)
    found = check_divisions(target.getvalue(), checks(sound))
    assert [problem.code for problem in found["leave"]] == ["WHOL001", "WHOL001"]
    assert found["index"] == ()
    whole = check_whole(target.getvalue(), LEAVES, sound.anchors)
    assert whole[0].message == "the file has 2 pages, the book 4 leaves"


# --- in other processes -----------------------------------------------------------------------------------------------


def test_workers_come_to_the_same_verdict(sound: Specimen) -> None:
    wanted = checks(sound, book(wages="Something else.", leave="Nothing."))
    here = check_divisions(sound.pdf, wanted)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        there = [executor.submit(check_divisions, sound.pdf, [check]) for check in wanted]
        assert {id: found for future in there for id, found in future.result().items()} == here
    assert [len(found) for found in here.values()] == [1, 1, 0]


def test_a_digest_is_the_same_in_every_process(sound: Specimen, tmp_path: Path) -> None:
    wanted = checks(sound)
    (tmp_path / "checks").write_bytes(pickle.dumps(wanted))
    program = (
        "import pickle, sys; from policybook.preflight.division import digest; "
        "print(*map(digest, pickle.load(open(sys.argv[1], 'rb'))))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "checks")]
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.split() == [digest(check) for check in wanted]
    assert len({digest(check) for check in wanted}) == len(wanted)


def test_a_digest_tells_what_a_verdict_depends_on(sound: Specimen) -> None:
    check = checks(sound)[0]
    leaf = replace(check.leaves[0], folio=Folio(arabic=True, number=7))
    folio = Folio(arabic=True, number=7)
    others = [
        replace(check, division="other"),
        replace(check, pieces=check.pieces[:-1]),
        replace(check, pieces=(replace(check.pieces[0], folio=folio), *check.pieces[1:])),
        replace(check, leaves=(leaf, *check.leaves[1:])),
        replace(check, leaves=(replace(check.leaves[0], verso=True), *check.leaves[1:])),
        replace(check, targets={**check.targets, "leave": folio}),
        replace(check, figures=4),
        replace(check, geometry=replace(GEOMETRY, margin_inner=41)),
    ]
    assert len({digest(one) for one in (check, *others)}) == len(others) + 1


def test_a_digest_does_not_tell_where_the_division_starts(sound: Specimen) -> None:
    check = checks(sound)[0]
    furnished = tuple(replace(leaf, furniture=9) for leaf in check.leaves)
    turned = dict(reversed(check.targets.items()))
    assert list(turned) != list(check.targets)
    assert digest(replace(check, first=20, leaves=furnished, targets=turned)) == digest(check)


def test_the_gate_is_light_to_import() -> None:
    program = "import policybook.preflight.gate, sys; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    heavy = {"pypdfium2", "pikepdf", "pydantic", "jinja2", "weasyprint", "policybook.book", "policybook.settling"}
    assert heavy.isdisjoint(said.split())


# --- the whole --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Anchored:
    anchors: dict[str, Place]


@dataclass(frozen=True, slots=True)
class Settled:
    """What the gate reads of a settled book."""

    leaves: tuple[Leaf, ...]
    sheets: dict[str, Anchored]
    pagination: Pagination


def settled(of: Specimen) -> Settled:
    sheets: dict[str, Anchored] = {division: Anchored({}) for division in DIVISIONS}
    for anchor, index in of.anchors.items():
        sheet = LEAVES[index].sheet
        assert sheet is not None
        sheets[LEAVES[index].division].anchors[anchor] = Place(sheet, 0, 0)
    return Settled(LEAVES, sheets, Pagination({a: LEAVES[leaf].folio for a, leaf in of.anchors.items()}))


def preflight(of: Specimen, content: Book) -> list[Problem]:
    return list(preflight_screen(of.pdf, content, settled(of), GEOMETRY))  # type: ignore[arg-type]


def test_the_leaves_of_anchors(sound: Specimen) -> None:
    places = {division: sheets.anchors for division, sheets in settled(sound).sheets.items()}
    assert leaves_of_anchors(LEAVES, places) == sound.anchors == {"wages": 0, "wages.figure": 1, "leave": 2, "index": 3}


def test_the_whole_gate(sound: Specimen, tmp_path: Path) -> None:
    assert preflight(sound, book()) == []
    body = BODY.replace(">page 1<", ">page 2<").replace("<p>And", f"<p class='wide'>{WAGES}</p><p>And")
    spoiled = made(body.replace(LEAVE, "Nothing."), tmp_path)
    anchors = {**spoiled.anchors, "leave": 3}
    found = [(p.code, p.message.partition(":")[0]) for p in preflight(replace(spoiled, anchors=anchors), book())]
    assert found == [
        ("WHOL001", "leave"),
        ("WHOL001", "leave"),
        ("WHOL003", "“leave” leads to page 3, but it is on page 4"),
        ("WHOL003", "page 1"),
        ("WHOL003", "page 3"),
        ("WHOL003", "page 4"),
        ("LAYT002", f"“{WAGES[:40]}” runs out of the type area on page 2 (wages)"),
    ]
