"""How the pace finds its way on certain networks, step by step as it is written down in ``tests/cases/courses``.

The first line of a case is the network; the others are every change of stage, rate, depth or silence, with how many
messages had passed and been refused. ``--update-cases`` writes them anew, and the difference is to be looked at.
"""

import heapq
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from benchmarks.hidden import Limiter
from broadcasts.pace import Pace

CASES = sorted((Path(__file__).parents[1] / "cases" / "courses").glob("*.txt"))
KEYS = {
    "rate": 30.0, "burst": 5.0, "latency": 0.2, "penalty": 3.0, "lost": 0.0, "seconds": 120.0, "ceiling": 1000.0,
    "replies": 0.0, "known": 0.0, "depth": 0.0, "changes": 1e9, "to": 0.0, "silent": 1e9, "until": 0.0,
}  # fmt: skip
"""``replies`` a second are said between; the pace begins with a ``known`` rate and ``depth``; at ``changes`` seconds the
network's rate is another (``to``); from ``silent`` to ``until`` there is nothing to send."""


def network(line: str) -> dict[str, float]:
    said = dict(word.split("=") for word in line.split())
    assert said.keys() <= KEYS.keys()
    return KEYS | {key: float(value) for key, value in said.items()}


def course(on: dict[str, float]) -> Iterator[str]:
    """What the pace does there, a line for each change."""
    pace = Pace(on["ceiling"], on["known"], int(on["depth"]))
    limiter, random = Limiter(on["rate"], int(on["burst"]), on["penalty"]), Random(7)
    now, passed, refused, replied, before = 0.0, 0, 0, 0, ""
    answers: list[tuple[float, float, int]] = []
    while now < on["seconds"]:
        state = f"{pace.stage:<6} {pace.rate:.4f}/s depth {pace.depth} frozen until {pace.frozen_until:.3f}"
        if state != before:
            yield f"{now:8.3f} {state}; {passed} passed, {refused} refused, {pace.episodes} episodes"
            before = state
        if now >= on["changes"]:
            limiter.rate = on["to"]
        due = now + max(pace.until_due(now), 0)
        due = on["until"] if on["silent"] <= due < on["until"] else due
        said = (replied + 1) / on["replies"] if on["replies"] else 1e9
        if answers and answers[0][0] <= min(due, said):
            now, left, wait = heapq.heappop(answers)
            if random.random() < on["lost"]:
                pace.unheard(left)
            elif wait:
                pace.throttled(now, left, str(left), wait, fresh=True)
            continue
        now = min(due, said)
        if said <= due:
            replied += 1
            at = now + pace.reply_in(now)
        elif not pace.take_if_due(now):
            now += 1e-6
            continue
        else:
            at = now
        wait = limiter.wait(at + on["latency"] / 2, passed + refused)
        refused += wait > 0
        passed += wait == 0
        heapq.heappush(answers, (at + on["latency"] * random.uniform(0.9, 1.1), at, wait))
    yield f"{now:8.3f} the end; {passed} passed, {refused} refused, {replied} replies"


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_course(case: Path, request: pytest.FixtureRequest):
    written = case.read_text(encoding="utf-8")
    first = written.splitlines()[0]
    gone = "\n".join([first, *course(network(first)), ""])
    if request.config.getoption("--update-cases"):
        case.write_text(gone, encoding="utf-8")
    assert gone == written
