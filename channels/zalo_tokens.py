"""The grant of an Official Account: its access token, refreshed by one of us at a time and kept before it is used.

A refresh token works once. Whoever may use it is decided in the database; the new pair is committed before any call
is made with it. Tried against the sandbox, never against live Zalo.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from channels.message import SendError
from channels.zalo_client import ZaloHttp
from storage import zalo
from storage.database import Database
from storage.enums import IncidentKind, Reason
from storage.incidents import settle

log = logging.getLogger(__name__)
REFRESH_AFTER = timedelta(hours=20)
"""Age at which a token of 25 hours is replaced."""
WARN_BEFORE = timedelta(days=14)
"""So long before the end of the refresh token's three months operators are told."""
TURN = timedelta(seconds=60)
"""How long one may be at it; longer than the call can take."""
AGAIN_AFTER = timedelta(minutes=5)
"""After a refusal nobody tries for so long: the grant is dead, or the network is."""
LOOK_EVERY = 0.2
NEAR_ITS_END = "the refresh token ends soon"


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are to Zalo, from the settings."""

    app_id: str
    oa_id: str
    app_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    oauth_url: str = "https://oauth.zaloapp.com"

    @property
    def name(self) -> str:
        """Under which the grant is kept."""
        return f"{self.app_id}:{self.oa_id}"


class Tokens:
    """The access token of one account, shared with other processes through the database."""

    def __init__(
        self, database: Database, http: ZaloHttp, account: Account, now: Callable[[], datetime]
    ) -> None:  # fmt: skip
        self._database, self._http, self._account, self._now = database, http, account, now
        self._known: zalo.Grant | None = None
        self._begun = False
        self._one = asyncio.Lock()
        self._exchanges: set[asyncio.Task[zalo.Grant]] = set()

    async def settled(self) -> None:
        """Wait until what was begun with a refresh token has been kept."""
        if self._exchanges:
            await asyncio.wait(self._exchanges)

    async def access(self) -> str:
        """A token that is good now; raises SendError where there is none."""
        known = self._known
        if known is None or not known.access or self._old(known):
            known = await self._renewed(known.access if known else None)
        return known.access

    async def renew(self, stale: str) -> str:
        """Another token than the one that was refused."""
        return (await self._renewed(stale, refused=True)).access

    async def keep_fresh(self) -> None:
        """A job of the clock: refresh in time, and tell operators before the grant ends."""
        try:
            await self.access()
        except SendError as error:
            log.error("the grant of Zalo could not be refreshed: %s", error.reason)
            return
        known = self._known
        if known and known.refresh_until and known.refresh_until - self._now() < WARN_BEFORE and not known.trouble:
            await self._tell(NEAR_ITS_END)

    def _old(self, grant: zalo.Grant) -> bool:
        now = self._now()
        late = grant.refreshed_at is None or now - grant.refreshed_at > REFRESH_AFTER
        return late or grant.access_until is None or grant.access_until <= now

    async def _read(self) -> zalo.Grant:
        if not self._begun:
            async with self._database.transaction() as session:
                await zalo.begin(session, self._account.name, self._account.refresh_token)
            self._begun = True
        async with self._database.reading() as session:
            found = await zalo.grant(session, self._account.name)
        assert found is not None
        self._known = found
        return found

    async def _renewed(self, stale: str | None, *, refused: bool = False) -> zalo.Grant:
        async with self._one:
            return await self._renewed_alone(stale, refused)

    async def _renewed_alone(self, stale: str | None, refused: bool) -> zalo.Grant:
        """The pair after somebody, we or another process, has refreshed it."""
        until = self._now() + TURN
        while True:
            now, found = self._now(), await self._read()
            good = bool(found.access) and not self._old(found)
            if good and not (refused and found.access == stale):
                return found
            async with self._database.transaction() as session:
                refresh = await zalo.take_turn(session, self._account.name, found.access, now, now + TURN)
            if refresh is not None:
                return await self._unbroken(refresh)
            usable = found.access_until is not None and found.access_until > now and not refused
            if usable:
                return found  # old but good while another is refreshing it
            if found.trouble or self._now() > until:
                raise SendError(Reason.UNAUTHORISED, found.trouble or "somebody else is refreshing the grant")
            await asyncio.sleep(LOOK_EVERY)

    async def _unbroken(self, refresh: str) -> zalo.Grant:
        """The exchange, which goes on when nobody waits for it any more: what it got is to be kept all the same."""
        exchange = asyncio.create_task(self._exchange(refresh))
        self._exchanges.add(exchange)
        exchange.add_done_callback(self._exchanges.discard)
        return await asyncio.shield(exchange)

    async def _exchange(self, refresh: str) -> zalo.Grant:
        form = {"app_id": self._account.app_id, "grant_type": "refresh_token", "refresh_token": refresh}
        headers = {"secret_key": self._account.app_secret}
        try:
            answer = await self._http.ask(
                "POST", f"{self._account.oauth_url}/v4/oa/access_token", data=form, headers=headers
            )
            if "access_token" not in answer or "refresh_token" not in answer:
                raise SendError(Reason.UNAUTHORISED, f"Zalo refuses the refresh token ({answer.get('error')})")
        except SendError as error:
            if error.reason is not Reason.NETWORK:  # it may be used up, so somebody has to look
                await self._tell(error.detail, until=self._now() + AGAIN_AFTER)
            else:
                async with self._database.transaction() as session:
                    await zalo.note_trouble(session, self._account.name, "")
            raise
        now = self._now()
        async with self._database.transaction() as session:
            await zalo.keep_pair(
                session, self._account.name, access=str(answer["access_token"]),
                refresh=str(answer["refresh_token"]),
                access_until=now + timedelta(seconds=float(answer.get("expires_in") or 3600)),
                refresh_until=now + timedelta(seconds=float(answer.get("refresh_token_expires_in") or 7_776_000)),
                now=now,
            )  # fmt: skip
            await settle(session, IncidentKind.ZALO_GRANT, self._account.name, now, wrong=False)
        return await self._read()

    async def _tell(self, trouble: str, *, until: datetime | None = None) -> None:
        """Note what is wrong, and tell operators once until it is right again."""
        log.error("the grant of Zalo: %s", trouble)
        async with self._database.transaction() as session:
            await zalo.note_trouble(session, self._account.name, trouble, until=until)
            await settle(
                session, IncidentKind.ZALO_GRANT, self._account.name, self._now(), wrong=True, detail=trouble
            )
