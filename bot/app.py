"""Everything is put together here, and only here."""

import asyncio
import contextlib
import logging
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
from bot.letters import Letters
from bot.mailing import EMAIL_RATE_FACT, add_pages, email_of, mail_secret, receiving, site_of
from bot.metrics import Metrics
from bot.outreach import Outreach
from bot.probing import Prober
from bot.reception import Reception
from bot.replies import Replier
from bot.settings import Settings
from bot.supervisor import notify
from bot.web import application
from bot.weekly import Weekly
from bot.zalo import Zalo
from broadcasts.chats import Chats
from broadcasts.dispatch import Dispatcher
from broadcasts.finish import start_due
from broadcasts.pace import Pace
from channels.email import Email
from channels.message import SendError
from channels.telegram import Telegram
from handlers.conversation import Conversation
from handlers.understanding import USED_UPDATES, Understanding
from pages.results.views import results_pages
from pages.survey_form import survey_form
from storage.contacts import CHANNELS_FACT, fact, learn
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
        self.zalo = Zalo(self.settings, self.database, self.metrics)
        self.paces |= self.zalo.paces
        self.reception = Reception(
            self.database,
            Conversation(self.catalogue, self.settings.zone, self.settings.web_url),
            self.understanding,
            self.replier,
            others=self.zalo.hearings,
            told=self.metrics.heard,
        )
        self.intake = Intake(self.database, self.reception.wake)
        lease = timedelta(seconds=self.settings.lease_seconds)
        told = self.metrics.sending(self.telegram.name)
        bulk = partial(Dispatcher, self.database, self.telegram, chats=self.chats, lease=lease, told=told)
        self.dispatchers = [
            bulk(self.pace, hold=self.settings.telegram_probe),
            bulk(self.edit_pace, changes=True),
            *self.zalo.dispatchers,
        ]
        self.speaking = {ChannelName.TELEGRAM, *self.zalo.channels}
        self.email: Email | None = None
        self.email_key: bytes | None = None
        self.email_pace = Pace(self.settings.email_rate, self.settings.email_rate)
        self._stopping = asyncio.Event()

    @property
    def channels(self) -> list[ChannelName]:
        """On which we speak, the first to be tried first."""
        return [channel for channel in self.settings.channels if channel in self.speaking]

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        """Run until ``stop``."""
        others = self.zalo.repliers
        chores = Chores(self.database, self.catalogue, self.replier, self.paces, self.settings.zone, others=others)
        prober = Prober(self.database, self.telegram, self.edit_pace, self.replier)
        outreach = Outreach(self.database, self.catalogue, self.telegram, self.pace, self.settings.zone)
        await self._open_mail()
        incidents = Incidents(self.database, self.telegram, self.settings)
        await self._learn()
        letters = self._letters()
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
                "weekly results": (60.0, Weekly(self.database, self.settings.zone).owe_results),
                **self.zalo.jobs(),
                **({"letters": (5.0, letters.reach_out)} if letters else {}),
                "incidents": (30.0, incidents.look),
                **({"doubt": (3.0, prober.look)} if self.settings.telegram_probe else {}),
            },
        )
        try:
            async with self._web(), self._returning(), asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(self.intake.run()), tasks.create_task(self.reception.run())]
                if not self.settings.telegram_webhook_url:
                    running.append(tasks.create_task(poll(self.telegram, self.intake)))
                running += [tasks.create_task(one) for one in self.zalo.running(self.intake)]
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
            await self.zalo.close()
            if self.email is not None:
                await self.email.close()
            await self.database.close()

    async def _open_mail(self) -> None:
        """E-mail, where a mail server is set: a channel with dispatchers of its own."""
        if not self.settings.email_host:
            return
        self.email_key = await mail_secret(self.database)
        self.email = email_of(self.settings, self.database, self.email_key)
        self.paces[EMAIL_RATE_FACT] = self.email_pace
        self.speaking.add(ChannelName.EMAIL)
        bulk = partial(Dispatcher, self.database, self.email, self.email_pace,
                       lease=timedelta(seconds=self.settings.lease_seconds),
                       told=self.metrics.sending(self.email.name))  # fmt: skip
        self.dispatchers += [bulk(), bulk(changes=True)]

    def _letters(self) -> Letters | None:
        if self.email is None or not self.settings.web_url:
            return None
        return Letters(self.database, self.email, self.email_pace, self.settings.zone, home=self.settings.web_url)

    @contextlib.asynccontextmanager
    async def _returning(self) -> AsyncIterator[None]:
        if self.email_key is None:
            yield
            return
        async with receiving(self.settings, self.database, self.email_key):
            yield

    async def _ready(self) -> None:
        """Load what takes seconds to import, beside the work and not before it."""
        await self.understanding.ready()
        await asyncio.to_thread(holiday, datetime.now(UTC).date())
        notify("READY=1")
        log.info("Loa is running as @%s", self.username or "?")

    async def _start_due(self) -> None:
        started = await start_due(self.database, self.channels, datetime.now(UTC), latest=self.settings.latest)
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
        async with self.database.transaction() as session:
            await learn(session, CHANNELS_FACT, " ".join(self.channels))
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
            results_pages(
                self.database, self.catalogue, settings.zone, home=settings.web_url,
                bot_token=settings.telegram_token.get_secret_value(),
            ),
            health=self.health,
            metrics=settings.metrics == "web",
        )  # fmt: skip
        self.zalo.add_routes(app, self.intake)
        add_pages(app, site_of(settings, self.database, self.catalogue, settings.zone), self.email_key)
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
