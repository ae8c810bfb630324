"""What the search of the site looks through: the text of every brief, section by section.

It is a script that hands over a list, since pages that are opened from a file may not read other files. It is fetched
when somebody first looks for something.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from policybook.book import Brief, Division
from policybook.text import (
    Aside,
    Block,
    CaseStudy,
    Figure,
    Heading,
    ItemList,
    Paragraph,
    Quotation,
    Section,
    Table,
    plain,
)
from policybook.web_site import Site

#: The name under which the script hands the list over.
_NAME = "policybookSearch"


def search_index(site: Site) -> bytes:
    """The script: a list of (address, brief, heading, folio, text)."""
    rows = [row for division in site.book.briefs() for row in _rows(site, division)]
    data = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    # What would end a script, and what older engines took for the end of a line.
    for sign in "<>&\u2028\u2029":
        data = data.replace(sign, f"\\u{ord(sign):04x}")
    return f"window.{_NAME} = {data};\n".encode()


def _rows(site: Site, division: Division) -> Iterator[tuple[str, str, str, str, str]]:
    assert isinstance(division.content, Brief)

    def row(anchor: str, heading: str, words: Iterable[str]) -> tuple[str, str, str, str, str]:
        text = " ".join(filter(None, (" ".join(piece.split()) for piece in words)))
        return site.href("index.html", anchor), division.title, heading, str(site.pagination.folio(anchor)), text

    content = division.content
    yield row(division.id, "", [plain(content.summary), *(f"{f.value} {plain(f.text)}" for f in content.key_figures)])
    for section in content.sections:
        heading, anchor = _headed(section, division)
        pieces = [block for block in section.blocks if not isinstance(block, CaseStudy)]
        if words := list(_texts(pieces)):
            yield row(anchor, heading, words)
        for block in section.blocks:
            if isinstance(block, CaseStudy):
                yield row(block.case.anchor, f"{heading}: {block.case.place}".removeprefix(": "), _texts([block]))


def _headed(section: Section, division: Division) -> tuple[str, str]:
    return (plain(section.heading.inlines), section.heading.anchor) if section.heading else ("", division.id)


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    """The words of blocks, in reading order."""
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                yield plain(block.inlines)
            case ItemList():
                for item in block.items:
                    yield from _texts(item)
            case Quotation():
                yield from _texts(block.blocks)
            case Aside():
                yield block.title
                yield from _texts(block.blocks)
            case CaseStudy():
                yield from _case(block)
            case Table():
                yield plain(block.caption)
                for row in block.rows:
                    yield " ".join(row)
            case Figure():
                yield from (plain(block.caption), block.alt)
            case _:
                pass


def _case(block: CaseStudy) -> Iterator[str]:
    case = block.case
    yield from (case.place, case.law, case.number, case.status)
    yield from _texts(block.blocks)
    yield from (f"{figure.value} {plain(figure.text)}" for figure in case.figures)
    yield from (plain(outcome.text) for outcome in case.outcome)
