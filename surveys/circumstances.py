"""How figures came about, in words that stand beside them wherever they are shown."""

from zoneinfo import ZoneInfo

from storage.surveys import SurveyInfo
from surveys import report_words as words
from surveys.change import Change
from surveys.index import ErrorOf, Figure
from surveys.published import BREAK, SIPAS, published
from surveys.raked import told as raked_told
from surveys.report import Report
from surveys.report_words import decimal, number


def shown(figure: Figure) -> str:
    """A figure as it is written: '83,94% (83,52–84,36)', marked where it is of few; or that there are too few."""
    if figure.value is None:
        return words.TOO_FEW
    few = f" · {words.FOR_REFERENCE}" if figure.few else ""
    return f"{decimal(figure.value)}%{interval(figure)}{few}"


def interval(figure: Figure) -> str:
    """The interval as it is written behind a figure; '' where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    return f" ({decimal(figure.low)}–{decimal(figure.high)})"


def circumstances(report: Report) -> list[str]:
    """Who answered and how, what was left out, how it was weighed, and how exact it is: a sentence each."""
    found, overall = report.index, report.index.overall
    counted = words.COUNTED_LINE.format(n=number(found.n))
    if overall.effective_n is not None:
        counted += words.EFFECTIVE.format(n=number(round(overall.effective_n)))
    said = [f"{counted}.", words.RECRUITED[report.design.recruiting]]
    said.append(words.METHOD_NOTE.format(n=len(report.questionnaire.criteria)))
    if report.design.random:
        said.append(words.INTERVAL_NOTE)
    if any(figure.error_of is ErrorOf.POOLED for figure in found.figures().values()):
        said.append(words.POOLED_NOTE)
    weighted = words.WEIGHTED.format(effect=decimal(report.weights_effect or 1)) if report.weighted else ""
    said.append(raked_told(report) or weighted or words.UNWEIGHTED)
    modes = [words.MODES[mode].format(n=number(n)) for mode, n in sorted(report.modes.items())]
    said += [words.MODES_LINE.format(modes=", ".join(modes))] if modes else []
    why = [words.AGAINST[flag.name or ""].format(n=number(n)) for flag, n in report.excluded.items()]
    kept_out = words.KEPT_OUT.format(n=number(report.kept_out), why=", ".join(why))
    said.append(kept_out if report.kept_out else words.NONE_KEPT_OUT)
    return said + ([words.FEW_NOTE] if any(figure.few for figure in found.figures().values()) else [])


def briefly(report: Report, when: str) -> list[str]:
    """The same in a few words, where a picture needs its room: what was counted, then who was asked."""
    found, overall = report.index, report.index.overall
    said = [when, words.BRIEF_COUNTED.format(n=number(found.n))]
    if overall.effective_n is not None:
        said.append(words.BRIEF_EFFECTIVE.format(n=number(round(overall.effective_n))))
    if overall.margin is not None:
        said.append(words.BRIEF_MARGIN.format(margin=decimal(overall.margin)))
    said.append(words.BRIEF_METHOD)
    said += [words.MODES[mode].format(n=number(n)) for mode, n in sorted(report.modes.items())]
    effect = decimal(report.weights_effect or 1)
    said.append(words.BRIEF_WEIGHTED.format(effect=effect) if report.weighted else words.BRIEF_UNWEIGHTED)
    why = [words.AGAINST[flag.name or ""].format(n=number(n)) for flag, n in report.excluded.items()]
    out = words.BRIEF_OUT.format(n=number(report.kept_out), why=", ".join(why))
    said.append(out if report.kept_out else words.BRIEF_NONE_OUT)
    return [" · ".join(said) + ".", words.RECRUITED[report.design.recruiting]]


def national(report: Report) -> str:
    """The published national figures, for a questionnaire of their series; '' for any other."""
    if report.questionnaire.series != SIPAS:
        return ""
    years = [f"{one.year} {decimal(one.value)}%" for one in published() if one.confirmed and one.year >= BREAK]
    return words.PUBLISHED_LINE.format(years=", ".join(years))


def period(info: SurveyInfo, zone: ZoneInfo) -> str:
    """From when to when the survey was or is open: 'Từ 01/11/2026 đến nay'."""
    end = f"{info.closed_at.astimezone(zone):%d/%m/%Y}" if info.closed_at else words.TODAY
    return words.PERIOD_LINE.format(start=f"{info.opened_at.astimezone(zone):%d/%m/%Y}", end=end)


def changed(report: Report, name: str, one: Change) -> str:
    """A difference as it is written behind its name: 'Chung: +1,20 điểm % (0,31; 2,09) ▲'."""
    return words.CHANGE_LINE.format(name=named(report, name), difference=written(one))


def written(one: Change) -> str:
    """A difference as it is written."""
    around = f" ({decimal(one.low)}; {decimal(one.high)})" if one.low is not None and one.high is not None else ""
    value = f"{'+' if one.value > 0 else ''}{decimal(one.value)}"
    return words.DIFFERENCE.format(value=value, interval=around, arrow=f" {one.arrow}" if one.arrow else "")


def named(report: Report, name: str) -> str:
    """How people read the name of a figure, as ``Index.figures`` has it."""
    kind, _, id = name.partition(":")
    match kind:
        case "domain":
            return next(d.short or d.label for d in report.questionnaire.domains if d.id == id)
        case "factor":
            return next(f.short or f.label for f in report.questionnaire.factors if f.id == id)
        case "criterion":
            return report.questionnaire.question(id).label
    return words.OVERALL_LINE.partition(":")[0]
