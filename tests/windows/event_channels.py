"""Event channels for a Windows PC under Wine, which has none: `guest/wevtapi.c` answers for them out of files."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tests.windows.interpreter import COMPILER, GUEST, run
from tests.windows.pc import Program, WindowsPc, on_windows

PIDS = "import psutil, sys; print(*(each.pid for each in psutil.process_iter(['name']) if each.name() == sys.argv[1]))"


class EventChannels:
    """The channels of one PC, written to by the test; there is something that answers for them while in the block."""

    def __init__(self, pc: WindowsPc, folder: Path, library: Path) -> None:
        self._pc, self._folder, self._library = pc, folder, library
        folder.mkdir()
        self._place = pc.system_folder / library.name
        self._usual = self._place.with_suffix(".usual")  # Wine's own, or a link to it

    def __enter__(self) -> Self:
        self._place.rename(self._usual)
        shutil.copy(self._library, self._place)
        return self

    def __exit__(self, *_: object) -> None:
        self._usual.replace(self._place)

    @property
    def settings(self) -> Mapping[str, str]:
        """What a program needs to see them."""
        return {**self._pc.overriding("wevtapi=n"), "EVENT_CHANNELS": on_windows(self._folder)}

    def write(self, channel: str, *events: str) -> None:
        """Events at the end of a channel, which is made if there is none."""
        with self._file(channel, ".xml").open("a", encoding="utf-8") as file:
            file.writelines(f"{event}\n" for event in events)

    def refuse(self, channel: str) -> None:
        """The channel may not be read."""
        self._file(channel, ".denied").touch()

    def switch_off(self, channel: str) -> None:
        """The channel is there and Windows does not write to it."""
        self._file(channel, ".off").touch()

    def _file(self, channel: str, ending: str) -> Path:
        return self._folder / f"{channel.replace('/', '%4')}{ending}"


def compiled(folder: Path) -> Path:
    """The library."""
    library = folder / "wevtapi.dll"
    run(COMPILER, "-shared", "-O2", "-o", library, GUEST / "wevtapi.c")
    return library


async def pid_on_windows(pc: WindowsPc, name: str) -> int:
    """The number of the one process of this name."""
    asked: Program = await pc.python("-c", PIDS, name)
    return int(await asked.line())
