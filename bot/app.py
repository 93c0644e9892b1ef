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

from bot.background import Background
from bot.chores import EDIT_RATE_FACT, RATE_FACT, Chores
from bot.clock import Job, clock
from bot.intake import Intake, poll
from bot.jobs import jobs_of
from bot.outreach import Outreach
from bot.probing import Prober
from bot.reception import Reception
from bot.replies import Replier
from bot.roles import Charge, Part
from bot.settings import Settings
from bot.web import application
from broadcasts.chats import Chats
from broadcasts.dispatch import Dispatcher
from broadcasts.finish import start_due
from broadcasts.pace import Pace
from broadcasts.shared import SharedPace
from channels.message import SendError
from channels.telegram import Telegram
from handlers.conversation import Conversation
from handlers.understanding import USED_UPDATES, Understanding
from pages.survey_form import survey_form
from storage.contacts import fact, learn
from storage.database import Database
from storage.enums import ChannelName
from storage.turns import Turns
from surveys.catalogue import Catalogue
from surveys.workdays import holiday

log = logging.getLogger(__name__)
USERNAME_FACT = "telegram username"
CLOCK, FETCHING = "clock", "fetching of updates"
LEAST_IDLE = 5.0
LAST_SECONDS = 15.0
"""How long a stop waits for what is under way."""
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
    parts: frozenset[Part] = frozenset(Part)

    def __post_init__(self) -> None:
        idle = max(LEAST_IDLE, self.settings.lease_seconds / 4)
        self.database = Database(self.settings.database_url, idle_seconds=idle)
        self.turns = Turns(self.database, self._heard)
        self.telegram = telegram_of(self.settings, self.database)
        self.pace, self.edit_pace = self._pace_of("messages"), self._pace_of("edits")
        self.paces = {RATE_FACT: self.pace, EDIT_RATE_FACT: self.edit_pace}
        self.catalogue = Catalogue()
        self.chats = Chats()
        self.replier = Replier(self.database, self.telegram, self.pace, edits=self.edit_pace, chats=self.chats)
        self.understanding = Understanding(self.settings.telegram_token.get_secret_value())
        self.reception = Reception(
            self.database,
            Conversation(self.catalogue, self.settings.zone),
            self.understanding,
            self.replier,
            turns=self.turns,
        )
        self.intake = Intake(self.database, self._arrived)
        lease = timedelta(seconds=self.settings.lease_seconds)
        bulk = partial(Dispatcher, self.database, self.telegram, chats=self.chats, lease=lease)
        self.dispatchers = [
            bulk(self.pace, hold=self.settings.telegram_probe),
            bulk(self.edit_pace, changes=True),
        ]
        self._stopping = asyncio.Event()

    def _pace_of(self, what: str) -> Pace:
        """Of this bot, shared by all processes where there may be several."""
        ceiling = self.settings.telegram_rate
        if self.database.is_sqlite:
            return Pace(ceiling)
        bot = self.settings.telegram_token.get_secret_value().partition(":")[0]
        return SharedPace(self.database, f"telegram {bot} {what}", ceiling, told=self.turns.call)

    @property
    def _shared(self) -> list[SharedPace]:
        return [pace for pace in self.paces.values() if isinstance(pace, SharedPace)]

    def stop(self) -> None:
        self._stopping.set()

    def _heard(self) -> None:
        """Another process calls: look at once."""
        self.reception.wake()
        for dispatcher in self.dispatchers:
            dispatcher.wake()
        for pace in self._shared:
            pace.look_again()

    def _arrived(self) -> None:
        if Part.INTAKE in self.parts:
            self.reception.wake()
        else:
            self.turns.call()

    async def run(self) -> None:
        """Run until ``stop``."""
        parts, hears = self.parts, bool(self.parts & {Part.INTAKE, Part.WEB})
        chores = Chores(self.database, self.catalogue, self.replier, self.paces, self.settings.zone)
        outreach = Outreach(self.database, self.catalogue, self.telegram, self.pace, self.settings.zone)
        background = Background(jobs_of(self.database), chores, outreach)
        in_charge, fetching = Charge(self.database, CLOCK), Charge(self.database, FETCHING)
        charges = [in_charge] if Part.CLOCK in parts else []
        charges += [fetching] if Part.INTAKE in parts and not self.settings.telegram_webhook_url else []
        ticking = (
            clock(self.settings.zone, self._ticks(chores, background, in_charge)) if Part.CLOCK in parts else None
        )
        try:
            await self._learn()
            door = await self._open_door()
            async with door, asyncio.TaskGroup() as tasks:
                begin = tasks.create_task
                running = [begin(self.turns.run()), *(begin(charge.run()) for charge in charges)]
                running += [begin(pace.run()) for pace in self._shared]
                running += [begin(self.intake.run())] if hears else []
                await self.turns.open.wait()
                hearing = [begin(self.reception.run())] if Part.INTAKE in parts else []
                if fetching in charges:
                    running.append(begin(fetching.work(lambda: poll(self.telegram, self.intake))))
                sending = [begin(d.run()) for d in self.dispatchers] if Part.DISPATCH in parts else []
                working = [begin(background.run())] if parts & {Part.CLOCK, Part.DISPATCH} else []
                if ticking is not None:
                    ticking.start()
                running.append(begin(self._ready()))
                await self._stopping.wait()
                if ticking is not None:
                    ticking.shutdown(wait=False)
                await door.aclose()
                for dispatcher in self.dispatchers:
                    await dispatcher.stop()
                await self.reception.stop()
                background.stop()
                if sending:
                    await asyncio.wait(sending)
                if hearing or working:
                    await asyncio.wait([*hearing, *working], timeout=LAST_SECONDS)
                for task in (*running, *hearing, *working):
                    task.cancel()
            for charge in charges:
                await charge.leave()
            await chores.keep_rate()
        finally:
            await self.telegram.close()
            await self.database.close()

    def _ticks(self, chores: Chores, background: Background, in_charge: Charge) -> dict[str, tuple[float, Job]]:
        """What the clock does and how often; of several processes with a clock one does it."""
        prober = Prober(self.database, self.telegram, self.edit_pace, self.replier)
        jobs: dict[str, tuple[float, Job]] = {
            "start what is due": (1.0, self._start_due),
            "boards": (2.0, chores.update_boards),
            "notices": (2.0, chores.say_notices),
            "surveys": (30.0, chores.close_surveys),
            **background.ticks(),
            **{f"rate of {pace.account}": (60.0, pace.search_again) for pace in self._shared},
            **({"doubt": (3.0, prober.look)} if self.settings.telegram_probe else {}),
        }
        alone = {name: (seconds, in_charge.only(job)) for name, (seconds, job) in jobs.items()}
        return {**alone, "rate": (60.0, chores.keep_rate)}

    async def _ready(self) -> None:
        """Load what takes seconds to import, beside the work and not before it."""
        if Part.INTAKE in self.parts:
            await self.understanding.ready()
        await asyncio.to_thread(holiday, datetime.now(UTC).date())
        log.info("Loa is running as @%s", self.username or "?")

    async def _start_due(self) -> None:
        started = await start_due(
            self.database, [ChannelName.TELEGRAM], datetime.now(UTC), latest=self.settings.latest
        )
        if started:
            for dispatcher in self.dispatchers:
                dispatcher.wake()
            self.turns.call()

    async def _learn(self) -> None:
        """Who we are on Telegram, how fast we may be, and how updates come."""
        async with self.database.reading() as session:
            learned = {name: await fact(session, name) for name in self.paces}
            self.username = await fact(session, USERNAME_FACT) or ""
        for name, pace in self.paces.items():
            if before := learned[name]:
                pace.remember(before)
            if isinstance(pace, SharedPace):
                await pace.open()
        try:
            me = await self.telegram.call("getMe", {})
            self.username = str(me.get("username", ""))
            async with self.database.transaction() as session:
                await learn(session, USERNAME_FACT, self.username)
            if Part.INTAKE in self.parts:
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

    async def _open_door(self) -> contextlib.AsyncExitStack:
        """The web server, listening; closed before the others stop. Raises OSError for a port that is taken."""
        async with contextlib.AsyncExitStack() as door:
            await door.enter_async_context(self._web())
            return door.pop_all()

    @contextlib.asynccontextmanager
    async def _web(self) -> AsyncIterator[None]:
        settings = self.settings
        webhook = bool(settings.telegram_webhook_url) and bool(self.parts & {Part.INTAKE, Part.WEB})
        app = application(
            self.intake if webhook else None,
            settings.telegram_webhook_url,
            settings.telegram_webhook_secret.get_secret_value(),
            survey_form(self.database, self.catalogue, settings.zone, home=settings.web_url)
            if Part.WEB in self.parts
            else None,
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=LAST_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.web_host, settings.web_port).start()
            yield
        finally:
            await runner.cleanup()


async def serve(settings: Settings, parts: frozenset[Part] = frozenset(Part)) -> None:
    """Run until the process is asked to end."""
    loa = Loa(settings, parts)
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
