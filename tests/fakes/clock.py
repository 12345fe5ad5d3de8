"""A clock that moves only when it is told to."""

from dataclasses import dataclass


@dataclass
class FakeClock:
    """Both clocks in step, until one is set."""

    wall: int = 1_795_000_000_000
    steady: int = 1_000_000

    def wall_ms(self) -> int:
        return self.wall

    def steady_ms(self) -> int:
        return self.steady

    def advance(self, ms: int) -> None:
        self.wall += ms
        self.steady += ms
