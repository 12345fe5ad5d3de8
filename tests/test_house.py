"""The house keeps its rules: where things stand, what they are called, who may know whom, what is locked."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
SIDES = ("agent", "collector", "shared")
MODULES = sorted(file for side in SIDES for file in (ROOT / side).rglob("*.py"))
LOCKS = ("requirements.lock", "dev.lock")

# A module that another test covers, and which.
TESTED_ELSEWHERE = {
    "agent/errors.py": "words for failures; whoever raises them is tested",
    "agent/wevtapi.py": "asks Windows alone: tests/windows/test_event_channels.py, where there is one",
    "collector/errors.py": "words for failures; whoever raises them is tested",
    "shared/errors.py": "words for failures; whoever raises them is tested",
}
# Rooms whose modules only make sense together, each tested through its doors on the real thing.
TESTED_AS_A_ROOM = {"collector/ledger": "one memory behind `Ledger` and `Reading`: tested on a real database"}
# Outside things, and the only places that know them.
KNOWN_TO = {
    "psutil": ("agent/machine.py",),
    "websockets": ("agent/line.py",),
    "sqlite3": ("agent/spool.py", "collector/ledger/"),
    "sqlalchemy": ("collector/ledger/",),
    "aiosqlite": ("collector/ledger/",),
    "alembic": ("collector/ledger/",),
    "fastapi": ("collector/app.py", "collector/web/", "collector/intake/endpoint.py"),
    "pydantic": ("collector/web/", "collector/settings.py"),
    "imaplib": ("collector/inbox/post_box.py",),
    "aiosmtplib": ("collector/delivery/channels/mail.py",),
    "argon2": ("collector/web/passwords.py",),
    "apprise": ("collector/delivery/channels/service.py",),
    "httpx": ("collector/delivery/channels/webhook.py", "collector/web/oidc.py"),
    "joserfc": ("collector/web/oidc.py",),
    "typst": ("collector/statements/pdf.py",),
    "xlsxwriter": ("collector/statements/xlsx.py",),
    "cryptography": ("collector/statements/signed.py",),
    "pydantic_settings": ("collector/settings.py",),
}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}


def place(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def ids(files: list[Path]) -> list[str]:
    return [place(file) for file in files]


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def imported(file: Path) -> Iterator[str]:
    """The top names of all that a module imports, at its head or inside."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("module", [m for m in MODULES if m.name != "__init__.py"], ids=place)
def test_every_module_has_its_test_file(module: Path) -> None:
    if place(module) in TESTED_ELSEWHERE or "migrations" in module.parts:  # migrations: run by every ledger test
        return
    if place(module.parent) in TESTED_AS_A_ROOM:
        assert list((ROOT / "tests" / place(module.parent)).glob("test_*.py"))
        return
    folder = ROOT / "tests" / module.relative_to(ROOT).parent
    name = module.stem.strip("_")
    assert (folder / f"test_{name}.py").exists(), f"write {place(folder)}/test_{name}.py"


@pytest.mark.parametrize("name", sorted(TESTED_ELSEWHERE))
def test_no_exemption_outlives_its_module(name: str) -> None:
    assert (ROOT / name).exists()


@pytest.mark.parametrize("module", MODULES, ids=place)
def test_every_module_says_what_it_is(module: Path) -> None:
    if "versions" not in module.parts:
        assert ast.get_docstring(tree(module)), "its docstring is missing"


@pytest.mark.parametrize("room", [m for m in MODULES if m.name == "__init__.py"], ids=place)
def test_a_room_card_holds_words_only(room: Path) -> None:
    if room.parent.name == "channels":  # lists the ways of telling
        return
    assert all(isinstance(node, ast.Expr) for node in tree(room).body)


@pytest.mark.parametrize("module", MODULES, ids=place)
def test_a_module_is_a_noun_of_ours(module: Path) -> None:
    if module.stem.startswith("__"):
        return
    assert module.stem not in FORBIDDEN_NAMES
    assert module.stem not in sys.stdlib_module_names, "this name is Python's own"


@pytest.mark.parametrize("module", MODULES, ids=place)
def test_an_outside_thing_is_known_in_one_place(module: Path) -> None:
    for thing in set(imported(module)) & KNOWN_TO.keys():
        assert place(module).startswith(KNOWN_TO[thing]), f"{thing} is known to {', '.join(KNOWN_TO[thing])} alone"


@pytest.mark.parametrize("module", sorted((ROOT / "collector" / "domain").rglob("*.py")), ids=place)
def test_what_the_domain_knows_does_not_change(module: Path) -> None:
    for node in ast.walk(tree(module)):
        decorators = node.decorator_list if isinstance(node, ast.ClassDef) else []
        for decorator in map(ast.unparse, decorators):
            assert not decorator.startswith("dataclass") or "frozen=True" in decorator


def test_shared_stands_on_the_standard_library_and_msgspec() -> None:
    allowed = {*sys.stdlib_module_names, "msgspec", "shared"}
    assert {name for file in (ROOT / "shared").rglob("*.py") for name in imported(file)} <= allowed


def locked(lock: str) -> dict[str, Requirement]:
    """The requirements of a lock by name; fails on a line that is none, nor a hash."""
    requirements = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?", line):
            continue
        requirement = Requirement(line.removesuffix(" \\"))
        assert re.fullmatch(r"==[^*]+", str(requirement.specifier)), line
        requirements[requirement.name] = requirement
    return requirements


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--index|--find-links|@ ", text)
    assert "mezzora" not in locked(lock)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_file_has_its_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    with_hash = re.findall(r"^(\S+)==.* \\\n    --hash=sha256:", text, flags=re.MULTILINE)
    assert [name.lower() for name in with_hash] == list(locked(lock))


def test_the_lock_has_what_the_project_asks_for() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras, groups = asked["project"]["optional-dependencies"], asked["dependency-groups"]
    to_run = locked("requirements.lock")
    to_test = to_run | locked("dev.lock")
    for have, lists in (
        (
            to_run,
            (
                asked["project"]["dependencies"],
                extras["agent"],
                extras["collector"],
                extras["desktop"],
                groups["build"],
            ),
        ),
        (to_test, (groups["dev"], asked["build-system"]["requires"])),
    ):
        for text in (text for texts in lists for text in texts):
            wanted = Requirement(text)
            have_it = have[wanted.name].specifier
            (version,) = (each.version for each in have_it)
            assert wanted.specifier.contains(version), f"{text} is not what is locked: python3 dev.py lock"


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_the_lock_is_good_on_every_system(platform: str) -> None:
    """What a system needs alone is there under its marker, and nothing holds for this machine only."""
    to_run = locked("requirements.lock")

    def wanted(name: str) -> bool:
        marker: Marker | None = to_run[name].marker
        return marker is None or marker.evaluate({"sys_platform": platform, "implementation_name": "cpython"})

    assert wanted("psutil") and wanted("websockets") and wanted("greenlet")
    assert wanted("uvloop") is (platform != "win32")
    assert wanted("tzdata") is (platform == "win32")


def texts() -> list[Path]:
    """All that is kept here as text."""
    kept = [ROOT / name for name in (*SIDES, "tests", "installer", ".ci")]
    files = [
        file for folder in kept for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts
    ]
    files += [file for file in ROOT.iterdir() if file.is_file() and not file.name.startswith(".git")]
    return [file for file in files if file.suffix not in {".png", ".ico", ".woff2", ".mo", ".db"}]


def test_nothing_names_a_registry_or_somebodys_machine() -> None:
    names = ("pypi" + ".org", "python" + "hosted", "registry.npm" + "js", "/work" + "/", "/root" + "/")
    found = [
        f"{place(file)}: {name}"
        for file in texts()
        for name in names
        if name in file.read_text(encoding="utf-8", errors="replace")
    ]
    assert found == []
