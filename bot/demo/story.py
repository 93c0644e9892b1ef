"""The story: the bulletin is approved and goes out, citizens answer, the report arrives."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.app import Loa
from bot.demo.network import Control
from bot.demo.officials import FIRST_ZALO
from bot.demo.setting import (
    APPROVER,
    CITIZEN,
    EDITOR,
    FIRST_CITIZEN,
    FIRST_OFFICIAL,
    MAIL_CITIZEN,
    MAIL_OFFICIAL,
    OFFICIAL,
    QUESTIONNAIRE,
    TEMPLATE,
    TEMPLATE_PARAMS,
    TEMPLATE_PRICE,
    ZALO_CITIZEN,
    ZALO_OFFICIAL,
    Stage,
)
from handlers import staff_texts, texts
from storage.broadcasts import Tally, broadcast, tally
from storage.enums import BroadcastStatus, ChannelName, DeliveryStatus, NoticeKind, ResponseStatus, Role
from storage.geography import place_name
from storage.notices import tell
from storage.surveys import response_counts, survey
from surveys.counting import counters
from surveys.fieldwork import close
from surveys.index import Index, index
from surveys.words import VI

FINAL = (BroadcastStatus.SENT, BroadcastStatus.SENT_WITH_UNKNOWN, BroadcastStatus.CANCELLED)
BLOCKED, DEACTIVATED, BLOCK_LATER = 0.02, 0.005, 0.01
AGREE = [VI.age_yes, VI.consent_yes, VI.send]
NOTE = (
    "Telegram, Zalo và máy chủ thư này chạy trên máy của bạn. Giới hạn ở đây là {rate} tin/giây để xem nhanh; "
    "Telegram thật cho khoảng 30 tin/giây."
)
WAYS = {ChannelName.TELEGRAM: "Telegram", ChannelName.ZALO_OA: "Zalo", ChannelName.EMAIL: "thư"}
ACTION_CITIZENS, ACTION_CLOSE = "citizens", "close"


@dataclass
class Story:
    """One performance; ``seconds`` collects how long each act took."""

    stage: Stage
    loa: Loa
    control: Control
    citizens: int
    seed: int
    rate: float
    seconds: dict[str, float] = field(default_factory=dict)
    act: int = 0

    async def prepare(self) -> None:
        """People with telephones: the crowd has started the bot, some of it will be gone or block us."""
        crowd = {"first_id": FIRST_OFFICIAL, "count": self.stage.audience, "seed": self.seed}
        await self.control.post(
            "crowd", **crowd, blocked=BLOCKED, deactivated=DEACTIVATED, blocks_on_receipt=BLOCK_LATER
        )
        await self._on_zalo()
        for chat, name in ((OFFICIAL, "Nguyễn Văn An"), (CITIZEN, "Phạm Thị Lan"), (EDITOR, "Trần Thị Hoa"),
                           (APPROVER, "Lê Quốc Nam")):  # fmt: skip
            await self.control.post("chats", id=chat, name=name)
            if chat != CITIZEN:
                await self.control.say(chat, "/start")
        await self.control.post("limits", chat_interval=0)
        for chat in (OFFICIAL, EDITOR, APPROVER):
            await self.control.seen(chat, lambda message: True)

    async def _on_zalo(self) -> None:
        """Zalo knows the officials; one follows and so may be written to, the others get the approved template."""
        params = dict.fromkeys(TEMPLATE_PARAMS, 200)
        most = max(500, self.stage.audience)
        await self.control.post("zalo/rules", daily_templates=most)
        await self.control.post(
            "zalo/templates", id=TEMPLATE, name="Bản tin cải cách hành chính", params=params,
            price_uid=TEMPLATE_PRICE, daily=most,
        )  # fmt: skip
        await self.control.post("zalo/crowd", first_id=FIRST_ZALO, count=self.stage.audience)
        for id, name in ((ZALO_OFFICIAL, "Đỗ Ngọc Bích"), (ZALO_CITIZEN, "Phạm Thị Lan")):
            await self.control.post("zalo/people", id=id, name=name)
        for _ in range(100):
            if (await self.control.post("zalo/webhook", url=f"{self.stage.web_url}/zalo/oa"))["answered"]:
                break
            await asyncio.sleep(0.1)
        await self.control.post("zalo/follow", id=ZALO_OFFICIAL)

    async def submit(self) -> None:
        """The editor submits in chat, and the approver is told."""
        await self.control.say(EDITOR, "/bientap")
        await self.control.tap(EDITOR, "Bản tin số")
        await self.control.tap(EDITOR, staff_texts.SUBMIT)
        await self.control.seen(APPROVER, lambda m: staff_texts.NOTICE["submitted"] in m["text"])

    async def approve(self) -> None:
        """What the approver does with three taps."""
        await self.control.tap(APPROVER, "Bản tin số")
        await self.control.tap(APPROVER, staff_texts.APPROVE_NOW)
        await self.control.tap(APPROVER, "Xác nhận gửi")

    async def tally(self) -> tuple[BroadcastStatus, Tally]:
        async with self.loa.database.reading() as session:
            found = await broadcast(session, self.stage.broadcast_id)
            assert found is not None
            return found.status, await tally(session, self.stage.broadcast_id)

    async def until_sent(self) -> None:
        while (await self.tally())[0] not in FINAL:
            await asyncio.sleep(0.2)

    async def start_citizens(self) -> None:
        payloads = [url.partition("start=")[2] for url in self.stage.links.values()]
        await self.control.post(
            "citizens", count=self.citizens, payloads=payloads, first_id=FIRST_CITIZEN, seed=self.seed,
            concurrency=60, questionnaire_file=str(QUESTIONNAIRE), agree=AGREE, done=[VI.done],
            skip=[VI.skip], thanks=["cảm ơn", "Cảm ơn"],
        )  # fmt: skip

    async def until_answered(self) -> dict[str, Any]:
        while (told := await self.control.get("citizens"))["running"]:
            await asyncio.sleep(0.3)
        return told

    async def close_survey(self) -> None:
        now = datetime.now(UTC)
        async with self.loa.database.transaction() as session:
            if await close(session, self.loa.catalogue, self.stage.survey_id, now):
                staff = [Role.EDITOR, Role.APPROVER]
                await tell(session, NoticeKind.SURVEY_CLOSED, self.stage.survey_id, now, roles=staff)

    async def until_reported(self) -> None:
        await self.control.seen(EDITOR, lambda message: bool(message.get("photo")), seconds=60)

    async def index(self) -> Index:
        async with self.loa.database.reading() as session:
            info = await survey(session, self.stage.survey_id)
            assert info is not None
            questionnaire = await self.loa.catalogue.get(session, info.questionnaire_id)
            return index(questionnaire, await counters(session, self.stage.survey_id))

    async def board(self) -> dict[str, Any]:
        """What the page shows around the phones."""
        status, found = await self.tally()
        stats = await self.control.get("stats")
        async with self.loa.database.reading() as session:
            answered = await response_counts(session, self.stage.survey_id)
        told = await self.control.get("citizens")
        started = sum(answered.values())
        return {
            "title": "Loa – một tuần của bản tin cải cách hành chính",
            "note": NOTE.format(rate=f"{self.rate:.0f}"),
            "phones": [
                {"label": "Cán bộ", "chats": [
                    {"id": OFFICIAL, "name": "Nguyễn Văn An", "role": "Trưởng phòng, Sở Nội vụ Hà Nội"}],
                 "zalo": {"id": ZALO_OFFICIAL, "name": "Đỗ Ngọc Bích", "role": "Sở Tư pháp Hà Nội – chỉ dùng Zalo"},
                 "mail": {"address": MAIL_OFFICIAL, "name": "Lê Văn Cường",
                          "role": "Sở Tài chính Hà Nội – chỉ có thư điện tử"}},
                {"label": "Người dân", "chats": [{"id": CITIZEN, "name": "Phạm Thị Lan", "role": "Người dân"}],
                 "zalo": {"id": ZALO_CITIZEN, "name": "Phạm Thị Lan", "role": "Người dân"},
                 "mail": {"address": MAIL_CITIZEN, "name": "Phạm Thị Lan", "role": "Người dân"}},
                {"label": "Biên tập / Duyệt", "chats": [
                    {"id": APPROVER, "name": "Lê Quốc Nam", "role": "Người duyệt"},
                    {"id": EDITOR, "name": "Trần Thị Hoa", "role": "Biên tập"}]},
            ],
            "steps": self._steps(status, answered[ResponseStatus.COMPLETE]),
            "actions": [
                {"id": ACTION_CITIZENS, "label": f"Cho {texts.number(self.citizens)} người dân trả lời",
                 "enabled": not told.get("running") and self.act < 3},
                {"id": ACTION_CLOSE, "label": "Đóng khảo sát, gửi báo cáo", "enabled": self.act == 3},
            ],
            "links": self._links(),
            "progress": _progress(found, stats) if found.total else None,
            "survey": {"label": "Khảo sát", "started": started, "completed": answered[ResponseStatus.COMPLETE],
                       "answers": told.get("answers", 0)} if started else None,
        }  # fmt: skip

    def _steps(self, status: BroadcastStatus, completed: int) -> list[dict[str, str]]:
        done = [status not in (BroadcastStatus.DRAFT, BroadcastStatus.SUBMITTED), status in FINAL,
                completed > 0, self.act >= 4]  # fmt: skip
        steps = [
            f"Ở máy thứ ba, người duyệt xem và duyệt bản tin gửi {texts.number(self.stage.audience)} cán bộ",
            "Theo dõi bản tin đi: có người chặn bot, mạng báo quá tải (429), Loa tự chậm lại",
            "Ở máy thứ hai, người dân bấm mã QR, đồng ý và trả lời; rồi cho nhiều người cùng trả lời",
            "Đóng khảo sát: báo cáo bằng chữ và hình về máy biên tập",
        ]
        now = done.index(False) if False in done else len(done)
        states = ["done" if flag else "now" if n == now else "later" for n, flag in enumerate(done)]
        return [{"text": text, "state": state} for text, state in zip(steps, states, strict=True)]

    def _links(self) -> list[dict[str, Any]]:
        place, url = next(iter(self.stage.links.items()))
        svg = Path(self.stage.folder / f"{place}.svg").read_text(encoding="utf-8")
        return [{"label": f"Khảo sát – {place_name(place)}", "url": url, "svg": svg, "phone": 1}]


def _progress(found: Tally, stats: dict[str, Any]) -> dict[str, Any]:
    reasons = {staff_texts.REASON[r]: n for r, n in found.reasons.items() if str(r) != "blocked"}
    ways = ", ".join(f"{WAYS[name]} {texts.number(n)}" for name, n in found.ways.items() if name in WAYS)
    return {
        "label": f"Bản tin ({ways})" if ways else "Bản tin", "total": found.total,
        "sent": found.sent, "waiting": found.waiting,
        "blocked": sum(n for r, n in found.reasons.items() if str(r) == "blocked"), "failed": reasons,
        "unknown": found.by_status[DeliveryStatus.UNKNOWN], "per_second": stats.get("per_second", 0),
        "too_many_requests": stats["too_many_requests"],
    }  # fmt: skip
