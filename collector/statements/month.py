"""Issues statements and closes months: reads, asks the rules, numbers, freezes, locks.

A statement is made inside the transaction that keeps it, so that what it says is what was true when it was issued.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from collector.domain.customer import CustomerCard
from collector.domain.fault import Fault, refuse
from collector.domain.firm import Firm
from collector.domain.month import Month, month_of, read_month
from collector.domain.statement import BilledLine, Kind
from collector.errors import BadInput, Conflict, NotFound
from collector.ledger import audit, statements
from collector.ledger.audit import Seen
from collector.ledger.issued import Issued
from collector.ledger.pen import Pen
from collector.ledger.statements import Entry, Material
from collector.ledger.witness import Subject
from collector.statements.credit_note import chosen, credit_note, numbered, taken_off
from collector.statements.document import Document, canonical, read_document
from collector.statements.drafting import Draft, Sheet, draft

AT_ONCE = 50
"""Customers in one transaction: a collector that runs beside waits no longer for the ledger than for these."""

MOST_TOLD = 20  # faults in one line

_Told = TypeVar("_Told")


class Writing(Protocol):
    """Runs an act in a transaction of its own."""

    async def __call__(self, act: Callable[[Pen], Awaitable[_Told]]) -> _Told: ...


@dataclass(slots=True)
class Progress:
    """How far the closing of a month is."""

    month: Month
    customers: int = 0  # that have something to be billed
    done: int = 0
    issued: int = 0
    waiting: list[Fault] = field(default_factory=list)  # what keeps statements back
    closed: bool = False
    running: bool = True
    failed: str | None = None  # what stopped it


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What a customer's statement of a month would be, and what keeps it back."""

    customer_id: int
    customer_name: str
    interventions: int
    net: str
    waiting: Sequence[int]  # interventions that somebody has to see to
    missing: Sequence[str]  # of his tax data
    faults: Sequence[Fault]  # all that keeps it back; none: it is ready


def must_be_over(month: Month, zone: ZoneInfo, now_at: int) -> None:
    """BadInput while the month goes on."""
    if now_at < month.bounds(zone)[1]:
        raise BadInput("month", f"{month} is not over", f"from {month.next.first_day} on")


async def preview(issued: Issued, sheet: Sheet, customer_id: int) -> Draft | None:
    """What the customer's statement would be now, with what keeps it back; None when there is nothing to bill."""
    of = await issued.candidates(sheet.month, customer_id)
    if customer_id not in of:
        return None
    return _drafts(sheet, await issued.material(of)).get(customer_id)


async def outlook(issued: Issued, sheet: Sheet, told: Callable[[int, int], None]) -> tuple[int, list[Fault]]:
    """How many statements of the month could be issued now, and what keeps the others back; nothing is written."""
    ready, done, waiting = 0, 0, list[Fault]()
    of = await issued.candidates(sheet.month)
    for some in _portions(of):
        made = _drafts(sheet, await issued.material(some)).values()
        ready += sum(not each.faults for each in made)
        waiting += [fault for each in made for fault in each.faults]
        done += len(some)
        told(done, len(of))
    told(0, 0)
    return ready, waiting


async def outstanding(issued: Issued, sheet: Sheet) -> list[Outstanding]:
    """Every customer who has something to be billed in that month, by name, and what keeps it back."""
    found: list[Outstanding] = []
    for some in _portions(await issued.candidates(sheet.month)):
        material = await issued.material(some)
        for owner, each in _drafts(sheet, material).items():
            kept = [of.id for of in material.interventions[owner] if of.state != "closed" or of.review.waits]
            card = material.cards[owner]
            interventions = len(material.interventions[owner])
            found.append(
                Outstanding(owner, card.name, interventions, each.document.net, kept, card.tax.missing(), each.faults)
            )
    return sorted(found, key=lambda each: each.customer_name.casefold())


async def issue(pen: Pen, firm: Firm, month: Month, customer_id: int, *, by: str) -> str:
    """The number of the customer's statement of that month; Conflict names all that keeps it back."""
    sheet = await _sheet(pen, firm, month)
    if (number := await statements.standing(pen.connection, customer_id, month)) is not None:
        after = f"what came since goes onto the statement of {month.next}"
        raise Conflict(f"customer {customer_id} has statement {number} for {month} already: {after}")
    of = await statements.candidates(pen.connection, pen.lists, month, customer_id)
    found = await statements.material(pen.connection, pen.lists, of or {customer_id: []})
    if customer_id not in found.cards:
        raise NotFound(f"no customer {customer_id}")
    made = _drafts(sheet, found).get(customer_id)
    if made is None:
        raise Conflict(f"customer {customer_id} has nothing to be billed in {month}")
    if made.faults:
        raise Conflict(told(made.faults))
    return (await _keep(pen, sheet, [made], found.cards, by=by))[0]


async def close(write: Writing, issued: Issued, firm: Firm, month: Month, progress: Progress, *, by: str) -> Progress:
    """Issue all the statements of the month that nothing keeps back, and lock it when none is kept back.

    Each statement is whole or not there. What is stopped half way goes on where it was when it is asked again.
    """
    await write(lambda pen: must_be_closable(pen, firm, month))
    seen: dict[int, list[int]] = {}

    async def lock(pen: Pen) -> bool:
        return await _lock(pen, month, seen, by=by)

    while not progress.closed:
        found = await issued.candidates(month)
        left = {owner: ids for owner, ids in found.items() if seen.get(owner) != ids}
        progress.customers = progress.done + len(left)
        for some in _portions(left):
            await _issue_some(write, firm, some, progress, by=by)
        seen |= left
        if not left and progress.waiting:
            break
        if not left:
            progress.closed = await write(lock)
    return progress


async def credit(
    pen: Pen, number: str, reason: str, *, by: str, lines: Collection[int] | None = None, seen: Seen = None
) -> str:
    """The number of the credit note that takes these lines of the statement back, or all that stand; what they billed
    may be changed, and is billed anew."""
    kept = await statements.kept(pen.connection, number)
    await audit.expect(pen, Subject("statement", kept.id), seen)
    if kept.kind is Kind.CREDIT_NOTE:
        raise Conflict(f"{number} is a credit note itself")
    if kept.credited_by is not None:
        raise Conflict(f"statement {number} was taken back by {kept.credited_by} already")
    of = read_document(kept.document)
    every = numbered(of, map(read_document, await statements.parts(pen.connection, kept.id)))
    taken = chosen(every, lines)
    nothing_left = all(each.n in taken or each.credited_by is not None for each in every)
    month = read_month(kept.month)
    if await statements.is_closed(pen.connection, month):
        month = month_of(pen.now_at, pen.lists.zone)
    sheet = Sheet(Firm(), month, pen.lists.zone, pen.now_at)
    (own,) = await statements.take_numbers(pen, _year(sheet), 1)
    note = msgspec.structs.replace(
        credit_note(of, every, taken, reason=reason), number=own, issued=sheet.local(pen.now_at)
    )
    entry = _entry(note, month, taken_off(note), kept.customer_name)
    entry = replace(entry, credits_id=kept.id) if nothing_left else replace(entry, part_of_id=kept.id)
    await statements.keep_note(pen, entry, kept.id, by=by)
    return own


def told(faults: Sequence[Fault]) -> str:
    """All of them in one line, up to a length that is still read."""
    more = f"; and {len(faults) - MOST_TOLD} more" if len(faults) > MOST_TOLD else ""
    return "; ".join(map(str, faults[:MOST_TOLD])) + more


async def must_be_closable(pen: Pen, firm: Firm, month: Month) -> None:
    """Refused while the month is not over, when it is closed, and without a firm."""
    await _sheet(pen, firm, month)


async def _sheet(pen: Pen, firm: Firm, month: Month) -> Sheet:
    """What a statement of that month is made on; refused while it is not over, when it is closed, without a firm."""
    must_be_over(month, pen.lists.zone, pen.now_at)
    if await statements.is_closed(pen.connection, month):
        raise Conflict(f"{month} is closed: what comes late goes onto the statement of the next month")
    refuse(firm.faults())
    return Sheet(firm, month, pen.lists.zone, pen.now_at)


async def _issue_some(
    write: Writing, firm: Firm, of: Mapping[int, Sequence[int]], progress: Progress, *, by: str
) -> None:
    """Those of these customers that nothing keeps back, in one transaction."""

    async def act(pen: Pen) -> tuple[int, list[Fault]]:
        sheet = await _sheet(pen, firm, progress.month)
        now = await statements.still_unbilled(pen.connection, sheet.month, of)
        found = await statements.material(pen.connection, pen.lists, now)
        made = _drafts(sheet, found).values()
        ready = [each for each in made if not each.faults]
        await _keep(pen, sheet, ready, found.cards, by=by)
        return len(ready), [fault for each in made for fault in each.faults]

    numbers, waiting = await write(act)
    progress.issued += numbers
    progress.waiting += waiting
    progress.done += len(of)


async def _lock(pen: Pen, month: Month, seen: Mapping[int, Sequence[int]], *, by: str) -> bool:
    """False when something new has come since it was last looked at."""
    left = await statements.candidates(pen.connection, pen.lists, month)
    if any(seen.get(owner) != ids for owner, ids in left.items()):
        return False
    await statements.close_month(pen, month, by=by)
    return True


def _drafts(sheet: Sheet, found: Material) -> dict[int, Draft]:
    made = {
        owner: draft(sheet, owner, found.cards[owner], interventions, found.billed)
        for owner, interventions in found.interventions.items()
    }
    return {owner: each for owner, each in made.items() if each is not None}


async def _keep(
    pen: Pen, sheet: Sheet, drafts: Sequence[Draft], cards: Mapping[int, CustomerCard], *, by: str
) -> list[str]:
    """Number them and write them down."""
    if not drafts:
        return []
    numbers = await statements.take_numbers(pen, _year(sheet), len(drafts))
    entries = [
        _entry(
            msgspec.structs.replace(each.document, number=number),
            sheet.month,
            each.lines,
            cards[each.customer_id].name,
        )
        for number, each in zip(numbers, drafts, strict=True)
    ]
    await statements.keep(pen, entries, by=by)
    return numbers


def _entry(
    document: Document,
    month: Month,
    lines: Mapping[int, Sequence[BilledLine]],
    called: str,
) -> Entry:
    return Entry(
        number=document.number,
        kind=Kind(document.kind),
        customer_id=document.customer.id,
        customer_name=called,
        month=month,
        net=Decimal(document.net),
        vat=Decimal(document.vat),
        gross=Decimal(document.gross),
        document=canonical(document),
        lines=lines,
    )


def _year(sheet: Sheet) -> int:
    return month_of(sheet.at, sheet.zone).year


def _portions(of: Mapping[int, list[int]]) -> list[dict[int, list[int]]]:
    every = iter(of.items())
    portions: list[dict[int, list[int]]] = []
    while some := dict(islice(every, AT_ONCE)):
        portions.append(some)
    return portions
