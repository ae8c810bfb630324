"""The pictures of the site: drawings that can do nothing but be seen, with the faces that they name.

On a page a drawing can run nothing, but whoever opens it by itself is on the publisher's address. And as a picture of a
page it may load no font.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from policybook.diagnostics import ContentError, Problem
from policybook.picture_fonts import by_itself

_SVG = "http://www.w3.org/2000/svg"
_NAMESPACES = {"": _SVG, "xlink": "http://www.w3.org/1999/xlink"}
#: Elements of SVG 2 that run something, hold another language, or change what was checked.
_ACTIVE = frozenset(
    {
        *("script", "foreignObject", "handler", "listener", "iframe", "object", "embed", "audio", "video"),
        *("animate", "animateMotion", "animateTransform", "set", "a"),
    }
)
#: Addresses that stay inside the file.
_WITHIN = re.compile(r"\s*(#|data:image/(png|jpeg|gif);)", re.IGNORECASE)
_FETCHING = re.compile(r"url\(\s*[\"']?(?!#)|@import|\\", re.IGNORECASE)


def drawing(name: str, content: bytes) -> bytes:
    """An SVG file without what acts or is fetched, and with the faces that it names.

    Raises ContentError where it can't be read.
    """
    try:
        root = ET.fromstring(content)  # noqa: S314 - expat 2.4 and newer refuses entities that multiply
    except (ET.ParseError, LookupError, ValueError) as error:
        raise ContentError([Problem("LAYT001", f"images/{name} can't be read as SVG: {error}")]) from error
    _clean(root)
    for prefix, address in _NAMESPACES.items():
        ET.register_namespace(prefix, address)
    return by_itself(ET.tostring(root, encoding="utf-8")) + b"\n"


def _clean(element: ET.Element) -> None:
    for name, value in list(element.attrib.items()):
        local = name.rpartition("}")[2].lower()
        outside = (local in ("href", "src") and not _WITHIN.match(value)) or _FETCHING.search(value)
        if local.startswith("on") or outside:
            del element.attrib[name]
    if element.tag == f"{{{_SVG}}}style" and _FETCHING.search(element.text or ""):
        element.text = ""
    for child in list(element):
        namespace, _, local = str(child.tag).rpartition("}")
        if namespace != f"{{{_SVG}" or local in _ACTIVE:
            _drop(element, child)
        else:
            _clean(child)


def _drop(parent: ET.Element, child: ET.Element) -> None:
    """Take a child out; the text behind it stays."""
    at = list(parent).index(child)
    if child.tail and at:
        parent[at - 1].tail = (parent[at - 1].tail or "") + child.tail
    elif child.tail:
        parent.text = (parent.text or "") + child.tail
    parent.remove(child)
