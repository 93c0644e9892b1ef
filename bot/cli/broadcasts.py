"""`loa broadcast`: from draft to report, with the same rules as in chat."""

from collections.abc import Iterator

import click

from bot.cli.common import ROW_ID, SMALL, Wrong, actor, command, database, json_option, now, out, settings
from broadcasts import afterwards, approval
from broadcasts.when import moment, spoken
from handlers import staff_texts
from handlers.bulletins import corrected, whole, withdrawn
from handlers.editor import areas_of, title_of
from handlers.ways import channels_in_use
from storage import broadcasts as rows
from storage import bulletins
from storage.audit import deeds
from storage.deliveries import sent_count
from storage.enums import DeliveryStatus
from storage.people import audience_count, reachable_count

BY = click.option("--by", "who", required=True, metavar="WHO", help="Who acts: a name, an address, or '#' and an id.")
ID = click.argument("broadcast_id", metavar="ID", type=ROW_ID)


@click.group("broadcast")
def broadcast_group() -> None:
    """Draft, submit, approve and watch broadcasts."""


@broadcast_group.command("draft")
@click.option("--bulletin", "number", required=True, type=SMALL, help="Number of the issue to send.")
@click.option("--year", type=SMALL, help="Its year; the newest with that number if not given.")
@click.option(
    "--audience", default="all", help="For example: all · level=commune · province=01 and not level=central."
)
@click.option(
    "--in-doubt",
    type=click.Choice(["resend", "hold"]),
    default="resend",
    show_default=True,
    help="What becomes of those of whom it is not known whether they have it: sent again and listed, or held.",
)
@BY
@json_option
@command
async def draft(number: int, year: int | None, audience: str, in_doubt: str, who: str, as_json: bool) -> None:
    """Make a draft from an imported bulletin."""
    async with database() as opened, opened.transaction() as session:
        of = year or await bulletins.latest_year_of(session, number)
        bulletin = await bulletins.bulletin_numbered(session, number, of) if of else None
        if bulletin is None:
            raise Wrong(
                f"there is no bulletin {number}{f'/{year}' if year else ''}; import it: loa import bulletin FILE…"
            )
        broadcast_id = await approval.draft(
            session, bulletin_id=bulletin.id, title=title_of(bulletin), audience=audience, areas=areas_of(bulletin),
            message=whole(bulletin), author=await actor(session, who), now=now(), in_doubt=in_doubt,
        )  # fmt: skip
        condition = approval.meant(audience, areas_of(bulletin))
        meant = await audience_count(session, condition)
        reachable = await reachable_count(session, condition, await channels_in_use(session))
    told = {"id": broadcast_id, "audience": audience, "people": meant, "reachable": reachable}
    out(told, as_json, [
        f"broadcast {broadcast_id} is a draft for {meant} people, {reachable} of them reachable now"
    ])  # fmt: skip


@broadcast_group.command("submit")
@ID
@BY
@command
async def submit(broadcast_id: int, who: str) -> None:
    """Hand a draft to the approvers, who are told in chat."""
    async with database() as opened, opened.transaction() as session:
        await approval.submit(session, broadcast_id, await actor(session, who), now())
    click.echo(f"broadcast {broadcast_id} is submitted")


@broadcast_group.command("approve")
@ID
@BY
@click.option("--at", "at", default="now", show_default=True, help="now, '8:00 thứ Hai', '14:30 25/11', or ISO.")
@command
async def approve(broadcast_id: int, who: str, at: str) -> None:
    """Approve for a time; never by its author."""
    zone = settings().zone
    when = moment(at, now(), zone)
    async with database() as opened, opened.transaction() as session:
        await approval.approve(session, broadcast_id, await actor(session, who), when, now())
    click.echo(f"broadcast {broadcast_id} is approved for {spoken(when, zone)}")


@broadcast_group.command("return")
@ID
@BY
@click.option("--note", required=True, help="What the author should change.")
@command
async def give_back(broadcast_id: int, who: str, note: str) -> None:
    """Return a submitted broadcast to its author with a note."""
    async with database() as opened, opened.transaction() as session:
        await approval.give_back(session, broadcast_id, await actor(session, who), note, now())
    click.echo(f"broadcast {broadcast_id} is a draft again")


ACTS = {
    "pause": approval.pause, "resume": approval.resume, "cancel": approval.cancel,
    "accept-unknown": afterwards.accept_unknown,
}  # fmt: skip


def _simple(name: str, text: str, done: str) -> None:
    @broadcast_group.command(name, help=text)
    @ID
    @BY
    @command
    async def act(broadcast_id: int, who: str) -> None:
        async with database() as opened, opened.transaction() as session:
            await ACTS[name](session, broadcast_id, await actor(session, who), now())
        click.echo(f"broadcast {broadcast_id} {done}")


_simple("pause", "Stop sending for now; takes effect within a second.", "is paused")
_simple("resume", "Go on sending.", "goes on")
_simple("cancel", "Stop for good; whoever has not been sent to is skipped.", "is cancelled")


_simple("accept-unknown", "Leave those in doubt as they are; they stay listed as unknown.", "is finished")


@broadcast_group.command("resend-unknown")
@ID
@BY
@command
async def resend_unknown(broadcast_id: int, who: str) -> None:
    """Send again to those in doubt; who had it already receives it twice, and is listed."""
    async with database() as opened, opened.transaction() as session:
        n = await afterwards.resend_unknown(session, broadcast_id, await actor(session, who), now())
    click.echo(f"broadcast {broadcast_id} is sent again to {n} people in doubt")


@broadcast_group.command("correct")
@ID
@BY
@click.option("--note", required=True, help="What was corrected; it stands above the bulletin.")
@json_option
@command
async def correct(broadcast_id: int, who: str, note: str, as_json: bool) -> None:
    """Draft a correction of what was sent: the bulletin as it is kept now, with a note. Submit and approve it."""
    async with database() as opened, opened.transaction() as session:
        of = await rows.broadcast(session, broadcast_id)
        bulletin = await bulletins.bulletin(session, of.bulletin_id) if of and of.bulletin_id else None
        if of is None or bulletin is None:
            raise Wrong(f"there is no broadcast {broadcast_id} of a bulletin")
        change_id = await afterwards.correct(
            session, broadcast_id, title=staff_texts.CORRECTION_TITLE.format(title=of.title),
            message=corrected(bulletin, note), author=await actor(session, who), now=now(),
        )  # fmt: skip
        people = await sent_count(session, broadcast_id)
    told = {"id": change_id, "of": broadcast_id, "people": people}
    out(told, as_json, [f"broadcast {change_id} is a draft that corrects what {people} people have"])


@broadcast_group.command("withdraw")
@ID
@BY
@click.option("--note", required=True, help="Why; kept in the audit and shown to staff.")
@json_option
@command
async def withdraw(broadcast_id: int, who: str, note: str, as_json: bool) -> None:
    """Take back what was sent, at once: deleted, or after 48 hours replaced by a notice."""
    async with database() as opened, opened.transaction() as session:
        of = await rows.broadcast(session, broadcast_id)
        if of is None:
            raise Wrong(f"there is no broadcast {broadcast_id}")
        change_id = await afterwards.withdraw(
            session, broadcast_id, title=staff_texts.WITHDRAWAL_TITLE.format(title=of.title),
            notice=withdrawn(of.title), by=await actor(session, who), why=note, now=now(),
        )  # fmt: skip
        people = await sent_count(session, broadcast_id)
    told = {"id": change_id, "of": broadcast_id, "people": people}
    out(told, as_json, [f"broadcast {change_id} withdraws what {people} people have"])


async def _found(broadcast_id: int) -> tuple[rows.BroadcastInfo, rows.Tally, list[dict[str, object]]]:
    async with database() as opened, opened.reading() as session:
        found = await rows.broadcast(session, broadcast_id)
        if found is None:
            raise Wrong(f"there is no broadcast {broadcast_id}")
        done = await deeds(session, f"broadcast {broadcast_id}")
        history: list[dict[str, object]] = [
            {"at": d.at, "who": d.actor, "did": d.action, "detail": d.detail} for d in done
        ]
        return found, await rows.tally(session, broadcast_id), history


@broadcast_group.command("status")
@ID
@json_option
@command
async def status(broadcast_id: int, as_json: bool) -> None:
    """Where a broadcast stands: its counts by status and reason, and who did what."""
    found, tally, history = await _found(broadcast_id)
    told = {
        "id": found.id, "kind": found.kind, "of": found.of_id, "title": found.title, "status": found.status,
        "audience": found.audience,
        "author": found.author, "approver": found.approver, "send_at": found.send_at, "started_at": found.started_at,
        "finished_at": found.finished_at, "note": found.note, "people": tally.total,
        "deliveries": {str(s): n for s, n in tally.by_status.items()},
        "reasons": {str(r): n for r, n in tally.reasons.items()}, "possibly_twice": tally.doubtful,
        "history": history,
    }  # fmt: skip

    def lines() -> Iterator[str]:
        yield f"broadcast {found.id}, {found.title}: {found.status}, {tally.total} people ({found.audience})"
        for s, n in tally.by_status.items():
            yield f"  {s}: {n}"
        for r, n in sorted(tally.reasons.items(), key=lambda pair: -pair[1]):
            yield f"    {r}: {n}"
        for deed in history:
            yield f"  {deed['at']:%Y-%m-%d %H:%M:%S} UTC {deed['who']}: {deed['did']} {deed['detail']}"

    out(told, as_json, lines())


@broadcast_group.command("recipients")
@ID
@click.option("--status", "wanted", multiple=True, type=click.Choice([str(s) for s in DeliveryStatus]),
              help="Only these; may be given several times.")  # fmt: skip
@click.option("--possibly-twice", is_flag=True, help="Only those who may have received it twice.")
@json_option
@command
async def recipients(broadcast_id: int, wanted: tuple[str, ...], possibly_twice: bool, as_json: bool) -> None:
    """Everybody by name: who got it, who did not, and why."""
    statuses = [DeliveryStatus(s) for s in wanted]
    async with database() as opened, opened.reading() as session:
        if await rows.broadcast(session, broadcast_id) is None:
            raise Wrong(f"there is no broadcast {broadcast_id}")
        found = await rows.recipients(session, broadcast_id, *statuses, doubtful=possibly_twice)
    told = [
        {"person": r.person_id, "name": r.name, "title": r.title, "unit": r.unit, "channel": r.channel,
         "status": r.status, "reason": r.reason, "detail": r.detail, "possibly_twice": r.doubtful,
         "tried": [{"channel": way, "reason": why} for way, why in r.tried], "attempts": r.attempts,
         "sent_at": r.sent_at, "read_at": r.read_at}
        for r in found
    ]  # fmt: skip
    out(told, as_json, (
        f"{r.status}\t{r.reason or ''}\t#{r.person_id}\t{r.name}\t{r.unit}\t{r.detail}"
        for r in found
    ))  # fmt: skip
