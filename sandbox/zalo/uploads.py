"""Images and files uploaded to the imitated account: checked, kept for seven days, then forgotten."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.zalo.refusals import Refused
from sandbox.zalo.world import World

LIFE = 7 * 86_400.0
IMAGE_LIMIT = 1 << 20
FILE_LIMIT = 5 << 20
MONTHLY = 5000
IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff")
FILES = (".pdf", ".doc", ".docx", ".csv")


@dataclass(frozen=True, slots=True)
class Upload:
    """What is kept under a token."""

    kind: str
    name: str
    data: bytes
    until: float


class Uploads:
    """Everything uploaded, by token."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.kept: dict[str, Upload] = {}

    def add(self, kind: str, name: str, data: bytes) -> str:
        """Keep an upload; its token, or Refused for a wrong type, size or count."""
        wrong = not data.startswith(IMAGES) if kind == "image" else not name.lower().endswith(FILES)
        if wrong or not data:
            raise Refused(-201, "file type is not supported")
        if len(data) > (IMAGE_LIMIT if kind == "image" else FILE_LIMIT) or len(self.kept) >= MONTHLY:
            raise Refused(-210)
        token = f"{kind}-{self._world.next_id()}"
        self.kept[token] = Upload(kind, name, data, self._world.clock.now() + LIFE)
        return token

    def check(self, token: str, kind: str) -> Upload:
        """What stands under a token, or Refused."""
        found = self.kept.get(token)
        if found is None or found.kind != kind:
            raise Refused(-201)
        if self._world.clock.now() > found.until:
            raise Refused(-100)
        return found
