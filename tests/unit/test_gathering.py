"""A gathering: what goes into the cache comes out of it, and what was damaged there is refused."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgpack
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policybook.diagnostics import Problem
from policybook.gathering import Figures, Gathering, mark, pack, print_late, renumbered, unpack
from tests.unit.bookblock import divisions, furniture

DIGITS = tuple(b"%04x" % (0x1B + digit) for digit in range(10))


# --- kept and found again -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["front", "laws", "places"])
def test_what_was_packed_is_unpacked_whole(name: str) -> None:
    for gathering in (divisions()[name], furniture()[name]):
        packed = pack(gathering)
        assert unpack(packed) == gathering
        assert pack(unpack(packed)) == packed
        assert gathering.digest == hashlib.sha256(packed).hexdigest()


def test_problems_are_not_kept() -> None:
    found = replace(divisions()["front"], problems=(Problem("LAYT001", "x"),))
    assert unpack(pack(found)).problems == ()


def test_the_digest_tells_any_difference() -> None:
    gathering = divisions()["laws"]
    others = (
        replace(gathering, language="fr"),
        replace(gathering, numbers=1),
        replace(gathering, plain=gathering.plain[1:]),
        replace(gathering, anchors={}),
        replace(gathering, pages=gathering.pages[:1]),
    )
    assert len({gathering.digest, *(unpack(pack(other)).digest for other in others)}) == 6


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_folds_the_same_bytes(seed: str) -> None:
    program = "from tests.unit.bookblock import divisions; print(*(g.digest for g in divisions().values()))"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True)
    assert done.stdout.split() == [gathering.digest for gathering in divisions().values()]


# --- damaged --------------------------------------------------------------------------------------------------------


def refused(packed: bytes) -> bool:
    """Whether bytes are refused, by the one error that says so."""
    try:
        unpack(packed)
    except ValueError:
        return True
    return False


def test_bytes_that_are_cut_off_anywhere_are_refused() -> None:
    packed = pack(furniture()["laws"])
    assert all(refused(packed[:length]) for length in range(len(packed)))
    assert refused(packed + b"\x00")


FIELDS = 16


@given(st.binary(max_size=200))
@example(msgpack.packb({}))
@example(msgpack.packb([None] * FIELDS))
@example(msgpack.packb([1] * FIELDS))
@example(msgpack.packb([["a"]] * FIELDS))
@example(msgpack.packb([[[1, 2, 3, 4]]] * FIELDS))
@example(msgpack.packb([[]] * (FIELDS - 1)))
@example(msgpack.packb([[]] * (FIELDS + 1)))
@example(b"\xc1" * 50)
@example(b"\xdf\xff\xff\xff\xff")
@example(b"\x91" * 5000)
def test_other_bytes_are_refused(content: bytes) -> None:
    assert refused(content)


@given(st.data())
def test_a_byte_that_flips_is_refused_or_does_no_harm_here(data: st.DataObject) -> None:
    """That the bytes are those that were put in is the store's promise; this is about what is raised."""
    packed = pack(divisions()["front"])
    at = data.draw(st.integers(0, len(packed) - 1))
    flipped = packed[:at] + bytes([packed[at] ^ data.draw(st.integers(1, 255))]) + packed[at + 1 :]
    if not refused(flipped):
        assert isinstance(unpack(flipped), Gathering)
        assert unpack(flipped).digest != divisions()["front"].digest


# --- references -----------------------------------------------------------------------------------------------------


def test_marks_get_the_numbers_of_the_book_and_nothing_else_does() -> None:
    content = b"<</P %b/K[%b 0 %b]/T(5 0 R \\\\ 7)/Pg %b>>" % (mark(0), mark(12), mark(3), mark(-2))
    numbered = renumbered(content, lambda own: 1000 + own)
    assert numbered == b"<</P 1000 0 R/K[1012 0 R 0 1003 0 R]/T(5 0 R \\\\ 7)/Pg 998 0 R>>"
    assert renumbered(b"(5 0 R) 5 0 R", lambda _: 9) == b"(5 0 R) 5 0 R"


@given(st.lists(st.integers(-3, 10**9), max_size=20))
def test_every_mark_is_numbered_once(numbers: list[int]) -> None:
    content = b" ".join(mark(number) for number in numbers)
    assert renumbered(content, lambda own: own + 5) == b" ".join(b"%d 0 R" % (number + 5) for number in numbers)


# --- late numbers ---------------------------------------------------------------------------------------------------


def test_digits_are_printed_where_they_were_left_room_for_and_nowhere_else() -> None:
    content = b"[<001b001c>-20<001d>] TJ [<0002001b>] TJ"
    first, second = Figures((2, 6, 15), DIGITS), Figures((31,), DIGITS)
    printed = print_late(content, [(first, "907"), (second, "5")])
    assert printed == b"[<0024001b>-20<0022>] TJ [<00020020>] TJ"
    assert print_late(printed, [(first, "012"), (second, "0")]) == content
    assert print_late(content, []) == content


@pytest.mark.parametrize("digits", ["90", "9077", "", "x07"])
def test_a_number_of_another_width_is_an_error(digits: str) -> None:
    with pytest.raises(ValueError, match=r"shorter|longer|invalid literal"):
        print_late(b"[<001b001c001d>] TJ", [(Figures((2, 6, 10), DIGITS), digits)])
