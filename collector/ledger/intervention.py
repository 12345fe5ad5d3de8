"""An intervention with everything that decides about it, as the ledger knows it. Plain data and arithmetic, no I/O.

Of the small things there are many thousands, none of which can be part of a cycle: Python need not look for cycles in
them (`gc=False`), for everybody waits while it does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from msgspec import Struct

from collector.domain import connection, rating
from collector.domain.connection import Span
from collector.domain.customer import edition_covered
from collector.domain.decision import Decisions
from collector.domain.entitlement import Customer, Terms, Version, terms_for
from collector.domain.rating import Flag
from collector.domain.review import PEER_DIFFERS, Review, review
from collector.domain.tariff import CapAppliesTo, Tariff
from collector.ledger.decided import DECLINED, Decided, decisions_of
from shared.moments import day_bounds
from shared.session import Evidence, SessionState, Stretch


class Credit(Struct, frozen=True, gc=False):
    """From this instant until the next one of its session, the observed time belongs to that intervention."""

    from_at: int
    intervention_id: int


class SeenSession(Struct, frozen=True, gc=False):
    """One session, its stretches by the collector's clock."""

    id: str
    agent_id: int
    agent: str
    tool: str
    peer: str | None
    peer_name: str | None
    evidence: str
    also: tuple[str, ...]
    start_unsure_ms: int | None
    end_unsure_ms: int | None
    state: SessionState
    marks: tuple[str, ...]
    first_seen_at: int
    last_seen_at: int
    heard_at: int
    stretches: tuple[Stretch, ...]
    credits: tuple[Credit, ...]
    clock_offset_ms: int = 0  # how far the clock of its PC was off when it last opened its line

    @property
    def open(self) -> bool:
        """Live, or paused and may resume."""
        return self.state is not SessionState.ENDED

    @property
    def observed_ms(self) -> int:
        return sum(stretch.lasted_ms for stretch in self.stretches)

    def credited_now(self) -> int:
        """The intervention that its time belongs to from now on."""
        return self.credits[-1].intervention_id

    def spans_of(self, intervention_id: int) -> list[Span]:
        """Its stretches, cut at the credits, as far as they belong to this intervention."""
        pieces = cut(self.id, self.stretches, self.credits, declared=self.evidence == Evidence.DECLARED)
        return [span for owner, span in pieces if owner == intervention_id]


def cut(
    session_id: str, stretches: Sequence[Stretch], credits: Sequence[Credit], *, declared: bool = False
) -> list[tuple[int, Span]]:
    """Every stretch cut at every credit, each piece with its intervention: they always sum to the observed time."""
    pieces: list[tuple[int, Span]] = []
    for stretch in stretches:
        for i, credit in enumerate(credits):
            until_at = credits[i + 1].from_at if i + 1 < len(credits) else stretch.ended_at
            start_at, end_at = max(stretch.started_at, credit.from_at), min(stretch.ended_at, until_at)
            alone = len(credits) == 1  # a stretch of no length is a contact too
            if start_at < end_at or (alone and start_at == end_at):
                pieces.append((credit.intervention_id, Span(start_at, end_at, session_id, declared)))
    return pieces


NONE_ACCEPTED: frozenset[str] = frozenset()


class Agreed(Struct, frozen=True, gc=False):
    """Someone agreed to overtime, or was told something."""

    by: str
    at: int
    how: str


class Request(Struct, frozen=True, gc=False):
    """What is written down of the request, and how the customer was told that it was given up."""

    problem: str | None = None
    notes: str | None = None
    backup_at: int | None = None
    works_on_database: bool = False
    critical: bool = False
    told: Agreed | None = None
    merged_into: int | None = None
    revision: int = 0  # the last entry of the audit chain about it


NOTHING_WRITTEN = Request()


@dataclass(frozen=True)
class Intervention:
    """One support request; contract, version and tariff are those of its opening."""

    id: int
    customer_id: int | None
    customer_name: str | None
    tariff_id: str
    tariff: Tariff
    opened_at: int
    contract: bool
    contract_until_day: date | None
    version: Version
    edition: str | None
    category: str | None
    state: str
    outcome: str | None
    closed_at: int | None
    agreed: Agreed | None
    sessions: tuple[SeenSession, ...]  # in order of their start
    zone: ZoneInfo
    request: Request = NOTHING_WRITTEN
    decided: tuple[Decided, ...] = ()  # in order
    terms_accepted: frozenset[str] = NONE_ACCEPTED  # the versions, where the tariff asks for one

    @property
    def customer(self) -> Customer | None:
        """The customer as he stood at the opening; None while he is unknown."""
        return (
            None if self.customer_id is None else Customer(self.contract, self.version, edition_covered(self.edition))
        )

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        return tuple(span for session in self.sessions for span in session.spans_of(self.id))

    @cached_property
    def counted(self) -> tuple[Span, ...]:
        """The spans that are measured by the cap and charged: what was declared only where the tariff says so."""
        return tuple(span for span in self.spans if self.tariff.declared_time_counts or not span.declared)

    @cached_property
    def terms(self) -> Terms:
        return terms_for(self.customer, self.category, self.tariff)

    @property
    def declined_at(self) -> int | None:
        """When the customer said no to overtime; None once somebody has agreed to it since."""
        return None if self.agreed else max((each.at for each in self.decided if each.what == DECLINED), default=None)

    @property
    def contract_ends_at(self) -> int | None:
        """The first instant after the contract's last day, where it has one."""
        if not self.contract or self.contract_until_day is None:
            return None
        return day_bounds(self.contract_until_day + timedelta(days=1), self.zone)[0]

    @property
    def connected_ms(self) -> int:
        return connection.connected_ms(self.spans)

    @property
    def open_sessions(self) -> tuple[SeenSession, ...]:
        """Those whose time goes on, or may, and is credited here."""
        return tuple(s for s in self.sessions if s.open and s.credited_now() == self.id)

    @property
    def last_seen_at(self) -> int | None:
        return max((span.end_at // 1 for span in self.spans), default=None)

    @cached_property
    def decisions(self) -> Decisions:
        return decisions_of(self.decided)

    @property
    def overtime_agreed(self) -> bool:
        """Whether somebody agreed to overtime, and nothing of what is charged goes beyond that."""
        return self.agreed is not None and Flag.OVERTIME_NOT_AGREED not in self.charge.flags

    @cached_property
    def review(self) -> Review:
        unresolved = self.outcome == "unresolved"
        told = self.request.told is not None
        return review(
            self.charge,
            closed=self.state == "closed",
            unresolved=unresolved,
            customer_told=told,
            peer_differs=self.peer_differs,
        )

    @property
    def peer_differs(self) -> bool:
        """Whether a session turned out to be to another customer's peer since a person said last whose it is."""
        said = [each.what for each in self.decided if each.what in ("customer", PEER_DIFFERS)]
        return said[-1:] == [PEER_DIFFERS]

    @cached_property
    def charge(self) -> rating.Charge:
        if self.request.merged_into is not None:
            return rating.nothing(self.tariff, self.terms.service)
        return rating.rate(
            customer=self.customer,
            category=self.category,
            spans=self.spans,
            overtime_agreed=self.agreed is not None,
            tariff=self.tariff,
            contract_ends_at=self.contract_ends_at,
            decisions=self.decisions,
        )

    def axes(self) -> tuple[tuple[Span, ...], ...]:
        """The spans that share one cap: all of them, or connection by connection, as the tariff says."""
        if self.tariff.cap_applies_to is CapAppliesTo.INTERVENTION or not self.counted:
            return (self.counted,)
        return tuple(tuple(self.counted[i] for i in group) for group in connection.connections(self.counted))
