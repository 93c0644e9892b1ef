"""Tests run in a copy of this process, with one module replaced; what each of them runs, and whether one turns red.

Everything of others is imported once, before the copies are made; ours is imported in each copy, as it is there.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import pickle
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

from tests import postgres as tests_postgres

OURS = ("bot", "handlers", "pages", "surveys", "broadcasts", "channels", "storage", "sandbox", "tests", "benchmarks")
QUIETLY = ["-q", "-x", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist"]


@dataclass(slots=True)
class Seen:
    """What a run of tests showed."""

    seconds: dict[str, float] = field(default_factory=dict)
    """By test."""
    red: list[str] = field(default_factory=list)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    """By file and line: the tests that ran it, '' for what was run before any test."""
    ours: list[str] = field(default_factory=list)
    """Modules that are not ours and were imported."""


class _Broken(importlib.machinery.SourceFileLoader):
    """Loads a module from code that was made from something else than its file."""

    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        return self._code


class _Replacing(importlib.abc.MetaPathFinder):
    def __init__(self, path: Path, code: CodeType) -> None:
        self._name = ".".join(path.with_suffix("").parts)
        self._path, self._code = str(path.resolve()), code

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> Any:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, loader=_Broken(fullname, self._path, self._code))


class _Impatient:
    """Ends this process when a test takes far longer than it ``usually`` does, in seconds.

    What a test finds ready when all of them run may have to be made here first, so it is given some seconds more.
    """

    def __init__(self, usually: Mapping[str, float]) -> None:
        self._usually = usually

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        signal.setitimer(signal.ITIMER_REAL, 15 + 4 * self._usually[nodeid])

    def pytest_runtest_logfinish(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)


class _Watching:
    """Hears how long each test takes and which turns red; with ``coverage``, which lines it runs."""

    def __init__(self, seen: Seen, coverage: Any) -> None:
        self._seen, self._coverage = seen, coverage

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        if self._coverage:
            self._coverage.switch_context(nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seen.seconds[report.nodeid] = self._seen.seconds.get(report.nodeid, 0) + report.duration
        if report.failed:
            self._seen.red.append(report.nodeid)


def warm(modules: Sequence[str]) -> None:
    """Import what is not ours, so that no copy has to."""
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception:
            continue


def watched(tests: Sequence[str], measured: Sequence[str], only: str) -> Seen:
    """One run of all tests, with what each of them runs of the files ``measured``."""

    def work() -> Seen:
        import coverage

        seen = Seen()
        watching = coverage.Coverage(data_file=None, include=list(measured), concurrency=["greenlet", "thread"])
        watching.start()
        plugins = [_Watching(seen, watching)]
        pytest.main([*(one for one in QUIETLY if one != "-x"), "-k", only, *tests], plugins=plugins)
        watching.stop()
        data = watching.get_data()
        for path in data.measured_files():
            seen.lines[os.path.relpath(path)] = data.contexts_by_lineno(path)
        seen.ours = [name for name in sys.modules if name.partition(".")[0] not in OURS and name != "__main__"]
        return seen

    told = _apart(work, 3600.0)
    assert told is not None, "the tests were not through within an hour"
    return told


def broken(path: Path, code: CodeType | None, tests: Mapping[str, float], postgres: str) -> Seen | None:
    """The tests with one module replaced, up to the first that turns red; None if one of them did not end.

    ``tests`` says how many seconds each takes when nothing is broken.
    """

    def work() -> Seen:
        setattr(tests_postgres, "running", lambda: nullcontext(postgres))  # noqa: B010  # one that runs already
        if code is not None:
            sys.meta_path.insert(0, _Replacing(path, code))
        seen = Seen()
        ended = pytest.main([*QUIETLY, *tests], plugins=[_Watching(seen, None), _Impatient(tests)])
        if ended not in (0, 1) and not seen.red:
            seen.red.append(f"pytest ended with {int(ended)}")
        return seen

    return _apart(work, 60 + 4 * sum(tests.values()))


def _apart(work: Callable[[], Seen], seconds: float) -> Seen | None:
    """Do the work in a copy of this process with a group, an output and an end of its own."""
    with tempfile.TemporaryDirectory(prefix="loa-protections-") as home:
        os.chmod(home, 0o755)  # PostgreSQL may run as somebody else
        told = Path(home) / "seen"
        child = os.fork()
        if not child:
            os.setpgid(0, 0)
            os.environ["TMPDIR"] = tempfile.tempdir = home
            nothing = os.open(Path(home) / "output", os.O_WRONLY | os.O_CREAT)
            os.dup2(nothing, 1)
            os.dup2(nothing, 2)
            try:
                told.write_bytes(pickle.dumps(work()))
            finally:
                os._exit(0)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if os.waitpid(child, os.WNOHANG)[0]:
                break
            time.sleep(0.02)
        try:
            os.killpg(child, signal.SIGKILL)
        except ProcessLookupError:
            pass
        try:
            os.waitpid(child, 0)
        except ChildProcessError:
            pass
        return pickle.loads(told.read_bytes()) if told.exists() else None
