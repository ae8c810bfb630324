"""Counting the words of a text as a reader would, for budgets and the status table."""

from __future__ import annotations

from collections.abc import Iterable

from policybook.text import Aside, Block, CaseStudy, Heading, ItemList, Paragraph, Quotation, Section, plain


def count_words(sections: Iterable[Section]) -> int:
    """The words of headings, paragraphs, lists and stories; tables and notes do not count."""
    total = 0
    for section in sections:
        total += len(plain(section.heading.inlines).split()) if section.heading else 0
        total += sum(_block_words(block) for block in section.blocks)
    return total


def _block_words(block: Block) -> int:
    if isinstance(block, (Paragraph, Heading)):
        return len(plain(block.inlines).split())
    if isinstance(block, (Quotation, Aside, CaseStudy)):
        return sum(_block_words(inner) for inner in block.blocks)
    if isinstance(block, ItemList):
        return sum(_block_words(inner) for item in block.items for inner in item)
    return 0
