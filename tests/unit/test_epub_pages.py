"""Where the pages of print begin in the text of the EPUB: between two anchors, nearest to where they would."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from policybook.book import Division
from policybook.diagnostics import ContentError
from policybook.epub_pages import with_pages
from policybook.pagination import Folio, Matter, Pagination

PAGE = '<html xmlns:epub="e"><section id="d">{}<span id="d.end"></span></section></html>'
DIVISION = Division("d", "D", "D", Matter.BODY, "t", "any", content=None)  # type: ignore[arg-type]


def marked(body: str, folios: Mapping[str, int]) -> str:
    """The body with the marks of its pages as ¦folio¦."""
    pagination = Pagination({anchor: Folio(True, number) for anchor, number in folios.items()})
    text, _ = with_pages(PAGE.format(body), DIVISION, pagination)
    text = re.sub(r'<(span|div) epub:type="pagebreak"[^>]*aria-label="(\w+)"></\1>', r"¦\2¦", text)
    return text.removeprefix('<html xmlns:epub="e"><section id="d">').partition('<span id="d.end">')[0]


def test_a_page_begins_before_the_paragraph_between_two_anchors() -> None:
    body = '<p>aaaa</p><p id="d.1">bbbb</p><p>cccc</p><p id="d.2">dddd</p>'
    found = marked(body, {"d": 4, "d.1": 4, "d.2": 5, "d.end": 5})
    assert found == '¦4¦<p>aaaa</p><p id="d.1">bbbb</p>¦5¦<p>cccc</p><p id="d.2">dddd</p>'


def test_a_page_that_begins_within_a_paragraph_begins_no_later_than_its_first_anchor() -> None:
    body = '<p>aa<a id="d.1">1</a> bb bb <a id="d.2">2</a> cc</p>'
    found = marked(body, {"d": 4, "d.1": 4, "d.2": 5, "d.end": 5})
    assert found == '¦4¦<p>aa<a id="d.1">1</a> bb bb ¦5¦<a id="d.2">2</a> cc</p>'


def test_the_mark_of_an_item_stands_in_it() -> None:
    found = marked('<ul><li id="d.1">a</li><li id="d.2">b</li></ul>', {"d": 1, "d.1": 1, "d.2": 2, "d.end": 2})
    assert found == '¦1¦<ul><li id="d.1">a</li><li id="d.2">¦2¦b</li></ul>'


def test_no_page_begins_where_the_text_of_the_one_before_it_begins() -> None:
    body = '<div id="d.1"><p>aaaa <a id="d.2">1</a> b</p></div>'
    found = marked(f"<p>x</p>{body}", {"d": 1, "d.1": 1, "d.2": 2, "d.end": 2})
    assert found == '¦1¦<p>x</p><div id="d.1"><p>aaaa ¦2¦<a id="d.2">1</a> b</p></div>'


def test_pages_without_an_anchor_share_the_rows_of_a_table() -> None:
    rows = "".join(f"<tr><td>row {number}</td><td>x</td></tr>" for number in range(12))
    found = marked(f"<table><tbody>{rows}</tbody></table>", {"d": 1, "d.end": 3})
    assert re.findall(r"¦(\d+)¦(?:row (\d+))?", found) == [("1", ""), ("2", "5"), ("3", "10")]
    assert "¦3¦row" in found  # in the first cell, since nothing else may stand in a table


def test_a_page_that_is_known_to_open_somewhere_opens_there() -> None:
    body = '<p>a</p><p data-opens-page="yes">b</p>' + "<p>long enough to be the middle</p>" * 4
    assert "¦2¦<p data-opens-page" in marked(body, {"d": 1, "d.end": 2})


def test_no_page_begins_in_a_figure_or_a_head() -> None:
    inside = "<figure><p>a</p><p>b</p></figure><header><ul><li>c</li></ul></header>"
    found = marked(f"<p>x</p>{inside}<p>y</p>", {"d": 1, "d.end": 2})
    assert "¦" not in found[found.index("<figure>") : found.index("</header>")]


def test_a_document_that_is_no_xml_is_an_error() -> None:
    with pytest.raises(ContentError, match="d: mismatched tag"):
        marked("<p>", {"d": 1})
