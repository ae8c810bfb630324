"""The site in a browser, from files: each width and scheme, the search, the keyboard, the downloads, axe-core.

These tests need Debian's Chromium (or another, named in CHROMIUM), Playwright and axe-core. Where one of them is
missing they are skipped and say so: they have then proved nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from policybook.pipeline import check
from tests.unit.websites import EDITION, FILES, site_of, some_pagination

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: apt-get install chromium")

PHONE, TABLET, DESKTOP = (390, 844), (768, 1024), (1400, 900)
#: One page of each kind.
KINDS = (
    "index.html",
    "briefs/minimum-wage.html",
    "briefs/participatory-budgeting.html",
    "places.html",
    "topics.html",
    "accessibility.html",
    "book/wage-table.html",
    "book/glossary.html",
    "book/directory.html",
    "book/laws.html",
)
#: What axe-core is asked for: all of WCAG to level AA, and what its makers hold for good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, beside the files that it offers."""
    book = check(EDITION)[1]
    folder = tmp_path_factory.mktemp("edition")
    for path, content in {**FILES, **site_of(book, some_pagination(book))}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder / "web"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def said() -> list[str]:
    """What the browser complains of, a breach of the content security policy included, and what it asks of others."""
    return []


@pytest.fixture
def open_page(browser: Any, site: Path, said: list[str]) -> Iterator[Any]:
    """Opens a page of the site at a size; at the end the browser must have had nothing to say."""
    contexts = []

    def opened(path: str, size: tuple[int, int] = DESKTOP, **settings: Any) -> Any:
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, **settings)
        contexts.append(context)
        context.on(
            "request", lambda request: said.append(request.url) if urlsplit(request.url).scheme != "file" else None
        )
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("requestfailed", lambda request: said.append(request.url) if _in_earnest(request) else None)
        page.goto((site / path).as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


def _in_earnest(request: Any) -> bool:
    """Whether a request failed by itself, and not because the page was left before it was answered."""
    return "ERR_ABORTED" not in (request.failure or "")


@pytest.mark.parametrize(("size", "band"), [(PHONE, "phone"), (TABLET, "wide"), (DESKTOP, "wide")])
def test_each_width_has_its_header_image(open_page: Any, size: tuple[int, int], band: str) -> None:
    page = open_page("index.html", size)
    image = page.locator(".masthead-art img")
    assert image.evaluate("image => image.currentSrc").endswith(f"/header-{band}.svg")
    assert image.evaluate("image => image.complete && image.naturalWidth > 0")
    box = image.bounding_box()
    assert box["width"] == size[0]


def test_the_header_image_changes_when_a_window_is_made_narrow(open_page: Any) -> None:
    page = open_page("index.html", DESKTOP)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.wait_for_function("document.querySelector('.masthead-art img').currentSrc.endsWith('header-phone.svg')")


@pytest.mark.parametrize("width", [320, 390, 768, 960, 1400, 2200])
def test_no_page_is_wider_than_the_screen(open_page: Any, width: int) -> None:
    page = open_page("index.html", (width, 800))
    for path in KINDS:
        page.goto(page.evaluate("location.href").rpartition("/web/")[0] + "/web/" + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (path, wide)


def test_the_faces_of_the_book_are_loaded(open_page: Any) -> None:
    page = open_page("briefs/minimum-wage.html")
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family.replace(/\\W/g, '') + f.weight)"
    )
    assert {"BookSerif400", "BookSerif300", "BookSans400", "BookSans600"} <= set(loaded)


def test_the_search_finds(open_page: Any) -> None:
    page = open_page("index.html", PHONE)
    box = page.get_by_role("searchbox", name="Search the briefs")
    box.fill("seatac hospitality")
    page.wait_for_selector("#_results li")
    assert page.locator("#_found").inner_text() in ("1 place found.", *(f"{n} places found." for n in range(2, 21)))
    first = page.locator("#_results li").first
    assert "SeaTac" in first.inner_text()
    assert [words.lower() for words in first.locator("mark").all_inner_texts()]
    first.locator("a").click()
    page.wait_for_url("**/briefs/minimum-wage.html#*")
    target = unquote(urlsplit(page.url).fragment)
    assert page.locator(f'[id="{target}"]').is_visible()


def test_the_search_takes_any_letters_for_letters(open_page: Any) -> None:
    page = open_page("index.html")
    box = page.get_by_role("searchbox")
    for words in ("zzzz", "<b>wage</b>", "(.*", "\\", "[a-", "ＷＡＧＥ"):
        box.fill("")
        box.fill(words)
        page.wait_for_function("document.getElementById('_found').textContent === 'Nothing found.'")
    box.fill("WAGE")
    page.wait_for_selector("#_results mark")
    box.fill("")
    assert page.locator("#_results li").count() == 0
    assert page.locator("#_found").inner_text() == ""


def test_without_scripts_everything_is_there_but_the_search(open_page: Any) -> None:
    page = open_page("index.html", java_script_enabled=False)
    assert not page.locator("#_search").is_visible()
    assert page.get_by_text("Searching needs JavaScript.").is_visible()
    page.get_by_role("link", name="Local Minimum Wage").first.click()
    assert page.locator("h1").inner_text() == "Local Minimum Wage"


@pytest.mark.parametrize("path", KINDS)
def test_the_keyboard_alone_reaches_everything_and_shows_where_it_is(open_page: Any, path: str) -> None:
    page = open_page(path, DESKTOP)
    wanted = page.evaluate(
        """[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
           .filter(e => e.checkVisibility()).map((e, i) => { e.dataset.stop = i; return i })"""
    )
    reached = []
    for _ in wanted:
        page.keyboard.press("Tab")
        stop, outlined, height = page.evaluate(
            """(() => { const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
               return [Number(e.dataset.stop ?? -1), s.outlineStyle !== "none", box.bottom] })()"""
        )
        assert outlined, (path, stop)
        assert height > 0, (path, stop)
        reached.append(stop)
    assert reached == wanted  # in the order of the page, too


def test_the_skip_link_leads_past_the_navigation(open_page: Any) -> None:
    page = open_page("briefs/minimum-wage.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_every_download_is_there_and_is_what_the_page_says(open_page: Any, site: Path) -> None:
    offered = 0
    for path in ("index.html", "briefs/minimum-wage.html"):
        page = open_page(path)
        for item in page.locator(".downloads > li").all():
            url = item.locator("a").evaluate("a => a.href")
            file = Path(unquote(urlsplit(url).path))
            assert file.is_relative_to(site.parent)
            content = file.read_bytes()
            text = item.inner_text()
            assert hashlib.sha256(content).hexdigest() in text
            assert f"{len(content)} bytes" in text
            offered += 1
    assert offered == len(FILES)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("path", KINDS)
def test_axe_core_finds_nothing(open_page: Any, path: str, size: tuple[int, int], scheme: str) -> None:
    page = open_page(path, size, color_scheme=scheme)
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"], "preload": False}
    found = axe.Axe().run(page, options=options).response
    assert found["passes"], "axe-core looked at nothing"
    told = [
        (rule["id"], rule["impact"], node["target"], node["failureSummary"])
        for rule in found["violations"]
        for node in rule["nodes"][:3]
    ]
    assert told == []


def test_the_dark_scheme_is_dark_and_print_is_light(open_page: Any) -> None:
    page = open_page("briefs/minimum-wage.html", DESKTOP, color_scheme="dark")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(ground) == "rgb(25, 24, 22)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert not page.locator(".site-nav").is_visible()
    assert page.locator("h1").is_visible()


def test_text_may_be_four_times_as_large(open_page: Any) -> None:
    page = open_page("briefs/minimum-wage.html", (320, 256))  # 1280 by 1024 at 400 per cent (WCAG 2.2, 1.4.10)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    narrow = page.evaluate(
        "[...document.querySelectorAll('p')].filter(p => p.checkVisibility() && p.clientWidth < 60).length"
    )
    assert narrow == 0
