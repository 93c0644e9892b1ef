"""The published national figures follow from their parts as the mean over the criteria, and from nothing simpler."""

import pytest

from surveys.estimation.linear import Linear, mean_of

POLICY, SERVICE = 23, 16
FACTORS_2023 = {"access": (83.00, 3), "procedures": (83.02, 4), "officials": (83.12, 3), "results": (83.03, 3),
                "feedback": (82.27, 3)}  # fmt: skip


def published(*values: float) -> list[Linear]:
    return [Linear(value, [], []) for value in values]


def test_whole_of_2024_is_the_mean_over_39_criteria():
    assert round(mean_of(published(83.84, 84.09), [POLICY, SERVICE]).value, 2) == 83.94


def test_whole_of_2024_is_not_the_mean_of_the_two_domains():
    assert round(mean_of(published(83.84, 84.09)).value, 3) == 83.965


def test_whole_of_2023_is_the_mean_over_39_criteria():
    values, counts = zip(*FACTORS_2023.values(), strict=True)
    assert sum(counts) == SERVICE
    services = mean_of(published(*values), counts)
    assert services.value == pytest.approx(82.896, abs=5e-4)
    assert round(mean_of([*published(82.49), services], [POLICY, SERVICE]).value, 2) == 82.66
    assert round(mean_of(published(82.49, *values), [POLICY, *counts]).value, 2) == 82.66


def test_whole_comes_from_each_criterion_alike():
    criteria = published(*[83.84] * POLICY, *[84.09] * SERVICE)
    assert mean_of(criteria).value == pytest.approx((23 * 83.84 + 16 * 84.09) / 39)
