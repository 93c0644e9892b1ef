"""What stands in a picture, read back from its SVG; and made-up figures to draw."""

from xml.etree import ElementTree

from surveys.charts.places import Place
from surveys.index import Figure

SVG = "{http://www.w3.org/2000/svg}"


def elements(made: str, tag: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(made).iter(SVG + tag))


def words(made: str) -> list[str]:
    return [element.text or "" for element in elements(made, "text")]


def described(made: str) -> tuple[str, str, str]:
    """The role of a picture, and what it says of itself to those who do not see it."""
    (svg,) = elements(made, "svg")
    return svg.get("role", ""), elements(made, "title")[0].text or "", elements(made, "desc")[0].text or ""


def figure(value: float, *, n: int = 400, error: float = 1.0) -> Figure:
    return Figure(n, value, 4.0, error, n - 1, value - 2 * error, value + 2 * error, effective_n=float(n), effect=1.0)


def place(code: str, value: float | None, *, n: int = 400, error: float = 1.0, name: str = "") -> Place:
    """A province of a figure; hidden without a value."""
    shown = "quá ít phiếu" if value is None else f"{value:.2f}%".replace(".", ",")
    return Place(code, name or f"Tỉnh {code}", Figure(n) if value is None else figure(value, n=n, error=error), shown)
