"""What a page really draws: its content stream is read operator by operator, as a printer's RIP reads it.

Followed are forms, patterns, the groups of soft masks and the glyphs of Type 3 fonts; annotations are not. Resources
that no operator uses are not looked at, nor is what is clipped away, transparent text (9.3.6, mode 3) or a layer that
is turned off. What can't be read for certain is not guessed: `NotChecked` is raised, with words.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from policybook.preflight.press import painting_objects, painting_parameters, painting_paths, painting_text
from policybook.preflight.press.painted import Colour, Painted, PaintKind
from policybook.preflight.press.painting_content import Content, Reading
from policybook.preflight.press.painting_layers import Layers
from policybook.preflight.press.painting_state import IDENTITY, State, rectangle
from policybook.preflight.press.rules import NotChecked

__all__ = ["Colour", "PaintKind", "Painted", "read_page"]

#: Operators that a page may have, with those of its forms: some hundred times those of a page full of text.
_MOST = 1_000_000


def read_page(pdf: pikepdf.Pdf, page: int) -> Iterator[Painted]:
    """What a page, counted from 1, draws, in the order in which it does.

    Raises NotChecked, with the number of the page, if there is anything on it that can't be read or measured.
    """
    leaf = pdf.pages[page - 1]
    try:
        unit = float(leaf.obj.get("/UserUnit", 1))
        reading = Reading(Layers(pdf), unit, run, _MOST)
        state = State(IDENTITY, rectangle(leaf.mediabox))
        run(Content(reading, leaf.resources, state, IDENTITY), leaf)
    except NotChecked as reason:
        raise NotChecked(f"page {page}: {reason}") from reason
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, pikepdf.PdfError) as error:
        raise NotChecked(f"page {page} can't be read: {error}") from error
    yield from reading.painted


def run(content: Content, stream: Any) -> None:
    """Read a content stream: that of a page, a form, the cell of a pattern or a glyph."""
    if "/Contents" not in stream and not isinstance(stream, pikepdf.Stream):
        return
    instructions = pikepdf.parse_content_stream(stream)
    content.reading.left -= len(instructions)
    if content.reading.left < 0:
        raise NotChecked(f"there are more than {_MOST:,} operators, with those of forms")
    for instruction in instructions:
        name = str(instruction.operator)
        operator = _OPERATORS.get(name)
        if operator is not None:
            operator(content, instruction.operands)
        elif not content.lenient:
            raise NotChecked(f"the content has an operator that there is not: {name}")


def _mark(content: Content, operands: Any) -> None:
    """BMC and BDC: marked content, which may be an artifact (14.8.2.2) or in a layer (8.11.3.2)."""
    tag = str(operands[0])
    hides = tag == "/OC" and content.reading.layers.hides(content.resource("/Properties", operands[1]))
    content.marked.append((tag == "/Artifact", hides))
    content.artifacts += tag == "/Artifact"
    content.hidden += hides


def _unmark(content: Content, _: Any) -> None:
    if content.marked:
        artifact, hides = content.marked.pop()
        content.artifacts -= artifact
        content.hidden -= hides


def _be_lenient(content: Content, _: Any) -> None:
    """BX: operators that there are not are let pass (7.8.2)."""
    content.lenient += 1


def _be_strict(content: Content, _: Any) -> None:
    content.lenient -= 1


_OPERATORS: dict[str, painting_paths.Operator] = {
    **painting_parameters.OPERATORS,
    **painting_paths.OPERATORS,
    **painting_text.OPERATORS,
    "Do": painting_objects.draw,
    "sh": painting_objects.shade,
    "INLINE IMAGE": painting_objects.draw_inline,
    "BMC": _mark,
    "BDC": _mark,
    "EMC": _unmark,
    "BX": _be_lenient,
    "EX": _be_strict,
}
