"""Options that are typed as people name them: several at once by their labels, marks with their unit."""

import pytest

from tests.world import World

CITIZEN = 2001
TOP = """\
key: short
title: Phiếu
intro: Mời
consent: {version: "1", text: "Đồng ý?"}
thanks: Cảm ơn
questions:
"""
WAYS = (
    TOP
    + """\
  - {id: way, kind: several, text: "Biết tin qua đâu?", options: [Loa phường, Người quen, "Báo, đài", Khác]}
"""
)
MARKS = (
    TOP
    + """\
  - {id: mark, text: "Cho mấy điểm?", options: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]}
"""
)


async def answered(loa: World, form: str, said: str) -> str:
    """What stands as the answer when it is looked through; the question where it was not taken."""
    _, link = await loa.survey(form)
    await loa.says(CITIZEN, f"/start {link}")
    for label in ("Tôi từ 18 tuổi trở lên", "Đồng ý và bắt đầu trả lời"):
        await loa.taps(CITIZEN, label)
    await loa.says(CITIZEN, said)
    if "Câu 1/1" in loa.messages(CITIZEN)[-1].text:
        return "?"
    await loa.taps(CITIZEN, "📝 Xem lại, sửa câu trả lời")
    return loa.messages(CITIZEN)[-1].text.splitlines()[-1].partition(": ")[2]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("loa phuong, khac", "Loa phường; Khác"),
        ("Người quen và loa phường", "Loa phường; Người quen"),
        ("loa phường + người quen.", "Loa phường; Người quen"),
        ("loa phường, ti vi", "?"),
    ],
)
async def test_several_options_by_their_labels(loa: World, said: str, kept: str):
    assert await answered(loa, WAYS, said) == kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("8 điểm", "8"),
        ("8/10", "8"),
        ("tám điểm", "8"),
        ("0 điểm", "0"),
        ("8/5", "?"),
        ("11 điểm", "?"),
        ("8,5", "?"),
    ],
)
async def test_marks_with_their_unit(loa: World, said: str, kept: str):
    assert await answered(loa, MARKS, said) == kept
