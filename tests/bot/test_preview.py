"""`loa questionnaire preview` as an author has it: the page, the telephone with the first question, and the end."""

import json
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FORM = ROOT / "tests" / "cases" / "questionnaires" / "kinds.yaml"
BARE = "| survey | | | |\n| | type | name | label |\n| | text | why | Vì sao? |\n"
"""A form that says nothing of itself, so that sentences of ours stand in and notes say so."""


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return bytes(answer.read())


@pytest.mark.parametrize(("bare", "greeted"), [("", "Vài câu hỏi đủ loại."), (BARE, "Kính mời ông/bà cho ý kiến.")])
def test_a_form_stands_on_the_telephone_until_it_is_stopped(tmp_path: Path, bare: str, greeted: str):
    form = tmp_path / "form.md" if bare else FORM
    if bare:
        form.write_text(bare, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "questionnaire", "preview", str(form), "--port", "0"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            assert b"<html" in fetched(url).lower()
            told: dict[str, Any] = json.loads(fetched(f"{url}/sim/chats/2001/messages"))
            asked = [m for m in told["messages"] if not m["mine"]][-1]
            assert greeted in asked["text"]
        finally:
            process.send_signal(signal.SIGINT)
            began = time.monotonic()
        assert process.wait(20) == 0
        assert time.monotonic() - began < 20
