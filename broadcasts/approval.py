"""A broadcast from draft to approval and through its life: by whom, when, and never by its own author alone.

Each function works inside the caller's transaction, raises NotAllowed when the rules forbid it, and leaves a line in
the audit.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.audience import parse
from broadcasts.lifecycle import Action, NotAllowed, advance
from channels.message import Message, content_json, digest
from storage import broadcasts as rows
from storage import deliveries
from storage.audit import note
from storage.conditions import Both, Condition, Interested
from storage.enums import BroadcastStatus, NoticeKind, Role
from storage.notices import tell
from storage.people import roles


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, or the system itself with id None."""

    id: int | None
    name: str


SYSTEM = Actor(None, "loa")


def meant(audience: str, areas: int) -> Condition:
    """Whom a broadcast means: its expression, and among them those who want to hear of its areas."""
    condition = parse(audience)
    return Both(condition, Interested(areas)) if areas else condition


async def draft(
    session: AsyncSession, *, bulletin_id: int | None, title: str, audience: str, areas: int, message: Message,
    author: Actor, now: datetime, in_doubt: str = "resend",
) -> int:  # fmt: skip
    """A new draft; the audience must be readable and the author an editor."""
    parse(audience)
    await must_be(session, author, Role.EDITOR)
    assert author.id is not None
    broadcast_id = await rows.add_broadcast(
        session, bulletin_id=bulletin_id, title=title, audience=audience, areas=areas, content=content_json(message),
        author_id=author.id, now=now, in_doubt=in_doubt,
    )  # fmt: skip
    await note(session, author.name, "draft", subject(broadcast_id), now, audience)
    return broadcast_id


async def retarget(session: AsyncSession, broadcast_id: int, audience: str, by: Actor, now: datetime) -> None:
    """Give a draft another audience."""
    parse(audience)
    await must_be(session, by, Role.EDITOR)
    broadcast = await found(session, broadcast_id)
    if broadcast.status is not BroadcastStatus.DRAFT:
        raise NotAllowed("wrong_status", f"the audience of a broadcast that is {broadcast.status} is fixed")
    await rows.change_broadcast(session, broadcast_id, BroadcastStatus.DRAFT, audience=audience)
    await note(session, by.name, "retarget", subject(broadcast_id), now, audience)


async def submit(session: AsyncSession, broadcast_id: int, by: Actor, now: datetime) -> None:
    """Hand a draft to the approvers, who are told."""
    await must_be(session, by, Role.EDITOR)
    await take(session, broadcast_id, Action.SUBMIT, by, now, submitted_at=now, note="")
    await tell(session, NoticeKind.SUBMITTED, broadcast_id, now, roles=[Role.APPROVER])


async def approve(session: AsyncSession, broadcast_id: int, by: Actor, send_at: datetime, now: datetime) -> None:
    """Approve for a time; a digest of content and audience is taken, and what it says is what is sent."""
    await must_be(session, by, Role.APPROVER)
    if send_at < now - timedelta(minutes=1):
        raise NotAllowed("past_time", f"{send_at:%Y-%m-%d %H:%M} has passed already")
    broadcast = await found(session, broadcast_id)
    if by.id == broadcast.author_id:
        raise NotAllowed("own_broadcast", "the author of a broadcast may not approve it")
    await take(
        session, broadcast_id, Action.APPROVE, by, now, send_at.isoformat(), approver_id=by.id, approved_at=now,
        send_at=send_at, digest=digest_of(broadcast),
    )  # fmt: skip
    await tell(session, NoticeKind.APPROVED, broadcast_id, now, person_id=broadcast.author_id)


async def give_back(session: AsyncSession, broadcast_id: int, by: Actor, why: str, now: datetime) -> None:
    """Return it to its author with a note."""
    await must_be(session, by, Role.APPROVER)
    if not why.strip():
        raise NotAllowed("note_needed", "a returned broadcast needs a note for its author")
    broadcast = await found(session, broadcast_id)
    await take(
        session,
        broadcast_id,
        Action.RETURN,
        by,
        now,
        why,
        note=why,
        digest=None,
        send_at=None,
        approver_id=None,
        approved_at=None,
    )
    await tell(session, NoticeKind.RETURNED, broadcast_id, now, person_id=broadcast.author_id)


async def pause(session: AsyncSession, broadcast_id: int, by: Actor, now: datetime, why: str = "") -> None:
    """Nothing more is marked for sending from the commit on."""
    await must_be(session, by, Role.APPROVER, Role.EDITOR)
    await take(session, broadcast_id, Action.PAUSE, by, now, why, note=why)
    if by.id is None:
        await tell(session, NoticeKind.PAUSED, broadcast_id, now, roles=[Role.APPROVER, Role.EDITOR])


async def resume(session: AsyncSession, broadcast_id: int, by: Actor, now: datetime) -> None:
    await must_be(session, by, Role.APPROVER, Role.EDITOR)
    await take(session, broadcast_id, Action.RESUME, by, now, note="")


async def cancel(session: AsyncSession, broadcast_id: int, by: Actor, now: datetime) -> None:
    """Stop for good; whoever has not been sent to is skipped."""
    await must_be(session, by, Role.APPROVER, Role.EDITOR)
    await take(session, broadcast_id, Action.CANCEL, by, now, finished_at=now)
    await deliveries.cancel_pending(session, broadcast_id)


def approved_as_is(broadcast: rows.BroadcastInfo) -> bool:
    """Whether content and audience are still those that were approved."""
    return broadcast.digest == digest_of(broadcast)


def digest_of(broadcast: rows.BroadcastInfo) -> str:
    """What was approved: content and audience, and of a change what it changes."""
    changes = f"|{broadcast.kind} {broadcast.of_id}" if broadcast.of_id is not None else ""
    return digest(broadcast.content, f"{broadcast.audience}|{broadcast.areas}{changes}")


def subject(broadcast_id: int) -> str:
    return f"broadcast {broadcast_id}"


async def found(session: AsyncSession, broadcast_id: int) -> rows.BroadcastInfo:
    broadcast = await rows.broadcast(session, broadcast_id)
    if broadcast is None:
        raise NotAllowed("no_such_broadcast", f"there is no broadcast {broadcast_id}")
    return broadcast


async def must_be(session: AsyncSession, actor: Actor, *wanted: Role) -> None:
    if actor.id is None:
        return
    if not (await roles(session, actor.id)) & set(wanted):
        raise NotAllowed("no_role", f"{actor.name} is no {' or '.join(wanted)}; see 'loa grant --help'")


async def take(
    session: AsyncSession, broadcast_id: int, action: Action, by: Actor, now: datetime, detail: str = "",
    **values: Any,
) -> None:  # fmt: skip
    """Take a step in the broadcast's life, if it may be taken and nobody was faster."""
    before = (await found(session, broadcast_id)).status
    after = advance(before, action)
    if not await rows.change_broadcast(session, broadcast_id, before, status=after, **values):
        raise NotAllowed("wrong_status", f"broadcast {broadcast_id} was changed by somebody else just now")
    await note(session, by.name, action, subject(broadcast_id), now, detail)
