"""How often somebody may fail to sign in. Counted by address, in memory."""

from collections import OrderedDict
from dataclasses import dataclass, field

from collector.errors import CollectorError
from shared.moments import MINUTE_MS

MOST = 10  # attempts in a minute that came to nothing, or are not over
WINDOW_MS = MINUTE_MS
ADDRESSES = 10_000


class TooMany(CollectorError):
    """So many attempts that it may be a machine that guesses: wait a minute."""


@dataclass
class Attempts:
    """The window in which an address began to try, and how often it has since."""

    _begun: "OrderedDict[str, tuple[int, int]]" = field(default_factory=OrderedDict)

    def count(self, address: str, steady_ms: int) -> None:
        """One more; TooMany when there were enough of them."""
        since, tried = self._begun.pop(address, (steady_ms, 0))
        if steady_ms - since >= WINDOW_MS:
            since, tried = steady_ms, 0
        self._begun[address] = (since, tried + 1)
        while len(self._begun) > ADDRESSES:
            self._begun.popitem(last=False)
        if tried >= MOST:
            raise TooMany("Too many attempts to sign in: wait a minute.")

    def forgive(self, address: str) -> None:
        """One of its attempts was no guess: a whole firm may come in from one address at nine o'clock."""
        if address in self._begun:
            since, tried = self._begun[address]
            self._begun[address] = (since, max(tried - 1, 0))
