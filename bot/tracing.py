"""What is being worked on: named in each line of the log, and a span for whoever collects traces (OpenTelemetry)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_about: ContextVar[str] = ContextVar("about", default="")
_tracer: Any = None


class NoTracing(Exception):
    """Traces are wanted, and what sends them is not installed."""


def trace() -> str:
    """What is being worked on; '' for nothing in particular."""
    return _about.get()


@contextmanager
def about(kind: str, subject: object = "") -> Iterator[None]:
    """Everything inside is about this: an update, a job. Subjects are numbers and names of ours, never people's."""
    token = _about.set(f"{kind} {subject}".strip())
    try:
        if _tracer is None:
            yield
        else:
            with _tracer.start_as_current_span(kind, attributes={"loa.subject": str(subject)}):
                yield
    finally:
        _about.reset(token)


def collect(endpoint: str) -> Any:
    """Send spans to a collector by OTLP over HTTP from now on; what must be shut down at the end."""
    global _tracer
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise NoTracing(
            "LOA_OTEL_ENDPOINT is set, but OpenTelemetry is not installed: pip install 'loa[otel]'"
        ) from None
    provider = TracerProvider(resource=Resource.create({"service.name": "loa"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
    _tracer = provider.get_tracer("loa")
    return provider
