"""Somebody in front of a browser. Whatever the browser complains about is a failure."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, Playwright, Request, expect

from tests.browser.office import Office
from tests.real.program import first_of

CHROMIUM = first_of("chromium", "chromium-browser")
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
QUIET += ["--no-first-run", "--disable-default-apps", "--disable-dev-shm-usage"]
WIDTHS = {"phone": (390, 844), "desk": (1440, 900)}


def launch(playwright: Playwright) -> Browser:
    """The system's own Chromium, fresh, talking to nobody by itself."""
    return playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=QUIET)


@dataclass
class Complaints:
    """What the browser complained about; an outage that a test makes is expected."""

    heard: list[str] = field(default_factory=list)
    outage: bool = False

    def hear(self, complaint: str) -> None:
        if not self.outage:
            self.heard.append(complaint)


@dataclass
class Reader:
    """A page, and what the browser said about it."""

    page: Page
    office: Office
    complaints: Complaints

    def open(self, path: str) -> None:
        self.page.goto(self.office.address + path)


@contextmanager
def a_reader(
    browser: Browser,
    office: Office,
    *,
    language: str = "it",
    device: str = "desk",
    scheme: str = "light",
    permissions: Sequence[str] = (),
) -> Iterator[Reader]:
    """Signed in on the live page; at the end the browser must not have complained."""
    width, height = WIDTHS[device]
    context = browser.new_context(
        permissions=list(permissions),
        viewport={"width": width, "height": height},
        locale="it-IT" if language == "it" else "en-GB",
        timezone_id="Europe/Rome",
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    complaints = Complaints()
    page.on("console", lambda m: complaints.hear(f"console: {m.text}") if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.hear(f"script: {error}"))
    page.on("requestfailed", lambda request: _fails(request, complaints))
    page.on("request", lambda request: _stays(request.url, office, complaints))
    try:
        # As the sign-in form does; the link has a test of its own.
        answer = context.request.post(
            f"{office.address}/signin", form={"token": office.token}, headers={"Origin": office.address}
        )
        assert answer.ok, f"{answer.status}: {answer.text()}"
        page.goto(f"{office.address}/")
        expect(page.locator("#link")).to_have_attribute("data-line", "live", timeout=15_000)
        yield Reader(page, office, complaints)
        assert complaints.heard == [], "\n".join(complaints.heard)
    finally:
        context.close()


def _fails(request: Request, complaints: Complaints) -> None:
    if request.failure != "net::ERR_ABORTED":  # left behind by a page that was left
        complaints.hear(f"request: {request.url} {request.failure}")


def _stays(url: str, office: Office, complaints: Complaints) -> None:
    if not url.startswith((office.address, "data:")):
        complaints.hear(f"another host: {url}")
