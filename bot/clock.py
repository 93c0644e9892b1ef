"""The clock: APScheduler, only ticking. What has run is known by rows, so two clocks do no harm."""

import logging
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.tracing import about

Job = Callable[[], Awaitable[object]]
log = logging.getLogger(__name__)


def clock(zone: ZoneInfo, every: dict[str, tuple[float, Job]]) -> AsyncIOScheduler:
    """A scheduler in memory with jobs by name: how often in seconds, and what.

    Misfires are never dropped (the default forgets a job that is a second late), and a job never overlaps itself.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = AsyncIOScheduler(
        timezone=zone, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for name, (seconds, job) in every.items():
        scheduler.add_job(_logged(name, job), "interval", seconds=seconds, id=name, name=name)
    return scheduler


def _logged(name: str, job: Job) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        try:
            with about("job", name):
                await job()
        except Exception:
            log.exception("the job %s failed and will run again", name)

    return run
