"""`loa demo`: the whole main job on this machine, without a token, a server or a network."""

import asyncio
import json
import os
import tempfile
import time
from pathlib import Path

import click

HEADROOM = 1.25
"""The bot is told a higher limit than the sandbox has, so that it has to learn the real one."""


@click.command("demo")
@click.option("--headless", is_flag=True, help="Play the story by itself and end.")
@click.option("--json", "as_json", is_flag=True, help="Print what came out as JSON on the last line.")
@click.option("--officials", default=5000, show_default=True, type=click.IntRange(1), help="How many are imported.")
@click.option("--citizens", default=200, show_default=True, type=click.IntRange(1), help="How many answer.")
@click.option("--seed", default=1, show_default=True, type=int, help="Whoever blocks, answers, and how.")
@click.option("--rate", default=160.0, show_default=True, help="The sandbox's limit in messages a second.")
@click.option("--port", default=8484, show_default=True, help="Port of the page; 0 takes any free one.")
@click.option("--bulletin", multiple=True, type=click.Path(exists=True, path_type=Path),
              help="Article files or an issue.yaml to send instead of the made-up issue.")  # fmt: skip
def demo(
    headless: bool, as_json: bool, officials: int, citizens: int, seed: int, rate: float, port: int,
    bulletin: tuple[Path, ...],
) -> None:  # fmt: skip
    """Play the main job with a local Telegram and a page of three phones."""
    began = time.monotonic()
    from bot.demo.network import Network
    from bot.demo.play import played
    from bot.demo.setting import BULLETIN, Stage
    from bot.logs import log_to_stderr

    log_to_stderr("ERROR" if headless else "WARNING")
    network = Network(port=0 if headless else port, rate=rate, burst=30, seed=seed)
    try:
        with tempfile.TemporaryDirectory(prefix="loa-demo-") as folder:
            os.environ["LOA_TELEGRAM_RATE"] = str(min(rate * HEADROOM, 1000))
            commands = click.get_current_context().find_root().command
            stage = Stage(network, commands, Path(folder), officials, bulletin=bulletin or (BULLETIN,))
            if not headless:
                click.echo(f"Đang chuẩn bị {officials} cán bộ, một số bản tin và một cuộc khảo sát…")
            stage.set(seed)
            stage.loa("doctor")
            stage.make_links()
            told = asyncio.run(played(stage, citizens=citizens, seed=seed, rate=rate, headless=headless, began=began))
    finally:
        network.stop()
    if headless:
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else _summary(told))


def _summary(told: dict[str, object]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in told.items())
