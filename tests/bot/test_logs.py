"""The log and the traces: readable by machines, about something, and silent about people and secrets."""

import json
import logging
import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import tracing
from bot.logs import Lines, Redacted, Words
from bot.tracing import about, collect
from tests.world import World

TOKEN = "123456:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"


def record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, None) if error else None
    made = logging.LogRecord("bot.x", logging.ERROR, __file__, 1, message, args, info)
    assert Redacted().filter(made)
    return made


def test_a_line_is_one_object_with_what_it_is_about():
    with about("arrival", 17):
        line = Lines().format(record("failed\nbadly: %s", "x"))

    assert "\n" not in line
    told = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", told.pop("time"))
    assert told == {"level": "ERROR", "logger": "bot.x", "message": "failed\nbadly: x", "trace": "arrival 17"}
    assert "trace" not in json.loads(Lines().format(record("quiet")))


def test_no_token_is_logged_in_words_or_lines_or_exceptions():
    error = ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe")
    for made in (
        Words("%(message)s").format(record("GET /bot%s/getMe", TOKEN)), Lines().format(record(f"/bot{TOKEN}/")),
        Lines().format(record("failed", error=error)),
    ):  # fmt: skip
        assert TOKEN not in made
        assert "<token>" in made


def test_what_is_inside_is_about_the_innermost():
    with about("job", "nightly"):
        with about("arrival", 1):
            assert tracing.trace() == "arrival 1"
        assert tracing.trace() == "job nightly"
    assert tracing.trace() == ""


async def test_a_whole_conversation_and_a_survey_log_nothing_of_the_person(loa: World, caplog):
    caplog.set_level(logging.DEBUG)
    _, link = await loa.survey()
    loa.person(2001, "Phạm Thị Lan Rất Riêng")
    await loa.says(2001, f"/start {link}")
    await loa.taps(2001, "Tôi từ 18 tuổi trở lên")
    await loa.taps(2001, "Đồng ý và bắt đầu trả lời")
    await loa.says(2001, "câu trả lời rất riêng tư")

    ours = [one.getMessage() for one in caplog.records if one.name.split(".")[0] in OURS]
    said = "\n".join(ours)
    for private in ("2001", "Rất Riêng", "riêng tư"):
        assert private not in said


OURS = ("bot", "handlers", "surveys", "broadcasts", "channels", "storage", "pages")


async def test_spans_reach_a_collector_by_otlp(monkeypatch: pytest.MonkeyPatch):
    import asyncio

    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    received: list[ExportTraceServiceRequest] = []

    async def take(request: web.Request) -> web.Response:
        received.append(ExportTraceServiceRequest.FromString(await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/v1/traces", take)
    async with TestServer(app) as collector:
        monkeypatch.setattr(tracing, "_tracer", None)
        provider = collect(str(collector.make_url("")))
        with about("job", "nightly"):
            pass
        await asyncio.to_thread(provider.shutdown)

    spans = [s for r in received for rs in r.resource_spans for ss in rs.scope_spans for s in ss.spans]
    assert [(s.name, s.attributes[0].value.string_value) for s in spans] == [("job", "nightly")]
