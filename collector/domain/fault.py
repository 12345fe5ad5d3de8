"""What is wrong with what was handed in, as a value: so that all of it can be told at once, not the first alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from collector.errors import BadInput

MOST_ON_A_LINE = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """Where, what is wrong there, and what to write instead."""

    place: str
    problem: str
    remedy: str | None = None

    def error(self) -> BadInput:
        return BadInput(self.place, self.problem, self.remedy)

    def __str__(self) -> str:
        return str(self.error())


def refuse(faults: Iterable[Fault]) -> None:
    """BadInput that names them, when there are any: as many as one reads on one line, and how many more."""
    told = list(faults)
    if not told:
        return
    first, *rest = told[:MOST_ON_A_LINE]
    more = "".join(f"; {each}" for each in rest)
    if len(told) > MOST_ON_A_LINE:
        more += f"; and {len(told) - MOST_ON_A_LINE} more"
    raise BadInput(first.place, first.problem + (f" ({first.remedy})" if first.remedy else "") + more)
