"""What may happen to a broadcast, and when (vòng đời đợt phát). Pure."""

from enum import StrEnum

from storage.enums import BroadcastStatus as Status


class Action(StrEnum):
    """What people and the clock do to a broadcast."""

    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    HOLD = "hold"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    FINISH = "finish"
    CANCEL = "cancel"
    ACCEPT = "accept"


TRANSITIONS: dict[tuple[Status, Action], Status] = {
    (Status.DRAFT, Action.SUBMIT): Status.SUBMITTED,
    (Status.SUBMITTED, Action.APPROVE): Status.APPROVED,
    (Status.SUBMITTED, Action.RETURN): Status.DRAFT,
    (Status.APPROVED, Action.RETURN): Status.DRAFT,
    (Status.APPROVED, Action.START): Status.SENDING,
    (Status.APPROVED, Action.HOLD): Status.HELD,
    (Status.HELD, Action.APPROVE): Status.APPROVED,
    (Status.HELD, Action.RETURN): Status.DRAFT,
    (Status.SENDING, Action.PAUSE): Status.PAUSED,
    (Status.PAUSED, Action.RESUME): Status.SENDING,
    (Status.SENDING, Action.FINISH): Status.SENT,
    (Status.SENT_WITH_UNKNOWN, Action.ACCEPT): Status.SENT,
    **{
        (status, Action.CANCEL): Status.CANCELLED
        for status in (
            Status.DRAFT, Status.SUBMITTED, Status.APPROVED, Status.HELD, Status.SENDING, Status.PAUSED,
        )
    },
}  # fmt: skip


class NotAllowed(Exception):
    """The rules forbid it; ``reason`` is the key of a sentence."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def advance(status: Status, action: Action) -> Status:
    """The status that follows, or NotAllowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise NotAllowed("wrong_status", f"cannot {action} a broadcast that is {status}") from None


def possible(status: Status) -> frozenset[Action]:
    """All that may be done to a broadcast in this status."""
    return frozenset(action for known, action in TRANSITIONS if known is status)
