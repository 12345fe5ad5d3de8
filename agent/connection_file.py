"""The file that a viewer was opened with → the line of it that names the peer. Nothing else of it is kept."""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from stat import S_ISREG

from agent.log_lines import Lines
from agent.sharing import open_shared
from agent.signature import ArgumentRule

MOST_BYTES = 64 * 1024  # one of Remote Desktop's has about three thousand


def peer_lines(arguments: Sequence[str], rules: Iterable[ArgumentRule], folder: Callable[[], str]) -> tuple[str, ...]:
    """What the files among the arguments say of the peer; `folder` tells where other names begin than at the root.

    What cannot be read tells nothing; a share is not asked at all, as it may keep one waiting.
    """
    found: list[str] = []
    for rule in rules:
        for argument in arguments:
            if rule.file is None or not re.search(rule.file, argument, re.IGNORECASE):
                continue
            lines = (re.search(rule.pattern, line, re.IGNORECASE) for line in _lines(argument, folder))
            found += [line[0] for line in lines if line is not None][:1]
    return tuple(found)


def _lines(name: str, folder: Callable[[], str]) -> list[str]:
    if name.startswith(("\\\\", "//")):
        return []
    path = Path(name) if os.path.isabs(name) else Path(folder(), name)
    try:
        if not path.is_absolute() or not S_ISREG(path.stat().st_mode):
            return []
        with open_shared(path) as file:
            content = file.read(MOST_BYTES)
    except (OSError, ValueError):
        return []
    lines = Lines()
    return [*lines.take(content), lines.rest]
