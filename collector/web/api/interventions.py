"""Interventions: what they cost and why, and what people decide about them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from fastapi import Query as Asked
from starlette.requests import Request

from collector.errors import BadInput, NotFound
from collector.ledger import consents, crediting, decisions, declared, handling
from collector.ledger.decisions import Ruling
from collector.ledger.handling import CustomerTold, Facts
from collector.ledger.views import Visitor
from collector.web import etags, told
from collector.web.auth import Act, May
from collector.web.etags import Match
from collector.web.parts import Given, Parts
from collector.web.schemas import (
    Agreement,
    Assignment,
    CategoryChange,
    Closing,
    ConsentLink,
    DecisionAsked,
    Declared,
    Intervention,
    InterventionFacts,
    InterventionShort,
    Key,
    Limit,
    Merged,
    Moment,
    Moved,
    NewIntervention,
    Offset,
    Page,
    Reopening,
    SessionKey,
    SplitAt,
    Telling,
)
from shared.moments import from_at, to_at

LAST_AT = 250_000_000_000_000  # in the year 9892: beyond it lies the end of the calendar

router = APIRouter(prefix="/interventions", tags=["interventions"])
Sees = Annotated[Visitor, Depends(May(Act.SEE))]
Opens = Annotated[Visitor, Depends(May(Act.OPEN))]
Describes = Annotated[Visitor, Depends(May(Act.DESCRIBE))]
Assigns = Annotated[Visitor, Depends(May(Act.ASSIGN))]
Agrees = Annotated[Visitor, Depends(May(Act.AGREE))]
Decides = Annotated[Visitor, Depends(May(Act.DECIDE))]
Sorts = Annotated[Visitor, Depends(May(Act.CATEGORY))]
Splits = Annotated[Visitor, Depends(May(Act.SPLIT))]
Moves = Annotated[Visitor, Depends(May(Act.MOVE))]
Declares = Annotated[Visitor, Depends(May(Act.DECLARE))]
Closes = Annotated[Visitor, Depends(May(Act.CLOSE))]
Reopens = Annotated[Visitor, Depends(May(Act.REOPEN))]


@router.get("")
async def list_interventions(
    _: Sees,
    parts: Given,
    state: Literal["open", "closed", "live", "unassigned", "in-review"] | None = None,
    customer: Key | None = None,
    since: Annotated[Moment | None, Asked(alias="from", description="opened at this moment or later")] = None,
    until: Annotated[Moment | None, Asked(description="opened before this moment")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[InterventionShort]:
    """Interventions with their charge, newest first; those that were merged into another are not among them."""
    found = await parts.reading.interventions(
        state=state,
        customer_id=customer,
        from_at=_at(since),
        until_at=_at(until),
        limit=limit,
        offset=offset,
    )
    return told.page(found, limit, offset, told.short)


@router.post("", status_code=201)
async def open_intervention(who: Opens, parts: Given, response: Response, asked: NewIntervention) -> Intervention:
    """A request that came in otherwise than by a session; the customer's next session joins it."""
    facts, named = _facts(asked)
    opened_at = _at(asked.opened_at)
    id = await parts.ledger.write(
        lambda pen: handling.open_by_hand(pen, asked.customer, opened_at, facts, named, by=who.name)
    )
    return await _told(parts, response, id)


@router.get("/{intervention_id}")
async def get_intervention(_: Sees, parts: Given, response: Response, intervention_id: Key) -> Intervention:
    """One intervention: its charge with the reasons, its spans, sessions and decisions."""
    return await _told(parts, response, intervention_id)


@router.patch("/{intervention_id}")
async def describe(
    who: Describes, parts: Given, response: Response, intervention_id: Key, asked: InterventionFacts, seen: Match
) -> Intervention:
    """What is given is written down; null takes it away."""
    facts, named = _facts(asked)
    await parts.ledger.write(lambda pen: handling.describe(pen, intervention_id, facts, named, by=who.name, seen=seen))
    return await _told(parts, response, intervention_id)


@router.post("/{intervention_id}/assign")
async def assign(
    who: Assigns, parts: Given, response: Response, intervention_id: Key, asked: Assignment, seen: Match
) -> Intervention:
    """It is this customer's; its peers are known as his from now on."""
    await parts.ledger.write(
        lambda pen: decisions.assign_customer(pen, intervention_id, asked.customer, by=who.name, seen=seen)
    )
    return await _told(parts, response, intervention_id)


@router.post("/{intervention_id}/agree")
async def agree(
    who: Agrees, parts: Given, response: Response, intervention_id: Key, asked: Agreement, seen: Match
) -> Intervention:
    """The customer agrees to overtime; said again, the first word stands."""
    await parts.ledger.write(
        lambda pen: decisions.agree_overtime(pen, intervention_id, by=who.name, how=asked.how, seen=seen)
    )
    return await _told(parts, response, intervention_id)


@router.post("/{intervention_id}/consent-link", status_code=201)
async def consent_link(request: Request, who: Agrees, parts: Given, intervention_id: Key, seen: Match) -> ConsentLink:
    """A link by which the customer is asked whether he agrees to overtime: good for an hour and for one answer."""
    code, expires_at = await parts.ledger.write(lambda pen: consents.make(pen, intervention_id, by=who.name, seen=seen))
    return ConsentLink(url=f"{str(request.base_url).rstrip('/')}/consent/{code}", expires_at=from_at(expires_at))


@router.post("/{intervention_id}/category")
async def set_category(
    who: Sorts, parts: Given, response: Response, intervention_id: Key, asked: CategoryChange, seen: Match
) -> Intervention:
    """What kind of work it is; it is rated anew."""
    await parts.ledger.write(
        lambda pen: decisions.set_category(pen, intervention_id, asked.category, by=who.name, seen=seen)
    )
    return await _told(parts, response, intervention_id)


@router.post("/{intervention_id}/decisions", status_code=201)
async def decide(
    who: Decides, parts: Given, response: Response, intervention_id: Key, asked: DecisionAsked, seen: Match
) -> Intervention:
    """What is charged beyond the base price, or given away; on the same matter the last word stands."""
    ruling = Ruling(
        what=asked.what,
        how=asked.how,
        choice=asked.choice,
        reason=asked.reason,
        told=asked.told,
        half_hours=asked.half_hours,
        price=None if asked.price is None else Decimal(asked.price),
    )
    await parts.ledger.write(lambda pen: decisions.decide(pen, intervention_id, ruling, by=who.name, seen=seen))
    return await _told(parts, response, intervention_id)


@router.post("/{intervention_id}/split", status_code=201)
async def split(
    who: Splits, parts: Given, response: Response, intervention_id: Key, asked: SplitAt, seen: Match
) -> Intervention:
    """From that moment on the session's time is another intervention's, up to where this one's ends; the other."""
    at = _instant("at", asked.at)
    other = await parts.ledger.write(
        lambda pen: crediting.split(pen, intervention_id, asked.session, at, asked.into, by=who.name, seen=seen)
    )
    return await _told(parts, response, other)


@router.post("/{intervention_id}/move")
async def move(
    who: Moves, parts: Given, response: Response, intervention_id: Key, asked: Moved, seen: Match
) -> Intervention:
    """What is its own of the session between these moments is another intervention's."""
    since, until = _at(asked.since), _at(asked.until)
    await parts.ledger.write(
        lambda pen: crediting.move(
            pen, intervention_id, asked.session, since, until, asked.into, by=who.name, seen=seen
        )
    )
    return await _told(parts, response, intervention_id)


@router.post("/{intervention_id}/merge")
async def merge(
    who: Moves, parts: Given, response: Response, intervention_id: Key, asked: Merged, seen: Match
) -> Intervention:
    """It is about the same problem as the other: all its time is that one's."""
    await parts.ledger.write(lambda pen: crediting.merge(pen, intervention_id, asked.into, by=who.name, seen=seen))
    return await _told(parts, response, intervention_id)


@router.post("/{intervention_id}/declared", status_code=201)
async def declare(
    who: Declares, parts: Given, response: Response, intervention_id: Key, asked: Declared, seen: Match
) -> Intervention:
    """Time that nothing observed, work by telephone say; it is marked as declared."""
    start_at, end_at = _instant("start", asked.start), _instant("end", asked.end)
    await parts.ledger.write(
        lambda pen: declared.declare(
            pen, intervention_id, start_at, end_at, tool=asked.tool, told=asked.told, by=who.name, seen=seen
        )
    )
    return await _told(parts, response, intervention_id)


@router.delete("/{intervention_id}/declared/{session_id}")
async def withdraw(
    who: Declares, parts: Given, response: Response, intervention_id: Key, session_id: SessionKey, seen: Match
) -> Intervention:
    """It was declared by mistake; what was observed can never be withdrawn."""
    await parts.ledger.write(lambda pen: declared.withdraw(pen, intervention_id, session_id, by=who.name, seen=seen))
    return await _told(parts, response, intervention_id)


@router.post("/{intervention_id}/close")
async def close(
    who: Closes, parts: Given, response: Response, intervention_id: Key, asked: Closing, seen: Match
) -> Intervention:
    """Solved, or given up; of one that is given up the customer is told."""
    customer_told = None if asked.told is None else _customer_told(asked.told)
    await parts.ledger.write(
        lambda pen: handling.close(pen, intervention_id, asked.outcome, customer_told, by=who.name, seen=seen)
    )
    return await _told(parts, response, intervention_id)


@router.post("/{intervention_id}/told")
async def tell(
    who: Closes, parts: Given, response: Response, intervention_id: Key, asked: Telling, seen: Match
) -> Intervention:
    """The customer was told that his problem was given up."""
    await parts.ledger.write(
        lambda pen: handling.tell(pen, intervention_id, _customer_told(asked), by=who.name, seen=seen)
    )
    return await _told(parts, response, intervention_id)


@router.post("/{intervention_id}/reopen")
async def reopen(
    who: Reopens, parts: Given, response: Response, intervention_id: Key, asked: Reopening, seen: Match
) -> Intervention:
    """It was not done after all."""
    await parts.ledger.write(lambda pen: handling.reopen(pen, intervention_id, asked.reason, by=who.name, seen=seen))
    return await _told(parts, response, intervention_id)


async def _told(parts: Parts, response: Response, intervention_id: int) -> Intervention:
    view = await parts.reading.intervention(intervention_id)
    if view is None:
        raise NotFound(f"no intervention {intervention_id}")
    etags.mark(response, view.revision)
    return told.intervention(view)


def _facts(asked: InterventionFacts) -> tuple[Facts, frozenset[str]]:
    """The facts, and which of them were named."""
    named = frozenset(asked.model_fields_set & Facts.__dataclass_fields__.keys())
    facts = Facts(
        problem=asked.problem,
        notes=asked.notes,
        category=asked.category,
        backup_at=_at(asked.backup_at),
        works_on_database=asked.works_on_database,
        critical=asked.critical,
    )
    return facts, named


def _customer_told(asked: Telling) -> CustomerTold:
    return CustomerTold(asked.how, _at(asked.at))


def _at(moment: datetime | None) -> int | None:
    return None if moment is None else _instant("moment", moment)


def _instant(place: str, moment: datetime) -> int:
    at = to_at(moment)
    if not 0 <= at <= LAST_AT:
        raise BadInput(place, "before 1970, or in the far future", "give a moment of this work")
    return at
