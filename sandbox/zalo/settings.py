"""What can be chosen of the imitated Zalo: who the account is, its limits, and the points that sources dispute."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Rules:
    """Limits and disputed points; all may be turned while the sandbox runs."""

    window_days: float = 7.0
    free_hours: float = 48.0
    free_messages: int = 0
    """So many free answers in the free hours; 0 for any number (disputed: 8 until 2025)."""
    paid_messages: int = 500
    """Consultation messages of the package outside the free hours."""
    daily_templates: int = 500
    per_minute: int = 4000
    signed_with: str = "oa"
    """Which secret signs webhooks, 'oa' or 'app' (disputed)."""
    signed_id: str = "app"
    """Which id stands in the signature, 'app' or 'oa' (disputed)."""
    buttons_need_type: bool = False
    """Whether buttons alone need a template_type (disputed)."""
    tells_cs_reply: bool = True
    """Whether the quota of one person has cs_reply (disputed: gone since 2026-03-01)."""
    nested_updates: bool = False
    """Bot Platform: updates as in the documents, not as they were captured."""
    photo_key: str = "photo_url"
    """Bot Platform: 'photo' in the documents, 'photo_url' as captured."""
    refused_with_200: bool = True
    """Bot Platform: ok false at HTTP 200, else at 400."""
    bot_people: int = 50
    bot_messages: int = 3000


@dataclass(frozen=True, slots=True)
class Settings:
    """Who the imitated account and bot are."""

    host: str = "127.0.0.1"
    port: int = 0
    app_id: str = "1234567890123456789"
    app_secret: str = "sandbox-app-secret"
    oa_id: str = "4318657068771012646"
    oa_secret: str = "sandbox-oa-secret"
    oa_name: str = "Bản tin cải cách hành chính"
    refresh_token: str = "first-refresh-token"
    webhook_url: str = ""
    bot_token: str = "12345689:sandbox-bot"
    seed: int = 1
    rules: Rules = field(default_factory=Rules)
