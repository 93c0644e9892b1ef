"""A page of results put together: what stands in each of its sections, for one audience in one language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from markupsafe import Markup

from pages.results import drawing, telling
from pages.results.commenting import sheet
from pages.results.gathering import Audience, Division, Gathered, Kind
from pages.results.rendering import filled
from pages.results.telling import Line
from pages.results.words import LANGUAGES, Words, decimal
from pages.site import SITE
from storage.geography import place_name
from surveys.charts.places import ranked
from surveys.index import Figure, Index
from surveys.published import BREAK, SIPAS, parts, published
from surveys.questionnaire import Questionnaire
from surveys.raked import weighed_by
from surveys.sums import OVERALL


@dataclass(frozen=True, slots=True)
class Weighed:
    """How figures were raked, and each as counted with the same raked."""

    note: str
    lines: list[tuple[Line, Figure]]


def shown(
    found: Gathered, request: web.Request, language: str, *, key: str, number: int = 1, alone: bool = False
) -> str:
    """The page of all figures, or ``alone`` the section that shows a part of the people (``key``)."""
    said, site = LANGUAGES[language], request.app[SITE]
    made = found.report
    form = made.questionnaire
    form = form.spoken(language) if language in form.languages else form
    values = {
        "found": found, "made": made, "form": form, "key": key, "here": request.path, "public": _public(found),
        "title": made.survey.title, **_chosen(said, found, form, key),
        "choices": [(_heading(said, form, one), _choices(said, form, one)) for one in found.divisions],
    }  # fmt: skip
    if alone:
        return filled("chosen", language, **values)
    near = made.beside
    return filled(
        "page", language, near=near, period=telling.period(said, found, site.zone),
        country=_inline(drawing.of_country(said, found)), trend=_inline(drawing.of_trend(said, found)),
        places=_places(said, found), groups=_groups(said, form, found),
        waves=[Line(one.survey.title, one.index.overall) for one in reversed(found.waves)],
        national=[(one, parts(one.year)) for one in reversed(published()) if form.series == SIPAS], broken=BREAK,
        ranking=_inline(drawing.of_ranks(said, found)), weighed=_weighed(said, form, found),
        rates=telling.rates_told(said, found), dispositions=telling.dispositions_told(said, found),
        open_link=telling.is_open_link(found), quality=telling.quality_told(said, found),
        how=telling.circumstances(said, found, site.zone),
        address=site.home.rstrip("/") + request.path if site.home else "",
        comments=None if _public(found) else sheet(said, form, found.comments, number),
        other="en" if language == "vi" else "vi", random=made.design.random,
        still_open=made.survey.closed_at is None, around=telling.around(said, made.index.overall), **values,
    )  # fmt: skip


def _inline(drawn: str) -> Markup:
    """A drawing without what a browser takes for granted, to be small."""
    return Markup(re.sub(r"(?<=\d)\.0(?![\d])", "", drawn.replace(' font-weight="400"', "")))


def _public(found: Gathered) -> bool:
    return found.audience is Audience.PUBLIC


def _chosen(said: Words, found: Gathered, form: Questionnaire, key: str) -> Mapping[str, Any]:
    """What the section of one part shows: everybody's figures if none is chosen."""
    one = found.chosen(key)
    name, figure = "", found.report.index.overall
    detail: Index | None = found.report.index
    if one is not None:
        division, code, figure, detail = one
        name = telling.name_of(said, form, division, code)
    near = (found.report.beside.year, found.report.beside.value) if found.report.beside else None
    lines = [] if detail is None else [
        line for domain in form.domains for line in (
            Line(domain.short or domain.label, detail.domains[domain.id], strong=True),
            *(Line(f.short or f.label, detail.factors[f.id]) for f in form.factors if f.domain == domain.id),
        )
    ]  # fmt: skip
    return {
        "part": name, "figure": figure, "detail": detail, "lines": lines,
        "bars": _inline(drawing.of_factors(said, form, detail, near)) if detail is not None else "",
        "criteria": [] if detail is None else [Line(q.label, detail.criteria[q.id]) for q in form.criteria],
        "part_around": telling.around(said, figure),
    }  # fmt: skip


def _heading(said: Words, form: Questionnaire, division: Division) -> str:
    named = {Kind.PROVINCE: said.provinces, Kind.MONTH: said.months}
    return named.get(division.kind) or form.question(division.question).label


def _choices(said: Words, form: Questionnaire, division: Division) -> list[tuple[str, str]]:
    """The parts whose figures may be shown, as (key, name)."""
    return [
        (division.key(code), telling.name_of(said, form, division, code))
        for code, figure in division.parts.figures.items()
        if figure.value is not None
    ]


def _places(said: Words, found: Gathered) -> list[Line]:
    """The provinces as they are ranked, those where nobody answered left out."""
    division = found.division(Kind.PROVINCE)
    assert division is not None
    lines = []
    for place, rank in ranked(drawing.places(said, found)):
        if place.figure is None:
            continue
        span = "" if rank is None else f"{rank[0]}" if rank[0] == rank[1] else f"{rank[0]}–{rank[1]}"
        key = division.key(place.code) if place.figure.value is not None else ""
        lines.append(Line(place_name(place.code), place.figure, key, rank=span))
    return lines


def _weighed(said: Words, form: Questionnaire, found: Gathered) -> Weighed | None:
    """Figures as counted beside the same under raked weights; what is hidden of the one is so of the other."""
    if found.raked is None or found.raked.raking is None:
        return None
    plain, other = found.report.index.figures(), found.raked.index.figures()
    names = [(OVERALL, said.overall)]
    for domain in form.domains:
        names.append((f"domain:{domain.id}", domain.short or domain.label))
        names += [(f"factor:{f.id}", f.short or f.label) for f in form.factors if f.domain == domain.id]
    lines = [
        (Line(called, plain[name], strong=not name.startswith("factor:")), other[name])
        for name, called in names if plain[name].value is not None and other[name].value is not None
    ]  # fmt: skip
    raking = found.raked.raking
    asked = [form.question(id).label for id in weighed_by(form, found.report.design)]
    over = ", ".join(f"“{label.rstrip('?.: ')}”" for label in asked)
    return Weighed(said.weighed_note.format(over=over, effect=decimal(said, raking.effect)), lines)


def _groups(said: Words, form: Questionnaire, found: Gathered) -> list[tuple[str, list[Line]]]:
    return [
        (_heading(said, form, one), [
            Line(telling.name_of(said, form, one, code), figure, one.key(code) if figure.value is not None else "")
            for code, figure in one.parts.figures.items()
        ])
        for one in found.divisions if one.kind is not Kind.PROVINCE
    ]  # fmt: skip
