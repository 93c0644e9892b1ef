"""The satisfaction index (chỉ số hài lòng) and its error, from counts alone. Pure.

A criterion is the share of satisfied among valid answers (top two boxes), in percent, with the mean score beside it.
A factor, a domain and the whole are the means over their criteria, each with the weight that the questionnaire gives
it, one if it does not say: as the published figures compose (2024: 83.84 over 23 criteria and 84.09 over 16 give
83.94). Where nobody left a criterion out this equals the ratio of all satisfied to all valid answers, whose standard
error is taken: Taylor linearisation with the units as strata (Särndal, Swensson, Wretman 1992, §5.6), equal to R's
``svyratio``. It holds for people drawn at random; answers from an open link have no margin of error, however many
they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from surveys.questionnaire import Questionnaire

Z95 = 1.959963984540054
FEWEST = 10
"""A figure from fewer responses is shown to nobody."""
METHOD = "top2"
OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Sums:
    """What one stratum adds: for each response w its weight, s satisfied and n valid answers of the part."""

    responses: int = 0
    w: float = 0.0
    ws: float = 0.0
    wn: float = 0.0
    ws2: float = 0.0
    wsn: float = 0.0
    wn2: float = 0.0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.responses + other.responses, self.w + other.w, self.ws + other.ws, self.wn + other.wn,
            self.ws2 + other.ws2, self.wsn + other.wsn, self.wn2 + other.wn2,
        )  # fmt: skip


def sums_of(satisfied: float, valid: float, weight: float = 1.0) -> Sums:
    """What one response adds to the sums of a part."""
    ws, wn = weight * satisfied, weight * valid
    return Sums(1, weight, ws, wn, ws * ws, ws * wn, wn * wn)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: ``value`` and ``margin`` (half a 95 % interval) in percent, ``score`` on the scale from 1.

    All three are None when there is nothing to say, and when ``n`` is under ten.
    """

    n: int
    value: float | None = None
    margin: float | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """Every figure of one survey, or of one part of its people."""

    n: int
    overall: Figure
    domains: Mapping[str, Figure]
    factors: Mapping[str, Figure]
    criteria: Mapping[str, Figure]


def ratio_error(strata: Iterable[Sums]) -> float | None:
    """The standard error of Σws/Σwn, a share; None without valid answers or with fewer than two responses.

    Strata of a single response are taken together (with the largest other one if they are alone).
    """
    strata = list(strata)
    total = sum(strata, Sums())
    if total.wn == 0 or total.responses < 2:
        return None
    several = [s for s in strata if s.responses > 1]
    single = sum((s for s in strata if s.responses == 1), Sums())
    if single.responses > 1:
        several.append(single)
    elif single.responses == 1:
        largest = max(range(len(several)), key=lambda i: several[i].responses)
        several[largest] += single
    share = total.ws / total.wn
    variance = 0.0
    for s in several:
        z = (s.ws - share * s.wn) / total.wn
        z2 = (s.ws2 - 2 * share * s.wsn + share * share * s.wn2) / total.wn**2
        variance += s.responses / (s.responses - 1) * max(z2 - z * z / s.responses, 0.0)
    return sqrt(variance)


def _margin(share: float, n: int, error: float | None) -> float | None:
    """Half the 95 % interval in percent; Wilson's where everybody or nobody is satisfied."""
    if error is None:
        return None
    if share in (0.0, 1.0):
        z2 = Z95 * Z95
        return 100 * Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return 100 * Z95 * error


@dataclass(frozen=True, slots=True)
class Counts:
    """The counters of a survey: ``answers[unit][question][value]`` and ``sums[unit][part]``."""

    answers: Mapping[str, Mapping[str, Mapping[int, int]]]
    sums: Mapping[str, Mapping[str, Sums]]

    def among(self, units: Iterable[str]) -> "Counts":
        wanted = set(units)
        return Counts(
            {u: c for u, c in self.answers.items() if u in wanted},
            {u: s for u, s in self.sums.items() if u in wanted},
        )

    @property
    def n(self) -> int:
        return sum(parts[OVERALL].responses for parts in self.sums.values() if OVERALL in parts)


def _criterion(counts: Counts, question: str, satisfied: frozenset[int]) -> tuple[Figure, float]:
    strata: list[Sums] = []
    valid = score = happy = 0
    for unit, parts in counts.sums.items():
        values = {v: n for v, n in counts.answers.get(unit, {}).get(question, {}).items() if v > 0}
        n, s = sum(values.values()), sum(k for v, k in values.items() if v in satisfied)
        responses = parts[OVERALL].responses
        strata.append(Sums(responses, responses, s, n, s, s, n))
        valid, happy, score = valid + n, happy + s, score + sum(v * k for v, k in values.items())
    if not valid:
        return Figure(0), 0.0
    share = happy / valid
    margin = _margin(share, valid, ratio_error(strata))
    return _shown(Figure(valid, 100 * share, margin, score / valid)), share


def _shown(figure: Figure) -> Figure:
    return figure if figure.n >= FEWEST else Figure(figure.n)


def _part(counts: Counts, part: str, criteria: list[tuple[Figure, float, float]]) -> Figure:
    """A part from its criteria, each with its figure, its unrounded share and its weight in the part."""
    known = [one for one in criteria if one[0].n]
    strata = [parts[part] for parts in counts.sums.values() if part in parts]
    n = sum(s.responses for s in strata if s.wn)
    people = min(n, max((figure.n for figure, _, _ in known), default=0))
    if people < FEWEST:
        return Figure(people)
    total = sum(weight for _, _, weight in known)
    share = sum(share * weight for _, share, weight in known) / total
    scores = [figure.score * weight for figure, _, weight in known if figure.score is not None]
    score = sum(scores) / total if len(scores) == len(known) else None
    return Figure(n, 100 * share, _margin(share, n, ratio_error(strata)), score)


def index(questionnaire: Questionnaire, counts: Counts) -> Index:
    """All figures from the counters of complete responses."""
    found = {q.id: _criterion(counts, q.id, q.satisfied) for q in questionnaire.criteria}
    domain_of = {factor.id: factor.domain for factor in questionnaire.factors}

    def among(part: str, wanted: str | None) -> Figure:
        chosen = [q for q in questionnaire.criteria if wanted in (None, q.factor, f"{domain_of[q.factor]}/")]
        return _part(counts, part, [(*found[q.id], q.weight) for q in chosen])

    return Index(
        n=counts.n,
        overall=among(OVERALL, None),
        domains={d.id: among(f"domain:{d.id}", f"{d.id}/") for d in questionnaire.domains},
        factors={f.id: among(f"factor:{f.id}", f.id) for f in questionnaire.factors},
        criteria={id: figure for id, (figure, _) in found.items()},
    )


def breakdown(questionnaire: Questionnaire, parts: Mapping[str, Counts]) -> dict[str, Figure]:
    """The overall figure of each part, hidden where it could be told from the others.

    A part of fewer than ten is hidden; so that it cannot be had by subtraction, the smallest of the others are hidden
    with it until at least two parts and ten responses are.
    """
    figures = {code: index(questionnaire, counts).overall for code, counts in parts.items() if counts.n}
    hidden = {code for code, figure in figures.items() if figure.value is None}
    shown = sorted(set(figures) - hidden, key=lambda code: (figures[code].n, code))
    while hidden and shown and (len(hidden) < 2 or sum(figures[code].n for code in hidden) < FEWEST):
        hidden.add(shown.pop(0))
    return {code: Figure(figure.n) if code in hidden else figure for code, figure in figures.items()}


def parts_of(questionnaire: Questionnaire, values: Mapping[str, int]) -> dict[str, Sums]:
    """What one complete response adds to each part; ``values`` are its valid answers to criteria."""
    satisfied: dict[str, float] = {}
    valid: dict[str, float] = {}
    domain_of = {factor.id: factor.domain for factor in questionnaire.factors}
    for question in questionnaire.criteria:
        for part in (OVERALL, f"domain:{domain_of[question.factor]}", f"factor:{question.factor}"):
            chosen = values.get(question.id)
            valid[part] = valid.get(part, 0) + question.weight * (chosen is not None)
            satisfied[part] = satisfied.get(part, 0) + question.weight * (chosen in question.satisfied)
    valid.setdefault(OVERALL, 0)
    return {part: sums_of(satisfied.get(part, 0), n) for part, n in valid.items()}
