"""What the agents reported, entered once: lengths only grow, starts never move, what was heard before is no news.

The writer remembers every session it has to do with, so that the way of the events reads nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from msgspec import Struct, structs
from sqlalchemy import bindparam, select

from collector.ledger import audit, openings, renaming, witness
from collector.ledger.growth import Growth
from collector.ledger.intervention import Credit
from collector.ledger.openings import Newcomer
from collector.ledger.pen import Pen
from collector.ledger.renaming import Renamed
from collector.ledger.tables import credit, intervention, session, stretch
from collector.ledger.witness import Subject
from shared.messages import Progress
from shared.session import Evidence, Mark, Session, SessionState, Stretch

FUTURE_MS = 5_000
"""A stretch may not end further ahead of the collector's clock than this: nobody is billed for the future."""

REMEMBERED = 20_000
"""Sessions beyond this number are forgotten again, the ended ones first."""


@dataclass(frozen=True, slots=True)
class Report:
    """One progress, who said it, and how far his clock is off (to be added to what he says)."""

    agent_id: int
    offset_ms: int
    progress: Progress
    line: int = 0  # which of the lines that were opened here: on another one more than its time is news


NONE: frozenset[int] = frozenset()


class _Known(Struct, gc=False):
    """One session as it stands in the tables, or will when this transaction is committed."""

    agent_id: int
    seq: int
    told: Session
    stretches: tuple[Stretch, ...]
    credits: tuple[Credit, ...] = ()
    new: bool = False
    renamed: tuple[str | None] | None = None  # the peer that it was thought to have, where another is told now
    entered: int = 0  # how many of its stretches the tables have
    witnessed: str | None = None  # what the audit chain says of it; of a new one nothing
    grown: frozenset[int] = NONE  # which of its stretches, by this transaction
    line: int | None = None  # that it was last heard on
    only_grows: bool = True  # or pauses, or resumes; as far as this transaction says

    @property
    def last_seen_at(self) -> int:
        return max(stretch.ended_at for stretch in self.stretches)

    @property
    def started_at(self) -> int:
        return self.stretches[0].started_at


class Sessions:
    """The sessions that the writer knows. Not for concurrent use: the one writer calls it."""

    def __init__(self, *, shared: bool = False) -> None:
        """Shared: an agent may have spoken with another collector meanwhile."""
        self._shared = shared
        self._known: dict[str, _Known] = {}

    def forget(self, ids: Iterable[str] | None = None) -> None:
        """After a transaction that failed, or when someone else changed their credits; None: all."""
        if ids is None:
            self._known.clear()
        else:
            for id in ids:
                self._known.pop(id, None)

    async def enter(self, pen: Pen, reports: Sequence[Report]) -> list[str | None]:
        """Write what is news; for each report None, or why it can never be taken."""
        ids = {r.progress.session.id for r in reports}
        if self._shared:
            await self._forget_what_moved(pen, ids & self._known.keys())
        await self._remember(pen, ids - self._known.keys())
        touched: dict[str, _Known] = {}
        verdicts = [self._take(report, pen.now_at, touched) for report in reports]
        await self._place(pen, touched)
        closed = await _closed(pen, touched.values())
        await _write(pen, touched)
        for id, known in touched.items():
            if not known.only_grows:
                _enter_session(pen, id, known)
        for subject, before in closed.items():
            await pen.connection.execute(
                intervention.update().where(intervention.c.id == subject.id).values(settled=False)
            )
            await audit.enter(pen, "late-time", subject, by=audit.ITSELF, before=before)
        for known in touched.values():
            known.new, known.entered, known.grown = False, len(known.stretches), NONE
        _say(pen, touched, closed)
        await self._follow(pen, touched)
        return verdicts

    def shrink(self) -> None:
        """Forget ended sessions when too many are remembered; only between transactions."""
        if len(self._known) > REMEMBERED:
            over = [id for id, known in self._known.items() if known.told.state is SessionState.ENDED]
            self.forget(over or list(self._known)[: REMEMBERED // 2])

    def _take(self, report: Report, now_at: int, touched: dict[str, _Known]) -> str | None:
        told = report.progress.session
        known = self._known.get(told.id)
        if known is not None and known.agent_id != report.agent_id:
            return "this session belongs to another agent"
        if known is not None and report.progress.seq <= known.seq:
            return None
        stretches, grown = _grown(known.stretches if known else (), told.stretches, report.offset_ms)
        ahead_ms = max((stretches[n].ended_at for n in grown), default=0) - now_at
        if ahead_ms > FUTURE_MS:
            return f"its time ends {ahead_ms // 1_000} s from now: set the clock of this PC"
        if known is None:
            known = self._known[told.id] = _Known(report.agent_id, 0, told, (), new=True)
        said = _told(known.told, told)
        known.grown |= grown
        known.only_grows &= _only_grows(known, report.line, said, len(stretches) - 1)
        known.seq, known.stretches, known.line = report.progress.seq, stretches, report.line
        if not known.new and known.renamed is None and said.peer != known.told.peer:
            known.renamed = (known.told.peer,)
        known.told = said
        touched[told.id] = known
        return None

    async def _place(self, pen: Pen, touched: dict[str, _Known]) -> None:
        """Give every new session its intervention."""
        newcomers = [_newcomer(id, known) for id, known in touched.items() if known.new]
        if newcomers:
            for id, intervention_id in (await openings.place(pen, newcomers)).items():
                touched[id].credits = (Credit(0, intervention_id),)

    async def _follow(self, pen: Pen, touched: dict[str, _Known]) -> None:
        """Take the time of those whose peer is another now to whom it belongs; it is read anew after that."""
        for id, known in touched.items():
            if known.renamed is not None:
                await renaming.follow(pen, Renamed(_newcomer(id, known), *known.renamed))
                self.forget([id])

    async def _forget_what_moved(self, pen: Pen, ids: set[str]) -> None:
        """Those that another collector heard of since: whatever it wrote, their number has risen."""
        if ids:
            rows = await pen.connection.execute(select(session.c.id, session.c.seq).where(session.c.id.in_(ids)))
            there = {row.id: row.seq for row in rows}
            self.forget([id for id in ids if there.get(id) != self._known[id].seq])

    async def _remember(self, pen: Pen, ids: set[str]) -> None:
        """Load those that were forgotten, or come from before the last start."""
        if not ids:
            return
        found: dict[str, _Known] = {}
        for row in await pen.connection.execute(select(session).where(session.c.id.in_(ids))):
            told = Session(
                id=row.id,
                tool=row.tool,
                peer=row.peer,
                peer_name=row.peer_name,
                evidence=Evidence(row.evidence),
                also=tuple(Evidence(each) for each in row.also.split()),
                start_unsure_ms=row.start_unsure_ms,
                end_unsure_ms=row.end_unsure_ms,
                state=SessionState(row.state),
                stretches=(),
                marks=tuple(Mark(mark) for mark in row.marks.split()),
            )
            found[row.id] = _Known(row.agent_id, row.seq, told, ())
        if not found:
            return
        lasted: dict[str, list[Stretch]] = {id: [] for id in found}
        for row in await pen.connection.execute(
            select(stretch).where(stretch.c.session_id.in_(found)).order_by(stretch.c.session_id, stretch.c.n)
        ):
            lasted[row.session_id].append(Stretch(row.started_at, row.lasted_ms))
        for row in await pen.connection.execute(
            select(credit).where(credit.c.session_id.in_(found)).order_by(credit.c.session_id, credit.c.from_at)
        ):
            found[row.session_id].credits += (Credit(row.from_at, row.intervention_id),)
        for id, known in found.items():
            known.stretches, known.entered = tuple(lasted[id]), len(lasted[id])
            known.witnessed = _said(known)
        self._known |= found


def _newcomer(id: str, known: _Known) -> Newcomer:
    return Newcomer(id, known.told.tool, known.told.peer, known.started_at, known.last_seen_at)


def _only_grows(known: _Known, line: int, said: Session, last: int) -> bool:
    """Whether this says nothing but that the session, all of it one intervention's, goes on or pauses in its last
    stretch, be that one new."""
    return (
        known.line == line
        and SessionState.ENDED not in (said.state, known.told.state)
        and structs.replace(said, state=known.told.state) == known.told
        and known.grown <= {last}
        and len(known.credits) == 1
    )


def _say(pen: Pen, touched: dict[str, _Known], closed: Collection[Subject]) -> None:
    """What changed, for the bell."""
    for id, known in touched.items():
        owner = known.credits[0].intervention_id
        if known.only_grows and Subject("intervention", owner) not in closed:
            nth, last = len(known.stretches) - 1, known.stretches[-1]
            pen.grown[id] = Growth(owner, id, nth, last.started_at, last.lasted_ms, pen.now_at, known.told.state)
        else:
            pen.changed.update(credit.intervention_id for credit in known.credits)
        known.only_grows = True


def _said(known: _Known) -> str:
    told = known.told
    weighed = witness.Weighed(
        agent_id=known.agent_id,
        tool=told.tool,
        evidence=told.evidence,
        ended=told.state is SessionState.ENDED,
        peer=told.peer,
        peer_name=told.peer_name,
        marks=" ".join(told.marks),
    )
    return audit.canonical(witness.session_said(weighed, known.stretches, known.credits))


def _enter_session(pen: Pen, id: str, known: _Known) -> None:
    """A session begins, ends, and grows after its end; how it goes on in between is no news to the audit chain."""
    before, now = known.witnessed, _said(known)
    what = "began" if before is None else "ended" if known.told.state is SessionState.ENDED else "resumed"
    audit.enter_text(pen, what, Subject("session", id), by=f"agent {known.agent_id}", before=before, after=now)
    known.witnessed = now


async def _closed(pen: Pen, touched: Iterable[_Known]) -> dict[Subject, witness.Told | None]:
    """The closed interventions whose time grows now, as they were before."""
    owners = {credit.intervention_id for known in touched if known.grown for credit in known.credits if not known.new}
    if not owners:
        return {}
    closed = select(intervention.c.id).where(intervention.c.id.in_(owners), intervention.c.state == "closed")
    subjects = [Subject("intervention", id) for id in await pen.connection.scalars(closed)]
    return {subject: await witness.as_is(pen.connection, subject) for subject in subjects}


def _grown(
    known: Sequence[Stretch], told: Sequence[Stretch], offset_ms: int
) -> tuple[tuple[Stretch, ...], frozenset[int]]:
    """The stretches with what is new in what was told, and the places that changed.

    A start is corrected to the collector's clock when it is heard for the first time, and never moved later.
    """
    stretches, grown = list(known), set[int]()
    for n, each in enumerate(told):
        if n >= len(stretches):
            stretches.append(Stretch(max(0, each.started_at + offset_ms), each.lasted_ms))
            grown.add(n)
        elif each.lasted_ms > stretches[n].lasted_ms:
            stretches[n] = Stretch(stretches[n].started_at, each.lasted_ms)
            grown.add(n)
    return tuple(stretches), frozenset(grown)


def _told(before: Session, now: Session) -> Session:
    """What is said of a session beside its time: the newer word, except that an end that was seen stays an end."""
    ended = before.state is SessionState.ENDED and Mark.UNCONFIRMED_END not in before.marks
    return Session(
        id=now.id,
        tool=before.tool,
        peer=now.peer or before.peer,
        peer_name=now.peer_name or before.peer_name,
        evidence=now.evidence,
        also=now.also,
        start_unsure_ms=before.start_unsure_ms if before.start_unsure_ms is not None else now.start_unsure_ms,
        end_unsure_ms=before.end_unsure_ms if ended else now.end_unsure_ms,
        state=SessionState.ENDED if ended else now.state,
        stretches=(),
        marks=before.marks if ended else now.marks,
    )


_update_session = (
    session.update()
    .where(session.c.id == bindparam("this_id"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "peer",
                "peer_name",
                "evidence",
                "also",
                "start_unsure_ms",
                "end_unsure_ms",
                "state",
                "seq",
                "marks",
                "first_seen_at",
                "last_seen_at",
                "heard_at",
            )
        }
    )
)
_update_stretch = (
    stretch.update()
    .where(stretch.c.session_id == bindparam("this_id"), stretch.c.n == bindparam("this_n"))
    .values(lasted_ms=bindparam("lasted_ms"))
)


async def _write(pen: Pen, touched: dict[str, _Known]) -> None:
    """At most one statement for each kind of row, whatever the number of sessions."""
    many = pen.connection.execute
    if rows := [
        {**_columns(k, pen.now_at), "id": id, "agent_id": k.agent_id, "tool": k.told.tool}
        for id, k in touched.items()
        if k.new
    ]:
        await many(session.insert(), rows)
    if rows := [{**_columns(k, pen.now_at), "this_id": id} for id, k in touched.items() if not k.new]:
        await many(_update_session, rows)
    new, longer = _stretches(touched)
    if new:
        await many(stretch.insert(), new)
    if longer:
        await many(_update_stretch, longer)
    if rows := [
        {"session_id": id, "from_at": c.from_at, "intervention_id": c.intervention_id}
        for id, k in touched.items()
        if k.new
        for c in k.credits
    ]:
        await many(credit.insert(), rows)


def _stretches(touched: dict[str, _Known]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """The rows to insert, and those to lengthen."""
    new: list[dict[str, object]] = []
    longer: list[dict[str, object]] = []
    for id, known in touched.items():
        for n in known.grown:
            each = known.stretches[n]
            if n < known.entered:
                longer.append({"this_id": id, "this_n": n, "lasted_ms": each.lasted_ms})
            else:
                new.append({"session_id": id, "n": n, "started_at": each.started_at, "lasted_ms": each.lasted_ms})
    return new, longer


def _columns(known: _Known, heard_at: int) -> dict[str, object]:
    told = known.told
    return {
        "peer": told.peer,
        "peer_name": told.peer_name,
        "evidence": told.evidence.value,
        "also": " ".join(each.value for each in told.also),
        "start_unsure_ms": told.start_unsure_ms,
        "end_unsure_ms": told.end_unsure_ms,
        "state": told.state.value,
        "seq": known.seq,
        "marks": " ".join(mark.value for mark in told.marks),
        "first_seen_at": known.started_at,
        "last_seen_at": known.last_seen_at,
        "heard_at": heard_at,
    }
