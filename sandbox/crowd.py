"""Thousands of cheap chats at once, some of them blocked, gone, or about to block."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.chats import Chat
from sandbox.telegram.world import SimError, World

_FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
]
_MIDDLE = ["Văn", "Thị", "Đức", "Minh", "Thu", "Ngọc", "Hữu", "Thanh", "Quốc", "Hồng"]
_GIVEN = [
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Hạnh",
    "Hùng",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Nam",
    "Nga",
    "Phúc",
    "Quân",
    "Sơn",
    "Thảo",
    "Trang",
    "Tuấn",
]

CROWD_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who was added; the three lists do not overlap and follow from the seed alone."""

    count: int
    blocked: list[int]
    deactivated: list[int]
    will_block: list[int]


def name(chance: random.Random) -> str:
    """A Vietnamese name."""
    return f"{chance.choice(_FAMILY)} {chance.choice(_MIDDLE)} {chance.choice(_GIVEN)}"


def _share(values: dict[str, Any], field: str) -> float:
    share = float(values.get(field, 0.0))
    if not 0 <= share <= 1:
        raise SimError(f"{field} must lie between 0 and 1")
    return share


def add_crowd(world: World, values: dict[str, Any]) -> Crowd:
    """Adds chats first_id, first_id+1, ... that have all started the bot."""
    first, count = int(values["first_id"]), int(values["count"])
    if not 0 < count <= CROWD_LIMIT:
        raise SimError(f"count must lie between 1 and {CROWD_LIMIT}")
    if any(first + i in world.chats for i in range(count)):
        raise SimError("some of these chats exist")
    shares = [_share(values, field) for field in ("blocked", "deactivated", "blocks_on_receipt")]
    sizes = [round(share * count) for share in shares]
    if sum(sizes) > count:
        raise SimError("the shares add up to more than everybody")
    chance = random.Random(int(values.get("seed", 1)))
    drawn = chance.sample(range(first, first + count), sum(sizes))
    blocked = sorted(drawn[: sizes[0]])
    deactivated = sorted(drawn[sizes[0] : sizes[0] + sizes[1]])
    will_block = sorted(drawn[sizes[0] + sizes[1] :])
    for i in range(first, first + count):
        world.add_chat(Chat(id=i, name=name(chance), cheap=True, started=True))
    for i in blocked:
        world.chats[i].blocked = True
    for i in deactivated:
        world.chats[i].deactivated = True
    for i in will_block:
        world.chats[i].blocks_on_receipt = True
    return Crowd(count, blocked, deactivated, will_block)
