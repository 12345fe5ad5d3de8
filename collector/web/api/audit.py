"""The audit chain: what was changed, by whom, from what to what; and whether the past is as it was left."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Query as Asked

from collector.errors import BadInput
from collector.ledger.audit import Head
from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May
from collector.web.parts import Given
from collector.web.schemas import AuditEntry, AuditKind, AuditVerdict, Key, Limit, Moment, Offset, Page, Query, Seal
from shared.moments import to_at

router = APIRouter(prefix="/audit", tags=["audit"])
Audits = Annotated[Visitor, Depends(May(Act.STATEMENTS))]


@router.get("")
async def list_entries(
    _: Audits,
    parts: Given,
    kind: AuditKind | None = None,
    subject: Annotated[Query | None, Asked(description="a number or name among those of the kind")] = None,
    since: Annotated[Moment | None, Asked(alias="from", description="entered at this moment or later")] = None,
    until: Annotated[Moment | None, Asked(description="entered before this moment")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[AuditEntry]:
    """The entries in their order."""
    found = await parts.reading.entries(
        kind=kind,
        subject=subject,
        from_at=None if since is None else to_at(since),
        until_at=None if until is None else to_at(until),
        limit=limit,
        offset=offset,
    )
    return told.page(found, limit, offset, told.audit_entry)


@router.get("/verify")
async def verify(
    _: Audits,
    parts: Given,
    n: Annotated[Key | None, Asked(description="of a head that was kept: its number")] = None,
    hash: Annotated[Seal | None, Asked(description="and its seal")] = None,
) -> AuditVerdict:
    """Looks at every entry and every row; names the first broken place. What it answers is the head to keep."""
    if (n is None) != (hash is None):
        raise BadInput("n" if n is None else "hash", "missing", "give n and hash together, or neither")
    kept = Head(n, hash) if n is not None and hash is not None else None
    verdict = await parts.reading.verdict(kept)
    return AuditVerdict(whole=verdict.whole, broken=verdict.broken, n=verdict.head.n, hash=verdict.head.hash)
