"""The two writes that every message costs: marked before it is sent, recorded after; many in one commit.

Each is one statement of one text for any number of rows. Through the ORM these two cost ten times as much.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from storage.database import Database
from storage.enums import DeliveryStatus, Reason


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery taken for sending: all that is needed to send it, and nothing tied to a transaction.

    ``message_ids`` are those of the parts done so far; ``targets`` those of the messages that are to be changed.
    """

    id: int
    token: int
    broadcast_id: int
    address: str
    attempts: int
    message_ids: tuple[str, ...]
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """These are about to be sent. ``until`` is the end of their lease; ``floor`` the last message id known before."""

    claims: Sequence[Claim]
    until: datetime
    floor: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to; ``due_at`` is set for a row that is to be tried again."""

    id: int
    token: int
    status: DeliveryStatus
    reason: Reason | None = None
    detail: str = ""
    attempts: int = 0
    message_ids: tuple[str, ...] = ()
    due_at: datetime | None = None
    sent_at: datetime | None = None
    doubtful: bool = False


async def write(database: Database, results: Sequence[Result], mark: Mark | None = None) -> set[int]:
    """Record and mark durably, in one transaction; the ids that are marked.

    Only rows that are still ours are touched, and only those of a broadcast that is still running are marked.
    """
    statements: list[tuple[str, tuple[Any, ...]]] = []
    if results:
        statements.append(
            (_RECORD[database.is_sqlite], (json.dumps([_row(r, database.is_sqlite) for r in results]),))
        )
    if mark is not None:
        held = json.dumps([[one.id, one.token] for one in mark.claims])
        until = _text(mark.until) if database.is_sqlite else mark.until
        statements.append((_MARK[database.is_sqlite], (held, until, mark.floor)))
    found = await database.run(statements)
    return {row[0] for row in found[-1]} if mark is not None else set()


def _text(at: datetime) -> str:
    """A time as SQLAlchemy keeps it on SQLite."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def _row(r: Result, sqlite: bool) -> list[Any]:
    due, sent = (
        None if at is None else _text(at) if sqlite else at.isoformat() for at in (r.due_at, r.sent_at)
    )  # fmt: skip
    ids = " ".join(r.message_ids)
    return [r.id, r.token, r.status, r.reason, r.detail or None, r.attempts, ids, due, sent, r.doubtful]


_RUNNING = "SELECT id FROM broadcasts WHERE status = 'sending'"
_OURS = "d.id = r.row_id AND d.claim = r.held"
_SET = """status = r.status, reason = r.reason, detail = r.detail, attempts = r.attempts,
          message_ids = r.message_ids, due_at = r.due_at, sent_at = r.sent_at, doubtful = d.doubtful OR r.doubtful"""
_FIELDS = (
    ("row_id", "bigint"), ("held", "bigint"), ("status", "text"), ("reason", "text"), ("detail", "text"),
    ("attempts", "smallint"), ("message_ids", "text"), ("due_at", "timestamptz"), ("sent_at", "timestamptz"),
    ("doubtful", "boolean"),
)  # fmt: skip


def _rows(sqlite: bool, count: int) -> str:
    """The first parameter, a JSON array of arrays, as rows of these columns."""
    if sqlite:
        columns = ", ".join(f"value ->> {n} AS {name}" for n, (name, _) in enumerate(_FIELDS[:count]))
        return f"(SELECT {columns} FROM json_each(?1)) AS r"
    columns = ", ".join(f"CAST(value ->> {n} AS {kind}) AS {name}" for n, (name, kind) in enumerate(_FIELDS[:count]))
    return f"(SELECT {columns} FROM json_array_elements(CAST($1 AS json))) AS r"


def _marking(sqlite: bool) -> str:
    p = "?" if sqlite else "$"
    return f"""UPDATE deliveries AS d SET status = 'sending', due_at = {p}2, floor = {p}3 FROM {_rows(sqlite, 2)}
               WHERE {_OURS} AND d.status = 'pending' AND d.broadcast_id IN ({_RUNNING}) RETURNING id"""


def _recording(sqlite: bool) -> str:
    return f"""UPDATE deliveries AS d SET {_SET} FROM {_rows(sqlite, len(_FIELDS))}
               WHERE {_OURS} AND d.status IN ('sending', 'unknown')"""


_MARK = {sqlite: _marking(sqlite) for sqlite in (True, False)}
_RECORD = {sqlite: _recording(sqlite) for sqlite in (True, False)}
