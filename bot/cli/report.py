"""`loa report`: the index of a survey, how it came about, and what differs from another survey."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import click

from bot.cli.common import ROW_ID, Wrong, command, database, json_option, now, out, settings
from bot.cli.report_files import asked_for, file_options, written
from bot.cli.surveys import survey_called
from storage.counters import periods
from storage.geography import place_name
from surveys.catalogue import Catalogue
from surveys.change import Change
from surveys.files.material import gather
from surveys.groups import Grouping, by_group
from surveys.index import METHOD, Figure
from surveys.published import BREAK, SIPAS, published
from surveys.raked import CannotRake
from surveys.raked import raked as raked_of
from surveys.report import Report, by_period, compared
from surveys.report import report as made_of
from surveys.report_words import OPEN_NOTE


def figure_told(figure: Figure) -> dict[str, object]:
    """A figure as JSON says it; ``few`` marks what is of fewer than thirty, for staff only."""
    return {
        "value": figure.value, "margin": figure.margin, "low": figure.low, "high": figure.high, "error": figure.error,
        "df": figure.df, "interval": figure.method, "error_of": figure.error_of, "score": figure.score, "n": figure.n,
        "effective_n": figure.effective_n, "design_effect": figure.effect, "few": figure.few,
    }  # fmt: skip


@click.command("report")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@click.option(
    "--by", "by", type=click.Choice(["province", "unit", "period", "group"]), help="Also for each of these."
)
@click.option("--against", type=ROW_ID, help="Also what differs from this other survey with the same questionnaire.")
@click.option("--raked", is_flag=True, help="Weights raked to the margins of the design; for the whole only.")
@file_options
@json_option
@command
async def report(
    survey_id: int, by: str | None, against: int | None, raked: bool, as_json: bool, **wanted: Any
) -> None:
    """The index of a survey with its intervals; figures from fewer than ten responses are hidden.

    Of an open link there are no intervals: people chose themselves to answer. With --xlsx, --docx, --pdf or
    --public-json the report is written into files.
    """
    catalogue = Catalogue()
    request = asked_for(**wanted)
    if raked and (by or against):
        raise Wrong("--raked: raked figures stand alone; leave out --by and --against, whose figures are not raked")
    if raked and request is not None:
        raise Wrong("--raked: files have raked figures beside the others anyhow; leave it out, or write no files")
    async with database() as opened, opened.reading() as session:
        info = await survey_called(session, survey_id)
        before = await survey_called(session, against) if against else None
        made = await made_of(session, catalogue, info)
        if raked:
            try:
                made = await raked_of(session, catalogue, made)
            except CannotRake as error:
                raise Wrong(f"--raked: {error}") from None
        other = await made_of(session, catalogue, before) if before else None
        _comparable(made, other)
        if request is not None:
            zone = settings().zone
            files = await written(
                request, await gather(session, catalogue, info, zone=zone, now=now(), against=before)
            )
            lines_of = [f"report of survey {survey_id}:", *(f"  {path}" for path in files)]
            out({"survey": survey_id, "files": [str(path) for path in files]}, as_json, lines_of)
            return
        parts: dict[str, Figure] = {}
        groupings: tuple[Grouping, ...] = ()
        if by == "period":
            parts = await by_period(session, made, await periods(session, survey_id))
        elif by == "group":
            groupings = await by_group(session, catalogue, made)
        elif by:
            parts = made.by_place(communes=by == "unit")
    differences = compared(made, other) if other is not None else {}
    told = report_told(made)
    if by == "group":
        told["by_group"] = {
            g.question: {"label": g.label, "figures": {name: figure_told(f) for name, f in g.figures.items()}}
            for g in groupings
        }
    elif by:
        told[f"by_{by}"] = {code: figure_told(figure) for code, figure in parts.items()}
    if other is not None:
        told["against"] = {"survey": against, "title": other.survey.title, "adjusted": "holm",
                           "differences": {name: _change_told(one) for name, one in differences.items()}}  # fmt: skip

    def lines() -> Iterator[str]:
        yield from _lines(made)
        yield from (_line(place_name(code), figure) for code, figure in parts.items())
        for grouping in groupings:
            yield grouping.label
            yield from (_line(name, figure) for name, figure in grouping.figures.items())
        if other is not None:
            yield f"differences from {other.survey.title} (survey {against}), adjusted for their number (Holm)"
            yield from (_change_line(name, one) for name, one in differences.items())

    out(told, as_json, lines())


def _comparable(made: Report, other: Report | None) -> None:
    """Wrong for surveys that ask something else."""
    if other is not None and other.questionnaire.key != made.questionnaire.key:
        raise Wrong(
            f"--against: survey {other.survey.id} asks {other.questionnaire.key!r} and survey {made.survey.id} "
            f"{made.questionnaire.key!r}; only surveys with the same questionnaire can be compared"
        )


def report_told(made: Report) -> dict[str, Any]:
    """Everything but tables of parts, as JSON says it."""
    info, whole = made.survey, made.index
    near = [one for one in published() if one.confirmed] if made.questionnaire.series == SIPAS else []
    return {
        "survey": info.id, "title": info.title, "questionnaire": made.questionnaire.key, "method": METHOD,
        "kind": made.design.recruiting, "opened_at": info.opened_at, "closed_at": info.closed_at,
        "responses": {str(k): n for k, n in made.responses.items()}, "n": whole.n,
        "modes": {str(mode): n for mode, n in made.modes.items()},
        "excluded": {"n": made.kept_out, "flags": {(f.name or "").lower(): n for f, n in made.excluded.items()}},
        "weighted": made.weighted, "weights_effect": made.weights_effect,
        "raked_on": list(made.raking.over) if made.raking else [], "trim": made.raking.trim if made.raking else None,
        "overall": figure_told(whole.overall),
        "domains": {k: figure_told(f) for k, f in whole.domains.items()},
        "factors": {k: figure_told(f) for k, f in whole.factors.items()},
        "criteria": {k: figure_told(f) for k, f in whole.criteria.items()},
        "published": [{"year": p.year, "value": p.value, "source": p.source, "comparable": p.year >= BREAK}
                      for p in near],
    }  # fmt: skip


def _change_told(one: Change) -> dict[str, object]:
    return {"value": one.value, "low": one.low, "high": one.high, "p": one.p, "significant": one.significant}


def _lines(made: Report) -> Iterator[str]:
    info, whole = made.survey, made.index
    yield f"{info.title} (survey {info.id}, {made.questionnaire.key}, n = {whole.n}, method {METHOD})"
    yield from _circumstances(made)
    yield _line("overall", whole.overall)
    for group in (whole.domains, whole.factors):
        yield from (_line(name, figure) for name, figure in group.items())
    yield from (_line(f"{q.id} {q.label}", whole.criteria[q.id]) for q in made.questionnaire.criteria)


def _circumstances(made: Report) -> Iterator[str]:
    """Who answered, how they came, and what was made of their answers."""
    info, overall = made.survey, made.index.overall
    yield f"  period: {_day(info.opened_at)} to {_day(info.closed_at) if info.closed_at else 'today'} (UTC)"
    yield f"  recruited: {made.design.recruiting}" + ("" if made.design.random else f". {OPEN_NOTE}")
    if overall.effective_n is not None:
        yield f"  effective n: {overall.effective_n:.0f}; intervals are of 95%"
    effect = f"by weights, design effect {made.weights_effect or 1:.2f} (Kish)" if made.weighted else "none"
    if made.raking:
        effect = f"raked on {', '.join(made.raking.over)}, design effect {made.raking.effect:.2f} (Kish)"
        effect += f", no weight over {made.raking.trim:g} medians" if made.raking.trim else ""
    yield f"  weighting: {effect}"
    yield f"  taken by: {_listed({str(mode): n for mode, n in made.modes.items()})}"
    flags = {(flag.name or "").lower(): n for flag, n in made.excluded.items()}
    yield f"  kept out: {made.kept_out}" + (f" ({_listed(flags)})" if flags else "")
    if made.questionnaire.series == SIPAS:
        figures = {str(p.year): f"{p.value:.2f}%" for p in published() if p.confirmed}
        yield f"  published national figures: {_listed(figures)}; those before {BREAK} are by another method"


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _listed(numbers: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {n}" for name, n in numbers.items()) or "nothing"


def _line(name: str, figure: Figure) -> str:
    if figure.value is None:
        return f"  {name}: hidden, too few responses here or beside it (n = {figure.n})"
    around = f" ({figure.low:.2f} to {figure.high:.2f})" if figure.low is not None else ""
    score = f", mean score {figure.score:.2f}" if figure.score is not None else ""
    pooled = ", interval of the pooled ratio" if figure.error_of == "pooled" else ""
    few = "; few, for reference by staff only" if figure.few else ""
    return f"  {name}: {figure.value:.2f}%{around} (n = {figure.n}{score}{pooled}{few})"


def _change_line(name: str, one: Change) -> str:
    if one.p is None:
        return f"  {name}: {one.value:+.2f} points, not tested"
    said = f"{one.arrow} p = {one.p:.3g}" if one.significant else f"no significant change, p = {one.p:.3g}"
    return f"  {name}: {one.value:+.2f} points ({one.low:+.2f} to {one.high:+.2f}), {said}"
