"""A tiny scripted bot that asks a questionnaire over the wire, so that the respondents have somebody to answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sandbox.questionnaire import Item, Survey
from tests.sandbox.conftest import Caller


@dataclass
class Form:
    """One person's progress; `step` counts the consent, the items and the summary."""

    step: int = 0
    screen: int = 0
    ticked: set[int] = field(default_factory=set)
    answers: dict[str, Any] = field(default_factory=dict)
    sent: bool = False


@dataclass
class SurveyingBot:
    """Edits one message in place, or sends a new one for each item; may play deaf to every nth update."""

    caller: Caller
    survey: Survey
    in_place: bool
    deaf_every: int = 0
    forms: dict[int, Form] = field(default_factory=dict)
    heard: int = 0
    starts: Counter[str] = field(default_factory=Counter)

    async def run(self) -> None:
        offset = 0
        while True:
            updates = await self.caller.ok("getUpdates", offset=offset, timeout=10)
            async with asyncio.TaskGroup() as group:
                for chat in dict.fromkeys(_chat(update) for update in updates):
                    group.create_task(self._hear_all([u for u in updates if _chat(u) == chat]))
            offset = updates[-1]["update_id"] + 1 if updates else offset

    async def _hear_all(self, updates: list[dict[str, Any]]) -> None:
        for update in updates:
            self.heard += 1
            if not (self.deaf_every and self.heard % self.deaf_every == 0):
                await self._hear(update)

    async def _hear(self, update: dict[str, Any]) -> None:
        chat = _chat(update)
        if "message" in update:
            text = update["message"]["text"]
            if text.startswith("/start"):
                self.starts[text] += chat not in self.forms
                self.forms.setdefault(chat, Form())
                await self._show(chat, fresh=True)
            elif self._item(chat) and not self._item(chat).options:
                await self._keep(chat, text)
            return
        data = update["callback_query"]["data"]
        step, _, value = data.partition(":")
        await self.caller.ok("answerCallbackQuery", callback_query_id=update["callback_query"]["id"])
        form = self.forms[chat]
        if int(step) == form.step:
            await self._tapped(chat, form, value)

    async def _tapped(self, chat: int, form: Form, value: str) -> None:
        item = self._item(chat)
        if item and item.kind == "several" and value != "done":
            form.ticked ^= {int(value)}
            await self._show(chat)
        elif item:
            kept = sorted(form.ticked) if value == "done" else int(value) if value.isdigit() else None
            await self._keep(chat, kept)
        else:
            form.sent = form.step > len(self.survey.items)
            form.step += 1
            await self._show(chat)

    async def _keep(self, chat: int, value: Any) -> None:
        form, item = self.forms[chat], self._item(chat)
        form.answers[item.id] = value
        form.step += 1
        form.ticked = set()
        await self._show(chat, fresh=not item.options)

    def _item(self, chat: int) -> Item:
        number = self.forms[chat].step - 1
        items = self.survey.items
        return items[number] if 0 <= number < len(items) else None  # type: ignore[return-value]

    async def _show(self, chat: int, *, fresh: bool = False) -> None:
        form = self.forms[chat]
        text, rows = self._screen(chat, form)
        keyboard = [[{"text": t, "callback_data": f"{form.step}:{d}"}] for t, d in rows]
        content = {"chat_id": chat, "text": text, "reply_markup": {"inline_keyboard": keyboard}}
        if form.screen and not fresh and (self.in_place or form.ticked):
            await self.caller.raw("editMessageText", message_id=form.screen, **content)
            return
        if form.screen and not self.in_place:
            await self.caller.raw("editMessageReplyMarkup", chat_id=chat, message_id=form.screen)
        form.screen = (await self.caller.ok("sendMessage", **content))["message_id"]

    def _screen(self, chat: int, form: Form) -> tuple[str, list[tuple[str, str]]]:
        item = self._item(chat)
        if item is None and form.step == 0:
            return "Cảm ơn ông/bà đã mở phiếu. Ông/bà có đồng ý tham gia không?", [
                ("✔ Đồng ý", "yes"),
                ("Thôi", "no"),
            ]
        if item is None and not form.sent:
            told = "\n".join(item.text for item in self.survey.items)[:3000]
            return f"Cảm ơn ông/bà. Xin xem lại:\n{told}", [("Sửa", "back"), ("Gửi phiếu", "send")]
        if item is None:
            return "Cảm ơn ông/bà đã trả lời.", [("Đồng ý làm phiếu khác", "again"), ("✔ Đồng ý", "x")]
        rows = [
            (f"{'✅ ' if n in form.ticked else f'{n}. '}{label}", str(n)) for n, label in enumerate(item.options, 1)
        ]
        if item.kind == "several":
            rows.append(("Xong ▶", "done"))
        if item.optional:
            rows.append(("Bỏ qua", "skip"))
        return f"Câu {form.step}:\n{item.text}", rows


def _chat(update: dict[str, Any]) -> int:
    body = update.get("message") or update["callback_query"]["message"]
    return int(body["chat"]["id"])
