"""Who may say what when."""

import pytest

from shared import codec
from shared.errors import Refused
from shared.messages import VERSION, Ack, Enrol, Hello, Message, Progress, Reason, Refusal, Rejected, Welcome
from shared.protocol import AgentSide, CollectorSide, Line, understands
from tests.agent.test_spool import a_session

HELLO = Hello(version=VERSION, token="t", sent_at=1, agent_version="1", system="Linux")


def a_progress(seq: int) -> Progress:
    return Progress(seq=seq, session=a_session())


def an_open_line() -> tuple[AgentSide, CollectorSide]:
    agent, collector = AgentSide(), CollectorSide()
    collector.receive(agent.greet(HELLO))
    agent.receive(collector.welcome("reception", HELLO.version, 5))
    return agent, collector


def frame(*messages: Message) -> bytes:
    return codec.encode(messages)


def test_a_greeting_and_a_welcome_open_the_line() -> None:
    agent, collector = an_open_line()
    assert (agent.line, collector.line) == (Line.OPEN, Line.OPEN)


def test_what_is_reported_is_heard_and_confirmed() -> None:
    agent, collector = an_open_line()
    assert collector.receive(agent.report([a_progress(1), a_progress(2)])) == [a_progress(1), a_progress(2)]
    rejected = Rejected(seq=2, why="no")
    assert agent.receive(collector.answer(2, [rejected])) == [rejected, Ack(seq=2)]


def test_enrolment_takes_one_question_and_one_answer() -> None:
    agent, collector = AgentSide(), CollectorSide()
    assert collector.receive(agent.enrol(Enrol(code="c", computer="pc"))) == [Enrol(code="c", computer="pc")]
    assert agent.receive(collector.enrolled("reception", "t"))
    assert collector.line is Line.CLOSED


@pytest.mark.parametrize("messages", [[a_progress(1)], [HELLO, HELLO], [HELLO, a_progress(1)]])
def test_a_line_that_is_not_open_hears_no_progress_and_one_greeting(messages: list[Message]) -> None:
    with pytest.raises(Refused):
        CollectorSide().receive(frame(*messages))


def test_numbers_rise_on_a_line() -> None:
    _, collector = an_open_line()
    collector.receive(frame(a_progress(5)))
    with pytest.raises(Refused, match="5"):
        collector.receive(frame(a_progress(5)))


NOT_UNDERSTOOD = b'[{"say":"progress","seq":%d,"session":{"newer":true}}]'


def test_a_progress_that_is_not_understood_keeps_its_place_among_the_numbers() -> None:
    _, collector = an_open_line()
    (told,) = collector.receive(NOT_UNDERSTOOD % 5)
    assert isinstance(told, Rejected)
    with pytest.raises(Refused, match="5"):
        collector.receive(frame(a_progress(5)))
    with pytest.raises(Refused, match="silent"):
        CollectorSide().receive(NOT_UNDERSTOOD % 6)


@pytest.mark.parametrize("message", [Welcome(version=1, agent="a", collector_at=1), Ack(seq=1)])
def test_a_collector_that_speaks_first_is_refused(message: Message) -> None:
    with pytest.raises(Refused):
        AgentSide().receive(frame(message))


def test_a_refusal_closes_both_ends() -> None:
    agent, collector = AgentSide(), CollectorSide()
    collector.receive(agent.greet(HELLO))
    assert agent.receive(collector.refuse(Reason.BAD_TOKEN, "x" * 500)) == [
        Refusal(reason=Reason.BAD_TOKEN, why="x" * 200)
    ]
    assert (agent.line, collector.line) == (Line.CLOSED, Line.CLOSED)


def test_a_report_before_the_welcome_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError):
        AgentSide().report([a_progress(1)])


def test_a_newer_agent_is_welcomed_in_our_version() -> None:
    agent, collector = AgentSide(), CollectorSide()
    collector.receive(agent.greet(HELLO))
    (welcome,) = agent.receive(collector.welcome("a", VERSION + 7, 1))
    assert isinstance(welcome, Welcome)
    assert (welcome.version, understands(VERSION), understands(0)) == (VERSION, True, False)
