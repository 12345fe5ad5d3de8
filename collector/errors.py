"""Every failure that the collector can name.

MezzoraError                (shared)
└── CollectorError
    ├── BadInput            what a person or a file handed in cannot be used: place, problem, remedy
    ├── NotFound            there is nothing of that name or number
    ├── Conflict            it does not fit what is already there
    │   └── Stale           somebody else changed it since it was read
    ├── Unavailable         the world's fault, and it may pass: the disk is full, the database is locked
    └── CannotStart         what keeps the collector from starting, with the remedy
"""

from shared.errors import MezzoraError


class CollectorError(MezzoraError):
    """Anything that the collector can name."""


class BadInput(CollectorError):
    """What was handed in cannot be used; its text is exactly one line, whatever the input held.

    `place` says where (a file and a key, a field of a request), `problem` what is wrong there,
    `remedy` what to write instead.
    """

    def __init__(self, place: str, problem: str, remedy: str | None = None) -> None:
        self.place = place
        self.problem = problem
        self.remedy = remedy
        told = f"{place}: {problem}" + (f" ({remedy})" if remedy else "")
        super().__init__("".join(c if c.isprintable() else ascii(c)[1:-1] for c in told))

    def inside(self, source: str) -> "BadInput":
        """The same, with the file or request named before the place."""
        return BadInput(f"{source}: {self.place}", self.problem, self.remedy)


class NotFound(CollectorError):
    """There is nothing of that name or number."""


class Conflict(CollectorError):
    """It does not fit what is already there; the text says how."""


class Stale(Conflict):
    """Somebody else changed it since it was read: read it again."""


class Unavailable(CollectorError):
    """The ledger cannot be written just now; the same again may succeed later."""


class CannotStart(CollectorError):
    """What keeps the collector from starting, and what to do about it, in one line."""
