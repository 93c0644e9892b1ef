"""The full questionnaires from the first tap to the last, on Telegram through the sandbox: by taps alone, in place."""

import json
from pathlib import Path

import pytest

from surveys.loading import parse
from surveys.official import convert
from surveys.questionnaire import Kind
from tests.surveys.making import SHIPPED
from tests.world import World, keyboard_rows

OFFICIAL = Path(__file__).parents[3] / "shared" / "input" / "sipas" / "questionnaire_2026.json"
FORMS = {path.stem: path.read_text(encoding="utf-8") for path in SHIPPED}
if OFFICIAL.exists():
    FORMS["official"] = convert(json.loads(OFFICIAL.read_text(encoding="utf-8")))
CITIZEN = 2001


@pytest.mark.parametrize("name", FORMS)
async def test_a_whole_form_is_answered_by_taps_in_one_message(loa: World, name: str):
    form = parse(FORMS[name])
    _, payload = await loa.survey(FORMS[name])
    await loa.says(CITIZEN, f"/start {payload}")
    await loa.taps(CITIZEN, "Tôi từ 18 tuổi trở lên")
    await loa.taps(CITIZEN, "Đồng ý và bắt đầu trả lời")

    taps = 0
    while not any(label == "✅ Gửi phiếu" for label, _ in loa.buttons(loa.messages(CITIZEN)[-1])):
        labels = [label for label, _ in loa.buttons(loa.messages(CITIZEN)[-1])]
        wanted = "Xong" if any(label.startswith("✅ ") for label in labels) else labels[0]
        await loa.taps(CITIZEN, "Bỏ qua" if wanted == "⬅ Quay lại" else wanted)
        taps += 1
        assert taps < 200

    several = sum(question.kind is Kind.SEVERAL for question in form.questions)
    assert taps == len(form.questions) + several
    with_buttons = [message for message in loa.messages(CITIZEN) if any(keyboard_rows(message))]
    assert len(loa.messages(CITIZEN)) == len(with_buttons) == 1

    await loa.taps(CITIZEN, "✅ Gửi phiếu")
    assert [message.text for message in loa.messages(CITIZEN)] == [form.thanks.strip().replace("\n", "\n")]
    assert not any(keyboard_rows(loa.messages(CITIZEN)[-1]))
