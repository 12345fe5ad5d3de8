"""Read by this interpreter at each start: makes up for what Wine lacks, so that the product need not know of Wine.

psutil asks Windows for a process's path in a way (NtQuerySystemInformation, class 88, SystemProcessIdInformation) that
Wine 8 does not have, so that `Process.exe` and `Process.name` fail there. QueryFullProcessImageNameW knows the same.

Wine makes its table of connections out of Linux's, and takes up to seconds for it on a busy machine: too long between
two looks for anything to count as observed. Here Linux's is read without its detour; owners are told by neither.
"""

import contextlib
import ctypes
import socket
from ctypes import wintypes

from psutil import _pswindows

TABLES = {socket.AF_INET: r"Z:\proc\net\tcp", socket.AF_INET6: r"Z:\proc\net\tcp6"}
STATES = (
    "",
    *[
        "ESTAB",
        "SYN_SENT",
        "SYN_RCVD",
        "FIN_WAIT1",
        "FIN_WAIT2",
        "TIME_WAIT",
        "CLOSED",
        "CLOSE_WAIT",
        "LAST_ACK",
        "LISTEN",
        "CLOSING",
    ],
)
QUERY_LIMITED_INFORMATION = 0x1000
LONGEST_PATH = 32768

_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel.OpenProcess.argtypes = [wintypes.DWORD, wintypes.BOOL, wintypes.DWORD]
_kernel.OpenProcess.restype = wintypes.HANDLE
_kernel.CloseHandle.argtypes = [wintypes.HANDLE]
_kernel.QueryFullProcessImageNameW.argtypes = [
    wintypes.HANDLE,
    wintypes.DWORD,
    wintypes.LPWSTR,
    wintypes.PDWORD,
]


def image_path(pid: int) -> str:
    """The path of the program that a process runs; PermissionError where it is not told, as psutil's own says it."""
    process = _kernel.OpenProcess(QUERY_LIMITED_INFORMATION, False, pid)
    if not process:
        raise PermissionError(13, f"process {pid} cannot be opened")
    try:
        path, length = ctypes.create_unicode_buffer(LONGEST_PATH), wintypes.DWORD(LONGEST_PATH)
        if not _kernel.QueryFullProcessImageNameW(process, 0, path, ctypes.byref(length)):
            raise PermissionError(13, f"process {pid} does not tell its path")
        return path.value
    finally:
        _kernel.CloseHandle(process)


def connections(pid: int, families: list[int], types: list[int]) -> list[tuple[object, ...]]:
    """The rows of psutil's own, without owners; those of one process are none."""
    if pid != -1 or socket.SOCK_STREAM not in types:
        return []
    return [row for family in families for row in rows(family)]


def rows(family: int) -> list[tuple[object, ...]]:
    with contextlib.suppress(FileNotFoundError), open(TABLES[family], encoding="ascii") as table:
        return [row(family, *line.split()[1:4]) for line in table.readlines()[1:]]
    return []


def row(family: int, local: str, remote: str, state: str) -> tuple[object, ...]:
    status = getattr(_pswindows.cext, f"MIB_TCP_STATE_{STATES[int(state, 16)]}")
    return (-1, family, socket.SOCK_STREAM, end(family, local), end(family, remote), status, 0)


def end(family: int, text: str) -> tuple[str, int] | tuple[()]:
    """An address as Linux writes it, four bytes at a time and each four backwards; nothing where there is none."""
    host, port = text.split(":")
    if int(port, 16) == 0:
        return ()
    words = (bytes.fromhex(host[at : at + 8])[::-1] for at in range(0, len(host), 8))
    return socket.inet_ntop(family, b"".join(words)), int(port, 16)


_pswindows.cext.proc_exe = image_path
_pswindows.cext.net_connections = connections
