"""Coarse work for any process: the clock puts it as jobs, one for each survey or file; who is free does it.

Invitations are a job for each survey and network, so that a slow network keeps no other waiting.
"""

from collections.abc import Mapping, Sequence

from bot.chores import Chores
from bot.clock import Job
from bot.jobs import Handler, Jobs, Payload
from bot.outreach import Outreach
from storage.enums import ChannelName

REACH_OUT, GIVE_UP, RECOUNT, FILE = "reach out", "give up", "recount", "file"


class Background:
    """Each job is safe to do twice: what it takes is marked first, or what it writes is the same again."""

    def __init__(self, jobs: Jobs, chores: Chores, outreach: Sequence[Outreach]) -> None:
        self._jobs, self._chores = jobs, chores
        self._outreach = {str(one.name): one for one in outreach}

    def ticks(self) -> Mapping[str, tuple[float, Job]]:
        """When the clock puts which jobs."""
        return {
            "outreach": (5.0, self._put_outreach),
            "given up": (3600.0, self._put_given_up),
            "nightly": (900.0, self._put_recounts),
            "files": (2.0, self._put_files),
        }

    async def run(self) -> None:
        """Do jobs until ``stop``."""
        handlers: Mapping[str, Handler] = {
            REACH_OUT: self._reach_out, GIVE_UP: self._give_up, RECOUNT: self._recount,
            FILE: self._file,
        }  # fmt: skip
        await self._jobs.run(handlers)

    def stop(self) -> None:
        self._jobs.stop()

    async def _put_outreach(self) -> None:
        for channel, outreach in self._outreach.items():
            for survey_id in await outreach.due_surveys():
                payload = {"survey": survey_id, "channel": channel}
                await self._jobs.put(REACH_OUT, payload, key=f"{REACH_OUT} {channel} {survey_id}")

    async def _put_given_up(self) -> None:
        await self._put(GIVE_UP, await self._chores.open_surveys())

    async def _put_recounts(self) -> None:
        await self._put(RECOUNT, await self._chores.night_begins())

    async def _put_files(self) -> None:
        """One job for each file that somebody has asked for and not got."""
        for notice_id in await self._chores.files_owed():
            await self._jobs.put(FILE, {"notice": notice_id}, key=f"{FILE} {notice_id}")

    async def _file(self, payload: Payload) -> None:
        await self._chores.say_file(int(payload["notice"]))

    async def _put(self, name: str, surveys: list[int]) -> None:
        """One job for each survey; none beside one that still waits or is being done."""
        for survey_id in surveys:
            await self._jobs.put(name, {"survey": survey_id}, key=f"{name} {survey_id}")

    async def _reach_out(self, payload: Payload) -> None:
        outreach = self._outreach.get(str(payload.get("channel", ChannelName.TELEGRAM)))
        if outreach is not None:
            await outreach.reach_out_in(int(payload["survey"]))

    async def _give_up(self, payload: Payload) -> None:
        await self._chores.expire_of(int(payload["survey"]))

    async def _recount(self, payload: Payload) -> None:
        await self._chores.recount_of(int(payload["survey"]))
