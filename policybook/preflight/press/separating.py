"""Pages turned into pages of plates: forms, patterns, shadings, images, soft masks and graphics states, each once.

The file is changed in memory and never kept; what is not coloured (fonts, stencils, soft masks of images) is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from policybook.content_stream import Operation, operations
from policybook.geometry import Box
from policybook.preflight.press.ink_content import Content, Made, Shown
from policybook.preflight.press.ink_functions import Unreadable, shown_shading
from policybook.preflight.press.ink_images import shown_image, wavelet_space
from policybook.preflight.press.ink_spaces import CMYK, GRAY, LUMINOSITY, Plate, Space, read_space
from policybook.preflight.press.ink_state import Notes, State

#: Blend modes that work ink by ink (ISO 32000-1, table 136).
_SEPARABLE = frozenset(
    {
        *("Normal", "Compatible", "Multiply", "Screen", "Overlay", "Darken", "Lighten"),
        *("ColorDodge", "ColorBurn", "HardLight", "SoftLight", "Difference", "Exclusion"),
    }
)
#: What a graphics state has that is followed already, or that is the device's.
_UNWANTED = frozenset({"/OP", "/op", "/OPM", "/TR", "/TR2", "/BG", "/BG2", "/UCR", "/UCR2", "/HT"})
_OF_FILE = frozenset({"/Length", "/Filter", "/DecodeParms"})
#: Abbreviations of inline images (tables 93 and 94); those of colour spaces are read as they are.
_KEYS = {
    "/BPC": "/BitsPerComponent",
    "/CS": "/ColorSpace",
    "/D": "/Decode",
    "/DP": "/DecodeParms",
    "/F": "/Filter",
    "/H": "/Height",
    "/IM": "/ImageMask",
    "/W": "/Width",
}
_FILTERS = {
    "/AHx": "/ASCIIHexDecode",
    "/A85": "/ASCII85Decode",
    "/LZW": "/LZWDecode",
    "/Fl": "/FlateDecode",
    "/RL": "/RunLengthDecode",
    "/CCF": "/CCITTFaxDecode",
    "/DCT": "/DCTDecode",
}
_DEEP = 30


class Separation:
    """The plates' versions of a file's pages and of what they use, each made once; `pixels` of pictures so far."""

    def __init__(self, pdf: pikepdf.Pdf, plates: tuple[Plate, ...]) -> None:
        self.pdf, self.plates = pdf, plates
        self.of_masks = None if plates[0].mask else Separation(pdf, (LUMINOSITY,))
        self.uncoloured = tuple(Array([Name.Pattern, plate.space]) for plate in plates)
        self.known: dict[tuple[Any, ...], tuple[tuple[Any, ...], Space | None, Notes]] = {}
        self.depth = self.pixels = 0

    def page(self, page: Any, box: Box) -> tuple[tuple[Any, ...], Notes]:
        """The page on each plate, of the size of a box and unturned, and what was met on it."""
        notes = Notes()
        shown = self._content(contents(page), inherited(page, "/Resources"), State(), fresh=True)
        notes.add(shown.notes)
        group = self._group(page.get("/Group"), notes)
        pages = []
        for content, resources in zip(shown.contents, shown.resources, strict=True):
            new = Dictionary(Type=Name.Page, MediaBox=Array([round(side, 4) for side in _sides(box)]))
            new.Resources, new.Contents = resources, self.pdf.make_stream(content)
            if group is not None:
                new.Group = group
            pages.append(self.pdf.make_indirect(new))
        return tuple(pages), notes

    def form(self, form: Any, named: Any, state: State, notes: Notes) -> tuple[Any, ...]:
        """A form XObject, painted in a graphics state (8.10)."""
        made, _ = self._once(form, (state,), notes, lambda own: (self._form(form, named, state, own), None))
        return made

    def pattern(self, pattern: Any, named: Any, notes: Notes) -> Made:
        """A pattern (8.7), and the colour space of its shading."""
        return self._once(pattern, (), notes, lambda own: self._pattern(pattern, named, own))

    def shading(self, shading: Any, named: Any, notes: Notes) -> Made:
        """A shading and its colour space."""
        return self._once(shading, (), notes, lambda own: self._shading(shading, named, own))

    def image(self, image: Any, named: Any, notes: Notes) -> Made:
        """An image and its colour space; a stencil, which has none, is itself."""
        return self._once(image, (), notes, lambda own: self._image(image, named, own))

    def graphics_state(self, entries: Any, notes: Notes) -> tuple[Any, ...]:
        """A graphics state without overprint, which is followed by what is painted."""
        made, _ = self._once(entries, (), notes, lambda own: (self._graphics_state(entries, own), None))
        return made

    def font(self, font: Any, notes: Notes) -> None:
        """Notes a Type 3 font of which the letters have colours of their own (9.6.5: d0)."""
        if font.get("/Subtype") != Name.Type3:
            return
        letters = (letter.read_bytes() for letter in font.CharProcs.values())
        if any(operation.operator == b"d0" for letter in letters for operation in operations(letter)):
            notes.reasons.add("it has letters of a Type 3 font in colors of their own")

    def inline(self, operation: Operation) -> Any:
        """An inline image as an image (8.9.7)."""
        image: Any = self.pdf.make_stream(operation.operands[-1])
        pairs = operation.operands[:-1]
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            name = key.decode("latin-1")
            image[_KEYS.get(name, name)] = pikepdf.Object.parse(value)
        filters = image.get("/Filter")
        if filters is not None:
            names = [str(name) for name in (filters if isinstance(filters, Array) else [filters])]
            image.Filter = Array([Name(_FILTERS.get(name, name)) for name in names])
        image.Type, image.Subtype = Name.XObject, Name.Image
        return image

    def _once(self, source: Any, how: tuple[Any, ...], notes: Notes, make: Callable[[Notes], Made]) -> Made:
        """What is made of an object, and what was met on the way, remembered where the object is indirect."""
        key = (source.objgen, *how) if source.is_indirect else None
        if key is None or key not in self.known:
            if self.depth > _DEEP:
                raise ValueError("there are forms in forms without end")
            own = Notes()
            self.depth += 1
            try:
                made, space = make(own)
            finally:
                self.depth -= 1
            if key is None:
                notes.add(own)
                return made, space
            self.known[key] = made, space, own
        made, space, own = self.known[key]
        notes.add(own)
        return made, space

    def _content(self, content: bytes, named: Any, state: State, *, fresh: bool) -> Shown:
        """A content stream; a `fresh` one starts with the black of a new graphics state (8.4.1)."""
        shown = Content(named, state, self, self.plates).shown(content)
        if not fresh:
            return shown
        black = GRAY.inks(GRAY.initial)
        started = [
            b"%b %b\n%b" % (plate.operator(black, stroke=False), plate.operator(black, stroke=True), written)
            for plate, written in zip(self.plates, shown.contents, strict=True)
        ]
        return Shown(tuple(started), shown.resources, shown.notes)

    def _streams(self, source: Any, shown: Shown, notes: Notes) -> tuple[Any, ...]:
        notes.add(shown.notes)
        group = self._group(source.get("/Group"), notes)
        streams = []
        for content, resources in zip(shown.contents, shown.resources, strict=True):
            new: Any = self.pdf.make_stream(content)
            for key in sorted(source.keys() - _OF_FILE - {"/Resources", "/Group"}):
                new[key] = source[key]
            new.Resources = resources
            if group is not None:
                new.Group = group
            streams.append(new)
        return tuple(streams)

    def _form(self, form: Any, named: Any, state: State, notes: Notes) -> tuple[Any, ...]:
        inner = replace(state, masked=False)
        shown = self._content(form.read_bytes(), form.get("/Resources", named), inner, fresh=False)
        made = self._streams(form, shown, notes)
        if state.masked and "/Group" not in form:
            for stream in made:  # pdfium masks a form that is no group twice, the whole and what is in it
                stream.Group = Dictionary(S=Name.Transparency)
        return made

    def _pattern(self, pattern: Any, named: Any, notes: Notes) -> Made:
        if int(pattern.PatternType) == 1:
            coloured = int(pattern.PaintType) == 1
            shown = self._content(pattern.read_bytes(), pattern.get("/Resources", named), State(), fresh=coloured)
            return self._streams(pattern, shown, notes), None
        made, space = self.shading(pattern.Shading, named, notes)
        patterns = []
        for shading in made:
            new = Dictionary(Type=Name.Pattern, PatternType=2, Shading=shading)
            if "/Matrix" in pattern:
                new.Matrix = pattern.Matrix
            patterns.append(self.pdf.make_indirect(new))
        return tuple(patterns), space

    def _shading(self, shading: Any, named: Any, notes: Notes) -> Made:
        space = read_space(shading.ColorSpace, named.get("/ColorSpace"))
        show = partial(shown_shading, self.pdf, shading, space)
        return self._shown(shading, space, notes, lambda: tuple(map(show, self.plates))), space

    def _image(self, image: Any, named: Any, notes: Notes) -> Made:
        if bool(image.get("/ImageMask", False)):
            return (image,) * len(self.plates), None
        try:
            stated = image.get("/ColorSpace")
            space = wavelet_space(image) if stated is None else read_space(stated, named.get("/ColorSpace"))
        except Unreadable as unreadable:
            space = Space(1, (0,), reason=f"it has {unreadable}")
        self.pixels += int(image.Width) * int(image.Height)
        show = partial(shown_image, self.pdf, image, space, self.plates)
        return self._shown(image, space, notes, show), space

    def _shown(self, source: Any, space: Space, notes: Notes, show: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
        """A shading or an image on each plate, or as it is where it can't be shown."""
        same = (source,) * len(self.plates)
        if self.plates[0].mask and (space is GRAY or space.components == 3):
            return same
        if space.reason:
            notes.reasons.add(space.reason)
            return same
        notes.spots.update(space.spots)
        notes.inked |= space is not GRAY
        try:
            return show()
        except Unreadable as unreadable:
            notes.reasons.add(f"it has {unreadable}")
            return same

    def _graphics_state(self, entries: Any, notes: Notes) -> tuple[Any, ...]:
        modes = entries.get("/BM", Name.Normal)
        mode = str(modes[0] if isinstance(modes, Array) else modes)[1:]
        if mode not in _SEPARABLE:
            notes.reasons.add(f"it blends in the mode {mode}, which does not work ink by ink")
        for key in ("/TR", "/TR2"):
            if str(entries.get(key, "/Identity")) not in {"/Identity", "/Default"}:
                notes.reasons.add("it has a transfer function")
        new = Dictionary({key: entries[key] for key in sorted(entries.keys() - _UNWANTED)})
        mask = entries.get("/SMask")
        if isinstance(mask, Dictionary) and mask.get("/S") == Name.Luminosity:
            new.SMask = self._mask(mask, notes)
        return (self.pdf.make_indirect(new),) * len(self.plates)

    def _mask(self, mask: Any, notes: Notes) -> Any:
        """A soft mask of luminosity (11.5.3), in gray where its group is in CMYK."""
        met = Notes()
        (group,) = (self.of_masks or self).form(mask.G, Dictionary(), State(), met)
        notes.reasons |= met.reasons
        new = Dictionary({key: mask[key] for key in sorted(mask.keys())})
        new.G = group
        space = _blending(mask.G.get("/Group"))
        if space is not None and space.components == 4:
            group.Group = Dictionary({key: mask.G.Group[key] for key in sorted(mask.G.Group.keys())})
            group.Group.CS = Name.DeviceGray
            if "/BC" in mask:
                new.BC = Array(LUMINOSITY.shown(CMYK.inks(tuple(float(value) for value in mask.BC))))
        return new

    def _group(self, group: Any, notes: Notes) -> Any:
        """A transparency group (11.6.6) that blends in the plate's own space."""
        if group is None or self.plates[0].mask:
            return group
        space = _blending(group)
        if space is not None and (space.reason or (space is GRAY and notes.inked)):
            notes.reasons.add("it blends in another color space than CMYK")
        if bool(group.get("/K", False)):
            notes.reasons.add("it has a knockout group")
        return Dictionary({key: group[key] for key in sorted(group.keys() - {"/CS"})})


def _blending(group: Any) -> Space | None:
    return read_space(group.CS) if group is not None and "/CS" in group else None


def contents(page: Any) -> bytes:
    """The content of a page (7.7.3.3: its streams are divided between words)."""
    source = page.get("/Contents")
    if source is None:
        return b""
    return b"\n".join(part.read_bytes() for part in source) if isinstance(source, Array) else source.read_bytes()


def inherited(page: Any, key: str) -> Any:
    """An entry of a page, or of the node above it that has it (7.7.3.4), or None."""
    for _ in range(_DEEP):
        if key in page:
            return page[key]
        if "/Parent" not in page:
            break
        page = page.Parent
    return None


def _sides(box: Box) -> Sequence[float]:
    return box.left, box.bottom, box.right, box.top
