"""Takes the protections of modules out one by one and names those that no test misses.

    python -m benchmarks.protections MODULE … [--tests tests/broadcasts …] [--only EXPRESSION] [--at-once N]
                                     [--seconds N] [--again FILE] [--no-numbers] [--json]

**What runs.** First all ``--tests`` as they are, to learn which of them run which line, and how long each takes. Then
every break of a module by itself (a condition always or never true, a part of a condition or a filter of a query left
out, a bound gone, an exception not caught, a step not taken, an argument not given, a number in capitals fifty times
larger or smaller): the tests that run its lines, the quick ones first, until one turns red. ``--only`` chooses tests
as pytest's -k does. Tests of whole processes see nothing of a break.
With ``--again`` only what the output of a run before names is tried, for which ``--seconds`` may be more; with
``--no-numbers`` no numbers in capitals are.

**green** are the breaks after which every test still passes: a protection without a test, or one that makes no
difference. **unseen** are those whose lines no test runs. A test that hangs counts as red.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from benchmarks.protections.breaks import Break, breaks
from benchmarks.protections.trial import Seen, broken, warm, watched
from tests import postgres


@dataclass(frozen=True, slots=True)
class Found:
    path: Path
    broken: Break
    state: str
    by: str

    def __str__(self) -> str:
        return f"{self.path}:{self.broken.first}: {self.broken.what}"


def concerned(seen: Seen, path: Path, one: Break, seconds: float) -> list[str]:
    """The tests that run the lines of a break, the quick ones first.

    They take so many ``seconds`` at most when nothing is broken.

    Of what runs on import these are all tests of the module.
    """
    lines = seen.lines.get(str(path), {})
    named = {test for line in range(one.first, one.last + 1) for test in lines.get(line, ())}
    if named <= {""}:
        named = {test for tests in lines.values() for test in tests} if named else set()
    chosen: list[str] = []
    for test in sorted(named - {""}, key=seen.seconds.__getitem__):
        if sum(seen.seconds[one] for one in chosen) < seconds:
            chosen.append(test)
    return chosen


def tried(seen: Seen, path: Path, one: Break, servers: Queue[str], seconds: float) -> Found:
    tests = concerned(seen, path, one, seconds)
    if not tests:
        return Found(path, one, "unseen", "")
    server = servers.get()
    told = broken(path, one.code, {test: seen.seconds[test] for test in tests}, server)
    servers.put(server)
    if told is None:
        return Found(path, one, "red", "it did not end")
    return Found(path, one, "red" if told.red else "green", told.red[0] if told.red else f"{len(tests)} tests")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.protections", description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="+", type=Path)
    parser.add_argument("--tests", nargs="+", default=["tests"])
    parser.add_argument("--only", default="")
    parser.add_argument("--at-once", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60, help="of tests for one break")
    parser.add_argument("--no-numbers", action="store_true", help="leave numbers in capitals as they are")
    parser.add_argument("--again", type=Path, help="output of a run before")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    before = chosen.again.read_text() if chosen.again else None
    seen = watched(chosen.tests, [str(path) for path in chosen.modules], chosen.only)
    print(f"{len(seen.seconds)} tests in {sum(seen.seconds.values()):.0f} s, red: {seen.red or 'none'}", flush=True)
    warm(seen.ours)
    found: list[Found] = []
    servers: Queue[str] = Queue()
    with ExitStack() as stack:
        for _ in range(chosen.at_once):
            servers.put(stack.enter_context(postgres.running()))
        pool = stack.enter_context(ThreadPoolExecutor(chosen.at_once))
        for path in chosen.modules:
            trials = [Found(path, one, "", "") for one in breaks(path.read_text(), str(path))]
            trials = [one for one in trials if before is None or f" {one}   (" in before]
            trials = [
                one for one in trials if not (chosen.no_numbers and one.broken.what.partition(" =")[0].isupper())
            ]
            for one in pool.map(lambda one: tried(seen, one.path, one.broken, servers, chosen.seconds), trials):
                found.append(one)
                if one.state != "red":
                    print(f"{one.state:<6} {one}   ({one.by})", flush=True)
    told = {state: sum(one.state == state for one in found) for state in ("red", "green", "unseen")}
    print(json.dumps(told) if chosen.json else f"of {len(found)} breaks {told}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
