"""What one simulated person thinks: every wish follows from the seed, the person and the item alone."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from sandbox.questionnaire import Item

USUAL_LOGIT = 1.4
PERSON_SPREAD = 0.6
FACTOR_SPREAD = 0.7
SPEAKS = 0.5
SENTENCES = (
    "Cán bộ hướng dẫn tận tình, tôi không phải đi lại nhiều lần.",
    "Mong bộ phận một cửa làm việc thêm sáng thứ Bảy.",
    "Thủ tục đã gọn hơn trước, tôi rất mừng.",
    "Trang dịch vụ công đôi khi còn chậm, mong được khắc phục.",
    "Tôi mong được nhắn tin khi hồ sơ đã xong.",
)


@dataclass(frozen=True, slots=True)
class Persona:
    """One person, with a leaning towards satisfaction that all their ratings share."""

    seed: int
    number: int

    def _chance(self, *about: object) -> random.Random:
        return random.Random(":".join(map(str, (self.seed, self.number, *about))))

    @property
    def name_chance(self) -> random.Random:
        """Where the name comes from."""
        return self._chance("name")

    def option(self, item: Item) -> int:
        """The one option wanted, numbered from 1."""
        chance = self._chance(item.id)
        numbers = range(1, len(item.options) + 1)
        if not item.satisfied:
            return chance.choice(numbers)
        leaning = self._chance("leaning").gauss(0, PERSON_SPREAD)
        shift = random.Random(f"{self.seed}:{item.factor}").uniform(-FACTOR_SPREAD, FACTOR_SPREAD)
        pleased = chance.random() < 1 / (1 + math.exp(-(USUAL_LOGIT + leaning + shift)))
        wanted = [number for number in numbers if (number in item.satisfied) == pleased]
        return chance.choice(wanted or list(numbers))

    def options(self, item: Item) -> tuple[int, ...]:
        """The options wanted where several may be ticked: one to three."""
        chance = self._chance(item.id)
        most = min(3, len(item.options), item.most or 3)
        return tuple(sorted(chance.sample(range(1, len(item.options) + 1), chance.randint(1, most))))

    def words(self, item: Item) -> str | None:
        """What to write, or None to pass over an item that may be passed over."""
        chance = self._chance(item.id)
        if item.kind == "number":
            return str(chance.randint(item.least, max(item.least, item.most or 100)))
        if item.optional and chance.random() >= SPEAKS:
            return None
        return chance.choice(SENTENCES)

    def quits_after(self, share: float) -> int | None:
        """After how many answers they leave for good; None for those who stay."""
        chance = self._chance("quit")
        return chance.randint(1, 10) if chance.random() < share else None
