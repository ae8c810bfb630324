"""Folding: what the engine set is taken over whole, whatever it holds; what can't be is a problem or an error."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import chain
from pathlib import Path
from urllib.parse import unquote

import pikepdf
import pytest
from PIL import ImageChops

from policybook.binding import BookBlock
from policybook.diagnostics import MachineError
from policybook.folding import fold
from policybook.fonts import pdf_fonts
from policybook.gathering import MARK, Gathering
from policybook.pagination import Folio
from policybook.sheets import Html, Leaf
from tests.unit.bookblock import (
    BODIES,
    GEOMETRY,
    METADATA,
    annotations,
    bound,
    divisions,
    drawn,
    folded,
    gathering,
    laid,
    opened,
    page,
    texts,
    tree,
    whole,
)

#: What looks like syntax of PDF, or like a reference that waits for its number.
AWKWARD = (
    "5 0 R",
    "(5 0 R)",
    "a) 5 0 R (b",
    "back\\slash \\",
    "<5 0 R>",
    "größe 漢 😀",
    "ĵȀ Ĵĵ",
    "%5B 5 0 R",
    "[0 0 R]",
)


def book_of(*made: Gathering, late: dict[str, tuple[str, ...]] | None = None) -> BookBlock:
    """Divisions bound one behind the other, on paper without a gutter, as they were laid out."""
    sheets = [(of.division, sheet) for of in made for sheet in range(of.count)]
    leaves = tuple(Leaf(d, s, Folio(arabic=True, number=1 + n), verso=False) for n, (d, s) in enumerate(sheets))
    side = GEOMETRY.margin_side
    return BookBlock(
        leaves=leaves,
        gatherings={of.division: of for of in made},
        furniture={},
        late={of.division: (late or {}).get(of.division, ()) for of in made},
        outlines=(),
        titles={},
        metadata=METADATA,
        geometry=replace(GEOMETRY, margin_inner=side, margin_outer=side, bleed=13.5),
        fonts=pdf_fonts(),
    )


def looks_as_laid(html: Html) -> None:
    """A division that is bound alone looks as it was laid out, to the last pixel, and reads so."""
    late = {html.division: tuple(f"{index:0{len(n)}d}"[-len(n) :] for index, n in enumerate(html.numbers))}
    pdf, sheets = bound(book_of(folded(html), late=late)), laid(html)
    assert not sheets.problems
    for ours, theirs in zip(drawn(pdf), drawn(sheets.pdf), strict=True):
        assert ImageChops.difference(ours, theirs).getbbox() is None
    assert [" ".join(t.split()) for t in texts(pdf)] == [" ".join(t.split()) for t in texts(sheets.pdf)]
    with opened(pdf) as file:
        assert file.check_pdf_syntax() == []


# --- what is drawn --------------------------------------------------------------------------------------------------

LONG = "The office filed its first ordinance in the fall of the year, and nobody read it to the end. " * 12
DRAWN = {
    "spaced letters": '<p style="letter-spacing: 0.05em; font-variant-caps: small-caps">Dignity at Work, VAT</p>',
    "spaced words": f'<p style="word-spacing: 3pt; text-align: justify">{LONG}</p>',
    "narrow letters": '<p style="letter-spacing: -0.3pt">Tomorrow AVAT</p>',
    "raised": "<p>x<sup>2</sup> and H<sub>2</sub>O, <span style='font-variant-numeric: ordinal'>1st</span></p>",
    "underlined": '<p style="text-decoration: underline overline line-through">Text, and more of it</p>',
    "hyphens": f'<p lang="en" style="hyphens: auto; text-align: justify; width: 90pt">{LONG}</p>',
    "half seen": '<p style="opacity: 0.4; background: red">Faint <span style="opacity: 0.5">fainter</span></p>',
    "twice half seen": "".join(f'<div style="opacity: 0.{n}"><p>Level {n}</p></div>' for n in range(1, 9)),
    "borders": '<p style="border: 2pt dashed blue; border-radius: 5pt; padding: 3pt">Boxed</p>',
    "gradient": '<p style="background: linear-gradient(red, rgba(0, 0, 255, 0.5))">Coloured</p>',
    "radial": '<p style="background: radial-gradient(white, black); color: #123456">Coloured</p>',
    "turned": '<p style="transform: rotate(10deg) scale(1.2)">Turned <b>round</b></p>',
    "vector": '<svg width="60" height="60"><defs><linearGradient id="g"><stop stop-color="red"/><stop offset="1"/>'
    '</linearGradient></defs><rect fill="url(#g)" width="40" height="40" opacity="0.6"/><text y="50">svg</text></svg>',
    "picture": '<p><img alt="blue" style="width: 50pt" src="SRC"> and <img alt="b" style="opacity: 0.3" src="SRC"></p>',
    "pages": f'<p>{LONG * 20}</p><p style="break-before: page">next</p>',
    "late": '<p>page <span class="late">000</span>, <b class="late">001–2</b> <i class="late">03</i></p>',
    "cut off": '<div style="overflow: hidden; height: 20pt; width: 60pt">Much more than there is room for here.</div>',
    "columns": f'<div style="columns: 3">{LONG}</div><table><tr><td>a</td><td>b</td></tr></table>',
}


@pytest.mark.parametrize("kind", DRAWN)
def test_pages_look_and_read_as_they_were_laid_out(kind: str) -> None:
    late = ("100", "111–2", "13") if kind == "late" else ()
    looks_as_laid(page("x", DRAWN[kind], *late))


def test_a_page_of_everything_looks_as_it_was_laid_out() -> None:
    looks_as_laid(page("x", "".join(body for kind, body in DRAWN.items() if kind != "late")))


def test_content_is_well_formed_and_restores_the_state() -> None:
    """What is drawn behind it, such as furniture, starts from the page's own coordinates."""
    with opened(
        bound(book_of(gathering("x", "".join(DRAWN[kind] for kind in ("turned", "half seen", "raised")))))
    ) as f:
        operators = [str(i.operator) for i in pikepdf.parse_content_stream(f.pages[0])]
        assert operators.count("q") == operators.count("Q")
        assert (operators[0], operators[-1]) == ("q", "Q")
        depth = 0
        for operator in operators[:-1]:
            depth += {"q": 1, "Q": -1}.get(operator, 0)
            assert depth > 0


def test_nothing_is_left_of_kernings_of_nothing() -> None:
    content = laid(page("x", "<p>office</p>")).pdf
    assert b">0<" in content, "the engine no longer writes them"
    with opened(bound(book_of(gathering("x", "<p>office</p>")))) as file:
        (stream,) = file.pages[0].obj.Contents
        assert b">0<" not in stream.read_bytes()
        assert b"<>" not in stream.read_bytes()


# --- objects under new numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", AWKWARD)
def test_strings_that_look_like_syntax_survive(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    body = (
        f'<figure><img alt="{escaped}" src="SRC"></figure><p lang="fr">x</p><p><a href="#a">{escaped}</a></p><p id="a">'
    )
    before = gathering("first", "<p>Something before, so that all numbers move.</p>" * 5)
    made = gathering("x", body)
    assert [p.message for p in made.problems if p.code not in {"LAYT001", "FONT001"}] == []
    with opened(bound(book_of(before, replace(made, problems=())))) as file:
        assert [str(e.Alt) for e in tree(file) if "/Alt" in e] == [text]
        assert file.check_pdf_syntax() == []


@pytest.mark.parametrize("text", [*AWKWARD, "\x015\x02 0 R", "((5 0 R", "\r\n 5 0 R", "<</A 5 0 R>>"])
def test_strings_and_references_in_what_pages_share_survive(text: str) -> None:
    """As in the dictionaries of states, patterns and drawings."""
    sheets, target = laid(page("x", "<p>x</p>")), io.BytesIO()
    with pikepdf.open(io.BytesIO(sheets.pdf)) as file:
        other = file.make_indirect(pikepdf.Dictionary(Said=pikepdf.String(text)))
        stream = file.make_stream(b"raw \x015\x02 0 R (5 0 R)", Said=pikepdf.String(text), Other=other)
        state = pikepdf.Dictionary(Said=pikepdf.String(text), Bytes=pikepdf.String(text.encode()), Other=other)
        state.Many = pikepdf.Array([other, pikepdf.String(text), stream, 5, 0, pikepdf.Name("/R")])
        file.pages[0].obj.Resources.ExtGState["/Own"] = state
        file.save(target)
    made = fold(replace(sheets, pdf=target.getvalue()), (), pdf_fonts())
    with opened(bound(book_of(gathering("first", "<p>before</p>" * 9), made))) as file:
        found = file.pages[1].obj.Resources.ExtGState["/Own"]
        assert str(found.Said) == str(found.Other.Said) == str(found.Many[1]) == text
        assert bytes(found.Bytes) == text.encode()
        assert found.Many[0].objgen == found.Other.objgen == found.Many[2].Other.objgen
        assert str(found.Many[2].Said) == text
        assert found.Many[2].read_bytes() == b"raw \x015\x02 0 R (5 0 R)"
        assert [found.Many[3], found.Many[4], found.Many[5]] == [5, 0, "/R"]
        assert file.check_pdf_syntax() == []


@pytest.mark.parametrize("name", ["5 0 R", "(x) \\ 5 0 R", "ĵȀ", "größe"])
def test_a_division_may_have_any_name(name: str) -> None:
    """Its name is in the ids of its elements, and in the /Headers of its cells."""
    table = '<table><tbody><tr><th scope="row">A</th><td>1</td></tr></tbody></table>'
    made = fold(replace(laid(page("x", table)), division=name), (), pdf_fonts())
    with opened(bound(book_of(gathering("first", table), made))) as file:
        ids = [str(e.ID) for e in tree(file) if "/ID" in e]
        headers = [str(h) for e in tree(file) if "/A" in e for h in e.A.get("/Headers", [])]
        assert len(ids) == len(headers) == 2
        assert ids == headers
        assert [id.rpartition(".")[0] for id in ids] == ["first", name]
        named = list(file.Root.StructTreeRoot.IDTree.Names)
        assert sorted(map(str, named[::2])) == sorted(ids)


@pytest.mark.parametrize("text", AWKWARD)
def test_links_to_any_address_and_any_anchor_survive(text: str) -> None:
    anchor = text.replace(" ", "-").replace("\\", "")  # of which the engine makes an escape in CSS
    written, address = (part.replace("<", "&lt;").replace("%", "%25") for part in (anchor, text))
    web = f'<a href="https://example.org/{address}">web</a>'
    body = f'<p>{web} <a href="book:{written}">near</a></p><p id="{anchor.replace("<", "&lt;")}">there</p>'
    made = gathering("x", body)
    assert not made.problems
    with opened(bound(book_of(gathering("first", "<p>before</p>" * 9), made))) as file:
        far, near = annotations(file)
        assert bytes(near.Dest).decode() == anchor
        names = list(file.Root.Names.Dests.Names)
        assert bytes(near.Dest) in {bytes(name) for name in names[::2]}
        assert str(far.A.S) == "/URI"
        assert unquote(str(far.A.URI)) == f"https://example.org/{text}"
        assert str(far.Contents) == f"Web page: {far.A.URI}"


def test_every_reference_leads_to_an_object() -> None:
    for made in divisions().values():
        own = {number for number, _ in made.plain} | {number for number, _, _ in made.streams}
        own |= {link.number for of in made.pages for link in of.links} | set(range(made.count)) | {made.part}
        assert own == set(range(made.size)), "each number is given once"
        texts_ = chain((c for _, c in made.plain), (e for _, e, _ in made.streams), (made.resources, made.drawings))
        named = {int(found[1]) for content in texts_ for found in MARK.finditer(content)}
        assert {number for number in named if number >= 0} <= own
    with opened(whole()) as file:
        there = {thing.objgen[0]: references(thing) for thing in file.objects if thing is not None}
        named = {number for found in there.values() for number in found}
        assert named <= set(there)
        reached, waiting = set[int](), list(references(file.trailer))
        while waiting:
            number = waiting.pop()
            if number not in reached:
                reached.add(number)
                waiting += there[number]
        idle = [file.get_object(number, 0) for number in set(there) - reached]
        assert {str(thing.get("/Type")) for thing in idle} <= {"/ObjStm", "/XRef"}, "nothing is carried along in vain"


def references(thing: pikepdf.Object) -> set[int]:
    """The numbers that an object refers to; no string of the block looks like one."""
    entries = pikepdf.Dictionary(dict(thing.items())) if isinstance(thing, pikepdf.Stream) else thing
    return {int(number) for number in re.findall(rb"(\d+) 0 R", entries.unparse(resolved=True))}


# --- pictures -------------------------------------------------------------------------------------------------------


def test_pictures_with_a_mask_are_shared_with_it_and_different_ones_are_not() -> None:
    def picture(alpha: int, red: int) -> str:
        import base64  # noqa: PLC0415

        from PIL import Image  # noqa: PLC0415

        out = io.BytesIO()
        Image.new("RGBA", (8, 8), (red, 0, 0, alpha)).save(out, "PNG")
        return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"

    shown = [picture(90, 200), picture(91, 200), picture(90, 201)]
    made = [gathering(f"x{n}", f'<p><img alt="x" src="{shown[n % 3]}"></p>') for n in range(6)]
    with opened(bound(book_of(*made))) as file:
        images = [o for o in file.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
        assert len([image for image in images if "/SMask" in image]) == 3
        masks = {image.SMask.objgen for image in images if "/SMask" in image}
        assert len(masks) == 2, "two of them are as transparent as each other"
        placed = [{o.objgen for o in of.obj.Resources.XObject.values()} for of in file.pages]
        assert placed[:3] == placed[3:]
        assert len({objgen for objgens in placed for objgen in objgens}) == 3


# --- fonts ----------------------------------------------------------------------------------------------------------


def test_a_font_that_is_not_the_books_is_an_error() -> None:
    few = {name: path for name, path in pdf_fonts().items() if name != "Book-Sans-Semi-Bold"}
    with pytest.raises(MachineError, match=r"not the book's own: Book-Sans-Semi-Bold$"):
        fold(laid(BODIES["laws"]), (), few)


def test_another_font_file_than_the_one_that_was_set_is_an_error() -> None:
    wrong = {**pdf_fonts(), "Book-Serif": pdf_fonts()["Book-Sans"]}
    with pytest.raises(MachineError, match=r"not set with SourceSansPro-Regular\.ttf"):
        fold(laid(BODIES["laws"]), (), wrong)


def test_a_font_file_with_cubic_outlines_is_an_error() -> None:
    path: Path = pdf_fonts()["Book-Serif"].with_suffix(".otf")
    assert path.exists()
    with pytest.raises(MachineError, match="not a static TrueType font"):
        fold(laid(BODIES["laws"]), (), {**pdf_fonts(), "Book-Serif": path})


def test_a_character_that_the_font_lacks_is_a_problem() -> None:
    made = gathering("front", "<p>a \u6f22</p>")
    assert [p.message for p in made.problems if p.code == "FONT001"] == ["front: Book-Serif has no “漢” (U+6F22)"]


def test_what_the_engine_found_stays_found() -> None:
    made = gathering("front", '<p><a href="#gone">x</a></p>')
    assert [str(p.code) for p in made.problems] == ["LAYT001"]


def test_a_division_says_what_it_uses_of_each_face() -> None:
    made = gathering("x", '<p>ab <i>c</i> <span class="late">00</span></p>', "10")
    uses = {(use.name, use.figures): use for use in made.fonts}
    assert set(uses) == {("Book-Serif", False), ("Book-Serif-Italic", False), ("Book-Serif", True)}
    assert sorted(uses["Book-Serif", False].characters.values()) == [" ", "a", "b"]
    assert uses["Book-Serif-Italic", False].flags & 64, "italic (ISO 32000-1, table 123)"
    assert all(use.family for use in made.fonts)
