"""The satisfaction index (chỉ số hài lòng) and its error, from counters alone. Pure.

A criterion is the share of satisfied among valid answers (top two boxes), weighted, in percent, with the mean score
beside it. A factor, a domain and the whole are the means over their criteria, each with the weight that the
questionnaire gives it, one if it does not say: as the published figures compose (2024: 83.84 over 23 criteria and
84.09 over 16 give 83.94). A criterion of fewer than ten answers is hidden, so it enters no mean, from which it could
be worked out. The error of a part is that of the ratio of all its satisfied to all its valid answers,
which is the same figure where nobody left a criterion out; ``error_of`` says whether it is. Errors hold for people
drawn at random: for an open link there are none, however many answer. How they are found: ``surveys.estimation``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from surveys.design import Design
from surveys.disclosure import FEW, FEWEST, hidden
from surveys.estimation.design import Stratum
from surveys.estimation.effects import design_effect, kish_of_sums, simple_variance, squares_of_share
from surveys.estimation.intervals import Method, interval
from surveys.estimation.ratio import Estimate, ratio
from surveys.questionnaire import Question, Questionnaire
from surveys.sums import OVERALL, Counts, Sums

METHOD = "top2"
NOTHING = 1e-15
"""A variance below is what rounding leaves where nothing varies."""


class ErrorOf(StrEnum):
    """Of what a figure's error is: of the figure itself, or of the pooled ratio that is close to it."""

    ITSELF = "itself"
    POOLED = "pooled"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of ``n`` people: ``value`` in percent, ``score`` on the scale from 1, both None where hidden.

    ``error`` is the standard error in percentage points with ``df`` degrees of freedom, ``low`` and ``high`` the 95 %
    interval by ``method``; all None where people were not drawn at random, or where there is nothing to tell them
    from. ``effective_n`` are the people of a simple sample that would tell as much: n over ``effect``, the design
    effect, of a part only that of the weights (Kish).
    """

    n: int
    value: float | None = None
    score: float | None = None
    error: float | None = None
    df: int | None = None
    low: float | None = None
    high: float | None = None
    method: Method | None = None
    error_of: ErrorOf | None = None
    effective_n: float | None = None
    effect: float | None = None

    @property
    def margin(self) -> float | None:
        """Half the length of the interval, in percentage points."""
        return (self.high - self.low) / 2 if self.low is not None and self.high is not None else None

    def with_effect(self, effect: float) -> "Figure":
        """The same with this design effect."""
        return replace(self, effect=effect, effective_n=self.n / effect)

    @property
    def few(self) -> bool:
        """Whether it is of so few people that it is for staff only, to be marked so."""
        return self.value is not None and self.n < FEW

    @property
    def estimate(self) -> Estimate | None:
        """The same as a share of 1 with its variance; None where it has none."""
        if self.value is None or self.error is None or self.df is None:
            return None
        return Estimate(self.value / 100, (self.error / 100) ** 2, self.df)


@dataclass(frozen=True, slots=True)
class Index:
    """Every figure of one survey, or of one part of its people."""

    n: int
    overall: Figure
    domains: Mapping[str, Figure]
    factors: Mapping[str, Figure]
    criteria: Mapping[str, Figure]

    def figures(self) -> dict[str, Figure]:
        """All of them, named as their sums: 'overall', 'domain:…', 'factor:…', 'criterion:…'."""
        named = (("domain", self.domains), ("factor", self.factors), ("criterion", self.criteria))
        return {OVERALL: self.overall} | {f"{kind}:{id}": f for kind, all_ in named for id, f in all_.items()}


@dataclass(frozen=True, slots=True)
class Frame:
    """Who answered in each stratum, counting those outside of the part that is looked at too."""

    design: Design
    responses: Mapping[str, int]

    def strata(self, units: Iterable[tuple[str, Sums]]) -> dict[str, Stratum]:
        """The strata with the sums of a part in each of its units."""
        found: dict[str, Sums] = {}
        for unit, sums in units:
            name = self.design.stratum_of(unit)
            found[name] = found.get(name, Sums()) + sums
        return {name: self._stratum(name, n, found.get(name, Sums())) for name, n in self.responses.items()}

    def _stratum(self, name: str, n: int, s: Sums) -> Stratum:
        """More answers than there are said to be people: the number is wrong, so nothing is taken off for it."""
        people = self.design.populations.get(name, 0)
        return Stratum(n, s.ws, s.wn, s.ws2, s.wsn, s.wn2, s.inside, people if people >= n else None)


def frame_of(design: Design, counts: Counts, whole: Counts) -> Frame:
    """The strata of a part of the people: its own where it takes whole strata, else all of them (a domain)."""
    own, everybody = _responses(design, counts), _responses(design, whole)
    return Frame(design, own if all(everybody.get(name) == n for name, n in own.items()) else everybody)


def _responses(design: Design, counts: Counts) -> dict[str, int]:
    found: dict[str, int] = {}
    for unit, parts in counts.sums.items():
        name = design.stratum_of(unit)
        found[name] = found.get(name, 0) + parts[OVERALL].responses
    return found


def with_error(figure: Figure, found: Estimate, effect: float, *, of: ErrorOf = ErrorOf.ITSELF) -> Figure:
    """The figure with the error of an estimate and its interval; ``effect`` is the design effect of its weights."""
    assert figure.value is not None
    share = min(max(figure.value / 100, 0.0), 1.0)
    if found.variance is not None and found.variance < NOTHING:
        found = replace(found, variance=0.0)
    around = interval(share, found.variance, n=figure.n, df=found.df, effect=effect)
    if found.error is None or around is None:
        return figure
    return replace(
        figure, error=100 * found.error, df=found.df, low=100 * around.low, high=100 * around.high,
        method=around.method, error_of=of, effect=effect, effective_n=figure.n / effect,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """A criterion: its figure without an error, its share of 1, not rounded, and its sums in each unit."""

    question: Question
    figure: Figure
    share: float
    units: Sequence[tuple[str, Sums]]


def _share(counts: Counts, question: Question) -> Share:
    units: list[tuple[str, Sums]] = []
    score = 0.0
    for unit in counts.sums:
        valid, happy = counts.valid(unit, question.id), counts.valid(unit, question.id, question.satisfied)
        sums = Sums(valid.n, valid.w, happy.w, valid.w, happy.w2, happy.w2, valid.w2, valid.w2, valid.n)
        units.append((unit, sums))
        score += sum(v * t.w for v, t in counts.answers.get(unit, {}).get(question.id, {}).items() if v > 0)
    total = sum((sums for _, sums in units), Sums())
    if not total.inside:
        return Share(question, Figure(0), 0.0, units)
    share = total.ws / total.wn
    return Share(question, Figure(total.inside, 100 * share, score / total.wn), share, units)


def _enough(criteria: Iterable[Share], fewest: int = FEWEST) -> frozenset[str]:
    return frozenset(one.question.id for one in criteria if one.figure.n >= fewest)


def _criterion(frame: Frame, one: Share, fewest: int = FEWEST) -> Figure:
    """The figure of a criterion, with its error where people were drawn at random."""
    n, figure = one.figure.n, one.figure
    if n < fewest:
        return Figure(n)
    found = ratio(frame.strata(one.units)) if frame.design.random else None
    if found is None:
        return figure
    total = sum((sums for _, sums in one.units), Sums())
    figure = with_error(figure, found, kish_of_sums(n, total.w, total.w2))
    simple = simple_variance(squares_of_share(one.share, total.wn), n=n, weight=total.wn, replace=True)
    variance = found.variance or 0.0
    effect = design_effect(variance, simple) if variance >= NOTHING else None
    return figure.with_effect(effect) if figure.error is not None and effect else figure


def _part(
    counts: Counts, frame: Frame, part: str, criteria: Sequence[Share], enough: Collection[str], *,
    fewest: int = FEWEST,
) -> Figure:  # fmt: skip
    """A part from those of its criteria that have ``enough`` answers in the whole survey; see the module."""
    sums = counts.total(part)
    people = min(sums.inside, max((one.figure.n for one in criteria), default=0))
    known = [one for one in criteria if one.figure.n and one.question.id in enough]
    if people < fewest or not known:
        return Figure(people)
    total = sum(one.question.weight for one in known)
    share = sum(one.share * one.question.weight for one in known) / total
    score = sum(one.figure.score * one.question.weight for one in known if one.figure.score is not None) / total
    figure = Figure(sums.inside, 100 * share, score)
    if not frame.design.random:
        return figure
    found = ratio(frame.strata((unit, parts[part]) for unit, parts in counts.sums.items() if part in parts))
    assert found is not None
    complete = all(one.figure.n in (0, sums.inside) for one in criteria)
    of = ErrorOf.ITSELF if complete else ErrorOf.POOLED
    return with_error(figure, found, kish_of_sums(sums.responses, sums.w, sums.w2), of=of)


def index(
    questionnaire: Questionnaire, counts: Counts, design: Design | None = None, *, whole: Counts | None = None,
    fewest: int = FEWEST,
) -> Index:  # fmt: skip
    """All figures from the counters of complete responses, hidden where they are of less than ``fewest`` people.

    ``whole`` are everybody's where ``counts`` are those of a part of the people.
    """
    frame = frame_of(design or Design(), counts, counts if whole is None else whole)
    found = [_share(counts, question) for question in questionnaire.criteria]
    enough = _enough(found, fewest)
    of = {f.id: [one for one in found if one.question.factor == f.id] for f in questionnaire.factors}
    within = {
        d.id: [one for f in questionnaire.factors if f.domain == d.id for one in of[f.id]]
        for d in questionnaire.domains
    }
    return Index(
        n=counts.n,
        overall=_part(counts, frame, OVERALL, found, enough, fewest=fewest),
        domains={
            id: _part(counts, frame, f"domain:{id}", chosen, enough, fewest=fewest) for id, chosen in within.items()
        },
        factors={
            id: _part(counts, frame, f"factor:{id}", chosen, enough, fewest=fewest) for id, chosen in of.items()
        },
        criteria={one.question.id: _criterion(frame, one, fewest) for one in found},
    )


def breakdown(
    questionnaire: Questionnaire,
    parts: Mapping[str, Counts],
    *,
    whole: Counts,
    design: Design | None = None,
    inside: Mapping[str, str] | None = None,
    fewest: int = FEWEST,
) -> dict[str, Figure]:
    """The overall figure of each part of the ``whole``, hidden where it could be told from the others.

    ``inside`` names for each part the larger one, shown elsewhere, that it and others make up (a commune's province);
    with ``fewest`` of ``surveys.disclosure.FEW`` what is left is fit for everybody.
    """
    asked = questionnaire.criteria
    enough = _enough([_share(whole, question) for question in asked], fewest)
    figures = {
        code: _part(
            counts, frame_of(design or Design(), counts, whole), OVERALL, [_share(counts, q) for q in asked], enough,
            fewest=fewest,
        )
        for code, counts in parts.items() if counts.n
    }  # fmt: skip
    above: dict[str, list[str]] = {}
    for code in figures:
        above.setdefault(f"in {(inside or {}).get(code, '')}", []).append(code)
    people = {code: figure.n for code, figure in figures.items()}
    larger = {name: sum(people[code] for code in codes) for name, codes in above.items()}
    gone = hidden(people | larger | {"all": sum(people.values())}, {"all": list(larger), **above}, fewest=fewest)
    return {code: Figure(figure.n) if code in gone else figure for code, figure in figures.items()}
