"""How soon a slow phone shows something of a results page, and how much of it comes over the wire.

    python -m benchmarks.paint [--quick] [--json]

**What runs.** The results pages in this process on SQLite, with a closed and published survey by the official form:
4,000 made-up responses from two communes in each of the 34 provinces, and a comment of every tenth. A real Chromium
without a window opens the page 390 points wide, its processor slowed down four times
(``Emulation.setCPUThrottlingRate``) and its network to 1.6 Mbit/s with 150 ms to and fro
(``Network.emulateNetworkConditions``, what Lighthouse calls a slow 4G), with nothing kept from before. The pages have
been asked for once, so their figures are worked out.

**first_paint_ms** is the browser's own first-contentful-paint, the median; **worst_ms** the longest; **loaded_ms**
when everything was there. **wire_kb** is what came over the wire, **page_kb** the page before it is packed.
**first_ms** is how long the server takes over the first request, when everything is still to be worked out.
**notice** is a page of one sentence, and so what the browser, the machine and the network take at least; **staff**
comes by its signed link. Server and browser share the machine, so what else runs on it counts:
**load** is its load average. 15 openings of each page, with ``--quick`` 3.
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from aiohttp import ClientSession, CookieJar, web
from playwright.async_api import Browser, async_playwright
from sqlalchemy import insert, text

from benchmarks.index import ZONE, prepare, two_in_each
from benchmarks.responses import Crowd, bulk
from bot.web import application
from pages.results.views import results_pages
from storage import secrets
from storage.database import Database
from storage.surveys import close_survey, publish_results, survey
from storage.tables import ResponseText
from surveys.catalogue import Catalogue
from surveys.counting import mend
from surveys.passes import PREFIX, RESULTS, Pass, written

PEOPLE, ROUNDS, QUICK = 4_000, 15, 3
SLOWER = 4
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
"""Milliseconds, and bytes a second."""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PAINT = """() => new Promise(done => {
    const told = list => {
        const first = list.find(one => one.name === 'first-contentful-paint');
        if (first) done(first.startTime);
    };
    told(performance.getEntriesByType('paint'));
    new PerformanceObserver(list => told(list.getEntries())).observe({type: 'paint', buffered: true});
})"""
LOADED = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"


@dataclass(frozen=True, slots=True)
class Opened:
    """One opening of a page: times in ms, and bytes over the wire."""

    painted: float
    loaded: float
    wire: int


async def field(url: str) -> tuple[Database, int]:
    """A database with the survey; its id."""
    database, survey_id = await prepare(url)
    catalogue, now = Catalogue(), datetime.now(UTC)
    async with database.reading() as session:
        info = await survey(session, survey_id)
        assert info is not None
        form = await catalogue.get(session, info.questionnaire_id)
    await bulk(database, survey_id, Crowd(form, two_in_each(), PEOPLE).rows())
    question = next(q.id for q in form.questions if q.kind == "text" and not q.sensitive)
    async with database.transaction() as session:
        ids = (await session.execute(text("SELECT id FROM responses"))).scalars().all()[::10]
        said = "Cán bộ hướng dẫn rõ ràng, nhưng chờ hơi lâu ở khâu nhận kết quả."
        await session.execute(
            insert(ResponseText), [{"response_id": id, "question": question, "text": said} for id in ids]
        )
    async with database.transaction() as session:
        await mend(session, catalogue, survey_id)
        await close_survey(session, survey_id, now)
        await publish_results(session, survey_id, now)
    return database, survey_id


async def opened(browser: Browser, url: str) -> Opened:
    """Open a page in a browser that has never seen it."""
    context = await browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=3, is_mobile=True)
    page = await context.new_page()
    wire = 0

    def came(event: dict[str, Any]) -> None:
        nonlocal wire
        wire += int(event["encodedDataLength"])

    devtools = await context.new_cdp_session(page)
    devtools.on("Network.loadingFinished", came)
    await devtools.send("Network.enable")
    await devtools.send("Network.emulateNetworkConditions", NETWORK)
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await page.goto(url, wait_until="load")
    painted = float(await page.evaluate(PAINT))
    loaded = float(await page.evaluate(LOADED))
    await context.close()
    return Opened(painted, loaded, wire)


async def measure(rounds: int) -> dict[str, Any]:
    path = shutil.which("chromium")
    if path is None:
        sys.exit("a real browser is looked with; install it with: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        database, survey_id = await field(f"sqlite+aiosqlite:///{Path(folder) / 'loa.db'}")
        async with database.transaction() as session:
            key = await secrets.made_secret(session, RESULTS)
        shown = written(Pass("s", survey_id, datetime.fromtimestamp(time.time() + 3600, UTC)), key)
        runner = web.AppRunner(
            application(None, "", "", None, results_pages(database, Catalogue(), ZONE)), access_log=None
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        home = f"http://127.0.0.1:{runner.addresses[0][1]}{PREFIX}/{survey_id}"
        found: dict[str, Any] = {}
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            for name, url in (("notice", f"{home}00"), ("public", home), ("staff", f"{home}/staff?t={shown}")):
                async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as client:
                    began = time.perf_counter()
                    async with client.get(url) as answer:
                        size = len(await answer.read())
                    first = time.perf_counter() - began
                times = [await opened(browser, url) for _ in range(rounds)]
                found[name] = {
                    "first_paint_ms": round(median(one.painted for one in times)),
                    "worst_ms": round(max(one.painted for one in times)),
                    "loaded_ms": round(median(one.loaded for one in times)),
                    "wire_kb": round(median(one.wire for one in times) / 1000, 1),
                    "page_kb": round(size / 1000, 1), "first_ms": round(1000 * first),
                }  # fmt: skip
            await browser.close()
        await runner.cleanup()
        await database.close()
    return {**found, "rounds": rounds, "load": round(os.getloadavg()[0], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description="First paint of the results page on a slow phone.")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} openings of each page instead of {ROUNDS}")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    chosen = parser.parse_args()
    found = asyncio.run(measure(QUICK if chosen.quick else ROUNDS))
    if chosen.json:
        print(json.dumps(found))
        return
    for name, told in found.items():
        print(f"{name}: " + (", ".join(f"{k} {v}" for k, v in told.items()) if isinstance(told, dict) else str(told)))


if __name__ == "__main__":
    main()
