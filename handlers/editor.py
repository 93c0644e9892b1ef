"""What editors and approvers do in chat: prepare, look, submit, approve with a time, return with a note, watch."""

from datetime import datetime, time, timedelta

from broadcasts import approval
from broadcasts.areas import mask
from broadcasts.audience import BadAudience
from broadcasts.lifecycle import Action, NotAllowed, possible
from broadcasts.when import BadTime, moment, spoken
from channels.blocks import Block, bold, line, paragraph
from channels.message import Choice, Message, Style, from_content, in_place, say
from handlers import staff_texts as texts
from handlers.bulletins import whole
from handlers.choices import asking, tidy, token
from handlers.progress import board, report
from handlers.texts import number
from handlers.turn import Turn
from handlers.ways import channels_in_use, planned_ways
from storage import broadcasts as rows
from storage import bulletins
from storage.contacts import expect
from storage.deliveries import sent_count
from storage.enums import BroadcastStatus, NoticeKind, Role
from storage.notices import tell
from storage.people import audience_count, reachable_count, roles

RUNNING = (BroadcastStatus.SENDING, BroadcastStatus.PAUSED, BroadcastStatus.SENT, BroadcastStatus.SENT_WITH_UNKNOWN)


async def roles_of(turn: Turn) -> frozenset[Role]:
    return await roles(turn.session, turn.person.id) if turn.person else frozenset()


def actor(turn: Turn) -> approval.Actor:
    if turn.person is None:
        raise NotAllowed("no_role", "somebody whom we do not know by name")
    return approval.Actor(turn.person.id, turn.person.name)


async def broadcast_for(turn: Turn, broadcast_id: str, *wanted: Role) -> rows.BroadcastInfo:
    """The broadcast, for somebody with one of these roles; NotAllowed otherwise."""
    if not (await roles_of(turn)) & set(wanted):
        raise NotAllowed("no_role", "the role is missing")
    found = await rows.broadcast(turn.session, int(broadcast_id))
    if found is None:
        raise NotAllowed("no_such_broadcast", f"there is no broadcast {broadcast_id}")
    return found


async def menu(turn: Turn) -> list[Message]:
    """Bulletins without a broadcast, and the broadcasts there are."""
    mine = await roles_of(turn)
    if not mine:
        return [say(texts.NO_ROLE)]
    buttons: list[tuple[Choice, ...]] = []
    if Role.EDITOR in mine:
        for bulletin in (await bulletins.unsent(turn.session))[:3]:
            label = texts.NEW_FROM.format(number=bulletin.number, year=bulletin.year)
            buttons.append((Choice(token("new", bulletin.id), label, Style.PRIMARY),))
    found = await rows.broadcasts(turn.session, limit=8)
    buttons += [
        (Choice(token("bc", b.id), f"{texts.MARK[b.status]} {b.title} · {texts.STATUS[b.status]}"[:60]),)
        for b in found
    ]
    title = texts.MENU if buttons else texts.NOTHING_YET
    return [Message((paragraph(bold(title)),), tuple(buttons), replaces=True)]


async def new_draft(turn: Turn, bulletin_id: str) -> list[Message]:
    bulletin = await bulletins.bulletin(turn.session, int(bulletin_id))
    if bulletin is None or turn.person is None:
        return [Message(toast=texts.NOT_ALLOWED["no_such_broadcast"])]
    broadcast_id = await draft_of(turn, bulletin, "all")
    return await card(turn, str(broadcast_id))


async def draft_of(turn: Turn, bulletin: bulletins.BulletinInfo, audience: str) -> int:
    return await approval.draft(
        turn.session, bulletin_id=bulletin.id, title=title_of(bulletin), audience=audience, areas=areas_of(bulletin),
        message=whole(bulletin), author=actor(turn), now=turn.now,
    )  # fmt: skip


def title_of(bulletin: bulletins.BulletinInfo) -> str:
    return f"Bản tin số {bulletin.number}/{bulletin.year}"


def areas_of(bulletin: bulletins.BulletinInfo) -> int:
    return mask(article.area for article in bulletin.articles)


async def _numbers(turn: Turn, broadcast: rows.BroadcastInfo) -> tuple[int, int]:
    if broadcast.of_id is not None:
        return (sent := await sent_count(turn.session, broadcast.of_id)), sent
    condition = approval.meant(broadcast.audience, broadcast.areas)
    return (
        await audience_count(turn.session, condition),
        await reachable_count(turn.session, condition, await channels_in_use(turn.session)),
    )


async def _whom(turn: Turn, broadcast: rows.BroadcastInfo) -> str:
    """Whom a broadcast means, in words and numbers."""
    everyone, reachable = await _numbers(turn, broadcast)
    if broadcast.of_id is not None:
        return texts.CHANGES_LINE.format(n=number(everyone))
    name = _audience_name(broadcast.audience)
    return texts.AUDIENCE_LINE.format(audience=name, n=number(everyone), reachable=number(reachable))


def _audience_name(expression: str) -> str:
    return texts.LEVELS.get(expression, expression)


async def card(turn: Turn, broadcast_id: str, said: str = "") -> list[Message]:
    """One broadcast with all that may be done to it by whoever looks."""
    mine = await roles_of(turn)
    broadcast = await rows.broadcast(turn.session, int(broadcast_id))
    if broadcast is None or not mine:
        return [Message(toast=texts.NOT_ALLOWED["no_such_broadcast" if mine else "no_role"])]
    if broadcast.status in RUNNING:
        return [await board(turn.session, broadcast)]
    body: list[Block] = [paragraph(said)] if said else []
    body += [paragraph(bold(broadcast.title)), line(texts.STATUS_LINE.format(status=texts.STATUS[broadcast.status]))]
    body.append(line(texts.AUTHOR_LINE.format(name=broadcast.author)))
    if broadcast.approver:
        body.append(line(texts.APPROVER_LINE.format(name=broadcast.approver)))
    body.append(line(await _whom(turn, broadcast)))
    if broadcast.of_id is None:
        planned = await planned_ways(turn.session, approval.meant(broadcast.audience, broadcast.areas), turn.now)
        body += [line(planned)] if planned else []
    if broadcast.send_at:
        body.append(line(texts.SEND_AT_LINE.format(when=spoken(broadcast.send_at, turn.zone))))
    if broadcast.note:
        body.append(line(texts.NOTE_LINE.format(note=broadcast.note)))
    own = turn.person is not None and turn.person.id == broadcast.author_id
    return [Message(tuple(body), _buttons(broadcast, mine, own=own), replaces=True)]


def _buttons(broadcast: rows.BroadcastInfo, mine: frozenset[Role], *, own: bool) -> tuple[tuple[Choice, ...], ...]:
    id, can = broadcast.id, possible(broadcast.status)
    found: list[tuple[Choice, ...]] = [(Choice(token("pv", id), texts.PREVIEW),)]
    if Role.EDITOR in mine and Action.SUBMIT in can:
        audience = (Choice(token("au", id), texts.AUDIENCE),) if broadcast.of_id is None else ()
        found.append((*audience, Choice(token("su", id), texts.SUBMIT, Style.PRIMARY)))
    if Role.APPROVER in mine and Action.APPROVE in can and not own:
        now = Choice(token("ap", id), texts.APPROVE_NOW, Style.SUCCESS)
        found.append((now, Choice(token("apw", id), texts.APPROVE_AT)))
    if Role.APPROVER in mine and Action.RETURN in can and not own:
        found.append((Choice(token("rt", id), texts.RETURN),))
    if Action.CANCEL in can:
        found.append((Choice(token("ca", id), texts.CANCEL, Style.DANGER),))
    found.append((Choice(token("ed"), texts.TO_MENU),))
    return tuple(found)


async def preview(turn: Turn, broadcast_id: str) -> list[Message]:
    """The very message that goes out, with its buttons working."""
    broadcast = await rows.broadcast(turn.session, int(broadcast_id))
    if broadcast is None or not await roles_of(turn):
        return [Message(toast=texts.NO_ROLE)]
    back = (Choice(token("bc", broadcast_id), texts.TO_BROADCAST),)
    return [say(texts.PREVIEW_NOTE, back), from_content(broadcast.content)]


async def ask_audience(turn: Turn, broadcast_id: str) -> list[Message]:
    if not await roles_of(turn):
        return [Message(toast=texts.NO_ROLE)]
    await expect(turn.session, turn.contact.id, asking("aud", broadcast_id, now=turn.now))
    presets = tuple((Choice(token("aus", broadcast_id, n), label),) for n, label in enumerate(texts.LEVELS.values()))
    return [in_place(say(texts.ASK_AUDIENCE, *presets, (Choice(token("bc", broadcast_id), texts.TO_BROADCAST),)))]


async def set_audience(turn: Turn, broadcast_id: str, preset: str = "") -> list[Message]:
    """A preset by its number, or the expression that was typed."""
    expression = list(texts.LEVELS)[int(preset)] if preset else tidy(turn.inbound.text)
    try:
        await approval.retarget(turn.session, int(broadcast_id), expression, actor(turn), turn.now)
    except BadAudience:
        return [say(texts.BAD_AUDIENCE)]
    await expect(turn.session, turn.contact.id, "")
    return await card(turn, broadcast_id)


async def submit(turn: Turn, broadcast_id: str) -> list[Message]:
    await approval.submit(turn.session, int(broadcast_id), actor(turn), turn.now)
    return await card(turn, broadcast_id, texts.SUBMITTED)


async def approve_now(turn: Turn, broadcast_id: str, sure: str = "") -> list[Message]:
    """Two taps, since the first one may be a slip and 5,000 people are many."""
    broadcast = await broadcast_for(turn, broadcast_id, Role.APPROVER)
    if not sure:
        everyone, _ = await _numbers(turn, broadcast)
        question = texts.SURE_SEND.format(title=broadcast.title, n=number(everyone))
        yes = Choice(token("ap", broadcast_id, "yes"), texts.CONFIRM_SEND.format(n=number(everyone)), Style.SUCCESS)
        return [in_place(say(question, (yes,), (Choice(token("bc", broadcast_id), texts.TO_BROADCAST),)))]
    await approval.approve(turn.session, broadcast.id, actor(turn), turn.now, turn.now)
    approved = await rows.broadcast(turn.session, broadcast.id)
    assert approved is not None
    return [await board(turn.session, approved, texts.APPROVED_NOW)]


async def ask_time(turn: Turn, broadcast_id: str) -> list[Message]:
    if Role.APPROVER not in await roles_of(turn):
        return [Message(toast=texts.NO_ROLE)]
    await expect(turn.session, turn.contact.id, asking("apt", broadcast_id, now=turn.now))
    times = tuple(
        (Choice(token("apt", broadcast_id, int(then.timestamp())), spoken(then, turn.zone)),)
        for then in suggestions(turn)
    )
    return [in_place(say(texts.ASK_TIME, *times, (Choice(token("bc", broadcast_id), texts.TO_BROADCAST),)))]


def suggestions(turn: Turn) -> list[datetime]:
    """The next full hour, tomorrow at eight, next Monday at eight."""
    here = turn.now.astimezone(turn.zone)
    hour = here.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    tomorrow = datetime.combine(here.date() + timedelta(days=1), time(8), turn.zone)
    monday = datetime.combine(here.date() + timedelta(days=7 - here.weekday()), time(8), turn.zone)
    return sorted({hour, tomorrow, monday})


async def approve_at(turn: Turn, broadcast_id: str, epoch: str = "") -> list[Message]:
    """A time from a button, or as it was typed."""
    try:
        when = (
            datetime.fromtimestamp(int(epoch), turn.zone) if epoch else moment(turn.inbound.text, turn.now, turn.zone)
        )
    except (BadTime, OverflowError, OSError):
        return [say(texts.BAD_TIME)]
    await approval.approve(turn.session, int(broadcast_id), actor(turn), when, turn.now)
    await expect(turn.session, turn.contact.id, "")
    return await card(turn, broadcast_id, texts.APPROVED.format(when=spoken(when, turn.zone)))


async def ask_note(turn: Turn, broadcast_id: str) -> list[Message]:
    if Role.APPROVER not in await roles_of(turn):
        return [Message(toast=texts.NO_ROLE)]
    await expect(turn.session, turn.contact.id, asking("rtn", broadcast_id, now=turn.now))
    return [in_place(say(texts.ASK_NOTE, (Choice(token("bc", broadcast_id), texts.TO_BROADCAST),)))]


async def give_back(turn: Turn, broadcast_id: str) -> list[Message]:
    await approval.give_back(turn.session, int(broadcast_id), actor(turn), turn.inbound.text, turn.now)
    await expect(turn.session, turn.contact.id, "")
    return await card(turn, broadcast_id, texts.RETURNED)


async def pause(turn: Turn, broadcast_id: str) -> list[Message]:
    await approval.pause(turn.session, int(broadcast_id), actor(turn), turn.now)
    return await card(turn, broadcast_id)


async def resume(turn: Turn, broadcast_id: str) -> list[Message]:
    await approval.resume(turn.session, int(broadcast_id), actor(turn), turn.now)
    return await card(turn, broadcast_id)


async def cancel(turn: Turn, broadcast_id: str, sure: str = "") -> list[Message]:
    broadcast = await broadcast_for(turn, broadcast_id, Role.APPROVER, Role.EDITOR)
    if not sure:
        yes = Choice(token("ca", broadcast_id, "yes"), texts.CONFIRM_CANCEL, Style.DANGER)
        back = Choice(token("bc", broadcast_id), texts.TO_BROADCAST)
        return [in_place(say(texts.SURE_CANCEL.format(title=broadcast.title), (yes,), (back,)))]
    await approval.cancel(turn.session, broadcast.id, actor(turn), turn.now)
    return await card(turn, broadcast_id)


async def who_got_it(turn: Turn, broadcast_id: str) -> list[Message]:
    broadcast = await rows.broadcast(turn.session, int(broadcast_id))
    if broadcast is None or not await roles_of(turn):
        return [Message(toast=texts.NO_ROLE)]
    if turn.person is not None and (await rows.tally(turn.session, broadcast.id)).large:
        await tell(turn.session, NoticeKind.RECIPIENTS, broadcast.id, turn.now, person_id=turn.person.id)
    return await report(turn.session, broadcast, turn.zone)
