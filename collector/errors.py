"""Every failure that the collector can name.

MezzoraError                (shared)
└── CollectorError
    └── BadInput            what a person or a file handed in cannot be used: place, problem, remedy
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
