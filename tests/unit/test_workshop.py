"""The workshop: what has been made is not made again, and what depends on something that has changed is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from policybook import typesetting, workshop
from policybook.crew import Alone, Supply
from policybook.diagnostics import MachineError
from policybook.fonts import font_css
from policybook.gathering import Gathering, pack
from policybook.sheets import Html
from policybook.store import Cache, MemoryStore, Store
from policybook.typesetting import Kit, make_kit
from policybook.workshop import Workshop

SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect fill="%s" width="9" height="9"/></svg>'
IMAGES = {"a.svg": SQUARE % b"#ff0000", "b.svg": SQUARE % b"#00ff00"}
STYLE = (
    '@import url("own.css"); @import url("idle.css"); '
    f'{font_css()} @page {{ size: 200pt; margin: 0 }} body {{ font: 8pt "Book Serif" }} '
    ".late { font-stretch: semi-condensed; font-variant-numeric: lining-nums tabular-nums; font-kerning: none }"
)
SHEETS = {"own.css": ".box { color: red }", "idle.css": ".gone { color: red }"}
KIT = make_kit(STYLE, SHEETS, 200)
KIND = "gatherings"


def html(division: str, body: str, *late: str) -> Html:
    """A division."""
    markup = f'<html lang="en-US"><title>x</title><body><div class="box">{body}</div>'
    return Html(division, markup, tuple((f"place {n}", text) for n, text in enumerate(late)))


ONE = html("one", '<p id="one">word <img src="images/a.svg" alt="x"> on <span class="late">00</span></p>', "12")
TWO = html("two", '<p id="two">another</p>')


class Counting(Alone):
    """A crew of one that notes what it is given to do, with which supply and weights."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.supplies: list[Supply[Kit]] = []
        self.weights: list[float] = []

    def do(self, work: Any, supply: Any, tasks: Sequence[Any], **how: Any) -> list[Any]:
        self.done += [how["name"](task) for task in tasks]
        self.supplies.append(supply)
        self.weights += how.get("weights", [])
        return super().do(work, supply, tasks, **how)


class Shop:
    """A workshop whose cache lasts, and what it makes of divisions from call to call."""

    def __init__(self, cache: Cache | None = None) -> None:
        self.cache: Cache = cache or MemoryStore()

    def made(
        self, *htmls: Html, kit: Kit = KIT, images: Mapping[str, bytes] | None = None
    ) -> tuple[list[str], dict[str, Gathering]]:
        """The divisions that a new workshop makes, and all gatherings that it hands out."""
        crew = Counting()
        found = Workshop(kit, IMAGES if images is None else images, crew, self.cache).gatherings(htmls)
        return crew.done, found


@pytest.fixture
def shop() -> Shop:
    """A workshop in which both divisions have been made."""
    shop = Shop()
    assert shop.made(ONE, TWO)[0] == ["one", "two"]
    return shop


# --- made once --------------------------------------------------------------------------------------------------------


def test_a_second_call_makes_nothing_and_hands_out_the_same(shop: Shop) -> None:
    first = Shop().made(ONE, TWO)[1]
    made, again = shop.made(ONE, TWO)
    assert made == []
    assert again == first
    assert list(again) == ["one", "two"]
    assert not any(gathering.problems for gathering in again.values())


def test_only_what_is_missing_is_made_and_all_are_handed_out_in_order(shop: Shop) -> None:
    three = html("three", "<p>more</p>")
    made, found = shop.made(TWO, three, ONE)
    assert made == ["three"]
    assert list(found) == ["two", "three", "one"]
    assert [gathering.division for gathering in found.values()] == ["two", "three", "one"]


def test_no_divisions_are_no_gatherings(shop: Shop) -> None:
    assert shop.made() == ([], {})


def test_each_gathering_is_kept_as_soon_as_it_is_made(shop: Shop) -> None:
    class Stopping(Alone):
        """Stops behind its first task, as a build does that is killed."""

        def do(self, work: Any, supply: Any, tasks: Sequence[Any], **how: Any) -> list[Any]:
            super().do(work, supply, tasks[:1], **{**how, "weights": ()})
            raise KeyboardInterrupt

    more = html("three", "<p>more</p>"), html("four", "<p>more</p>")
    with pytest.raises(KeyboardInterrupt):
        Workshop(KIT, IMAGES, Stopping(), shop.cache).gatherings(more)
    assert shop.made(*more)[0] == ["four"]


def test_longer_divisions_weigh_more_and_all_share_one_supply() -> None:
    crew = Counting()
    long = html("long", "<p>word</p>" * 50)
    Workshop(KIT, IMAGES, crew, MemoryStore()).gatherings((TWO, long))
    assert crew.weights == [len(TWO.markup), len(long.markup)]
    assert [supply.digest for supply in crew.supplies] == [KIT.digest]
    assert crew.supplies[0].content is KIT


def test_what_comes_out_of_the_store_is_what_was_made(tmp_path: Path) -> None:
    shop = Shop(Store(tmp_path / "store"))
    first = shop.made(ONE, TWO)[1]
    made, again = Shop(Store(tmp_path / "store")).made(ONE, TWO)
    assert made == []
    assert again == first
    assert {id: pack(gathering) for id, gathering in again.items()} == {id: pack(g) for id, g in first.items()}


def test_without_a_store_all_is_made_each_time() -> None:
    shop = Shop(Store(None))
    assert shop.made(ONE)[0] == shop.made(ONE)[0] == ["one"]


# --- made again -------------------------------------------------------------------------------------------------------

Change = Callable[[], tuple[list[Html], Kit, dict[str, bytes]]]


def other_kit(**changes: str) -> Kit:
    """The kit with other sheets."""
    return make_kit(STYLE, {**SHEETS, **{f"{name}.css": text for name, text in changes.items()}}, 200)


CHANGES: dict[str, Change] = {
    "the markup": lambda: ([replace(ONE, markup=ONE.markup.replace("word", "words"))], KIT, IMAGES),
    "a style that it uses": lambda: ([ONE], other_kit(own=".box { color: blue }"), IMAGES),
    "a style that it comes to use": lambda: ([ONE], other_kit(idle="p { color: blue }"), IMAGES),
    "a new style": lambda: ([ONE], other_kit(new="p { color: blue }"), IMAGES),
    "the entry sheet": lambda: ([ONE], make_kit(STYLE + " i { color: red }", SHEETS, 200), IMAGES),
    "the measure": lambda: ([ONE], make_kit(STYLE, SHEETS, 201), IMAGES),
    "one byte of a picture": lambda: ([ONE], KIT, {**IMAGES, "a.svg": IMAGES["a.svg"].replace(b"#ff", b"#fe")}),
    "a picture that is gone": lambda: ([ONE], KIT, {"b.svg": IMAGES["b.svg"]}),
    "digits": lambda: ([replace(ONE, printed=(("place 0", "123"),))], KIT, IMAGES),
    "a number": lambda: ([replace(ONE, printed=(*ONE.printed, ("place 1", "5")))], KIT, IMAGES),
    "tags": lambda: ([replace(ONE, artifact=True)], KIT, IMAGES),
    "the division": lambda: ([replace(ONE, division="three")], KIT, IMAGES),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_division_is_made_again_if_what_it_depends_on_has_changed(shop: Shop, what: str) -> None:
    htmls, kit, images = CHANGES[what]()
    assert shop.made(*htmls, kit=kit, images=images)[0] == [html.division for html in htmls]
    assert shop.made(ONE)[0] == [], "what was made before is kept beside it"


def test_another_engine_makes_all_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    told = typesetting.engine_version() + ", harfbuzz 99"
    monkeypatch.setattr(typesetting, "engine_version", lambda: told)
    kit = make_kit(STYLE, SHEETS, 200)
    assert kit.digest == KIT.digest
    assert shop.made(ONE, TWO, kit=kit)[0] == ["one", "two"]
    assert shop.made(ONE, TWO, kit=kit)[0] == []


def test_another_version_of_our_own_work_makes_all_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "own_digest", lambda: "f" * 64)
    assert shop.made(ONE, TWO)[0] == ["one", "two"]


def test_our_own_work_is_that_of_every_module_that_folding_needs() -> None:
    folder = Path(workshop.__file__).parent
    needed, waiting = set[str](), ["folding"]
    while waiting:
        name = waiting.pop()
        needed.add(name)
        text = (folder / f"{name}.py").read_text("utf-8")
        waiting += set(re.findall(r"^from policybook\.(\w+) import", text, re.MULTILINE)) - needed
    # A problem is not kept, and what the others have are values without work of their own.
    values = {"codes", "diagnostics", "geometry", "pagination", "sheets"}
    assert {f"{name}.py" for name in needed - values} == set(workshop._MODULES)


SAME: dict[str, Change] = {
    "a style that it doesn't use": lambda: ([ONE, TWO], other_kit(idle=".gone { color: blue }"), IMAGES),
    "a picture that it doesn't show": lambda: ([ONE, TWO], KIT, {**IMAGES, "b.svg": b"", "c.svg": b"x"}),
    "digits of as many places": lambda: ([replace(ONE, printed=(("place 0", "99"),)), TWO], KIT, IMAGES),
    "where the numbers lead": lambda: ([replace(ONE, printed=(("elsewhere", "12"),)), TWO], KIT, IMAGES),
    "the order of the sheets": lambda: ([ONE, TWO], make_kit(STYLE, dict(reversed(SHEETS.items())), 200), IMAGES),
    "its neighbours": lambda: ([ONE, TWO], KIT, IMAGES),
}


@pytest.mark.parametrize("what", SAME)
def test_nothing_else_makes_it_again(shop: Shop, what: str) -> None:
    htmls, kit, images = SAME[what]()
    assert shop.made(*htmls, kit=kit, images=images)[0] == []


def test_a_style_that_one_division_uses_costs_that_one() -> None:
    shop = Shop()
    plain = Html("plain", '<html lang="en-US"><title>x</title><body><p>x</p>')
    shop.made(ONE, TWO, plain)
    assert shop.made(ONE, TWO, plain, kit=other_kit(own=".box { color: blue }"))[0] == ["one", "two"]


# --- what is not believed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("poison", [b"", b"x", b"\x90", b"\xc1" * 40, b"\x91\xa5hello"])
def test_an_entry_that_is_no_gathering_is_made_again_and_mended(shop: Shop, poison: bytes) -> None:
    before = shop.made(ONE, TWO)[1]
    for entry in shop.cache.kept():
        shop.cache.put(KIND, entry.key, poison)
    made, after = shop.made(ONE, TWO)
    assert made == ["one", "two"]
    assert after == before
    assert shop.made(ONE, TWO)[0] == []


def test_an_entry_that_is_cut_off_is_made_again(shop: Shop) -> None:
    (first, *_) = shop.cache.kept()
    content = shop.cache.get(KIND, first.key)
    assert content is not None
    shop.cache.put(KIND, first.key, content[:-1])
    assert len(shop.made(ONE, TWO)[0]) == 1


def test_a_finding_is_found_again() -> None:
    shop = Shop()
    bad = html("bad", "<p>a \N{SNOWMAN}</p>")
    first = shop.made(bad)
    again = shop.made(bad)
    assert first[0] == again[0] == ["bad"]
    assert {problem.code for problem in first[1]["bad"].problems} == {"LAYT001", "FONT001"}
    assert again[1]["bad"].problems == first[1]["bad"].problems
    assert shop.cache.kept() == ()


def test_an_error_of_a_worker_is_raised_and_nothing_half_made_is_kept() -> None:
    shop = Shop()
    with pytest.raises(MachineError, match="this worker lays out with"):
        shop.made(ONE, kit=replace(KIT, engine="another"))
    assert shop.cache.kept() == ()


def test_the_names_of_kept_gatherings_are_those_of_a_store(shop: Shop) -> None:
    assert {entry.kind for entry in shop.cache.kept()} == {KIND}
    assert all(len(entry.key) == 64 for entry in shop.cache.kept())


def test_what_is_wrong_with_a_style_that_nothing_uses_is_told_each_time(shop: Shop) -> None:
    wrong = make_kit(STYLE, {**SHEETS, "idle.css": ".gone { colour: red }"}, 200)
    for _ in range(2):
        (problem,) = Workshop(wrong, IMAGES, Alone(), shop.cache).style_problems()
        assert (problem.code, "colour" in problem.message) == ("LAYT001", True)
    assert Workshop(KIT, IMAGES, Alone(), shop.cache).style_problems() == []
