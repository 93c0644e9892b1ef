"""What differs between two surveys with the same questionnaire, and whether by more than chance. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.estimation.comparison import difference, holm
from surveys.index import Index

LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Change:
    """The later less the earlier figure in percentage points, with its 95 % interval.

    ``p`` is adjusted for the number of all comparisons (Holm 1979). Without an interval, where one of the surveys was
    not drawn at random, nothing is called a change.
    """

    value: float
    low: float | None = None
    high: float | None = None
    p: float | None = None

    @property
    def significant(self) -> bool:
        return self.p is not None and self.p <= LEVEL

    @property
    def arrow(self) -> str:
        return ("▲" if self.value > 0 else "▼") if self.significant else ""


def changes(later: Index, earlier: Index) -> Mapping[str, Change]:
    """How each figure differs that both surveys show, by the names of ``Index.figures``.

    Two surveys are taken as drawn independently: the degrees of freedom are those of Welch and Satterthwaite.
    """
    before = earlier.figures()
    found: dict[str, Change] = {}
    tested: dict[str, float] = {}
    for name, figure in later.figures().items():
        old = before.get(name)
        if old is None or figure.value is None or old.value is None:
            continue
        found[name] = Change(figure.value - old.value)
        one, other = figure.estimate, old.estimate
        made = difference(one, other) if one is not None and other is not None else None
        if made is not None:
            found[name] = Change(figure.value - old.value, 100 * made.low, 100 * made.high)
            tested[name] = made.p
    adjusted = holm(tested)
    return {
        name: Change(one.value, one.low, one.high, adjusted[name]) if name in adjusted else one
        for name, one in found.items()
    }
