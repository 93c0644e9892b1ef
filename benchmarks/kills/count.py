"""What the ledger says beside what people really received."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields

ELSEWHERE = "elsewhere"
"""The step of those who were touched by no kill: lost replies, and nobody else."""


@dataclass(slots=True)
class Figures:
    """Kills, how many of them struck exactly at their step, and counts of people: only ``unknown`` may be above 0."""

    kills: int = 0
    exact: int = 0
    lost: int = 0
    """Without a copy, and not listed as unknown."""
    duplicates: int = 0
    """Two copies or more, and not listed as doubtful; where what is in doubt is held, listed or not."""
    misrecorded: int = 0
    """Recorded as sent with a message id that this person's chat does not have."""
    unknown: int = 0
    """Listed as unknown, or as doubtful."""

    def add(self, other: "Figures") -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    @property
    def clean(self) -> bool:
        return not (self.lost or self.duplicates or self.misrecorded)


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery as the ledger has it at the end."""

    address: str
    status: str
    doubtful: bool
    message_ids: str

    def judged(self, received: Sequence[str], policy: str) -> Figures:
        listed = self.status == "unknown" or self.doubtful
        return Figures(
            lost=not received and self.status != "unknown",
            duplicates=len(received) > 1 and (policy == "hold" or not listed),
            misrecorded=self.status == "sent" and self.message_ids not in received,
            unknown=listed,
        )


@dataclass(slots=True)
class Findings:
    """Of one or more rounds: figures for each step, and what the number of unknown ones may come to."""

    steps: defaultdict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    bound: float = 0.0
    """Rate times latency for each kill, and one for each lost reply."""
    lost_replies: int = 0
    people: int = 0
    latency: float = 0.0
    """Seconds from the mark to the record that 19 of 20 deliveries stayed below; of the slowest round."""

    @property
    def all(self) -> Figures:
        total = Figures()
        for figures in self.steps.values():
            total.add(figures)
        return total

    def add(self, other: "Findings") -> None:
        for step, figures in other.steps.items():
            self.steps[step].add(figures)
        self.bound += other.bound
        self.lost_replies += other.lost_replies
        self.people += other.people
        self.latency = max(self.latency, other.latency)

    def told(self) -> dict[str, object]:
        """As JSON."""
        own = {"bound": round(self.bound, 1), "lost_replies": self.lost_replies, "people": self.people,
               "latency": round(self.latency, 3)}  # fmt: skip
        return asdict(self.all) | own | {"steps": {step: asdict(figures) for step, figures in self.steps.items()}}


def count(
    rows: Iterable[Row], accepted: Mapping[str, Sequence[str]], touched: Mapping[str, str], policy: str
) -> Findings:
    """Judge each row; ``touched`` says at which step the worker died that had it marked (address -> step)."""
    findings = Findings()
    for row in rows:
        findings.steps[touched.get(row.address, ELSEWHERE)].add(row.judged(accepted.get(row.address, ()), policy))
        findings.people += 1
    return findings
