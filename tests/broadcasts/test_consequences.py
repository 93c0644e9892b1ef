"""What a failure means for all others: how long nobody is tried."""

from datetime import UTC, datetime

from broadcasts.consequences import NETWORK_SECONDS, SERVER_ERRORS, Consequences
from broadcasts.outcome import Then
from broadcasts.pace import Pace
from channels.message import SendError
from channels.telegram import Telegram
from storage.database import Database
from storage.enums import Reason
from storage.ledger import Claim

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
