"""Numbers that are printed late: where their digits stand in a page's content.

They are set in a face's figures cut (see `policybook.fonts`), in tabular figures, so that any number of as many digits
takes the same room.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

import uharfbuzz as hb

from policybook.gathering import CODE, Figures

#: The tabular figures of a face: lining and old-style ones have glyphs of their own.
_SETS = ({"lnum": True, "tnum": True}, {"onum": True, "tnum": True})
#: Advances of one width may differ by a rounding of the design, in units of the font.
_ROUNDING = 1
_TOKEN = re.compile(rb"<</MCID (\d+)>>|/(\w+) [\d.]+ Tf\n\[([^\]]*)\] TJ")
_GLYPHS = re.compile(rb"<([0-9a-f]+)>")


@cache
def figure_sets(face: Path) -> tuple[tuple[bytes, ...], ...]:
    """The codes of 0 to 9 in each set of tabular figures that a font file has."""
    font = hb.Font(hb.Face(hb.Blob.from_file_path(str(face))))
    sets = []
    for features in _SETS:
        buffer = hb.Buffer()
        buffer.add_str("0123456789")
        buffer.guess_segment_properties()
        hb.shape(font, buffer, {**features, "kern": False})
        advances = [position.x_advance for position in buffer.glyph_positions]
        if max(advances) - min(advances) <= _ROUNDING:
            sets.append(tuple(b"%04x" % info.codepoint for info in buffer.glyph_infos))
    return tuple(dict.fromkeys(sets))


def find_figures(content: bytes, faces: Mapping[str, Path]) -> Iterator[tuple[int, str, Figures]]:
    """The late numbers of a page in the order of its content, each with its mark and its font's key.

    `faces` has the files of the figures cuts by the key under which the page names them. The mark is -1 outside of
    marked content.
    """
    known = {key: _digits_of(figure_sets(path)) for key, path in faces.items()}
    mark = -1
    for token in _TOKEN.finditer(content):
        if token[1] is not None:
            mark = int(token[1])
            continue
        key = token[2].decode("ascii")
        if key in known:
            for figures in _runs(content, token.start(3), token.end(3), known[key]):
                yield mark, key, figures


def _digits_of(sets: Sequence[tuple[bytes, ...]]) -> dict[bytes, tuple[bytes, ...]]:
    return {code: codes for codes in sets for code in codes}


def _runs(content: bytes, start: int, end: int, known: Mapping[bytes, tuple[bytes, ...]]) -> Iterator[Figures]:
    """The runs of digits among the glyphs that one operator shows."""
    offsets = [
        at for group in _GLYPHS.finditer(content, start, end) for at in range(group.start(1), group.end(1), CODE)
    ]
    for codes, run in groupby(offsets, key=lambda at: known.get(content[at : at + CODE])):
        if codes is not None:
            yield Figures(tuple(run), codes)


def shown(content: bytes, figures: Figures) -> str:
    """The digits that a late number shows now."""
    return "".join(str(figures.codes.index(content[at : at + CODE])) for at in figures.offsets)
