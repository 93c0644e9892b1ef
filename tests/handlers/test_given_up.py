"""What somebody in the middle of a survey sees once it has closed under their hands."""

import pytest

from surveys.catalogue import Catalogue
from surveys.fieldwork import close
from surveys.words import VI
from tests.world import World

CITIZEN = 2001


async def in_the_middle(loa: World) -> None:
    survey_id, link = await loa.survey()
    await loa.says(CITIZEN, f"/start {link}")
    await loa.taps(CITIZEN, "Tôi từ 18 tuổi trở lên")
    await loa.taps(CITIZEN, "Đồng ý và bắt đầu trả lời")
    async with loa.database.transaction() as session:
        await close(session, Catalogue(), survey_id, loa.now)


def last(loa: World) -> str:
    return loa.messages(CITIZEN)[-1].text


@pytest.mark.parametrize("said", ["Kinh", "KS", "60"])
async def test_who_writes_after_the_closing_is_told_of_it_once(loa: World, said: str):
    await in_the_middle(loa)

    await loa.says(CITIZEN, said)
    first = last(loa)
    await loa.says(CITIZEN, said)

    assert first == VI.survey_gone
    assert last(loa) != VI.survey_gone


@pytest.mark.parametrize("label", ["Kinh", "⏸ Tạm dừng"])
async def test_who_taps_after_the_closing_is_told_that_the_form_is_gone(loa: World, label: str):
    await in_the_middle(loa)

    happened = await loa.taps(CITIZEN, label)

    assert [(one.text, one.alert) for one in happened if one.kind == "toast"] == [(VI.form_gone, True)]


async def test_second_tap_on_send_leaves_the_thanks_alone(loa: World):
    _, link = await loa.survey(NOTE)
    await loa.says(CITIZEN, f"/start {link}")
    for label in ("Tôi từ 18 tuổi trở lên", "Đồng ý và bắt đầu trả lời", "Tiếp tục ▶"):
        await loa.taps(CITIZEN, label)
    message, data = loa.button(CITIZEN, "✅ Gửi phiếu")
    loa.tap(CITIZEN, message, data)
    loa.tap(CITIZEN, message, data)

    happened = await loa.heard()

    assert [(one.text, one.alert) for one in happened if one.kind == "toast" and one.text] == [(VI.form_gone, False)]
    assert last(loa) == "Cảm ơn"


NOTE = """\
key: note
title: Phiếu
intro: Mời
consent: {version: "1", text: "Đồng ý?"}
thanks: Cảm ơn
questions: [{id: n, kind: note, text: Chỉ đọc}]
"""
