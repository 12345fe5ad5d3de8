"""Mutants that no test noticed, and the reasons why nobody could: told by function and change, not by line."""

import ast
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import ndiff
from pathlib import Path

REASONS = Path(__file__).with_name("reasons.toml")


@dataclass(frozen=True)
class Survivor:
    """One change: in which function, what stood there, and what stands there instead, as Python writes it."""

    function: str  # with its module, as rating._flags
    was: str
    becomes: str

    @property
    def module(self) -> str:
        return self.function.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.function}\n  was:     {self.was!r}\n  becomes: {self.becomes!r}"


def change(function: str, before: ast.AST, after: ast.AST) -> Survivor:
    """What is another between two versions of a function, line by line; their names do not matter."""
    lines = [re.sub(r"\w+__mutmut_\w+", "", ast.unparse(tree), count=1).splitlines() for tree in (before, after)]
    diff = list(ndiff(*lines))
    was, becomes = ("\n".join(line[2:].strip() for line in diff if line.startswith(sign)) for sign in "-+")
    return Survivor(function, was, becomes)


def read_reasons(text: str) -> list[Survivor]:
    """The mutants that have a reason; a ValueError names one without."""
    told = []
    for entry in tomllib.loads(text).get("survivor", []):
        if not entry.get("reason", "").strip():
            raise ValueError(f"reasons.toml: {entry.get('function')} has no reason")
        told.append(Survivor(entry["function"], entry["was"], entry["becomes"]))
    return told


def without_reason(alive: Sequence[Survivor], reasons: Sequence[Survivor]) -> list[Survivor]:
    return [each for each in alive if each not in reasons]


def without_mutant(alive: Sequence[Survivor], reasons: Sequence[Survivor]) -> list[Survivor]:
    return [each for each in reasons if each not in alive]
