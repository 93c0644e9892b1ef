"""What may be typed where everything is answered and a button is all that is left."""

import pytest

from tests.world import World

CITIZEN = 2001
FORM = """\
key: short
title: Phiếu
intro: Mời
consent: {version: "1", text: "Đồng ý?"}
thanks: Cảm ơn
goodbye: Phiếu này không dành cho ông/bà.
questions: [{id: q, text: "Hài lòng không?", options: [Có, Không], ends_if: [2]}]
"""


async def at_the_end(loa: World, answer: str = "Có") -> None:
    _, link = await loa.survey(FORM)
    await loa.says(CITIZEN, f"/start {link}")
    for label in ("Tôi từ 18 tuổi trở lên", "Đồng ý và bắt đầu trả lời", answer):
        await loa.taps(CITIZEN, label)


def last(loa: World) -> str:
    return loa.messages(CITIZEN)[-1].text


@pytest.mark.parametrize("said", ["gửi phiếu", "Gửi phiếu ạ", "gui phieu", "gửi", "GỬI"])
async def test_send_may_be_typed(loa: World, said: str):
    await at_the_end(loa)

    await loa.says(CITIZEN, said)

    assert last(loa) == "Cảm ơn"


@pytest.mark.parametrize("said", ["xem lại", "Xem lại, sửa câu trả lời", "xem lai"])
async def test_look_through_may_be_typed(loa: World, said: str):
    await at_the_end(loa)

    await loa.says(CITIZEN, said)

    assert last(loa).splitlines()[0] == "Câu trả lời của ông/bà (1–1/1). Bấm vào một câu để sửa."


@pytest.mark.parametrize("said", ["1", "thôi", "45454", "không gửi"])
async def test_what_names_no_button_sends_nothing(loa: World, said: str):
    await at_the_end(loa)

    await loa.says(CITIZEN, said)

    assert last(loa).splitlines()[0] == "Ông/bà đã trả lời đủ 1 câu."


async def test_end_of_who_is_not_meant_may_be_typed(loa: World):
    await at_the_end(loa, "Không")

    await loa.says(CITIZEN, "kết thúc")
    await loa.says(CITIZEN, "ks")

    assert last(loa).startswith("Ông/bà không có phiếu khảo sát nào đang trả lời dở.")
