"""What the technician is told, and in which language; a real notification service shows it in tests/real."""

import os
import sys
from pathlib import Path

import pytest

from agent.desk import Button, Desk, Notice, asks_for, language_of, way, what_is_recorded


async def test_without_a_service_it_is_written_on_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    desk = Desk(os.environ)
    for _ in range(2):
        await desk.tell(Notice("AeroAdmin is open", "Mezzora cannot see its sessions."))
    assert capsys.readouterr().err.count("AeroAdmin is open: Mezzora cannot see its sessions.\n") == 2


async def test_where_nothing_can_be_pressed_it_says_what_to_type(capsys: pytest.CaptureFixture[str]) -> None:
    button = Button("Customer agrees", "agreed", lambda: None)
    await Desk({}).tell(Notice("Studio Bianchi: 1 min left", "AnyDesk.", (button,)))
    assert capsys.readouterr().err.splitlines() == [
        "Studio Bianchi: 1 min left: AnyDesk.",
        "  Customer agrees: mezzora-agent say agreed",
    ]


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


@pytest.mark.skipif(sys.platform != "linux", reason="the message bus of a Linux desktop")
def test_a_pc_without_a_desktop_says_that_notices_are_written(tmp_path: Path) -> None:
    assert (
        way({})
        == way({"XDG_RUNTIME_DIR": str(tmp_path)})
        == ("on the terminal only: there is no desktop's message bus")
    )
    (tmp_path / "bus").touch()
    assert way({"XDG_RUNTIME_DIR": str(tmp_path)}) == "as notifications"


def test_the_first_notice_says_what_is_recorded_and_where_to_see_it() -> None:
    assert "mai lo schermo" in what_is_recorded("it").text
    assert "never screen" in what_is_recorded("en").text
    assert all("mezzora-agent status" in what_is_recorded(each).text for each in ("it", "en"))


def test_who_is_asked_is_told_what_to_type() -> None:
    for language in ("it", "en"):
        notice = asks_for("AeroAdmin", "aeroadmin", language)
        assert "AeroAdmin" in notice.title
        assert "mezzora-agent begin --tool aeroadmin" in notice.text
