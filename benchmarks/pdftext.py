"""The text of a finished PDF as pdfium extracts it, page by page: the type area apart from heads and folios."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from benchmarks import page

_FOLIO = re.compile(r"(?:^|\s)(\d{1,4}|[ivxlc]+)\s*$")


@dataclass(frozen=True, slots=True)
class PageText:
    """A page: the text of its type area, lines ending in a line feed, and the text of its foot."""

    text: str
    foot: str


def read(pdf: Path) -> tuple[PageText, ...]:
    """The pages of a file in order."""
    with pypdfium2.PdfDocument(pdf) as document:
        return tuple(_page(document[number]) for number in range(len(document)))


def _page(leaf: pypdfium2.PdfPage) -> PageText:
    text = leaf.get_textpage()
    width, height = leaf.get_size()
    area = text.get_text_bounded(left=0, bottom=page.FOOT - 8, right=width, top=height - page.TOP + 12)
    foot = text.get_text_bounded(left=0, bottom=0, right=width, top=page.FOOT - 8)
    text.close()
    leaf.close()
    return PageText(_plain(area), _plain(foot))


def _plain(text: str) -> str:
    """The text without the marks that hyphenation leaves, with one kind of hyphen, space and line's end."""
    joined = re.sub("\ufffe|[-\u00ad\u2010](?=\r?\n[a-z])", "\u00ad", text)
    joined = re.sub("\u00ad(?:\r?\n)?", "", joined)
    return joined.replace("\u2010", "-").replace("\u00a0", " ").replace("\r\n", "\n").replace("\ufb01", "fi")


def folios(pages: tuple[PageText, ...]) -> tuple[int, ...]:
    """The arabic folio of each page as its foot has it; one that is not printed is counted from its neighbors.

    Front matter has negative numbers, so that no reference can mean it.
    """
    printed = [_FOLIO.search(leaf.foot) for leaf in pages]
    arabic = {n: int(found[1]) for n, found in enumerate(printed) if found and found[1].isdigit()}
    offset = Counter(n - folio for n, folio in arabic.items()).most_common(1)[0][0] if arabic else -1
    front = [n for n, found in enumerate(printed) if found and not found[1].isdigit()]
    start = max(front, default=-1) + 1
    return tuple(arabic.get(n, n - offset if n >= start else -1) for n in range(len(pages)))
