"""Links by which customers see what is their own."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from collector.ledger import customer_links
from collector.ledger.views import Visitor
from collector.web.auth import Act, May
from collector.web.parts import Given
from collector.web.schemas import CustomerLink, Key

router = APIRouter(prefix="/customers", tags=["customers"])
Writes = Annotated[Visitor, Depends(May(Act.CUSTOMERS))]


@router.post("/{customer_id}/link", status_code=201)
async def make_link(request: Request, who: Writes, parts: Given, customer_id: Key) -> CustomerLink:
    """A link that shows him his interventions and statements, until it is taken back; an older one is void."""
    code = await parts.ledger.write(lambda pen: customer_links.make(pen, customer_id, by=who.name))
    return CustomerLink(url=f"{str(request.base_url).rstrip('/')}/yours/{code}")


@router.delete("/{customer_id}/link", status_code=204)
async def take_back(_: Writes, parts: Given, customer_id: Key) -> Response:
    """Whoever has it sees nothing more from now on."""
    await parts.ledger.write(lambda pen: customer_links.take_back(pen, customer_id))
    return Response(status_code=204)
