"""What the site says of itself to machines: schema.org data, and a feed of editions (RSS 2.0)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from email.utils import format_datetime
from html import escape

from policybook.book import Brief, Division
from policybook.edition import Edition
from policybook.text import plain
from policybook.web_site import FOLDER, Download, Site

_MEDIA_TYPES = {"PDF": "application/pdf", "EPUB": "application/epub+zip"}
#: Characters that XML 1.0 (2.2) has no place for.
_NO_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))


def book_data(site: Site, *, card: bool) -> Mapping[str, object]:
    """The book as schema.org has it, with what can be downloaded and the briefs.

    Without the ISBN, since an edition may bear a specimen number.
    """
    edition = site.book.edition
    return _without_nothing(
        {
            "@context": "https://schema.org",
            "@type": "Book",
            "name": edition.title,
            "alternativeHeadline": edition.subtitle,
            "bookEdition": edition.edition,
            "datePublished": edition.date,
            "inLanguage": edition.language,
            "description": edition.statement.strip(),
            "publisher": {"@type": "Organization", "name": edition.publisher},
            "url": site.absolute("index.html"),
            "image": site.absolute("card.png") if card else "",
            "encoding": [_encoding(site, "index.html", download) for download in site.of_book()],
            "hasPart": [_chapter(site, "index.html", division) for division in site.book.briefs()],
        }
    )


def brief_data(site: Site, division: Division) -> Mapping[str, object]:
    """A brief as schema.org has it."""
    assert isinstance(division.content, Brief)
    edition, page = site.book.edition, site.pages[division.id]
    return _without_nothing(
        {
            "@context": "https://schema.org",
            **_chapter(site, page, division),
            "abstract": plain(division.content.summary),
            "inLanguage": edition.language,
            "datePublished": edition.date,
            "isPartOf": {"@type": "Book", "name": edition.title, "bookEdition": edition.edition},
            "encoding": [_encoding(site, page, download) for download in site.of_brief(division.id)],
        }
    )


def _chapter(site: Site, page: str, division: Division) -> dict[str, object]:
    target = site.pages[division.id]
    return {
        "@type": "Chapter",
        "name": division.title,
        "url": site.absolute(target) or site.link(page, FOLDER + target),
        "pageStart": str(site.pagination.folio(division.id)),
        "pageEnd": str(site.pagination.folio(division.end)),
    }


def _encoding(site: Site, page: str, download: Download) -> dict[str, object]:
    return {
        "@type": "MediaObject",
        "name": download.title,
        "contentUrl": site.link(page, download.path),
        "encodingFormat": _MEDIA_TYPES.get(download.format, "application/octet-stream"),
        "contentSize": f"{download.bytes} B",
        "sha256": download.sha256,
    }


def _without_nothing(data: Mapping[str, object]) -> Mapping[str, object]:
    return {key: value for key, value in data.items() if value not in ("", [])}


def feed(site: Site, earlier: Sequence[tuple[str, Edition]]) -> bytes:
    """The editions, the newest first, in RSS 2.0. Links are whole only if the site's address is known."""
    editions = [("", site.book.edition), *earlier]
    editions.sort(key=lambda of: of[1].date, reverse=True)
    newest = site.book.edition
    items = "".join(_item(site, folder, edition) for folder, edition in editions)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>\n'
        f"<title>{_xml(newest.title)}</title>\n<link>{_xml(site.address or 'index.html')}</link>\n"
        f"<description>{_xml(f'Editions of {newest.title}, published by {newest.publisher}.')}</description>\n"
        f"<language>{_xml(newest.language)}</language>\n<pubDate>{_date(editions[0][1])}</pubDate>\n"
        f"{items}</channel></rss>\n"
    ).encode()


def _item(site: Site, folder: str, edition: Edition) -> str:
    page = f"../../{folder}/{FOLDER}index.html" if folder else "index.html"
    name = f"{edition.title}, {edition.edition}"
    return (
        f"<item>\n<title>{_xml(name)}</title>\n<link>{_xml(site.absolute(page) or page)}</link>\n"
        f"<description>{_xml(edition.statement.strip())}</description>\n"
        f'<guid isPermaLink="false">{_xml(f"{name}, {edition.date}")}</guid>\n'
        f"<pubDate>{_date(edition)}</pubDate>\n</item>\n"
    )


def _date(edition: Edition) -> str:
    """The edition's date as RFC 822 has it."""
    day = datetime.date.fromisoformat(edition.date)
    return format_datetime(datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC))


def _xml(text: str) -> str:
    return escape(text.translate(_NO_XML))
