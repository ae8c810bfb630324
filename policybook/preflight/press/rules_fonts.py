"""The rule of fonts: embedded, no Type 3, no `.notdef` drawn, no Courier."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policybook.geometry import Box
from policybook.preflight.press.font_glyphs import Draws, draws_notdef, name_of, program_of
from policybook.preflight.press.in_use import in_use
from policybook.preflight.press.page_boxes import around, page_by_page
from policybook.preflight.press.painted import Painted
from policybook.preflight.press.rules import Finding, NotChecked, Rule
from policybook.preflight.press.subject import Subject
from policybook.printer import Severity


def _fonts(subject: Subject) -> Iterator[Finding]:
    """Each font that shows text is in the file and has the letters (ISO 15930-7 and -4; GWG 2022 R0014)."""
    known: dict[object, Draws] = {}

    def of_page(subject: Subject, number: int) -> Iterator[Finding]:
        for font in in_use(subject.pdf, number).fonts:
            yield from _font(subject, number, font)
        yield from _notdef(subject, number, known)

    yield from page_by_page(subject, of_page)


def _font(subject: Subject, number: int, font: Any) -> Iterator[Finding]:
    name = name_of(font)
    faults = []
    if font.get("/Subtype") == "/Type3":
        faults.append((f"the font {name} is a Type 3 font", "set the text in a font of outlines, TrueType or OpenType"))
    elif program_of(font) is None:
        faults.append((f"the font {name} is not embedded", "export the file again with all fonts embedded"))
    if name.startswith("Courier"):
        hint = "see whether this is what replaced a font that was missing; set the text in another"
        faults.append((f"text is set in {name}", hint))
    for said, hint in faults:
        yield Finding("PRES030", Severity.ERROR, said, hint, number, _where(subject, number, font))


def _where(subject: Subject, number: int, font: Any) -> Box | None:
    """Around all text in a font on a page; None where that can't be told."""
    try:
        things = subject.painted(number)
    except NotChecked:
        return None
    return around(thing.box for thing in things if thing.text is not None and thing.text.font == font.objgen)


def _notdef(subject: Subject, number: int, known: dict[object, Draws]) -> Iterator[Finding]:
    boxes: dict[str, list[Box]] = {}
    for thing in subject.painted(number):
        if thing.text is not None and thing.text.embedded and thing.is_visible and _has_notdef(subject, thing, known):
            boxes.setdefault(thing.text.name, []).append(thing.box)
    for name, found in boxes.items():
        said = f"letters are missing in the font {name.partition('+')[2] or name}: boxes are printed for them"
        hint = "set these letters in a font that has them"
        yield Finding("PRES030", Severity.ERROR, said, hint, number, around(found))


def _has_notdef(subject: Subject, thing: Painted, known: dict[object, Draws]) -> bool:
    text = thing.text
    assert text is not None
    if text.subtype == "Type3":
        return False
    if text.font == (0, 0):
        raise NotChecked(f"the font {text.name} is no object of its own, and is not read")
    if text.font not in known:
        known[text.font] = draws_notdef(subject.pdf.get_object(text.font))
    return any(map(known[text.font], text.codes))


RULES: tuple[Rule, ...] = (Rule(30, "Fonts are embedded and have all letters", "GWG 2022 R0014", _fonts),)
