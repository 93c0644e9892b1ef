"""What is kept of each response while raked figures are worked out, and the figures from it. With numpy."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from storage.packed import Page
from surveys.blocks import Places
from surveys.columns import chosen, column, read
from surveys.design import Design, parts_of
from surveys.disclosure import FEWEST
from surveys.estimation.design import Stratum, design
from surveys.estimation.effects import design_effect, kish_of_sums, simple_variance, squares_of_share
from surveys.estimation.ratio import Estimate
from surveys.fitting import Fitted, Margin, Real, Whole, crossed, rake, targets_of
from surveys.index import NOTHING, ErrorOf, Figure, Index, with_error
from surveys.questionnaire import Question, Questionnaire

SILENT = "no answer"
Answers = np.ndarray[tuple[int, ...], np.dtype[np.uint16]]
Given = Mapping[str, Answers]
"""The number of each response's option, 0 where there is none, by question."""


class Answered:
    """Stratum, weight, categories and answers to criteria of every response, a byte each where that is enough."""

    def __init__(self, form: Questionnaire, design: Design) -> None:
        self._form, self._design = form, design
        self._strata = Places()
        self._where: list[Whole] = []
        self._drawn: list[Real] = []
        self._given: dict[str, list[Answers]] = {}

    def add(self, page: Page) -> None:
        """Keep a page of responses."""
        packed, weights = read(self._form, page)
        self._where.append(self._strata.of(self._design.stratum_of(unit) for unit, _, _, _ in page))
        self._drawn.append(weights)
        asked = [self._form.question(id) for ids in self._design.margins for id in parts_of(ids)]
        for question in {question.id: question for question in (*self._form.criteria, *asked)}.values():
            answers = chosen(question, column(self._form, packed, question)).clip(0).astype(np.uint16)
            self._given.setdefault(question.id, []).append(answers)

    def index(self) -> tuple[Index, float]:
        """All figures under the raked weights, and what these cost (Kish); errors as ``fitting.rake``."""
        where, drawn = np.concatenate(self._where), np.concatenate(self._drawn)
        given: Given = {id: np.concatenate(answers) for id, answers in self._given.items()}
        margins = [self._margin(ids, given, drawn) for ids in self._design.margins]
        fitted = rake(drawn, margins, trim=self._design.trim)
        weights = fitted.weights
        effect = kish_of_sums(len(weights), float(weights.sum()), float((weights**2).sum()))
        return Figures(self._form, self._design, (self._strata.names, where), fitted, given).index(), effect

    def _margin(self, ids: str, given: Given, drawn: Real) -> Margin:
        """Of one question, or of several crossed, where who left one of them out has given no answer."""
        asked = [self._form.question(id) for id in parts_of(ids)]
        sizes = [len(question.options) for question in asked]
        wanted = {
            1 + int(np.ravel_multi_index(
                [question.option(code) - 1 for question, code in zip(asked, parts_of(codes), strict=True)], sizes
            )): share
            for codes, share in self._design.margins[ids].items()
        }  # fmt: skip
        codes = crossed([given[question.id].astype(np.int64) for question in asked], sizes)
        categories = [SILENT, *map(" × ".join, product(*(question.options for question in asked)))]
        name = " × ".join(question.label for question in asked)
        return targets_of(name, wanted, codes, drawn, categories=categories, total=float(drawn.sum()))


class Figures:
    """Figures of everybody from their answers, with the errors of residuals from the margins."""

    def __init__(
        self, form: Questionnaire, design: Design, strata: tuple[Sequence[str], Whole], fitted: Fitted,
        given: Given,
    ) -> None:  # fmt: skip
        self._form, self._design, self._fitted, self._given = form, design, fitted, given
        self._strata, self._where = strata
        self._shares: dict[str, tuple[float, float, int]] = {}

    def index(self) -> Index:
        """Every figure of the questionnaire, hidden where it is of too few."""
        form = self._form
        criteria = {question.id: self._criterion(question) for question in form.criteria}
        of = {f.id: [q for q in form.criteria if q.factor == f.id] for f in form.factors}
        within = {d.id: [q for f in form.factors if f.domain == d.id for q in of[f.id]] for d in form.domains}
        return Index(
            n=len(self._where), overall=self._part(form.criteria),
            domains={id: self._part(chosen) for id, chosen in within.items()},
            factors={id: self._part(chosen) for id, chosen in of.items()}, criteria=criteria,
        )  # fmt: skip

    def _criterion(self, question: Question) -> Figure:
        answers, weights = self._given[question.id], self._fitted.weights
        valid = (answers > 0).astype(np.float64)
        satisfied = np.isin(answers, sorted(question.satisfied)).astype(np.float64)
        n, total = int(valid.sum()), float(weights @ valid)
        if not n:
            return Figure(0)
        share, score = float(weights @ satisfied) / total, float(weights @ answers) / total
        self._shares[question.id] = share, score, n
        if n < FEWEST:
            return Figure(n)
        figure = Figure(n, 100 * share, score)
        if not self._design.random:
            return figure
        found = self.estimate(satisfied, valid)
        inside = weights * valid
        figure = with_error(figure, found, kish_of_sums(n, total, float(inside @ inside)))
        variance = found.variance or 0.0
        simple = simple_variance(squares_of_share(share, total), n=n, weight=total, replace=True)
        effect = design_effect(variance, simple) if variance >= NOTHING else None
        return figure.with_effect(effect) if figure.error is not None and effect else figure

    def _part(self, criteria: Sequence[Question]) -> Figure:
        """The mean of the criteria, with the error of the pooled ratio, as in ``surveys.index``."""
        valid, satisfied = np.zeros(len(self._where)), np.zeros(len(self._where))
        for question in criteria:
            answers = self._given[question.id]
            valid += question.weight * (answers > 0)
            satisfied += question.weight * np.isin(answers, sorted(question.satisfied))
        inside = int((valid > 0).sum())
        known = [(q, *self._shares[q.id]) for q in criteria if self._shares.get(q.id, (0, 0, 0))[2] >= FEWEST]
        people = min(inside, max((self._shares.get(q.id, (0.0, 0.0, 0))[2] for q in criteria), default=0))
        if people < FEWEST or not known:
            return Figure(people)
        total = sum(q.weight for q, *_ in known)
        share = sum(q.weight * share for q, share, _, _ in known) / total
        figure = Figure(inside, 100 * share, sum(q.weight * score for q, _, score, _ in known) / total)
        if not self._design.random:
            return figure
        weights = self._fitted.weights
        effect = kish_of_sums(len(weights), float(weights.sum()), float(weights @ weights))
        complete = all(self._shares.get(q.id, (0.0, 0.0, 0))[2] in (0, inside) for q in criteria)
        of = ErrorOf.ITSELF if complete else ErrorOf.POOLED
        return with_error(figure, self.estimate(satisfied, valid), effect, of=of)

    def estimate(self, satisfied: Real, valid: Real) -> Estimate:
        """The ratio of satisfied to valid answers and its variance; at least one must be valid."""
        weights = self._fitted.weights
        total = float(weights @ valid)
        share = float(weights @ satisfied) / total
        left = self._fitted.residuals(weights * (satisfied - share * valid) / total)
        bins = len(self._strata)
        sums = (
            np.bincount(self._where, minlength=bins),
            np.bincount(self._where, weights=left, minlength=bins),
            np.bincount(self._where, weights=left * left, minlength=bins),
            np.bincount(self._where[valid > 0], minlength=bins),
        )
        strata = {
            name: Stratum(n, ws=z, ws2=z2, inside=inside, population=self._population(name, n))
            for name, n, z, z2, inside in zip(self._strata, *(one.tolist() for one in sums), strict=True)
        }
        drawn = design(strata)
        variance = drawn.covariance((1, 0), (1, 0))
        return Estimate(
            share, None if variance is None else max(variance, 0.0), drawn.df, drawn.lonely, drawn.collapsed
        )

    def _population(self, name: str, n: int) -> float | None:
        people = self._design.populations.get(name, 0)
        return people if people >= n else None
