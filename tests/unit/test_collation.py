import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybook import collation as collating
from policybook.collation import LEADING_WORDS, initial, sort_key
from policybook.edition import Collation

LETTERS, WORDS = Collation.LETTER_BY_LETTER, Collation.WORD_BY_WORD


def in_order(texts: list[str], collation: Collation, leading: frozenset[str] = frozenset()) -> list[str]:
    """The texts sorted, from an order that is wrong at the start."""
    backwards = texts[::-1]
    return sorted(backwards, key=lambda text: sort_key(text, collation, leading))


@pytest.mark.parametrize(
    ("collation", "expected"),
    [
        # Chicago 16.61: the two systems on the same words
        (
            LETTERS,
            [
                "NEW (Neighbors Ever Watchful)",
                "New, Arthur",
                "New, Zoe",
                "newborn",
                "newcomer",
                "New Deal",
                "newel",
                "New England",
                "news, lamentable",
                "News, Networks, and the Arts",
                "news conference",
                "newsletter",
                "New Thorndale",
                "new town",
                "New Year’s Day",
            ],
        ),
        (
            WORDS,
            [
                "NEW (Neighbors Ever Watchful)",
                "New, Arthur",
                "New, Zoe",
                "New Deal",
                "New England",
                "New Thorndale",
                "new town",
                "New Year’s Day",
                "newborn",
                "newcomer",
                "newel",
                "news, lamentable",
                "News, Networks, and the Arts",
                "news conference",
                "newsletter",
            ],
        ),
        (LETTERS, ["ban", "ban (x)", "ban, y", "ban 9", "ban a"]),
        (WORDS, ["ban", "ban (x)", "ban, y", "ban 9", "ban a"]),
        (LETTERS, ["co-op", "coop", "cooperative", "co-op housing", "coops"]),
        (WORDS, ["right", "right to counsel", "rights", "right-to-work"]),
        (LETTERS, ["Oʻahu", "O’Brien", "Obrist", "“occupied”"]),
        (LETTERS, ["Ecole", "École", "Ecuador"]),
        (LETTERS, ["ab", "AB", "abc"]),
        (LETTERS, ["section 2", "section 8", "section 10", "section 1,000", "section eight"]),
        (WORDS, ["a - c", "a d"]),
        (LETTERS, ["$15 floor", "8 vouchers", "10-day notice", "apple", "the end", "Zoning", "Жилье"]),
    ],
)
def test_entries_stand_in_chicagos_order(collation: Collation, expected: list[str]) -> None:
    assert in_order(expected, collation) == expected


def test_subentries_are_sorted_behind_leading_prepositions_and_conjunctions() -> None:
    expected = ["of compound modifiers", "and line breaks", "in Microsoft Word"]
    assert in_order(expected, LETTERS, LEADING_WORDS) == expected
    assert in_order(expected, LETTERS) == ["and line breaks", "in Microsoft Word", "of compound modifiers"]
    assert in_order(["for and by tenants", "for"], LETTERS, LEADING_WORDS) == ["for", "for and by tenants"]
    assert in_order(["office", "of zoning"], LETTERS, LEADING_WORDS) == ["office", "of zoning"]


def test_an_article_counts_unless_the_entry_says_how_to_sort_it() -> None:
    assert in_order(["tenants", "The Dalles", "tipped workers"], LETTERS) == ["tenants", "The Dalles", "tipped workers"]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("wages", "W"),
        ("Élan", "E"),
        ("Øresund", "O"),
        ("Łódź", "L"),
        ("æther", "A"),
        ("þing", "Þ"),
        ("“occupied”", "O"),
        ("ʻOhana", "O"),
        ("(un)fair", "U"),
        ("8 vouchers", "0–9"),
        ("$15 floor", "Symbols"),
        ("…", "Symbols"),
        ("", "Symbols"),
        ("Ёлка", "Е"),
    ],
)
def test_an_entry_is_headed_by_its_initial(text: str, heading: str) -> None:
    assert initial(text) == heading


LATIN = st.text(st.characters(max_codepoint=0x17F, exclude_categories=["Cc"]), max_size=6)


@pytest.mark.parametrize("collation", Collation)
@given(texts=st.lists(LATIN, max_size=12))
def test_entries_of_one_initial_stand_together(collation: Collation, texts: list[str]) -> None:
    headings = [initial(text) for text in in_order(texts, collation)]
    changes = [heading for heading, before in zip(headings, [None, *headings], strict=False) if heading != before]
    assert len(changes) == len(set(changes))


@pytest.mark.parametrize("collation", Collation)
@given(texts=st.lists(LATIN, max_size=8, unique=True), data=st.data())
def test_the_order_does_not_depend_on_the_order_given(
    collation: Collation, texts: list[str], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(texts))
    assert in_order(shuffled, collation) == in_order(texts, collation)


@given(st.text(st.characters(max_codepoint=0x22FF), max_size=6))
def test_a_text_is_sorted_as_the_whole_table_has_it(text: str) -> None:
    assert sort_key(text, LETTERS)[1] == collating._whole_collator().sort_key(text)


def test_for_latin_text_the_whole_table_is_not_read() -> None:
    collating._whole_collator.cache_clear()
    for text in ("Łódź (Poland)", "“¿Qué?” – 50 % of €3½", "ʻOhana", "AT&T™"):
        sort_key(text, LETTERS), initial(text)
    assert collating._whole_collator.cache_info().currsize == 0
    sort_key("Щука", LETTERS)
    assert collating._whole_collator.cache_info().currsize == 1
