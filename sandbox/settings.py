"""What can be chosen when the sandbox starts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Start values; `rate` is sends per second over all chats, `burst` the bucket's depth."""

    host: str = "127.0.0.1"
    port: int = 0
    token: str = "42:SANDBOX"
    username: str = "loa_demo_bot"
    rate: float = 30.0
    burst: int = 30
    seed: int = 1
    log_requests: bool = False
    neighbours: bool = False
    """Whether a Zalo Official Account and a mail server live beside it, on the same page."""
    reports_to: int = 0
    """Port of this machine to which the mail server sends reports of what bounced; 0 for nowhere."""

    @property
    def bot_id(self) -> int:
        """The number before the colon, which is the bot's user id as on Telegram."""
        head = self.token.partition(":")[0]
        return int(head) if head.isdigit() else 42
