"""What a customer is asked before half hours are sold to him."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from collector.domain.caps import half_hour_begins_ms, half_hours_begun
from collector.domain.entitlement import Service
from collector.domain.money import plain
from collector.ledger.intervention import Intervention
from collector.ledger.keys import digest
from collector.ledger.standing import axes_of, going, sellable_at
from collector.ledger.tables import consent_link
from shared.moments import SECOND_MS, iso


@dataclass(frozen=True, slots=True)
class Question:
    """What the customer is asked: so much is used, and what the next half hour costs, from when on."""

    customer: str | None
    used_ms: int
    cap_ms: int
    price: str
    next_at: int | None  # none: when the work goes on
    agreed: bool

    def words(self) -> str:
        """What was shown, for the record."""
        when = "when the work goes on" if self.next_at is None else f"at {iso(self.next_at)}"
        return f"{self.used_ms // SECOND_MS} s used, the next half hour {when} for EUR {self.price}"


def is_good(code: str, now_at: int) -> ColumnElement[bool]:
    """Of the row of a link that may still be answered."""
    unanswered = consent_link.c.answered_at.is_(None)
    return (consent_link.c.hash == digest(code)) & unanswered & (consent_link.c.expires_at > now_at)


async def asked_by(connection: AsyncConnection, code: str, now_at: int) -> int | None:
    """The intervention that a link asks about, which changes nothing: programs that look at mails open links too."""
    good = select(consent_link.c.intervention_id).where(is_good(code, now_at))
    return (await connection.execute(good)).scalar()


def question_of(of: Intervention, now_at: int) -> Question | None:
    """None where no half hour may be sold now."""
    axis = axes_of(of, going(of, None))[-1]
    used_ms = axis.at(now_at)
    begins_ms = half_hour_begins_ms(half_hours_begun(used_ms, axis.terms) + 1, axis.terms)
    if begins_ms is None or of.terms.cap_ms is None or of.terms.service is Service.UNASSIGNED:
        return None
    next_at = axis.instant(begins_ms)
    if not sellable_at(of, now_at if next_at is None else next_at):
        return None
    return Question(
        customer=of.customer_name,
        used_ms=used_ms,
        cap_ms=of.terms.cap_ms,
        price=plain(of.terms.overtime.price),
        next_at=next_at,
        agreed=of.overtime_agreed,
    )
