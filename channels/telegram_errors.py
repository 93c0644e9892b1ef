"""What Telegram's refusals mean, in one table. Pure.

The texts are those of the Bot API server (tdlib/telegram-bot-api, Client.cpp); a text that is not in the table is
judged by its code.
"""

from typing import Any

from channels.message import SendError
from storage.enums import Reason

TEXTS: tuple[tuple[int, str, Reason], ...] = (
    (403, "bot was blocked by the user", Reason.BLOCKED),
    (403, "bot was kicked", Reason.BLOCKED),
    (403, "user is deactivated", Reason.DEACTIVATED),
    (403, "can't initiate conversation", Reason.NOT_STARTED),
    (403, "can't send messages to bots", Reason.NOT_FOUND),
    (400, "chat not found", Reason.NOT_FOUND),
    (400, "user not found", Reason.NOT_FOUND),
    (400, "peer_id_invalid", Reason.NOT_FOUND),
    (400, "message is not modified", Reason.NOT_MODIFIED),
    (400, "message to edit not found", Reason.GONE),
    (400, "message to delete not found", Reason.GONE),
    (400, "message can't be edited", Reason.GONE),
    (400, "message can't be deleted", Reason.TOO_OLD),
    (400, "message is too long", Reason.TOO_LONG),
    (400, "caption is too long", Reason.TOO_LONG),
    (400, "query is too old", Reason.GONE),
)
CODES = {
    400: Reason.REFUSED,
    401: Reason.UNAUTHORISED,
    403: Reason.BLOCKED,
    404: Reason.UNAUTHORISED,
    409: Reason.UNAUTHORISED,
    413: Reason.TOO_LONG,
    429: Reason.THROTTLED,
}


def send_error(code: int, answer: dict[str, Any]) -> SendError:
    """The error behind an HTTP status and the decoded answer (``{}`` if it was none of the Bot API's).

    Who refuses a request without being the Bot API stands before it, a firewall or a proxy: it says nothing about the
    person, and has let nothing through.
    """
    described = str(answer.get("description") or f"HTTP {code}")
    parameters = answer.get("parameters") or {}
    if moved := parameters.get("migrate_to_chat_id"):
        return SendError(Reason.MIGRATED, described, moved_to=str(moved))
    if code == 429:
        return SendError(Reason.THROTTLED, described, retry_after=float(parameters.get("retry_after") or 1))
    said = described.casefold()
    for of_code, text, reason in TEXTS:
        if code == of_code and text in said:
            return SendError(reason, described)
    if "ok" not in answer and 400 <= code < 500 and code != 413:
        return SendError(Reason.NETWORK, f"HTTP {code} from something before Telegram")
    return SendError(CODES.get(code, Reason.SERVER), described)
