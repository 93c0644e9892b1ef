"""The texts of the results pages in each language: none missing, none unused, the same gaps; colours can be read."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from pages import texts
from pages.results.rendering import STYLE
from pages.results.telling import RATES
from pages.results.words import EN, LANGUAGES, VI, Words, decimal, number
from storage.enums import Mode
from surveys.design import Recruiting
from surveys.dispositions import Disposition
from surveys.quality import Flag

PAGES = Path(texts.__file__).parent
READ = "".join(
    path.read_text(encoding="utf-8")
    for folder in (PAGES / "results", PAGES / "templates" / "results")
    for path in folder.iterdir() if path.suffix in (".py", ".html")
)  # fmt: skip
CSS = STYLE


def sentences(one: Words) -> Iterator[tuple[str, str]]:
    for field in fields(Words):
        said = getattr(one, field.name)
        if isinstance(said, str):
            yield field.name, said
        else:
            parts = said.items() if isinstance(said, Mapping) else enumerate(said)
            yield from ((f"{field.name} {key}", text) for key, text in parts)


def gaps(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_each_language_says_everything_with_the_same_gaps():
    assert {name: gaps(text) for name, text in sentences(VI)} == {name: gaps(text) for name, text in sentences(EN)}
    for one in LANGUAGES.values():
        assert all(text.strip() and text == unicodedata.normalize("NFC", text) for _, text in sentences(one))


@pytest.mark.parametrize("name", [field.name for field in fields(Words)])
def test_every_text_is_used(name: str):
    assert re.search(rf"\bsaid\.{name}\b", READ)


def test_there_is_a_word_for_everything_that_is_counted():
    for one in LANGUAGES.values():
        assert one.disposition.keys() == set(Disposition)
        assert one.mode.keys() == set(Mode)
        assert one.recruited.keys() == set(Recruiting)
        assert one.flag.keys() == {flag.name for flag in Flag}
        assert one.rate.keys() == {*RATES, "participation", "completion"}


def test_numbers_are_written_as_the_language_does():
    assert [decimal(VI, 83.944), decimal(EN, 83.944), number(VI, 12345.6), number(EN, 12345.6)] == [
        "83,94", "83.94", "12.346", "12,346",
    ]  # fmt: skip


def palettes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root\{color-scheme:light dark;(.*?)\}|dark\)\{:root\{(--ground.*?)\}", CSS)
    found = {}
    for name, declared in (("light", light[0]), ("dark", dark[1])):
        found[name] = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{3,6})", declared))
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(scheme: str):
    colours = palettes()[scheme]
    pairs = [(ink, ground) for ink in ("ink", "quiet", "accent") for ground in ("ground", "sheet", "tint")]
    pairs.append(("on-accent", "accent"))
    weak = {pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < 4.5}
    assert weak == set()
    assert contrast(colours["edge"], colours["sheet"]) >= 3
