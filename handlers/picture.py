"""A survey's results as a picture: the headline, a bar for each domain and factor, and how they came about."""

from handlers.texts import decimal, number
from surveys import report_words as words
from surveys.chart import Bar, Chart, Mark
from surveys.circumstances import circumstances, national, shown
from surveys.index import Figure
from surveys.report import Report

WIDTH = 92


def chart(made: Report, when: str) -> Chart:
    """The picture of a report of the time that is said."""
    bars = []
    for domain in made.questionnaire.domains:
        bars.append(_bar(domain.short or domain.label, made.index.domains[domain.id], strong=True))
        bars += [
            _bar(f"   {factor.short or factor.label}", made.index.factors[factor.id])
            for factor in made.questionnaire.factors
            if factor.domain == domain.id
        ]
    overall, beside = made.index.overall, f"{number(made.index.n)} phiếu"
    if overall.low is not None and overall.high is not None:
        beside = f"{decimal(overall.low)}–{decimal(overall.high)} · {beside}"
    near = made.beside
    mark = Mark(near.value, words.PUBLISHED_MARK.format(year=near.year, value=decimal(near.value))) if near else None
    return Chart(
        title=words.REPORT_TITLE,
        subtitle=made.survey.title,
        headline=f"{decimal(overall.value)}%" if overall.value is not None else "–",
        beside=beside,
        bars=tuple(bars),
        notes=tuple(_wrapped(" ".join([f"{when}.", *circumstances(made), national(made)]), WIDTH)),
        mark=mark,
    )


def _bar(label: str, figure: Figure, *, strong: bool = False) -> Bar:
    around = (figure.low, figure.high) if figure.low is not None and figure.high is not None else None
    return Bar(label, figure.value, around, shown(figure), strong=strong)


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
