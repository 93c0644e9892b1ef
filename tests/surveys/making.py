"""Questionnaires and answers of every kind, made up by hypothesis; what the shipped ones are."""

from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from surveys.journey import SKIPPED, Answer, Picked
from surveys.loading import parse
from surveys.questionnaire import HIGHEST_NUMBER, MOST_OPTIONS, ConsentText, Kind, Question, Questionnaire

SHIPPED = tuple(sorted((Path(__file__).parents[2] / "surveys" / "questionnaires").glob("*.yaml")))
quick = settings(deadline=None, max_examples=60)
CHOOSING = (Kind.ONE, Kind.SEVERAL)


def shipped(path: Path) -> Questionnaire:
    return parse(path.read_text(encoding="utf-8"))


def questionnaire(*questions: Question) -> Questionnaire:
    return Questionnaire("made", "Phiếu", "Mời", ConsentText("1", "Đồng ý?"), "Cảm ơn", questions)


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Up to eight questions; some are asked only after certain options of an earlier one."""
    made: list[Question] = []
    for number in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(Kind))
        most = draw(st.sampled_from([1, 2, 3, 6, 7, 14, MOST_OPTIONS])) if kind in CHOOSING else 0
        ask_if = {}
        for asked in made:
            if asked.options and draw(st.integers(0, 3)) == 0:
                ask_if[asked.id] = draw(st.frozensets(st.integers(1, len(asked.options)), min_size=1))
        made.append(
            Question(
                f"q{number}", f"Câu {number}?", kind, tuple(f"Phương án {n}" for n in range(1, most + 1)),
                ask_if=ask_if, optional=draw(st.booleans()), limit=draw(st.sampled_from([5, 1000])),
                highest=draw(st.sampled_from([0, 1, 250, HIGHEST_NUMBER])),
            )
        )  # fmt: skip
    return questionnaire(*made)


def answers_to(question: Question, *, settled: bool = False) -> st.SearchStrategy[Answer]:
    """Every answer that the question takes; ``settled``: none that still waits for more ticks."""
    left_out: list[st.SearchStrategy[Answer]] = [st.just(SKIPPED)] if question.optional else []
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
        case Kind.TEXT:
            written = st.text(min_size=1, max_size=question.limit).map(str.strip).filter(bool)
            return st.one_of(written, *left_out)
        case Kind.NOTE:
            return st.just(1)


def unusable_answers() -> st.SearchStrategy[Answer]:
    """Things said that most questions do not take."""
    return st.one_of(
        st.integers(-3, 300), st.integers(HIGHEST_NUMBER, HIGHEST_NUMBER + 5), st.text(max_size=8), st.just(SKIPPED),
        st.builds(Picked, st.frozensets(st.integers(0, 70), max_size=4), st.booleans()),
    )  # fmt: skip
