"""A real Windows CPython 3.11 that runs under Wine, put together out of packages and kept for the next run.

Its parts, and where each comes from:

- python311.dll and the standard library's extension modules: panda3d's wheel for Windows, which carries them for the
  programs that it freezes (`deploy_libs/`). CPython's licence is the PSF's, the wheel's is BSD.
- the standard library's Python files: those of a CPython 3.11 on this machine; they are the same on each system.
- python.exe: `guest/launcher.c`, by Debian's mingw.
- python3.dll: the stable ABI that abi3 wheels such as psutil's link to. It has no code; each name is a forwarder to the
  same name in python311.dll.
- packages: the Windows wheels of the versions in the project's own lock, held to the lock's hashes.
- the prefix, which is Wine's word for a Windows disk and registry.

Everything is kept in the user's cache under the hash of what it was made of, so that a change makes a new one.
"""

import fcntl
import filecmp
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

GUEST = Path(__file__).parent / "guest"
LAUNCHER = "launcher.c"
MADE_UP = "sitecustomize.py"
LOCK = Path(__file__).parents[2] / "requirements.lock"
PACKAGES = ("msgspec", "platformdirs", "psutil", "websockets")
INTERPRETER_WHEEL = "panda3d==1.10.16 --hash=sha256:37acfb92655c4226879f95c988e2ef1449a53c54486d6c1ebc00e2772429af82"
LEFT_OUT = ("site-packages", "dist-packages", "test", "lib-dynload", "__pycache__", "*.so")
SEARCHED = os.pathsep.join(("/usr/lib/wine", os.environ.get("PATH", os.defpath)))  # where Debian keeps them, and others
USER = "Nicolò D'Amico"  # of every PC: no path on it is plain
WINE = shutil.which("wine64", path=SEARCHED) or "wine64"
WINE_SERVER = shutil.which("wineserver", path=SEARCHED) or "wineserver"
COMPILER = "x86_64-w64-mingw32-gcc"
READER = "x86_64-w64-mingw32-objdump"

Tell = Callable[[str], None]


class Unbuildable(Exception):
    """This machine lacks what the interpreter is made with; the text says what, and how to get it."""


@dataclass(frozen=True)
class Interpreter:
    """What was put together: a folder with python.exe, and a fresh prefix to be copied, never used."""

    folder: Path
    fresh_prefix: Path
    bytecode: Path  # kept from run to run: compiling anew at each start takes longer than all else


def interpreter(tell: Tell) -> Interpreter:
    """The interpreter of this machine, built now if it was not yet; `tell` hears of each step.

    Raises Unbuildable where Wine, the compiler or a CPython 3.11 is missing.
    """
    require_programs()
    library = standard_library()
    requirements = locked(PACKAGES, LOCK.read_text(encoding="utf-8"))
    kept = cache() / f"windows-python-{fingerprint(requirements, library)}"
    with alone(kept):
        if not kept.exists():
            build(kept, library, requirements, tell)
    return Interpreter(kept / "python", kept / "prefix", kept / "bytecode")


def require_programs() -> None:
    """Raises Unbuildable that names Debian's packages for the programs that are missing."""
    needed = (("wine64", WINE), ("wine64", WINE_SERVER), ("gcc-mingw-w64-x86-64-win32", COMPILER))
    missing = dict.fromkeys(package for package, program in needed if shutil.which(program) is None)
    if missing:
        raise Unbuildable(f"Windows tests need {' and '.join(missing)}: apt-get install {' '.join(missing)}")


def standard_library() -> Path:
    """The folder of a CPython 3.11's standard library on this machine, or Unbuildable."""
    if sys.version_info[:2] == (3, 11):
        return Path(sysconfig.get_path("stdlib"))
    python = shutil.which("python3.11")
    if python is None:
        raise Unbuildable("Windows tests need a CPython 3.11 for its standard library: install python3.11")
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"]
    return Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())


def locked(packages: tuple[str, ...], lock: str) -> str:
    """The lines of the lock for these packages alone, hashes included; a missing one is a KeyError."""
    entries = {
        match["name"].lower(): match[0]
        for match in re.finditer(r"^(?P<name>[\w.-]+)(\[[^]]*\])?==(?:.*\\\n)*.*$", lock, re.MULTILINE)
    }
    return "\n".join(entries[name] for name in packages) + "\n"


def cache() -> Path:
    """Where the tests keep what takes long to make, outside of the checkout."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "mezzora-tests"


def fingerprint(requirements: str, library: Path) -> str:
    """Names all that an interpreter is made of."""
    made_of = hashlib.sha256(f"{requirements}\n{library}\n{INTERPRETER_WHEEL}".encode())
    for part in (Path(__file__), GUEST / LAUNCHER, GUEST / MADE_UP, Path(WINE)):
        made_of.update(part.read_bytes())
    return made_of.hexdigest()[:16]


@contextmanager
def alone(kept: Path) -> Iterator[None]:
    """One builder at a time on this machine; the others wait and find the work done."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(kept: Path, library: Path, requirements: str, tell: Tell) -> None:
    """Puts everything together beside `kept` and then gives it that name, so that half a one is never used."""
    with tempfile.TemporaryDirectory(dir=kept.parent) as made:
        python, prefix, wheels = (Path(made, name) for name in ("python", "prefix", "wheels"))
        tell(f"putting a Windows CPython together, once, in {kept}")
        tell("  fetching the interpreter (65 MB)")
        unpack_interpreter(fetch(INTERPRETER_WHEEL, wheels / "interpreter"), python)
        tell("  copying the standard library, compiling python.exe")
        shutil.copytree(library, python / "Lib", ignore=shutil.ignore_patterns(*LEFT_OUT))
        compile_launcher(python)
        compile_stable_abi(python)
        tell(f"  fetching {', '.join(PACKAGES)}")
        unpack_packages(fetch(requirements, wheels / "packages"), python / "Lib" / "site-packages")
        tell("  making Wine's disk and registry")
        make_prefix(prefix)
        shutil.rmtree(wheels)
        Path(made, "built").mkdir()
        for part in (python, prefix):
            part.rename(Path(made, "built", part.name))
        Path(made, "built").rename(kept)
        tell("  done")


def fetch(requirements: str, wheels: Path) -> list[Path]:
    """The Windows wheels of these requirements, each held to its hash."""
    wheels.mkdir(parents=True)
    wanted = wheels / "requirements.txt"
    wanted.write_text(requirements, encoding="utf-8")
    run(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--only-binary=:all:", "--platform=win_amd64", "--python-version=3.11"),
        *("--implementation=cp", "--require-hashes", f"--dest={wheels}", f"--requirement={wanted}"),
    )
    return sorted(wheels.glob("*.whl"))


def unpack_interpreter(wheels: list[Path], python: Path) -> None:
    """The DLLs go beside python.exe, the extension modules into DLLs, as in python.org's own layout."""
    (python / "DLLs").mkdir(parents=True)
    with zipfile.ZipFile(wheels[0]) as wheel:
        for part in wheel.namelist():
            if part.startswith("deploy_libs/"):
                name = Path(part).name
                place = python / "DLLs" if name.endswith(".pyd") else python
                (place / name).write_bytes(wheel.read(part))


def compile_launcher(python: Path) -> None:
    """python.exe out of `guest/launcher.c`."""
    run(COMPILER, "-municode", "-O2", "-o", python / "python.exe", GUEST / LAUNCHER)


def compile_stable_abi(python: Path) -> None:
    """python3.dll: a forwarder to python311.dll for each name that this one exports."""
    listed = run(READER, "-p", python / "python311.dll")
    table = listed.partition("[Ordinal/Name Pointer] Table")[2]
    names = re.findall(r"^\s*\[\s*\d+\].*?(\w+)$", table, re.MULTILINE)
    forwards = "".join(f"{name} = python311.{name}\n" for name in names)
    with tempfile.TemporaryDirectory() as folder:
        definition, source = Path(folder, "python3.def"), Path(folder, "python3.c")
        definition.write_text(f"LIBRARY python3.dll\nEXPORTS\n{forwards}", encoding="ascii")
        source.write_text("int DllMain(void *m, unsigned r, void *x) { return 1; }\n", encoding="ascii")
        made = ("-shared", "-nostdlib", "-e", "DllMain", "-o", python / "python3.dll")
        run(COMPILER, *made, source, definition)


def unpack_packages(wheels: list[Path], site_packages: Path) -> None:
    """The packages, and beside them what makes up for Wine."""
    site_packages.mkdir()
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(site_packages)
    shutil.copy(GUEST / MADE_UP, site_packages)


def make_prefix(prefix: Path) -> None:
    """A Windows disk as Wine makes it, its copies of Wine's own files replaced by links to them: 13 MB, not 700."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, **wine_environment(prefix), "HOME": home}
        run(WINE, "wineboot", "--init", environment=environment)
        run(WINE_SERVER, "--wait", environment=environment)
    own = {file.name: file for file in wine_files()}
    for copy in (prefix / "drive_c").rglob("*"):
        original = own.get(copy.name)
        if original and not copy.is_symlink() and filecmp.cmp(copy, original):
            copy.unlink()
            copy.symlink_to(original)


def wine_files() -> Iterator[Path]:
    """Wine's own Windows programs and libraries, where Debian keeps them."""
    return Path("/usr/lib").glob("*/wine/x86_64-windows/*")


def wine_environment(prefix: Path) -> dict[str, str]:
    """Which disk to use, and whose; no chatter, no offers to fetch .NET or a browser engine, nothing in the menus."""
    quiet = {"WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe=d"}
    user = {"USER": USER, "LOGNAME": USER, "LC_ALL": "C.UTF-8"}
    return {"WINEPREFIX": str(prefix), "WINEARCH": "win64", **quiet, **user}


def run(*command: str | Path, environment: dict[str, str] | None = None) -> str:
    """What a program printed; its own words are in the error when it fails."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout
