"""What the technician sees: native notifications where there is somebody to show them, else the terminal."""

import asyncio
import importlib.util
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass

log = logging.getLogger(__name__)

PATIENCE_S = 5.0  # for a notification service that does not answer


@dataclass(frozen=True)
class Notice:
    """Something to be read in two seconds."""

    title: str
    text: str


class Desk:
    """Tells the technician. The library is loaded when there is something to tell, and not before."""

    def __init__(self) -> None:
        self._is_native = has_notifications()

    async def tell(self, notice: Notice) -> None:
        """Show it; where no service shows it, write it."""
        if self._is_native:
            if await _is_shown(notice):
                return
            log.warning("no notification can be shown: notices are written here instead")
            self._is_native = False
        sys.stderr.write(f"{notice.title}: {notice.text}\n")
        sys.stderr.flush()


def asks_for(name: str, tool: str, language: str) -> Notice:
    """That a program runs of which only the technician can tell a session."""
    command = f"mezzora-agent begin --tool {tool}"
    if language == "it":
        return Notice(f"{name} è aperto", f"Mezzora non ne vede i collegamenti. Quando ne inizia uno: {command}")
    return Notice(f"{name} is open", f"Mezzora cannot see its sessions. When one begins: {command}")


def language_of(env: Mapping[str, str]) -> str:
    """Italian or English, as the technician's system speaks to him."""
    if sys.platform == "win32":
        import ctypes

        italian = 0x10  # primary language id, winnt.h
        return "it" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == italian else "en"
    names = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in the order of gettext(3)
    told = next((env[name] for name in names if env.get(name)), "")
    return "it" if told.lower().startswith("it") else "en"


def has_notifications() -> bool:
    """Whether the library for native notifications is installed."""
    return importlib.util.find_spec("desktop_notifier") is not None


def way() -> str:
    """How notices reach him, in words."""
    return "as notifications" if has_notifications() else "on the terminal only: the extra [desktop] is not installed"


async def _is_shown(notice: Notice) -> bool:
    from desktop_notifier import DesktopNotifier

    shown = asyncio.Event()  # the library raises nothing: it tells when the service has taken it
    try:
        async with asyncio.timeout(PATIENCE_S):
            notifier = DesktopNotifier(app_name="Mezzora")
            await notifier.send(title=notice.title, message=notice.text, on_dispatched=shown.set)
    except TimeoutError:
        return False
    return shown.is_set()
