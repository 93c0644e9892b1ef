"""On which channels what is said: bulletins, invitations, notices; kept where chat and command line look it up."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.mailing import Mail
from bot.settings import Settings
from bot.zalo import Zalo
from storage.contacts import CHANNELS_FACT, DEDICATED_FACT, PHONE_FACT, TEMPLATE_FACT, VOICES_FACT, learn
from storage.enums import ChannelName


def voices_of(settings: Settings, zalo: Zalo, mail: Mail) -> list[ChannelName]:
    """On which staff are told things: in the order of bulletins, then where none are sent; never by telephone."""
    known = [ChannelName.TELEGRAM, *zalo.repliers, *mail.repliers]
    return sorted(known, key=[*settings.channels, *known].index)


def inviting_on(zalo: Zalo, mail: Mail) -> list[ChannelName]:
    """On which people are invited to surveys; letters only where they can lead to a form."""
    by_mail = [ChannelName.EMAIL] if mail.letters([]) else []
    return [ChannelName.TELEGRAM, *(way.name for way, _ in zalo.ways), *by_mail]


async def learn_ways(
    session: AsyncSession, settings: Settings, channels: Sequence[ChannelName], voices: Sequence[ChannelName]
) -> None:
    """Keep what is planned and reported with: channels in order, and what templates cost."""
    price = settings.zalo_oa_template_price if settings.zalo_oa_template_id else ""
    dedicated = settings.zalo_oa_dedicated and ChannelName.ZALO_OA in channels
    for name, value in (
        (CHANNELS_FACT, " ".join(channels)), (VOICES_FACT, " ".join(voices)), (TEMPLATE_FACT, str(price)),
        (PHONE_FACT, str(settings.zalo_oa_phone_price)), (DEDICATED_FACT, "yes" if dedicated else ""),
    ):  # fmt: skip
        await learn(session, name, value)
