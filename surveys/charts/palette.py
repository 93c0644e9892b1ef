"""The colours of the pictures: fixed ones for PNG, and CSS variables for a page, which may be dark."""

from dataclasses import dataclass

BANDS = (85.0, 75.0, 65.0, 50.0, 0.0)
"""Where the bands of figures in percent begin, the best first: each has its colour."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as SVG takes them, and the family of the letters. ``bands`` go with ``BANDS``."""

    ink: str
    soft: str
    line: str
    paper: str
    track: str
    accent: str
    bands: tuple[str, str, str, str, str]
    font: str

    def shade(self, value: float) -> str:
        """The colour of a figure in percent: darker is better, in steps told apart without seeing colours."""
        return next(shade for least, shade in zip(BANDS, self.bands, strict=True) if value >= least)


PRINT = Palette(
    ink="#14213d", soft="#5c677d", line="#d9dfe8", paper="#ffffff", track="#eef2f6", accent="#0b5d57",
    bands=("#0b5d57", "#16867c", "#4fa89b", "#d08c34", "#b4452c"), font="Be Vietnam Pro",
)  # fmt: skip
"""For PNG, on white."""
DARK = Palette(
    ink="#e8edf4", soft="#a9b4c4", line="#3a4557", paper="#17202e", track="#263143", accent="#5cc4b6",
    bands=("#8be0d2", "#4fb8a9", "#2d867b", "#c98a3a", "#d8694e"), font="Be Vietnam Pro",
)  # fmt: skip
"""For a dark page: here lighter is better."""
VARIABLES = ("ink", "soft", "line", "paper", "track", "accent", *(f"band-{n}" for n in range(1, 6)))


def _variable(name: str) -> str:
    return f"var(--chart-{name})"


INLINE = Palette(
    ink=_variable("ink"), soft=_variable("soft"), line=_variable("line"), paper=_variable("paper"),
    track=_variable("track"), accent=_variable("accent"),
    bands=(_variable("band-1"), _variable("band-2"), _variable("band-3"), _variable("band-4"), _variable("band-5")),
    font="inherit",
)  # fmt: skip
"""For a page that carries ``css()``."""


def css() -> str:
    """The style sheet that gives the variables of ``INLINE`` their values, by day and on dark screens."""
    return f":root{{{_values(PRINT)}}}@media(prefers-color-scheme:dark){{:root{{{_values(DARK)}}}}}"


def _values(palette: Palette) -> str:
    colours = (
        palette.ink, palette.soft, palette.line, palette.paper, palette.track, palette.accent, *palette.bands
    )  # fmt: skip
    return "".join(f"--chart-{name}:{colour};" for name, colour in zip(VARIABLES, colours, strict=True))
