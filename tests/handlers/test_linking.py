"""Several channels of one person: a code joins them, a preference orders them, and nobody is taken from another."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from handlers.ways import planned_ways
from storage.conditions import Everyone
from storage.contacts import CHANNELS_FACT, TEMPLATE_FACT, learn
from storage.enums import ChannelName, Role
from storage.people import preferred, ways_to
from storage.tables import Contact, Person, ZaloChat
from tests.broadcasts.conftest import approved
from tests.handlers.test_conversation import invitation
from tests.world import World

AN, BINH = 1001, 2002


def last(loa: World, who: int) -> str:
    return str(loa.messages(who)[-1].text)


async def subscribed(loa: World, who: int, name: str) -> int:
    loa.person(who, name)
    await loa.says(who, "/start")
    await loa.taps(who, "Đăng ký nhận bản tin")
    return await person_at(loa, who)


async def person_at(loa: World, who: int) -> int:
    async with loa.database.reading() as session:
        return await session.scalar(select(Contact.person_id).where(Contact.address == str(who))) or 0


async def code_for(loa: World, who: int) -> str:
    await loa.says(who, "kênh")
    await loa.taps(who, "Liên kết thêm kênh khác")
    found = re.search(r"LK ([2-9A-Y]{6})", last(loa, who))
    assert found, last(loa, who)
    return found[1]


async def test_a_code_joins_another_address_once(loa: World):
    an = await subscribed(loa, AN, "Nguyễn Văn An")
    code = await code_for(loa, AN)
    loa.person(BINH, "Văn An")

    await loa.says(BINH, f"lk {code.lower()}")

    assert last(loa, BINH).startswith("Đã liên kết Telegram với Nguyễn Văn An.")
    assert await person_at(loa, BINH) == an
    loa.person(2003, "Ai đó")
    await loa.says(2003, f"LK {code}")
    assert last(loa, 2003) == "Mã liên kết không đúng hoặc đã hết hạn. Xin lấy mã mới."


async def test_a_code_is_void_after_a_quarter_of_an_hour_and_by_a_newer_one(loa: World):
    await subscribed(loa, AN, "Nguyễn Văn An")
    first = await code_for(loa, AN)
    second = await code_for(loa, AN)
    loa.person(BINH, "Đỗ Văn Bình")

    await loa.says(BINH, f"LK {first}")
    assert "không đúng hoặc đã hết hạn" in last(loa, BINH)
    loa.later(minutes=16)
    await loa.says(BINH, f"LK {second}")

    assert "không đúng hoặc đã hết hạn" in last(loa, BINH)
    assert await person_at(loa, BINH) == 0


async def test_who_only_subscribed_is_joined_and_gets_no_second_copy(loa: World):
    an = await subscribed(loa, AN, "Nguyễn Văn An")
    twin = await subscribed(loa, BINH, "Văn An")
    code = await code_for(loa, AN)

    await loa.says(BINH, f"LK {code}")

    assert await person_at(loa, BINH) == an
    async with loa.database.reading() as session:
        assert await session.scalar(select(Person.subscribed).where(Person.id == twin)) is False


async def test_an_official_or_staff_are_not_taken_by_somebody_with_a_code(loa: World):
    invited = await invitation(loa)
    await subscribed(loa, AN, "Nguyễn Văn An")
    hoa = await loa.staff(3001, "Trần Thị Hoa", Role.EDITOR)
    loa.person(3001, "Trần Thị Hoa")
    loa.person(BINH, "Nguyễn Văn An")
    await loa.says(BINH, f"/start i{invited}")
    await loa.taps(BINH, "Đăng ký nhận bản tin")
    official = await person_at(loa, BINH)

    for who, before in ((3001, hoa), (BINH, official)):
        code = await code_for(loa, AN)
        await loa.says(who, f"LK {code}")
        assert "không liên kết với người khác được" in last(loa, who)
        assert await person_at(loa, who) == before


async def test_the_preferred_way_is_chosen_among_those_that_are_open(loa: World):
    an = await subscribed(loa, AN, "Nguyễn Văn An")
    async with loa.database.transaction() as session:
        session.add(Contact(person_id=an, channel="email", address="an@example.vn", created_at=loa.now))
        session.add(
            Contact(
                person_id=an, channel="zalo_oa", address="z", created_at=loa.now, stopped_at=loa.now,
                stopped_reason="blocked",
            )
        )  # fmt: skip

    await loa.says(AN, "kênh")
    assert last(loa, AN) == "Ông/bà nhận bản tin qua:\n\n• Telegram\n• thư điện tử\n• Zalo – đang ngừng"
    assert [label for label, _ in loa.buttons(loa.messages(AN)[-1])] == [
        "Ưu tiên Telegram", "Ưu tiên thư điện tử", "Liên kết thêm kênh khác",
    ]  # fmt: skip
    await loa.taps(AN, "Ưu tiên thư điện tử")

    async with loa.database.reading() as session:
        assert await preferred(session, an) == ChannelName.EMAIL
        assert [way.stopped for way in await ways_to(session, an)] == [False, False, True]
    assert "• thư điện tử – ưu tiên" in last(loa, AN)


async def test_a_way_that_closed_meanwhile_is_not_preferred(loa: World):
    an = await subscribed(loa, AN, "Nguyễn Văn An")
    async with loa.database.transaction() as session:
        session.add(Contact(person_id=an, channel="email", address="an@example.vn", created_at=loa.now))
    await loa.says(AN, "kênh")
    async with loa.database.transaction() as session:
        closed = {"stopped_at": loa.now, "stopped_reason": "not found"}
        await session.execute(update(Contact).where(Contact.channel == "email").values(**closed))

    await loa.taps(AN, "Ưu tiên thư điện tử")

    async with loa.database.reading() as session:
        assert await preferred(session, an) == ""
    assert "• thư điện tử – đang ngừng" in last(loa, AN)


async def test_strangers_hear_how_to_begin(loa: World):
    loa.person(BINH, "Đỗ Văn Bình")
    await loa.says(BINH, "liên kết")
    assert "chưa đăng ký nhận bản tin ở đây" in last(loa, BINH)


async def test_an_approver_sees_before_approving_how_many_are_reached_which_way(loa: World):
    broadcast_id = await approved(loa, 4)
    async with loa.database.transaction() as session:
        await learn(session, CHANNELS_FACT, "telegram email")
        await session.execute(
            update(Contact).where(Contact.address == "100000").values(channel="email", address="a@example.vn")
        )
        await session.execute(
            update(Contact).where(Contact.address == "100001").values(stopped_at=loa.now, stopped_reason="blocked")
        )

    await loa.says(3002, "đợt phát")
    label = next(label for label, data in loa.buttons(loa.messages(3002)[-1]) if data == f"bc:{broadcast_id}")
    await loa.taps(3002, label)

    assert "Dự kiến: Telegram 2 · thư điện tử 1 · chưa có cách gửi 1" in last(loa, 3002)


@pytest.mark.parametrize(
    ("price", "said"),
    [
        ("560", "Zalo 4 (miễn phí 1; tính vào gói 1; mẫu ZBS 2 ≈ 1.120 đ)"),
        ("", "Zalo 4 (miễn phí 1; tính vào gói 1; quá 7 ngày, chuyển kênh khác 2)"),
    ],
)
async def test_the_plan_tells_what_zalo_costs(loa: World, price, said):
    await approved(loa, 5)
    async with loa.database.transaction() as session:
        await learn(session, CHANNELS_FACT, "telegram zalo_oa")
        await learn(session, TEMPLATE_FACT, price)
        for n, hours in enumerate((1, 100, 200, None)):
            address = str(100_000 + n)
            zalo = {"channel": "zalo_oa", "address": f"z{n}"}
            await session.execute(update(Contact).where(Contact.address == address).values(**zalo))
            at = None if hours is None else loa.now - timedelta(hours=hours)
            session.add(ZaloChat(**zalo, interacted_at=at))
    async with loa.database.reading() as session:
        plan = await planned_ways(session, Everyone(), loa.now)

    assert plan == f"Dự kiến: Telegram 1 · {said}"
