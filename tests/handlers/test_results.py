"""Results in chat: figures never stand without how they came about, and an open link never with an interval."""

import re
from xml.etree import ElementTree

import pytest

from handlers.picture import overview
from storage.enums import Role
from storage.responses import Origin
from storage.surveys import survey
from surveys.catalogue import Catalogue
from surveys.circumstances import shown
from surveys.index import Figure
from surveys.report import report
from surveys.report_words import CHANGE_NOTE, CHANGE_OPEN_NOTE, INTERVAL_NOTE, OPEN_NOTE
from tests.surveys.test_fieldwork import HAPPY, UNHAPPY
from tests.surveys.test_managed import begun, sent
from tests.world import QUESTIONNAIRES, SMALL, World

EDITOR = 3001
INTERVAL = re.compile(r"±|\d,\d+–\d|\(-?\d+,\d+[–;]")


async def fielded(loa: World, recruiting: str, happy: int, unhappy: int, *, weight: float = 1.0) -> int:
    survey_id, _ = await loa.survey(design={"recruiting": recruiting})
    for n in range(happy + unhappy):
        answers, origin = HAPPY if n < happy else UNHAPPY, Origin(weight=weight if n % 2 else 1.0)
        await sent(loa, await begun(loa, survey_id, f"{survey_id} {n}", answers, origin), f"{survey_id} {n}")
    return survey_id


async def drawn(loa: World, survey_id: int) -> list[str]:
    """The words in the picture."""
    async with loa.database.reading() as session:
        info = await survey(session, survey_id)
        assert info is not None
        made = overview(await report(session, Catalogue(), info), "Từ đầu đến nay")
    root = ElementTree.fromstring(made)
    return [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]


async def told(loa: World, name: str) -> list[str]:
    """What an editor sees who opens the results of the survey on the first button."""
    await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR)
    await loa.says(EDITOR, "/baocao")
    await loa.taps(EDITOR, name)
    said = [message.text for message in loa.messages(EDITOR)]
    await loa.taps(EDITOR, "Bằng chữ")
    said.append(loa.messages(EDITOR)[-1].text)
    await loa.taps(EDITOR, "Xem 2 tiêu chí")
    return [*said, loa.messages(EDITOR)[-1].text]


async def test_an_open_link_is_shown_with_a_sentence_and_without_any_interval(loa: World):
    survey_id = await fielded(loa, "open", 24, 12)

    said = await told(loa, "Khảo sát hài lòng")
    picture = await drawn(loa, survey_id)

    assert [text for text in [*said, *picture] if INTERVAL.search(text)] == []
    assert [OPEN_NOTE in text for text in said[1:]] == [True] * (len(said) - 1)
    assert OPEN_NOTE in " ".join(picture)
    assert INTERVAL_NOTE not in " ".join([*said, *picture])


async def test_a_sample_is_shown_with_intervals_and_how_it_came_about(loa: World):
    survey_id = await fielded(loa, "invited", 24, 12, weight=3.0)

    said = " ".join(await told(loa, "Khảo sát hài lòng"))
    picture = " ".join(await drawn(loa, survey_id))

    for words in (said, picture):
        assert "66,67% (" in words
        for part in (
            "Số phiếu được tính: 36, tương đương mẫu ngẫu nhiên đơn giản 29 người.", INTERVAL_NOTE,
            "Có dùng quyền số; hiệu ứng của quyền số (Kish) là 1,25.", "Cách thu thập: trò chuyện 36.",
            "Không loại phiếu nào.", "Người trả lời được chọn từ danh sách và được mời.",
        ):  # fmt: skip
            assert part in words, part
        assert OPEN_NOTE not in words


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (Figure(9), "không hiện vì quá ít phiếu"),
        (Figure(12, 50.0), "50,00% · tham khảo"),
        (Figure(400, 83.94, low=83.52, high=84.36), "83,94% (83,52–84,36)"),
    ],
)
def test_figures_are_written_with_their_interval_or_marked(figure: Figure, words: str):
    assert shown(figure) == words


@pytest.mark.parametrize(("recruiting", "note"), [("invited", CHANGE_NOTE), ("open", CHANGE_OPEN_NOTE)])
async def test_the_change_since_the_survey_before_is_a_button_away(loa: World, recruiting: str, note: str):
    await fielded(loa, recruiting, 10, 30)
    loa.later(days=30)
    await fielded(loa, recruiting, 38, 2)

    await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR)
    await loa.says(EDITOR, "/baocao")
    await loa.taps(EDITOR, "Khảo sát hài lòng")
    await loa.taps(EDITOR, "Bằng chữ")
    await loa.taps(EDITOR, "↕ So với")

    said = loa.messages(EDITOR)[-1].text
    assert ("Chung: +70,00 điểm % (" in said, "▲" in said) == (recruiting == "invited", recruiting == "invited")
    assert "Chung: +70,00 điểm %" in said
    assert note.format(n=5) in said


async def test_the_full_form_stands_beside_the_published_figure(loa: World):
    full = (QUESTIONNAIRES / "sipas-2026.yaml").read_text(encoding="utf-8")
    survey_id, _ = await loa.survey(full)
    words = " ".join(await drawn(loa, survey_id))
    assert "Cả nước 2025: 83,11%" in words
    assert "2022 80,08%, 2023 82,66%, 2024 83,94%, 2025 83,11%. Từ năm 2022 đo theo phương pháp mới" in words
    small, _ = await loa.survey(SMALL)
    assert "Cả nước" not in " ".join(await drawn(loa, small))
