"""The faces: there, static, free, and named in a PDF as the layout engine names them."""

from __future__ import annotations

from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from pikepdf import Object, Pdf

from policybook.diagnostics import MachineError
from policybook.fonts import (
    FACES,
    Face,
    characters,
    face_name,
    font_css,
    font_versions,
    is_figures,
    missing_characters,
    pdf_fonts,
)
from policybook.sheets import Html
from policybook.typesetting import Copy, lay_out, make_kit

IDS = [face.pdf_name for face in FACES]


@pytest.fixture(scope="module", params=FACES, ids=IDS)
def opened(request: pytest.FixtureRequest) -> tuple[Face, TTFont]:
    return request.param, TTFont(request.param.path)


def test_each_family_has_four_weights_upright_and_italic() -> None:
    assert len({(face.family, face.weight, face.italic) for face in FACES}) == len(FACES) == 16
    assert {face.family for face in FACES} == {"Book Serif", "Book Sans"}
    assert len({face.path for face in FACES}) == len(pdf_fonts()) == len(FACES)


def test_a_face_is_a_static_truetype_file(opened: tuple[Face, TTFont]) -> None:
    face, font = opened
    assert face.path.read_bytes()[:4] == b"\x00\x01\x00\x00"
    assert "glyf" in font
    assert not {"fvar", "gvar", "CFF ", "CFF2"} & set(font.keys())


def test_a_face_is_free_to_embed(opened: tuple[Face, TTFont]) -> None:
    _, font = opened
    licence = " ".join(str(font["name"].getDebugName(number)) for number in (13, 14))
    assert "SIL Open Font License" in licence
    assert "scripts.sil.org/OFL" in licence or "openfontlicense.org" in licence
    assert font["OS/2"].fsType == 0  # installable embedding (OpenType, OS/2: fsType)


def test_a_face_is_what_its_name_says(opened: tuple[Face, TTFont]) -> None:
    face, font = opened
    assert font["OS/2"].usWeightClass == face.weight
    assert bool(font["OS/2"].fsSelection & 1) == face.italic


def test_a_face_has_what_a_book_is_written_with(opened: tuple[Face, TTFont]) -> None:
    _, font = opened
    wanted = "AZaz09“”‘’–—…§¶©®™°±×÷½¼¾$€£%&@*†‡•àéîõüñçßÅØłőŠž\u00a0-()[]{}<>/\\"
    assert [sign for sign in wanted if ord(sign) not in font.getBestCmap()] == []


def test_a_face_has_oldstyle_figures_and_figures_of_one_width(opened: tuple[Face, TTFont]) -> None:
    _, font = opened
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert {"onum", "pnum"} <= features
    widths = {font["hmtx"][font.getBestCmap()[ord(figure)]][0] for figure in "0123456789"}
    assert len(widths) == 1 or "tnum" in features


@pytest.fixture(scope="module")
def base_fonts() -> list[str]:
    """The names of the fonts of a page with one line in each face, without the prefix of the subset, in order."""
    slants = {True: "italic", False: "normal"}
    lines = "".join(
        f"<p style=\"font: {slants[face.italic]} {face.weight} 10pt '{face.family}'\">Line {number}"
        f' <span style="font-stretch: semi-condensed">12</span></p>'
        for number, face in enumerate(FACES)
    )
    markup = (
        f'<!DOCTYPE html><html lang="en"><head><title>Faces</title></head>'
        f"<body><h1 style=\"font-family:'Book Serif'\">Faces</h1>{lines}</body></html>"
    )
    sheets = lay_out(make_kit(font_css(), {}, 720), Copy(Html("faces", markup), {}))
    assert sheets.problems == ()
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        fonts = [_base_font(font) for page in pdf.pages for _, font in page.resources["/Font"].items()]
    assert all(len(prefix) == 6 and prefix.isupper() for prefix, _ in fonts)  # ISO 32000-1, 9.6.4: a subset
    return [name for _, name in fonts]


def _base_font(font: Object) -> tuple[str, str]:
    prefix, _, name = str(font.BaseFont).removeprefix("/").partition("+")
    return prefix, name


def test_a_pdf_names_the_faces_as_we_expect(base_fonts: list[str]) -> None:
    assert sorted(name for name in base_fonts if not is_figures(name)) == sorted(IDS)


def test_a_pdf_names_the_figures_cut_of_a_face_after_it(base_fonts: list[str]) -> None:
    cuts = [name for name in base_fonts if is_figures(name)]
    assert sorted(face_name(name) for name in cuts) == sorted(IDS)
    assert len(set(base_fonts)) == 2 * len(FACES)
    assert all(face_name(name) == name for name in IDS)


def test_style_sheets_name_the_files() -> None:
    rules = font_css().split("\n")
    assert len(rules) == 2 * len(FACES)
    for face, rule, cut in zip(FACES, rules[::2], rules[1::2], strict=True):
        assert f'font-family:"{face.family}"' in rule
        assert f"font-weight:{face.weight};" in rule
        assert f"url(https://book.invalid/fonts/{face.path.name})" in rule
        assert "font-stretch" not in rule
        assert cut.replace("font-stretch:semi-condensed;", "") == rule != cut


def test_the_versions_of_the_font_packages_are_told_once() -> None:
    told = font_versions()
    assert [words.split()[0] for words in told] == ["font-source-serif-pro", "font-source-sans-pro"]
    assert all(words.split()[1][0].isdecimal() for words in told)


def test_a_package_that_is_not_installed_says_how_to_get_it() -> None:
    face = Face("Book Serif", 400, False, "font_of_nobody", "x.ttf")
    with pytest.raises(MachineError) as caught:
        _ = face.path
    assert "pip install font-of-nobody" in caught.value.remedy


def test_characters_that_a_face_lacks_are_found_once_and_in_order() -> None:
    assert missing_characters("The city’s “own” law – § 5: ½ of 10 €") == []
    assert missing_characters("a😀b漢c😀\td\n") == ["😀", "漢"]
    assert missing_characters("Ж") == ["Ж"]  # upright faces have it, italics don't


def test_a_character_that_is_not_missing_is_in_every_face(opened: tuple[Face, TTFont]) -> None:
    _, font = opened
    assert characters() - set(font.getBestCmap()) == set()


def test_a_character_that_every_face_has_is_not_missing() -> None:
    everywhere = set.intersection(*(set(TTFont(face.path).getBestCmap()) for face in FACES))
    assert everywhere - characters() == set()
