"""Bulletins by telephone number: only to who agreed, only where no other way is, and what that costs."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from broadcasts.finish import start_due
from broadcasts.officials import read
from channels.message import SendError, say
from channels.zalo_phone import ZaloPhone
from channels.zalo_template import Template
from handlers.progress import report
from handlers.ways import planned_ways
from sandbox.zalo.templates import Template as Approved
from sandbox.zalo.world import Person as OnZalo
from storage.broadcasts import broadcast
from storage.conditions import Everyone
from storage.contacts import CHANNELS_FACT, PHONE_FACT, learn
from storage.enums import ChannelName, Reason
from storage.officials import put_officials
from storage.tables import Contact, Delivery
from tests.broadcasts.conftest import approved, dispatching, until_still
from tests.on_zalo import ZaloWorld
from tests.world import ZONE

LIST = (
    "họ tên;số điện thoại;đồng ý nhận Zalo;thư điện tử\n"
    "Trần An;0912 345 671;có;\nLê Bình;0912345672;không;\nĐỗ Cường;0912345673;;cuong@x.vn\nVũ Dung;0912345674;x;\n"
)
TEMPLATE = Template("1", ("so", "tieu_de", "lien_ket"), "https://loa.vn/b", phone_price=800)
CHANNELS = [ChannelName.ZALO_PHONE, ChannelName.EMAIL]


async def imported(loa: ZaloWorld, folder: Path, content: str = LIST) -> None:
    path = folder / "danh-sach.csv"
    path.write_text(content, encoding="utf-8")
    async with loa.database.transaction() as session:
        await put_officials(session, read(path), loa.now)
        await learn(session, CHANNELS_FACT, " ".join(CHANNELS))
        await learn(session, PHONE_FACT, "800")


@pytest.fixture
def phone(zalo_loa: ZaloWorld) -> ZaloPhone:
    zalo_loa.zalo.api.templates.known["1"] = Approved("1", "Bản tin", {"so": 30, "tieu_de": 90, "lien_ket": 200})
    for n in range(1, 4):
        zalo_loa.zalo.world.add(OnZalo(f"p{n}", f"Cán bộ {n}", phone=f"8491234567{n}"))
    zalo_loa.outbound = phone = ZaloPhone(zalo_loa.oa, TEMPLATE, business_url=zalo_loa.zalo.url)
    return phone


async def test_who_agreed_gets_the_template_once_and_the_report_says_what_it_cost(
    zalo_loa: ZaloWorld, phone: ZaloPhone, tmp_path: Path
):  # fmt: skip
    loa = zalo_loa
    await imported(loa, tmp_path)
    broadcast_id = await approved(loa, 0)
    async with loa.database.reading() as session:
        plan = await planned_ways(session, Everyone(), loa.now)
    await start_due(loa.database, CHANNELS, loa.now, latest=timedelta(hours=12))
    async with dispatching(loa):
        await until_quiet(loa)

    async with loa.database.reading() as session:
        rows = await session.execute(select(Delivery.channel, Delivery.status, Delivery.reason).order_by(Delivery.id))
        found = await broadcast(session, broadcast_id)
        assert found is not None
        said = (await report(session, found, ZONE))[0]
    assert plan == "Dự kiến: Zalo theo số điện thoại 2 (mẫu ZBS 2 ≈ 1.600 đ) · thư điện tử 1 · chưa có cách gửi 1"
    assert [tuple(row) for row in rows] == [
        ("zalo_phone", "sent", None), ("", "skipped", "not agreed"), ("email", "pending", None),
        ("zalo_phone", "failed", "deactivated"),
    ]  # fmt: skip
    [told] = loa.zalo.world.people["p1"].messages
    assert told.data["so"] == "47/2026"
    assert "Mẫu ZBS tính phí: theo tài khoản 0, theo số điện thoại 1 ≈ 800 đ (theo giá đã khai)" in [
        block.text for block in said.body
    ]
    assert loa.zalo.api.templates.spent == 800


async def until_quiet(loa: ZaloWorld) -> None:
    """Until nothing waits for the telephone."""
    for _ in range(200):
        async with loa.database.reading() as session:
            waiting = await session.scalars(
                select(Delivery.id).where(
                    Delivery.channel == "zalo_phone", Delivery.status.in_(["pending", "sending"])
                )
            )
        if not list(waiting):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("something still waits")


async def test_agreement_is_taken_back_and_given_by_the_next_list(zalo_loa: ZaloWorld, tmp_path: Path):
    await imported(zalo_loa, tmp_path)
    await imported(
        zalo_loa, tmp_path,
        "họ tên;số điện thoại;đồng ý nhận Zalo\nTrần An;0912345671;không\nLê Bình;0912345672;có\nVũ Dung;0912345674;\n",
    )  # fmt: skip
    async with zalo_loa.database.reading() as session:
        c = Contact
        query = select(c.address, c.stopped_reason).where(c.channel == "zalo_phone").order_by(c.address)
        assert dict((await session.execute(query)).all()) == {
            "84912345671": Reason.NOT_AGREED, "84912345672": None, "84912345673": Reason.NOT_AGREED, "84912345674": None,
        }  # fmt: skip


async def test_a_lost_answer_is_doubtful_and_has_a_tracking_id(zalo_loa: ZaloWorld, phone: ZaloPhone, tmp_path: Path):
    await imported(zalo_loa, tmp_path, "họ tên;số điện thoại;đồng ý zalo\nTrần An;0912345671;có\n")
    broadcast_id = await approved(zalo_loa, 0)
    await start_due(zalo_loa.database, CHANNELS, zalo_loa.now, latest=timedelta(hours=12))
    zalo_loa.zalo.api.faults.order({"kind": "lost_reply", "count": 1, "methods": ["zns"]})
    async with dispatching(zalo_loa):
        _, tally = await until_still(zalo_loa, broadcast_id)
    assert (tally.sent, tally.doubtful, len(zalo_loa.zalo.world.people["p1"].messages)) == (1, 1, 2)


async def test_a_template_says_no_correction(phone: ZaloPhone):
    [part] = phone.prepare(say("Số 47/2026")).parts
    with pytest.raises(SendError) as caught:
        await phone.edit("84912345671", "x", phone.own(part, 1))
    assert caught.value.reason is Reason.CANNOT_RECEIVE
