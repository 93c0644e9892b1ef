"""A report as sections of sentences and tables; what they say follows from the figures. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storage.enums import ResponseStatus
from surveys import report_words as said
from surveys.change import Change
from surveys.circumstances import circumstances, interval, named, national, shown
from surveys.files import words
from surveys.files.material import Material
from surveys.files.places import place, ranked
from surveys.index import Figure
from surveys.raked import told as raked_told
from surveys.report_words import decimal, number

MOST_ROWS = 60
"""A longer table stands in the spreadsheet alone."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells as people read them, the first cell a name; ``strong`` are the numbers of rows that stand out."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """One numbered part; ``long`` is left out where a report is to be short."""

    title: str
    paragraphs: tuple[str, ...]
    table: Table | None = None
    chart: bool = False
    long: bool = False


def story(material: Material) -> tuple[Section, ...]:
    """The whole report in its order; sections without anything to say are not there."""
    made = material.report
    form, found = made.questionnaire, made.index
    factors = [(factor.short or factor.label, found.factors[factor.id]) for factor in form.factors]
    criteria = [(question.label, found.criteria[question.id]) for question in form.criteria]
    sections = [
        Section(words.GENERAL, _general(material)),
        Section(words.WHOLE, _whole(material), chart=found.overall.value is not None),
        Section(words.FACTORS, _ordered(factors, words.FACTOR, random=made.design.random), _by_factor(material)),
        Section(words.CRITERIA, _ordered(criteria, words.CRITERION, random=made.design.random),
                _table(criteria), long=True),
    ]  # fmt: skip
    for title, what, figures, long in (
        (words.PROVINCES, words.PROVINCE, material.provinces, False),
        (words.COMMUNES, words.COMMUNE, material.communes, True),
    ):
        if len(figures) > 1:
            told = _ordered([(place(code), one) for code, one in figures.items()], what, random=made.design.random)
            table = (
                _table([(place(code), one) for code, one in ranked(figures)]) if len(figures) <= MOST_ROWS else None
            )
            beside = () if table else (words.TABLE_IN_EXCEL.format(n=number(len(figures)), what=what),)
            sections.append(Section(title, (*told, *beside), table, long=long))
    if len(material.months) > 1:
        by_month = [(month(name), figure) for name, figure in material.months.items()]
        sections.append(Section(words.MONTHS, (), _table(by_month)))
    if material.raked is not None:
        sections.append(Section(words.WEIGHED, (raked_told(material.raked), words.WEIGHED_NOTE), _weighed(material)))
    if material.before is not None:
        sections.append(Section(words.CHANGES, _changes(material)))
    sections += [
        Section(words.QUALITY, quality(material)),
        Section(words.METHOD, tuple(circumstances(made)) + ((national(made),) if national(made) else ())),
    ]
    return tuple(one for one in sections if one.paragraphs or one.table)


def month(written: str) -> str:
    """A month as it is read: '11/2026'."""
    year, _, number_ = written.partition("-")
    return f"{number_}/{year}"


def besides(material: Material) -> list[tuple[str, Figure, Figure]]:
    """Down to the factors: name, the figure as counted, and the same raked; what is hidden of either is left out."""
    made, other = material.report, material.raked
    if other is None:
        return []
    counted, raked = made.index.figures(), other.index.figures()
    return [
        (named(made, name), one, raked[name]) for name, one in counted.items()
        if not name.startswith("criterion:") and one.value is not None and raked[name].value is not None
    ]  # fmt: skip


def _weighed(material: Material) -> Table:
    rows = tuple(
        (name, decimal(one.value), decimal(other.value), interval(other).strip(" ()"))
        for name, one, other in besides(material)
        if one.value is not None and other.value is not None
    )
    return Table((words.NAME, words.AS_COUNTED, words.AS_WEIGHED, words.INTERVAL), rows, frozenset({0}))


def _general(material: Material) -> tuple[str, ...]:
    made = material.report
    told = [
        words.ASKED.format(title=made.survey.title, form=made.questionnaire.title, period=material.period.lower()),
        said.RECRUITED[made.design.recruiting],
        words.RECEIVED.format(
            n=number(made.responses[ResponseStatus.COMPLETE]), kept=number(made.index.n),
            open=number(made.responses[ResponseStatus.OPEN]),
        ),
    ]  # fmt: skip
    if made.design.population:
        told.insert(1, words.POPULATION.format(population=made.design.population))
    return tuple(told)


def _whole(material: Material) -> tuple[str, ...]:
    made = material.report
    whole = made.index.overall
    if whole.value is None:
        return (words.INDEX_HIDDEN.format(n=number(whole.n)),)
    value, n = decimal(whole.value), number(whole.n)
    if whole.low is None or whole.high is None or whole.margin is None:
        told = [words.INDEX_BARE.format(value=value, n=n)]
    else:
        told = [words.INDEX_IS.format(value=value, low=decimal(whole.low), high=decimal(whole.high),
                                      margin=decimal(whole.margin), n=n)]  # fmt: skip
    told += [words.INDEX_FEW] if whole.few else []
    told += [words.SCORE_IS.format(score=decimal(whole.score))] if whole.score is not None else []
    return (" ".join(told), *_beside(material, whole))


def _beside(material: Material, whole: Figure) -> tuple[str, ...]:
    """How the published figure lies to ours; nothing is concluded from an open link."""
    near = material.report.beside
    if near is None or whole.value is None:
        return ()
    told = {"year": near.year, "value": decimal(near.value)}
    if not material.report.design.random:
        return (words.BESIDE.format(**told),)
    if whole.low is None or whole.high is None:
        return (words.BESIDE_ALONE.format(**told),)
    if whole.low <= near.value <= whole.high:
        return (words.INSIDE.format(**told),)
    side = words.HIGHER if whole.value > near.value else words.LOWER
    return (words.OUTSIDE.format(**told, side=side),)


def _ordered(figures: Sequence[tuple[str, Figure]], what: str, *, random: bool) -> tuple[str, ...]:
    """Which is highest and which lowest, and whether the two differ by more than chance; what is hidden, what few."""
    there = [(name, one, one.value) for name, one in figures if one.value is not None]
    told = []
    if len(there) > 1:
        worst, best = min(there, key=lambda one: one[2]), max(there, key=lambda one: one[2])
        if best[2] == worst[2]:
            told.append(words.ALIKE.format(n=number(len(there)), what=what, value=f"{decimal(best[2])}%"))
        else:
            told.append(words.EXTREMES.format(n=number(len(there)), what=what, best=best[0], high=shown(best[1]),
                                              worst=worst[0], low=shown(worst[1])))  # fmt: skip
            told.append(_apart(best[1], worst[1], what, random=random))
    hidden = sum(one.value is None and one.n > 0 for _, one in figures)
    few = sum(one.few for _, one in figures)
    told += [words.HIDDEN_SOME.format(n=number(hidden), what=what)] if hidden else []
    told += [words.FEW_SOME.format(n=number(few), what=what)] if few else []
    return (" ".join(told),) if told else ()


def _apart(best: Figure, worst: Figure, what: str, *, random: bool) -> str:
    """Two intervals of 95 % that do not meet differ at 5 % at least; where they meet nothing is concluded."""
    if not random:
        return words.NO_ORDER
    if best.low is None or worst.high is None or best.low <= worst.high:
        return words.OVERLAP.format(what=what)
    return words.APART.format(what=what, gap=decimal((best.value or 0) - (worst.value or 0)))


def _table(figures: Sequence[tuple[str, Figure]], strong: frozenset[int] = frozenset()) -> Table:
    intervals = any(one.low is not None for _, one in figures)
    notes = any(note(one) for _, one in figures)
    between, last = ((words.INTERVAL,) if intervals else ()), ((words.NOTE,) if notes else ())
    headings = (words.NAME, words.VALUE, *between, words.SCORE, words.PEOPLE, *last)
    rows = []
    for name, one in figures:
        around = f"{decimal(one.low)}–{decimal(one.high)}" if one.low is not None and one.high is not None else ""
        rows.append((
            name, words.NOT_SHOWN if one.value is None else decimal(one.value), *((around,) if intervals else ()),
            decimal(one.score) if one.score is not None else "", number(one.n),
            *((note(one),) if notes else ()),
        ))  # fmt: skip
    return Table(headings, tuple(rows), strong)


def note(figure: Figure) -> str:
    """Why a figure is not there, or that it is of few; '' for any other."""
    if figure.value is None:
        return words.TOO_FEW
    return words.REFERENCE if figure.few else ""


def _by_factor(material: Material) -> Table:
    """Domains with their factors below them."""
    form, found = material.report.questionnaire, material.report.index
    rows: list[tuple[str, Figure]] = [(words.OVERALL, found.overall)]
    strong = {0}
    for domain in form.domains:
        strong.add(len(rows))
        rows.append((domain.short or domain.label, found.domains[domain.id]))
        rows += [(f.short or f.label, found.factors[f.id]) for f in form.factors if f.domain == domain.id]
    return _table(rows, frozenset(strong))


def _changes(material: Material) -> tuple[str, ...]:
    """Only what is significant is called a change."""
    made, before = material.report, material.before
    assert before is not None
    title = before.survey.title
    if not material.changes:
        return (words.NOTHING_COMMON.format(title=title),)
    if not (made.design.random and before.design.random):
        return (words.NOT_TESTED.format(title=title),)
    tested = number(sum(one.p is not None for one in material.changes.values()))
    sure = {name: one for name, one in material.changes.items() if one.significant}
    if not sure:
        return (words.UNCHANGED.format(title=title, n=tested),)
    return (
        words.CHANGED.format(title=title, n=tested),
        *(_change(material, name, one) for name, one in sure.items()),
    )


def _change(material: Material, name: str, one: Change) -> str:
    assert one.low is not None
    assert one.high is not None
    sentence = words.CHANGED_UP if one.value > 0 else words.CHANGED_DOWN
    low, high = (one.low, one.high) if one.value > 0 else (-one.high, -one.low)
    told = sentence.format(name=named(material.report, name), value=decimal(abs(one.value)), low=decimal(low),
                           high=decimal(high))  # fmt: skip
    return f"- {told}."


def share(part: float | None) -> str:
    """A share of one in percent, or that there is none."""
    return f"{decimal(100 * part, 1)}%" if part is not None else words.NOT_SHOWN


def quality(material: Material) -> tuple[str, ...]:
    """Response rates of a sample, how far people came at an open link, and what speaks against responses."""
    work = material.fieldwork
    told = []
    if work.rates is not None:
        told.append(words.RATE_OF_SAMPLE.format(rr1=share(work.rates.rr1), coop=share(work.rates.coop1),
                                                refused=share(work.rates.ref1)))  # fmt: skip
    if work.opened is not None:
        told.append(words.RATE_OF_LINK.format(opened=number(work.opened.opened), agreed=number(work.opened.agreed),
                                              complete=number(work.opened.complete)))  # fmt: skip
    flagged: Mapping[str, int] = {flag.name or "": n for flag, n in work.flags.items() if n}
    listed = ", ".join(said.AGAINST[name].format(n=number(n)) for name, n in flagged.items())
    told.append(words.FLAGGED.format(flags=listed) if listed else words.NO_FLAGS)
    return tuple(told)
