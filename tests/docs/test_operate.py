"""The operator's guide is run: its shell blocks, in their order, on a new machine beside the sandbox."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from bot.cli.main import WHERE
from bot.settings import Settings
from sandbox.app import serve
from sandbox.settings import Settings as SandboxSettings
from sandbox.telegram.chats import Chat
from tests.postgres import free_port
from tests.world import ISSUE, QUESTIONNAIRES, TOKEN

ROOT = Path(__file__).parents[2]
GUIDES = ("operate.md", "van-hanh.md")
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)


def blocks(guide: str) -> list[str]:
    return BLOCK.findall((ROOT / "docs" / guide).read_text(encoding="utf-8"))


def test_both_languages_have_the_same_commands():
    assert blocks(GUIDES[0]) == blocks(GUIDES[1])


def test_only_settings_and_commands_that_exist_are_named():
    known = {f"LOA_{field.upper()}" for field in Settings.model_fields}
    for guide in GUIDES:
        said = (ROOT / "docs" / guide).read_text(encoding="utf-8")
        assert set(re.findall(r"\bLOA_[A-Z_]*[A-Z]\b", said)) - known == set()
        named = set(re.findall(r"(?:^|`)loa ([a-z]+)", said, re.M)) - {"copy"}
        assert named - set(WHERE) == set()


async def test_the_guide_runs_from_its_first_line_to_its_last(tmp_path: Path):
    (tmp_path / "bin").mkdir()
    loa = tmp_path / "bin" / "loa"
    loa.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m bot "$@"\n')
    loa.chmod(0o755)
    shutil.copytree(ISSUE.parent, tmp_path / "ban-tin")
    shutil.copy(QUESTIONNAIRES / "sipas-2026.yaml", tmp_path / "sipas.yaml")
    script = "\n".join(["set -eux", "trap 'kill $(jobs -p) 2>/dev/null || :' EXIT", *blocks(GUIDES[0])])
    async with serve(SandboxSettings(rate=10_000, burst=10_000)) as sandbox:
        for id in (1001, 1002):
            sandbox.net.world.add_chat(Chat(id=id, name="Cán bộ", started=True))
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("LOA_")},
            "PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "LOA_TELEGRAM_TOKEN": TOKEN, "LOA_LOG_LEVEL": "WARNING",
            "LOA_TELEGRAM_API_URL": sandbox.url, "LOA_WEB_PORT": str(free_port()),
            "LOA_METRICS": f"127.0.0.1:{free_port()}",
        }  # fmt: skip
        done = await asyncio.to_thread(
            subprocess.run, ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True,
            timeout=300, check=False,
        )  # fmt: skip
        chats = sandbox.net.world.chats
        got = {id: sum(1 for m in chats[id].messages.values() if not m.mine) for id in (1001, 1002)}

    assert done.returncode == 0, done.stderr[-3000:]
    assert all(got.values())
    assert "restore" in done.stderr
    assert 'loa_deliveries_total{channel="telegram",reason="",status="sent"} 2.0' in done.stdout
