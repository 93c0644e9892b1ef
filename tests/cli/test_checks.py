"""What is said against settings, and that no secret is repeated while saying it."""

import pytest

from bot.cli.checks import database_trouble, hidden, telegram_trouble, webhook_trouble
from bot.settings import Settings

FORM = "write sqlite+aiosqlite:///PATH, or postgresql+asyncpg://USER:PASSWORD@HOST:PORT/DB"
NO_TOKEN = "LOA_TELEGRAM_TOKEN is no token; copy it whole from @BotFather: digits, ':', letters and digits"
PROXY = "LOA_TELEGRAM_PROXY cannot be read; write http://HOST:PORT or socks5://USER:PASSWORD@HOST:PORT"
LONG = "x" * 32


@pytest.fixture(autouse=True)
def _no_settings_file(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("url", "trouble"),
    [
        ("sqlite+aiosqlite:///loa.db", ""),
        ("sqlite+aiosqlite:////var/lib/loa/loa.db", ""),
        ("sqlite+aiosqlite:///", f"LOA_DATABASE_URL names no file; {FORM}"),
        ("sqlite+aiosqlite:///:memory:", f"LOA_DATABASE_URL names no file; {FORM}"),
        ("postgresql+asyncpg://loa:p@db:5432/loa?ssl=require", ""),
        ("postgresql+asyncpg://loa:p@db:port/loa", f"LOA_DATABASE_URL cannot be read; {FORM}"),
        (
            "postgresql+asyncpg://loa:p@db/loa?sslmode=require",
            "LOA_DATABASE_URL: asyncpg knows no 'sslmode'; write ssl=require (or another of its modes)",
        ),
    ],
)
def test_the_address_of_the_database(url: str, trouble: str):
    assert database_trouble(Settings(database_url=url)) == trouble


@pytest.mark.parametrize(
    ("values", "trouble"),
    [
        ({"telegram_token": "42:SANDBOX"}, ""),
        ({}, "LOA_TELEGRAM_TOKEN is not set; get one from @BotFather, or try 'loa demo', which needs none"),
        ({"telegram_token": "hush"}, NO_TOKEN),
        ({"telegram_token": "42:"}, NO_TOKEN),
        ({"telegram_token": "42:hush hush"}, NO_TOKEN),
        (
            {"telegram_token": "42:S", "telegram_api_url": "api.telegram.org"},
            "LOA_TELEGRAM_API_URL: 'api.telegram.org' is no address; it begins with https:// or http://",
        ),
        ({"telegram_token": "42:S", "telegram_proxy": "socks5://me:hush@10.0.0.1:1080"}, ""),
        ({"telegram_token": "42:S", "telegram_proxy": "http://10.0.0.1:3128"}, ""),
        ({"telegram_token": "42:S", "telegram_proxy": "me:hush@10.0.0.1:1080"}, PROXY),
        ({"telegram_token": "42:S", "telegram_proxy": "socks5://me:hush@10.0.0.1"}, PROXY),
        ({"telegram_token": "42:S", "telegram_proxy": "socks5://me:hush@10.0.0.1:x"}, PROXY),
        ({"telegram_token": "42:S", "telegram_proxy": "ftp://10.0.0.1:21"}, PROXY),
    ],
)
def test_what_is_needed_to_ask_telegram(values: dict[str, str], trouble: str):
    assert telegram_trouble(Settings.model_validate(values)) == trouble


@pytest.mark.parametrize(
    "token", ["42:SANDBOX", "7:a-B_c", "42:", ":S", "42", "x:S", "4 2:S", "42:S S", "42:S\n", "²:S"]
)
def test_a_token_is_taken_just_when_the_library_takes_it(token: str):
    from aiogram.utils.token import TokenValidationError, validate_token

    try:
        taken = validate_token(token) and token != "²:S"
    except TokenValidationError:
        taken = False

    assert (telegram_trouble(Settings.model_validate({"telegram_token": token})) == "") is taken


@pytest.mark.parametrize(
    ("url", "secret", "trouble"),
    [
        ("", "", ""),
        ("https://loa.vn/hook", LONG, ""),
        (
            "https://loa.vn/hook",
            "hush",
            "LOA_TELEGRAM_WEBHOOK_URL is set, so LOA_TELEGRAM_WEBHOOK_SECRET must have at least 32 characters: "
            "without it anybody could post updates in Telegram's name",
        ),
        (
            "https://loa.vn/hook",
            LONG + "é",
            "LOA_TELEGRAM_WEBHOOK_SECRET may have at most 256 of A-Z a-z 0-9 _ -; Telegram takes no other",
        ),
        (
            "https://loa.vn/hook",
            "x" * 257,
            "LOA_TELEGRAM_WEBHOOK_SECRET may have at most 256 of A-Z a-z 0-9 _ -; Telegram takes no other",
        ),
    ],
)
def test_what_a_webhook_needs(url: str, secret: str, trouble: str):
    config = Settings.model_validate({"telegram_webhook_url": url, "telegram_webhook_secret": secret})

    assert webhook_trouble(config) == trouble


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("socks5://me:a@b@10.0.0.1:1", "socks5://********@10.0.0.1:1"),
        ("https://api.telegram.org", "https://api.telegram.org"),
        ("Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Minh"),
        ("", ""),
    ],
)
def test_a_name_and_password_in_an_address_are_hidden(address: str, shown: str):
    assert hidden(address) == shown
