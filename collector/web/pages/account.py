"""What is one's own: the password, and the browsers in which one is signed in."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from collector.ledger.views import Visitor
from collector.web.api.signins import is_his
from collector.web.auth import Act, May
from collector.web.parts import Given
from collector.web.passwords import LONGEST, SHORTEST
from collector.web.sheet import Pages

router = APIRouter(prefix="/account")


@router.get("")
async def account(
    request: Request, who: Annotated[Visitor, Depends(May(Act.OWN))], parts: Given, pages: Pages
) -> HTMLResponse:
    mine = [each for each in await parts.reading.sign_ins() if is_his(each, who)]
    return pages.page(request, "account.html", "Your account", who, sign_ins=mine, shortest=SHORTEST, longest=LONGEST)
