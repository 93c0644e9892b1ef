"""When something is an incident: one rule for each kind, with a gap between opening and closing. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from storage.enums import IncidentKind


@dataclass(frozen=True, slots=True)
class Rule:
    """Opened once the value reaches ``opens``, closed once it is back at ``closes``; between them nothing changes.

    Where ``opens`` is the smaller of the two, small values are the bad ones.
    """

    opens: float
    closes: float
    unit: str


RULES: Mapping[IncidentKind, Rule] = {
    IncidentKind.CHANNEL_DOWN: Rule(3, 0, "failed calls in a row"),
    IncidentKind.TOKEN: Rule(1, 0, "refused"),
    IncidentKind.FAILURES: Rule(0.2, 0.1, "share of outcomes"),
    IncidentKind.QUARANTINE: Rule(5, 0, "arrivals in 24 hours"),
    IncidentKind.COUNTERS: Rule(1, 0, "wrong"),
    IncidentKind.DISK: Rule(1.0, 2.0, "GB free"),
    IncidentKind.CERTIFICATE: Rule(14, 15, "days left"),
    IncidentKind.INBOX: Rule(60, 10, "seconds of waiting"),
    IncidentKind.BACKUP: Rule(48, 30, "hours since the newest"),
    IncidentKind.ZALO_GRANT: Rule(1, 0, "not to be refreshed"),
}
FEWEST_OUTCOMES = 50
"""Of fewer outcomes a share says nothing."""


def judged(kind: IncidentKind, value: float) -> bool | None:
    """True: it is wrong; False: it is well; None: neither, so it stays as it is."""
    rule = RULES[kind]
    small_is_bad = rule.opens < rule.closes
    if value <= rule.opens if small_is_bad else value >= rule.opens:
        return True
    if value >= rule.closes if small_is_bad else value <= rule.closes:
        return False
    return None


def failure_share(sent: int, failed: int) -> float | None:
    """The share of failures among outcomes; None while there are too few to say anything."""
    return failed / (sent + failed) if sent + failed >= FEWEST_OUTCOMES else None
