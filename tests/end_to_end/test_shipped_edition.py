"""The shipped edition as its readers have it: every promise that a page makes to another one is kept.

The finished file is read with pypdf and pdfium and compared with the words of content/2026, never with the data of the
code that made it.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import page as page_validation
import pypdf
import pypdfium2
import pytest

from policybook.pipeline import build
from tests.end_to_end.conftest import EDITION, Shipped
from tests.end_to_end.reading import Element, Link, Reading, joined, normal, previous
from tests.end_to_end.sources import Mark, Sources, Text, marks_written

NUMBER = re.compile(r"(?P<first>\d+|[ivxlc]+)(?:–(?P<end>\d+|[ivxlc]+))?(?P<behind>nn?\d+(?:–\d+)?|[tf])?")
PRINTED = re.compile(r"(\w+)$")
FRONT_ON_ANY = {"cover", "frontispiece", "lists", "copyright"}


def large(book: Reading, page: int) -> str:
    """What is set large on a page: half as large again as most of the book's text."""
    least = 1.5 * median(run.size for runs in book.runs for run in runs)
    return normal(joined(run for run in book.runs[page] if run.size >= least))


def part_of(book: Reading, page: int) -> Element | None:
    """The part of the document that a page belongs to."""
    return next((part for part in book.parts if page in part.pages()), None)


def part_named(book: Reading, title: str) -> Element:
    """The part of a title, whether or not its number stands before it."""
    return next(part for part in book.parts if part.title == title or part.title.endswith(f": {title}"))


def pages_of_range(book: Reading, first: str, end: str | None) -> range:
    """The pages of a locator; the end may be abbreviated as Chicago 9.61 has it."""
    if end and end.isdecimal() and len(end) < len(first):
        end = first[: len(first) - len(end)] + end
    start, stop = book.page_of(first), book.page_of(end or first)
    assert stop >= start, f"{first}–{end}"
    return range(start, stop + 1)


# --- the contents and the lists ---------------------------------------------------------------------------------------


def test_each_line_of_the_contents_leads_to_the_page_it_prints_and_the_title_stands_there(
    book: Reading, sources: Sources
) -> None:
    lines = book.part("Contents").links()
    titles = [line.text.rpartition(" ")[0] for line in lines]
    for line, title in zip(lines, titles, strict=True):
        assert line.target is not None
        assert line.text.split()[-1] == book.numbers[line.target], line.text
        assert normal(title) in large(book, line.target), line.text
    written = [text for text in sources.texts if text.id not in FRONT_ON_ANY]
    wanted = {text.title for text in written} | {title for title, _ in sources.parts}
    assert wanted <= set(titles)
    assert len(set(titles)) == len(titles)
    targets = [line.target for line in lines]
    assert targets == sorted(targets, key=lambda target: target or 0)


@pytest.mark.parametrize("kind", ["table", "figure"])
def test_the_lists_of_tables_and_figures_are_whole_and_lead_to_their_pages(
    book: Reading, sources: Sources, kind: str
) -> None:
    lists = book.part("Tables and figures")
    captions = [normal(caption) for _, caption in sources.captions(kind)]
    lines = {
        normal(line.text.rpartition(" ")[0]): line for line in lists.links() if line.name.split(".")[1:2] == [kind]
    }
    assert list(lines) == [f"{number}{caption}" for number, caption in enumerate(captions, start=1)]
    for number, (caption, line) in enumerate(zip(captions, lines.values(), strict=True), start=1):
        assert line.target is not None
        assert line.text.split()[-1] == book.numbers[line.target]
        assert f"{kind}{number}{caption}" in book.page_text(line.target)


def test_each_part_opener_lists_its_briefs_with_their_pages(book: Reading, sources: Sources) -> None:
    for title, briefs in sources.parts:
        links = [link for link in part_named(book, title).links() if link.target is not None]
        assert [normal(link.text) for link in links] == [
            normal(f"{book.numbers[link.target]} {brief.title}")
            for link, brief in zip(links, briefs, strict=True)
            if link.target is not None
        ]
        for link, brief in zip(links, briefs, strict=True):
            assert link.target is not None
            assert normal(brief.title) in large(book, link.target)


# --- cross-references -------------------------------------------------------------------------------------------------


def test_each_cross_reference_names_the_page_on_which_its_target_stands(book: Reading, sources: Sources) -> None:
    written = Counter((text.title, *reference) for text in sources.texts for reference in text.references())
    printed: Counter[tuple[str, str, str]] = Counter()
    for part in book.parts:
        for link in part.links():
            found = re.search(r"\bpage\s(\w+)\)?$", link.text.replace("\xa0", " "))
            if not found:
                continue
            kind, id = kind_and_id(link.name)
            assert link.target is not None
            assert found[1] == book.numbers[link.target], link.text
            assert normal(sources.name_of(kind, id)) in book.page_text(link.target), link.text
            printed[part.title, kind, id] += 1
    assert printed == written
    assert printed.total() > 0


def kind_and_id(name: str) -> tuple[str, str]:
    """The kind and the id by which a text names what a destination is."""
    text, _, rest = name.partition(".")
    kind, _, id = rest.partition(".")
    if not rest:
        return "brief", text
    if kind in ("table", "figure"):
        return kind, id
    return ("case", f"{text}/{id}") if kind == "case" else ("section", f"{text}/{rest}")


# --- the subject index ------------------------------------------------------------------------------------------------

Entry = tuple[str, str]
Page = tuple[int, str]


class Cited:
    """What the marks of the sources cite, found by the words around each mark.

    A page is cited with what stands behind its number: n, t, f or nothing.
    """

    def __init__(self, book: Reading, sources: Sources, register: str) -> None:
        self.pages: dict[Entry, set[Page]] = {}
        self.starts: dict[Entry, set[Page]] = {}
        self.main: dict[Entry, set[int]] = {}
        self.marks = 0
        for text in sources.texts:
            self._read(book, text, register)

    def _read(self, book: Reading, text: Text, register: str) -> None:
        letters, pages = galley(part_named(book, text.title))
        opened: dict[Entry, int] = {}
        for block in text.blocks():
            found = re.search(block.pattern, letters)
            assert found, f"{text.id}: this paragraph is not in the book: {block.pattern}"
            for number, mark in enumerate(block.marks):
                page = pages[max(found.start(f"m{number}") - 1, found.start())]
                if (mark.kind == "place") == (register == "place"):
                    self._enter(mark, block.kind, page, opened)
        assert not opened

    def _enter(self, mark: Mark, kind: str, page: int, opened: dict[Entry, int]) -> None:
        self.marks += 1
        entry = normal(mark.headword), normal(mark.subentry)
        if mark.kind == "index from":
            opened[entry] = page
            return
        first = opened.pop(entry) if mark.kind == "index to" else page
        self.starts.setdefault(entry, set()).add((first, kind))
        self.pages.setdefault(entry, set()).update((cited, kind) for cited in range(first, page + 1))
        if mark.main:
            self.main.setdefault(entry, set()).add(first)


def galley(part: Element) -> tuple[str, list[int]]:
    """The comparable text of a part in reading order, and the page of each of its letters."""
    letters, pages = "", []
    for run in part.runs():
        text = normal(run.text)
        letters += text
        pages += [run.page] * len(text)
    return letters, pages


def index_lines(book: Reading, title: str) -> Iterator[tuple[Entry, Element]]:
    """The lines of an index: headword and subentry, comparable, and the line. Subentries are set in from headwords."""
    lines = [line for line in list(part_named(book, title).all("P"))[1:] if line.text]
    starts: list[float] = []
    for left in sorted(next(line.runs()).left for line in lines):
        if not starts or left > starts[-1] + 40:
            starts.append(left)
    headword = ""
    for line in lines:
        first = next(line.runs())
        column = max(start for start in starts if start <= first.left)
        label = joined(itertools.takewhile(lambda run: not is_number(run.text), line.runs()))
        label = normal(re.sub(r"(?:\. |^)See(?: also)? .*$|\(continued\)$", "", label))
        if first.left < column + 4:
            headword = label
            yield (label, ""), line
        elif label:
            yield (headword, label), line


def is_number(text: str) -> bool:
    """Whether a text is a locator."""
    return bool(NUMBER.fullmatch(text.strip()))


def locators(line: Element) -> list[Link]:
    """The locators of a line."""
    return [link for link in line.links() if is_number(link.text.replace("\n", ""))]


def test_each_locator_of_the_subject_index_is_a_page_with_a_mark_and_each_mark_is_in_the_index(
    book: Reading, sources: Sources
) -> None:
    cited = Cited(book, sources, "subject")
    assert cited.marks > 100
    covered: dict[Entry, set[Page]] = {}
    for entry, line in index_lines(book, "Subject index"):
        for link in locators(line):
            number = NUMBER.fullmatch(link.text.replace("\n", ""))
            assert number
            pages = pages_of_range(book, number["first"], number["end"])
            kind = (number["behind"] or "")[:1]
            assert link.target == pages[0], f"{entry}: {link.text} leads to page {link.target}"
            assert (pages[0], kind) in cited.starts[entry], f"{entry}: {link.text}"
            covered.setdefault(entry, set()).update((page, kind) for page in pages)
    # A note is not cited where the page's text is (Chicago 16.111).
    wanted = {
        entry: {(page, kind) for page, kind in pages if kind != "n" or (page, "") not in pages}
        for entry, pages in cited.pages.items()
    }
    assert covered == wanted


def test_the_main_discussion_of_a_headword_is_set_in_bold_and_nothing_else_is(book: Reading, sources: Sources) -> None:
    cited = Cited(book, sources, "subject")
    bold = {
        (entry, link.target)
        for entry, line in index_lines(book, "Subject index")
        for element in line.all("Link")
        for link in Element("P", "", [element]).links()
        if is_number(link.text) and all("Bold" in run.font for run in element.runs())
    }
    assert bold == {(entry, page) for entry, pages in cited.main.items() for page in pages}


def test_each_see_and_see_also_leads_to_its_entry(book: Reading, sources: Sources) -> None:
    written = sources.yaml("index.yaml")
    headwords = {normal(str(entry["headword"])) for entry in written}
    as_list = [entry.get(key) or [] for entry in written for key in ("see", "see_also")]
    wanted = sum(1 if isinstance(targets, str) else len(targets) for targets in as_list)
    pointers = [
        link
        for line in part_named(book, "Subject index").all("P")
        for link in line.links()
        if not is_number(link.text.replace("\n", ""))
    ]
    assert len(pointers) == wanted
    for link in pointers:
        assert normal(link.text) in headwords
        assert link.target is not None
        assert text_at(book, link.target, link.point).startswith(normal(link.text)[:20])


def text_at(book: Reading, page: int, point: tuple[float, float]) -> str:
    """The comparable text of the line that starts at a point: to the right of it, and within 14 points below."""
    left, top = point
    runs = [run for run in book.runs[page] if run.left > left - 2 and top - 14 < run.baseline <= top and run.key >= 0]
    first = min(runs, key=lambda run: (run.left, -run.baseline))
    return normal(joined(run for run in runs if abs(run.baseline - first.baseline) < 4 and run.left < left + 160))


# --- the other registers ----------------------------------------------------------------------------------------------


def case_places(sources: Sources) -> Iterator[str]:
    """`City, ST` for each place that a case or a mark enters into the index of places."""
    for text in sources.texts:
        for case in text.header.get("cases") or []:
            if "places" in case:
                yield from case["places"]
            elif case["state"] != "US":
                yield f"{case['place']}, {case['state']}"
        yield from (f"{m.subentry}, {m.headword}" for block in text.blocks() for m in block.marks if m.kind == "place")


def test_each_place_is_in_the_index_of_places_and_on_the_pages_cited(book: Reading, sources: Sources) -> None:
    marked = Cited(book, sources, "place").starts
    told = {(place, page) for (_, place), starts in marked.items() for page, _ in starts}
    found: set[Entry] = set()
    for (state, place), line in index_lines(book, "Index of places"):
        for link in locators(line):
            number = NUMBER.fullmatch(link.text.replace("\n", ""))
            assert number
            pages = pages_of_range(book, number["first"], number["end"])
            assert link.target == pages[0]
            # A mark may stand where the text has other words for the place, such as “the District of Columbia”.
            assert place in book.page_text(pages[0]) or (place, pages[0]) in told, f"{place}, {link.text}"
            found.add((state, place))
    wanted = {(place.rpartition(", ")[2], normal(place.rpartition(", ")[0])) for place in case_places(sources)}
    assert Counter(place for _, place in found) == Counter(place for _, place in wanted)
    names = {place: state for state, place in found if [p for _, p in found].count(place) == 1}
    pairs = {(names[place], code) for code, place in wanted if place in names}
    assert len({state for state, _ in pairs}) == len({code for _, code in pairs}) == len(pairs)


def test_each_law_is_in_the_table_of_laws_and_on_the_pages_cited(book: Reading, sources: Sources) -> None:
    cases = [case for text in sources.briefs for case in text.header.get("cases") or [] if case.get("law")]
    rows = [row for row in part_named(book, "Table of laws").all("TR") if list(row.all("TD"))]
    found = set()
    for row in rows:
        place, law, number, year, _ = [cell.text for cell in row.all("TD")]
        for link in locators(row):
            printed = NUMBER.fullmatch(link.text)
            assert printed
            pages = pages_of_range(book, printed["first"], printed["end"])
            assert link.target == pages[0]
            assert normal(law) in book.page_text(pages[0]), law
            assert len({id(part_of(book, page)) for page in pages}) == 1
        assert locators(row), law
        found.add((normal(law), normal(number), year))
        assert any(normal(place).endswith(normal(case["place"])) for case in cases)
    year_of = [str(case.get("enacted") or case.get("effective") or "")[:4] for case in cases]
    assert found == {
        (normal(case["law"]), normal(str(case.get("number", ""))), year)
        for case, year in zip(cases, year_of, strict=True)
    }


def test_each_organization_that_a_brief_names_is_in_the_directory_and_on_the_pages_cited(
    book: Reading, sources: Sources
) -> None:
    named = {
        item["organization"]
        for brief in sources.briefs
        for key in ("partners", "resources")
        for item in brief.header.get(key) or []
    }
    names = [entry["name"] for entry in sources.yaml("organizations.yaml") if entry["id"] in named]
    found = []
    for item in part_named(book, "Directory of organizations").all("LI"):
        name = next(item.all("P")).text
        found.append(normal(name))
        assert locators(item), name
        for link in locators(item):
            printed = NUMBER.fullmatch(link.text)
            assert printed
            pages = pages_of_range(book, printed["first"], printed["end"])
            assert link.target == pages[0]
            for page in pages:
                assert normal(name) in book.page_text(page), name
    assert sorted(found) == sorted(map(normal, names))


# --- notes ------------------------------------------------------------------------------------------------------------


def note_links(part: Element) -> tuple[list[Link], list[Link]]:
    """The marks of the notes of a part, and the numbers that stand before the notes, in reading order."""
    links = part.links()
    marks = [link for link in links if re.search(r"\.note\.\d+$", link.name) and link.text.strip().isdecimal()]
    return marks, [link for link in links if re.search(r"\.ref\.\d+$", link.name)]


def test_each_note_mark_leads_to_its_note_and_each_note_leads_back(book: Reading, sources: Sources) -> None:
    total = 0
    for text in sources.texts:
        marks, notes = note_links(part_named(book, text.title))
        assert len(marks) == marks_written(text), text.id
        total += len(marks)
        assert [note.text for note in notes] == [str(n) for n in range(1, len(notes) + 1)], text.id
        assert list(dict.fromkeys(mark.text.strip() for mark in marks)) == [note.text for note in notes], text.id
        number_of = {note.text: note for note in notes}
        for mark in marks:
            note = number_of[mark.text.strip()]
            assert mark.target == note.page
            assert stands_at(note, mark.point), f"{text.id}: note {mark.text}"
        for note in notes:
            first = next(mark for mark in marks if mark.text.strip() == note.text)
            assert note.target == first.page
            assert stands_at(first, note.point), f"{text.id}: back from note {note.text}"
    assert total > 100


def stands_at(link: Link, point: tuple[float, float]) -> bool:
    """Whether a link stands where a destination leads: at its left edge, and no more than a line below its top."""
    left, bottom, _, top = link.box
    return abs(left - point[0]) < 16 and bottom - 4 <= point[1] <= top + 14


def test_each_link_has_a_place_where_a_finger_or_a_pointer_can_touch_it(book: Reading) -> None:
    flat = [
        f"page {book.numbers[link.page]}: “{link.text}”"
        for link in book.links
        if link.box[2] - link.box[0] < 2 or link.box[3] - link.box[1] < 3.9
    ]
    assert not flat


# --- folios, running heads, blank pages -------------------------------------------------------------------------------


def test_page_labels_are_the_printed_folios_and_no_label_stands_twice(book: Reading) -> None:
    labels = book.pdf.page_labels
    assert [label for label, folio in zip(labels, book.folios, strict=True) if folio] == list(filter(None, book.folios))
    assert sum(map(bool, book.folios)) > book.count / 2
    for page in range(1, book.count):
        assert labels[page] == book.numbers[page]
    assert len(set(labels)) == len(labels)


def test_front_matter_is_counted_in_roman_and_the_body_from_one(book: Reading, sources: Sources) -> None:
    body = part_named(book, sources.parts[0][0]).pages()[0]
    front = book.numbers[1:body]
    assert front[0] == "i"
    assert all(previous(after) == before for before, after in itertools.pairwise(front))
    assert all(not folio.isdecimal() for folio in front)
    assert book.numbers[body:] == [str(number) for number in range(1, book.count - body + 1)]


def test_rectos_have_odd_folios_at_the_right_and_versos_even_ones_at_the_left(book: Reading) -> None:
    parities = ["x"] + [str(number) for number in range(1, 200)]
    for page, folio in enumerate(book.folios):
        if folio:
            run = next(run for run in book.runs[page] if run.key < 0 and run.text.strip() == folio)
            trim = book.pdf.pages[page].trimbox
            middle = (float(trim.left) + float(trim.right)) / 2
            odd = (parities.index(folio) if folio.isdecimal() else book.numbers[1:].index(folio) + 1) % 2 == 1
            assert (run.left > middle) == odd, folio


def test_margins_are_wider_at_the_spine_on_both_sides(book: Reading, sources: Sources) -> None:
    inner = float(sources.edition["page"]["margin_inner"].split()[0])
    outer = float(sources.edition["page"]["margin_outer"].split()[0])
    for page in range(1, book.count):
        trim = book.pdf.pages[page].trimbox
        recto = page_is_recto(book, page)
        side = (inner + outer) / 2
        shift = (inner - outer) / 2
        assert float(trim.left) == pytest.approx(-shift if recto else shift)
        assert side - float(trim.left) == pytest.approx(inner if recto else outer)


def page_is_recto(book: Reading, page: int) -> bool:
    """Whether a page behind the cover is a right-hand one."""
    number = book.numbers[page]
    return (int(number) if number.isdecimal() else book.numbers[1:].index(number) + 1) % 2 == 1


def test_running_heads_name_the_part_on_versos_and_the_text_on_rectos(book: Reading, sources: Sources) -> None:
    part_title = {brief.title: title for title, briefs in sources.parts for brief in briefs}
    short = {text.title: text.short_title for text in sources.texts}
    seen = 0
    for part in book.parts:
        for page in part.pages():
            trim = book.pdf.pages[page].trimbox
            head = [run for run in book.runs[page] if run.key < 0 and run.baseline > float(trim.top) - 60]
            text = joined(run for run in head if not run.text.strip().isdecimal())
            if page == part.pages()[0] or not book.folios[page]:
                assert text == ""
            elif page_is_recto(book, page):
                assert text == short.get(part.title, part.title)
                seen += 1
            else:
                assert text == part_title.get(part.title, sources.edition["title"])
                seen += 1
    assert seen > 20


def test_units_open_on_the_right_where_the_edition_says_so(book: Reading, sources: Sources) -> None:
    opens = sources.edition["opens_on"]
    units = {
        "front": [text.title for text in sources.matter("front") if text.id not in FRONT_ON_ANY]
        + ["Half title", "Title page", "Contents"],
        "part": [title for title, _ in sources.parts],
        "brief": [brief.title for brief in sources.briefs],
        "back": [text.title for text in sources.matter("back")]
        + ["Glossary", "Directory of organizations", "Table of laws", "Index of places", "Subject index"],
    }
    for kind, titles in units.items():
        for title in titles:
            page = part_named(book, title).pages()[0]
            assert opens[kind] == "any" or page_is_recto(book, page), title
    copyright_page = part_named(book, next(t.title for t in sources.texts if t.id == "copyright")).pages()[0]
    assert copyright_page == part_named(book, "Title page").pages()[0] + 1


def test_blank_pages_are_blank_versos_before_a_unit_that_opens_on_the_right(book: Reading) -> None:
    blank = [page for page in range(book.count) if not any(run.key >= 0 for run in book.runs[page])]
    firsts = {part.pages()[0] for part in book.parts}
    for page in blank:
        assert not list(book.pdfium[page].get_objects()), book.numbers[page]
        assert not book.pdf.pages[page].get("/Annots")
        assert not page_is_recto(book, page)
        assert page + 1 in firsts
    covered = sorted(page for part in book.parts for page in part.pages())
    assert sorted(covered + blank) == list(range(book.count))


# --- bookmarks --------------------------------------------------------------------------------------------------------


def test_bookmarks_mirror_the_headings_of_the_sources_and_lead_to_them(book: Reading, sources: Sources) -> None:
    wanted: list[tuple[int, str]] = []
    for text in sources.matter("front"):
        if text.id != "copyright":
            wanted += [(1, text.title), *((2, heading) for heading in text.headings(2))]
    for title, briefs in sources.parts:
        wanted.append((1, title))
        for brief in briefs:
            wanted += [(2, brief.title), *((3, heading) for heading in brief.headings(2))]
            wanted += [(3, "Notes")] if marks_written(brief) else []
    for text in sources.matter("back"):
        wanted += [(1, text.title), *((2, heading) for heading in text.headings(2))]
    made = {"Contents", "Tables and figures", "Glossary", "Directory of organizations", "Table of laws"}
    made |= {"Index of places", "Subject index"}
    written = [mark for mark in book.bookmarks if mark.title not in made or mark.level != 1]
    assert [(mark.level, normal(mark.title)) for mark in written] == [(level, normal(t)) for level, t in wanted]
    assert {mark.title for mark in book.bookmarks if mark.level == 1} >= made


def test_each_bookmark_leads_to_the_page_on_which_its_heading_stands(book: Reading) -> None:
    headings = [(normal(h.text), h.pages()[0]) for part in book.parts for h in part.all("H1", "H2") if h.text]
    for mark in book.bookmarks:
        assert (normal(mark.title), mark.page) in headings, mark.title


# --- the file ---------------------------------------------------------------------------------------------------------


def objects(pdf: pypdf.PdfReader) -> Iterator[Any]:
    """Every object of a file that is a dictionary."""
    size: Any = pdf.trailer["/Size"]
    for number in range(1, int(size)):
        thing: Any = pdf.get_object(number)
        if isinstance(thing, dict):
            yield thing


def test_all_fonts_are_the_books_own_embedded_as_one_subset_each(book: Reading) -> None:
    fonts = [thing for thing in objects(book.pdf) if thing.get("/Type") == "/Font"]
    names = [str(font["/BaseFont"])[1:] for font in fonts if font["/Subtype"] == "/Type0"]
    assert {str(font["/Subtype"]) for font in fonts} == {"/Type0", "/CIDFontType2"}
    assert all(re.fullmatch(r"[A-Z]{6}\+Book-(Serif|Sans)(-(Light|Semi-Bold|Bold))?(-Italic)?", name) for name in names)
    faces = [name.partition("+")[2] for name in names]
    assert len(set(faces)) == len(faces)
    descriptors = [thing for thing in objects(book.pdf) if thing.get("/Type") == "/FontDescriptor"]
    assert len(descriptors) == len(names)
    assert all("/FontFile2" in descriptor for descriptor in descriptors)
    assert {run.font for runs in book.runs for run in runs} <= set(names)


def test_the_file_is_valid_pdf_ua(shipped: Shipped) -> None:
    report = page_validation.validate_pdf(str(shipped.screen), profile="ua1")
    assert report.is_compliant, [str(failure) for failure in report.failures][:10]


def test_all_boxes_are_the_trim(book: Reading) -> None:
    for page in book.pdf.pages:
        boxes = {tuple(map(float, box)) for box in (page.mediabox, page.cropbox, page.bleedbox, page.trimbox)}
        assert len(boxes) == 1
        assert (float(page.trimbox.width), float(page.trimbox.height)) == (504, 720)
        assert "/ArtBox" not in page
        assert page.get("/Rotate", 0) == 0


def test_metadata_is_the_editions_and_no_clocks(book: Reading, sources: Sources) -> None:
    edition, metadata = sources.edition, book.pdf.metadata
    assert metadata is not None
    assert metadata.title == f"{edition['title']}: {edition['subtitle']}"
    assert metadata.author == edition["publisher"]
    assert book.pdf.root_object["/Lang"] == edition["language"]
    preferences: Any = book.pdf.root_object["/ViewerPreferences"]
    assert preferences["/DisplayDocTitle"]
    xmp: Any = book.pdf.root_object["/Metadata"]
    text = xmp.get_object().get_data().decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?", text)) == {f"{edition['date']}T00:00:00Z"}
    moments = [str(metadata[key]) for key in ("/CreationDate", "/ModDate") if key in metadata]
    assert moments
    assert all(moment.startswith(f"D:{str(edition['date']).replace('-', '')}000000") for moment in moments)


def test_no_page_holds_text_that_a_renderer_does_not_show(shipped: Shipped, book: Reading) -> None:
    """pdfium draws ink on every page with text, and nothing on every blank one."""
    with pypdfium2.PdfDocument(shipped.screen) as pdf:
        for number, page in enumerate(pdf):
            shades = page.render(scale=0.2, grayscale=True).to_pil().getextrema()
            assert (shades[0] < 250) == bool(book.runs[number])


def test_the_manifest_tells_the_truth_about_the_files(shipped: Shipped) -> None:
    manifest = json.loads((shipped.folder / "manifest.json").read_text("utf-8"))
    files = {path.relative_to(shipped.folder).as_posix() for path in shipped.folder.rglob("*") if path.is_file()}
    assert files == {file["path"] for file in manifest["files"]} | {"manifest.json"}
    for file in manifest["files"]:
        content = (shipped.folder / file["path"]).read_bytes()
        assert file["bytes"] == len(content)
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        is_pdf = file["path"].endswith(".pdf")
        assert file["pages"] == (len(pypdf.PdfReader(shipped.folder / file["path"]).pages) if is_pdf else 0)
    assert manifest["edition"] == EDITION
    assert re.fullmatch(r"[0-9a-f]{64}", manifest["source_sha256"])


# --- the same bytes ---------------------------------------------------------------------------------------------------


def test_another_folder_process_and_time_zone_give_the_same_bytes(
    shipped: Shipped, checkout: Path, tmp_path: Path
) -> None:
    shutil.copytree(checkout / "content" / EDITION, tmp_path / "content" / EDITION)
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    command = [sys.executable, str(checkout / "build.py"), "--project", str(tmp_path), "build", "--jobs", "1"]
    environment.pop("SOURCE_DATE_EPOCH", None)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    delivered = tmp_path / "output" / EDITION
    assert (delivered / "screen.pdf").read_bytes() == shipped.screen.read_bytes()
    assert (delivered / "manifest.json").read_bytes() == (shipped.folder / "manifest.json").read_bytes()


def test_a_warm_cache_gives_the_same_bytes_in_one_round(shipped: Shipped, tmp_path: Path) -> None:
    output = tmp_path / "warm"
    shutil.copytree(shipped.order.output, output)
    (output / EDITION / "screen.pdf").unlink()
    said: list[str] = []
    built = build(replace(shipped.order, output=output, jobs=1, progress=said.append))
    assert (output / EDITION / "screen.pdf").read_bytes() == shipped.screen.read_bytes()
    assert built.rounds == 1
