"""What systemd is told, on a socket as it makes one."""

import socket

import pytest

from bot.supervisor import notify


@pytest.mark.parametrize("abstract", [False, True])
def test_a_supervisor_that_listens_is_told(tmp_path, monkeypatch, abstract: bool):
    name = f"loa-{tmp_path.name}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name}" if abstract else name)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}" if abstract else name)
        assert notify("READY=1")
        assert listening.recv(100) == b"READY=1"


def test_without_a_supervisor_nothing_is_said(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not notify("READY=1")
