"""Frames, and rubbish."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import codec
from shared.errors import Refused
from shared.messages import Ack, Progress, Rejected
from tests.agent.test_spool import a_session


def test_what_is_said_is_heard() -> None:
    said = [Progress(seq=1, session=a_session()), Progress(seq=2, session=a_session(2))]
    assert codec.from_agent(codec.encode(said)) == said


def test_a_word_of_a_newer_side_is_passed_over_and_a_newer_field_too() -> None:
    assert codec.from_collector(b'[{"say":"sing","song":1},{"say":"ack","seq":3,"newer":true}]') == [Ack(seq=3)]


@pytest.mark.parametrize(
    ("known", "newer"),
    [
        (b'"evidence":"socket"', b'"evidence":"telepathy"'),
        (b'"tool":', b'"marks":["foretold"],"tool":'),
        (b'"state":"live"', b'"state":"dreaming"'),
    ],
)
def test_a_progress_of_a_newer_agent_is_rejected_under_its_number_and_those_beside_it_are_heard(
    known: bytes, newer: bytes
) -> None:
    first, second, third = (Progress(seq=seq, session=a_session(seq)) for seq in (1, 2, 3))
    frame = codec.encode([first, second, third]).split(b'{"say"')
    frame[2] = frame[2].replace(known, newer)
    match codec.from_agent(b'{"say"'.join(frame)):
        case [Progress() as before, Rejected(seq=2, why=why), Progress() as behind]:
            assert (before, behind) == (first, third)
            assert "does not understand" in why
        case other:
            raise AssertionError(other)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"{}",
        b"[1]",
        b'[{"say":"progress"}]',
        b'[{"say":"progress","seq":0}]',
        b'[{"say":"hello","seq":1}]',
        b'[{"say":"ack","seq":1}',
        b"\xff\xfe",
        b'[{"seq":1}]',
        b"[" * 100_000,
    ],
)
def test_what_is_no_frame_is_refused(frame: bytes) -> None:
    with pytest.raises(Refused):
        codec.from_agent(frame)


def test_frames_are_bounded_in_bytes_and_messages() -> None:
    with pytest.raises(Refused, match="bytes"):
        codec.from_agent(b" " * (codec.MAX_FRAME_BYTES + 1))
    with pytest.raises(Refused, match="messages"):
        codec.from_agent(b"[" + b",".join([b'{"say":"x"}'] * (codec.MAX_MESSAGES + 1)) + b"]")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4),
)
messages = st.fixed_dictionaries({"say": st.sampled_from(["progress", "hello", "enrol", "ack", "x"])}).flatmap(
    lambda tag: st.dictionaries(st.sampled_from(["seq", "session", "token", "code"]), json_values).map(
        lambda more: tag | more
    )
)


@given(
    st.one_of(
        st.binary(max_size=200), st.lists(messages | json_values, max_size=5).map(lambda v: json.dumps(v).encode())
    )
)
def test_rubbish_is_understood_or_refused_and_nothing_else(frame: bytes) -> None:
    for hear in (codec.from_agent, codec.from_collector):
        try:
            hear(frame)
        except Refused as error:
            assert len(str(error)) <= 200
