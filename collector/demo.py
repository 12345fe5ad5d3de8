"""A made-up day for `mezzora up --demo`: several technicians, their customers, and sessions that go on live.

Everything goes the way that real reports go, into a database of its own; every name and number is invented.
"""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from collector.app import Collector
from collector.domain.customer import Address, TaxData
from collector.domain.entitlement import Version
from collector.domain.month import month_of
from collector.ledger import keys
from collector.ledger.customers import CustomerEntry
from collector.ledger.decisions import Outcome
from collector.ledger.sessions import Report
from shared.messages import Backlog, Progress
from shared.moments import SECOND_MS, day_bounds, to_at
from shared.release import VERSION
from shared.session import Evidence, Session, SessionState, Stretch

GROWS_EVERY_S = 2.0
TECHNICIANS = ("Anna", "Giulia", "Marco", "Paolo", "Sara")
OFF_MS = 180  # their clocks
SILENT = "Paolo"  # his PC is not heard: his session stands still


@dataclass(frozen=True, slots=True)
class Invented:
    """A customer who does not exist."""

    name: str
    tool: str
    peer: str
    vat_number: str
    version: Version = Version.CURRENT
    contract: bool = True

    @property
    def tax(self) -> TaxData:
        address = Address("Via dell'Esempio 1", "20100", "Milano", "MI")
        return TaxData(self.name, self.vat_number, None, address, recipient_code="0000000")


CUSTOMERS = (
    Invented("Studio Dentistico Bianchi", "teamviewer", "111 222 333", "99000020158"),
    Invented("Centro Aurora", "anydesk", "444 555 666", "99000030157"),
    Invented("Studio Associato Verdi", "teamviewer", "222 333 444", "99000040156"),
    Invented("Ambulatorio San Marco", "tigervnc", "192.0.2.17:5900", "99000050155", Version.PREVIOUS),
    Invented("Clinica del Sorriso", "rustdesk", "777 888 999", "99000060154"),
    Invented("Studio Dott.ssa Ferri", "mstsc", "ferri.example", "99000070153", Version.PREVIOUS, contract=False),
    Invented("Odontoiatria Galileo", "anydesk", "555 666 777", "99000080152", contract=False),
    Invented("Studio Neri", "teamviewer", "333 444 555", "99000090151"),
)
UNKNOWN = Invented("", "teamviewer", "999 000 111", "")


@dataclass(frozen=True, slots=True)
class Scene:
    """One session: who helps whom, when it began, and how long it was seen live, with the gaps between."""

    technician: str
    customer: Invented
    began_s: int  # seconds before now
    lasted_s: tuple[int, ...]  # stretches
    gaps_s: tuple[int, ...] = ()  # between them
    live: bool = False
    agreed: str | None = None  # how the customer agreed to overtime
    category: str | None = None
    closed: bool = False

    def stretches(self, now_at: int) -> tuple[Stretch, ...]:
        """Where they lie; the last one of a live session ends now."""
        at = now_at - self.began_s * SECOND_MS
        found: list[Stretch] = []
        for length_s, gap_s in zip(self.lasted_s, (*self.gaps_s, 0), strict=True):
            found.append(Stretch(at, length_s * SECOND_MS))
            at += (length_s + gap_s) * SECOND_MS
        return tuple(found)


def _past(minutes_ago: int, technician: str, customer: Invented, *lasted_min: int, **more: object) -> Scene:
    gaps = (6 * 60,) * (len(lasted_min) - 1)
    lasted = tuple(minutes * 60 + 13 * (i + 1) for i, minutes in enumerate(lasted_min))
    return Scene(technician, customer, minutes_ago * 60, lasted, gaps, closed=True, **more)  # type: ignore[arg-type]


def _going(technician: str, customer: Invented, *lasted_s: int, gap_s: int = 0, agreed: str | None = None) -> Scene:
    gaps = (gap_s,) * (len(lasted_s) - 1)
    return Scene(technician, customer, sum(lasted_s) + sum(gaps), lasted_s, gaps, live=True, agreed=agreed)


BIANCHI, AURORA, VERDI, MARCO, SORRISO, FERRI, GALILEO, NERI = CUSTOMERS
DAY = (
    _past(470, "Anna", BIANCHI, 14),
    _past(455, "Giulia", SORRISO, 9, 8, 7, agreed="phone"),
    _past(431, "Marco", MARCO, 27),
    _past(402, "Sara", AURORA, 18),
    _past(377, "Paolo", VERDI, 22, agreed="by e-mail"),
    _past(350, "Anna", FERRI, 24),
    _past(312, "Giulia", NERI, 6, category="installation"),
    _past(266, "Marco", BIANCHI, 12),
    _past(241, "Sara", GALILEO, 5),
    _past(205, "Anna", AURORA, 51, agreed="phone"),
    _past(130, "Paolo", SORRISO, 11, 6),
    _past(96, "Giulia", MARCO, 19),
    _going("Anna", VERDI, 8 * 60 + 20),
    _going("Giulia", NERI, 11 * 60, 6 * 60 + 5, gap_s=70),
    _going("Marco", BIANCHI, 26 * 60 + 40),
    _going("Sara", AURORA, 15 * 60, 8 * 60, gap_s=45, agreed="phone"),
    _going("Marco", UNKNOWN, 4 * 60 + 10),
    _going("Sara", MARCO, 19 * 60 + 30),
    _going(SILENT, SORRISO, 12 * 60),
)

LAST_MONTH = (
    _past(0, "Anna", BIANCHI, 17),
    _past(90, "Giulia", BIANCHI, 31, agreed="phone"),
    _past(200, "Marco", MARCO, 26, 9, agreed="by e-mail"),
    _past(320, "Sara", NERI, 12, category="activation"),
    _past(330, "Anna", NERI, 8, 8, 8, agreed="phone"),
)
"""What the statements of the month before are made of; its minutes are counted back from the evening of the 20th."""


def forget(database: Path) -> None:
    """The day before: a demonstration begins anew each time."""
    for file in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))):
        file.unlink(missing_ok=True)


async def play(collector: Collector) -> None:
    """Make up the day, then let its live sessions go on until cancelled."""
    now_at = collector.clock.wall_ms()
    await _customers(collector, now_at)
    agents = await _agents(collector)
    for name, agent_id in agents.items():
        if name != SILENT:
            collector.presence.hear(agent_id, collector.clock.steady_ms())
    await _last_month(collector, agents, now_at)
    told = await _lived(collector, agents, DAY, now_at)
    seq = 1
    while True:
        await asyncio.sleep(GROWS_EVERY_S)
        seq += 1
        for name, agent_id in agents.items():
            if name != SILENT:
                collector.presence.hear(agent_id, collector.clock.steady_ms())
        for scene, session_id in told:
            if scene.live and scene.technician != SILENT:
                await _tell(collector, agents, scene, session_id, now_at, seq)


async def _last_month(collector: Collector, agents: dict[str, int], now_at: int) -> None:
    """It is over, and its statements are out."""
    first = month_of(now_at, collector.lists.zone).first_day
    month = month_of(day_bounds(first, collector.lists.zone)[0] - 1, collector.lists.zone)
    evening = datetime(month.year, month.number, 20, 18, tzinfo=collector.lists.zone)
    await _lived(collector, agents, LAST_MONTH, to_at(evening))
    await collector.office.close(month, by="Laura")


async def _lived(
    collector: Collector, agents: dict[str, int], scenes: Sequence[Scene], now_at: int
) -> list[tuple[Scene, str]]:
    """Everything of these scenes up to now; each with its session."""
    told = [(scene, uuid.uuid4().hex) for scene in scenes]
    for scene, session_id in told:
        await _tell(collector, agents, scene, session_id, now_at, 1)
        await _decide(collector, scene, session_id)
    return told


async def _customers(collector: Collector, now_at: int) -> None:
    today = collector.lists.day_of(now_at)
    for each in CUSTOMERS:
        first = today - timedelta(days=200) if each.contract else None
        last = today + timedelta(days=165) if each.contract else None
        entry = CustomerEntry(each.name, first, last, each.version)
        card = replace(entry.card([(each.tool, each.peer)]), tax=each.tax)
        await collector.ledger.add_customer(card, by="Laura")


async def _agents(collector: Collector) -> dict[str, int]:
    """Enrolled, and with their greetings said."""
    for name in TECHNICIANS:
        enrolled = await collector.ledger.enrol(await collector.ledger.make_code(name))
        if enrolled is not None:
            await collector.ledger.admit(enrolled[1], system="Windows-11", version=VERSION, clock_offset_ms=OFF_MS)
    found = {agent.name: agent.id for agent in await collector.reading.agents() if agent.name in TECHNICIANS}
    for agent_id in found.values():
        await collector.ledger.write(
            partial(keys.note_backlog, agent_id=agent_id, told=Backlog(waiting=0), offset_ms=0)
        )
    return found


async def _tell(
    collector: Collector, agents: dict[str, int], scene: Scene, session_id: str, made_at: int, seq: int
) -> None:
    """What the technician's agent would report now."""
    stretches = scene.stretches(made_at)
    if scene.live and seq > 1:
        last = stretches[-1]
        stretches = (*stretches[:-1], Stretch(last.started_at, collector.clock.wall_ms() - last.started_at))
    session = Session(
        id=session_id,
        tool=scene.customer.tool,
        peer=scene.customer.peer,
        evidence=Evidence.LOG if scene.customer.tool == "teamviewer" else Evidence.SOCKET,
        state=SessionState.LIVE if scene.live else SessionState.ENDED,
        stretches=stretches,
    )
    await collector.ledger.record([Report(agents[scene.technician], 0, Progress(seq=seq, session=session))])


async def _decide(collector: Collector, scene: Scene, session_id: str) -> None:
    session = await collector.reading.session(session_id)
    if session is None:
        raise AssertionError("a session that was told is not there")
    intervention = session.interventions[0]
    if scene.category is not None:
        await collector.ledger.set_category(intervention, scene.category, by="Laura")
    if scene.agreed is not None:
        await collector.ledger.agree_overtime(intervention, by="Laura", how=scene.agreed)
    if scene.closed:
        await collector.ledger.close_intervention(intervention, Outcome.SOLVED, by="Laura")
