"""Why somebody is not let in. Children of the collector's error tree that only the web room raises.

CollectorError      (collector)
├── NotSignedIn     nobody knows who is asking
├── Forbidden       it is known, and his role may not
└── TooMany         so many attempts that it may be a machine that guesses
"""

from collector.errors import CollectorError


class NotSignedIn(CollectorError):
    """Nobody knows who is asking."""


class Forbidden(CollectorError):
    """It is known who is asking, and he may not."""


class TooMany(CollectorError):
    """Too many attempts: wait a minute."""
