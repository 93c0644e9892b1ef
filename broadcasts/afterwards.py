"""What may be done when a bulletin has gone out: correct it, withdraw it, decide about those in doubt.

A change is a broadcast of its own, on the messages that another one sent: the same ledger, the same way out.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.approval import Actor, cancel, digest_of, found, must_be, subject, take
from broadcasts.lifecycle import Action, NotAllowed, possible
from channels.message import Message, content_json
from storage import broadcasts as rows
from storage import deliveries, doubts
from storage.audit import note
from storage.bulletins import mark_withdrawn
from storage.enums import BroadcastKind, BroadcastStatus, Role

GONE_OUT = {BroadcastStatus.SENT, BroadcastStatus.SENT_WITH_UNKNOWN, BroadcastStatus.CANCELLED}
RUNNING = {BroadcastStatus.SENDING, BroadcastStatus.PAUSED}


async def correct(
    session: AsyncSession, of_id: int, *, title: str, message: Message, author: Actor, now: datetime
) -> int:
    """A draft that puts ``message`` in the place of what was sent; submitted and approved like any other."""
    await must_be(session, author, Role.EDITOR)
    original = await _sent(session, of_id)
    if original.status not in GONE_OUT:
        raise NotAllowed("still_sending", f"broadcast {of_id} is {original.status}; cancel it or wait for its end")
    for other in await rows.changes_of(session, of_id):
        if other.kind is BroadcastKind.WITHDRAW and other.status is not BroadcastStatus.CANCELLED:
            raise NotAllowed("withdrawn", f"broadcast {of_id} was withdrawn by broadcast {other.id}")
    return await _change(session, BroadcastKind.CORRECT, original, title, message, author, now)


async def withdraw(
    session: AsyncSession, of_id: int, *, title: str, notice: Message, by: Actor, why: str, now: datetime
) -> int:
    """Take back what was sent; ``notice`` stands where a message cannot be deleted any more.

    One approver is enough: to stop harm must not wait for a second person. A broadcast under way is cancelled first.
    """
    await must_be(session, by, Role.APPROVER)
    if not why.strip():
        raise NotAllowed("note_needed", "a withdrawal needs a reason")
    original = await _sent(session, of_id)
    for other in await rows.changes_of(session, of_id):
        if Action.CANCEL in possible(other.status):
            if other.kind is BroadcastKind.WITHDRAW:
                raise NotAllowed("being_withdrawn", f"broadcast {of_id} is being withdrawn already, by {other.id}")
            await cancel(session, other.id, by, now)
    if original.status in RUNNING:
        await cancel(session, of_id, by, now)
    change_id = await _change(session, BroadcastKind.WITHDRAW, original, title, notice, by, now)
    made = await found(session, change_id)
    await rows.change_broadcast(
        session, change_id, BroadcastStatus.DRAFT, status=BroadcastStatus.APPROVED, approver_id=by.id,
        approved_at=now, send_at=now, digest=digest_of(made), note=why,
    )  # fmt: skip
    if original.bulletin_id is not None:
        await mark_withdrawn(session, original.bulletin_id, now)
    await note(session, by.name, "withdraw", subject(of_id), now, why)
    return change_id


async def resend_unknown(session: AsyncSession, broadcast_id: int, by: Actor, now: datetime) -> int:
    """Send once more to those of whom we do not know; how many."""
    await must_be(session, by, Role.APPROVER, Role.EDITOR)
    broadcast = await found(session, broadcast_id)
    if broadcast.status is not BroadcastStatus.SENT_WITH_UNKNOWN:
        raise NotAllowed("wrong_status", f"a broadcast that is {broadcast.status} has nothing in doubt to resend")
    resent = await doubts.resend_unknown(session, broadcast_id, now)
    await rows.change_broadcast(
        session, broadcast_id, broadcast.status, status=BroadcastStatus.SENDING, finished_at=None
    )
    await note(session, by.name, "resend unknown", subject(broadcast_id), now, str(resent))
    return resent


async def accept_unknown(session: AsyncSession, broadcast_id: int, by: Actor, now: datetime) -> None:
    """Leave those in doubt as they are: they stay listed as unknown, and the broadcast counts as finished."""
    await must_be(session, by, Role.APPROVER, Role.EDITOR)
    await take(session, broadcast_id, Action.ACCEPT, by, now)


async def _sent(session: AsyncSession, of_id: int) -> rows.BroadcastInfo:
    original = await found(session, of_id)
    if original.of_id is not None:
        raise NotAllowed("is_a_change", f"broadcast {of_id} itself changes broadcast {original.of_id}; name that one")
    if original.status not in GONE_OUT | RUNNING or not await deliveries.sent_count(session, of_id):
        raise NotAllowed("nothing_sent", f"of broadcast {of_id} nothing has been sent")
    return original


async def _change(
    session: AsyncSession, kind: BroadcastKind, of: rows.BroadcastInfo, title: str, message: Message, by: Actor,
    now: datetime,
) -> int:  # fmt: skip
    assert by.id is not None
    change_id = await rows.add_broadcast(
        session, bulletin_id=of.bulletin_id, title=title, audience=of.audience, areas=of.areas,
        content=content_json(message), author_id=by.id, now=now, kind=kind, of_id=of.id,
    )  # fmt: skip
    await note(session, by.name, kind, subject(change_id), now, f"of broadcast {of.id}")
    return change_id
