"""Rules of transparency: which space it is blended in, and that PDF/X-1a has none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pikepdf

from policybook.geometry import Box
from policybook.preflight.press.in_use import in_use, transparency_of
from policybook.preflight.press.page_boxes import around, page_by_page
from policybook.preflight.press.painted import Painted
from policybook.preflight.press.rules import Finding, NotChecked, Rule
from policybook.preflight.press.subject import Subject
from policybook.printer import Severity, Standard

_FLATTEN = "flatten the transparency: export the file as PDF/X-1a"


def _blend_space(subject: Subject) -> Iterator[Finding]:
    """Groups blend in DeviceCMYK, those of masks in gray too (GWG 2022 R0030; ISO 32000-1, 11.6.6)."""
    yield from page_by_page(subject, _blend_space_of)


def _blend_space_of(subject: Subject, number: int) -> Iterator[Finding]:
    used = in_use(subject.pdf, number)
    hint = "set the space that transparency is blended in to CMYK, and export the file again"
    page = _page_group(subject, number)
    space = _space(page)
    if page is not None and space not in {"", "DeviceCMYK"}:
        yield Finding("PRES012", Severity.ERROR, f"the page is blended in {space}", hint, number)
    elif not space and used.is_transparent:
        said = "the page has transparency, and does not say in which space it is blended"
        yield Finding("PRES012", Severity.WARNING, said, hint, number, _where(subject, number, _is_transparent))
    fit = {False: {"", "DeviceCMYK"}, True: {"", "DeviceCMYK", "DeviceGray"}}
    wrong = {(_space(each.group), each.in_mask) for each in used.groups if _space(each.group) not in fit[each.in_mask]}
    for space, in_mask in sorted(wrong):
        what = "a soft mask" if in_mask else "a group of things"
        box = None if in_mask else _where(subject, number, _is_transparent)
        yield Finding("PRES012", Severity.ERROR, f"{what} on the page is blended in {space}", hint, number, box)


def _page_group(subject: Subject, number: int) -> Any:
    group = subject.pdf.pages[number - 1].obj.get("/Group")
    return group if group is not None and group.get("/S") == "/Transparency" else None


def _space(group: Any) -> str:
    """The name of a group's space or of its family, "" where it takes that of what is around it."""
    space = group.get("/CS") if group is not None else None
    if space is None:
        return ""
    return str(space[0] if isinstance(space, pikepdf.Array) else space)[1:]


def _flat(subject: Subject) -> Iterator[Finding]:
    """PDF/X-1a has no soft mask, no opacity below 1, no blend mode, no group (ISO 15930-4)."""
    yield from page_by_page(subject, _flat_of)


def _flat_of(subject: Subject, number: int) -> Iterator[Finding]:
    used = in_use(subject.pdf, number)
    told = sorted({words for words in map(transparency_of, used.parameters) if words})
    for words in told:
        box = _where(subject, number, _is_transparent)
        yield Finding("PRES014", Severity.ERROR, f"the page has {words}", _FLATTEN, number, box)
    if used.masked_images:
        box = _where(subject, number, lambda thing: thing.image is not None and thing.image.mask == "soft")
        said = f"{len(used.masked_images)} images with a soft mask"
        yield Finding("PRES014", Severity.ERROR, f"the page has {said}", _FLATTEN, number, box)
    if used.groups or _page_group(subject, number) is not None:
        yield Finding("PRES014", Severity.ERROR, "the page has a transparency group", _FLATTEN, number)


def _is_transparent(thing: Painted) -> bool:
    return thing.alpha < 1 or thing.blend_mode != "Normal" or thing.soft_mask


def _where(subject: Subject, number: int, is_meant: Callable[[Painted], bool]) -> Box | None:
    """Around what is meant on a page; None where there is nothing, or where it can't be told."""
    try:
        return around(thing.box for thing in subject.painted(number) if thing.is_visible and is_meant(thing))
    except NotChecked:
        return None


def _is_x4(subject: Subject) -> bool:
    return subject.printer.standard is Standard.X4


def _is_x1a(subject: Subject) -> bool:
    return subject.printer.standard is Standard.X1A


RULES: tuple[Rule, ...] = (
    Rule(12, "Transparency is blended in CMYK", "GWG 2022 R0030", _blend_space, _is_x4),
    Rule(14, "No transparency", "ISO 15930-4", _flat, _is_x1a),
)
