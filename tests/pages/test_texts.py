"""The texts of the web in each language: none missing, none unused, the same gaps; and colours that can be read."""

import re
import unicodedata
from dataclasses import fields
from pathlib import Path

import pytest

from pages import texts
from pages.rendering import STYLE, bare, paragraphs
from pages.texts import EN, LANGUAGES, VI, Texts
from surveys import words

PAGES = Path(texts.__file__).parent
READ = "".join(path.read_text(encoding="utf-8") for path in PAGES.rglob("*") if path.suffix in (".py", ".html"))
CSS = STYLE.decode()
TEXT_ON_GROUND = [
    (ink, ground)
    for ink in ("ink", "quiet", "accent", "wrong")
    for ground in ("ground", "sheet", "tint", "wrong-tint")
] + [("on-accent", "accent")]  # fmt: skip
SHAPES = [("edge", "sheet"), ("edge", "ground"), ("accent", "line"), ("accent", "tint")]


def said(one: Texts) -> dict[str, str]:
    kept = {field.name: getattr(one, field.name) for field in fields(Texts)}
    return {**{name: text for name, text in kept.items() if isinstance(text, str)}, **one.rejected}


def gaps(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_the_web_speaks_the_languages_of_the_surveys():
    assert LANGUAGES.keys() == words.LANGUAGES.keys()


def test_each_language_says_everything_with_the_same_gaps():
    assert said(VI).keys() == said(EN).keys()
    assert {name: gaps(text) for name, text in said(VI).items()} == {
        name: gaps(text) for name, text in said(EN).items()
    }
    for one in LANGUAGES.values():
        assert all(text.strip() and text == unicodedata.normalize("NFC", text) for text in said(one).values())


@pytest.mark.parametrize("name", [field.name for field in fields(Texts)])
def test_every_text_is_used(name: str):
    assert re.search(rf"\bsaid\.{name}\b|\)\.{name}\b", READ)


@pytest.mark.parametrize(
    ("label", "left"),
    [
        ("⬅ Quay lại", "Quay lại"), ("Tiếp tục ▶", "Tiếp tục"), ("✅ Gửi phiếu", "Gửi phiếu"), ("ℹ Giải thích", "Giải thích"),
        ("⏸ Tạm dừng", "Tạm dừng"), ("🗑 Xoá phiếu này", "Xoá phiếu này"), ("Đồng ý", "Đồng ý"), ("Xong", "Xong"),
    ],
)  # fmt: skip
def test_labels_of_the_chat_lose_their_signs(label: str, left: str):
    assert bare(label) == left


def test_plain_text_becomes_paragraphs_and_lists():
    assert paragraphs("Một.\n\nHai.\n• ba\n• bốn\nNăm.\n") == [
        ("p", ["Một."]), ("p", ["Hai."]), ("ul", ["ba", "bốn"]), ("p", ["Năm."]),
    ]  # fmt: skip


def palettes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\}", CSS, re.S)[:2]
    return {
        name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
        for name, block in (("light", light), ("dark", dark))
    }


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_the_definition():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON_GROUND)
def test_text_can_be_read_on_its_ground(scheme: str, ink: str, ground: str):
    colours = palettes()[scheme]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_boxes_and_progress_stand_out(scheme: str, shape: str, ground: str):
    colours = palettes()[scheme]
    assert contrast(colours[shape], colours[ground]) >= 3


def test_no_colour_stands_outside_the_palette():
    outside = re.sub(r":root \{.*?\}|@media print \{.*", "", CSS, flags=re.S)
    assert re.findall(r"#[0-9a-f]{3,6}\b", outside) == []
