"""The table of responses, byte by byte, for every kind of question, and that nobody has to wait for it."""

import asyncio
import csv
import io
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from storage.enums import Mode, SurveyStatus
from storage.geography import province_of
from storage.responses import CompleteResponse
from storage.surveys import SurveyInfo
from surveys.answers import Skipped, value_of
from surveys.design import Design
from surveys.export import ABOUT, GIVEN, Export, column, guarded, write
from surveys.packing import pack, unpack
from surveys.quality import Flag
from surveys.questionnaire import Kind, Questionnaire
from tests.surveys.making import answers_to, questionnaires, quick, shipped

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
INFO = SurveyInfo(1, 1, "Thử", SurveyStatus.OPEN, None, NOW, None, None)
FULL = Path(__file__).parents[2] / "surveys" / "questionnaires" / "sipas-2026.yaml"


def response(packed: bytes, number: int = 0, *, flags: int = 0, weight: float = 1.0) -> CompleteResponse:
    return CompleteResponse(
        number,
        ("00004", "20242", "=1")[number % 3],
        packed,
        Mode.CHAT,
        None,
        0,
        0,
        flags,
        bool(flags),
        NOW,
        weight,
        "",
    )


def plainly(form: Questionnaire, responses: list[CompleteResponse]) -> bytes:
    """The same table answer by answer, from what the csv module makes of it."""
    asked = [question for question in form.questions if question.kind is not Kind.CALCULATION]
    made = io.StringIO()
    rows = csv.writer(made)
    rows.writerow([guarded(cell) for cell in (*ABOUT, *map(column, asked))])
    for one in responses:
        answers = unpack(form, one.answers, {})
        cells = []
        for question in asked:
            answer = answers.get(question.id)
            nothing = answer is None or isinstance(answer, Skipped)
            cells.append("" if nothing else "1" if question.kind in GIVEN else value_of(question, answer))  # type: ignore[arg-type]  # an answer there
        flags = " ".join((flag.name or "").lower() for flag in Flag if flag & one.flags)
        about = (
            f"{one.ended_at.astimezone(HANOI):%Y-%m-%d}", one.unit, province_of(one.unit), one.unit, one.mode,
            one.language, repr(one.weight), flags, str(int(one.excluded)),
        )  # fmt: skip
        rows.writerow([guarded(cell) for cell in (*about, *cells)])
    return made.getvalue().encode("utf-8-sig")


@quick
@given(st.data())
def test_the_table_is_to_the_byte_what_its_answers_say(tmp_path_factory, data: st.DataObject):
    form = data.draw(questionnaires())
    responses = []
    for number in range(4):
        said = {q.id: data.draw(answers_to(q)) for q in form.questions if q.asked and data.draw(st.booleans())}
        weight = data.draw(st.sampled_from([1.0, 0.1, -2.5]))
        responses.append(response(pack(form, said)[0], number, flags=data.draw(st.integers(0, 15)), weight=weight))
    folder = tmp_path_factory.mktemp("out")

    asyncio.run(write(Export(INFO, form, Design(), responses, None), folder, HANOI, NOW, open_note=""))

    assert (folder / "responses.csv").read_bytes() == plainly(form, responses)


async def test_margins_are_told_with_the_columns_and_codes_that_they_are_of(tmp_path):
    form = shipped(FULL)
    design = Design(
        margins={"gender": {"1": 0.4, "2": 0.6}, "gender * age": {"1 * 5": 30.0, "2 * 1": 70.0}}, trim=4.0
    )
    paths = await write(Export(INFO, form, design, [], None), tmp_path, HANOI, NOW, open_note="")
    assert [path.name for path in paths][1:4] == ["design.csv", "questions.csv", "margins.csv"]
    assert (tmp_path / "margins.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "margin,columns,codes,people,trim", "1,gender,1,0.4,4.0", "1,gender,2,0.6,4.0",
        "2,gender age,1 5,30.0,4.0", "2,gender age,2 1,70.0,4.0",
    ]  # fmt: skip


async def test_others_get_their_turn_while_a_table_is_written(tmp_path):
    """The loop is never kept for long: the bot answers meanwhile. On a busy machine a turn may take a while."""
    form = shipped(FULL)
    packed, _ = pack(form, {question.id: 4 for question in form.criteria})
    export = Export(INFO, form, Design(), [response(packed, n) for n in range(20_000)], None)
    gaps = []
    writing = asyncio.ensure_future(write(export, tmp_path, HANOI, NOW, open_note=""))
    while not writing.done():
        before = time.perf_counter()
        await asyncio.sleep(0)
        gaps.append(time.perf_counter() - before)

    assert len(await writing) == 5
    assert len(gaps) > 10
    assert sorted(gaps)[-2] < 0.25
