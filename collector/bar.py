"""The bar of what takes a while: one line that changes, on a terminal only, so that logs stay short."""

import sys

WIDTH = 30


def bar(done: int, total: int, of: str = "customers") -> None:
    """Draw it; with nothing to be done, wipe it out."""
    if not sys.stderr.isatty():
        return
    print(f"\r\033[K{drawn(done, total, of) if total else ''}", end="", file=sys.stderr, flush=True)


def drawn(done: int, total: int, of: str) -> str:
    """The line, as far as it is."""
    filled = WIDTH * done // total
    return f"[{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total} {of}"
