"""The log: for people or as one JSON object a line, never with a token, and with what each line is about."""

import json
import logging
import re
import traceback
from datetime import UTC, datetime

from bot.tracing import trace

TOKEN = re.compile(r"(?<!\d)\d{3,}:[A-Za-z0-9_-]{20,}")


class Redacted(logging.Filter):
    """Takes the bot's token out of everything that is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        hidden = TOKEN.sub("<token>", said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True


class Lines(logging.Formatter):
    """One JSON object on each line: time (UTC), level, logger, message, and if there is one trace and exception."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname, "logger": record.name, "message": record.getMessage(),
        }  # fmt: skip
        if about := trace():
            told["trace"] = about
        if record.exc_info:
            told["exception"] = TOKEN.sub("<token>", "".join(traceback.format_exception(*record.exc_info)))
        return json.dumps(told, ensure_ascii=False)


class Words(logging.Formatter):
    """A line for people, with what it is about in brackets."""

    def format(self, record: logging.LogRecord) -> str:
        about = trace()
        return super().format(record) + (f" [{about}]" if about else "")


def log_to_stderr(level: str, *, as_json: bool = False) -> None:
    """Log from this level on."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines() if as_json else Words("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(Redacted())
    logging.basicConfig(level=level, handlers=[handler])
    for chatty in ("aiogram", "aiohttp.access", "alembic", "mail", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
