"""Tokens: with which a program speaks to this API. The secret is shown once, when it is made."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from collector.ledger import keys
from collector.ledger.keys import Role
from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May
from collector.web.parts import Given
from collector.web.schemas import Key, MadeToken, NewToken, Token

router = APIRouter(prefix="/tokens", tags=["tokens"])
Looks = Annotated[Visitor, Depends(May(Act.USERS))]


@router.get("")
async def list_tokens(_: Looks, parts: Given) -> list[Token]:
    """All of them without their secrets, in the order in which they were made."""
    return [told.token(view) for view in await parts.reading.tokens()]


@router.post("", status_code=201)
async def make_token(_: Looks, parts: Given, asked: NewToken) -> MadeToken:
    """Another one; its secret is shown this once."""
    return MadeToken(
        name=asked.name, role=asked.role, secret=await parts.ledger.make_token(asked.name, Role(asked.role))
    )


@router.delete("/{token_id}", status_code=204)
async def revoke_token(_: Looks, parts: Given, token_id: Key) -> Response:
    """It is void at once, and so is every browser that it signed in."""
    await parts.ledger.write(lambda pen: keys.void_token(pen, token_id))
    return Response(status_code=204)
