"""Planning a sample: how many people to ask, how many in each stratum, and which ones. Pure.

Margins, shares and rates are fractions: 0.05 is five percentage points. A margin is half a confidence interval of a
share. All of it holds for people drawn at random from a list; it says nothing about an open link.

Sources: Cochran, *Sampling Techniques* (1977); Kish, *Survey Sampling* (1965); Yamane, *Statistics: An Introductory
Analysis* (1967); Neyman, JRSS 97 (1934); Bankier, The American Statistician 42 (1988).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from heapq import nsmallest
from math import ceil, floor, isfinite, sqrt
from typing import TypeVar

Z = {90: 1.6448536269514722, 95: 1.959963984540054, 99: 2.5758293035489004}
"""Two-sided normal quantiles by the confidence in percent."""
ROUNDING = 1e-9
"""What arithmetic with floats may be off by, so that exactly 400 is not rounded up to 401."""
HASH_BITS = 256

Id = TypeVar("Id", int, str)


class BadPlan(ValueError):
    """No sample can be planned so; the message says why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many ``completed`` are needed, and what the ``invitations`` bring: ``expected`` and their ``margin``."""

    completed: int
    invitations: int
    expected: int
    margin: float

    @property
    def enough(self) -> bool:
        """Not so where even everybody, if invited, would bring fewer than are needed."""
        return self.expected >= self.completed


def _variance(share: float, design_effect: float, population: int | None, confidence: int) -> float:
    """z² p(1-p) deff, after a look at what was asked."""
    if confidence not in Z:
        raise BadPlan(f"confidence is one of {', '.join(map(str, Z))} percent, not {confidence}")
    if not 0 < share < 1:
        raise BadPlan(f"the share {share} does not lie between 0 and 1; 0.5 is the most careful guess")
    if not (isfinite(design_effect) and design_effect > 0):
        raise BadPlan(f"the design effect {design_effect} is not above 0")
    if population is not None and population < 1:
        raise BadPlan(f"a population of {population} has nobody to ask")
    return Z[confidence] ** 2 * share * (1 - share) * design_effect


def _fraction(name: str, value: float) -> None:
    if not 0 < value < 1:
        raise BadPlan(f"the {name} {value} does not lie between 0 and 1; five percentage points are 0.05")


def needed(
    margin: float,
    *,
    share: float = 0.5,
    design_effect: float = 1.0,
    response_rate: float = 1.0,
    population: int | None = None,
    confidence: int = 95,
    least: int = 1,
) -> Plan:
    """The sample of ``least`` or more that estimates a share to within ``margin``.

    n₀ = z² p(1-p) / e² times the design effect (Kish 1965, §8.2), then, if the ``population`` is known,
    n = n₀ / (1 + (n₀ - 1)/N), rounded up (Cochran 1977, §4.4). Invitations are n / ``response_rate``,
    rounded up, but never more than there are people.
    """
    _fraction("margin", margin)
    if not 0 < response_rate <= 1:
        raise BadPlan(f"the response rate {response_rate} is not above 0 and at most 1")
    wanted = _variance(share, design_effect, population, confidence) / margin**2
    if population is not None:
        wanted = wanted / (1 + (wanted - 1) / population)
    completed = max(1, least, ceil(wanted - ROUNDING))
    invitations = ceil(completed / response_rate - ROUNDING)
    if population is not None:
        invitations = min(invitations, population)
    expected = min(completed, floor(invitations * response_rate + ROUNDING))
    if expected < 1:
        raise BadPlan(f"of {population} people a response rate of {response_rate} leaves nobody")
    reached = margin_of(
        expected, share=share, design_effect=design_effect, population=population, confidence=confidence
    )
    return Plan(completed, invitations, expected, reached)


def margin_of(
    n: int,
    *,
    share: float = 0.5,
    design_effect: float = 1.0,
    population: int | None = None,
    confidence: int = 95,
) -> float:
    """The margin that ``n`` completed interviews give: e = z √(deff · p(1-p)/n · (N-n)/(N-1)).

    Cochran 1977, §3.2, the inverse of what ``needed`` solves; 0 when everybody was asked.
    """
    variance = _variance(share, design_effect, population, confidence)
    if n < 1 or (population is not None and n > population):
        raise BadPlan(f"{n} interviews" + ("" if population is None else f" among {population} people"))
    if population is None:
        return sqrt(variance / n)
    return 0.0 if n == population else sqrt(variance / n * (population - n) / (population - 1))


def yamane(population: int, margin: float) -> int:
    """n = N / (1 + N e²), rounded up (Yamane 1967): the ministry's habit, to be shown beside ``needed``.

    It is the worst share (p = 0.5) with z rounded from 1.96 to 2. It knows no design effect, so it is too small
    where people are drawn in clusters or weighted, no strata, so it promises nothing for a part, and no response
    rate, so it counts interviews and not invitations.
    """
    _fraction("margin", margin)
    if population < 1:
        raise BadPlan(f"a population of {population} has nobody to ask")
    return ceil(population / (1 + population * margin**2))


class Allocation(StrEnum):
    """How a sample is divided among strata, by n_h ∝ …"""

    PROPORTIONAL = "proportional"
    """N_h: every person has the same chance (Cochran 1977, ch. 5); best for the whole, poor for small strata."""
    EQUAL = "equal"
    """1: every stratum is known equally well, the whole least so."""
    POWER = "power"
    """N_h to a power between 0 (equal) and 1 (proportional): a compromise (Bankier 1988, with like variation)."""
    NEYMAN = "neyman"
    """N_h S_h: the smallest error of the whole, where the spreads S_h are known (Neyman 1934)."""


def allocate(
    total: int,
    strata: Mapping[str, int],
    *,
    how: Allocation = Allocation.PROPORTIONAL,
    exponent: float = 0.5,
    spreads: Mapping[str, float] | None = None,
    least: int = 0,
) -> dict[str, int]:
    """How many of ``total`` fall to each stratum, from the number of people in each.

    The parts add up to the total exactly: what is left after rounding down goes to the largest remainders, in the
    order of codes where they are alike. No part is under ``least`` or over the people there are; where that holds a
    part, the others share the rest as before. ``exponent`` is for power allocation; ``spreads``, the standard
    deviation in each stratum, for Neyman's. BadPlan where it cannot be.
    """
    _possible(total, strata, least)
    weights = _weights(strata, how, exponent, spreads)
    exact = _within(total, weights, strata, least)
    parts = {code: floor(exact[code]) for code in strata}
    by_remainder = sorted(strata, key=lambda code: (parts[code] - exact[code], code))
    for code in by_remainder[: total - sum(parts.values())]:
        parts[code] += 1
    return parts


def _possible(total: int, strata: Mapping[str, int], least: int) -> None:
    if total < 0 or least < 0:
        raise BadPlan(f"{total} interviews with at least {least} each: neither can be under 0")
    for code, people in sorted(strata.items()):
        if people < 0:
            raise BadPlan(f"stratum {code} has {people} people")
        if people < least:
            raise BadPlan(f"stratum {code} has {people} people, fewer than the least of {least}")
    if total < least * len(strata):
        raise BadPlan(f"{len(strata)} strata of at least {least} need {least * len(strata)}, not {total}")
    if total > sum(strata.values()):
        raise BadPlan(f"{total} interviews among {sum(strata.values())} people")


def _weights(
    strata: Mapping[str, int], how: Allocation, exponent: float, spreads: Mapping[str, float] | None
) -> dict[str, Fraction]:
    match how:
        case Allocation.PROPORTIONAL:
            return {code: Fraction(people) for code, people in strata.items()}
        case Allocation.EQUAL:
            return {code: Fraction(1) for code in strata}
        case Allocation.POWER:
            if not 0 <= exponent <= 1:
                raise BadPlan(f"the exponent {exponent} does not lie between 0 (equal) and 1 (proportional)")
            return {code: Fraction(people**exponent) for code, people in strata.items()}
        case Allocation.NEYMAN:
            known = spreads or {}
            for code in sorted(strata):
                if code not in known:
                    raise BadPlan(f"Neyman's allocation needs the spread of stratum {code}")
                if not (isfinite(known[code]) and known[code] >= 0):
                    raise BadPlan(f"stratum {code} has a spread of {known[code]}")
            return {code: people * Fraction(known[code]) for code, people in strata.items()}


def _within(total: int, weights: Mapping[str, Fraction], most: Mapping[str, int], least: int) -> dict[str, Fraction]:
    """Parts in proportion to the weights, held between ``least`` and ``most``, in exact arithmetic.

    Parts that break a bound are held there and the rest is shared anew; those of one side at a time, the side that
    is broken by more in all, for they stay broken in the solution. Where only strata without weight are left, they
    share by their people.
    """
    held: dict[str, Fraction] = {}
    while len(held) < len(weights):
        free = {code: weight for code, weight in weights.items() if code not in held}
        if not sum(free.values()):
            free = {code: Fraction(most[code]) for code in free}
        rest, all_free = total - sum(held.values()), sum(free.values())
        parts = {code: rest * weight / all_free if all_free else Fraction(0) for code, weight in free.items()}
        under = {code: Fraction(least) for code, part in parts.items() if part < least}
        over = {code: Fraction(most[code]) for code, part in parts.items() if part > most[code]}
        lacking = sum(least - parts[code] for code in under)
        surplus = sum(parts[code] - most[code] for code in over)
        if lacking == surplus:
            return held | parts | under | over
        held |= under if lacking > surplus else over
    return held


def design_weight(population: int, completed: int) -> float:
    """How many people one interview of a stratum stands for: N_h / n_h, the inverse of its chance (Kish 1965, §11.7).

    Those who did not answer are taken to be like those of their stratum who did.
    """
    if not 1 <= completed <= population:
        raise BadPlan(f"{completed} interviews cannot stand for {population} people")
    return population / completed


def draw(frame: Sequence[Id], k: int, *, seed: str) -> list[Id]:
    """``k`` ids drawn at random without replacement, in the order drawn; everybody's chance is k/N.

    Each pair's is k(k-1) / N(N-1) (Cochran 1977, §2.1). Ids are ordered by SHA-256 of seed, line end and id, so
    anybody can draw the same again, whatever the order of the frame, and a larger ``k`` only adds to the end.
    """
    _drawable(frame, k)
    return nsmallest(k, frame, key=lambda one: _hash(seed, str(one)))


def systematic(frame: Sequence[Id], k: int, *, seed: str) -> list[Id]:
    """Every N/k-th id of the frame in its own order from a random start; everybody's chance is k/N.

    The step is a fraction, so that N need not be a multiple of k (Kish 1965, §4.1). Over a frame sorted by place or
    time the sample is spread evenly. Most pairs have no chance together, so an error taken as for ``draw`` is an
    approximation (Cochran 1977, §8.11).
    """
    _drawable(frame, k)
    start = int.from_bytes(_hash(seed, "start"), "big")
    return [frame[((i << HASH_BITS) + start) * len(frame) // (k << HASH_BITS)] for i in range(k)]


def _drawable(frame: Sequence[Id], k: int) -> None:
    if not 0 <= k <= len(frame):
        raise BadPlan(f"{k} cannot be drawn from {len(frame)}")
    if len({str(one) for one in frame}) < len(frame):
        raise BadPlan("an id stands in the frame twice and would have twice the chance")


def _hash(seed: str, name: str) -> bytes:
    return sha256(f"{seed}\n{name}".encode()).digest()
