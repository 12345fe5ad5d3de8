"""What the technician said is kept until the collector has noted it."""

from pathlib import Path

import pytest

from agent.errors import NothingDeclared
from agent.words import Words, run
from shared.messages import What
from shared.session import SessionState
from tests.agent.test_spool import a_session
from tests.fakes.clock import FakeClock


def test_a_word_waits_until_it_is_noted_also_over_a_restart(tmp_path: Path) -> None:
    clock = FakeClock()
    words = Words(tmp_path / "words", clock)
    assert words.waiting() == []
    first = words.say("1" * 32, What.AGREED)
    clock.advance(1)
    second = words.say("2" * 32, What.CRITICAL, "x" * 300)
    (tmp_path / "words" / "damaged.json").write_bytes(b"{")
    assert Words(tmp_path / "words", clock).waiting() == [first, second]
    words.forget(first.id)
    words.forget(first.id)
    assert words.waiting() == [second] and len(second.why) == 200


def test_the_session_that_is_meant_is_the_one_that_is_live(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = Words(tmp_path, FakeClock())
    live, over = a_session(1), a_session(2, state=SessionState.ENDED)
    assert run(words, What.AGREED, None, [live, over]) == 0
    assert [word.session for word in words.waiting()] == [live.id]
    assert "agreed, of viewer to 192.0.2.7:5900" in capsys.readouterr().out
    with pytest.raises(NothingDeclared, match="no session is live"):
        run(words, What.AGREED, None, [over])
    with pytest.raises(NothingDeclared, match="say which one by --peer"):
        run(words, What.AGREED, None, [live, a_session(3)])
