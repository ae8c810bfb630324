"""The report as one page of HTML that needs nothing else: no request leaves it, and it opens without a network.

A summary, all rules with their thresholds, and each page with findings, as a picture on which they are drawn in place.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from policybook.preflight.press.examination import Report, word
from policybook.preflight.press.report_json import summary
from policybook.preflight.press.report_look import SCRIPT, STYLE
from policybook.preflight.press.report_pictures import Picture, pictures
from policybook.preflight.press.report_text import counted, grouped, pages_named, verdict
from policybook.preflight.press.rules import Finding, Outcome, Status
from policybook.preflight.press.thresholds import clause, threshold

#: Pixels per inch of pages with findings, and of those without; from so many pages on the others are left small.
_LARGE, _SMALL, _MOST_LARGE = 80.0, 14.0, 80
#: Findings of a page that are drawn and listed; the JSON has all.
_MOST_ON_PAGE = 40
#: A sheet whose sides are so, such as a cover's, is shown over the whole width.
_WIDE = 1.2
#: In per cent of a picture: how large a label is about; how near to the top none has room above its box; and from which
#: part of the picture's area, in ten thousandths, a box is too large to be tinted.
_LABEL, _LOW, _WHOLE = (4.5, 2.5), 3.0, 2500.0
_CLASSES = {"not checked": "unchecked", "suppressed": "unchecked", "not applicable": "plain"}

Numbered = tuple[int, Finding]


def report_html(report: Report, data: bytes) -> str:
    """The page, as text in UTF-8, the same for the same report; `data` are the bytes of the file that it is about."""
    ordered = sorted(report.findings, key=lambda finding: finding.page or 0)
    by_page: dict[int, list[Numbered]] = {}
    for number, finding in enumerate(ordered, start=1):
        by_page.setdefault(finding.page or 0, []).append((number, finding))
    general = by_page.pop(0, [])
    large = frozenset(sorted(by_page)[:_MOST_LARGE])
    resolution = {page: _LARGE if page in large else _SMALL for page in range(1, report.pages + 1)}
    shown = dict(pictures(data, resolution))
    return "\n".join(
        [
            *_head(report),
            *_summary(report),
            "<main>",
            *_general(general),
            *_pages({page: by_page[page] for page in sorted(large)}, shown),
            *_not_shown({page: found for page, found in sorted(by_page.items()) if page not in large}),
            *_suppressed(report),
            *_rules(report),
            *_others([page for page in range(1, report.pages + 1) if page not in by_page], shown),
            "</main>",
            *_foot(),
        ]
    )


def _head(report: Report) -> Iterator[str]:
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode("ascii")
    allowed = f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{allowed}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Preflight of {escape(report.file or 'a file')}</title>"
    yield f"<style>{STYLE}</style>\n</head>\n<body>"


def _summary(report: Report) -> Iterator[str]:
    told, printer = summary(report), report.printer
    if told["errors"]:
        kind, said = "error", "Not ready for the press"
    elif told["warnings"]:
        kind, said = "warning", "No errors, some doubts"
    elif told["not_checked"]:
        kind, said = "unchecked", "No errors in what was checked"
    else:
        kind, said = "passed", "Ready for the press"
    yield f"<header>\n<h1>{escape(report.file or 'A file')}</h1>"
    yield f'<p class="soft">Preflight of {_article(report.kind.value)} for {escape(printer.name)}</p>'
    yield f'<p class="verdict {kind}"><strong>{said}</strong> <span>{escape(verdict(report))}</span></p>'
    yield '<dl class="counts">'
    for name, key, colour in (
        ("Errors", "errors", "error"),
        ("Warnings", "warnings", "warning"),
        ("Rules not checked", "not_checked", "unchecked"),
        ("Rules passed", "passed", "passed"),
    ):
        lit = f' class="{colour}"' if told[key] else ""
        yield f"<div><dt>{name}</dt><dd{lit}>{told[key]}</dd></div>"
    yield '</dl>\n<dl class="facts">'
    for name, value in (
        ("Pages", str(report.pages)),
        ("Standard", printer.standard.value),
        ("Printing condition", f"{printer.condition.identifier}, {printer.condition.info}"),
        ("SHA-256", report.sha256),
    ):
        yield f"<dt>{name}</dt><dd>{escape(value)}</dd>"
    yield "</dl>\n</header>"


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _general(findings: Sequence[Numbered]) -> Iterator[str]:
    if findings:
        yield '<h2>The file as a whole</h2>\n<ol class="findings">'
        yield from (_finding(number, finding) for number, finding in findings)
        yield "</ol>"


def _finding(number: int, finding: Finding) -> str:
    kind = finding.severity.value
    return (
        f'<li id="f{number}" class="{kind}" data-finding="{number}"><div class="head">'
        f'<span class="number">{number}</span><span class="tag {kind}">{kind}</span>'
        f'<a href="#{finding.code}"><code>{finding.code}</code></a></div>'
        f'<p class="said">{escape(_capital(finding.message))}</p>'
        f'<p class="hint">{escape(_capital(finding.hint))}</p></li>'
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _pages(by_page: Mapping[int, Sequence[Numbered]], shown: Mapping[int, Picture | None]) -> Iterator[str]:
    if by_page:
        yield "<h2>Pages with findings</h2>"
    for page, findings in by_page.items():
        picture = shown[page]
        wide = picture is not None and picture.width > _WIDE * picture.height
        yield f'<section class="leaf{" wide" if wide else ""}" id="page-{page}" aria-label="Page {page}">'
        yield f'<div class="sheet">{_drawn(page, picture, findings[:_MOST_ON_PAGE])}</div>'
        yield f'<div><h3>Page {page}</h3>\n<ol class="findings">'
        yield from (_finding(number, finding) for number, finding in findings[:_MOST_ON_PAGE])
        yield "</ol>"
        if len(findings) > _MOST_ON_PAGE:
            rest = counted(len(findings) - _MOST_ON_PAGE, "finding")
            yield f'<p class="soft">and {rest} more, in the JSON report</p>'
        yield "</div></section>"


def _drawn(page: int, picture: Picture | None, findings: Sequence[Numbered]) -> str:
    """The picture of a page with the boxes of its findings; small ones lie over large ones."""
    if picture is None:
        return '<p class="soft">The page can’t be rendered.</p>'
    placed = [
        (place, number, finding)
        for number, finding in findings
        if finding.box is not None and (place := picture.placed(finding.box)) is not None
    ]
    placed.sort(key=lambda each: (-each[0][2] * each[0][3], each[1]))
    corners = [(left, top) for (left, top, _, _), _, _ in placed]
    beside = [sum(_is_near(corner, other) for other in corners[:index]) for index, corner in enumerate(corners)]
    marks = "".join(_mark(*each, steps) for each, steps in zip(placed, beside, strict=True))
    image = f'<img src="{picture.address}" width="{picture.width}" height="{picture.height}" alt="Page {page}">'
    return f'<div class="page">{image}{marks}</div>'


def _is_near(corner: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether the labels at two corners, in per cent of the picture, would lie over each other."""
    return abs(corner[0] - other[0]) < _LABEL[0] and abs(corner[1] - other[1]) < _LABEL[1]


def _mark(place: tuple[float, float, float, float], number: int, finding: Finding, steps: int) -> str:
    """A box in place; its label stands `steps` labels to the right, where others have the same corner."""
    left, top, width, height = place
    more = (" low" if top < _LOW else "") + (" whole" if width * height > _WHOLE else "")
    said = escape(f"{finding.severity.value} {number}: {finding.message}", quote=True)
    shift = f' style="margin-left:{2.1 * steps:g}em"' if steps else ""
    return (
        f'<a class="mark {finding.severity.value}{more}" href="#f{number}" data-finding="{number}" title="{said}" '
        f'aria-label="{said}" style="left:{left:g}%;top:{top:g}%;width:{width:g}%;height:{height:g}%">'
        f"<b{shift}>{number}</b></a>"
    )


def _not_shown(by_page: Mapping[int, Sequence[Numbered]]) -> Iterator[str]:
    """Pages beyond those that are drawn: their findings by message."""
    if not by_page:
        return
    yield f'<h2>{counted(len(by_page), "more page")} with findings</h2>\n<ol class="findings">'
    findings = [each for found in by_page.values() for each in found]
    for (code, message), same in grouped(findings, lambda each: (each[1].code, each[1].message)):
        number, finding = same[0]
        where = _capital(pages_named((each.page for _, each in same), most=40))
        hint = f"{where}. {_capital(finding.hint)}"
        yield _finding(number, Finding(code, finding.severity, message, hint))
    yield "</ol>"


def _suppressed(report: Report) -> Iterator[str]:
    if not report.suppressed and not report.unused:
        return
    yield "<h2>Suppressed by the edition</h2>"
    yield from _table("Code", "Where", "Finding", "Reason")
    for (code, message, reason), same in grouped(
        report.suppressed, lambda each: (each.finding.code, each.finding.message, each.reason)
    ):
        where = pages_named(each.finding.page for each in same) or "the file"
        yield f"<tr><td><code>{code}</code><td>{where}<td>{escape(_capital(message))}<td>{escape(reason)}</tr>"
    for one in report.unused:
        where = pages_named(one.pages) or "the file"
        yield f"<tr><td><code>{one.code}</code><td>{where}<td>Fits no finding of this file<td>{escape(one.reason)}</tr>"
    yield "</tbody></table></div>"


def _table(*heads: str) -> Iterator[str]:
    yield '<div class="scroll"><table>\n<thead><tr>'
    yield from (f"<th>{head}</th>" for head in heads)
    yield "</tr></thead>\n<tbody>"


def _rules(report: Report) -> Iterator[str]:
    yield "<h2>All rules</h2>"
    yield from _table("Code", "Rule", "Threshold", "Source", "Status")
    for outcome in report.outcomes:
        yield _rule(outcome, report)
    yield "</tbody></table></div>"


def _rule(outcome: Outcome, report: Report) -> str:
    rule, status = outcome.rule, word(outcome)
    more = f"<p>{escape(_capital(outcome.reason))}</p>" if outcome.reason else ""
    if outcome.findings:
        where = pages_named(finding.page for finding in outcome.findings)
        more = f"<p>{counted(len(outcome.findings), 'finding')}{', ' + where if where else ''}</p>" + more
    kind = _CLASSES.get(status, status)
    muted = ' class="muted"' if outcome.status is Status.NOT_APPLICABLE else ""
    return (
        f'<tr id="{rule.code}"{muted}><td><code>{rule.code}</code><td>{escape(rule.title)}{more}'
        f"<td>{escape(threshold(rule, report.printer))}<td>{escape(clause(rule))}"
        f'<td><span class="tag {kind}">{status}</span></tr>'
    )


def _others(pages: Sequence[int], shown: Mapping[int, Picture | None]) -> Iterator[str]:
    if not pages:
        return
    yield '<h2>Pages without findings</h2>\n<ol class="thumbs">'
    for page in pages:
        picture = shown[page]
        if picture is None:
            yield f'<li><div class="none">not rendered</div>{page}</li>'
        else:
            size = f'width="{picture.width}" height="{picture.height}"'
            yield f'<li><img src="{picture.address}" {size} alt="" loading="lazy">{page}</li>'
    yield "</ol>"


def _foot() -> Iterator[str]:
    yield "<footer>Pages are counted from 1, as they stand in the file. docs/printing.md explains each rule."
    yield f"</footer>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
