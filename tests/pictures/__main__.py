"""Starts the made-up day, opens the live page in Chromium, and takes its picture."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.real.desk import free_port

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
# As root it has no sandbox of its own; and it may look up nobody on the network.
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def main() -> int:
    """Take every picture anew."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "collector", "up", "--demo", "--no-browser", "--data", folder]
        day = subprocess.Popen([*command, "--port", str(free_port())], stdout=subprocess.PIPE, text=True)
        try:
            take(sign_in_link(day))
        finally:
            day.terminate()
            day.wait(10)
    return 0


def sign_in_link(day: "subprocess.Popen[str]") -> str:
    """The one-time link that it prints once it runs."""
    assert day.stdout is not None
    for line in day.stdout:
        if link := re.search(r"http://\S+/signin\?\S+", line):
            return link[0]
    raise RuntimeError("the made-up day does not start")


def take(link: str) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="en", timezone_id="Europe/Rome")
        page.goto(link)
        page.locator("tbody tr").first.wait_for()
        page.wait_for_timeout(1_500)  # until the bars have grown to where they stand
        page.screenshot(path=HERE / "live.png")
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
