"""Everything is put together here, and only here."""

import asyncio
import contextlib
import logging
import re
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from aiohttp import web

from bot.chores import EDIT_RATE_FACT, RATE_FACT, Chores
from bot.clock import clock
from bot.health import Health, metrics_application
from bot.incidents import Incidents
from bot.intake import Intake, poll
from bot.metrics import Metrics
from bot.outreach import Outreach
from bot.probing import Prober
from bot.reception import Reception
from bot.replies import Replier
from bot.settings import Settings
from bot.supervisor import notify
from bot.web import application
from broadcasts.chats import Chats
from broadcasts.dispatch import Dispatcher
from broadcasts.finish import start_due
from broadcasts.pace import Pace
from channels.message import SendError
from channels.telegram import Telegram
from handlers.conversation import Conversation
from handlers.understanding import USED_UPDATES, Understanding
from pages.survey_form import survey_form
from storage.contacts import fact, learn
from storage.database import Database
from storage.enums import ChannelName
from surveys.catalogue import Catalogue
from surveys.workdays import holiday

log = logging.getLogger(__name__)
USERNAME_FACT = "telegram username"
LAST_SECONDS = 3.0
"""Of the time for a stop, what is left to close everything once nothing is sent any more."""
COMMANDS = {
    "bantin": "Bản tin mới nhất", "kho": "Kho bản tin", "linhvuc": "Chọn lĩnh vực", "khaosat": "Tiếp tục khảo sát",
    "dung": "Ngừng nhận bản tin", "trogiup": "Trợ giúp",
}  # fmt: skip


class Redacted(logging.Filter):
    """Takes the bot's token out of everything that is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        hidden = re.sub(r"\b\d+:[A-Za-z0-9_-]{20,}", "<token>", said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True


def telegram_of(settings: Settings, database: Database | None = None) -> Telegram:
    return Telegram(
        settings.telegram_token.get_secret_value(),
        api_url=settings.telegram_api_url,
        proxy=settings.telegram_proxy or None,
        seconds=settings.lease_seconds / 3,
        database=database,
    )


@dataclass
class Loa:
    """The running program. ``stop`` ends it in order: what is being sent ends, what was only taken is given back."""

    settings: Settings

    def __post_init__(self) -> None:
        self.database = Database(self.settings.database_url)
        self.telegram = telegram_of(self.settings, self.database)
        ceiling = self.settings.telegram_rate
        self.pace, self.edit_pace = Pace(ceiling), Pace(ceiling)
        self.paces = {RATE_FACT: self.pace, EDIT_RATE_FACT: self.edit_pace}
        self.metrics = Metrics(self.database, self.paces)
        self.health = Health(self.database, self.metrics)
        self.catalogue = Catalogue()
        self.chats = Chats()
        self.replier = Replier(self.database, self.telegram, self.pace, edits=self.edit_pace, chats=self.chats)
        self.understanding = Understanding(self.settings.telegram_token.get_secret_value())
        self.reception = Reception(
            self.database,
            Conversation(self.catalogue, self.settings.zone),
            self.understanding,
            self.replier,
            told=self.metrics.heard,
        )
        self.intake = Intake(self.database, self.reception.wake)
        lease = timedelta(seconds=self.settings.lease_seconds)
        told = self.metrics.sending(self.telegram.name)
        bulk = partial(Dispatcher, self.database, self.telegram, chats=self.chats, lease=lease, told=told)
        self.dispatchers = [
            bulk(self.pace, hold=self.settings.telegram_probe),
            bulk(self.edit_pace, changes=True),
        ]
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        """Run until ``stop``."""
        chores = Chores(self.database, self.catalogue, self.replier, self.paces, self.settings.zone)
        prober = Prober(self.database, self.telegram, self.edit_pace, self.replier)
        outreach = Outreach(self.database, self.catalogue, self.telegram, self.pace, self.settings.zone)
        incidents = Incidents(self.database, self.telegram, self.settings)
        await self._learn()
        ticking = clock(
            self.settings.zone,
            {
                "start what is due": (1.0, self._start_due),
                "boards": (2.0, chores.update_boards),
                "notices": (2.0, chores.say_notices),
                "surveys": (30.0, chores.close_surveys),
                "given up": (3600.0, chores.expire_responses),
                "outreach": (5.0, outreach.reach_out),
                "rate": (60.0, chores.keep_rate),
                "nightly": (900.0, chores.nightly),
                "incidents": (30.0, incidents.look),
                **({"doubt": (3.0, prober.look)} if self.settings.telegram_probe else {}),
            },
        )
        try:
            async with self._web(), asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(self.intake.run()), tasks.create_task(self.reception.run())]
                if not self.settings.telegram_webhook_url:
                    running.append(tasks.create_task(poll(self.telegram, self.intake)))
                sending = [tasks.create_task(dispatcher.run()) for dispatcher in self.dispatchers]
                running.append(tasks.create_task(self.health.beat()))
                self.health.tasks = {"intake": running[0], "reception": running[1]}
                self.health.tasks |= {f"dispatch {n}": task for n, task in enumerate(sending, 1)}
                ticking.start()
                running.append(tasks.create_task(self._ready()))
                await self._stopping.wait()
                self.health.stopping = True
                notify("STOPPING=1")
                ticking.shutdown(wait=False)
                for dispatcher in self.dispatchers:
                    await dispatcher.stop()
                grace = max(self.settings.stop_seconds - LAST_SECONDS, self.settings.stop_seconds / 2)
                _, late = await asyncio.wait(sending, timeout=grace)
                if late:
                    log.error("what is being sent did not end in %.0f s; it will be listed as in doubt", grace)
                for task in (*late, *running):
                    task.cancel()
            try:
                await asyncio.wait_for(chores.keep_rate(), LAST_SECONDS / 3)
            except TimeoutError:
                log.warning("what was learned of the rate could not be kept")
        finally:
            await self.telegram.close()
            await self.database.close()

    async def _ready(self) -> None:
        """Load what takes seconds to import, beside the work and not before it."""
        await self.understanding.ready()
        await asyncio.to_thread(holiday, datetime.now(UTC).date())
        notify("READY=1")
        log.info("Loa is running as @%s", self.username or "?")

    async def _start_due(self) -> None:
        started = await start_due(
            self.database, [ChannelName.TELEGRAM], datetime.now(UTC), latest=self.settings.latest
        )
        if started:
            for dispatcher in self.dispatchers:
                dispatcher.wake()

    async def _learn(self) -> None:
        """Who we are on Telegram, how fast we may be, and how updates come."""
        async with self.database.reading() as session:
            learned = {name: await fact(session, name) for name in self.paces}
            self.username = await fact(session, USERNAME_FACT) or ""
        for name, pace in self.paces.items():
            if before := learned[name]:
                pace.remember(before)
        try:
            me = await self.telegram.call("getMe", {})
            self.username = str(me.get("username", ""))
            async with self.database.transaction() as session:
                await learn(session, USERNAME_FACT, self.username)
            await self._say_how()
        except SendError as error:
            log.error("Telegram does not answer yet (%s); Loa goes on trying. See 'loa doctor'", error)

    async def _say_how(self) -> None:
        call, url = self.telegram.call, self.settings.telegram_webhook_url
        await call("setMyCommands", {"commands": [{"command": c, "description": d} for c, d in COMMANDS.items()]})
        secret = self.settings.telegram_webhook_secret.get_secret_value()
        if url:
            await call("setWebhook", {"url": url, "secret_token": secret, "allowed_updates": USED_UPDATES})
        else:
            await call("deleteWebhook", {})

    @contextlib.asynccontextmanager
    async def _web(self) -> AsyncIterator[None]:
        settings = self.settings
        webhook = bool(settings.telegram_webhook_url)
        app = application(
            self.intake if webhook else None,
            settings.telegram_webhook_url,
            settings.telegram_webhook_secret.get_secret_value(),
            survey_form(self.database, self.catalogue, settings.zone, home=settings.web_url),
            health=self.health,
            metrics=settings.metrics == "web",
        )
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(_serving(app, settings.web_host, settings.web_port))
            host, _, port = settings.metrics.rpartition(":")
            if host:
                apart = metrics_application(self.health)
                await stack.enter_async_context(_serving(apart, host.strip("[]"), int(port)))
            yield


@contextlib.asynccontextmanager
async def _serving(app: web.Application, host: str, port: int) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=LAST_SECONDS / 3)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield
    finally:
        await runner.cleanup()


async def serve(settings: Settings) -> None:
    """Run until the process is asked to end."""
    loa = Loa(settings)
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, loa.stop)
    await loa.run()


def log_to_stderr(level: str) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(Redacted())
    for chatty in ("aiogram", "aiohttp.access", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
