"""Real workers killed with ``kill -9`` at every step of slot, mark, send, reply and record: who is lost, who has two?

The network of the benchmark keeps the truth and loses 2 % of its replies. One half of the kills meets broadcasts that
hold what is in doubt, the other half broadcasts that send it again; in a third of them a second worker is at work.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from benchmarks.kills.count import Findings
from benchmarks.kills.round import Kill, Round
from benchmarks.kills.steps import Step
from benchmarks.kills.victims import nursery
from storage import migrate
from storage.enums import ChannelName

POLICIES = ("hold", "resend")
QUICK = 20
CHANNELS = {"telegram": ChannelName.TELEGRAM, "zalo": ChannelName.ZALO_OA, "email": ChannelName.EMAIL}
RATE = {ChannelName.EMAIL: 50.0}
"""Messages a second of each worker, where it is not a hundred."""
MOST_IN_A_ROUND = 25
HEAD = "database  in doubt  step        kills  exact   lost  twice  wrong  unknown"


def planned(count: int) -> list[Kill]:
    """Every step in turn, each third with two workers; the lone ones come first."""
    steps = list(Step)
    kills = [Kill(steps[n % len(steps)], pair=n % 3 == 2) for n in range(count)]
    return sorted(kills, key=lambda kill: kill.pair)


async def killed(database_url: str, policy: str, kills: Sequence[Kill], seed: int, channel: ChannelName) -> Findings:
    """All these kills on one database, in as many rounds as it takes."""
    draw, findings = random.Random(f"{seed} {database_url.partition(':')[0]} {policy}"), Findings()
    with tempfile.TemporaryDirectory() as folder, nursery(Path(folder)) as workers:
        while kills:
            one = Round(database_url, policy, workers, draw, channel=channel, rate=RATE.get(channel, 100.0))
            found, done = await one.play(kills[:MOST_IN_A_ROUND])
            findings.add(found)
            kills = kills[done:]
    return findings


async def everything(
    urls: dict[str, str], kills: int, seed: int, channel: ChannelName = ChannelName.TELEGRAM
) -> dict[str, dict[str, Findings]]:
    """Both databases at once, one policy after the other; database -> policy -> findings."""
    for url in urls.values():
        await migrate.upgrade(url)
    share = [kills // (len(urls) * len(POLICIES)) + (n < kills % (len(urls) * len(POLICIES))) for n in range(4)]
    told: dict[str, dict[str, Findings]] = {name: {} for name in urls}
    for policy in POLICIES:
        async with asyncio.TaskGroup() as tasks:
            running = {
                name: tasks.create_task(killed(url, policy, planned(share.pop()), seed, channel))
                for name, url in urls.items()
            }
        for name, task in running.items():
            told[name][policy] = task.result()
    return told


def report(told: dict[str, dict[str, Findings]]) -> Findings:
    """Print a line for each step; the sum of all."""
    everywhere = Findings()
    print(HEAD)
    for database, policies in told.items():
        for policy, findings in policies.items():
            everywhere.add(findings)
            for step, f in [*findings.steps.items(), ("all", findings.all)]:
                print(f"{database:9} {policy:9} {step:10} {f.kills:6} {f.exact:6} {f.lost:6} {f.duplicates:6} "
                      f"{f.misrecorded:6} {f.unknown:8}")  # fmt: skip
    total = everywhere.all
    print(f"{total.kills} kills, {everywhere.people} people, {everywhere.lost_replies} replies lost: {total.lost} "
          f"lost, {total.duplicates} with an unlisted second copy, {total.misrecorded} recorded wrongly; "
          f"{total.unknown} listed as unknown or doubtful, of at most {everywhere.bound:.0f} (rate x latency for "
          "each kill, and the lost replies)")  # fmt: skip
    return everywhere


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} kills: end within 40 s")
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--channel", choices=CHANNELS, default="telegram")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    from tests import postgres

    with ExitStack() as stack:
        urls = {}
        if options.database != "postgres":
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            urls["sqlite"] = f"sqlite+aiosqlite:///{Path(folder) / 'loa.db'}"
        if options.database != "sqlite":
            urls["postgres"] = stack.enter_context(postgres.running(fsync=True))
        told = asyncio.run(
            everything(urls, QUICK if options.quick else options.kills, options.seed, CHANNELS[options.channel])
        )
    total = report(told)
    if options.json:
        by = {name: {policy: found.told() for policy, found in policies.items()} for name, policies in told.items()}
        print(json.dumps(asdict(total.all) | {"bound": round(total.bound, 1), "lost_replies": total.lost_replies,
                                              "people": total.people} | by))  # fmt: skip
    sys.exit(0 if total.all.clean else 1)


if __name__ == "__main__":
    main()
