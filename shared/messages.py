"""What can be said between agent and collector. Adding a field or a message breaks no older side.

The agent speaks first. To enrol it says `Enrol` and hears `Enrolled` or `Refusal`. To work it says `Hello`, hears
`Welcome` or `Refusal`, and from then on says `Progress` and hears `Ack` (and `Rejected` for one that cannot be taken).
As in RADIUS accounting (RFC 2866), a progress is cumulative: it carries all that is known of its session, so that a
lost, repeated or late one does no harm.

What the collector says unasked is `Quota`, what is left of a session's cap, which takes the place of the one before (as
in Diameter credit control, RFC 8506), and `Order`, to end a session. What the technician says is a `Word`; it is said
again until it is answered by `Noted`. What the agent still keeps is a `Backlog`, told anew when it has changed; nothing
answers it. A side that does not know one of them passes it over.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from shared.moments import SECOND_MS
from shared.session import MAX_LENGTH_MS, Instant, Length, Name, Session, SessionId

VERSION = 1  # of what may be said; a side that speaks another one says so in `Hello` or `Welcome`
OLDEST_VERSION = 1

MAX_SEQ = 2**53
Sequence = Annotated[int, msgspec.Meta(ge=1, le=MAX_SEQ)]
Count = Annotated[int, msgspec.Meta(ge=0, le=MAX_SEQ)]
Secret = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


CLOSING_MS = 10 * SECOND_MS
"""From the end of an announced countdown until a viewer that does not close by itself is gone."""


class Reason(StrEnum):
    """Why a side was refused."""

    BAD_CODE = "bad-code"
    BAD_TOKEN = "bad-token"
    BAD_VERSION = "bad-version"
    BAD_MESSAGE = "bad-message"


class What(StrEnum):
    """What a technician, or the agent for him, says of a session."""

    AGREED = "agreed"  # the customer agrees to overtime
    NEXT_PROBLEM = "next-problem"  # from now on its time is another intervention's
    WRONG_CUSTOMER = "wrong-customer"
    CRITICAL = "critical"  # work that must not be interrupted
    ANNOUNCED = "disconnect-announced"
    STOPPED = "disconnect-stopped"
    DISCONNECTED = "disconnected"
    NOT_DISCONNECTED = "disconnect-refused"


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


Reached = Annotated[int, msgspec.Meta(ge=-MAX_LENGTH_MS, le=2 * MAX_LENGTH_MS)]
Key = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]


class QuotaMark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What becomes true when the session has been observed for `at_ms`; below 0 where it was true before it began."""

    kind: Name  # warning, cap, half-hour; another one is passed over
    at_ms: Reached
    n: int = 0  # of a warning: the milliseconds that are left; of a half hour: which one
    price: Name | None = None  # of the half hour that begins, as "35.00"; None: it may not be sold, or costs nothing


class Quota(Message, frozen=True, omit_defaults=True):
    session: SessionId
    marks: Annotated[tuple[QuotaMark, ...], msgspec.Meta(max_length=100)]
    customer: Name | None = None
    policy: Name = "remind"  # at the cap: remind, consent or disconnect
    agreed: bool = False  # overtime was agreed to, or is given away: nobody has to be asked
    critical: bool = False  # no session may be ended now
    declined: bool = False  # the customer said no to overtime
    unknown: bool = False  # nobody has said yet who the customer is


class Order(Message, frozen=True):
    session: SessionId  # end it
    countdown_ms: Length  # announced for so long


class Word(Message, frozen=True, omit_defaults=True):
    id: Key  # said again under the same one
    session: SessionId
    what: Name
    at: Instant  # by the agent's clock
    why: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Backlog(Message, frozen=True, omit_defaults=True):
    """What the agent keeps that the collector has not; an older agent never says it."""

    waiting: Count  # sessions of which something waits to be sent
    since_at: Instant | None = None  # by the agent's clock: when the one that waits longest was last seen
    refused: Count = 0  # that no collector would take, and the agent has set aside
    on_disk: bool = True  # False: the disk takes nothing, and what waits is in memory alone


class Noted(Message, frozen=True, omit_defaults=True):
    id: Key  # this word is written down, or never will be
    why: Name | None = None  # why not


class Refusal(Message, frozen=True):
    reason: Reason
    why: Name


AgentMessage = Enrol | Hello | Progress | Word | Backlog
CollectorMessage = Enrolled | Welcome | Ack | Rejected | Quota | Order | Noted | Refusal
