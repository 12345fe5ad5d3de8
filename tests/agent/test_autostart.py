"""The agent's way into the log-on and out again: what is written, what is run, and that both may be repeated."""

import plistlib
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import autostart
from agent.autostart import Command, Plan
from agent.signature import System
from shared.errors import MezzoraError

AWKWARD = ("/opt/Perché no & 100% <x>/py thon", "-m", "agent", "--data", '/home/a "b" $HOME/%h\\')
TASKS = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


class Manager:
    """A service manager that keeps what it was asked, and fails at what it was told to fail at."""

    def __init__(self, *failing: str) -> None:
        self.asked: list[Command] = []
        self.failing = failing

    def __call__(self, command: Command) -> str | None:
        self.asked.append(command)
        return "no such thing" if any(word in command for word in self.failing) else None


def a_plan(system: System, home: Path, command: Command = AWKWARD) -> Plan:
    return autostart.plan(system, command, home=home, user="OFFICE\\anna & co", env={})


def words_of_unit(unit: str) -> list[str]:
    """The words of ExecStart as systemd reads them: quotes, escapes, then `%%`."""
    (line,) = [line for line in unit.split("\n") if line.startswith("ExecStart=:")]
    quoted = line.removeprefix("ExecStart=:")
    words, word, inside, at = [], "", False, 0
    while at < len(quoted):
        match quoted[at]:
            case '"':
                if inside:
                    words.append(word.replace("%%", "%"))
                word, inside = "", not inside
            case "\\":
                at += 1
                word += {"n": "\n"}.get(quoted[at], quoted[at])
            case letter if inside:
                word += letter
        at += 1
    return words


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r")), min_size=1))
def test_systemd_reads_back_the_words_that_were_meant(words: list[str]) -> None:
    unit = autostart.render(System.LINUX, "ExecStart=:${command}", words, "")
    assert "\n" not in unit
    assert words_of_unit(unit) == words


def test_the_task_starts_the_command_at_this_users_logon(tmp_path: Path) -> None:
    task = ElementTree.fromstring(a_plan(System.WINDOWS, tmp_path).text.encode("utf-16"))
    assert task.findtext(f"{TASKS}Triggers/{TASKS}LogonTrigger/{TASKS}UserId") == "OFFICE\\anna & co"
    assert task.findtext(f"{TASKS}Principals/{TASKS}Principal/{TASKS}UserId") == "OFFICE\\anna & co"
    assert task.findtext(f"{TASKS}Actions/{TASKS}Exec/{TASKS}Command") == AWKWARD[0]
    assert task.findtext(f"{TASKS}Actions/{TASKS}Exec/{TASKS}Arguments") == subprocess.list2cmdline(AWKWARD[1:])


def test_the_task_runs_on_battery_and_without_end(tmp_path: Path) -> None:
    task = ElementTree.fromstring(a_plan(System.WINDOWS, tmp_path).text.encode("utf-16"))
    settings = {setting.tag.removeprefix(TASKS): setting.text for setting in task.find(f"{TASKS}Settings") or ()}
    assert settings["DisallowStartIfOnBatteries"] == settings["StopIfGoingOnBatteries"] == "false"
    assert settings["ExecutionTimeLimit"] == "PT0S"


def test_the_launch_agent_starts_the_command_and_starts_it_again_when_it_falls(tmp_path: Path) -> None:
    agent = plistlib.loads(a_plan(System.MACOS, tmp_path).text.encode())
    assert agent["ProgramArguments"] == list(AWKWARD)
    assert agent["RunAtLoad"] is True
    assert agent["KeepAlive"] == {"SuccessfulExit": False}


@pytest.mark.parametrize("system", System)
def test_installing_twice_and_taking_out_leaves_nothing(system: System, tmp_path: Path) -> None:
    plan, manager, said = a_plan(system, tmp_path), Manager(), list[str]()
    autostart.install(plan, said.append, manager)
    written = plan.file.read_text(plan.encoding) if plan.keeps_file else plan.text
    autostart.install(plan, said.append, manager)
    assert written == plan.text
    assert plan.file.exists() is plan.keeps_file
    assert said[0] == said[1] and "starts with each log-on" in said[0]
    autostart.uninstall(plan, said.append, manager)
    assert "no log-on any more" in said[2]
    assert [left for left in tmp_path.rglob("*") if not left.is_dir()] == []


def test_a_unit_that_only_the_disk_knows_is_taken_out_with_its_link(tmp_path: Path) -> None:
    plan, said = a_plan(System.LINUX, tmp_path), list[str]()
    autostart.install(plan, said.append, Manager())
    link = plan.file.parent / "default.target.wants" / plan.file.name
    link.parent.mkdir()
    link.symlink_to(plan.file)
    autostart.uninstall(plan, said.append, Manager("systemctl"))
    assert not plan.file.exists() and not link.is_symlink()


def test_without_a_service_manager_the_unit_is_written_and_the_rest_is_said(tmp_path: Path) -> None:
    plan, said = a_plan(System.LINUX, tmp_path), list[str]()
    autostart.install(plan, said.append, Manager("systemctl"))
    assert plan.file.exists()
    assert "systemctl --user daemon-reload && systemctl --user enable --now mezzora-agent.service" in said[0]


@pytest.mark.parametrize("system", System)
def test_nothing_installed_is_nothing_to_take_out(system: System, tmp_path: Path) -> None:
    said: list[str] = []
    autostart.uninstall(a_plan(system, tmp_path), said.append, Manager("systemctl", "schtasks", "launchctl"))
    assert said == ["The agent was not installed: nothing to take out."]


def test_a_manager_that_refuses_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(MezzoraError, match=r"`schtasks /Create .*` failed: no such thing"):
        autostart.install(a_plan(System.WINDOWS, tmp_path), print, Manager("/Create"))
    assert not a_plan(System.WINDOWS, tmp_path).file.exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / ".config").write_text("a file where a folder belongs")
    with pytest.raises(MezzoraError, match=r"cannot write .*mezzora-agent\.service"):
        autostart.install(a_plan(System.LINUX, tmp_path), print, Manager())


def test_a_dry_run_shows_the_unit_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert autostart.run("install", dry_run=True, run_arguments=["--data", "/some where", "run"]) == 0
    assert words_of_unit(capsys.readouterr().out)[1:] == ["-P", "-m", "agent", "--data", "/some where", "run"]
    assert autostart.run("uninstall", dry_run=True) == 0
    assert "# would remove: " in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_what_a_command_complains_of_is_its_last_line() -> None:
    assert autostart.complaint(("true",)) is None
    assert autostart.complaint(("sh", "-c", "echo one >&2; echo two >&2; exit 3")) == "two"
    assert autostart.complaint(("sh", "-c", "exit 3")) == "exit status 3"
    assert autostart.complaint(("/no/such/program",)) == "No such file or directory"
