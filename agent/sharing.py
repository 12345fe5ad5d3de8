"""Opens a file for reading so that its owner may write, rename and delete it meanwhile.

Only Windows needs more than `open`: there a reader that does not say so is in the way of whoever renames the file.
"""

import os
import sys
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    _READ, _EXISTING, _NORMAL = 0x80000000, 3, 0x80
    _SHARE_ALL = 1 | 2 | 4  # reading, writing, deleting
    _INVALID = wintypes.HANDLE(-1).value
    _create = ctypes.WinDLL("kernel32", use_last_error=True).CreateFileW
    _create.argtypes = [
        wintypes.LPCWSTR,
        wintypes.DWORD,
        wintypes.DWORD,
        wintypes.LPVOID,
        wintypes.DWORD,
        wintypes.DWORD,
        wintypes.HANDLE,
    ]
    _create.restype = wintypes.HANDLE

    def open_shared(path: Path) -> BinaryIO:
        """The file, for reading."""
        handle = _create(str(path), _READ, _SHARE_ALL, None, _EXISTING, _NORMAL, None)
        if handle == _INVALID:
            code = ctypes.get_last_error()
            raise OSError(None, ctypes.FormatError(code).strip(), str(path), code)
        return os.fdopen(msvcrt.open_osfhandle(handle, os.O_RDONLY | os.O_BINARY), "rb")
else:

    def open_shared(path: Path) -> BinaryIO:
        """The file, for reading."""
        return os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb")
