"""Where a key stands in a TOML text, by its line: the readers of TOML tell only its path."""

import re
from collections.abc import Sequence

_HEADER = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*["']?([\w.-]+)["']?\s*=""")
_LONG_STRING = re.compile(r"'''|\"\"\"")

Path = Sequence[str | int]  # as in ("process", 0, "names"): the names of the first [[process]]


def line_of(text: str, path: Path) -> int:
    """The line of this key; of its section where the key is missing; else the first line."""
    keys, headers = _scan(text)
    steps = tuple(path)
    for length in range(len(steps), 0, -1):
        if found := keys.get(steps[:length]) or headers.get(steps[:length]):
            return found
    return 1


def _scan(text: str) -> tuple[dict[Path, int], dict[Path, int]]:
    """The lines of all keys and of all sections; a table that there is once is found with its number and without."""
    keys: dict[Path, int] = {}
    headers: dict[Path, int] = {}
    seen: dict[str, int] = {}
    sections: list[tuple[str | int, ...]] = [()]
    is_in_string = False
    for number, line in enumerate(text.splitlines(), start=1):
        was_in_string = is_in_string
        is_in_string ^= len(_LONG_STRING.findall(line)) % 2 == 1
        if was_in_string:
            continue
        if header := _HEADER.match(line):
            name = header[1]
            count = seen[name] = seen.get(name, -1) + 1
            sections = [(name, count), (name,)] if count == 0 else [(name, count)]
            for section in sections:
                headers[section] = number
        elif key := _KEY.match(line):
            for section in sections:
                keys.setdefault((*section, key[1]), number)
    return keys, headers
