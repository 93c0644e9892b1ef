"""`python -m sandbox.mail`: a mail server with mailboxes until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio

from sandbox.mail.app import serve_mail
from sandbox.mail.server import MailServer


async def run(said: argparse.Namespace) -> None:
    """Serves until it is interrupted."""
    host, _, port = said.reports_to.rpartition(":")
    server = MailServer(host=said.host, port=said.smtp_port, reports_to=(host, int(port)) if port else None)
    async with serve_mail(server, host=said.host, port=said.port) as world:
        print(f"mail server on {said.host}:{server.port}, mailboxes on {world.url}/sim/mail", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="sandbox.mail", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--smtp-port", type=int, default=2525)
    parser.add_argument("--port", type=int, default=8025, help="of the control routes")
    parser.add_argument("--reports-to", default="", metavar="HOST:PORT", help="where reports are sent by SMTP")
    try:
        asyncio.run(run(parser.parse_args()))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
