"""`loa questionnaire preview`: the form on a telephone in the browser."""

import asyncio
import tempfile
from pathlib import Path

import click

from bot.cli.common import FILE
from bot.cli.questionnaires import questionnaire_group


@questionnaire_group.command("preview")
@click.argument("file", type=FILE)
@click.option("--port", default=8485, show_default=True, help="Port of the page; 0 takes any free one.")
def preview(file: Path, port: int) -> None:
    """Answer FILE yourself on the sandbox's telephone; nothing leaves the machine and nothing is kept."""
    from bot.demo.network import Network
    from bot.demo.preview import prepare, shown
    from bot.demo.setting import Stage
    from bot.logs import log_to_stderr

    log_to_stderr("WARNING")
    network = Network(port=port, rate=200, burst=30, seed=1)
    try:
        with tempfile.TemporaryDirectory(prefix="loa-preview-") as folder:
            stage = Stage(network, click.get_current_context().find_root().command, Path(folder), 1)
            url = prepare(stage, file)
            asyncio.run(shown(stage, url, click.echo))
    finally:
        network.stop()
