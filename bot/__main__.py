"""`python -m bot` is `loa`."""

from bot.cli import main

main(prog_name="loa")
