"""The pressroom presses what it has not pressed, keeps it, and is misled by no entry that somebody spoiled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from policybook import pressroom
from policybook.crew import Alone, Supply
from policybook.diagnostics import ContentError
from policybook.gathering import Gathering
from policybook.prepress.pressing import Press
from policybook.pressroom import Pressroom
from policybook.printer import Standard
from policybook.store import Cache, MemoryStore
from tests.unit.bookblock import divisions
from tests.unit.pressblock import INKS, opaque_block, pressed

PRESS = Press(Standard.X4, INKS)
KIND = "pressed"


class Counting(Alone):
    """A crew of one that notes what it is given to do, with which supply and weights."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.supplies: list[Supply[Press]] = []
        self.weights: list[float] = []

    def do(self, work: Any, supply: Any, tasks: Sequence[Any], **how: Any) -> list[Any]:
        self.done += [how["name"](task) for task in tasks]
        self.supplies.append(supply)
        self.weights += how.get("weights", [])
        return super().do(work, supply, tasks, **how)


class Room:
    """A pressroom whose cache lasts, and what it presses from call to call."""

    def __init__(self, cache: Cache | None = None) -> None:
        self.cache: Cache = cache or MemoryStore()

    def made(self, *of: Gathering, press: Press = PRESS) -> tuple[list[str], dict[str, Gathering]]:
        """What a new pressroom presses of gatherings, and all that it hands out."""
        crew = Counting()
        return crew.done, Pressroom(press, crew, self.cache).pressed(of)


GATHERINGS = tuple(opaque_block().gatherings.values())
NAMES = [f"{of.division}, for the press" for of in GATHERINGS]


@pytest.fixture
def room() -> Room:
    """A pressroom in which the block has been pressed."""
    room = Room()
    assert room.made(*GATHERINGS)[0] == NAMES
    return room


# --- pressed once -----------------------------------------------------------------------------------------------------


def test_what_is_handed_out_is_by_the_digest_of_what_came_in() -> None:
    found = Room().made(*GATHERINGS)[1]
    assert found == {of.digest: pressed(Standard.X4)[of.digest] for of in GATHERINGS}
    assert list(found) == [of.digest for of in GATHERINGS]


def test_a_second_call_presses_nothing_and_hands_out_the_same(room: Room) -> None:
    made, found = room.made(*GATHERINGS)
    assert made == []
    assert found == Room().made(*GATHERINGS)[1]
    assert {entry.kind for entry in room.cache.kept()} == {KIND}


def test_what_comes_twice_is_pressed_once() -> None:
    made, found = Room().made(GATHERINGS[0], GATHERINGS[1], GATHERINGS[0])
    assert made == NAMES[:2]
    assert len(found) == 2


def test_only_what_is_new_is_pressed(room: Room) -> None:
    new = opaque_block().furniture["front"]
    made, found = room.made(GATHERINGS[2], new, GATHERINGS[0])
    assert made == [f"{new.division}, for the press"]
    assert list(found) == [GATHERINGS[2].digest, new.digest, GATHERINGS[0].digest]


def test_nothing_is_pressed_of_nothing(room: Room) -> None:
    assert room.made() == ([], {})


CHANGED = {
    "another standard": Press(Standard.X1A, INKS),
    "no inks": Press(Standard.RGB, INKS),
    "a lower limit": Press(Standard.X4, replace(INKS, limit=240)),
    "another build": Press(Standard.X4, replace(INKS, builds={(154, 42, 42): (0, 0.9, 0.7, 0.45)})),
    "one build more": Press(Standard.X4, replace(INKS, builds={**INKS.builds, (0, 0, 254): (1, 0.9, 0, 0)})),
    "another profile": Press(Standard.X4, replace(INKS, profile=INKS.profile + b"\0")),
}


@pytest.mark.parametrize("kind", CHANGED)
def test_another_press_presses_again_and_both_are_kept(room: Room, kind: str) -> None:
    assert room.made(*GATHERINGS, press=CHANGED[kind])[0] == NAMES
    assert room.made(*GATHERINGS, press=CHANGED[kind])[0] == []
    assert room.made(*GATHERINGS)[0] == []


def test_the_same_press_made_anew_presses_nothing(room: Room) -> None:
    assert room.made(*GATHERINGS, press=Press(Standard.X4, replace(INKS, builds=dict(INKS.builds))))[0] == []


def test_another_program_presses_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pressroom, "_own_digest", lambda: "another")
    assert room.made(*GATHERINGS)[0] == NAMES


def test_long_divisions_weigh_more_and_all_share_the_press() -> None:
    crew = Counting()
    Pressroom(PRESS, crew, MemoryStore()).pressed(GATHERINGS)
    assert crew.weights == [of.count for of in GATHERINGS] == [1, 2, 1]
    (supply,) = crew.supplies
    assert (supply.digest, supply.content) == (PRESS.digest, PRESS)


def test_each_is_kept_as_soon_as_it_is_pressed() -> None:
    class Stopping(Alone):
        """Stops behind its first task, as a build does that is killed."""

        def do(self, work: Any, supply: Any, tasks: Sequence[Any], **how: Any) -> list[Any]:
            super().do(work, supply, tasks[:1], **{**how, "weights": ()})
            raise KeyboardInterrupt

    room = Room()
    with pytest.raises(KeyboardInterrupt):
        Pressroom(PRESS, Stopping(), room.cache).pressed(GATHERINGS)
    assert room.made(*GATHERINGS)[0] == NAMES[1:]


# --- entries that are not what they should be -------------------------------------------------------------------------


POISON = {
    "empty": b"",
    "no gathering": b"poison",
    "another form": b"\x93\x01\x02\x03",
    "half of it": None,
}


@pytest.mark.parametrize("kind", POISON)
def test_a_spoiled_entry_is_made_again(room: Room, kind: str) -> None:
    (entry, *_) = (entry for entry in room.cache.kept() if entry.kind == KIND)
    whole = room.cache.get(KIND, entry.key)
    assert whole
    poison = POISON[kind]
    room.cache.put(KIND, entry.key, whole[: len(whole) // 2] if poison is None else poison)
    made, found = room.made(*GATHERINGS)
    assert len(made) == 1
    assert found == Room().made(*GATHERINGS)[1]
    assert room.cache.get(KIND, entry.key) == whole


# --- what can't be printed --------------------------------------------------------------------------------------------


def test_all_that_cant_be_printed_is_said_at_once_and_not_kept() -> None:
    of = divisions()
    room, x1a = Room(), Press(Standard.X1A, INKS)
    also = replace(of["laws"], division="acts", digest="1" * 64)
    for _ in range(2):
        crew = Counting()
        with pytest.raises(ContentError) as caught:
            Pressroom(x1a, crew, room.cache).pressed([of["laws"], of["front"], also])
        assert [problem.code for problem in caught.value.problems] == ["INKS002"] * len(caught.value.problems)
        assert {problem.message.partition(":")[0] for problem in caught.value.problems} == {"acts", "laws"}
        assert {"laws, for the press", "acts, for the press"} <= set(crew.done)
    assert len(room.cache.kept()) == 1, "what could be pressed is kept"
    assert room.made(of["front"], press=x1a)[0] == []
