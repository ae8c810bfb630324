"""Typesetting: the engine's warnings are findings, nothing outside the book is reached, a kit is parsed once."""

from __future__ import annotations

import base64
import io
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2
import pytest

from policybook.diagnostics import MachineError
from policybook.fonts import font_css
from policybook.resources import Resources, find_resources
from policybook.sheets import Html, Sheets
from policybook.typesetting import Copy, Kit, engine_version, lay_out, make_kit
from tests.layout.bench import kit

CANARY = "canary-in-a-file-outside"
SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect fill="%s" width="9" height="9"/></svg>'
RED, BLUE = SQUARE % b"#ff0000", SQUARE % b"#0000ff"


LEAST_STYLE = f'{font_css()} body {{ font: 8pt "Book Serif" }}'
LEAST = make_kit(LEAST_STYLE, {}, 720)


def markup(body: str, head: str = "") -> Html:
    """A division of this body."""
    return Html("bench", f'<html lang="en-US"><head><title>x</title>{head}</head><body>{body}</body></html>')


def styled(style: str, sheets: Mapping[str, str] | None = None) -> Kit:
    """The kit of a style sheet with the book's fonts."""
    return make_kit(LEAST_STYLE + style, sheets or {}, 720)


def set_(body: str, head: str = "", of: Kit = LEAST, images: Mapping[str, bytes] | None = None) -> Sheets:
    """The sheets of this body."""
    return lay_out(of, Copy(markup(body, head), images or {}))


def said(sheets: Sheets) -> str:
    """All findings, which must be LAYT001 and tell whether the division or the styles are at fault."""
    assert {problem.code for problem in sheets.problems} <= {"LAYT001"}
    assert all(problem.message.startswith(("bench: ", "the styles: ")) for problem in sheets.problems)
    return "\n".join(problem.message for problem in sheets.problems)


# --- findings ---------------------------------------------------------------------------------------------------------


def test_sound_markup_gives_sheets_without_findings() -> None:
    sheets = set_('<p id="a">word</p>', of=kit())
    assert not sheets.problems
    assert (sheets.division, sheets.count, list(sheets.anchors)) == ("bench", 1, ["a"])
    assert sheets.pdf.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ("<p>a \N{SNOWMAN}</p>", "U+2603"),
        ('<p style="font-size: big-ish">x</p>', "font-size"),
        ('<p><img src="images/gone.png" alt="x"></p>', "images/gone.png"),
        ('<p><a href="#gone">x</a></p>', "gone"),
        ('<link rel="stylesheet" href="components/gone.css"><p>x</p>', "components/gone.css"),
        ("<style>p { colour: red }</style><p>x</p>", "colour"),
    ],
)
def test_what_the_engine_warns_of_is_a_finding(body: str, finding: str) -> None:
    (problem,) = set_(body).problems
    assert problem.message.startswith("bench: ")
    assert finding in problem.message


@pytest.mark.parametrize(
    ("style", "finding"),
    [
        ("p { colour: red }", "colour"),
        ("p { width: blue }", "width"),
        ("p:never-heard-of { width: 1pt }", "never-heard-of"),
        ("@font-face { font-family: Other; src: url('fonts/Other.ttf') }", "Other"),
    ],
)
def test_a_fault_of_the_styles_is_found_in_every_division_that_they_set(style: str, finding: str) -> None:
    of = styled(style)
    for _ in range(2):
        (problem,) = set_("<p>x</p>", of=of).problems
        assert problem.message.startswith("the styles: ")
        assert finding in problem.message
    assert len(set_("<p>\N{SNOWMAN}</p>", of=of).problems) == 2


@pytest.mark.parametrize("sheet", ["p { colour: red }", '@import url("gone.css");'])
def test_a_fault_of_a_sheet_that_the_styles_import_is_found(sheet: str) -> None:
    of = make_kit(f'@import url("own.css"); {LEAST_STYLE}', {"own.css": sheet}, 720)
    assert set_("<p>x</p>", of=of).problems
    assert not set_("<p>x</p>", of=make_kit(of.style, {"own.css": "p { color: red }"}, 720)).problems
    missing = set_("<p>x</p>", of=make_kit(of.style, {}, 720))
    assert "own.css" in said(missing)


def test_findings_of_one_division_are_not_told_of_the_next() -> None:
    assert set_("<p>\N{SNOWMAN}</p>").problems
    assert not set_("<p>x</p>").problems


def test_a_picture_that_is_none_is_a_finding() -> None:
    assert "images/a.png" in said(set_('<img src="images/a.png" alt="x">', images={"a.png": b"not a picture"}))


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
    set_(body)
    if "<style>" in REACHING[vector]:
        style = body.partition("<style>")[2].partition("</style>")[0]
        set_(body, of=make_kit(style + LEAST_STYLE, {}, 720))
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
    assert not canary_in(set_(f"<p>x</p>{address}"))
    if "<style>" in address:
        style = address.partition("<style>")[2].partition("</style>")[0]
        assert not canary_in(set_("<p>x</p>", of=make_kit(style + LEAST_STYLE, {}, 720)))


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
    found = outside.resources.sheets()
    linked = set_("<p>x</p>", f'<link rel="stylesheet" href="{name}">', of=styled("", found))
    imported = set_("<p>x</p>", of=make_kit(f'@import url("{name}"); {LEAST_STYLE}', found, 720))
    for sheets in (linked, imported):
        assert "secret.css" in said(sheets) or "linked.css" in said(sheets)
        assert not canary_in(sheets)


def test_the_canary_would_sing_if_the_style_sheet_were_read(outside: Outside) -> None:
    (outside.file.parent / "styles" / "own.css").write_text(outside.file.read_text("utf-8"), "utf-8")
    found = outside.resources.sheets()
    assert canary_in(set_("<p>x</p>", '<link rel="stylesheet" href="own.css">', of=styled("", found)))
    assert canary_in(set_("<p>x</p>", of=make_kit(f'@import url("own.css"); {LEAST_STYLE}', found, 720)))


@pytest.mark.parametrize("inside", ['<image width="9" height="9" href="{}"/>', '<use href="{}#x"/>'])
def test_a_picture_can_not_fetch_either(outside: Outside, inside: str) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
    for address in (f"{outside.url}/a.png", outside.file.as_uri()):
        drawing = svg.format(inside.format(address))
        set_('<img src="images/a.svg" alt="x">', images={"a.svg": drawing.encode()})
        data = base64.b64encode(drawing.encode()).decode()
        set_(f'<img src="data:image/svg+xml;base64,{data}" alt="x">')
    outside.assert_not_reached()


def test_a_style_sheet_in_an_address_is_refused() -> None:
    sheets = set_("<p>x</p>", '<link rel="stylesheet" href="data:text/css,p{width:9pt}">')
    assert "not part of the book" in said(sheets)


# --- kits -------------------------------------------------------------------------------------------------------------


def test_a_kits_digest_tells_its_styles_and_its_measure() -> None:
    of = make_kit("p { color: red }", {"a.css": "x", "b.css": "y"}, 720)
    assert make_kit("p { color: red }", {"b.css": "y", "a.css": "x"}, 720).digest == of.digest
    others = [
        make_kit("p { color: blue }", of.sheets, 720),
        make_kit(of.style, {**of.sheets, "c.css": ""}, 720),
        make_kit(of.style, {"a.css": "y", "b.css": "x"}, 720),
        make_kit(of.style, {"a.css": "x\0b.css", "y": ""}, 720),
        make_kit(of.style, of.sheets, 721),
    ]
    assert len({of.digest, *(other.digest for other in others)}) == 6


def test_a_kit_for_another_engine_is_refused_with_a_remedy() -> None:
    other = replace(LEAST, engine=LEAST.engine.replace("weasyprint 7", "weasyprint 6"))
    assert other.engine != engine_version()
    with pytest.raises(MachineError, match=r"this worker lays out with weasyprint 7.*weasyprint 6") as caught:
        set_("<p>x</p>", of=other)
    assert "same versions" in caught.value.remedy


def test_the_engine_is_told_by_all_that_decides_where_lines_break() -> None:
    told = engine_version()
    for name in ("weasyprint", "pydyf", "tinycss2", "pyphen", "pango", "harfbuzz", "font-source-serif-pro"):
        assert f"{name} " in told
    assert "?" not in told, "a library is not found where WeasyPrint finds it"


def test_a_kit_is_parsed_once_for_many_divisions(monkeypatch: pytest.MonkeyPatch) -> None:
    import weasyprint  # noqa: PLC0415 - by `engine()`

    parsed: list[str] = []

    class Counted(weasyprint.CSS):  # type: ignore[misc]
        def __init__(self, *args: object, **keys: object) -> None:
            parsed.append(str(keys.get("string", ""))[-10:])
            super().__init__(*args, **keys)

    monkeypatch.setattr(weasyprint, "CSS", Counted)
    of = styled(".once { color: red }")
    for word in ("one", "two", "three"):
        assert not set_(f'<p class="once">{word}</p>', of=of).problems
    assert len(parsed) == 1


def test_pictures_of_one_division_are_not_the_nexts_and_neither_are_the_styles() -> None:
    image = '<img src="images/a.svg" alt="x">'
    red, blue = (set_(image, images={"a.svg": color}).pdf for color in (RED, BLUE))
    assert b"\n1 0 0 rg" in red.replace(b"1.0", b"1")
    assert red != blue
    assert "images/a.svg" in said(set_(image))
    assert set_("<p>x</p>", of=styled("p { color: red }")).pdf != set_("<p>x</p>").pdf


def test_what_is_laid_out_does_not_depend_on_what_was_laid_out_before() -> None:
    first = set_("<p>office <i>1987</i></p>")
    set_("<p>\N{SNOWMAN}</p>" * 200)
    set_("<p>x</p>", of=styled("p { font-size: 40pt }"))
    assert set_("<p>office <i>1987</i></p>") == first


def test_an_artifact_is_laid_out_without_tags() -> None:
    with pypdfium2.PdfDocument(lay_out(LEAST, Copy(replace(markup("<p>x</p>"), artifact=True), {})).pdf) as pdf:
        assert not pdf.is_tagged()
    with pypdfium2.PdfDocument(lay_out(LEAST, Copy(markup("<p>x</p>"), {})).pdf) as pdf:
        assert pdf.is_tagged()
