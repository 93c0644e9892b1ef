"""Which figures of an index everybody may see: of thirty people or more, and none that give away others. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from surveys.disclosure import FEW, FEWEST, hidden
from surveys.index import Figure, Index
from surveys.questionnaire import Questionnaire
from surveys.sums import OVERALL


def public(questionnaire: Questionnaire, index: Index) -> Index:
    """The index without figures of fewer than thirty, and without as many others as keep these from being worked out.

    The values of what is left are those that staff see. A part is the mean of its criteria, so one criterion that is
    hidden would be that mean less the others: the one of the fewest answers is hidden with it, or the part. Criteria
    of fewer than ten answers are in no mean and hide nothing else.
    """
    people = {name: figure.n for name, figure in index.figures().items()}
    gone = hidden(people, _made_up(questionnaire, index), fewest=FEW)

    def shown(kind: str, figures: Mapping[str, Figure]) -> dict[str, Figure]:
        return {id: Figure(one.n) if f"{kind}:{id}" in gone else one for id, one in figures.items()}

    return replace(
        index,
        overall=Figure(index.overall.n) if OVERALL in gone else index.overall,
        domains=shown("domain", index.domains),
        factors=shown("factor", index.factors),
        criteria=shown("criterion", index.criteria),
    )


def divided(index: Index, figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """Figures of places or months, already hidden for everybody, as they may stand beside the public index.

    Where a criterion has ten to twenty-nine answers it is in the means of all places and in that of the whole. If
    nobody answered it elsewhere these together tell it, so then there is no table of parts at all.
    """
    rare = any(FEWEST <= one.n < FEW for one in index.criteria.values())
    return {code: Figure(one.n) if rare else one for code, one in figures.items()}


def _made_up(questionnaire: Questionnaire, index: Index) -> dict[str, list[str]]:
    """Which figures are means of which others, from the top down, as far as they are in them."""
    factors = {
        factor.id: [
            f"criterion:{one.id}" for one in questionnaire.criteria
            if one.factor == factor.id and index.criteria[one.id].n >= FEWEST
        ]
        for factor in questionnaire.factors
    }  # fmt: skip
    domains = {
        domain.id: [
            f"factor:{one.id}" for one in questionnaire.factors if one.domain == domain.id and factors[one.id]
        ]
        for domain in questionnaire.domains
    }
    return {
        OVERALL: [f"domain:{id}" for id, parts in domains.items() if parts],
        **{f"domain:{id}": parts for id, parts in domains.items() if parts},
        **{f"factor:{id}": parts for id, parts in factors.items() if parts},
    }
