"""Message ↔ bytes: one frame is a JSON list of messages. The only JSON of the wire."""

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from shared.errors import Refused
from shared.messages import AgentMessage, CollectorMessage, Message

MAX_FRAME_BYTES = 4 * 1024 * 1024
MAX_MESSAGES = 1_000

_Said = TypeVar("_Said")
_encoder = msgspec.json.Encoder()
_frame = msgspec.json.Decoder(list[msgspec.Raw])
_tag = msgspec.json.Decoder(msgspec.defstruct("Tagged", [("say", str)]))
_from_agent: msgspec.json.Decoder[AgentMessage] = msgspec.json.Decoder(AgentMessage)
_from_collector: msgspec.json.Decoder[CollectorMessage] = msgspec.json.Decoder(CollectorMessage)
_agent_words = {"enrol", "hello", "progress"}
_collector_words = {"enrolled", "welcome", "ack", "rejected", "refusal"}


def encode(messages: Iterable[Message]) -> bytes:
    """One frame with these messages, in this order."""
    return _encoder.encode(list(messages))


def from_agent(frame: bytes | str) -> list[AgentMessage]:
    """What an agent said; a word that this side does not know is passed over, anything malformed is Refused."""
    return _decode(frame, _agent_words, _from_agent)


def from_collector(frame: bytes | str) -> list[CollectorMessage]:
    """What a collector said; a word that this side does not know is passed over, anything malformed is Refused."""
    return _decode(frame, _collector_words, _from_collector)


def _decode(frame: bytes | str, words: set[str], decoder: "msgspec.json.Decoder[_Said]") -> list[_Said]:
    if len(frame) > MAX_FRAME_BYTES:
        raise Refused(f"a frame of {len(frame)} bytes: at most {MAX_FRAME_BYTES} are taken")
    try:
        pieces = _frame.decode(frame)
        if len(pieces) > MAX_MESSAGES:
            raise Refused(f"a frame of {len(pieces)} messages: at most {MAX_MESSAGES} are taken")
        return [decoder.decode(piece) for piece in pieces if _word(piece) in words]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"not a frame of messages: {error}"[:200]) from error


def _word(piece: msgspec.Raw) -> str:
    tagged: Any = _tag.decode(piece)
    return str(tagged.say)
