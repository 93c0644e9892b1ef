"""Articles and their broadcast: made behind a token, hidden unless told, sent to followers by day only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox.zalo.refusals import Refused
from sandbox.zalo.world import Json, Sent, World

HANOI = timedelta(hours=7)
MONTHLY = 4


class Articles:
    """What was written, and how often it was broadcast this month."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.known: dict[str, Json] = {}
        self._tokens: dict[str, str] = {}
        self._months: dict[str, int] = {}

    def create(self, body: Json) -> Json:
        """``POST v2.0/article/create``: a token that is exchanged for the article's id."""
        if not body.get("title") or not body.get("body"):
            raise Refused(-201)
        token, number = self._world.next_id(), self._world.next_id()
        self.known[number] = {"status": "hide", **body}
        self._tokens[token] = number
        return {"token": token}

    def verify(self, body: Json) -> Json:
        """``POST v2.0/article/verify``."""
        number = self._tokens.get(str(body.get("token")))
        if number is None:
            raise Refused(-201)
        return {"id": number}

    def broadcast(self, body: Json) -> Json:
        """``POST v2.0/oa/message`` with a target; anything else there is shut down."""
        recipient, attachment = body.get("recipient") or {}, (body.get("message") or {}).get("attachment") or {}
        if "target" not in recipient:
            raise Refused(-240)
        elements = (attachment.get("payload") or {}).get("elements") or []
        if not elements or any(e.get("media_type") != "article" for e in elements):
            raise Refused(-233)
        found = [self.known.get(str(e.get("attachment_id"))) for e in elements]
        if any(one is None or one["status"] != "show" for one in found):
            raise Refused(-201)
        here = datetime.fromtimestamp(self._world.clock.now(), UTC) + HANOI
        if not 6 <= here.hour < 22:
            raise Refused(-234, "broadcast is allowed from 6:00 to 21:59")
        month = f"{here:%Y-%m}"
        if self._months.get(month, 0) >= MONTHLY:
            raise Refused(-223)
        self._months[month] = self._months.get(month, 0) + 1
        number = self._world.next_id()
        for person in self._world.people.values():
            if person.follows:
                titles = "\n".join(str(one["title"]) for one in found if one)
                self._world.put(person, Sent(number, self._world.clock.now(), "article", titles, data=_cards(found)))
        return {"message_id": number}


def _cards(found: list[Json | None]) -> Json:
    """What a telephone shows of articles before they are opened."""
    named = ("title", "description", "author")
    return {"articles": [{name: str(one.get(name) or "") for name in named} for one in found if one]}
