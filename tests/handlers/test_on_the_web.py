"""From the chat to the results page: inside Telegram over https, by a signed link elsewhere, for staff alone."""

import re

import pytest

from handlers.conversation import Conversation
from storage import secrets
from storage.enums import Role
from surveys.catalogue import Catalogue
from surveys.passes import RESULTS, Pass, read
from tests.handlers.test_results import EDITOR, fielded
from tests.world import ZONE, World

WEB = "🌐 Xem trên trang web"


@pytest.fixture
def at_home(loa: World, monkeypatch: pytest.MonkeyPatch):
    """Loa with a public address."""
    made = loa.reception

    def said(home: str) -> None:
        def reception():
            here = made()
            monkeypatch.setattr(here, "_conversation", Conversation(Catalogue(), ZONE, home))
            return here

        monkeypatch.setattr(loa, "reception", reception)

    return said


def buttons(loa: World) -> dict[str, dict[str, object]]:
    message = loa.messages(EDITOR)[-1]
    return {b["text"]: b for row in (message.keyboard.inline or {}).get("inline_keyboard", []) for b in row}


@pytest.mark.parametrize(
    ("home", "role", "there"),
    [
        ("https://loa.example.vn", Role.EDITOR, "app"), ("http://10.0.0.5:8080", Role.SUPERVISOR, "link"),
        ("", Role.EDITOR, ""), ("https://loa.example.vn", Role.INTERVIEWER, ""),
    ],
)  # fmt: skip
async def test_staff_find_the_page_by_a_button(loa: World, at_home, home: str, role: Role, there: str):
    at_home(home)
    survey_id = await fielded(loa, "invited", 24, 12)
    await loa.staff(EDITOR, "Trần Thị Hoa", role)
    await loa.says(EDITOR, "/ketqua")
    found = buttons(loa).get(WEB, {})
    assert ("web_app" in found, "callback_data" in found) == (there == "app", there == "link")
    if there == "app":
        assert found["web_app"] == {"url": f"https://loa.example.vn/k/{survey_id}/app"}
    if there == "link":
        await loa.taps(EDITOR, WEB)
        shown = re.search(rf"http://10\.0\.0\.5:8080/k/{survey_id}/staff\?t=(\S+)", loa.messages(EDITOR)[-1].text)
        assert shown is not None
        async with loa.database.reading() as session:
            key = await secrets.secret(session, RESULTS)
        assert key is not None
        made = read(shown[1], key, loa.now)
        assert isinstance(made, Pass)
        assert (made.kind, made.id) == ("s", survey_id)
