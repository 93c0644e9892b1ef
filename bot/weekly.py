"""Every Monday morning: whoever asked is owed the results of each survey, once, whatever number of clocks tick."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from storage import notices, results
from storage.database import Database
from storage.enums import NoticeKind
from storage.schedule import take_slot

log = logging.getLogger(__name__)
JOB = "weekly results"
HOUR = 8
LATELY = timedelta(days=7)
"""A survey that was closed within these days is told of once more."""


def newest_slot(now: datetime, zone: ZoneInfo) -> datetime:
    """The last Monday at eight in the morning, where we are."""
    here = now.astimezone(zone)
    monday = here - timedelta(days=here.weekday())
    slot = monday.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return slot if slot <= here else slot - timedelta(days=7)


class Weekly:
    """A job of the clock, safe to run at any time and any number of times."""

    def __init__(
        self, database: Database, zone: ZoneInfo, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database, self._zone, self._now = database, zone, now

    async def owe_results(self) -> None:
        """Owe the notices of the newest Monday, in the transaction that takes its slot: all of them or none.

        Who says them is whoever says notices. A Monday that was slept through is made up for, the one before is not.
        """
        now = self._now()
        async with self._database.transaction() as session:
            if not await take_slot(session, JOB, newest_slot(now, self._zone)):
                return
            wanted = await results.those_who_want_results(session)
            surveys = await results.surveys_to_report(session, now - LATELY) if wanted else []
            for person_id in wanted:
                for survey_id in surveys:
                    await notices.tell(session, NoticeKind.WEEKLY_RESULTS, survey_id, now, person_id=person_id)
        if surveys:
            log.info("the results of %d surveys are owed to %d members of staff", len(surveys), len(wanted))
