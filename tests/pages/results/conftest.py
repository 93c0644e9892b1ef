"""Results pages as they run on a real database, and surveys with answers in them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web import application
from pages.results.keeping import Keeping
from pages.results.views import results_pages
from storage import secrets
from storage.contacts import belongs_to, met
from storage.database import Database
from storage.enums import ChannelName, Role
from storage.people import add_person, grant
from storage.surveys import close_survey, publish_results, questionnaire_named
from storage.tables import Consent, Response, ResponseText
from surveys.catalogue import Catalogue, publish
from surveys.counting import mend
from surveys.design import from_dict
from surveys.fieldwork import open_survey
from surveys.packing import pack
from surveys.passes import RESULTS, Pass, written
from tests.pages.reading import Browser
from tests.world import SMALL, TOKEN, ZONE

Person = tuple[str, Mapping[str, Any]]
"""Where somebody answered, and what."""


@dataclass
class Web:
    """Running pages; ``tick`` is the clock by which pages are kept."""

    database: Database
    now: datetime
    keeping: Keeping
    home: str = ""
    tick: float = 1.0

    async def survey(
        self, people: Sequence[Person], *, recruiting: str = "invited", source: str = SMALL, public: bool = True,
        days: Sequence[int] = (0,), texts: Mapping[int, tuple[str, str]] | None = None,
        **design: Any,
    ) -> int:  # fmt: skip
        """A closed survey with these answers, which were sent so many days after its beginning, in turn."""
        catalogue, begun = Catalogue(), self.now
        async with self.database.transaction() as session:
            form, _, _ = await publish(session, source, begun)
            named = await questionnaire_named(session, form.key)
            assert named is not None
            id = await open_survey(
                session, named[0], "Khảo sát hài lòng", None, begun, from_dict({"recruiting": recruiting, **design})
            )
            rows = [
                {
                    "id": id * 100_000 + n, "survey_id": id, "unit": unit, "status": "complete",
                    "answers": pack(form, answers)[0], "seconds": 300,
                    "started_at": begun, "touched_at": begun + timedelta(days=days[n % len(days)]),
                }
                for n, (unit, answers) in enumerate(people)
            ]  # fmt: skip
            if rows:
                await session.execute(insert(Response), rows)
            said = [
                {"response_id": id * 100_000 + n, "question": question, "text": text}
                for n, (question, text) in (texts or {}).items()
            ]
            if said:
                await session.execute(insert(ResponseText), said)
            if recruiting == "open":
                await _agreed(session, id, len(rows), begun)
        async with self.database.transaction() as session:
            await mend(session, catalogue, id)
            if public:
                await close_survey(session, id, begun + timedelta(days=90))
                await publish_results(session, id, begun + timedelta(days=91))
        return id

    async def link(self, survey_id: int, *, hours: float = 12) -> str:
        async with self.database.transaction() as session:
            key = await secrets.made_secret(session, RESULTS)
        return f"/k/{survey_id}/staff?t={written(Pass('s', survey_id, self.now + timedelta(hours=hours)), key)}"

    async def person(self, telegram_id: int, *roles: Role) -> int:
        async with self.database.transaction() as session:
            contact = (await met(session, ChannelName.TELEGRAM, [str(telegram_id)], self.now))[str(telegram_id)]
            id = await add_person(session, "Trần Thị Hoa", self.now)
            await belongs_to(session, contact.id, id)
            for role in roles:
                await grant(session, id, role, self.now)
            return id


async def _agreed(session: AsyncSession, survey_id: int, people: int, now: datetime) -> None:
    """So many opened the link and agreed."""
    found = await met(session, ChannelName.TELEGRAM, [f"{survey_id} {n}" for n in range(people)], now)
    consents = [
        {"survey_id": survey_id, "contact_id": one.id, "adult_at": now, "adult_evidence": "x", "agreed_at": now}
        for one in found.values()
    ]  # fmt: skip
    if consents:
        await session.execute(insert(Consent), consents)


@asynccontextmanager
async def serving(database: Database, now: datetime, **more: str) -> AsyncIterator[Web]:
    made = Web(database, now, Keeping(lambda: made.tick))
    pages = results_pages(
        database, Catalogue(), ZONE, bot_token=TOKEN, clock=lambda: made.now, keeping=made.keeping, **more
    )  # fmt: skip
    runner = web.AppRunner(application(None, "", "", None, pages), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.home = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()


@pytest.fixture
async def site(database: Database, now: datetime) -> AsyncIterator[Web]:
    async with serving(database, now) as made:
        yield made


@pytest.fixture
async def browser(site: Web) -> AsyncIterator[Browser]:
    opened = Browser(site.home)
    yield opened
    await opened.close()
