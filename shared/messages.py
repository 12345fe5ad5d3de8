"""What can be said between agent and collector. Adding a field or a message breaks no older side.

The agent speaks first. To enrol it says `Enrol` and hears `Enrolled` or `Refusal`. To work it says `Hello`, hears
`Welcome` or `Refusal`, and from then on says `Progress` and hears `Ack` (and `Rejected` for one that cannot be taken).
As in RADIUS accounting (RFC 2866), a progress is cumulative: it carries all that is known of its session, so that a
lost, repeated or late one does no harm.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from shared.session import Instant, Name, Session

VERSION = 1  # of what may be said; a side that speaks another one says so in `Hello` or `Welcome`
OLDEST_VERSION = 1

MAX_SEQ = 2**53
Sequence = Annotated[int, msgspec.Meta(ge=1, le=MAX_SEQ)]
Secret = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Reason(StrEnum):
    """Why a side was refused."""

    BAD_CODE = "bad-code"
    BAD_TOKEN = "bad-token"
    BAD_VERSION = "bad-version"
    BAD_MESSAGE = "bad-message"


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="say", tag=str.lower):
    """Anything that is said; `say` names which."""


class Enrol(Message, frozen=True):
    code: Secret
    computer: Name


class Enrolled(Message, frozen=True):
    agent: Name
    token: Secret


class Hello(Message, frozen=True):
    version: int
    token: Secret
    sent_at: Instant  # the agent's wall clock: tells how far it is off
    agent_version: Name
    system: Name


class Welcome(Message, frozen=True):
    version: int
    agent: Name
    collector_at: Instant


class Progress(Message, frozen=True):
    seq: Sequence  # rises with every progress of this agent; the newer of one session replaces the older
    session: Session


class Ack(Message, frozen=True):
    seq: Sequence  # everything up to and including this one is committed


class Rejected(Message, frozen=True):
    seq: Sequence  # this one can never be taken; set it aside
    why: Name


class Refusal(Message, frozen=True):
    reason: Reason
    why: Name


AgentMessage = Enrol | Hello | Progress
CollectorMessage = Enrolled | Welcome | Ack | Rejected | Refusal
