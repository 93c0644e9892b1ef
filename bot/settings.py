"""Settings: the environment is read here and nowhere else."""

from datetime import timedelta
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LEAST_SECRET = 32


class Settings(BaseSettings):
    """Everything that can be set; each name is a variable ``LOA_…``."""

    model_config = SettingsConfigDict(env_prefix="LOA_", env_file=".env", extra="ignore")

    database_url: str = Field(
        "sqlite+aiosqlite:///loa-data/loa.db",
        description="Where everything is kept: sqlite+aiosqlite:///PATH, or postgresql+asyncpg://USER:PASSWORD@HOST/DB.",
    )
    telegram_token: SecretStr = Field(SecretStr(""), description="The bot's token, from @BotFather.")
    telegram_api_url: str = Field(
        "https://api.telegram.org",
        description="The Bot API: Telegram's own, a Bot API server of yours, or a sandbox.",
    )
    telegram_proxy: str = Field(
        "",
        description="Outbound proxy for Telegram where it is blocked: http://… or socks5://USER:PASSWORD@HOST:PORT.",
    )
    telegram_rate: float = Field(
        28.0,
        gt=0,
        le=1000,
        description="At most so many messages a second to Telegram; learned downwards from there.",
    )
    telegram_link_url: str = Field("https://t.me", description="What deep links begin with.")
    telegram_webhook_url: str = Field(
        "", description="Public https URL that Telegram posts updates to; empty for long polling."
    )
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="Secret that Telegram repeats in each webhook call; at least 32 of A-Z a-z 0-9 _ -.",
    )
    telegram_probe: bool = Field(
        False,
        description="Look for messages in doubt before sending again; undocumented, unproven against live Telegram.",
    )
    web_host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    web_port: int = Field(8080, ge=0, le=65535, description="Port of the web server; 0 takes any free one.")
    web_url: str = Field(
        "",
        description="Public address of the web pages, https://khaosat.example.vn without a path; for links to them.",
    )
    metrics: str = Field(
        "",
        description="Where Prometheus finds /metrics: HOST:PORT of its own, or 'web' for beside the public pages.",
    )
    timezone: str = Field("Asia/Ho_Chi_Minh", description="Time zone in which people read and say times.")
    lease_seconds: float = Field(
        60.0,
        ge=1,
        description="A delivery under way for so long counts as in doubt; a request to Telegram gets a third of it.",
    )
    latest_hours: float = Field(
        12.0, gt=0, description="A broadcast found more than so many hours late is held for the approver to decide."
    )
    stop_seconds: float = Field(
        25.0, ge=1, description="A stop takes at most so long; a supervisor should wait a little longer."
    )
    backup_dir: str = Field(
        "", description="Folder of backups; if the newest in it gets old, operators are told. Empty: nobody looks."
    )
    log_format: str = Field("text", description="text for people, or json: one object on each line.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"there is no time zone {value!r}; write for example Asia/Ho_Chi_Minh") from None
        return value

    @field_validator("web_url")
    @classmethod
    def _plain_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/")
                      or parts.query or parts.fragment or "@" in parts.netloc):  # fmt: skip
            raise ValueError("must be an address without a path, such as https://khaosat.example.vn")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        return value

    @field_validator("metrics")
    @classmethod
    def _place_for_metrics(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value not in ("", "web") and not (host and port.isascii() and port.isdigit() and int(port) < 65536):
            raise ValueError("must be HOST:PORT such as 127.0.0.1:9464, or 'web', or empty")
        return value

    @field_validator("log_format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value.lower() not in {"text", "json"}:
            raise ValueError("must be text or json")
        return value.lower()

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def latest(self) -> timedelta:
        return timedelta(hours=self.latest_hours)

    @property
    def sqlite_path(self) -> Path | None:
        """The file of an SQLite database."""
        if not self.database_url.startswith("sqlite"):
            return None
        return Path(self.database_url.partition(":///")[2])

    def webhook_trouble(self) -> str:
        """Why webhook mode may not start; '' if it may."""
        if self.telegram_webhook_url and len(self.telegram_webhook_secret.get_secret_value()) < LEAST_SECRET:
            return (
                f"LOA_TELEGRAM_WEBHOOK_URL is set, so LOA_TELEGRAM_WEBHOOK_SECRET must have at least {LEAST_SECRET} "
                "characters: without it anybody could post updates in Telegram's name"
            )
        return ""
