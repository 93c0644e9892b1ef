"""A broadcast on its way and at its end: the board that updates itself, and who did not get it and why."""

import csv
import io
import zipfile
from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.afterwards import GONE_OUT
from broadcasts.lifecycle import Action, possible
from channels.blocks import Block, bold, item, line, paragraph
from channels.message import Choice, File, Message, Style
from handlers import staff_texts as texts
from handlers.choices import token
from handlers.texts import CHANNEL, bar, decimal, number
from handlers.ways import paid_for
from storage import broadcasts as rows
from storage.enums import BroadcastKind, BroadcastStatus, ChannelName, DeliveryStatus, ScreenKind

NAMED = 15
PACKED_FROM = 10_000_000
"""Bytes; networks take files of up to 20 or 50 MB."""
MISSED = (DeliveryStatus.FAILED, DeliveryStatus.SKIPPED, DeliveryStatus.UNKNOWN)


async def board(session: AsyncSession, broadcast: rows.BroadcastInfo, said: str = "") -> Message:
    """How far a broadcast is; remembered, so that it can be brought up to date."""
    tally = await rows.tally(session, broadcast.id)
    title = texts.PROGRESS_TITLE.format(mark=texts.MARK[broadcast.status], title=broadcast.title)
    body: list[Block] = [paragraph(said)] if said else []
    body += [paragraph(bold(title)), line(texts.STATUS_LINE.format(status=texts.STATUS[broadcast.status]))]
    if tally.total:
        body += _counts(tally)
    changes = await rows.changes_of(session, broadcast.id)
    for change in changes:
        status, mark = texts.STATUS[change.status], texts.MARK[change.status]
        body.append(line(texts.CHANGED_BY.format(mark=mark, title=change.title, status=status)))
    if broadcast.note:
        body.append(line(texts.NOTE_LINE.format(note=broadcast.note)))
    return Message(
        tuple(body), _buttons(broadcast, tally, changes), replaces=True, screen=(ScreenKind.PROGRESS, broadcast.id)
    )


def _counts(tally: rows.Tally) -> list[Block]:
    """The figures of a tally, and the reasons behind those who were not reached."""
    total, done = tally.total, tally.total - tally.waiting
    percent = f"{decimal(100 * done / total, 0)}%"
    by = tally.by_status
    shown = [paragraph(texts.PROGRESS_LINE.format(bar=bar(done, total, 12), percent=percent))]
    shown.append(line(texts.SENT_LINE.format(n=number(tally.sent), total=number(total))))
    for count, text in (
        (tally.waiting, texts.WAITING_LINE),
        (by[DeliveryStatus.FAILED], texts.FAILED_LINE),
        (by[DeliveryStatus.SKIPPED], texts.SKIPPED_LINE),
        (by[DeliveryStatus.UNKNOWN], texts.UNKNOWN_LINE),
        (tally.doubtful, texts.DOUBTFUL_LINE),
    ):
        if count:
            shown.append(line(text.format(n=number(count))))
    if len(tally.ways) > 1 or tally.turned:
        named = " · ".join(
            f"{CHANNEL[way]} {number(n)}" for way, n in sorted(tally.ways.items(), key=lambda w: -w[1])
        )
        shown.append(line(texts.WAYS_LINE.format(ways=named)))
    if articles := tally.ways.get(ChannelName.ZALO_ARTICLE):
        shown.append(line(texts.ARTICLE_LINE.format(n=number(articles))))
    if tally.turned:
        shown.append(line(texts.TURNED_LINE.format(n=number(tally.turned))))
    for reason, count in sorted(tally.reasons.items(), key=lambda pair: -pair[1]):
        shown.append(item(texts.REASON_LINE.format(reason=texts.REASON[reason], n=number(count))))
    return shown


def _buttons(
    broadcast: rows.BroadcastInfo, tally: rows.Tally, changes: list[rows.BroadcastInfo]
) -> tuple[tuple[Choice, ...], ...]:
    id, can = broadcast.id, possible(broadcast.status)
    found: list[tuple[Choice, ...]] = []
    if Action.PAUSE in can:
        found.append((Choice(token("pa", id), texts.PAUSE), Choice(token("ca", id), texts.CANCEL, Style.DANGER)))
    if Action.RESUME in can:
        found.append((Choice(token("re", id), texts.RESUME), Choice(token("ca", id), texts.CANCEL, Style.DANGER)))
    unknown = tally.by_status[DeliveryStatus.UNKNOWN]
    if unknown and Action.ACCEPT in can:
        found.append((Choice(token("ru", id), texts.RESEND_UNKNOWN.format(n=number(unknown))),))
        found.append((Choice(token("ac", id), texts.ACCEPT_UNKNOWN),))
    withdrawn = any(c.kind is BroadcastKind.WITHDRAW and c.status is not BroadcastStatus.CANCELLED for c in changes)
    if broadcast.of_id is None and tally.sent and not withdrawn:
        change = [Choice(token("cor", id), texts.CORRECT)] if broadcast.status in GONE_OUT else []
        found.append((*change, Choice(token("wd", id), texts.WITHDRAW, Style.DANGER)))
    if tally.total:
        found.append((Choice(token("rp", id), texts.REPORT), Choice(token("bc", id), texts.REFRESH)))
    found.append((Choice(token("ed"), texts.TO_MENU),))
    return tuple(found)


async def report(session: AsyncSession, broadcast: rows.BroadcastInfo, zone: ZoneInfo) -> list[Message]:
    """The counts, the first who were not reached by name and reason, and everybody in a file.

    The file of a large broadcast is not here: ``recipients_file``.
    """
    tally = await rows.tally(session, broadcast.id)
    everyone = [] if tally.large else await rows.recipients(session, broadcast.id)
    missed = [one for one in everyone if one.status in MISSED]
    body: list[Block] = [paragraph(bold(broadcast.title)), *_counts(tally)]
    body.append(line(texts.READ_LINE.format(n=number(await rows.read_count(session, broadcast.id)))))
    if paid := await paid_for(session, tally):
        body.append(line(paid))
    count = sum(tally.by_status[status] for status in MISSED)
    if tally.large and count:
        missed = await rows.recipients(session, broadcast.id, *MISSED, limit=NAMED)
    if missed:
        body.append(paragraph(bold(texts.NOT_REACHED.format(n=number(count)))))
        body += [item(_named(one)) for one in missed[:NAMED]]
        if count > NAMED:
            body.append(paragraph(texts.AND_MORE.format(n=number(count - NAMED))))
    back = (Choice(token("bc", broadcast.id), texts.TO_BROADCAST),)
    if tally.large:
        return [Message((*body, paragraph(texts.LIST_COMING.format(n=number(tally.total)))), (back,))]
    return [Message(tuple(body), (back,)), _list(broadcast.id, everyone, zone)]


async def recipients_file(session: AsyncSession, broadcast_id: int, zone: ZoneInfo) -> Callable[[], list[Message]]:
    """Everybody of a large broadcast; what is returned makes the file, in a thread and with no transaction open."""
    everyone = await rows.recipients(session, broadcast_id)
    return lambda: [_list(broadcast_id, everyone, zone)]


def _list(broadcast_id: int, everyone: list[rows.Recipient], zone: ZoneInfo) -> Message:
    """As CSV, packed where it would be too large for a chat."""
    name, content, kind = f"dot-phat-{broadcast_id}.csv", as_csv(everyone, zone), "text/csv"
    if len(content) > PACKED_FROM:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        name, content, kind = f"dot-phat-{broadcast_id}.zip", packed.getvalue(), "application/zip"
    return Message((paragraph(texts.LIST_FILE),), document=File(name, content, kind))


def _named(one: rows.Recipient) -> str:
    post = ", ".join(part for part in (one.title, one.unit) if part)
    why = texts.REASON[one.reason] if one.reason else texts.DELIVERY[one.status]
    return f"{one.name}{f' ({post})' if post else ''} – {why}"


def as_csv(recipients: list[rows.Recipient], zone: ZoneInfo) -> bytes:
    """Everybody as CSV that Excel opens as UTF-8; no cell can be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(texts.LIST_HEADINGS)
    for one in recipients:
        writer.writerow(
            _harmless(cell)
            for cell in (
                one.name, one.title, one.unit, CHANNEL[ChannelName(one.channel)] if one.channel else "",
                texts.DELIVERY[one.status],
                texts.REASON[one.reason] if one.reason else "", one.detail, texts.YES if one.doubtful else "",
                f"{one.sent_at.astimezone(zone):%d/%m/%Y %H:%M:%S}" if one.sent_at else "",
                f"{one.read_at.astimezone(zone):%d/%m/%Y %H:%M:%S}" if one.read_at else "",
                "; ".join(f"{CHANNEL[way]}: {texts.REASON[why]}" for way, why in one.tried),
            )
        )  # fmt: skip
    return ("\ufeff" + out.getvalue()).encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell
