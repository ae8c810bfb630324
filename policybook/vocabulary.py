"""Whether the vocabulary of the subject index and the marks in the text agree (Chicago, 17th ed., 16.15–16.23)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from policybook.diagnostics import Problem, Source, in_order, suggestion
from policybook.edition import Headword

_Known = Mapping[str, tuple[Headword, Source]]


def check_vocabulary(
    entries: Sequence[tuple[Headword, Source]],
    used: Mapping[str, Sequence[Source]],
    pointers: Mapping[tuple[str, str], Source] | None = None,
) -> tuple[Problem, ...]:
    """Every problem of index.yaml's entries and of the marks that use them, in the order of the files.

    `entries` are the headwords with the places where they are listed; `used` holds the places of the marks of each
    headword, `pointers` those of each see and see also, by headword and target; without one, the headword's place is
    told. Of a headword listed twice, the first counts.
    """
    known: dict[str, tuple[Headword, Source]] = {}
    problems = []
    for headword, source in entries:
        first = known.setdefault(headword.headword, (headword, source))
        if first[0] is not headword:
            hint = f"the first is at {first[1]}"
            problems.append(Problem("YAML006", f"“{headword.headword}” is listed twice", source, hint))
    problems += _misplaced_marks(known, used)
    problems += _dead_pointers(known, pointers or {})
    problems += _circles_and_chains(known, pointers or {})
    problems += _idle(known, used)
    return in_order(problems)


def _misplaced_marks(known: _Known, used: Mapping[str, Sequence[Source]]) -> Iterator[Problem]:
    """Marks of headwords that are not listed, or that only refer to others."""
    for name, places in used.items():
        if name not in known:
            message, hint = f"“{name}” is not a headword of the index", suggestion(name, known)
            yield from (Problem("INDX001", message, place, hint) for place in places)
        elif see := known[name][0].see:
            message, hint = f"“{name}” only refers to {_listing(see)}", f"mark {_listing(see, 'or')}"
            yield from (Problem("INDX007", message, place, hint) for place in places)


def _dead_pointers(known: _Known, pointers: Mapping[tuple[str, str], Source]) -> Iterator[Problem]:
    for headword, source in known.values():
        for words, targets in (("see", headword.see), ("see also", headword.see_also)):
            for target in targets:
                if target not in known:
                    message = f"“{headword.headword}”: {words} “{target}” leads to nothing"
                    others = [name for name in known if name != headword.headword]
                    place = pointers.get((headword.headword, target), source)
                    yield Problem("INDX004", message, place, suggestion(target, others))


def _circles_and_chains(known: _Known, pointers: Mapping[tuple[str, str], Source]) -> Iterator[Problem]:
    """Circles of see's; and see's that lead to another see, unless that one is part of a circle."""
    see = {name: headword.see for name, (headword, _) in known.items()}
    circles = _circles(see)
    for circle in circles:
        shown = " → ".join(f"“{name}”" for name in (*circle, circle[0]))
        place = pointers.get((circle[0], (*circle, circle[0])[1]), known[circle[0]][1])
        yield Problem("INDX005", f"a see leads back to its start: {shown}", place)
    circling = {name for circle in circles for name in circle}
    for name, targets in see.items():
        for target in targets:
            if see.get(target) and target not in circling:
                message = f"“{name}”: see “{target}” leads to a headword that only refers to {_listing(see[target])}"
                place = pointers.get((name, target), known[name][1])
                yield Problem("INDX008", message, place, f"refer to {_listing(see[target])}")


def _circles(see: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Each circle of see's once, from its first headword in the order of `see`; the shortest through each headword."""
    places = {name: place for place, name in enumerate(see)}
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for name in see:
        if circle := _circle(name, see):
            first = circle.index(min(circle, key=places.__getitem__))
            found.setdefault(frozenset(circle), circle[first:] + circle[:first])
    return tuple(found.values())


def _circle(start: str, see: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The shortest way from a headword back to itself, without the return; empty if there is none."""
    paths: deque[tuple[str, ...]] = deque([(start,)])
    reached: set[str] = set()
    while paths:
        path = paths.popleft()
        for target in see.get(path[-1], ()):
            if target == start:
                return path
            if target not in reached:
                reached.add(target)
                paths.append((*path, target))
    return ()


def _idle(known: _Known, used: Mapping[str, Sequence[Source]]) -> Iterator[Problem]:
    """Headwords that would be printed without pages and without a see; a see also alone does not do."""
    for name, (headword, source) in known.items():
        if not headword.see and not used.get(name):
            hint = "write see instead of see_also if the entry only refers" if headword.see_also else ""
            yield Problem("INDX006", f"“{name}” has neither pages nor a see", source, hint)


def _listing(names: Sequence[str], conjunction: str = "and") -> str:
    quoted = [f"“{name}”" for name in names]
    return f" {conjunction} ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))
