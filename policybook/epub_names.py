"""Names within the EPUB: the file of a division, the fragment of an anchor, addresses of the web.

A fragment is an XML name (epubcheck asks for one, though HTML does not), so it may not start with a digit as an anchor
may. Anchors have no underscore: what the EPUB itself names has one, so that the two never meet.
"""

from __future__ import annotations

from urllib.parse import quote

_DIGITS = frozenset("0123456789")
#: What a URL may hold as it stands (RFC 3986, 2.2 and 2.3), and the percent sign of what is escaped already.
_URL_CHARACTERS = ":/?#@!$&'()*+,;=%-._~"


def fragment(anchor: str) -> str:
    """The id of an anchor's element."""
    return f"_{anchor}" if anchor[:1] in _DIGITS else anchor


def anchor_of(fragment: str) -> str:
    """The anchor whose element has the id."""
    return fragment.removeprefix("_")


def file_of(anchor: str) -> str:
    """The file of the division that an anchor is in, in the folder of the divisions."""
    return f"{anchor.partition('.')[0]}.xhtml"


def leads(anchor: str) -> str:
    """The address of an anchor, from the folder of the divisions."""
    return f"{file_of(anchor)}#{fragment(anchor)}"


def page_fragment(folio: str) -> str:
    """The id of the mark at which a page of the print edition begins."""
    return f"page_{folio}"


def address(url: str) -> str:
    """An address of the web with everything escaped that may not stand in a URL."""
    return quote(url, safe=_URL_CHARACTERS)
