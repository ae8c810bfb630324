"""Pages of PDFs on pictures, with lines and labels: what scripts/write-printing draws with.

Lengths of pictures are CSS pixels. Pages are rendered by pdfium, and everything is laid out by WeasyPrint.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import numpy as np
import pypdfium2
from PIL import Image

from policybook.fonts import FACES
from policybook.geometry import Box
from policybook.typesetting import engine

#: Pixels of a picture to one of its layout; bytes that a picture may have, and the colors to try until it has no more.
DENSITY, LARGEST, COLORS = 1.5, 150_000, (256, 128, 64)
#: A page of the layout engine, of which a picture is the upper part.
TALLEST = 4000
STYLE = """
body { margin: 0; background: #f3f1ec; color: #1d1f24; font: 15px/1.3 "Book Sans" }
body > * { position: absolute; box-sizing: border-box }
b { font-weight: 600 }
.said { white-space: nowrap } .wrapped { white-space: normal }
svg { left: 0; top: 0 }
"""


@dataclass(frozen=True, slots=True)
class Placed:
    """A page on a picture: its box that is shown, where the upper left of that is, how many pixels a point is."""

    data: bytes
    page: int
    shown: Box
    left: float
    top: float
    scale: float

    def x(self, across: float) -> float:
        """Where a place of the page is on the picture, from the left."""
        return self.left + (across - self.shown.left) * self.scale

    def y(self, up: float) -> float:
        """The same from the top."""
        return self.top + (self.shown.top - up) * self.scale

    def html(self) -> str:
        """What is shown of the page."""
        return picture_html(page_picture(self.data, self.page, self.shown, self.scale * 2), self.left, self.top, 0.5)

    def frame(self, box: Box, line: str, fill: str = "none") -> str:
        """A box of the page: its line as CSS has it, such as `1px solid red`."""
        size = (box.right - box.left) * self.scale, (box.top - box.bottom) * self.scale
        return block(self.x(box.left), self.y(box.top), *size, f"border:{line};background:{fill}")


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes of a page."""

    media: Box
    bleed: Box
    trim: Box


def boxes(data: bytes, page: int) -> Boxes:
    """Those of a page, counted from 1."""
    leaf = pypdfium2.PdfDocument(data)[page - 1]
    return Boxes(Box(*leaf.get_mediabox()), Box(*leaf.get_bleedbox()), Box(*leaf.get_trimbox()))


def page_picture(data: bytes, page: int, shown: Box, scale: float) -> Image.Image:
    """What pdfium makes of a box of a page, counted from 1, at so many pixels a point."""
    media = boxes(data, page).media
    whole = pypdfium2.PdfDocument(data)[page - 1].render(scale=scale).to_pil().convert("RGB")
    left, top = (shown.left - media.left) * scale, (media.top - shown.top) * scale
    size = (shown.right - shown.left) * scale, (shown.top - shown.bottom) * scale
    cut: Image.Image = whole.crop((round(left), round(top), round(left + size[0]), round(top + size[1])))
    return cut


def picture_html(picture: Image.Image, left: float, top: float, zoom: float) -> str:
    """A picture on a picture."""
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    address = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
    size = f"width:{picture.width * zoom:.2f}px;height:{picture.height * zoom:.2f}px"
    return f'<img src="{address}" style="left:{left:.2f}px;top:{top:.2f}px;{size}" alt="">'


def block(left: float, top: float, width: float, height: float, style: str) -> str:
    """A rectangle."""
    return f'<div style="left:{left:.2f}px;top:{top:.2f}px;width:{width:.2f}px;height:{height:.2f}px;{style}"></div>'


def label(words: str, x: float, y: float, align: str = "left", width: float = 240, style: str = "") -> str:
    """Words whose first line has its middle at y; x is their left, right or middle. They are HTML."""
    left = {"left": x, "right": x - width, "center": x - width / 2}[align]
    place = f"left:{left:.1f}px;top:{y - 10:.1f}px;width:{width:.1f}px;text-align:{align};{style}"
    return f'<div class="{"wrapped" if width < 240 else "said"}" style="{place}">{words}</div>'


def lines(width: float, height: float, *paths: str) -> str:
    """Lines over the whole picture: SVG elements."""
    return f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}">{"".join(paths)}</svg>'


def leader(x1: float, y1: float, x2: float, y2: float, color: str = "#1d1f24") -> str:
    """A line from a label to what it names, with a dot at its end."""
    return (
        f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{color}" stroke-width="1" fill="none"/>'
        f'<circle cx="{x2:.1f}" cy="{y2:.1f}" r="2.4" fill="{color}"/>'
    )


def stroke(x1: float, y1: float, x2: float, y2: float, color: str, dashes: str = "") -> str:
    """A line."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{color}" stroke-width="1.4" fill="none"{dashed}/>'


def drawn(width: float, height: float, *parts: str) -> Image.Image:
    """A picture of HTML parts."""
    return laid_out(f"<body>{''.join(parts)}", STYLE, width, height)


@cache
def _faces(family: str) -> str:
    own = [face for face in FACES if face.family == "Book Sans"]
    return "".join(
        f"@font-face{{font-family:'{family}';font-weight:{face.weight};"
        f"font-style:{'italic' if face.italic else 'normal'};src:url('{face.path.as_uri()}')}}"
        for face in own
    )


def laid_out(html: str, style: str, width: float, height: float) -> Image.Image:
    """The first page of HTML, so many CSS pixels wide and high, as a picture with no font but the book's."""
    weasyprint = engine()
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - after `engine()`

    fonts = FontConfiguration()
    page = f"@page {{ size: {width}px {TALLEST}px; margin: 0 }}"
    sheet = weasyprint.CSS(string=f"{_faces('Book Sans')}{_faces('Source Sans 3')}{page}{style}", font_config=fonts)
    source = weasyprint.HTML(string=html, media_type="screen")
    pdf = source.write_pdf(font_config=fonts, stylesheets=[sheet])
    image: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=96 / 72 * DENSITY).to_pil().convert("RGB")
    return image.crop((0, 0, round(width * DENSITY), round(height * DENSITY)))


def png(image: Image.Image) -> bytes:
    """The picture as a PNG of no more than `LARGEST` bytes."""
    for most in COLORS:
        buffer = BytesIO()
        with_colors(image, most).save(buffer, "PNG", optimize=True)
        if buffer.tell() <= LARGEST:
            return buffer.getvalue()
    raise SystemExit(f"write-printing: a picture of {image.width} by {image.height} takes more than {LARGEST:,} bytes")


def with_colors(image: Image.Image, most: int) -> Image.Image:
    """The picture with so many of its own colors: each is the one by which most is gained.

    Small flat things, such as the patches of a color bar, keep their colors; Pillow's ways of quantizing lose them.
    """
    flat = np.asarray(image, np.int64).reshape(-1, 3)
    codes, places, counts = np.unique(flat @ (65536, 256, 1), return_inverse=True, return_counts=True)
    colors = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1)
    nearest = np.zeros(len(colors), np.uint8)
    away = np.full(len(colors), 1 << 20)
    palette = []
    for number in range(min(most, len(colors))):
        chosen = colors[np.argmax(away * counts)]
        palette += chosen.tolist()
        distance = ((colors - chosen) ** 2).sum(axis=1)
        nearest[distance < away] = number
        away = np.minimum(away, distance)
    made = Image.fromarray(nearest[places].reshape(image.height, image.width))
    made.putpalette(palette)
    return made
