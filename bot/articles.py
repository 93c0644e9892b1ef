"""A bulletin as one article to all who follow a dedicated account: made, marked, broadcast once, recorded.

Zalo does not say who got it. What is in doubt is not broadcast again by itself, and nobody who may have it gets
another copy; where Zalo surely refused it, everybody is written to on their own way. Tried against the sandbox, never
against live Zalo.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from channels.blocks import from_json, heading
from channels.message import SendError
from channels.zalo_article import ZaloArticles, content
from channels.zalo_oa import ZaloOA
from storage import articles
from storage.articles import ArticleInfo, ArticleState
from storage.bulletins import bulletin
from storage.database import Database
from storage.enums import DeliveryStatus, Reason

log = logging.getLogger(__name__)
ASKED_AT_ONCE = 200
"""So many people are asked about in one turn, whether they follow."""
AGAIN = timedelta(minutes=1)
WAITING = (Reason.NETWORK, Reason.THROTTLED, Reason.TRY_LATER, Reason.NIGHT, Reason.UNAUTHORISED)
"""Surely not done, and it will pass, or somebody is told of it already."""
DOUBT = (Reason.SERVER, Reason.IN_DOUBT)


class Articles:
    """A job of the clock, in one process at a time."""

    def __init__(
        self, database: Database, oa: ZaloOA, author: str, now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._database, self._oa, self._author, self._now = database, oa, author, now
        self._articles = ZaloArticles(oa)

    async def go_on(self) -> None:
        """One step with each article that is due."""
        async with self._database.reading() as session:
            due = await articles.due_articles(session, self._now())
        for one in due:
            try:
                await self._step(one)
            except SendError as error:
                log.warning("the article of broadcast %d waits: %s", one.broadcast_id, error)
                await self._failed(one, error)

    async def _step(self, one: ArticleInfo) -> None:
        match one.state:
            case ArticleState.NEW:
                if await self._asked(one):
                    await self._make(one)
            case ArticleState.MADE:
                await self._become(one, ArticleState.READY, article=await self._articles.made(one.token))
            case ArticleState.READY:
                await self._broadcast(one)
            case ArticleState.SENDING:  # whoever was at it is gone
                await self._doubted(one)
            case ArticleState.UNKNOWN:  # a person has decided that it is sent again
                await self._become(one, ArticleState.READY)

    async def _become(self, one: ArticleInfo, state: ArticleState, **values: str) -> None:
        async with self._database.transaction() as session:
            await articles.become(session, one, state, due=self._now(), **values)

    async def _asked(self, one: ArticleInfo) -> bool:
        """Ask who follows of those of whom nobody knows; True once everybody is known."""
        async with self._database.reading() as session:
            unknown = await articles.unknown_followers(session, one.broadcast_id, ASKED_AT_ONCE)
        for delivery_id, address in unknown:
            yes = await self._follows(address)
            async with self._database.transaction() as session:
                await articles.follows(session, address, yes=yes)
                if not yes:
                    await articles.back_to_ways(session, one, ids=[delivery_id])
        return len(unknown) < ASKED_AT_ONCE

    async def _follows(self, address: str) -> bool:
        query = {"data": json.dumps({"user_id": address})}
        try:
            told = await self._oa.call("GET", "v3.0/oa/user/detail", params=query)
        except SendError as error:
            if error.reason in (*WAITING, *DOUBT):
                raise SendError(Reason.TRY_LATER, error.detail) from None
            return False
        return isinstance(told, dict) and told.get("user_is_follower") in (True, "true")

    async def _make(self, one: ArticleInfo) -> None:
        async with self._database.reading() as session:
            found = await bulletin(session, one.bulletin_id)
            assert found is not None
        body = [block for a in found.articles for block in (heading(a.headline), *from_json(a.body))]
        title = f"{found.title} số {found.number}/{found.year}"
        token = await self._articles.make(content(title, self._author, body))
        await self._become(one, ArticleState.MADE, token=token)

    async def _broadcast(self, one: ArticleInfo) -> None:
        async with self._database.transaction() as session:
            if not await articles.begin(session, one, self._now()):
                return
        marked = replace(one, state=ArticleState.SENDING)
        try:
            message = await self._articles.broadcast(one.article)
        except SendError as error:
            await self._failed(marked, error)
            return
        now = self._now()
        async with self._database.transaction() as session:
            await articles.become(session, marked, ArticleState.SENT, due=now, message=message)
            n = await articles.end(session, one.broadcast_id, DeliveryStatus.SENT, now, message=message or "article")
        log.info("broadcast %d is an article to %d known followers", one.broadcast_id, n)

    async def _failed(self, one: ArticleInfo, error: SendError) -> None:
        """Wait, doubt, or write to everybody on their own way."""
        sending, now = one.state is ArticleState.SENDING, self._now()
        if error.reason in DOUBT and sending:
            await self._doubted(one)
            return
        if error.reason in (*WAITING, *DOUBT):  # before the broadcast a second article does no harm: nobody sees it
            wait = timedelta(seconds=error.retry_after) if error.retry_after else AGAIN
            async with self._database.transaction() as session:
                state = ArticleState.READY if sending else one.state
                await articles.become(session, one, state, due=now + wait)
                if sending:
                    await articles.end(session, one.broadcast_id, DeliveryStatus.PENDING, now)
            return
        log.error("broadcast %d goes out without its article: %s", one.broadcast_id, error)
        async with self._database.transaction() as session:
            await articles.become(session, one, ArticleState.REFUSED, due=now)
            await articles.back_to_ways(session, one, tried=error.reason)

    async def _doubted(self, one: ArticleInfo) -> None:
        now = self._now()
        async with self._database.transaction() as session:
            await articles.become(session, one, ArticleState.UNKNOWN, due=now)
            n = await articles.end(session, one.broadcast_id, DeliveryStatus.UNKNOWN, now)
        log.error("broadcast %d: %d followers may have its article or not", one.broadcast_id, n)
