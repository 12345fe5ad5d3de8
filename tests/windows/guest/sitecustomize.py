"""Read by this interpreter at each start: makes up for what Wine lacks, so that the product need not know of Wine.

psutil asks Windows for a process's path in a way (NtQuerySystemInformation, class 88, SystemProcessIdInformation) that
Wine 8 does not have, so that `Process.exe` and `Process.name` fail there. QueryFullProcessImageNameW knows the same.
"""

import ctypes
from ctypes import wintypes

from psutil import _pswindows

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


_pswindows.cext.proc_exe = image_path
