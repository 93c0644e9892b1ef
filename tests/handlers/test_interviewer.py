"""An interviewer with more than one survey at a time."""

from pathlib import Path

from storage.enums import Role
from storage.interviews import assign
from tests.world import SMALL, World

INTERVIEWER = 3003
OTHER = (Path(__file__).parents[1] / "cases" / "questionnaires" / "two-languages.yaml").read_text(encoding="utf-8")


async def with_two_surveys(loa: World) -> None:
    """Both are taken in the same commune."""
    person_id = await loa.staff(INTERVIEWER, "Vũ Thị Thu", Role.INTERVIEWER)
    for source, title in ((SMALL, "Chỉ số hài lòng"), (OTHER, "Nghe tin qua đâu")):
        survey_id, _ = await loa.survey(source, design={"recruiting": "interviews"}, title=title)
        async with loa.database.transaction() as session:
            await assign(session, survey_id, person_id, "00004", 2)


def shown(loa: World) -> str:
    return loa.messages(INTERVIEWER)[-1].text


async def test_tasks_of_two_surveys_name_their_survey(loa: World):
    await with_two_surveys(loa)

    await loa.says(INTERVIEWER, "phỏng vấn")

    assert [label for label, _ in loa.buttons(loa.messages(INTERVIEWER)[-1])] == [
        "▶ Chỉ số hài lòng · Phường Ba Đình: 0/2 phiếu", "▶ Nghe tin qua đâu · Phường Ba Đình: 0/2 phiếu",
        "📊 Tiến độ",
    ]  # fmt: skip


async def test_interview_that_was_begun_is_not_taken_for_another_survey(loa: World):
    await with_two_surveys(loa)
    questions = []

    for title in ("Chỉ số hài lòng", "Nghe tin qua đâu"):
        await loa.says(INTERVIEWER, "phỏng vấn")
        await loa.taps(INTERVIEWER, f"▶ {title}")
        await loa.taps(INTERVIEWER, "Người dân từ 18 tuổi, đồng ý")
        questions.append(shown(loa).splitlines()[4])

    assert questions == ["Dân tộc của ông/bà?", "Ông/bà biết tin qua đâu?"]


async def test_sending_with_a_telephone_may_be_typed(loa: World):
    await with_two_surveys(loa)
    await loa.says(INTERVIEWER, "phỏng vấn")
    await loa.taps(INTERVIEWER, "▶ Nghe tin qua đâu")
    await loa.taps(INTERVIEWER, "Người dân từ 18 tuổi, đồng ý")
    await loa.says(INTERVIEWER, "1, 2")
    await loa.says(INTERVIEWER, "Có")

    await loa.says(INTERVIEWER, "gửi kèm số điện thoại")
    asked = shown(loa)
    await loa.says(INTERVIEWER, "0912 345 678")

    assert asked.startswith("Nếu người dân tự nguyện cho, xin nhắn số điện thoại di động")
    assert shown(loa) == "Xin trân trọng cảm ơn ông/bà!"
