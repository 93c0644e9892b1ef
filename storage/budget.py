"""One budget for each account of a network, whatever the number of processes: a row on PostgreSQL.

The generic cell rate algorithm (GCRA): ``tat`` is when the next message may leave, and whoever reserves n slots moves
it n gaps on and is told when the first of them is. So slots are even, first come first served, and nobody asks twice.
All times are the database's, told as seconds from now. Nothing of it needs to survive a power failure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from storage.database import Database, Statement


@dataclass(frozen=True, slots=True)
class Reserved:
    """Slots, the ``first`` in so many seconds and then one each gap; and what is known of the budget.

    ``rate`` in messages a second; ``depth`` 0 while the limit is searched for; ``frozen`` seconds that the network
    asked us to wait; ``calm`` seconds without a refusal; ``handed`` slots ever given, with these.
    """

    first: float
    rate: float
    depth: int
    ceiling: float
    frozen: float
    calm: float
    episodes: int
    handed: int


_NOW = "clock_timestamp()"
_SECONDS = "make_interval(secs => CAST({} AS double precision))"
_FIELDS = f"""rate, depth, ceiling, EXTRACT(EPOCH FROM frozen_until - {_NOW})::float8,
              EXTRACT(EPOCH FROM {_NOW} - calm_since)::float8, episodes, handed"""
_OPEN = """INSERT INTO budgets (account, ceiling, rate, depth, tat, reply_tat, frozen_until, calm_since, scout_until,
                                episodes, handed, scout)
           VALUES ($1, $2, $3, CAST($4 AS int), now(), now(), now(), now(), now(), 0, 0, '')
           ON CONFLICT (account) DO UPDATE SET
               depth = CASE WHEN excluded.ceiling > budgets.ceiling AND budgets.rate >= 0.999 * budgets.ceiling
                            THEN 0 ELSE budgets.depth END,
               ceiling = excluded.ceiling, rate = LEAST(budgets.rate, excluded.ceiling)"""
_N = "CAST($2 AS int)"
_WANTED = f"GREATEST(tat, {_NOW} - {_SECONDS.format('$3')}, frozen_until)"
_RESERVE = f"""UPDATE budgets SET tat = {_WANTED} + {_SECONDS.format(f"{_N} / rate")},
                   handed = handed + {_N}
               WHERE account = $1 AND depth > 0
               RETURNING EXTRACT(EPOCH FROM tat - {_NOW})::float8 - {_N} / rate, {_FIELDS}"""
_GAPS = f"{_N} / CASE WHEN depth = 0 AND episodes = 0 THEN ceiling ELSE rate END"
_REPLY = f"""UPDATE budgets SET
                 reply_tat = GREATEST(reply_tat, {_NOW}, frozen_until) + {_SECONDS.format(_GAPS)},
                 tat = GREATEST(tat, {_NOW}, frozen_until) + {_SECONDS.format(_GAPS)}, handed = handed + {_N}
             WHERE account = $1
             RETURNING EXTRACT(EPOCH FROM reply_tat - {_NOW})::float8 - {_GAPS}, {_FIELDS}"""
_LOOK = f"SELECT 0.0, {_FIELDS} FROM budgets WHERE account = $1"
_SCOUT = f"""UPDATE budgets SET scout = $2, scout_until = {_NOW} + {_SECONDS.format("$3")}
             WHERE account = $1 AND depth = 0 AND (scout = $2 OR scout_until < {_NOW}) RETURNING 0.0, {_FIELDS}"""
_FOUND = f"""UPDATE budgets SET rate = $3, depth = CAST($4 AS int), handed = handed + CAST($5 AS int),
                 tat = GREATEST(tat, {_NOW} + {_SECONDS.format("$6")}),
                 scout_until = {_NOW} + {_SECONDS.format("$7")}
             WHERE account = $1 AND scout = $2 AND scout_until > {_NOW} RETURNING 0.0, {_FIELDS}"""
_SAME = f"{_NOW} - {_SECONDS.format('$2')} < frozen_until"
_FREEZE = f"""UPDATE budgets SET
                  rate = CASE WHEN {_SAME} OR depth = 0 THEN rate ELSE LEAST(rate, $5) END,
                  depth = CASE WHEN {_SAME} OR depth = 0 THEN depth ELSE CAST($6 AS int) END,
                  episodes = episodes + CASE WHEN {_SAME} THEN 0 ELSE 1 END,
                  calm_since = {_NOW}, frozen_until = GREATEST(frozen_until, {_NOW} + {_SECONDS.format("$3")}),
                  tat = GREATEST(tat, {_NOW} + {_SECONDS.format("$4")})
              WHERE account = $1 RETURNING 0.0, {_FIELDS}"""
_AGAIN = f"""UPDATE budgets SET depth = 0, calm_since = {_NOW}
             WHERE account = $1 AND depth > 0 AND rate < ceiling AND calm_since < {_NOW} - {_SECONDS.format("$2")}
             RETURNING 0.0, {_FIELDS}"""


async def _ask(database: Database, sql: str, *values: Any) -> Reserved | None:
    statements: Sequence[Statement] = [("SET LOCAL synchronous_commit TO off", ()), (sql, values)]
    rows = (await database.run(statements))[1]
    return Reserved(*rows[0]) if rows else None


async def open_budget(database: Database, account: str, ceiling: float, rate: float, depth: int) -> None:
    """Make the budget known; one that is there keeps what was learned, under the new ceiling."""
    await database.run([(_OPEN, (account, ceiling, rate, depth))])


async def reserve(database: Database, account: str, slots: int, *, wanted: float = 0.0) -> Reserved | None:
    """Take the next slots; None while the limit is being searched for, which one process does alone.

    They have been ``wanted`` for so many seconds: what nobody else took since then is not lost for the waiting.
    """
    return await _ask(database, _RESERVE, account, slots, wanted)


async def reserve_replies(database: Database, account: str, slots: int) -> Reserved | None:
    """Take slots for replies, for which all bulk makes room."""
    return await _ask(database, _REPLY, account, slots)


async def look(database: Database, account: str) -> Reserved | None:
    return await _ask(database, _LOOK, account)


async def be_scout(database: Database, account: str, me: str, lasting: float) -> Reserved | None:
    """Be the one that searches for the limit, for so many seconds; None if it is known or somebody else is."""
    return await _ask(database, _SCOUT, account, me, lasting)


async def found(
    database: Database, account: str, me: str, *, rate: float, depth: int, sent: int, silence: float, lasting: float
) -> Reserved | None:
    """What the scout has found so far, ``depth`` above 0 when it is done; None if it is the scout no more."""
    return await _ask(database, _FOUND, account, me, rate, depth, sent, silence, lasting)


async def freeze(
    database: Database, account: str, *, age: float, seconds: float, silence: float, rate: float, depth: int
) -> Reserved | None:
    """The network refused a message that left ``age`` seconds ago: nobody sends for so long, bulk for ``silence``.

    The first refusal of an episode lowers the rate for all; what left before the freeze ends belongs to the same.
    """
    return await _ask(database, _FREEZE, account, age, seconds, silence, rate, depth)


async def search_again(database: Database, account: str, quiet: float) -> Reserved | None:
    """After so many seconds without a refusal the network may be more generous than we know."""
    return await _ask(database, _AGAIN, account, quiet)
