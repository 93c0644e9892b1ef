"""Settings: the environment is read here and nowhere else."""

import re
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from bot.zalo_settings import ZaloWays, three_names
from channels.zalo_signature import Whose
from storage.enums import ChannelName

LEAST_SECRET = 32
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class EmailSecurity(StrEnum):
    """How the connection to the mail server is kept secret."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class Settings(ZaloWays):
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
    telegram_rich: bool = Field(
        False,
        description="Send headings, lists and tables as rich messages, of which old apps show a placeholder; "
        "unproven against live Telegram.",
    )
    channel_order: str = Field(
        "telegram zalo_oa zalo_phone email zalo_bot",
        description="In which order the channels of one person are tried who prefers none: telegram, zalo_oa, "
        "zalo_phone, email, zalo_bot; a channel left out gets no bulletins.",
    )
    zalo_oa_app_id: str = Field(
        "", description="Id of the Zalo app linked to the Official Account; empty for none. Never tried on live Zalo."
    )
    zalo_oa_app_secret: SecretStr = Field(SecretStr(""), description="The Zalo app's secret key, for refreshing.")
    zalo_oa_id: str = Field("", description="Id of the Zalo Official Account.")
    zalo_oa_refresh_token: SecretStr = Field(
        SecretStr(""), description="The refresh token to begin with; each later pair is kept in the database."
    )
    zalo_oa_webhook_secret: SecretStr = Field(
        SecretStr(""), description="The OA secret key of the app's webhook page, which signs events; required."
    )
    zalo_oa_signed_with: Whose = Field(
        Whose.OA, description="Whose secret signs Zalo's webhooks, oa or app; reports differ, and the log says which."
    )
    zalo_oa_signed_id: Whose = Field(
        Whose.APP, description="Whose id stands in the signature of Zalo's webhooks, app or oa; reports differ."
    )
    zalo_oa_api_url: str = Field("https://openapi.zalo.me", description="Zalo's OpenAPI, or a sandbox.")
    zalo_oa_oauth_url: str = Field("https://oauth.zaloapp.com", description="Where Zalo's tokens come from.")
    zalo_oa_rate: float = Field(
        60.0, gt=0, le=1000, description="At most so many messages a second to the OA; Zalo documents 4,000 a minute."
    )
    zalo_oa_template_id: str = Field(
        "", description="Approved ZBS template sent by user id where the 7-day window is closed; empty for none."
    )
    zalo_oa_template_params: str = Field(
        "so,tieu_de,lien_ket", description="The template's parameters for number, title and link, by commas."
    )
    zalo_oa_template_link: str = Field("", description="Link in the template for a bulletin without one of its own.")
    zalo_oa_template_price: int = Field(
        0, ge=0, description="Price of one template message by user id in đồng, for plans of what a broadcast costs."
    )
    zalo_bot_token: SecretStr = Field(
        SecretStr(""), description="Token of a bot on Zalo's Bot Platform, for pilots of 50; empty for no bot."
    )
    zalo_bot_api_url: str = Field(
        "https://bot-api.zaloplatforms.com", description="Zalo's Bot Platform, or a sandbox."
    )
    zalo_bot_webhook_url: str = Field(
        "", description="Public https URL ending in /zalo/bot that Zalo posts updates to; empty for polling."
    )
    zalo_bot_webhook_secret: SecretStr = Field(
        SecretStr(""), description="Secret that the Bot Platform repeats in each webhook call; 32 to 256 signs."
    )
    zalo_proxy: str = Field("", description="Outbound HTTP proxy for Zalo: http://USER:PASSWORD@HOST:PORT.")
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
    otel_endpoint: str = Field(
        "",
        description="Where traces go by OTLP over HTTP, such as http://127.0.0.1:4318; empty for none (loa[otel]).",
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

    @field_validator("channel_order")
    @classmethod
    def _known_channels(cls, value: str) -> str:
        named = value.replace(",", " ").split()
        bulk = [ChannelName(one) for one in ("telegram", "zalo_oa", "zalo_phone", "email", "zalo_bot")]
        if wrong := [one for one in named if one not in bulk] or (not named and ["nothing"]):
            raise ValueError(f"{wrong[0]} is no channel; there are {', '.join(bulk)}")
        if len(set(named)) < len(named):
            raise ValueError("a channel is named twice")
        return " ".join(named)

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

    @field_validator("zalo_oa_template_params")
    @classmethod
    def _three_names(cls, value: str) -> str:
        return three_names(value)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def channels(self) -> list[ChannelName]:
        """The channels that bulletins go out on, the first to be tried first."""
        return [ChannelName(name) for name in self.channel_order.split()]

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

    def zalo_trouble(self) -> str:
        """Why Zalo may not be spoken with as it is configured; '' if it may."""
        if self.zalo_oa_app_id:
            needed = {
                "LOA_ZALO_OA_APP_SECRET": self.zalo_oa_app_secret.get_secret_value(),
                "LOA_ZALO_OA_ID": self.zalo_oa_id,
                "LOA_ZALO_OA_REFRESH_TOKEN": self.zalo_oa_refresh_token.get_secret_value(),
                "LOA_ZALO_OA_WEBHOOK_SECRET": self.zalo_oa_webhook_secret.get_secret_value(),
            }  # fmt: skip
            if missing := [name for name, value in needed.items() if not value]:
                return f"LOA_ZALO_OA_APP_ID is set, so {' and '.join(missing)} must be set as well; see docs/zalo.md"
        if self.zalo_bot_webhook_url and len(self.zalo_bot_webhook_secret.get_secret_value()) < LEAST_SECRET:
            return (
                f"LOA_ZALO_BOT_WEBHOOK_URL is set, so LOA_ZALO_BOT_WEBHOOK_SECRET must have at least {LEAST_SECRET} "
                "characters: without it anybody could post updates in Zalo's name"
            )
        return ""
