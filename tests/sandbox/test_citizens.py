"""Simulated respondents answer a small scripted bot to the end, and the expected index is right."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import yaml

from sandbox.expected import expected_index
from sandbox.questionnaire import Survey, read_survey
from tests.sandbox.conftest import Caller
from tests.sandbox.surveying_bot import SurveyingBot

SOURCE = """
key: small
consent: {version: "1", text: "x"}
scales:
  satisfaction:
    options: [Rất không hài lòng, Không hài lòng, Bình thường, Hài lòng, Rất hài lòng]
    satisfied: [4, 5]
index:
  domains: [{id: policy, label: x}, {id: service, label: x}]
  factors:
    - {id: say, domain: policy, label: x}
    - {id: staff, domain: service, label: x}
    - {id: result, domain: service, label: x}
questions:
  - {id: gender, kind: one, text: "Giới tính của ông/bà?", options: [Nam, Nữ]}
  - {id: age, kind: number, text: "Ông/bà bao nhiêu tuổi?", min: 18, max: 110}
  - {id: how, kind: several, text: "Ông/bà biết qua đâu?", options: [Báo, Loa phường, Người quen, 4 nơi khác]}
  - id: q9
    kind: matrix
    text: "Ông/bà hài lòng ở mức nào về nội dung sau?"
    scale: satisfaction
    rows:
      - {id: c01, text: Thông tin chính sách, factor: say}
      - {id: c02, text: Thông tin chính sách đầy đủ, factor: say}
      - {id: c03, text: Công chức lịch sự, factor: staff}
      - {id: c04, text: Kết quả đúng hẹn, factor: result}
  - {id: q8, kind: matrix, text: "Có không?", options: [Có, Không], rows: [{id: q8_1, text: Đã làm thủ tục}]}
  - {id: other, kind: text, text: "Ý kiến khác?", optional: true}
"""


@pytest.fixture
def source() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(SOURCE)
    return parsed


async def _play(caller: Caller, bot: SurveyingBot, **plan: Any) -> dict[str, Any]:
    """Runs the bot until nobody is answering any more."""
    running = asyncio.create_task(bot.run())
    await caller.sim("citizens", **plan)
    async with asyncio.timeout(20):
        while (view := await caller.look("citizens"))["running"]:
            assert not running.done(), running.exception()
            await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return dict(view)


def _index(survey: Survey, forms: list[dict[str, Any]]) -> dict[str, float]:
    """The criteria as the bot's own records have them."""
    rows = [item.id for item in survey.items if item.factor]
    return {row: 100 * sum(form[row] >= 4 for form in forms) / len(forms) for row in rows}


@pytest.mark.parametrize("in_place", [True, False])
async def test_everybody_answers_and_the_index_agrees(caller: Caller, source: dict[str, Any], in_place: bool) -> None:
    bot = SurveyingBot(caller, read_survey(source), in_place)
    plan = {"count": 30, "payloads": ["a", "b"], "concurrency": 10, "seed": 3, "questionnaire": source}
    view = await _play(caller, bot, **plan)
    assert (view["started"], view["completed"], view["gave_up"]) == (30, 30, 0)
    assert bot.starts == {"/start a": 15, "/start b": 15}
    assert all(form.sent for form in bot.forms.values())
    forms = [form.answers for form in bot.forms.values()]
    criteria = _index(bot.survey, forms)
    expected = view["expected"]
    assert expected["n"] == 30
    assert expected["criteria"] == pytest.approx(criteria)
    assert expected["overall"] == pytest.approx(sum(criteria.values()) / 4)
    assert expected["domains"]["service"] == pytest.approx((criteria["c03"] + criteria["c04"]) / 2)
    assert expected["factors"]["say"] == pytest.approx((criteria["c01"] + criteria["c02"]) / 2)
    assert 60 < expected["overall"] < 95
    assert {form["gender"] for form in forms} == {1, 2}
    assert {len(form["how"]) for form in forms} == {1, 2, 3}
    assert {form["other"] is None for form in forms} == {True, False}
    assert all(18 <= int(form["age"]) <= 110 for form in forms)
    spoken = sum(form["other"] is not None for form in forms)
    assert view["answers"] == 30 * 8 + spoken


async def test_a_deaf_bot_does_not_wedge_them(caller: Caller, source: dict[str, Any]) -> None:
    bot = SurveyingBot(caller, read_survey(source), True, deaf_every=7)
    plan = {"count": 12, "concurrency": 12, "questionnaire": source, "patience": 0.2}
    view = await _play(caller, bot, **plan)
    assert (view["completed"], view["gave_up"]) == (12, 0)
    assert view["expected"]["criteria"] == pytest.approx(
        _index(bot.survey, [form.answers for form in bot.forms.values()])
    )


async def test_some_quit_and_waves_add_up(caller: Caller, source: dict[str, Any]) -> None:
    bot = SurveyingBot(caller, read_survey(source), True)
    plan = {"count": 20, "questionnaire": source, "quit_share": 0.5, "seed": 2}
    first = await _play(caller, bot, **plan)
    assert first["started"] == 20
    assert 0 < first["completed"] < 20
    assert first["expected"]["n"] == first["completed"]
    second = await _play(caller, bot, **plan, first_id=950_000, reset=False)
    assert second["started"] == 40
    assert second["expected"]["n"] == 2 * first["completed"]


async def test_an_answered_screen_is_left_alone(caller: Caller, source: dict[str, Any]) -> None:
    await caller.sim("citizens", count=1, first_id=7, questionnaire=source)
    row = [{"text": "Nam", "callback_data": "1"}, {"text": "Nữ", "callback_data": "2"}]
    asked = {"chat_id": 7, "text": "Giới tính của ông/bà?", "reply_markup": {"inline_keyboard": [row]}}
    (start,) = await caller.ok("getUpdates", timeout=5)
    number = (await caller.ok("sendMessage", **asked))["message_id"]
    (tap,) = await caller.ok("getUpdates", offset=start["update_id"] + 1, timeout=5)
    for text in ("Giới tính của ông/bà? Đã ghi.", "Giới tính của ông/bà? Cảm ơn đã chọn."):
        await caller.ok("editMessageText", message_id=number, **{**asked, "text": text})
        assert await caller.ok("getUpdates", offset=tap["update_id"] + 1, timeout=0) == []
    await asyncio.sleep(0.05)
    assert await caller.ok("getUpdates", offset=tap["update_id"] + 1) == []
    assert (await caller.look("citizens"))["answers"] == 1


async def test_only_one_wave_at_a_time(caller: Caller, source: dict[str, Any]) -> None:
    await caller.sim("citizens", count=2, questionnaire=source)
    async with caller.session.post(f"{caller.url}/sim/citizens", json={"questionnaire": source}) as answer:
        assert (answer.status, await answer.json()) == (400, {"error": "the respondents are still answering"})


def test_expected_leaves_out_what_nobody_answered(source: dict[str, Any]) -> None:
    forms = [{"c01": 5, "c02": 1, "c03": 4}, {"c01": 4, "c03": 3}]
    assert expected_index(read_survey(source), forms) == {
        "n": 2,
        "overall": (100.0 + 0.0 + 50.0) / 3,
        "domains": {"policy": 50.0, "service": 50.0},
        "factors": {"say": 50.0, "staff": 50.0},
        "criteria": {"c01": 100.0, "c02": 0.0, "c03": 50.0},
    }
