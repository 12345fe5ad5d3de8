"""Puts the agent into its user's log-on, and takes it out again: systemd, Task Scheduler or launchd.

What is written comes from the templates of `installer/`, which the wheel carries as `agent/_installer`. Everything up
to the `Plan` is a function of its arguments; only `install` and `uninstall` touch the system, and both may be
repeated: the second time changes nothing.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from string import Template

import msgspec

from agent.machine import this_system
from agent.signature import System
from shared.errors import MezzoraError

UNIT = "mezzora-agent.service"
LABEL = "mezzora-agent"  # launchd's name for it
TASK = "Mezzora agent"  # Task Scheduler's
PATIENCE_S = 60  # for a service manager that does not answer
TEMPLATES = {
    System.LINUX: f"linux/{UNIT}",
    System.WINDOWS: "windows/autostart.xml",
    System.MACOS: f"macos/{LABEL}.plist",
}

Command = tuple[str, ...]
Complaint = Callable[[Command], str | None]  # runs a command; None when it succeeds, else why not


class Plan(msgspec.Struct, frozen=True):
    """What `install` writes and runs, and what `uninstall` undoes."""

    file: Path
    text: str
    encoding: str
    start: tuple[Command, ...]  # in this order, each must succeed
    stop: tuple[Command, ...]  # before the file goes; failing means that there was nothing to stop
    forget: tuple[Command, ...] = ()  # after the file is gone
    reached_by: Command = ()  # succeeds where there is somebody to run `start`; empty: always
    keeps_file: bool = True  # else the system makes a copy of its own, and ours goes at once


def plan(system: System, command: Sequence[str], *, home: Path, user: str, env: Mapping[str, str]) -> Plan:
    """The plan that starts `command` at the log-on of `user`, whose number or name it is where the system asks."""
    text = render(system, template(system), command, user)
    match system:
        case System.LINUX:
            control = ("systemctl", "--user")
            folder = Path(env.get("XDG_CONFIG_HOME") or home / ".config") / "systemd" / "user"
            return Plan(
                folder / UNIT,
                text,
                "utf-8",
                start=((*control, "daemon-reload"), (*control, "enable", "--now", UNIT)),
                stop=((*control, "disable", "--now", UNIT),),
                forget=((*control, "daemon-reload"),),
                reached_by=(*control, "show-environment"),
            )
        case System.WINDOWS:
            file = Path(tempfile.gettempdir()) / "mezzora-agent.xml"
            return Plan(
                file,
                text,
                "utf-16",
                start=(
                    ("schtasks", "/Create", "/F", "/TN", TASK, "/XML", str(file)),
                    ("schtasks", "/Run", "/TN", TASK),
                ),
                stop=(("schtasks", "/End", "/TN", TASK), ("schtasks", "/Delete", "/F", "/TN", TASK)),
                keeps_file=False,
            )
        case System.MACOS:
            file = home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
            return Plan(
                file,
                text,
                "utf-8",
                start=(("launchctl", "bootstrap", f"gui/{user}", str(file)),),
                stop=(("launchctl", "bootout", f"gui/{user}/{LABEL}"),),
            )


def render(system: System, text: str, command: Sequence[str], user: str) -> str:
    """The template with the command in it, so written that the system reads back the same words.

    systemd: quotes, escapes, and `%%` for `%` (systemd.service(5), systemd.unit(5)); `$` stays, since the template's
    colon forbids variables. Windows: the command line that CommandLineToArgvW takes apart again.
    """
    match system:
        case System.LINUX:
            return Template(text).substitute(command=" ".join(map(systemd_word, command)))
        case System.WINDOWS:
            arguments = subprocess.list2cmdline(command[1:])
            return Template(text).substitute(user=in_xml(user), program=in_xml(command[0]), arguments=in_xml(arguments))
        case System.MACOS:
            words = "\n    ".join(f"<string>{in_xml(word)}</string>" for word in command)
            return Template(text).substitute(label=LABEL, arguments=words)


def systemd_word(word: str) -> str:
    """One word of a unit's command line, in double quotes."""
    for raw, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("\n", "\\n")):
        word = word.replace(raw, written)
    return f'"{word}"'


def template(system: System) -> str:
    """The text of the system's template: in the wheel inside this package, in a checkout beside it."""
    here = Path(__file__).parent
    for folder in (here / "_installer", here.parent / "installer"):
        file = folder / TEMPLATES[system]
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise MezzoraError(f"the template {TEMPLATES[system]} is missing from this installation: install Mezzora again")


def agent_command(system: System, arguments: Sequence[str]) -> Command:
    """How this very installation starts its agent: `-P` keeps a folder `agent` in the home out of the way.

    On Windows with the Python that opens no console window, where there is one.
    """
    python = Path(sys.executable)
    windowless = python.with_name("pythonw.exe")
    if system is System.WINDOWS and windowless.exists():
        python = windowless
    return (str(python), "-P", "-m", "agent", *arguments)


def this_user(env: Mapping[str, str]) -> str:
    """As the system's tools want it: DOMAIN\\name on Windows, else the number."""
    if sys.platform == "win32":
        domain, name = env.get("USERDOMAIN"), env.get("USERNAME", "")
        return f"{domain}\\{name}" if domain else name
    return str(os.getuid())


def complaint(command: Command) -> str | None:
    """Run the command silently; None when it succeeds, else what it said last."""
    try:
        answer = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE_S,
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {PATIENCE_S} s"
    except OSError as error:
        return error.strerror or str(error)
    if answer.returncode == 0:
        return None
    said = (answer.stderr or answer.stdout).strip().splitlines()
    return said[-1] if said else f"exit status {answer.returncode}"


def install(plan: Plan, say: Callable[[str], None], complaint: Complaint = complaint) -> None:
    """Write the file and start the agent now; where nobody can be asked to, say what to type once logged on."""
    for command in plan.stop:
        complaint(command)
    try:
        plan.file.parent.mkdir(parents=True, exist_ok=True)
        plan.file.write_text(plan.text, encoding=plan.encoding)
    except OSError as error:
        raise MezzoraError(f"cannot write {plan.file}: {error.strerror}") from error
    try:
        if plan.reached_by and complaint(plan.reached_by):
            typed = " && ".join(map(subprocess.list2cmdline, plan.start))
            say(f"Written: {plan.file}. Nobody answers here who could start it; when logged on, type: {typed}")
            return
        for command in plan.start:
            if reason := complaint(command):
                raise MezzoraError(f"`{subprocess.list2cmdline(command)}` failed: {reason}")
    finally:
        if not plan.keeps_file:
            plan.file.unlink(missing_ok=True)
    say("The agent runs now, and starts with each log-on. `mezzora-agent uninstall` takes it out.")


def uninstall(plan: Plan, say: Callable[[str], None], complaint: Complaint = complaint) -> None:
    """Stop the agent and leave nothing of what `install` wrote. What it recorded stays in its data folder."""
    stopped = [complaint(command) is None for command in plan.stop]
    # What `enable` makes, for a service manager that does not answer now.
    link = plan.file.parent / "default.target.wants" / plan.file.name
    written = [file for file in (link, plan.file) if file.is_symlink() or file.exists()]
    for file in written:
        file.unlink()
    for command in plan.forget:
        complaint(command)
    if written or any(stopped):
        say("The agent starts with no log-on any more. What it recorded stays where it is.")
    else:
        say("The agent was not installed: nothing to take out.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `install` and `uninstall` take."""
    parser.add_argument("--dry-run", action="store_true", help="show what would be written and run, and change nothing")


def run(verb: str, *, dry_run: bool, run_arguments: Sequence[str] = ("run",)) -> int:
    """`install` or `uninstall`, for this user, on this system, of `mezzora-agent RUN_ARGUMENTS`."""
    system = this_system()
    command = agent_command(system, run_arguments)
    user = this_user(os.environ)
    chosen = plan(system, command, home=Path.home(), user=user, env=os.environ)
    if dry_run:
        show(chosen, verb)
    elif verb == "install":
        install(chosen, print)
    else:
        uninstall(chosen, print)
    return 0


def show(plan: Plan, verb: str) -> None:
    """The plan on standard output; the text of the file last, so that it can be cut off and used."""
    commands = plan.start if verb == "install" else (*plan.stop, *plan.forget)
    for command in commands:
        print(f"# would run: {subprocess.list2cmdline(command)}")
    if verb == "install":
        print(f"# would write: {plan.file}\n\n{plan.text}", end="")
    else:
        print(f"# would remove: {plan.file}")


def in_xml(text: str) -> str:
    """The text as XML writes it between two tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
