"""The pages as they run, on a real database, and browsers that visit them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import pytest
from aiohttp import web

from bot.web import application
from pages.survey_form import survey_form
from storage.cases import NewCase, add_cases
from storage.database import Database
from storage.surveys import questionnaire_named, survey
from surveys.catalogue import Catalogue, publish
from surveys.design import Design
from surveys.fieldwork import open_survey
from surveys.links import CASE, payload
from tests.pages.reading import Browser
from tests.world import SMALL, ZONE


@dataclass
class Web:
    """Running pages. Each request gets a new catalogue: nothing but the database remembers."""

    database: Database
    now: datetime
    home: str = ""

    async def survey(self, source: str = SMALL, design: Design | None = None, unit: str = "00004") -> tuple[int, str]:
        """An open survey and the payload of its link at a place."""
        async with self.database.transaction() as session:
            questionnaire, _, _ = await publish(session, source, self.now)
            named = await questionnaire_named(session, questionnaire.key)
            assert named is not None
            id = await open_survey(session, named[0], "Khảo sát hài lòng", None, self.now, design)
            found = await survey(session, id)
            assert found is not None
            assert found.key is not None
            return id, payload(found.key, id, unit)

    async def case(self, survey_id: int, code: str = "c0de" * 5) -> str:
        """Somebody drawn for the survey; the payload of the single-use link."""
        async with self.database.transaction() as session:
            await add_cases(session, survey_id, [NewCase(code, "00004", self.now, phone="0901234567")], self.now)
        return CASE + code


@asynccontextmanager
async def serving(database: Database, now: datetime, **more: str) -> AsyncIterator[Web]:
    made = Web(database, now)
    pages = survey_form(database, Catalogue(), ZONE, clock=lambda: made.now, **more)
    runner = web.AppRunner(application(None, "", "", pages), access_log=None)
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


@pytest.fixture(params=[False, True], ids=["once", "twice"])
def twice(request: pytest.FixtureRequest) -> bool:
    """Every form is also posted twice, as by an impatient thumb."""
    return bool(request.param)


Visiting = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def visiting(site: Web) -> AsyncIterator[Visiting]:
    """New browsers, without cookies."""
    opened: list[Browser] = []

    async def new(*, twice: bool = False) -> Browser:
        opened.append(Browser(site.home, twice=twice))
        return opened[-1]

    yield new
    for browser in opened:
        await browser.close()
