"""What is done for each recipient of one broadcast, step by step.

The three kinds are one: where there is a part and an old message, the message is changed; a part alone is sent; an
old message alone is taken away. To send is to have no old messages, to withdraw is to have no parts.
"""

from dataclasses import dataclass
from typing import Any

from channels.message import Channel, Personal, SendError, from_content
from storage.broadcasts import BroadcastInfo
from storage.enums import BroadcastKind, Reason
from storage.ledger import Claim

DONE_ALREADY = {"edit": (Reason.NOT_MODIFIED,), "remove": (Reason.NOT_MODIFIED, Reason.GONE)}
"""Refusals that say: it is as you want it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The message rendered once for its channel; ``instead`` takes the place of what cannot be deleted any more.

    ``resend``: what is in doubt is done again. ``always_new``: a change is a message of its own.
    """

    parts: tuple[Any, ...]
    instead: Any
    resend: bool
    always_new: bool = False

    def steps(self, claim: Claim) -> int:
        return max(len(self.parts), len(claim.targets))

    def sends(self, claim: Claim) -> bool:
        """Whether the next step sends a new message, which done twice is seen twice."""
        return self.always_new or self._adds(claim)

    def _adds(self, claim: Claim) -> bool:
        return len(claim.message_ids) >= len(claim.targets)

    async def step(self, channel: Channel, claim: Claim) -> str:
        """Do the next step; the id of the message that it was about. Raises SendError."""
        n = len(claim.message_ids)
        part = self.parts[n] if n < len(self.parts) else None
        instead = self.instead
        if isinstance(channel, Personal):
            part, instead = (one if one is None else channel.own(one, claim.id) for one in (part, instead))
        if self._adds(claim):
            return await channel.deliver(claim.address, part)
        target = claim.targets[n]
        try:
            if part is None:
                await channel.remove(claim.address, target, instead)
            else:
                await channel.edit(claim.address, target, part)
        except SendError as error:
            if error.reason not in DONE_ALREADY["remove" if part is None else "edit"]:
                raise
        return target

    def remaining(self, message_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Of the messages that were sent or changed, those that are still there when all is done."""
        return message_ids[: len(self.parts)]


def plan_of(broadcast: BroadcastInfo, channel: Channel, *, hold: bool = False) -> Plan:
    """Render what a broadcast says; with ``hold`` nothing in doubt is sent again. Raises what rendering raises."""
    parts = channel.prepare(from_content(broadcast.content)).parts
    changes = broadcast.kind is not BroadcastKind.SEND
    always_new = isinstance(channel, Personal)
    resend = (changes and not always_new) or (broadcast.in_doubt == "resend" and not hold)
    if broadcast.kind is BroadcastKind.WITHDRAW:
        return Plan((), parts[-1], resend, always_new)
    return Plan(parts, None, resend, always_new)
