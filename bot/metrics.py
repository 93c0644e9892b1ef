"""What Prometheus reads: counted where it happens at the price of an addition, all else looked up when asked for.

Labels are words of our own enumerations and names of our own tasks, never anything about a person. The client's own
counters take a lock at each step, some five microseconds for one send; here that is one, paid when somebody reads.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from broadcasts.dispatch import Told
from broadcasts.pace import Pace
from storage.database import Database
from storage.enums import ChannelName, DeliveryStatus, Reason
from storage.figures import Figures

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
COUNTED = {
    "answers saved": ("loa_answers_saved", "Answers that were saved durably."),
    "responses completed": ("loa_responses_completed", "Survey responses that were sent off by respondents."),
}
"""What transactions count by themselves, with the metric that shows it."""


class Metrics(Collector):
    """One registry of one process; ``seen`` hands over the figures that need the database."""

    def __init__(self, database: Database, paces: Mapping[str, Pace]) -> None:
        self.registry = CollectorRegistry()
        self._database, self._paces = database, paces
        self._figures: Figures | None = None
        self._attempts: Counter[tuple[ChannelName, DeliveryStatus, Reason | None]] = Counter()
        self._latency: dict[ChannelName, list[int]] = {}
        self._seconds: Counter[ChannelName] = Counter()
        self._arrivals: Counter[str] = Counter(handled=0, failed=0, quarantined=0)
        self.loop_lag = self.database_seconds = 0.0
        self.database_up = True
        self.registry.register(self)

    def sending(self, channel: ChannelName) -> Told:
        """What the dispatchers of this channel tell their attempts to."""
        attempts, seconds = self._attempts, self._seconds
        buckets = self._latency.setdefault(channel, [0] * (len(SECONDS) + 1))
        seconds[channel] += 0

        def told(status: DeliveryStatus, reason: Reason | None, took: float) -> None:
            attempts[channel, status, reason] += 1
            buckets[bisect_left(SECONDS, took)] += 1
            seconds[channel] += took  # type: ignore[assignment]

        return told

    def heard(self, outcome: str, n: int) -> None:
        """What became of so many arrivals: 'handled', 'failed' (and tried again) or 'quarantined'."""
        self._arrivals[outcome] += n

    def seen(self, figures: Figures) -> None:
        self._figures = figures

    def page(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def collect(self) -> Iterable[Metric]:
        yield from self._sends()
        arrivals = CounterMetricFamily("loa_arrivals", "Arrivals by what became of them.", labels=["outcome"])
        for outcome, n in self._arrivals.items():
            arrivals.add_metric([outcome], n)
        yield arrivals
        rate = GaugeMetricFamily("loa_rate_per_second", "Messages a second that are believed allowed.", labels=["of"])
        for name, pace in self._paces.items():
            rate.add_metric([name], pace.rate)
        yield rate
        for what, (name, about) in COUNTED.items():
            yield CounterMetricFamily(name, about, value=self._database.counted[what])
        for name, about, value in (
            ("loa_database_connections", "Connections to the database in use.", self._database.in_use),
            ("loa_database_seconds", "How long the database took to answer lately.", self.database_seconds),
            ("loa_database_up", "Whether the database answered when it was last asked.", self.database_up),
            ("loa_loop_lag_seconds", "How late the event loop was at its last beat.", self.loop_lag),
        ):
            yield GaugeMetricFamily(name, about, value=float(value))
        yield from _of_the_database(self._figures)

    def _sends(self) -> Iterable[Metric]:
        attempts = CounterMetricFamily(
            "loa_deliveries", "Attempts to deliver, by what they came to.", labels=["channel", "status", "reason"]
        )
        throttled = CounterMetricFamily("loa_throttled", "Times that a network said wait (429).", labels=["channel"])
        latency = HistogramMetricFamily("loa_send_seconds", "How long one send took.", labels=["channel"])
        for (channel, status, reason), n in self._attempts.items():
            attempts.add_metric([channel, status, reason or ""], n)
        for channel, buckets in self._latency.items():
            limits = [*map(str, SECONDS), "+Inf"]
            latency.add_metric([channel], list(zip(limits, accumulate(buckets), strict=True)), self._seconds[channel])
            waits = (
                n for (of, _, reason), n in self._attempts.items() if (of, reason) == (channel, Reason.THROTTLED)
            )
            throttled.add_metric([channel], sum(waits))
        yield from (attempts, throttled, latency)


def _of_the_database(found: Figures | None) -> Iterable[Metric]:
    """What only the database knows; before it has been asked there is nothing to show."""
    for name, about, figure in (
        ("loa_queue_age_seconds", "How long the oldest due delivery has waited.", "queue_age"),
        ("loa_queue_depth", "Deliveries of running broadcasts that are not final.", "queue_depth"),
        ("loa_inbox_lag_seconds", "How long the oldest arrival has been waiting.", "inbox_lag"),
        ("loa_inbox_depth", "Arrivals that wait to be handled.", "inbox_depth"),
        ("loa_quarantine_size", "Arrivals that nobody could handle.", "quarantined"),
    ):
        yield GaugeMetricFamily(name, about, value=None if found is None else float(getattr(found, figure)))
    opened = GaugeMetricFamily("loa_incidents_open", "Incidents that are open, by kind.", labels=["kind"])
    for kind, n in found.incidents.items() if found else ():
        opened.add_metric([kind], n)
    yield opened
