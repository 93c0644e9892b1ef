"""What is hidden cannot be worked out from all that one report shows, by any adding and taking away."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.geography import province_of
from surveys.disclosure import FEW, FEWEST, hidden
from surveys.index import Figure, breakdown, index
from surveys.public import divided, public
from tests.surveys.counted import FOUR, Person, counted

Row = Mapping[object, Fraction]
UNITS = ("00004", "00070", "00008", "20194", "20242", "25750")


def test_one_small_figure_takes_the_smallest_other_with_it():
    assert hidden({"all": 100, "a": 50, "b": 45, "c": 5}, {"all": ["a", "b", "c"]}) == {"b", "c"}
    assert hidden({"all": 100, "a": 80, "b": 15, "c": 3, "d": 2}, {"all": list("abcd")}) == {"b", "c", "d"}
    assert hidden({"all": 100, "a": 85, "b": 7, "c": 8}, {"all": list("abc")}) == {"b", "c"}
    assert hidden({"all": 100, "a": 100, "b": 0}, {"all": ["a", "b"]}) == frozenset()


def test_what_cannot_be_kept_by_others_takes_the_whole_with_it():
    assert hidden({"all": 40, "a": 20, "x": 40, "y": 6}, {"all": ["a"], "a": ["y"]}) == {"a", "all", "y"}


def solved(known: Sequence[Row], wanted: Row) -> bool:
    """Whether the wanted sum follows from the known ones: whether it is a combination of them, in exact fractions."""
    pivots: list[tuple[object, dict[object, Fraction]]] = []

    def reduced(row: Row) -> dict[object, Fraction]:
        left = dict(row)
        for at, pivot in pivots:
            factor = left.get(at, Fraction(0))
            if factor:
                for key, value in pivot.items():
                    left[key] = left.get(key, Fraction(0)) - factor * value
        return {key: value for key, value in left.items() if value}

    for row in known:
        if left := reduced(row):
            at = next(iter(left))
            pivots.append((at, {key: value / left[at] for key, value in left.items()}))
    return not reduced(wanted)


def test_the_solver_solves():
    one = Fraction(1)
    total: Row = {"a": one, "b": one}
    first: Row = {"a": one}
    assert solved([total, first], {"b": one})
    assert not solved([total], {"b": one})


def report_of(people: list[Person], fewest: int) -> dict[str, Figure]:
    """All figures of a report with both tables of places, for staff or for everybody."""
    counts = counted(FOUR, people)
    units = list(counts.sums)
    places: dict[str, list[str]] = {}
    for unit in units:
        places.setdefault(province_of(unit), []).append(unit)
    provinces = {code: counts.among(chosen) for code, chosen in places.items()}
    single = {unit: counts.among([unit]) for unit in units}
    inside = {unit: province_of(unit) for unit in units}
    whole = index(FOUR, counts)
    in_provinces = breakdown(FOUR, provinces, whole=counts, fewest=fewest)
    in_units = breakdown(FOUR, single, whole=counts, inside=inside, fewest=fewest)
    if fewest == FEW:
        in_provinces, in_units = divided(whole, in_provinces), divided(whole, in_units)
        whole = public(FOUR, whole)
    places_of = {f"at {code}": figure for code, figure in (in_provinces | in_units).items()}
    return {**whole.figures(), **places_of}


def sums_told(people: list[Person], fewest: int) -> tuple[dict[str, Figure], dict[str, dict[object, Fraction]]]:
    """What each shown figure tells: how it moves with the satisfied of each unit and criterion, of one after the other."""
    first = {(unit, id): number for number, (unit, values) in enumerate(people) for id in values}
    shown = report_of(people, fewest)
    told: dict[str, dict[object, Fraction]] = {name: {} for name, f in shown.items() if f.value is not None}
    for (unit, id), number in first.items():
        moved = [(u, {**values, id: 5}) if n == number else (u, values) for n, (u, values) in enumerate(people)]
        for name, figure in report_of(moved, fewest).items():
            if figure.value:
                told[name][unit, id] = Fraction(figure.value / 100).limit_denominator(1_000_000)
    return shown, told


sizes = st.lists(st.one_of(st.just(0), st.integers(1, 12), st.integers(13, 30)), min_size=6, max_size=6)
answers = st.lists(st.one_of(st.integers(0, 12), st.just(1000)), min_size=3, max_size=3)
OF = {"overall": ["c1", "c2", "c3", "c4"], "domain:p": ["c1", "c2"], "factor:a": ["c1", "c2"],
      "domain:s": ["c3", "c4"], "factor:b": ["c3"], "factor:c": ["c4"]}  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(sizes, answers)
def test_no_hidden_figure_follows_from_all_tables_of_a_report(counts_of, left_out):
    solve(counts_of, left_out, FEWEST)


more = st.lists(st.one_of(st.just(0), st.integers(1, 12), st.integers(13, 45)), min_size=6, max_size=6)
more_answers = st.lists(st.one_of(st.integers(0, 35), st.just(1000)), min_size=3, max_size=3)


@settings(deadline=None, max_examples=60)
@given(more, more_answers)
def test_nor_does_one_of_fewer_than_thirty_from_what_is_published(counts_of, left_out):
    solve(counts_of, left_out, FEW)


def solve(counts_of: list[int], left_out: list[int], fewest: int) -> None:
    """Nobody is satisfied, so that each person who would be moves the figures by what these tell of them.

    The unknowns are the satisfied of each unit and criterion; how many answered, an attacker may know all of. Whatever
    is hidden must be no combination of what is shown: figures of all criteria and their parts, of provinces, of units.
    """
    people: list[Person] = []
    for unit, size in zip(UNITS, counts_of, strict=True):
        people += [(unit, {}) for _ in range(size)]
    most = (len(people), *left_out)
    people = [(unit, {f"c{q}": 1 for q in range(1, 5) if n < most[q - 1]}) for n, (unit, _) in enumerate(people)]
    shown, told = sums_told(people, fewest)
    valid: dict[tuple[str, str], int] = {}
    for unit, values in people:
        for id in values:
            valid[unit, id] = valid.get((unit, id), 0) + 1
    enough = {q for q in OF["overall"] if sum(n for (_, id), n in valid.items() if id == q) >= 10}

    def mean(name: str) -> Row:
        """What a hidden figure would tell: the mean over its criteria of the shares at its place."""
        place = name.removeprefix("at ") if name.startswith("at ") else ""
        among = {key: n for key, n in valid.items() if place in ("", key[0], province_of(key[0]))}
        wanted = [name.removeprefix("criterion:")] if name.startswith("criterion:") else OF.get(name, OF["overall"])
        wanted = [q for q in wanted if q in enough] or wanted
        total = {q: sum(n for (_, id), n in among.items() if id == q) for q in wanted}
        parts = sum(n > 0 for n in total.values())
        return {key: Fraction(1, total[key[1]] * parts) for key in among if key[1] in wanted}

    for name, figure in shown.items():
        assert figure.value is None or figure.n >= fewest
        if figure.value is None and 0 < figure.n < (fewest if fewest == FEW else len(people) + 1):
            assert not solved(list(told.values()), mean(name)), name
