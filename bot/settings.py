"""Settings: the environment is read here and nowhere else."""

import re
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LEAST_SECRET = 32
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class EmailSecurity(StrEnum):
    """How the connection to the mail server is kept secret."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


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
    email_host: str = Field("", description="Mail server that e-mail is handed to; empty sends no e-mail.")
    email_port: int = Field(25, ge=1, le=65535, description="Its port: 25, 587 with starttls, or 465 with tls.")
    email_security: EmailSecurity = Field(
        EmailSecurity.NONE, description="none (a server on this machine), starttls or tls."
    )
    email_verify: bool = Field(True, description="Check the mail server's certificate.")
    email_username: str = Field("", description="Name to log in to the mail server; empty without a login.")
    email_password: SecretStr = Field(SecretStr(""), description="Password to log in to the mail server.")
    email_sender: str = Field("", description="Address that e-mail comes from, bantin@example.gov.vn.")
    email_sender_name: str = Field("Bản tin CCHC", description="Name that stands before the sender's address.")
    email_reply_to: str = Field("", description="Address that answers go to; empty for the sender's.")
    email_return_domain: str = Field(
        "", description="Domain whose bounce+… and stop+… addresses are passed on to us; empty for the sender's."
    )
    email_rate: float = Field(50.0, gt=0, le=1000, description="At most so many e-mails a second.")
    email_connections: int = Field(4, ge=1, le=50, description="So many connections to the mail server are kept.")
    email_bounce_host: str = Field("127.0.0.1", description="Address that mail coming back is received on.")
    email_bounce_port: int = Field(
        0, ge=0, le=65535, description="Port that mail coming back is received on, by SMTP; 0 receives none."
    )
    web_host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    web_port: int = Field(8080, ge=0, le=65535, description="Port of the web server; 0 takes any free one.")
    web_url: str = Field(
        "",
        description="Public address of the web pages, https://khaosat.example.vn without a path; for links to them.",
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

    @property
    def email_domain(self) -> str:
        """The domain that takes what comes back."""
        return self.email_return_domain or self.email_sender.rpartition("@")[2]

    def email_trouble(self) -> str:
        """Why e-mail may not be sent; '' if it may, or is not to be sent at all."""
        if not self.email_host:
            return ""
        if not ADDRESS.fullmatch(self.email_sender):
            return "LOA_EMAIL_HOST is set, so LOA_EMAIL_SENDER must be an address such as bantin@example.gov.vn"
        if bool(self.email_username) != bool(self.email_password.get_secret_value()):
            return "LOA_EMAIL_USERNAME and LOA_EMAIL_PASSWORD belong together; set both or none"
        return ""

    def webhook_trouble(self) -> str:
        """Why webhook mode may not start; '' if it may."""
        if self.telegram_webhook_url and len(self.telegram_webhook_secret.get_secret_value()) < LEAST_SECRET:
            return (
                f"LOA_TELEGRAM_WEBHOOK_URL is set, so LOA_TELEGRAM_WEBHOOK_SECRET must have at least {LEAST_SECRET} "
                "characters: without it anybody could post updates in Telegram's name"
            )
        return ""
