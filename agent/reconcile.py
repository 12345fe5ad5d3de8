"""`mezzora-agent reconcile`: where what was recorded on this PC and a tool's own list of connections differ."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TextIO

import msgspec

from agent.errors import NotOfThisKind
from agent.recording import read_list, rule_of, same_peer
from agent.replay import add_tool, complain, signature_of
from agent.signature import LogKind, Signature
from shared.moments import HOUR_MS, from_at, iso, to_at
from shared.session import Session

TOLERATED_MS = 2_000  # the list has whole seconds, and a look is not at each of them
BEFORE_MS = 24 * HOUR_MS  # sessions over the first midnight are read too

Recall = Callable[[int], Sequence[Session]]  # what was recorded of the sessions that ended since an instant

DESCRIPTION = """\
Lists where the sessions that the agent recorded on this PC and a tool's own list of connections differ by more than
two seconds: a start, an end, or a session that only one of them has. Exit status 0, also when there are differences;
2 when the list is missing or not of this kind.
"""


class Span(msgspec.Struct, frozen=True):
    """A session as one of the two sides has it."""

    began_at: int
    ended_at: int


class Difference(msgspec.Struct, frozen=True):
    """One thing in which they do not agree; None is a side that does not have the session."""

    peer: str
    what: str  # start, end, or session
    recorded: Span | None
    listed: Span | None

    @property
    def text(self) -> str:
        """For a person, in the time of this PC."""
        if self.recorded is None and self.listed is not None:
            return f"{self.peer}: not recorded: {_local(self.listed.began_at)} to {_local(self.listed.ended_at)}"
        if self.listed is None and self.recorded is not None:
            return f"{self.peer}: not in the list: {_local(self.recorded.began_at)} to {_local(self.recorded.ended_at)}"
        ours, theirs = self._instant(self.recorded) or 0, self._instant(self.listed) or 0
        seconds = f"{abs(ours - theirs) / 1000:.1f} s {'later' if theirs > ours else 'earlier'}"
        return f"{self.peer}: {self.what}: recorded {_local(ours)}, in the list {_local(theirs)}, {seconds}"

    @property
    def line(self) -> dict[str, str | None]:
        """For a program."""
        if self.what == "session":
            return {
                "peer": self.peer,
                "what": self.what,
                **_ends("recorded", self.recorded),
                **_ends("listed", self.listed),
            }
        ours, theirs = self._instant(self.recorded), self._instant(self.listed)
        return {"peer": self.peer, "what": self.what, "recorded": _iso(ours), "listed": _iso(theirs)}

    def _instant(self, span: Span | None) -> int | None:
        if span is None:
            return None
        return span.began_at if self.what == "start" else span.ended_at


def _ends(side: str, span: Span | None) -> dict[str, str | None]:
    return {side: f"{iso(span.began_at)}/{iso(span.ended_at)}" if span is not None else None}


def _iso(at: int | None) -> str | None:
    return iso(at) if at is not None else None


def _local(at: int) -> str:
    return from_at(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def differences(
    recorded: Iterable[tuple[str, Span]], listed: Iterable[tuple[str, Span]], from_at: int
) -> tuple[list[Difference], int]:
    """What differs, in order of time, and how many sessions agree; of sessions that ended at or after the instant."""
    ours, theirs = _by_peer(recorded), _by_peer(listed)
    for peer in [each for each in theirs if each not in ours]:
        unmasked = next((each for each in ours if same_peer(each, peer)), peer)
        if unmasked != peer:
            theirs[unmasked] = theirs.get(unmasked, []) + theirs.pop(peer)
    found: list[Difference] = []
    agreed = 0
    for peer in sorted(ours.keys() | theirs.keys()):
        for mine, its in _groups(ours.get(peer, []), theirs.get(peer, [])):
            if max(each.ended_at for each in (*mine, *its)) < from_at:
                continue
            differing = list(_compared(peer, mine, its))
            found += differing
            agreed += 0 if differing else max(len(mine), len(its))
    return sorted(found, key=_when), agreed


def _when(difference: Difference) -> tuple[int, str]:
    span = difference.recorded or difference.listed
    return (span.began_at if span is not None else 0), difference.peer


def _by_peer(spans: Iterable[tuple[str, Span]]) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = defaultdict(list)
    for peer, span in spans:
        found[peer].append(span)
    return dict(found)


def _groups(ours: Sequence[Span], theirs: Sequence[Span]) -> Iterator[tuple[list[Span], list[Span]]]:
    """What overlaps belongs together: a reconnect may be one session here and two records there."""
    mine: list[Span] = []
    its: list[Span] = []
    over_at = 0
    both = [(each, mine_too) for spans, mine_too in ((ours, True), (theirs, False)) for each in spans]
    for span, is_ours in sorted(both, key=lambda each: (each[0].began_at, each[0].ended_at)):
        if (mine or its) and span.began_at > over_at:
            yield mine, its
            mine, its = [], []
            over_at = 0
        (mine if is_ours else its).append(span)
        over_at = max(over_at, span.ended_at)
    if mine or its:
        yield mine, its


def _compared(peer: str, mine: list[Span], its: list[Span]) -> Iterator[Difference]:
    if not mine or not its:
        yield from (Difference(peer, "session", each, None) for each in mine)
        yield from (Difference(peer, "session", None, each) for each in its)
        return
    if len(mine) != len(its):
        mine, its = [_whole(mine)], [_whole(its)]
    for ours, theirs in zip(mine, its, strict=True):
        if abs(ours.began_at - theirs.began_at) > TOLERATED_MS:
            yield Difference(peer, "start", ours, theirs)
        if abs(ours.ended_at - theirs.ended_at) > TOLERATED_MS:
            yield Difference(peer, "end", ours, theirs)


def _whole(spans: list[Span]) -> Span:
    return Span(min(each.began_at for each in spans), max(each.ended_at for each in spans))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `reconcile` takes."""
    parser.description = DESCRIPTION
    add_tool(parser, required=False)
    parser.add_argument(
        "--from", dest="from_at", type=first_instant, required=True, metavar="DATE", help="from this day on: 2026-11-01"
    )
    parser.add_argument("--connections", type=Path, required=True, metavar="FILE", help="the tool's list")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, for programs")


def first_instant(text: str) -> int:
    """The first instant of a day, where this computer is."""
    try:
        return to_at(datetime.combine(date.fromisoformat(text), time.min).astimezone())
    except (ValueError, OverflowError, OSError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as 2026-11-01") from error


def run(given: argparse.Namespace, signatures: tuple[Signature, ...], recall: Recall) -> int:
    """Compare, and tell."""
    try:
        signature = signature_of(given.tool, signatures)
        rule = rule_of(signature, given.os, LogKind.RECORDS)
        read = read_list(given.connections, signature.tool, rule, complain)
    except NotOfThisKind as error:
        complain(str(error))
        return 2
    since_at = given.from_at - BEFORE_MS
    recorded = [
        (each.peer or "?", Span(each.started_at, each.last_seen_at))
        for each in recall(max(0, since_at))
        if each.tool == signature.tool
    ]
    spans = [(each.session.peer or "?", Span(each.began_at, each.ended_at or 0)) for each in read]
    listed = [(peer, span) for peer, span in spans if span.ended_at >= since_at]
    found, agreed = differences(recorded, listed, given.from_at)
    _tell(found, agreed, as_json=given.json, out=sys.stdout)
    return 0


def _tell(found: list[Difference], agreed: int, *, as_json: bool, out: TextIO) -> None:
    for each in found:
        out.write((msgspec.json.encode(each.line).decode() if as_json else each.text) + "\n")
    if not as_json:
        count = "1 difference" if len(found) == 1 else f"{len(found)} differences"
        out.write(f"{count}; sessions that agree: {agreed}\n")
