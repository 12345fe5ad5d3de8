"""What the technician sees: native notifications where there is somebody to show them, else the terminal."""

import asyncio
import importlib.util
import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from desktop_notifier import DesktopNotifier

log = logging.getLogger(__name__)

PATIENCE_S = 5.0  # for a notification service that does not answer


class Button(msgspec.Struct, frozen=True):
    """What the technician may answer: its title, the word that it stands for, and what happens when it is pressed."""

    title: str
    word: str
    press: Callable[[], None]


class Notice(msgspec.Struct, frozen=True):
    """Something to be read in two seconds."""

    title: str
    text: str
    buttons: tuple[Button, ...] = ()


class Desk:
    """Tells the technician. The library is loaded when there is something to tell, and not before."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.is_native = why_not_native(env) is None
        self._notifier: DesktopNotifier | None = None

    async def tell(self, notice: Notice) -> None:
        """Show it; where no service shows it, write it, with what to type in place of the buttons."""
        if self.is_native:
            if await self._is_shown(notice):
                return
            log.warning("no notification can be shown: notices are written here instead")
            self.is_native = False
        sys.stderr.write(f"{notice.title}: {notice.text}\n")
        sys.stderr.writelines(f"  {each.title}: mezzora-agent say {each.word}\n" for each in notice.buttons)
        sys.stderr.flush()

    async def _is_shown(self, notice: Notice) -> bool:
        from desktop_notifier import Button as NativeButton
        from desktop_notifier import DesktopNotifier

        shown = asyncio.Event()  # the library raises nothing: it tells when the service has taken it
        buttons = [NativeButton(title=each.title, on_pressed=each.press) for each in notice.buttons]
        try:
            async with asyncio.timeout(PATIENCE_S):
                self._notifier = self._notifier or DesktopNotifier(app_name="Mezzora")  # kept: it hears the buttons
                await self._notifier.send(
                    title=notice.title, message=notice.text, buttons=buttons, on_dispatched=shown.set
                )
        except TimeoutError:
            return False
        return shown.is_set()


def asks_for(name: str, tool: str, language: str) -> Notice:
    """That a program runs of which only the technician can tell a session."""
    command = f"mezzora-agent begin --tool {tool}"
    if language == "it":
        return Notice(f"{name} è aperto", f"Mezzora non ne vede i collegamenti. Quando ne inizia uno: {command}")
    return Notice(f"{name} is open", f"Mezzora cannot see its sessions. When one begins: {command}")


def what_is_recorded(language: str) -> Notice:
    """The first notice, before anything is recorded."""
    if language == "it":
        text = "Quale programma, con chi, da quando a quando; mai lo schermo né i tasti. Tutto, e come fermarlo:"
        return Notice("Mezzora registra i collegamenti di assistenza remota", f"{text} mezzora-agent status")
    text = "Which program, to which computer, from when to when; never screen or keys. All of it, and how to stop it:"
    return Notice("Mezzora records remote-support sessions", f"{text} mezzora-agent status")


def language_of(env: Mapping[str, str]) -> str:
    """Italian or English, as the technician's system speaks to him."""
    if sys.platform == "win32":
        import ctypes

        italian = 0x10  # primary language id, winnt.h
        return "it" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == italian else "en"
    names = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in the order of gettext(3)
    told = next((env[name] for name in names if env.get(name)), "")
    return "it" if told.lower().startswith("it") else "en"


def why_not_native(env: Mapping[str, str]) -> str | None:
    """What keeps notifications from being shown, as far as can be told without showing one; None: nothing."""
    if importlib.util.find_spec("desktop_notifier") is None:
        return "the extra [desktop] is not installed"
    if sys.platform == "linux" and not (env.get("DBUS_SESSION_BUS_ADDRESS") or _has_bus(env.get("XDG_RUNTIME_DIR"))):
        return "there is no desktop's message bus"
    return None


def _has_bus(folder: str | None) -> bool:
    return folder is not None and (Path(folder) / "bus").exists()


def way(env: Mapping[str, str]) -> str:
    """How notices reach the technician, in words."""
    reason = why_not_native(env)
    return "as notifications" if reason is None else f"on the terminal only: {reason}"
