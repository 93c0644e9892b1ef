"""On which channels a broadcast would go out, before anybody approves it."""

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import staff_texts as texts
from handlers.texts import CHANNEL, number
from storage.conditions import Condition
from storage.contacts import CHANNELS_FACT, fact
from storage.enums import ChannelName
from storage.ways import planned


async def channels_in_use(session: AsyncSession) -> list[ChannelName]:
    """On which channels we speak, the first to be tried first."""
    named = (await fact(session, CHANNELS_FACT) or "").split()
    return [ChannelName(name) for name in named] or [ChannelName.TELEGRAM]


async def planned_ways(session: AsyncSession, condition: Condition) -> str:
    """How many would be written to on each channel; '' where there is only one."""
    channels = await channels_in_use(session)
    if len(channels) < 2:
        return ""
    plan = await planned(session, condition, channels)
    ways = [f"{CHANNEL[channel]} {number(plan[channel])}" for channel in channels if channel in plan]
    ways += [texts.NO_WAY.format(n=number(plan[None]))] if None in plan else []
    return texts.PLANNED_LINE.format(ways=" · ".join(ways))
