"""A survey's results as pictures, with how they came about at their foot."""

from handlers import staff_texts as texts
from handlers.circumstances import circumstances, national, shown
from handlers.texts import decimal, number
from surveys.charts.drawing import Said
from surveys.charts.factors import Bar, Headline, Mark, factors
from surveys.index import Figure
from surveys.report import Report


def overview(made: Report, when: str) -> str:
    """The picture of a report of the time that is said, as SVG: the headline, a bar for each domain and factor."""
    bars = []
    for domain in made.questionnaire.domains:
        bars.append(_bar(domain.short or domain.label, made.index.domains[domain.id], strong=True))
        bars += [
            _bar(factor.short or factor.label, made.index.factors[factor.id])
            for factor in made.questionnaire.factors
            if factor.domain == domain.id
        ]
    overall, beside = made.index.overall, f"{number(made.index.n)} phiếu"
    if overall.low is not None and overall.high is not None:
        beside = f"{decimal(overall.low)}–{decimal(overall.high)} · {beside}"
    headline = f"{decimal(overall.value)}%" if overall.value is not None else "–"
    near = made.beside
    mark = Mark(near.value, texts.PUBLISHED_MARK.format(year=near.year, value=decimal(near.value))) if near else None
    notes = " ".join([f"{when}.", *circumstances(made), national(made)])
    said = Said(texts.REPORT_TITLE, made.survey.title, (notes,), f"{made.survey.title}: {headline}")
    return factors(said, tuple(bars), headline=Headline(headline, beside), mark=mark)


def _bar(label: str, figure: Figure, *, strong: bool = False) -> Bar:
    around = (figure.low, figure.high) if figure.low is not None and figure.high is not None else None
    return Bar(label, figure.value, around, shown(figure), strong=strong)
