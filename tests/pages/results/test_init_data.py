"""Telegram's word for who opened a Mini App: taken only if it is signed for our bot, whole, and of this hour."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from aiogram.utils.web_app import safe_parse_webapp_init_data

from pages.results.init_data import signed, vouched

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TOKEN, OTHER = "42:SANDBOX", "43:SOMEBODY"
HOA = json.dumps({"id": 3001, "first_name": "Hoà <3", "language_code": "vi"}, ensure_ascii=False)


def data(*, at: datetime = NOW, token: str = TOKEN, user: str | None = HOA, **more: str) -> str:
    fields = {"query_id": "AAE", "auth_date": str(int(at.timestamp())), **({"user": user} if user else {}), **more}
    return urlencode({**fields, "hash": signed(fields, token)})


@pytest.mark.parametrize(
    ("init_data", "who"),
    [
        (data(), 3001),
        (data(at=NOW - timedelta(minutes=59)), 3001),
        (data(at=NOW + timedelta(minutes=4)), 3001),
        (data(signature="kept under the hash"), 3001),
        (data(at=NOW - timedelta(minutes=61)), None),
        (data(at=NOW + timedelta(minutes=6)), None),
        (data(token=OTHER), None),
        (data().replace("3001", "3002"), None),
        (data() + "&start_param=x", None),
        (data() + "&auth_date=1", None),
        (data().split("&hash=")[0], None),
        (data().split("&hash=")[0] + "&hash=", None),
        (data()[:-1], None),
        (data(user=None), None),
        (data(user='{"id": "3001"}'), None),
        (data(user='{"id": true}'), None),
        (data(user='{"id": -3001}'), None),
        (data(user="no json"), None),
        (data(user="[3001]"), None),
        (data(at=datetime.fromtimestamp(0, UTC)), None),
        ("", None),
        ("hash", None),
        ("&".join(["a=1"] * 5000), None),
        ("user=%ff&hash=%ff", None),
    ],
)  # fmt: skip
def test_init_data_is_taken_or_not(init_data: str, who: int | None):
    assert vouched(init_data, TOKEN, NOW) == who


def test_without_a_bot_nobody_is_vouched_for():
    assert vouched(data(token=""), "", NOW) is None


def test_what_we_sign_another_library_takes_too():
    found = safe_parse_webapp_init_data(TOKEN, data())
    assert found.user is not None
    assert found.user.id == 3001
