"""Colours: every variable has a value by day and by night, and words can be read on their ground."""

from itertools import pairwise

import pytest

from surveys.charts.palette import BANDS, DARK, INLINE, PRINT, VARIABLES, Palette, css


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [PRINT, DARK], ids=["light", "dark"])
def test_words_have_the_contrast_that_reading_needs(palette: Palette):
    assert min(contrast(colour, palette.paper) for colour in (palette.ink, palette.soft, palette.accent)) >= 4.5


@pytest.mark.parametrize("palette", [PRINT, DARK], ids=["light", "dark"])
def test_what_is_satisfied_gets_less_contrast_step_by_step(palette: Palette):
    found = [contrast(colour, palette.paper) for colour in palette.bands[:3]]
    assert found == sorted(found, reverse=True)
    assert min(a / b for a, b in pairwise(found)) > 1.3


def test_the_style_sheet_gives_every_variable_twice():
    assert {name: css().count(f"--chart-{name}:") for name in VARIABLES} == dict.fromkeys(VARIABLES, 2)


def test_inline_colours_are_the_variables_of_the_style_sheet():
    used = [INLINE.ink, INLINE.soft, INLINE.line, INLINE.paper, INLINE.track, INLINE.accent, *INLINE.bands]
    assert used == [f"var(--chart-{name})" for name in VARIABLES]


def test_every_band_has_its_colour():
    assert [PRINT.shade(least) for least in BANDS] == list(PRINT.bands)
