"""`mezzora up`: the collector, this PC's agent as a child process, and the live page, in one command.

Agent and collector do not import each other: the child is started by name, as a person would start it.
"""

import asyncio
import ctypes
import logging
import os
import platform
import signal
import subprocess
import sys
import webbrowser
from asyncio.subprocess import Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from collector import access, demo
from collector.app import Collector
from collector.ledger.keys import Role
from collector.serve import serve
from collector.settings import Settings

STOP_S = 1.2  # for the agent to put its last seconds away
PAUSES_S = (1, 2, 5, 10, 30)  # before it is started again
STEADY_S = 60.0  # a child that ran so long did not fail at the start

_log = logging.getLogger(__name__)


def run(settings: Settings, *, browser: bool) -> int:
    """Run it all until Ctrl-C; the exit status."""

    async def meanwhile(collector: Collector, address: str) -> None:
        async with asyncio.TaskGroup() as tasks:
            if settings.demo:
                tasks.create_task(demo.play(collector), name="demo")
            tasks.create_task(_welcome(collector, address, browser=browser), name="welcome")
            tasks.create_task(_Agent(collector, address).keep(), name="agent")

    database = settings.database
    forget = (lambda: demo.forget(database)) if settings.demo and isinstance(database, Path) else None
    return serve(settings, meanwhile, before=forget)


async def _welcome(collector: Collector, address: str, *, browser: bool) -> None:
    """Say where the live page is, and open it where there is a screen."""
    url = access.link(address, await collector.ledger.make_link("supervisor", Role.SUPERVISOR))
    made_up = " with a made-up day" if collector.settings.demo else ""
    print(f"Mezzora runs{made_up}. The live page: {url}", flush=True)
    print("(The link signs in once; `mezzora signin` makes another. Ctrl-C stops everything.)", flush=True)
    if browser and _has_screen():
        await asyncio.to_thread(webbrowser.open, url)


def _has_screen() -> bool:
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class _Agent:
    """This PC's own agent: enrolled by itself, started again when it dies, stopped with the rest."""

    def __init__(self, collector: Collector, address: str) -> None:
        self._collector = collector
        self._address = address
        data = collector.settings.data
        self._folder = data / ("demo-agent" if collector.settings.demo else "agent")
        self._noted = self._folder.with_suffix(".address")  # where it reports to, once it is enrolled

    async def keep(self) -> None:
        """Until cancelled."""
        if not await self._enrolled() and not await self._enrol():
            return
        failures = 0
        while True:
            began = asyncio.get_running_loop().time()
            status = await self._live()
            lasted_s = asyncio.get_running_loop().time() - began
            failures = 0 if lasted_s > STEADY_S else failures
            pause_s = PAUSES_S[min(failures, len(PAUSES_S) - 1)]
            failures += 1
            _log.warning("the agent ended with status %s: starting it again in %d s", status, pause_s)
            await asyncio.sleep(pause_s)

    async def _enrolled(self) -> bool:
        """Whether it is, here and at this address: one that still runs keeps its token."""
        with suppress(OSError):
            if self._noted.read_text(encoding="utf-8") == self._address:
                agents = await self._collector.reading.agents()
                return any(each.name == _name() and each.revoked_at is None for each in agents)
        return False

    async def _enrol(self) -> bool:
        code = await self._collector.ledger.make_code(_name())
        child = await self._start("enrol", self._address, code, quiet=True)
        try:
            failed = await child.wait()
        finally:
            await _stop(child)
        if failed:
            print("mezzora: this PC's agent could not be enrolled; the collector runs without it", file=sys.stderr)
            return False
        self._noted.write_text(self._address, encoding="utf-8")
        return True

    async def _live(self) -> int:
        child = await self._start("run")
        try:
            return await child.wait()
        finally:
            await _stop(child)

    async def _start(self, *verb: str, quiet: bool = False) -> Process:
        """In a group of its own: Ctrl-C is for this process, which then stops the child."""
        command = [sys.executable, "-m", "agent", "--data", str(self._folder), *verb]
        output = subprocess.DEVNULL if quiet else None
        if sys.platform == "win32":
            group = subprocess.CREATE_NEW_PROCESS_GROUP
            return await asyncio.create_subprocess_exec(
                *command, stdin=subprocess.DEVNULL, stdout=output, creationflags=group
            )
        return await asyncio.create_subprocess_exec(
            *command, stdin=subprocess.DEVNULL, stdout=output, start_new_session=True, preexec_fn=_leash()
        )


def _name() -> str:
    return platform.node() or "this PC"


async def _stop(child: Process) -> None:
    """Ask it to end, and see to it."""
    if child.returncode is not None:
        return
    with suppress(ProcessLookupError):
        if sys.platform == "win32":
            child.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            child.terminate()
    try:
        await asyncio.wait_for(child.wait(), STOP_S)
    except TimeoutError:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def _leash() -> Callable[[], object] | None:
    """On Linux a child can be told to end when its parent does, `kill -9` included (prctl(2), PR_SET_PDEATHSIG)."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent, pdeathsig = os.getpid(), 1

    def tie() -> None:
        prctl(pdeathsig, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the leash was on
            os.kill(os.getpid(), signal.SIGTERM)

    return tie
