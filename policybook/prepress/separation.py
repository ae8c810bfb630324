"""Separate: everything that a PDF's pages use becomes DeviceCMYK, or the DeviceGray of masks and one-bit pictures.

The operators are followed as they are drawn with (ISO 32000-1, 7.8 and 8.6), into forms, patterns and soft masks; what
no page uses is taken from the resources, such as the Lab spaces that the layout engine puts in all of them. Colours are
written as `k` and `K` where they are set, so no operator of another space remains. Gray is K, and a page that draws in
the initial black, which is DeviceGray, gets K at its start: text in DeviceGray does not overprint (GWG 2022, R0011).

Transparency is blended in inks from here on: groups get DeviceCMYK, and opacity looks as it did. Blend modes that were
made for light, such as Screen, look a little different in inks.

Streams are changed in place, once, however many pages share them; a form that is drawn both on a page and in a mask is
copied for the mask. Nothing is changed when something is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, PdfError, Stream

from policybook.content_stream import Edited
from policybook.diagnostics import ContentError, Problem
from policybook.prepress.inks import Inks
from policybook.prepress.pictures import is_stencil
from policybook.prepress.plates import Mask, Plates, Press
from policybook.prepress.refusal import Refusal
from policybook.prepress.separation_content import CATEGORIES, Content, Resources, separated
from policybook.prepress.separation_images import convert_image
from policybook.prepress.separation_shadings import convert_shading, numbers
from policybook.prepress.spaces import DEVICE, PatternSpace, Space, plain, read_space

#: Of a graphics state, what makes inks of RGB in a device that does it itself (10.3); nothing is left to do for them.
_UNUSED = ("/BG", "/BG2", "/UCR", "/UCR2")


def separate(pdf: Pdf, inks: Inks) -> tuple[Edited, ...]:
    """The pages of a PDF in inks, changed in place; for each page, what became of the bytes of its content.

    Raises ContentError (INKS001) that names everything that can't be converted, with its page; nothing is changed then.
    """
    work = _Separation(pdf, inks)
    edited: list[Edited] = []
    problems: list[Problem] = []
    for number, page in enumerate(pdf.pages, 1):
        try:
            edited.append(work.page(page))
        except Refusal as refusal:
            hint = "draw it in another way, or hand it over in CMYK"
            problems.append(Problem("INKS001", f"page {number} holds {refusal}, which can't be separated", hint=hint))
    if problems:
        raise ContentError(problems)
    work.settle()
    for page, content in zip(pdf.pages, edited, strict=True):
        _replace(pdf, page, content.content)
    return tuple(edited)


def _replace(pdf: Pdf, page: Page, content: bytes) -> None:
    """Writes a page's content, and the space that it is blended in."""
    if content or "/Contents" in page.obj:
        page.obj.Contents = pdf.make_stream(content)
    if "/Group" in page.obj and "/CS" in page.obj.Group:
        group = Dictionary(dict(page.obj.Group.items()))
        group.CS = Name.DeviceCMYK
        page.obj.Group = group


class _Separation:
    """The separation of one PDF; changes wait for `settle`."""

    def __init__(self, pdf: Pdf, inks: Inks) -> None:
        self.pdf = pdf
        self.press, self.mask = Press(inks), Mask()
        self.pools: dict[object, Resources] = {}
        self.known: dict[object, Object] = {}
        self.changes: list[Callable[[], None]] = []
        self.owners: list[tuple[Object, Resources]] = []
        self.operations: dict[object, bytes] = {}

    def page(self, page: Page) -> Edited:
        """The content of a page."""
        resources, owner = _inherited(page.obj, "/Resources")
        pool = self._pool(resources, self.press, owner)
        return self._content(_bytes_of(page), pool, inherits=False)

    def settle(self) -> None:
        """Makes all changes."""
        for change in self.changes:
            change()
        for pool in self.pools.values():
            if pool.plates is self.press and not isinstance(pool.source, Stream):
                result = pool.result()
                for key in CATEGORIES:
                    if key in result:
                        pool.source[key] = result[key]
                    elif key in pool.source:
                        del pool.source[key]
        for owner, pool in self.owners:
            owner["/Resources"] = self._result(pool)

    def _result(self, pool: Resources) -> Object:
        """The resources of a form: what it shares with others it goes on to share."""
        if not pool.source.is_indirect:
            return Dictionary(pool.result())
        if pool.plates is self.press:
            return pool.source
        if pool.copy is None:
            pool.copy = self.pdf.make_indirect(Dictionary(pool.result()))
        return pool.copy

    # what is drawn with

    def _pool(self, source: Object | None, plates: Plates, owner: Object) -> Resources:
        source = Dictionary() if source is None else source
        key = (source.objgen if source.is_indirect else ("of", owner.objgen), plates.device)
        return self.pools.setdefault(key, Resources(source, plates))

    def _content(self, content: bytes, pool: Resources, *, inherits: bool) -> Edited:
        try:
            return separated(content, Content(self, pool, inherits=inherits))
        except ValueError as error:
            raise Refusal(f"drawing that can't be read ({error})") from error

    def space(self, source: Object | None, pool: Resources) -> Space | PatternSpace:
        """A colour space by what stands for it in content or in a picture."""
        spaces = pool.source.get("/ColorSpace", Dictionary())

        def named(name: str) -> Space | None:
            key = f"/Default{name[7:]}" if name.startswith("/Device") else name
            return plain(read_space(spaces[key], lambda _: None)) if key in spaces else None

        if not isinstance(source, Name):
            return read_space(source, named)
        name = str(source)
        if name not in pool.spaces:
            own = spaces.get(name) if name not in DEVICE and name != "/Pattern" else None
            pool.spaces[name] = read_space(source if own is None else own, named)
        return pool.spaces[name]

    def use_space(self, name: str, space: Space | PatternSpace, pool: Resources) -> None:
        """Keeps a space by name: that of patterns without colours, or an ink that stands for itself."""
        if isinstance(space, PatternSpace):
            found: Object = Array([Name.Pattern, pool.plates.device])
        else:
            ends = Array([0] * pool.plates.count), Array([1] * pool.plates.count)
            tint = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=ends[0], C1=ends[1], N=1)
            found = Array([Name.Separation, Name("/" + space.name.split()[1]), pool.plates.device, tint])
        pool.converted.setdefault("/ColorSpace", {})[name] = found

    def use(self, category: str, name: str, pool: Resources) -> Object:
        """Converts an entry of the resources when it is first used, and gives what it was."""
        found = pool.find(category, name)
        entries = pool.converted.setdefault(category, {})
        if name not in entries:
            convert = {
                "/ExtGState": self._state,
                "/Pattern": self._pattern,
                "/Shading": self._shading,
                "/XObject": self._drawing,
            }[category]
            entries[name] = self._once(found, pool, convert)
        return found

    def add_picture(self, image: Stream, pool: Resources) -> str:
        """Converts a picture that was part of the content, and gives its new name among the resources."""
        pool.added += 1
        taken = pool.source.get("/XObject", Dictionary())
        while f"/Inline{pool.added}" in taken:
            pool.added += 1
        picture = self._image(image, pool)
        pool.converted.setdefault("/XObject", {})[f"/Inline{pool.added}"] = picture
        return f"/Inline{pool.added}"

    def _once(self, thing: Object, pool: Resources, convert: Callable[[Any, Resources], Object]) -> Object:
        if not thing.is_indirect:
            return convert(thing, pool)
        key = (thing.objgen, pool.plates.device)
        if key not in self.known:
            self.known[key] = thing  # a form that draws itself must not be followed for ever
            self.known[key] = convert(thing, pool)
        return self.known[key]

    def _rewritten(self, stream: Stream, pool: Resources, entries: dict[str, Any], data: bytes) -> Object:
        """The stream with other entries and data: itself, later, or a copy for a mask."""
        target = stream if pool.plates is self.press else self.pdf.make_stream(b"")

        def change() -> None:
            kept = dict(entries)
            target.write(data, filter=kept.pop("/Filter", None), decode_parms=kept.pop("/DecodeParms", None))
            for key in [key for key in target.keys() if key not in {"/Length", "/Filter", "/DecodeParms", *kept}]:  # noqa: SIM118 - a PDF object's
                del target[key]
            for key, value in kept.items():
                target[key] = value

        self.changes.append(change)
        return target

    def _drawing(self, thing: Object, pool: Resources) -> Object:
        kind = thing.get("/Subtype") if isinstance(thing, Stream) else None
        if kind == Name.Image:
            return self._image(thing, pool)
        if kind != Name.Form:
            raise Refusal(f"a drawing of the kind {str(kind)[1:] if kind else 'none'}")
        return self._form(thing, pool)

    def _form(self, form: Any, pool: Resources) -> Object:
        """A form or the cell of a tiling pattern; without resources of its own it uses those it is drawn with."""
        own = form.get("/Resources")
        inner = pool if own is None else self._pool(own, pool.plates, form)
        pattern = "/PatternType" in form
        content = self._content(form.read_bytes(), inner, inherits=not pattern or int(form.PaintType) == 2).content
        entries = {key: value for key, value in form.items() if key not in {"/Length", "/Filter", "/DecodeParms"}}
        if "/Group" in form and "/CS" in form.Group:
            entries["/Group"] = Dictionary({**dict(form.Group.items()), "/CS": pool.plates.device})
        found = self._rewritten(form, pool, entries, content)
        self.owners.append((found, inner))
        return found

    def _image(self, image: Any, pool: Resources) -> Object:
        source = image.get("/ColorSpace")
        space = None if source is None or is_stencil(image) else plain(self.space(source, pool))
        picture = convert_image(self.pdf, image, space, pool.plates)
        found = self._rewritten(image, pool, picture.entries, picture.data)
        for key in ("/SMask", "/Mask"):
            if isinstance(mask := picture.entries.get(key), Stream):
                self._mask_of_picture(mask, pool)
        return found

    def _mask_of_picture(self, mask: Any, pool: Resources) -> None:
        """A picture's soft mask or stencil: no hint to smooth it, no matte, and DeviceGray (11.6.5.3)."""
        if (key := (mask.objgen, "mask of a picture")) in self.known:
            return
        self.known[key] = mask
        if is_stencil(mask) or mask.get("/ColorSpace") == Name.DeviceGray:

            def change() -> None:
                for key in ("/Interpolate", "/Matte"):
                    if key in mask:
                        del mask[key]

            self.changes.append(change)
            return
        space = plain(self.space(mask.get("/ColorSpace"), pool))
        picture = convert_image(self.pdf, mask, space, self.mask)
        entries = {key: value for key, value in picture.entries.items() if key != "/Matte"}
        self._rewritten(mask, Resources(Dictionary(), self.press), entries, picture.data)

    def _shading(self, shading: Object, pool: Resources) -> Object:
        space = plain(self.space(shading.get("/ColorSpace"), pool))
        if space.name == str(pool.plates.device)[1:]:
            return shading
        return self.pdf.make_indirect(convert_shading(self.pdf, shading, space, pool.plates))

    def _pattern(self, pattern: Any, pool: Resources) -> Object:
        if int(pattern.PatternType) == 1:
            return self._form(pattern, pool)
        entries = dict(pattern.items())
        entries["/Shading"] = self._once(pattern.Shading, pool, self._shading)
        if "/ExtGState" in pattern:
            entries["/ExtGState"] = self._once(pattern.ExtGState, pool, self._state)
        return self.pdf.make_indirect(Dictionary(entries))

    def _state(self, state: Object, pool: Resources) -> Object:
        """A graphics state: its soft mask goes to DeviceGray."""
        for key in ("/TR", "/TR2"):
            if key in state and state[key] not in (Name.Identity, Name.Default):
                raise Refusal("a transfer function")
        entries = {key: value for key, value in state.items() if key not in {*_UNUSED, "/TR", "/TR2"}}
        if isinstance(state.get("/SMask"), Dictionary):
            entries["/SMask"] = self._soft_mask(state["/SMask"], pool)
        found = Dictionary(entries)
        return self.pdf.make_indirect(found) if state.is_indirect else found

    def _soft_mask(self, soft: Object, pool: Resources) -> Object:
        """A mask that is made from a group (11.6.5.2), with its backdrop in the group's space."""
        group = soft.get("/G")
        if not isinstance(group, Stream):
            raise Refusal("a soft mask without a group")
        masks = self._pool(pool.source, self.mask, group)
        entries = {**dict(soft.items()), "/G": self._once(group, masks, self._form)}
        if "/BC" in soft:
            device = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}.get(len(soft.BC))
            space = plain(self.space(group.get("/Group", Dictionary()).get("/CS", device), pool))
            backdrop = np.array([[float(x) for x in soft.BC]])
            if space.count != len(soft.BC):
                raise Refusal("a soft mask whose backdrop is not in its group's space")
            entries["/BC"] = Array(numbers(self.mask.colours(space, backdrop)[0]))
        return Dictionary(entries)

    def font(self, name: str, pool: Resources) -> None:
        """Looks at a font that is used. Raises Refusal for one whose glyphs are drawings (GWG 2022: no Type 3)."""
        font = pool.source.get("/Font", Dictionary()).get(name)
        if font is not None and font.get("/Subtype") == Name.Type3:
            raise Refusal(f"the Type 3 font {name[1:]}")


def _inherited(page: Object, key: str) -> tuple[Object | None, Object]:
    """An entry of a page or of the nodes above it, and where it stands (7.7.3.4)."""
    node: Object | None = page
    while node is not None:
        if key in node:
            return node[key], node
        node = node.get("/Parent")
    return None, page


def _bytes_of(page: Page) -> bytes:
    """A page's content; its parts are one stream with white space between them (7.8.2)."""
    contents = page.obj.get("/Contents")
    parts: Iterable[Any] = [] if contents is None else contents if isinstance(contents, Array) else [contents]
    try:
        return b"\n".join(part.read_bytes() for part in parts)
    except PdfError as error:
        raise Refusal("drawing that can't be read") from error
