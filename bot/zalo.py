"""Everything of Zalo that runs in the program: what is configured is put together here."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.articles import Articles
from bot.intake import Intake
from bot.inviting import ByPhone, OnAccount, Way
from bot.metrics import Metrics
from bot.paces import Paces
from bot.reception import Hearing
from bot.replies import Replier
from bot.settings import Settings
from bot.zalo_web import BOT_PATH, OA_PATH, BotWebhook, OaWebhook
from broadcasts.chats import Chats
from broadcasts.dispatch import Dispatcher
from broadcasts.pace import Pace
from channels.message import SendError
from channels.zalo_bot import ZaloBot
from channels.zalo_oa import ZaloOA
from channels.zalo_phone import ZaloPhone
from channels.zalo_signature import Signing, Whose
from channels.zalo_template import Template
from channels.zalo_tokens import Account
from handlers.zalo import HINTS, ZaloUnderstanding, event_id, sender
from pages.archive import archived
from storage.database import Database
from storage.enums import ChannelName

log = logging.getLogger(__name__)
BOT_RATE = 5.0
BOT_RATE_FACT = "zalo bot rate"
"""Messages a second to the Bot Platform, whose limit nobody has published."""
POLL_SECONDS = 25
BACK_OFF = 5.0
FRESH_EVERY = 600.0
ARTICLES_EVERY = 3.0
OA_RATE_FACT = "zalo oa rate"


def template_of(settings: Settings) -> Template | None:
    """The template of a bulletin; None where there is none."""
    return _template(settings, settings.zalo_oa_template_id, settings.zalo_oa_template_params)


def invite_template_of(settings: Settings) -> Template | None:
    """The template of an invitation to a survey."""
    return _template(settings, settings.zalo_oa_invite_template_id, settings.zalo_oa_invite_params)


def _template(settings: Settings, id: str, named: str) -> Template | None:
    first, second, link = (name.strip() for name in named.split(","))
    return Template(
        id, (first, second, link), settings.zalo_oa_template_link, settings.zalo_oa_template_price,
        settings.zalo_oa_phone_price,
    ) if id else None  # fmt: skip


def oa_of(settings: Settings, database: Database) -> ZaloOA:
    """The Official Account's channel as the settings say."""
    account = Account(
        settings.zalo_oa_app_id, settings.zalo_oa_id, settings.zalo_oa_app_secret.get_secret_value(),
        settings.zalo_oa_refresh_token.get_secret_value(), settings.zalo_oa_oauth_url,
    )  # fmt: skip
    return ZaloOA(
        account, database, api_url=settings.zalo_oa_api_url, hints=HINTS,
        template=template_of(settings), link=archived(settings.web_url), proxy=settings.zalo_proxy or None,
        seconds=settings.lease_seconds / 3,
    )  # fmt: skip


def bot_of(settings: Settings, database: Database) -> ZaloBot:
    """The bot's channel as the settings say."""
    return ZaloBot(
        settings.zalo_bot_token.get_secret_value(), database, api_url=settings.zalo_bot_api_url, hints=HINTS,
        link=archived(settings.web_url), proxy=settings.zalo_proxy or None, seconds=settings.lease_seconds / 3,
    )  # fmt: skip


@dataclass
class Zalo:
    """The Official Account and the bot, each only if it is configured."""

    settings: Settings
    database: Database
    metrics: Metrics
    paces: Paces
    oa: ZaloOA | None = None
    bot: ZaloBot | None = None
    phone: ZaloPhone | None = None
    ways: list[tuple[Way, Pace]] = field(default_factory=list)
    """On which people are invited to surveys."""
    hearings: dict[ChannelName, Hearing] = field(default_factory=dict)
    dispatchers: list[Dispatcher] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.settings.zalo_oa_app_id:
            self.oa = oa_of(self.settings, self.database)
            rate, account = self.settings.zalo_oa_rate, f"zalo_oa {self.settings.zalo_oa_app_id} messages"
            pace = self.paces.of(OA_RATE_FACT, account, rate, rate)
            self._add(self.oa, pace)
            invite, home = invite_template_of(self.settings), self.settings.web_url
            self.ways.append((OnAccount(self.oa, invite, home), pace))
            template = template_of(self.settings) or invite
            if self.settings.zalo_oa_by_phone and template is not None:
                self.phone = ZaloPhone(self.oa, template, business_url=self.settings.zalo_oa_business_url)
                self._add_dispatchers(self.phone, pace, Chats())
                self.ways += [(ByPhone(self.phone, invite, home), pace)] if invite and home else []
        if self.settings.zalo_bot_token.get_secret_value():
            self.bot = bot_of(self.settings, self.database)
            bot = self.settings.zalo_bot_token.get_secret_value().partition(":")[0]
            self._add(self.bot, self.paces.of(BOT_RATE_FACT, f"zalo_bot {bot} messages", BOT_RATE, BOT_RATE))

    def _add(self, channel: ZaloOA | ZaloBot, pace: Pace) -> None:
        chats = Chats()
        replier = Replier(self.database, channel, pace, chats=chats)
        called = channel.called if isinstance(channel, ZaloOA) else None
        understanding = ZaloUnderstanding(self.database, channel.name, called=called)
        self.hearings[channel.name] = Hearing(understanding, replier)
        self._add_dispatchers(channel, pace, chats)

    def _add_dispatchers(self, channel: ZaloOA | ZaloBot | ZaloPhone, pace: Pace, chats: Chats) -> None:
        lease, told = timedelta(seconds=self.settings.lease_seconds), self.metrics.sending(channel.name)
        self.dispatchers += [
            Dispatcher(self.database, channel, pace, chats=chats, lease=lease, changes=changes, told=told)
            for changes in (False, True)
        ]

    @property
    def channels(self) -> list[ChannelName]:
        """What is configured."""
        bulletins_by_phone = self.phone is not None and self.settings.zalo_oa_template_id
        return [*self.hearings, *([ChannelName.ZALO_PHONE] if bulletins_by_phone else [])]

    @property
    def repliers(self) -> dict[ChannelName, Replier]:
        return {name: hearing.replier for name, hearing in self.hearings.items()}

    def add_routes(self, app: web.Application, intake: Intake) -> None:
        """The webhooks of what is configured."""
        if self.oa is not None:
            app.router.add_post(OA_PATH, OaWebhook(intake, signing_of(self.settings)).take)
        if self.bot is not None and self.settings.zalo_bot_webhook_url:
            secret = self.settings.zalo_bot_webhook_secret.get_secret_value()
            app.router.add_post(BOT_PATH, BotWebhook(intake, secret).take)

    def jobs(self) -> dict[str, tuple[float, Callable[[], Awaitable[None]]]]:
        """What the clock has to do."""
        if self.oa is None:
            return {}
        jobs: dict[str, tuple[float, Callable[[], Awaitable[None]]]] = {
            "zalo grant": (FRESH_EVERY, self.oa.tokens.keep_fresh)
        }
        if self.settings.zalo_oa_dedicated:
            author = self.settings.email_sender_name
            made = Articles(self.database, self.oa, author)
            jobs["zalo articles"] = (ARTICLES_EVERY, made.go_on)
        return jobs

    def running(self, intake: Intake) -> list[Coroutine[Any, Any, None]]:
        """What runs beside the rest until it is cancelled."""
        if self.bot is None:
            return []
        return [
            _registered(self.settings, self.bot) if self.settings.zalo_bot_webhook_url else poll(self.bot, intake)
        ]

    async def close(self) -> None:
        for channel in (self.oa, self.bot):
            if channel is not None:
                await channel.close()


def signing_of(settings: Settings) -> Signing:
    """How webhooks of the Official Account are believed to be signed."""
    return Signing(
        {Whose.APP: settings.zalo_oa_app_id, Whose.OA: settings.zalo_oa_id},
        {Whose.APP: settings.zalo_oa_app_secret.get_secret_value(),
         Whose.OA: settings.zalo_oa_webhook_secret.get_secret_value()},
        settings.zalo_oa_signed_id, settings.zalo_oa_signed_with,
    )  # fmt: skip


async def poll(bot: ZaloBot, intake: Intake) -> None:
    """Fetch updates until cancelled. There is no offset: what was fetched is kept before the next is asked for."""
    while True:
        try:
            update = await bot.updates(POLL_SECONDS)
            if update is not None and (address := sender(update)):
                written = json.dumps(update, ensure_ascii=False).encode()
                await intake.kept([(event_id(update), address, written)], ChannelName.ZALO_BOT)
        except SendError as error:
            log.warning("Zalo's updates could not be fetched, again in %.0f s: %s", BACK_OFF, error)
            await asyncio.sleep(BACK_OFF)
        except Exception:
            log.exception("Zalo's updates could not be kept, again in %.0f s", BACK_OFF)
            await asyncio.sleep(BACK_OFF)


async def _registered(settings: Settings, bot: ZaloBot) -> None:
    """Tell the Bot Platform where to post; the address stays stored even where its probe failed."""
    secret = settings.zalo_bot_webhook_secret.get_secret_value()
    try:
        told = await bot.call("setWebhook", {"url": settings.zalo_bot_webhook_url, "secret_token": secret})
    except SendError as error:
        log.error("Zalo's webhook could not be set: %s", error)
        return
    verified = (told or {}).get("verification") or {}
    if not verified.get("ok"):
        log.error("Zalo could not reach its webhook (%s); see docs/zalo.md", verified.get("outcome"))
