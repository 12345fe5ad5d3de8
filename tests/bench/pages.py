"""What the live page costs the server and the browser: 500 live sessions, 20 viewers, a real Chromium among them."""

import asyncio
import gzip
import http.client
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from playwright.async_api import Page, async_playwright
from websockets.asyncio.client import ClientConnection, connect

from collector.live.hub import GATHER_MS
from shared.messages import Ack, Enrol, Enrolled, Hello, Progress
from shared.protocol import AgentSide
from shared.session import Evidence, Session, SessionState, Stretch
from tests.bench.figure import Figure
from tests.bench.host import used
from tests.browser.office import Office
from tests.browser.reader import CHROMIUM, QUIET

SESSIONS = 500
VIEWERS = 20
CHANGES_A_SECOND = 20
MEASURED_S = 10.0
TRIED = 100  # changes whose way to the page is timed
LOST_S = 5.0
FEW = 20  # sessions of an ordinary office
TARGET_MS, TARGET_BYTES, TARGET_BUSY, TARGET_CPU, LONGEST_TASK_MS = 300, 60_000, 5.0, 3.0, 50

BUSY = """() => { globalThis.long = []; new PerformanceObserver((list) => long.push(...list.getEntries()
  .map((each) => each.duration))).observe({ type: "longtask" }); }"""
CHANGED = """(id) => new Promise((done) => {
  const row = document.getElementById(`s-${id}`);
  new MutationObserver((_, watch) => { watch.disconnect(); done(performance.timeOrigin + performance.now()); })
    .observe(row, { attributes: true, attributeFilter: ["data-state"] });
})"""


def now_at() -> int:
    return time.time_ns() // 1_000_000


class Crowd:
    """One agent with very many live sessions, each of which is paused and goes on again when it is told to."""

    def __init__(self, line: ClientConnection, side: AgentSide) -> None:
        self._line, self._side, self._seq = line, side, 0
        self._began = {f"{n:032x}": now_at() - (n % 1_100) * 1_000 - 10_000 for n in range(1, SESSIONS + 1)}
        self.ids = list(self._began)
        self._live = dict.fromkeys(self.ids, True)

    @classmethod
    async def enrolled(cls, office: Office) -> "Crowd":
        door, side = f"ws://127.0.0.1:{office.port}/agent", AgentSide()
        async with connect(door, compression=None) as line:
            await line.send(side.enrol(Enrol(code=office.code("PC Folla"), computer="PC Folla")).decode())
            (told,) = side.receive(await line.recv())
        assert isinstance(told, Enrolled)
        side, line = AgentSide(), await connect(door, compression=None)
        hello = Hello(version=1, token=told.token, sent_at=now_at(), agent_version="bench", system="Linux")
        await line.send(side.greet(hello).decode())
        side.receive(await line.recv())
        return cls(line, side)

    async def tell(self, ids: list[str]) -> float:
        """What these are now; the instant at which that was committed, by this machine's clock in ms."""
        progresses = []
        for id in ids:
            self._seq += 1
            lasting = Stretch(self._began[id], now_at() - self._began[id])
            state = SessionState.LIVE if self._live[id] else SessionState.PAUSED
            session = Session(
                id=id, tool="teamviewer", peer=id[-6:], evidence=Evidence.LOG, state=state, stretches=(lasting,)
            )
            progresses.append(Progress(seq=self._seq, session=session))
        await self._line.send(self._side.report(progresses).decode())
        while not any(isinstance(each, Ack) for each in self._side.receive(await self._line.recv())):
            pass
        return time.time_ns() / 1e6

    async def turn(self, id: str) -> float:
        """It is paused, or goes on again."""
        self._live[id] = not self._live[id]
        return await self.tell([id])


class Viewer:
    """Somebody who looks at the live page without a browser."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._awaited: dict[str, asyncio.Future[float]] = {}
        self.first = 0  # bytes of the first frame
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for frame in self._line:
            at = time.time_ns() / 1e6
            self.first = self.first or len(frame)
            for id in re.findall(r'"id":"([0-9a-f]{32})"', str(frame)):
                awaited = self._awaited.get(id)
                if awaited is not None and not awaited.done():
                    awaited.set_result(at)

    def wait_for(self, id: str) -> None:
        self._awaited[id] = asyncio.get_running_loop().create_future()

    async def heard_of(self, id: str) -> float:
        """When he heard of it since `wait_for`, by this machine's clock in ms; never: as late as we waited."""
        try:
            return await asyncio.wait_for(self._awaited.pop(id), LOST_S)
        except TimeoutError:
            return time.time_ns() / 1e6

    async def close(self) -> None:
        self._task.cancel()
        await self._line.close()


def figures() -> Iterator[Figure]:
    """All of the pages' figures."""
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder))
        try:
            yield from asyncio.run(measured(office))
        finally:
            office.close()


async def measured(office: Office) -> list[Figure]:
    crowd = await Crowd.enrolled(office)
    await crowd.tell(crowd.ids[:FEW])
    found = [await weight(office)]
    for start in range(0, SESSIONS, 100):
        await crowd.tell(crowd.ids[start : start + 100])
    server = psutil.Process(office.collector.pid)
    alone = await cpu_of(server, crowd)
    viewers = await join(office)
    try:
        watched = await cpu_of(server, crowd)
        found.append(
            Figure(
                f"{VIEWERS} viewers at {CHANGES_A_SECOND} changes a second",
                watched - alone, alone, "% of a core", f"unwatched (aim: under {TARGET_CPU:g} %)",
            )
        )  # fmt: skip
        return found + await in_the_browser(office, crowd, viewers)
    finally:
        await asyncio.gather(*(viewer.close() for viewer in viewers))


async def weight(office: Office) -> Figure:
    """The bytes of the page and of all that it loads, as they go over the wire; and of the first frame."""
    page, total = fetched(office, "/")
    addresses = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    total += sum(fetched(office, address)[1] for address in addresses)
    (viewer,) = await join(office, 1)
    await asyncio.sleep(1)
    await viewer.close()
    words = f"live page, everything to its {FEW} rows"
    against = f"without the rows, in {1 + len(addresses)} requests (aim: under {TARGET_BYTES // 1000} kB)"
    return Figure(words, (total + viewer.first) / 1000, total / 1000, "kB", against)


def fetched(office: Office, path: str) -> tuple[str, int]:
    """What is there, and how long it is as it was sent."""
    place = urlsplit(office.address)
    line = http.client.HTTPConnection(str(place.hostname), place.port)
    headers = {"Authorization": f"Bearer {office.token}", "Accept-Encoding": "gzip", "Accept-Language": "it"}
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    sent = answer.read()
    head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
    zipped = answer.getheader("Content-Encoding") == "gzip"
    return (gzip.decompress(sent) if zipped else sent).decode(), len(sent) + head


async def join(office: Office, count: int = VIEWERS) -> list[Viewer]:
    door = f"ws://127.0.0.1:{office.port}/live"
    key = {"Authorization": f"Bearer {office.token}"}
    return [Viewer(await connect(door, additional_headers=key, max_size=None)) for _ in range(count)]


async def cpu_of(server: psutil.Process, crowd: Crowd) -> float:
    """Per cent of a core while changes come, one after another."""
    await asyncio.sleep(1)
    before, until, n = used(server), time.monotonic() + MEASURED_S, 0
    while time.monotonic() < until:
        await crowd.turn(crowd.ids[n % SESSIONS])
        n += 1
        await asyncio.sleep(max(0, until - MEASURED_S + n / CHANGES_A_SECOND - time.monotonic()))
    return (used(server) - before) / MEASURED_S * 100


async def in_the_browser(office: Office, crowd: Crowd, viewers: list[Viewer]) -> list[Figure]:
    """How late a change is on the page, and how busy a page of 500 ticking rows is."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=QUIET)
        context = await chromium.new_context(viewport={"width": 1440, "height": 900}, locale="it-IT")
        link = office.link()
        page = await context.new_page()
        await page.goto(link)
        await page.locator(f"#s-{crowd.ids[-1]}").wait_for(state="attached", timeout=60_000)
        await page.wait_for_timeout(3_000)
        late = await lateness(page, crowd, viewers)
        busy, longest = await busyness(page)
        await chromium.close()
    return [
        *late,
        Figure(
            "main thread of a page with 500 ticking rows", busy, TARGET_BUSY, "% busy", "what is aimed at"
        ),
        Figure("its longest task after load (0: none over 50)", longest, LONGEST_TASK_MS, "ms", "what is aimed at"),
    ]  # fmt: skip


async def lateness(page: Page, crowd: Crowd, viewers: list[Viewer]) -> list[Figure]:
    """From the acknowledgement of the commit; what arrives before it counts as 0."""
    shown, heard = [], []
    for n in range(TRIED):
        id = crowd.ids[(n * 37) % SESSIONS]
        for viewer in viewers:
            viewer.wait_for(id)
        watching = asyncio.ensure_future(page.evaluate(CHANGED, id))
        await asyncio.sleep(0.05)
        committed = await crowd.turn(id)
        shown.append(max(0.0, float(await watching) - committed))
        heard += [max(0.0, await viewer.heard_of(id) - committed) for viewer in viewers]
    p99 = [sorted(values)[int(len(values) * 0.99) - 1] for values in (shown, heard)]
    aim = f"gathering takes that (aim: under {TARGET_MS} ms)"
    return [
        Figure(f"commit to changed row, {SESSIONS} live, {VIEWERS} viewers, p99", p99[0], GATHER_MS, "ms", aim),
        Figure("commit to frame at each of the viewers, p99", p99[1], GATHER_MS, "ms", aim),
    ]


async def busyness(page: Page) -> tuple[float, float]:
    """Per cent of the time that its main thread works, and the longest task over 50 ms, while it only ticks."""
    session: Any = await page.context.new_cdp_session(page)
    await session.send("Performance.enable")
    await page.evaluate(BUSY)

    async def worked() -> float:
        told = await session.send("Performance.getMetrics")
        return next(float(each["value"]) for each in told["metrics"] if each["name"] == "TaskDuration")

    before = await worked()
    await page.wait_for_timeout(MEASURED_S * 1000)
    busy = (await worked() - before) / MEASURED_S * 100
    return busy, max(await page.evaluate("globalThis.long"), default=0.0)
