"""Zalo by telephone number: one approved template for each message, for who agreed and never spoke with the account.

Nothing is known of a person but the number, nothing can be answered in chat, and each message is paid. Tried against
the sandbox, never against live Zalo.
"""

from dataclasses import dataclass, replace

from channels.message import Message, Prepared, SendError
from channels.zalo_oa import ZaloOA
from channels.zalo_parts import about
from channels.zalo_template import Template
from storage.enums import ChannelName, Reason


@dataclass(frozen=True, slots=True)
class Told:
    """What the template says: number, title and link; with ``tracking`` it is one person's."""

    about: tuple[str, str, str]
    tracking: str = ""


class ZaloPhone:
    """The channel beside the account, whose grant it uses; safe to use from many tasks."""

    name = ChannelName.ZALO_PHONE
    highest_id = 0

    def __init__(self, oa: ZaloOA, template: Template, *, business_url: str) -> None:
        self._oa, self._template = oa, template
        self._url = f"{business_url.rstrip('/')}/message/template"

    def prepare(self, message: Message) -> Prepared:
        """One part: whatever a bulletin says, a template says its number, title and link."""
        return Prepared((Told(about(message)),))

    def own(self, part: Told, delivery_id: int) -> Told:
        return replace(part, tracking=f"d{delivery_id}")

    async def deliver(self, address: str, part: Told) -> str:
        return await self.template(address, self._template, self._template.bulletin(part.about), part.tracking)

    async def template(
        self, address: str, template: Template, values: tuple[str, str, str], tracking: str
    ) -> str:  # fmt: skip
        """A template to a number (84…), under a tracking id of up to 48 characters; the message's id or SendError."""
        body = {"phone": address, "template_id": template.id, "template_data": template.data(values),
                "tracking_id": tracking}  # fmt: skip
        told = await self._oa.call("POST", self._url, json=body)
        if not isinstance(told, dict) or not told.get("msg_id"):
            raise SendError(Reason.IN_DOUBT, "an answer without a message")
        return str(told["msg_id"])

    async def edit(self, address: str, message_id: str, part: Told) -> None:
        """A template cannot say that it corrects another; its link leads to the page, where the correction stands."""
        raise SendError(Reason.CANNOT_RECEIVE, "a template carries no correction; the page behind its link does")

    async def remove(self, address: str, message_id: str, instead: Told) -> None:
        """Nor can it take anything back."""
        await self.edit(address, message_id, instead)
