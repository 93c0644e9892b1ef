"""Questionnaires and answers of every kind, made up by hypothesis; what the shipped ones are."""

from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from surveys.answers import INAPPLICABLE, SKIPPED, UNKNOWN, Answer, Picked, Place, Ranked
from surveys.expression import Expression, any_chosen
from surveys.expression import parse as parse_expression
from surveys.layout import HALF, ONE_BYTE
from surveys.loading import parse
from surveys.questionnaire import CHOOSING, HIGHEST_NUMBER, MOST_TICKS, ConsentText, Kind, Question, Questionnaire

SHIPPED = tuple(sorted((Path(__file__).parents[2] / "surveys" / "questionnaires").glob("*.yaml")))
CALCULATION = Kind.CALCULATION
quick = settings(deadline=None, max_examples=60)


def shipped(path: Path) -> Questionnaire:
    return parse(path.read_text(encoding="utf-8"))


def questionnaire(*questions: Question) -> Questionnaire:
    return Questionnaire("made", "Phiếu", "Mời", ConsentText("1", "Đồng ý?"), "Cảm ơn", questions)


def _filter(draw: st.DrawFn, kind: Kind, made: list[Question]) -> Expression | None:
    """Now and then options are offered only after the first option of the first question."""
    wanted = kind in CHOOSING and made and draw(st.integers(0, 5)) == 0
    return parse_expression(f"selected(${{{made[0].id}}}, '1')") if wanted else None


def any_of_these(draw: st.DrawFn, kind: Kind, most: int) -> Expression | None:
    """Now and then the last option ends it all."""
    return parse_expression(f"selected(., '{most}')") if kind is Kind.ONE and draw(st.integers(0, 7)) == 0 else None


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Up to eight questions; some are asked only after certain options of an earlier one."""
    made: list[Question] = []
    for number in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(Kind)) if number else Kind.ONE
        most = draw(st.sampled_from([1, 2, 3, 6, 7, 14, MOST_TICKS])) if kind in CHOOSING else 0
        if kind is Kind.ONE:
            most = draw(st.sampled_from([most, HALF, HALF + 1, ONE_BYTE, ONE_BYTE + 1]))
        wanted = {}
        for asked in made:
            if asked.options and draw(st.integers(0, 3)) == 0:
                wanted[asked.id] = draw(st.frozensets(st.integers(1, len(asked.options)), min_size=1))
        made.append(
            Question(
                f"q{number}", f"Câu {number}?", kind, tuple(f"Phương án {n}" for n in range(1, most + 1)),
                ask_if=any_chosen({id: sorted(map(str, codes)) for id, codes in wanted.items()}), optional=draw(st.booleans()), limit=draw(st.sampled_from([5, 1000])),
                lowest=draw(st.sampled_from([0, -5])), highest=draw(st.sampled_from([0, 1, 250, HIGHEST_NUMBER - 5])),
                unknown=draw(st.booleans()), inapplicable=draw(st.booleans()), filter=_filter(draw, kind, made),
                calculation=parse_expression(f"count-selected(${{{made[-1].id}}})") if kind is CALCULATION else None,
                ends_if=any_of_these(draw, kind, most), accepts="image" if kind is Kind.FILE else "",
            )
        )  # fmt: skip
    return questionnaire(*made)


def answers_to(question: Question, *, settled: bool = False) -> st.SearchStrategy[Answer]:
    """Every answer that the question takes; ``settled``: none that still waits for more ticks."""
    allowed = {SKIPPED: question.optional, UNKNOWN: question.unknown, INAPPLICABLE: question.inapplicable}
    left_out: list[st.SearchStrategy[Answer]] = [st.just(way) for way, may in allowed.items() if may]
    codes = st.integers(1, max(len(question.options), 1))
    match question.kind:
        case Kind.ONE:
            return st.one_of(codes, *left_out)
        case Kind.SEVERAL:
            all_of_them = st.builds(Picked, st.frozensets(codes, min_size=0 if question.optional else 1))
            so_far = st.builds(Picked, st.frozensets(codes), st.just(False))
            return st.one_of(all_of_them, *([] if settled else [so_far]), *left_out)
        case Kind.NUMBER:
            return st.one_of(st.integers(question.lowest, question.highest), *left_out)
        case Kind.RANK:
            everything = st.permutations(range(1, len(question.options) + 1)).map(tuple)
            begun = st.tuples(everything, codes).map(lambda pair: Ranked(pair[0][: pair[1]], False))
            return st.one_of(everything.map(Ranked), *([] if settled else [begun]), *left_out)
        case Kind.DECIMAL:
            return st.one_of(st.floats(question.lowest, question.highest), *left_out)
        case Kind.DATE:
            return st.one_of(st.dates().map(lambda day: day.toordinal()), *left_out)
        case Kind.TIME:
            return st.one_of(st.integers(0, 24 * 60 - 1), *left_out)
        case Kind.PLACE:
            return st.one_of(places(), *left_out)
        case Kind.TEXT | Kind.FILE:
            written = st.text(min_size=1, max_size=question.limit).map(str.strip).filter(bool)
            return st.one_of(written, *left_out)
        case Kind.NOTE | Kind.CALCULATION:
            return st.just(1)


def places() -> st.SearchStrategy[Place]:
    """Points as they are kept, to a hundred-thousandth of a degree."""
    return st.builds(
        Place, st.floats(-90, 90).map(lambda at: round(at, 5)), st.floats(-180, 180).map(lambda at: round(at, 5))
    )


def unusable_answers() -> st.SearchStrategy[Answer]:
    """Things said that most questions do not take."""
    return st.one_of(
        st.integers(-3, 300), st.integers(HIGHEST_NUMBER, HIGHEST_NUMBER + 5), st.text(max_size=8), st.just(SKIPPED),
        st.builds(Picked, st.frozensets(st.integers(0, 70), max_size=4), st.booleans()), st.floats(), st.just(UNKNOWN),
        st.builds(Ranked, st.lists(st.integers(-1, 4), max_size=4).map(tuple), st.booleans()),
        st.builds(Place, st.floats(), st.floats()),
    )  # fmt: skip
