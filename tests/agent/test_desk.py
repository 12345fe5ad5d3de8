"""What the technician is told, and in which language; a real notification service shows it in tests/real."""

import sys

import pytest

from agent.desk import Desk, Notice, asks_for, language_of


async def test_without_a_service_it_is_written_on_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    desk = Desk()
    for _ in range(2):
        await desk.tell(Notice("AeroAdmin is open", "Mezzora cannot see its sessions."))
    assert capsys.readouterr().err.count("AeroAdmin is open: Mezzora cannot see its sessions.\n") == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows is asked itself")
@pytest.mark.parametrize(
    ("env", "language"),
    [
        ({"LANG": "it_IT.UTF-8"}, "it"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "it_IT.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "it:en"}, "it"),
        ({}, "en"),
    ],
)
def test_the_language_is_that_of_the_system(env: dict[str, str], language: str) -> None:
    assert language_of(env) == language


def test_who_is_asked_is_told_what_to_type() -> None:
    for language in ("it", "en"):
        notice = asks_for("AeroAdmin", "aeroadmin", language)
        assert "AeroAdmin" in notice.title
        assert "mezzora-agent begin --tool aeroadmin" in notice.text
