"""A notice on a real desktop's notification service."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.real.conftest import _need
from tests.real.desk import Screen
from tests.real.program import Program, until

ROOT = Path(__file__).parents[2]
TELLING = """
import asyncio, os
from agent.desk import Desk, Notice
asyncio.run(Desk(os.environ).tell(Notice("AeroAdmin è aperto", "mezzora-agent begin")))
"""


@pytest.fixture
def desktop(tmp_path: Path, screen: Screen, ended: Callable[[Program], Program]) -> Mapping[str, str]:
    """The environment of a desktop with a notification service."""
    _need("dunst", "dbus-daemon")
    bus = f"unix:path={tmp_path}/bus"
    ended(Program(["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={bus}"], tmp_path))
    until((tmp_path / "bus").exists, "the message bus")
    environment = {**screen.environment, "DBUS_SESSION_BUS_ADDRESS": bus}
    pick = tmp_path / "pick"  # dunst asks a menu which button is meant, and offers them in no order
    pick.write_text("#!/bin/sh\ngrep --max-count=1 'Customer agrees'\n", "utf-8")
    pick.chmod(0o700)
    settings = tmp_path / "dunstrc"
    settings.write_text(f"[global]\ndmenu = {pick}\n", "utf-8")
    ended(Program(["dunst", "-conf", str(settings)], tmp_path, {"PATH": "/usr/bin:/bin", **environment}))
    until(lambda: ask_dunst(environment, "is-paused") == "false", "the notification service")
    return environment


def run(command: list[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    plain = {"PATH": "/usr/bin:/bin", **environment}
    return subprocess.run(command, cwd=ROOT, env=plain, capture_output=True, text=True, timeout=30, check=False)


def ask_dunst(environment: Mapping[str, str], *question: str) -> str:
    return run(["dunstctl", *question], environment).stdout.strip()


def test_a_notice_is_shown_by_the_desktop(desktop: Mapping[str, str]) -> None:
    told = run([sys.executable, "-c", TELLING], desktop)
    assert (told.returncode, told.stderr) == (0, "")
    until(lambda: ask_dunst(desktop, "count", "displayed") == "1", "the notice to be shown")
    ask_dunst(desktop, "close-all")
    (shown,) = json.loads(ask_dunst(desktop, "history"))["data"][0]
    assert (shown["summary"]["data"], shown["appname"]["data"]) == ("AeroAdmin è aperto", "Mezzora")


ASKING = """
import asyncio, os
from agent.desk import Button, Desk, Notice

async def main():
    pressed = asyncio.Event()
    buttons = (Button("Customer agrees", "agreed", pressed.set), Button("Next problem", "next-problem", lambda: None))
    desk = Desk(os.environ)
    await desk.tell(Notice("Studio Bianchi: included time used up", "AnyDesk.", buttons))
    print("shown", flush=True)
    await asyncio.wait_for(pressed.wait(), 20)
    print("agreed")

asyncio.run(main())
"""


def test_a_button_of_a_notice_is_heard(desktop: Mapping[str, str]) -> None:
    asking = subprocess.Popen(
        [sys.executable, "-c", ASKING],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **desktop},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        # Both, or the test presses faster than a hand can: what is not shown has no button yet, and what is shown
        # may not have been told its number.
        assert asking.stdout is not None
        assert asking.stdout.readline() == "shown\n"
        until(lambda: ask_dunst(desktop, "count", "displayed") == "1", "the notice to be shown")
        ask_dunst(desktop, "context")
        assert asking.communicate(timeout=30)[0] == "agreed\n"
    finally:
        asking.kill()
        asking.wait()
