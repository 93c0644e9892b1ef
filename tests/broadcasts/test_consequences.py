"""What a failure means for all others: how long nobody is tried."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from broadcasts.consequences import NETWORK_SECONDS, SERVER_ERRORS, UNAUTHORISED_SECONDS, Consequences
from broadcasts.outcome import Then
from broadcasts.pace import Pace
from channels.message import SendError
from channels.telegram import Telegram
from storage.contacts import met
from storage.database import Database
from storage.enums import ChannelName, Reason
from storage.ledger import Claim
from storage.tables import Contact

ONE = Claim(1, 1, 1, "7", 0, ())
DOWN = SendError(Reason.NETWORK, "ConnectionRefusedError")
STUMBLED = SendError(Reason.SERVER, "HTTP 502")


class Clock:
    now = 100.0


def of(database: Database, clock: Clock) -> tuple[Consequences, Pace]:
    pace = Pace(100)
    telegram = Telegram("42:X", api_url="http://127.0.0.1:9")
    return Consequences(database, telegram, pace, now=lambda: datetime.now(UTC), steady=lambda: clock.now), pace


async def test_twenty_requests_that_fail_at_once_are_one_trouble(database: Database):
    clock = Clock()
    consequences, pace = of(database, clock)
    for _ in range(20):
        await consequences.follow(ONE, DOWN, Then.WAIT_FOR_NETWORK, clock.now)
    assert pace.frozen_until == 102


async def test_rests_grow_while_nobody_is_reached_and_begin_anew_after(database: Database):
    clock = Clock()
    consequences, pace = of(database, clock)
    rests = []
    for _ in range(7):
        await consequences.follow(ONE, DOWN, Then.WAIT_FOR_NETWORK, clock.now)
        rests.append(pace.frozen_until - clock.now)
        clock.now = pace.frozen_until
    consequences.reached()
    await consequences.follow(ONE, DOWN, Then.WAIT_FOR_NETWORK, clock.now)

    assert rests == [2, 4, 8, 16, NETWORK_SECONDS, NETWORK_SECONDS, NETWORK_SECONDS]
    assert pace.frozen_until - clock.now == 2


async def test_a_server_that_stumbles_is_not_taken_for_one_that_is_down(database: Database):
    clock = Clock()
    consequences, pace = of(database, clock)
    for _ in range(3):
        for _ in range(SERVER_ERRORS - 1):
            await consequences.follow(ONE, STUMBLED, Then.WAIT_FOR_SERVER, clock.now)
        consequences.reached()
    assert pace.frozen_until == 0
    for _ in range(SERVER_ERRORS):
        await consequences.follow(ONE, STUMBLED, Then.WAIT_FOR_SERVER, clock.now)
    assert pace.frozen_until == 102


async def test_a_rest_shortens_no_wait_and_has_no_end_to_its_count(database: Database):
    clock = Clock()
    consequences, pace = of(database, clock)
    for _ in range(1100):
        await consequences.follow(ONE, DOWN, Then.WAIT_FOR_NETWORK, clock.now)
        clock.now += NETWORK_SECONDS
    assert pace.frozen_until == clock.now
    pace.frozen_until = clock.now + 500
    await consequences.follow(ONE, DOWN, Then.WAIT_FOR_NETWORK, clock.now)
    assert pace.frozen_until == clock.now + 500


@pytest.mark.parametrize(("done", "frozen"), [((), 101), (("5",), 0)])
async def test_a_chat_that_got_a_part_just_now_may_have_had_too_much_alone(database: Database, done, frozen):
    """And who is not told for how long waits a second."""
    clock = Clock()
    consequences, pace = of(database, clock)
    one = Claim(1, 1, 1, "7", 0, done)
    await consequences.follow(one, SendError(Reason.THROTTLED, ""), Then.SLOW_DOWN, clock.now)
    assert pace.frozen_until == frozen


async def test_who_is_told_for_how_long_waits_as_long(database: Database):
    clock = Clock()
    consequences, pace = of(database, clock)
    await consequences.follow(ONE, SendError(Reason.THROTTLED, "", retry_after=7.0), Then.SLOW_DOWN, clock.now)
    assert pace.frozen_until == 107


async def test_a_token_that_is_refused_stops_the_channel_for_a_while(database: Database):
    clock = Clock()
    consequences, pace = of(database, clock)
    await consequences.follow(ONE, SendError(Reason.UNAUTHORISED, ""), Then.STOP_CHANNEL, clock.now)
    assert pace.frozen_until == clock.now + UNAUTHORISED_SECONDS


@pytest.mark.parametrize(("moved_to", "address"), [("-1007", "-1007"), (None, "7")])
async def test_who_moved_is_written_to_there(database: Database, moved_to, address):
    consequences, _ = of(database, Clock())
    async with database.transaction() as session:
        await met(session, ChannelName.TELEGRAM, ["7"], datetime.now(UTC))
    await consequences.follow(ONE, SendError(Reason.MIGRATED, "", moved_to=moved_to), Then.MOVE, 100)
    async with database.reading() as session:
        assert list(await session.scalars(select(Contact.address))) == [address]
