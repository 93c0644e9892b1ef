"""What can be said against the settings before anything is tried with them; '' where nothing can."""

import re
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.settings import Settings

TOKEN = re.compile(r"[0-9]+:\S+")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
PROXIES = ("http", "socks4", "socks5")


def database_trouble(config: Settings) -> str:
    """Why the address of the database cannot be used as it stands."""
    form = "write sqlite+aiosqlite:///PATH, or postgresql+asyncpg://USER:PASSWORD@HOST:PORT/DB"
    try:
        url = make_url(config.database_url)
    except (ArgumentError, ValueError):
        return f"LOA_DATABASE_URL cannot be read; {form}"
    if url.get_backend_name() == "sqlite":
        return "" if url.database not in (None, "", ":memory:") else f"LOA_DATABASE_URL names no file; {form}"
    if "sslmode" in url.query:
        return "LOA_DATABASE_URL: asyncpg knows no 'sslmode'; write ssl=require (or another of its modes)"
    return ""


def telegram_trouble(config: Settings) -> str:
    """Why Telegram cannot even be asked."""
    token = config.telegram_token.get_secret_value()
    if not token:
        return "LOA_TELEGRAM_TOKEN is not set; get one from @BotFather, or try 'loa demo', which needs none"
    if not TOKEN.fullmatch(token):
        return "LOA_TELEGRAM_TOKEN is no token; copy it whole from @BotFather: digits, ':', letters and digits"
    api = urlsplit(config.telegram_api_url)
    if api.scheme not in ("http", "https") or not api.hostname:
        return f"LOA_TELEGRAM_API_URL: {config.telegram_api_url!r} is no address; it begins with https:// or http://"
    return _proxy_trouble(config.telegram_proxy)


def _proxy_trouble(proxy: str) -> str:
    if not proxy:
        return ""
    try:
        parts = urlsplit(proxy)
        whole = parts.scheme in PROXIES and parts.hostname and parts.port
    except ValueError:
        whole = None
    return (
        ""
        if whole
        else "LOA_TELEGRAM_PROXY cannot be read; write http://HOST:PORT or socks5://USER:PASSWORD@HOST:PORT"
    )


def webhook_trouble(config: Settings) -> str:
    """Why webhook mode may not start."""
    secret = config.telegram_webhook_secret.get_secret_value()
    if config.telegram_webhook_url and secret and not SECRET.fullmatch(secret):
        return "LOA_TELEGRAM_WEBHOOK_SECRET may have at most 256 of A-Z a-z 0-9 _ -; Telegram takes no other"
    return config.webhook_trouble()


def hidden(address: str) -> str:
    """An address without the name and password in it."""
    scheme, mark, rest = address.partition("://")
    return f"{scheme}://********@{rest.rpartition('@')[2]}" if mark and "@" in rest else address
