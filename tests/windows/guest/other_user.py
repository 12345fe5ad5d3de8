"""Runs a module as another user of this PC would, as far as a program can tell: with his folders around it.

other_user.py FOLDER MODULE ARGUMENT...
"""

import os
import runpy
import sys
from pathlib import Path


def main(home: Path, module: str) -> None:
    folders = {"APPDATA": home / "AppData" / "Roaming", "LOCALAPPDATA": home / "AppData" / "Local"}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {"USERNAME": home.name, "USERPROFILE": str(home)}
    os.environ |= {name: str(folder) for name, folder in folders.items()}
    runpy.run_module(module, run_name="__main__", alter_sys=True)


folder, module = sys.argv[1:3]
del sys.argv[1:3]
main(Path(folder), module)
