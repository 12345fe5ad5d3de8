"""Recorded files of a tool → the sessions that they prove, wherever and whenever they are read.

What a file cannot tell is said and not made up: an end that is not in it, an hour that came twice, a record that
cannot be read. A file of another kind is refused whole.
"""

import codecs
import heapq
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from agent.errors import BadEvent, Incoming, NotOfThisKind
from agent.eventlog import Event, EventBook, Held, Moment, read_event, split_export
from agent.local_times import HOUR_MS, LocalAt
from agent.log_lines import Lines
from agent.logbook import QUARTER_MS, RECONNECT_MS, WAKING_MS, Logbook, Stamp, Told
from agent.peer_names import is_masked, same_peer
from agent.sighting import LoggedSession
from agent.signature import EventRule, LogKind, LogRule, Signature, System, Zone
from agent.years import Years
from shared.moments import iso
from shared.session import MAX_AT

CHUNK_BYTES = 1024 * 1024
CHANGE_MS = HOUR_MS  # by so much clocks change
FARTHEST_ZONE_MS = 14 * HOUR_MS
APART_MS = 5_000  # a tool's two logs tell the same instant by so much differently
ASKING_MS = 60_000  # a list may begin with the attempt, and the log with the password that was accepted

Say = Callable[[str], None]


class Recorded(msgspec.Struct, frozen=True):
    """A session that a file proves."""

    session: LoggedSession
    mode: str | None = None
    zone_is_sure: bool = True  # else its times may be whole quarters of an hour off
    section: int | None = None  # of a log that tells its zone at each start; an older one may be from before a change
    sleeps: tuple[tuple[int, int | None], ...] = ()  # of the computer, as the log of the session told them
    where: str = ""  # file and line
    doubt: str | None = None  # what must be said of it, where nothing else tells it better

    @property
    def began_at(self) -> int:
        """Every recorded session has a start."""
        return self.session.began_at or 0

    @property
    def ended_at(self) -> int | None:
        return self.session.ended_at

    @property
    def note(self) -> str | None:
        """Its doubt in words, with its times as they were found at last."""
        if self.doubt is None:
            return None
        until = f" to {iso(self.ended_at)}" if self.ended_at is not None else ""
        return f"{_who(self.where, self.session)} from {iso(self.began_at)}{until}: {self.doubt}"


class AsWritten:
    """A line that is read whenever: its stamp alone tells."""

    def start(self, stamp: Stamp | None) -> Told:
        """What the stamp says."""
        return Told(stamp.at, stamp.unsure_ms) if stamp is not None else Told(None)

    end = start


class ZoneChoice(msgspec.Struct, frozen=True):
    """Where the local times of a log were written, as far as the one who asks has said so."""

    local_at: LocalAt
    name: str | None = None  # None: nobody has; it is this computer's


def event_rule_of(signature: Signature) -> EventRule:
    """How the tool's event channel is read, where its events alone tell which side this computer was."""
    for rule in signature.event:
        if rule.requires is not None:
            raise NotOfThisKind(f"{signature.name}: its events do not tell who helped whom: nothing can be replayed")
        return rule
    raise NotOfThisKind(f"{signature.name}: no event channel of it is known")


def rule_of(signature: Signature, system: System, kind: LogKind) -> LogRule:
    """How the tool's log of this kind is read, on that system where it has a form of its own there."""
    rules = [rule for rule in signature.log if rule.kind is kind]
    for rule in sorted(rules, key=lambda each: system not in each.systems):
        if rule.zone is Zone.NONE:
            raise NotOfThisKind(f"{signature.name} writes no times into its log: nothing can be replayed from it")
        return rule
    what = "log" if kind is LogKind.LINES else "list of connections"
    raise NotOfThisKind(f"{signature.name}: no {what} of it is known")


def read_logs(paths: Sequence[Path], tool: str, rule: LogRule, zone: ZoneChoice, say: Say) -> list[Recorded]:
    """The sessions in a log, or in the parts of one."""
    for path in paths:
        _refuse_another_kind(path, Logbook(tool, "log", rule, zone.local_at, Years(_written_at(path))), say)
    paths = _in_order(paths, tool, rule, zone, say)
    years = Years(_written_at(paths[0]))
    scout = Logbook(tool, "log", rule, zone.local_at, years)
    has_banner = _learn_first_offset(scout, paths)
    book = scout if zone.name is None else Logbook(tool, "log", rule, zone.local_at, years)
    found: list[Recorded] = []
    zone_is_sure = rule.zone is not Zone.LOCAL or zone.name is not None or has_banner
    found += _read_lines(_together(paths, book), book, say)
    for session in book.open:
        still = _of(msgspec.structs.replace(session, ended_at=None), str(paths[-1]), say)
        found += (msgspec.structs.replace(each, section=book.times.section) for each in still)
    if zone.name is not None or not book.times.is_used:
        found = [msgspec.structs.replace(each, section=None) for each in found]
    if years.is_guessed and found:
        say(f"{paths[0]}: no line tells the year: it is taken from the date of the file, {years.not_after:%Y-%m-%d}")
    zone_is_sure = zone_is_sure or not book.times.is_used
    if found and book.times.is_used:
        _say_zone(book, paths[0], zone, zone_is_sure, say)
    if book.left_out and not found:
        kinds = ", ".join(sorted(book.left_out))
        say(f"{paths[0]}: it tells connections by {kinds} and no others: a terminal or a page is no session")
    if rule.reconnects:
        found = _reconnected(found)
    sleeps = tuple(book.sleeps)
    return [msgspec.structs.replace(each, zone_is_sure=zone_is_sure, sleeps=sleeps) for each in _each_once(found)]


def _in_order(paths: Sequence[Path], tool: str, rule: LogRule, zone: ZoneChoice, say: Say) -> Sequence[Path]:
    """The parts, the one that begins first before the others; as they are given where that may be an hour off."""
    if len(paths) < 2:
        return paths
    begun = [_first(path, Logbook(tool, "log", rule, zone.local_at, Years(_written_at(path)))) for path in paths]
    told = [(stamp.at, path) for stamp, path in zip(begun, paths, strict=True) if stamp is not None]
    in_time = sorted(told, key=lambda part: part[0])
    if in_time == told or any(stamp is not None and stamp.unsure_ms >= HOUR_MS for stamp in begun):
        return paths
    ordered = [path for _, path in in_time]
    say(f"the parts are read in the order of their times: {', '.join(map(str, ordered))}")
    return [*(path for path, stamp in zip(paths, begun, strict=True) if stamp is None), *ordered]


def _first(path: Path, book: Logbook) -> Stamp | None:
    """When its first line that has a time was written."""
    stamps = (book.stamp(line) for _, line in numbered_lines(path))
    return next((stamp for stamp in stamps if stamp is not None), None)


def _each_once(found: Iterable[Recorded]) -> list[Recorded]:
    """What a part that is given twice, or that was copied into the next one, tells again is the same session."""
    by_start: dict[tuple[str | None, int], Recorded] = {}
    for each in found:
        key = each.session.peer, each.began_at
        known = by_start.get(key)
        if known is None or (each.ended_at or MAX_AT) < (known.ended_at or MAX_AT):
            by_start[key] = each
    return list(by_start.values())


def _refuse_another_kind(path: Path, book: Logbook, say: Say) -> None:
    is_empty, has_start = True, False
    for _, line in numbered_lines(path):
        if book.stamp(line) is not None:
            return
        is_empty = is_empty and not line.strip()
        has_start = has_start or book.is_start(line)
    if has_start:
        raise NotOfThisKind(f"{path}: its lines have no times: nothing can be replayed from it")
    if not is_empty or not _is_text(path):
        raise NotOfThisKind(f"{path}: this is no log of {book.tool}: no line of it begins as its lines do")
    say(f"{path}: it is empty")


def _together(paths: Sequence[Path], book: Logbook) -> Iterator[tuple[Path, int, str]]:
    """The lines of all parts, one part after the other; by their times where each line says whose it is.

    Then they may be the files of several processes that had a part in one session, as AnyDesk's window and service.
    """
    if len(paths) > 1 and book.tells_places and book.rule.zone is not Zone.LOCAL:
        told = heapq.merge(*(_in_time(path, book) for path in paths), key=lambda line: line[0])
        return ((path, number, line) for _, path, number, line in told)
    return ((path, number, line) for path in paths for number, line in numbered_lines(path))


def _in_time(path: Path, book: Logbook) -> Iterator[tuple[int, Path, int, str]]:
    """The lines of a part, each with its time or that of the one before it."""
    at = 0
    for number, line in numbered_lines(path):
        stamp = book.stamp(line)
        at = max(at, stamp.at) if stamp is not None else at
        yield at, path, number, line


def _read_lines(lines: Iterable[tuple[Path, int, str]], book: Logbook, say: Say) -> Iterator[Recorded]:
    foreign: dict[Path, list[int]] = defaultdict(list)
    beginless: dict[Path, list[int]] = defaultdict(list)
    for path, number, line in lines:
        if book.is_undated(line):
            say(f"{path}:{number}: there is no such date or time: skipped")
            continue
        section, not_understood, without = book.times.section, book.not_understood, book.beginless
        for session in book.read(line, AsWritten()):
            for each in _of(session, f"{path}:{number}", say):
                yield msgspec.structs.replace(each, section=section)
        if book.not_understood > not_understood:
            foreign[path].append(number)
        if book.beginless > without:
            beginless[path].append(number)
    for path, numbers in foreign.items():
        told = "1 line tells" if len(numbers) == 1 else f"{len(numbers)} lines tell"
        say(f"{path}:{numbers[0]}: {told} a session in a language that is not understood: it cannot be told")
    for path, (first, *others) in beginless.items():
        more = f", and {len(others)} more after it" if others else ""
        say(f"{path}:{first}: a session or an attempt whose beginning is not in it: not told{more}")


def _of(session: LoggedSession, where: str, say: Say) -> Iterator[Recorded]:
    """The session with what must be said of it."""
    began_at, ended_at = session.began_at, session.ended_at
    if began_at is None:
        say(f"{_who(where, session)} has no time at its start: skipped")
        return
    doubt: str | None = None
    if ended_at is not None and ended_at < began_at:
        doubt = "the clock was set back meanwhile: nothing tells when it ended"
        session = msgspec.structs.replace(session, ended_at=None)
    elif ended_at is not None and session.unsure_ms >= QUARTER_MS:
        doubt = "one of these came twice that night, and may be an hour later"
    elif ended_at is None and (session.perhaps_ended_at or 0) > began_at:
        doubt = "only a line that names nobody tells its end"
        session = msgspec.structs.replace(session, ended_at=session.perhaps_ended_at)
    elif ended_at is None:
        doubt = "nothing tells when it ended"
    yield Recorded(session, where=where, doubt=doubt)


def _who(where: str, session: LoggedSession) -> str:
    return f"{where}: the session with {session.peer or 'an unknown peer'}"


def _learn_first_offset(book: Logbook, paths: Sequence[Path]) -> bool:
    """What stands before the first banner was most likely written in the same zone; returns whether there is one."""
    is_there = book.rule.offset is not None and any(
        book.learn_offset(line) for path in paths for _, line in numbered_lines(path)
    )
    if book.years is not None:
        book.years.rewind()
    return is_there


def _written_at(path: Path) -> datetime:
    """When the file was written last, in local time."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime)  # noqa: DTZ006 - near enough in any zone
    except OSError as error:
        raise NotOfThisKind(f"{path}: {error.strerror or error}") from error


def _say_zone(book: Logbook, path: Path, zone: ZoneChoice, zone_is_sure: bool, say: Say) -> None:
    learned = book.times.learned
    if not zone_is_sure:
        say(f"{path}: no line tells the zone of its times: they are taken as this computer's; --zone names another")
    elif zone.name is not None and not all(learned.values()):
        say(f"{path}: it says itself that its offset from UTC is another than that of {zone.name}: it is believed")
    elif len(learned) > 1 and not all(learned.values()):
        say(f"{path}: its offset from UTC changes between two starts: times near the change may be off; --zone helps")


def _reconnected(found: Iterable[Recorded]) -> list[Recorded]:
    """What the tool wrote as an end and a new start when it had only reconnected is one session."""
    whole: list[Recorded] = []
    last: dict[str | None, int] = {}  # where the last one with each peer stands
    for each in sorted(found, key=lambda each: each.began_at):
        place = last.get(each.session.peer)
        before = whole[place].ended_at if place is not None else None
        if place is not None and before is not None and 0 <= each.began_at - before <= RECONNECT_MS:
            whole[place] = msgspec.structs.replace(
                whole[place],
                session=msgspec.structs.replace(
                    whole[place].session, ended_at=each.ended_at and max(each.ended_at, before)
                ),
                where=each.where if each.doubt is not None else whole[place].where,
                doubt=each.doubt or whole[place].doubt,
            )
            continue
        last[each.session.peer] = len(whole)
        whole.append(each)
    return whole


def read_list(path: Path, tool: str, rule: LogRule, say: Say) -> list[Recorded]:
    """The sessions in a list of those that have ended; that of the incoming side has none, and that is said."""
    try:
        return read_own_list(path, tool, rule, say)
    except Incoming as reason:
        say(str(reason))
        return []


def read_own_list(path: Path, tool: str, rule: LogRule, say: Say) -> list[Recorded]:
    """The sessions in a list of those that have ended; that of the incoming side is Incoming.

    The incoming side's list has none of ours: it is one by the name that the tool gives it, or when most records are.
    """
    book = Logbook(tool, "list", rule, lambda local: 0)
    found: dict[str, Recorded] = {}
    refused: list[str] = []
    incoming = 0
    is_empty, is_list = True, False
    day = _shape(rule.time_format.split()[0])
    for number, line in numbered_lines(path):
        if not line.strip():
            continue
        is_empty = False
        is_list = is_list or day.search(line) is not None
        if book.is_ignored(line):
            incoming += 1
            refused.append(f"{path}:{number}: this is a record of an incoming session: skipped")
            continue
        try:
            session, mode = book.record(line)
        except ValueError as reason:
            refused.append(f"{path}:{number}: {reason}: skipped")
        else:
            found.setdefault(session.key, Recorded(session, mode))
    if is_empty and _is_text(path):
        say(f"{path}: it is empty")
    elif not is_list:
        raise NotOfThisKind(f"{path}: this is no list of {tool}'s connections: it has no record")
    if incoming > len(found) or path.name.lower().startswith("connections_incoming"):
        raise Incoming(
            f"{path}: this is the list of incoming sessions, in which this computer was helped: none of them is told"
        )
    for complaint in refused:
        say(complaint)
    return list(found.values())


def read_events(paths: Sequence[Path], tool: str, rule: EventRule, say: Say) -> list[Recorded]:
    """The sessions in exported events of a channel, whichever program of Windows wrote them."""
    events = [told for path in paths for told in _events_in(path, rule, say)]
    book = EventBook(tool, rule, lambda pid, at: Held(str(pid)))
    found: list[Recorded] = []
    for where, event in sorted(events, key=lambda told: (told[1].at, told[1].record)):
        if (session := book.read(event, Moment(0, MAX_AT))) is not None:
            found += _of(session, where, say)
    for session in book.open():
        found += _of(session, str(paths[-1]), say)
    return found


def _events_in(path: Path, rule: EventRule, say: Say) -> Iterator[tuple[str, Event]]:
    """The channel's events, each with its place; what cannot be read is said, with the line that it begins on."""
    text = _xml(path)
    if not text.strip():
        say(f"{path}: it is empty")
        return
    channels: set[str] = set()
    count = 0
    for count, (line, xml) in enumerate(split_export(text), 1):  # noqa: B007 - how many there were
        try:
            event = read_event(xml)
        except BadEvent as reason:
            say(f"{path}:{line}: {reason}: skipped")
            continue
        channels.add(event.channel)
        yield f"{path}:{line}", event
    if not count and re.search(r"<Events\b[^>]*>\s*</Events>|<Events\b[^>]*/>", text):
        say(f"{path}: it is empty")
    elif not count:
        raise NotOfThisKind(f"{path}: these are no events: export them with wevtutil qe CHANNEL /f:xml")
    if channels and rule.channel not in channels:
        raise NotOfThisKind(f"{path}: these events are of {min(channels)}, and not of {rule.channel}")


def _xml(path: Path) -> str:
    """The text of an export, which Windows writes in UTF-8, UTF-16 or a code page."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotOfThisKind(f"{path}: {error.strerror or error}") from error
    if data.startswith(b"ElfFile"):
        raise NotOfThisKind(f"{path}: this is an .evtx file: turn it into XML with wevtutil qe FILE /lf /f:xml")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _shape(time_format: str) -> re.Pattern[str]:
    """What a text in this format looks like, whether there is such a day or not."""
    parts = re.split(r"(%[a-zA-Z])", time_format)
    digits = {"%Y": r"\d{4}"}
    return re.compile(
        "".join(digits.get(each, r"\d\d?") if each.startswith("%") else re.escape(each) for each in parts)
    )


def together(logged: Iterable[Recorded], listed: Sequence[Recorded]) -> list[Recorded]:
    """Each session once: the list tells it exactly; the log adds those that are not in the list, and what was slept.

    Where the list shows that the log's times are off, those of its other sessions there are put right with them.
    """
    logged = _put_right(list(logged), listed)
    by_peer: dict[str, list[int]] = defaultdict(list)
    for number, record in enumerate(listed):
        by_peer[record.session.peer or ""].append(number)
    masked = [each for each in by_peer if is_masked(each)]
    told: list[Recorded] = []
    logged_too: dict[int, list[Recorded]] = defaultdict(list)
    for each in logged:
        peer = each.session.peer or ""
        peers = {peer, *masked, *(by_peer if is_masked(peer) else ())}
        may_be = (number for its in sorted(peers) if same_peer(its, peer) for number in by_peer.get(its, ()))
        number = next((number for number in may_be if _same_session(each, listed[number])), -1)
        (logged_too[number] if number >= 0 else told).append(each)
    for number, record in enumerate(listed):
        told += _awake(record, logged_too[number])
    return sorted(told, key=lambda each: (each.began_at, each.session.peer or ""))


def _awake(record: Recorded, logged: Sequence[Recorded]) -> Iterator[Recorded]:
    """The record without what the computer slept of it, as the log tells; it lived on if it ended well after that."""
    began_at, ended_at = record.began_at, record.ended_at or record.began_at
    pieces: list[tuple[int, int]] = []
    for fell_at, woke_at in sorted({each for its in logged if its.zone_is_sure for each in its.sleeps}, key=_fell_at):
        if began_at < fell_at < ended_at:
            pieces.append((began_at, fell_at))
            began_at = woke_at if woke_at is not None and ended_at - woke_at > WAKING_MS else ended_at
    if began_at < ended_at or not pieces:
        pieces.append((began_at, ended_at))
    for begin, end in pieces:
        session = msgspec.structs.replace(record.session, began_at=begin, ended_at=end)
        yield msgspec.structs.replace(record, session=session)


def _fell_at(sleep: tuple[int, int | None]) -> int:
    return sleep[0]


def _same_session(logged: Recorded, record: Recorded) -> bool:
    """Whether the record tells of this session of the log, or of the whole that it is a part of."""
    ended_at = record.ended_at or 0
    if logged.ended_at is None:
        return record.began_at - APART_MS <= logged.began_at < ended_at
    off_ms = (record.began_at - logged.began_at, ended_at - logged.ended_at)
    if max(map(abs, off_ms)) <= APART_MS:
        return True
    together_ms = min(ended_at, logged.ended_at) - max(record.began_at, logged.began_at)
    return together_ms > 0 and 2 * together_ms >= logged.ended_at - logged.began_at


def _put_right(logged: list[Recorded], listed: Sequence[Recorded]) -> list[Recorded]:
    """The log's sessions with the offset that the list's records of them prove.

    A session that is in no record goes by the one before it in its section of the log, or, where nothing at all told
    the zone, by the one after it.
    """
    if not listed:
        return logged
    by_peer: dict[str, list[Recorded]] = defaultdict(list)
    for record in listed:
        by_peer[record.session.peer or ""].append(record)
    masked = [name for name in by_peer if is_masked(name)]
    proven: dict[int | None, int] = {}
    waiting: dict[int | None, list[int]] = defaultdict(list)
    right = sorted(logged, key=lambda each: each.began_at)
    for place, each in enumerate(right):
        peer = each.session.peer or ""
        names = {peer, *masked, *(by_peer if is_masked(peer) else ())}
        its = [record for name in names if same_peer(name, peer) for record in by_peer.get(name, ())]
        off_ms = _off_ms(each, its)
        if off_ms is not None:
            proven[each.section] = off_ms
            for earlier in waiting.pop(each.section, ()) if not each.zone_is_sure else ():
                right[earlier] = _moved(right[earlier], off_ms)
        elif each.section not in proven:
            waiting[each.section].append(place)
        right[place] = _moved(each, proven.get(each.section, 0))
    return right


def _off_ms(logged: Recorded, its: Sequence[Recorded]) -> int | None:
    """By how much the list shows this session of the log to be off; None where it shows nothing, or several things."""
    if any(_same_session(logged, record) for record in its):
        return 0
    may_be = {off_ms for record in its if (off_ms := _zones_apart(logged, record)) is not None}
    return may_be.pop() if len(may_be) == 1 else None


def _zones_apart(logged: Recorded, record: Recorded) -> int | None:
    """How many whole quarters of an hour the record is later than the session, if they may be one for that."""
    if logged.ended_at is None or (logged.zone_is_sure and logged.section is None):
        return None
    begin_ms, end_ms = record.began_at - logged.began_at, (record.ended_at or 0) - logged.ended_at
    off_ms = round(end_ms / QUARTER_MS) * QUARTER_MS
    is_one = abs(begin_ms - end_ms) <= ASKING_MS and abs(end_ms - off_ms) <= APART_MS
    may_be = abs(off_ms) == CHANGE_MS if logged.zone_is_sure else abs(off_ms) <= FARTHEST_ZONE_MS
    return off_ms if is_one and may_be else None


def _moved(each: Recorded, by_ms: int) -> Recorded:
    if not by_ms:
        return each
    ended_at = each.ended_at + by_ms if each.ended_at is not None else None
    session = msgspec.structs.replace(each.session, began_at=each.began_at + by_ms, ended_at=ended_at)
    sleeps = tuple((fell_at + by_ms, woke_at and woke_at + by_ms) for fell_at, woke_at in each.sleeps)
    return msgspec.structs.replace(each, session=session, sleeps=sleeps, zone_is_sure=True)


def _is_text(path: Path) -> bool:
    """Whether what has no letter in it is at least no block of zeros."""
    with path.open("rb") as file:
        return b"\0\0" not in file.read(CHUNK_BYTES)


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file from 1 on; what cannot be opened is not of this kind."""
    lines = Lines()
    number = 0
    try:
        with path.open("rb") as file:
            while new := file.read(CHUNK_BYTES):
                for line in lines.take(new):
                    number += 1
                    yield number, line
    except OSError as error:
        raise NotOfThisKind(f"{path}: {error.strerror or error}") from error
    if lines.rest:
        yield number + 1, lines.rest
