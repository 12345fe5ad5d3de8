"""The users: who signs in, in which role, where everybody is signed in; and the tokens of programs."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from collector.ledger.keys import Role
from collector.ledger.views import Visitor
from collector.web.auth import Act, May
from collector.web.parts import Given
from collector.web.sheet import Pages

router = APIRouter(prefix="/users")


@router.get("")
async def users(
    request: Request, who: Annotated[Visitor, Depends(May(Act.USERS))], parts: Given, pages: Pages
) -> HTMLResponse:
    return pages.page(
        request, "users.html", "Users", who,
        items=await parts.reading.users(), roles=list(Role), sign_ins=await parts.reading.sign_ins(),
        tokens=await parts.reading.tokens(),
    )  # fmt: skip
