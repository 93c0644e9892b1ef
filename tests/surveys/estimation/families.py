"""Families of quantities, each ours beside that of R's ``survey`` (the frozen figures of fixtures.R)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from surveys.estimation.calibration import Calibration
from surveys.estimation.comparison import difference, holm
from surveys.estimation.design import Lonely, of_totals
from surveys.estimation.distributions import beta_cdf, beta_quantile, t_quantile, t_tails
from surveys.estimation.effects import design_effect, kish, simple_variance, squares_of
from surveys.estimation.intervals import korn_graubard, logit, wilson
from surveys.estimation.linear import Linear, Sample, combine, covariance, estimate, mean_of, share
from surveys.estimation.raking import Margin, post_stratify, rake
from surveys.estimation.ratio import Estimate, ratio
from surveys.estimation.weights import trim
from tests.surveys.estimation.reading import DESIGNS, ITEMS, Person, answers, everybody, reference, sample, thinned

Pairs = Iterator[tuple[float, float]]
PARTS = {"all": ITEMS, "a": ITEMS[:3], "b": ITEMS[3:]}
NORMAL = float("inf")
Figures = dict[str, Any]


def in_province(code: str) -> Callable[[Person], bool]:
    return lambda person: person["province"] == code


def in_group(key: str) -> Callable[[Person], bool]:
    return lambda person: f"{person['sex']} {person['age']}" == key


def linear(drawn: Sample, columns: tuple[list[float], list[float]]) -> Linear:
    found = share(drawn, *columns)
    assert found is not None
    return found


def pairs_of(drawn: Sample, found: Linear, theirs: Figures, lonely: Lonely = Lonely.COLLAPSE) -> Pairs:
    """Value, error, degrees of freedom, number of people and design effects, ours with theirs."""
    ours = estimate(drawn, found, lonely)
    assert ours.variance is not None
    assert ours.error is not None
    yield ours.value, theirs["value"]
    yield ours.error, theirs["error"]
    if "deff" not in theirs:
        return
    weight = sum(w for w, inside in zip(drawn.weights, found.inside, strict=True) if inside)
    n, squares = sum(found.inside), squares_of(drawn, found)
    yield n, theirs["n"]
    yield ours.df, theirs["df"]
    for key, replaced in (("deff", False), ("deff_replace", True)):
        effect = design_effect(ours.variance, simple_variance(squares, n=n, weight=weight, replace=replaced))
        if theirs[key] is None:  # as many people as the weights stand for: a simple sample would know everything
            assert effect is None
            continue
        assert effect is not None
        yield effect, theirs[key]


def items() -> Pairs:
    for name in DESIGNS:
        for item in ITEMS:
            yield from pairs_of(
                sample(name), linear(sample(name), answers([item])), reference()["items"][name][f"s{item}"]
            )


def scores() -> Pairs:
    for name in DESIGNS:
        for item, theirs in reference()["scores"][name].items():
            yield from pairs_of(sample(name), linear(sample(name), answers([item], score=float)), theirs)


def ratios() -> Pairs:
    for name in DESIGNS:
        for part, chosen in PARTS.items():
            yield from pairs_of(
                sample(name), linear(sample(name), answers(chosen)), reference()["ratios"][name][part]
            )


def domains() -> Pairs:
    for name, theirs in reference()["domains"].items():
        for code, figures in theirs["provinces"].items():
            inside = answers(ITEMS, in_province(code))
            yield from pairs_of(sample(name), linear(sample(name), inside), figures)
        for key, figures in theirs["groups"].items():
            inside = answers(ITEMS, in_group(key))
            yield from pairs_of(sample(name), linear(sample(name), inside), figures)


def sums() -> Pairs:
    """The same domains from nothing but the sums of each stratum."""
    for name in ("stratified", "both", "communes_fpc"):
        for code, theirs in reference()["domains"][name]["provinces"].items():
            yield from from_sums(sample(name), answers(ITEMS, in_province(code)), theirs)
        yield from from_sums(sample(name), answers(ITEMS), reference()["ratios"][name]["all"])


def from_sums(drawn: Sample, columns: tuple[list[float], list[float]], theirs: Figures) -> Pairs:
    units: dict[str, dict[object, tuple[float, float]]] = {}
    clusters = drawn.clusters or range(len(drawn.strata))
    for stratum, cluster, w, s, n in zip(drawn.strata, clusters, drawn.weights, *columns, strict=True):
        so_far = units.setdefault(stratum, {}).get(cluster, (0.0, 0.0))
        units[stratum][cluster] = so_far[0] + w * s, so_far[1] + w * n
    strata = {name: of_totals(found.values(), drawn.populations.get(name)) for name, found in units.items()}
    ours = ratio(strata)
    assert ours is not None
    assert ours.error is not None
    yield from zip((ours.value, ours.error, ours.df), (theirs["value"], theirs["error"], theirs["df"]), strict=True)


def bounds(ours: Estimate, n: int, theirs: Figures) -> Pairs:
    assert ours.variance is not None
    found = logit(ours.value, ours.variance, ours.df)
    yield from zip((found.low, found.high), theirs["xlogit"], strict=True)
    found = korn_graubard(ours.value, ours.value * (1 - ours.value) / ours.variance, n=n, df=ours.df)
    yield from zip((found.low, found.high), theirs["beta"], strict=True)


def intervals() -> Pairs:
    for name, theirs in reference()["intervals"].items():
        for item in ITEMS:
            found = linear(sample(name), answers([item]))
            yield from bounds(estimate(sample(name), found), sum(found.inside), theirs[f"s{item}"])
    for code, theirs in reference()["interval_domains"].items():
        found = linear(sample("stratified"), answers(["c1"], in_province(code)))
        yield from bounds(estimate(sample("stratified"), found), sum(found.inside), theirs)


def exact_intervals() -> Pairs:
    for case in reference()["exact"]:
        n, part = case["n"], case["yes"] / case["n"]
        found = korn_graubard(part, n, n=n, df=n - 1)
        yield from zip((found.low, found.high), case["clopper_pearson"], strict=True)
        found = wilson(part, n)
        yield from zip((found.low, found.high), case["wilson"], strict=True)


def combinations() -> Pairs:
    for name, theirs in reference()["combinations"].items():
        parts = [linear(sample(name), answers([item])) for item in ITEMS]
        yield from pairs_of(sample(name), mean_of(parts), theirs["mean"])
        yield from pairs_of(sample(name), mean_of(parts, [1, 2, 3, 4, 5, 6]), theirs["weighted"])
        yield from pairs_of(sample(name), combine([parts[0], parts[3]], [1, -1]), theirs["difference"])
    (s_a, n_a), (s_b, _) = answers(ITEMS[:3]), answers(ITEMS[3:])
    drawn = sample("both")
    found = covariance(drawn, linear(drawn, (s_a, n_a)), linear(drawn, (s_b, n_a)))
    assert found is not None
    yield found, reference()["covariance"]["a_b_over_n_a"]


def lonely_strata() -> Pairs:
    options = {
        "collapse": Lonely.COLLAPSE, "adjust": Lonely.ADJUST, "average": Lonely.AVERAGE,
        "certainty": Lonely.CERTAINTY, "remove": Lonely.CERTAINTY,
    }  # fmt: skip
    for option, treatment in options.items():
        for fpc, name in (("without", "both"), ("with", "communes_fpc")):
            drawn = sample(name, thinned())
            found = linear(drawn, answers(ITEMS, people=thinned()))
            yield from pairs_of(drawn, found, reference()["lonely"][option][fpc], treatment)


def margins() -> list[Margin]:
    targets = reference()["targets"]
    return [Margin(name, [p[name] for p in everybody()], targets[name]) for name in ("sex", "age", "province")]


def cells() -> Margin:
    return Margin("sex, age", [f"{p['sex']} {p['age']}" for p in everybody()], reference()["targets"]["cell"])


def fitted(kind: str) -> Calibration:
    drawn = [float(p["weight"]) for p in everybody()]
    if kind == "post_stratified":
        return post_stratify(drawn, cells())
    raked = rake(drawn, margins())
    return replace(raked, mass=drawn) if kind == "calibrated" else raked


def fitted_errors() -> Pairs:
    for kind in ("raked", "calibrated", "post_stratified"):
        fit = fitted(kind)
        for name in ("stratified", "both", "communes_fpc"):
            drawn, theirs = sample(name, calibration=fit), reference()["fitted"][name][kind]
            item = linear(drawn, answers(["c1"]))
            yield from pairs_of(drawn, item, theirs["item"])
            yield from pairs_of(drawn, linear(drawn, answers(ITEMS)), theirs["all"])
            yield from pairs_of(drawn, linear(drawn, answers(ITEMS, lambda p: p["sex"] == "m")), theirs["men"])
            ours = estimate(drawn, item)
            assert ours.variance is not None
            found = logit(ours.value, ours.variance, theirs["item"]["df"])
            yield from zip((found.low, found.high), theirs["item"]["logit"], strict=True)


def weights() -> Pairs:
    for kind, theirs in reference()["weights"].items():
        yield from zip(fitted(kind).weights, theirs, strict=True)
    drawn = sample("weighted").weights
    yield from zip(trim(drawn, reference()["trimmed"]["heaviest"]), reference()["trimmed"]["weights"], strict=True)
    yield kish(drawn), reference()["kish"]


def comparisons() -> Pairs:
    theirs = reference()["difference"]

    def half(name: str, first: bool, people: Sequence[Person]) -> Estimate:
        people = [p for p in people if (p["province"] <= "17") is first]
        drawn = sample(name, people)
        return estimate(drawn, linear(drawn, answers(["c2"], people=people)))

    for df, bounds_of, p in ((68, "t68", "p68"), (NORMAL, "normal", "p_normal")):
        found = difference(half("both", False, everybody()), half("both", True, everybody()), df=df)
        assert found is not None
        yield from zip(
            (found.value, found.error), (theirs["design"]["value"], theirs["design"]["error"]), strict=True
        )
        yield from zip(
            (found.low, found.high, found.p), (*theirs["design"][bounds_of], theirs["design"][p]), strict=True
        )
    answered = [p for p in everybody() if p["c2"]]
    simple = difference(half("simple", False, answered), half("simple", True, answered))
    assert simple is not None
    welch = theirs["welch"]
    yield from zip((simple.value, simple.error), (welch["value"], welch["error"]), strict=True)
    yield from zip((simple.low, simple.high, simple.p), (*welch["interval"], welch["p"]), strict=True)
    adjusted = holm(dict(enumerate(reference()["holm"]["p"])))
    yield from zip(adjusted.values(), reference()["holm"]["adjusted"], strict=True)


def students() -> Pairs:
    theirs = reference()["t"]
    for p, df, quantile, tails in zip(*(theirs[key] for key in ("p", "df", "quantile", "tails")), strict=True):
        yield t_quantile(p, df), quantile
        yield t_tails(quantile, df), tails


def betas() -> Pairs:
    theirs = reference()["beta"]
    for p, a, b, quantile, cdf in zip(*(theirs[key] for key in ("p", "a", "b", "quantile", "cdf")), strict=True):
        if 1e-300 < quantile < 1:
            yield beta_quantile(p, a, b), quantile
            yield beta_cdf(quantile, a, b), cdf


FAMILIES: tuple[tuple[Callable[[], Pairs], int], ...] = (
    (items, 246), (scores, 82), (ratios, 123), (domains, 756), (sums, 315), (intervals, 208), (exact_intervals, 28),
    (combinations, 19), (lonely_strata, 60), (fitted_errors, 72), (weights, 3508), (comparisons, 39), (students, 260),
    (betas, 340),
)  # fmt: skip
