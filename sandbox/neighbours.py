"""Zalo's Official Account and a mail server beside the imitated Telegram: one process, one page, one address."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox.clock import Clock
from sandbox.events import Events
from sandbox.mail.control import MailControl
from sandbox.mail.reader import MailReader
from sandbox.mail.server import MailServer
from sandbox.zalo.api import OpenApi
from sandbox.zalo.bot import ZaloBot
from sandbox.zalo.control import Control
from sandbox.zalo.settings import Settings as ZaloSettings
from sandbox.zalo.webhook import Webhook
from sandbox.zalo.world import World

HERE = "127.0.0.1"


class Neighbours:
    """Their state and routes; the Bot Platform is left out, since its paths are Telegram's."""

    def __init__(self, events: Events, reports_to: int = 0) -> None:
        self.settings = ZaloSettings()
        self.zalo = World(self.settings, Clock())
        self.mail = MailServer(reports_to=(HERE, reports_to) if reports_to else None)
        self._api, self._webhook = OpenApi(self.zalo), Webhook(self.zalo)
        self.zalo.observers.append(lambda person, _: events.changed("zalo", person.id))
        self.zalo.spoken.append(lambda person: events.changed("zalo", person.id))
        self.mail.observers.append(lambda address: events.changed("mail", address))

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Registers the routes of both, and those of their controls."""
        self._api.add_routes(router)
        Control(self._api, ZaloBot(self.zalo), self._webhook).add_routes(router)
        MailControl(self.mail).add_routes(router)
        MailReader(self.mail).add_routes(router)

    async def start(self) -> None:
        """Opens the mail server's port."""
        await self.mail.start()

    async def stop(self) -> None:
        """Ends what is under way."""
        await self._webhook.stop()
        await self.mail.stop()

    @property
    def doors(self) -> dict[str, Any]:
        """Ports and secrets that a bot has to be given."""
        told = self.settings
        return {
            "smtp_port": self.mail.port,
            "zalo": {"app_id": told.app_id, "app_secret": told.app_secret, "oa_id": told.oa_id,
                     "oa_secret": told.oa_secret, "refresh_token": told.refresh_token},
        }  # fmt: skip
