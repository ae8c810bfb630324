"""The structure tree, read back from the finished file: what a screen reader is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from policybook.folding import fold
from policybook.fonts import pdf_fonts
from tests.unit.bookblock import (
    FRONT,
    annotations,
    bound,
    divisions,
    elements,
    gathering,
    laid,
    opened,
    page,
    sample_bound,
    tree,
    whole,
)
from tests.unit.test_folding import book_of

LONG = "The office filed its first ordinance in the fall of the year, and nobody read it to the end. "
NARROW = 'style="width: 120pt"'


def top_of(body: str, *late: str) -> Iterator[Any]:
    """The elements of a division with this body, bound alone; the file is open as long as they are read."""
    made = gathering("x", body, *late)
    assert not made.problems
    with opened(bound(book_of(made, late={"x": late}))) as file:
        yield from file.Root.StructTreeRoot.K[0].K[0].K


def outline(element: Any) -> Any:
    """An element as its role and kids: a number is a mark, `link` an annotation."""
    kids = [
        int(kid) if not isinstance(kid, pikepdf.Dictionary) else "link" if kid.get("/Type") == "/OBJR" else outline(kid)
        for kid in element.K
    ]
    return str(element.S)[1:], kids


def outlines(body: str, *late: str) -> list[Any]:
    """The elements of a body."""
    return [outline(element) for element in top_of(body, *late)]


# --- lines ----------------------------------------------------------------------------------------------------------


def test_a_paragraph_over_two_lines_is_one_element_with_two_marks() -> None:
    assert outlines("<p>One<br>two</p>") == [("P", [0, 1])]
    ((role, marks),) = outlines(f"<p {NARROW}>{LONG}</p>")
    assert role == "P"
    assert marks == list(range(len(marks)))
    assert len(marks) > 3


def test_words_set_otherwise_are_words_of_their_paragraph() -> None:
    assert outlines("<p>One <i>two <b>three</b></i> four</p>") == [("P", [0, 1, 2, 3])]


@pytest.mark.parametrize("says", ["Lang", "ActualText", "ID"])
def test_words_that_say_something_of_themselves_stay_apart(says: str) -> None:
    sheets = laid(page("x", "<p>One<br>deux<br>three</p>"))
    target = BytesIO()
    with pikepdf.open(BytesIO(sheets.pdf)) as file:
        spans = [e for e in tree(file) if e.S == "/Span" and not isinstance(e.K[0], pikepdf.Dictionary)]
        spans[1][f"/{says}"] = pikepdf.String("fr (5 0 R) \\ größe")
        file.save(target)
    made = fold(replace(sheets, pdf=target.getvalue()), (), pdf_fonts())
    with opened(bound(book_of(made))) as file:
        (paragraph,) = file.Root.StructTreeRoot.K[0].K[0].K
        assert outline(paragraph) == ("P", [0, ("Span", [1]), 2])
        said = str(paragraph.K[1][f"/{says}"])
        assert said == ("x." if says == "ID" else "") + "fr (5 0 R) \\ größe"


def test_no_line_of_a_real_book_is_an_element_of_its_own() -> None:
    with opened(sample_bound()) as file:
        spans = [e for e in tree(file) if e.S == "/Span" and all(not isinstance(k, pikepdf.Dictionary) for k in e.K)]
        paragraphs = [e for e in tree(file) if e.S == "/P"]
        assert len(paragraphs) > 60
        assert max(len(e.K) for e in paragraphs) > 6
        within = [e for e in spans if e.P.S in ("/P", "/H1", "/H2", "/TD", "/TH", "/LBody", "/Lbl", "/Caption")]
        plain = [e for e in within if not {"/ID", "/Lang", "/A", "/E"} & set(e.keys())]
        astray = [e for e in plain if e.Pg.objgen == e.P.Pg.objgen]
        assert astray == []


def test_a_paragraph_that_runs_over_the_page_keeps_all_its_text() -> None:
    with opened(bound(book_of(gathering("x", f"<p>{LONG * 120}</p>")))) as file:
        assert len(file.pages) > 1
        marks = Counter(
            element.Pg.objgen for element in tree(file) for kid in element.K if not isinstance(kid, pikepdf.Dictionary)
        )
        parents = list(file.Root.StructTreeRoot.ParentTree.Nums)
        assert [marks[of.obj.objgen] for of in file.pages] == [len(list(owners)) for owners in parents[1::2]]
        assert min(marks.values()) > 5


# --- notes, lists, links --------------------------------------------------------------------------------------------


def test_notes_at_the_foot_are_in_the_tree_each_by_itself() -> None:
    body = '<p>One<span class="note">A note of the foot.</span> two<span class="note">Another one.</span></p>'
    (paragraph, area) = outlines(body)
    assert paragraph[0] == "P"
    role, notes = area
    assert role == "NonStruct"
    assert len(notes) == 2
    assert all(isinstance(note, tuple) for note in notes), "the notes are one text"
    with opened(bound(book_of(gathering("x", body)))) as file:
        marks = sorted(int(k) for e in tree(file) for k in e.K if not isinstance(k, pikepdf.Dictionary))
        owners = list(file.Root.StructTreeRoot.ParentTree.Nums)[1]
        assert marks == list(range(len(list(owners))))


def test_text_of_the_body_itself_is_in_the_tree() -> None:
    for body in ("bare text", "<div>bare text<br>and more</div>", "<div><div>one</div><div>two</div></div>"):
        with opened(bound(book_of(gathering("x", body)))) as file:
            marks = sorted(int(k) for e in tree(file) for k in e.K if not isinstance(k, pikepdf.Dictionary))
            assert marks == list(range(len(marks)))
            assert len(list(file.Root.StructTreeRoot.ParentTree.Nums[1])) == len(marks) > 0


@pytest.mark.parametrize(
    "body",
    [
        "<ul><li>One</li><li>Two</li></ul>",
        "<ol><li><p>One</p><p>more</p></li></ol>",
        "<ul><li>One<ul><li>One and a half</li></ul></li><li>Two</li></ul>",
        "<ul><li><b>Bold</b> and <i>italic</i><br>over lines</li></ul>",
        '<ul style="list-style: none"><li>No mark</li></ul>',
        "<ul><li><table><tr><td>a table</td></tr></table></li></ul>",
    ],
)
def test_a_list_item_holds_its_label_and_its_body_and_nothing_else(body: str) -> None:
    with opened(bound(book_of(gathering("x", f"<style>ul ul {{ list-style-type: disc }}</style>{body}")))) as file:
        items = [element for element in tree(file) if element.S == "/LI"]
        assert items
        for item in items:
            assert item.P.S == "/L"
            kids = [str(kid.S) for kid in item.K]
            assert kids in (["/Lbl", "/LBody"], ["/LBody"])
        assert all(e.P.S == "/LI" for e in tree(file) if e.S in ("/LBody", "/Lbl"))


def test_boxes_inside_a_link_make_no_second_link() -> None:
    with pikepdf.open(BytesIO(laid(page("front", FRONT, "15")).pdf)) as front:
        assert len(front.pages[0].obj.Annots) == 6, "the engine no longer makes one for each box in a link"
    with opened(whole()) as file:
        assert len(file.pages[0].obj.Annots) == 4
        links = [e for e in tree(file) if e.S == "/Link"]
        assert len(links) == len(annotations(file)) == 8
        assert all(sum("/Obj" in kid for kid in link.K if isinstance(kid, pikepdf.Dictionary)) == 1 for link in links)


def test_a_link_in_a_paragraph_is_read_where_it_stands() -> None:
    (found,) = outlines('<p>See <a href="https://example.org">this <i>site</i></a>, then go on.</p>')
    assert found == ("P", [0, ("Link", ["link", 1, 2]), 3])


def test_a_link_over_two_lines_is_told_on_both() -> None:
    body = f'<p {NARROW}>Words before it, <a href="https://example.org">several words over more lines than one</a>.</p>'
    with opened(bound(book_of(gathering("x", body)))) as file:
        links = [e for e in tree(file) if e.S == "/Link"]
        assert len(links) == len(annotations(file)) > 1
        parents = dict(zip(*[iter(file.Root.StructTreeRoot.ParentTree.Nums)] * 2, strict=True))
        for link in links:
            (kid,) = [kid for kid in link.K if isinstance(kid, pikepdf.Dictionary)]
            assert parents[int(kid.Obj.StructParent)].objgen == link.objgen
            assert any(not isinstance(kid, pikepdf.Dictionary) for kid in link.K)


def test_figures_keep_their_words_and_their_boxes() -> None:
    with opened(whole()) as file:
        found = [e for e in tree(file) if e.S == "/Figure"]
        assert [str(e.Alt) for e in found] == ["A blue field", "The same blue field", "A red square"]
        for figure in found[:2]:
            assert figure.A.O == "/Layout"
            assert len(figure.A.BBox) == 4


# --- tables ---------------------------------------------------------------------------------------------------------


HEAD = "<thead><tr><th>City</th><th>Year</th></tr></thead>"


def test_headers_and_ids_are_qualified_by_their_division_and_listed() -> None:
    body = f'<table>{HEAD}<tbody><tr><th scope="row">Ashby</th><td>1987</td></tr></tbody></table>'
    with opened(bound(book_of(gathering("laws", body), gathering("places", body)))) as file:
        listed = list(file.Root.StructTreeRoot.IDTree.Names)
        by_id = {str(id): element for id, element in zip(listed[::2], listed[1::2], strict=True)}
        assert Counter(id.partition(".")[0] for id in by_id) == {"laws": 3, "places": 3}
        assert [str(e.A.Scope) for e in tree(file) if e.S == "/TH"] == ["/Column", "/Column", "/Row"] * 2
        cells = [e for e in tree(file) if e.S == "/TD"]
        assert len(cells) == 2
        for cell in cells:
            assert [by_id[str(header)].S for header in cell.A.Headers] == ["/TH", "/TH"]


def test_where_all_headers_head_columns_their_scope_tells_all() -> None:
    body = f"<table>{HEAD}<tbody><tr><td>Ashby</td><td>1987</td></tr></tbody></table>"
    with opened(bound(book_of(gathering("laws", body)))) as file:
        assert [str(e.A.Scope) for e in tree(file) if e.S == "/TH"] == ["/Column"] * 2
        assert all("/A" not in e for e in tree(file) if e.S == "/TD")
        assert not any("/ID" in e for e in tree(file))


def test_a_cell_has_its_lines_and_its_own_headers() -> None:
    head = "<thead><tr><th>A</th><th>B</th></tr></thead>"
    body = f"<table>{head}<tbody><tr><td>1<br>1</td><td>2 <b>b</b></td></tr></tbody></table>"
    (top,) = outlines(body)
    cells = [kids for role, kids in walk(top) if role == "TD"]
    assert [len(kids) for kids in cells] == [2, 2]
    assert all(isinstance(kid, int) for kids in cells for kid in kids)


def walk(found: Any) -> Iterator[Any]:
    """An outlined element and those below it."""
    yield found
    for kid in found[1]:
        if isinstance(kid, tuple):
            yield from walk(kid)


# --- a whole book ---------------------------------------------------------------------------------------------------


def test_tree_and_parent_tree_agree_on_every_mark_and_annotation_of_a_real_book() -> None:
    with opened(sample_bound()) as file:
        entries = list(file.Root.StructTreeRoot.ParentTree.Nums)
        parents = dict(zip(map(int, entries[::2]), entries[1::2], strict=True))
        pages = {of.obj.objgen: int(of.obj.StructParents) for of in file.pages if "/StructParents" in of.obj}
        owned: dict[tuple[int, int], tuple[int, int]] = {}
        linked: dict[tuple[int, int], tuple[int, int]] = {}
        for element in tree(file):
            for kid in element.K:
                if not isinstance(kid, pikepdf.Dictionary):
                    place = pages[element.Pg.objgen], int(kid)
                    assert place not in owned, "a mark stands twice in the tree"
                    owned[place] = element.objgen
                elif kid.get("/Type") == "/OBJR":
                    assert kid.Obj.objgen not in linked
                    linked[kid.Obj.objgen] = element.objgen
        listed = {
            (key, mark): owner.objgen
            for key, value in parents.items()
            if isinstance(value, pikepdf.Array)
            for mark, owner in enumerate(value)
            if owner is not None
        }
        assert owned == listed
        assert {a.objgen: parents[int(a.StructParent)].objgen for a in annotations(file)} == linked
        assert len(owned) > 400
        assert len(linked) > 80
        drawn = {
            (pages[of.obj.objgen], mark) for of in file.pages if of.obj.objgen in pages for mark in marks_on(of.obj)
        }
        by_page = [value for value in parents.values() if isinstance(value, pikepdf.Array)]
        assert sum(owner is None for owners in by_page for owner in owners) > 50, "the dots of leaders are artifacts"
        assert drawn == set(owned), "text is drawn that no element holds, or the other way round"


def marks_on(owner: Any) -> Iterator[int]:
    """The marks of a page's content and of the forms that it shows; furniture has none."""
    instructions = pikepdf.parse_content_stream(owner)
    for instruction in instructions:
        if str(instruction.operator) == "BDC" and "/MCID" in instruction.operands[1]:
            yield int(instruction.operands[1].MCID)
    shown = {str(i.operands[0]) for i in instructions if str(i.operator) == "Do"}
    for name, form in owner.get("/Resources", {}).get("/XObject", {}).items():
        if name in shown and form.Subtype == "/Form":
            yield from marks_on(form)


def test_every_kid_knows_its_parent() -> None:
    with opened(sample_bound()) as file:
        for element in tree(file):
            for kid in element.K:
                if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                    assert kid.P.objgen == element.objgen


def test_the_tree_of_each_division_is_written_whole() -> None:
    """Each element that the gathering brings is in the tree."""
    with opened(whole()) as file:
        for part, made in zip(file.Root.StructTreeRoot.K[0].K, divisions().values(), strict=True):
            written = sum(b"/Type /StructElem" in content for _, content in made.plain)
            assert sum(1 for _ in elements(part)) == written + 1
