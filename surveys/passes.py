"""Where results are found on the web, and signed passes to the staff's page: who may see what until when. Pure."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from storage.enums import Role

PREFIX = "/k"
"""What the path of every page of results begins with."""
RESULTS = "results pages key"
"""The name of the secret that passes are signed with."""
MAY_SEE = frozenset({Role.EDITOR, Role.APPROVER, Role.OPERATOR, Role.SUPERVISOR})
"""Whose role lets them see the staff's page."""
MARK = 18
"""Bytes of the signature: 144 bits."""
SHAPE = re.compile(r"([sp])([0-9]{1,18})\.([0-9]{1,12})\.([A-Za-z0-9_-]{24})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pass:
    """For one survey, whoever holds it ('s'); or for one person, who may see what their role lets them see ('p')."""

    kind: str
    id: int
    until: datetime


def _sign(key: bytes, said: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(key, f"results:{said}".encode(), hashlib.sha256)[:MARK]).decode()


def written(made: Pass, key: bytes) -> str:
    """The pass as it stands in a link or a cookie: at most 60 of ``A-Za-z0-9_-.``."""
    said = f"{made.kind}{made.id}.{int(made.until.timestamp())}"
    return f"{said}.{_sign(key, said)}"


def read(said: str, key: bytes, now: datetime) -> Pass | None:
    """The pass that somebody shows; None if it is forged, broken or over."""
    found = SHAPE.fullmatch(said)
    if found is None:
        return None
    kind, id, until, mark = found.groups()
    if not hmac.compare_digest(mark, _sign(key, f"{kind}{id}.{until}")) or now.timestamp() >= int(until):
        return None
    return Pass(kind, int(id), datetime.fromtimestamp(int(until), UTC))


def page_of(home: str, survey_id: int, *, shown: str = "", app: bool = False) -> str:
    """The address of a survey's results: everybody's, the staff's by a written pass, or the way in by Telegram."""
    return f"{home.rstrip('/')}{PREFIX}/{survey_id}" + ("/app" if app else f"/staff?t={shown}" if shown else "")
