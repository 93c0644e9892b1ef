"""E-mail as a voice: one letter to one member of staff at once, of whom no answer is awaited."""

import secrets

from channels.email import Email
from channels.email_tokens import About, Subject
from channels.message import Message, no_link
from storage.enums import ChannelName

NUMBER_BITS = 40


class EmailVoice:
    """Says what staff are to be told; buttons are left out, since nothing can be tapped in a letter."""

    name = ChannelName.EMAIL
    edits = False

    def __init__(self, email: Email) -> None:
        self._email = email

    async def show(self, address: str, message: Message, *, over: str = "") -> str:
        """Each is a letter of its own; its Message-ID, or SendError."""
        part = self._email.rendered(message, about=About.NOTICE, link=no_link)
        return await self._email.deliver_to(address, part, Subject(About.NOTICE, secrets.randbits(NUMBER_BITS)))

    async def toast(self, tap: str, text: str = "", *, alert: bool = False) -> None:
        """Nobody taps in a letter."""

    async def retire(self, address: str, message_id: str) -> None:
        """There are no buttons."""
