"""How a piece is found in the text of pages, and what it may be mistaken for."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from policybook.pagination import Folio
from policybook.preflight.completeness import ANY_WAY, IN_ONE_RUN, Way, check_completeness, find
from policybook.preflight.galley import Galley, normal
from policybook.preflight.pieces import Piece


def spans(parts: tuple[str, ...], *pages: str, ways: tuple[Way, ...] = ANY_WAY) -> list[str]:
    galley = Galley.of(pages)
    size = len(galley.text)
    found = find(galley, tuple(map(normal, parts)), 80, (0, size, size), ways)
    return [galley.text[start:end] for start, end in found]


def test_normal_text_is_what_line_breaking_leaves_alone() -> None:
    assert normal("“Of\ufb01ce”\u00a0—\u00ad co-\r\nope\u00adrate, $1,200\u202f%") == "officecooperate$1200%"


@pytest.mark.parametrize(
    ("parts", "pages", "expected"),
    [
        (("one of them",), ("and one of\r\nthem all",), ["oneofthem"]),
        (("one of them",), ("phone of them",), []),
        (("one of them",), ("one of themes",), []),
        (("see", "and act"), ("see “Title,” page 31 and act",), ["see", "andact"]),
        (("see", "and act"), (f"see {'much in between ' * 9} and act",), []),
        (("12", "Note"), ("12 in number, p. 12\r\n12 Note",), ["12", "Note".lower()]),
        (
            ("a long first half of the words and a long second half",),
            ("a long first half of the words\r\n1. Foot\r\nHead", "Float\r\nand a long second half\r\n2"),
            ["alongfirsthalfofthewords", "andalongsecondhalf"],
        ),
        (
            ("a long first half of the words and a long second half",),
            ("a long first half of the words\r\nFloat\r\nand a long second half",),
            ["alongfirsthalfofthewords", "andalongsecondhalf"],
        ),
        (("a long first half of the words at last",), ("a long first half of the words\r\nFloat\r\nat last",), []),
        (("a long first half of the words at last",), ("a long first half of the words\r\n1", "Head\r\nat last\r\n2"),
         ["alongfirsthalfofthewords", "atlast"]),
        (("a long first half of the words at last",), ("a long first half of the words\r\n1", "Head at last\r\n2"), []),
        (("a long first half of words and so on",), ("a long first half of words", "1", "2", "3", "and so on"), []),
        (("a long first half of the words at last",), ("a long first half of the words at\r\nlast\r\n1", "last\r\n2"),
         ["alongfirsthalfofthewordsatlast"]),
        (("a long first half of the words at last",), ("a long first half of the words\r\nAt lunch", "at last\r\n2"),
         ["alongfirsthalfofthewords", "atlast"]),
        (("a long first half of the words at last",), ("a long first half of the words at la\ufffeHead\r\n1", "st"),
         ["alongfirsthalfofthewordsatla", "st"]),
        (("a long first half at last and for good",),
         ("a long first half\r\nAt last\r\n1", "at last and for good\r\n2"),
         ["alongfirsthalf", "atlastandforgood"]),
        (("a long first half", "at last"), ("a long first half (page", "31) at last\r\n2"),
         ["alongfirsthalf", "atlast"]),
        (("a long first half", "at last"), ("a long first half (page", f"31) {'and so on ' * 12} at last\r\n2"), []),
        (("at last",), ("they came at last to it", "and so\r\nat last\r\n2"), ["atlast"]),
        (("Office", "6", "Clerk", "2"), ("13 Office (note 6).\r\n14 Office (note 6); Clerk (note 2)",),
         ["office", "6", "clerk", "2"]),
    ],
)  # fmt: skip
def test_how_a_piece_may_be_broken(parts: tuple[str, ...], pages: tuple[str, ...], expected: list[str]) -> None:
    assert spans(parts, *pages) == expected


def test_a_piece_that_may_not_be_broken() -> None:
    pages = ("a long first half\r\n1", "and a long second half\r\n2")
    assert spans(("a long first half and a long second half",), *pages)
    assert not spans(("a long first half and a long second half",), *pages, ways=IN_ONE_RUN)


def test_scattered_letters_prove_nothing() -> None:
    lost = "a paragraph of several words that is lost"
    assert not spans((lost,), *(f"{letter}\r\n7" for letter in lost))
    assert not spans((lost,), "\r\n7\r\n".join(lost.split()))


def test_lines_of_its_own_are_a_pieces_likeliest_place() -> None:
    galley = Galley.of(["they came at last to it\r\nat last\r\nat last"])
    size = len(galley.text)
    ((start, _),) = find(galley, ("atlast",), 80, (0, size, size), ANY_WAY)
    assert start == len(normal("they came at last to it"))


# --- what reads on by chance ------------------------------------------------------------------------------------------

FOLIOS = tuple(Folio(arabic=True, number=number) for number in range(1, 9))


def blamed(pieces: Iterable[tuple[str, str | tuple[str, ...]]], *pages: str) -> list[str]:
    """The messages about pieces, told by kind and text, on pages."""
    told = [Piece(kind, "it", text, None, once=kind == "note") for kind, text in pieces]
    return [problem.message for problem in check_completeness(told, list(zip(FOLIOS, pages, strict=False)), [])]


LEASE = ("paragraph", "The auditor read every clause of the lease and the cheaper clinic was kept.")
READ = "The auditor read every clause of the lease and"


@pytest.mark.parametrize(
    ("drawn_behind", "shown"),
    [
        (("summary", "The council reads on in words that a paragraph has, too."),
         "The council reads on in words\r\nthat a paragraph has, too."),
        (("callout", "The cheaper"), "The\r\ncheaper"),
        (("callout", "The cheaper clinic"), "The cheaper\r\nclinic"),
        (("partner", "The Cheaper"), "The Cheaper"),
        (("key figure", ("the", "cheaper clinics")), "the\r\ncheaper clinics"),
    ],
)  # fmt: skip
def test_what_is_drawn_behind_a_broken_paragraph_may_read_on_in_its_words(
    drawn_behind: tuple[str, str | tuple[str, ...]], shown: str
) -> None:
    for overleaf in ("the cheaper clinic was kept.\r\n2", "the\r\ncheaper\r\nclinic\r\nwas kept.\r\n2"):
        assert blamed([LEASE, drawn_behind], f"{READ}\r\n{shown}\r\n1", overleaf) == []
        (message,) = blamed([LEASE, drawn_behind], f"{READ}\r\n1", overleaf)
        assert f"the {drawn_behind[0]} " in message


def test_a_part_that_follows_a_page_number_overleaf_may_read_on_in_words_drawn_behind() -> None:
    """A reference ends the page: its page number, and what the paragraph goes on with, are overleaf."""
    parts = ("The mayor funded it (see the account in file 7", "). The director underestimated the list.")
    account = ("paragraph", parts)
    summary = ("summary", "How another mediation changed. The director defended a rate.")
    told = "The mayor funded it (see the account\r\nin file 7"
    behind = "How another mediation changed. The\r\ndirector defended a rate."
    overleaf = "(page 326)). The director underestimated\r\nthe list.\r\n2"
    assert blamed([summary, account], f"{told}\r\n{behind}\r\n1", overleaf) == []
    assert len(blamed([summary, account], f"{told}\r\n1", overleaf)) == 1
    assert len(blamed([summary, account], f"{told}\r\n{behind}\r\n1", overleaf.replace("the list", "it"))) == 1


def test_a_word_divided_by_the_end_of_the_page_right_behind_a_page_number() -> None:
    """Com- is too short to count by itself, unless it ends a line; pdfium puts no end of line behind its hyphen."""
    account = ("paragraph", ("The auditor saw file 205400", "). Community organizers asked for the ordinance."))
    first = "The auditor saw file 205400 (page 5)). Com\ufffeGood Government\r\n246"
    second = "munity organizers asked\r\nfor the ordinance.\r\n247"
    assert blamed([account], first, second) == []
    assert len(blamed([account], first, second.replace("ordinance", "order"))) == 1
    assert len(blamed([account], first.replace("Com", "Con"), second)) == 1


def test_what_is_cut_short_does_not_end_in_another_piece() -> None:
    cut_short = ("paragraph", "The auditor read every clause of the lease and kept the whole of the clinic at last")
    other = ("paragraph", "Last year the council set aside a reserve.")
    first = "The auditor read every clause of the lease\r\nand kept the whole of the clinic at"
    second = "Last year the council\r\nset aside a reserve.\r\n2"
    assert blamed([cut_short, other], f"{first} last\r\n1", second) == []
    (message,) = blamed([cut_short, other], f"{first}\r\n1", second)
    assert "The auditor" in message
