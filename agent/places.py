"""Paths with wildcards → the files that are there. A folder is listed again only when it has changed."""

import os
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from functools import cache
from glob import escape, has_magic

import msgspec

from shared.clock import Clock

SETTLED_MS = 3_000  # a folder that changed so lately may change again within one tick of its time stamp


class _Listing(msgspec.Struct, frozen=True):
    changed_ns: int
    is_settled: bool
    names: tuple[str, ...]


class Places:
    """The folders that were looked into."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._listings: dict[tuple[str, str], _Listing] = {}

    def files(self, pattern: str) -> Iterator[str]:
        """What matches now; it may be something else than a file, or be gone the next moment."""
        parts = _parts(pattern)
        first = next((place for place, part in enumerate(parts) if part.is_wild), len(parts))
        yield from self._walk("/".join(part.text for part in parts[:first]), parts[first:])

    def _walk(self, folder: str, parts: tuple["_Part", ...]) -> Iterator[str]:
        if not parts:
            if os.path.exists(folder):
                yield folder
            return
        part, *rest = parts
        for name in self._matching(folder, part.text) if part.is_wild else (part.text,):
            yield from self._walk(f"{folder}/{name}", tuple(rest))

    def _matching(self, folder: str, part: str) -> tuple[str, ...]:
        known = self._listings.get((folder, part))
        try:
            changed_ns = os.stat(folder or "/").st_mtime_ns
            if known is not None and known.is_settled and known.changed_ns == changed_ns:
                return known.names
            names = tuple(sorted(name for name in os.listdir(folder or "/") if fnmatch(name, part)))
        except OSError:
            self._listings.pop((folder, part), None)
            return ()
        is_settled = self._clock.wall_ms() - changed_ns // 1_000_000 > SETTLED_MS
        self._listings[folder, part] = _Listing(changed_ns, is_settled, names)
        return names


def expand(path: str, environment: Mapping[str, str]) -> str | None:
    """The path with %VARIABLE% and ~ filled in as they are; None when this system lacks the variable."""
    known = {name.upper(): value for name, value in environment.items()}
    names = re.findall(r"%([^%]+)%", path)
    if any(not known.get(name.upper()) for name in names):
        return None
    for name in names:
        path = path.replace(f"%{name}%", escape(known[name.upper()].replace("\\", "/")))
    if path.startswith("~/"):
        path = escape(os.path.expanduser("~").replace("\\", "/")) + path[1:]
    return path


class _Part(msgspec.Struct, frozen=True):
    """What stands between two slashes of a pattern."""

    text: str
    is_wild: bool


_ESCAPED = re.compile(r"\[([*?[])\]")


@cache
def _parts(pattern: str) -> tuple[_Part, ...]:
    return tuple(
        _Part(part, is_wild=True)
        if has_magic(_ESCAPED.sub("", part))
        else _Part(_ESCAPED.sub(r"\1", part), is_wild=False)
        for part in pattern.split("/")
    )
