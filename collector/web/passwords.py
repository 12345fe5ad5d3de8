"""Passwords: which may be chosen, and whether one fits. Argon2id, in threads, and never more than two at a time."""

import asyncio
import unicodedata
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from collector.errors import BadInput

SHORTEST, LONGEST = 10, 200
AT_ONCE = 2  # each takes 64 MiB and a core while it lasts


def fit(password: str, name: str) -> str:
    """The password as it is kept (one spelling for each letter); BadInput for one that is too easy."""
    text = unicodedata.normalize("NFKC", password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise BadInput("password", f"must have {SHORTEST} to {LONGEST} characters")
    if len(set(text)) < 5 or text.casefold() == name.casefold():
        raise BadInput("password", "is too easy to guess", "take several words")
    return text


@dataclass
class Passwords:
    """Makes and checks. What nobody has fits nobody, and takes as long to find out."""

    _hasher: PasswordHasher = field(default_factory=PasswordHasher)
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _nobodys: str | None = None

    async def make(self, password: str) -> str:
        """What is kept of it."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is the one of which that is kept."""
        text = unicodedata.normalize("NFKC", password[: 2 * LONGEST])
        if kept is None:
            self._nobodys = self._nobodys or await self.make("nobody's")
        async with self._turn:
            return await asyncio.to_thread(self._verify, kept or self._nobodys or "", text) and kept is not None

    def outdated(self, kept: str) -> bool:
        """Whether it was made in a way that is weaker than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
