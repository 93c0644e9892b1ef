"""Zalo imitated: an Official Account's OpenAPI and the Bot Platform, never compared with the live one."""
