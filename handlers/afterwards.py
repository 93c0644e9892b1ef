"""What editors and approvers do in chat when a bulletin has gone out: correct, withdraw, decide about the unknown."""

from broadcasts import afterwards
from channels.message import Choice, Message, Style, in_place, say
from handlers import staff_texts as texts
from handlers.bulletins import corrected, withdrawn
from handlers.choices import asking, tidy, token
from handlers.editor import actor, broadcast_for, card
from handlers.texts import number
from handlers.turn import Turn
from storage import bulletins
from storage.broadcasts import tally
from storage.contacts import expect
from storage.deliveries import sent_count
from storage.enums import DeliveryStatus, Role


def _back(broadcast_id: str) -> tuple[Choice, ...]:
    return (Choice(token("bc", broadcast_id), texts.TO_BROADCAST),)


async def ask_correction(turn: Turn, broadcast_id: str) -> list[Message]:
    await broadcast_for(turn, broadcast_id, Role.EDITOR)
    await expect(turn.session, turn.contact.id, asking("cor", broadcast_id, now=turn.now))
    return [in_place(say(texts.ASK_CORRECTION, _back(broadcast_id)))]


async def correct(turn: Turn, broadcast_id: str) -> list[Message]:
    """The note that was typed becomes a draft: above the bulletin as it stands in the archive now."""
    broadcast = await broadcast_for(turn, broadcast_id, Role.EDITOR)
    bulletin = await bulletins.bulletin(turn.session, broadcast.bulletin_id or 0)
    assert bulletin is not None, "what goes out has a bulletin"
    change_id = await afterwards.correct(
        turn.session, broadcast.id, title=texts.CORRECTION_TITLE.format(title=broadcast.title),
        message=corrected(bulletin, tidy(turn.inbound.text)), author=actor(turn), now=turn.now,
    )  # fmt: skip
    await expect(turn.session, turn.contact.id, "")
    return await card(turn, str(change_id))


async def ask_withdrawal(turn: Turn, broadcast_id: str) -> list[Message]:
    """To type the reason is to confirm."""
    broadcast = await broadcast_for(turn, broadcast_id, Role.APPROVER)
    n = await sent_count(turn.session, broadcast.id)
    await expect(turn.session, turn.contact.id, asking("wd", broadcast_id, now=turn.now))
    return [in_place(say(texts.ASK_WITHDRAWAL.format(title=broadcast.title, n=number(n)), _back(broadcast_id)))]


async def withdraw(turn: Turn, broadcast_id: str) -> list[Message]:
    broadcast = await broadcast_for(turn, broadcast_id, Role.APPROVER)
    change_id = await afterwards.withdraw(
        turn.session, broadcast.id, title=texts.WITHDRAWAL_TITLE.format(title=broadcast.title),
        notice=withdrawn(broadcast.title), by=actor(turn), why=tidy(turn.inbound.text), now=turn.now,
    )  # fmt: skip
    await expect(turn.session, turn.contact.id, "")
    return await card(turn, str(change_id))


async def resend_unknown(turn: Turn, broadcast_id: str, sure: str = "") -> list[Message]:
    broadcast = await broadcast_for(turn, broadcast_id, Role.APPROVER, Role.EDITOR)
    if not sure:
        unknown = (await tally(turn.session, broadcast.id)).by_status[DeliveryStatus.UNKNOWN]
        yes = Choice(token("ru", broadcast_id, "yes"), texts.CONFIRM_RESEND, Style.DANGER)
        return [in_place(say(texts.SURE_RESEND.format(n=number(unknown)), (yes,), _back(broadcast_id)))]
    await afterwards.resend_unknown(turn.session, broadcast.id, actor(turn), turn.now)
    return await card(turn, broadcast_id)


async def accept_unknown(turn: Turn, broadcast_id: str) -> list[Message]:
    await afterwards.accept_unknown(turn.session, int(broadcast_id), actor(turn), turn.now)
    return await card(turn, broadcast_id)
