"""Results in chat: one picture in the place of the other, each told in words too."""

import pytest

from channels.telegram_text import CAPTION_LIMIT, units
from handlers.cards import TABS, card
from handlers.staff_texts import NO_ROLE, STAFF_HELP, WEEKLY_BEGUN, WEEKLY_ENDED
from storage.enums import Role
from storage.people import revoke
from storage.results import those_who_want_results, wants_results
from storage.surveys import survey
from surveys.catalogue import Catalogue
from tests.handlers.test_results import EDITOR, fielded
from tests.world import QUESTIONNAIRES, ZONE, World

VIEWS = ["Yếu tố & tiêu chí", "Xếp hạng tỉnh", "Bản đồ", "Xu hướng", "Kỳ trước"]


def labels(loa: World) -> list[str]:
    return [label for label, _ in loa.buttons(loa.messages(EDITOR)[-1])]


@pytest.mark.parametrize("said", ["/ketqua", "kết quả", "ket qua", "Kết quả."])
async def test_staff_who_ask_for_results_get_the_newest_survey(loa: World, said: str):
    await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR)
    await fielded(loa, "invited", 12, 24)
    await fielded(loa, "invited", 36, 0)

    await loa.says(EDITOR, said)

    (told,) = loa.messages(EDITOR)
    assert (bool(told.photo), "Chỉ số hài lòng: 100,00%" in told.text) == (True, True)
    assert labels(loa) == [
        *VIEWS, "Bằng chữ", "💬 Ý kiến", "🗓 Gửi hằng tuần", "Kết quả khảo sát",
    ]  # fmt: skip


async def test_views_take_each_other_s_place_and_say_in_words_what_they_show(loa: World):
    await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR)
    await fielded(loa, "invited", 12, 24)
    await fielded(loa, "invited", 30, 6)
    await loa.says(EDITOR, "/ketqua")
    (first,) = loa.messages(EDITOR)
    shown = {first.text}

    for view, words in zip(
        VIEWS, ("Tiêu chí", "1 Hà Nội: 83,33%", "75 đến dưới 85%: Hà Nội", "1. Khảo sát hài lòng: 33,33%",
                "Chung: +50,00 điểm %"), strict=True,
    ):  # fmt: skip
        before = first.photo
        await loa.taps(EDITOR, view)
        assert [message.id for message in loa.messages(EDITOR)] == [first.id]
        assert first.photo != before
        assert view not in labels(loa)
        assert words in first.text or view == VIEWS[0]
        shown.add(first.text)
    assert len(shown) == 1 + len(VIEWS)

    await loa.taps(EDITOR, "📊 Tổng quan")
    assert "Chỉ số hài lòng: 83,33%" in first.text


async def test_a_list_of_surveys_becomes_the_picture_of_one(loa: World):
    await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR)
    await fielded(loa, "open", 12, 0)
    await loa.says(EDITOR, "/baocao")
    await loa.taps(EDITOR, "Khảo sát hài lòng")

    (told,) = loa.messages(EDITOR)
    assert bool(told.photo)


async def test_words_are_said_below_where_a_picture_cannot_become_them(loa: World):
    await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR)
    await fielded(loa, "open", 12, 0)
    await loa.says(EDITOR, "/ketqua")
    await loa.taps(EDITOR, "Bằng chữ")

    assert [bool(m.photo) for m in loa.messages(EDITOR)] == [True, False]
    assert "Chung: 100,00%" in loa.messages(EDITOR)[-1].text


async def test_without_an_earlier_survey_there_is_no_button_to_it(loa: World):
    await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR)
    await fielded(loa, "open", 12, 0)
    await loa.says(EDITOR, "/ketqua")
    assert "Kỳ trước" not in labels(loa)


async def test_nobody_without_a_role_sees_anything(loa: World):
    person_id = await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR)
    for _ in range(2):
        await fielded(loa, "open", 12, 0)
    await loa.says(EDITOR, "/ketqua")
    (card_,) = loa.messages(EDITOR)
    before = card_.photo, card_.text
    async with loa.database.transaction() as session:
        await revoke(session, person_id, Role.EDITOR)

    for _, tapped in loa.buttons(card_)[:-1]:
        loa.tap(EDITOR, card_.id, tapped)
        assert NO_ROLE in [happening.text for happening in await loa.heard()]

    assert (card_.photo, card_.text, loa.messages(EDITOR)) == (*before, [card_])
    async with loa.database.reading() as session:
        assert not await wants_results(session, person_id)
    await loa.says(7, "/ketqua")
    assert [m.text for m in loa.messages(7)] == [NO_ROLE]


async def test_weekly_results_are_switched_on_and_off(loa: World):
    person_id = await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR)
    await fielded(loa, "open", 12, 0)
    await loa.says(EDITOR, "/ketqua")

    for label, after, words, wanted in (
        ("🗓 Gửi hằng tuần", "Thôi gửi hằng tuần", WEEKLY_BEGUN, [person_id]),
        ("Thôi gửi hằng tuần", "🗓 Gửi hằng tuần", WEEKLY_ENDED, []),
    ):
        happened = await loa.taps(EDITOR, label)
        assert words in [h.text for h in happened]
        assert after in labels(loa)
        async with loa.database.reading() as session:
            assert await those_who_want_results(session) == wanted
    assert len(loa.messages(EDITOR)) == 1


async def test_help_names_results_for_those_at_a_desk(loa: World):
    await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR)
    await loa.staff(3005, "Đặng Minh", Role.SUPERVISOR)
    for someone in (EDITOR, 3005, 7):
        await loa.says(someone, "/trogiup")
    assert [STAFF_HELP in loa.messages(someone)[-1].text for someone in (EDITOR, 3005, 7)] == [True, False, False]


async def test_every_caption_fits_whatever_the_questionnaire(loa: World):
    full = (QUESTIONNAIRES / "sipas-2026.yaml").read_text(encoding="utf-8")
    ids = [(await loa.survey(full))[0] for _ in range(8)]
    async with loa.database.reading() as session:
        info = await survey(session, ids[-1])
        assert info is not None
        for kind in TABS:
            for page in (0, 8, 99) if kind == "svf" else (0,):
                made = await card(session, Catalogue(), ZONE, info, kind, page=page, weekly=True)
                text = "\n\n".join(block.text for block in made.body)
                assert 0 < units(text) <= CAPTION_LIMIT
                assert made.picture is not None
