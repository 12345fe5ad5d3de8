"""`mezzora-agent reconcile`: where what was recorded on this PC and a tool's own list of connections differ."""

import argparse
import sys
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TextIO

import msgspec

from agent.errors import NotOfThisKind
from agent.logbook import RECONNECT_MS
from agent.peer_names import is_masked, same_peer
from agent.recording import read_own_list, rule_of
from agent.replay import add_tool, complain, signature_of
from agent.signature import LogKind, Signature
from shared.moments import HOUR_MS, from_at, iso, to_at
from shared.session import Mark, Session

TOLERATED_MS = 2_000  # the list has whole seconds, and a look is not at each of them
BEFORE_MS = 24 * HOUR_MS  # sessions over the first midnight are read too

Recall = Callable[[int], Sequence[Session]]  # what was recorded of the sessions that ended since an instant

DESCRIPTION = """\
Lists where the sessions that the agent recorded on this PC and a tool's own list of connections differ by more than
two seconds: a start, an end, or a session or a gap that only one of them has. A record of the list is one connection.
What was recorded in pieces may be one record or several: a gap that nobody observed is no difference. Exit status 0,
also when there are differences; 2 when the list is missing, not of this kind, or the incoming side's.
"""


class Span(msgspec.Struct, frozen=True, order=True):
    """A session as one of the two sides has it, or a part of one."""

    began_at: int
    ended_at: int


class Difference(msgspec.Struct, frozen=True):
    """One thing in which they do not agree; None is a side that does not have the session, or the gap."""

    peer: str
    what: str  # start, end, session, or gap
    recorded: Span | None
    listed: Span | None

    @property
    def text(self) -> str:
        """For a person, in the time of this PC."""
        if self.recorded is None and self.listed is not None:
            return f"{self.peer}: {_ONLY_LISTED[self.what]}: {_from_to(self.listed)}"
        if self.listed is None and self.recorded is not None:
            return f"{self.peer}: {_ONLY_RECORDED[self.what]}: {_from_to(self.recorded)}"
        ours, theirs = self._instant(self.recorded) or 0, self._instant(self.listed) or 0
        seconds = f"{abs(ours - theirs) / 1000:.1f} s {'later' if theirs > ours else 'earlier'}"
        return f"{self.peer}: {self.what}: recorded {_local(ours)}, in the list {_local(theirs)}, {seconds}"

    @property
    def line(self) -> dict[str, str | None]:
        """For a program."""
        if self.what in ("session", "gap"):
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


_ONLY_LISTED = {"session": "not recorded", "gap": "recorded without a gap, in the list there is one"}
_ONLY_RECORDED = {"session": "not in the list", "gap": "not recorded, in the list it goes on"}


def _ends(side: str, span: Span | None) -> dict[str, str | None]:
    return {side: f"{iso(span.began_at)}/{iso(span.ended_at)}" if span is not None else None}


def _iso(at: int | None) -> str | None:
    return iso(at) if at is not None else None


def _from_to(span: Span) -> str:
    return f"{_local(span.began_at)} to {_local(span.ended_at)}"


def _local(at: int) -> str:
    return from_at(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")


Listed = tuple[str, Span]  # a record of the list, with its peer


class Part(msgspec.Struct, frozen=True):
    """An unbroken part of a recorded session, or a whole one."""

    session: Session
    span: Span
    is_cut: bool = False  # the session goes on beyond it without a gap, where the list has one

    @property
    def peer(self) -> str:
        return self.session.peer or "?"


class Verdict(msgspec.Struct, frozen=True):
    """What is to be said of one record of the list, or of one session that is in no list."""

    ended_at: int  # on whichever side it ended last
    differences: tuple[Difference, ...] = ()
    agrees: bool = False


def differences(recorded: Iterable[Session], listed: Iterable[Listed], from_at: int) -> tuple[list[Difference], int]:
    """What differs, in order of time, and how many sessions agree; of sessions that ended at or after the instant.

    Each record tells of one connection, and each recorded session is set against one record at most. A session that
    was recorded with gaps may be several records, and several sessions one record: what nobody observed is no
    difference. What was observed while the list has nothing is one, and so is what it has beyond an end that was seen.
    """
    verdicts = [
        verdict
        for ours, theirs in _by_peer(recorded, listed)
        for verdict in _verdicts(ours, theirs)
        if verdict.ended_at >= from_at
    ]
    found = [difference for verdict in verdicts for difference in verdict.differences]
    return sorted(found, key=_when), sum(verdict.agrees for verdict in verdicts)


def _when(difference: Difference) -> tuple[int, str]:
    span = difference.recorded or difference.listed
    return (span.began_at if span is not None else 0), difference.peer


def _by_peer(recorded: Iterable[Session], listed: Iterable[Listed]) -> Iterator[tuple[list[Part], list[Listed]]]:
    """What may be each other's, in order of time: a masked peer belongs with all whom it may be."""
    ours, theirs = defaultdict[str, list[Part]](list), defaultdict[str, list[Listed]](list)
    for session in recorded:
        ours[session.peer or "?"].append(Part(session, Span(session.started_at, session.last_seen_at)))
    for peer, span in listed:
        theirs[peer].append((peer, span))
    for names in _alike(ours.keys() | theirs.keys()):
        yield (
            sorted((each for name in names for each in ours.get(name, ())), key=lambda each: each.span),
            sorted((each for name in names for each in theirs.get(name, ())), key=lambda each: (each[1], each[0])),
        )


def _alike(names: Collection[str]) -> list[set[str]]:
    """The names in groups, each of names that may be one peer's."""
    groups = [{name} for name in sorted(names) if not is_masked(name)]
    for masked in sorted(name for name in names if is_masked(name)):
        its = [group for group in groups if any(same_peer(masked, name) for name in group)]
        groups = [group for group in groups if group not in its] + [{masked}.union(*its)]
    return groups


def _verdicts(ours: list[Part], theirs: list[Listed]) -> Iterator[Verdict]:
    """First what agrees as it stands; of the rest, part by part, what comes nearest."""
    left, free = [], [True] * len(theirs)
    begins = [span.began_at for _, span in theirs]
    for part in ours:
        near = range(
            bisect_left(begins, part.span.began_at - TOLERATED_MS),
            bisect_right(begins, part.span.began_at + TOLERATED_MS),
        )
        number = next((each for each in near if free[each] and _agree(part, theirs[each])), None)
        if number is None:
            left.append(part)
            continue
        free[number] = False
        yield Verdict(max(part.span.ended_at, theirs[number][1].ended_at), agrees=True)
    yield from _rest(left, [each for each, is_free in zip(theirs, free, strict=True) if is_free])


def _agree(part: Part, record: Listed) -> bool:
    peer, span = record
    return abs(part.span.ended_at - span.ended_at) <= TOLERATED_MS and same_peer(part.peer, peer)


def _rest(ours: list[Part], theirs: list[Listed]) -> Iterator[Verdict]:
    parts: list[Part] = []
    gaps: dict[int, list[Difference]] = defaultdict(list)  # by the instant at which they are over
    by_peer = {
        name: _pauses([span for peer, span in theirs if same_peer(name, peer)]) for name in {p.peer for p in ours}
    }
    for whole in ours:
        pauses = by_peer[whole.peer]
        for stretch in whole.session.stretches:
            span = Span(stretch.started_at, stretch.ended_at)
            within = [each for each in pauses if span.began_at < each.began_at and each.ended_at < span.ended_at]
            parts += _pieces(whole.session, span, within)
            for each in within:
                if _length(each) > TOLERATED_MS:
                    gaps[each.ended_at].append(Difference(whole.peer, "gap", None, each))
    taken, over = _assigned(parts, theirs)
    for number, (peer, span) in enumerate(theirs):
        if number in taken:
            yield _against(taken[number], span, gaps.pop(span.began_at, []))
        else:
            yield Verdict(span.ended_at, (Difference(peer, "session", None, span),))
    yield from (Verdict(at, tuple(several)) for at, several in gaps.items())
    yield from _in_no_list(over, frozenset(part.session.id for its in taken.values() for part in its))


def _pauses(listed: Iterable[Span]) -> list[Span]:
    """The times between records in which no other one goes on, also where the next one follows at once."""
    pauses: list[Span] = []
    over_at: int | None = None
    for span in listed:
        if over_at is not None and over_at - TOLERATED_MS <= span.began_at:
            pauses.append(Span(min(over_at, span.began_at), span.began_at))
        over_at = max(over_at or 0, span.ended_at)
    return pauses


def _pieces(session: Session, span: Span, pauses: Sequence[Span]) -> Iterator[Part]:
    """The stretch without what the list leaves out of it."""
    is_cut = any(_length(each) > TOLERATED_MS for each in pauses)
    begins = (span.began_at, *(each.ended_at for each in pauses))
    ends = (*(each.began_at for each in pauses), span.ended_at)
    return (Part(session, Span(began_at, ended_at), is_cut) for began_at, ended_at in zip(begins, ends, strict=True))


def _assigned(parts: Sequence[Part], theirs: Sequence[Listed]) -> tuple[dict[int, list[Part]], list[Part]]:
    """To each record the parts that are nearest to it, by its number; and those that are of none."""
    begins = [span.began_at for _, span in theirs]
    longest_ms = max((_length(span) for _, span in theirs), default=0)
    pairs: list[tuple[int, int, int]] = []
    for n, part in enumerate(parts):
        first = bisect_left(begins, part.span.began_at - longest_ms - TOLERATED_MS)
        for number in range(first, bisect_right(begins, part.span.ended_at + TOLERATED_MS)):
            peer, span = theirs[number]
            if _together_ms(part.span, span) >= -TOLERATED_MS and same_peer(part.peer, peer):
                off_ms = abs(part.span.began_at - span.began_at) + abs(part.span.ended_at - span.ended_at)
                pairs.append((off_ms, n, number))
    taken: dict[int, list[Part]] = defaultdict(list)
    over = dict(enumerate(parts))
    for _, n, number in sorted(pairs):
        # Two sessions that were live at the same time are two connections.
        if n in over and not any(_are_two(parts[n], each) for each in taken[number]):
            taken[number].append(over.pop(n))
    return {number: its for number, its in taken.items() if its}, list(over.values())


def _are_two(one: Part, other: Part) -> bool:
    return one.session is not other.session and _together_ms(one.span, other.span) > TOLERATED_MS


def _together_ms(one: Span, other: Span) -> int:
    return min(one.ended_at, other.ended_at) - max(one.began_at, other.began_at)


def _length(span: Span) -> int:
    return span.ended_at - span.began_at


def _against(parts: Iterable[Part], listed: Span, found: list[Difference]) -> Verdict:
    """The record against what was recorded of it."""
    first, *others = sorted(parts, key=lambda each: each.span)
    last = first
    for each in others:
        gap = Span(last.span.ended_at, each.span.began_at)
        is_seen = each.session is not last.session and Mark.UNCONFIRMED_END not in last.session.marks
        if is_seen and _length(gap) > RECONNECT_MS:
            found.append(Difference(first.peer, "gap", gap, None))
        last = max(last, each, key=lambda part: part.span.ended_at)
    recorded = Span(first.span.began_at, last.span.ended_at)
    if abs(recorded.began_at - listed.began_at) > TOLERATED_MS:
        found.append(Difference(first.peer, "start", recorded, listed))
    if abs(recorded.ended_at - listed.ended_at) > TOLERATED_MS:
        found.append(Difference(first.peer, "end", recorded, listed))
    is_cut = any(each.is_cut for each in (first, *others))
    return Verdict(max(recorded.ended_at, listed.ended_at), tuple(found), agrees=not found and not is_cut)


def _in_no_list(over: Sequence[Part], known: frozenset[str]) -> Iterator[Verdict]:
    """Sessions of which no record has anything, each whole; and what no record has of the others."""
    for session in {part.session.id: part.session for part in over if part.session.id not in known}.values():
        span = Span(session.started_at, session.last_seen_at)
        yield Verdict(span.ended_at, (Difference(session.peer or "?", "session", span, None),))
    for part in over:
        if part.session.id in known and _length(part.span) > TOLERATED_MS:
            yield Verdict(part.span.ended_at, (Difference(part.peer, "session", part.span, None),))


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
        read = read_own_list(given.connections, signature.tool, rule, complain)
    except NotOfThisKind as error:
        complain(str(error))
        return 2
    since_at = given.from_at - BEFORE_MS
    recorded = [each for each in recall(max(0, since_at)) if each.tool == signature.tool]
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
