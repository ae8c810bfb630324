"""Typesetting: the engine's warnings are findings, nothing outside the book is reached, and the cache tells no lies."""

from __future__ import annotations

import base64
import io
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest

from policybook.diagnostics import MachineError
from policybook.edition import PageModel
from policybook.fonts import font_css
from policybook.resources import Resources, find_resources
from policybook.sheets import Html, Layout, Sheets
from policybook.typesetting import Typesetter
from tests.conftest import ROOT

LAYOUT = Layout("standard", PageModel().geometry())
CANARY = "canary-in-a-file-outside"
SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect fill="%s" width="9" height="9"/></svg>'
RED, BLUE = SQUARE % b"#ff0000", SQUARE % b"#0000ff"


def markup(body: str, head: str = "") -> Html:
    """A division of this body."""
    text = f'<html lang="en-US"><head><title>x</title><style>{font_css()} body {{ font: 8pt "Book Serif" }}</style>'
    return Html("bench", f"{text}{head}</head><body>{body}</body></html>")


def said(sheets: Sheets) -> str:
    """All findings, which must be LAYT001 and name the division."""
    assert {problem.code for problem in sheets.problems} <= {"LAYT001"}
    assert all(problem.message.startswith("bench: ") for problem in sheets.problems)
    return "\n".join(problem.message for problem in sheets.problems)


@pytest.fixture
def typesetter() -> Typesetter:
    """A typesetter of the shipped styles, without a cache."""
    return Typesetter(find_resources(ROOT), {}, LAYOUT)


# --- findings ---------------------------------------------------------------------------------------------------------


def test_sound_markup_gives_sheets_without_findings(typesetter: Typesetter) -> None:
    sheets = typesetter.typeset(markup('<p id="a">word</p>', '<link rel="stylesheet" href="book.css">'))
    assert not sheets.problems
    assert (sheets.division, sheets.count, list(sheets.anchors)) == ("bench", 1, ["a"])
    assert sheets.pdf.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("body", "head", "finding"),
    [
        ("<p>x</p>", "<style>p { colour: red }</style>", "colour"),
        ("<p>x</p>", "<style>p { width: blue }</style>", "width"),
        ("<p>x</p>", "<style>p:never-heard-of { width: 1pt }</style>", "never-heard-of"),
        ("<p>a \N{SNOWMAN}</p>", "", "U+2603"),
        ('<p style="font-size: big-ish">x</p>', "", "font-size"),
        ("<p>x</p>", '<link rel="stylesheet" href="components/gone.css">', "components/gone.css"),
        ("<p>x</p>", '<style>@import url("gone.css");</style>', "gone.css"),
        ('<p><img src="images/gone.png" alt="x"></p>', "", "images/gone.png"),
        ('<p><a href="#gone">x</a></p>', "", "gone"),
        ("<p>x</p>", '<style>@font-face { font-family: Other; src: url("fonts/Other.ttf") }</style>', "Other"),
    ],
)
def test_what_the_engine_warns_of_is_a_finding(typesetter: Typesetter, body: str, head: str, finding: str) -> None:
    assert finding in said(typesetter.typeset(markup(body, head)))


def test_findings_of_one_division_are_not_told_of_the_next(typesetter: Typesetter) -> None:
    assert typesetter.typeset(markup("<p>\N{SNOWMAN}</p>")).problems
    assert not typesetter.typeset(markup("<p>x</p>")).problems


def test_a_picture_that_is_none_is_a_finding() -> None:
    broken = Typesetter(find_resources(ROOT), {"a.png": b"not a picture"}, LAYOUT)
    assert "images/a.png" in said(broken.typeset(markup('<img src="images/a.png" alt="x">')))


# --- nothing outside is reached ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outside:
    """What a book must not reach: a server of this machine, and a file beside the styles."""

    server: socket.socket
    file: Path
    resources: Resources

    @property
    def url(self) -> str:
        """An address of the server."""
        return f"http://127.0.0.1:{self.server.getsockname()[1]}"

    def assert_not_reached(self) -> None:
        """Nobody has connected: a connection would wait in the queue of the listening socket."""
        with pytest.raises(BlockingIOError):
            self.server.accept()


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    """A listening socket, a file with a canary in it, and resources whose own styles lie beside that file."""
    (tmp_path / "styles").mkdir()
    secret = tmp_path / "secret.css"
    secret.write_text(f'p::before {{ content: "{CANARY}" }}', "utf-8")
    (tmp_path / "styles" / "linked.css").symlink_to(secret)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield Outside(server, secret, find_resources(tmp_path))


REACHING = {
    "picture": '<img src="{}/a.png" alt="x">',
    "style": '<link rel="stylesheet" href="{}/a.css">',
    "import": '<style>@import url("{}/a.css");</style>',
    "background": '<p style="background: url({}/a.png)">x</p>',
    "list mark": '<ul style="list-style-image: url({}/a.png)"><li>x</ul>',
    "border": '<p style="border: 1pt solid; border-image: url({}/a.png) 1">x</p>',
    "content": "<style>p::before {{ content: url({}/a.png) }}</style><p>x</p>",
    "font": '<style>@font-face {{ font-family: Q; src: url({}/a.ttf) }}</style><p style="font-family: Q">x</p>',
    "object": '<object data="{}/a.svg" type="image/svg+xml">x</object>',
    "embed": '<embed src="{}/a.svg" type="image/svg+xml">',
    "attachment": '<link rel="attachment" href="{}/a.txt" title="x">',
    "attached link": '<p><a rel="attachment" href="{}/a.txt">x</a></p>',
    "drawn picture": '<svg width="9" height="9"><image width="9" height="9" href="{}/a.png"/></svg>',
    "drawn use": '<svg width="9" height="9"><use href="{}/a.svg#x"/></svg>',
    "counter style": "<style>@counter-style q {{ system: cyclic; symbols: url({}/a.png) }}</style><p>x</p>",
    "base": '<base href="{}/"><img src="a.png" alt="x">',
}


@pytest.mark.parametrize("vector", REACHING)
def test_no_address_of_a_network_is_asked(outside: Outside, vector: str) -> None:
    body = f"<p>x</p>{REACHING[vector].format(outside.url)}"
    typesetter = Typesetter(outside.resources, {}, LAYOUT)
    typesetter.typeset(markup(body))
    outside.assert_not_reached()


def test_the_listening_socket_would_notice_a_connection(outside: Outside) -> None:
    with socket.create_connection(outside.server.getsockname()):
        connection, _ = outside.server.accept()
        connection.close()


@pytest.mark.parametrize("vector", REACHING)
def test_no_file_of_the_machine_is_read(outside: Outside, vector: str) -> None:
    address = REACHING[vector].format(outside.file.parent.as_uri())
    for name in ("a.png", "a.css", "a.svg", "a.txt", "a.ttf"):
        address = address.replace(name, outside.file.name)
    sheets = Typesetter(outside.resources, {}, LAYOUT).typeset(markup(f"<p>x</p>{address}"))
    assert not canary_in(sheets)


def canary_in(sheets: Sheets) -> bool:
    """Whether the canary is in the file: its letters in a stream that is not compressed, or drawn on a page."""
    with pypdfium2.PdfDocument(io.BytesIO(sheets.pdf)) as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
    return CANARY.encode() in sheets.pdf or CANARY in text


@pytest.mark.parametrize(
    "name",
    [
        "../secret.css",
        "styles/../../secret.css",
        "components/../../secret.css",
        "..%2Fsecret.css",
        "components/..%2F..%2Fsecret.css",
        "..\\secret.css",
        "linked.css",
        "/secret.css",
    ],
)
def test_no_style_sheet_outside_of_the_folder_of_styles_is_read(outside: Outside, name: str) -> None:
    sheets = Typesetter(outside.resources, {}, LAYOUT).typeset(
        markup("<p>x</p>", f'<link rel="stylesheet" href="{name}">')
    )
    assert "secret.css" in said(sheets) or "linked.css" in said(sheets)
    assert not canary_in(sheets)


def test_the_canary_would_sing_if_the_style_sheet_were_read(outside: Outside) -> None:
    (outside.file.parent / "styles" / "own.css").write_text(outside.file.read_text("utf-8"), "utf-8")
    sheets = Typesetter(outside.resources, {}, LAYOUT).typeset(
        markup("<p>x</p>", '<link rel="stylesheet" href="own.css">')
    )
    assert canary_in(sheets)


@pytest.mark.parametrize("inside", ['<image width="9" height="9" href="{}"/>', '<use href="{}#x"/>'])
def test_a_picture_can_not_fetch_either(outside: Outside, inside: str) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
    for address in (f"{outside.url}/a.png", outside.file.as_uri()):
        drawing = svg.format(inside.format(address))
        typesetter = Typesetter(outside.resources, {"a.svg": drawing.encode()}, LAYOUT)
        typesetter.typeset(markup('<img src="images/a.svg" alt="x">'))
        data = base64.b64encode(drawing.encode()).decode()
        typesetter.typeset(markup(f'<img src="data:image/svg+xml;base64,{data}" alt="x">'))
    outside.assert_not_reached()


def test_a_style_sheet_in_an_address_is_refused(typesetter: Typesetter) -> None:
    sheets = typesetter.typeset(markup("<p>x</p>", '<link rel="stylesheet" href="data:text/css,p{width:9pt}">'))
    assert "not part of the book" in said(sheets)


# --- the cache --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shelf:
    """A cache, and a project whose own styles can be changed."""

    project: Path
    cache: Path

    def typeset(self, html: Html, images: Mapping[str, bytes] | None = None) -> Sheets:
        """Sheets from a new typesetter, as another build has it."""
        return Typesetter(find_resources(self.project), images or {}, LAYOUT, self.cache).typeset(html)

    def kept(self) -> set[str]:
        """The files of the cache."""
        return {path.name for path in self.cache.iterdir()} if self.cache.exists() else set()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty cache."""
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "own.css").write_text("p { color: #ff0000 }", "utf-8")
    return Shelf(tmp_path, tmp_path / "cache")


PAGE = markup('<p id="a">word <img src="images/a.svg" alt="x"></p>', '<link rel="stylesheet" href="own.css">')


def test_what_is_kept_is_given_again_whole(shelf: Shelf) -> None:
    first = shelf.typeset(PAGE, {"a.svg": RED})
    assert len(shelf.kept()) == 1
    assert shelf.typeset(PAGE, {"a.svg": RED}) == first
    assert len(shelf.kept()) == 1


def test_what_is_kept_is_not_set_again(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    first = shelf.typeset(PAGE, {"a.svg": RED})

    def never(*_: object) -> Sheets:
        raise AssertionError

    monkeypatch.setattr(Typesetter, "_lay_out", never)
    assert shelf.typeset(PAGE, {"a.svg": RED}).pdf == first.pdf


def test_every_input_that_pages_depend_on_is_a_key(shelf: Shelf) -> None:
    pdf = shelf.typeset(PAGE, {"a.svg": RED}).pdf
    assert shelf.typeset(Html("bench", PAGE.markup.replace("word", "words")), {"a.svg": RED}).pdf != pdf
    assert shelf.typeset(PAGE, {"a.svg": BLUE}).pdf != pdf
    assert len(shelf.kept()) == 3
    (shelf.project / "styles" / "own.css").write_text("p { color: #00ff00 }", "utf-8")
    assert shelf.typeset(PAGE, {"a.svg": RED}).pdf != pdf
    assert len(shelf.kept()) == 4


def test_a_style_sheet_that_is_new_is_another_key_even_before_it_is_named(shelf: Shelf) -> None:
    shelf.typeset(PAGE, {"a.svg": RED})
    (shelf.project / "styles" / "components").mkdir()
    (shelf.project / "styles" / "components" / "case.css").write_text("p { color: blue }", "utf-8")
    shelf.typeset(PAGE, {"a.svg": RED})
    assert len(shelf.kept()) == 2


def test_a_picture_that_the_page_does_not_name_is_no_key(shelf: Shelf) -> None:
    shelf.typeset(PAGE, {"a.svg": RED})
    shelf.typeset(PAGE, {"a.svg": RED, "b.svg": BLUE})
    assert len(shelf.kept()) == 1


def test_folios_that_are_printed_are_no_key_but_the_markup_is(shelf: Shelf) -> None:
    shelf.typeset(Html("bench", PAGE.markup, (("a", "12"),)), {"a.svg": RED})
    shelf.typeset(Html("bench", PAGE.markup, (("a", "13"),)), {"a.svg": RED})
    assert len(shelf.kept()) == 1


@pytest.mark.parametrize("damage", ["", "{", "cut", "flipped", "no head", "other head", "moved anchor"])
def test_a_damaged_file_is_set_again_and_mended(shelf: Shelf, damage: str) -> None:
    first = shelf.typeset(PAGE, {"a.svg": RED})
    (path,) = shelf.cache.iterdir()
    whole = path.read_bytes()
    digest, head, pdf = whole.split(b"\n", 2)
    broken = {
        "": b"",
        "{": b"{",
        "cut": whole[:-100],
        "flipped": whole[:-100] + bytes([whole[-100] ^ 1]) + whole[-99:],
        "no head": pdf,
        "other head": b"\n".join([digest, b'{"count": 1}', pdf]),
        "moved anchor": whole.replace(b'["a", [0,', b'["a", [7,'),
    }[damage]
    assert broken != whole
    path.write_bytes(broken)
    assert shelf.typeset(PAGE, {"a.svg": RED}) == first
    assert path.read_bytes() == whole
    assert b'"count": 1' in head


def test_sheets_with_findings_are_not_kept(shelf: Shelf) -> None:
    page = markup("<p>\N{SNOWMAN}</p>")
    assert shelf.typeset(page).problems
    assert not shelf.kept()
    assert shelf.typeset(page).problems


def test_a_cache_that_can_not_be_written_is_the_machines_fault(shelf: Shelf) -> None:
    shelf.cache.write_text("a file is in the way", "utf-8")
    with pytest.raises(MachineError, match="can't be written") as caught:
        shelf.typeset(PAGE, {"a.svg": RED})
    assert "--output" in caught.value.remedy


def test_nothing_but_sheets_is_left_in_the_cache(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    shelf.typeset(PAGE, {"a.svg": RED})
    monkeypatch.setattr(Path, "replace", no_space)
    with pytest.raises(MachineError, match="No space left"):
        shelf.typeset(PAGE, {"a.svg": BLUE})
    assert all(name.endswith(".sheets") for name in shelf.kept())
    assert len(shelf.kept()) == 1
