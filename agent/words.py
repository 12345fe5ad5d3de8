"""What the technician said and the collector has not noted yet: a file each, so that none is lost and none waits.

`mezzora-agent say` writes one beside a running agent; a button of a notification does the same.
"""

import argparse
import contextlib
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from agent import own_file
from agent.errors import NothingDeclared
from shared.clock import Clock
from shared.messages import What, Word
from shared.session import Session, SessionState

SAYS = (What.AGREED, What.NEXT_PROBLEM, What.WRONG_CUSTOMER, What.CRITICAL)

_one = msgspec.json.Decoder(Word)


class Words:
    """A folder of words."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock

    def say(self, session_id: str, what: What, why: str = "") -> Word:
        """Keep it until it is noted."""
        word = Word(id=secrets.token_hex(16), session=session_id, what=what, at=self._clock.wall_ms(), why=why[:200])
        self._folder.mkdir(parents=True, exist_ok=True)
        own_file.write(self._folder / f"{word.id}.json", msgspec.json.encode(word))
        return word

    def waiting(self) -> list[Word]:
        """Those that nobody has noted, in the order in which they were said."""
        found: list[Word] = []
        for path in self._folder.glob("*.json"):
            with contextlib.suppress(OSError, msgspec.DecodeError):
                found.append(_one.decode(path.read_bytes()))
        return sorted(found, key=lambda word: (word.at, word.id))

    def forget(self, id: str) -> None:
        """It is noted, or never will be."""
        (self._folder / f"{id}.json").unlink(missing_ok=True)


# The command line.


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `say` takes."""
    parser.add_argument("what", choices=[each.value for each in SAYS], help="what the technician says")
    parser.add_argument("--peer", metavar="P", help="of the session with whom; needed where several are live")


def run(words: Words, what: What, peer: str | None, sessions: Sequence[Session]) -> int:
    """Say it of the session that is meant; NothingDeclared when none or several could be."""
    live = [each for each in sessions if each.state is not SessionState.ENDED]
    meant = [each for each in live if peer in (None, each.peer, each.peer_name)]
    if len(meant) != 1:
        names = ", ".join(f"{each.tool} to {each.peer_name or each.peer}" for each in meant or live) or "nothing"
        raise NothingDeclared(f"live: {names}; say which one by --peer" if live else "no session is live")
    words.say(meant[0].id, what)
    sys.stdout.write(f"said: {what.value}, of {meant[0].tool} to {meant[0].peer_name or meant[0].peer}\n")
    return 0
