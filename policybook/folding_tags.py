"""The structure of one division (ISO 32000-1, 14.7): read as the layout engine wrote it, made right, written again.

WeasyPrint gives every line of text a Span of its own, every box in a link an annotation, and leaves what a list item
holds outside of its body. Here lines become marks of the element that they are lines of, so that a screen reader hears
a paragraph as one, and the tree has a fifth of the objects.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pikepdf import Array, Dictionary, Object, Pdf

from policybook.gathering import CODE, FontUse, mark
from policybook.pdf_file import dictionary, text_string

#: Entries of a structure element that are written anew (ISO 32000-1, table 323).
_WRITTEN = frozenset({"/Type", "/S", "/P", "/K", "/Pg", "/ID", "/A"})
#: Elements without a meaning of their own: if they hold nothing but text, the text is their parent's.
_PLAIN = frozenset({"Span", "NonStruct"})
_HEADERS = re.compile(rb"/Headers (\[[^\]]*\])")
_SHOWN = re.compile(rb"<</MCID (\d+)>>|/(\w+) [\d.]+ Tf\n\[([^\]]*)\] TJ")
_GLYPHS = re.compile(rb"<([0-9a-f]+)>")
_MARKED = re.compile(rb"/\w+\n<</MCID (\d+)>>\nBDC")


@dataclass(frozen=True, slots=True)
class Annotated:
    """A kid that is an annotation, by its place among those of the division."""

    annotation: int


@dataclass(slots=True, eq=False)
class Element:
    """A structure element: its role, page and kids (a number is a mark of that page), its other entries as written.

    `number` is that of its object, once it has one.
    """

    role: str
    page: int
    kids: list[Element | Annotated | int]
    entries: bytes = b""
    id: str = ""
    number: int = field(default=-1)

    def all(self) -> Iterator[Element]:
        """The element and those below it, in the order of the tree."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(element.elements())

    def elements(self) -> list[Element]:
        """The kids that are elements."""
        return [kid for kid in self.kids if isinstance(kid, Element)]


def read_structure(source: Pdf, division: str, annotations: Mapping[int, int]) -> Element:
    """The element that holds all of a division, each link with one annotation, and lines not joined yet.

    `annotations` are their places by the number of their object. Ids, and the /Headers that name them, get the
    division's id before them: they are object numbers of WeasyPrint's.
    """
    root = source.Root.get("/StructTreeRoot")
    if root is None:
        return Element("Document", 0, [])
    pages = {page.obj.objgen[0]: index for index, page in enumerate(source.pages)}
    top = _read(root.K[0], division, pages, annotations)
    _unite_links(top)
    return top


def joined(root: Element) -> list[Element]:
    """The topmost elements of a division, each with its lines as marks of its own."""
    for element in list(root.all()):
        give_list_body(element)
    for element in root.elements():
        _join_lines(element, top=True)
    return root.elements()


def _read(source: Object, division: str, pages: Mapping[int, int], annotations: Mapping[int, int]) -> Element:
    page = source.get("/Pg")
    kids: Any = source.get("/K", ())
    element = Element(str(source.S)[1:], 0 if page is None else pages[page.objgen[0]], [])
    for kid in kids if isinstance(kids, Array) else (kids,):
        if not isinstance(kid, Dictionary):
            element.kids.append(int(kid))
        elif "/S" in kid:
            element.kids.append(_read(kid, division, pages, annotations))
        else:
            # Without /S it is an object reference (ISO 32000-1, table 325); WeasyPrint writes no other kind.
            element.kids.append(Annotated(annotations[kid.Obj.objgen[0]]))
    if "/ID" in source:
        element.id = _qualified(source.ID, division)
    entries = [b"%s %s" % (key.encode(), _unparsed(value)) for key, value in source.items() if key not in _WRITTEN]
    if "/A" in source:
        entries.append(b"/A " + _attributes(source.A, division))
    element.entries = b"".join(entries)
    return element


def _unparsed(value: object) -> bytes:
    return value.unparse(resolved=True) if isinstance(value, Object) else str(value).encode("ascii")


def _attributes(attributes: Object, division: str) -> bytes:
    """The attributes of an element, with the /Headers of a cell qualified as the ids are."""
    headers = attributes.get("/Headers") if isinstance(attributes, Dictionary) else None
    written = _unparsed(attributes)
    if headers is None:
        return written
    names = b" ".join(text_string(_qualified(header, division)) for header in headers)
    return _HEADERS.sub(lambda _: b"/Headers [%b]" % names, written)


def _qualified(name: Object, division: str) -> str:
    return f"{division}.{name}"


def _unite_links(top: Element) -> None:
    """Leaves each link one annotation (PDF/UA-1, 7.18.5: it stands in the Link element).

    WeasyPrint gives every box inside a link, such as a word in italics, another one of its own, over the first.
    """
    for link in [element for element in top.all() if element.role == "Link"]:
        for inner in list(link.all())[1:]:
            # Text from a::before and a::after is a Link in the Link.
            inner.role = "Span" if inner.role == "Link" else inner.role
            inner.kids = [kid for kid in inner.kids if not isinstance(kid, Annotated)]


def give_list_body(item: Element) -> None:
    """Puts what an item holds besides its label into a body (ISO 32000-1, table 336: LI holds Lbl and LBody)."""
    loose = [kid for kid in item.elements() if kid.role not in {"Lbl", "LBody"}]
    if item.role != "LI" or not loose:
        return
    bodies = [kid for kid in item.elements() if kid.role == "LBody"]
    body = bodies[0] if bodies else Element("LBody", item.page, [])
    body.kids += loose
    item.kids = [*(kid for kid in item.kids if kid not in loose and kid not in bodies), *bodies[1:], body]


def _join_lines(element: Element, *, top: bool = False) -> None:
    """Makes the marks of plain elements those of the element that holds them, if they stand on its page.

    A plain one at the top, such as the area of a page's notes, takes only its own lines: what is in it stays apart.
    """
    kids: list[Element | Annotated | int] = []
    for kid in element.kids:
        if isinstance(kid, Element):
            is_line = _is_plain(kid)
            _join_lines(kid)
            joins = is_line if top and element.role in _PLAIN else _is_plain(kid)
            if joins and kid.page == element.page:
                kids += kid.kids
                continue
        kids.append(kid)
    element.kids = kids


def _is_plain(element: Element) -> bool:
    says_nothing = element.role in _PLAIN and not element.entries and not element.id
    return says_nothing and all(isinstance(kid, int) for kid in element.kids)


def marks(top: Sequence[Element]) -> Iterator[tuple[int, int, Element]]:
    """Page, mark and element of all marked text, in the order in which it is read."""
    for element in top:
        yield from _marks(element)


def _marks(element: Element) -> Iterator[tuple[int, int, Element]]:
    for kid in element.kids:
        if isinstance(kid, Element):
            yield from _marks(kid)
        elif isinstance(kid, int):
            yield element.page, kid, element


def written(element: Element, parent: int, annotations: Mapping[int, int]) -> bytes:
    """The object of an element that has its number, with references to be numbered by binding.

    `parent` is the number of the element above; `annotations` are the numbers of the division's annotations.
    """
    entries = {
        "Type": b"/StructElem",
        "S": b"/" + element.role.encode("ascii"),
        "P": mark(parent),
        "Pg": mark(element.page),
        "K": b"[" + b" ".join(_kid(kid, element.page, annotations) for kid in element.kids) + b"]",
    }
    if element.id:
        entries["ID"] = text_string(element.id)
    return dictionary(entries)[:-2] + element.entries + b">>"


def _kid(kid: Element | Annotated | int, page: int, annotations: Mapping[int, int]) -> bytes:
    if isinstance(kid, Element):
        return mark(kid.number)
    if isinstance(kid, int):
        return b"%d" % kid
    return b"<</Type/OBJR/Pg %b/Obj %b>>" % (mark(page), mark(annotations[kid.annotation]))


def words_of(contents: Sequence[bytes], fonts: Sequence[FontUse]) -> Callable[[int, int], str]:
    """What the marks of pages read as, by page and mark; a page is read when one of its marks is asked for."""
    characters = {use.key: use.characters for use in fonts}
    pages: dict[int, dict[int, str]] = {}

    def words(page: int, place: int) -> str:
        if page not in pages:
            pages[page] = _words_on(contents[page], characters)
        return pages[page].get(place, "")

    return words


def _words_on(content: bytes, characters: Mapping[str, Mapping[int, str]]) -> dict[int, str]:
    found: dict[int, str] = {}
    place = -1
    for token in _SHOWN.finditer(content):
        if token[1] is not None:
            place = int(token[1])
            continue
        known = characters[token[2].decode("ascii")]
        codes = b"".join(_GLYPHS.findall(token[3]))
        text = "".join(known.get(int(codes[at : at + CODE], 16), "") for at in range(0, len(codes), CODE))
        found[place] = found.get(place, "") + text
    return found


def with_artifacts(content: bytes, places: Collection[int]) -> bytes:
    """A page's content whose marks at these places are artifacts (ISO 32000-1, 14.8.2.2)."""
    if not places:
        return content
    return _MARKED.sub(lambda found: b"/Artifact\nBMC" if int(found[1]) in places else found[0], content)
