"""A survey's results as pictures, each with how they came about at its foot: SVG, made of reports alone."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from handlers import staff_texts as texts
from handlers.texts import decimal, number
from storage.geography import provinces
from surveys import report_words as words
from surveys.charts.country import Legend, country
from surveys.charts.differences import Difference, differences
from surveys.charts.drawing import Said
from surveys.charts.factors import Bar, Headline, Mark, factors
from surveys.charts.places import Place
from surveys.charts.ranking import ranking
from surveys.charts.trend import TrendWords, Wave, trend
from surveys.circumstances import briefly, circumstances, named, national, shown, written
from surveys.index import Figure
from surveys.published import SIPAS, published
from surveys.report import Report, compared

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
ARROWS = " ▲▼"
"""Our letters have none: in a picture the bar is the arrow."""
LEGEND = Legend(
    texts.MAP_BANDS, texts.MAP_FEW, texts.MAP_HIDDEN, texts.MAP_NOBODY, texts.HOANG_SA, texts.TRUONG_SA
)  # fmt: skip
TREND_WORDS = TrendWords(
    texts.TREND_PUBLISHED, texts.TREND_UNCONFIRMED, texts.TREND_BREAK, texts.NO_PLACES
)  # fmt: skip


def overview(made: Report, when: str) -> str:
    """The headline, and a bar for each domain and factor; of the time that is said."""
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
    mark = Mark(near.value, words.PUBLISHED_MARK.format(year=near.year, value=decimal(near.value))) if near else None
    notes = " ".join([f"{when}.", *circumstances(made), national(made)])
    said = Said(words.REPORT_TITLE, made.survey.title, (notes,), f"{made.survey.title}: {headline}")
    return factors(said, tuple(bars), headline=Headline(headline, beside), mark=mark)


def factor(made: Report, when: str, number_: int) -> str:
    """One factor of the questionnaire, counted from 0, above its criteria."""
    chosen = made.questionnaire.factors[number_]
    bars = [_bar(chosen.short or chosen.label, made.index.factors[chosen.id], strong=True)]
    bars += [
        _bar(question.label, made.index.criteria[question.id])
        for question in made.questionnaire.criteria
        if question.factor == chosen.id
    ]
    return factors(_said(made, when, chosen.short or chosen.label), tuple(bars), lines=2)


def places(made: Report) -> tuple[Place, ...]:
    """All provinces in the order of their codes; those where nobody answered without a figure."""
    figures = made.by_place(communes=False)
    return tuple(
        Place(code, one.name, figures.get(code), _short(figures[code]) if code in figures else "")
        for code, one in provinces().items()
    )


def ranks(made: Report, when: str, found: tuple[Place, ...]) -> str:
    """The provinces in order, or as they come where there is no error to order them by."""
    overall = made.index.overall
    mark = Mark(overall.value, texts.RANKING_ALL.format(value=decimal(overall.value))) if overall.value else None
    rule = texts.RANK_NOTE if made.design.random else texts.NO_RANK_NOTE
    return ranking(_said(made, when, texts.RANKING_TITLE, rule, *_few(found)), found, mark=mark,
                   empty=texts.NO_PLACES)  # fmt: skip


def chart_of_the_country(made: Report, when: str, found: tuple[Place, ...]) -> str:
    return country(_said(made, when, texts.MAP_TITLE), found, LEGEND)


def course(waves: Sequence[Report], when: str) -> str:
    """Surveys of one questionnaire, the oldest first; the circumstances are those of the last."""
    last = waves[-1]
    national = published() if last.questionnaire.series == SIPAS else ()
    alone = texts.TREND_NOTE if len(waves) > 1 else texts.TREND_ALONE
    drawn = tuple(Wave(middle(one), _dated(one), one.index.overall, shown(one.index.overall)) for one in waves)
    return trend(_said(last, when, texts.TREND_TITLE, alone), drawn, TREND_WORDS, published=national)


def middle(made: Report) -> float:
    """When a survey was, in years: halfway between its beginning and its end, or else when it began."""
    begun = made.survey.opened_at
    at = begun + ((made.survey.closed_at or begun) - begun) / 2
    return at.year + (at.timetuple().tm_yday - 1) / 366


def before(later: Report, earlier: Report, when: str) -> str:
    """How the figures down to the factors differ from those of another survey with the same questionnaire."""
    rows = []
    for name, change in compared(later, earlier).items():
        if name.startswith("criterion:"):
            continue
        strong = not name.startswith("factor:")
        rows.append(Difference(named(later, name), change, written(change).rstrip(ARROWS), strong))
    random = later.design.random and earlier.design.random
    rule = texts.NO_CHANGES_NOTE if random else words.CHANGE_OPEN_NOTE
    said = _said(later, when, texts.BEFORE_TITLE, rule)
    subtitle = texts.BEFORE_SUBTITLE.format(later=later.survey.title, earlier=_dated(earlier))
    return differences(Said(said.title, subtitle, said.notes, subtitle), tuple(rows), empty=texts.NO_CHANGES)


def _dated(made: Report) -> str:
    """A survey by its month and title: titles that differ in their last word alone are cut to the same."""
    return f"{made.survey.opened_at.astimezone(HERE):%m/%Y} · {made.survey.title}"


def _said(made: Report, when: str, title: str, *notes: str) -> Said:
    return Said(title, made.survey.title, (*notes, " ".join(briefly(made, when))), f"{title}: {made.survey.title}")


def _bar(label: str, figure: Figure, *, strong: bool = False) -> Bar:
    around = (figure.low, figure.high) if figure.low is not None and figure.high is not None else None
    return Bar(label, figure.value, around, shown(figure), strong=strong)


def _short(figure: Figure) -> str:
    """A figure as it is written where its interval is drawn beside it, marked where it is of few."""
    if figure.value is None:
        return words.BRIEF_TOO_FEW
    return f"{decimal(figure.value)}%{' *' if figure.few else ''}"


def _few(found: Sequence[Place]) -> list[str]:
    return [words.BRIEF_FEW] if any(place.figure is not None and place.figure.few for place in found) else []
