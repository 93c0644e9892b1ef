"""The Bot API as a strict server: what Telegram would answer, and in Telegram's own words."""
