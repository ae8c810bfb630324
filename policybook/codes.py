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
    # printers
    "PRTR001": _error("A printer is named that printers/ does not have.", "Correct the name; policybook doctor --printers lists them."),
    "PRTR002": _error("A number of a printer has no source, or a source has no number.", "Say under sources where the number was read, or “house: ” and why."),
    "PRTR003": _error("The rows of a printer's gutter table do not rise.", "Put them in order of their pages; more pages never need less."),
    "PRTR004": _error("A printer's profile is no ICC profile of a printing condition in CMYK.", "Name the profile that the print shop gives out."),
    "PRTR005": _error("A printer's profile is not there.", "Get it, and put it where the hint says."),
    "PRTR006": _error("A stock is chosen that the printer does not have.", "Name one of its stocks; policybook doctor --printers lists them."),
    "PRTR007": _error("Files for the press are asked for, and no printer is named.", "Name one in edition.yaml, under press."),
    "PRTR008": _error("The printer wants more bleed than the pages have.", "Write the printer's bleed into edition.yaml, under page."),
    "PRTR009": _error("A book of so many pages can't be bound by the printer, or not with its margins.", "Make it shorter, make margin_inner larger, or choose another printer."),
    # colour for the press
    "INKS001": _error("A colour or a picture can't be turned into the press's inks.", "Export the picture again, as RGB or gray without special colours."),
    "INKS002": _error("A page has transparency, which PDF/X-1a does not allow.", "Use opaque colours and a picture without transparency, or a printer that takes PDF/X-4."),
    "INKS003": _error("A colour's exact build can't be read.", "Write four per cents in tokens.css, such as --ink-1-build: 0 85 70 45."),
    # the press preflight
    "PRES000": _error("A file can't be opened for the press preflight.", "Export it again, without a password."),
    "PRES001": _error("The file does not say which PDF/X it is, or whether it is trapped.", "Export it as the standard that the printer asks for."),
    "PRES002": _error("There is no output intent with a CMYK profile, or there are several.", "Export it with the printer's profile as its output intent."),
    "PRES003": _error("The printing condition is not the printer's.", "Export it for the condition that the printer names."),
    "PRES004": _error("A page has no trim box, has an art box, or its boxes don't nest.", "Export it with trim and bleed."),
    "PRES005": _error("A page is cropped, or measured in units of its own.", "Export it without cropping and scaling."),
    "PRES006": _error("Pages are of several trim sizes, or a page is turned.", "Export all pages upright and in one size."),
    "PRES007": _error("There is too little bleed, or art that touches the trim stops short of the bleed's edge.", "Draw it out to the edge of the bleed."),
    "PRES008": _error("A mark stands in the bleed or too near to the trim.", "Set the marks farther out."),
    "PRES009": _error("An annotation or a form field is in the printed area.", "Export it without comments, links and forms."),
    "PRES010": _error("The file has JavaScript, actions, attachments or a password.", "Export it without them."),
    "PRES011": _error("A colour in use is not in the press's inks.", "Convert it to CMYK by the printer's profile."),
    "PRES012": _error("Transparency is blended in another space than CMYK.", "Export it with CMYK as the blend space."),
    "PRES013": _error("A gradient's function does not fit its colour space.", "Convert the gradient again; some viewers would show nothing."),
    "PRES014": _error("A page has transparency, which PDF/X-1a does not allow.", "Flatten it, or ask the printer for PDF/X-4."),
    "PRES015": _error("The file is of a later PDF than PDF/X-1a may be, or packs its objects.", "Export it as PDF 1.4."),
    "PRES016": _error("An area takes more ink than dries.", "Use less of the colours below the black, or a lighter picture."),
    "PRES017": _error("A place takes more ink than the printer allows.", "Use less of the colours below the black, or a lighter picture."),
    "PRES018": _warning("Body text is printed in several inks.", "Set it in black only: plates never meet exactly."),
    "PRES019": _error("Text is in a rich black.", "Set text in black only."),
    "PRES020": _error("White text or a white shape overprints, and so vanishes.", "Turn overprint off for white."),
    "PRES021": _warning("Small black text does not overprint.", "Turn overprint on for black text, so that no white shows around it."),
    "PRES022": _warning("A thin black line does not overprint.", "Turn overprint on for black lines."),
    "PRES023": _warning("Small text or a thin line is in gray instead of a tint of black ink.", "Set it as a tint of K."),
    "PRES024": _warning("White text is so small that ink fills it.", "Set it larger or bolder, or in black on white."),
    "PRES025": _warning("Small text is printed in several inks.", "Set it in one ink."),
    "PRES026": _warning("A thin line is white or printed in several inks.", "Make it heavier, or of one ink."),
    "PRES027": _error("A line is thinner than can be printed.", "Make it as heavy as the printer asks for."),
    "PRES028": _error("A photograph has too few pixels for its size.", "Use a larger original, or show it smaller."),
    "PRES029": _error("A picture in black and white only has too few pixels for its size.", "Use a larger original, or show it smaller."),
    "PRES030": _error("A font is not embedded, or a letter is missing in it.", "Export it with all fonts embedded."),
    "PRES031": _error("A spot colour is in use, or registration colour is inside the trim.", "Convert it to CMYK."),
    "PRES032": _error("The pages don't fill the last signature.", "Add blank pages at the end."),
    "PRES033": _warning("A page is empty, and nobody said so.", "Fill it, or declare it as a blank."),
    "PRES034": _error("Text or a picture stands too near to the trim or to the spine.", "Move it inwards, or make the margins larger."),
    "PRES035": _error("The cover does not fit the interior.", "Build the cover again for this count of pages and this paper."),
    "PRES036": _error("The barcode does not say the book's ISBN.", "Draw it again for this ISBN, dark on white and with its quiet zones."),
    # imposition
    "IMPO001": _error("A file that is to be imposed is no PDF that can be used.", "Export it again, without a password or restrictions."),
    "IMPO002": _error("A page that is to be imposed does not say where it is trimmed, or is turned.", "Export the PDF for the press, with trim and bleed."),
    "IMPO003": _error("The pages that are to be imposed are not of one size.", "Impose pages of one size together; the cover is a file of its own."),
    # layout and the finished file
    "LAYT001": _error("The layout engine reports a problem.", "The message says which rule, file or glyph it is about."),
    "LAYT002": _error("Text runs out of the page's safe area.", "Shorten the word, the cell or the address that can't be broken."),
    "LAYT003": _error("The page numbers do not settle.", "Reword near one of the anchors, so that its page no longer depends on a number's width."),
    "LAYT004": _warning("A brief is longer or shorter than its page budget.", "Cut the lines that it runs over, or change `pages`."),
    "LAYT005": _error("A brief runs over its page budget, and the build was told to mind it.", "Cut the lines that it runs over, or change `pages`."),
    "ACCS001": _error("The finished file is not PDF/UA-1 or PDF/A-2a.", "Replace the picture or file that the message names; otherwise it is a defect of binding: report it with the file."),
    "WHOL001": _error("A piece of the source is not in the finished file.", "A defect of a template or the engine: report it with the file."),
    "WHOL002": _error("A note is not in the finished file exactly once.", "A defect of a template or the engine: report it with the file."),
    "WHOL003": _error("A link in the finished file does not lead to what it promises.", "A defect of binding: report it with the file."),
}
