"""Message ↔ bytes: one frame is a JSON list of messages. The only JSON of the wire."""

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from shared.errors import Refused
from shared.messages import AgentMessage, CollectorMessage, Message, Rejected, Sequence

MAX_FRAME_BYTES = 4 * 1024 * 1024
MAX_MESSAGES = 1_000

_Said = TypeVar("_Said")
_encoder = msgspec.json.Encoder()
_frame = msgspec.json.Decoder(list[msgspec.Raw])
_tag = msgspec.json.Decoder(msgspec.defstruct("Tagged", [("say", str)]))
_number = msgspec.json.Decoder(msgspec.defstruct("Numbered", [("seq", Sequence)]))
_from_agent: msgspec.json.Decoder[AgentMessage] = msgspec.json.Decoder(AgentMessage)
_from_collector: msgspec.json.Decoder[CollectorMessage] = msgspec.json.Decoder(CollectorMessage)
_agent_words = {"enrol", "hello", "progress", "word", "backlog"}
_collector_words = {"enrolled", "welcome", "ack", "rejected", "quota", "order", "noted", "refusal"}


def encode(messages: Iterable[Message]) -> bytes:
    """One frame with these messages, in this order."""
    return _encoder.encode(list(messages))


def from_agent(frame: bytes | str) -> list[AgentMessage | Rejected]:
    """What an agent said; a word that this side does not know is passed over, anything malformed is Refused.

    A progress that is not understood, a newer agent's say, stands as Rejected under its own number: it holds up none
    behind it, and is not lost, for the agent sets it aside.
    """
    return [_understood(piece) for piece in _pieces(frame, _agent_words)]


def from_collector(frame: bytes | str) -> list[CollectorMessage]:
    """What a collector said; a word that this side does not know is passed over, anything malformed is Refused."""
    return [_decoded(_from_collector, piece) for piece in _pieces(frame, _collector_words)]


def _understood(piece: msgspec.Raw) -> AgentMessage | Rejected:
    try:
        return _decoded(_from_agent, piece)
    except Refused as error:
        if _word(piece) != "progress":
            raise
        numbered: Any = _decoded(_number, piece)
        return Rejected(seq=numbered.seq, why=f"the collector does not understand it: {error}"[:200])


def _pieces(frame: bytes | str, words: set[str]) -> list[msgspec.Raw]:
    if len(frame) > MAX_FRAME_BYTES:
        raise Refused(f"a frame of {len(frame)} bytes: at most {MAX_FRAME_BYTES} are taken")
    pieces = _decoded(_frame, frame)
    if len(pieces) > MAX_MESSAGES:
        raise Refused(f"a frame of {len(pieces)} messages: at most {MAX_MESSAGES} are taken")
    return [piece for piece in pieces if _word(piece) in words]


def _decoded(decoder: "msgspec.json.Decoder[_Said]", text: bytes | str | msgspec.Raw) -> _Said:
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"not a frame of messages: {error}"[:200]) from error


def _word(piece: msgspec.Raw) -> str:
    tagged: Any = _decoded(_tag, piece)
    return str(tagged.say)
