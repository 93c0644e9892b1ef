"""The main job as a newcomer starts it: the story by itself, in its own process, and its figures against an own sum."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REAL = sorted((ROOT.parent / "shared" / "input" / "bulletin").glob("*.txt"))


def test_the_story_plays_by_itself_and_its_index_is_the_expected_one():
    """With the real articles where they lie, else with those that are made up."""
    articles = [part for path in REAL for part in ("--bulletin", str(path))]
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--headless", "--json", "--officials", "150", "--citizens", "12",
         "--seed", "5", *articles],
        cwd=ROOT, capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])

    assert set(told) == {
        "officials",
        "deliveries",
        "by_channel",
        "too_many_requests",
        "seconds",
        "citizens",
        "index",
        "expected",
    }
    assert told["officials"] == sum(told["deliveries"].values()) == 150
    assert told["deliveries"]["unknown"] == 0
    assert told["deliveries"]["sent"] >= 140
    assert sum(told["by_channel"].values()) == told["deliveries"]["sent"]
    assert set(told["by_channel"]) == {"telegram", "zalo_oa", "email"}
    assert told["citizens"] == {"started": 12, "completed": 12}
    assert told["index"]["n"] == told["expected"]["n"] == 12
    assert told["index"]["overall"] == pytest.approx(told["expected"]["overall"], abs=1e-9)
    for part in ("domains", "factors", "criteria"):
        assert told["index"][part] == pytest.approx(told["expected"][part], abs=1e-9)
