"""Every tool by its name: those with a file of their own, and those of `catalogue/known.tsv`, known by name only."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import msgspec

from agent.errors import UnknownTool
from agent.signature import Confidence, ProcessRule, Proof, Signature, System

CATALOGUE = Path(__file__).with_name("catalogue")


class Kind(StrEnum):
    """How the supporting side of a product reaches the other."""

    BROWSER = "browser"  # a page of the browser
    RELAY = "relay"  # a program, through the maker's hosts
    DIRECT = "direct"  # a program, at the other's address
    CONSOLE = "rmm-console"  # a console for many computers, mostly a page; another tool may carry the session
    TELEPHONE = "telephone"
    UNKNOWN = "unknown"


class Row(msgspec.Struct, frozen=True):
    """A product that is known by name only; what it says is never a session."""

    tool: str
    name: str
    kind: Kind
    operator: tuple[str, ...]  # programs of the supporting side that are looked for
    agent: tuple[str, ...]  # of the other side, or of one that is not known
    confidence: Confidence
    source: str

    def signature(self) -> Signature:
        """What the agent looks for: that such a program runs, and no more."""
        windows = tuple(each for each in self.operator if each.lower().endswith(".exe"))
        others = tuple(each for each in self.operator if each not in windows)
        on = ((windows, (System.WINDOWS,)), (others, (System.MACOS,)))
        rules = (
            ProcessRule(names, self.source, self.confidence, systems=systems, proof=Proof.NONE)
            for names, systems in on
            if names
        )
        return Signature(self.tool, self.name, tuple(rules), browser=self.kind is Kind.BROWSER)


class KnownTool(msgspec.Struct, frozen=True):
    """A tool as people name it."""

    tool: str
    name: str
    aliases: tuple[str, ...]
    can_be_declared: bool  # False where only the sharing side is known: nobody supports with it


def read_rows() -> tuple[Row, ...]:
    """The products of the shipped table."""
    text = (CATALOGUE / "known.tsv").read_text(encoding="utf-8")
    _, *lines = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Row(tool, name, Kind(kind), _names(operator), _names(agent), Confidence(confidence), source)
        for tool, name, kind, operator, agent, confidence, source in lines
    )


def known_tools(signatures: Iterable[Signature]) -> tuple[KnownTool, ...]:
    """All tools that can be named, by their names: those of these signatures, and those of the table."""
    rows = {row.tool: row for row in read_rows()}
    told = {each.tool: each for each in signatures}
    tools = [KnownTool(row.tool, row.name, (), can_be_declared=True) for row in rows.values() if row.tool not in told]
    tools += [
        KnownTool(each.tool, each.name, each.aliases, can_be_declared=each.tool in rows or _has_operator(each))
        for each in told.values()
    ]
    return tuple(sorted(tools, key=lambda each: each.tool))


def _has_operator(signature: Signature) -> bool:
    return any(signature.is_seen(system) for system in System)


def find(word: str, tools: Iterable[KnownTool]) -> KnownTool:
    """The tool with which somebody says that he supports: by its slug, an alias or its name.

    Where there is none, UnknownTool tells the nearest ones.
    """
    wanted, every = _plain(word), tuple(tools)
    by_word: dict[str, KnownTool] = {}
    called = (*((each.tool, each) for each in every), *((alias, each) for each in every for alias in each.aliases))
    for name, tool in (*called, *((each.name, each) for each in every)):
        by_word.setdefault(_plain(name), tool)
    if (found := by_word.get(wanted)) is not None:
        if not found.can_be_declared:
            raise UnknownTool(f"nobody supports with {found.name}: name the program that holds the session")
        return found
    import difflib  # here: the agent runs all day without it

    near = difflib.get_close_matches(wanted, by_word, n=3)
    near = near or [each for each in by_word if wanted and wanted in each][:3]
    slugs = list(dict.fromkeys(by_word[each].tool for each in near))
    meant = f"did you mean {' or '.join(slugs)}? " if slugs else ""
    raise UnknownTool(f"no tool is called {word!r}: {meant}`mezzora-agent tools --all` lists them")


def _plain(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalnum())


def _names(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(",")) if cell else ()
