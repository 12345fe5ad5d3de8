"""Windows' own door to its event channels (wevtapi.dll); the only file that knows it.

A subscription costs nothing while nothing is written: Windows raises a signal, and only then is anything asked for.
The forms and numbers are those of Microsoft's winevt.h.
"""

import ctypes
from collections.abc import Callable, Iterator, Sequence
from ctypes import POINTER, byref, c_int, c_uint32, c_void_p, c_wchar_p
from typing import Any

SYSTEM_FOLDER_ONLY = 0x800  # LOAD_LIBRARY_SEARCH_SYSTEM32
FUTURE_EVENTS, CHANNEL_PATH, NEWEST_FIRST, AS_XML, IS_ENABLED = 1, 0x1, 0x200, 1, 0
NO_MORE_ITEMS, TIMED_OUT, BUFFER_TOO_SMALL = 259, 1460, 122
NOT_THERE = (15_007, 120, 0)  # no such channel; a Windows without channels says that, or gives no reason at all
SIGNALED = 0
AT_ONCE = 64  # events that are asked for at a time
PATIENCE_MS = 200
LARGEST = 512 * 1024  # bytes of one event


def _declared(library: Any, name: str, result: type, *takes: object) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(library, name)
    function.restype, function.argtypes = result, takes
    return function


_events = ctypes.WinDLL("wevtapi", use_last_error=True, winmode=SYSTEM_FOLDER_ONLY)
_system = ctypes.WinDLL("kernel32", use_last_error=True, winmode=SYSTEM_FOLDER_ONLY)
_number = POINTER(c_uint32)
_subscribe = _declared(
    *(_events, "EvtSubscribe", c_void_p),
    *(c_void_p, c_void_p, c_wchar_p, c_wchar_p, c_void_p, c_void_p, c_void_p, c_uint32),
)
_query = _declared(_events, "EvtQuery", c_void_p, c_void_p, c_wchar_p, c_wchar_p, c_uint32)
_next = _declared(_events, "EvtNext", c_int, c_void_p, c_uint32, POINTER(c_void_p), c_uint32, c_uint32, _number)
_render = _declared(_events, "EvtRender", c_int, c_void_p, c_void_p, c_uint32, c_uint32, c_void_p, _number, _number)
_close = _declared(_events, "EvtClose", c_int, c_void_p)
_open_config = _declared(_events, "EvtOpenChannelConfig", c_void_p, c_void_p, c_wchar_p, c_uint32)
_read_config = _declared(
    *(_events, "EvtGetChannelConfigProperty", c_int, c_void_p, c_int, c_uint32, c_uint32, c_void_p, _number)
)
_create_signal = _declared(_system, "CreateEventW", c_void_p, c_void_p, c_int, c_int, c_wchar_p)
_reset_signal = _declared(_system, "ResetEvent", c_int, c_void_p)
_set_signal = _declared(_system, "SetEvent", c_int, c_void_p)
_wait = _declared(_system, "WaitForSingleObject", c_uint32, c_void_p, c_uint32)
_close_signal = _declared(_system, "CloseHandle", c_int, c_void_p)


class EventChannel:
    """One channel: a subscription to what will be written, and a question for what was."""

    def __init__(self, name: str, provider: str, ids: Sequence[int]) -> None:
        """FileNotFoundError when there is none, PermissionError when it may not be read, else OSError."""
        numbers = " or ".join(f"EventID={each}" for each in ids)
        self._name = name
        self._wanted = f"*[System[Provider[@Name='{provider}'] and ({numbers})]]"
        self._signal = _create_signal(None, True, True, None)
        ctypes.set_last_error(0)
        self._subscription = _subscribe(None, self._signal, name, self._wanted, None, None, None, FUTURE_EVENTS)
        if not self._subscription:
            error = _last_error(name)
            self.close()
            raise error

    def history(self, count: int) -> list[str]:
        """The last ones that it holds, oldest first."""
        asked = _query(None, self._name, self._wanted, CHANNEL_PATH | NEWEST_FIRST)
        if not asked:
            raise _last_error(self._name)
        try:
            found: list[str] = []
            for text in _texts(asked, self._name):
                found.append(text)
                if len(found) == count:
                    break
            return found[::-1]
        finally:
            _close(asked)

    def new(self) -> list[str]:
        """Those that were written since the last time."""
        if _wait(self._signal, 0) != SIGNALED:
            return []
        _reset_signal(self._signal)
        found = list(_texts(self._subscription, self._name))
        if ctypes.get_last_error() == TIMED_OUT:
            _set_signal(self._signal)  # there is more: the next look asks again
        return found

    def is_on(self) -> bool:
        """Whether Windows writes to it."""
        config = _open_config(None, self._name, 0)
        if not config:
            raise _last_error(self._name)
        try:
            variant = (c_uint32 * 4)()  # an EVT_VARIANT: the value, its count, its type
            used = c_uint32()
            if not _read_config(config, IS_ENABLED, 0, ctypes.sizeof(variant), variant, byref(used)):
                raise _last_error(self._name)
            return bool(variant[0])
        finally:
            _close(config)

    def close(self) -> None:
        """Follow it no longer."""
        if self._subscription:
            _close(self._subscription)
        if self._signal:
            _close_signal(self._signal)
        self._subscription = self._signal = None


def _texts(results: int, name: str) -> Iterator[str]:
    """What these results hold, until there is no more."""
    handles, returned = (c_void_p * AT_ONCE)(), c_uint32()
    while _next(results, AT_ONCE, handles, PATIENCE_MS, 0, byref(returned)):
        rendered = [_rendered(handle) for handle in handles[: returned.value] if handle]
        yield from (text for text in rendered if text is not None)
    if ctypes.get_last_error() not in (NO_MORE_ITEMS, TIMED_OUT):
        raise _last_error(name)


def _rendered(handle: int) -> str | None:
    """One event as XML, and its handle given back; None when it cannot be told or is far too long."""
    used, properties = c_uint32(), c_uint32()
    size = 8 * 1024
    try:
        while size <= LARGEST:
            buffer = ctypes.create_unicode_buffer(size // 2)
            if _render(None, handle, AS_XML, size, buffer, byref(used), byref(properties)):
                return buffer.value
            if ctypes.get_last_error() != BUFFER_TOO_SMALL:
                return None
            size = used.value + 2 if used.value > size else size * 2
        return None
    finally:
        _close(handle)


def _last_error(name: str) -> OSError:
    code = ctypes.get_last_error()
    if code in NOT_THERE:
        return FileNotFoundError(2, "there is no such event channel", name)
    error: OSError = ctypes.WinError(code)
    return error
