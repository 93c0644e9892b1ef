"""How much of a hidden limit a sender uses, and how often it is refused, where nobody tells it the limit.

Networks are drawn at random (see ``hidden``): 5 to 1,000 messages a second, 1 to 30 at once, penalties that double to
120 s, 1 message a second for a chat, up to 5 % of answers lost, up to 10 % of people who blocked us, 20 to 500 ms.
Loa is told nothing. It sends a broadcast to 30,000 people, or to as many as five minutes take; the peers, on the same
networks, send for five minutes. Time is virtual: what is measured is the pace, not the machine.
"""

import argparse
import json
import logging
import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import virtual
from benchmarks.hidden import Draw, Network, draws
from benchmarks.model import course
from benchmarks.senders import Told, loa

SENDERS = ("loa", "ptb", "ptb_retries_5", "aiogram_broadcaster")
MODEL = "model"
"""Loa's pace alone; see ``model``."""
SHARE, REFUSED = 0.97, 10.0
"""The goal: at least so much of the limit after the first minute, at most so many 429s in 10,000 sends."""
COLLAPSED = 0.5
WORST = {"share_of_limit": min, "per_10k_429": max, "lost": max, "duplicates": max}


def one(sender: str, draw: Draw, people: int, seconds: float) -> Told:
    """One sender on one network, in virtual time."""
    from benchmarks import peers

    logging.disable(logging.CRITICAL)
    if sender == MODEL:
        count = max(people, int(seconds * draw.rate))
        return course(draw, count, 3 * count / draw.rate + seconds)[0]
    network = Network(draw)
    with tempfile.TemporaryDirectory() as folder:
        match sender:
            case "loa":
                count = max(people, int(seconds * draw.rate))
                return virtual.run(loa(network, count, Path(folder), 3 * count / draw.rate + seconds))
            case "ptb":
                return virtual.run(peers.python_telegram_bot(network, int(31 * seconds), seconds, retries=0))
            case "ptb_retries_5":
                return virtual.run(peers.python_telegram_bot(network, int(31 * seconds), seconds, retries=5))
        at_most = int(seconds / draw.latency) + 1
        return virtual.run(peers.aiogram_broadcaster(network, at_most, seconds))


def worst(found: Sequence[Told]) -> dict[str, float]:
    """The worst of each figure, and how the draws did as a whole."""
    rows = [asdict(one) for one in found]
    figures: dict[str, float] = {name: pick(row[name] for row in rows) for name, pick in WORST.items()}
    good = sum(one.share_of_limit >= SHARE and one.per_10k_429 <= REFUSED for one in found)
    return figures | {
        "median_share": median(one.share_of_limit for one in found),
        "median_429": median(one.per_10k_429 for one in found),
        "draws": len(found), "within_goal": good, "collapsed": sum(one.share_of_limit < COLLAPSED for one in found),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="end within 40 s: few and slower networks, 2 minutes")
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draws", type=int, default=0)
    parser.add_argument("--only", choices=(*SENDERS, MODEL), help="one sender alone, or the pace without the rest")
    options = parser.parse_args()
    began = time.perf_counter()
    drawn = draws(options.seed, options.draws or (2 if options.quick else 40), fastest=100 if options.quick else 1000)
    people, seconds = (10_000, 120.0) if options.quick else (30_000, 300.0)
    senders = [options.only] if options.only else SENDERS
    found: dict[tuple[str, int], Told] = {}
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        jobs = {
            pool.submit(one, sender, draw, people, seconds): (sender, draw)
            for draw in sorted(drawn, key=lambda draw: draw.rate)
            for sender in senders
        }
        for job in as_completed(jobs):
            (sender, draw), told = jobs[job], job.result()
            found[sender, draw.number] = told
            print(
                f"{draw.number:3} {draw.rate:6.1f}/s burst {draw.burst:2} {draw.latency * 1000:3.0f} ms "
                f"lost {draw.lost:.1%} | {sender} {told.share_of_limit:6.1%} {told.per_10k_429:6.1f} "
                f"lost {told.lost} twice {told.duplicates}", flush=True,
            )  # fmt: skip
    result: dict[str, Any] = {name: worst([found[name, draw.number] for draw in drawn]) for name in senders}
    for name, figures in result.items():
        print(f"{name:20} {figures}")
    print(f"seed {options.seed}, {time.perf_counter() - began:.0f} s")
    if options.json:
        print(json.dumps(result.pop("loa", {}) | result))


if __name__ == "__main__":
    main()
