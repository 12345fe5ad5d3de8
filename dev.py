#!/usr/bin/env python3
"""Everything a developer types, and the one command a newcomer needs.

    python3 dev.py run [ARGS...]    set up once, then start Mezzora (the arguments of `mezzora up`)
    python3 dev.py test [ARGS...]   set up, then format, lint, types, imports, tests, in that order
    python3 dev.py --help           the other verbs

Needs Python 3.11 or later with venv and pip, and nothing else; on Windows type `py` for `python3`.
What gets installed stands with its hashes in requirements.lock (to run) and dev.lock (to test).
"""
# Syntax that an old Python can read too, down to the check of its version.

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "dev.py: this is Python {}.{}; Mezzora needs 3.11 or later: install one and type python3.11 dev.py".format(
            *sys.version_info[:2]
        )
    )

import argparse
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import venv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMP = VENV / "set-up.json"
TO_RUN = ROOT / "requirements.lock"
TO_TEST = ROOT / "dev.lock"
UV = "uv==0.13.9"  # resolves the lock for every system at once; not needed to install it


class Trouble(Exception):
    """What stops a verb, said in one line with its remedy."""


# --- the virtual environment ---------------------------------------------------------------------


def program(name: str) -> Path:
    """Where the virtual environment keeps one of its programs."""
    return SCRIPTS / (f"{name}.exe" if os.name == "nt" else name)


def digest(*files: Path) -> str:
    """Changes when one of the files does, or the place or the Python that they were set up for."""
    seal = hashlib.sha256(f"{ROOT} {sys.version_info[:2]}".encode())
    for file in files:
        seal.update(file.read_bytes())
    return seal.hexdigest()


def set_up(locks: Sequence[Path]) -> None:
    """Bring `.venv` to what the locks say. Does nothing, and needs no network, when it is there."""
    done = read_stamp()
    wanted = {lock.name: digest(lock) for lock in locks}
    wanted["project"] = digest(ROOT / "pyproject.toml")
    if all(done.get(part) == seal for part, seal in wanted.items()) and venv_answers():
        return
    if not done or not venv_answers():
        make_venv()
        done = {}
    missing = [lock for lock in locks if done.get(lock.name) != wanted[lock.name]]
    if missing:
        # All the wanted locks in one go: pip then sees that they agree.
        install_locked(locks)
    run_pip(["install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], total=0)
    STAMP.write_text(json.dumps({**done, **wanted}), encoding="utf-8")


def read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def venv_answers() -> bool:
    """False when its Python is gone, say after the system's was upgraded."""
    try:
        return subprocess.run([program("python"), "-c", ""], check=False).returncode == 0
    except OSError:
        return False


def make_venv() -> None:
    importlib.invalidate_caches()  # it may have come a moment ago
    if importlib.util.find_spec("ensurepip") is None:
        raise Trouble(
            "this Python comes without pip for virtual environments; on Debian and Ubuntu:"
            " sudo apt-get install python3-venv; then type the same again"
        )
    say(f"Setting up {VENV} (once)")
    try:
        venv.create(VENV, clear=True, with_pip=True, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as error:
        raise Trouble(f"cannot make the virtual environment {VENV}: {error}") from error


def install_locked(locks: Sequence[Path]) -> None:
    wanted = [argument for lock in locks for argument in ("--requirement", str(lock))]
    total = sum(len(blocks(lock.read_text(encoding="utf-8"))) for lock in locks)
    run_pip(["install", "--require-hashes", *wanted], total=total)


def run_pip(arguments: Sequence[str], *, total: int) -> None:
    """Run pip, showing how far it is in place of its many lines; `total` packages are expected."""
    command = [str(program("python")), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PIP_PROGRESS_BAR": "off"}
    said: list[str] = []
    seen = 0
    with subprocess.Popen(
        [*command, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            said.append(line.rstrip())
            if total and line.startswith(("Collecting ", "Requirement already satisfied: ")):
                seen += 1
                name = re.split(r"[=<>; ]", line.split(": ")[-1].removeprefix("Collecting "))[0]
                show_progress(f"  {min(seen, total)}/{total} {name.strip()}")
            elif total and line.startswith("Installing collected packages"):
                show_progress("  installing ...")
    if total:
        show_progress("")
    if pip.returncode != 0:
        print("\n".join(said[-15:]), file=sys.stderr)
        raise Trouble("pip could not install what is locked (its last lines are above); is there a network?")


def show_progress(text: str) -> None:
    """On a terminal one line that changes; elsewhere nothing, so that logs stay short."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)


def say(text: str) -> None:
    print(text, flush=True)


# --- run -----------------------------------------------------------------------------------------


def run(arguments: Sequence[str]) -> int:
    """Become `mezzora up`. It hears Ctrl-C itself, and its exit status is ours."""
    set_up([TO_RUN])
    command = [str(program("mezzora")), "up", *arguments]
    if os.name != "nt":
        sys.stdout.flush()
        os.execv(command[0], command)
    # Windows has no exec: wait for it, deaf to the Ctrl-C that its console sends to both.
    with subprocess.Popen(command) as child:
        signal.signal(signal.SIGINT, lambda *_: None)
        return child.wait()


# --- the programs that tests drive ---------------------------------------------------------------


@dataclass(frozen=True)
class Need:
    """A thing that tests drive: any of the paths or program names shows that it is there."""

    what: str
    shown_by: tuple[str, ...]
    packages: tuple[str, ...]  # names in Debian and its children; the first that apt knows

    def is_there(self) -> bool:
        return any(
            any(Path("/").glob(name.removeprefix("/"))) if "/" in name else shutil.which(name) for name in self.shown_by
        )


NEEDS = (
    Need("a screen for tests", ("Xvfb",), ("xvfb",)),
    Need("X cookies", ("xauth",), ("xauth",)),
    Need("letters", ("/usr/share/fonts/truetype/dejavu",), ("fonts-dejavu-core",)),
    Need("a browser", ("chromium", "chromium-browser"), ("chromium", "chromium-browser")),
    Need("a VNC server", ("Xtigervnc",), ("tigervnc-standalone-server",)),
    Need("a VNC viewer", ("xtigervncviewer",), ("tigervnc-viewer",)),
    Need("TightVNC's viewer", ("xtightvncviewer",), ("xtightvncviewer",)),
    Need("GNOME's VNC viewer", ("gvncviewer",), ("gvncviewer",)),
    Need("a SPICE viewer", ("remote-viewer",), ("virt-viewer",)),
    Need("a SPICE server", ("qemu-system-x86_64",), ("qemu-system-x86",)),
    Need(
        "SPICE of that server", ("/usr/lib/*/qemu/ui-spice-core.so",), ("qemu-system-modules-spice", "qemu-system-x86")
    ),
    Need("an ssh server", ("/usr/sbin/sshd",), ("openssh-server",)),
    Need("ssh", ("ssh",), ("openssh-client",)),
    Need("an RDP viewer", ("xfreerdp", "xfreerdp3"), ("freerdp2-x11", "freerdp3-x11")),
    Need(
        "an RDP server",
        ("freerdp-shadow-cli", "freerdp-shadow-cli3"),
        ("freerdp2-shadow-x11", "freerdp3-shadow-x11"),
    ),
    Need("Remmina", ("remmina",), ("remmina",)),
    Need(
        "Remmina's VNC",
        ("/usr/lib/*/remmina/plugins/remmina-plugin-vnc.so",),
        ("remmina-plugin-vnc",),
    ),
    Need(
        "Remmina's RDP",
        ("/usr/lib/*/remmina/plugins/remmina-plugin-rdp.so",),
        ("remmina-plugin-rdp",),
    ),
    Need("a message bus", ("dbus-run-session",), ("dbus",)),
    Need("notifications", ("dunst",), ("dunst",)),
    Need("a judge of systemd units", ("systemd-analyze",), ("systemd",)),
    Need("Windows programs", ("wine",), ("wine",)),
    Need("64-bit Windows programs", ("/usr/lib/wine/wine64", "wine64"), ("wine64",)),
    Need("a compiler for Windows", ("x86_64-w64-mingw32-gcc",), ("gcc-mingw-w64-x86-64-win32", "gcc-mingw-w64-x86-64")),
    Need("an opener of archives", ("unzip",), ("unzip",)),
    Need("PostgreSQL", ("/usr/lib/postgresql/*/bin/initdb", "initdb"), ("postgresql",)),
)


PIP = Need("virtual environments", ("/usr/lib/python3*/ensurepip",), ("python3-venv",))


def get_programs() -> None:
    """Install what the tests drive and this machine lacks, where that is ours to do; else name it.

    Debian and its children: at once as root or in CI, else after asking; a standard input that is
    no terminal is never asked. A test whose program is missing skips and says so.
    """
    needs = NEEDS if importlib.util.find_spec("ensurepip") else (PIP, *NEEDS)
    missing = [need for need in needs if not need.is_there()]
    if not missing or not sys.platform.startswith("linux"):
        return
    if shutil.which("apt-get") is None:
        names = ", ".join(need.shown_by[0] for need in missing)
        say(f"Missing here, so their tests will skip: {names}")
        return
    prefix = becoming_root(missing)
    if prefix is not None:
        apt_install(missing, prefix)


def becoming_root(missing: Sequence[Need]) -> list[str] | None:
    """What stands before `apt-get` to run it as root; None when we may not."""
    if sys.platform != "win32" and os.geteuid() == 0:
        return []
    if in_ci() and shutil.which("sudo"):
        return ["sudo", "-n"]
    names = " ".join(need.packages[0] for need in missing)
    command = f"apt-get install {names}"
    # A closed standard input is None; nobody is there to ask.
    if in_ci() or not shutil.which("sudo") or sys.stdin is None or not sys.stdin.isatty():
        say(f"Missing programs; their tests will skip. To get them, as root: {command}")
        return None
    try:
        answer = input(f"Missing for some tests: {names}. Install them with apt-get now? [y/N] ")
    except EOFError:
        answer = ""
    if answer.strip().lower() in {"y", "yes", "s", "si", "sì"}:
        return ["sudo"]
    say(f"Their tests will skip. To get them later: sudo {command}")
    return None


def apt_install(missing: Sequence[Need], prefix: Sequence[str]) -> None:
    say(f"Installing with apt-get: {', '.join(need.what for need in missing)}")
    wait = ["-o", "DPkg::Lock::Timeout=600", "-qq"]
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *wait]
    # An update that fails is no reason to stop: the lists may be there already.
    subprocess.run([*apt, "update"], check=False, stdin=subprocess.DEVNULL)
    packages = filter(None, map(known_package, missing))
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    with tempfile.TemporaryFile() as log:
        answer = subprocess.run(install, check=False, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        if answer.returncode != 0:
            log.seek(0)
            print(*log.read().decode(errors="replace").splitlines()[-15:], sep="\n")
    for need in missing:
        if not need.is_there():
            say(f"Still missing, so its tests will skip: {need.what} ({need.packages[0]})")


def known_package(need: Need) -> str | None:
    """The first of its packages that this system's apt can install."""
    for name in need.packages:
        known = subprocess.run(["apt-cache", "show", "--no-all-versions", name], check=False, capture_output=True)
        if known.returncode == 0 and known.stdout:
            return name
    return None


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() == "true"


# --- test and its parts --------------------------------------------------------------------------

PARTS: Mapping[str, Sequence[Sequence[str]]] = {
    "format": (("ruff", "format", "--check", "."),),
    "lint": (("ruff", "check", "."),),
    "types": tuple(
        ("mypy", "--platform", system, "--cache-dir", f".mypy_cache/{system}")
        for system in ("linux", "win32", "darwin")
    ),
    "imports": (("lint-imports", "--no-logo"),),
}
REMEDIES = {"format": "python3 dev.py format puts it right"}


def check(parts: Iterable[str]) -> int:
    """Run the named parts, all of them also when one fails, and name those that failed."""
    failed = []
    for part in parts:
        say(f"\n== {part}")
        codes = [call([str(program(name)), *arguments]) for name, *arguments in PARTS[part]]
        if any(codes):
            failed.append(part)
    for part in failed:
        remedy = f": {REMEDIES[part]}" if part in REMEDIES else ""
        print(f"dev.py: {part} failed{remedy}", file=sys.stderr)
    return 1 if failed else 0


def test(arguments: Sequence[str]) -> int:
    """All of it; the tests begin when the quick parts are well. No test run at all is a failure."""
    get_programs()
    set_up([TO_RUN, TO_TEST])
    if check(PARTS):
        return 1
    say("\n== tests")
    chosen = [a for a in arguments if a != "--all"]
    without_slow = [] if "--all" in arguments else ["-m", "not slow"]
    side_by_side = [f"--numprocesses={max(2, os.cpu_count() or 1)}", "--dist=loadscope"]
    status = call([str(program("python")), "-m", "pytest", *side_by_side, *without_slow, *chosen])
    return status if status or arguments != ["--all"] else mutants([])


def mutants(arguments: Sequence[str]) -> int:
    """Change the domain in one place at a time, and see that its tests notice."""
    if os.name == "nt":
        say("Left out: mutmut does not run on Windows")
        return 0
    say("\n== mutants (of all the domain: more than two hours)")
    return call([str(program("python")), "-m", "tests.mutants", *arguments])


def tidy() -> int:
    """Write the house's format, and put right what lint can put right by itself."""
    call([str(program("ruff")), "check", "--fix-only", "--quiet", "."])
    return call([str(program("ruff")), "format", "."])


def call(command: Sequence[str]) -> int:
    """Run in the checkout; Ctrl-C ends the command, which tells its own story."""
    with subprocess.Popen(command, cwd=ROOT) as child:
        try:
            return child.wait()
        except KeyboardInterrupt:
            child.wait()
            return 130


# --- the lock ------------------------------------------------------------------------------------


def blocks(lock: str) -> list[str]:
    """The requirements of a lock, each with its hashes."""
    return re.findall(r"^[A-Za-z0-9].*(?:\n[ \t]+.*)*", lock, flags=re.MULTILINE)


def renew_locks() -> int:
    """Resolve anew, for every system and Python 3.11 on; what is locked stays unless it must move.

    With `.venv` out of play: the resolver lives in a folder of its own, as long as this takes.
    """
    with tempfile.TemporaryDirectory() as folder:
        say("Resolving (a minute)")
        venv.create(folder, with_pip=True)
        uv = Path(folder) / SCRIPTS.name / program("uv").name
        python = Path(folder) / SCRIPTS.name / program("python").name
        if call([str(python), "-m", "pip", "install", "--quiet", "--no-input", UV]):
            raise Trouble(f"pip could not get {UV}; is there a network?")
        to_run = resolve(uv, ["--group", "build"], keep=TO_RUN, agree=None)
        write_lock(TO_RUN, blocks(to_run))
        to_test = resolve(uv, ["--group", "build", "--group", "dev"], keep=TO_TEST, agree=TO_RUN)
        write_lock(TO_TEST, [b for b in blocks(to_test) if b not in blocks(to_run)])
    say(f"Written: {TO_RUN.name}, {TO_TEST.name}; python3 dev.py setup installs them")
    return 0


def resolve(uv: Path, groups: Sequence[str], *, keep: Path, agree: Path | None) -> str:
    """The lock's text: no address, and nobody's local files, so the hashes are the registry's."""
    hidden = ("UV_FIND_LINKS", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_CONSTRAINT")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    command = [str(uv), "pip", "compile", "pyproject.toml", "--quiet", "--no-config"]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes"]
    command += [
        "--no-header",
        "--no-annotate",
        "--extra",
        "agent",
        "--extra",
        "collector",
        "--extra",
        "desktop",
        "--extra",
        "postgres",
        "--extra",
        "oidc",
        *groups,
    ]
    if agree is not None:
        command += ["--constraints", str(agree)]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / keep.name
        if keep.exists():
            shutil.copy(keep, out)
        if subprocess.run([*command, "-o", out], check=False, cwd=ROOT, env=environment).returncode:
            raise Trouble("the requirements in pyproject.toml cannot be met together (see above)")
        return out.read_text(encoding="utf-8")


def write_lock(lock: Path, requirements: Sequence[str]) -> None:
    head = "# Made by `python3 dev.py lock` from pyproject.toml; do not edit.\n"
    lock.write_text(head + "\n".join(requirements) + "\n", encoding="utf-8", newline="\n")


# --- the command line ----------------------------------------------------------------------------


def read_command(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    passing = "what follows goes to"
    verbs.add_parser("run", add_help=False, help=f"start Mezzora; {passing} `mezzora up`")
    verbs.add_parser("test", add_help=False, help=f"all checks and tests; {passing} pytest; --all")
    verbs.add_parser("mutants", add_help=False, help="whether tests notice each change of the domain; [MODULE...]")
    verbs.add_parser("format", help="write the house's format")
    for part in ("lint", "types", "imports"):
        verbs.add_parser(part, help=f"only this part of `test`: {part}")
    setup = verbs.add_parser("setup", help="make .venv as the locks say, for running and testing")
    setup.add_argument("--run-only", action="store_true", help="without what only tests need")
    verbs.add_parser("lock", help="renew requirements.lock and dev.lock from pyproject.toml")
    if arguments and arguments[0] in {"run", "test", "mutants"}:  # what follows is not ours to read
        return argparse.Namespace(verb=arguments[0]), list(arguments[1:])
    return parser.parse_args(arguments), []


def main(arguments: Sequence[str]) -> int:
    command, rest = read_command(arguments)
    if command.verb == "run":
        return run(rest)
    if command.verb == "lock":
        return renew_locks()
    if command.verb == "test":
        return test(rest)
    set_up([TO_RUN] if command.verb == "setup" and command.run_only else [TO_RUN, TO_TEST])
    if command.verb == "mutants":
        return mutants(rest)
    if command.verb == "format":
        return tidy()
    if command.verb == "setup":
        say(f"Ready: {VENV}")
        return 0
    return check([command.verb])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(f"dev.py: {trouble}")
    except KeyboardInterrupt:
        sys.exit(130)
