"""What a collector runs under, in digests: those on one PostgreSQL have to run under the same. Pure."""

from collections.abc import Iterable
from hashlib import sha256

from msgspec import Struct


class Conditions(Struct, frozen=True):
    """Of one collector; `name` is for people: its computer, and its data folder there."""

    name: str
    price_lists: str
    channels: str
    settings: str  # those that decide what is told and billed


class Difference(Struct, frozen=True):
    """Another collector, and what of it is otherwise than here."""

    name: str
    price_lists: bool
    channels: bool
    settings: bool

    @property
    def parts(self) -> tuple[str, ...]:
        """In English words."""
        told = (("price lists", self.price_lists), ("channels.toml", self.channels), ("settings", self.settings))
        return tuple(words for words, differs in told if differs)


def digest(*texts: str) -> str:
    """Of all of these, in whatever order they come."""
    return sha256("\0".join(sorted(sha256(text.encode()).hexdigest() for text in texts)).encode()).hexdigest()[:16]


def differences(mine: Conditions, others: Iterable[Conditions]) -> tuple[Difference, ...]:
    """The others that run under something else, by their names."""
    found = (
        Difference(
            other.name,
            price_lists=other.price_lists != mine.price_lists,
            channels=other.channels != mine.channels,
            settings=other.settings != mine.settings,
        )
        for other in others
    )
    return tuple(sorted((each for each in found if each.parts), key=lambda each: each.name))
