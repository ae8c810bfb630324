"""What a tool has delivered, read from its PDF and from nothing that the tool says of itself.

Notes, references and index entries are found by the numbers of six digits that `benchmarks.model` gives them. Where a
number stands is the truth; what is printed about it is compared with that.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pikepdf

from benchmarks.index import Entry, Passage, entries
from benchmarks.model import Book, references
from benchmarks.pdftext import PageText, folios, read

_CODE = re.compile(r"(?<!\d)[1-4]\d{5}(?!\d)")
_REFERENCE = re.compile(r"(?<!\d)2\d{5}(?!\d)")
_PAGE = re.compile(r"\s*\(\s*page\s*(\d+)\s*\)")
_LOCATORS = r"((?:,\s*\d+(?:\s?[–-]\s?\d+)?)*)"
#: Where a line of the index may start. Extractors don't keep all ends of lines, but a pointer's target is no line.
_STARTS = r"(?<!also )(?<!also)(?<!see )(?<!See )(?<![A-Za-z-])"
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of the book, and the codes of those that are not in the file and of those that are there twice."""

    expected: int
    lost: tuple[int, ...]
    doubled: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class References:
    """Cross-references whose printed page is the target's, is not, or is not printed at all."""

    right: int
    wrong: tuple[str, ...]
    bare: int


@dataclass(frozen=True, slots=True)
class Index:
    """The lines of the index that have locators: those whose pages are right, wrong, or that are not there.

    `repeated` counts lines in which a page is given twice, or that of a range again.
    """

    lines: int
    right: int
    wrong: tuple[str, ...]
    missing: tuple[str, ...]
    repeated: int


@dataclass(frozen=True, slots=True)
class Structure:
    """What else is in the file: elements of the structure tree by type, links, bookmarks, fonts and page labels."""

    tagged: bool
    elements: Mapping[str, int]
    links: int
    bookmarks: int
    font_programs: int
    font_names: int
    page_labels: bool


@dataclass(frozen=True, slots=True)
class Delivered:
    """Everything that is asked of one PDF."""

    pages: int
    bytes: int
    notes: Notes
    references: References
    index: Index
    structure: Structure

    def as_dict(self) -> dict[str, object]:
        """The same as JSON can hold it; of long lists only the first few, and how many there are."""
        shown = asdict(self)
        for group, name in (
            ("notes", "lost"),
            ("notes", "doubled"),
            ("references", "wrong"),
            ("index", "wrong"),
            ("index", "missing"),
        ):
            found = shown[group][name]
            shown[group][name] = len(found)
            shown[group][f"{name}_first"] = list(found[:_SHOWN])
        return shown


def examine(pdf: Path, book: Book) -> Delivered:
    """Compare a PDF with the book that it was made from."""
    pages = read(pdf)
    numbers = folios(pages)
    start = index_start(pages)
    found = _places(pages[:start])
    folio_of = {code: numbers[leaves[0]] for code, leaves in found.items()}
    return Delivered(
        pages=len(pages),
        bytes=pdf.stat().st_size,
        notes=check_notes(book, found),
        references=check_references(book, pages, folio_of),
        index=check_index(book, "\n".join(leaf.text for leaf in pages[start:]), folio_of),
        structure=structure(pdf),
    )


def index_start(pages: Sequence[PageText]) -> int:
    """The first page of the index: the last page on which a line starts with its title."""
    titled = [n for n, leaf in enumerate(pages) if re.search(r"^\s*Subject\s*index\b", leaf.text, re.MULTILINE)]
    return titled[-1] if titled else len(pages)


def _places(pages: Sequence[PageText]) -> dict[int, list[int]]:
    """Code → the pages on which it stands, once for each time."""
    found: dict[int, list[int]] = defaultdict(list)
    for n, leaf in enumerate(pages):
        for code in _CODE.findall(leaf.text):
            found[int(code)].append(n)
    return dict(found)


def check_notes(book: Book, found: Mapping[int, Sequence[int]]) -> Notes:
    """Each note is in the file exactly once."""
    codes = [note.code for brief in book.briefs for note in brief.notes]
    counts = {code: len(found.get(code, ())) for code in codes}
    lost = tuple(code for code in codes if counts[code] == 0)
    return Notes(len(codes), lost, tuple(code for code in codes if counts[code] > 1))


def check_references(book: Book, pages: Sequence[PageText], folio_of: Mapping[int, int]) -> References:
    """The page that stands behind each cross-reference is that of the first words of its target."""
    printed = _printed_pages(pages)
    target = {brief.id: folio_of.get(brief.code, -1) for brief in book.briefs}
    right, bare, wrong = 0, 0, []
    for reference in references(book):
        said = printed.get(reference.code)
        if said is None:
            bare += 1
        elif said == target[reference.brief]:
            right += 1
        else:
            wrong.append(f"{reference.code}: page {said}, but {reference.brief} is on {target[reference.brief]}")
    return References(right, tuple(wrong), bare)


def _printed_pages(pages: Sequence[PageText]) -> dict[int, int]:
    """Code of a cross-reference → the number printed behind it.

    Where the page ends between the two, the number is the next page's first that has no code of its own before it.
    """
    printed = {}
    for leaf, following in zip(pages, (*pages[1:], PageText("", "")), strict=True):
        for found in _REFERENCE.finditer(leaf.text):
            said = _PAGE.match(leaf.text, found.end())
            if not said:
                first = _REFERENCE.search(following.text)
                said = _PAGE.search(following.text, 0, first.start() if first else len(following.text))
            if said:
                printed[int(found[0])] = int(said[1])
    return printed


def check_index(book: Book, text: str, folio_of: Mapping[int, int]) -> Index:
    """Each headword and subentry is there, and cites the pages on which its marks stand, no more and no fewer."""
    right, repeated = 0, 0
    wrong: list[str] = []
    missing: list[str] = []
    known = entries(book)
    spans = _spans(known, text)
    for entry in known:
        span = spans.get(entry.headword.headword)
        for label, passages in _lines(entry):
            name = f"{entry.headword.headword} > {label}" if label else entry.headword.headword
            said = _said(label, span)
            if said is None:
                missing.append(name)
                continue
            pages = [page for locator in said for page in locator]
            if set(pages) == _cited(passages, folio_of):
                right += 1
            else:
                wrong.append(f"{name}: {sorted(set(pages))} instead of {sorted(_cited(passages, folio_of))}")
            repeated += len(pages) != len(set(pages))
    return Index(right + len(wrong) + len(missing), right, tuple(wrong), tuple(missing), repeated)


def _lines(entry: Entry) -> Iterable[tuple[str, tuple[Passage, ...]]]:
    """The lines of an entry that have locators: its own as an empty label, and its subentries."""
    if entry.passages:
        yield "", entry.passages
    yield from entry.subentries


def _spans(known: Sequence[Entry], text: str) -> dict[str, str]:
    """Headword → the text of its entry, from behind the headword to the next one."""
    text = re.sub(r"(?i)(see(?: also)?)\s*\n\s*", r"\1 ", text)
    found: list[tuple[int, int, str]] = []
    at = 0
    for entry in known:
        pattern = re.compile(rf"{_STARTS}{_loose(entry.headword.headword)}(?=[,.\s]|$)")
        match = pattern.search(text, at) or pattern.search(text)
        if match:
            at = match.end()
            found.append((match.start(), match.end(), entry.headword.headword))
    found.sort()
    ends = [start for start, _, _ in found] + [len(text)]
    return {name: text[start:end] for (_, start, name), end in zip(found, ends[1:], strict=True)}


def _loose(words: str) -> str:
    """The words with any space between them, or none: Paged.js leaves it out on some pages."""
    return r"\s*".join(re.escape(word) for word in words.split())


def _said(label: str, span: str | None) -> list[range] | None:
    """The locators printed for a line of an entry, as ranges of pages; None if the line or its locators are missing."""
    if span is None:
        return None
    found = re.search(rf"{_STARTS}{_loose(label)}{_LOCATORS}" if label else rf"\A{_LOCATORS}", span)
    if not found or not found[1]:
        return None
    return [_range(*re.split(r"\s?[–-]\s?", one.strip())) for one in found[1].split(",")[1:]]


def _range(first: str, last: str = "") -> range:
    """“321–28” as the pages 321 to 328."""
    full = first[: len(first) - len(last)] + last if last and len(last) < len(first) else last or first
    return range(int(first), int(full) + 1)


def _cited(passages: Iterable[Passage], folio_of: Mapping[int, int]) -> set[int]:
    """The pages that passages run over."""
    return {
        page
        for passage in passages
        for page in range(folio_of.get(passage.first, -1), folio_of.get(passage.last, -1) + 1)
    }


def structure(pdf: Path) -> Structure:
    """Tags, links, bookmarks, fonts and page labels."""
    elements: Counter[str] = Counter()
    links = bookmarks = programs = 0
    names = set()
    with pikepdf.open(pdf) as document:
        root = document.Root
        for thing in document.objects:
            if not isinstance(thing, pikepdf.Dictionary):
                continue
            if "/S" in thing and "/P" in thing and "/K" in thing:
                elements[str(thing.S).lstrip("/")] += 1
            links += thing.get("/Subtype") == "/Link"
            bookmarks += "/Title" in thing and "/Parent" in thing
            if thing.get("/Type") == "/FontDescriptor":
                programs += 1
                names.add(re.sub(r"^/?[A-Z]{6}\+", "", str(thing.get("/FontName", ""))))
        tagged = "/StructTreeRoot" in root
        labels = "/PageLabels" in root
    return Structure(tagged, dict(sorted(elements.items())), links, bookmarks, programs, len(names), labels)


def page_differences(first: Path, second: Path) -> tuple[int, ...]:
    """The pages, counted from 1, whose text differs between two files; a page that only one of them has is one."""
    before, after = read(first), read(second)
    shared = [n for n, (a, b) in enumerate(zip(before, after, strict=False), 1) if a != b]
    return tuple(shared + list(range(min(len(before), len(after)) + 1, max(len(before), len(after)) + 1)))
