"""One Windows PC of a test's own: a fresh disk and registry around the interpreter, and programs that run there.

Each PC has its own Wine server and so its own list of processes; nothing of the user's Wine is touched. The network is
this machine's: Windows programs reach servers of the test on the loopback, and the table of connections shows those of
the whole machine, all without an owner (pid 0). That one thing which Wine does not tell is left as it is.
"""

import asyncio
import os
import shutil
import subprocess
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from pathlib import Path

from tests.windows.interpreter import GUEST, WINE, WINE_SERVER, Interpreter, wine_environment

CHECKOUT = Path(__file__).parents[2]
KEPT_FROM_HERE = ("PATH", "LANG")
ZONE = "IST-5:30"  # so that nothing is right only because local time happens to be UTC
PATIENCE_S = 120.0  # for what takes a second, on a machine that is busy with other things


class WindowsPc:
    """A Windows PC that is switched on; `switch_off` ends whatever still runs on it."""

    def __init__(self, interpreter: Interpreter, folder: Path) -> None:
        self._prefix = folder / "prefix"
        self._programs = folder / "programs"
        shutil.copytree(interpreter.fresh_prefix, self._prefix, symlinks=True)
        self._programs.mkdir()
        for part in interpreter.folder.iterdir():
            (self._programs / part.name).symlink_to(part)
        here = {name: os.environ[name] for name in KEPT_FROM_HERE if name in os.environ}
        zone = {"TZ": ZONE}
        python = {"PYTHONPATH": on_windows(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1"}
        self._environment = {**here, **zone, **python, **wine_environment(self._prefix), "HOME": str(folder)}
        self._started: list[Program] = []
        self._switch_on()
        disk = self._prefix / "drive_c"
        [home] = [each for each in (disk / "users").iterdir() if each.name != "Public"]
        self.app_data, self.program_files = home / "AppData" / "Roaming", disk / "Program Files"
        self.system_folder = disk / "windows" / "system32"

    def overriding(self, libraries: str) -> dict[str, str]:
        """The setting by which a program takes these libraries from the disk instead of Wine's own."""
        return {"WINEDLLOVERRIDES": f"{self._environment['WINEDLLOVERRIDES']};{libraries}"}

    def _switch_on(self) -> None:
        """Start Wine's own services with no streams: what they inherit they keep open, and nobody would see an end."""
        for command in ((WINE_SERVER, "--persistent"), (WINE, "wineboot")):
            with subprocess.Popen(
                command, env=self._environment, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
            ) as program:
                assert program.wait(60) == 0, f"{command} ended with {program.returncode}"

    async def switch_off(self) -> None:
        """End this PC's programs, and no others: the server knows only those of its own prefix."""
        await (await asyncio.create_subprocess_exec(WINE_SERVER, "--kill", env=self._environment)).wait()
        for program in self._started:
            await program.gone()

    async def python(self, *arguments: str, settings: Mapping[str, str] | None = None) -> "Program":
        """Run Python with these arguments; the checkout's packages can be imported."""
        return await self._start("python.exe", *arguments, settings=settings or {})

    async def play(self, name: str, *arguments: str, by: str, settings: Mapping[str, str] | None = None) -> "Program":
        """Run a program under this name and with these arguments, and nothing else in its command line.

        What it does stands in the guest's script `by`.
        """
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

    async def line(self, within_s: float = PATIENCE_S) -> str:
        """Its next line; an AssertionError with all it complained of when it ends instead, or says nothing in time."""
        try:
            line = await asyncio.wait_for(self._output.readline(), within_s)
        except TimeoutError:
            raise AssertionError(f"{self._name} says nothing for {within_s:g} s") from None
        if not line:
            status = await self.ended()
            raise AssertionError(f"{self._name} ended with {status}: {await self.complaints()}")
        return text(line).rstrip()

    async def rest(self) -> list[str]:
        """All its lines from here to its end."""
        output = await asyncio.wait_for(self._output.read(), PATIENCE_S)
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

    async def gone(self) -> None:
        """Let go of its streams, once it has ended or was ended."""
        self._input.close()
        await self.ended()
        await self.rest()
        await self.complaints()

    def signal(self, number: int) -> None:
        """A signal, which Wine turns into what Windows knows: SIGINT is Ctrl-C."""
        self._process.send_signal(number)

    async def ended(self) -> int:
        """Its exit status, once it has ended."""
        return await asyncio.wait_for(self._process.wait(), PATIENCE_S)

    async def complaints(self) -> str:
        """All that it wrote on standard error, once it has ended."""
        return text(await asyncio.wait_for(self._complaints, PATIENCE_S))


def on_windows(path: Path) -> str:
    """How Windows names a file of the machine around it: Wine's disk Z: is its root."""
    return "Z:" + str(path).replace("/", "\\")


def text(output: bytes) -> str:
    """What a program says is UTF-8; a letter in Windows' own code page, as in its notices, is shown as unknown."""
    return output.decode(errors="replace")
