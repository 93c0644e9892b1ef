"""The operators' command line, `loa`."""

from bot.cli.main import main

__all__ = ["main"]
