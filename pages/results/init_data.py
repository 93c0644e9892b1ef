"""Who opened a Mini App, as Telegram vouches for it: the initData that it hands to the page. Pure.

The rule is Telegram's own (core.telegram.org/bots/webapps, "Validating data received via the Mini App"): the fields
but ``hash`` in the order of their names, one 'name=value' to a line, signed by HMAC-SHA-256 with a key that is the
HMAC-SHA-256 of the bot's token under the key "WebAppData".
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

OLDEST = timedelta(hours=1)
AHEAD = timedelta(minutes=5)
"""So far may Telegram's clock be before ours."""
LONGEST = 8192


def signed(fields: Mapping[str, str], token: str) -> str:
    """The signature of the fields, of a bot's token, in hexadecimal."""
    key = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()) if name != "hash")
    return hmac.digest(key, lines.encode(), hashlib.sha256).hex()


def vouched(init_data: str, token: str, now: datetime, *, oldest: timedelta = OLDEST) -> int | None:
    """The Telegram id of whoever opened the page; None if it is not signed for this bot, or too long ago."""
    if not token or len(init_data) > LONGEST:
        return None
    try:
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True, max_num_fields=50, errors="strict")
    except ValueError:
        return None
    fields = dict(pairs)
    shown = fields.get("hash", "").encode()
    if len(fields) < len(pairs) or not hmac.compare_digest(shown, signed(fields, token).encode()):
        return None
    try:
        at = datetime.fromtimestamp(int(fields["auth_date"]), UTC)
        id = json.loads(fields["user"])["id"]
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        return None
    fresh = now - oldest <= at <= now + AHEAD
    return id if fresh and isinstance(id, int) and not isinstance(id, bool) and id > 0 else None
