"""How somebody drawn for a survey is invited on each chat network: in chat, or by an approved template of Zalo.

A template leads to the form on the web, which is theirs alone. Of Zalo: tried against the sandbox, never against live
Zalo.
"""

from typing import Protocol

from channels.message import Message, SendError, Voice
from channels.zalo_oa import NO_ANSWERS, ZaloOA
from channels.zalo_phone import ZaloPhone
from channels.zalo_template import Template
from handlers.outreach import invitation, template_values
from pages.paths import link_to
from storage.cases import Outgoing
from storage.enums import ChannelName, Reason
from storage.surveys import SurveyInfo
from surveys.links import CASE


class Way(Protocol):
    """One network on which people are invited and reminded."""

    @property
    def name(self) -> ChannelName:
        """Which network it is."""

    async def invite(self, info: SurveyInfo, one: Outgoing, *, again: bool = False) -> None:
        """Invite, or with ``again`` remind of an invitation; raises SendError."""

    async def remind(self, address: str, message: Message) -> None:
        """Remind of what was begun in chat; raises SendError."""


class InChat:
    """A bot that writes to whoever opened it."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    @property
    def name(self) -> ChannelName:
        return self._voice.name

    async def invite(self, info: SurveyInfo, one: Outgoing, *, again: bool = False) -> None:
        await self._voice.show(one.address, invitation(info, one.unit, one.served_on, again=again))

    async def remind(self, address: str, message: Message) -> None:
        await self._voice.show(address, message)


class OnAccount(InChat):
    """The Official Account: with buttons inside the window; outside it by the template, if there is one."""

    def __init__(self, oa: ZaloOA, template: Template | None = None, home: str = "") -> None:
        super().__init__(oa)
        self._oa, self._template, self._home = oa, template if home else None, home

    async def invite(self, info: SurveyInfo, one: Outgoing, *, again: bool = False) -> None:
        try:
            await super().invite(info, one, again=again)
        except SendError as error:
            if error.reason not in NO_ANSWERS or self._template is None:
                raise
            values = template_values(one.unit, one.served_on, link_to(self._home, CASE + one.code))
            await self._oa.template(one.address, self._template, values)


class ByPhone:
    """The template by telephone number; nothing can be begun in chat there, so there is nothing else to remind of."""

    name = ChannelName.ZALO_PHONE

    def __init__(self, phone: ZaloPhone, template: Template, home: str) -> None:
        self._phone, self._template, self._home = phone, template, home

    async def invite(self, info: SurveyInfo, one: Outgoing, *, again: bool = False) -> None:
        values = template_values(one.unit, one.served_on, link_to(self._home, CASE + one.code))
        await self._phone.template(one.address, self._template, values, f"c{one.id}{'r' if again else ''}")

    async def remind(self, address: str, message: Message) -> None:
        raise SendError(Reason.CANNOT_RECEIVE, "there is no chat behind a telephone number")
