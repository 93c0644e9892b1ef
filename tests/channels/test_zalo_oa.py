"""Our channel on the imitated Official Account: tokens, window, quota, files, templates."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from channels.blocks import heading, line
from channels.message import File, Message, SendError, say
from channels.zalo_oa import LEFT_OUT, ZaloOA
from channels.zalo_template import Template
from channels.zalo_tokens import NEAR_ITS_END
from handlers.zalo import HINTS
from sandbox.zalo.templates import Template as Approved
from storage import notices, people, zalo
from storage.broadcasts import TEMPLATE_MARK
from storage.contacts import belongs_to, met
from storage.enums import ChannelName, IncidentKind, NoticeKind, Reason, Role
from storage.files import keep_file
from storage.incidents import open_incidents
from tests.on_zalo import ZaloWorld, account_of, channel_on
from tests.postgres import free_port

PICTURE = File("anh.png", b"\x89PNG\r\n\x1a\n" + b"x" * 50, "image/png", "")
BULLETIN = Message((heading("📢 Bản tin CCHC"), line("Số 47/2026")))
TEMPLATE = Template("1", ("so", "tieu_de", "lien_ket"), "https://loa.vn", 560)


async def deliver(oa: ZaloOA, message: Message, to: str = "2001") -> list[str]:
    return [await oa.deliver(to, part) for part in oa.prepare(message).parts]


async def spoke(loa: ZaloWorld, to: str = "2001", **ago: float) -> None:
    """Somebody last spoke so long ago, there and here."""
    loa.someone(int(to)).interacted = loa.zalo.clock.now() - timedelta(**ago).total_seconds()
    async with loa.database.transaction() as session:
        await zalo.interacted(session, ChannelName.ZALO_OA, to, loa.now - timedelta(**ago))


async def refused(oa: ZaloOA, message: Message = BULLETIN, to: str = "2001") -> Reason:
    with pytest.raises(SendError) as caught:
        await deliver(oa, message, to)
    return caught.value.reason


async def test_a_message_arrives_with_its_id(zalo_loa: ZaloWorld):
    await spoke(zalo_loa)
    [sent] = await deliver(zalo_loa.oa, BULLETIN)
    assert [(m.id, m.text) for m in zalo_loa.someone(2001).messages] == [(sent, "📢 Bản tin CCHC\nSố 47/2026")]


async def test_outside_the_window_nothing_is_tried(zalo_loa: ZaloWorld):
    await spoke(zalo_loa, days=7, seconds=1)
    assert await refused(zalo_loa.oa) is Reason.WINDOW_CLOSED
    assert zalo_loa.zalo.api.tokens.refreshed == 0


async def test_who_never_spoke_is_outside_the_window(zalo_loa: ZaloWorld):
    zalo_loa.someone(2001)
    assert await refused(zalo_loa.oa) is Reason.WINDOW_CLOSED


async def test_a_window_that_closed_meanwhile_is_told_by_zalo(zalo_loa: ZaloWorld):
    await spoke(zalo_loa)
    zalo_loa.someone(2001).interacted = None
    assert await refused(zalo_loa.oa) is Reason.WINDOW_CLOSED


async def test_quota_is_read_and_respected(zalo_loa: ZaloWorld):
    zalo_loa.zalo.world.rules.paid_messages = 1
    await spoke(zalo_loa, days=3)
    await deliver(zalo_loa.oa, BULLETIN)
    zalo_loa.zalo.api.faults.order({"kind": "500", "count": 1, "methods": ["cs"]})  # what is tried strikes this
    assert await refused(zalo_loa.oa) is Reason.QUOTA
    zalo_loa.zalo.api.faults.clear()
    await spoke(zalo_loa, hours=47)
    assert len(await deliver(zalo_loa.oa, BULLETIN)) == 1


async def test_a_quota_that_was_filled_up_meanwhile_is_read_again(zalo_loa: ZaloWorld):
    zalo_loa.zalo.world.rules.paid_messages = 0
    await spoke(zalo_loa, days=3)
    assert await refused(zalo_loa.oa) is Reason.QUOTA
    zalo_loa.zalo.world.rules.paid_messages = 1
    assert await refused(zalo_loa.oa) is Reason.QUOTA
    zalo_loa.later(seconds=61)
    assert len(await deliver(zalo_loa.oa, BULLETIN)) == 1


async def test_a_template_takes_the_place_of_the_bulletin(zalo_loa: ZaloWorld):
    zalo_loa.zalo.api.templates.known["1"] = Approved("1", "Bản tin", {"so": 30, "tieu_de": 90, "lien_ket": 200})
    oa = channel_on(zalo_loa.zalo, zalo_loa.database, lambda: zalo_loa.now, TEMPLATE)
    zalo_loa.someone(2001)
    long = Message((*BULLETIN.body, *(line("x" * 1500) for _ in range(3))))

    sent = await deliver(oa, long)

    await oa.close()
    assert sent[1:] == [LEFT_OUT] * (len(sent) - 1)
    assert len(sent) > 1
    [told] = zalo_loa.someone(2001).messages
    assert sent[0] == TEMPLATE_MARK + told.id
    assert told.data == {"so": "47/2026", "tieu_de": "Bản tin CCHC", "lien_ket": "https://loa.vn"}


async def test_a_template_that_is_not_approved_is_our_fault(zalo_loa: ZaloWorld):
    zalo_loa.zalo.api.templates.known["1"] = Approved("1", "Bản tin", {}, status="REJECT")
    oa = channel_on(zalo_loa.zalo, zalo_loa.database, lambda: zalo_loa.now, TEMPLATE)
    zalo_loa.someone(2001)
    assert await refused(oa) is Reason.REFUSED
    await oa.close()


@pytest.mark.parametrize(
    ("code", "reason"), [(-244, Reason.BLOCKED), (-227, Reason.DEACTIVATED), (-213, Reason.NOT_STARTED)]
)
async def test_what_a_person_refuses(zalo_loa: ZaloWorld, code: int, reason: Reason):
    await spoke(zalo_loa)
    zalo_loa.someone(2001).refuses = code
    assert await refused(zalo_loa.oa) is reason


@pytest.mark.parametrize(
    ("kind", "reason"), [("500", Reason.SERVER), ("cut", Reason.IN_DOUBT), ("lost_reply", Reason.IN_DOUBT),
                         ("429", Reason.THROTTLED)],
)  # fmt: skip
async def test_what_the_network_does(zalo_loa: ZaloWorld, kind: str, reason: Reason):
    await spoke(zalo_loa)
    zalo_loa.zalo.api.faults.order({"kind": kind, "count": 1, "methods": ["cs"]})
    assert await refused(zalo_loa.oa) is reason


async def test_a_picture_is_uploaded_once_and_again_when_it_is_forgotten(zalo_loa: ZaloWorld):
    await spoke(zalo_loa)
    async with zalo_loa.database.transaction() as session:
        sha256 = await keep_file(session, PICTURE.content, zalo_loa.now)
    pictured = Message(BULLETIN.body, picture=File(PICTURE.name, b"", PICTURE.mime, sha256))
    await deliver(zalo_loa.oa, pictured)
    await deliver(zalo_loa.oa, pictured)
    assert [m.kind for m in zalo_loa.someone(2001).messages] == ["image", "text", "image", "text"]
    assert len(zalo_loa.zalo.api.uploads.kept) == 1
    for token, kept in list(zalo_loa.zalo.api.uploads.kept.items()):
        zalo_loa.zalo.api.uploads.kept[token] = type(kept)(kept.kind, kept.name, kept.data, 0.0)
    await deliver(zalo_loa.oa, pictured)
    assert len(zalo_loa.zalo.api.uploads.kept) == 2


async def test_a_picture_larger_than_zalo_takes_is_left_out(zalo_loa: ZaloWorld):
    await spoke(zalo_loa)
    large = File("anh.png", PICTURE.content + b"x" * (1 << 20), "image/png", "cd" * 32)
    sent = await deliver(zalo_loa.oa, Message(BULLETIN.body, picture=large))
    assert sent[0] == LEFT_OUT
    assert [m.kind for m in zalo_loa.someone(2001).messages] == ["text"]


async def test_the_token_is_refreshed_once_for_many(zalo_loa: ZaloWorld):
    """Two processes at once: the refresh token works once, and nobody uses it a second time."""
    other = channel_on(zalo_loa.zalo, zalo_loa.database, lambda: zalo_loa.now)
    await spoke(zalo_loa)
    tokens = await asyncio.gather(*(oa.tokens.access() for oa in (zalo_loa.oa, other) for _ in range(10)))
    await other.close()
    assert (set(tokens), zalo_loa.zalo.api.tokens.refreshed) == ({"access-0001"}, 1)
    assert zalo_loa.zalo.api.tokens.dead_refreshes == 0


async def test_the_new_pair_is_kept_before_it_is_used(zalo_loa: ZaloWorld):
    await zalo_loa.oa.tokens.access()
    async with zalo_loa.database.reading() as session:
        kept = await zalo.grant(session, account_of(zalo_loa.zalo).name)
    assert kept is not None
    assert (kept.access, kept.refresh) == (zalo_loa.zalo.api.tokens.access, zalo_loa.zalo.api.tokens.refresh)
    again = channel_on(zalo_loa.zalo, zalo_loa.database, lambda: zalo_loa.now)
    assert await again.tokens.access() == "access-0001"
    await again.close()


async def test_the_token_is_replaced_after_twenty_hours(zalo_loa: ZaloWorld):
    await zalo_loa.oa.tokens.access()
    zalo_loa.later(hours=19)
    assert await zalo_loa.oa.tokens.access() == "access-0001"
    zalo_loa.later(hours=2)
    assert await zalo_loa.oa.tokens.access() == "access-0002"


async def test_a_token_that_died_early_is_replaced_and_the_message_goes(zalo_loa: ZaloWorld):
    await spoke(zalo_loa)
    await deliver(zalo_loa.oa, BULLETIN)
    zalo_loa.zalo.api.tokens._access_until = 0.0
    await asyncio.gather(*(deliver(zalo_loa.oa, BULLETIN) for _ in range(20)))
    assert zalo_loa.zalo.api.tokens.refreshed == 2
    assert len(zalo_loa.someone(2001).messages) == 21


async def test_a_dead_grant_stops_the_channel_and_tells_operators_once(zalo_loa: ZaloWorld):
    async with zalo_loa.database.transaction() as session:
        contact = (await met(session, ChannelName.TELEGRAM, ["9001"], zalo_loa.now))["9001"]
        person = await people.add_person(session, "Vận hành", zalo_loa.now)
        await belongs_to(session, contact.id, person)
        await people.grant(session, person, Role.OPERATOR, zalo_loa.now)
    await spoke(zalo_loa)
    zalo_loa.zalo.api.tokens.revoke()
    for _ in range(3):
        assert await refused(zalo_loa.oa) is Reason.UNAUTHORISED
    async with zalo_loa.database.reading() as session:
        assert [one.kind for one in await notices.unsaid(session)] == [NoticeKind.INCIDENT_OPENED]
    assert zalo_loa.zalo.api.tokens.dead_refreshes == 1


async def test_operators_are_warned_before_the_grant_ends(zalo_loa: ZaloWorld):
    await zalo_loa.oa.tokens.keep_fresh()
    name = account_of(zalo_loa.zalo).name
    async with zalo_loa.database.transaction() as session:
        await zalo.keep_pair(
            session, name, access=zalo_loa.zalo.api.tokens.access, refresh=zalo_loa.zalo.api.tokens.refresh,
            access_until=zalo_loa.now + timedelta(hours=25), refresh_until=zalo_loa.now + timedelta(days=13),
            now=zalo_loa.now,
        )  # fmt: skip
    fresh = channel_on(zalo_loa.zalo, zalo_loa.database, lambda: zalo_loa.now)
    await fresh.tokens.keep_fresh()
    await fresh.close()
    async with zalo_loa.database.reading() as session:
        kept = await zalo.grant(session, name)
        opened = await open_incidents(session)
    assert kept is not None
    assert kept.trouble == NEAR_ITS_END
    assert [(one.kind, one.detail) for one in opened] == [(IncidentKind.ZALO_GRANT, NEAR_ITS_END)]

    zalo_loa.later(hours=21)
    await fresh_token(zalo_loa)
    async with zalo_loa.database.reading() as session:
        assert await open_incidents(session) == []


async def test_no_secret_is_logged(zalo_loa: ZaloWorld, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    await spoke(zalo_loa)
    await deliver(zalo_loa.oa, say("xin chào"))
    zalo_loa.zalo.api.tokens.revoke()
    assert await refused(zalo_loa.oa) is Reason.UNAUTHORISED
    settings = zalo_loa.zalo.settings
    for secret in (settings.app_secret, settings.oa_secret, settings.refresh_token, "access-0001", "refresh-0001"):
        assert secret not in caplog.text
        assert secret not in repr(account_of(zalo_loa.zalo))


async def fresh_token(loa: ZaloWorld) -> str:
    """What a process that knows nothing is given."""
    oa = channel_on(loa.zalo, loa.database, lambda: loa.now)
    try:
        async with asyncio.timeout(3):
            return await oa.tokens.access()
    finally:
        await oa.close()


async def somebody_refreshes(loa: ZaloWorld, stale: str) -> None:
    async with loa.database.transaction() as session:
        name, until = account_of(loa.zalo).name, loa.now + timedelta(hours=1)
        assert await zalo.take_turn(session, name, stale, loa.now, until) is not None


async def keep(loa: ZaloWorld, access: str, **lasts: float) -> None:
    async with loa.database.transaction() as session:
        await zalo.keep_pair(
            session, account_of(loa.zalo).name, access=access, refresh=loa.zalo.api.tokens.refresh,
            access_until=loa.now + timedelta(**lasts), refresh_until=loa.now + timedelta(days=90), now=loa.now,
        )  # fmt: skip


async def test_a_quota_that_zalo_does_not_say_is_tried(zalo_loa: ZaloWorld):
    await spoke(zalo_loa, days=3)
    zalo_loa.zalo.api.faults.order({"kind": "500", "count": 1, "methods": ["message"]})
    assert len(await deliver(zalo_loa.oa, BULLETIN)) == 1


async def test_a_template_is_for_a_closed_window_and_nothing_else(zalo_loa: ZaloWorld):
    zalo_loa.zalo.api.templates.known["1"] = Approved("1", "Bản tin", {"so": 30, "tieu_de": 90, "lien_ket": 200})
    oa = channel_on(zalo_loa.zalo, zalo_loa.database, lambda: zalo_loa.now, TEMPLATE)
    await spoke(zalo_loa)
    zalo_loa.zalo.api.faults.order({"kind": "500", "count": 1, "methods": ["cs"]})
    assert await refused(oa) is Reason.SERVER
    with pytest.raises(SendError) as caught:
        await oa.edit("2002", "5", oa.prepare(BULLETIN).parts[0])
    assert caught.value.reason is Reason.WINDOW_CLOSED
    assert zalo_loa.someone(2001).messages == zalo_loa.someone(2002).messages == []
    await oa.close()


async def test_a_file_is_uploaded_again_only_when_it_is_forgotten(zalo_loa: ZaloWorld):
    await spoke(zalo_loa)
    zalo_loa.someone(2001).refuses = -244
    async with zalo_loa.database.transaction() as session:
        sha256 = await keep_file(session, PICTURE.content, zalo_loa.now)
    pictured = Message(BULLETIN.body, picture=File(PICTURE.name, b"", PICTURE.mime, sha256))
    assert await refused(zalo_loa.oa, pictured) is Reason.BLOCKED
    assert len(zalo_loa.zalo.api.uploads.kept) == 1


async def test_a_withdrawal_is_said_once_for_all_messages_and_again_until_it_is_said(zalo_loa: ZaloWorld):
    await spoke(zalo_loa)
    [instead] = zalo_loa.oa.prepare(say("Đã thu hồi.")).parts
    await zalo_loa.oa.remove("2001", LEFT_OUT, instead)
    assert zalo_loa.someone(2001).messages == []
    zalo_loa.zalo.api.faults.order({"kind": "500", "count": 1, "methods": ["cs"]})
    with pytest.raises(SendError):
        await zalo_loa.oa.remove("2001", "1", instead)
    for message_id in ("1", "2"):
        await zalo_loa.oa.remove("2001", message_id, instead)
    assert [m.text for m in zalo_loa.someone(2001).messages] == ["Đã thu hồi."]


async def test_who_zalo_does_not_name_has_no_name(zalo_loa: ZaloWorld):
    zalo_loa.someone(2001)
    zalo_loa.zalo.api.faults.order({"kind": "500", "count": 1, "methods": ["detail"]})
    assert [await zalo_loa.oa.called("2001") for _ in range(2)] == ["", "Phạm Thị Lan"]


async def test_a_token_that_ends_before_its_age_is_replaced(zalo_loa: ZaloWorld):
    await zalo_loa.oa.tokens.access()
    await keep(zalo_loa, "access-0001", seconds=-1)
    assert await fresh_token(zalo_loa) == "access-0002"


async def test_an_old_token_that_is_still_good_is_used_while_another_refreshes_it(zalo_loa: ZaloWorld):
    await zalo_loa.oa.tokens.access()
    zalo_loa.later(hours=21)
    await somebody_refreshes(zalo_loa, "access-0001")
    assert await fresh_token(zalo_loa) == "access-0001"


async def test_a_token_that_was_refused_is_waited_for_while_another_refreshes_it(zalo_loa: ZaloWorld):
    await zalo_loa.oa.tokens.access()
    await somebody_refreshes(zalo_loa, "access-0001")
    renewed = asyncio.create_task(zalo_loa.oa.tokens.renew("access-0001"))
    await asyncio.sleep(0.1)
    await keep(zalo_loa, "access-7777", hours=25)
    assert await renewed == "access-7777"


async def test_who_is_not_done_with_refreshing_is_not_waited_for_for_ever(zalo_loa: ZaloWorld):
    async with zalo_loa.database.transaction() as session:
        account = account_of(zalo_loa.zalo)
        await zalo.begin(session, account.name, account.refresh_token)
    await somebody_refreshes(zalo_loa, "")
    waiting = asyncio.create_task(fresh_token(zalo_loa))
    await asyncio.sleep(0.1)
    zalo_loa.later(seconds=61)
    with pytest.raises(SendError) as caught:
        await waiting
    assert caught.value.reason is Reason.UNAUTHORISED


async def test_a_network_that_is_down_is_no_fault_of_the_grant(zalo_loa: ZaloWorld):
    account = replace(account_of(zalo_loa.zalo), oauth_url=f"http://127.0.0.1:{free_port()}")
    oa = ZaloOA(account, zalo_loa.database, api_url=zalo_loa.zalo.url, hints=HINTS, now=lambda: zalo_loa.now)
    await oa.tokens.keep_fresh()
    await oa.close()
    async with zalo_loa.database.reading() as session:
        assert await open_incidents(session) == []
    assert await fresh_token(zalo_loa) == "access-0001"
