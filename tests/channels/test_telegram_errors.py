"""What Telegram's refusals mean; the texts are those of its server."""

import pytest

from channels.telegram_errors import send_error
from storage.enums import Reason


@pytest.mark.parametrize(
    ("code", "description", "reason"),
    [
        (403, "Forbidden: bot was blocked by the user", Reason.BLOCKED),
        (403, "Forbidden: bot was kicked from the group chat", Reason.BLOCKED),
        (403, "Forbidden: bot was kicked from the supergroup chat", Reason.BLOCKED),
        (403, "Forbidden: bot is not a member of the channel chat", Reason.BLOCKED),
        (403, "Forbidden: user is deactivated", Reason.DEACTIVATED),
        (403, "Forbidden: bot can't initiate conversation with a user", Reason.NOT_STARTED),
        (403, "Forbidden: bot can't send messages to bots", Reason.NOT_FOUND),
        (400, "Bad Request: chat not found", Reason.NOT_FOUND),
        (400, "Bad Request: user not found", Reason.NOT_FOUND),
        (400, "Bad Request: PEER_ID_INVALID", Reason.NOT_FOUND),
        (400, "Bad Request: message is not modified: specified new message content is the same", Reason.NOT_MODIFIED),
        (400, "Bad Request: message to edit not found", Reason.GONE),
        (400, "Bad Request: message to delete not found", Reason.GONE),
        (400, "Bad Request: message can't be edited", Reason.GONE),
        (400, "Bad Request: message can't be deleted for everyone", Reason.TOO_OLD),
        (400, "Bad Request: query is too old and response timeout expired or query ID is invalid", Reason.GONE),
        (400, "Bad Request: message is too long", Reason.TOO_LONG),
        (400, "Bad Request: message caption is too long", Reason.TOO_LONG),
        (400, "Bad Request: can't parse entities: unclosed start tag at byte offset 3", Reason.REFUSED),
        (400, "Bad Request: message text is empty", Reason.REFUSED),
        (400, "Bad Request: BUTTON_DATA_INVALID", Reason.REFUSED),
        (400, "", Reason.REFUSED),
        (401, "Unauthorized", Reason.UNAUTHORISED),
        (404, "Not Found", Reason.UNAUTHORISED),
        (409, "Conflict: terminated by other getUpdates request", Reason.UNAUTHORISED),
        (413, "Request Entity Too Large", Reason.TOO_LONG),
        (500, "Internal Server Error", Reason.SERVER),
        (502, "Bad Gateway", Reason.SERVER),
        (418, "chat not found", Reason.SERVER),
        (400, "Forbidden: bot was blocked by the user", Reason.REFUSED),
    ],
)
def test_refusal_is_understood(code, description, reason):
    error = send_error(code, {"ok": False, "error_code": code, "description": description})
    assert (error.reason, error.detail) == (reason, description or f"HTTP {code}")
    assert (error.retry_after, error.moved_to) == (None, None)


@pytest.mark.parametrize(("said", "wait"), [(35, 35.0), (0.5, 0.5), (0, 1.0), (None, 1.0)])
def test_throttling_says_how_long_to_wait(said, wait):
    error = send_error(429, {"description": "Too Many Requests: retry after 35", "parameters": {"retry_after": said}})
    assert (error.reason, error.retry_after) == (Reason.THROTTLED, wait)


def test_throttling_by_a_proxy_without_a_word_waits_a_second():
    assert send_error(429, {}).retry_after == 1.0


def test_migrated_group_has_a_new_address():
    error = send_error(
        400,
        {
            "description": "Bad Request: group chat was upgraded to a supergroup chat",
            "parameters": {"migrate_to_chat_id": -1001234567890},
        },
    )
    assert (error.reason, error.moved_to) == (Reason.MIGRATED, "-1001234567890")


def test_what_stands_before_telegram_says_nothing_about_the_person():
    assert [send_error(code, {}).reason for code in (400, 403, 404, 413, 502)] == [
        Reason.NETWORK, Reason.NETWORK, Reason.NETWORK, Reason.TOO_LONG, Reason.SERVER,
    ]  # fmt: skip
