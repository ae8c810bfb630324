"""Rules of the file as a whole: what it says it is, the condition it is made for, what may not be in it, its pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from PIL import ImageCms

from policybook.preflight.press.metadata import (
    REQUIRED,
    Properties,
    information,
    properties,
    trapped_words,
)
from policybook.preflight.press.page_boxes import PageBoxes, boxes_of, meets, page_by_page
from policybook.preflight.press.painted import Painted
from policybook.preflight.press.rules import Finding, NotChecked, Rule
from policybook.preflight.press.subject import Kind, Subject
from policybook.printer import Severity, Standard

#: Annotations that PDF/X lets stand on a page: what a RIP makes itself (ISO 32000-1, 14.11.6).
_OF_PREPRESS = frozenset({"/TrapNet"})
_REGISTRY = "http://www.color.org"
_OBJECT_STREAM = re.compile(rb"/Type\s*/(?:ObjStm|XRef)\b")


def _is_pdfx(subject: Subject) -> bool:
    return subject.printer.standard is not Standard.RGB


def _is_x1a(subject: Subject) -> bool:
    return subject.printer.standard is Standard.X1A


def _is_interior(subject: Subject) -> bool:
    return subject.kind is Kind.INTERIOR


def _error(number: int, message: str, hint: str) -> Finding:
    return Finding(f"PRES{number:03}", Severity.ERROR, message, hint)


# 1: what the file says it is


def _version(subject: Subject) -> Iterator[Finding]:
    """The key of the version, and what else PDF/X asks a file to say of itself (ISO 15930-7; ISO 15930-4)."""
    info = information(subject.pdf)
    xmp = properties(subject.pdf)
    if subject.printer.standard is Standard.X4:
        yield from _identified(xmp.text("pdfxid", "GTS_PDFXVersion"), "PDF/X-4", "the XMP metadata")
        yield from _missing(xmp)
    else:
        yield from _identified(info.get("/GTS_PDFXVersion", ""), "PDF/X-1a:2003", "the Info dictionary")
        absent = [key for key in ("/Title", "/CreationDate", "/ModDate") if not info.get(key)]
        if absent:
            said = f"the Info dictionary has no {', '.join(key[1:] for key in absent)}, which PDF/X-1a asks for"
            yield _error(1, said, "save the file as PDF/X-1a again")
    said = trapped_words(info, xmp)
    if said:
        yield _error(1, said, "write Trapped as True where the file is trapped, else as False; the printer must know")
    if "/ID" not in subject.pdf.trailer:
        yield _error(1, "the file has no ID", "save the file with an ID (ISO 32000-1, 14.4)")


def _identified(said: str, wanted: str, where: str) -> Iterator[Finding]:
    if said == wanted:
        return
    found = f"says it is “{said}”" if said else "does not say that it is PDF/X"
    yield _error(1, f"{where} {found}; the printer asks for {wanted}", f"export the file as {wanted}")


def _missing(xmp: Properties) -> Iterator[Finding]:
    """The properties that a PDF/X-4 file has."""
    absent = [f"{prefix}:{name}" for prefix, name in REQUIRED if not xmp.text(prefix, name)]
    if absent:
        yield _error(1, f"the XMP metadata has no {', '.join(absent)}", "save the file as PDF/X-4 again")


# 2 and 3: the condition


def _intents(subject: Subject) -> list[Any]:
    """The output intents of PDF/X (14.11.5)."""
    found = subject.pdf.Root.get("/OutputIntents", ())
    return [intent for intent in found if intent.get("/S") == "/GTS_PDFX"]


def _intent(subject: Subject) -> Iterator[Finding]:
    """One intent, with the profile of a printing condition in CMYK (GWG 2022 R0035)."""
    intents = _intents(subject)
    if len(intents) != 1:
        count = "no output intent" if not intents else f"{len(intents)} output intents"
        yield _error(
            2, f"the file has {count} for the press (GTS_PDFX)", "export it as PDF/X, with the printer's profile"
        )
        return
    intent = intents[0]
    if "/DestOutputProfile" not in intent:
        # ISO 15930-4 lets a condition of the registry stand without its profile; ISO 15930-7 does not.
        if not (_is_x1a(subject) and str(intent.get("/RegistryName", "")).rstrip("/") == _REGISTRY):
            yield _error(2, "the output intent has no profile", "embed the printer's profile in the output intent")
        return
    fault = _profile_fault(intent.DestOutputProfile)
    if fault:
        yield _error(
            2, f"the profile of the output intent {fault}", "embed the CMYK profile that the printer gives out"
        )


def _profile_fault(stream: Any) -> str:
    """Why a profile can't be that of an intent; "" where it can."""
    components = int(stream.get("/N", 0))
    if components != 4:
        return f"is declared to have {components} components, and CMYK has four (N)"
    try:
        profile = ImageCms.getOpenProfile(io.BytesIO(stream.read_bytes())).profile
    except (OSError, ImageCms.PyCMSError, pikepdf.PdfError):
        return "can't be read"
    kind, space = profile.device_class.strip(), profile.xcolor_space.strip()
    if kind != "prtr" or space != "CMYK":
        return f"is of the class {kind}, for {space}; it has to be of a printer (prtr), for CMYK"
    return ""


def _identifier(subject: Subject) -> Iterator[Finding]:
    """The condition that the file names is the printer's (14.11.5, OutputConditionIdentifier)."""
    intents = _intents(subject)
    if not intents:
        raise NotChecked("the file has no output intent")
    wanted = subject.printer.condition
    for intent in intents:
        named = str(intent.get("/OutputConditionIdentifier", ""))
        if named != wanted.identifier:
            said = f"the file is made for “{named}”" if named else "the output intent names no printing condition"
            hint = f"{subject.printer.name} prints by {wanted.identifier} ({wanted.info}): convert the file to that"
            yield _error(3, f"{said}, and the printer prints by “{wanted.identifier}”", hint)


# 9 and 10: what may not be in it


def _annotations(subject: Subject) -> Iterator[Finding]:
    """Nothing is in the bleed that is not the page's own content (ISO 15930-7 and -4; ISO 32000-1, 12.5, 12.7)."""
    form = subject.pdf.Root.get("/AcroForm")
    fields = len(form.get("/Fields", ())) if form is not None else 0
    if fields:
        yield _error(9, f"the file has a form with {fields} fields", "flatten the form: print it into a new PDF")
    yield from page_by_page(subject, _annotations_of)


def _annotations_of(subject: Subject, number: int) -> Iterator[Finding]:
    page = boxes_of(subject.pdf, number)
    for annotation in subject.pdf.pages[number - 1].obj.get("/Annots", ()):
        subtype = str(annotation.get("/Subtype", "/without a kind"))
        box = page.box_of(annotation.get("/Rect"))
        if subtype in _OF_PREPRESS or (box is not None and not meets(box, page.bleed_or_sheet)):
            continue
        said = f"an annotation ({subtype[1:]}) lies on the page"
        hint = "take it out; what is to be printed has to be part of the page"
        yield Finding("PRES009", Severity.ERROR, said, hint, number, box)


def _passive(subject: Subject) -> Iterator[Finding]:
    """No JavaScript, actions, attachments, encryption (ISO 15930-7 and -4; ISO 32000-1, 12.6, 7.11.4, 7.6)."""
    root = subject.pdf.Root
    names: Any = root.get("/Names", {})
    found = [
        ("the file is encrypted", subject.pdf.is_encrypted),
        ("the file has JavaScript", "/JavaScript" in names),
        ("files are attached", "/EmbeddedFiles" in names or "/AF" in root or "/Collection" in root),
        (
            "the file does something when it is opened (OpenAction)",
            isinstance(root.get("/OpenAction"), pikepdf.Dictionary),
        ),
        ("the file has actions (AA)", "/AA" in root),
        ("bookmarks have actions", _outline_acts(root.get("/Outlines"))),
    ]
    hint = "export the file for print, without what is only for screens"
    for said, there in found:
        if there:
            yield _error(10, said, "save it without a password" if "encrypted" in said else hint)
    for number, page in enumerate(subject.pdf.pages, start=1):
        annotations = list(page.obj.get("/Annots", ()))
        if any("/A" in annotation or "/AA" in annotation for annotation in annotations):
            said = "links or buttons on the page have actions"
            yield Finding("PRES010", Severity.ERROR, said, hint, number)
        if any(annotation.get("/Subtype") == "/FileAttachment" for annotation in annotations):
            yield Finding("PRES010", Severity.ERROR, "files are attached to the page", hint, number)
        if "/AA" in page.obj:
            yield Finding("PRES010", Severity.ERROR, "the page has actions (AA)", hint, number)


def _outline_acts(outlines: Any) -> bool:
    """Whether a bookmark has an action (12.3.3)."""
    pending, seen = [outlines], set()
    while pending:
        item = pending.pop()
        if not isinstance(item, pikepdf.Dictionary) or item.objgen in seen:
            continue
        if item.is_indirect:
            seen.add(item.objgen)
        if "/A" in item:
            return True
        pending += [item.get("/First"), item.get("/Next")]
    return False


# 15: the form of the file


def _form(subject: Subject) -> Iterator[Finding]:
    """PDF/X-1a:2003 is PDF 1.4, which has no streams of objects (ISO 15930-4; ISO 32000-1, 7.5.7, 7.5.8)."""
    stated = str(subject.pdf.Root.get("/Version", "/0"))[1:]
    version = max(subject.pdf.pdf_version, stated, key=lambda text: [int(part) for part in text.split(".")])
    if [int(part) for part in version.split(".")] > [1, 4]:
        yield _error(15, f"the file is PDF {version}, and PDF/X-1a:2003 is PDF 1.4", "export it as PDF/X-1a:2003")
    if "/XRefStm" in subject.pdf.trailer or _OBJECT_STREAM.search(subject.data):
        yield _error(15, "objects are packed into streams, which PDF 1.4 does not have", "save it as PDF 1.4")


# 32 and 33: the pages of the book


def _signature(subject: Subject) -> Iterator[Finding]:
    """The pages fill whole signatures."""
    pages, signature = len(subject.pdf.pages), subject.printer.signature
    missing = subject.printer.padded(pages) - pages
    if missing:
        hint = f"add {missing} blank page{'s' * (missing != 1)}, or cut {pages % signature}"
        yield _error(32, f"{pages} pages are no multiple of {signature}", hint)


def _empty(subject: Subject) -> Iterator[Finding]:
    """No page is empty but by intent (GWG 2022 R0005); without an edition nobody knows the intent: a warning."""
    yield from page_by_page(subject, _empty_one)


def _empty_one(subject: Subject, number: int) -> Iterator[Finding]:
    page = boxes_of(subject.pdf, number)
    empty = not any(_seen(thing, page) for thing in subject.painted(number))
    declared = number in subject.expected.blanks
    known = subject.expected.pages is not None
    if empty and not declared:
        severity = Severity.ERROR if known and subject.expected.blanks else Severity.WARNING
        hint = "see whether something is missing; a blank that is meant to be one is fine"
        yield Finding("PRES033", severity, "the page is empty", hint, number, page.trim)
    if declared and not empty:
        said = "something is printed on a page that is to be blank"
        yield Finding("PRES033", Severity.ERROR, said, "see which pages are blank in this edition", number, page.trim)


def _seen(thing: Painted, page: PageBoxes) -> bool:
    return thing.is_visible and not thing.colour.is_white and meets(_thick(thing), page.trim or page.media)


def _thick(thing: Painted) -> Any:
    """A line's box may have no extent across."""
    return thing.box.grown(0.05)


RULES: tuple[Rule, ...] = (
    Rule(1, "The file says what it is", "ISO 15930-7, ISO 15930-4", _version, _is_pdfx),
    Rule(2, "One output intent with a CMYK profile", "GWG 2022 R0035", _intent, _is_pdfx),
    Rule(3, "The printing condition is the printer's", "ISO 32000-1, 14.11.5", _identifier, _is_pdfx),
    Rule(9, "No annotation or form field in the bleed", "ISO 15930-7, ISO 15930-4", _annotations),
    Rule(10, "No JavaScript, action, attachment or encryption", "ISO 15930-7, ISO 15930-4", _passive),
    Rule(15, "PDF 1.4 without object streams", "ISO 15930-4", _form, _is_x1a),
    Rule(32, "The pages fill whole signatures", "", _signature, _is_interior),
    Rule(33, "No page is empty but by intent", "GWG 2022 R0005", _empty, _is_interior),
)
