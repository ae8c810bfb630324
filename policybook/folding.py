"""Fold: the sheets of a division become a gathering, ready to be bound. Done next to their layout, and cached with it.

What is page by page is done here, once: the tags are made right, the links are cut loose, late numbers are found, and
all objects are written in the form that they have in the bound file (ISO 32000-1; WeasyPrint 70 writes what is read).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import count
from pathlib import Path
from urllib.parse import unquote

import pikepdf
from pikepdf import Array, Object, Pdf, String

from policybook.diagnostics import Problem
from policybook.folding_figures import find_figures, shown
from policybook.folding_fonts import take_fonts, with_figures
from policybook.folding_objects import FoldedObjects, even
from policybook.folding_roles import give_roles
from policybook.folding_tags import (
    Annotated,
    Element,
    joined,
    marks,
    read_structure,
    with_artifacts,
    words_of,
    written,
)
from policybook.gathering import NOBODY, Figures, FontUse, Gathering, Link, Page, pack
from policybook.late import in_order, placeholder
from policybook.pdf_file import LEVEL
from policybook.sheets import Sheets

#: The scheme of links to an anchor of the book, which leave the layout engine as links to an address.
SCHEME = "book:"


def fold(sheets: Sheets, late: Sequence[str], files: Mapping[str, Path]) -> Gathering:
    """The gathering of sheets that print the `late` numbers, whatever their digits.

    `files` maps the name of each font, as it stands in the sheets behind the subset prefix, to its static TrueType
    file.
    A page number that isn't found on the sheets as a late number, or a character that its font lacks, is among the
    problems (LAYT001, FONT001); MachineError for a font that is not in `files`.
    """
    with pikepdf.open(BytesIO(sheets.pdf)) as source:
        folded = _Folding(source, sheets, late, files).gathering()
    return replace(folded, digest=hashlib.sha256(pack(folded)).hexdigest())


class _Folding:
    """The folding of one division: its objects under the numbers that they get, from 0, the pages first."""

    def __init__(self, source: Pdf, sheets: Sheets, late: Sequence[str], files: Mapping[str, Path]) -> None:
        self.source, self.sheets, self.late, self.files = source, sheets, late, files
        self.numbers = count(sheets.count)
        self.part = next(self.numbers)
        self.objects = FoldedObjects(source, sheets.division, self.numbers)
        self.problems = list(sheets.problems)

    def gathering(self) -> Gathering:
        """All of it."""
        fonts, missing = take_fonts(self.source, self.sheets.division, self.files)
        self.problems += missing
        resources, drawings = self.objects.resources()
        contents = [b"q\n%b\nQ" % even(page.obj.Contents) for page in self.source.pages]
        top, links = self._structure(contents, fonts)
        late, fonts = self._late(contents, top, fonts)
        parents = _parents(top, self.sheets.count)
        pages = [
            Page(content if numbers else zlib.compress(content, LEVEL), tuple(numbers), tuple(owners), tuple(leading))
            for content, numbers, owners, leading in zip(contents, late, parents, links, strict=True)
        ]
        return Gathering(
            division=self.sheets.division,
            count=self.sheets.count,
            anchors=self.sheets.anchors,
            language=str(self.source.Root.get("/Lang", "")),
            size=next(self.numbers),
            pages=tuple(pages),
            plain=tuple(self.objects.plain),
            streams=tuple(self.objects.streams),
            images=self.objects.images,
            resources=resources,
            drawings=drawings,
            top=tuple(element.number for element in top),
            ids=tuple((element.id, element.number) for branch in top for element in branch.all() if element.id),
            fonts=tuple(fonts),
            numbers=len(self.late),
            part=self.part,
            problems=tuple(self.problems),
        )

    # structure and links

    def _structure(self, contents: list[bytes], fonts: Sequence[FontUse]) -> tuple[list[Element], list[list[Link]]]:
        """The topmost elements, all of them written, and the links of each page. Contents get their artifacts."""
        annotations = [(page, a) for page, p in enumerate(self.source.pages) for a in p.obj.get("/Annots", Array())]
        places = {annotation.objgen[0]: index for index, (_, annotation) in enumerate(annotations)}
        root = read_structure(self.source, self.sheets.division, places)
        anchors = {index: _anchor(annotation) for index, (_, annotation) in enumerate(annotations)}
        if root.kids:
            height = float(self.source.pages[0].trimbox[3])
            words = words_of(contents, fonts)
            artifacts = give_roles(root, self.sheets.division, anchors, words, height)
            for page in range(len(contents)):
                contents[page] = with_artifacts(contents[page], {place for of, place in artifacts if of == page})
        top = joined(root)
        elements = [element for branch in top for element in branch.all()]
        for element in elements:
            element.number = next(self.numbers)
        owners = {kid.annotation: e for e in elements for kid in e.kids if isinstance(kid, Annotated)}
        numbers = {index: next(self.numbers) for index in sorted(owners)}
        above = {kid: element.number for element in elements for kid in element.elements()}
        for element in elements:
            self.objects.plain.append((element.number, written(element, above.get(element, self.part), numbers)))
        links: list[list[Link]] = [[] for _ in range(self.sheets.count)]
        for index, number in numbers.items():
            page, annotation = annotations[index]
            links[page].append(_link(annotation, number, owners[index].number))
        return top, links

    # late numbers

    def _late(
        self, contents: Sequence[bytes], top: Sequence[Element], fonts: Sequence[FontUse]
    ) -> tuple[list[list[tuple[int, Figures]]], list[FontUse]]:
        """The late numbers of each page, and the fonts with all figures that they may need."""
        cuts = {use.key: self.files[use.name] for use in fonts if use.figures}
        found = [(page, *place) for page, content in enumerate(contents) for place in find_figures(content, cuts)]
        order = {(page, mark): index for index, (page, mark, _) in enumerate(marks(top))}
        found.sort(key=lambda place: order.get((place[0], place[1]), -1))
        found = [found[at] for at in in_order([shown(contents[page], figures) for page, _, _, figures in found])]
        standing = [shown(contents[page], figures) for page, _, _, figures in found]
        if standing != [placeholder(index, len(number)) for index, number in enumerate(self.late)]:
            said = f"{self.sheets.division}: {len(self.late)} page numbers are printed, and {len(found)} are found"
            remedy = "print each in an element of the class `late`, in the order of the text"
            self.problems.append(Problem("LAYT001", said, hint=remedy))
            return [[] for _ in contents], list(fonts)
        late: list[list[tuple[int, Figures]]] = [[] for _ in contents]
        for index, (page, _, _, figures) in enumerate(found):
            late[page].append((index, figures))
        used: dict[str, set[tuple[bytes, ...]]] = {}
        for _, _, key, figures in found:
            used.setdefault(key, set()).add(figures.codes)
        return late, [with_figures(use, used.get(use.key, ())) for use in fonts]


def _parents(top: Sequence[Element], pages: int) -> list[list[int]]:
    """By page and mark, the number of the element that the mark belongs to, or NOBODY (ISO 32000-1, 14.7.4.4)."""
    owners: list[dict[int, int]] = [{} for _ in range(pages)]
    for page, place, element in marks(top):
        owners[page][place] = element.number
    return [[of.get(place, NOBODY) for place in range(max(of, default=-1) + 1)] for of in owners]


def _link(annotation: Object, number: int, element: int) -> Link:
    """A link annotation, to a place of the book or to an address."""
    entries = b"".join(b"%s %s" % (key.encode(), annotation[key].unparse()) for key in ("/Rect", "/BS"))
    if anchor := _anchor(annotation):
        return Link(number, entries, element, anchor)
    address = str(annotation.A.URI)
    # WeasyPrint describes a link by its bare address.
    mail = address.removeprefix("mailto:")
    words = f"Web page: {address}" if mail == address else f"E-mail: {unquote(mail)}"
    return Link(number, entries, element, "", annotation.A.unparse(resolved=True), words)


def _anchor(annotation: Object) -> str:
    """The place of the book that an annotation leads to, or an empty string."""
    if isinstance(annotation.get("/Dest"), String):
        return str(annotation.Dest)
    address = str(annotation.A.URI) if "/A" in annotation else ""
    return unquote(address.removeprefix(SCHEME)) if address.startswith(SCHEME) else ""
