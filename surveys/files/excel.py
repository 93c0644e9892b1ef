"""A report as a workbook: real numbers with their formats, charts of Excel's own, and how the figures came about."""

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from storage.enums import ResponseStatus
from surveys import report_words as said
from surveys.circumstances import circumstances, named, national
from surveys.files import charts, words
from surveys.files.material import Material
from surveys.files.places import place, ranked
from surveys.files.sheet import DIFFERENCE, POINTS, WHOLE, Cell, table
from surveys.files.story import besides, month, note
from surveys.index import Figure
from surveys.raked import told

FIGURE = (words.VALUE, words.LOW, words.HIGH, words.MARGIN, words.SCORE, words.PEOPLE, words.EFFECTIVE, words.EFFECT,
          words.NOTE)  # fmt: skip
FORMS = (POINTS, POINTS, POINTS, POINTS, POINTS, WHOLE, WHOLE, POINTS, "")
WIDTHS = (13, 12, 12, 11, 10, 10, 13, 13, 26)


def xlsx(material: Material) -> bytes:
    """The whole workbook; what is hidden is an empty cell with a note, what is of few is marked."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = words.SHEETS["whole"]
    _whole(first, material)
    _factors(_new(book, "factors"), material)
    _criteria(_new(book, "criteria"), material)
    if material.provinces:
        sheet = _new(book, "provinces")
        top = _figures(sheet, words.PROVINCES, (words.CODE, words.PROVINCE_NAME),
                       [((code, place(code)), one) for code, one in ranked(material.provinces)])  # fmt: skip
        shown = sum(one.value is not None for one in material.provinces.values())
        charts.ranking(sheet, top, shown) if shown > 1 else None
    if material.communes:
        _figures(_new(book, "communes"), words.COMMUNES, (words.CODE, words.COMMUNE_NAME),
                 [((code, place(code)), one) for code, one in ranked(material.communes)])  # fmt: skip
    if material.months:
        _figures(_new(book, "months"), words.MONTHS, (words.MONTH,),
                 [((month(name),), one) for name, one in material.months.items()])  # fmt: skip
    if material.raked is not None:
        _weighed(_new(book, "weighed"), material)
    if material.before is not None:
        _changes(_new(book, "changes"), material)
    _quality(_new(book, "quality"), material)
    _method(_new(book, "method"), material)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _new(book: Workbook, name: str) -> Worksheet:
    sheet = book.create_sheet(words.SHEETS[name])
    assert isinstance(sheet, Worksheet)
    return sheet


def numbers(one: Figure) -> tuple[Cell, ...]:
    """The cells of a figure; empty where it is hidden, but for how many people it has."""
    return (one.value, one.low, one.high, one.margin, one.score, one.n,
            None if one.effective_n is None else round(one.effective_n), one.effect, note(one))  # fmt: skip


def _figures(
    sheet: Worksheet, title: str, names: Sequence[str], rows: Sequence[tuple[tuple[str, ...], Figure]],
    strong: frozenset[int] = frozenset(),
) -> int:  # fmt: skip
    """A table of figures under a title; the row of its headings."""
    widths = [11] * (len(names) - 1) + [48]
    return table(
        sheet, title, (*names, *FIGURE), [(*name, *numbers(one)) for name, one in rows],
        widths=(*widths, *WIDTHS), forms=(*("",) * len(names), *FORMS), strong=strong,
    )  # fmt: skip


def _whole(sheet: Worksheet, material: Material) -> None:
    made = material.report
    found, form = made.index, made.questionnaire
    rows: list[tuple[tuple[str, ...], Figure]] = [((words.OVERALL,), found.overall)]
    rows += [((domain.label,), found.domains[domain.id]) for domain in form.domains]
    top = _figures(sheet, f"{made.survey.title} – {material.period}", (words.NAME,), rows, frozenset({0}))
    facts: list[tuple[str, Cell]] = [
        (words.COMPLETE, made.responses[ResponseStatus.COMPLETE]),
        (words.UNFINISHED, made.responses[ResponseStatus.OPEN]),
        (words.COUNTED, found.n),
    ]
    if made.beside is not None and found.overall.value is not None:
        facts.append((words.PUBLISHED.format(year=made.beside.year), made.beside.value))
    at = top + len(rows) + 2
    for number, (name, value) in enumerate(facts):
        charts.put_pair(sheet, at + number, name, value)
    for number, sentence in enumerate(circumstances(made)[1:2], at + len(facts) + 1):
        charts.put_line(sheet, number, sentence)


def _factors(sheet: Worksheet, material: Material) -> None:
    form, found = material.report.questionnaire, material.report.index
    rows = [((domain.short or domain.label, factor.label), found.factors[factor.id])
            for domain in form.domains for factor in form.factors if factor.domain == domain.id]  # fmt: skip
    top = table(
        sheet, words.FACTORS, (words.DOMAIN, words.NAME, *FIGURE, words.MINUS, words.PLUS),
        [(*name, *numbers(one), *_sides(one)) for name, one in rows],
        widths=(24, 48, *WIDTHS, 12, 12), forms=("", "", *FORMS, POINTS, POINTS),
    )  # fmt: skip
    if any(one.value is not None for _, one in rows):
        charts.factors(sheet, top, len(rows), intervals=any(one.low is not None for _, one in rows))


def _sides(one: Figure) -> tuple[Cell, Cell]:
    """How far the interval reaches below and above the figure, as error bars want it."""
    if one.value is None or one.low is None or one.high is None:
        return None, None
    return one.value - one.low, one.high - one.value


def _criteria(sheet: Worksheet, material: Material) -> None:
    form, found = material.report.questionnaire, material.report.index
    label = {factor.id: factor.short or factor.label for factor in form.factors}
    rows = [((question.id, label[question.factor], question.text), found.criteria[question.id])
            for question in form.criteria]  # fmt: skip
    table(
        sheet, words.CRITERIA, (words.CODE, words.FACTOR.capitalize(), words.NAME, *FIGURE),
        [(*name, *numbers(one)) for name, one in rows],
        widths=(9, 24, 60, *WIDTHS), forms=("", "", "", *FORMS),
    )  # fmt: skip


def _weighed(sheet: Worksheet, material: Material) -> None:
    assert material.raked is not None
    rows = [(name, one.value, other.value, other.low, other.high, other.margin, one.n,
             None if other.effective_n is None else round(other.effective_n))
            for name, one, other in besides(material)]  # fmt: skip
    top = table(
        sheet, words.WEIGHED, (words.NAME, words.AS_COUNTED, words.AS_WEIGHED, words.LOW, words.HIGH, words.MARGIN,
                               words.PEOPLE, words.EFFECTIVE), rows,
        widths=(48, 16, 16, 12, 12, 11, 10, 13), forms=("", POINTS, POINTS, POINTS, POINTS, POINTS, WHOLE, WHOLE),
        strong=frozenset({0}),
    )  # fmt: skip
    for number, sentence in enumerate((told(material.raked), words.WEIGHED_NOTE), top + len(rows) + 2):
        charts.put_line(sheet, number, sentence)


def _changes(sheet: Worksheet, material: Material) -> None:
    made, before = material.report, material.before
    assert before is not None
    now, then = made.index.figures(), before.index.figures()
    rows: list[tuple[Cell, ...]] = []
    for name, one in material.changes.items():
        told = words.NO_TEST if one.p is None else words.NO_CHANGE
        if one.significant:
            told = f"{one.arrow} {words.RISEN if one.value > 0 else words.FALLEN}"
        rows.append((named(made, name), now[name].value, then[name].value, one.value, one.low, one.high, one.p, told))
    random = made.design.random and before.design.random
    tested = sum(one.p is not None for one in material.changes.values())
    top = table(
        sheet, f"{words.CHANGES}: {before.survey.title}",
        (words.NAME, words.NOW_VALUE, words.BEFORE_VALUE, words.DIFFERENCE, words.DIFFERENCE_LOW,
         words.DIFFERENCE_HIGH, words.P, words.CONCLUSION), rows,
        widths=(48, 13, 13, 14, 12, 12, 12, 30),
        forms=("", POINTS, POINTS, DIFFERENCE, DIFFERENCE, DIFFERENCE, "0.0000", ""),
    )  # fmt: skip
    note_ = said.CHANGE_NOTE.format(n=tested) if random else said.CHANGE_OPEN_NOTE
    charts.put_line(sheet, top + len(rows) + 2, note_)


def _quality(sheet: Worksheet, material: Material) -> None:
    work = material.fieldwork
    rows: list[tuple[Cell, ...]] = [(words.COMPLETE, sum(work.modes.values()))]
    rows += [(f"    {words.MODES[mode]}", n) for mode, n in sorted(work.modes.items())]
    rows += [(words.FLAGS[flag.name or ""], n) for flag, n in work.flags.items()]
    rows.append(
        (said.NONE_KEPT_OUT.rstrip("."), 0) if not work.excluded else (words.ABOUT["excluded"], work.excluded)
    )
    rates: Mapping[str, float | None] = {}
    if work.rates is not None:
        rates = {label: getattr(work.rates, name) for name, label in words.DISPOSITIONS.items()}
    if work.opened is not None:
        rows += [(words.OPENED, work.opened.opened), (words.AGREED, work.opened.agreed)]
        rates = {words.COMPLETION: work.opened.completion}
    counts = len(rows)
    rows += list(rates.items())
    top = table(sheet, words.QUALITY, (words.WHAT, words.NUMBER_OF), rows, widths=(60, 16))
    for number in range(counts, len(rows)):
        sheet.cell(row=top + 1 + number, column=2).number_format = "0.0%"


def _method(sheet: Worksheet, material: Material) -> None:
    made = material.report
    told: list[tuple[str, str]] = [(words.PERIOD, material.period)]
    if made.design.population:
        told.append((words.POPULATION_IS, made.design.population))
    told.append((words.RECRUITED_HOW, said.RECRUITED[made.design.recruiting]))
    told += [("", sentence) for sentence in circumstances(made) if sentence != said.RECRUITED[made.design.recruiting]]
    told += [("", national(made))] if national(made) else []
    told.append(("", words.MADE_BY.format(day=f"{material.now:%d/%m/%Y}")))
    table(sheet, words.METHOD, (words.WHAT, words.MEANING), told, widths=(28, 110))
