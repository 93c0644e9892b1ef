"""SVG as PNG, with our own letters only, so that it looks the same everywhere."""

from pathlib import Path

import resvg_py

FONTS = Path(__file__).parents[1] / "fonts"


def png(drawn: str) -> bytes:
    """The picture as PNG. ValueError for what is no SVG."""
    made = resvg_py.svg_to_bytes(
        svg_string=drawn,
        font_files=[str(path) for path in sorted(FONTS.glob("*.ttf"))],
        skip_system_fonts=True,
        sans_serif_family="Be Vietnam Pro",
    )
    return bytes(made)
