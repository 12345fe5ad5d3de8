"""Takes `live.png`: the live page as `mezzora up --demo` shows it, without this computer's own sessions."""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright, expect

from collector import demo
from collector.app import Collector
from collector.ledger.keys import Role
from collector.serve import serve
from collector.settings import Settings
from tests.browser.reader import CHROMIUM, QUIET

PICTURE = Path(__file__).with_name("live.png")
SIZE = {"width": 1440, "height": 770}


async def take(collector: Collector, address: str) -> None:
    """Sign in, wait for the whole wall, press the shutter."""
    playing = asyncio.create_task(demo.play(collector))
    code = await collector.ledger.make_link("Laura", Role.SUPERVISOR)
    live = sum(scene.live for scene in demo.DAY)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=QUIET)
        page = await browser.new_page(
            viewport=SIZE, device_scale_factor=1.5, locale="en-GB", timezone_id="Europe/Rome", reduced_motion="reduce"
        )
        await page.goto(f"{address}/signin?code={code}")
        await expect(page.locator("#rows tr")).to_have_count(live, timeout=30_000)
        await page.wait_for_timeout(3_000)  # the decisions of the day arrive after its sessions
        await page.screenshot(path=PICTURE)
        await browser.close()
    playing.cancel()


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        status = serve(Settings(Path(folder), port=0, demo=True), take)
    print(PICTURE)
    return status


if __name__ == "__main__":
    sys.exit(main())
