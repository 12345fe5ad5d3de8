"""Takes the pictures: pages as `mezzora up --demo` shows them, without this computer's own sessions."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, async_playwright, expect

from collector import demo
from collector.app import Collector
from collector.ledger.keys import Role
from collector.serve import serve
from collector.settings import Settings
from tests.browser.reader import CHROMIUM, QUIET

FOLDER = Path(__file__).parent
LOOKS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PICTURES: Mapping[str, tuple[str, int]] = {  # of a page: its height
    "live": ("/", 770),
    "intervention": ("/interventions/2", 1_130),
    "reports": ("/reports", 900),
}
BY_DAY_ALONE: Mapping[str, tuple[str, int]] = {  # those that are as plain in the dark
    "customer": ("/customers/1", 1_280),
    "agents": ("/agents", 760),
    "settings": ("/settings", 860),
}


async def take(collector: Collector, address: str) -> None:
    """Every page in both looks, once the whole day is there."""
    playing = asyncio.create_task(demo.play(collector))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=QUIET)
        for look in LOOKS:
            link = f"{address}/signin?code={await collector.ledger.make_link('Laura', Role.SUPERVISOR)}"
            await _take_all(browser, address, link, look)
        await browser.close()
    playing.cancel()


async def _take_all(browser: Browser, address: str, link: str, look: Literal["light", "dark"]) -> None:
    page = await browser.new_page(
        viewport={"width": 1440, "height": 770},
        device_scale_factor=1.5 if look == "light" else 1,
        locale="en-GB",
        timezone_id="Europe/Rome",
        color_scheme=look,
        reduced_motion="reduce",
    )
    await page.goto(link)
    await expect(page.locator("#rows tr")).to_have_count(sum(scene.live for scene in demo.DAY), timeout=30_000)
    await page.wait_for_timeout(3_000)  # the decisions of the day arrive after its sessions
    for name, (path, height) in (PICTURES if look == "dark" else {**PICTURES, **BY_DAY_ALONE}).items():
        await page.set_viewport_size({"width": 1440, "height": height})
        await page.goto(address + path)
        await page.wait_for_timeout(1_000)
        file = FOLDER / (f"{name}.png" if look == "light" else f"{name}-dark.png")
        await page.screenshot(path=file)
        print(file)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        return serve(Settings(Path(folder), port=0, demo=True), take)


if __name__ == "__main__":
    sys.exit(main())
