"""What every page stands on: the database, the questionnaires, the clock, and where the pages are found."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from aiohttp import web

from storage.database import Database
from surveys.catalogue import Catalogue


def right_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Site:
    """``home`` is the public address of the pages without a path, '' where nobody has set it."""

    database: Database
    catalogue: Catalogue
    zone: ZoneInfo
    home: str = ""
    clock: Callable[[], datetime] = right_now

    def address(self, request: web.Request, path: str) -> str:
        """A page's whole address, as somebody writes it down."""
        return (self.home.rstrip("/") or str(request.url.origin())) + path

    def is_secret(self, request: web.Request) -> bool:
        """Whether people come by https, be it only as far as a proxy in front of us."""
        return "https" in (request.scheme, urlsplit(self.home).scheme, request.headers.get("X-Forwarded-Proto", ""))


SITE: web.AppKey[Site] = web.AppKey("site", Site)
