"""The order of index entries: letters by the Unicode Collation Algorithm, words by Chicago (17th ed.), 16.56–16.68.

Letters and symbols are compared by the primary weights of the Default Unicode Collation Element Table, which ignore
case and accents; a run of figures counts as one number. Signs at which comparing pauses weigh less than anything else,
so that a word comes before the same word with a parenthesis, that before a comma, then a space (word by word only),
symbols, figures and letters (16.59, 16.60).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import cache
from pathlib import Path

from pyuca import Collator
from pyuca.collator import COLL_ELEMENT_PATTERN
from pyuca.utils import hexstrings2int

from policybook.edition import Collation

#: What is compared first: (weight,) for a letter, a symbol or a pause, (weight of “0”, value) for a number.
Row = tuple[tuple[int, ...], ...]
#: Two texts are compared without case and accents, then with them, then character by character.
SortKey = tuple[Row, tuple[int, ...], str]

#: Words that don't count at the start of a subentry (Chicago 16.68).
LEADING_WORDS = frozenset({"and", "as", "by", "for", "from", "in", "of", "on", "the", "to", "with"})

#: The headings of the entries that start with no letter.
SYMBOLS, NUMERALS = "Symbols", "0\N{EN DASH}9"

#: Latin letters, accents and signs, in a text and in a row of the table: U+0000–036F and U+2000–22FF.
_LATIN = re.compile(r"[\u0000-\u036F\u2000-\u22FF]*")
_LATIN_ROW = re.compile(r"^((?:0[0-2]..|03[0-6].|2[0-2]..) [^;\n]*);([^#\n]*)", re.MULTILINE)

_PARENTHESIS, _COMMA, _SPACE = (1,), (2,), (3,)
_PAUSES = ([_PARENTHESIS], [_COMMA], [_SPACE])
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_PIECE = re.compile(r"\d+|\s*[(,]\s*|\s+|[^\d\s(,]+")
_FIRST_WORD = re.compile(r"(\w+)\s+(?=\S)")


def sort_key(text: str, collation: Collation, ignore_leading: Collection[str] = ()) -> SortKey:
    """The key by which entries are sorted.

    Letter by letter, spaces and punctuation don't count up to a comma or a parenthesis, behind which comparing starts
    again; word by word, it pauses at each space too. Words of `ignore_leading`, in lower case, don't count at the
    start, unless nothing else is left. Articles count: `sort_as` says otherwise where it is wanted.
    """
    return _primary(_without_leading(text, ignore_leading), collation), _uca_key(text), text


@cache
def initial(text: str) -> str:
    """The heading of the group that a text belongs to: its first letter without accents, `0–9`, or `Symbols`.

    Punctuation doesn't count, as in `sort_key`, so that sorted entries of one group stand together.
    """
    weights = _primary(text, Collation.LETTER_BY_LETTER)
    first = weights[0][0] if weights else 0
    if first < _weight("0"):
        return SYMBOLS
    if first < _weight("a"):
        return NUMERALS
    return _latin_letters().get(first) or _counting(text)[0].upper()


class _LatinCollator(Collator):  # type: ignore[misc]
    """Knows the rows of the table that start with what Latin text is made of, a twentieth of all.

    Of such text it says what the whole table says, since no other row starts with its characters.
    """

    def load(self, filename: str) -> None:
        for characters, elements in _LATIN_ROW.findall(Path(filename).read_text(encoding="ascii")):
            weights = [hexstrings2int(element) for element in COLL_ELEMENT_PATTERN.findall(elements)]
            self.table.add(hexstrings2int(characters.split()), weights)


@cache
def _latin_collator() -> Collator:
    return _LatinCollator()


@cache
def _whole_collator() -> Collator:
    """The collator of all writing systems, whose table of 30,000 rows takes a tenth of a second to read."""
    return Collator()


def _collator(decomposed: str) -> Collator:
    """The collator for a decomposed text."""
    return _latin_collator() if _LATIN.fullmatch(decomposed) else _whole_collator()


@cache
def _uca_key(text: str) -> tuple[int, ...]:
    key: tuple[int, ...] = _collator(unicodedata.normalize("NFD", text)).sort_key(text)
    return key


@cache
def _weight(character: str) -> int:
    return _weights(character)[0]


@cache
def _latin_letters() -> dict[int, str]:
    return {_weight(letter): letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def _weights(text: str) -> list[int]:
    """The primary weights of decomposed text; an accent has none."""
    return [element[0] for element in _collator(text).collation_elements(text) if element[0]]


def _counting(text: str) -> str:
    """The characters that count, decomposed: no punctuation, spaces, format characters or letters that modify (ʻ)."""
    return "".join(
        character
        for character in unicodedata.normalize("NFD", text)
        if unicodedata.category(character)[0] not in "PZC" and unicodedata.category(character) not in ("Lm", "Sk")
    )


@cache
def _primary(text: str, collation: Collation) -> Row:
    """The row by which texts are compared first. A pause counts once, and not at the start."""
    row: list[tuple[int, ...]] = []
    for piece in _PIECE.findall(_THOUSANDS.sub("", text.strip())):
        weights = _piece_weights(piece, collation)
        if weights not in _PAUSES or (row and [row[-1]] not in _PAUSES):
            row += weights
    return tuple(row)


def _piece_weights(piece: str, collation: Collation) -> list[tuple[int, ...]]:
    if piece.isdecimal():
        return [(_weight("0"), int(piece))]
    if "(" in piece:
        return [_PARENTHESIS]
    if "," in piece:
        return [_COMMA]
    if piece.isspace():
        return [_SPACE] if collation is Collation.WORD_BY_WORD else []
    return [(weight,) for weight in _weights(_counting(piece))]


def _without_leading(text: str, words: Collection[str]) -> str:
    while (match := _FIRST_WORD.match(text)) and match[1].casefold() in words:
        text = text[match.end() :]
    return text
