"""How the figures came about, in sentences; rates, dispositions and signs of quality as lines of a table."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pages.results.gathering import Audience, Division, Gathered, Kind
from pages.results.words import Words, decimal, number
from storage.geography import place_name
from surveys.design import Recruiting
from surveys.index import ErrorOf, Figure
from surveys.questionnaire import Questionnaire

RATES = ("rr1", "rr3", "coop1", "ref1", "con1", "break_off")


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in a table: what it is of, and the address that shows more of it, '' where there is none."""

    name: str
    figure: Figure
    key: str = ""
    strong: bool = False
    rank: str = ""


def period(said: Words, found: Gathered, zone: ZoneInfo) -> str:
    info = found.report.survey
    end = _day(info.closed_at, zone) if info.closed_at else said.until_today
    return said.from_to.format(start=_day(info.opened_at, zone), end=end)


def _day(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d/%m/%Y}"


def around(said: Words, figure: Figure) -> list[str]:
    """What stands under a headline figure: how many people, how exact."""
    told = [said.counted.format(n=number(said, figure.n))]
    if figure.effective_n is not None:
        told.append(said.effective.format(n=number(said, figure.effective_n)))
    if figure.margin is not None:
        told.append(said.margin.format(margin=decimal(said, figure.margin)))
    return told


def circumstances(said: Words, found: Gathered, zone: ZoneInfo) -> list[str]:
    """Who answered and how, what was left out, how it was weighed, how exact it is, what is hidden."""
    made = found.report
    overall = made.index.overall
    told = [f"{period(said, found, zone)}: {', '.join(around(said, overall))}."]
    told.append(said.recruited[made.design.recruiting])
    told.append(said.method.format(n=len(made.questionnaire.criteria)))
    told += [said.method_interval] if made.design.random else []
    pooled = any(figure.error_of is ErrorOf.POOLED for figure in made.index.figures().values())
    told += [said.method_pooled] if pooled else []
    effect = decimal(said, made.weights_effect or 1)
    told.append(said.weighted.format(effect=effect) if made.weighted else said.unweighted)
    modes = [said.mode[mode].format(n=number(said, n)) for mode, n in sorted(made.modes.items())]
    told += [said.modes.format(modes=", ".join(modes))] if modes else []
    why = [f"{said.flag[flag.name or ''].lower()} {number(said, n)}" for flag, n in made.excluded.items()]
    out = said.excluded.format(n=number(said, made.kept_out), why=", ".join(why))
    told.append(out if made.kept_out else said.none_excluded)
    threshold = said.threshold_public if found.audience is Audience.PUBLIC else said.threshold_staff
    told.append(threshold.format(fewest=found.audience.fewest))
    return told


def name_of(said: Words, form: Questionnaire, division: Division, code: str) -> str:
    """What a part of the people is called."""
    match division.kind:
        case Kind.PROVINCE:
            return place_name(code)
        case Kind.MONTH:
            return said.month.format(month=code[5:], year=code[:4])
        case Kind.GROUP:
            return form.question(division.question).options[int(code) - 1] if code != "0" else said.no_answer


def rates_told(said: Words, found: Gathered) -> list[tuple[str, str]]:
    """Rates as percents, those of AAPOR of a sample or how far people came by an open link."""
    field = found.fieldwork
    if field.opened is not None:
        opened: dict[str, float | None] = {
            "participation": field.opened.participation,
            "completion": field.opened.completion,
        }
    else:
        opened = {name: getattr(field.rates, name) for name in RATES} if field.rates else {}
    return [(said.rate[name], f"{decimal(said, 100 * rate)}%") for name, rate in opened.items() if rate is not None]


def dispositions_told(said: Words, found: Gathered) -> list[tuple[str, str]]:
    """What became of everybody, in numbers."""
    return [(said.disposition[one], number(said, n)) for one, n in sorted(found.fieldwork.dispositions.items()) if n]


def quality_told(said: Words, found: Gathered) -> list[tuple[str, str]]:
    """Of how many responses each sign was found, with its share."""
    complete = sum(found.fieldwork.modes.values())
    return [
        (said.flag[flag.name or ""], f"{number(said, n)} ({decimal(said, 100 * n / complete)}%)")
        for flag, n in found.fieldwork.flags.items()
        if complete
    ]


def is_open_link(found: Gathered) -> bool:
    return found.report.design.recruiting is Recruiting.OPEN
