"""The button under results in words: who may asks once, and gets the report as three documents a moment later."""

from handlers.conversation import TOKENS
from handlers.results import factors
from handlers.staff_texts import DOWNLOAD
from storage.enums import Role
from storage.people import revoke
from tests.bot.test_chores import chores
from tests.handlers.test_results import EDITOR, fielded
from tests.world import World

STARTS = {"docx": b"PK", "xlsx": b"PK", "pdf": b"%PDF"}


async def in_words(loa: World) -> int:
    """The results of a survey in words, before an editor."""
    survey_id = await fielded(loa, "invited", 24, 12)
    await loa.says(EDITOR, "/ketqua")
    await loa.taps(EDITOR, "Bằng chữ")
    return survey_id


async def test_staff_get_the_report_as_files_by_a_button(loa: World):
    await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR)
    survey_id = await in_words(loa)
    before = len(loa.messages(EDITOR))

    await loa.taps(EDITOR, DOWNLOAD)
    assert len(loa.messages(EDITOR)) == before
    for _ in range(2):
        await chores(loa).say_notices()

    told = loa.messages(EDITOR)[before:]
    files = [message.document for message in told if message.document]
    assert [file.name for file in files] == [f"bao-cao-{survey_id}.{kind}" for kind in STARTS]
    assert [file.data.startswith(start) for file, start in zip(files, STARTS.values(), strict=True)] == [True] * 3
    assert len(told) == 3


async def test_who_lost_the_role_gets_no_files(loa: World):
    person_id = await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR)
    await in_words(loa)
    async with loa.database.transaction() as session:
        await revoke(session, person_id, Role.EDITOR)
    before = len(loa.messages(EDITOR))

    await loa.taps(EDITOR, DOWNLOAD)
    await chores(loa).say_notices()

    assert loa.messages(EDITOR)[before:] == []


def test_the_button_takes_nothing_from_the_factors():
    assert TOKENS["svf"] is factors
