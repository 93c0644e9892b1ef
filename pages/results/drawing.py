"""The charts of a results page, inline SVG in the page's own colours, each said in words beside it."""

from datetime import datetime

from pages.results.gathering import Gathered, Kind
from pages.results.words import Words, decimal
from storage.geography import provinces
from surveys.charts.country import Legend, country
from surveys.charts.drawing import PAGE, Said
from surveys.charts.factors import Bar, Mark, factors
from surveys.charts.palette import INLINE
from surveys.charts.places import Place
from surveys.charts.ranking import ranking
from surveys.charts.trend import TrendWords, Wave, trend
from surveys.index import Figure, Index
from surveys.published import SIPAS, published
from surveys.questionnaire import Questionnaire
from surveys.report import Report


def written(said: Words, figure: Figure) -> str:
    """A figure as it stands in a chart, with its interval; or that there are too few."""
    if figure.value is None:
        return said.hidden_short
    around = ""
    if figure.low is not None and figure.high is not None:
        around = f" ({decimal(said, figure.low, 1)}–{decimal(said, figure.high, 1)})"
    return f"{decimal(said, figure.value)}%{around}{' *' if figure.few else ''}"


def of_factors(said: Words, form: Questionnaire, found: Index, near: tuple[int, float] | None) -> str:
    """A bar for each domain and factor; ``near`` is the published national figure and its year."""
    bars = []
    for domain in form.domains:
        bars.append(_bar(said, domain.short or domain.label, found.domains[domain.id], strong=True))
        bars += [
            _bar(said, factor.short or factor.label, found.factors[factor.id])
            for factor in form.factors
            if factor.domain == domain.id
        ]
    mark = Mark(near[1], said.national_mark.format(year=near[0], value=decimal(said, near[1]))) if near else None
    return factors(Said(said.factors), tuple(bars), mark=mark, lines=2, palette=INLINE, sheet=PAGE)


def _bar(said: Words, label: str, figure: Figure, *, strong: bool = False) -> Bar:
    around = (figure.low, figure.high) if figure.low is not None and figure.high is not None else None
    return Bar(label, figure.value, around, written(said, figure), strong)


def places(said: Words, found: Gathered) -> tuple[Place, ...]:
    """All provinces in the order of their codes; those where nobody answered without a figure."""
    division = found.division(Kind.PROVINCE)
    figures = division.parts.figures if division else {}
    return tuple(
        Place(code, one.name, figures.get(code), _short(said, figures.get(code))) for code, one in provinces().items()
    )


def _short(said: Words, figure: Figure | None) -> str:
    if figure is None:
        return ""
    if figure.value is None:
        return said.hidden_short
    return f"{decimal(said, figure.value)}%{' *' if figure.few else ''}"


def of_country(said: Words, found: Gathered) -> str:
    legend = Legend(said.bands, said.map_few, said.hidden, said.nobody, said.hoang_sa, said.truong_sa)
    return country(Said(said.map), places(said, found), legend, palette=INLINE, sheet=PAGE)


def of_ranks(said: Words, found: Gathered) -> str:
    """The provinces with their intervals and the ranges of their ranks; without an error in no order."""
    whole = found.report.index.overall.value
    mark = None if whole is None else Mark(whole, said.rank_mark.format(value=decimal(said, whole)))
    return ranking(Said(said.by_province), places(said, found), mark=mark, empty=said.no_places,
                   palette=INLINE, sheet=PAGE)  # fmt: skip


def of_trend(said: Words, found: Gathered) -> str:
    """This survey and those before it, beside the published national figures and the break of their method."""
    words = TrendWords(said.published, said.unconfirmed, said.broken, said.no_places)
    national = published() if found.report.questionnaire.series == SIPAS else ()
    overall = ((one, one.index.overall) for one in found.waves)
    waves = tuple(Wave(middle(one), one.survey.title, figure, written(said, figure)) for one, figure in overall)
    return trend(Said(said.trend), waves, words, published=national, palette=INLINE, sheet=PAGE)


def middle(made: Report) -> float:
    """When a survey was, in years: halfway between its beginning and its end, or else when it began."""
    begun: datetime = made.survey.opened_at
    at = begun + ((made.survey.closed_at or begun) - begun) / 2
    return at.year + (at.timetuple().tm_yday - 1) / 366
