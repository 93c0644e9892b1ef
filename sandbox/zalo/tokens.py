"""OAuth v4 of the imitated account: a refresh token works once, and its use ends the old pair."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from sandbox.zalo.refusals import Refused
from sandbox.zalo.world import Json, World

ACCESS_SECONDS = 90_000
REFRESH_SECONDS = 7_776_000


class Tokens:
    """The pair that is good now."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._number = 0
        self.access, self.refresh = "", world.settings.refresh_token
        self._access_until = 0.0
        self._refresh_until = world.clock.now() + REFRESH_SECONDS
        self.refreshed = self.dead_refreshes = 0

    def exchange(self, form: Mapping[str, str], secret: str) -> Json:
        """The answer of ``/v4/oa/access_token``; errors have their own shape."""
        settings, now = self._world.settings, self._world.clock.now()
        if form.get("app_id") != settings.app_id:
            return _error(-14002, "Invalid app id")
        if not hmac.compare_digest(secret.encode(), settings.app_secret.encode()):
            return _error(-14004, "Invalid secret key")
        if form.get("grant_type") != "refresh_token":
            return _error(-14003, "Only refresh_token is imitated")
        if form.get("refresh_token") != self.refresh or now > self._refresh_until:
            self.dead_refreshes += 1
            return _error(-14014, "Invalid refresh token")
        self._number += 1
        self.refreshed += 1
        self.access, self.refresh = f"access-{self._number:04d}", f"refresh-{self._number:04d}"
        self._access_until, self._refresh_until = now + ACCESS_SECONDS, now + REFRESH_SECONDS
        return {
            "access_token": self.access, "refresh_token": self.refresh, "expires_in": str(ACCESS_SECONDS),
            "refresh_token_expires_in": str(REFRESH_SECONDS),
        }  # fmt: skip

    def check(self, given: str, code: int = -216) -> None:
        """Raises Refused for a token that is not good (any more)."""
        if not self.access or given != self.access or self._world.clock.now() > self._access_until:
            raise Refused(code)

    def revoke(self) -> None:
        """The grant is gone: an administrator would have to consent again."""
        self.access, self.refresh = "", "revoked"


def _error(code: int, said: str) -> Json:
    return {"error": code, "error_name": said, "error_description": said, "error_reason": said}
