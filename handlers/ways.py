"""On which channels a broadcast would go out, before anybody approves it."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import staff_texts as texts
from handlers.texts import CHANNEL, number
from storage.articles import followers
from storage.broadcasts import Tally
from storage.conditions import Both, Condition, Everyone
from storage.contacts import CHANNELS_FACT, DEDICATED_FACT, PHONE_FACT, TEMPLATE_FACT, fact
from storage.enums import ChannelName
from storage.ways import planned, planned_on_zalo

FREE, WINDOW = timedelta(hours=48), timedelta(days=7)
"""Since somebody last spoke on Zalo: answers are free, then paid, then only a template is let through."""


async def channels_in_use(session: AsyncSession) -> list[ChannelName]:
    """On which channels we speak, the first to be tried first."""
    named = (await fact(session, CHANNELS_FACT) or "").split()
    return [ChannelName(name) for name in named] or [ChannelName.TELEGRAM]


async def _on_zalo(
    session: AsyncSession, condition: Condition, channels: list[ChannelName], everybody: int, now: datetime
) -> str:
    """How many are free of charge, count as paid messages, need a template, or go another way."""
    lately, in_window = await planned_on_zalo(session, condition, channels, [now - FREE, now - WINDOW])
    price = await fact(session, TEMPLATE_FACT) or ""
    late = everybody - in_window
    parts = [(lately, texts.ZALO_FREE), (in_window - lately, texts.ZALO_PAID)]
    parts.append((late, texts.ZALO_TEMPLATE if price else texts.ZALO_ELSEWHERE))
    cost = number(late * int(price or 0))
    return "; ".join(said.format(n=number(n), cost=cost) for n, said in parts if n)


async def planned_ways(session: AsyncSession, condition: Condition, now: datetime) -> str:
    """How many would be written to on each channel, and what that costs; '' where there is only one."""
    channels = await channels_in_use(session)
    if len(channels) < 2:
        return ""
    plan = await planned(session, condition, channels)
    ways = [f"{CHANNEL[channel]} {number(plan[channel])}" for channel in channels if channel in plan]
    if ChannelName.ZALO_OA in plan:
        place = [channel for channel in channels if channel in plan].index(ChannelName.ZALO_OA)
        ways[place] += f" ({await _on_zalo(session, condition, channels, plan[ChannelName.ZALO_OA], now)})"
    if phones := plan.get(ChannelName.ZALO_PHONE):
        place = [channel for channel in channels if channel in plan].index(ChannelName.ZALO_PHONE)
        cost = number(phones * int(await fact(session, PHONE_FACT) or 0))
        ways[place] += f" ({texts.ZALO_TEMPLATE.format(n=number(phones), cost=cost)})"
    everybody = isinstance(condition.left if isinstance(condition, Both) else condition, Everyone)
    if everybody and await fact(session, DEDICATED_FACT) and (n := await followers(session, condition)):
        ways.append(texts.BY_ARTICLE.format(n=number(n)))
    ways += [texts.NO_WAY.format(n=number(plan[None]))] if None in plan else []
    return texts.PLANNED_LINE.format(ways=" · ".join(ways))


async def paid_for(session: AsyncSession, tally: Tally) -> str:
    """What the templates cost that a broadcast was sent by, as the settings know the prices; '' without any."""
    by_phone = tally.ways.get(ChannelName.ZALO_PHONE, 0)
    if not (tally.by_id or by_phone):
        return ""
    prices = [int(await fact(session, name) or 0) for name in (TEMPLATE_FACT, PHONE_FACT)]
    cost = number(tally.by_id * prices[0] + by_phone * prices[1])
    return texts.PAID_LINE.format(known=number(tally.by_id), phoned=number(by_phone), cost=cost)
