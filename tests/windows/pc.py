"""A Windows PC: a fresh disk and registry around the interpreter, and programs that run there.

Each PC has its own Wine server and so its own list of processes; nothing of the user's Wine is touched. The network is
this machine's: Windows programs reach servers of the test on the loopback, and the table of connections shows those of
the whole machine, all without an owner (pid 0). That one thing which Wine does not tell is left as it is.

Nothing here waits for ever: what does not come in time fails, and says what was seen.
"""

import asyncio
import os
import shutil
import signal
import subprocess
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeVar

from tests.windows.interpreter import GUEST, WINE, WINE_SERVER, Interpreter, wine_environment

CHECKOUT = Path(__file__).parents[2]
ZONE = "CET-1CEST,M3.5.0,M10.5.0/3"  # Italy's: nothing is right only because local time happens to be UTC
PATIENCE_S = 120.0  # for what takes a second, on a machine that is busy with other things
LEFT_ALONE_S = 300  # a Wine server that nobody asked anything for so long ends: nobody switched it off
AGAIN_S = 15.0  # after so long Ctrl-C is pressed once more
LOOK_AGAIN_S = 0.1

_Found = TypeVar("_Found")


class WindowsPc:
    """A Windows PC that is switched on. Tests share it one after the other: `clear` leaves it as it was."""

    def __init__(self, interpreter: Interpreter, folder: Path) -> None:
        self._prefix = folder / "prefix"
        self._programs = folder / "programs"
        shutil.copytree(interpreter.fresh_prefix, self._prefix, symlinks=True)
        self._programs.mkdir()
        for part in interpreter.folder.iterdir():
            (self._programs / part.name).symlink_to(part)
        python = {"PYTHONPATH": on_windows(CHECKOUT), "PYTHONPYCACHEPREFIX": on_windows(interpreter.bytecode)}
        here = {"PATH": os.environ["PATH"], "TZ": ZONE, "HOME": str(folder)}
        self._environment = {**here, **python, **wine_environment(self._prefix)}
        self._started: list[Program] = []
        self._serve(f"--persistent={LEFT_ALONE_S}")
        self._run(WINE, "wineboot")
        disk = self._prefix / "drive_c"
        [home] = [each for each in (disk / "users").iterdir() if each.name != "Public"]
        self.app_data, self.program_files = home / "AppData" / "Roaming", disk / "Program Files"
        self.local_app_data, self.users = home / "AppData" / "Local", disk / "users"
        self.system_folder = disk / "windows" / "system32"
        written_to = (self.app_data, self.local_app_data, self.program_files, self.users)
        self._as_it_was = {folder: set(folder.iterdir()) for folder in written_to}

    def overriding(self, libraries: str) -> dict[str, str]:
        """The setting by which a program takes these libraries from the disk instead of Wine's own."""
        return {"WINEDLLOVERRIDES": f"{self._environment['WINEDLLOVERRIDES']};{libraries}"}

    def _run(self, *command: str) -> None:
        """One of Wine's own programs, with no streams: what its services inherit they keep open for ever."""
        done = subprocess.run(
            command, env=self._environment, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, timeout=PATIENCE_S
        )
        assert done.returncode == 0, f"{command} ended with {done.returncode}"

    def _serve(self, how: str) -> None:
        self._run(WINE_SERVER, how)

    async def clear(self) -> None:
        """End what has been started and is still there, and remove what has been written."""
        started, self._started = self._started, []
        for program in started:
            await program.gone()
        for folder, before in self._as_it_was.items():
            for each in set(folder.iterdir()) - before:
                shutil.rmtree(each) if each.is_dir() else each.unlink()

    def switch_off(self) -> None:
        """End Wine's own services: the server knows only those of its own prefix."""
        self._serve("--kill")

    async def python(self, *arguments: str, settings: Mapping[str, str] | None = None) -> "Program":
        """Run Python with these arguments; the checkout's packages can be imported."""
        return await self._start("python.exe", *arguments, settings=settings or {})

    async def play(self, name: str, *arguments: str, by: str, settings: Mapping[str, str] | None = None) -> "Program":
        """Run a program under this name and with these arguments, and nothing else in its command line.

        What it does stands in the guest's script `by`.
        """
        if not (self._programs / name).exists():
            shutil.copy(self._programs / "python.exe", self._programs / name)
        script = {"PLAYED_BY": on_windows(GUEST / by), "PYTHONUTF8": "1"}
        return await self._start(name, *arguments, settings={**script, **(settings or {})})

    async def _start(self, name: str, *arguments: str, settings: Mapping[str, str]) -> "Program":
        environment = {**self._environment, **settings}
        command = (WINE, str(self._programs / name), *arguments)
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment, cwd=self._programs
        )
        self._started.append(Program(name, process))
        return self._started[-1]


class Program:
    """A program that runs on the PC; its lines are read and written one by one."""

    def __init__(self, name: str, process: Process) -> None:
        self._name, self._process = name, process
        assert process.stdin and process.stdout and process.stderr
        self._input, self._output = process.stdin, process.stdout
        self._complaints = asyncio.create_task(process.stderr.read())

    async def line(self) -> str:
        """Its next line; an AssertionError with all it complained of when it ends instead, or says nothing in time."""
        line = await self._in_time(self._output.readline(), "says nothing")
        if not line:
            status = await self.ended()
            raise AssertionError(f"{self._name} ended with {status}: {await self.complaints()}")
        return text(line).rstrip()

    async def rest(self) -> list[str]:
        """All its lines from here to its end."""
        output = await self._in_time(self._output.read(), "does not come to its end")
        return text(output).splitlines()

    async def say(self, line: str) -> None:
        """One line to its standard input."""
        self._input.write(f"{line}\n".encode())
        await self._input.drain()

    async def ask(self, line: str) -> str:
        """One line to it, and its answer."""
        await self.say(line)
        return await self.line()

    async def close(self) -> None:
        """Close its standard input, by which a played program ends, and see it end well."""
        self._input.close()
        status = await self.ended()
        assert status == 0, f"{self._name} ended with {status}: {await self.complaints()}"

    async def stop(self) -> int:
        """Ctrl-C; its exit status. A SIGINT that comes before a program can hear it is lost, so it is pressed again."""
        ended = asyncio.ensure_future(self.ended())
        while not ended.done():
            if self._process.returncode is None:
                self._process.send_signal(signal.SIGINT)
            await asyncio.wait((ended,), timeout=AGAIN_S)
        return ended.result()

    async def kill(self) -> None:
        """End it at once, without its knowing: its Windows process is the one that was started here."""
        if self._process.returncode is None:
            self._process.kill()
        await self.ended()

    async def gone(self) -> None:
        """Let go of its streams, ending it if it runs."""
        self._input.close()
        await self.kill()
        await asyncio.wait((self._complaints, asyncio.ensure_future(self._output.read())), timeout=AGAIN_S)

    async def ended(self) -> int:
        """Its exit status, once it has ended."""
        return await self._in_time(self._process.wait(), "does not end")

    async def complaints(self) -> str:
        """All that it wrote on standard error, once it has ended."""
        return text(await self._in_time(asyncio.shield(self._complaints), "leaves its standard error open"))

    async def _in_time(self, awaited: Awaitable[_Found], trouble: str) -> _Found:
        try:
            return await asyncio.wait_for(awaited, PATIENCE_S)
        except TimeoutError:
            raise AssertionError(f"{self._name} {trouble} for {PATIENCE_S:g} s") from None


async def comes(what: Callable[[], _Found], name: str) -> _Found:
    """Waits for it in a thread of its own, and gives it; an AssertionError tells what was there instead."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while not (found := await asyncio.to_thread(what)):
        assert asyncio.get_running_loop().time() < deadline, f"still waiting for {name}: {found!r}"
        await asyncio.sleep(LOOK_AGAIN_S)
    return found


def on_windows(path: Path) -> str:
    """How Windows names a file of the machine around it: Wine's disk Z: is its root."""
    return "Z:" + str(path).replace("/", "\\")


def text(output: bytes) -> str:
    """What a program says is UTF-8; a letter in Windows' own code page, as in its notices, is shown as unknown."""
    return output.decode(errors="replace")
