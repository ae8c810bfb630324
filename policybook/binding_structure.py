"""The structure tree of the bound book: the divisions' trees under one Document (ISO 32000-1, 14.7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice

from pikepdf import Array, Dictionary, Name, Object, Pdf, String


@dataclass(frozen=True, slots=True)
class Part:
    """A division in the tree: its document, and the leaves that show its sheets, counted from 0, in their order.

    `title` and `language` are empty where the part needs none of its own.
    """

    division: str
    source: Pdf
    leaves: Sequence[int]
    title: str
    language: str


def bind_structure(target: Pdf, parts: Sequence[Part]) -> None:
    """Builds the structure tree of `target`, into which the pages of the parts' sources have been copied.

    A page's key in the parent tree is its leaf; the keys of annotations follow. Structure element ids, and the /Headers
    that name them, get the division's id before them. Raises ValueError if a division gives an id twice.
    """
    document = target.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, K=Array()))
    annotation_keys = count(len(target.pages))
    parents: dict[int, Object] = {}
    ids: dict[bytes, tuple[String, Object]] = {}
    roles = Dictionary()
    for part in parts:
        # The pages have been copied already, so /Pg and /Obj come out as the copies.
        tree = target.copy_foreign(part.source.Root.StructTreeRoot)
        document.K.append(_part_element(tree.K[0], part, document))
        _unite_links(target, tree.K[0], part.leaves)
        _give_list_bodies(target, tree.K[0])
        parents.update(_renumbered(target, tree, part, annotation_keys))
        _make_ids_unique(tree.K[0], part.division, ids)
        roles.update(tree.get("/RoleMap", Dictionary()))
    root = Dictionary(Type=Name.StructTreeRoot, K=Array([document]), ParentTreeNextKey=next(annotation_keys))
    # Trees of one node each: many tools that read the parent tree don't follow /Kids.
    root.ParentTree = target.make_indirect(Dictionary(Nums=_flat(sorted(parents.items()))))
    if ids:
        root.IDTree = target.make_indirect(Dictionary(Names=_flat([ids[name] for name in sorted(ids)])))
    if roles:
        root.RoleMap = roles
    target.Root.StructTreeRoot = document.P = target.make_indirect(root)
    target.Root.MarkInfo = Dictionary(Marked=True)


def _flat(pairs: Sequence[tuple[object, Object]]) -> Array:
    return Array([entry for pair in pairs for entry in pair])


def _part_element(element: Object, part: Part, document: Object) -> Object:
    """The Document element of a division, made a part of the book."""
    element.S = Name.Part
    element.P = document
    if part.title:
        element.T = String(part.title)
    if part.language:
        element.Lang = String(part.language)
    return element


def _unite_links(target: Pdf, top: Object, leaves: Sequence[int]) -> None:
    """Leaves each link one annotation (PDF/UA-1, 7.18.5: it stands in the Link element).

    WeasyPrint gives every box inside a link, such as a word in italics, another one of its own, over the first.
    """
    repeated = set()
    for link in _elements(top):
        if link.S != "/Link":
            continue
        for inner in islice(_elements(link), 1, None):
            # Text from a::before and a::after is a Link in the Link.
            inner.S = Name.Span if inner.S == "/Link" else inner.S
            repeated |= {kid.Obj.objgen for kid in _kids(inner) if _is_object_reference(kid)}
            inner.K = Array([kid for kid in _kids(inner) if not _is_object_reference(kid)])
    for leaf in leaves:
        page = target.pages[leaf].obj
        if "/Annots" in page:
            page.Annots = Array([annotation for annotation in page.Annots if annotation.objgen not in repeated])


def _is_object_reference(kid: object) -> bool:
    return isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR


def _give_list_bodies(target: Pdf, top: Object) -> None:
    """Puts what an item holds besides its label into a body (ISO 32000-1, table 336: LI holds Lbl and LBody).

    WeasyPrint leaves paragraphs and nested lists of an item directly in the LI.
    """
    for item in list(_elements(top)):
        loose = [kid for kid in _kids(item) if _role(kid) not in ("", "/Lbl", "/LBody")]
        if item.S != "/LI" or not loose:
            continue
        bodies = [kid for kid in _kids(item) if _role(kid) == "/LBody"]
        body = bodies[0] if bodies else target.make_indirect(Dictionary(Type=Name.StructElem, S=Name.LBody, P=item))
        body.K = Array([*(_kids(body) if bodies else ()), *loose])
        for kid in loose:
            kid.P = body
        item.K = Array([*(kid for kid in _kids(item) if kid not in loose and kid not in bodies), *bodies[1:], body])


def _role(kid: object) -> str:
    """The structure type of a kid that is an element, or an empty string."""
    return str(kid.S) if isinstance(kid, Dictionary) and "/S" in kid else ""


def _renumbered(target: Pdf, tree: Object, part: Part, keys: Iterator[int]) -> dict[int, Object]:
    """Gives the pages and annotations of a part their keys, and returns the part's entries of the parent tree."""
    numbers = tree.ParentTree.Nums
    before = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
    after: dict[int, Object] = {}
    for leaf in part.leaves:
        page = target.pages[leaf].obj
        after[leaf] = before[int(page.StructParents)]
        page.StructParents = leaf
        for annotation in page.get("/Annots", Array()):
            if "/StructParent" in annotation:
                key = next(keys)
                after[key] = before[int(annotation.StructParent)]
                annotation.StructParent = key
    return after


def _make_ids_unique(top: Object, division: str, ids: dict[bytes, tuple[String, Object]]) -> None:
    """Puts the division's id before the ids below an element and before the /Headers that name them."""
    for element in _elements(top):
        if "/ID" in element:
            element.ID = name = _qualified(element.ID, division)
            if bytes(name) in ids:
                raise ValueError(f"{division}: two structure elements have the id {name}")
            ids[bytes(name)] = name, element
        attributes = element.get("/A", Array())
        for attribute in attributes if isinstance(attributes, Array) else (attributes,):
            if isinstance(attribute, Dictionary) and "/Headers" in attribute:
                attribute.Headers = Array([_qualified(header, division) for header in attribute.Headers])


def _qualified(name: Object, division: str) -> String:
    return String(f"{division}.{name}")


def _elements(top: Object) -> Iterator[Object]:
    """The structure element and all below it, in the order of the tree."""
    waiting = [top]
    while waiting:
        element = waiting.pop()
        yield element
        # Marked-content and object references have no /S (ISO 32000-1, 14.7.2, table 323).
        waiting += [kid for kid in reversed(_kids(element)) if isinstance(kid, Dictionary) and "/S" in kid]


def _kids(element: Object) -> list[Object]:
    kids = element.get("/K", Array())
    return list(kids) if isinstance(kids, Array) else [kids]
