"""Builds the agent's parts, starts the two loops, and stops them within the budget."""

import asyncio
import contextlib
import functools
import logging
import os
import platform
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agent import lock, own_file, uplink
from agent.attendant import Attendant
from agent.config import Enrolment, read_enrolment, write_enrolment
from agent.declared import Declarations, run_begin, the_one_meant
from agent.desk import Desk, asks_for, language_of, way, what_is_recorded
from agent.directory import find, known_tools
from agent.link import Link, read_link, write_link
from agent.machine import Machine, end_process, this_system
from agent.meter import Meter, Reads
from agent.paths import Paths, own_catalogue
from agent.reminder import Reminders
from agent.shelf import read_catalogue, warn_of
from agent.signature import Catalogue, Signature
from agent.snapshot import Tick
from agent.spool import Spool, beside
from agent.toollogs import ToolLogs
from agent.tracker import Change, Tracks, resume
from agent.watch import json_lines, text_lines, watch
from agent.words import Words
from agent.words import run as run_say
from shared.clock import Clock, SystemClock
from shared.messages import What
from shared.moments import iso
from shared.release import VERSION
from shared.session import Session

if TYPE_CHECKING:  # an agent that runs for months tells neither
    from agent.explain import Explanation
    from agent.status import Standing

if sys.platform == "win32":  # the others must not pay for what it takes to read events
    from agent.channels import Channels
    from agent.wevtapi import EventChannel

MOST_LOOKS = 64  # that `explain` takes to read logs to their end, a bounded part at each

log = logging.getLogger(__name__)

NOTICE = """\
Mezzora registra quale programma di assistenza remota è collegato, a quale computer, da quando a quando. Mai lo schermo,
i tasti, i titoli delle finestre, i file, le pause. Su questo PC resta 400 giorni; presso l'azienda quanto i rendiconti
che ne nascono. Che cosa è registrato, e come fermarlo: mezzora-agent status.
Mezzora records which remote-support program is connected, to which computer, from when to when. Never the screen, keys,
window titles, files or pauses. It stays on this PC for 400 days, at the firm as long as the statements made of it.
What is recorded, and how to stop it: mezzora-agent status.
"""


def catalogue() -> Catalogue:
    """The signatures for this system; what is broken is said and passed over."""
    found, refused = read_catalogue(this_system(), own_catalogue())
    warn_of(refused)
    return found


def meter(
    tell: Callable[[Sequence[Change]], None],
    clock: Clock,
    data: Path,
    ask: Callable[[Signature], None] = lambda signature: None,
    tracks: Tracks = (),
) -> Meter:
    """A meter of this PC, and of what is declared in this data folder."""
    return measuring(catalogue(), tell, clock, data, ask, tracks, lambda tracks: None)


def measuring(
    signatures: Catalogue,
    tell: Callable[[Sequence[Change]], None],
    clock: Clock,
    data: Path,
    ask: Callable[[Signature], None],
    tracks: Tracks,
    followed: Callable[[Tracks], None],
) -> Meter:
    """The same by these signatures."""
    machine = Machine(signatures, clock)
    readers: list[Reads] = [ToolLogs(signatures, clock, os.environ), Declarations(Paths(data).declared, clock)]
    if sys.platform == "win32":
        readers.append(Channels(signatures, clock, EventChannel, machine.process))
    named = {each.tool: each for each in signatures.signatures}
    return Meter(machine, readers, signatures, tell, lambda tool: ask(named[tool]), new_id, tracks, followed=followed)


def explanation(data: Path) -> "Explanation":
    """What is to be said of every candidate, log and event channel right now."""
    from agent.explain import Explanation

    measuring = meter(lambda changes: None, SystemClock(), data)
    verdicts = measuring.verdicts()[1]
    logs = next(each for each in measuring.readers if isinstance(each, ToolLogs))
    for _ in range(MOST_LOOKS):
        if not logs.is_behind:
            break
        verdicts = measuring.verdicts()[1]
    channels: tuple[str, ...] = ()
    if sys.platform == "win32":
        channels = tuple(line for each in measuring.readers if isinstance(each, Channels) for line in each.standing())
    notes = {each.tool: each.note for each in measuring.catalogue.signatures}
    return Explanation(verdicts, logs.states(), channels, notes)


def new_id() -> str:
    """A session's id, unlike any other's."""
    return secrets.token_hex(16)


def run_watch(data: Path, *, as_json: bool, for_ms: int | None) -> None:
    """Tell this PC's sessions on standard output until stopped."""
    clock = SystemClock()
    tell = (json_lines if as_json else text_lines)(sys.stdout)
    stop = threading.Event()
    with on_signals(stop.set):
        watch(meter(tell, clock, data), tell, clock, stop, for_ms)


def enrol(data: Path, address: str, code: str) -> Enrolment:
    """Make this PC known to a collector, and keep what it answers."""
    url = uplink.agents_door(address)
    enrolled = asyncio.run(uplink.enrol(url, code.strip(), platform.node() or "?"))
    enrolment = Enrolment(url, enrolled.agent, enrolled.token)
    write_enrolment(data, enrolment)
    return enrolment


def declare(data: Path, tool: str | None, peer: str | None) -> int:
    """Declare that a session begins: with this tool, or the one that runs and cannot be seen, or by telephone."""
    paths, clock = Paths(data), SystemClock()
    if tool is None:
        verdicts = meter(lambda changes: None, clock, data).verdicts()[1]
        tool = the_one_meant({each.tool for each in verdicts if each.undecidable})
    tool = find(tool, known_tools(catalogue().signatures)).tool
    return run_begin(paths.declared, tool, peer, clock, is_running=lock.holder(paths.lock) is not None)


def say(data: Path, what: What, peer: str | None) -> int:
    """Keep what the technician says of a session that is live, for the running agent to send."""
    paths = Paths(data)
    with beside(paths.spool) as spool:
        sessions = [session for _, session in spool.unfinished()]
    return run_say(Words(paths.words, SystemClock()), what, peer, sessions)


def standing(data: Path, since_at: int) -> "Standing":
    """What `status` tells, read beside a running agent."""
    from agent.status import Standing

    enrolment, paths = read_enrolment(data), Paths(data)
    with beside(paths.spool) as spool:
        return Standing(
            collector=enrolment.url,
            agent=enrolment.agent,
            spool=spool.state(),
            runs_as=lock.holder(paths.lock),
            link=read_link(paths.link),
            live=tuple(session for _, session in spool.unfinished()),
            recorded=tuple(spool.recorded(since_at)),
            desk=way(os.environ),
            words=len(Words(paths.words, SystemClock()).waiting()),
        )


def recorded(data: Path, since_at: int) -> tuple[Session, ...]:
    """What was recorded of the sessions that ended since then; nothing where no agent ever ran."""
    with beside(Paths(data).spool) as spool:
        return tuple(spool.recorded(since_at))


def run(data: Path) -> None:
    """The agent: measures and reports until it is told to stop."""
    enrolment = read_enrolment(data)
    paths, clock = Paths(data), SystemClock()
    with lock.held(paths.lock):
        is_first = show_notice(paths.notice, clock)
        spool = Spool(paths.spool, floor_seq=clock.wall_ms())
        try:
            asyncio.run(_run(enrolment, paths, spool, clock, is_first=is_first))
        finally:
            spool.close()


async def _run(enrolment: Enrolment, paths: Paths, spool: Spool, clock: Clock, *, is_first: bool) -> None:
    loop = asyncio.get_running_loop()
    hello = uplink.hello_with(enrolment.token, VERSION, platform.platform(terse=True)[:200])
    desk, language, signatures = Desk(os.environ), language_of(os.environ), catalogue()
    words, named = Words(paths.words, clock), {each.tool: each for each in signatures.signatures}
    attendant = Attendant(
        Reminders(paths.quotas), words, desk, named, clock, language, end_process, lambda: line.ring()
    )
    note = functools.partial(_note, paths.link)
    line = uplink.Uplink(enrolment.url, spool, words, clock, hello, note, attendant.heed)
    if is_first and desk.is_native:  # nobody sees what a background program writes
        await desk.tell(what_is_recorded(language))

    def tell(changes: Sequence[Change]) -> None:
        spool.keep_all([(each.session, each.key) for each in changes])
        loop.call_soon_threadsafe(line.ring)

    def ask(signature: Signature) -> None:
        notice = asks_for(signature.name, signature.tool, language)
        asyncio.run_coroutine_threadsafe(desk.tell(notice), loop)

    tracks = resume(spool.unfinished(), Tick(clock.wall_ms(), clock.steady_ms()))
    meter = measuring(signatures, tell, clock, paths.data, ask, tracks, attendant.followed)
    stopped, stop_looking = asyncio.Event(), threading.Event()
    with on_signals(lambda: loop.call_soon_threadsafe(stopped.set)):
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.to_thread(_measure, meter, clock, stop_looking), name="meter")
            reporting = group.create_task(line.run(), name="uplink")
            try:
                await stopped.wait()
            finally:
                stop_looking.set()
                reporting.cancel()


def _measure(meter: Meter, clock: Clock, stop: threading.Event) -> None:
    """Look again and again, in a thread of its own: handing each look over to one would cost more than the look."""
    while not stop.is_set():
        due_ms = clock.steady_ms() + meter.look()
        stop.wait(max(0, due_ms - clock.steady_ms()) / 1000)


def _note(path: Path, link: Link) -> None:
    """Write down how the line stands; one that an earlier run had lost already is lost since then."""
    before = read_link(path)
    if not link.open and before is not None and not before.open:
        link = msgspec.structs.replace(link, since_at=min(before.since_at, link.since_at))
    write_link(path, link)


class _Shown(msgspec.Struct):
    """What is written down when the technician has been told."""

    shown: str
    notice: str


def show_notice(path: Path, clock: Clock) -> bool:
    """Tell the technician what is recorded, before anything is, and write down that he was told; False: he was."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        msgspec.json.decode(path.read_bytes(), type=_Shown)
        return False
    sys.stderr.write(NOTICE)
    sys.stderr.flush()
    with contextlib.suppress(OSError):
        own_file.write(path, msgspec.json.encode(_Shown(iso(clock.wall_ms()), NOTICE)))
    return True


@contextlib.contextmanager
def on_signals(act: Callable[[], object]) -> Iterator[None]:
    """Call `act` when the system or the user asks this process to stop, instead of dying at once."""
    wanted = [signal.SIGINT, signal.SIGTERM]
    if sys.platform == "win32":
        wanted.append(signal.SIGBREAK)
    before = {each: signal.signal(each, lambda *_: act()) for each in wanted}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
