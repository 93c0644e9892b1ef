"""Everything is put together here, and only here."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.background import Background
from bot.chores import EDIT_RATE_FACT, RATE_FACT, Chores
from bot.clock import Job, clock
from bot.door import door
from bot.health import Health
from bot.incidents import Incidents
from bot.intake import Intake, poll
from bot.inviting import InChat, Way
from bot.jobs import jobs_of
from bot.mailing import Mail
from bot.metrics import Metrics
from bot.outreach import Outreach
from bot.paces import Paces
from bot.probing import Prober
from bot.reception import Reception
from bot.replies import Replier
from bot.roles import Charge, Part
from bot.settings import Settings
from bot.supervisor import notify
from bot.ways import inviting_on, learn_ways, voices_of
from bot.weekly import Weekly
from bot.zalo import Zalo
from broadcasts.chats import Chats
from broadcasts.dispatch import Dispatcher
from broadcasts.finish import start_due
from broadcasts.pace import Pace
from broadcasts.shared import SharedPace
from channels.message import SendError
from channels.telegram import Telegram
from handlers.aside import aside
from handlers.conversation import Conversation
from handlers.understanding import USED_UPDATES, Understanding
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
        as_rich=settings.telegram_rich,
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
        self.paces = Paces(self.database, self.turns.call)
        self.metrics = Metrics(self.database, self.paces.all)
        self.health = Health(self.database, self.metrics)
        self.telegram = telegram_of(self.settings, self.database)
        bot, ceiling = self.settings.telegram_token.get_secret_value().partition(":")[0], self.settings.telegram_rate
        self.pace = self.paces.of(RATE_FACT, f"telegram {bot} messages", ceiling)
        self.edit_pace = self.paces.of(EDIT_RATE_FACT, f"telegram {bot} edits", ceiling)
        self.catalogue = Catalogue()
        self.chats = Chats()
        self.replier = Replier(self.database, self.telegram, self.pace, edits=self.edit_pace, chats=self.chats)
        self.understanding = Understanding(self.settings.telegram_token.get_secret_value())
        self.zalo = Zalo(self.settings, self.database, self.metrics, self.paces)
        self.mail = Mail(self.settings, self.database, self.metrics, self.paces)
        self.reception = Reception(
            self.database, Conversation(self.catalogue, self.settings.zone, self.settings.web_url),
            self.understanding, self.replier, others=self.zalo.hearings, told=self.metrics.heard, turns=self.turns,
        )  # fmt: skip
        self.intake = Intake(self.database, self._arrived)
        bulk = partial(
            Dispatcher, self.database, self.telegram, chats=self.chats, told=self.metrics.sending(self.telegram.name),
            lease=timedelta(seconds=self.settings.lease_seconds),
        )  # fmt: skip
        self.dispatchers = [
            bulk(self.pace, hold=self.settings.telegram_probe), bulk(self.edit_pace, changes=True),
            *self.zalo.dispatchers,
        ]  # fmt: skip
        self._stopping = asyncio.Event()

    @property
    def channels(self) -> list[ChannelName]:
        """On which we speak, the first to be tried first."""
        mail = [ChannelName.EMAIL] if self.mail.channel is not None else []
        speaking = {ChannelName.TELEGRAM, *self.zalo.channels, *mail}
        return [channel for channel in self.settings.channels if channel in speaking]

    def stop(self) -> None:
        self._stopping.set()

    def _heard(self) -> None:
        """Another process calls: look at once."""
        self.reception.wake()
        for dispatcher in self.dispatchers:
            dispatcher.wake()
        for pace in self.paces.shared:
            pace.look_again()

    def _arrived(self) -> None:
        if Part.INTAKE in self.parts:
            self.reception.wake()
        else:
            self.turns.call()

    async def run(self) -> None:
        """Run until ``stop``."""
        parts, hears = self.parts, bool(self.parts & {Part.INTAKE, Part.WEB})
        await self.mail.open()
        self.dispatchers += self.mail.dispatchers
        voices = {**self.zalo.repliers, **self.mail.repliers}
        chores = Chores(
            self.database, self.catalogue, self.replier, self.paces.all, self.settings.zone, others=voices
        )
        inviting = inviting_on(self.zalo, self.mail)
        ways: list[tuple[Way, Pace]] = [(InChat(self.telegram), self.pace), *self.zalo.ways]
        outreach = [
            Outreach(self.database, self.catalogue, way, pace, self.settings.zone, channels=inviting)
            for way, pace in ways
        ]
        background = Background(jobs_of(self.database), chores, outreach)
        in_charge, fetching = Charge(self.database, CLOCK), Charge(self.database, FETCHING)
        charges = [in_charge] if Part.CLOCK in parts else []
        charges += [fetching] if Part.INTAKE in parts and not self.settings.telegram_webhook_url else []
        ticks = self._ticks(chores, background, in_charge) if Part.CLOCK in parts else {}
        ticking = clock(self.settings.zone, ticks)
        try:
            await self._learn()
            open_door = await self._open_door(webhooks=hears)
            async with open_door, asyncio.TaskGroup() as tasks:
                begin = tasks.create_task
                running = [begin(self.turns.run()), *(begin(charge.run()) for charge in charges)]
                running += [begin(pace.run()) for pace in self.paces.shared]
                running += [begin(self.intake.run())] if hears else []
                await self.turns.open.wait()
                hearing = [begin(self.reception.run())] if Part.INTAKE in parts else []
                running += [begin(one) for one in self.zalo.running(self.intake)] if Part.INTAKE in parts else []
                if fetching in charges:
                    running.append(begin(fetching.work(lambda: poll(self.telegram, self.intake))))
                sending = [begin(d.run()) for d in self.dispatchers] if Part.DISPATCH in parts else []
                working = [begin(background.run())] if parts & {Part.CLOCK, Part.DISPATCH} else []
                running.append(begin(self.health.beat()))
                self.health.tasks = {f"reception {n}": task for n, task in enumerate(hearing, 1)}
                self.health.tasks |= {f"dispatch {n}": task for n, task in enumerate(sending, 1)}
                ticking.start()
                running.append(begin(self._ready()))
                await self._stopping.wait()
                self.health.stopping = True
                notify("STOPPING=1")
                ticking.shutdown(wait=False)
                await open_door.aclose()
                await self._end(sending, hearing, working, background)
                for task in (*running, *hearing, *working, *sending):
                    task.cancel()
            for charge in charges:
                await charge.leave()
            try:
                await asyncio.wait_for(chores.keep_rate(), LAST_SECONDS / 3)
            except TimeoutError:
                log.warning("what was learned of the rate could not be kept")
        finally:
            await self.telegram.close()
            await self.zalo.close()
            await self.mail.close()
            await self.database.close()

    async def _end(
        self, sending: Sequence[asyncio.Task[None]], hearing: Sequence[asyncio.Task[None]],
        working: Sequence[asyncio.Task[None]], background: Background,
    ) -> None:  # fmt: skip
        """What is being sent, said and done ends, within the time that there is for a stop."""
        grace = max(self.settings.stop_seconds - LAST_SECONDS, self.settings.stop_seconds / 2)
        for dispatcher in self.dispatchers:
            await dispatcher.stop()
        await self.reception.stop()
        background.stop()
        if ending := [*sending, *hearing, *working]:
            _, late = await asyncio.wait(ending, timeout=grace)
            if set(late) & set(sending):
                log.error("what is being sent did not end in %.0f s; it will be listed as in doubt", grace)

    def _ticks(self, chores: Chores, background: Background, in_charge: Charge) -> dict[str, tuple[float, Job]]:
        """What the clock does and how often; of several processes with a clock one does it."""
        prober = Prober(self.database, self.telegram, self.edit_pace, self.replier)
        incidents = Incidents(self.database, self.telegram, self.settings)
        jobs: dict[str, tuple[float, Job]] = {
            "start what is due": (1.0, self._start_due),
            "boards": (2.0, chores.update_boards),
            "notices": (2.0, chores.say_words),
            "surveys": (30.0, chores.close_surveys),
            "weekly results": (60.0, Weekly(self.database, self.settings.zone).owe_results),
            "incidents": (30.0, incidents.look),
            **background.ticks(),
            **self.zalo.jobs(),
            **self.mail.letters(inviting_on(self.zalo, self.mail)),
            **{f"rate of {pace.account}": (60.0, pace.search_again) for pace in self.paces.shared},
            **({"doubt": (3.0, prober.look)} if self.settings.telegram_probe else {}),
        }
        alone = {name: (seconds, in_charge.only(job)) for name, (seconds, job) in jobs.items()}
        return {**alone, "rate": (60.0, chores.keep_rate)}

    async def _ready(self) -> None:
        """Load what takes seconds to import, beside the work and not before it."""
        if Part.INTAKE in self.parts:
            await self.understanding.ready()
        await aside(partial(holiday, datetime.now(UTC).date()))
        notify("READY=1")
        log.info("Loa is running as @%s", self.username or "?")

    async def _start_due(self) -> None:
        started = await start_due(self.database, self.channels, datetime.now(UTC), latest=self.settings.latest)
        if started:
            for dispatcher in self.dispatchers:
                dispatcher.wake()
            self.turns.call()

    async def _learn(self) -> None:
        """Who we are on Telegram, how fast we may be, and how updates come."""
        async with self.database.transaction() as session:
            learned = {name: await fact(session, name) for name in self.paces.all}
            self.username = await fact(session, USERNAME_FACT) or ""
            await learn_ways(session, self.settings, self.channels, voices_of(self.settings, self.zalo, self.mail))
        for name, pace in self.paces.all.items():
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

    async def _open_door(self, *, webhooks: bool) -> contextlib.AsyncExitStack:
        """The web server, and where mail comes back; closed before the others stop."""
        async with contextlib.AsyncExitStack() as stack:
            intake = self.intake if webhooks else None
            await stack.enter_async_context(
                door(self.settings, self.database, self.catalogue, self.health, intake, self.zalo, self.mail,
                     pages=Part.WEB in self.parts)
            )  # fmt: skip
            if Part.INTAKE in self.parts:
                await stack.enter_async_context(self.mail.returning())
            return stack.pop_all()


async def serve(settings: Settings, parts: frozenset[Part] = frozenset(Part)) -> None:
    """Run until the process is asked to end."""
    loa = Loa(settings, parts)
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, loa.stop)
    await loa.run()
