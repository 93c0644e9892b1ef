"""Weights before they are fitted to anything: from the way people were drawn, and cut where they are too heavy."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

HEAVIEST = 5.0
"""Weights over so many medians are cut."""


def design_weights(strata: Sequence[str], populations: Mapping[str, float]) -> list[float]:
    """N/n of each respondent's stratum: how many people each of them stands for, drawn at random within strata.

    ValueError naming the strata of unknown size, and those of which nobody was drawn: no weight makes up for them.
    """
    drawn = Counter(strata)
    unknown = sorted(set(drawn) - populations.keys())
    if unknown:
        raise ValueError(f"strata of unknown population: {', '.join(unknown)}")
    missing = sorted(name for name, people in populations.items() if people > 0 and name not in drawn)
    if missing:
        raise ValueError(f"strata of which nobody was drawn: {', '.join(missing)}")
    return [populations[name] / drawn[name] for name in strata]


def ceiling(weights: Sequence[float], multiple: float = HEAVIEST) -> float:
    """The heaviest weight allowed: a multiple of the median."""
    return multiple * median(weights)


def trim(weights: Sequence[float], heaviest: float) -> list[float]:
    """No weight over ``heaviest``; what is cut is shared equally by the others until none is over it. The sum stays.

    As R's ``trimWeights(upper=, strict=TRUE)``; cutting trades a little bias for less variance (Kish 1992).
    ValueError if even equal weights would be heavier.
    """
    if heaviest * len(weights) <= sum(weights) and max(weights, default=0.0) > heaviest:
        raise ValueError(f"weights of {sum(weights):g} in all do not fit {len(weights)} people at {heaviest:g} each")
    trimmed = list(weights)
    while any(w > heaviest for w in trimmed):
        cut = sum(w - heaviest for w in trimmed if w > heaviest)
        light = sum(w < heaviest for w in trimmed)
        trimmed = [w + cut / light if w < heaviest else heaviest for w in trimmed]
    return trimmed
