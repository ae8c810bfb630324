"""What a reader's program is told of the shipped edition: each row of the table of accessibility, on the finished file.

The file is read with pikepdf and pdfium, and with nothing of the code that made it.
"""

from __future__ import annotations

import ctypes
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import page as validator
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageCms
from pypdfium2 import raw

from policybook.preflight.archive import validate
from tests.end_to_end.conftest import Shipped
from tests.end_to_end.reading import Reading, Run, joined
from tests.end_to_end.sources import Sources
from tests.unit.test_tokens import contrast

STYLES = Path(__file__).parents[2] / "styles"
#: The kids that an element of a role may have (ISO 32000-1, tables 333, 336 and 337).
KIDS = {
    "TOC": {"TOCI", "TOC"},
    "L": {"LI"},
    "LI": {"Lbl", "LBody"},
    "Table": {"Caption", "THead", "TBody"},
    "TBody": {"TR"},
    "THead": {"TR"},
    "TR": {"TH", "TD"},
}


@dataclass(slots=True, eq=False, repr=False)
class Tag:
    """A structure element: its role, its kids, its own text and that below it, its dictionary, and what holds it."""

    role: str
    source: Any
    above: Tag | None
    kids: list[Tag] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    links: list[Any] = field(default_factory=list)
    order: list[Tag | list[Run]] = field(default_factory=list)

    def all(self, *roles: str) -> Iterator[Tag]:
        """The elements of these roles, this one and those below, in reading order."""
        if self.role in roles or not roles:
            yield self
        for kid in self.kids:
            yield from kid.all(*roles)

    def read(self) -> Iterator[Run]:
        """The text below, in reading order."""
        for part in self.order:
            yield from part if isinstance(part, list) else part.read()

    @property
    def text(self) -> str:
        """The text below, as it would be read aloud."""
        return joined(self.read())

    def within(self, role: str) -> bool:
        """Whether an element of this role holds it."""
        return self.above is not None and (self.above.role == role or self.above.within(role))


@pytest.fixture(scope="module")
def pdf(shipped: Shipped) -> Iterator[pikepdf.Pdf]:
    """The shipped edition's screen.pdf, which must not need repair."""
    with pikepdf.open(shipped.screen, attempt_recovery=False) as file:
        yield file


@pytest.fixture(scope="module")
def document(pdf: pikepdf.Pdf, book: Reading) -> Tag:
    """The structure tree with its text."""
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    shown: dict[tuple[int, int], list[Run]] = {}
    for runs in book.runs:
        for run in runs:
            shown.setdefault((run.page, run.key), []).append(run)

    def tag(source: Any, above: Tag | None, page: int) -> Tag:
        made = Tag(str(source.S)[1:], source, above)
        page = pages[source.Pg.objgen] if "/Pg" in source else page
        for kid in source.get("/K", []):
            if not isinstance(kid, pikepdf.Dictionary):
                made.runs += shown.get((page, int(kid)), [])
                made.order.append(shown.get((page, int(kid)), []))
            elif "/S" in kid:
                made.kids.append(tag(kid, made, page))
                made.order.append(made.kids[-1])
            else:
                made.links.append(kid.Obj)
        return made

    return tag(pdf.Root.StructTreeRoot.K[0], None, -1)


def part(document: Tag, title: str) -> Tag:
    """The part of a title."""
    return next(kid for kid in document.kids if str(kid.source.get("/T", "")) == title)


# --- the standards ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_it_is_what_it_says_it_is(shipped: Shipped, profile: str) -> None:
    report = validator.validate_pdf(str(shipped.screen), profile=profile)
    assert report.is_compliant, [(f.rule_id, f.message) for f in report.failures]


def test_a_file_that_breaks_a_rule_is_found_out(shipped: Shipped) -> None:
    assert validate(shipped.screen.read_bytes()) == ()
    with pikepdf.open(shipped.screen) as file:
        del file.Root.OutputIntents, file.Root.Lang
        broken = io.BytesIO()
        file.save(broken)
    found = validate(broken.getvalue())
    assert {problem.code for problem in found} == {"ACCS001"}
    assert {problem.message.partition(":")[0] for problem in found} == {"PDF/UA-1", "PDF/A-2a"}
    (unread,) = {problem.message.partition(": ")[2].partition(":")[0] for problem in validate(b"no PDF")}
    assert unread == "the file can't be read"


def test_it_opens_before_it_is_all_there_and_its_objects_are_packed(pdf: pikepdf.Pdf, shipped: Shipped) -> None:
    assert pdf.is_linearized
    assert pdf.check_linearization(io.StringIO())
    assert pdf.check_pdf_syntax() == []
    assert b"/ObjStm" in shipped.screen.read_bytes()


def test_it_says_the_same_of_itself_in_both_places(pdf: pikepdf.Pdf, sources: Sources) -> None:
    edition = sources.yaml("edition.yaml")
    info = {str(key): str(value) for key, value in pdf.docinfo.items()}
    with pdf.open_metadata(set_pikepdf_as_editor=False) as xmp:
        assert info["/Title"] == xmp["dc:title"] == f"{edition['title']}: {edition['subtitle']}"
        assert [info["/Author"]] == list(xmp["dc:creator"]) == [edition["publisher"]]
        assert info["/Subject"] == xmp["dc:description"]
        assert info["/Keywords"] == xmp["pdf:Keywords"] == ", ".join(title for title, _ in sources.parts)
        assert (info["/Producer"], info["/Creator"]) == (xmp["pdf:Producer"], xmp["xmp:CreatorTool"])
        dates = {re.sub(r"\D", "", said) for said in (info["/CreationDate"], info["/ModDate"])}
        assert dates == {re.sub(r"\D", "", str(xmp[f"xmp:{name}Date"])) for name in ("Create", "Modify")}
        assert list(xmp["dc:language"]) == [str(pdf.Root.Lang)] == [edition["language"]]


def test_its_colours_are_those_of_a_profile_in_the_file(pdf: pikepdf.Pdf) -> None:
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    profile = ImageCms.ImageCmsProfile(io.BytesIO(intent.DestOutputProfile.read_bytes()))
    assert profile.profile.xcolor_space.strip() == "RGB"


# --- artifacts --------------------------------------------------------------------------------------------------------


def test_all_that_is_drawn_is_text_of_the_tree_or_an_artifact(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        depth, marked = 0, []
        for instruction in pikepdf.parse_content_stream(page):
            operator = str(instruction.operator)
            if operator in {"BDC", "BMC"}:
                tag = str(instruction.operands[0])
                marked.append(tag == "/Artifact" or "/MCID" in instruction.operands[1])
                depth += marked[-1]
            elif operator == "EMC":
                depth -= marked.pop()
            elif operator in {"Tj", "TJ", "f", "f*", "S", "B", "sh", "Do"}:
                shows_form = operator == "Do" and page.Resources.XObject[instruction.operands[0]].Subtype == "/Form"
                assert depth or shows_form, f"{operator} is neither text nor an artifact"


def test_running_heads_folios_and_leaders_are_not_read(document: Tag, book: Reading) -> None:
    read = {(run.page, run.key) for run in document.read()}
    unread = [run for runs in book.runs for run in runs if (run.page, run.key) not in read and run.text.strip()]
    low = [float(page.trimbox.bottom) + 60 for page in book.pdf.pages]
    folios = [run.text for run in unread if run.baseline < low[run.page] and run.key < 0]
    assert len(folios) == sum(bool(folio) for folio in book.folios) > 60
    dots = [run for run in unread if set(run.text) <= set(" .\xa0")]
    assert len(dots) > 100
    assert " . " not in part(document, "Contents").text


# --- links and notes --------------------------------------------------------------------------------------------------


def test_each_link_says_where_it_leads(document: Tag) -> None:
    links = list(document.all("Link"))
    assert len(links) > 1000
    for link in links:
        (annotation,) = link.links
        words = str(annotation.Contents)
        assert words.strip()
        assert not re.fullmatch(r"[\w-]+\.[\w.-]+", words), f"{words} is an id"
        assert link.text.strip() or "/Dest" in annotation


def test_each_note_has_an_id_a_way_back_and_a_reference(document: Tag, pdf: pikepdf.Pdf) -> None:
    notes = list(document.all("Note"))
    ids = [str(note.source.ID) for note in notes]
    assert len(notes) == len(set(ids)) > 150
    named = {str(name) for name in list(pdf.Root.StructTreeRoot.IDTree.Names)[::2]}
    assert set(ids) <= named
    references = Counter(
        str(link.links[0].Dest) for reference in document.all("Reference") for link in reference.all("Link")
    )
    for note, id in zip(notes, ids, strict=True):
        label = note.kids[0]
        assert label.role == "Lbl"
        (way_back,) = list(label.all("Link"))
        assert str(way_back.links[0].Contents) == f"Back to the mark of note {label.text}"
        assert references[id] > 0, f"no reference leads to {id}"
        assert len(note.text) > len(label.text) + 8


def test_a_note_is_read_after_its_reference(document: Tag) -> None:
    for division in document.kids:
        order = list(division.all("Note", "Reference"))
        notes = {str(tag.source.ID): at for at, tag in enumerate(order) if tag.role == "Note"}
        for at, tag in enumerate(order):
            leads = str(tag.kids[0].links[0].get("/Dest", "")) if tag.role == "Reference" else ""
            assert at < notes.get(leads, len(order)) or tag.within("Note"), leads


# --- contents, index, lists -------------------------------------------------------------------------------------------


def test_the_contents_are_a_table_of_contents(document: Tag, sources: Sources) -> None:
    contents = part(document, "Contents")
    (top, *nested) = list(contents.all("TOC"))
    assert len(nested) == len(sources.parts)
    assert all(toc.above is not None and toc.above.role == "TOCI" for toc in nested)
    items = list(top.all("TOCI"))
    assert all(item.kids[0].role == "Reference" and item.kids[0].kids[0].role == "Link" for item in items)
    titles = {brief.title for _, briefs in sources.parts for brief in briefs}
    assert titles <= {item.kids[0].text.rpartition(" ")[0] for item in items}
    assert len(list(part(document, "Tables and figures").all("TOC"))) == 2


@pytest.mark.parametrize("title", ["Subject index", "Index of places"])
def test_an_index_is_a_list_with_a_link_on_each_locator(document: Tag, title: str) -> None:
    index = part(document, title)
    entries = list(index.all("LI"))
    assert len(entries) > 50
    assert any(entry.within("LI") for entry in entries), "no subentry stands under its entry"
    linked = {id(run) for link in index.all("Link") for run in link.runs}
    loose = [
        run.text for entry in entries for run in entry.read() if re.search(r"\d", run.text) and id(run) not in linked
    ]
    assert [text for text in loose if re.fullmatch(r"[\s,]*\d+[\s,]*", text)] == [], "these are no links"


def test_lists_hold_items_and_nest_inside_them(document: Tag) -> None:
    for tag in document.all(*KIDS):
        assert {kid.role for kid in tag.kids} <= KIDS[tag.role], tag.text[:60]
        if tag.role == "LI":
            assert [kid.role for kid in tag.kids] in (["Lbl", "LBody"], ["LBody"])
        if tag.role == "L":
            assert tag.above is not None
            assert tag.above.role not in {"L", "LI"}, "a list is not in the body of its item"


def test_an_item_that_goes_over_the_page_is_one(document: Tag) -> None:
    for tag in document.all("L"):
        labelled = [kid.role == "LI" and kid.kids[0].role == "Lbl" for kid in tag.kids]
        assert len(set(labelled)) == 1, tag.text[:60]
    over = [tag for tag in document.all("L") if len({run.page for run in tag.read()}) > 1]
    assert over, "no list of the edition goes over a page"


@pytest.mark.parametrize("title", ["Glossary", "Bail Reform"])
def test_a_term_is_the_label_of_its_definition(document: Tag, sources: Sources, title: str) -> None:
    terms = {item.kids[0].text for item in part(document, title).all("LI") if len(item.kids) == 2}
    if title == "Glossary":
        assert terms == {entry["term"] for entry in sources.yaml("glossary.yaml")}
    else:
        assert "Civil Rights Corps" in terms


# --- tables and figures -----------------------------------------------------------------------------------------------


def test_headers_say_what_they_head_and_tables_that_are_none_are_no_tables(document: Tag, sources: Sources) -> None:
    tables = list(document.all("Table"))
    assert len(tables) == len(sources.captions("table")) + 1, "the tables of the text, and that of laws"
    for table in tables:
        headers = list(table.all("TH"))
        assert headers
        assert {str(header.source.A.Scope) for header in headers} <= {"/Column", "/Row", "/Both"}
        widths = {len(row.kids) for row in table.all("TR")}
        assert widths == {len(headers)}, "a row has more cells or fewer than there are headers"


def test_a_table_over_pages_is_one_table_and_its_head_is_read_once(document: Tag) -> None:
    over = [table for table in document.all("Table") if len({run.page for run in table.read()}) > 1]
    assert len(over) >= 2
    assert all(len(list(table.all("THead"))) == 1 for table in over)


def test_a_figure_holds_its_caption_and_an_alternate_text(document: Tag, sources: Sources, pdf: pikepdf.Pdf) -> None:
    figures = list(document.all("Figure"))
    assert all(len(str(figure.source.Alt)) > 20 for figure in figures)
    captioned = [figure for figure in figures if any(kid.role == "Caption" for kid in figure.kids)]
    assert len(captioned) == len(sources.captions("figure"))
    assert all(caption.above is not None for caption in document.all("Caption"))
    assert {caption.above.role for caption in document.all("Caption") if caption.above} == {"Figure", "Table"}
    for figure in figures:
        left, bottom, right, top = map(float, figure.source.A.BBox)
        sides = [float(side) for side in pdf.pages[0].obj.TrimBox]
        assert left < right
        assert bottom < top
        assert right > sides[0]
        assert top < sides[3] + 40


# --- language, abbreviations, order -----------------------------------------------------------------------------------


def test_the_language_is_marked(pdf: pikepdf.Pdf, document: Tag) -> None:
    assert str(pdf.Root.Lang) == "en-US"
    assert {str(tag.source.Lang) for tag in document.all() if "/Lang" in tag.source} <= {"en-US"}


def test_the_codes_of_states_are_expanded(document: Tag) -> None:
    expanded = {(tag.text, str(tag.source.E)) for tag in document.all() if "/E" in tag.source}
    assert {("PA", "Pennsylvania"), ("TX", "Texas"), ("WA", "Washington")} <= expanded
    codes = [run for run in document.read() if re.fullmatch(r"[A-Z]{2}", run.text.strip()) and run.text.strip() != "US"]
    held = {id(run) for tag in document.all() if "/E" in tag.source for run in tag.runs}
    spelled = [run.text for run in codes if id(run) not in held]
    assert len(spelled) < len(codes) / 20, f"not expanded: {spelled[:20]}"


def test_pages_are_read_in_their_order(document: Tag) -> None:
    for division in document.kids:
        pages = [run.page for tag in division.all("P", "H1", "H2", "H3") for run in tag.runs[:1]]
        assert pages == sorted(pages)
    firsts = [min((run.page for run in division.read()), default=0) for division in document.kids]
    assert firsts == sorted(firsts)


def test_headings_don_t_skip_a_level(document: Tag) -> None:
    for division in document.kids:
        levels = [int(tag.role[1]) for tag in division.all("H1", "H2", "H3", "H4")]
        assert all(level <= before + 1 for before, level in zip([0, *levels], levels, strict=False))


# --- ways through the book --------------------------------------------------------------------------------------------


def bookmarked(pdf: pikepdf.Pdf) -> set[tuple[str, int]]:
    """Title and page of each bookmark."""
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    names = list(pdf.Root.Names.Dests.Names)
    places = {bytes(name): pages[place[0].objgen] for name, place in zip(names[::2], names[1::2], strict=True)}
    found, waiting = set(), [pdf.Root.Outlines.First]
    while waiting:
        item = waiting.pop()
        found.add((str(item.Title), places[bytes(item.Dest)]))
        waiting += [item[key] for key in ("/First", "/Next") if key in item]
    return found


def test_bookmarks_mirror_the_headings(document: Tag, pdf: pikepdf.Pdf) -> None:
    marks = bookmarked(pdf)
    headings = [tag for tag in document.all("H1", "H2") if tag.text]
    lost = [tag.text for tag in headings if (tag.text, next(tag.read()).page) not in marks]
    # A page that the contents don't list, and the headings of a unit that are no sections of its text.
    assert set(lost) <= {"About this edition and its copyright", "Tables", "Figures", "Notes"}


def test_page_labels_are_the_folios(book: Reading) -> None:
    labels = book.pdf.page_labels
    assert [label for label, folio in zip(labels, book.folios, strict=True) if folio and label != folio] == []


# --- contrast ---------------------------------------------------------------------------------------------------------


def test_text_can_be_read_on_what_it_stands_on(shipped: Shipped, document: Tag) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1, and 3 to 1 for text of 18 points, or of 14 in bold."""
    read = {(run.page, run.key) for run in document.read()}
    weak = []
    with pypdfium2.PdfDocument(shipped.screen) as file:
        for number, page in enumerate(file):
            picture = page.render(scale=1.5).to_pil().convert("RGB")
            left, bottom, *_ = page.get_cropbox()
            for drawn in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=1):
                if (number, raw.FPDFPageObj_GetMarkedContentID(drawn.raw)) not in read:
                    continue
                sides = drawn.get_bounds()
                box = (sides[0] - left, sides[1] - bottom, sides[2] - left, sides[3] - bottom)
                if box[2] - box[0] < 4:
                    continue  # a letter such as I fills its box: there is no ground to be seen
                ratio = contrast(*_two_colours(drawn, picture, box))
                if ratio < (3 if box[3] - box[1] > 18 else 4.5):
                    weak.append((number, [round(side) for side in box], round(ratio, 2)))
    assert weak == []


def _two_colours(drawn: Any, picture: Image.Image, box: tuple[float, ...]) -> tuple[str, str]:
    """The colour that text is filled with, and the one that is most of its box on a picture of 1.5 pixels a point."""
    channels = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFPageObj_GetFillColor(drawn.raw, *channels)
    ink = "#" + "".join(f"{channel.value:02x}" for channel in channels[:3])
    left, low, right, high = (round(side * 1.5) for side in box)
    found = picture.crop((left - 1, picture.height - high - 1, right + 1, picture.height - low + 1)).getcolors(100_000)
    ground: Any = max(found or [(1, (255, 255, 255))])[1]
    return ink, "#" + "".join(f"{channel:02x}" for channel in ground)


@pytest.mark.parametrize("profile", sorted(path.stem for path in (STYLES / "profiles").glob("*.css")))
def test_the_colours_of_each_profile_can_be_read(profile: str) -> None:
    sheets = (STYLES / "tokens.css").read_text("utf-8") + (STYLES / "profiles" / f"{profile}.css").read_text("utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", sheets))
    inks = [name for name in colours if name in {"ink", "soft"} or re.fullmatch(r"ink-\d+", name)]
    assert len(inks) >= 10
    for ink in inks:
        assert contrast(colours[ink], colours["paper"]) >= 4.5, f"{profile}: {ink} on paper"
    for ink in ("ink", "soft"):
        assert contrast(colours[ink], colours["tint"]) >= 4.5, f"{profile}: {ink} on tint"
