"""How figures came about, in words that stand beside them wherever they are shown."""

from handlers import staff_texts as texts
from handlers.texts import decimal, number
from surveys.index import ErrorOf, Figure
from surveys.published import BREAK, SIPAS, published
from surveys.raked import told as raked_told
from surveys.report import Report


def shown(figure: Figure) -> str:
    """A figure as it is written: '83,94% (83,52–84,36)', marked where it is of few; or that there are too few."""
    if figure.value is None:
        return texts.TOO_FEW
    few = f" · {texts.FOR_REFERENCE}" if figure.few else ""
    return f"{decimal(figure.value)}%{interval(figure)}{few}"


def interval(figure: Figure) -> str:
    """The interval as it is written behind a figure; '' where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    return f" ({decimal(figure.low)}–{decimal(figure.high)})"


def circumstances(report: Report) -> list[str]:
    """Who answered and how, what was left out, how it was weighed, and how exact it is: a sentence each."""
    found, overall = report.index, report.index.overall
    counted = texts.COUNTED_LINE.format(n=number(found.n))
    if overall.effective_n is not None:
        counted += texts.EFFECTIVE.format(n=number(round(overall.effective_n)))
    said = [f"{counted}.", texts.RECRUITED[report.design.recruiting]]
    said.append(texts.METHOD_NOTE.format(n=len(report.questionnaire.criteria)))
    if report.design.random:
        said.append(texts.INTERVAL_NOTE)
    if any(figure.error_of is ErrorOf.POOLED for figure in found.figures().values()):
        said.append(texts.POOLED_NOTE)
    weighted = texts.WEIGHTED.format(effect=decimal(report.weights_effect or 1)) if report.weighted else ""
    said.append(raked_told(report) or weighted or texts.UNWEIGHTED)
    modes = [texts.MODES[mode].format(n=number(n)) for mode, n in sorted(report.modes.items())]
    said += [texts.MODES_LINE.format(modes=", ".join(modes))] if modes else []
    why = [texts.AGAINST[flag.name or ""].format(n=number(n)) for flag, n in report.excluded.items()]
    kept_out = texts.KEPT_OUT.format(n=number(report.kept_out), why=", ".join(why))
    said.append(kept_out if report.kept_out else texts.NONE_KEPT_OUT)
    return said + ([texts.FEW_NOTE] if any(figure.few for figure in found.figures().values()) else [])


def briefly(report: Report, when: str) -> list[str]:
    """The same in a few words, where a picture needs its room: what was counted, then who was asked."""
    found, overall = report.index, report.index.overall
    said = [when, texts.BRIEF_COUNTED.format(n=number(found.n))]
    if overall.effective_n is not None:
        said.append(texts.BRIEF_EFFECTIVE.format(n=number(round(overall.effective_n))))
    if overall.margin is not None:
        said.append(texts.BRIEF_MARGIN.format(margin=decimal(overall.margin)))
    said.append(texts.BRIEF_METHOD)
    said += [texts.MODES[mode].format(n=number(n)) for mode, n in sorted(report.modes.items())]
    effect = decimal(report.weights_effect or 1)
    said.append(texts.BRIEF_WEIGHTED.format(effect=effect) if report.weighted else texts.BRIEF_UNWEIGHTED)
    why = [texts.AGAINST[flag.name or ""].format(n=number(n)) for flag, n in report.excluded.items()]
    out = texts.BRIEF_OUT.format(n=number(report.kept_out), why=", ".join(why))
    said.append(out if report.kept_out else texts.BRIEF_NONE_OUT)
    return [" · ".join(said) + ".", texts.RECRUITED[report.design.recruiting]]


def national(report: Report) -> str:
    """The published national figures, for a questionnaire of their series; '' for any other."""
    if report.questionnaire.series != SIPAS:
        return ""
    years = [f"{one.year} {decimal(one.value)}%" for one in published() if one.confirmed and one.year >= BREAK]
    return texts.PUBLISHED_LINE.format(years=", ".join(years))
