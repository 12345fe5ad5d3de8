"""Where the mutants are made and tried: a folder with the domain and its tests, and mutmut at work in it."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.mutants.survivors import Survivor, change

ROOT = Path(__file__).parents[2]
DOMAIN = ROOT / "collector" / "domain"
TESTS = ROOT / "tests" / "collector" / "domain"
MUTMUT = Path(sys.executable).with_name("mutmut")
NOTICED = {"killed", "timeout", "segfault"}

# What mypy proves is never reached (assert_never) no test can reach either.
CONFIGURATION = """\
[tool.mutmut]
source_paths = ["collector", "shared"]
only_mutate = {modules}
pytest_add_cli_args_test_selection = ["tests/collector/domain"]
do_not_mutate_patterns = ["assert_never"]
use_git_change_detection = false
timeout_constant = 0.5

[tool.pytest.ini_options]
addopts = "--import-mode=importlib -p no:cacheprovider"
"""
# The same few examples each time: a mutant that lived yesterday lives today.
EXAMPLES = """\
from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "mutants",
    derandomize=True,
    max_examples=25,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("mutants")
"""


def has_functions(module: str) -> bool:
    """Whether there is anything to change: without, mutmut would call it a mistake."""
    tree = ast.parse((DOMAIN / f"{module}.py").read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) for node in ast.walk(tree))


def furnish(folder: Path, modules: Sequence[str]) -> None:
    """All that the domain and its tests need, and nothing else; these modules are to be changed."""
    clean = shutil.ignore_patterns("__pycache__")
    for name in ("collector/domain", "collector/tariffs", "shared", "tests/collector/domain"):
        shutil.copytree(ROOT / name, folder / name, ignore=clean)
    for name in ("collector/__init__.py", "collector/errors.py"):
        shutil.copy(ROOT / name, folder / name)
    for file in (folder / "collector" / "domain").glob("*.py"):
        file.write_text(with_bare_properties(file.read_text(encoding="utf-8")), encoding="utf-8")
    (folder / "tests" / "conftest.py").write_text(EXAMPLES, encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        CONFIGURATION.format(modules=json.dumps([f"collector/domain/{name}.py" for name in modules])), encoding="utf-8"
    )


def with_bare_properties(source: str) -> str:
    """The module with each property made below its function: mutmut leaves a decorated function alone."""
    lines = source.splitlines()
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    for function in sorted(functions, key=lambda each: each.lineno, reverse=True):
        if [ast.unparse(each) for each in function.decorator_list] == ["property"]:
            assert function.end_lineno is not None
            lines.insert(function.end_lineno, f"    {function.name} = property({function.name})")
            del lines[function.decorator_list[0].lineno - 1]
    return "\n".join(lines) + "\n"


def run(folder: Path, progress: Callable[[int, int], None]) -> None:
    """All the mutants, one after the other: two at once would steal each other's time."""
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    said = ""
    with subprocess.Popen(
        [MUTMUT, "run", "--max-children", "1"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as mutmut:
        assert mutmut.stdout is not None
        told: tuple[int, int] | None = None
        while piece := os.read(mutmut.stdout.fileno(), 65_536):
            said = (said + piece.decode(errors="replace"))[-20_000:]
            counts = re.findall(r"(\d+)/(\d+)  \N{PARTY POPPER}", said)
            if counts and (count := (int(counts[-1][0]), int(counts[-1][1]))) != told:
                progress(*count)
                told = count
    if mutmut.returncode:
        sys.exit(f"{said[-4_000:]}\nmutants: mutmut could not do its work (its last words are above)")


def fates(folder: Path, module: str) -> dict[str, str]:
    """What became of each mutant of a module, by mutmut's name for it."""
    done = subprocess.run(
        [MUTMUT, "results", "--all", "true"], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=True
    )
    found = re.findall(r"^ *collector\.domain\.(\w+)\.(\S+): (.+)$", done.stdout, flags=re.MULTILINE)
    return {name: fate for where, name, fate in found if where == module}


def survivors(folder: Path, module: str, of_module: Mapping[str, str]) -> Iterator[Survivor]:
    """What each mutant that no test noticed changes."""
    generated = folder / "mutants" / "collector" / "domain" / f"{module}.py"
    functions = {
        node.name: node
        for node in ast.walk(ast.parse(generated.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    for name, fate in of_module.items():
        if fate not in NOTICED:
            original = name.partition("__mutmut_")[0]
            before, after = functions[f"{original}__mutmut_orig"], functions[name]
            yield change(f"{module}.{plain_name(original)}", before, after)


def plain_name(mangled: str) -> str:
    """The function as a reader knows it: mutmut calls them x_name, and a method by its class between two strokes."""
    return mangled.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
