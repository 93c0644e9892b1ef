"""The index that honest arithmetic gives for the simulated answers, worked out apart from the product.

In percent. A criterion is the share of satisfied answers among those given; a factor, a domain and the whole are the
plain means of their criteria, every criterion with equal weight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.questionnaire import Survey

Answers = Mapping[str, Any]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def expected_index(survey: Survey, respondents: Sequence[Answers]) -> dict[str, Any]:
    """{"n", "overall", "domains", "factors", "criteria"}; what nobody answered is left out."""
    criteria: dict[str, float] = {}
    by_factor: dict[str, list[float]] = defaultdict(list)
    by_domain: dict[str, list[float]] = defaultdict(list)
    for item in survey.items:
        if not item.factor or not item.satisfied:
            continue
        given = [person[item.id] for person in respondents if person.get(item.id) is not None]
        if not given:
            continue
        share = 100 * sum(1 for option in given if option in item.satisfied) / len(given)
        criteria[item.id] = share
        by_factor[item.factor].append(share)
        by_domain[survey.domain_of.get(item.factor, "")].append(share)
    return {
        "n": len(respondents),
        "overall": _mean(list(criteria.values())),
        "domains": {name: _mean(values) for name, values in by_domain.items() if name},
        "factors": {name: _mean(values) for name, values in by_factor.items()},
        "criteria": criteria,
    }
