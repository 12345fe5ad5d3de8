"""Whose a program is, where several users work on one computer at once: each agent measures its own user's alone."""

import sys
from collections.abc import Callable

NOBODY = 0  # the session of Windows' services, and root: who may have started it for anybody


def is_foreign(of: int | None, own: int) -> bool:
    """Whether what is of this user, or of this session of Windows, is another's; None: the system refuses to tell.

    Windows refuses it of another user's programs, and never of one's own.
    """
    return own != NOBODY and of not in (own, NOBODY)


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _ask = ctypes.WinDLL("kernel32", use_last_error=True).ProcessIdToSessionId
    _ask.argtypes = [wintypes.DWORD, ctypes.POINTER(wintypes.DWORD)]
    _ask.restype = wintypes.BOOL

    def session_of(pid: int) -> int | None:
        """The number of the log-on at this PC that a process belongs to; None when it is not told."""
        number = wintypes.DWORD()
        return number.value if _ask(pid, ctypes.byref(number)) else None


Owner = Callable[[int], int | None]  # of a process, as the system counts users
