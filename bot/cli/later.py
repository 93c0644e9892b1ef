"""Groups of commands that import a command only when somebody gives it: what is not used costs no time."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class Later(click.Group):
    """``where`` names the module under ``bot.cli`` in which each command stands."""

    def __init__(self, *args: Any, where: Mapping[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.where = where

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.commands, *self.where})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command; where there is none of that name all are loaded, so that a near one can be told."""
        for name in {cmd_name} & self.where.keys() or self.where.keys():
            if name not in self.commands:
                there = vars(import_module(f"bot.cli.{self.where[name]}")).values()
                self.add_command(next(it for it in there if isinstance(it, click.Command) and it.name == name))
        return super().get_command(ctx, cmd_name)
