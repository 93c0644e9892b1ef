"""Looks after the running program: measures, judges by ``bot.trouble``, and keeps incidents."""

import asyncio
import logging
import shutil
import socket
import ssl
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bot.settings import Settings
from bot.trouble import failure_share, judged
from channels.message import SendError
from channels.telegram import Telegram
from storage.broadcasts import broadcasts, tally
from storage.database import Database
from storage.enums import BroadcastStatus, ChannelName, DeliveryStatus, IncidentKind, Reason
from storage.figures import inbox_waiting, quarantined_since
from storage.incidents import open_incidents, settle

log = logging.getLogger(__name__)
CALL_SECONDS = 10.0
CERTIFICATE_EVERY = 3600.0
GB = 1e9
BACKUPS = ("*.db", "*.dump")
UNDER_WAY = (BroadcastStatus.SENDING, BroadcastStatus.PAUSED)


@dataclass(frozen=True, slots=True)
class Reading:
    """A value that was measured, in the unit of its rule; ``detail`` is read by people."""

    kind: IncidentKind
    subject: str
    value: float
    detail: str = ""


class Incidents:
    """``look`` may run at any time and in any number of processes."""

    def __init__(self, database: Database, telegram: Telegram, settings: Settings) -> None:
        self._database, self._telegram, self._settings = database, telegram, settings
        self._failed_calls, self._detail = 0, ""
        self._certificates: list[Reading] = []
        self._next_certificates = 0.0

    async def look(self) -> None:
        """Measure everything, and open or close what follows from it."""
        readings = [one async for one in self._readings()]
        now = datetime.now(UTC)
        async with self._database.reading() as session:
            known = {(one.kind, one.subject) for one in await open_incidents(session)}
        for one in readings:
            wrong = judged(one.kind, one.value)
            if wrong is None or wrong is ((one.kind, one.subject) in known):
                continue
            await self._settle(one, now, wrong=wrong)
        running = {one.subject for one in readings if one.kind is IncidentKind.FAILURES}
        for kind, subject in known:
            if kind is IncidentKind.FAILURES and subject not in running:
                await self._settle(Reading(kind, subject, 0.0), now, wrong=False)

    async def _settle(self, one: Reading, now: datetime, *, wrong: bool) -> None:
        async with self._database.transaction() as session:
            if await settle(session, one.kind, one.subject, now, wrong=wrong, detail=one.detail):
                level = logging.ERROR if wrong else logging.INFO
                log.log(level, "incident %s: %s (%s)", "opened" if wrong else "closed", one.kind, one.subject)

    async def _readings(self) -> AsyncIterator[Reading]:
        for one in [*await self._call(), *await self._kept(), *self._disk(), *self._backup()]:
            yield one
        if time.monotonic() >= self._next_certificates:
            self._next_certificates = time.monotonic() + CERTIFICATE_EVERY
            self._certificates = await certificates([self._settings.web_url, self._settings.telegram_webhook_url])
        for one in self._certificates:
            yield one

    async def _call(self) -> list[Reading]:
        """Whether the network answers, and whether it knows us."""
        refused = False
        try:
            await self._telegram.call("getMe", {}, seconds=CALL_SECONDS)
            self._failed_calls = 0
        except SendError as error:
            refused = error.reason is Reason.UNAUTHORISED
            down = error.reason in (Reason.NETWORK, Reason.SERVER, Reason.IN_DOUBT)
            self._failed_calls = self._failed_calls + 1 if down else 0
            self._detail = str(error.reason)
        name = str(ChannelName.TELEGRAM)
        return [
            Reading(IncidentKind.CHANNEL_DOWN, name, self._failed_calls, self._detail),
            *([] if self._failed_calls else [Reading(IncidentKind.TOKEN, name, float(refused))]),
        ]

    async def _kept(self) -> list[Reading]:
        """What the database tells."""
        now = datetime.now(UTC)
        async with self._database.reading() as session:
            oldest, waiting = await inbox_waiting(session)
            set_aside = await quarantined_since(session, now - timedelta(days=1))
            tallies = {one.id: await tally(session, one.id) for one in await broadcasts(session, *UNDER_WAY)}
        lag = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
        readings = [
            Reading(IncidentKind.INBOX, "inbox", lag, f"{waiting} tin, {lag:.0f} giây"),
            Reading(IncidentKind.QUARANTINE, "inbox", set_aside, f"{set_aside} tin"),
        ]
        for id, counts in tallies.items():
            sent, failed = counts.sent, counts.by_status[DeliveryStatus.FAILED]
            if (share := failure_share(sent, failed)) is not None:
                said = f"{failed} trên {sent + failed}"
                readings.append(Reading(IncidentKind.FAILURES, str(id), share, said))
        return readings

    def _disk(self) -> list[Reading]:
        path = self._settings.sqlite_path
        folder = path.parent if path is not None else Path.cwd()
        free = shutil.disk_usage(folder).free / GB
        return [Reading(IncidentKind.DISK, socket.gethostname(), free, f"{free:.1f} GB")]

    def _backup(self) -> list[Reading]:
        """How old the newest backup is, if there is any."""
        folder = self._settings.backup_dir
        if not folder:
            return []
        made = [path.stat().st_mtime for pattern in BACKUPS for path in Path(folder).glob(pattern)]
        if not made:
            return []
        hours = (time.time() - max(made)) / 3600
        return [Reading(IncidentKind.BACKUP, folder, hours, f"{hours:.0f} giờ trước")]


async def certificates(urls: Iterable[str]) -> list[Reading]:
    """For how many days the certificates of these addresses are still good; who cannot be reached is left out."""
    hosts = {(p.hostname, p.port or 443) for p in map(urlsplit, urls) if p.scheme == "https" and p.hostname}
    found = []
    for host, port in sorted(hosts):
        try:
            end = await asyncio.to_thread(certificate_end, host, port)
        except ssl.SSLCertVerificationError as error:
            found.append(Reading(IncidentKind.CERTIFICATE, host, 0.0, error.verify_message))
        except OSError as error:
            log.warning("the certificate of %s could not be looked at: %s", host, error)
        else:
            days = (end - datetime.now(UTC)).total_seconds() / 86400
            found.append(Reading(IncidentKind.CERTIFICATE, host, days, f"đến {end:%d/%m/%Y}"))
    return found


def certificate_end(host: str, port: int, context: ssl.SSLContext | None = None) -> datetime:
    """Until when the certificate that this server shows is good. Raises OSError, for a bad one its SSL subclass."""
    trusted = context or ssl.create_default_context()
    with (
        closing(socket.create_connection((host, port), CALL_SECONDS)) as plain,
        trusted.wrap_socket(plain, server_hostname=host) as shown,
    ):
        told = shown.getpeercert()
    assert told is not None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)
