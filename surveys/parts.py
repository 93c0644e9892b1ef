"""What may be shown of the parts of a survey's people (provinces, months, groups), together with the whole. Pure.

The overall figures of the parts are hidden as ``surveys.disclosure`` says. The factors and criteria of a part may be
shown only where each of its criteria is of enough people, and where the others, who are what the whole has beside the
parts that are shown, keep their small cells: each criterion is of enough of them, and no small cell follows from the
figures by any adding and taking away. That is found by rank: a cell follows if it lies in the row space of what is
known.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from surveys.design import Design
from surveys.disclosure import FEWEST
from surveys.grid import N, grid_of
from surveys.index import Figure, breakdown
from surveys.questionnaire import Questionnaire
from surveys.sums import Counts

ALMOST = 1 - 1e-9
Cells = Mapping[str, Mapping[str, int]]
"""``[part][criterion]``: how many people gave a valid answer."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The overall ``figures`` of all parts, and those whose factors and criteria may be shown too."""

    figures: Mapping[str, Figure]
    detailed: frozenset[str]


def parts_shown(
    questionnaire: Questionnaire, parts: Mapping[str, Counts], *, whole: Counts, design: Design | None = None,
    fewest: int = FEWEST,
) -> Parts:  # fmt: skip
    """What may be shown of parts that together are the whole, each person in one of them."""
    figures = breakdown(questionnaire, parts, whole=whole, design=design, fewest=fewest)
    everybody = _valid(whole, questionnaire)
    asked = [id for id, n in everybody.items() if n >= fewest]
    valid = {code: _valid(parts[code], questionnaire) for code in figures}
    cells = {code: {id: n[id] for id in asked} for code, n in valid.items()}
    shown = {code for code, figure in figures.items() if figure.value is not None}
    full = {code for code in shown if all(n == 0 or n >= fewest for n in cells[code].values())}
    weights = {question.id: question.weight for question in questionnaire.criteria}
    while not _kept({c: n for c, n in cells.items() if c not in full}, asked, weights, shown, fewest):
        if full:
            full.remove(min(full, key=lambda code: (figures[code].n, code)))
        elif shown:
            shown.remove(min(shown, key=lambda code: (figures[code].n, code)))
        else:
            break
    return Parts({c: f if c in shown else Figure(f.n) for c, f in figures.items()}, frozenset(full))


def _valid(counts: Counts, questionnaire: Questionnaire) -> dict[str, int]:
    people = grid_of(counts, questionnaire).answers[:, :, N].sum(axis=0).astype(int).tolist()
    return dict(zip((question.id for question in questionnaire.criteria), people, strict=True))


def _kept(
    rest: Cells, asked: Sequence[str], weights: Mapping[str, float], shown: Collection[str], fewest: int
) -> bool:
    """Whether the small cells of those that are not shown in full stay hidden; what is known of these are the sums of
    each criterion (the whole less the others) and the means of those whose overall figure is shown."""
    if any(0 < sum(of[id] for of in rest.values()) < fewest for id in asked):
        return False
    at = {key: n for n, key in enumerate((code, id) for code, of in rest.items() for id in asked if of[id])}
    small = [n for (code, id), n in at.items() if rest[code][id] < fewest]
    if not small:
        return True
    known = np.zeros((len(asked) + len(rest), len(at)))
    for (code, id), n in at.items():
        known[asked.index(id), n] = rest[code][id]
        if code in shown:
            known[len(asked) + list(rest).index(code), n] = weights[id]
    _, sizes, rows = np.linalg.svd(known, full_matrices=False)
    basis = rows[sizes > sizes[0] * 1e-10]
    return not any(float((basis[:, n] ** 2).sum()) > ALMOST for n in small)
