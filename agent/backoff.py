"""How long to wait before trying again: twice as long each time up to a limit, and never in step with others."""

FIRST_MS = 500
LONGEST_MS = 15_000


def pause_ms(failures: int, chance: float) -> int:
    """The pause after so many failures in a row (1, 2, ...); `chance` is a random number from 0 up to 1."""
    limit = min(LONGEST_MS, FIRST_MS * (1 << min(failures - 1, 16)))
    return round(limit / 2 + chance * limit / 2)
