"""Two clocks: the wall clock says what time it is and may jump; the steady clock says how much time went by."""

import time
from typing import Protocol


class Clock(Protocol):
    """What everybody who needs the time is handed."""

    def wall_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC; may jump when somebody sets the clock."""
        ...

    def steady_ms(self) -> int:
        """Milliseconds since some moment of no meaning; never goes back."""
        ...


class SystemClock:
    """The computer's own clocks; only ``app`` builds one."""

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def steady_ms(self) -> int:
        return time.perf_counter_ns() // 1_000_000  # monotonic_ns steps by 16 ms on Windows
