"""Pictures of every kind, made of the same few shapes and always of the same bytes."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from PIL import Image, ImageCms


def _written(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def photograph(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """Hues across that grow dark from above to below, with a little of texture."""
    across, down = np.meshgrid(np.linspace(0, 6, size[0]), np.linspace(0, 1, size[1]))
    texture = 0.04 * np.sin(across * 37) * np.cos(down * 61)
    planes = [(0.55 + 0.3 * np.cos(across + shift) + texture) * (1 - 0.9 * down**2) for shift in (0, 2.1, 4.2)]
    return Image.fromarray(np.rint(np.clip(np.stack(planes, axis=2), 0, 1) * 255).astype(np.uint8))


def line_art() -> Image.Image:
    """Black rings on white, in one bit."""
    y, x = np.mgrid[-32:32, -48:48]
    return Image.fromarray(np.hypot(x, y) % 12 < 6).convert("1")


def flat_art() -> Image.Image:
    """A chart of three colours, one of them the brand's."""
    picture = np.full((64, 96, 3), 255, np.uint8)
    picture[40:, 8:24] = (154, 42, 42)
    picture[20:, 32:48] = (31, 107, 92)
    picture[56:60] = (0, 0, 0)
    return Image.fromarray(picture)


@cache
def pictures() -> dict[str, bytes]:
    """Files by their name."""
    colour = photograph()
    alpha = Image.fromarray(np.tile(np.linspace(0, 255, 96).astype(np.uint8), (64, 1)))
    seen = colour.copy()
    seen.putalpha(alpha)
    gray = colour.convert("L")
    gray_seen = Image.merge("LA", (gray, alpha))
    cmyk = Image.merge("CMYK", [gray, gray.rotate(180), alpha, Image.new("L", gray.size, 40)])
    keyed = flat_art().quantize(8)
    keyed.info["transparency"] = 0
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return {
        "rgb.png": _written(colour, "PNG"),
        "rgba.png": _written(seen, "PNG"),
        "gray.png": _written(gray, "PNG"),
        "gray-alpha.png": _written(gray_seen, "PNG"),
        "bits.png": _written(line_art(), "PNG"),
        "palette.png": _written(flat_art().quantize(8), "PNG"),
        "keyed.png": _written(keyed, "PNG", transparency=0),
        "flat.png": _written(flat_art(), "PNG"),
        "profiled.png": _written(colour, "PNG", icc_profile=srgb),
        "rgb.jpg": _written(colour, "JPEG", quality=92),
        "profiled.jpg": _written(colour, "JPEG", quality=92, icc_profile=srgb),
        "gray.jpg": _written(gray, "JPEG", quality=92),
        "cmyk.jpg": _written(cmyk, "JPEG", quality=92),
        "rgb.webp": _written(colour, "WEBP", lossless=True),
        "rgb.gif": _written(colour.quantize(64), "GIF"),
        "rgb.tif": _written(colour, "TIFF"),
        "rgb.jp2": _written(colour, "JPEG2000"),
    }
