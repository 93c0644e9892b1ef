"""Starts a Postfix (and an opendkim that signs) for a while, under a directory that is thrown away.

Needs root, and once `apt-get install -y --no-install-recommends postfix opendkim openssl` with debconf's "No
configuration". What it relays goes to one exchanger, what is for `bounce+…` of our domain to our receiver.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOMAIN, REMOTE, SELECTOR = "example.test", "remote.test", "loa"
DAEMONS = Path("/usr/lib/postfix/sbin")
NEEDED = ("postfix", "postconf", "opendkim", "openssl")
SECONDS = 20.0
SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
SETTINGS = """
compatibility_level = 3.6
queue_directory = {at}/queue
data_directory = {at}/data
daemon_directory = {daemons}
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {at}/log/mail
maillog_file_prefixes = {at}/log
myhostname = mail.{domain}
mydomain = {domain}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
local_recipient_maps =
local_transport = error:no local mail
alias_maps =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtp_dns_support_level = disabled
smtp_host_lookup = native
transport_maps = regexp:{at}/transport
maximal_queue_lifetime = {lifetime}
bounce_queue_lifetime = 1h
minimal_backoff_time = 5s
maximal_backoff_time = 10s
queue_run_delay = 5s
smtp_destination_concurrency_limit = 40
smtpd_tls_cert_file = {at}/cert.pem
smtpd_tls_key_file = {at}/key.pem
smtpd_tls_security_level = may
smtpd_milters = inet:127.0.0.1:{milter}
non_smtpd_milters =
milter_default_action = tempfail
smtpd_client_connection_rate_limit = 0
"""
SIGNING = """
Syslog no
Mode s
Domain {domain}
Selector {selector}
KeyFile {at}/dkim.pem
Socket inet:{milter}@127.0.0.1
Canonicalization relaxed/relaxed
OversignHeaders From
SignHeaders *,+list-unsubscribe,+list-unsubscribe-post
RequireSafeKeys no
"""


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running one: where it takes mail, its log, and the record under which its key stands in the DNS."""

    port: int
    log: Path
    dkim_record: bytes
    queue: Path

    def waiting(self) -> int:
        """How many messages it still holds."""
        return sum(
            len(files) for name in ("incoming", "active", "deferred", "maildrop")
            for _, _, files in os.walk(self.queue / name)
        )  # fmt: skip


def missing() -> list[str]:
    """What is not installed, or not permitted."""
    gone = [name for name in NEEDED if shutil.which(name) is None]
    return [*gone, *([] if os.geteuid() == 0 else ["the rights of root"])]


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


@contextlib.contextmanager
def postfix(*, exchanger: int, receiver: int, lifetime: str = "1h") -> Iterator[Postfix]:
    """A Postfix that relays ``remote.test`` to the exchanger's port and hands reports to the receiver's.

    ``lifetime`` 0 gives up after one attempt, so that what is deferred comes back at once.
    """
    at = Path(tempfile.mkdtemp(prefix="loa-postfix-", dir="/var/tmp"))
    at.chmod(0o755)
    port, milter = free_port(), free_port()
    owner = pwd.getpwnam("postfix")
    for name in ("queue", "data", "log", "conf"):
        (at / name).mkdir()
    os.chown(at / "data", owner.pw_uid, owner.pw_gid)
    told = {"at": at, "daemons": DAEMONS, "domain": DOMAIN, "port": port, "milter": milter, "lifetime": lifetime,
            "selector": SELECTOR}  # fmt: skip
    (at / "conf" / "main.cf").write_text(SETTINGS.format(**told))
    (at / "conf" / "master.cf").write_text(SERVICES.format(**told))
    (at / "transport").write_text(
        f"/^(bounce|stop)\\+.*@{DOMAIN}$/ smtp:[127.0.0.1]:{receiver}\n/@{REMOTE}$/ smtp:[127.0.0.1]:{exchanger}\n"
    )
    record = _keys(at)
    (at / "dkim.conf").write_text(SIGNING.format(**told))
    signer = subprocess.Popen(["opendkim", "-f", "-x", str(at / "dkim.conf")])
    command = ["postfix", "-c", str(at / "conf")]
    try:
        _wait_for(milter)
        subprocess.run([*command, "start"], check=True, capture_output=True)
        _wait_for(port)
        yield Postfix(port, at / "log" / "mail", record, at / "queue")
    finally:
        subprocess.run([*command, "stop"], check=False, capture_output=True)
        signer.terminate()
        signer.wait()
        shutil.rmtree(at, ignore_errors=True)


def _keys(at: Path) -> bytes:
    """A certificate of its own, and a key for signing; the text of its DNS record."""
    quiet = {"check": True, "capture_output": True}
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN=mail.{DOMAIN}",
         "-keyout", str(at / "key.pem"), "-out", str(at / "cert.pem")], **quiet,
    )  # type: ignore[call-overload]  # fmt: skip
    subprocess.run(["openssl", "genrsa", "-out", str(at / "dkim.pem"), "2048"], **quiet)  # type: ignore[call-overload]
    public = subprocess.run(
        ["openssl", "rsa", "-in", str(at / "dkim.pem"), "-pubout", "-outform", "PEM"], check=True, capture_output=True
    ).stdout.decode()
    key = "".join(line for line in public.splitlines() if not line.startswith("-"))
    return f"v=DKIM1; k=rsa; p={key}".encode()
