"""For whoever watches the collector itself: is it alive, and can it work?"""

import logging

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from collector.web.parts import Given

router = APIRouter()
_log = logging.getLogger(__name__)


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Alive."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request, parts: Given) -> JSONResponse:
    """Ready when the database answers and stands at the newest migration; `differs`: in what another collector on it is
    not like this one."""
    try:
        stands = await parts.reading.schema_version()
    except Exception as error:  # whatever keeps the database from answering, it is not ready
        _log.warning("not ready: %s", error)
        return JSONResponse({"status": "not ready", "why": "the database does not answer"}, 503)
    if stands != request.app.state.schema:
        return JSONResponse({"status": "not ready", "why": "the database waits for `mezzora migrate`"}, 503)
    differs = sorted({part for each in parts.differences() for part in each.parts})
    return JSONResponse({"status": "ready"} | ({"differs": differs} if differs else {}))
