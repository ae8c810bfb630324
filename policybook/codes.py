"""The codes of problems: a public contract, and the source of docs/codes.md.

Each code has a specimen under tests/ that fires it and nothing else. A code is never given another meaning.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """What a code means, whether it stops the build, and what a writer does about it."""

    severity: str
    meaning: str
    remedy: str


def _error(meaning: str, remedy: str) -> Code:
    return Code("error", meaning, remedy)


def _warning(meaning: str, remedy: str) -> Code:
    return Code("warning", meaning, remedy)


CODES: dict[str, Code] = {
    # files and YAML
    "FILE001": _error("A file that the edition needs is not there.", "Create it, or correct its name where it is named."),
    "FILE002": _error("A file is not text in UTF-8.", "Save it again with the encoding UTF-8."),
    "FILE003": _error("A path leads out of the content folder.", "Put the file into data/ or images/ and name it from there."),
    "YAML001": _error("The YAML can't be read.", "Look at the line and the one above it: a colon, a quote or the indentation is off."),
    "YAML002": _error("A key is not known.", "Correct its spelling; docs/content-format.md and the schema list the keys."),
    "YAML003": _error("A key that must be there is missing.", "Add it."),
    "YAML004": _error("A value is not of the kind that its key takes.", "The message says what is expected."),
    "YAML005": _error("A key stands twice.", "Remove one of the two."),
    "YAML006": _error("An id is used twice.", "Give each its own id."),
    "FILE004": _warning("A file is not used by the edition.", "Name it in edition.yaml or in a block, or delete it."),
    "FILE005": _error("A file's name can't be an id.", "Use small letters, digits and hyphens: paid-sick-leave.md."),
    # Markdown
    "MARK001": _error("Raw HTML stands in the text.", "Write Markdown; a “<” that is meant as a sign is written \\<."),
    "MARK002": _error("A picture stands in the text.", "Use a ::: figure block, which has a caption and an alternate text."),
    "MARK003": _error("A block of this name does not exist.", "Use case, callout, pullquote, model-language, table or figure."),
    "MARK004": _error("A ::: block is not closed.", "Close it with ::: on a line of its own."),
    "MARK005": _error("The header between two lines of --- is missing or not closed.", "Start the file with ---, the header, and --- again."),
    "MARK006": _error("A heading of this level is not allowed here.", "Use ## for sections and ### inside them."),
    "MARK007": _error("This kind of Markdown is not part of the dialect.", "docs/content-format.md shows what is."),
    "MARK008": _error("A mark in braces can't be read.", "Write {index: headword > subentry} or {place: City, ST}."),
    "MARK009": _error("A citation can't be read.", "Write [@key] or [@key, p. 4; @other]."),
    # notes and references
    "NOTE001": _error("A footnote is named that is not defined.", "Add [^name]: and its text, or correct the name."),
    "NOTE002": _error("A footnote is defined that nothing names.", "Name it in the text with [^name], or delete it."),
    "NOTE003": _error("A footnote is defined twice.", "Give each its own name."),
    "CITE001": _error("A citation names a key that references.yaml does not have.", "Add the source, or correct the key."),
    "CITE002": _warning("A reference is not cited anywhere.", "Cite it or delete it."),
    "LINK001": _error("A cross-reference leads to nothing.", "Correct the id; the message suggests the nearest."),
    "LINK002": _error("A link has a scheme that a book can't follow.", "Use https:, mailto:, or brief:, table:, figure:, case:, term:."),
    "ORGN001": _error("An organization is named that organizations.yaml does not have.", "Add it there, or correct the id."),
    "ORGN002": _warning("An organization is not named by any brief.", "Name it as a partner or a resource, or delete it."),
    # briefs and cases
    "BRIEF01": _error("A required section is missing.", "Add it; edition.yaml lists the sections."),
    "BRIEF02": _error("A section is not where the anatomy has it.", "Put the sections into the order of edition.yaml."),
    "BRIEF03": _error("A section's heading is not part of the anatomy.", "Use a heading of edition.yaml, or ### inside a section."),
    "BRIEF04": _error("Two briefs of a part have the same place in it.", "Give each its own order."),
    "CASE001": _error("A case is told that the header does not have.", "Add it to cases:, or correct the id."),
    "CASE002": _error("A case of the header is not told.", "Tell it in a ::: case block, or delete it."),
    "CASE003": _error("A case is told twice.", "Tell each case once."),
    "CASE004": _error("A state's two letters are not known.", "Use the postal abbreviation, or US for several states."),
    "CASE005": _error("A date is not in the calendar.", "Write YYYY, YYYY-MM or YYYY-MM-DD."),
    "EDIT001": _error("A division is named that neither a file nor the book can make.", "Add the file, or correct the name."),
    "EDIT002": _error("The ISBN's check digit is wrong.", "Correct the number."),
    "EDIT003": _error("The page's measures leave no room for text.", "Make the margins smaller or the trim larger."),
    # tables and figures
    "TABL001": _error("A column is named that the CSV file does not have.", "Correct the field; the message lists the columns."),
    "TABL002": _error("A row has more or fewer cells than the head.", "Correct the CSV file at that line."),
    "TABL003": _error("A table has no rows.", "Correct “where”, or fill the file."),
    "TABL004": _error("A cell of a decimal column is not a number.", "Write a number, or leave the cell empty."),
    "TABL005": _error("Two columns of a CSV file have the same head.", "Give each column its own head."),
    "FIGR001": _error("A picture can't be used.", "Use SVG, PNG or JPEG; an SVG may not fetch anything."),
    "FONT001": _error("A character is in none of the book's fonts.", "Use another character, or add a font that has it."),
    # index
    "INDX001": _error("A mark names a headword that index.yaml does not have.", "Add it there, or correct its spelling."),
    "INDX002": _error("A range is opened and not closed.", "Add {index to: …} with the same words."),
    "INDX003": _error("A range is closed that was not opened.", "Add {index from: …} with the same words before it."),
    "INDX004": _error("A “see” or “see also” leads to nothing.", "Name a headword of index.yaml."),
    "INDX005": _error("A “see” leads back to where it starts.", "Break the circle: one headword must take the pages."),
    "INDX006": _error("A headword has neither pages nor a “see”.", "Mark it in the text, give it a “see”, or delete it."),
    "INDX007": _error("A mark names a headword that only refers to another.", "Mark the headword that it refers to."),
    "INDX008": _error("A “see” leads to a headword that only refers on.", "Refer to the headword that has the pages."),
    # layout and the finished file
    "LAYT001": _error("The layout engine reports a problem.", "The message says which rule, file or glyph it is about."),
    "LAYT002": _error("Text runs out of the page's safe area.", "Shorten the word, the cell or the address that can't be broken."),
    "LAYT003": _error("The page numbers do not settle.", "Reword near one of the anchors, so that its page no longer depends on a number's width."),
    "LAYT004": _warning("A brief is longer or shorter than its page budget.", "Cut the lines that it runs over, or change `pages`."),
    "LAYT005": _error("A brief runs over its page budget, and the build was told to mind it.", "Cut the lines that it runs over, or change `pages`."),
    "WHOL001": _error("A piece of the source is not in the finished file.", "A defect of a template or the engine: report it with the file."),
    "WHOL002": _error("A note is not in the finished file exactly once.", "A defect of a template or the engine: report it with the file."),
    "WHOL003": _error("A link in the finished file does not lead to what it promises.", "A defect of binding: report it with the file."),
}
