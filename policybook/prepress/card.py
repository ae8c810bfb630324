"""A picture of the book for services that show links: its cover on a quiet ground, 1200 by 630 (Open Graph)."""

from __future__ import annotations

import io

from PIL import Image

from policybook.prepress.cover_picture import cover_picture

#: What most services show, in pixels.
WIDTH, HEIGHT = 1200, 630
#: Around the cover, at least.
_MARGIN = 30
_GROUND = "#b9b3a9"


def link_card(screen: bytes) -> bytes:
    """A PNG of the first page of the screen edition, whole."""
    room = (WIDTH - 2 * _MARGIN, HEIGHT - 2 * _MARGIN)
    cover = Image.open(io.BytesIO(cover_picture(screen, 2 * room[1])))
    scale = min(room[0] / cover.width, room[1] / cover.height)
    shown = cover.resize((round(cover.width * scale), round(cover.height * scale)), Image.Resampling.LANCZOS)
    card = Image.new("RGB", (WIDTH, HEIGHT), _GROUND)
    card.paste(shown, ((WIDTH - shown.width) // 2, (HEIGHT - shown.height) // 2))
    made = io.BytesIO()
    card.quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
    return made.getvalue()
