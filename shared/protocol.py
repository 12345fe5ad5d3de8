"""Who may say what when, on both ends of the line. Opens no socket and waits for nothing: the callers do.

`AgentSide` and `CollectorSide` are fed what was received and return what it means; whatever comes against the rules
is `Refused`, and the caller ends the line.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import assert_never

from shared import codec
from shared.errors import Refused
from shared.messages import (
    OLDEST_VERSION,
    VERSION,
    Ack,
    AgentMessage,
    Backlog,
    CollectorMessage,
    Enrol,
    Enrolled,
    Hello,
    Noted,
    Order,
    Progress,
    Quota,
    Reason,
    Refusal,
    Rejected,
    Welcome,
    Word,
)


class Line(StrEnum):
    """The states of one line."""

    SILENT = "silent"  # nothing said yet
    GREETED = "greeted"  # the agent has said who it is, and waits
    OPEN = "open"
    CLOSED = "closed"


class AgentSide:
    """The agent's end of one line."""

    def __init__(self) -> None:
        self.line = Line.SILENT

    def enrol(self, request: Enrol) -> bytes:
        """The frame that asks to be enrolled."""
        self.line = Line.GREETED
        return codec.encode([request])

    def greet(self, hello: Hello) -> bytes:
        """The frame that opens the line; send it before anything else."""
        self.line = Line.GREETED
        return codec.encode([hello])

    def report(self, progresses: Sequence[Progress]) -> bytes:
        """The frame that carries these; only on an open line."""
        if self.line is not Line.OPEN:
            raise AssertionError(f"a progress on a line that is {self.line}")
        return codec.encode(progresses)

    def say(self, words: Sequence[Word | Backlog]) -> bytes:
        """The frame that carries what the technician says, or what waits here; only on an open line."""
        if self.line is not Line.OPEN:
            raise AssertionError(f"a word on a line that is {self.line}")
        return codec.encode(words)

    def receive(self, frame: bytes | str) -> list[CollectorMessage]:
        """What the collector said, in order."""
        messages = codec.from_collector(frame)
        for message in messages:
            match message:
                case Welcome() | Enrolled():
                    if self.line is not Line.GREETED:
                        raise Refused(f"a welcome on a line that is {self.line}")
                    self.line = Line.OPEN
                case Refusal():
                    self.line = Line.CLOSED
                case Ack() | Rejected() | Quota() | Order() | Noted():
                    if self.line is not Line.OPEN:
                        raise Refused(f"an ack on a line that is {self.line}")
                case _:
                    assert_never(message)
        return messages


class CollectorSide:
    """The collector's end of one line."""

    def __init__(self) -> None:
        self.line = Line.SILENT
        self._last_seq = 0

    def receive(self, frame: bytes | str) -> list[AgentMessage | Rejected]:
        """What the agent said, in order, Rejected in place of what is not understood; against the rules is Refused."""
        messages = codec.from_agent(frame)
        for message in messages:
            match message:
                case Hello() | Enrol():
                    if self.line is not Line.SILENT:
                        raise Refused(f"a greeting on a line that is {self.line}")
                    self.line = Line.GREETED
                case Progress() | Rejected():
                    if self.line is not Line.OPEN:
                        raise Refused(f"a progress on a line that is {self.line}")
                    if message.seq <= self._last_seq:
                        raise Refused(f"sequence number {message.seq} after {self._last_seq} on one line")
                    self._last_seq = message.seq
                case Word() | Backlog():
                    if self.line is not Line.OPEN:
                        raise Refused(f"a word on a line that is {self.line}")
                case _:
                    assert_never(message)
        return messages

    def welcome(self, agent: str, spoken: int, now_at: int) -> bytes:
        """The frame that opens the line to a known agent, in the newest version that both speak."""
        self.line = Line.OPEN
        return codec.encode([Welcome(version=min(spoken, VERSION), agent=agent, collector_at=now_at)])

    def enrolled(self, agent: str, token: str) -> bytes:
        """The frame that hands an agent its name and token; the line ends after it."""
        self.line = Line.CLOSED
        return codec.encode([Enrolled(agent=agent, token=token)])

    def refuse(self, reason: Reason, why: str) -> bytes:
        """The frame that ends the line with a reason."""
        self.line = Line.CLOSED
        return codec.encode([Refusal(reason=reason, why=why[:200])])

    def answer(self, committed_seq: int, rejected: Sequence[Rejected] = ()) -> bytes:
        """The frame that says what is safe and what can never be taken; only after the commit."""
        return codec.encode([*rejected, Ack(seq=committed_seq)])

    def tell(self, message: Quota | Order | Noted) -> bytes:
        """The frame that says it; only on an open line."""
        if self.line is not Line.OPEN:
            raise AssertionError(f"something told on a line that is {self.line}")
        return codec.encode([message])


def understands(version: int) -> bool:
    """Whether a side that speaks this version (or up to it) is understood here."""
    return version >= OLDEST_VERSION
