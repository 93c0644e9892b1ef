"""Whatever a citizen does, with new buttons and old ones, words and things, nothing breaks and only the answers on the
path are kept."""

import random
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.enums import InboxStatus, ResponseStatus
from storage.inbox import inbox_counts
from storage.responses import texts_of
from storage.tables import Response
from surveys.answers import Answer
from surveys.journey import journey
from surveys.journey import record as recorded
from surveys.loading import parse
from surveys.packing import unpack
from tests.world import World

SOURCE = (Path(__file__).parents[1] / "cases" / "questionnaires" / "kinds.yaml").read_text(encoding="utf-8")
FORM = parse(SOURCE)
CITIZEN = 2001
WORDS = (
    "1",
    "3",
    "45",
    "454",
    "hai lòng",
    "ko biết",
    "lai",
    "KS",
    "8h30",
    "1/2/2026",
    "1,5",
    "2 1 3",
    "bỏ qua",
    "???",
    "x" * 500,
)
THINGS = ({"location": {"latitude": 21.0, "longitude": 105.8}},
          {"photo": [{"file_id": "p1", "file_unique_id": "u1", "width": 9, "height": 9}]})  # fmt: skip


async def act(loa: World, dice: random.Random) -> None:
    """One thing that a citizen may do: mostly a tap on any button that stands anywhere in the chat."""
    tappable = [
        (message.id, data) for message in loa.messages(CITIZEN) for _, data in loa.buttons(message)
        if not data.startswith("send")
    ]  # fmt: skip
    match dice.randrange(6):
        case 0:
            await loa.says(CITIZEN, dice.choice(WORDS), times=dice.choice([1, 2]))
        case 1 if dice.random() < 0.5:
            await loa.sends(CITIZEN, dice.choice(THINGS))
        case _ if tappable:
            message, data = dice.choice(tappable)
            loa.tap(CITIZEN, message, data)
            await loa.heard(times=dice.choice([1, 1, 2]))


async def kept(loa: World) -> dict[str, Answer] | None:
    async with loa.database.reading() as session:
        row = await session.scalar(select(Response).where(Response.status == ResponseStatus.OPEN))
        return unpack(FORM, row.answers, await texts_of(session, row.id)) if row is not None else None


@pytest.mark.parametrize("seed", range(3))
async def test_any_sequence_leaves_exactly_the_answers_on_the_path(loa: World, seed: int):
    dice = random.Random(seed)
    _, payload = await loa.survey(SOURCE)
    for _ in range(60):
        answers = await kept(loa)
        if answers is None:
            await loa.says(CITIZEN, f"/start {payload}")
            await loa.taps(CITIZEN, "Tôi từ 18 tuổi trở lên")
            await loa.taps(CITIZEN, "Đồng ý và bắt đầu trả lời")
        else:
            await act(loa, dice)

        answers = await kept(loa)
        if answers:
            some = next(iter(answers))
            assert recorded(FORM, answers, some, answers[some]) == answers
            here = journey(FORM, answers)
            assert {question.id for question in here.answered} <= answers.keys()

    async with loa.database.reading() as session:
        counts = await inbox_counts(session)
    assert (counts[InboxStatus.QUARANTINED], counts[InboxStatus.NEW]) == (0, 0)
