"""The satisfaction index (chỉ số hài lòng) and its error, from counters alone. Pure.

A criterion is the share of satisfied among valid answers (top two boxes), weighted, in percent, with the mean score
beside it. A factor, a domain and the whole are the means over their criteria, each with the weight that the
questionnaire gives it, one if it does not say: as the published figures compose (2024: 83.84 over 23 criteria and
84.09 over 16 give 83.94). A criterion of fewer than ten answers is hidden, so it enters no mean, from which it could
be worked out. The error of a part is that of the ratio of all its satisfied to all its valid answers,
which is the same figure where nobody left a criterion out; ``error_of`` says whether it is. Errors hold for people
drawn at random: for an open link there are none, however many answer. How they are found: ``surveys.estimation``.
"""

from collections.abc import Mapping

from surveys.design import Design
from surveys.disclosure import FEWEST, hidden
from surveys.figure import NOTHING, ErrorOf, Figure, Index, with_error
from surveys.grid import grid_of
from surveys.questionnaire import Questionnaire
from surveys.sums import Counts
from surveys.working_out import Whole, worked_out

__all__ = ["METHOD", "NOTHING", "ErrorOf", "Figure", "Index", "breakdown", "index", "indexes", "with_error"]
METHOD = "top2"


def index(
    questionnaire: Questionnaire, counts: Counts, design: Design | None = None, *, whole: Counts | None = None,
    fewest: int = FEWEST,
) -> Index:  # fmt: skip
    """All figures from the counters of complete responses, hidden where they are of less than ``fewest`` people.

    ``whole`` are everybody's where ``counts`` are those of a part of the people.
    """
    everybody = counts if whole is None else whole
    return indexes(questionnaire, {"": counts}, design, whole=everybody, fewest=fewest)[""]


def indexes(
    questionnaire: Questionnaire, parts: Mapping[str, Counts], design: Design | None = None, *, whole: Counts,
    fewest: int = FEWEST,
) -> dict[str, Index]:  # fmt: skip
    """The index of each of many parts of the ``whole``, worked out at once."""
    everybody = Whole(questionnaire, design or Design(), grid_of(whole, questionnaire))
    grids = [grid_of(counts, questionnaire) for counts in parts.values()]
    return dict(zip(parts, worked_out(everybody, grids, fewest=fewest).indexes(), strict=True))


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
    everybody = Whole(questionnaire, design or Design(), grid_of(whole, questionnaire))
    found = worked_out(everybody, [grid_of(c, questionnaire) for c in parts.values()], overall=True, fewest=fewest)
    told = zip(parts, found.people.tolist(), found.overall(), strict=True)
    figures = {code: figure for code, people, figure in told if people}
    above: dict[str, list[str]] = {}
    for code in figures:
        above.setdefault(f"in {(inside or {}).get(code, '')}", []).append(code)
    people = {code: figure.n for code, figure in figures.items()}
    larger = {name: sum(people[code] for code in codes) for name, codes in above.items()}
    gone = hidden(people | larger | {"all": sum(people.values())}, {"all": list(larger), **above}, fewest=fewest)
    return {code: Figure(figure.n) if code in gone else figure for code, figure in figures.items()}
