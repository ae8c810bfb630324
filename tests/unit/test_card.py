"""The picture for services that show links."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from policybook.prepress.card import HEIGHT, WIDTH, link_card
from tests.unit.specimen_pdf import specimen


def test_the_card_shows_the_first_page_whole_on_a_quiet_ground(tmp_path: Path) -> None:
    pdf = specimen("<p>One.</p>", tmp_path, "@page { background: #9c4a08 }").pdf
    made = link_card(pdf)
    assert made == link_card(pdf)
    card = Image.open(io.BytesIO(made)).convert("RGB")
    assert card.size == (WIDTH, HEIGHT)
    assert card.getpixel((5, HEIGHT // 2)) == (185, 179, 169)
    assert card.getpixel((WIDTH // 2, HEIGHT - 60)) == (156, 74, 8)
    assert len(made) < 200_000
