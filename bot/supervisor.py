"""Tells systemd (Type=notify) that Loa is ready or stopping, in the one datagram that its protocol asks for."""

import os
import socket


def notify(state: str) -> bool:
    """Say ``READY=1`` or ``STOPPING=1`` (sd_notify(3)) where a supervisor listens; whether one does."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.connect("\0" + address[1:] if address.startswith("@") else address)
        sender.send(state.encode())
    return True
